"""A plan's calendar as an iCalendar file (RFC 5545 and 7986): the same plan gives the same bytes, the next version takes its place.

How it is written, and why:

- No METHOD. A method makes the file a message of a meeting, of which one file holds one kind: an update and a cancellation could
  not stand together, and an organiser with an address would have to be named. As plain entries they are taken over by UID.
- SEQUENCE rises with every version of the plan, for all of its events. What fell away has STATUS CANCELLED and, as not every
  calendar obeys that on import, says in its title not to follow it.
- STATUS TENTATIVE, as everything that this program writes is a draft; CLASS PRIVATE, so that a calendar that is shared shows
  others less; TRANSP TRANSPARENT, so that no day looks busy.
- A reminder is an event of its own at a floating local time (no zone, no Z: eight is eight wherever the person is), which repeats,
  and has an alarm at its start. Calendars differ in what they honour: alarms of all-day events begin at midnight and come once for
  a step of two weeks, and some calendars drop every alarm on import and use their own. A timed event shows its time in each of
  them, and there its alarm, or that calendar's own, comes at that time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from taper_cli import __version__
from taper_cli.render.events import Diary, Event
from taper_cli.render.rhythms import Repeat

if TYPE_CHECKING:
    import icalendar

# Long enough to be seen in the view of a day.
_SHOWN = timedelta(minutes=15)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def ical(diary: Diary) -> bytes:
    """The calendar as a file."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//taper-cli//taper {__version__}//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("uid", f"{diary.root}@taper-cli")
    calendar.add("name", diary.name)
    # The name as calendars read it that are older than RFC 7986.
    calendar.add("x-wr-calname", diary.name)
    for event in diary.events:
        calendar.add_component(_event(diary, event))
    # In the order of writing: sorted, the version would no longer stand first.
    content: bytes = calendar.to_ical(sorted=False)
    return content


def _event(diary: Diary, event: Event) -> icalendar.Event:
    """One entry."""
    import icalendar

    made = icalendar.Event()
    made.add("uid", f"{diary.root}-{event.key}@taper-cli")
    made.add("dtstamp", datetime.combine(diary.made_on, time(), UTC))
    made.add("sequence", diary.version - 1)
    made.add("status", "CANCELLED" if event.cancelled else "TENTATIVE")
    made.add("class", "PRIVATE")
    made.add("transp", "TRANSPARENT")
    if event.at is None:
        made.add("dtstart", event.first)
        made.add("dtend", event.after)
    else:
        start = datetime.combine(event.first, event.at)
        made.add("dtstart", start)
        made.add("dtend", start + _SHOWN)
    if event.repeat is not None:
        made.add("rrule", _rule(event.repeat))
    made.add("summary", event.title)
    made.add("description", event.text)
    if event.at is not None:
        made.add_component(_alarm(event))
    return made


def _rule(repeat: Repeat) -> dict[str, object]:
    """The days of a reminder, counted: a last day would have to be written as a time, and is read as one of Greenwich."""
    rule: dict[str, object] = {"FREQ": "WEEKLY" if repeat.weekdays else "DAILY"}
    if repeat.every > 1:
        rule["INTERVAL"] = repeat.every
    if repeat.times is not None:
        rule["COUNT"] = repeat.times
    if repeat.weekdays:
        rule["BYDAY"] = [_WEEKDAYS[day] for day in repeat.weekdays]
    return rule


def _alarm(event: Event) -> icalendar.Alarm:
    """A bell and a line of text when the event begins."""
    import icalendar

    made = icalendar.Alarm()
    made.add("action", "DISPLAY")
    made.add("description", event.title)
    made.add("trigger", timedelta(0))
    return made
