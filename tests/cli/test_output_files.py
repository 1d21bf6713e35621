"""Where papers go: the owner's own files, whole or not at all, never over another; stdout carries the artefact alone."""

from __future__ import annotations

import csv
import io
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import PLAN, taper

from taper_cli.render import base

SUFFIXES = ("csv", "ics", "md", "txt")
BEGINNINGS = {"csv": "schema,plan_id,", "ics": "BEGIN:VCALENDAR", "md": "> **DRAFT.", "txt": "┏━"}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestAFile:
    """`-o FILE` writes one paper in the form of its extension."""

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_holds_the_paper_of_its_extension(self, suffix: str, tmp_path: Path) -> None:
        assert taper(*PLAN, "-o", str(tmp_path / f"plan.{suffix}")).code == 0
        assert (tmp_path / f"plan.{suffix}").read_text(encoding="utf-8").startswith(BEGINNINGS[suffix])

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_holds_the_same_bytes_that_stdout_would_get(self, suffix: str, tmp_path: Path) -> None:
        taper(*PLAN, "-o", str(tmp_path / f"plan.{suffix}"))
        assert (tmp_path / f"plan.{suffix}").read_bytes() == taper(*PLAN, "--format", suffix).out

    def test_is_known_by_its_extension_in_capitals_too(self, tmp_path: Path) -> None:
        taper(*PLAN, "-o", str(tmp_path / "PLAN.CSV"))
        assert (tmp_path / "PLAN.CSV").read_text(encoding="utf-8").startswith(BEGINNINGS["csv"])

    @pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
    def test_is_for_the_owners_eyes_only_whatever_the_umask(self, mask: int, tmp_path: Path) -> None:
        before = os.umask(mask)
        try:
            taper(*PLAN, "-o", str(tmp_path / "plan.csv"))
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "plan.csv").stat().st_mode) == 0o600

    def test_does_not_replace_another_unasked(self, tmp_path: Path) -> None:
        (tmp_path / "plan.csv").write_bytes(b"mine")
        assert taper(*PLAN, "-o", str(tmp_path / "plan.csv")).code == 2
        assert (tmp_path / "plan.csv").read_bytes() == b"mine"

    def test_replaces_another_with_force_and_closes_it_to_others(self, tmp_path: Path) -> None:
        (tmp_path / "plan.csv").write_bytes(b"mine")
        (tmp_path / "plan.csv").chmod(0o644)
        assert taper(*PLAN, "-o", str(tmp_path / "plan.csv"), "--force").code == 0
        assert (tmp_path / "plan.csv").read_bytes() == taper(*PLAN, "--format", "csv").out
        assert stat.S_IMODE((tmp_path / "plan.csv").stat().st_mode) == 0o600

    def test_leaves_no_temporary_file_behind(self, tmp_path: Path) -> None:
        taper(*PLAN, "-o", str(tmp_path / "plan.csv"), "-o", str(tmp_path / "plan.md"))
        assert names_in(tmp_path) == ["plan.csv", "plan.md"]

    def test_is_finished_beside_its_place_under_a_hidden_name(self, tmp_path: Path) -> None:
        seen: list[str] = []
        with mock.patch.object(base.os, "fsync", lambda handle: seen.extend(names_in(tmp_path))):
            taper(*PLAN, "-o", str(tmp_path / "plan.csv"))
        assert [name[:7] for name in seen] == [".taper-"]

    def test_does_not_replace_a_dangling_link(self, tmp_path: Path) -> None:
        (tmp_path / "plan.csv").symlink_to(tmp_path / "elsewhere.csv")
        assert taper(*PLAN, "-o", str(tmp_path / "plan.csv")).code == 2
        assert names_in(tmp_path) == ["plan.csv"]

    def test_is_named_on_stderr_and_not_on_stdout(self, tmp_path: Path) -> None:
        outcome = taper(*PLAN, "-o", str(tmp_path / "plan.csv"))
        assert outcome.said == f"written: {tmp_path / 'plan.csv'}\n"
        assert str(tmp_path) not in outcome.text

    def test_is_written_in_silence_when_asked(self, tmp_path: Path) -> None:
        outcome = taper(*PLAN, "-o", str(tmp_path / "plan.csv"), "--quiet")
        assert (outcome.out, outcome.err, names_in(tmp_path)) == (b"", b"", ["plan.csv"])

    def test_names_no_patient_and_no_user(self, tmp_path: Path) -> None:
        with mock.patch.dict(os.environ, {"USER": "jane-roe", "LOGNAME": "jane-roe", "HOSTNAME": "ward-seven"}):
            for suffix in SUFFIXES:
                taper(*PLAN, "-o", str(tmp_path / f"plan.{suffix}"), "--quiet")
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"jane-roe" not in everything and b"ward-seven" not in everything


