"""`taper revise`: from the command line to every paper, the same from the file; slips told in one line, nothing written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import taper

MADE = (
    "plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--every", "2w", "--start", "2026-03-02",
    "--products", "2 mg tablet", "--split", "half", "--region", "gb", "--today", "2026-02-01",
)  # fmt: skip
HOLD = (
    "--on",
    "2026-04-22",
    "--hold",
    "2w",
    "--by",
    "patient",
    "--reason",
    "struggles on 6 mg",
    "--today",
    "2026-04-22",
)
FORMATS = ["txt", "md", "csv", "html", "pdf", "json", "ics"]


@pytest.fixture
def first(tmp_path: Path) -> str:
    """The plan file of version 1."""
    path = tmp_path / "plan.json"
    assert taper(*MADE, "-q", "-o", str(path)).code == 0
    return str(path)


@pytest.fixture
def second(first: str, tmp_path: Path) -> str:
    """The plan file of version 2."""
    path = tmp_path / "plan-2.json"
    assert taper("revise", first, *HOLD, "-q", "-o", str(path)).code == 0
    return str(path)


def test_shows_the_slip_and_the_new_schedule(first: str) -> None:
    shown = taper("revise", first, *HOLD)
    assert shown.code == 0
    words = " ".join(shown.text.split())
    for told in (
        "Change slip: version 2 replaces version 1",
        "Add 42 tablets of 2 mg",
        "STOP on Mon 20 Jul 2026",
        "28 d",
    ):
        assert told in words


@pytest.mark.parametrize("form", FORMATS)
def test_the_file_gives_the_same_bytes(first: str, second: str, form: str) -> None:
    assert taper("export", second, "--format", form).out == taper("revise", first, *HOLD, "--format", form).out


@pytest.mark.parametrize("rows", ["step", "day", "intake", "supply"])
def test_the_file_gives_the_same_rows(first: str, second: str, rows: str) -> None:
    asked = ("--format", "csv", "--rows", rows)
    assert taper("export", second, *asked).out == taper("revise", first, *HOLD, *asked).out


def test_the_old_file_is_left_as_it_was(first: str, second: str) -> None:
    assert json.loads(Path(first).read_text(encoding="utf-8"))["version"] == 1
    assert json.loads(Path(second).read_text(encoding="utf-8"))["version"] == 2
    assert taper("revise", first, *HOLD, "-q", "-o", second).code == 2


def test_a_revised_plan_can_be_revised_again(second: str, tmp_path: Path) -> None:
    third = tmp_path / "plan-3.json"
    asked = ("--on", "2026-05-20", "--slower", "0.5 mg", "--every", "3w", "--today", "2026-05-20")
    outcome = taper("revise", second, *asked, "-o", str(third))
    assert outcome.code == 0 and "version 3 replaces version 2" in outcome.text
    assert taper("export", str(third), "--format", "txt").out == taper("revise", second, *asked, "--format", "txt").out


def test_the_judge_reads_the_file_and_its_tables(second: str, tmp_path: Path) -> None:
    assert taper("check", second, "--today", "2026-04-22").code == 0
    for rows in ("step", "day"):
        table = tmp_path / f"{rows}.csv"
        assert taper("export", second, "-q", "-o", str(table), "--rows", rows).code == 0
        assert taper("check", str(table), "--split", "half", "--products", "2 mg tablet").code == 0


@pytest.mark.parametrize("rows", ["step", "day"])
def test_the_judge_reads_a_rise_that_a_version_explains(first: str, rows: str, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    up = ("--on", "2026-04-22", "--back-to", "8 mg", "--today", "2026-04-22")
    assert taper("revise", first, *up, "-q", "-o", str(table), "--rows", rows).code == 0
    judged = taper("check", str(table), "--products", "2 mg tablet half", "--region", "gb", "--today", "2026-04-22")
    assert judged.code == 0 and "[dose.raised]" in judged.text
    as_first = table.read_text(encoding="utf-8").replace(",2,1,draft", ",1,,draft")
    (tmp_path / "forged.csv").write_text(as_first, encoding="utf-8", newline="")
    refused = taper("check", str(tmp_path / "forged.csv"), "--products", "2 mg tablet half", "--region", "gb")
    assert refused.code in (3, 4)


def test_rows_of_two_versions_in_one_table_are_told(first: str, second: str, tmp_path: Path) -> None:
    old, new = (taper("export", name, "--format", "csv").text.splitlines(keepends=True) for name in (first, second))
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("".join([*new[:4], *old[4:]]), encoding="utf-8", newline="")
    told = taper("check", str(mixed))
    assert told.code == 3 and "line 5: plan_id says" in told.said


def test_reads_standard_input() -> None:
    content = taper(*MADE, "--format", "json").out
    done = subprocess.run(
        [sys.executable, "-m", "taper_cli", "revise", "-", *HOLD, "--format", "csv"],
        input=content, capture_output=True, timeout=60, check=False, env=os.environ,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b",2,1,draft," in done.stdout


SLIPS = {
    "no day": (("--hold", "2w"), 2, "--on is missing"),
    "nothing asked": (("--on", "2026-04-22"), 2, "nothing is asked of the plan"),
    "no such day": (("--on", "2026-06-31", "--hold", "2w"), 2, "does not exist"),
    "a day of two countries": (("--on", "22/04/2026", "--hold", "2w"), 2, "expected an ISO date"),
    "before the first cut": (("--on", "2026-03-01", "--hold", "2w"), 2, "is before the first cut"),
    "after the end": (("--on", "2026-07-06", "--hold", "2w"), 2, "is after the last dose"),
    "far in the future": (("--on", "2099-07-06", "--hold", "2w"), 2, "is after the last dose"),
    "no time": (("--on", "2026-04-22", "--hold", "two weeks"), 2, "--hold 'two weeks' is not a length of time"),
    "no pace": (("--on", "2026-04-22", "--slower", "150%"), 2, "--slower '150%' is not between 0 and 100 percent"),
    "a pace and an end": (("--on", "2026-04-22", "--slower", "5%", "--until", "2026-12-07"), 2, "given together"),
    "stop and hold": (("--on", "2026-04-22", "--stop-here", "--hold", "2w"), 2, "given together"),
    "no unit": (("--on", "2026-04-22", "--back-to", "8"), 2, "has no unit"),
    "no higher dose": (("--on", "2026-04-22", "--back-to", "5 mg"), 2, "expected a higher dose"),
    "a dose never taken": (
        ("--on", "2026-04-22", "--back-to", "6 mg morning + 6 mg bedtime"),
        3,
        "expected at most 10 mg",
    ),
    "another time of day": (("--on", "2026-04-22", "--back-to", "7 mg noon"), 2, "names other times of day"),
    "a dose that cannot be made": (("--on", "2026-04-22", "--actual", "5.5 mg bedtime"), 3, "cannot be made"),
    "a smaller pace that changes nothing": (("--on", "2026-04-22", "--slower", "5%"), 3, "leads to the steps"),
    "a shorter interval": (("--on", "2026-04-22", "--every", "1w"), 3, "changes nothing"),
    "an unused acceptance": (("--on", "2026-04-22", "--hold", "2w", "--accept", "last-dose=x"), 2, "accepts nothing"),
    "a misread dose": (("--on", "2026-04-22", "--hold", "2w", "--reason", "took 1.0 mg"), 2, "breaks rule N01"),
    "words too long": (("--on", "2026-04-22", "--hold", "2w", "--reason", "x" * 500), 2, "at most 400"),
    "an option that changes nothing": (
        ("--on", "2026-04-22", "--hold", "2w", "--sheet", "patient"),
        2,
        "add -o plan.pdf",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_line_and_nothing_is_written(slip: str, first: str, tmp_path: Path) -> None:
    typed, code, told = SLIPS[slip]
    out = tmp_path / "new.json"
    outcome = taper("revise", first, *typed, "--today", "2026-04-22", "-o", str(out))
    assert (outcome.code, outcome.out) == (code, b"")
    assert outcome.said.count("\n") == 1 and told in outcome.said
    assert not out.exists()


def test_too_fast_is_refused_for_safety_first_of_all(first: str) -> None:
    outcome = taper("revise", first, "--on", "2026-04-22", "--until", "2026-05-20", "--today", "2026-04-22")
    assert outcome.code == 4
    assert outcome.said.startswith("taper: refused for safety: do not stop the medicine; keep the present dose")
    assert "type --until 2026-07-06" in outcome.said


def test_a_revised_plan_is_compared_and_explained(first: str, second: str) -> None:
    assert "version 2" in taper("compare", first, second).text
    told = taper("explain", second, "4")
    assert told.code == 0 and "Made longer by version 2 by 14 days; decided by version 1." in told.text


def test_an_edited_file_is_not_revised(first: str) -> None:
    path = Path(first)
    path.write_text(path.read_text(encoding="utf-8").replace('"mg": "6"', '"mg": "7"', 1), encoding="utf-8")
    assert taper("revise", first, *HOLD).code == 3


def test_the_notice_is_first_and_last(first: str) -> None:
    text = taper("revise", first, *HOLD).text
    assert " ".join(text.replace("┃", " ").split()).count("A prescriber must approve and sign this schedule") == 2


def test_a_supply_that_handing_out_week_by_week_would_never_have_made_says_so(tmp_path: Path) -> None:
    """28 capsules of 10 mg were handed out for a dose that a stop on the tenth day never came to."""
    plan = tmp_path / "plan.json"
    made = (
        "plan", "chlordiazepoxide", "30 mg", "--reduce", "5 mg", "--to", "5 mg", "--region", "us", "--start", "2027-09-26",
        "--today", "2026-11-22",
    )  # fmt: skip
    assert taper(*made, "-q", "-o", str(plan)).code == 0
    stay = ("--on", "2027-10-06", "--stop-here", "--by", "patient", "--today", "2027-10-06")
    sheet = taper("revise", str(plan), *stay, "--format", "html", "--sheet", "prescriber")
    assert sheet.code == 0
    rows = re.findall(r"<tr>(?:(?!</tr>).)*of (?:10|25)\xa0mg(?:(?!</tr>).)*</tr>", sheet.text, re.DOTALL)
    told = [re.sub(r"\s+", " ", re.sub("<[^>]+>", "|", row)).replace("\xa0", " ") for row in rows]
    assert any("28 capsules of 10 mg" in row and "|none|" in row for row in told), told


def test_what_was_taken_on_a_dose_that_went_on_is_told_as_prescribed_apart(tmp_path: Path) -> None:
    """Nineteen tablets are in the plan and in none of its supplies: a sum of both kinds would be read as one of them."""
    plan = tmp_path / "plan.json"
    made = (
        "plan", "quazepam", "30 mg", "12w", "--every", "10d", "--to", "15 mg", "--region", "us", "--start", "2027-05-12",
        "--accept", "ceiling.quazepam=as before", "--today", "2026-11-22",
    )  # fmt: skip
    assert taper(*made, "-q", "-o", str(plan)).code == 0
    rise = ("--on", "2027-08-23", "--back-to", "22.5 mg", "--by", "GP", "--today", "2027-08-23")
    apart = "what was taken from Wed 4 Aug 2027 to Sun 22 Aug 2027, on a dose that went on, was prescribed apart"
    for form in ("txt", "md"):
        words = " ".join(taper("revise", str(plan), *rise, "--format", form).text.split())
        assert (
            f"The whole plan takes 133 tablets of 15 mg (the other part of a divided tablet is kept); {apart}" in words
        )
        assert "No change for 15 mg tablet: the whole plan takes 114, version 1 took 114" in words
        assert f"Not counted here either: {apart}" in words
