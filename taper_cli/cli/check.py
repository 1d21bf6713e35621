"""`taper check`: audit any schedule."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli.app import OK, REFUSED, app
from taper_cli.cli.output import file_content
from taper_cli.cli.papers import ProductsFile
from taper_cli.model.audit import Audit
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace, Request
from taper_cli.model.schedule import Regimen, Slot

_Option = typer.Option


@app.command(no_args_is_help=True)
def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="a plan file, our CSV, or a spreadsheet's with dates and doses; - is stdin"
        ),
    ],
    drug: Annotated[str, _Option(metavar="DRUG", help="where the file does not name it")] = "",
    region: Annotated[
        str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: the file's, else international]")
    ] = "",
    products: Annotated[str, _Option(metavar="LIST", help="what is at hand, if the file does not say")] = "",
    products_file: ProductsFile = "",
    split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet")] = "",
    syringe: Annotated[str, _Option(metavar="VOLUME", help="smallest volume the syringe measures")] = "",
    indication: Annotated[str, _Option("--for", metavar="TEXT", help="what it is taken for")] = "",
    context: Annotated[list[str] | None, _Option(metavar="KEY", help="a fact about the patient; repeatable")] = None,
    accept: Annotated[
        list[str] | None, _Option(metavar="RULE=reason", help="go past a limit by name; repeatable")
    ] = None,
    guideline: Annotated[str, _Option(metavar="KEY", help="whose limit binds  [default: by class and region]")] = "",
    today: Annotated[str, _Option(metavar="DATE", help="the day to judge as today  [default: the clock]")] = "",
    as_json: Annotated[bool, _Option("--json", help="findings as JSON")] = False,
    ascii_only: Annotated[bool, _Option("--ascii", help="plain ASCII characters only")] = False,
) -> None:
    """Audit any schedule: gaps, sums, products, pace, ending.

    Exit code 0 when nothing is above a flag, 4 otherwise. The first row of a spreadsheet is the starting dose.
    """
    now = read.day(today, "--today") if today else date.today()
    asked = Request(
        drug=drug,
        # What a file states takes the place of these: nothing is planned here.
        regimen=Regimen(((Slot.DAILY, Dose.of_mg(1)),)),
        pace=AtPace(dose=Dose.of_mg(1)),
        every=Period(2, TimeUnit.WEEK),
        start=now,
        today=now,
        products=read.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        syringe=Volume.parse(syringe, "--syringe") if syringe else None,
        region=region.lower() or None,
        indication=read.printable_words(indication, "--for").lower() or None,
        context=tuple(read.context(item) for item in context or []),
        acceptances=tuple(read.acceptance(item) for item in accept or []),
        guideline=guideline or None,
    )
    from taper_cli.service import check as judge

    own_file = (file_content(products_file), Path(products_file).name) if products_file else None
    audit = judge(file_content(file), "standard input" if file == "-" else Path(file).name, asked, own_file)
    _show(audit, as_json=as_json, ascii_only=ascii_only)
    raise typer.Exit(OK if audit.passed else REFUSED)


def _show(audit: Audit, *, as_json: bool, ascii_only: bool) -> None:
    """The judge's answer on the screen, or as JSON."""
    from taper_cli.cli.output import screen_width
    from taper_cli.render.terminal import show
    from taper_cli.render.verdict import verdict_blocks, verdict_json

    width = screen_width()
    if as_json:
        sys.stdout.write(verdict_json(audit))
    else:
        show(verdict_blocks(audit), sys.stdout, width=width, ascii_only=ascii_only)
