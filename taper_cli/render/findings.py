"""Findings, refusals and faults in words, with what is typed to go past a limit: the same on screen, paper and in JSON."""

from __future__ import annotations

from collections.abc import Iterable

from taper_cli.model.errors import FaultyFile, RefusedForSafety, TaperError
from taper_cli.model.finding import Finding
from taper_cli.model.text import visible


def finding_text(finding: Finding) -> str:
    """A finding in one line, with the prescriber's reason where it was accepted."""
    where = f"step {finding.step}: " if finding.step else ""
    accepted = f" (accepted by the prescriber: {finding.accepted})" if finding.accepted else ""
    return f"{where}{finding.message}{accepted} [{finding.rule}]"


def error_text(error: TaperError) -> str:
    """A fault in words; control characters in what was typed are shown, never sent to the terminal."""
    if isinstance(error, RefusedForSafety):
        return refusal_text(error)
    faults = error.faults if isinstance(error, FaultyFile) else ()
    return "\n  ".join(map(visible, (str(error), *faults)))


def refusal_text(error: RefusedForSafety) -> str:
    """A refusal for safety: first that the medicine must not be stopped, then why, then what would change it."""
    lines = [f"refused for safety: {error.keep_taking}."]
    lines += [f"  why: {visible(reason)}" for reason in error.reasons]
    lines += [f"  change: {visible(change)}" for change in error.changes]
    lines += [f"  or, by {decides(rules)}'s decision: {accept_text(rules)}" for rules in error.accepts]
    return "\n".join(lines)


def accept_text(rules: Iterable[str]) -> str:
    """Acceptances as they are typed, the reason to be filled in."""
    return " ".join(f'--accept {rule}="reason"' for rule in rules)


def decides(rules: Iterable[str]) -> str:
    """Who may go past rules: the prescriber, or a specialist."""
    return "a specialist" if for_a_specialist(rules) else "the prescriber"


def for_a_specialist(rules: Iterable[str]) -> bool:
    """Whether any of the rules is about the person or the highest dose rather than the pace: those are a specialist's to lift."""
    return any(rule.startswith(("context.", "ceiling.")) for rule in rules)
