"""Nothing drifts unseen: the papers of three plans, the commonest refusals and every number of the formulary, byte by byte."""

from __future__ import annotations

import difflib
from typing import ClassVar

import pytest
from accept_gold import (
    EXPLAINED,
    GOLD,
    OTHERS,
    PAPERS,
    PLANS,
    REFUSALS,
    REVISED,
    panel_results,
    paper,
    plan_files,
    refusals_text,
    said,
)

HINT = "if the change is meant, run 'python tests/accept_gold.py' and read the difference before committing it"


def difference(name: str, now: bytes) -> str:
    """What changed against the gold file, line by line."""
    gold = (GOLD / name).read_bytes().decode().splitlines()
    return "\n".join(difflib.unified_diff(gold, now.decode().splitlines(), f"gold/{name}", "now", lineterm="", n=1))


@pytest.mark.parametrize(("name", "command", "columns"), [pytest.param(*paper, id=paper[0]) for paper in plan_files()])
def test_a_paper_is_as_it_was_accepted(name: str, command: str, columns: int) -> None:
    code, out, err = paper(name, command, columns)
    assert (code, err) == (0, b"")
    assert out == (GOLD / name).read_bytes(), f"{difference(name, out)}\n{HINT}"


@pytest.mark.parametrize("name", OTHERS)
def test_a_paper_of_another_command_is_as_it_was_accepted(name: str) -> None:
    code, out, err = said(*OTHERS[name])
    assert (code, err) == (0, b"")
    assert out == (GOLD / name).read_bytes(), f"{difference(name, out)}\n{HINT}"


@pytest.mark.parametrize(("name", "refusals"), [("refusals.txt", REFUSALS), ("refusals-explained.txt", EXPLAINED)])
def test_refusals_are_as_they_were_accepted(name: str, refusals: dict[str, str]) -> None:
    now = refusals_text(refusals)
    assert now == (GOLD / name).read_bytes(), f"{difference(name, now)}\n{HINT}"


def test_the_results_of_a_panel_are_as_they_were_accepted() -> None:
    now = panel_results()
    assert now == (GOLD / "panel.results.csv").read_bytes(), f"{difference('panel.results.csv', now)}\n{HINT}"


def test_no_gold_file_is_left_over() -> None:
    expected = {name for name, _, _ in plan_files()} | set(OTHERS)
    expected |= {"refusals.txt", "refusals-explained.txt", "formulary.txt", "panel.results.csv"}
    assert {path.name for path in GOLD.iterdir()} == expected


class TestTheGoldItself:
    """What was accepted once must be right in itself, so that a hasty acceptance does not hide a wrong plan."""

    STEPS: ClassVar = {
        "26-weeks": "16 13 10.5 8.5 7 6 5 4 3.5 3 2.5 2 1 0",
        "1-mg-by-slot": "9 8 7 6 5 4 3 2 1 0",
        "1-mg-held": "9 8 7 6 5 4 3 2 1 0",
        "10-percent": "18 16.5 15 13.5 12.5 11.5 10.5 9.5 9 8.5 8 7.5 7 6.5 6 5.5 5 4.5 4 3.5 3 2.5 2 1 0",
        # One row for each drug: lorazepam and diazepam of the first stage, lorazepam's end and diazepam of the second.
        "switched": "1 10 0 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0",
    }

    @pytest.mark.parametrize("plan", [*PLANS, *REVISED])
    def test_the_steps_are_those_of_the_published_example(self, plan: str) -> None:
        head, *rows = (GOLD / f"{plan}.step.csv").read_text(encoding="utf-8").split("\n")
        place = head.split(",").index("total_mg")
        assert " ".join(row.split(",")[place] for row in rows if row) == self.STEPS[plan]

    @pytest.mark.parametrize("paper", [name for name in PAPERS if name.endswith(("txt", "md")) and "pdf" not in name])
    @pytest.mark.parametrize("plan", [*PLANS, *REVISED])
    def test_every_paper_says_twice_that_a_prescriber_must_approve(self, plan: str, paper: str) -> None:
        text = (GOLD / f"{plan}.{paper}").read_text(encoding="utf-8").replace("┃", " ")
        assert (
            " ".join(text.split()).count("A prescriber must approve and sign this schedule before anyone uses it.") == 2
        )

    def test_every_refusal_for_safety_begins_with_not_stopping(self) -> None:
        parts = (GOLD / "refusals.txt").read_text(encoding="utf-8").split("\n# ")
        assert len(parts) == len(REFUSALS)
        refused = [part for part in parts if "exit code 4" in part]
        assert len(refused) == 5
        assert all("\ntaper: refused for safety: do not stop the medicine;" in part for part in refused)
