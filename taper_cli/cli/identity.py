"""Who the sheet is for, from a file, standard input or a prompt: never from an argument, which shells and process lists keep."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Any

from taper_cli.cli.output import read_at_most
from taper_cli.model.errors import InvalidInput
from taper_cli.model.identity import NOBODY, Identity
from taper_cli.model.request import Request

_KEYS = Identity._fields
_DATES = ("date_of_birth", "next_review")
_LARGEST_FILE = 200_000
_LONGEST_LINE = 100
_LONGEST_NOTE = 20_000


def read_identity(where: str) -> Identity:
    """The identity from 'ask', '-' (standard input) or the name of a TOML file; '' is nobody.

    Raises:
        InvalidInput: for a file that cannot be read, an unknown key, a value of another kind. Values are never quoted.
    """
    if not where:
        return NOBODY
    if where == "ask":
        return _asked()
    return _of_toml(_content(where))


def check_given(identity: Identity, asked: Request) -> None:
    """Make sure that lines which no file of ours was read for fit their places, and that the dates agree with the plan.

    Raises:
        InvalidInput: as `read_identity`, and for dates that do not agree.
    """
    for key, value in identity._asdict().items():
        if isinstance(value, str):
            _within_length(key, value)
    from taper_cli.service import verify_identity

    verify_identity(identity, asked)


def _content(where: str) -> bytes:
    """The bytes of the file or of standard input."""
    try:
        content = read_at_most(where, _LARGEST_FILE + 1)
    except OSError as error:
        raise InvalidInput(
            f"--identity {where!r} cannot be read ({error.strerror})",
            "expected a TOML file, - or ask",
            'write for example a file with the line: name = "..."',
        ) from error
    if len(content) > _LARGEST_FILE:
        raise InvalidInput("--identity holds more than 200,000 bytes", "expected a few lines", "shorten it")
    return content


def _of_toml(content: bytes) -> Identity:
    """The lines of a TOML text."""
    import tomli

    try:
        found = tomli.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput("--identity is not UTF-8 text", "expected UTF-8", "save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:  # not TOML, a number of 5,000 digits, keys nested without end
        raise InvalidInput(
            f"--identity is not TOML: {error}", 'expected lines such as key = "value"', 'write for example name = "..."'
        ) from error
    unknown = [key for key in found if key not in _KEYS]
    if unknown:
        raise InvalidInput(
            f"--identity has the key {unknown[0]!r}", f"expected some of {', '.join(_KEYS)}", "rename it"
        )
    return Identity(**{key: _value(key, value) for key, value in found.items()})


def _value(key: str, value: Any) -> Any:
    """A text, or a date for the keys that are dates."""
    if key in _DATES:
        return _day(key, value)
    if not isinstance(value, str):
        raise InvalidInput(f"--identity: {key} is not a text", "expected it in quotes", f'write {key} = "..."')
    return _within_length(key, value.strip())


def _within_length(key: str, value: str) -> str:
    """A line that fits its place on the sheet; the note may fill pages."""
    most = _LONGEST_NOTE if key == "note" else _LONGEST_LINE
    if len(value) > most:
        raise InvalidInput(f"--identity: {key} has {len(value)} characters", f"expected at most {most}", "shorten it")
    return value


def _day(key: str, value: Any) -> date | None:
    """A date as TOML or in ISO form; '' is not given. 03/04/1960 is refused: two countries read it differently."""
    if value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"--identity: {key} is not written as year-month-day",
            "expected an ISO date",
            f"write for example {key} = 1950-01-31",
        ) from error


def _asked() -> Identity:
    """Each line asked for on the terminal; an empty answer leaves it blank."""
    if not sys.stdin.isatty():
        raise InvalidInput("--identity ask needs a terminal", "expected a file or -", "write --identity FILE")
    import typer

    answers = {}
    for key in _KEYS:
        hint = " (year-month-day)" if key in _DATES else ""
        answers[key] = typer.prompt(f"{key.replace('_', ' ')}{hint}", default="", show_default=False, err=True)
    return Identity(**{key: _value(key, answer) for key, answer in answers.items()})
