"""Drives the command line through a pseudo-terminal, key by key: what a person at a screen sees, and how the command ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

TAB, ENTER, CTRL_C, CTRL_D = "\t", "\r", "\x03", "\x04"
PATIENCE = 30
"""Seconds after which a screen that does not change is a fault; a busy machine answers late."""
BASE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nowhere", "TERM": "xterm-256color"}
TAPER = (sys.executable, "-m", "taper_cli")
TODAY = ("--today", "2026-11-22")
STORY = [
    ("drug", "Valium"),
    ("region", "us"),
    ("dose", "20 mg"),
    ("pace", "26w"),
    ("every", ""),
    ("end", ""),
    ("products", ""),
    ("for", "muscle spasm"),
    ("age", "54"),
    ("used-for", "8m"),
    ("days-a-week", ""),
    ("specialist", "none"),
    ("caution", "2 no 1"),
    ("start", "2026-12-07"),
]
"""Diazepam, given for muscle spasm for days and taken for months."""
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Screen:
    """A pseudo-terminal of so many columns, and everything that was written to it."""

    def __init__(self, columns: int) -> None:
        self.leader, self.follower = pty.openpty()
        fcntl.ioctl(self.follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.received = b""

    def read(self, seconds: float) -> bool:
        """Take in what was written, waiting so long for it; whether there was anything."""
        ready, _, _ = select.select([self.leader], [], [], seconds)
        try:
            part = os.read(self.leader, 65536) if ready else b""
        except OSError:
            part = b""
        self.received += part
        return bool(part)

    @property
    def text(self) -> str:
        """The words on it, without the controls of the terminal."""
        return _CONTROLS.sub("", self.received.decode(errors="ignore")).replace("\r\n", "\n").replace("\r", "")


class Terminal:
    """A command at work on a terminal that is its own; stdout goes to a screen of its own where that is to be told apart."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        cwd: Path,
        env: dict[str, str] | None = None,
        apart: bool = False,
        command: tuple[str, ...] = TAPER,
    ) -> None:
        self.screen = Screen(columns)
        self.stdout = Screen(columns) if apart else self.screen
        self.before = termios.tcgetattr(self.screen.follower)
        self._seen = 0
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=self.screen.follower,
            stdout=self.stdout.follower,
            stderr=self.screen.follower,
            cwd=cwd,
            env=BASE | (env or {}),
            start_new_session=True,
            preexec_fn=_own_terminal,
        )

    def wait_for(self, words: str) -> str:
        """Wait until words stand on the screen, after those that were waited for before; what came until then."""
        late = time.monotonic() + PATIENCE
        while True:
            at = self.screen.text.find(words, self._seen)
            if at >= 0:
                found = self.screen.text[self._seen : at]
                self._seen = at + len(words)
                return found
            if time.monotonic() > late or (self.process.poll() is not None and not self._read(0.2)):
                raise AssertionError(f"{words!r} did not come; the screen:\n{self.screen.text[-3000:]}")
            self._read(0.2)

    def _read(self, seconds: float) -> bool:
        """Take in what was written to both screens."""
        found = self.screen.read(seconds)
        return (self.stdout.read(0) if self.stdout is not self.screen else False) or found

    def press(self, keys: str) -> None:
        """Keys as a person presses them: Ctrl-C not in the moment in which a prompt is drawn, when readline is deaf."""
        if CTRL_C in keys:
            time.sleep(0.3)
        os.write(self.screen.leader, keys.encode())

    def answer(self, prompt: str, text: str = "") -> str:
        """Wait for a prompt and answer it; what stood before the prompt."""
        found = self.wait_for(f"{prompt}> ")
        self.press(text + ENTER)
        return found

    def answer_all(self, answers: list[tuple[str, str]]) -> None:
        """One answer after another."""
        for prompt, text in answers:
            self.answer(prompt, text)

    def end(self) -> int:
        """Wait for the end of the command; its exit code."""
        late = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < late, f"it does not end; the screen:\n{self.screen.text[-3000:]}"
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.returncode

    @property
    def is_as_before(self) -> bool:
        """Whether the terminal was left as it was found: it echoes, and reads lines."""
        return termios.tcgetattr(self.screen.follower) == self.before

    @property
    def last_line(self) -> str:
        """The last line of the screen."""
        return self.screen.text.rstrip().rpartition("\n")[2]

    def close(self) -> None:
        """End the command, if it has not ended, and take the screens away."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for screen in {self.screen, self.stdout}:
            os.close(screen.leader)
            os.close(screen.follower)


def _own_terminal() -> None:
    """Make stdin the terminal that Ctrl-C comes from; a suite started in the background hands down an ignored one."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Start = Callable[..., Terminal]
"""What starts a command on a terminal: see `conftest.py`."""
