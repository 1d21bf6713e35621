"""`taper drugs`: what the formulary holds, with its sources and review dates."""

from __future__ import annotations

from typing import Annotated

import typer

from taper_cli.cli.app import app


@app.command()
def drugs(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="a generic or brand name; left out: the whole list")
    ] = "",
    region: Annotated[str, typer.Option(metavar="REGION", help="us, gb or gb-nir  [default: all]")] = "",
) -> None:
    """List the drugs that can be planned, or all held about one.

    Products, splitting, maxima and half-life class, each with its source and review date.
    """
    from taper_cli.render.formulary import drug_text, list_text
    from taper_cli.service import check_region, drug_called, drugs_held

    check_region(region.lower() or None)
    text = drug_text(drug_called(name), region.lower()) if name else list_text(drugs_held())
    typer.echo(text, nl=False)
