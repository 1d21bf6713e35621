"""Ctrl-C at any moment, and twenty at once in one folder: every file is whole or not there, nothing is lost, nothing left behind."""

from __future__ import annotations

import errno
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from types import FrameType
from unittest import mock

import pytest
from guard_runner import BARE, PATIENCE, PLAN, STARTED, command, run

from taper_cli.cli.output import deliver_made
from taper_cli.model.errors import Interrupted, InvalidInput
from taper_cli.render import base
from taper_cli.render.base import write_files

OLD, NEW = {"a.csv": b"old a", "b.md": b"old b"}, {"a.csv": b"new a" * 999, "b.md": b"new b" * 999}


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Striker:
    """Ctrl-C at one moment of an act: moments are the calls and returns of every function, those of the system among them."""

    def __init__(self, moment: int) -> None:
        self.moment, self.passed = moment, 0

    def count(self, _frame: FrameType, _event: str, _argument: object) -> None:
        self.passed += 1
        if self.passed == self.moment:
            signal.raise_signal(signal.SIGINT)

    def strike(self, act: Callable[[], None]) -> str:
        """How the act ended: 'done', 'interrupted', or 'late'."""
        # A suite started in the background hands down an ignored Ctrl-C.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            sys.setprofile(self.count)
            act()
            self.moment = 0  # it is over
        except KeyboardInterrupt:
            return "interrupted"
        except Interrupted:
            return "late"
        finally:
            sys.setprofile(None)
            signal.signal(signal.SIGINT, before)
        return "done"


def struck_at_every(
    step: int, tmp_path: Path, before: dict[str, bytes], act: Callable[[dict[Path, bytes]], None]
) -> Iterator[tuple[int, str, dict[str, bytes]]]:
    """Ctrl-C at every so many moments of an act: the moment, how the act ended, and what is then in its folder."""
    for moment in count(1, step):
        folder = tmp_path / str(moment)
        folder.mkdir()
        for name, content in before.items():
            (folder / name).write_bytes(content)
        striker = Striker(moment)
        how = striker.strike(partial(act, {folder / name: content for name, content in NEW.items()}))
        yield moment, how, content_of(folder)
        if striker.passed < moment:
            return


@pytest.fixture
def quick_disk() -> Iterator[None]:
    """A disk that need not be waited for: what is tested is the order of things."""
    with mock.patch.object(base.os, "fsync", lambda handle: None):
        yield


@pytest.mark.usefixtures("quick_disk")
class TestCtrlC:
    """At every single moment of the writing of two files."""

    @pytest.mark.parametrize("before", [{}, OLD], ids=["new names", "names that are overwritten"])
    def test_leaves_both_files_or_neither_and_no_other(self, before: dict[str, bytes], tmp_path: Path) -> None:
        ends = set()
        for moment, how, found in struck_at_every(2, tmp_path, before, partial(write_files, force=bool(before))):
            assert found in (before, NEW), (moment, sorted(found))
            assert how == "interrupted" or found == NEW, moment
            ends.add((how, found == NEW))
        assert {("interrupted", False), ("done", True)} <= ends

    def test_after_the_files_are_in_place_says_so(self, tmp_path: Path) -> None:
        """'Nothing was written' would be untrue; whoever believes it plans again and has two plans."""
        act = partial(deliver_made, show=lambda: None, force=False, quiet=True)
        ends = list(struck_at_every(5, tmp_path, {}, act))
        # When the last call of all has returned there is nobody left to say anything else.
        wrong = [moment for moment, how, found in ends if found != ({} if how == "interrupted" else NEW)]
        assert not wrong or wrong == [ends[-2][0]]
        assert {how for _, how, _ in ends} >= {"interrupted", "late", "done"}

    def test_takes_back_what_was_half_copied_on_a_disk_without_links(self, tmp_path: Path) -> None:
        """A memory stick: there a file gets its name by a copy."""
        with mock.patch.object(base.os, "link", no_links):
            for moment, how, found in struck_at_every(7, tmp_path, {}, partial(write_files, force=False)):
                assert found in ({}, NEW), (moment, sorted(found))
                assert how == "interrupted" or found == NEW, moment


