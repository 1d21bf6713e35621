"""Closed, full and deserted streams, folders that are gone, files without end: the paper whole, or one line and no traceback."""

from __future__ import annotations

import json
import os
import resource
import stat
import sys
import time
import zoneinfo
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from guard_runner import BARE, PLAN, Ended, guarded, here, run, shell
from parsers_listing import EXAMPLES

SAVED = EXAMPLES / "plan.json"
AUDITED = ("check", str(EXAMPLES / "too-fast.csv"), "--drug", "diazepam", "--today", "2026-11-22")
PRINTING = {
    "plan": PLAN,
    "a table": (*PLAN, "--format", "csv"),
    "a PDF": (*PLAN, "--format", "pdf"),
    "export": ("export", str(SAVED), "--format", "md"),
    "drugs": ("drugs", "diazepam"),
    "compare": ("compare", "diazepam", "20 mg", "--over", "26w", "--over", "40w", *PLAN[4:]),
    "help": ("plan", "--help"),
    "version": ("--version",),
}
printing = pytest.mark.parametrize("what", PRINTING)
UNREADABLE = ("plan", "diazepam", "20", "26w")


@cache
def usual() -> bytes:
    """The table of the plan, as an ordinary machine makes it."""
    return run(*PRINTING["a table"]).out


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestStandardOutput:
    """What cannot be printed is said in one line with exit code 2; a reader that has seen enough is no fault."""

    @printing
    def test_on_a_full_disk_is_a_fault_told_in_one_line(self, what: str) -> None:
        ended = shell('exec "$@" >/dev/full', *PRINTING[what])
        assert (ended.code, ended.calm) == (2, True), ended.said
        assert "No space left on device" in ended.said

    @pytest.mark.parametrize("what", ["plan", "a PDF", "version"])
    def test_closed_before_the_start_is_a_fault_told_in_one_line(self, what: str) -> None:
        ended = shell('exec "$@" >&-', *PRINTING[what])
        assert (ended.code, ended.calm) == (2, True), ended.said

    def test_closed_does_not_matter_to_a_quiet_command_with_a_file(self, tmp_path: Path) -> None:
        ended = shell('exec "$@" >&-', *PLAN, "--quiet", "-o", "plan.csv", cwd=tmp_path)
        assert (ended.code, ended.said) == (0, "")
        assert (tmp_path / "plan.csv").read_bytes() == usual()

    def test_full_leaves_a_file_of_the_same_command_whole_and_named(self, tmp_path: Path) -> None:
        ended = shell('exec "$@" >/dev/full', *PLAN, "-o", "plan.csv", cwd=tmp_path)
        assert (ended.code, names_in(tmp_path)) == (2, ["plan.csv"])
        assert (tmp_path / "plan.csv").read_bytes() == usual()
        assert ended.said.startswith("written: plan.csv\ntaper: ") and "Traceback" not in ended.said

    @pytest.mark.parametrize("what", ["plan", "a PDF", "export", "drugs", "help"])
    def test_whose_reader_goes_away_is_no_fault(self, what: str) -> None:
        ended = shell('{ "$@"; echo $? >&2; } | head -c 1', *PRINTING[what])
        assert ended.said == "0\n"

    def test_whose_reader_goes_away_does_not_turn_a_refusal_into_a_pass(self) -> None:
        ended = shell('{ "$@"; echo $? >&2; } | true', *AUDITED)
        assert ended.said == "4\n"

    def test_full_does_not_turn_a_refusal_into_a_pass(self) -> None:
        ended = shell('exec "$@" >/dev/full', *AUDITED)
        assert ended.code not in (0, 1) and ended.calm


class TestStandardError:
    """Where nobody hears a message, the exit code still tells."""

    @pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
    def test_that_takes_nothing_leaves_the_exit_code_of_a_slip(self, where: str) -> None:
        assert shell(f'exec "$@" {where}', *UNREADABLE).code == 2

    @pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
    def test_that_takes_nothing_leaves_a_paper_as_it_is(self, where: str, tmp_path: Path) -> None:
        ended = shell(f'exec "$@" {where}', *PRINTING["a table"], "-o", "plan.csv", cwd=tmp_path)
        assert (ended.code, ended.out, (tmp_path / "plan.csv").read_bytes()) == (0, usual(), usual())

    def test_closed_together_with_the_others_writes_into_no_file(self, tmp_path: Path) -> None:
        """The first file that is opened would be given the number of a closed stream, and get what is meant for the screen."""
        ended = shell('exec "$@" <&- >&- 2>&-', *PLAN, "-o", "plan.csv", "--quiet", cwd=tmp_path)
        assert (ended.code, names_in(tmp_path)) == (0, ["plan.csv"])
        assert (tmp_path / "plan.csv").read_bytes() == usual()


