"""`taper selfcheck`: does this installation compute what it should?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from taper_cli.cli import options, papers
from taper_cli.cli.app import app
from taper_cli.cli.asking import done_again
from taper_cli.cli.faults import INTERNAL, OK


@app.command()
def selfcheck(
    as_json: Annotated[bool, typer.Option("--json", help="the verdict as JSON, errors as JSON on stderr")] = False,
    ascii_only: papers.Ascii = False,
    today: options.Today = "",
) -> None:
    """Tell whether this installation computes as it should.

    The reference plans, refusals and published schedules are done again, and the data are compared with those shipped.

    Exit code 0 when everything came out as it must, 1 otherwise. With --selfcheck, plan, revise and export print the verdict on
    the prescriber's sheet.
    """
    found = done_again(today)
    if as_json:
        from taper_cli.render.selfcheck import selfcheck_json

        sys.stdout.write(selfcheck_json(found))
    else:
        from taper_cli.cli.output import screen_width
        from taper_cli.render.selfcheck import selfcheck_blocks
        from taper_cli.render.terminal import show

        show(selfcheck_blocks(found), sys.stdout, width=screen_width(), ascii_only=ascii_only)
    raise typer.Exit(OK if found.passed else INTERNAL)
