"""What the judge said stands on every paper that a prescriber or a pharmacist works from; only the patient's words leave it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from render_builders import SHOWN, report, rows_of

from taper_cli.model.finding import Level
from taper_cli.model.report import Report
from taper_cli.render.blocks import words_of
from taper_cli.render.content import blocks
from taper_cli.render.fhir import bundle, sentences
from taper_cli.render.prescriber import prescriber_sheet
from taper_cli.render.spreadsheet import steps_csv
from taper_cli.render.style import Style
from taper_cli.service import reviews_of


def with_gates() -> Report:
    """A plan that stands on two gates that were lifted by name: their findings belong to no step."""
    accepted = (("context.seizure-history", "agreed"), ("ceiling.diazepam", "agreed"))
    return report("diazepam", "60 mg", "60w", region="gb", context=("epilepsy", "opioid"), accept=accepted)


PLANS: dict[str, Callable[[], Report]] = {**SHOWN, "two gates lifted": with_gates}
WORDS: dict[str, Callable[[Report], Iterable[str]]] = {
    "screen, text and Markdown": lambda plan: words_of(tuple(blocks(plan, calendar=False))),
    "prescriber's sheet": lambda plan: words_of(prescriber_sheet(plan, Style())),
    "FHIR": lambda plan: sentences(bundle(plan, reviews_of(plan)[-1])),
    "table of steps": lambda plan: [row["flags"] for row in rows_of(steps_csv(plan))],
}
FLAGS_ONLY = ("FHIR", "table of steps")
"""Papers for programs: notes that ask for no decision stand in the plan file."""


def test_there_are_findings_of_every_weight_that_a_plan_can_have() -> None:
    weights = {(finding.level, finding.step is None) for plan in PLANS.values() for finding in plan().findings}
    assert weights >= {(Level.FLAG, True), (Level.FLAG, False), (Level.INFO, True)}


@pytest.mark.parametrize("paper", WORDS)
@pytest.mark.parametrize("plan", PLANS)
def test_no_paper_leaves_a_finding_out(plan: str, paper: str) -> None:
    made = PLANS[plan]()
    said = "\n".join(WORDS[paper](made))
    told = [one for one in made.findings if one.level is not Level.INFO or paper not in FLAGS_ONLY]
    assert told and not [one.rule for one in told if one.rule not in said]
