"""The same request gives the same bytes on every machine: old locales, other time zones, no home, no colour."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from cli_runner import PLAN, STARTED, Outcome, taper, taper_process

NOBODY_WRITES_HERE = Path("/proc/sys") if Path("/proc/sys").is_dir() else Path("/")
"""A folder in which even the administrator cannot make a file: the kernel's own, or macOS's sealed root."""

BASE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/"}
TODAY_ONLY = ("plan", "diazepam", "20 mg", "26w", "--today", "2026-11-22")
SLOTS = ("plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--region", "gb", *STARTED)

SURROUNDINGS = {
    "the old C locale": {"LC_ALL": "C"},
    "a German locale": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
    "a Western code page for pipes": {"PYTHONIOENCODING": "cp1252"},
    "an ASCII pipe without UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no colour": {"NO_COLOR": "1"},
    "forced colour": {"FORCE_COLOR": "1"},
    "a terminal that can do little": {"TERM": "dumb"},
    "the first time zone of the day": {"TZ": "Pacific/Kiritimati"},
    "the last time zone of the day": {"TZ": "Pacific/Pago_Pago"},
    "one order of hashing": {"PYTHONHASHSEED": "1"},
    "another order of hashing": {"PYTHONHASHSEED": "4711"},
    "optimised Python": {"PYTHONOPTIMIZE": "2"},
}
PAPERS = {
    "screen": (*SLOTS, "--calendar"),
    "txt": (*SLOTS, "--calendar", "--format", "txt"),
    "csv": (*TODAY_ONLY, "--format", "csv"),
    "md": (*TODAY_ONLY, "--format", "md"),
    "ics": (*SLOTS, "--remind", "morning 08:00, bedtime 22:00", "--format", "ics"),
}


@cache
def usual(paper: str) -> bytes:
    """The paper as an ordinary machine prints it."""
    return taper_process(*PAPERS[paper], env=BASE).out


@pytest.mark.parametrize("paper", ["screen", "csv"])
@pytest.mark.parametrize("surrounding", SURROUNDINGS)
def test_surroundings_do_not_change_a_byte(surrounding: str, paper: str) -> None:
    outcome = taper_process(*PAPERS[paper], env=BASE | SURROUNDINGS[surrounding])
    assert (outcome.code, outcome.err) == (0, b"")
    assert outcome.out == usual(paper)


@pytest.mark.parametrize("paper", ["txt", "md", "ics"])
@pytest.mark.parametrize(
    "surrounding", ["the old C locale", "the last time zone of the day", "another order of hashing"]
)
def test_files_for_people_do_not_change_either(surrounding: str, paper: str) -> None:
    assert taper_process(*PAPERS[paper], env=BASE | SURROUNDINGS[surrounding]).out == usual(paper)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_second_run_in_the_same_process_gives_the_same_bytes(paper: str) -> None:
    assert taper(*PAPERS[paper]).out == taper(*PAPERS[paper]).out == usual(paper)


def test_one_patients_products_do_not_leak_into_the_next_plan() -> None:
    taper(*SLOTS, "--products", "2 mg tablet quarter", "--format", "csv")
    assert taper(*PAPERS["csv"]).out == usual("csv")


@pytest.mark.parametrize("surrounding", ["the old C locale", "a Western code page for pipes"])
def test_a_message_can_be_written_whatever_the_locale(surrounding: str) -> None:
    outcome = taper_process("plan", "диазепам", "20 mg", "26w", env=BASE | SURROUNDINGS[surrounding])
    assert outcome.code == 3
    assert b"Traceback" not in outcome.err and outcome.err.count(b"\n") == 1


class TestMissingPieces:
    """Nothing is needed beyond Python: no home, no writable folder, no variables at all."""

    def test_no_home_and_no_other_variable(self) -> None:
        assert taper_process(*PAPERS["screen"], env={"PATH": BASE["PATH"], "LC_ALL": "C.UTF-8"}).out == usual("screen")

    def test_an_empty_environment(self) -> None:
        assert taper_process(*PAPERS["csv"], env={}).out == usual("csv")

    def test_a_folder_where_nobody_can_write(self) -> None:
        outcome = taper_process(*PAPERS["csv"], env=BASE, cwd=NOBODY_WRITES_HERE)
        assert (outcome.code, outcome.out) == (0, usual("csv"))

    def test_a_folder_that_was_deleted_meanwhile(self, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        wanted = tmp_path / "plan.csv"
        script = f"rmdir '{tmp_path}/gone' && exec '{sys.executable}' -m taper_cli \"$@\""
        command = ["sh", "-c", script, "sh", *PAPERS["csv"], "-o", str(wanted), "-o", "-", "--quiet"]
        done = subprocess.run(command, cwd=tmp_path / "gone", env=BASE, capture_output=True, check=False)
        assert (done.returncode, done.stdout, wanted.read_bytes()) == (0, usual("csv"), usual("csv"))

    def test_a_file_asked_for_where_nobody_can_write_is_a_slip_and_no_crash(self) -> None:
        outcome = taper_process(*PAPERS["csv"], "-o", "plan.csv", env=BASE, cwd=NOBODY_WRITES_HERE)
        assert (outcome.code, outcome.out) == (2, b"")
        assert "'plan.csv' cannot be written" in outcome.said and outcome.said.count("\n") == 1

    def test_a_run_leaves_its_folder_and_its_home_empty(self, tmp_path: Path) -> None:
        taper_process(*PAPERS["screen"], env=BASE | {"HOME": str(tmp_path)}, cwd=tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestTheClock:
    """Today is read once, from the clock of the place, and `--today` takes its place."""

    def printed_on(self, zone: str) -> str:
        outcome = taper_process("plan", "diazepam", "20 mg", "26w", "--format", "csv", env=BASE | {"TZ": zone})
        return outcome.text.splitlines()[1].split(",")[5]

    def test_without_today_the_places_own_date_is_printed(self) -> None:
        assert self.printed_on("Pacific/Kiritimati") > self.printed_on("Pacific/Pago_Pago")

    def test_the_first_cut_is_the_day_after_today_and_said_so(self) -> None:
        outcome = taper(*TODAY_ONLY)
        assert "First cut Mon 23 Nov 2026" in outcome.text
        assert "first cut on 2026-11-23, the day after today" in " ".join(outcome.text.split())


class TestColour:
    """Colour is for a terminal alone, and only if nobody asked for none."""

    def on_a_terminal(self, **variables: str) -> bytes:
        """What a real (pseudo) terminal of 100 columns receives."""
        leader, follower = pty.openpty()
        command = [sys.executable, "-m", "taper_cli", *PLAN]
        env = BASE | {"TERM": "xterm-256color", "COLUMNS": "100"} | variables
        process = subprocess.Popen(command, stdout=follower, stderr=subprocess.PIPE, env=env)
        os.close(follower)
        received = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            received += part
        os.close(leader)
        assert process.wait(timeout=30) == 0 and process.stderr and process.stderr.read() == b""
        return received

    def test_a_terminal_gets_bold_headings(self) -> None:
        assert b"\x1b[1" in self.on_a_terminal()

    def test_no_color_takes_colours_away_and_leaves_every_word(self) -> None:
        plain = self.on_a_terminal(NO_COLOR="1")
        assert not re.search(rb"\x1b\[[0-9;]*3[0-7]", plain)
        stripped = re.sub(rb"\x1b\[[0-9;]*m", b"", plain)
        assert stripped == re.sub(rb"\x1b\[[0-9;]*m", b"", self.on_a_terminal())

    def test_a_pipe_never_gets_an_escape(self) -> None:
        assert b"\x1b" not in taper_process(*PLAN, env=BASE | {"TERM": "xterm-256color", "FORCE_COLOR": "1"}).out


def outcome_is_plain(outcome: Outcome) -> bool:
    """Whether every byte of an outcome is ASCII."""
    return outcome.out.isascii() and outcome.err.isascii()


class TestAsciiOnly:
    """`--ascii` gives plain ASCII, in words and never as question marks."""

    @pytest.mark.parametrize("form", ["screen", "txt", "md", "csv", "ics"])
    def test_every_paper_is_ascii(self, form: str) -> None:
        outcome = taper(*SLOTS, "--ascii", "--calendar", "--for", "muscle spasm", "--format", form)
        assert outcome.code == 0 and outcome_is_plain(outcome)

    def test_nothing_became_a_question_mark(self) -> None:
        usual_marks = taper(*SLOTS, "--format", "txt").text.count("?")
        assert taper(*SLOTS, "--format", "txt", "--ascii").text.count("?") == usual_marks
