"""Medicines that are never planned here: each name is refused in words that keep the dose and say who plans it, with the source."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import STARTED, Outcome, taper

from taper_cli.formulary.loader import refused_drugs
from taper_cli.model.drug import RefusedDrug

NAMES = {name: refused for refused in refused_drugs() for name in refused.names}
EACH = pytest.mark.parametrize("name", NAMES)
TABLE = "date,dose_mg\n2026-12-07,100\n2026-12-21,75\n2027-01-04,0\n"
CANNOT = 3


def assert_refused(done: Outcome, typed: str, refused: RefusedDrug) -> None:
    """Exit code 3 and one line: what was typed, why, from where, what to do now, who should plan it; nothing printed."""
    assert (done.code, done.out) == (CANNOT, b"")
    assert done.said.startswith(f"taper: {typed!r} is refused by name: {refused.reason.rstrip('.')}")
    assert done.said.count("\n") == 1
    assert refused.cite.short in done.said
    assert refused.cite.source.title in done.said
    assert f"do not stop it and keep the present dose: {refused.service} should plan it" in done.said


@EACH
@pytest.mark.parametrize("pace", [("12w",), ("--reduce", "10%")], ids=["time", "pace"])
def test_no_plan_is_made(name: str, pace: tuple[str, ...]) -> None:
    assert_refused(taper("plan", name, "100 mg", *pace, *STARTED), name, NAMES[name])


@EACH
def test_capitals_and_the_rest_of_the_command_change_nothing(name: str, tmp_path: Path) -> None:
    typed = name.title()
    paper = tmp_path / "plan.pdf"
    more = ("--region", "gb", "--accept", "pace.asam-2025.cap=weighed", "-o", str(paper))
    assert_refused(taper("plan", typed, "100 mg", "12w", *STARTED, *more), typed, NAMES[name])
    assert not paper.exists()


@EACH
def test_no_table_of_it_is_judged(name: str, tmp_path: Path) -> None:
    """A verdict would read like leave to go on."""
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    assert_refused(taper("check", str(file), "--drug", name, "--today", "2026-11-22"), name, NAMES[name])


@EACH
def test_nor_a_table_that_names_it_itself(name: str, tmp_path: Path) -> None:
    header, *rows = TABLE.splitlines()
    file = tmp_path / "table.csv"
    file.write_text("\n".join([f"drug,{header}", *(f"{name},{row}" for row in rows)]) + "\n")
    assert_refused(taper("check", str(file), "--today", "2026-11-22"), name, NAMES[name])


@EACH
def test_it_is_not_held(name: str) -> None:
    done = taper("drugs", name)
    assert done.code == CANNOT
    assert NAMES[name].service in done.said
