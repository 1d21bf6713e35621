"""One question at a time on a plain terminal: words on stderr, Tab completes, Ctrl-C and Ctrl-D leave at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from taper_cli.model.errors import InvalidInput

WIDEST = 80
NARROWEST = 20
Known = Callable[[str], Iterable[str]]
"""What Tab offers for the words that stand on the line so far: whole lines, each beginning with those words."""


def say(text: str = "", mark: str = "") -> None:
    """Words on stderr in the width of the screen, beside a mark where one is given; no number is parted from its unit."""
    from taper_cli.render.layout import wrapped

    width = max(min(_width(), WIDEST) - 1, NARROWEST)
    first, *rest = wrapped(text, width - len(mark))
    write("".join(f"{line}\n" for line in (mark + first, *(" " * len(mark) + line for line in rest))))


def write(text: str) -> None:
    """Text on stderr as it is, in whatever characters that can show."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stderr.flush()


def _width() -> int:
    """How wide the screen of stderr is."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdigit() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or WIDEST
    except OSError:
        return WIDEST


def ask(prompt: str, known: Known) -> str:
    """One line as it was typed, without the spaces around it.

    Raises:
        InvalidInput: for a line with a character that no terminal shows: it would be lost in the command that is printed.
        KeyboardInterrupt, EOFError: where the person leaves; the screen then stands on a new line.
    """
    with _drawn_on_stderr(), _completing(known):
        try:
            typed = input(f"{prompt}> ")
        except KeyboardInterrupt:
            write("\n")
            raise
    if not typed.isprintable():
        raise InvalidInput(
            f"the answer {typed!r} holds a character that cannot be shown",
            "expected one line of words",
            "type it again",
        )
    return typed.strip()


@contextmanager
def _drawn_on_stderr() -> Iterator[None]:
    """Let the line be edited on the screen of stderr: Python edits on file 1 alone, and stdout is kept for the plan."""
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)


@contextmanager
def _completing(known: Known) -> Iterator[None]:
    """Let Tab offer what is known for this question; without the readline library one types in full."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_completer(_completer(known))
    # A line is completed as a whole: names of products hold spaces.
    readline.set_completer_delims("")
    # What was answered before is no answer to this question.
    readline.set_auto_history(False)
    if "libedit" in (readline.__doc__ or ""):
        readline.parse_and_bind("bind ^I rl_complete")
    else:
        readline.parse_and_bind("set completion-ignore-case on")
        readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)


def _completer(known: Known) -> Callable[[str, int], Any]:
    """The answers that begin with a text, one after another, as readline asks for them."""

    def nth(text: str, state: int) -> str | None:
        found = [line for line in known(text) if line.lower().startswith(text.lower())]
        return found[state] if state < len(found) else None

    return nth
