"""A revised plan is explained step by step under the version that made it, with limits over the days that were really taken."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from revising_builders import BASES, Q4, chains, mock_up, revised

from taper_cli.model.dose import Dose
from taper_cli.model.explained import Aim, Changed, Explanation, Made, StepExplained, Why
from taper_cli.model.report import Report
from taper_cli.planning.revision import same_taken
from taper_cli.render.blocks import words_of
from taper_cli.render.explanation import explanation_blocks
from taper_cli.render.explanation_json import explanation_json
from taper_cli.service import explain, explained, replanning, saved, verify_writing
from taper_cli.service.revised import version_of

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def paper(found: Explanation) -> str:
    """All words of an explanation, read for faults of notation first."""
    words = tuple(words_of(tuple(explanation_blocks(found))))
    verify_writing(words, found.report)
    return " ".join(words)


def step_of(report: Report, number: int) -> StepExplained:
    return explain(report, str(number)).steps[0]


def history(report: Report, number: int) -> tuple[int, Made, list[tuple[int, Changed, int]]]:
    told = step_of(report, number).history
    return told.version, told.made, [tuple(change) for change in told.changes]


def agrees(report: Report, found: Explanation) -> None:
    """Everything that a second reckoning can say about the explanation of a revised plan."""
    schedule, versions = report.schedule, version_of(report).schedules
    assert [one.step for one in found.steps] == list(schedule.steps)
    assert found.same
    for one in found.steps:
        told = one.history
        origin = next(step for step in versions[told.version - 1].steps if step.start == told.first_day)
        assert same_taken(origin.intakes, one.step.intakes) and same_taken(origin.others, one.step.others)
        moved = sum(change.days for change in told.changes if change.what is Changed.MOVED)
        assert told.first_day + timedelta(days=moved) == one.step.start
        assert all(told.version < change.version <= report.version for change in told.changes)
        for moment in one.moments:
            assert moment.taken == versions[moment.version - 1].dose_on(moment.day) == one.step.total
            assert [near.why for near in moment.candidates].count(Why.TAKEN) == 1
        decided = told.made is Made.PLANNED and one.step.total and one.step.rhythm is None
        assert bool(one.moments) or not decided
        for limit in one.limits:
            days = [one.step.start - timedelta(days=back) for back in range(1, limit.window_days + 1)]
            doses = [schedule.mean_on(day) for day in days]
            assert (limit.first, limit.last) == (days[-1], days[0])
            if limit.most is None:
                assert limit.highest.ng == -(-max(doses) // 1000) * 1000
        if one.last_dose:
            assert one.last_dose.dose == schedule.dose_before(one.step)


class TestAStepThatOnlyMoved:
    """The published worked example, held for two weeks on 6 mg."""

    def test_says_so_and_tells_the_arithmetic_of_the_version_that_decided(self) -> None:
        held = revised(mock_up(), Q4, hold="2w")
        assert history(held, 5) == (1, Made.PLANNED, [(2, Changed.MOVED, 14)])
        one, was = step_of(held, 5), step_of(mock_up(), 5)
        assert one.moments == was.moments and one.splits == was.splits
        text = paper(explain(held, "5"))
        assert "Moved by version 2 by 14 days; decided by version 1, which had it from Mon 27 Apr 2026 on." in text

    def test_has_its_limits_measured_over_the_days_really_taken(self) -> None:
        (limit,) = step_of(revised(mock_up(), Q4, hold="2w"), 5).limits
        assert (limit.first, limit.last, limit.highest) == (date(2026, 4, 27), date(2026, 5, 10), Dose.of_mg(6))

    def test_and_the_one_that_was_held_says_that_it_was_made_longer(self) -> None:
        held = revised(mock_up(), Q4, hold="2w")
        assert history(held, 4) == (1, Made.PLANNED, [(2, Changed.LONGER, 14)])
        assert "Made longer by version 2 by 14 days; decided by version 1." in paper(explain(held, "4"))

    def test_and_the_steps_before_are_those_of_version_1(self) -> None:
        held = explain(revised(mock_up(), Q4, hold="2w"), "all")
        was = explain(mock_up(), "all")
        assert held.steps[:3] == was.steps[:3]

    def test_by_longer_steps_is_moved_and_longer(self) -> None:
        slow = revised(mock_up(), Q4, every="3w")
        assert history(slow, 6) == (1, Made.PLANNED, [(2, Changed.MOVED, 14), (2, Changed.LONGER, 7)])

    def test_along_a_published_schedule_keeps_its_rhythm_and_its_words(self) -> None:
        held = revised(BASES["days left out"](), date(2026, 12, 22), hold="1w")
        found = explain(held, "all")
        agrees(held, found)
        assert history(held, 4) == (1, Made.PLANNED, [(2, Changed.MOVED, 7)])
        assert "Published for Mon 28 Dec 2026: 2 mg" in paper(found)


class TestAStepPlannedAnew:
    def test_is_told_by_the_problem_of_its_version(self) -> None:
        plan = BASES["26 weeks"]()
        on = plan.schedule.steps[5].start + timedelta(days=3)
        later = revised(plan, on, until=date(2027, 9, 6))
        found = explain(later, "7")
        (search,) = found.searches
        assert (search.version, search.before, search.start) == (2, Dose.of_mg(6), later.schedule.steps[6].start)
        assert search.curve is not None and search.curve.top == Dose.of_mg(6)
        assert found.steps[0].moments[0].before == Dose.of_mg(6)
        assert "Version 2 planned from 6 mg a day, from Mon 1 Mar 2027 on: until 2027-09-06" in paper(found)

    def test_by_a_slower_pace_tells_what_was_asked_then(self) -> None:
        plan = BASES["26 weeks"]()
        slow = revised(plan, plan.schedule.steps[3].start, slower="5%", every="3w")
        found = explain(slow, "6")
        assert found.searches[0].aim is Aim.PACE and found.searches[0].curve is None
        assert "5% of the current dose less every 3 weeks, which from 8 mg leads to 7.6 mg" in paper(found)

    def test_while_earlier_steps_keep_the_version_that_made_them(self) -> None:
        plan = BASES["26 weeks"]()
        slow = revised(plan, plan.schedule.steps[3].start, slower="5%")
        assert [search.version for search in explain(slow, "all").searches] == [1, 2]
        assert explain(slow, "3").steps == explain(plan, "3").steps

    def test_from_finer_tablets_is_told_with_those(self) -> None:
        finer = revised(mock_up(), Q4, slower="0.5 mg", split="quarter")
        agrees(finer, explain(finer, "all"))
        (made,) = step_of(finer, 5).intakes
        assert made.dose == Dose.of_mg("5.5") and made.taken.cuts == 2 and not made.others


class TestADoseThatNoPlannerChose:
    def test_a_rise_is_the_prescribers_event_with_its_reason(self) -> None:
        up = revised(mock_up(), Q4, back_to="8 mg", by="Dr Ade", reason="poor sleep")
        assert history(up, 5) == (2, Made.RAISED, [])
        one = step_of(up, 5)
        assert not one.moments and not one.splits
        text = paper(explain(up, "5"))
        assert "Raised on the prescriber's word by version 2. No planner chose this dose." in text
        assert "Asked by: Dr Ade. Why: poor sleep" in text

    def test_the_doses_taken_again_after_it_are_those_of_version_1(self) -> None:
        up = revised(mock_up(), Q4, back_to="8 mg")
        assert history(up, 6) == (1, Made.PLANNED, [(2, Changed.MOVED, 37)])
        agrees(up, explain(up, "all"))

    def test_a_dose_that_was_found_is_no_cut_of_the_plan(self) -> None:
        less = revised(mock_up(), Q4, actual="4 mg")
        one = step_of(less, 5)
        assert one.history.made is Made.FOUND and one.tail is None
        assert "above it, and no cut of the plan: the patient was found to take it" in paper(explain(less, "5"))

    def test_staying_from_a_day_on_is_told_so(self) -> None:
        here = revised(mock_up(), Q4, stop_here=True)
        assert history(here, 5) == (2, Made.KEPT, [])
        assert history(here, 4) == (1, Made.PLANNED, [(2, Changed.SHORTER, 5)])


class TestALimitAcceptedWithARevision:
    """A week on the dose that was found is shorter than the window; the prescriber accepts the limit for the steps that move."""

    def test_is_told_with_its_reason_where_the_step_was_moved(self) -> None:
        less = revised(mock_up(), Q4, actual="4 mg", hold="1w", accept=("pace.asam-2025.cap",))
        found = explain(less, "6")
        assert found.steps[0].history.version == 1
        assert found.steps[0].limits[0].lifted == "accepted by the prescriber: reason for pace.asam-2025.cap"
        assert not found.steps[0].limits[0].kept
        agrees(less, explain(less, "all"))


class TestAChainOfThree:
    """Held, then slower from a later day, then up again: three versions on top of the first."""

    def chain(self) -> Report:
        held = revised(mock_up(), Q4, hold="2w")
        slow = revised(held, date(2026, 5, 20), slower="0.5 mg", split="quarter")
        return revised(slow, date(2026, 7, 1), back_to="5 mg", by="Dr Ade", reason="relapse")

    def test_tells_of_each_step_which_version_made_it(self) -> None:
        report = self.chain()
        found = explain(report, "all")
        agrees(report, found)
        made = [(one.history.version, one.history.made.value) for one in found.steps]
        assert made[:5] == [(1, "planned")] * 5
        assert (4, "raised") in made and made[-1] == (3, "planned")
        assert [search.version for search in found.searches] == [1, 3]

    def test_and_says_the_same_to_machines(self) -> None:
        report = self.chain()
        answer: dict[str, Any] = json.loads(explanation_json(explained(saved(report), "plan.json", "all")))
        raised = next(step for step in answer["steps"] if step["history"]["made"] == "raised")
        assert raised["history"] == {
            "version": 4, "made": "raised", "first_day": "2026-07-01", "by": "Dr Ade", "reason": "relapse", "changes": [],
        }  # fmt: skip
        assert answer["steps"][4]["history"]["changes"] == [{"version": 2, "what": "moved", "days": 14}]
        assert [search["version"] for search in answer["searches"]] == [1, 3]


class TestWhereAVersionDoesNotComeOutAgain:
    @pytest.fixture
    def slow(self, monkeypatch: pytest.MonkeyPatch) -> Report:
        report = revised(mock_up(), Q4, slower="0.5 mg", split="quarter")
        found = replanning.search_of

        def other(*asked: Any) -> Any:
            search = found(*asked)
            return search and search._replace(schedule=mock_up().schedule)

        monkeypatch.setattr(replanning, "search_of", other)
        return report

    def test_nothing_is_said_of_what_its_planner_aimed_at(self, slow: Report) -> None:
        found = explain(slow, "all")
        assert [search.same for search in found.searches] == [True, False]
        assert [bool(one.moments) for one in found.steps[:6]] == [True] * 4 + [False] * 2
        text = paper(found)
        assert "what its planner aimed at is not told" in text and "Aims of version 2" not in text
        assert json.loads(explanation_json(found))["searches"][1]["aim"] is None

    def test_its_limits_are_measured_all_the_same(self, slow: Report) -> None:
        assert step_of(slow, 5).limits


@FEW
@given(chains(most=4))
def test_any_chain_is_explained_as_a_second_reckoning_has_it(chain: tuple[Report, ...]) -> None:
    report = chain[-1]
    found = explain(report, "all")
    agrees(report, found)
    paper(found)
    assert json.loads(explanation_json(found))["version"] == report.version