class TestStandardInput:
    """A closed standard input is an empty one."""

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            (("check", "-", "--drug", "diazepam"), 3),
            (("export", "-"), 3),
            ((*PLAN, "--format", "html", "--identity", "ask"), 2),
        ],
    )
    def test_closed_where_it_is_read_is_told_in_one_line(self, typed: tuple[str, ...], code: int) -> None:
        ended = shell('exec "$@" <&-', *typed)
        assert (ended.code, ended.calm, ended.out) == (code, True, b""), ended.said

    def test_closed_leaves_every_line_of_an_identity_blank(self) -> None:
        typed = (*PLAN, "--format", "html")
        assert shell('exec "$@" <&-', *typed, "--identity", "-").out == run(*typed).out


class TestPlaces:
    """Folders that are gone or closed, names that are strange, files that are none."""

    def test_a_current_folder_that_is_gone_is_told_when_a_file_belongs_into_it(self, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        ended = shell('rmdir ../gone && exec "$@"', *PLAN, "-o", "plan.csv", cwd=tmp_path / "gone")
        assert (ended.code, ended.calm, ended.out) == (2, True, b""), ended.said

    @pytest.mark.parametrize(
        "name", ["a\nb.csv", " .csv", "plan é ½ \u202e.csv", "-o.csv", "--force.csv", "~.csv", "$HOME.csv"]
    )
    def test_a_strange_name_is_a_name_like_any_other(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ended = here(*PLAN, "--quiet", "-o", name)
        assert (ended.code, ended.said, names_in(tmp_path)) == (0, "", [name])
        again = here(*PLAN, "-o", name)
        assert (again.code, again.calm, names_in(tmp_path)) == (2, True, [name]), again.said

    def test_a_name_that_is_no_text_is_written_and_told(self, tmp_path: Path) -> None:
        ended = shell('exec "$@" -o "$(printf \'plan\\377.csv\')"', *PLAN, cwd=tmp_path)
        assert ended.code == 0 and ended.said.count("\n") == 1
        assert [os.fsencode(path.name) for path in tmp_path.iterdir()] == [b"plan\xff.csv"]

    def test_a_missing_or_closed_home_does_not_matter(self) -> None:
        for home in ("/nonexistent", "", "/proc/1/root"):
            assert run(*PRINTING["a table"], env=BARE | {"HOME": home, "XDG_CONFIG_HOME": home}).out == usual()

    def test_a_pipe_in_place_of_a_file_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "plan.csv")
        with guarded("a pipe"):
            ended = here(*PLAN, "-o", str(tmp_path / "plan.csv"))
        assert (ended.code, ended.calm) == (2, True), ended.said
        assert stat.S_ISFIFO((tmp_path / "plan.csv").stat().st_mode)

    @pytest.mark.parametrize("target", ["there.csv", "missing.csv", "/dev/null"])
    def test_a_link_in_place_of_a_file_is_replaced_by_force_and_its_target_left_alone(
        self, target: str, tmp_path: Path
    ) -> None:
        (tmp_path / "there.csv").write_bytes(b"another's work")
        (tmp_path / "plan.csv").symlink_to(target)
        assert here(*PLAN, "--quiet", "-o", str(tmp_path / "plan.csv")).code == 2
        ended = here(*PLAN, "--quiet", "-o", str(tmp_path / "plan.csv"), "--force")
        assert (ended.code, ended.said) == (0, "")
        assert not (tmp_path / "plan.csv").is_symlink() and (tmp_path / "plan.csv").read_bytes() == usual()
        assert names_in(tmp_path) == ["plan.csv", "there.csv"]
        assert (tmp_path / "there.csv").read_bytes() == b"another's work"

    @pytest.mark.parametrize("suffix", ["csv", "html", "pdf"])
    def test_a_disk_that_fills_up_leaves_nothing(self, suffix: str, tmp_path: Path) -> None:
        """A limit on the size of files fails a write half way, as a full disk does."""
        wanted = ("-o", "small.csv", "-o", f"plan.{suffix}") if suffix != "csv" else ("-o", "plan.csv")
        ended = run(*PLAN, *wanted, cwd=tmp_path, limits=[(resource.RLIMIT_FSIZE, 3000 if suffix != "csv" else 500)])
        assert (ended.code, ended.calm, names_in(tmp_path)) == (2, True, []), ended.said

    def test_a_disk_that_fills_up_leaves_what_was_to_be_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "plan.csv").write_bytes(b"the last one")
        ended = run(*PLAN, "-o", "plan.csv", "--force", cwd=tmp_path, limits=[(resource.RLIMIT_FSIZE, 500)])
        assert (ended.code, ended.calm, names_in(tmp_path)) == (2, True, ["plan.csv"])
        assert (tmp_path / "plan.csv").read_bytes() == b"the last one"