class TestSeveralFiles:
    """Every file of one command is written, or none."""

    def test_are_all_written(self, tmp_path: Path) -> None:
        wanted = [part for suffix in SUFFIXES for part in ("-o", str(tmp_path / f"plan.{suffix}"))]
        assert taper(*PLAN, *wanted).code == 0
        assert names_in(tmp_path) == ["plan.csv", "plan.ics", "plan.md", "plan.txt"]

    def test_none_is_written_when_the_disk_fills_up_at_the_second(self, tmp_path: Path) -> None:
        calls = []

        def full(handle: int) -> None:
            calls.append(handle)
            if len(calls) == 2:
                raise OSError(28, "No space left on device")

        with mock.patch.object(base.os, "fsync", full):
            outcome = taper(*PLAN, "-o", str(tmp_path / "plan.csv"), "-o", str(tmp_path / "plan.md"))
        assert (outcome.code, names_in(tmp_path)) == (2, [])
        assert "No space left on device" in outcome.said

    def test_none_stays_when_another_process_takes_the_second_name_first(self, tmp_path: Path) -> None:
        move = base._move

        def late(temporary: str, path: Path, *, force: bool) -> None:
            if path.name == "plan.md":
                path.write_bytes(b"theirs")
            move(temporary, path, force=force)

        with mock.patch.object(base, "_move", late):
            outcome = taper(*PLAN, "-o", str(tmp_path / "plan.csv"), "-o", str(tmp_path / "plan.md"))
        assert (outcome.code, names_in(tmp_path)) == (2, ["plan.md"])
        assert (tmp_path / "plan.md").read_bytes() == b"theirs"


class TestStdout:
    """Stdout carries the artefact and nothing else, so that it can be piped."""

    @pytest.mark.parametrize("suffix", SUFFIXES)
    def test_gets_one_paper_by_format(self, suffix: str) -> None:
        outcome = taper(*PLAN, "--format", suffix)
        assert outcome.text.startswith(BEGINNINGS[suffix])
        assert outcome.err == b""

    def test_gets_plain_text_for_a_dash(self) -> None:
        assert taper(*PLAN, "-o", "-").out == taper(*PLAN, "--format", "txt").out

    def test_gets_the_format_asked_for_with_a_dash(self) -> None:
        assert taper(*PLAN, "-o", "-", "--format", "csv").out == taper(*PLAN, "--format", "csv").out

    def test_gets_a_dash_and_a_file_from_one_command(self, tmp_path: Path) -> None:
        outcome = taper(*PLAN, "-o", "-", "-o", str(tmp_path / "plan.csv"))
        assert outcome.out == taper(*PLAN, "--format", "txt").out
        assert names_in(tmp_path) == ["plan.csv"]

    def test_gets_a_csv_in_which_every_line_is_a_row(self) -> None:
        rows = list(csv.reader(io.StringIO(taper(*PLAN, "--format", "csv").text, newline="")))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert {row[0] for row in rows[1:]} == {"taper.step.v1"}

    def test_gets_days_when_days_are_asked_for(self) -> None:
        rows = list(csv.DictReader(io.StringIO(taper(*PLAN, "--format", "csv", "--rows", "day").text, newline="")))
        assert len(rows) == 26 * 7 + 1

    def test_a_reader_that_goes_away_is_no_fault(self) -> None:
        command = [sys.executable, "-m", "taper_cli", *PLAN]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout and process.stderr
        process.stdout.close()
        assert (process.stderr.read(), process.wait(timeout=30)) == (b"", 0)


SLOW = """
import signal, sys, time

# A suite started in the background hands down an ignored Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
from taper_cli.cli import app
from taper_cli.render import base

calls = []

def slow_at_the_second(handle):
    calls.append(handle)
    if len(calls) == 2:
        print("half way", flush=True)
        time.sleep(30)

base.os.fsync = slow_at_the_second
sys.exit(app.run(sys.argv[1:]))
"""
Interrupted = tuple[int, str, list[str]]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    """A command that got Ctrl-C while the second of its files was half written: exit code, stderr, what is left."""
    folder = tmp_path_factory.mktemp("interrupted")
    wanted = ("-o", str(folder / "plan.csv"), "-o", str(folder / "plan.md"))
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *PLAN, *wanted], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "half way\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    return process.returncode, said, names_in(folder)


class TestAnInterruption:
    """Ctrl-C in the middle of writing leaves nothing behind and says so."""

    def test_ends_with_130(self, interrupted: Interrupted) -> None:
        assert interrupted[0] == 130

    def test_is_told_in_one_line_without_a_traceback(self, interrupted: Interrupted) -> None:
        assert interrupted[1] == "taper: interrupted; nothing was written\n"

    def test_leaves_neither_a_paper_nor_a_temporary_file(self, interrupted: Interrupted) -> None:
        assert interrupted[2] == []
