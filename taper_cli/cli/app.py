"""The typer app, and the one table from what went wrong to an exit code."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer

from taper_cli.model.errors import (
    CannotPlan,
    FaultyFile,
    InvalidInput,
    PlannerFault,
    RefusedForSafety,
    TaperError,
)

# Newer typer carries its own copy of click, older ones use click itself: the fault's base class is found through typer.
_CLICK_FAULT: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
OK, INTERNAL, USAGE, CANNOT, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
_CODES: dict[type[TaperError], int] = {InvalidInput: USAGE, CannotPlan: CANNOT, RefusedForSafety: REFUSED}
COMMANDS = ("check", "compare", "drugs", "explain", "export", "plan", "revise")


class InterruptedLate(Exception):
    """Ctrl-C came when all `files` stood in their places already: to say that nothing was written would be untrue."""

    def __init__(self, files: tuple[str, ...]) -> None:
        self.files = files
        super().__init__(*files)


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
    epilog=(
        "Exit codes: 0 done, 1 internal error, 2 the words cannot be read, 3 nothing to plan (unknown drug, unmakeable dose), "
        "4 refused for safety, 130 interrupted."
    ),
)


def run(arguments: list[str]) -> int:
    """Run one command line; every foreseen fault becomes one message on stderr and an exit code, every bug a traceback."""
    try:
        _load_commands(arguments)
        result = app(arguments, standalone_mode=False, prog_name="taper")
    except TaperError as error:
        _say(_message(error))
        return code_of(error)
    except (typer.Abort, KeyboardInterrupt):
        return _interrupted()
    except InterruptedLate as late:
        from taper_cli.model.text import visible

        _say(f"interrupted; what was asked for stands, whole: {visible(', '.join(late.files))}")
        return INTERRUPTED
    except typer.Exit as done:
        return int(done.exit_code)
    except _CLICK_FAULT as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(f"{error}\n")
            return USAGE
        _say(_usage(error))
        return USAGE
    except PlannerFault as fault:
        _say(f"internal error, nothing was written: {fault}; please report this request")
        return INTERNAL
    # Newer typer hands out a command's exit code as its result, and turns Ctrl-C into one by itself.
    if result == INTERRUPTED:
        return _interrupted()
    return result if isinstance(result, int) else OK


def code_of(error: TaperError) -> int:
    """The exit code of a foreseen fault."""
    return next(code for kind, code in _CODES.items() if isinstance(error, kind))


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


def _interrupted() -> int:
    """The end of a run that was stopped by the user."""
    _say("interrupted; nothing was written")
    return INTERRUPTED


def _say(message: str) -> None:
    """One message on stderr, whatever characters it can show."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"taper: {message}\n".encode(encoding, "backslashreplace").decode(encoding))


def _message(error: TaperError) -> str:
    """A fault in words; control characters in what was typed are shown, never sent to the terminal."""
    from taper_cli.model.text import visible
    from taper_cli.render.wording import refusal_text

    if isinstance(error, RefusedForSafety):
        return refusal_text(error)
    faults = error.faults if isinstance(error, FaultyFile) else ()
    return "\n  ".join(map(visible, (str(error), *faults)))


def _usage(error: Any) -> str:
    """Click's usage faults in our three parts; a negative dose looks like an option to click and is explained."""
    match type(error).__name__:
        case "NoSuchOption" if re.match(r"-[\d.]", error.option_name):
            return f"{error.option_name!r} is negative; expected a dose above zero; write for example '20 mg'"
        case "NoSuchOption":
            near = (
                f"did you mean {', '.join(error.possibilities)}" if error.possibilities else "see 'taper plan --help'"
            )
            return f"there is no option {error.option_name!r}; expected one of the help page; {near}"
        case "MissingParameter" if error.param is not None:
            name = (error.param.name or "").upper()
            return f'{name} is missing; expected for example: taper plan diazepam "20 mg" 26w --start 2026-12-07'
        case _:
            return str(error.format_message()).replace("\n", " ")
