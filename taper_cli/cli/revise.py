"""`taper revise`: a new version of a saved plan from a day on, which makes the one before it void."""

from __future__ import annotations

from typing import Annotated

import typer

from taper_cli.cli import options, papers
from taper_cli.cli.app import app
from taper_cli.cli.output import deliver, file_content, name_of
from taper_cli.cli.papers import wanted_papers
from taper_cli.cli.stating import revision_of

_Option = typer.Option


@app.command(no_args_is_help=True)
def revise(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="a plan file written with -o plan.json; - reads stdin")],
    on: Annotated[str, _Option(metavar="DATE", help="the day from which the change holds; always typed")] = "",
    hold: Annotated[str, _Option(metavar="TIME", help="stay so much longer on the dose of that day: 2w")] = "",
    slower: Annotated[
        str, _Option(metavar="PACE", help="a new pace for the rest: '5%' of the current dose, '1 mg', '5% of start'")
    ] = "",
    every: Annotated[
        str, _Option(metavar="TIME", help="a longer interval: alone it lengthens the steps that are left")
    ] = "",
    until: Annotated[str, _Option(metavar="DATE", help="plan the rest anew, to end on this day")] = "",
    back_to: Annotated[
        str, _Option(metavar="DOSE", help="go up again, to a dose taken before: '12 mg', or by slot")
    ] = "",
    actual: Annotated[
        str, _Option(metavar="DOSE", help="what the patient really takes on that day, where the plan says another dose")
    ] = "",
    stop_here: Annotated[bool, _Option("--stop-here", help="reduce no further: stay on the dose of that day")] = False,
    products: Annotated[str, _Option(metavar="LIST", help="what may be supplied from that day on")] = "",
    split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet from then on")] = "",
    by: Annotated[str, _Option(metavar="TEXT", help="who asked for it: 'patient', 'GP'; no patient's name")] = "",
    reason: Annotated[str, _Option(metavar="TEXT", help="why; printed on the change slip and in the history")] = "",
    accept: options.Accept = None,
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
    today: options.Today = "",
) -> None:
    """Change a saved plan from a day on: hold, slower, up, stop here.

    The result is version n+1, which replaces version n. What is over stays as it was; the rest moves or is planned anew.
    """
    wanted = wanted_papers(
        output, rows, form, as_json=as_json, quantity_words=quantity_words, sheet=sheet, paper=paper, large_print=large_print,
        identity=identity, level_picture=level_picture, calendar=calendar, titles=titles, remind=remind, excel=excel,
        ascii_only=ascii_only,
    )  # fmt: skip
    if selfcheck:
        wanted = papers.with_selfcheck(wanted, today)
    revision = revision_of(
        on=on, hold=hold, slower=slower, every=every, until=until, back_to=back_to, actual=actual, stop_here=stop_here,
        products=products, split=split, by=by, reason=reason, accept=accept, today=today,
    )  # fmt: skip
    from taper_cli.service import opened, verify_identity
    from taper_cli.service import revise as make

    report = make(opened(file_content(plan), name_of(plan)), revision)
    verify_identity(wanted.style.identity, report.request)
    deliver(report, wanted, force=force, quiet=quiet)
