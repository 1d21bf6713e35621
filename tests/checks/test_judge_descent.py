"""The dose only falls, and a step that changes nothing says so."""

from __future__ import annotations

import pytest
from checks_builders import bare, case, fortnights, gentle, judged, refused, spoiled, verdicts

from taper_cli.checks.descent import NoRise, NoStall
from taper_cli.model.finding import Level
from taper_cli.model.schedule import StepKind


class TestNoRise:
    """No step is above the one before it."""

    def test_a_rise_is_refused_where_it_happens(self) -> None:
        found = list(NoRise().findings(case(fortnights("20", "16", "17", "13"))))
        assert verdicts(found) == [("dose.rise", Level.REFUSE, 2)]
        assert found[0].message == "rises from 16 mg to 17 mg"

    def test_a_first_step_above_the_dose_before_is_a_rise(self) -> None:
        assert verdicts(NoRise().findings(case(fortnights("20", "20.5", "16")))) == [("dose.rise", Level.REFUSE, 1)]

    def test_a_rise_of_a_nanogram_is_a_rise(self) -> None:
        found = NoRise().findings(case(fortnights("20", "16", "16.000001")))
        assert verdicts(found) == [("dose.rise", Level.REFUSE, 2)]

    def test_a_dose_after_stop_is_a_rise(self) -> None:
        assert ("dose.rise", 3) in refused(fortnights("2", "1", "0", "1"), totals=(), products=None)

    def test_equal_doses_and_falls_are_no_rise(self) -> None:
        assert not list(NoRise().findings(case(fortnights("20", "20", "16", "16", "13"))))


class TestNoStall:
    """Two neighbours at the same dose are one held step, and say so."""

    def test_a_silent_stall_is_refused(self) -> None:
        stalled = fortnights("10", "9", "9", "8", "0")
        assert verdicts(NoStall().findings(case(stalled))) == [("dose.stall", Level.REFUSE, 2)]

    def test_a_first_cut_that_cuts_nothing_is_a_stall(self) -> None:
        assert verdicts(NoStall().findings(case(fortnights("10", "10", "9")))) == [("dose.stall", Level.REFUSE, 1)]

    def test_a_stop_after_stop_is_a_stall(self) -> None:
        assert ("dose.stall", Level.REFUSE, 3) in verdicts(NoStall().findings(case(fortnights("1", "0", "0", "0"))))

    @pytest.mark.parametrize("kind", [StepKind.HOLD, StepKind.SWITCH, StepKind.START])
    def test_a_stay_that_says_so_is_none(self, kind: StepKind) -> None:
        assert not list(NoStall().findings(case(spoiled(fortnights("10", "9", "9", "8"), 2, kind=kind))))

    def test_keeping_the_dose_that_was_the_target_is_none(self) -> None:
        kept = bare("10", [("9", 0), ("8", 14), ("8", 28)])
        assert not list(NoStall().findings(case(kept)))

    def test_steps_joined_into_a_longer_one_are_flagged(self) -> None:
        assert ("held", Level.FLAG, 6) in judged(spoiled(gentle(), 6, held=True))
        assert refused(spoiled(gentle(), 6, held=True)) == []
