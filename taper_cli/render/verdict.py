"""The judge's answer about a file as a readable page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper_cli.model.audit import Audit
from taper_cli.model.dose import Dose, total
from taper_cli.model.finding import Finding, Level
from taper_cli.model.transcript import StatedIntake
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Framed, Heading, Items, Notice, Para
from taper_cli.render.findings import accept_text, decides, finding_text

NO_APPROVAL = "A CHECK IS NO APPROVAL. A prescriber must approve and sign any schedule before anyone uses it."


def verdict_blocks(audit: Audit) -> Iterator[Block]:
    """The page: what was understood, the verdict, what refuses, what is flagged, what other guidelines say."""
    yield Notice(NO_APPROVAL)
    come_from = audit.transcript.switched
    yield Heading(f"{audit.name}: {f'{come_from.drug} to ' if come_from else ''}{audit.drug.name}", 1)
    yield Items((*(f"Understood: {line}" for line in audit.understood), *_law(audit)))
    counts = {level: sum(finding.level is level for finding in audit.findings) for level in Level}
    verdict = "PASSED" if audit.passed else "REFUSED"
    yield Para(f"{verdict}: {counts[Level.REFUSE]} refused, {counts[Level.FLAG]} flagged, {counts[Level.INFO]} noted")
    if not audit.passed:
        yield Para(say.KEEP_TAKING.format(service="the prescriber").capitalize() + ".")
    yield from _group(audit, Level.REFUSE, "Refused")
    yield from _acceptances(audit)
    yield from _group(audit, Level.FLAG, "Flags: the prescriber ticks each")
    yield from _group(audit, Level.INFO, "Notes")
    yield Heading("The schedule as understood")
    yield Items(tuple(_steps(audit)))
    yield Heading("What other guidelines say, by name")
    yield Items(tuple(f"{finding.message} [{finding.rule}; {finding.source}]" for finding in audit.comparisons))
    yield Framed("How it was judged", tuple(_basis(audit)))


def _law(audit: Audit) -> Iterator[str]:
    """The limit, and the row of the dependence matrix."""
    law = audit.guideline.law(audit.drug.name)
    if law:
        cites = "; ".join(dict.fromkeys(cite.short for cite in audit.guideline.limit_cites(audit.drug.name)))
        yield f"Limit: {law} ({cites})"
    yield f"Dependence: {audit.exposure.line}"


def _group(audit: Audit, level: Level, title: str) -> Iterator[Block]:
    """The findings of one level, each with the rule, what was found, and the smallest change that would satisfy it."""
    found = [finding for finding in audit.findings if finding.level is level]
    if found:
        yield Heading(title)
        yield Items(tuple(_line(finding) for finding in found), tick=level is Level.FLAG)


def _acceptances(audit: Audit) -> Iterator[Block]:
    """The ready words by which a prescriber goes past a limit; errors of writing have none."""
    rules = dict.fromkeys(finding.rule for finding in audit.findings if finding.level is Level.REFUSE)
    ready = [rule for rule in rules if rule in audit.acceptable]
    if ready:
        yield Para(f"By {decides(ready)}'s decision, by name and reason: {accept_text(ready)}")


def _line(finding: Finding) -> str:
    change = f" Smallest change: {finding.change}." if finding.change and finding.level is Level.REFUSE else ""
    source = f" ({finding.source})" if finding.source and finding.level is Level.REFUSE else ""
    return f"{finding_text(finding)}{source}.{change}"


def _steps(audit: Audit) -> Iterator[str]:
    """Each level with its dates and dose."""
    if audit.transcript.switched is not None:
        yield from _steps_of_two(audit, audit.transcript.switched.drug)
        return
    yield f"before: {audit.transcript.before} a day"
    for step in audit.transcript.steps:
        length = f", {say.days_text((step.end - step.start).days)}" if step.end else ""
        rest = total([intake.dose for intake in step.others])
        between = f", {rest} on the days between" if rest else ""
        dose = "STOP" if not step.total else f"{step.total} {step.rhythm.words if step.rhythm else 'a day'}{between}"
        yield f"{step.number}: from {say.full_date(step.start)}{length}: {dose}"


def _steps_of_two(audit: Audit, old: str) -> Iterator[str]:
    """Each level with what is taken of both drugs, and what that counts for in the one that is tapered."""

    def told(intakes: Sequence[StatedIntake], counts: Dose) -> str:
        """The totals of one day."""
        doses = [
            f"{total([one.dose for one in intakes if one.drug == drug])} of {drug or audit.drug.name}"
            for drug in dict.fromkeys((old, ""))
            if any(one.drug == drug for one in intakes)
        ]
        mixed = any(one.drug for one in intakes)
        return f"{' and '.join(doses)} a day{f' (counts for {counts})' if mixed else ''}" if doses else "STOP"

    yield f"before: {told(audit.transcript.intakes_before, audit.transcript.before)}"
    for step in audit.transcript.steps:
        length = f", {say.days_text((step.end - step.start).days)}" if step.end else ""
        yield f"{step.number}: from {say.full_date(step.start)}{length}: {told(step.intakes, step.total)}"


def _basis(audit: Audit) -> Iterator[str]:
    """What was taken for granted."""
    yield f"region: {audit.region.title}"
    two = audit.transcript.switched is not None
    names = (f"{product.drug} {product.name}" if two else product.name for product in audit.products)
    yield f"products judged against: {', '.join(dict.fromkeys(names))}"
    yield "level 0 is the starting dose; each cut is measured against the doses in force over the window before it"
