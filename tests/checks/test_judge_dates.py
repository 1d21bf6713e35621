"""Every day is covered once, and a start in the past is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from checks_builders import DAY, START, case, gentle, judged, refused, spoiled, verdicts, without

from taper_cli.checks.dates import EveryDayOnce, NotInThePast, PositiveLength, WeekdaysMatch
from taper_cli.model.finding import Level


class TestEveryDayOnce:
    """No day without instruction between steps, and no day with two."""

    def test_good_dates_pass(self) -> None:
        assert not list(EveryDayOnce().findings(case(gentle())))

    @pytest.mark.parametrize("dropped", range(2, 14))
    def test_a_dropped_step_leaves_days_without_instruction(self, dropped: int) -> None:
        found = EveryDayOnce().findings(case(without(gentle(), dropped)))
        assert verdicts(found) == [("dates.gap", Level.REFUSE, dropped + 1)]

    @pytest.mark.parametrize("dropped", [2, 7, 13])
    def test_the_whole_judge_refuses_a_dropped_step(self, dropped: int) -> None:
        assert ("dates.gap", dropped + 1) in refused(without(gentle(), dropped))

    def test_a_single_day_without_instruction_is_a_gap(self) -> None:
        shorter = spoiled(gentle(), 4, end=START + (4 * 14 - 1) * DAY)
        assert refused(shorter) == [("dates.gap", 5)]

    def test_a_single_day_with_two_instructions_is_an_overlap(self) -> None:
        longer = spoiled(gentle(), 4, end=START + (4 * 14 + 1) * DAY)
        assert verdicts(EveryDayOnce().findings(case(longer))) == [("dates.overlap", Level.REFUSE, 5)]
        assert ("dates.overlap", 5) in refused(longer)

    def test_a_step_that_starts_before_the_one_before_it_has_ended_is_an_overlap(self) -> None:
        found = EveryDayOnce().findings(case(spoiled(gentle(), 5, start=START + (4 * 14 - 3) * DAY)))
        assert verdicts(found) == [("dates.overlap", Level.REFUSE, 5)]

    def test_a_step_without_an_end_overlaps_the_next(self) -> None:
        assert ("dates.overlap", 5) in refused(spoiled(gentle(), 4, end=None))

    def test_rows_in_the_wrong_order_overlap(self) -> None:
        steps = gentle().steps
        shuffled = replace(gentle(), steps=(steps[0], steps[2], steps[1], *steps[3:]))
        assert ("dates.overlap", 2) in refused(shuffled)


class TestPositiveLength:
    """A step lasts at least one day."""

    @pytest.mark.parametrize("days", [0, -1, -14])
    def test_a_step_of_no_day_is_refused(self, days: int) -> None:
        start = gentle().steps[3].start
        found = PositiveLength().findings(case(spoiled(gentle(), 4, end=start + days * DAY)))
        assert verdicts(found) == [("dates.length", Level.REFUSE, 4)]

    def test_one_day_is_enough(self) -> None:
        start = gentle().steps[3].start
        assert not list(PositiveLength().findings(case(spoiled(gentle(), 4, end=start + DAY))))


class TestWeekdaysMatch:
    """A stated weekday is the weekday of its date: a wrong one sends the patient to the wrong row."""

    @pytest.mark.parametrize("stated", ["Mon", "Monday", "mon", " MONDAY ", ""])
    def test_the_right_weekday_or_none_at_all_passes(self, stated: str) -> None:
        assert refused(spoiled(gentle(), 4, weekday=stated)) == []

    @pytest.mark.parametrize("stated", ["Sun", "Sunday", "Tue", "day 4"])
    def test_the_day_before_or_after_or_no_weekday_at_all_is_refused(self, stated: str) -> None:
        (found,) = WeekdaysMatch().findings(case(spoiled(gentle(), 4, weekday=stated)))
        assert (found.rule, found.level, found.step) == ("dates.weekday", Level.REFUSE, 4)
        assert found.message == f"2026-04-13 is a Mon, the paper says {stated!r}"

    def test_a_leap_day_has_its_own_weekday(self) -> None:
        leap = spoiled(gentle(), 1, start=date(2028, 2, 29), weekday="Tue")
        after = spoiled(gentle(), 1, start=date(2028, 3, 1), weekday="Wed")
        assert not list(WeekdaysMatch().findings(case(leap)))
        assert not list(WeekdaysMatch().findings(case(after)))


class TestNotInThePast:
    """A start before today is flagged, never refused."""

    @pytest.mark.parametrize("today", [START + DAY, START + 400 * DAY, date(2027, 1, 1)])
    def test_a_past_start_is_flagged(self, today: date) -> None:
        found = judged(gentle(), today=today)
        assert ("dates.past", Level.FLAG, 1) in found
        assert Level.REFUSE not in {level for _, level, _ in found}

    def test_the_message_names_the_first_day_and_today(self) -> None:
        (found,) = NotInThePast().findings(case(gentle(), today=date(2026, 3, 3)))
        assert found.message == "the first cut is on 2026-03-02, before today (2026-03-03)"

    @pytest.mark.parametrize("today", [START, START - DAY, None])
    def test_a_start_today_or_later_is_not(self, today: date | None) -> None:
        assert not list(NotInThePast().findings(case(gentle(), today=today)))