def no_links(*_arguments: object, **_options: object) -> None:
    """A disk that knows no links."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


def test_a_disk_without_links_that_fills_up_while_a_file_gets_its_name_is_left_as_it_was(tmp_path: Path) -> None:
    calls = count(1)

    def full_at_the_third(_handle: int) -> None:
        if next(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    made = {tmp_path / name: content for name, content in NEW.items()}
    disk = mock.patch.multiple(base.os, link=no_links, fsync=full_at_the_third)
    with disk, pytest.raises(InvalidInput, match="No space left"):
        write_files(made, force=False)
    assert content_of(tmp_path) == {}


FILES = tuple(part for suffix in ("csv", "md", "html", "pdf", "json") for part in ("-o", f"plan.{suffix}"))
WAIT = """
import os, signal

signal.signal(signal.SIGINT, signal.default_int_handler)
os.write(1, b"x")
from taper_cli.__main__ import main

main()
"""


def struck(folder: Path, seconds: float) -> tuple[int, str]:
    """A command that makes five files, with Ctrl-C so long after it began; its exit code, and what it said."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAIT, *PLAN, "--quiet", *FILES],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=BARE, cwd=folder,
    )  # fmt: skip
    assert process.stdout and process.stdout.read(1) == b"x"
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said.decode()


def assert_whole_or_nothing(folder: Path, code: int, said: str) -> None:
    """What Ctrl-C may leave behind, and what must be said of it."""
    found = sorted(content_of(folder))
    assert found in ([], sorted(FILES[1::2])), (found, said)
    # Python itself passes over a Ctrl-C that comes while it cleans up after an import, and says so; the command then goes on.
    assert "Traceback" not in said or said.startswith("Exception ignored in"), said
    assert (code, said) != (0, "") or found
    # Python itself ends by the signal once our part is over and its own last cleaning has begun.
    assert code in (0, 130, -signal.SIGINT)
    if code == 130:
        assert said.startswith("taper: interrupted; nothing was written" if not found else "taper: interrupted; what")


@pytest.mark.parametrize("number", range(6))
def test_ctrl_c_at_any_time_of_a_whole_command(number: int, tmp_path: Path) -> None:
    assert_whole_or_nothing(tmp_path, *struck(tmp_path, random.Random(number).uniform(0, 0.6)))


CROWD = 20


def test_twenty_at_once_in_one_folder_do_not_spoil_each_others_files(tmp_path: Path) -> None:
    """Eight want one name, six overwrite another by force, and six have names of their own; each has a plan of its own."""
    dose = [f"{number + 10} mg" for number in range(CROWD)]
    names = ["same.csv"] * 8 + ["forced.csv"] * 6 + [f"own-{number}.csv" for number in range(6)]
    typed = [
        ("plan", "diazepam", dose[number], "40w", "--region", "gb", *STARTED, "-q", "-o", names[number])
        + (("--force",) if names[number] == "forced.csv" else ())
        for number in range(CROWD)
    ]
    running = [
        subprocess.Popen(command(*words), cwd=tmp_path, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for words in typed
    ]
    ends = [(process.communicate(timeout=PATIENCE)[1].decode(), process.returncode) for process in running]
    codes = [code for _, code in ends]
    assert sorted(codes[:8]) == [0] + [2] * 7 and codes[8:] == [0] * 12, ends
    assert all("exists" in said and said.count("\n") == 1 for said, code in ends if code)
    assert sorted(content_of(tmp_path)) == sorted(set(names))
    for name in set(names):
        wanted = [number for number in range(CROWD) if names[number] == name and codes[number] == 0]
        made = (tmp_path / name).read_bytes()
        starts = {row.split(b",")[21] for row in made.splitlines()[1:2]}
        assert made.endswith(b"\n") and starts <= {dose[number].split()[0].encode() for number in wanted}
    assert run(*typed[codes.index(0)][:-3], "--format", "csv").out == (tmp_path / "same.csv").read_bytes()


def test_the_files_of_a_crowd_are_still_the_owners_alone(tmp_path: Path) -> None:
    run(*PLAN, "--quiet", *FILES, cwd=tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
