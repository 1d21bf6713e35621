"""`taper plan`: the main job."""

from __future__ import annotations

from typing import Annotated

import typer

from taper_cli.cli import options, papers
from taper_cli.cli.app import app
from taper_cli.cli.asking import asks_for_the_rest, request_of
from taper_cli.cli.output import deliver
from taper_cli.cli.papers import wanted_papers

_Option = typer.Option


@app.command()
def plan(
    ctx: typer.Context,
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="generic or brand name, such as diazepam or Valium")] = "",
    dose: Annotated[
        str, typer.Argument(metavar="DOSE", help="'20 mg' a day, or by slot: '4 mg morning + 6 mg bedtime'")
    ] = "",
    over: Annotated[
        list[str] | None, typer.Argument(help="12w, 6m, 90d, or until 2027-03-01", metavar="[OVER]")
    ] = None,
    reduce: Annotated[
        str, _Option(metavar="PACE", help="a pace instead of OVER: '1 mg', '10%' of the current dose, '10% of start'")
    ] = "",
    every: options.Every = "",
    shape: Annotated[str, _Option(metavar="SHAPE", help="proportional, linear, hyperbolic or bands")] = "",
    ed50: options.Ed50 = "",
    ed50_source: options.Ed50Source = "",
    steps: Annotated[
        str, _Option(metavar="DOSES", help="the daily totals one by one: '16 13 10 mg', or '16 mg 3w, 13 mg 2w'")
    ] = "",
    ladder: Annotated[
        str, _Option(metavar="KEY", help="a published schedule by name; add 'shortest' for its shortest times")
    ] = "",
    to: options.Target = "",
    start: Annotated[
        str, _Option(metavar="DATE", help="day of the first cut, such as 2026-12-07  [default: tomorrow]")
    ] = "",
    products: Annotated[
        str, _Option(metavar="LIST", help="what may be supplied: '2 mg tablet half, 2 mg in 5 mL oral solution'")
    ] = "",
    products_file: papers.ProductsFile = "",
    split: options.Split = "",
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
    level_picture: papers.LevelPicture = False,
    selfcheck: papers.SelfcheckOf = False,
    calendar: papers.Calendar = False,
    titles: papers.EventTitles = "",
    remind: papers.Remind = "",
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    explain: Annotated[
        bool,
        _Option("--explain", help="tell why: each step's arithmetic, or what forbids a plan and what would lift it"),
    ] = False,
    no_input: Annotated[bool, _Option("--no-input", help="ask nothing: what is missing is an error")] = False,
    today: options.Today = "",
) -> None:
    """Draft a schedule from the present DOSE and a time or a pace.

    Give OVER (a time) for the gentlest schedule in it, or --reduce (a pace), or --steps. A prescriber must approve it.
    On a terminal, what was left out is asked for.
    """
    if asks_for_the_rest(ctx):
        from taper_cli.cli.guided import guided

        guided(ctx, plan)
        return
    wanted = wanted_papers(
        output, rows, form, as_json=as_json, quantity_words=quantity_words, sheet=sheet, paper=paper, large_print=large_print,
        identity=identity, level_picture=level_picture, calendar=calendar, titles=titles, remind=remind, excel=excel,
        ascii_only=ascii_only,
    )  # fmt: skip
    if selfcheck:
        wanted = papers.with_selfcheck(wanted, today)
    asked = request_of(
        drug, dose, over=" ".join(over or []), reduce=reduce, steps=steps, ladder=ladder, every=every, shape=shape, ed50=ed50,
        ed50_source=ed50_source, to=to, start=start, products=products, split=split, syringe=syringe, cut=cut, region=region,
        indication=indication, context=context, accept=accept, guideline=guideline, supply_days=supply_days, halves=halves,
        bottle=bottle, max_supply=max_supply, today=today,
    )  # fmt: skip
    request = papers.with_products_file(asked, products_file)
    from taper_cli.service import plan as make
    from taper_cli.service import verify_identity

    verify_identity(wanted.style.identity, request)
    if explain:
        from taper_cli.cli.why import deliver_explained

        deliver_explained(request, wanted, as_json=as_json, force=force, quiet=quiet)
        return
    deliver(make(request), wanted, force=force, quiet=quiet)
