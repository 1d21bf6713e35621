"""Every hazard is told whole and guarded by a test that exists, runs and passes: a control that nobody guards is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hazard_log import COLUMNS, LOG, Hazard, gaps, hazards, head, missing, unproven

ROOT = Path(__file__).parents[2]
TEXT = LOG.read_text(encoding="utf-8")
HAZARDS = hazards(TEXT)


class TestTheLog:
    """The log as it stands."""

    def test_has_its_columns(self) -> None:
        assert head(TEXT) == COLUMNS

    @pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
    def test_tells_a_hazard_whole(self, hazard: Hazard) -> None:
        assert list(gaps(hazard)) == []

    @pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
    def test_names_tests_that_exist(self, hazard: Hazard) -> None:
        assert missing(hazard, ROOT) == []

    def test_numbers_its_hazards_without_a_gap(self) -> None:
        assert [hazard.id for hazard in HAZARDS] == [f"H{number}" for number in range(1, len(HAZARDS) + 1)]

    def test_names_no_test_that_the_plain_run_leaves_out(self) -> None:
        left_out = ("tests/readers/", "tests/benchmarks/solver/")
        assert not [test for hazard in HAZARDS for test in hazard.tests if test[0].startswith(left_out)]


GUARD = "`tests/test_sample.py::test_guard`"
ROW = f"| H1 | a | b | c | d | {GUARD} | low: why | me |"


class TestAFaultyLine:
    """What is wrong with a line is found."""

    @pytest.mark.parametrize(
        ("row", "fault"),
        [
            (ROW, ""),
            (ROW.replace(" me |", ""), "H1 has 7 cells instead of 8"),
            (ROW.replace("| c |", "|  |"), "H1 has no effect"),
            (ROW.replace("| me |", "| |"), "H1 has no owner"),
            (ROW.replace("low: why", "low"), "H1 does not say how large the residual risk is, and why"),
            (ROW.replace("low: why", "small: why"), "H1 does not say how large the residual risk is, and why"),
            (ROW.replace(GUARD, "reviewed by hand"), "H1 names no test"),
            (ROW.replace(GUARD, f"{GUARD}, tests/a.py::test_b"), "H1 names no test, or one in other words"),
        ],
    )
    def test_is_told(self, row: str, fault: str) -> None:
        (hazard,) = hazards(row)
        told = list(gaps(hazard))
        assert [one[: len(fault)] for one in told] == ([fault] if fault else [])

    def test_a_test_that_is_not_there_is_missing(self) -> None:
        (hazard,) = hazards(ROW)
        assert missing(hazard, ROOT) == ["tests/test_sample.py::test_guard"]

    @pytest.mark.parametrize(
        ("outcomes", "fault"),
        [
            ({"tests/test_sample.py::test_guard": {"passed"}}, ""),
            ({"tests/test_sample.py::TestIt::test_guard[a::b]": {"passed"}}, ""),
            ({}, "was not run"),
            ({"tests/test_sample.py::test_guards": {"passed"}}, "was not run"),
            ({"tests/test_other.py::test_guard": {"passed"}}, "was not run"),
            ({"tests/test_sample.py::test_guard": {"failed"}}, "failed"),
            (
                {"tests/test_sample.py::test_guard[1]": {"passed"}, "tests/test_sample.py::test_guard[2]": {"skipped"}},
                "skipped",
            ),
        ],
    )
    def test_a_guard_that_did_not_pass_is_unproven(self, outcomes: dict[str, set[str]], fault: str) -> None:
        told = list(unproven(hazards(ROW), outcomes))
        assert told == ([f"H1: tests/test_sample.py::test_guard {fault}"] if fault else [])


GOOD = "def test_guard():\n    assert 1\n"
SAMPLES = {
    "passes": (GOOD, (), ""),
    "is skipped": (f"import pytest\n@pytest.mark.skip\n{GOOD}", (), "test_guard skipped"),
    "skips itself": ("import pytest\ndef test_guard():\n    pytest.skip('no')\n", (), "test_guard skipped"),
    "is skipped in one case": (
        "import pytest\n@pytest.mark.parametrize('case', [1, pytest.param(2, marks=pytest.mark.skip)])\n"
        "def test_guard(case):\n    assert case\n",
        (),
        "test_guard skipped",
    ),
    "is expected to fail": (
        "import pytest\n@pytest.mark.xfail\ndef test_guard():\n    assert 0\n",
        (),
        "test_guard was expected to fail",
    ),
    "fails": ("def test_guard():\n    assert 0\n", (), "test_guard failed"),
    "breaks before it begins": (
        f"import pytest\n@pytest.fixture(autouse=True)\ndef broken():\n    raise ValueError\n{GOOD}",
        (),
        "test_guard failed",
    ),
    "is not collected": (
        "class Sample:\n    def test_guard(self):\n        assert 1\n",
        (),
        "test_guard was not run",
    ),
    "is left out by name": (
        f"{GOOD}def test_other(): pass\n",
        ("--deselect", "tests/test_sample.py::test_guard"),
        "test_guard was not run",
    ),
    "is skipped by another process": (
        f"import pytest\n@pytest.mark.skip\n{GOOD}",
        ("-p", "xdist", "-n", "2"),
        "test_guard skipped",
    ),
    "passes in another process": (GOOD, ("-p", "xdist", "-n", "2"), ""),
    "is no part of what was asked for": (f"{GOOD}def test_other(): pass\n", ("-k", "other"), ""),
    "stands in a file that was not asked for": (f"import pytest\n@pytest.mark.skip\n{GOOD}", ("tests/test_other.py",), ""),
}  # fmt: skip
"""How a guard can go wrong in a run of all tests: the file, more words for pytest, and what is told at the end."""


def suite(folder: Path, sample: str) -> Path:
    """A small project with our hooks, one hazard, and its guard."""
    safety = folder / "tests" / "safety"
    safety.mkdir(parents=True)
    shutil.copy(LOG.with_name("hazard_log.py"), safety)
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    (safety / "HAZARDS.md").write_text(f"{ROW}\n", encoding="utf-8")
    (folder / "tests" / "test_sample.py").write_text(sample, encoding="utf-8")
    (folder / "tests" / "test_other.py").write_text("def test_another(): pass\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", SAMPLES)
def test_at_the_end_of_a_run_of_all_tests_a_guard_must_have_passed(name: str, tmp_path: Path) -> None:
    sample, words, fault = SAMPLES[name]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
        cwd=suite(tmp_path, sample),
        env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("H1: ")]
    assert told == ([f"H1: tests/test_sample.py::{fault}"] if fault else []), done.stdout
    assert done.returncode == (1 if fault else 0), done.stdout
