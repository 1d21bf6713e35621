"""The reference plans are right by themselves: read against publications, ladders, worked examples and the solver's proofs."""

from __future__ import annotations

import json
import shlex
import sys
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))

from test_published_as_spreadsheets import PUBLISHED

ROOT = Path(__file__).parents[2]
CAP = "pace.asam-2025.cap"
GUIDELINES = ROOT / "taper_cli" / "formulary" / "guidelines"
FILE = tomllib.loads((ROOT / "taper_cli" / "service" / "references.toml").read_text(encoding="utf-8"))
PLANS = {row["name"]: row for row in FILE["plan"]}
SOLVED = [row for row in FILE["plan"] if "independent solver" in row["source"]]


def steps(name: str) -> list[str]:
    """The dated lines of a plan, without their dates."""
    return [line.partition(" ")[2] for line in PLANS[name]["expect"] if line[:2] == "20"]


def mg(words: str) -> list[str]:
    return [f"{dose} mg" for dose in words.split()]


@cache
def ladders() -> dict[str, dict[str, Any]]:
    """Every published ladder as its data file has it, read without our loader."""
    files = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(GUIDELINES.glob("*.toml")))
    return {ladder["key"]: ladder for file in files for ladder in file.get("ladder", [])}


class TestPlans:
    """The figures that decisions and publications give."""

    def test_the_gentlest_26_weeks(self) -> None:
        name = "diazepam 20 mg in 26 weeks, as gently as products allow"
        assert steps(name) == [*mg("16 13 10.5 8.5 7 6 5 4 3.5 3 2.5 2 1"), "STOP"]
        assert {"2027-06-07 STOP", "largest cut 20%"} < set(PLANS[name]["expect"])
        assert [line for line in PLANS[name]["expect"] if line.startswith("flag")] == [
            f"flag 13 {CAP}",
            f"flag 14 {CAP}",
        ]

    def test_the_worked_example(self) -> None:
        name = "diazepam 4 mg and 6 mg, 1 mg less every 14 days"
        assert steps(name)[3:] == [*(f"{dose} mg bedtime" for dose in (6, 5, 4, 3, 2, 1)), "STOP"]
        assert {"2026-07-06 STOP", "takes 315 of 2 mg tablet"} < set(PLANS[name]["expect"])

    def test_a_tenth_each_time_takes_25_cuts(self) -> None:
        assert len(steps("diazepam 20 mg, 10% of the current dose every 14 days")) == 25

    def test_a_milligram_each_time_takes_21_cuts(self) -> None:
        found = steps("diazepam 20 mg, 1 mg less every 14 days")
        assert len(found) == 21 and found[-6:] == [*mg("4 3 2.5 2 1"), "STOP"][-6:]

    def test_a_short_course(self) -> None:
        assert steps("diazepam 10 mg after ten days of use, in six days") == [*mg("7.5 5 2.5"), "STOP"]

    def test_bands_of_a_steroid(self) -> None:
        found = steps("prednisolone 40 mg by its banded steps")
        assert found == [*mg("35 30 25 20 17.5 15 12.5 10 9 8 7 6 5 4 3 2 1"), "STOP"]

    @pytest.mark.parametrize("row", SOLVED, ids=[row["name"] for row in SOLVED])
    def test_what_a_solver_is_said_to_have_proven_it_has_proven(self, row: dict[str, Any]) -> None:
        kept = json.loads((ROOT / "tests" / "benchmarks" / "compared.json").read_text(encoding="utf-8"))
        proven = {frozenset(shlex.split(one["line"])): one for one in kept["solved"] if one["proven"]}
        words = dict(row["words"]) | FILE["usual"]
        values = frozenset(words.pop(key) for key in ("drug", "dose", "over"))
        typed = values | {"taper", "plan", *(f"--{key}" for key in words), *words.values()}
        assert proven[typed]["largest_cut"]


class TestLadders:
    """Every published ladder is a reference, with each rung for its longest time, as the data file has it."""

    def test_none_is_left_out(self) -> None:
        assert {row["words"].get("ladder") for row in FILE["plan"]} - {None} == set(ladders())

    @pytest.mark.parametrize("key", ladders())
    def test_doses_and_days_are_those_of_the_file(self, key: str) -> None:
        (row,) = (row for row in FILE["plan"] if row["words"].get("ladder") == key)
        _, *rungs = ladders()[key]["steps"]  # the first is the dose before
        day, expected = date.fromisoformat(FILE["usual"]["start"]), []
        for rung in rungs:
            expected.append((str(day), rung["dose"]))
            day += timedelta(days=rung["days"][1])
        lines = [line for line in row["expect"] if line[:2] == "20"]
        assert [(line[:10], total_of(line[11:])) for line in lines] == [*expected, (str(day), "STOP")]


def total_of(words: str) -> str:
    """The whole day of a line: '60 mg morning + 60 mg evening' is 120 mg."""
    if words == "STOP":
        return words
    parts = words.partition(",")[0].split(" + ")
    return f"{sum(float(part.split()[0]) for part in parts):g} mg"


class TestPublishedSchedules:
    """The levels above the limit are those worked out by hand from each publication."""

    def test_all_are_there(self) -> None:
        assert [row["name"] for row in FILE["published"]] == list(PUBLISHED)

    @pytest.mark.parametrize("row", FILE["published"], ids=[row["name"] for row in FILE["published"]])
    def test_have_their_doses_days_and_levels(self, row: dict[str, Any]) -> None:
        published = PUBLISHED[row["name"]]
        assert (row["drug"], row["doses"], tuple(row["days"])) == (published.drug, published.totals, published.days)
        assert row["expect"][0] == "refused"
        assert f"{CAP} at {' '.join(map(str, published.above))}" in row["expect"]


def test_refusals_name_the_rule_that_refuses() -> None:
    told = {row["name"]: row["expect"] for row in FILE["refusal"]}
    assert told["diazepam 20 mg in 8 weeks"] == [f"refused: {CAP}"]
    assert told["diazepam 100 mg"] == ["refused: ceiling.diazepam"]
    assert all(line.startswith("refused: ") for lines in told.values() for line in lines)
