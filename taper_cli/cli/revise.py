"""`taper revise`: a new version of a saved plan from a day on, which makes the one before it void."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import papers
from taper_cli.cli.app import app
from taper_cli.cli.output import deliver, file_content
from taper_cli.cli.papers import wanted_papers
from taper_cli.model.errors import InvalidInput
from taper_cli.model.product import Split

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
    accept: Annotated[
        list[str] | None, _Option(metavar="RULE=reason", help='go past a limit by name: RULE="reason"; repeatable')
    ] = None,
    output: papers.Output = None,
    rows: papers.RowsOf = "",
    form: papers.FormatOf = "",
    quantity_words: papers.QuantityWords = False,
    sheet: papers.Sheet = "",
    paper: papers.PaperOf = "",
    large_print: papers.LargePrintOf = "",
    identity: papers.IdentityOf = "",
    level_picture: papers.LevelPicture = False,
    calendar: papers.Calendar = False,
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    today: Annotated[str, _Option(metavar="DATE", help="the day to print as today  [default: the clock]")] = "",
) -> None:
    """Change a saved plan from a day on: hold, slower, up, stop here.

    The result is version n+1, which replaces version n. What is over stays as it was; the rest moves or is planned anew.
    """
    from taper_cli.model.revision import Revision

    wanted = wanted_papers(
        output,
        rows,
        form,
        quantity_words=quantity_words,
        sheet=sheet,
        paper=paper,
        large_print=large_print,
        identity=identity,
        level_picture=level_picture,
        calendar=calendar,
        excel=excel,
        ascii_only=ascii_only,
    )
    if not on:
        raise InvalidInput(
            "--on is missing", "expected the day from which the change holds", "add for example --on 2027-01-25"
        )
    revision = Revision(
        on=read.day(on, "--on"),
        made_on=read.day(today, "--today") if today else date.today(),
        hold=read.period(hold, "--hold") if hold else None,
        pace=read.pace(slower, "--slower") if slower else None,
        every=read.period(every, "--every") if every else None,
        until=read.day(until, "--until") if until else None,
        back_to=read.regimen(back_to) if back_to else None,
        actual=read.regimen(actual) if actual else None,
        stop_here=stop_here,
        products=read.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        acceptances=tuple(read.acceptance(item) for item in accept or []),
        by=read.printable_words(by, "--by"),
        reason=read.printable_words(reason, "--reason"),
    )
    from taper_cli.service import opened
    from taper_cli.service import revise as make

    report = make(opened(file_content(plan), "standard input" if plan == "-" else Path(plan).name), revision)
    if identity:
        from taper_cli.cli.identity import check_dates

        check_dates(wanted.style.identity, report.request)
    deliver(report, wanted, force=force, quiet=quiet)
