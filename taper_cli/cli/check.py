"""`taper check`: audit any schedule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from taper_cli.cli import options
from taper_cli.cli.app import OK, REFUSED, app
from taper_cli.cli.output import file_content, name_of, write_json
from taper_cli.cli.papers import ProductsFile
from taper_cli.cli.stating import beside_schedule
from taper_cli.model.audit import Audit

if TYPE_CHECKING:
    from taper_cli.model.switch import FromDrug

_Option = typer.Option


@app.command(no_args_is_help=True)
def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="a plan file, our CSV, a spreadsheet's with dates and doses, or a FHIR request; - is stdin",
        ),
    ],
    drug: Annotated[str, _Option(metavar="DRUG", help="where the file does not name it")] = "",
    region: Annotated[
        str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: the file's, else international]")
    ] = "",
    products: Annotated[str, _Option(metavar="LIST", help="what is at hand, if the file does not say")] = "",
    products_file: ProductsFile = "",
    split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet")] = "",
    syringe: options.Syringe = "",
    equivalent: Annotated[
        str,
        _Option(
            metavar="DOSES",
            help="of a file of two drugs, what the prescriber takes to be equal: 'DRUG DOSE = DRUG DOSE'",
        ),
    ] = "",
    from_products: Annotated[
        str, _Option(metavar="LIST", help="what is at hand of the drug that it comes from, if the file does not say")
    ] = "",
    from_split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for tablets of that drug")] = "",
    indication: options.Indication = "",
    context: options.Context = None,
    accept: options.Accept = None,
    guideline: options.Guideline = "",
    today: Annotated[str, _Option(metavar="DATE", help="the day to judge as today  [default: the clock]")] = "",
    as_json: Annotated[bool, _Option("--json", help="findings as JSON, errors as JSON on stderr")] = False,
    ascii_only: Annotated[bool, _Option("--ascii", help="plain ASCII characters only")] = False,
) -> None:
    """Audit any schedule: gaps, sums, products, pace, ending.

    Exit code 0 when nothing is above a flag, 4 otherwise. The first row of a spreadsheet is the starting dose.
    """
    asked = beside_schedule(
        drug=drug, region=region, products=products, split=split, syringe=syringe, indication=indication, context=context,
        accept=accept, guideline=guideline, today=today,
    )  # fmt: skip
    from taper_cli.service import check as judge

    own_file = (file_content(products_file), name_of(products_file)) if products_file else None
    audit = judge(
        file_content(file), name_of(file), asked, own_file, _comes_from(equivalent, from_products, from_split)
    )
    if as_json:
        from taper_cli.render.verdict_json import verdict_json

        write_json(verdict_json(audit))
    else:
        _show(audit, ascii_only=ascii_only)
    raise typer.Exit(OK if audit.passed else REFUSED)


def _comes_from(equivalent: str, products: str, split: str) -> FromDrug:
    """What was said of the drug that a schedule comes from."""
    from taper_cli.cli import arguments as read
    from taper_cli.cli import supplied
    from taper_cli.model.product import Split
    from taper_cli.model.switch import FromDrug

    return FromDrug(
        read.equivalent(equivalent) if equivalent else None,
        supplied.products(products) if products else None,
        read.choice(split, Split, "--from-split") if split else None,
    )


def _show(audit: Audit, *, ascii_only: bool) -> None:
    """The judge's answer on the screen."""
    from taper_cli.cli.output import screen_width
    from taper_cli.render.terminal import show
    from taper_cli.render.verdict import verdict_blocks

    show(verdict_blocks(audit), sys.stdout, width=screen_width(), ascii_only=ascii_only)
