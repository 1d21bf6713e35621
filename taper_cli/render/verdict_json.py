"""The judge's answer for machines: every finding with its figures, and the ready words to go past what refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from taper_cli.model.audit import Audit
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.finding import Finding, Level
from taper_cli.render.findings import accept_text, decides
from taper_cli.render.verdict import NO_APPROVAL

if TYPE_CHECKING:
    # The shapes are made for schemas; a command that prints JSON does not need them.
    from taper_cli.render.documents.answers import AcceptEntry, CheckAnswer, FindingEntry


def verdict_json(audit: Audit) -> str:
    """The findings as JSON; numbers of mg are exact decimals, percentages are rounded to one place."""
    answer: CheckAnswer = {
        "schema": "taper.check.v1",
        "notice": NO_APPROVAL,
        "file": audit.name,
        "drug": audit.drug.name,
        "switched_from": audit.transcript.switched.drug if audit.transcript.switched else None,
        "region": audit.region.key,
        "guideline": audit.guideline.key,
        "passed": audit.passed,
        "understood": list(audit.understood),
        "exposure": audit.exposure.row,
        "findings": [finding_entry(finding) for finding in (*audit.findings, *audit.comparisons)],
        "accepts": _accepts(audit),
    }
    return json.dumps(answer, indent=2) + "\n"


def finding_entry(finding: Finding) -> FindingEntry:
    """One finding; what does not apply is null."""
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "step": finding.step,
        "from_mg": _number(finding.before),
        "to_mg": _number(finding.after),
        "window_days": finding.window_days,
        "percent": _percent(finding.share),
        "limit_percent": _percent(finding.limit),
        "source": finding.source or None,
        "message": finding.message,
        "change": finding.change or None,
        "accepted": finding.accepted or None,
    }


def accept_entry(rules: Iterable[str]) -> AcceptEntry:
    """Rules that together lift a refusal."""
    together = list(rules)
    return {"rules": together, "by": decides(together), "typed": accept_text(together)}


def _accepts(audit: Audit) -> list[AcceptEntry]:
    """What would let the schedule pass; nothing where any finding that refuses cannot be accepted."""
    refused = dict.fromkeys(finding.rule for finding in audit.findings if finding.level is Level.REFUSE)
    return [accept_entry(refused)] if refused and audit.acceptable.issuperset(refused) else []


def _number(dose: Dose | None) -> Any:
    """mg as a JSON number: the shortest decimal that is the dose."""
    return None if dose is None else json.loads(dose.mg_text)


def _percent(share: Fraction | None) -> Any:
    """A share as percent with one decimal."""
    return None if share is None else json.loads(percent_text(share))
