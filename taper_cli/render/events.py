"""What a plan's calendar says: an all-day event a step, reviews, the watch after stopping, reminders; and what is void of it.

Titles name neither drug nor dose unless that is asked, and never a person: a calendar is seen over a shoulder and shared with a
household. A step is one event over all of its days, a spaced one too: an event for each of its days would fill the calendar with
hundreds, and in a month's view one cannot see the day that is left out. Instead its title says that the days differ and on which
the dose is taken; reminders, where they are asked for, come on just the days of a dose.

What an event is called inside (its key) comes from what it is in the plan, so that it keeps its place through every version: the
second version of step 5 takes the place of the first one, and what no longer is there is cancelled by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from taper_cli.model.errors import InvalidInput
from taper_cli.model.report import Report
from taper_cli.model.review import ReviewDate, ReviewKind
from taper_cli.model.schedule import Schedule, Slot, Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.directions import direction
from taper_cli.render.patient import DRAFT
from taper_cli.render.rhythms import Repeat, repeats
from taper_cli.render.style import Events, Titles
from taper_cli.render.warnings import watch_window

Reviews = tuple[ReviewDate, ...]
_DAY = timedelta(days=1)
# An entry over a whole year, as after steroids, would head every page of a calendar until it is deleted or no longer seen.
_LONGEST_WATCH_SHOWN = 42


class Event(NamedTuple):
    """An entry from its first day to the day before `after`; a reminder has a time of day and the days on which it comes."""

    key: str
    first: date
    after: date
    title: str
    text: str
    at: time | None = None
    repeat: Repeat | None = None
    cancelled: bool = False


class Diary(NamedTuple):
    """A plan as a calendar: what it is called, who it is through all versions, which version, the day of its making, its events."""

    name: str
    root: str
    version: int
    made_on: date
    events: tuple[Event, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every word that a reader sees."""
        return (self.name, *(text for event in self.events for text in (event.title, event.text)))


def diary(report: Report, style: Events, reviews: Sequence[Reviews]) -> Diary:
    """The calendar of a plan; `reviews` are the review dates of each version, the one in force last.

    Raises:
        InvalidInput: where reminders are asked for and a time of day of the plan has no time, or a time has no dose.
        OverflowError: past the year 9999.
    """
    if style.times:
        _check_times(report, style)
    # By the first version's id every version knows the events of the others.
    root = report.revisions[0].plan_id if report.revisions else report.plan_id
    drug = f"{_drugs(report.schedule.steps)} plan" if style.titles is Titles.DOSE else "Plan"
    now = (*_days(report, report.schedule, reviews[-1], style.titles), *_reminders(report, style))
    events = sorted(now, key=lambda event: (event.first, event.at is not None, event.at or time(), event.key))
    return Diary(
        name=f"{drug} {report.plan_id} version {report.version}",
        root=root,
        version=report.version,
        made_on=report.generated_on,
        events=(*events, *_cancelled(report, reviews[:-1], {event.key for event in now})),
    )


def _days(report: Report, schedule: Schedule, reviews: Reviews, titles: Titles) -> Iterator[Event]:
    """The all-day events of one version: its steps, its ending, the watch after stopping, its reviews."""
    for step in schedule.steps:
        title = _title(report, step, titles)
        text = _text(report, step, titles)
        yield Event(step_key(step), step.start, step.end or step.start + _DAY, title, _told(report, text))
    if schedule.ending.kind is StepKind.STOP:
        yield _watch(report, schedule.ending)
    for one in reviews:
        text = _told(report, review_text(schedule, one))
        yield Event(_review_key(schedule, one), one.first, one.last + _DAY, "Plan: review", text)


def _watch(report: Report, ending: Step) -> Event:
    """The days after stopping on which signs can still start; of a long time the last day only."""
    after = _watch_ends(report, ending) + _DAY
    long = (after - ending.start).days > _LONGEST_WATCH_SHOWN
    title = "Plan: last day to keep watching" if long else "Plan: keep watching"
    return Event(
        "watch", after - _DAY if long else ending.start, after, title, _told(report, _watch_text(report, ending))
    )


def _watch_ends(report: Report, ending: Step) -> date:
    """The last day of the watch after stopping."""
    return ending.start + timedelta(days=report.drug_class.after_last_dose_days - 1)


