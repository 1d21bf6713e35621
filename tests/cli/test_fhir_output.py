"""A FHIR file is asked for by its double extension, and checked like any schedule."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cli_runner import PLAN, taper


@pytest.mark.parametrize("name", ["plan.fhir.json", "PLAN.FHIR.JSON", "plan.v2.fhir.json"])
def test_a_file_is_fhir_by_its_double_extension(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    outcome = taper(*PLAN, "-q", "-o", str(path))
    assert (outcome.code, outcome.said) == (0, "")
    assert path.read_bytes() == taper(*PLAN, "--format", "fhir").out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["plan.json", "fhir.json", "plan.fhirs.json", "plan.v2.json"])
def test_any_other_json_is_a_plan_file(name: str, tmp_path: Path) -> None:
    assert taper(*PLAN, "-q", "-o", str(tmp_path / name)).code == 0
    assert json.loads((tmp_path / name).read_bytes())["schema"] == "taper.plan.v1"


def test_an_extension_alone_is_not_known(tmp_path: Path) -> None:
    outcome = taper(*PLAN, "-o", str(tmp_path / "plan.fhir"))
    assert outcome.code == 2
    assert "expected one of .txt, " in outcome.said and ", .fhir.json; write" in outcome.said


def test_one_plan_makes_both_kinds_of_json(tmp_path: Path) -> None:
    files = [tmp_path / "plan.json", tmp_path / "plan.fhir.json"]
    assert taper(*PLAN, "-q", *(word for file in files for word in ("-o", str(file)))).code == 0
    kept, sent = (json.loads(file.read_bytes()) for file in files)
    assert sent["entry"][0]["resource"]["identifier"][0]["value"] == kept["plan_id"]


def test_it_is_checked_like_any_schedule(tmp_path: Path) -> None:
    path = tmp_path / "plan.fhir.json"
    taper(*PLAN, "-q", "-o", str(path))
    outcome = taper("check", str(path), "--today", "2026-11-22")
    assert outcome.code == 0
    assert "PASSED: 0 refused" in outcome.text


def test_names_are_no_part_of_it(tmp_path: Path) -> None:
    who = tmp_path / "who.toml"
    who.write_text('name = "Maria Muster"\n', encoding="utf-8")
    files = ("-o", str(tmp_path / "plan.html"), "-o", str(tmp_path / "plan.fhir.json"))
    assert taper(*PLAN, "-q", "--identity", str(who), *files).code == 0
    assert b"Maria Muster" in (tmp_path / "plan.html").read_bytes()
    assert (tmp_path / "plan.fhir.json").read_bytes() == taper(*PLAN, "--format", "fhir").out
