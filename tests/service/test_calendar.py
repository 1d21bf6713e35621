"""The calendar file of a plan, read back by two programs: its days are the plan's days, and it tells no more than was asked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from calendar_builders import (
    READERS,
    Entry,
    by_icalendar,
    by_vobject,
    calendar,
    live,
    taken_in,
    taken_on,
    times_of,
)
from hypothesis import HealthCheck, given, settings
from revising_builders import BASES, Q4, chains, mock_up, revised
from service_builders import planned

from taper_cli.model.errors import InvalidInput
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.render.events import diary
from taper_cli.render.style import Events, Titles
from taper_cli.service import reviews_of, verify_writing

STEADY = settings(
    derandomize=True, database=None, deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
DAY = timedelta(days=1)
PLANS: dict[str, Any] = BASES | {
    "two days a week": lambda: planned("omeprazole", "40 mg", ladder="highland-omeprazole", region="gb"),
    "a long steroid ladder": lambda: planned("prednisolone", "15 mg", ladder="pmr-bsr-2010", region="gb"),
    "a steroid to a maintenance dose": lambda: planned(
        "prednisolone", "60 mg", steps="50 mg 2w, 40 mg 2w, 35 mg 2w, 30 mg 2w", to="25 mg", region="gb"
    ),
    "below a milligram": lambda: planned("lorazepam", "1 mg morning + 2 mg bedtime", "30w", region="gb", to="0.5 mg"),
    "over a leap day and a year's end": lambda: planned("diazepam", "20 mg", "26w", start=date(2027, 11, 3)),
}


def keyed(content: bytes) -> dict[str, Entry]:
    """The entries that are not cancelled by what they are."""
    return {entry.key: entry for entry in live(by_icalendar(content)).values()}


@pytest.mark.parametrize("name", PLANS)
class TestAnyPlan:
    """What holds for every calendar."""

    def test_two_programs_read_the_same_entries(self, name: str) -> None:
        report = PLANS[name]()
        content = calendar(report, times=times_of(report), titles=Titles.DOSE)
        assert by_icalendar(content) == by_vobject(content)
        assert len(by_icalendar(content)) > len(report.schedule.steps)

    def test_its_lines_are_folded_ascii_that_end_as_the_standard_asks(self, name: str) -> None:
        report = PLANS[name]()
        content = calendar(report, times=times_of(report), titles=Titles.DOSE)
        lines = content.split(b"\r\n")
        assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
        assert content.isascii() and max(map(len, lines)) <= 75
        assert b"\n" not in content.replace(b"\r\n", b"")

    def test_the_same_plan_gives_the_same_bytes(self, name: str) -> None:
        assert calendar(PLANS[name]()) == calendar(PLANS[name]())

    def test_it_tells_of_no_medicine_unless_asked(self, name: str) -> None:
        report = PLANS[name]()
        seen = calendar(report, times=times_of(report)).replace(b"\r\n ", b"").decode().lower()
        names = (report.drug.name, *report.drug.synonyms, *(brand.name.lower() for brand in report.drug.brands))
        assert [word for word in (*names, " mg", "tablet", "capsule", "medicine", "dose") if word in seen] == []

    def test_each_entry_is_a_draft_of_this_version_private_and_blocks_no_day(self, name: str) -> None:
        report = PLANS[name]()
        content = calendar(report, times=times_of(report))
        entries = by_icalendar(content)
        for entry in entries:
            lines = entry.text.split("\n")
            assert lines[0] == "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT."
            assert lines[-1].startswith(f"Plan {report.plan_id}, version 1.")
            assert (entry.sequence, entry.status) == (0, "TENTATIVE")
            assert entry.stamp == datetime.combine(report.generated_on, time())
        assert content.count(b"TRANSP:TRANSPARENT") == content.count(b"CLASS:PRIVATE") == len(entries)

    def test_every_text_is_well_written(self, name: str) -> None:
        report = PLANS[name]()
        for titles in Titles:
            texts = diary(report, Events(titles, times_of(report)), reviews_of(report)).texts
            assert len(texts) > 2 * len(report.schedule.steps)
            verify_writing(texts, report)

    def test_its_reviews_are_those_of_the_advice(self, name: str) -> None:
        report = PLANS[name]()
        entries = keyed(calendar(report))
        found = [(one.first, one.after - DAY) for key, one in entries.items() if key.startswith("review")]
        assert sorted(found) == sorted((one.first, one.last) for one in reviews_of(report)[-1])
        assert found


class TestTheWorkedExample:
    """4 mg in the morning and 6 mg at night, 1 mg less every two weeks from 2 March 2026."""

    def test_each_step_is_an_all_day_entry_that_ends_where_the_next_begins(self) -> None:
        entries = keyed(calendar(mock_up()))
        steps = [entries[f"step-{number}"] for number in range(1, 10)]
        assert [(one.first, one.after) for one in steps] == [
            (date(2026, 3, 2) + at * 14 * DAY, date(2026, 3, 16) + at * 14 * DAY) for at in range(9)
        ]
        assert [one.title for one in steps] == [f"Plan: step {number}" for number in range(1, 10)]

    def test_stop_is_its_first_day_without_the_drug_and_the_watch_lasts_four_weeks(self) -> None:
        entries = keyed(calendar(mock_up()))
        assert (entries["end"].title, entries["end"].days) == ("Plan: STOP", (date(2026, 7, 6),))
        assert (entries["watch"].first, entries["watch"].after) == (date(2026, 7, 6), date(2026, 8, 3))
        assert "keep watching until Sun 2 Aug 2026" in entries["end"].text

    def test_when_asked_the_titles_name_drug_and_dose_and_the_text_the_tablets(self) -> None:
        entries = keyed(calendar(mock_up(), titles=Titles.DOSE))
        assert entries["step-1"].title == "diazepam 9 mg a day"
        assert (
            "Mon 2 Mar to Sun 15 Mar 2026: Take 1 and a half tablets (3 mg) in the morning and 3 tablets (6 mg) at night"
            in entries["step-1"].text
        )
        assert "Watch closely: Wed 4 Mar to Sun 15 Mar." in entries["step-1"].text
        assert entries["end"].title == "STOP diazepam"


@pytest.mark.parametrize("reader", READERS)
class TestDatesThatAreEasyToGetWrong:
    """As each of the two programs reads them."""

    def entries(self, reader: str, report: Report) -> dict[str, Entry]:
        return {entry.key: entry for entry in READERS[reader](calendar(report))}

    def test_a_leap_day_is_a_day_of_its_step(self, reader: str) -> None:
        step = self.entries(reader, PLANS["over a leap day and a year's end"]())["step-9"]
        assert (step.first, step.after, len(step.days)) == (date(2028, 2, 23), date(2028, 3, 8), 14)
        assert date(2028, 2, 29) in step.days

    def test_a_step_may_begin_on_a_leap_day(self, reader: str) -> None:
        entries = self.entries(reader, planned("diazepam", "20 mg", "26w", start=date(2028, 2, 15)))
        assert entries["step-2"].first == date(2028, 2, 29) == entries["step-1"].after
        assert entries["review-before-step-2"].days == (date(2028, 2, 28),)

    def test_a_step_over_the_years_end_says_both_years(self, reader: str) -> None:
        step = self.entries(reader, planned("diazepam", "20 mg", "26w"))["step-2"]
        assert (step.first, step.after) == (date(2026, 12, 21), date(2027, 1, 4))
        assert "Mon 21 Dec 2026 to Sun 3 Jan 2027" in step.text

    def test_a_dose_that_goes_on_is_told_on_its_first_day_and_reviewed(self, reader: str) -> None:
        report = PLANS["to a maintenance dose"]()
        entries = self.entries(reader, report)
        assert entries["end"].title == "Plan: stay on this step"
        assert entries["end"].days == (report.schedule.ending.start,)
        assert "until your prescriber changes it" in entries["end"].text
        assert "watch" not in entries
        assert "and then at least every 3 months" in entries["review-in-end-1"].text


class TestSpacedDays:
    """A step that is not the same every day is one entry, which says so; reminders come on its days only."""

    def test_its_title_says_that_the_days_differ(self) -> None:
        entries = keyed(calendar(PLANS["days left out"]()))
        assert entries["step-1"].title == "Plan: step 1, not the same every day"
        assert "Look for the date on your sheet" in entries["step-1"].text
        assert entries["step-2"].title == "Plan: step 2"

    def test_with_doses_it_begins_with_the_days_and_names_what_is_taken_between(self) -> None:
        entries = keyed(calendar(PLANS["days left out"](), titles=Titles.DOSE))
        assert entries["step-1"].title == "Every other day prednisolone 4 mg, on the days between prednisolone 3 mg"
        assert entries["step-7"].title == "Every other day prednisolone 1 mg, on the days between none"
        assert "every other day, first on Mon 7 Dec" in entries["step-1"].text
        weekly = keyed(calendar(PLANS["two days a week"](), titles=Titles.DOSE))
        assert weekly["step-4"].title == "On Monday and Thursday omeprazole 10 mg, on the days between none"

    def test_reminders_leave_out_the_days_without_a_dose(self) -> None:
        report = PLANS["two days a week"]()
        entries = keyed(calendar(report, times=((Slot.DAILY, time(7)),)))
        every_day, second, weekly = (entries[f"remind-daily-{number}"] for number in (1, 2, 3))
        assert len(every_day.starts) == 62
        assert {(later - earlier).days for earlier, later in zip(second.starts, second.starts[1:], strict=False)} == {2}
        assert {day.weekday() for day in weekly.starts} == {0, 3}
        assert weekly.starts[0].date() == date(2027, 3, 11)  # type: ignore[attr-defined]


def test_a_long_watch_is_told_on_its_last_day_only() -> None:
    report = PLANS["a long steroid ladder"]()
    watch = keyed(calendar(report))["watch"]
    assert watch.days == (report.schedule.ending.start + 364 * DAY,)
    assert watch.title == "Plan: last day to keep watching"


def test_in_great_britain_a_title_below_a_milligram_is_in_micrograms_too() -> None:
    entries = keyed(calendar(PLANS["below a milligram"](), titles=Titles.DOSE))
    assert entries["end"].title == "Stay on lorazepam 500 micrograms (0.5 mg) a day"


class TestReminders:
    """Each time of day is a series at a local time that no zone moves, with an alarm at its beginning."""

    TIMES = ((Slot.MORNING, time(8)), (Slot.BEDTIME, time(22)))

    def test_stand_at_the_stated_times_without_a_zone(self) -> None:
        content = calendar(mock_up(), times=self.TIMES)
        assert b"DTSTART:20260302T080000\r\n" in content and b"DTSTART:20260302T220000\r\n" in content
        assert b"TZID" not in content and b"VTIMEZONE" not in content
        reminders = [entry for entry in by_vobject(content) if entry.timed]
        assert [entry.first.tzinfo for entry in reminders] == [None, None]  # type: ignore[attr-defined]
        assert [entry.alarms for entry in reminders] == [(timedelta(0),)] * 2

    def test_come_on_the_days_of_their_dose_and_end_with_it(self) -> None:
        entries = keyed(calendar(mock_up(), times=self.TIMES))
        morning, night = entries["remind-morning-1"], entries["remind-bedtime-1"]
        assert (morning.title, night.title) == ("Plan: morning", "Plan: night")
        assert (len(morning.starts), morning.starts[-1]) == (42, datetime.combine(date(2026, 4, 12), time(8)))
        assert (len(night.starts), night.starts[-1]) == (126, datetime.combine(date(2026, 7, 5), time(22)))

    def test_name_no_dose_even_where_titles_do(self) -> None:
        reminders = [
            one for one in keyed(calendar(mock_up(), times=self.TIMES, titles=Titles.DOSE)).values() if one.timed
        ]
        assert {one.title for one in reminders} == {"diazepam: morning", "diazepam: night"}
        assert all("mg" not in one.text and "see" not in one.title for one in reminders)

    def test_of_a_dose_that_goes_on_have_no_end(self) -> None:
        report = PLANS["a steroid to a maintenance dose"]()
        content = calendar(report, times=((Slot.DAILY, time(7)),))
        assert b"RRULE:FREQ=DAILY\r\n" in content
        assert keyed(content)["remind-daily-2"].first == datetime.combine(report.schedule.ending.start, time(7))

    def test_of_a_long_plan_come_in_series_of_a_year_at_most(self) -> None:
        report = PLANS["a long steroid ladder"]()
        entries = keyed(calendar(report, times=((Slot.DAILY, time(7)),)))
        assert [len(entries[f"remind-daily-{number}"].starts) for number in (1, 2)] == [364, 203]
        assert entries["remind-daily-2"].starts[0] - entries["remind-daily-1"].starts[-1] == DAY

    @pytest.mark.parametrize(
        ("times", "told", "instead"),
        [
            ({Slot.MORNING: time(7)}, "no time for bedtime", "'morning 07:00, bedtime 22:00'"),
            ({Slot.DAILY: time(7)}, "no time for morning, bedtime", "'morning 08:00, bedtime 22:00'"),
            (
                {Slot.MORNING: time(7), Slot.NOON: time(12), Slot.BEDTIME: time(21, 30)},
                "a time for noon, without a dose",
                "'morning 07:00, bedtime 21:30'",
            ),
        ],
    )
    def test_a_time_of_day_without_a_time_is_told(self, times: dict[Slot, time], told: str, instead: str) -> None:
        with pytest.raises(InvalidInput, match=told) as error:
            calendar(mock_up(), times=tuple(times.items()))
        assert instead in error.value.instead

    def test_a_time_of_day_that_was_over_at_a_revision_needs_none(self) -> None:
        later = revised(mock_up(), date(2026, 5, 20), hold="2w")
        entries = keyed(calendar(later, times=((Slot.BEDTIME, time(22)),)))
        assert "remind-bedtime-1" in entries and "remind-morning-1" not in entries
        # The 13th is the first day without a morning dose.
        on_the_day, before = (revised(mock_up(), date(2026, 4, day), hold="2w") for day in (13, 12))
        assert calendar(on_the_day, times=((Slot.BEDTIME, time(22)),))
        for report, times in ((later, self.TIMES[:1]), (before, self.TIMES[1:])):
            with pytest.raises(InvalidInput, match="no time for"):
                calendar(report, times=times)
        with pytest.raises(InvalidInput, match="no time for bedtime"):
            calendar(later, times=((Slot.MORNING, time(8)),))


class TestARevision:
    """The next version takes the place of the one before: same entries, higher sequence, and what fell away is cancelled."""

    @pytest.fixture
    def held(self) -> Report:
        return revised(mock_up(), Q4, hold="2w")

    @pytest.fixture
    def stayed(self) -> Report:
        return revised(mock_up(), date(2026, 5, 20), stop_here=True)

    def test_entries_keep_their_names_and_rise_in_sequence(self, held: Report) -> None:
        first, second = by_icalendar(calendar(mock_up())), by_icalendar(calendar(held))
        assert {entry.uid for entry in first} == {entry.uid for entry in live(second).values()} & {
            entry.uid for entry in first
        }
        assert {entry.sequence for entry in first} == {0} and {entry.sequence for entry in second} == {1}
        assert all(entry.uid.startswith(mock_up().plan_id) for entry in second)
        assert all(f"Plan {held.plan_id}, version 2." in entry.text for entry in second)

    def test_a_hold_moves_the_entries_after_it(self, held: Report) -> None:
        before, after = keyed(calendar(mock_up())), keyed(calendar(held))
        assert before["step-4"].first == after["step-4"].first
        assert after["step-4"].after - before["step-4"].after == 14 * DAY
        for key in ("step-5", "end", "watch", "review-before-end"):
            assert after[key].first - before[key].first == 14 * DAY

    def test_what_fell_away_is_cancelled_on_the_days_that_it_had(self, stayed: Report) -> None:
        content = calendar(stayed)
        gone = {entry.key: entry for entry in by_icalendar(content) if entry.status == "CANCELLED"}
        assert set(gone) == {
            *("step-7", "step-8", "step-9", "watch"),
            *("review-before-step-7", "review-before-step-8", "review-before-step-9", "review-before-end"),
            *("remind-morning-1", "remind-bedtime-1"),
        }
        assert (gone["step-7"].first, gone["step-7"].after) == (date(2026, 5, 25), date(2026, 6, 8))
        assert gone["step-7"].title == "Cancelled entry, see your newest sheet (Plan: step 7)"
        assert all("Go on with what your newest sheet says" in entry.text for entry in gone.values())
        assert by_vobject(content) == by_icalendar(content)

    def test_reminders_not_asked_for_again_are_cancelled_once_and_never_repeat(self, held: Report) -> None:
        gone = [entry for entry in by_icalendar(calendar(held)) if entry.key.startswith("remind")]
        assert [(entry.status, len(entry.starts), entry.timed) for entry in gone] == [("CANCELLED", 1, False)] * 2

    def test_reminders_asked_for_again_take_the_place_of_the_old_ones(self, held: Report) -> None:
        content = calendar(held, times=TestReminders.TIMES)
        assert "CANCELLED" not in {entry.status for entry in by_icalendar(content)}
        assert len(keyed(content)["remind-bedtime-1"].starts) == 140

    def test_what_comes_back_in_a_later_version_lives_again(self, stayed: Report) -> None:
        third = revised(stayed, date(2026, 6, 17), slower="1 mg")
        assert third.schedule.ending.kind is StepKind.STOP
        files = [calendar(one) for one in (mock_up(), stayed, third)]
        assert taken_in(files) == live(by_icalendar(files[-1]))
        assert "step-8" in keyed(files[-1])


@given(chain=chains(most=4))
@STEADY
def test_the_days_of_the_entries_are_the_days_of_the_schedule(chain: tuple[Report, ...]) -> None:
    report = chain[-1]
    schedule = report.schedule
    entries = keyed(calendar(report))
    covered = {day: key for key, entry in entries.items() if key.startswith("step") for day in entry.days}
    days = [schedule.start + at * DAY for at in range(schedule.days)]
    assert sorted(covered) == days
    assert len(days) == sum(len(entry.days) for key, entry in entries.items() if key.startswith("step"))
    for step in schedule.dosing_steps:
        assert {covered[step.start], covered[step.last_day or step.start]} == {f"step-{step.number}"}
    assert entries["end"].days == (schedule.ending.start,)


@given(chain=chains(most=2))
@STEADY
def test_reminders_come_on_every_day_of_a_dose_and_on_no_other(chain: tuple[Report, ...]) -> None:
    report = chain[-1]
    content = calendar(report, times=times_of(report))
    assert by_icalendar(content) == by_vobject(content)
    last = report.schedule.ending.start + 400 * DAY
    reminded = sorted(
        (start.date(), entry.key.split("-")[1])  # type: ignore[attr-defined]
        for entry in keyed(content).values()
        if entry.timed
        for start in entry.starts
        if start.date() < last  # type: ignore[attr-defined]
    )
    days = [report.schedule.start + at * DAY for at in range((last - report.schedule.start).days)]
    assert reminded == sorted((day, intake.slot.value) for day in days for intake in taken_on(report, day))


@given(chain=chains(most=4))
@STEADY
def test_whichever_versions_a_calendar_took_in_it_holds_the_last_one(chain: tuple[Report, ...]) -> None:
    with_reminders = [calendar(report, times=times_of(report)) for report in chain]
    last = calendar(chain[-1])
    expected = live(by_icalendar(last))
    assert taken_in([*with_reminders[:-1], last]) == expected
    assert taken_in([*with_reminders[:-1][:1], last]) == expected
    assert taken_in([last, *with_reminders[:-1]]) == expected
    for titles in Titles:
        verify_writing(diary(chain[-1], Events(titles), reviews_of(chain[-1])).texts, chain[-1])
