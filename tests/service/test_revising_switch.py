"""A switch revised: its stages stay in their order and only move, the taper after them is planned anew, the past stays as it was."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from revising_builders import asked, chains, revised
from service_builders import flags
from switching_builders import CASES, g01, switched

from taper_cli.model.errors import CannotPlan, InvalidInput, TaperError
from taper_cli.model.finding import Level
from taper_cli.model.report import Report
from taper_cli.model.schedule import Schedule, StepKind
from taper_cli.service import check, opened, revise, saved

STEADY = settings(
    derandomize=True, database=None, deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow]
)
STAGE_1, STAGE_2, TAPER = date(2026, 12, 10), date(2026, 12, 25), date(2027, 3, 3)


def kinds(report: Report) -> list[tuple[StepKind, date]]:
    """What each step does, and from when."""
    return [(step.kind, step.start) for step in report.schedule.steps]


def stages(schedule: Schedule) -> list[Any]:
    """What the stages of a switch take, in their order."""
    return [step.intakes for step in schedule.steps if step.kind is StepKind.SWITCH]


class TestDuringTheStages:
    """Lorazepam 1 mg morning and bedtime to diazepam 20 mg: stage 1 from 7 December, stage 2 from 21 December."""

    def test_a_hold_moves_the_later_stage_and_the_whole_taper(self) -> None:
        held = revised(g01(), STAGE_1, hold="2w", reason="drowsy in the morning")
        assert [start - was for (_, start), (_, was) in zip(kinds(held)[1:], kinds(g01())[1:], strict=True)] == [
            timedelta(days=14)
        ] * 21
        assert stages(held.schedule) == stages(g01().schedule)
        assert ("held", 1) in flags(held) and held.slip.later_by == 14

    def test_a_longer_interval_lengthens_every_stage_and_step_that_is_left(self) -> None:
        slower = revised(g01(), STAGE_1, every="4w")
        assert {step.days for step in slower.schedule.dosing_steps} == {28}
        assert stages(slower.schedule) == stages(g01().schedule)

    @pytest.mark.parametrize(
        "words",
        [
            {"until": date(2028, 6, 1)},
            {"slower": "2.5%", "products": "2 mg in 5 mL oral solution"},
            {"products": "2 mg tablet half, 5 mg tablet half"},
            {"slower": "5%", "every": "4w"},
        ],
    )
    def test_a_new_pace_leaves_the_stages_as_planned_and_plans_the_taper_anew(self, words: Any) -> None:
        before, anew = CASES["by time"]().schedule, revised(CASES["by time"](), STAGE_1, **words).schedule
        assert anew.steps[:2] == before.steps[:2]
        assert anew.steps[2:] != before.steps[2:] and anew.steps[2].start == before.steps[2].start

    def test_in_the_last_stage_new_products_of_the_new_drug_are_taken_from_that_day(self) -> None:
        anew = revised(CASES["by time"](), STAGE_2, products="2 mg in 5 mL oral solution").schedule
        assert [(step.kind, step.start) for step in anew.steps[1:3]] == [
            (StepKind.SWITCH, date(2026, 12, 21)),
            (StepKind.HOLD, STAGE_2),
        ]
        assert anew.steps[2].mean == anew.steps[1].mean

    def test_stopping_here_stays_on_both_drugs_and_says_so(self) -> None:
        stays = revised(g01(), STAGE_1, stop_here=True)
        ending = stays.schedule.ending
        assert (ending.kind, ending.drugs) == (StepKind.MAINTAIN, ("lorazepam", "diazepam"))
        assert ("switch.unfinished", 2) in flags(stays)

    @pytest.mark.parametrize("words", [{"hold": "2w"}, {"slower": "5%"}, {"stop_here": True}, {"back_to": "20 mg"}])
    def test_from_a_plan_that_stays_on_both_drugs_one_goes_on_by_a_new_plan(self, words: Any) -> None:
        stays = revised(g01(), STAGE_1, stop_here=True)
        with pytest.raises(CannotPlan, match="taper switch lorazepam with the doses that are taken now"):
            revised(stays, date(2027, 1, 10), **words)

    @pytest.mark.parametrize("words", [{"actual": "19 mg"}, {"back_to": "20 mg"}, {"actual": "1 mg bedtime"}])
    def test_another_dose_of_that_day_is_refused_by_name_with_what_can_be_asked(self, words: Any) -> None:
        with pytest.raises(CannotPlan) as fault:
            revised(g01(), STAGE_1, **words)
        assert f"--{next(iter(words)).replace('_', '-')} during the switch from lorazepam to diazepam" in str(
            fault.value
        )
        assert "type --hold to stay on this stage, or plan anew: taper switch lorazepam" in str(fault.value)

    def test_doses_by_slot_that_count_for_more_at_a_stage_do_not_lose_the_stages_that_are_left(self) -> None:
        """A stage that counts for more than the one before is flagged; it is still a stage when it moves."""
        uneven = switched(
            "lorazepam",
            "1 mg morning + 1 mg bedtime",
            "diazepam",
            "11 mg morning + 9 mg bedtime",
            order="bedtime, morning",
        )
        assert ("switch.rise", 2) in flags(uneven)
        held = revised(uneven, STAGE_1, hold="1w")
        assert stages(held.schedule) == stages(uneven.schedule)

    def test_a_time_that_ends_before_the_stages_do_is_refused(self) -> None:
        with pytest.raises(TaperError):
            revised(g01(), STAGE_1, until=date(2026, 12, 30))


class TestDuringTheTaper:
    """After the last stage everything is as for one drug; limits look back over the stages by what they count for."""

    def test_back_to_a_dose_never_leads_back_to_the_old_drug(self) -> None:
        cut = CASES["a cut with each stage"]()
        raised = revised(cut, TAPER, back_to="18 mg")
        later = raised.schedule.steps[next(s.number for s in raised.schedule.steps if s.start == TAPER) - 1 :]
        assert all(step.drugs == ("diazepam",) for step in later[:-1])
        assert not [step for step in later if step.kind is StepKind.SWITCH]
        assert [str(step.total) for step in later[:3]] == ["18 mg", "17 mg", "16 mg"]

    def test_no_higher_than_what_was_switched_from_counted_for(self) -> None:
        assert revised(g01(), TAPER, back_to="20 mg").schedule.mean_on(TAPER) == 20 * 10**6
        with pytest.raises(CannotPlan, match="expected at most 20 mg"):
            revised(g01(), TAPER, back_to="11 mg morning + 10 mg bedtime")

    def test_a_daily_total_of_before_the_taper_is_spread_as_it_was_typed(self) -> None:
        uneven = switched("lorazepam", "0.5 mg morning + 1 mg bedtime", "diazepam", "5 mg morning + 10 mg bedtime")
        back = revised(uneven, TAPER, back_to="15 mg")
        step = next(step for step in back.schedule.steps if step.start == TAPER)
        assert [(one.slot.value, str(one.dose)) for one in step.intakes] == [("morning", "5 mg"), ("bedtime", "10 mg")]

    def test_a_share_of_the_starting_dose_is_one_of_the_dose_that_was_tapered_from(self) -> None:
        report = switched("lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg", reduce="10% of start")
        held = revised(report, date(2027, 1, 10), hold="1w", split="half")
        assert [str(step.total) for step in held.schedule.steps[2:6]] == ["18 mg", "16 mg", "14 mg", "12 mg"]

    def test_the_last_stage_takes_the_new_drug_alone_and_can_be_revised_like_a_taper(self) -> None:
        found = revised(g01(), STAGE_2, actual="19 mg")
        assert ("dose.found", 3) in flags(found)

    def test_a_limit_looks_back_over_the_stages(self) -> None:
        """From 20 mg in the window a cut to 14 mg is above 25%, however small the step before it was."""
        with pytest.raises(TaperError):
            revised(CASES["a cut with each stage"](), date(2027, 1, 5), slower="40%", until=None)


class TestAnyChain:
    """Random revisions of every kind of switch."""

    @STEADY
    @given(chains(bases=CASES))
    def test_the_past_stays_and_the_stages_keep_their_order(self, chain: tuple[Report, ...]) -> None:
        for before, after in itertools.pairwise(chain):
            on = after.slip.revision.on
            for old, new in zip(before.schedule.steps, after.schedule.steps, strict=False):
                if old.end is not None and old.end <= on:
                    assert (old.kind, old.start, old.end, old.held, _taken(old)) == (
                        new.kind, new.start, new.end, new.held, _taken(new)
                    )  # fmt: skip
            if not after.slip.revision.stop_here:
                assert [_of(intakes) for intakes in stages(after.schedule)] == [
                    _of(one) for one in stages(before.schedule)
                ]

    @STEADY
    @given(chains(bases=CASES))
    def test_a_replay_of_the_file_equals_the_result_and_the_check_finds_the_same(
        self, chain: tuple[Report, ...]
    ) -> None:
        for report in chain:
            content = saved(report)
            assert opened(content, "plan.json") == report
            assert saved(opened(content, "plan.json")) == content
            # A check knows neither the pace that was asked nor the day on which each version was typed.
            audit = check(content, "plan.json", report.request.__class__(**_asked(report)))
            assert _told(audit.findings) == _told(report.findings)

    @STEADY
    @given(chains(bases=CASES))
    def test_nothing_that_the_judge_refuses_comes_out_and_the_old_drug_never_rises(
        self, chain: tuple[Report, ...]
    ) -> None:
        for report in chain:
            assert not [found for found in report.findings if found.level is Level.REFUSE]
            old = report.schedule.drug_before
            taken = [report.schedule.before.total, *(step.total_of(old) for step in report.schedule.steps)]
            assert taken == sorted(taken, reverse=True)

    @STEADY
    @given(chains(bases=CASES, most=3))
    def test_both_supplies_are_exact(self, chain: tuple[Report, ...]) -> None:
        for report in chain:
            if report.supply.apart:
                continue
            handed: dict[Any, Any] = {}
            for item in report.supply.dispensings:
                handed[item.product.key] = handed.get(item.product.key, 0) + item.dispensed
            for product, amount in report.schedule.amounts().items():
                assert handed[product.key] >= amount
                assert report.version > 1 or handed[product.key] < amount + (100 if product.form.liquid else 1)


def _told(findings: Any) -> set[tuple[str, int | None]]:
    """What is flagged, and where."""
    unknown = ("dates.past", "pace.asked")
    return {(one.rule, one.step) for one in findings if one.level is not Level.INFO and one.rule not in unknown}


def _taken(step: Any) -> list[Any]:
    return _of(step.intakes)


def _of(intakes: Any) -> list[Any]:
    """Doses and tablets; how far a tablet may be divided is no part of what is taken."""
    return [
        (one.drug, one.slot, one.dose, [(part.product.key, part.count) for part in one.portions]) for one in intakes
    ]


def _asked(report: Report) -> dict[str, Any]:
    """A check of the plan with nothing said beside it."""
    request = report.request
    return {
        "drug": "", "regimen": request.regimen, "pace": request.pace, "every": request.every, "start": request.start,
        "today": report.generated_on,
    }  # fmt: skip


def test_another_day_of_a_switch_is_asked_in_words_and_refused_in_one_line() -> None:
    for on in (date(2026, 12, 6), date(2027, 9, 28)):
        with pytest.raises(InvalidInput) as fault:
            revise(g01(), asked(on, hold="2w"))
        assert "\n" not in str(fault.value)
