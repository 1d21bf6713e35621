"""The end of the guided way in: which files to write, none of them over another unasked, by the command itself."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import typer

from taper_cli.cli import prompt
from taper_cli.cli.app import FORESEEN
from taper_cli.cli.interview import Back, Interview, tell
from taper_cli.cli.output import Format, tell_written
from taper_cli.model.errors import InvalidInput

_KINDS = {form.value: f"plan{form.extension}" for form in Format if form is not Format.SCREEN}
_HELP = (
    "The kind of a file is the end of its name, such as plan.pdf or 'my plan.csv'. A file that is there already is overwritten only "
    "after a yes. Without a file the plan stays on the screen alone."
)


def save(ctx: typer.Context, interview: Interview, make: Callable[..., None], *, on_screen: bool) -> None:
    """Ask for files until they are written, or none is wanted; `on_screen`: stdout has the plan already.

    Raises:
        Noted: where options were typed: the plan may be another one, and nobody has seen it yet.
    """
    while True:
        try:
            _ask_files(interview)
            params = dict(interview.answers.params)
            names = list(params["output"] or [])
            if names or not on_screen:
                # The command reads there what was typed: now it is everything.
                ctx.params = params
                make(ctx, **params | {"quiet": on_screen or params["quiet"]})
            if on_screen:
                tell_written([Path(name) for name in names])
            return
        except FORESEEN as error:
            tell(error)
            # What was said of one file must not let another be overwritten.
            interview.take_back(("output", "force"))


def _ask_files(interview: Interview) -> None:
    """Which files to write; one that exists only after a yes.

    Raises:
        InvalidInput: for an extension that is not known, or a file that is to stay.
        Noted: where options were typed instead.
    """
    answers = interview.answers
    if answers.text("identity") == "-":
        interview.take_back(("identity",))
        raise InvalidInput("--identity - reads what you type here", "expected a file or ask", "type --identity FILE")
    typed = list(answers.params.get("output") or [])
    prompt.write("\n")
    prompt.say("Which files are to be written? Names with their kind, with spaces between; a kind alone is named plan.")
    prompt.say("pdf, html: the sheets; json: the plan, to revise or print again; csv, md, txt: tables and text", "  ")
    prompt.say(f"Enter: {shlex.join(typed) if typed else 'none'}")
    text = _line(interview, "files", _HELP, list(_KINDS.values()))
    names = [_KINDS.get(word, word) for word in _words(text)] or typed
    answers.with_changes({"output": names}).papers("output")
    force = bool(answers.params.get("force"))
    taken = [name for name in names if name != "-" and _is_there(name)]
    if taken and not force:
        force = _overwritten(interview, taken)
        if not force:
            raise InvalidInput(f"{taken[0]!r} exists", "expected a new file", "type another name")
    interview.answers = answers.with_changes({"output": names or None, "force": force})


def _overwritten(interview: Interview, taken: list[str]) -> bool:
    """Whether files that exist may be lost."""
    prompt.say(f"{', '.join(taken)}: there already. Overwrite? yes or no.")
    prompt.say("Enter: no")
    help = "yes: the old file is lost. no: type another name."
    return _line(interview, "overwrite", help, ["yes", "no"]).lower() == "yes"


def _line(interview: Interview, name: str, help: str, known: list[str]) -> str:
    """A line after the plan was accepted, when there is no question to go back to."""
    while True:
        try:
            return interview.line(name, lambda: (help,), lambda _: known)
        except Back:
            prompt.say("Answers are changed before saving. Here, type names or press Enter.")


def _is_there(name: str) -> bool:
    """Whether a file of that name exists; a name that cannot be one is told where it is written."""
    try:
        return Path(name).exists()
    except OSError:
        return False


def _words(text: str) -> list[str]:
    """File names, quoted where they hold spaces."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} cannot be read ({error})", "expected file names", "write for example plan.pdf"
        ) from error