ENDLESS = {
    "a schedule": (("check", "/dev/zero", "--drug", "diazepam"), 3),
    "a plan file": (("export", "/dev/zero"), 3),
    "own products": ((*PLAN, "--products-file", "/dev/zero"), 3),
    "an identity": ((*PLAN, "--format", "html", "--identity", "/dev/zero"), 2),
}
ADDRESSES = 1_500_000_000


class TestInputsWithoutEnd:
    """What is too large is not read to its end, and what is deep is not followed to its bottom."""

    @pytest.mark.parametrize("what", ENDLESS)
    def test_a_file_that_never_ends_is_given_up(self, what: str) -> None:
        typed, code = ENDLESS[what]
        ended = run(*typed, limits=[(resource.RLIMIT_AS, ADDRESSES)])
        assert (ended.code, ended.calm, ended.out) == (code, True, b""), ended.said

    def test_fifty_megabytes_of_rows_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "long.csv").write_bytes(b"date,dose_mg\n" + b"2026-12-07,10\n" * 3_700_000)
        ended = run("check", "long.csv", "--drug", "diazepam", cwd=tmp_path, limits=[(resource.RLIMIT_AS, ADDRESSES)])
        assert (ended.code, ended.calm) == (3, True), ended.said
        assert "larger than 20 MB" in ended.said

    @pytest.mark.parametrize("key", ["0." * 60_000 + "0 = 1", "a = " + "{a = " * 30_000, "name = " + "9" * 5_000])
    def test_keys_without_end_in_a_file_of_names_are_given_up(self, key: str, tmp_path: Path) -> None:
        (tmp_path / "names.toml").write_text(key, encoding="utf-8")
        with guarded("endless keys"):
            ended = here(*PLAN, "--format", "html", "--identity", str(tmp_path / "names.toml"))
        assert (ended.code, ended.calm, ended.out) == (2, True, b""), ended.said

    @pytest.mark.parametrize("typed", ["9" * 1_000_000 + " mg", "2 mg " * 200_000, " " * 1_000_000, "(" * 1_000_000])
    def test_a_long_dose_is_refused_and_quoted_in_part(self, typed: str) -> None:
        ended = here("plan", "diazepam", typed, "26w")
        assert (ended.code, ended.calm, ended.out) == (2, True, b"")
        assert len(ended.said) < 5000

    def test_words_that_are_no_text_are_never_printed(self, tmp_path: Path) -> None:
        """Bytes of another encoding in a reason or an indication would end the making of a paper half way."""
        for option in ("--for", "--context", "--accept"):
            value = (
                "pace.asam-2025.cap=\\377"
                if option == "--accept"
                else "opioid=\\377"
                if option == "--context"
                else "\\377"
            )
            ended = shell(f'exec "$@" {option} "$(printf \'{value}\')" -o plan.json', *PLAN, cwd=tmp_path)
            assert (ended.code, ended.calm, ended.out) == (2, True, b""), ended.said
        assert names_in(tmp_path) == []


NO_SOCKETS = """
import socket, sys

def refused(*_arguments, **_options):
    raise AssertionError("a socket was asked for")

for name in ("socket", "create_connection", "socketpair", "getaddrinfo", "fromfd"):
    setattr(socket, name, refused)
sys.modules["_socket"].socket = refused
from taper_cli.cli.app import run

sys.exit(max(run(line.split("\\t")) for line in sys.stdin.read().splitlines()))
"""


