"""Nobody waits: what a command does not need is not imported, read from Python's own list of imports."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest
from cli_runner import PLAN

HEAVY = ("typst", "icalendar", "jinja2", "pydantic", "numpy", "pandas", "requests")


def imported_by(*arguments: str) -> frozenset[str]:
    """The top-level packages that a command imports."""
    return frozenset(name.partition(".")[0] for name in modules_of(*arguments))


@cache
def modules_of(*arguments: str) -> frozenset[str]:
    """The modules that a command imports."""
    command = [sys.executable, "-X", "importtime", "-m", "taper_cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return frozenset(line.rpartition("|")[2].strip() for line in lines)


CSV = (*PLAN, "--format", "csv")


def test_the_list_of_imports_can_be_read() -> None:
    assert {"sys", "taper_cli", "typer", "msgspec"} <= imported_by(*CSV) | {"sys"}


@pytest.mark.parametrize("package", ["typer", "rich", "msgspec", "dateutil", "tomllib", "subprocess", *HEAVY])
def test_the_version_is_told_without(package: str) -> None:
    assert package not in imported_by("--version")


@pytest.mark.parametrize("package", ["readline", "rich", "dateutil", *HEAVY])
def test_a_plan_in_weeks_as_csv_is_made_without(package: str) -> None:
    assert package not in imported_by(*CSV)


@pytest.mark.parametrize("package", ["dateutil", *HEAVY])
def test_a_plan_in_weeks_on_the_screen_is_made_without(package: str) -> None:
    assert package not in imported_by(*PLAN)


@pytest.mark.parametrize("package", ["rich", *HEAVY])
def test_a_plan_in_months_as_csv_is_made_without(package: str) -> None:
    assert package not in imported_by("plan", "diazepam", "20 mg", "6m", *CSV[4:])


@pytest.mark.parametrize("package", ["rich", "typst", "jinja2", "pydantic", "numpy", "pandas", "requests"])
def test_a_calendar_is_made_with_its_own_library_alone(package: str) -> None:
    imported = imported_by(*PLAN, "--format", "ics")
    assert package not in imported and "icalendar" in imported


@pytest.mark.parametrize("package", ["socket", "ssl", "http", "urllib3", "logging"])
def test_a_plan_is_made_without_network_or_log(package: str) -> None:
    assert package not in imported_by(*CSV)


@pytest.mark.parametrize("package", ["rich", *HEAVY])
def test_help_is_shown_without(package: str) -> None:
    assert package not in imported_by("plan", "--help")


@pytest.mark.parametrize("arguments", [PLAN, CSV, (*PLAN, "--format", "txt")], ids=["screen", "csv", "text"])
def test_a_plan_that_no_other_system_asked_for_is_made_without_fhir(arguments: tuple[str, ...]) -> None:
    assert "taper_cli.render.fhir" in modules_of(*PLAN, "--format", "fhir")
    assert not [name for name in modules_of(*arguments) if ".fhir" in name]
