"""`-o plan.ics`: a calendar file from every command that prints papers, with the reminders and titles that were asked for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from unittest import mock

import icalendar
import pytest
from cli_runner import PLAN, taper

BY_SLOT = (
    "plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--products", "2 mg tablet", "--split", "half",
    "--region", "gb", "--start", "2026-03-02", "--today", "2026-02-01",
)  # fmt: skip
REMIND = ("--remind", "morning 08:00, night 22:30")
NAME = "Zofia Testowa"


def entries(content: bytes) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def titles(content: bytes) -> set[str]:
    return {str(entry["summary"]) for entry in entries(content)}


def starts(content: bytes) -> set[str]:
    """The times of day at which timed entries begin."""
    found = (entry.decoded("dtstart") for entry in entries(content))
    return {f"{start:%H:%M}" for start in found if isinstance(start, datetime)}


def test_titles_are_neutral_unless_doses_are_asked_for() -> None:
    neutral = taper(*PLAN, "--format", "ics")
    assert (neutral.code, neutral.err) == (0, b"")
    assert {"Plan: step 1", "Plan: STOP", "Plan: review"} <= titles(neutral.out) and b"diazepam" not in neutral.out
    assert neutral.out == taper(*PLAN, "--format", "ics", "--titles", "neutral").out
    doses = titles(taper(*PLAN, "--format", "ics", "--titles", "dose").out)
    assert {"diazepam 16 mg a day", "diazepam 10.5 mg a day", "STOP diazepam"} <= doses


def test_reminders_stand_at_the_times_that_were_typed() -> None:
    assert starts(taper(*BY_SLOT, "--format", "ics").out) == set()
    assert starts(taper(*BY_SLOT, *REMIND, "--format", "ics").out) == {"08:00", "22:30"}
    assert starts(taper(*PLAN, "--remind", " 07:15 ", "--format", "ics").out) == {"07:15"}


@pytest.mark.parametrize("options", [(), REMIND, (*REMIND, "--titles", "dose")])
def test_a_saved_and_a_revised_plan_give_the_same_calendar(options: tuple[str, ...], tmp_path: Path) -> None:
    first, second = str(tmp_path / "plan.json"), str(tmp_path / "plan-2.json")
    changed = ("revise", first, "--on", "2026-04-22", "--hold", "2w", "--today", "2026-04-22")
    written = ("-o", str(tmp_path / "plan.ics"), *options)
    assert taper(*BY_SLOT, "-q", "-o", first, *written).code == 0
    calendar = (tmp_path / "plan.ics").read_bytes()
    assert taper("export", first, "--format", "ics", *options).out == calendar
    assert taper(*changed, "-q", "-o", second).code == 0
    revised = taper(*changed, "--format", "ics", *options).out
    assert taper("export", second, "--format", "ics", *options).out == revised != calendar
    assert {entry["sequence"] for entry in entries(revised)} == {1}


def test_another_today_changes_the_stamp_alone() -> None:
    as_it_is = taper(*PLAN, "--format", "ics").out
    later = taper(*PLAN[:-1], "2026-11-30", "--format", "ics").out
    assert later == as_it_is.replace(b"DTSTAMP:20261122", b"DTSTAMP:20261130") != as_it_is


def test_names_no_person(tmp_path: Path) -> None:
    who = tmp_path / "who.toml"
    who.write_text(f'name = "{NAME}"\nclinic_phone = "0123 456"\n', encoding="utf-8")
    written = ("-o", str(tmp_path / "plan.pdf"), "-o", str(tmp_path / "plan.ics"))
    assert taper(*PLAN, "-q", "--identity", str(who), *written, "--titles", "dose").code == 0
    calendar = (tmp_path / "plan.ics").read_bytes()
    assert calendar == taper(*PLAN, "--format", "ics", "--titles", "dose").out
    assert NAME.encode() not in calendar and b"0123" not in calendar


def test_a_text_of_ours_that_can_be_misread_stops_it(tmp_path: Path) -> None:
    with mock.patch("taper_cli.render.events.DRAFT", "Take 1.0 mg"):
        outcome = taper(*PLAN, "-o", str(tmp_path / "plan.ics"))
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (1, b"", [])
    assert "breaks the rules of notation" in outcome.said


def test_a_time_that_does_not_fit_the_plan_leaves_no_file_behind(tmp_path: Path) -> None:
    wanted = ("-o", str(tmp_path / "plan.csv"), "-o", str(tmp_path / "plan.ics"))
    outcome = taper(*BY_SLOT, *wanted, "--remind", "bedtime 22:00")
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (2, b"", [])
    assert "states no time for morning" in outcome.said
    assert "--remind" not in outcome.said.split("write for example")[1]
    mended = outcome.said.split("write for example '")[1].rstrip("'\n")
    assert taper(*BY_SLOT, *wanted, "-q", "--remind", mended).code == 0


def test_the_end_of_the_calendar_is_told() -> None:
    """The year 9999 has no day after its last one."""
    last = ("plan", "diazepam", "20 mg", "26w", "--to", "5 mg", "--start", "9999-06-02", "--today", "9999-05-01")
    assert taper(*last, "--format", "csv").code == 0
    outcome = taper(*last, "--format", "ics")
    assert (outcome.code, outcome.out) == (3, b"")
    assert "past the year 9999" in outcome.said
