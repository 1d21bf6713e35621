"""The man page, made from the definitions that --help is made from (`python tests/accept_manual.py` renews it)."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import Any

import typer

import taper_cli
from taper_cli.cli.app import COMMANDS, app
from taper_cli.cli.faults import MEANINGS

PAGE = Path(taper_cli.__file__).parent / "cli" / "taper.1"
_MARKS = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}
"""Characters that a typesetter would change: what stands on the page must be what one types."""


def command_tree() -> Any:
    """Every command as click knows it."""
    for name in COMMANDS:
        import_module(f"taper_cli.cli.{name}")
    return typer.main.get_command(app)


def manual() -> str:
    """The page in the language of man pages."""
    group = command_tree()
    ctx = group.make_context("taper", ["plan"], resilient_parsing=True)
    commands = {name: group.commands[name] for name in sorted(group.commands)}
    lines = [
        r".\" Made by tests/accept_manual.py from the commands themselves; a change belongs there.",
        f'.TH TAPER 1 "" "taper {taper_cli.__version__}" "User Commands"',
        # A word that is divided, or spread over a line, is not what one types.
        ".nh",
        ".ad l",
        ".SH NAME",
        *_lines(rf"taper - {_first(group.help)}"),
        ".SH SYNOPSIS",
        *_synopsis([command.get_usage(_of(command, ctx)) for command in commands.values()]),
        ".SH DESCRIPTION",
        *_paragraphs(group.help),
        ".SH OPTIONS",
        *_entries(group, ctx),
        ".SH COMMANDS",
        *(line for name, command in commands.items() for line in _command(name, command, ctx)),
        ".SH EXIT STATUS",
        *_listed((str(code), meaning) for code, meaning in MEANINGS.items()),
    ]
    return "\n".join(lines) + "\n"


def _of(command: Any, parent: Any) -> Any:
    """A command's own context, in which it tells of its options."""
    return command.make_context(command.name, [], parent=parent, resilient_parsing=True)


def _first(text: str) -> str:
    """The first sentence as the name line of a man page has it: without a full stop, in small letters."""
    sentence = " ".join(text.split()).partition(". ")[0].rstrip(".")
    return sentence[0].lower() + sentence[1:]


def _synopsis(usages: list[str]) -> Iterator[str]:
    """How each command is typed."""
    for place, usage in enumerate(usages):
        words = usage.removeprefix("Usage: ").split()
        yield from [".br"] * bool(place)
        yield rf"\fB{_text(' '.join(words[:2]))}\fR {_text(' '.join(words[2:]))}"


def _command(name: str, command: Any, parent: Any) -> Iterator[str]:
    """A command with what it does, its arguments and its options."""
    yield f".SS taper {name}"
    yield from _paragraphs(command.help)
    yield from _entries(command, _of(command, parent))


def _entries(command: Any, ctx: Any) -> Iterator[str]:
    """The arguments and options in the order and the words of the help page."""
    records = [param.get_help_record(ctx) for param in command.get_params(ctx)]
    return _listed(record for record in records if record is not None)


def _listed(pairs: Any) -> Iterator[str]:
    for term, text in pairs:
        yield from (".TP", rf"\fB{_text(term)}\fR", *_lines(text))


def _paragraphs(text: str) -> Iterator[str]:
    for place, paragraph in enumerate(text.strip().split("\n\n")):
        yield from [".PP"] * bool(place)
        yield from _lines(" ".join(paragraph.split()))


def _lines(text: str) -> Iterator[str]:
    """Words in lines of a usual length."""
    for line in wrap(text, 72, break_long_words=False, break_on_hyphens=False):
        yield _text(line)


def _text(text: str) -> str:
    """Words as they stand, whatever a typesetter would make of them."""
    made = "".join(_MARKS.get(char, char if char.isascii() else rf"\[u{ord(char):04X}]") for char in text)
    return rf"\&{made}" if made.startswith(".") else made


def main() -> None:
    """Write the page anew if it changed."""
    text = manual()
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")
        print(f"accepted: {PAGE.name}")


if __name__ == "__main__":
    main()
