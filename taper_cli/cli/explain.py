"""`taper explain`: the arithmetic of a saved plan's steps in words."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import papers
from taper_cli.cli.app import app
from taper_cli.cli.output import file_content, name_of, write_json

_Option = typer.Option


@app.command(no_args_is_help=True)
def explain(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="a plan file written with -o plan.json; - reads stdin")],
    step: Annotated[str, typer.Argument(metavar="STEP", help="the step's number, stop, or all")],
    as_json: Annotated[bool, _Option("--json", help="the figures as JSON, errors as JSON on stderr")] = False,
    ascii_only: papers.Ascii = False,
    today: Annotated[
        str, _Option(metavar="DATE", help="the day to judge as today  [default: the day it was made]")
    ] = "",
) -> None:
    """Tell why a step of a saved plan is what it is.

    The wanted dose, what products could make near it, what decided, each limit as measured, and why these tablets. In a revised
    plan each step is explained under the version that made it. For a request that is refused, add --explain to its 'taper plan' line.
    """
    from taper_cli.service import explained

    day = read.day(today, "--today") if today else None
    found = explained(file_content(plan), name_of(plan), step.strip().lower(), day)
    if as_json:
        from taper_cli.render.explanation_json import explanation_json

        write_json(explanation_json(found))
    else:
        from taper_cli.cli.why import show_explanation

        show_explanation(found, sys.stdout, ascii_only=ascii_only)
