"""Where a step of a revised plan comes from, in words: which version made it, what later ones did to it, how each one planned."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.explained import Changed, Explanation, Made, Searched, StepChange, StepExplained, StepHistory
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Framed, Para
from taper_cli.render.reasons import AIMS

_AGAIN = (
    "Planned again from its own request: the same schedule, step by step. All figures below were worked out from it."
)
_NOT_AGAIN = (
    "Planned again from its own request, with the program and data of today, the schedule comes out differently. "
    "Limits and tablets below are measured on the saved schedule; what the planner aimed at is not told."
)


def how_planned(found: Explanation) -> Iterator[Block]:
    """How the steps were planned, and whether they come out again: once, or by each version that planned one of them."""
    revised = bool(found.report.revisions)
    for search in found.searches:
        yield Para(_version(search) if revised else _AGAIN if search.same else _NOT_AGAIN)
        if search.same:
            numbered = tuple(f"{number}: {aim}" for number, aim in enumerate(AIMS[search.aim], start=1))
            title = f"Aims of version {search.version}, in order" if revised else "Aims within the limits, in order"
            yield Framed(title, numbered)
    if revised:
        yield Para(
            "Each step is explained under the version that made it. Limits are measured over the days of the whole plan as it "
            "stands now."
        )


def _version(search: Searched) -> str:
    """How one version of several planned."""
    head = (
        f"Version {search.version} planned from {search.before} a day, from {say.full_date(search.start)} on: "
        f"{say.pace_text(search.asked)}. Planned again"
    )
    if search.same:
        return f"{head}: the same steps. What is wanted, and what decides, was worked out from it."
    return f"{head}, with the program and data of today, its steps come out differently: what its planner aimed at is not told."


def history_text(one: StepExplained) -> str:
    """'Moved by version 2 by 14 days; decided by version 1, which had it from Mon 20 Apr 2026 on.'"""
    history = one.history
    parts = [_change(change) for change in history.changes]
    made = {
        Made.PLANNED: "decided by the last-dose rule in" if not one.step.intakes else "decided by",
        Made.RAISED: "raised on the prescriber's word by",
        Made.FOUND: "found with the patient, and taken over by",
        Made.KEPT: "kept as the dose of that day by",
    }[history.made]
    parts.append(f"{made} version {history.version}")
    if one.step.start != history.first_day:
        parts[-1] += f", which had it from {say.full_date(history.first_day)} on"
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}.{_event(history)}"


def _change(change: StepChange) -> str:
    """What one version did to a step."""
    days = say.days_text(abs(change.days))
    return {
        Changed.MOVED: f"moved by version {change.version} by {days}{' to an earlier day' if change.days < 0 else ''}",
        Changed.LONGER: f"made longer by version {change.version} by {days}",
        Changed.SHORTER: f"made shorter by version {change.version} by {days}",
        Changed.NO_END: f"made to go on without an end by version {change.version}",
        Changed.ENDED: f"given an end by version {change.version}",
    }[change.what]


def _event(history: StepHistory) -> str:
    """Whose word stands behind a dose that no planner chose."""
    if history.made is Made.PLANNED:
        return ""
    by, reason = visible(history.by) or "NOT STATED", visible(history.reason) or "NOT STATED"
    return f" No planner chose this dose. Asked by: {by}. Why: {reason}"
