"""The calendar file in programs that people keep their calendar with: calcurse, and khal, which keeps what servers hand to phones.

Not part of the plain test run, as these programs do not come with Python: CI installs them and runs this folder by name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = (
    "plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--products", "2 mg tablet", "--split", "half",
    "--region", "gb", "--start", "2026-03-02", "--today", "2026-02-01",
)  # fmt: skip
REMIND = ("--remind", "morning 08:00, bedtime 22:00")
KHAL = """
[calendars]
[[plan]]
path = {folder}/entries/
type = calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


def run(*command: str, folder: Path) -> str:
    """What a program prints."""
    # A zone far from Greenwich, so that a local time which was moved would be seen.
    env = {**os.environ, "TZ": "Pacific/Auckland", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, timeout=120, check=False, env=env)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-2000:]
    return done.stdout.decode(errors="replace")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the calendars of a plan, and of the same plan after the patient stays on 4 mg from 20 May on."""
    taper = (sys.executable, "-m", "taper_cli")
    first, second = str(tmp_path / "plan.json"), str(tmp_path / "plan-2.ics")
    run(*taper, *PLAN, "-q", "-o", first, "-o", str(tmp_path / "plan.ics"), *REMIND, folder=tmp_path)
    stay = ("revise", first, "--on", "2026-05-20", "--stop-here", "--today", "2026-05-20")
    run(*taper, *stay, "-q", "-o", second, "--remind", "bedtime 22:00", folder=tmp_path)
    return tmp_path


class Khal:
    """A calendar of khal's in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "khal.conf"
        (folder / "entries").mkdir()
        self.config.write_text(KHAL.format(folder=folder), encoding="utf-8")

    def call(self, *words: str) -> str:
        return run("khal", "-c", str(self.config), *words, folder=self.folder)

    def take_in(self, file: Path) -> None:
        self.call("import", "--batch", "-a", "plan", str(file))

    def on(self, day: str) -> set[str]:
        """The entries of a day: 'Plan: step 1', '08:00 Plan: morning', 'CANCELLED ...'."""
        lines = self.call("list", "--format", "{start-time} {cancelled}{title}", day, "1d")
        return {" ".join(line.split()) for line in lines.splitlines()[1:]}


def calcurse(folder: Path, *words: str) -> str:
    home = folder / "calcurse"
    home.mkdir(exist_ok=True)
    return run("calcurse", "-D", str(home), "-C", str(home), *words, folder=folder)


def test_calcurse_takes_in_every_entry_and_shows_it_on_its_days(files: Path) -> None:
    assert "0 skipped" in calcurse(files, "-i", str(files / "plan.ics"))
    days = ("--input-datefmt", "4", "--output-datefmt", "%F")
    shown = calcurse(files, *days, "-Q", "--from", "2026-03-15", "--to", "2026-03-16").split("\n\n")
    assert [" ".join(day.split()) for day in shown] == [
        "2026-03-15: * Plan: review * Plan: step 1 - 08:00 -> 08:15 Plan: morning - 22:00 -> 22:15 Plan: night",
        "2026-03-16: * Plan: step 2 - 08:00 -> 08:15 Plan: morning - 22:00 -> 22:15 Plan: night",
    ]
    end = calcurse(files, *days, "-Q", "--from", "2026-07-05", "--to", "2026-07-06").split("\n\n")
    assert [" ".join(day.split()) for day in end] == [
        "2026-07-05: * Plan: review * Plan: step 9 - 22:00 -> 22:15 Plan: night",
        "2026-07-06: * Plan: STOP * Plan: keep watching",
    ]


def test_a_revision_takes_the_place_of_the_version_before(files: Path) -> None:
    khal = Khal(files)
    khal.take_in(files / "plan.ics")
    assert khal.on("2026-05-26") == {"Plan: step 7", "22:00 Plan: night"}
    assert khal.on("2026-07-06") == {"Plan: STOP", "Plan: keep watching"}
    khal.take_in(files / "plan-2.ics")
    assert khal.on("2026-05-20") == {"Plan: stay on this step", "22:00 Plan: night"}
    assert khal.on("2026-05-26") == {
        "CANCELLED Cancelled entry, see your newest sheet (Plan: step 7)",
        "22:00 Plan: night",
    }
    assert khal.on("2026-07-06") == {
        "CANCELLED Cancelled entry, see your newest sheet (Plan: keep watching)",
        "22:00 Plan: night",
    }
    # What was over keeps its step; its reminders of the morning were not asked for again.
    assert khal.on("2026-03-10") == {"Plan: step 1", "22:00 Plan: night"}
