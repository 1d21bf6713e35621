"""A taper ends explicitly, once, and from a dose small enough to stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from checks_builders import bare, case, fortnights, gentle, mg, morning_and_bedtime, refused, spoiled, verdicts, without

from taper_cli.checks.endpoint import ExplicitEnd, LastDose
from taper_cli.model.finding import Level
from taper_cli.model.schedule import StepKind


class TestExplicitEnd:
    """The last row says STOP, or MAINTAIN at the target; nothing follows it, and nothing stops earlier."""

    def test_a_taper_that_never_says_stop_is_refused(self) -> None:
        assert refused(without(gentle(), 14)) == [("end.missing", 13)]

    def test_a_paper_without_rows_is_refused(self) -> None:
        assert refused(replace(gentle(), steps=())) == [("end.missing", None)]

    def test_nothing_more_to_take_is_not_yet_the_word_stop(self) -> None:
        assert refused(spoiled(gentle(), 14, kind=StepKind.REDUCE)) == [("end.missing", 14)]

    def test_the_word_stop_beside_a_dose_is_no_stop(self) -> None:
        wrong = spoiled(without(gentle(), 14), 13, kind=StepKind.STOP, end=None)
        assert refused(wrong) == [("end.missing", 13)]

    def test_a_stop_too_early_is_refused(self) -> None:
        early = spoiled(gentle(), 9, kind=StepKind.STOP, total=mg(0), intakes=())
        assert ("end.early", 9) in refused(early)

    def test_a_row_of_nothing_before_the_last_is_a_stop_too_early_whatever_it_is_called(self) -> None:
        early = spoiled(gentle(), 9, total=mg(0), intakes=())
        assert ("end.early", 9) in refused(early)

    def test_a_dose_called_stop_or_maintain_before_the_last_row_is_an_end_too_early(self) -> None:
        for kind in (StepKind.STOP, StepKind.MAINTAIN):
            assert ("end.early", 9) in refused(spoiled(gentle(), 9, kind=kind))

    def test_keeping_a_dose_where_a_stop_was_meant_is_no_end(self) -> None:
        assert refused(morning_and_bedtime()) == [("end.missing", 2)]

    @pytest.mark.parametrize("target", ["7.5", "8.5", "4"])
    def test_a_target_that_is_not_reached_is_refused(self, target: str) -> None:
        assert refused(morning_and_bedtime(), target=mg(target)) == [("end.missing", 2)]

    def test_a_stop_where_a_dose_was_to_be_kept_is_refused(self) -> None:
        assert ("end.missing", 14) in refused(gentle(), target=mg(1))

    def test_the_target_must_be_maintained_and_not_only_reached(self) -> None:
        reached = spoiled(morning_and_bedtime(), 2, kind=StepKind.REDUCE)
        assert verdicts(ExplicitEnd().findings(case(reached, target=mg(8)))) == [("end.missing", Level.REFUSE, 2)]

    @pytest.mark.parametrize(("target", "wanted"), [(0, "STOP"), (8, "MAINTAIN 8 mg")])
    def test_the_message_says_which_word_is_missing(self, target: int, wanted: str) -> None:
        endless = spoiled(morning_and_bedtime(), 2, kind=StepKind.REDUCE)
        (found,) = ExplicitEnd().findings(case(endless, target=mg(target)))
        assert found.message == f"the last row does not say {wanted}"


class TestLastDose:
    """The last dose before STOP is no larger than the drug's last step."""

    def test_a_stop_from_the_last_step_passes(self) -> None:
        assert not list(LastDose().findings(case(fortnights("2", "1", "0"), last_step=mg(1))))

    @pytest.mark.parametrize("last", ["1.000001", "2", "5"])
    def test_a_stop_from_more_is_refused(self, last: str) -> None:
        (found,) = LastDose().findings(case(fortnights("6", last, "0"), last_step=mg(1)))
        assert (found.rule, found.level, found.step) == ("last-dose", Level.REFUSE, 2)
        assert (found.before, found.after) == (mg(last), mg(0))

    @pytest.mark.parametrize(("last", "refused"), [("2.5", []), ("2.500001", [("last-dose", Level.REFUSE, 2)])])
    def test_after_short_use_one_ideal_step_is_the_limit(self, last: str, refused: list[object]) -> None:
        paper = fortnights("6", last, "0")
        assert verdicts(LastDose().findings(case(paper, last_step=mg(1), last_dose=mg("2.5")))) == refused

    def test_a_stop_at_once_is_measured_against_the_dose_before(self) -> None:
        assert verdicts(LastDose().findings(case(bare("20", [("0", 0)])))) == [("last-dose", Level.REFUSE, 1)]

    def test_a_dose_that_is_kept_is_not_a_last_dose(self) -> None:
        assert not list(LastDose().findings(case(morning_and_bedtime(), target=mg(8))))

    def test_a_stop_from_2_mg_is_refused_by_the_whole_judge(self) -> None:
        shorter = without(gentle(), 13)
        stops_at_once = spoiled(shorter, 14, start=gentle().steps[12].start)
        assert ("last-dose", 14) in refused(stops_at_once)
