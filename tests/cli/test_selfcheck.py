"""`taper selfcheck`: a sound installation passes, any damage is seen and named, and the verdict stands where it was asked for."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from cli_runner import PLAN, Outcome, taper, taper_process
from jsonschema import Draft202012Validator

import taper_cli
from taper_cli.service.references import PACKAGES

PACKAGE = Path(taper_cli.__file__).parent
SCHEMA = json.loads(
    (PACKAGE / "render" / "documents" / "schemas" / "taper.selfcheck.v1.schema.json").read_text(encoding="utf-8")
)
TODAY = ("--today", "2026-11-22")
GB = (*PLAN, "--region", "gb")


def answer(outcome: Outcome) -> dict[str, Any]:
    """What `--json` said, found to be of its schema."""
    content = json.loads(outcome.out)
    Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content)
    return dict(content)


def failed(content: dict[str, Any]) -> list[str]:
    return [one["name"] for one in content["references"] if not one["passed"]]


@cache
def told(*words: str) -> Outcome:
    """What the command said; it is the same for every test that looks at it."""
    return taper("selfcheck", *words, *TODAY)


class TestASoundInstallation:
    """Everything comes out, and the answer says on what."""

    def test_passes(self) -> None:
        done = told()
        assert (done.code, done.said) == (0, "")
        assert "Selfcheck: PASSED" in done.text
        assert "Failed" not in done.text and "not as they were shipped" not in done.text

    def test_says_that_it_is_no_approval(self) -> None:
        assert "A SELFCHECK IS NO APPROVAL." in told().text
        assert "A prescriber must approve" in answer(told("--json"))["notice"]

    def test_tells_versions_data_and_every_reference(self) -> None:
        content = answer(told("--json"))
        assert content["verdict"] == "passed" and content["checked_on"] == "2026-11-22"
        assert content["program"] == taper_cli.__version__
        assert content["data"]["id"] == content["data"]["shipped_id"] and content["data"]["faults"] == []
        assert all(re.match(r"\d+\.\d+", version) for version in content["packages"].values())
        assert {one["kind"] for one in content["references"]} == {"plan", "refusal", "published"}
        assert failed(content) == []

    def test_names_the_packages_that_the_program_stands_on(self) -> None:
        wanted = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "dependencies"
        ]
        assert tuple(re.split(r"[<>=]", one)[0] for one in wanted) == PACKAGES

    def test_names_no_person_and_no_host(self) -> None:
        environment = {**os.environ, "USER": "somebody-here", "HOSTNAME": "machine-here", "HOME": "/home/somebody-here"}
        done = taper_process("selfcheck", "--json", env=environment)
        assert b"somebody-here" not in done.out and b"machine-here" not in done.out

    def test_is_the_same_twice(self) -> None:
        assert told().out == taper("selfcheck", *TODAY).out

    def test_in_plain_ascii(self) -> None:
        assert told("--ascii").out.isascii()


def altered(path: str, before: str, after: str) -> Callable[[Path], None]:
    """Damage: one text of a file is another, in every place."""

    def damage(package: Path) -> None:
        file = package / path
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")

    return damage


def without(path: str) -> Callable[[Path], None]:
    return lambda package: (package / path).unlink()


def with_file(path: str, text: str) -> Callable[[Path], None]:
    return lambda package: (package / path).write_text(text, encoding="utf-8") and None


CAP = "formulary/guidelines/asam-2025.toml"
DIAZEPAM = "formulary/drugs/diazepam.toml"
DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a limit that was raised": (altered(CAP, 'percent = "25"', 'percent = "35"'), f"{CAP} is not as it was shipped"),
    "a strength": (altered(DIAZEPAM, 'strength = "5 mg"', 'strength = "6 mg"'), f"{DIAZEPAM} is not as it was shipped"),
    "a window": (altered(CAP, "window_days = 14", "window_days = 7"), f"{CAP} is not as it was shipped"),
    "a figure that no reference uses": (
        altered("formulary/drugs/zaleplon.toml", "2026-11-22", "2026-11-21"),
        "formulary/drugs/zaleplon.toml is not as it was shipped",
    ),
    "a file cut short": (altered(CAP, "[cap]", "[cap"), f"{CAP} is not as it was shipped"),
    "a file gone": (without(CAP), f"{CAP} is missing"),
    "a file too many": (with_file("formulary/guidelines/mine.toml", ""), "formulary/guidelines/mine.toml was added"),
    "a sheet's template": (
        altered("render/templates/sheets.html", "</html>", ""),
        "render/templates/sheets.html is not as it was shipped",
    ),
    "a reference made to fit": (
        altered("service/references.toml", "10.5 mg", "11 mg"),
        "service/references.toml is not as it was shipped",
    ),
    "the list of hashes": (with_file("service/shipped.json", "{"), "service/shipped.json cannot be read"),
    "no references": (without("service/references.toml"), "service/references.toml is missing"),
}
SEEN_IN_PLANS = {
    "a limit that was raised": "diazepam 15 mg in 26 weeks",
    "a strength": "diazepam 20 mg in 26 weeks, as gently as products allow",
    "a window": "diazepam 40 mg, each step a week",
    "a file cut short": "diazepam 20 mg in 26 weeks, as gently as products allow",
    "a file gone": "diazepam 20 mg in 26 weeks, as gently as products allow",
    "a reference made to fit": "diazepam 20 mg in 26 weeks, as gently as products allow",
    "no references": "references.toml",
}
"""Damage that also shows in what comes out, each with a reference that tells of it."""


def damaged(folder: Path, damage: Callable[[Path], None], *words: str) -> Outcome:
    """The command line of a copy of the program that was damaged."""
    shutil.copytree(PACKAGE, folder / "taper_cli")
    damage(folder / "taper_cli")
    return taper_process(*words, env={**os.environ, "PYTHONPATH": str(folder)}, cwd=folder)


class TestADamagedInstallation:
    """Exit code 1, the file by name, and what came out otherwise."""

    @pytest.mark.parametrize("name", DAMAGES)
    def test_is_seen_and_named(self, name: str, tmp_path: Path) -> None:
        damage, fault = DAMAGES[name]
        done = damaged(tmp_path, damage, "selfcheck", "--json", *TODAY)
        assert (done.code, done.said) == (1, "")
        content = answer(done)
        assert content["verdict"] == "failed"
        assert fault in content["data"]["faults"]
        assert bool(failed(content)) == (name in SEEN_IN_PLANS)
        assert SEEN_IN_PLANS.get(name, "") in ["", *failed(content)]

    def test_an_untouched_copy_passes(self, tmp_path: Path) -> None:
        assert damaged(tmp_path, lambda package: None, "selfcheck").code == 0

    def test_damage_of_the_program_itself_shows_in_what_comes_out(self, tmp_path: Path) -> None:
        damage = altered("planning/limits.py", "TAIL_TOTALS = 3", "TAIL_TOTALS = 1")
        content = answer(damaged(tmp_path, damage, "selfcheck", "--json"))
        assert content["data"]["faults"] == [] and failed(content)

    def test_says_on_the_screen_what_differs_and_what_to_do(self, tmp_path: Path) -> None:
        text = damaged(tmp_path, DAMAGES["a strength"][0], "selfcheck", *TODAY).text
        assert "Selfcheck: FAILED" in text and "Plan nothing with this installation" in text
        assert f"- {DIAZEPAM} is not as it was shipped" in text
        assert "must come out: 2027-01-04 10.5 mg" in text

    @pytest.mark.parametrize("words", [("plan", "diazepam", "20 mg", "26w"), ("drugs", "diazepam")])
    @pytest.mark.parametrize(
        ("damage", "told"),
        [
            (altered(DIAZEPAM, "[[product]]", "[[product]"), "diazepam.toml: not TOML: "),
            (altered(DIAZEPAM, "reviewed_on = 2026-11-22", "reviewed_on = 7"), "diazepam.toml: reviewed_on: "),
            (altered("formulary/classes/benzodiazepine.toml", "[[symptom]]", "[[symptom]"), "benzodiazepine.toml: "),
        ],
        ids=["not TOML", "a wrong value", "its class"],
    )
    def test_that_no_longer_reads_its_data_says_so_in_one_line(
        self, damage: Callable[[Path], None], told: str, words: tuple[str, ...], tmp_path: Path
    ) -> None:
        done = damaged(tmp_path, damage, *words)
        assert (done.code, done.out) == (1, b"")
        assert done.said.startswith(f"taper: {told}") and done.said.count("\n") == 1
        assert "type 'taper selfcheck'" in done.said

    def test_plans_nothing_where_a_selfcheck_was_asked_for(self, tmp_path: Path) -> None:
        words = (*GB, "--selfcheck", "-o", "plan.pdf")
        done = damaged(tmp_path, DAMAGES["a limit that was raised"][0], *words)
        assert (done.code, done.out) == (1, b"")
        assert done.said.startswith("taper: the selfcheck failed (") and done.said.count("\n") == 1
        assert not (tmp_path / "plan.pdf").exists()


LINE = "Selfcheck on Sun 22 Nov 2026: passed."


@cache
def html(*words: str) -> str:
    done = taper(*words, "--format", "html")
    assert done.code == 0, done.said
    return done.text.replace("\u00a0", " ")


class TestOnTheSheet:
    """The verdict stands on the prescriber's basis page where it was asked for, and nowhere else."""

    def test_with_day_references_data_and_versions(self) -> None:
        patient, prescriber = html(*GB, "--selfcheck").split('<article class="sheet prescriber"')
        assert LINE in prescriber and LINE not in patient
        content = answer(told("--json"))
        assert f"data {content['data']['id']}, all {content['data']['files']} files as shipped" in prescriber
        assert f"{len(content['references'])} of {len(content['references'])} reference plans" in prescriber
        assert "not that this plan is right" in prescriber

    def test_in_the_pdf_too(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.pdf"
        assert taper(*GB, "--selfcheck", "-q", "-o", str(path)).code == 0
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path.read_bytes())]
        assert sum("Selfcheck on" in page for page in pages) == 1

    def test_of_a_plan_that_is_printed_again_or_revised(self, tmp_path: Path) -> None:
        path = str(tmp_path / "plan.json")
        assert taper(*GB, "-q", "-o", path).code == 0
        assert LINE in html("export", path, "--selfcheck", *TODAY)
        revised = html("revise", path, "--on", "2027-01-25", "--hold", "2w", "--by", "GP", "--selfcheck", *TODAY)
        assert LINE in revised

    def test_nowhere_unless_it_was_asked_for(self) -> None:
        assert "Selfcheck" not in html(*GB)

    def test_changes_nothing_else(self) -> None:
        told = html(*GB, "--selfcheck")
        line = re.search(r"<p[^>]*>Selfcheck on[^<]*</p>\s*", told)
        assert line and told.replace(line[0], "") == html(*GB)

    @pytest.mark.parametrize("words", [(), ("--format", "csv"), ("--format", "pdf", "--sheet", "patient")])
    def test_is_refused_where_it_could_not_stand(self, words: tuple[str, ...]) -> None:
        done = taper(*GB, "--selfcheck", *words)
        assert done.code == 2 and "--selfcheck has no prescriber's sheet to stand on" in done.said
