"""The command line that gives a set of options again: what a guided session prints at its end, and what it reads in between."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import typer

from taper_cli.cli.asking import was_typed
from taper_cli.model.errors import InvalidInput


def one_line(ctx: typer.Context, params: Mapping[str, Any]) -> str:
    """The line that asks for exactly this, each word quoted as a POSIX shell needs it."""
    return shlex.join(["taper", str(ctx.info_name), *words_of(ctx, params)])


def words_of(ctx: typer.Context, params: Mapping[str, Any]) -> list[str]:
    """The arguments, then every option that is not at its default, in the order of the help page."""
    arguments = [param for param in ctx.command.params if param.param_type_name == "argument"]
    options = [param for param in ctx.command.params if param.param_type_name == "option"]
    found = [word for param in arguments for word in _values(params.get(param.name or ""))]
    for param in options:
        value = params.get(param.name or "")
        name = max(param.opts, key=len)
        if value is True:
            found.append(name)
        elif value is not False:
            found += _option(name, value)
    return found


def _values(value: Any) -> list[str]:
    """The words of an argument or of an option, one or several."""
    return [value] if isinstance(value, str) and value else list(value or [])


def _option(name: str, value: Any) -> Iterator[str]:
    """An option with each of its values; one that begins with a hyphen must not be taken for another option."""
    for word in _values(value):
        if word.startswith("-") and word != "-":
            yield f"{name}={word}"
        else:
            yield from (name, word)


def options_in(ctx: typer.Context, text: str) -> dict[str, Any]:
    """The options of the command that a line names, such as '--split half'.

    Raises:
        InvalidInput: for quotes that do not close, or words that are no option.
        click.UsageError: for an unknown option, as on the command line.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} cannot be read ({error})", "expected options with their values", "write for example --split half"
        ) from error
    if "--help" in words:
        raise InvalidInput(
            "'--help' prints a page of its own", "expected an answer", "type ? for help on this question"
        )
    with ctx.command.make_context(ctx.info_name, words, parent=ctx.parent) as read:
        found = {name: value for name, value in read.params.items() if was_typed(read, name)}
    arguments = {param.name for param in ctx.command.params if param.param_type_name == "argument"}
    if not found or arguments & set(found):
        raise InvalidInput(
            f"{text!r} is no option", "expected options with their values", "write for example --split half"
        )
    return found
