"""`taper switch`: a cross-taper to another drug in stages, by the dose that the prescriber types."""

from __future__ import annotations

from typing import Annotated

import typer

from taper_cli.cli import options, papers
from taper_cli.cli.app import app
from taper_cli.cli.asking import request_of
from taper_cli.cli.output import deliver
from taper_cli.cli.papers import wanted_papers
from taper_cli.cli.switching import tables_shown, with_switch

_Option = typer.Option


@app.command(no_args_is_help=True)
def switch(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="the drug that is taken now, such as lorazepam")],
    dose: Annotated[
        str, typer.Argument(metavar="DOSE", help="what is taken of it: '1 mg morning + 1 mg bedtime', or '2 mg' a day")
    ],
    over: Annotated[
        list[str] | None,
        typer.Argument(help="the whole time from the first stage to STOP: 30w, or until 2027-03-01", metavar="[OVER]"),
    ] = None,
    to: Annotated[str, _Option(metavar="DRUG", help="the drug to switch to, such as diazepam")] = "",
    equivalent: Annotated[
        str, _Option(metavar="DOSE", help="what the prescriber takes to be equal, '20 mg' a day or by slot")
    ] = "",
    reason: Annotated[str, _Option(metavar="TEXT", help="why this equivalent: the table or the judgement")] = "",
    stage_every: Annotated[
        str, _Option(metavar="TIME", help="interval between stages, such as 2w  [default: 2w]")
    ] = "",
    order: Annotated[
        str,
        _Option(
            metavar="ORDER", help="bedtime-first, morning-first, or slots: 'bedtime, morning'  [default: bedtime-first]"
        ),
    ] = "",
    move: Annotated[
        str, _Option(metavar="DOSE", help="how much of the old drug goes over at a stage  [default: a whole slot]")
    ] = "",
    stage_cut: Annotated[
        str, _Option(metavar="DOSE", help="how much each stage takes off what is equal  [default: nothing]")
    ] = "",
    from_products: Annotated[
        str, _Option(metavar="LIST", help="what may be supplied of the old drug: '1 mg tablet half'")
    ] = "",
    from_split: Annotated[
        str, _Option(metavar="SPLIT", help="whole, half or quarter for tablets of the old drug")
    ] = "",
    reduce: Annotated[
        str, _Option(metavar="PACE", help="a pace of the taper instead of OVER: '1 mg', '10%', '10% of start'")
    ] = "",
    every: options.Every = "",
    shape: Annotated[str, _Option(metavar="SHAPE", help="proportional, linear or bands")] = "",
    steps: Annotated[
        str, _Option(metavar="DOSES", help="the daily totals of the taper: '16 13 10 mg', or '16 mg 3w, 13 mg 2w'")
    ] = "",
    stay_at: Annotated[str, _Option(metavar="DOSE", help="a maintenance dose of the new drug instead of a stop")] = "",
    start: Annotated[
        str, _Option(metavar="DATE", help="day of the first stage, such as 2026-12-07  [default: tomorrow]")
    ] = "",
    products: Annotated[
        str, _Option(metavar="LIST", help="what may be supplied of the new drug: '2 mg tablet half'")
    ] = "",
    split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for tablets of the new drug")] = "",
    syringe: options.Syringe = "",
    cut: options.Cut = "",
    region: options.Region = "",
    indication: options.Indication = "",
    context: options.Context = None,
    accept: options.Accept = None,
    guideline: options.Guideline = "",
    output: papers.Output = None,
    rows: papers.RowsOf = "",
    form: papers.FormatOf = "",
    as_json: papers.AsJson = False,
    supply_days: options.SupplyDays = "",
    halves: options.Halves = "",
    bottle: options.Bottle = "",
    max_supply: options.MaxSupply = "",
    quantity_words: papers.QuantityWords = False,
    sheet: papers.Sheet = "",
    paper: papers.PaperOf = "",
    large_print: papers.LargePrintOf = "",
    identity: papers.IdentityOf = "",
    calendar: papers.Calendar = False,
    titles: papers.EventTitles = "",
    remind: papers.Remind = "",
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    today: options.Today = "",
) -> None:
    """Switch to another drug in stages, then taper that one.

    Without --equivalent it shows what every published table makes of the DOSE, and converts nothing. The prescriber types the
    equivalent with a reason. A prescriber must approve the schedule.
    """
    if not equivalent:
        tables_shown(drug, dose, to, region, as_json=as_json, ascii_only=ascii_only)
    wanted = wanted_papers(
        output, rows, form, as_json=as_json, quantity_words=quantity_words, sheet=sheet, paper=paper, large_print=large_print,
        identity=identity, level_picture=False, calendar=calendar, titles=titles, remind=remind, excel=excel,
        ascii_only=ascii_only,
    )  # fmt: skip
    taper = request_of(
        to, equivalent, over=" ".join(over or []), reduce=reduce, steps=steps, every=every, shape=shape, to=stay_at,
        start=start, products=products, split=split, syringe=syringe, cut=cut, region=region, indication=indication,
        context=context, accept=accept, guideline=guideline, supply_days=supply_days, halves=halves, bottle=bottle,
        max_supply=max_supply, today=today,
    )  # fmt: skip
    request = with_switch(
        taper, drug, dose, reason=reason, every=stage_every, order=order, move=move, cut=stage_cut, products=from_products,
        split=from_split,
    )  # fmt: skip
    from taper_cli.service import plan as make
    from taper_cli.service import verify_identity

    verify_identity(wanted.style.identity, request)
    deliver(make(request), wanted, force=force, quiet=quiet)
