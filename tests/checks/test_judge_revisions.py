"""The judge and revisions: a rise or a found dose must be explained and in bounds, and what is over must be as it was."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from checks_builders import CAP_RULE, DAY, START, fortnights, judged, mg, refused

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))

from revising_builders import Q4, mock_up, revised

from taper_cli.checks.revision import past_findings
from taper_cli.model.finding import Level
from taper_cli.model.schedule import Regimen, Schedule, Slot, Step, StepKind
from taper_cli.model.transcript import Event, EventKind, Transcript

UP = fortnights("10", "9", "8", "7", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0")
"""Back to 9 mg at step 4."""
DOWN = fortnights("10", "9", "5", "4", "3", "2", "1", "0")
"""From 9 mg to 5 mg at step 2."""


def told(paper: Transcript, day: int, kind: EventKind, dose: str) -> Transcript:
    """A paper whose revision says something of a day."""
    return replace(paper, events=(Event(START + day * DAY, kind, mg(dose)),))


def test_a_rise_that_no_revision_explains_is_refused() -> None:
    assert ("dose.rise", 4) in refused(UP)


def test_a_rise_that_a_revision_explains_is_flagged() -> None:
    explained = told(UP, 42, EventKind.RAISED, "9")
    assert ("dose.raised", Level.FLAG, 4) in judged(explained)
    assert "dose.rise" not in {rule for rule, _ in refused(explained)}


@pytest.mark.parametrize(("day", "dose"), [(41, "9"), (43, "9"), (42, "8.5"), (56, "9")])
def test_an_explanation_of_another_day_or_dose_explains_nothing(day: int, dose: str) -> None:
    assert ("dose.rise", 4) in refused(told(UP, day, EventKind.RAISED, dose))


def test_a_rise_above_every_dose_before_is_refused_although_a_revision_says_so() -> None:
    above = fortnights("10", "9", "8", "12", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0")
    assert ("dose.rise", 3) in refused(told(above, 28, EventKind.RAISED, "12"))


def test_going_back_to_the_starting_dose_is_no_higher_than_a_dose_before() -> None:
    back = fortnights("10", "9", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0")
    assert ("dose.raised", Level.FLAG, 2) in judged(told(back, 14, EventKind.RAISED, "10"))


def test_after_a_rise_limits_look_back_to_the_highest_dose_of_the_window() -> None:
    steep = fortnights("10", "9", "8", "7", "10", "7", "6", "5", "4", "3", "2", "1", "0")
    assert (CAP_RULE, 5) in refused(told(steep, 42, EventKind.RAISED, "10"))


def test_a_fall_that_no_revision_explains_is_refused() -> None:
    assert (CAP_RULE, 2) in refused(DOWN)


def test_a_dose_found_with_the_patient_is_flagged_and_no_cut() -> None:
    found = told(DOWN, 14, EventKind.FOUND, "5")
    assert ("dose.found", Level.FLAG, 2) in judged(found)
    assert (CAP_RULE, Level.FLAG, 2) in judged(found)
    assert (CAP_RULE, 2) not in refused(found)


def test_what_follows_a_found_dose_is_judged_like_any_cut() -> None:
    quick = fortnights("10", "9", "5", "3", "2", "1", "0")
    assert (CAP_RULE, 3) in refused(told(quick, 14, EventKind.FOUND, "5"))


def test_a_change_before_today_is_flagged_for_the_whole() -> None:
    paper = replace(UP, events=(Event(START + 42 * DAY, EventKind.RAISED, mg("9")),), revised_on=START + 42 * DAY)
    assert ("dates.past", Level.FLAG, None) in judged(paper, today=START + 43 * DAY)
    assert ("dates.past", Level.FLAG, None) not in judged(paper, today=START + 42 * DAY)


def with_step(schedule: Schedule, number: int, **changes: object) -> Schedule:
    """A schedule with something else in one step."""
    steps = [replace(step, **changes) if step.number == number else step for step in schedule.steps]
    return replace(schedule, steps=tuple(steps))


class TestThePast:
    """A new version is read against the one that it replaces."""

    old = mock_up().schedule
    new = revised(mock_up(), Q4, hold="2w").schedule

    def test_a_good_revision_is_not_accused(self) -> None:
        assert past_findings(self.old, self.new, Q4) == ()

    @pytest.mark.parametrize("changes", [{"intakes": old.steps[4].intakes}, {"held": True}])
    def test_a_changed_past_is_refused(self, changes: dict[str, object]) -> None:
        assert [one.step for one in past_findings(self.old, with_step(self.new, 2, **changes), Q4)] == [2]

    def test_another_dose_in_the_step_in_force_is_refused(self) -> None:
        spoiled = with_step(self.new, 4, intakes=self.new.steps[4].intakes)
        assert [one.step for one in past_findings(self.old, spoiled, Q4)] == [4]

    def test_a_boundary_that_was_moved_is_refused(self) -> None:
        moved = [
            replace(step, end=step.end + timedelta(days=1))
            if step.number == 2 and step.end
            else replace(step, start=step.start + timedelta(days=1))
            if step.number == 3
            else step
            for step in self.new.steps
        ]
        assert {one.step for one in past_findings(self.old, replace(self.new, steps=tuple(moved)), Q4)} == {2, 3}

    def test_a_step_that_was_left_out_is_refused(self) -> None:
        first, second, *rest = self.new.steps
        joined: list[Step] = [replace(first, end=second.end)]
        joined += [replace(step, number=step.number - 1) for step in rest]
        assert past_findings(self.old, replace(self.new, steps=tuple(joined)), Q4)

    def test_another_dose_before_the_plan_is_refused(self) -> None:
        other = replace(self.new, before=revised(mock_up(), Q4, hold="2w").schedule.before.__class__(((
            self.new.before.doses[0][0], mg(4)),)))  # fmt: skip
        assert past_findings(self.old, other, Q4)

    def test_each_fault_is_told_in_words(self) -> None:
        def told(schedule: Schedule) -> list[tuple[str, Level, int | None, str]]:
            return [(one.rule, one.level, one.step, one.message) for one in past_findings(self.old, schedule, Q4)]

        over = ("revision.past", Level.REFUSE, 2, "was changed, although it is over")
        assert told(with_step(self.new, 2, held=True)) == [over]
        fewer = replace(self.new, steps=(replace(self.new.ending, number=1, start=Q4),))
        assert told(fewer) == [
            ("revision.past", Level.REFUSE, None, "4 steps began before the change, 0 are left of them")
        ]
        other = "the medicine or the dose before the plan is another one"
        switched = replace(self.new, before=Regimen(((Slot.DAILY, mg(4)),)))
        assert told(switched) == [("revision.past", Level.REFUSE, None, other)]

    def until(self, day: date) -> Schedule:
        """The step in force ends on a day, and the plan with it."""
        last = replace(self.new.steps[3], end=day)
        return replace(self.new, steps=(*self.new.steps[:3], last, replace(self.new.ending, number=5, start=day)))

    def test_the_step_in_force_may_end_on_the_day_of_the_change_and_not_before_it(self) -> None:
        assert past_findings(self.old, self.until(Q4), Q4) == ()
        assert past_findings(self.old, self.until(Q4 + timedelta(days=1)), Q4) == ()
        assert {one.step for one in past_findings(self.old, self.until(Q4 - timedelta(days=1)), Q4)} == {4, None}

    def test_the_step_in_force_may_go_on_for_ever(self) -> None:
        stays = replace(self.new.steps[3], kind=StepKind.MAINTAIN, end=None)
        assert past_findings(self.old, replace(self.new, steps=(*self.new.steps[:3], stays)), Q4) == ()
