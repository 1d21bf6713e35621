"""A switch explained: each stage by what it moves and how uncertain it is, the taper after it as ever, in any version."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from revising_builders import chains, revised
from switching_builders import CASES, g01, switched

from taper_cli.model.explained import Why
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.render.explanation import explanation_blocks
from taper_cli.render.explanation_json import explanation_json
from taper_cli.render.markdown import markdown
from taper_cli.service import verify_writing
from taper_cli.service.explaining import explain, explained
from taper_cli.service.saving import saved


def words(report: Report, which: str) -> str:
    """The explanation as one line of text."""
    return " ".join(markdown(explanation_blocks(explain(report, which))).split())


class TestAStage:
    """Lorazepam 1 mg morning and bedtime to diazepam 20 mg, bedtime first."""

    def test_says_what_it_moves_and_where(self) -> None:
        (one,) = explain(g01(), "1").steps
        stage = one.stage
        assert stage is not None
        assert (stage.place, stage.of, stage.slot) == (1, 2, Slot.BEDTIME)
        assert [str(dose) for dose in (*stage.old, *stage.new)] == ["1 mg", "0 mg", "0 mg", "10 mg"]
        assert (
            "changes one time of day, night: from 1 mg to nothing of lorazepam, from nothing to 10 mg of diazepam"
            in words(g01(), "1")
        )

    def test_says_what_it_would_count_for_by_the_published_ratios(self) -> None:
        """By VA-DoD 2021 lorazepam is worth half of what was typed."""
        assert "15 mg to 20 mg, that is 100% to 150% of what was taken before the switch" in words(g01(), "1")
        assert "100% to 200% of what was taken before the switch" in words(g01(), "2")

    def test_names_the_choice_its_reason_and_every_table(self) -> None:
        said = words(g01(), "1")
        assert "2 mg of lorazepam a day as 20 mg of diazepam a day" in said and "Reason: Scottish table" in said
        for table in (
            "Ashton: 20 mg",
            "VA-DoD 2021: 10 mg",
            "Scotland 2024: 20 mg",
            "WHO 2009: 20 mg",
            "South Africa: 20 mg",
        ):
            assert table in said

    def test_has_no_search_but_its_limits_and_tablets_are_told(self) -> None:
        (one,) = explain(g01(), "1").steps
        assert one.moments == () and one.splits == ()
        assert [(str(limit.highest), str(limit.after), limit.kept) for limit in one.limits] == [
            ("20 mg", "20 mg", True)
        ]
        assert [made.drug for made in one.intakes] == ["lorazepam", "diazepam"]
        assert all(
            part.product.drug == made.drug for made in one.intakes for way in made.others for part in way.portions
        )

    def test_is_told_to_machines_without_a_sum_of_both_drugs(self) -> None:
        (step,) = json.loads(explanation_json(explain(g01(), "1")))["steps"]
        assert (step["total_mg"], step["mg_by_drug"], step["long_run_mg"]) == (
            None,
            {"lorazepam": 1, "diazepam": 10},
            20,
        )
        assert step["stage"]["percent_by_published_ratios"] == [100, 150]


@pytest.mark.parametrize("name", CASES)
def test_every_step_of_every_switch_is_explained_and_planned_again(name: str) -> None:
    found = explain(CASES[name](), "all")
    assert found.same
    for one in found.steps:
        assert (one.stage is not None) == (one.step.kind is StepKind.SWITCH)
        if one.step.kind is StepKind.REDUCE:
            assert one.moments and all(near.why is not Why.NOT_COMPARED for near in one.moments[0].candidates)
    assert markdown(explanation_blocks(found))


@settings(derandomize=True, database=None, deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(chains(bases=CASES, most=3))
def test_any_version_of_a_switch_is_explained_in_agreement_with_the_judge(chain: tuple[Report, ...]) -> None:
    for report in chain:
        found = explained(saved(report), "plan.json", "all")
        assert found.same
        assert markdown(explanation_blocks(found)) and json.loads(explanation_json(found))


def test_a_stage_that_was_moved_is_still_told_as_that_of_version_1() -> None:
    held = revised(g01(), date(2026, 12, 10), hold="2w", reason="drowsy")
    _, second = explain(held, "all").steps[:2]
    assert (second.history.version, second.history.changes[0].days) == (1, 14)
    anew = revised(g01(), date(2026, 12, 10), until=date(2028, 6, 1))
    _, second, *_, last = explain(anew, "all").steps
    assert (second.history.version, last.history.version) == (1, 2)


def test_a_plan_that_stays_on_both_drugs_is_explained() -> None:
    stays = revised(g01(), date(2026, 12, 10), stop_here=True)
    assert "MAINTAIN 1 mg of lorazepam and 10 mg of diazepam" in words(stays, "stop")


def test_what_counts_for_a_part_of_a_microgram_can_be_written_and_explained() -> None:
    """75 mg of what 80 mg of count for 25.5 mg, and 1.5 mg: 25.40625 mg, a whole number of nanograms that nobody may print."""
    report = switched(
        "chlordiazepoxide", "5 mg morning + 75 mg bedtime", "diazepam", "1.5 mg morning + 24 mg bedtime",
        order="morning, bedtime", region="us", products="1 mg in 1 mL oral solution",
    )  # fmt: skip
    assert str(report.schedule.steps[0].counted) == "25.407 mg"
    assert "25.407 mg" in next(found.message for found in report.findings if found.rule == "switch.rise")
    verify_writing((finding.message for finding in report.findings), report)
    assert "what counts for 25.407 mg" in words(report, "2")