def _watch_text(report: Report, ending: Step) -> str:
    """Until when to watch after stopping."""
    until = say.full_date(_watch_ends(report, ending))
    return f"Signs can still start late: keep watching until {until}, and keep your sheet."


def step_key(step: Step) -> str:
    """What a step is called through all versions: the ending is one thing, whichever number it has."""
    return f"step-{step.number}" if step.end else "end"


def _review_key(schedule: Schedule, one: ReviewDate) -> str:
    """What a review is called through all versions."""
    step = step_key(schedule.steps[one.step - 1])
    match one.kind:
        case ReviewKind.AFTER_CHANGE:
            return f"review-after-{step}"
        case ReviewKind.BEFORE_CUT:
            return f"review-before-{step}"
        case ReviewKind.INTERVAL:
            return f"review-in-{step}-{one.place}"
        case ReviewKind.AFTER_STOP:
            return "review-after-stop"


def _told(report: Report, text: str) -> str:
    """A text with what must stand on every paper: that it is a draft, of which plan, and what makes it void."""
    plan = f"Plan {report.plan_id}, version {report.version}. A newer version makes this void."
    return f"{DRAFT}\n{text}\n{plan}"


def _title(report: Report, step: Step, titles: Titles) -> str:
    """What one sees of a step at a glance."""
    if titles is Titles.DOSE:
        return say.in_region(_dose_title(report, step), report.region)
    match step.kind:
        case StepKind.STOP:
            return "Plan: STOP"
        case StepKind.MAINTAIN:
            return "Plan: stay on this step"
        case StepKind.SPACE:
            return f"Plan: step {step.number}, not the same every day"
        case _:
            return f"Plan: step {step.number}"


def _dose_title(report: Report, step: Step) -> str:
    """Drug and dose; the days come before the dose, so that a title that is cut off cannot be read as a dose of every day."""
    match step:
        case Step(kind=StepKind.STOP):
            return f"STOP {_drugs(report.schedule.dosing_steps[-1:])}"
        case Step(kind=StepKind.MAINTAIN):
            return f"Stay on {say.doses_by_drug(step.intakes)} a day"
        case Step(rhythm=None):
            return f"{say.doses_by_drug(step.intakes)} a day"
        case _:
            words = step.rhythm.words if step.rhythm else ""
            between = say.doses_by_drug(step.others) if step.others else "none"
            return f"{words[0].upper()}{words[1:]} {say.doses_by_drug(step.intakes)}, on the days between {between}"


def _drugs(steps: Sequence[Step]) -> str:
    """Every drug that some steps take, in their order."""
    return " and ".join(dict.fromkeys(drug for step in steps for drug in step.drugs))


def _text(report: Report, step: Step, titles: Titles) -> str:
    """What a step asks for: by the sheet, or in full."""
    days = say.date_range(step.start, step.last_day) if step.last_day else f"From {say.full_date(step.start)}"
    if titles is Titles.DOSE:
        window = watch_window(report, step) if step.end else None
        watch = f" Watch closely: {say.short_date(window[0])} to {say.short_date(window[1])}." if window else ""
        watch = f" {_watch_text(report, step)}" if step.kind is StepKind.STOP else watch
        return f"{days}: {direction(report, step)}{watch}"
    match step.kind:
        case StepKind.STOP:
            watch = _watch_text(report, step)
            return f"The plan ends on {say.full_date(step.start)}: STOP, as your sheet says. {watch}"
        case StepKind.MAINTAIN:
            return f"{days} stay on this step until your prescriber changes it. Take what your sheet says."
        case StepKind.SPACE:
            return f"{days}: not the same every day. Look for the date on your sheet and take what it says there."
        case _:
            return f"{days}: take what your sheet says for step {step.number}."


def review_text(schedule: Schedule, one: ReviewDate) -> str:
    """When and why to see the prescriber, in the patient's words."""
    review, latest = "Review with your prescriber", f"on {say.full_date(one.last)} or before it"
    step = schedule.steps[one.step - 1]
    match one.kind:
        case ReviewKind.AFTER_CHANGE:
            several = f"on one of the days from {say.date_range(one.first, one.last)}"
            change = f"after the change on {say.short_date(step.start)}"
            return f"{review} {change}, {several if one.first < one.last else latest}."
        case ReviewKind.BEFORE_CUT:
            names = {StepKind.STOP: "the plan ends", StepKind.MAINTAIN: "the last step begins"}
            return f"{review} {latest}: {names.get(step.kind, f'step {step.number} begins')} on {say.full_date(step.start)}."
        case ReviewKind.INTERVAL:
            return f"{review} {latest}, and then at least every {one.every}."
        case ReviewKind.AFTER_STOP:
            return f"{review} on {say.full_date(one.last)}: it is the review after the plan has ended."


