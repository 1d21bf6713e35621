"""An explanation agrees with the schedule, with the judge's own arithmetic, and with what can be made, for every drug held."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
from service_builders import planned

from taper_cli.checks.makeable import makeable_totals
from taper_cli.cli.asking import request_of
from taper_cli.model.errors import TaperError
from taper_cli.model.explained import Explanation, Why
from taper_cli.model.report import Report
from taper_cli.render.blocks import words_of
from taper_cli.render.explanation import explanation_blocks
from taper_cli.render.explanation_json import explanation_json
from taper_cli.render.layout import lines
from taper_cli.service import drugs_held, explain, plan, verify_writing

DIAZEPAM = {
    "26 weeks": {"over": "26w"},
    "weekly, over a window of two steps": {"over": "26w", "every": "1w"},
    "months": {"over": "12m", "every": "1m"},
    "linear with a liquid": {
        "over": "26w", "shape": "linear", "products": "2 mg tablet half, 2 mg in 5 mL oral solution", "region": "gb",
    },
    "banded": {"shape": "bands"},
    "10%": {"reduce": "10%"},
    "10% of start": {"reduce": "10% of start", "every": "1w"},
    "30% a week, which has to wait": {"reduce": "30%", "every": "1w"},
    "typed": {"steps": "16 13 10 8 7 6 5 4 3 2.5 2 1 mg"},
    "typed with times": {
        "steps": "16 mg 3w, 13 mg 2w, 10 mg 2w, 8 mg 2w, 6 mg 2w, 5 mg 2w, 4 mg 2w, 3 mg 2w, 2.5 mg 2w, 2 mg 2w, 1 mg 2w",
    },
    "to a maintenance dose": {"over": "26w", "to": "5 mg"},
    "a pace to a maintenance dose": {"reduce": "2 mg", "to": "5 mg"},
    "after short use": {"over": "4w", "every": "1w", "context": ["used-for=10d"]},
    "past the limit": {"over": "8w", "accept": ["pace.asam-2025.cap=reason"]},
    "from a large last dose": {"over": "26w", "products": "10 mg tablet half", "accept": ["exception.place=x", "last-dose=y"]},
}  # fmt: skip
SLOTS = "5 mg morning + 5 mg noon + 10 mg bedtime"


@cache
def of_diazepam(name: str, dose: str) -> tuple[Report, Explanation]:
    words = {"region": "us", **DIAZEPAM[name]}
    report = plan(request_of("diazepam", dose, start="2026-12-07", today="2026-11-22", **words))  # type: ignore[arg-type]
    return report, explain(report, "all")


def of_every_drug() -> list[tuple[str, Report]]:
    """One plan of each drug that can be planned by a plain request, by its name."""
    found = []
    for drug in drugs_held():
        strengths = sorted({product.strength for product in drug.products if not product.volume})
        dates = {"region": drug.products[0].region, "start": "2026-12-07", "today": "2026-11-22"}
        for words in ({"over": "52w"}, {"reduce": "10%", "every": "4w"}):
            try:
                report = plan(request_of(drug.name, str(strengths[-1]), **dates, **words))  # type: ignore[arg-type]
            except TaperError:
                continue
            found.append((drug.name, report))
            break
    return found


ALL_DRUGS = of_every_drug()


def doses_of(report: Report) -> dict[date, int]:
    """The daily total of each day from two months before the plan to its ending, in ng."""
    schedule = report.schedule
    first = schedule.start - timedelta(days=62)
    days = (schedule.ending.start - first).days + 1
    return {first + timedelta(days=at): schedule.dose_on(first + timedelta(days=at)).ng for at in range(days)}


def agrees(report: Report, found: Explanation) -> None:
    """Everything that a second reckoning can say about an explanation."""
    schedule, doses = report.schedule, doses_of(report)
    makeable = {dose.ng for dose in makeable_totals(report.products, [dose for _, dose in schedule.before.doses])}
    assert [one.step for one in found.steps] == list(schedule.steps)
    for one in found.steps:
        assert one.before == schedule.dose_before(one.step)
        for moment in one.moments:
            assert moment.taken == schedule.dose_on(moment.day)
            assert [near.why for near in moment.candidates].count(Why.TAKEN) == 1
            assert {near.dose.ng for near in moment.candidates} <= makeable
            for near in moment.candidates:
                cut = Fraction(moment.before.ng - near.dose.ng, moment.before.ng)
                assert near.cut == (cut if cut > 0 else None)
        for limit in one.limits:
            window = [doses[one.step.start - timedelta(days=back)] for back in range(1, limit.window_days + 1)]
            # A limit in mg below a dose counts from one step above that dose at most, which need not have been taken.
            assert limit.highest.ng in window or (limit.most and limit.highest.ng < max(window))
            assert (limit.last - limit.first).days + 1 == limit.window_days
            if limit.most is None:
                assert limit.highest.ng == max(window)
        for made in one.intakes:
            for recipe in (made.taken, *made.others):
                assert sum(portion.dose.ng for portion in recipe.portions) == made.dose.ng
                assert {portion.product for portion in recipe.portions} <= set(report.products)
        for split in one.splits:
            assert sum(dose.ng for _, dose in split.doses) == one.step.total.ng


@pytest.mark.parametrize("dose", ["20 mg", SLOTS])
@pytest.mark.parametrize("name", DIAZEPAM)
class TestOfDiazepam:
    def test_the_plan_comes_out_the_same_when_it_is_planned_again(self, name: str, dose: str) -> None:
        assert of_diazepam(name, dose)[1].same

    def test_every_figure_agrees_with_a_second_reckoning(self, name: str, dose: str) -> None:
        agrees(*of_diazepam(name, dose))

    def test_every_interval_has_its_moment(self, name: str, dose: str) -> None:
        report, found = of_diazepam(name, dose)
        first_days = {moment.day for one in found.steps for moment in one.moments}
        assert {step.start for step in report.schedule.steps if step.total} <= first_days

    def test_the_paper_is_well_written_and_says_the_same_to_machines(self, name: str, dose: str) -> None:
        report, found = of_diazepam(name, dose)
        blocks = tuple(explanation_blocks(found))
        verify_writing(words_of(blocks), report)
        assert explanation_json(found).count('"decided_by": "taken"') >= sum(len(one.moments) for one in found.steps)
        assert all(len(line.text) <= 100 for line in lines(blocks, 100, ascii_only=True))


@pytest.mark.parametrize(("name", "report"), ALL_DRUGS, ids=[name for name, _ in ALL_DRUGS])
def test_a_plan_of_any_drug_is_explained(name: str, report: Report) -> None:
    found = explain(report, "all")
    assert found.same, name
    agrees(report, found)
    verify_writing(words_of(tuple(explanation_blocks(found))), report)


@pytest.mark.parametrize(
    ("drug", "dose", "ladder"),
    [
        ("prednisolone", "4 mg", "ng243-alternate-day"),
        ("omeprazole", "20 mg", "highland-omeprazole shortest"),
        ("prednisolone", "15 mg", "pmr-bsr-2010"),
    ],
)
def test_a_published_schedule_is_explained_even_where_it_leaves_days_out(drug: str, dose: str, ladder: str) -> None:
    report = plan(request_of(drug, dose, ladder=ladder, region="gb", start="2026-12-07", today="2026-11-22"))
    found = explain(report, "all")
    assert found.same
    blocks = tuple(explanation_blocks(found))
    verify_writing(words_of(blocks), report)
    for one in found.steps:
        assert Fraction(one.level.ng - 1000) < one.step.mean <= one.level.ng
        assert bool(one.moments) == (one.step.rhythm is None and bool(one.step.total))


def test_many_drugs_were_looked_at() -> None:
    assert len(ALL_DRUGS) >= 20


def test_where_the_basis_turns_the_limit_counts_from_the_dose_that_the_judge_counts_from() -> None:
    """A tenth of the 60 mg before, from 18 mg down a tenth of the dose: 16 to 12 mg is a larger share than 20 to 12 mg."""
    report = planned(
        "oxycodone", "30 mg morning + 30 mg bedtime", steps="54 48 36 20 16 12 10 8 6 4 2 mg", every="4d", region="us",
        guideline="cdc-2022-shorter", products="1 mg in 1 mL oral solution", accept=["pace.cdc-2022-shorter.cap"],
    )  # fmt: skip
    (limit,) = explain(report, "6").steps[0].limits
    assert (str(limit.highest), str(limit.after), limit.share) == ("16 mg", "12 mg", Fraction(1, 4))
    (fifth,) = explain(report, "5").steps[0].limits
    assert (str(fifth.highest), fifth.share) == ("36 mg", Fraction(1, 3))
