"""`taper export`: every paper of a saved plan is the paper that `taper plan` would have written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import PLAN, taper

BY_SLOT = (
    "plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--region", "gb", "--for", "muscle spasm",
    "--context", "opioid", "--start", "2026-12-07", "--today", "2026-11-22",
)  # fmt: skip
FORMATS = ["txt", "md", "csv", "html", "pdf", "json", "ics", "fhir"]


@pytest.fixture(params=[PLAN, BY_SLOT], ids=["26 weeks", "by slot"])
def planned(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param)


@pytest.mark.parametrize("form", FORMATS)
def test_gives_the_same_bytes_as_the_plan(planned: tuple[str, ...], form: str, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    assert taper(*planned, "-q", "-o", str(saved)).code == 0
    assert taper("export", str(saved), "--format", form).out == taper(*planned, "--format", form).out


@pytest.mark.parametrize("rows", ["step", "day", "intake", "supply"])
def test_gives_the_same_rows(planned: tuple[str, ...], rows: str, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    taper(*planned, "-q", "-o", str(saved))
    asked = ("--format", "csv", "--rows", rows)
    assert taper("export", str(saved), *asked).out == taper(*planned, *asked).out


def test_shows_the_plan_when_nothing_is_asked(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    taper(*PLAN, "-q", "-o", str(saved))
    assert taper("export", str(saved)).text == taper(*PLAN).text


def test_a_plan_file_is_the_owners_alone(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    taper(*PLAN, "-q", "-o", str(saved))
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_reads_standard_input() -> None:
    content = taper(*PLAN, "--format", "json").out
    done = subprocess.run(
        [sys.executable, "-m", "taper_cli", "export", "-", "--format", "csv"],
        input=content, capture_output=True, timeout=60, check=False, env=os.environ,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == taper(*PLAN, "--format", "csv").out


def test_prints_another_day_as_today(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    taper(*PLAN, "-q", "-o", str(saved))
    assert "printed Tue 1 Dec 2026" in taper("export", str(saved), "--today", "2026-12-01").text


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (None, 3, "cannot be read"),
        ("schema,plan_id\r\n", 3, "is not a whole plan file"),
        ('{"schema": "taper.plan.v9"}', 3, "read it with the newer program"),
    ],
)
def test_a_file_that_is_no_plan_is_told_in_one_line(content: str | None, code: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    outcome = taper("export", str(path), "-o", str(tmp_path / "plan.pdf"))
    assert outcome.code == code
    assert outcome.said.count("\n") == 1 and told in outcome.said
    assert not (tmp_path / "plan.pdf").exists()


def test_a_date_of_birth_must_fit_the_age_of_the_plan(tmp_path: Path) -> None:
    saved, who = tmp_path / "plan.json", tmp_path / "who.toml"
    taper(*PLAN, "-q", "-o", str(saved))
    who.write_text("date_of_birth = 2012-01-01", encoding="utf-8")
    assert taper("export", str(saved), "--identity", str(who), "--format", "html").code == 2
