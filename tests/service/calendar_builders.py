"""Calendar files read back by two programs that are not ours, and a calendar that takes in one version after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import icalendar
import vobject

from taper_cli.model.report import Report
from taper_cli.model.schedule import Intake, Slot
from taper_cli.render.events import diary
from taper_cli.render.ical import ical
from taper_cli.render.style import Events, Titles
from taper_cli.service import reviews_of

DAY = timedelta(days=1)
MOST = 2_000
"""As many days of a series without an end as are looked at."""


class Entry(NamedTuple):
    """One entry as a reader has it; `starts` are all its beginnings, one unless it repeats."""

    uid: str
    first: date
    after: date
    starts: tuple[date, ...]
    sequence: int
    status: str
    title: str
    text: str
    stamp: datetime
    alarms: tuple[timedelta, ...]

    @property
    def key(self) -> str:
        """The part of the UID that says what it is: 'step-3'."""
        return self.uid.removesuffix("@taper-cli").split("-", 2)[2]

    @property
    def days(self) -> tuple[date, ...]:
        """The days of an all-day entry."""
        return tuple(self.first + timedelta(days=at) for at in range((self.after - self.first).days))

    @property
    def timed(self) -> bool:
        """Whether it has a time of day."""
        return isinstance(self.first, datetime)


def calendar(report: Report, *, times: Sequence[tuple[Slot, time]] = (), titles: Titles = Titles.NEUTRAL) -> bytes:
    """The calendar file of a plan."""
    return ical(diary(report, Events(titles, tuple(times)), reviews_of(report)))


def by_icalendar(content: bytes) -> list[Entry]:
    """The entries as the library that wrote them reads them; what repeats is counted out by hand."""
    return [_by_icalendar(event) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")]


def _by_icalendar(event: Any) -> Entry:
    first = event.decoded("dtstart")
    return Entry(
        uid=str(event["uid"]),
        first=first,
        after=event.decoded("dtend"),
        starts=tuple(_counted(first, event.get("rrule"))),
        sequence=int(event["sequence"]),
        status=str(event["status"]),
        title=str(event["summary"]),
        text=str(event["description"]),
        stamp=event.decoded("dtstamp").replace(tzinfo=None),
        alarms=tuple(alarm.decoded("trigger") for alarm in event.walk("VALARM")),
    )


def _counted(first: date, rule: Any) -> Iterator[date]:
    """The beginnings of a series."""
    if not rule:
        yield first
        return
    left, every = rule.get("COUNT", [MOST])[0], rule.get("INTERVAL", [1])[0]
    weekdays = {("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(str(day)) for day in rule.get("BYDAY", [])}
    assert rule["FREQ"] == [("WEEKLY" if weekdays else "DAILY")] and not (weekdays and every > 1)
    day = first
    while left:
        if not weekdays or day.weekday() in weekdays:
            yield day
            left -= 1
        day += every * DAY


def by_vobject(content: bytes) -> list[Entry]:
    """The entries as another library reads them, with its own counting of what repeats."""
    return [_by_vobject(event) for event in vobject.readOne(content.decode()).vevent_list]


def _by_vobject(event: Any) -> Entry:
    first = event.dtstart.value
    rules = event.getrruleset(addRDate=True) if "rrule" in event.contents else None
    starts = [day for _, day in zip(range(MOST), rules, strict=False)] if rules else [first]
    return Entry(
        uid=event.uid.value,
        first=first,
        after=event.dtend.value,
        starts=tuple(starts),
        sequence=int(event.sequence.value),
        status=event.status.value,
        title=event.summary.value,
        text=event.description.value,
        stamp=event.dtstamp.value.replace(tzinfo=None),
        alarms=tuple(alarm.trigger.value for alarm in event.contents.get("valarm", [])),
    )


READERS = {"icalendar": by_icalendar, "vobject": by_vobject}


def live(entries: Sequence[Entry]) -> dict[str, Entry]:
    """What is not cancelled, by UID."""
    return {entry.uid: entry for entry in entries if entry.status != "CANCELLED"}


def taken_in(files: Sequence[bytes]) -> dict[str, Entry]:
    """What a calendar holds that took in the files one after another: an entry gives way to the same one with a higher sequence."""
    held: dict[str, Entry] = {}
    for file in files:
        for entry in by_icalendar(file):
            if entry.uid not in held or entry.sequence >= held[entry.uid].sequence:
                held[entry.uid] = entry
    return live(list(held.values()))


def times_of(report: Report) -> tuple[tuple[Slot, time], ...]:
    """A time for every time of day that any step of a plan has."""
    slots = {intake.slot for step in report.schedule.steps for intake in (*step.intakes, *step.others)}
    hours = dict(zip(Slot, (8, 7, 12, 18, 22), strict=True))
    return tuple((slot, time(hours[slot], 30)) for slot in Slot if slot in slots)


def taken_on(report: Report, day: date) -> tuple[Intake, ...]:
    """What the plan takes on a day."""
    step = next(step for step in reversed(report.schedule.steps) if step.start <= day)
    return step.intakes_on(day)
