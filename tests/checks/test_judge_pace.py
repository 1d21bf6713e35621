"""Pace is measured over the guideline's own window, exactly; the exception for the tail is small and always flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from checks_builders import (
    CAP,
    CAP_RULE,
    CITE,
    DAY,
    START,
    STEADY,
    TOTALS,
    bare,
    case,
    fortnights,
    mg,
    refused,
    spoiled,
    verdicts,
)
from hypothesis import given
from hypothesis import strategies as st

from taper_cli.checks.pace import UsualPace, WhatWasAsked, WithinTheCap
from taper_cli.model.dose import Dose
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, UsualRange
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import Transcript


def over_the_cap(transcript: Transcript, **law: object) -> list[Finding]:
    """What the limit alone says of a paper."""
    return list(WithinTheCap().findings(case(transcript, **law)))


class TestTheLimit:
    """2025 joint guideline: typically not above 25 percent every two weeks, read as of the dose in force in 14 days."""

    def test_a_quarter_is_within_the_limit_and_a_nanogram_more_is_not(self) -> None:
        assert over_the_cap(fortnights("20", "15")) == []
        (found,) = over_the_cap(fortnights("20", "14.999999"))
        assert (found.rule, found.level, found.step) == (CAP_RULE, Level.REFUSE, 1)
        assert found.share == Fraction(20_000_000 - 14_999_999, 20_000_000)

    def test_the_finding_carries_all_that_the_paper_prints(self) -> None:
        (found,) = over_the_cap(fortnights("20", "12"))
        assert (found.before, found.after, found.share) == (mg(20), mg(12), Fraction(20 - 12, 20))
        assert (found.window_days, found.limit) == (14, Fraction(25, 100))
        assert found.message == "20 mg to 12 mg is 40% of the current dose within 14 days, above the limit of 25%"
        assert found.source == "Joint Clinical Practice Guideline on Benzodiazepine Tapering (2025), pace of the taper"

    def test_two_quarters_are_legal_14_days_apart(self) -> None:
        assert over_the_cap(bare("20", [("15", 0), ("11.25", 14)])) == []

    def test_two_quarters_are_illegal_13_days_apart(self) -> None:
        (found,) = over_the_cap(bare("20", [("15", 0), ("11.25", 13)]))
        assert (found.rule, found.level, found.step) == (CAP_RULE, Level.REFUSE, 2)
        assert (found.before, found.after, found.share) == (mg(20), mg("11.25"), 1 - Fraction(3, 4) ** 2)

    @pytest.mark.parametrize("days", range(1, 14))
    def test_a_cut_hidden_in_two_small_ones_is_found_within_the_window(self, days: int) -> None:
        (found,) = over_the_cap(bare("20", [("17", 0), ("14.5", days)]))
        assert (found.level, found.step, found.share) == (Level.REFUSE, 2, (20 - Fraction("14.5")) / 20)

    @pytest.mark.parametrize("days", [14, 15, 28, 365])
    def test_the_same_two_cuts_are_small_again_once_the_window_is_over(self, days: int) -> None:
        assert over_the_cap(bare("20", [("17", 0), ("14.5", days)])) == []

    def test_a_cut_hidden_in_daily_crumbs_is_found_on_the_day_it_exceeds_the_limit(self) -> None:
        crumbs = [(str(20 - Fraction(day + 1, 2)), day) for day in range(14)]
        found = over_the_cap(bare("20", crumbs))
        assert [(one.step, one.share) for one in found] == [
            (11, (20 - Fraction("14.5")) / 20),
            (12, Fraction(20 - 14, 20)),
            (13, (20 - Fraction("13.5")) / 20),
            (14, Fraction(20 - 13, 20)),
        ]

    def test_the_window_looks_back_past_the_first_row_to_the_dose_before(self) -> None:
        (found,) = over_the_cap(bare("20", [("18", 0), ("16", 4), ("14", 13)]))
        assert (found.step, found.before, found.share) == (3, mg(20), Fraction(20 - 14, 20))

    def test_a_rise_between_does_not_hide_a_cut(self) -> None:
        found = over_the_cap(bare("20", [("16", 0), ("16.5", 5), ("14", 10)]))
        assert [(one.step, one.before, one.share) for one in found] == [(3, mg(20), Fraction(20 - 14, 20))]

    def test_a_rise_raises_what_the_next_cut_is_measured_against(self) -> None:
        found = over_the_cap(bare("10", [("12", 0), ("8.5", 5)]))
        assert [(one.step, one.before, one.share) for one in found] == [(2, mg(12), (12 - Fraction("8.5")) / 12)]

    def test_a_limit_on_the_starting_dose_is_measured_against_the_starting_dose(self) -> None:
        of_start = ((CAP_RULE, replace(CAP, basis=Basis.START)),)
        assert over_the_cap(fortnights("20", "15", "10", "5", "0"), caps=of_start) == []
        (found,) = over_the_cap(fortnights("20", "15", "9.5"), caps=of_start)
        assert (found.step, found.share) == (2, (15 - Fraction("9.5")) / 20)
        assert "of the starting dose" in found.message

    def test_each_limit_is_judged_under_its_own_rule_and_window(self) -> None:
        slower = replace(CAP, share=Fraction(10, 100), window_days=28)
        found = over_the_cap(fortnights("20", "19", "17.5"), caps=((CAP_RULE, CAP), ("pace.slower.cap", slower)))
        assert verdicts(found) == [("pace.slower.cap", Level.REFUSE, 2)]
        assert found[0].share == (20 - Fraction("17.5")) / 20

    def test_without_a_limit_there_is_nothing_to_exceed(self) -> None:
        assert over_the_cap(fortnights("20", "0"), caps=()) == []


class TestTheSmallException:
    """A cut above the limit is flagged, not refused, only if all of these hold: the dose before is one of the three
    smallest makeable totals; it goes to the adjacent one; it is at most the drug's last step; it is not the first cut.
    """

    # Doses before and of each step | makeable totals | last step | level of the last step
    CUTS = (
        pytest.param(["3", "2", "1"], [1, 2, 3], 1, Level.FLAG, id="the second smallest to the smallest"),
        pytest.param(["4", "3", "1"], [1, 3, 4], 2, Level.FLAG, id="a last step of 2 mg"),
        pytest.param(["6", "5", "3"], [1, 3, 5, 6], 2, Level.FLAG, id="the third smallest to the second"),
        pytest.param(["7", "6", "4"], [1, 3, 4, 6, 7], 2, Level.REFUSE, id="the fourth smallest"),
        pytest.param(["3", "2", "1"], [1, "1.5", 2, 3], 1, Level.REFUSE, id="not adjacent"),
        pytest.param(["3", "2", "1"], [1, "1.000001", 2, 3], 1, Level.REFUSE, id="not adjacent by a nanogram"),
        pytest.param(["5", "4", "2"], [2, 4, 5], 1, Level.REFUSE, id="larger than the last step"),
        pytest.param(
            ["5", "4", "2"], [2, 4, 5], "1.999999", Level.REFUSE, id="larger than the last step by a nanogram"
        ),
        pytest.param(["2", "1"], [1, 2], 1, Level.REFUSE, id="the first cut"),
        pytest.param(["3", "2", "1"], [], 1, Level.REFUSE, id="makeable totals not known"),
        pytest.param(["3", "2", "1"], [2, 3], 1, Level.REFUSE, id="a dose that cannot be made"),
        pytest.param(["3", "2", "1"], [1, 3], 1, Level.REFUSE, id="from a dose that cannot be made"),
    )

    @pytest.mark.parametrize(("doses", "totals", "last_step", "level"), CUTS)
    def test_a_cut_above_the_limit(
        self, doses: Sequence[str], totals: Sequence[int | str], last_step: int | str, level: Level
    ) -> None:
        before, after = (Fraction(dose) for dose in doses[-2:])
        makeable = tuple(mg(total) for total in totals)
        found = over_the_cap(fortnights(*doses), totals=makeable, last_step=mg(last_step))[-1]
        assert (found.rule, found.level, found.step) == (CAP_RULE, level, len(doses) - 1)
        assert found.share == (before - after) / before

    def test_a_first_cut_is_not_excused_after_a_row_that_only_repeats_the_dose_before(self) -> None:
        held = spoiled(fortnights("2", "2", "1"), 1, kind=StepKind.START)
        assert verdicts(over_the_cap(held)) == [(CAP_RULE, Level.REFUSE, 2)]

    def test_two_exceptions_within_one_window_are_one_hidden_cut(self) -> None:
        quick = bare("3", [("2.5", 0), ("2", 14), ("1", 14 + 13)])
        assert [(one.step, one.level, one.share) for one in over_the_cap(quick)] == [
            (3, Level.REFUSE, (Fraction("2.5") - 1) / Fraction("2.5"))
        ]

    def test_a_cut_within_the_limit_is_no_exception(self) -> None:
        assert over_the_cap(fortnights("3", "2.5", "2")) == []

    def test_a_misplaced_exception_stands_only_if_the_prescriber_accepted_its_place(self) -> None:
        law = {"totals": (mg(10), mg(20)), "accepted": frozenset({"exception.place"})}
        assert (CAP_RULE, Level.REFUSE, 1) in verdicts(over_the_cap(fortnights("20", "10"), totals=(mg(10), mg(20))))
        assert (CAP_RULE, Level.FLAG, 1) in verdicts(over_the_cap(fortnights("20", "10"), **law))

    @pytest.mark.parametrize("totals", [(10, 15, 20), (10,), (20,), ()])
    def test_an_accepted_place_excuses_no_cut_past_a_nearer_dose(self, totals: tuple[int, ...]) -> None:
        law = {"totals": tuple(map(mg, totals)), "accepted": frozenset({"exception.place"})}
        assert verdicts(over_the_cap(fortnights("20", "10"), **law)) == [(CAP_RULE, Level.REFUSE, 1)]

    @pytest.mark.parametrize(("last", "level"), [("1", Level.FLAG), ("0.5", Level.FLAG), ("1.5", Level.REFUSE)])
    def test_the_stop_is_always_declared_and_left_to_the_last_dose_rule(self, last: str, level: Level) -> None:
        found = over_the_cap(fortnights(last, last, "0"), last_step=mg(1))
        assert [(one.step, one.level, one.share) for one in found] == [(2, level, Fraction(1))]

    def test_what_is_excused_says_why(self) -> None:
        tail, stop = over_the_cap(fortnights("2.5", "2", "1", "0"))
        assert tail.message.endswith("declared exception: no smaller cut can be made from these products")
        assert stop.message.endswith("the last dose is within the last step")


class TestShortUse:
    """Where dependence is unlikely the limit flags instead of refusing, with the reason; nothing else is lifted."""

    WHY = "used for 10 days, under a month"

    def test_a_cut_above_the_limit_is_flagged_with_the_reason(self) -> None:
        quick = bare("10", [("7.5", 0), ("5", 2), ("2.5", 4), ("0", 6)])
        found = over_the_cap(quick, short_use=self.WHY, last_dose=mg("2.5"))
        assert verdicts(found) == [(CAP_RULE, Level.FLAG, step) for step in (2, 3, 4)]
        assert found[0].message.endswith(f"above the limit of 25%; flagged only: {self.WHY}")

    def test_a_larger_last_dose_says_why_it_may_stand_and_is_not_called_the_last_step(self) -> None:
        quick = bare("10", [("7.5", 0), ("5", 2), ("2.5", 4), ("0", 6)])
        *_, stop = over_the_cap(quick, short_use=self.WHY, last_dose=mg("2.5"))
        assert stop.message.endswith(f"; the last dose is larger than the last step (1 mg): {self.WHY}")
        *_, usual = over_the_cap(fortnights("2", "1", "0"), short_use=self.WHY, last_dose=mg("2.5"))
        assert usual.message.endswith("; the last dose is within the last step")

    def test_a_gap_a_rise_and_a_large_last_dose_are_still_refused(self) -> None:
        wrong = bare("10", [("7.5", 0), ("8", 2), ("5", 4), ("0", 6)])
        lost = spoiled(wrong, 3, start=START + 5 * DAY)
        assert refused(lost, short_use=self.WHY, last_dose=mg("2.5")) == [
            ("dose.rise", 2),
            ("dates.gap", 3),
            ("last-dose", 4),
        ]


class TestTheSmallestChange:
    """Each finding names the smallest change of its row that would keep the limit."""

    # Paper | makeable totals | what to do instead
    CHANGES = (
        pytest.param(["20", "12"], [12, 14, 15, 16, 20], "no lower than 15 mg on this day", id="the limit itself"),
        pytest.param(["20", "12"], [12, 14, 16, 20], "no lower than 16 mg on this day", id="the lowest dose above it"),
        pytest.param(
            ["20", "10"],
            [10, 20],
            "stay at 20 mg here; a smaller cut needs another product or a later date",
            id="no dose between",
        ),
        pytest.param(["20", "0"], [10, 20], "stop from 1 mg or less", id="a stop"),
    )

    @pytest.mark.parametrize(("doses", "totals", "change"), CHANGES)
    def test_what_to_do_instead(self, doses: list[str], totals: list[int], change: str) -> None:
        (found,) = over_the_cap(fortnights(*doses), totals=tuple(map(mg, totals)))
        assert found.change == change

    def test_doing_it_keeps_the_limit(self) -> None:
        (found,) = over_the_cap(bare("20", [("17", 0), ("14", 13)]))
        assert found.change == "no lower than 15 mg on this day"
        assert over_the_cap(bare("20", [("17", 0), ("15", 13)])) == []


@st.composite
def falls(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """A dose before, in half mg, and falling doses with the days at which each begins."""
    doses = sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=12)), reverse=True)
    gaps = draw(st.lists(st.integers(1, 20), min_size=len(doses) - 1, max_size=len(doses) - 1))
    days = [sum(gaps[:place]) for place in range(len(doses) - 1)]
    return doses[0], list(zip(doses[1:], days, strict=True))


@STEADY
@given(falls(), st.integers(1, 30), st.fractions("0.05", "0.95", max_denominator=40), st.sampled_from(Basis))
def test_day_by_day_against_each_day_of_the_window_gives_the_same_breaches(
    fall: tuple[int, list[tuple[int, int]]], window: int, share: Fraction, basis: Basis
) -> None:
    before, levels = fall
    paper = bare(str(Fraction(before, 2)), [(str(Fraction(dose, 2)), day) for dose, day in levels])

    def dose_on(day: int) -> int:
        return next((dose for dose, first in reversed(levels) if first <= day), before)

    expected = {}
    for number, (dose, day) in enumerate(levels, start=1):
        earlier = [dose_on(day - lag) for lag in range(1, window + 1)]
        shares = [Fraction(then - dose, then if basis is Basis.CURRENT else before) for then in earlier]
        if max(shares) > share:
            expected[number] = max(shares)
    law = ((CAP_RULE, replace(CAP, share=share, window_days=window, basis=basis)),)
    assert {one.step: one.share for one in over_the_cap(paper, caps=law)} == expected


class TestWhatWasAsked:
    """No cut is larger than the pace asked for; where products make none so small, the step is flagged."""

    def flagged(self, transcript: Transcript, asked: AtPace | None) -> list[tuple[int | None, Level]]:
        found = list(WhatWasAsked().findings(case(transcript, asked=asked)))
        assert {one.rule for one in found} <= {"pace.asked"}
        return [(one.step, one.level) for one in found]

    def test_a_pace_in_mg(self) -> None:
        paper = fortnights("10", "9", "8", "6.5", "5.5", "4.499999")
        assert self.flagged(paper, AtPace(dose=mg(1))) == [(3, Level.FLAG), (5, Level.FLAG)]

    def test_a_pace_in_percent_of_the_current_dose(self) -> None:
        paper = fortnights("20", "18", "16.2", "14.5", "13")
        assert self.flagged(paper, AtPace(share=Fraction(10, 100))) == [(3, Level.FLAG), (4, Level.FLAG)]

    def test_a_pace_in_percent_of_the_starting_dose(self) -> None:
        paper = fortnights("20", "18", "16", "13.5", "12")
        assert self.flagged(paper, AtPace(share=Fraction(10, 100), basis=Basis.START)) == [(3, Level.FLAG)]

    def test_a_claimed_ten_percent_that_delivers_more_is_always_said(self) -> None:
        (found,) = WhatWasAsked().findings(case(fortnights("12", "7"), asked=AtPace(share=Fraction(10, 100))))
        assert (found.before, found.after) == (mg(12), mg(7))
        assert found.message.startswith("12 mg to 7 mg is a cut of 5 mg (41.7%); asked was 10%")

    def test_a_pace_in_mg_is_quoted_in_mg(self) -> None:
        (found,) = WhatWasAsked().findings(case(fortnights("12", "10"), asked=AtPace(dose=mg(1))))
        assert found.message.startswith("12 mg to 10 mg is a cut of 2 mg (16.7%); asked was 1 mg")

    def test_the_stop_is_a_cut_too(self) -> None:
        assert self.flagged(fortnights("2", "1", "0"), AtPace(dose=mg("0.5"))) == [(1, Level.FLAG), (2, Level.FLAG)]

    def test_where_no_pace_was_asked_nothing_is_said(self) -> None:
        assert self.flagged(fortnights("20", "5"), None) == []


class TestUsualPace:
    """Cuts above the guideline's usual range are one remark, never a flag, with the time the usual range would take."""

    USUAL = UsualRange(
        share_low=Fraction(5, 100),
        share_high=Fraction(10, 100),
        interval_low_days=14,
        interval_high_days=28,
        cite=CITE,
    )

    def test_cuts_above_the_usual_range_are_counted_in_one_remark(self) -> None:
        paper = fortnights("20", "18", "16", "14", "0")
        (found,) = UsualPace().findings(case(paper, usual=self.USUAL))
        assert (found.rule, found.level, found.step) == ("pace.usual", Level.INFO, None)
        assert found.message == (
            "2 of 3 cuts are above the usual 5 to 10% of the current dose; "
            "a schedule within it takes about 58 weeks where products can make it"
        )

    @pytest.mark.parametrize("usual", [USUAL, None])
    def test_cuts_within_it_or_no_range_at_all_need_no_remark(self, usual: UsualRange | None) -> None:
        assert list(UsualPace().findings(case(fortnights("20", "18", "16.2", "0"), usual=usual))) == []


