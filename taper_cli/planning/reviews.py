"""Review dates of a schedule: after the first cut or a change of drug, before each later cut, every so often, after the stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from taper_cli.model.drug import ReviewRule
from taper_cli.model.period import Period
from taper_cli.model.review import ReviewDate, ReviewKind
from taper_cli.model.schedule import Schedule, Step, StepKind
from taper_cli.planning.calendar import after

_DAY = timedelta(days=1)


def review_dates(schedule: Schedule, rules: Sequence[ReviewRule]) -> tuple[ReviewDate, ...]:
    """Every review that the rules ask for, in the order of its last day; none where they ask for none.

    A review at a cut stands on the day before it, when there is still something to decide; the first cut was decided with the plan.
    A change to another drug is reviewed like a cut.

    Raises:
        OverflowError: past the year 9999.
    """
    changes = [step for step in schedule.steps if step.kind is StepKind.SWITCH or schedule.reduces(step)]
    found = list(_after_changes(changes, rules))
    if any(rule.before_each_cut for rule in rules):
        eves = [(step.start - _DAY, step.number) for step in changes[1:]]
        # A review on one of the days after the first cut is also the one before a cut that follows at once.
        taken = [(one.first, one.last) for one in found]
        found += [
            ReviewDate(ReviewKind.BEFORE_CUT, eve, eve, number)
            for eve, number in eves
            if not any(first <= eve <= last for first, last in taken)
        ]
    found.sort(key=lambda one: one.last)
    found += _between(
        schedule, [one.last for one in found], [rule.at_least_every for rule in rules if rule.at_least_every]
    )
    later = [rule.after_stop for rule in rules if rule.after_stop]
    if later and schedule.ending.kind is StepKind.STOP:
        day = schedule.ending.start + timedelta(days=min(later))
        found.append(ReviewDate(ReviewKind.AFTER_STOP, day, day, schedule.ending.number))
    return tuple(sorted(found, key=lambda one: (one.last, one.first)))


def _after_changes(changes: Sequence[Step], rules: Sequence[ReviewRule]) -> Iterator[ReviewDate]:
    """The review some days after the first cut, and after each change of drug: never so late that the next cut has come."""
    asked = [rule.after_first_cut for rule in rules if rule.after_first_cut]
    if not asked:
        return
    # Where several lines of advice say when, the earliest holds.
    earliest, latest = min(asked)
    first_cut = next((step for step in changes if step.kind is not StepKind.SWITCH), None)
    for step in (step for step in changes if step is first_cut or step.kind is StepKind.SWITCH):
        first, last = step.start + timedelta(days=earliest), step.start + timedelta(days=latest)
        following = [later.start - _DAY for later in changes if later.start > first]
        yield ReviewDate(ReviewKind.AFTER_CHANGE, first, min([last, *following]), step.number)


def _between(schedule: Schedule, known: Sequence[date], asked: Sequence[Period]) -> Iterator[ReviewDate]:
    """The reviews that fill a gap longer than is allowed, and the first one on a dose that goes on."""
    if not asked:
        return
    counts: dict[int, int] = {}
    for day, every in _due_days(schedule, known, asked):
        step = next(step for step in reversed(schedule.steps) if step.start <= day)
        counts[step.number] = counts.get(step.number, 0) + 1
        yield ReviewDate(ReviewKind.INTERVAL, day, day, step.number, counts[step.number], every)


def _due_days(schedule: Schedule, known: Sequence[date], asked: Sequence[Period]) -> Iterator[tuple[date, Period]]:
    """The days on which the longest time without a review is over, each with that time."""

    def due(since: date) -> tuple[date, Period]:
        every = min(asked, key=lambda period: after(since, period))
        return after(since, every), every

    since = schedule.start
    for reviewed in known:
        while due(since)[0] < reviewed:
            yield due(since)
            since = due(since)[0]
        since = reviewed
    while due(since)[0] < schedule.ending.start:
        yield due(since)
        since = due(since)[0]
    if schedule.ending.kind is not StepKind.STOP:
        yield due(since)
