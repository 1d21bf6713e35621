"""The typer app: one command line run, its end told."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

import typer

from taper_cli.cli.faults import (
    INTERRUPTED,
    MEANINGS,
    OK,
    REFUSED,
    USAGE,
    code_of,
    damaged,
    tell,
    tell_internal,
    tell_interrupted,
    usage_fault,
    wants_json,
)
from taper_cli.model.errors import DamagedData, Interrupted, PlannerFault, TaperError

# Newer typer carries its own copy of click, older ones use click itself: the fault's base class is found through typer.
_CLICK_FAULT: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
FORESEEN: tuple[type[Exception], ...] = (TaperError, _CLICK_FAULT)
"""Faults of the person who types, told in words and never as a traceback."""
COMPLETE = "_TAPER_COMPLETE"
"""The variable by which a shell asks for completion, as typer names it."""
COMMANDS = (
    "batch",
    "check",
    "compare",
    "drugs",
    "explain",
    "export",
    "plan",
    "revise",
    "schema",
    "selfcheck",
    "switch",
)

app = typer.Typer(
    name="taper",
    # Rich help and rich tracebacks cost start-up time, and a traceback with local variables would print patient data.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=True,
    help=(
        "Drafts a gradual dose-reduction calendar from real products, judged against a cited guideline. "
        "A prescriber must approve every schedule."
    ),
    epilog=f"Exit codes: {', '.join(f'{code} {meaning}' for code, meaning in MEANINGS.items())}.",
)


def run(arguments: list[str]) -> int:
    """Run one command line; every foreseen fault becomes one message on stderr and an exit code, every bug a traceback."""
    if os.environ.get(COMPLETE):
        from taper_cli.cli.completing import complete, words_so_far

        _load_commands(words_so_far()[1:2])
        return complete(app)
    as_json = wants_json(arguments)
    try:
        _load_commands(arguments)
        result = _command_line(len(app.registered_commands))(arguments, standalone_mode=False, prog_name="taper")
    except TaperError as error:
        return tell(error, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        return tell_interrupted(as_json=as_json)
    except Interrupted as stopped:
        return tell_interrupted(str(stopped), as_json=as_json)
    except typer.Exit as done:
        return int(done.exit_code)
    except _CLICK_FAULT as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(f"{error}\n")
            return USAGE
        return tell(usage_fault(error), as_json=as_json)
    except PlannerFault as fault:
        return tell_internal(fault, as_json=as_json)
    except DamagedData as fault:
        return tell(damaged(fault), as_json=as_json)
    # Newer typer hands out a command's exit code as its result, and turns Ctrl-C into one by itself.
    if result == INTERRUPTED:
        return tell_interrupted(as_json=as_json)
    return result if isinstance(result, int) else OK


@app.callback()
def _group() -> None:
    # Typer would drop the command's name where only one command is loaded; a callback keeps it a group of commands.
    pass


def _load_commands(arguments: list[str]) -> None:
    """Import the command that was typed, or all for help and completion; each registers itself, and each import takes time."""
    from importlib import import_module

    for name in arguments[:1] if arguments[:1] and arguments[0] in COMMANDS else COMMANDS:
        import_module(f"taper_cli.cli.{name}")
    # The order of the help page must not depend on what was imported first.
    app.registered_commands.sort(key=lambda command: getattr(command.callback, "__name__", ""))


@cache
def _command_line(commands: int) -> Any:
    """The options of so many registered commands; made once, as reading them off their functions takes longer than a short plan."""
    return typer.main.get_command(app)


def told(error: Exception) -> str:
    """A foreseen fault in the words in which a command line is told of it."""
    from taper_cli.render.findings import error_text

    return error_text(error if isinstance(error, TaperError) else usage_fault(error))


__all__ = ["COMMANDS", "OK", "REFUSED", "USAGE", "app", "code_of", "run"]