class TestTheDoseInForce:
    """The judge's own reading of which dose was in force when."""

    PAPER = bare("20", [("16", 0), ("13", 14), ("10.5", 28), ("0", 42)])
    WITHIN = (
        (0, 14, [20]),
        (13, 14, [16, 20]),
        (14, 14, [16]),
        (15, 14, [16, 13]),
        (28, 14, [13]),
        (28, 15, [16, 13]),
        (28, 29, [16, 13, 20]),
        (43, 1, [0]),
    )

    @pytest.mark.parametrize(("day", "window", "doses"), WITHIN)
    def test_the_window_is_the_days_before_a_day_and_not_the_day_itself(
        self, day: int, window: int, doses: list[int]
    ) -> None:
        found = case(self.PAPER).doses_within(START + day * DAY, window)
        assert set(found) == {mg(dose) for dose in doses}

    def test_cuts_are_the_steps_at_which_the_total_falls(self) -> None:
        paper = fortnights("20", "16", "16", "17", "13", "0")
        assert [(step.number, before) for step, before in case(paper).cuts()] == [(1, mg(20)), (4, mg(17)), (5, mg(13))]

    def test_the_makeable_totals_of_the_good_plan_hold_all_its_doses(self) -> None:
        assert {mg(1), mg("2.5"), mg("10.5"), mg(20)} <= set(TOTALS)
        assert not {Dose.parse("0.5 mg"), Dose.parse("1.5 mg")} & set(TOTALS)