def _reminders(report: Report, style: Events) -> Iterator[Event]:
    """For each time of day a series over the whole plan. It names no dose: one that outlives a revision must not tell the old one."""
    drug = _drugs(report.schedule.steps) if style.titles is Titles.DOSE else "Plan"
    for slot, at in style.times:
        title = f"{drug}: {say.slot_name(slot, report.region)}"
        text = _told(report, "Take what your sheet says for this day.")
        for key, repeat in _series(report.schedule, slot):
            yield Event(key, repeat.first, repeat.first + _DAY, title, text, at, repeat)


def _series(schedule: Schedule, slot: Slot) -> Iterator[tuple[str, Repeat]]:
    """The series of one time of day with their keys."""
    for number, repeat in enumerate(repeats(schedule, slot), start=1):
        yield f"remind-{slot.value}-{number}", repeat


def _slots(schedule: Schedule, since: date = date.min) -> tuple[Slot, ...]:
    """Every time of day at which the plan takes something on that day or later, in the order of the day."""
    steps = [step for step in schedule.steps if step.end is None or step.end > since]
    taken = {intake.slot for step in steps for intake in (*step.intakes, *step.others)}
    return tuple(slot for slot in Slot if slot in taken)


def _check_times(report: Report, style: Events) -> None:
    """Every time of day of the plan has one time: a dose that alone is not reminded of would look like one not to take.

    A time of day that was over when the plan was revised needs none.
    """
    since = report.revisions[-1].revision.on if report.revisions else date.min
    typed, slots = dict(style.times), _slots(report.schedule, since)
    missing = [slot for slot in slots if slot not in typed]
    beyond = [slot for slot in typed if slot not in _slots(report.schedule)]
    if not missing and not beyond:
        return
    wanted = ", ".join(_typed(slot, typed.get(slot) or _EXAMPLES[slot]) for slot in slots)
    name = ", ".join("the usual time" if slot is Slot.DAILY else slot.value for slot in missing or beyond)
    found = f"--remind states no time for {name}" if missing else f"--remind states a time for {name}, without a dose"
    raise InvalidInput(found, "expected one time for each time of day of the plan", f"write for example '{wanted}'")


_EXAMPLES = {
    Slot.DAILY: time(8),
    Slot.MORNING: time(8),
    Slot.NOON: time(12),
    Slot.EVENING: time(18),
    Slot.BEDTIME: time(22),
}


def _typed(slot: Slot, at: time) -> str:
    """A time as one types it."""
    return f"{at:%H:%M}" if slot is Slot.DAILY else f"{slot.value} {at:%H:%M}"


def _cancelled(report: Report, reviews: Sequence[Reviews], live: set[str]) -> Iterator[Event]:
    """What earlier versions had and this one has not, each with the days that it had last.

    Reminders of earlier versions are always cancelled where none are asked for now: whether they were ever handed out is not kept,
    and one that is left would go on reminding of a plan that is void. They stand cancelled on their first day only.
    """
    gone: dict[str, Event] = {}
    for revised, held in zip(report.revisions, reviews, strict=True):
        for event in (
            *_days(report, revised.schedule, held, Titles.NEUTRAL),
            *_all_reminders(report, revised.schedule),
        ):
            gone[event.key] = event
    # "Cancelled" alone, beside the name of a time of day, might be read as a dose not to take.
    text = f"This entry is void: delete it. Go on with what your newest sheet says, version {report.version} or later."
    for event in sorted(gone.values(), key=lambda event: (event.first, event.key)):
        if event.key not in live:
            title = f"Cancelled entry, see your newest sheet ({event.title})"
            yield event._replace(title=title, text=_told(report, text), cancelled=True)


def _all_reminders(report: Report, schedule: Schedule) -> Iterator[Event]:
    """The reminders that a version may have had, each on its first day."""
    for slot in _slots(schedule):
        for key, repeat in _series(schedule, slot):
            title = f"Plan: {say.slot_name(slot, report.region)}"
            yield Event(key, repeat.first, repeat.first + _DAY, title, "")
