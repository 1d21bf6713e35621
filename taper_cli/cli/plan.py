"""`taper plan`: the main job."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import papers
from taper_cli.cli.app import app
from taper_cli.cli.output import deliver
from taper_cli.cli.papers import wanted_papers
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import InvalidInput
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import ByBands, CutOrder, OverTime, Pace, Request, Shape, ShapeKind
from taper_cli.model.schedule import Regimen
from taper_cli.model.supply import USUAL_DAYS, Halves, SupplyRules

DEFAULT_EVERY = Period(2, TimeUnit.WEEK)
_Option = typer.Option


@app.command(no_args_is_help=True)
def plan(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="generic or brand name, such as diazepam or Valium")],
    dose: Annotated[
        str, typer.Argument(metavar="DOSE", help="'20 mg' a day, or by slot: '4 mg morning + 6 mg bedtime'")
    ],
    over: Annotated[
        list[str] | None, typer.Argument(help="12w, 6m, 90d, or until 2027-03-01", metavar="[OVER]")
    ] = None,
    reduce: Annotated[
        str, _Option(metavar="PACE", help="a pace instead of OVER: '1 mg', '10%' of the current dose, '10% of start'")
    ] = "",
    every: Annotated[str, _Option(metavar="TIME", help="interval between cuts, such as 2w  [default: 2w]")] = "",
    shape: Annotated[str, _Option(metavar="SHAPE", help="proportional, linear, hyperbolic or bands")] = "",
    ed50: Annotated[
        str, _Option(metavar="DOSE", help="for hyperbolic: the dose of half the effect, such as '5 mg'")
    ] = "",
    ed50_source: Annotated[str, _Option(metavar="TEXT", help="for hyperbolic: where the ED50 comes from")] = "",
    steps: Annotated[
        str, _Option(metavar="DOSES", help="the daily totals one by one: '16 13 10 mg', or '16 mg 3w, 13 mg 2w'")
    ] = "",
    ladder: Annotated[
        str, _Option(metavar="KEY", help="a published schedule by name; add 'shortest' for its shortest times")
    ] = "",
    to: Annotated[str, _Option(metavar="DOSE", help="a maintenance dose instead of a stop")] = "",
    start: Annotated[
        str, _Option(metavar="DATE", help="day of the first cut, such as 2026-12-07  [default: tomorrow]")
    ] = "",
    products: Annotated[
        str, _Option(metavar="LIST", help="what may be supplied: '2 mg tablet half, 2 mg in 5 mL oral solution'")
    ] = "",
    products_file: papers.ProductsFile = "",
    split: Annotated[
        str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet  [default: what the data allow]")
    ] = "",
    syringe: Annotated[
        str, _Option(metavar="VOLUME", help="smallest volume the syringe measures, such as '0.1 mL'")
    ] = "",
    cut: Annotated[
        str, _Option(metavar="ORDER", help="morning-first, bedtime-first or even  [default: morning-first]")
    ] = "",
    region: Annotated[str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: international]")] = "",
    indication: Annotated[
        str, _Option("--for", metavar="TEXT", help="what it is taken for, such as 'muscle spasm'")
    ] = "",
    context: Annotated[
        list[str] | None,
        _Option(metavar="KEY", help="a fact about the patient: opioid, age=72, used-for=3y; repeatable"),
    ] = None,
    accept: Annotated[
        list[str] | None, _Option(metavar="RULE=reason", help='go past a limit by name: RULE="reason"; repeatable')
    ] = None,
    guideline: Annotated[str, _Option(metavar="KEY", help="whose limit binds  [default: by class and region]")] = "",
    output: papers.Output = None,
    rows: papers.RowsOf = "",
    form: papers.FormatOf = "",
    supply_days: Annotated[str, _Option(metavar="DAYS", help="how many days one supply lasts  [default: 28]")] = "",
    halves: Annotated[
        str, _Option(metavar="RULE", help="the other part of a divided tablet: kept or discarded  [default: kept]")
    ] = "",
    bottle: Annotated[str, _Option(metavar="VOLUME", help="the bottle of a liquid, such as '100 mL'")] = "",
    max_supply: Annotated[
        str, _Option(metavar="MOST", help="the most for one supply: '100 tablets', '300 mL' or '30 days'")
    ] = "",
    quantity_words: papers.QuantityWords = False,
    sheet: papers.Sheet = "",
    paper: papers.PaperOf = "",
    large_print: papers.LargePrintOf = "",
    identity: papers.IdentityOf = "",
    calendar: papers.Calendar = False,
    excel: papers.Excel = False,
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    today: Annotated[str, _Option(metavar="DATE", help="the day to print as today  [default: the clock]")] = "",
) -> None:
    """Draft a schedule from the present DOSE and a time or a pace.

    Give OVER (a time) for the gentlest schedule in it, or --reduce (a pace), or --steps. A prescriber must approve it.
    """
    wanted = wanted_papers(
        output,
        rows,
        form,
        quantity_words=quantity_words,
        sheet=sheet,
        paper=paper,
        large_print=large_print,
        identity=identity,
        calendar=calendar,
        excel=excel,
        ascii_only=ascii_only,
    )
    now = read.day(today, "--today") if today else date.today()
    typed_shape = _shape(shape, ed50, ed50_source)
    regimen = read.regimen(dose)
    request = Request(
        drug=drug,
        regimen=regimen,
        pace=_pace(" ".join(over or []), reduce, (steps, ladder), typed_shape),
        every=read.period(every, "--every") if every else DEFAULT_EVERY,
        start=read.day(start, "--start") if start else now + timedelta(days=1),
        today=now,
        shape=typed_shape,
        target=read.dose_above_zero(to, "--to") if to else Dose(0),
        products=read.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        syringe=Volume.parse(syringe, "--syringe") if syringe else None,
        cut=read.choice(cut, CutOrder, "--cut") if cut else CutOrder.MORNING_FIRST,
        region=region.lower() or None,
        indication=indication.strip().lower() or None,
        context=tuple(read.context(item) for item in context or []),
        acceptances=tuple(read.acceptance(item) for item in accept or []),
        guideline=guideline or None,
        supply=SupplyRules(
            days=read.days(supply_days, "--supply-days") if supply_days else USUAL_DAYS,
            halves=read.choice(halves, Halves, "--halves") if halves else Halves.KEPT,
            bottle=Volume.parse(bottle, "--bottle", "100 mL") if bottle else None,
            most=read.most(max_supply) if max_supply else None,
        ),
        assumed=(
            *_assumed(regimen, every=every, start=start, cut=cut),
            *(name for name, text in (("supply-days", supply_days), ("halves", halves)) if not text),
        ),
    )
    if identity:
        from taper_cli.cli.identity import check_dates

        check_dates(wanted.style.identity, request)
    from taper_cli.service import plan as make

    deliver(make(papers.with_products_file(request, products_file)), wanted, force=force, quiet=quiet)


def _shape(shape: str, ed50: str, source: str) -> Shape | None:
    """The typed shape; a hyperbola needs its ED50 and where that comes from."""
    if not shape:
        if ed50 or source:
            raise InvalidInput(
                "--ed50 belongs to a hyperbolic shape", "expected --shape hyperbolic", "add --shape hyperbolic"
            )
        return None
    kind = read.choice(shape, ShapeKind, "--shape")
    if kind is not ShapeKind.HYPERBOLIC:
        return Shape(kind=kind)
    if bool(ed50) != bool(source.strip()):
        raise InvalidInput(
            f"--ed50 {ed50!r} and --ed50-source {source!r} stand alone",
            "expected both, or neither for the figure that the formulary holds",
            "add --ed50 '5 mg' --ed50-source \"where it comes from\"",
        )
    return Shape(kind=kind, ed50=read.dose_above_zero(ed50, "--ed50") if ed50 else None, ed50_source=source)


def _pace(over: str, reduce: str, listed: tuple[str, str], shape: Shape | None) -> Pace:
    """The one pace that was typed: a time, a cut, levels (`listed`: typed, or a ladder's key), or the banded steps."""
    steps, ladder = listed
    given = (("OVER", over), ("--reduce", reduce), ("--steps", steps), ("--ladder", ladder))
    typed = [name for name, text in given if text]
    if len(typed) > 1:
        raise InvalidInput(
            f"{' and '.join(typed)} are given together", "expected one of them", f"leave {typed[-1]} out"
        )
    if (reduce or steps or ladder) and shape is not None:
        raise InvalidInput(f"--shape has no meaning beside {typed[0]}", "expected a time (OVER)", "leave --shape out")
    if over:
        return OverTime(read.length(over))
    if reduce:
        return read.pace(reduce)
    if steps:
        return read.levels(steps)
    if ladder:
        return read.ladder(ladder)
    if shape is not None and shape.kind is ShapeKind.BANDS:
        return ByBands()
    raise InvalidInput(
        "neither a time nor a pace is given",
        "expected OVER, --reduce, --steps or --ladder",
        "add for example 26w, or --reduce '10%' --every 2w",
    )


def _assumed(regimen: Regimen, *, every: str, start: str, cut: str) -> tuple[str, ...]:
    """Which options were left at their defaults; the cut order matters only where there are several slots."""
    left = [("every", every), ("start", start)]
    if len(regimen.slots) > 1:
        left.append(("cut", cut))
    return tuple(name for name, text in left if not text)
