"""A run over a panel that is stopped, killed or loses a worker: nothing is half written, and the same command completes it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from cli_runner import taper
from panel_builders import results_in, rows_of, write_panel

from taper_cli.cli.app import run

TODAY = ("--today", "2026-11-22")
ROWS = 240
LISTENING = """
import signal, sys

# A suite started in the background hands down an ignored Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    from taper_cli.cli import app

    sys.exit(app.run(sys.argv[1:]))
"""
SPOILT = """
import os

import taper_cli.cli.panel as panel

sound = panel.asked


def spoilt(row, today):
    if row.code == "KILLS":
        os._exit(9)
    if row.code == "BREAKS":
        raise ZeroDivisionError("a bug")
    return sound(row, today)


panel.asked = spoilt
"""


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lines_in(folder: Path) -> int:
    """How many rows the unfinished table holds."""
    table = folder / "results.unfinished.csv"
    return table.read_bytes().count(b"\n") - 1 if table.exists() else 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A panel, and its folder as a run leaves it that nobody interrupts."""
    home = tmp_path_factory.mktemp("home")
    write_panel(home / "panel.csv", (row for row, _ in rows_of(ROWS)))
    assert taper("batch", str(home / "panel.csv"), "-o", str(home / "whole"), *TODAY).code == 4
    return home


class Stopped:
    """A run in a process of its own that got a signal when some rows were done; what it left, and its workers."""

    def __init__(self, home: Path, folder: Path, number: signal.Signals) -> None:
        self.folder = folder
        script = home / "listening.py"
        script.write_text(LISTENING, encoding="utf-8")
        command = [
            sys.executable,
            str(script),
            "batch",
            str(home / "panel.csv"),
            "-o",
            str(folder),
            *TODAY,
            "--workers",
            "2",
        ]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        until(lambda: lines_in(folder) >= 20)
        self.workers = psutil.Process(process.pid).children(recursive=True)
        if number is signal.SIGKILL:
            process.send_signal(number)
        else:
            # A terminal, and a system that ends, send it to the workers too.
            os.killpg(process.pid, number)
        _, self.said = process.communicate(timeout=60)
        self.code, self.left = process.returncode, files_in(folder)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module", params=["SIGINT", "SIGTERM"])
def stopped(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    return Stopped(home, tmp_path_factory.mktemp("stopped") / "plans", getattr(signal, request.param))


class TestAnInterruption:
    """Ctrl-C, or a system that ends, in the middle of a panel."""

    def test_ends_with_130_and_says_how_to_go_on(self, stopped: Stopped) -> None:
        assert stopped.code == 130
        assert stopped.said.startswith("taper: interrupted; ") and stopped.said.count("\n") == 1
        assert f"of {ROWS} rows are done and kept" in stopped.said and "--today 2026-11-22" in stopped.said

    def test_leaves_whole_papers_and_whole_lines_only(self, stopped: Stopped, home: Path) -> None:
        whole = files_in(home / "whole")
        table = stopped.left.pop("results.unfinished.csv")
        assert table == whole["results.csv"][: len(table)] and table.endswith(b"\r\n")
        assert stopped.left.items() <= whole.items()
        assert 20 <= len(stopped.left) / 2 + 3 < ROWS

    def test_leaves_no_worker_behind(self, stopped: Stopped) -> None:
        assert psutil.wait_procs(stopped.workers, timeout=20)[1] == []

    def test_is_made_good_by_the_same_command(self, stopped: Stopped, home: Path) -> None:
        before = {path.name: path.stat().st_ino for path in stopped.folder.glob("P*")}
        assert taper("batch", str(home / "panel.csv"), "-o", str(stopped.folder), *TODAY).code == 4
        assert files_in(stopped.folder) == files_in(home / "whole")
        assert before.items() <= {path.name: path.stat().st_ino for path in stopped.folder.glob("P*")}.items()


class TestAKilledRun:
    """A run that cannot say goodbye."""

    @pytest.fixture(scope="class")
    def killed(self, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Stopped:
        return Stopped(home, tmp_path_factory.mktemp("killed") / "plans", signal.SIGKILL)

    def test_leaves_no_worker_behind(self, killed: Stopped) -> None:
        assert killed.workers
        assert psutil.wait_procs(killed.workers, timeout=20)[1] == []

    def test_is_made_good_by_the_same_command(self, killed: Stopped, home: Path) -> None:
        assert taper("batch", str(home / "panel.csv"), "-o", str(killed.folder), *TODAY).code == 4
        assert files_in(killed.folder) == files_in(home / "whole")


class TestALostWorker:
    """A row that ends its process, or meets a bug, is told in its own line; every other row has its plan."""

    @pytest.fixture(scope="class")
    def spoilt(self, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[dict[str, str]]]:
        home = tmp_path_factory.mktemp("spoilt")
        (home / "sitecustomize.py").write_text(SPOILT, encoding="utf-8")
        rows = [row for row, end in rows_of(40) if end == "planned"]
        rows[5] |= {"code": "KILLS"}
        rows[20] |= {"code": "BREAKS"}
        command = [
            "batch",
            str(write_panel(home / "panel.csv", rows)),
            "-o",
            str(home / "plans"),
            *TODAY,
            "--workers",
            "2",
        ]
        environment = {**os.environ, "PYTHONPATH": str(home)}
        done = subprocess.run(
            [sys.executable, "-m", "taper_cli", *command], env=environment, capture_output=True, timeout=120
        )
        return done.returncode, results_in(home / "plans")

    def test_is_told_in_the_line_of_the_row(self, spoilt: tuple[int, list[dict[str, str]]]) -> None:
        ends = {line["code"]: (line["outcome"], line["why"]) for line in spoilt[1] if line["outcome"] != "planned"}
        assert {code: end for code, (end, _) in ends.items()} == {"KILLS": "internal error", "BREAKS": "internal error"}
        assert "the process that planned it has ended" in ends["KILLS"][1]
        assert "ZeroDivisionError: a bug" in ends["BREAKS"][1]

    def test_leaves_every_other_row_planned_in_its_order(self, spoilt: tuple[int, list[dict[str, str]]]) -> None:
        assert [line["row"] for line in spoilt[1]] == [str(number) for number in range(2, len(spoilt[1]) + 2)]
        assert sum(line["outcome"] == "planned" for line in spoilt[1]) == len(spoilt[1]) - 2 == 34

    def test_ends_the_run_with_1(self, spoilt: tuple[int, list[dict[str, str]]]) -> None:
        assert spoilt[0] == 1


class TestTheProgress:
    """A bar on a screen; a pipe never sees one."""

    def test_is_shown_on_a_terminal(self, home: Path, tmp_path: Path) -> None:
        seen = b"".join(on_a_terminal("batch", str(home / "panel.csv"), "-o", str(tmp_path / "plans"), *TODAY))
        assert b"/240" in seen and b"planned" in seen
        assert files_in(tmp_path / "plans") == files_in(home / "whole")

    def test_is_not_shown_to_a_pipe(self, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
        run(["batch", str(home / "panel.csv"), "-o", str(home / "whole"), *TODAY])
        assert "\x1b" not in capfd.readouterr().err


def on_a_terminal(*words: str) -> Iterator[bytes]:
    """What a command shows on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "taper_cli", *words], stdout=theirs, stderr=theirs)
    os.close(theirs)
    while True:
        try:
            shown = os.read(ours, 4096)
        except OSError:
            break
        if not shown:
            break
        yield shown
    os.close(ours)
    assert process.wait(60) == 4
