"""`taper export`: other papers from a saved plan."""

from __future__ import annotations

from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import papers
from taper_cli.cli.app import app
from taper_cli.cli.output import deliver, file_content, name_of
from taper_cli.cli.papers import wanted_papers


@app.command(no_args_is_help=True)
def export(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="a plan file written with -o plan.json; - reads stdin")],
    output: papers.Output = None,
    rows: papers.RowsOf = "",
    form: papers.FormatOf = "",
    as_json: papers.AsJson = False,
    quantity_words: papers.QuantityWords = False,
    sheet: papers.Sheet = "",
    paper: papers.PaperOf = "",
    large_print: papers.LargePrintOf = "",
    identity: papers.IdentityOf = "",
    level_picture: papers.LevelPicture = False,
    selfcheck: papers.SelfcheckOf = False,
    calendar: papers.Calendar = False,
    titles: papers.EventTitles = "",
    remind: papers.Remind = "",
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    today: Annotated[
        str, typer.Option(metavar="DATE", help="the day to print as today  [default: the day it was made]")
    ] = "",
) -> None:
    """Print a saved plan again, in any format, as it was made.

    The plan is judged anew with the data of today. An edited, cut or newer file is refused.
    """
    wanted = wanted_papers(
        output, rows, form, as_json=as_json, quantity_words=quantity_words, sheet=sheet, paper=paper, large_print=large_print,
        identity=identity, level_picture=level_picture, calendar=calendar, titles=titles, remind=remind, excel=excel,
        ascii_only=ascii_only,
    )  # fmt: skip
    if selfcheck:
        wanted = papers.with_selfcheck(wanted, today)
    from taper_cli.service import opened, verify_identity

    report = opened(file_content(plan), name_of(plan), read.day(today, "--today") if today else None)
    verify_identity(wanted.style.identity, report.request)
    deliver(report, wanted, force=force, quiet=quiet)