def test_nothing_needs_the_network(tmp_path: Path) -> None:
    """Every kind of paper is made in a process in which no socket can be opened, and every command answers."""
    papers = [
        part for suffix in ("csv", "md", "txt", "html", "pdf", "json") for part in ("-o", f"{tmp_path}/plan.{suffix}")
    ]
    lines = [(*PLAN, *papers), *(PRINTING[what] for what in ("export", "drugs", "compare"))]
    ended = Ended(*_python(NO_SOCKETS, "\n".join("\t".join(line) for line in lines).encode()))
    assert (ended.code, len(names_in(tmp_path))) == (0, 6), ended.said


def _python(script: str, stdin: bytes) -> tuple[int, bytes, str]:
    """A script in a fresh Python."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", script], input=stdin, capture_output=True, env=BARE, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr.decode()


ZONES = sorted(zoneinfo.available_timezones())[::25]


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_zone_changes_today_and_nothing_else(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = (*PLAN[:4], "--region", "gb", "--format", "csv")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert here(*typed, *PLAN[6:]).out == usual()
        before = datetime.now(zoneinfo.ZoneInfo(zone)).date()
        printed = here(*typed).out.splitlines()[1].split(b",")[5].decode()
        assert printed in (before.isoformat(), datetime.now(zoneinfo.ZoneInfo(zone)).date().isoformat())
    finally:
        monkeypatch.undo()
        time.tzset()


EDGES = ("0001-01-01", "0001-12-31", "1900-02-28", "9999-01-01", "9999-12-30", "9999-12-31")


class TestTheEdgesOfTheCalendar:
    """The first and the last years are refused or planned, never a traceback."""

    @pytest.mark.parametrize("today", EDGES)
    @pytest.mark.parametrize(
        "typed",
        [
            ("20 mg", "26w"),
            ("20 mg", "until", "9999-12-31"),
            ("20 mg", "--reduce", "1 mg", "--every", "9999y"),
            ("20 mg", "9999y"),
            ("20 mg", "--steps", "10 mg 9999w, 5 mg 2w"),
        ],
    )
    def test_whatever_is_asked_there(self, today: str, typed: tuple[str, ...]) -> None:
        started = ((), ("--start", today), ("--start", "9999-12-31"))
        with guarded((today, typed)):
            for start in started:
                assert here("plan", "diazepam", *typed, "--today", today, *start, "--calendar").code in (0, 2, 3, 4)


NUMBERS = {
    "not a number": "NaN",
    "infinity": "Infinity",
    "a number beyond all floats": "1e400",
    "a number of thousands of digits": "9" * 5000,
    "a float in place of a count": "1.0",
}


class TestPlanFiles:
    """JSON that other programs would read each in its own way is refused."""

    @pytest.mark.parametrize("name", NUMBERS)
    def test_a_strange_number_is_refused(self, name: str, tmp_path: Path) -> None:
        text = SAVED.read_text(encoding="utf-8").replace('"version": 1', f'"version": {NUMBERS[name]}', 1)
        (tmp_path / "plan.json").write_text(text, encoding="utf-8")
        ended = here("export", str(tmp_path / "plan.json"))
        assert (ended.code, ended.calm, ended.out) == (3, True, b""), ended.said

    @pytest.mark.parametrize("key", ["version", "drug", "mg", "start"])
    def test_a_key_that_stands_twice_is_refused(self, key: str, tmp_path: Path) -> None:
        text = SAVED.read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.strip().startswith(f'"{key}":'))
        (tmp_path / "plan.json").write_text(text.replace(line, f"{line.rstrip(',')},\n{line}", 1), encoding="utf-8")
        ended = here("check", str(tmp_path / "plan.json"))
        assert (ended.code, ended.calm, "stands twice" in ended.said) == (3, True, True), ended.said

    @pytest.mark.parametrize("deep", ["[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000])
    def test_a_file_nested_without_end_is_refused(self, deep: str, tmp_path: Path) -> None:
        plain = json.loads(SAVED.read_bytes())
        text = json.dumps(plain | {"notice": "?"}).replace('"?"', deep)
        (tmp_path / "plan.json").write_text(text, encoding="utf-8")
        ended = here("check", str(tmp_path / "plan.json"))
        assert (ended.code, ended.calm) == (3, True), ended.said
