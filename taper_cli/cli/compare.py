"""`taper compare`: two to four paces, shapes or product sets side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as every_combination
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from taper_cli.cli import arguments as read
from taper_cli.cli import papers
from taper_cli.cli.app import app, code_of
from taper_cli.cli.asking import request_of
from taper_cli.cli.output import file_content
from taper_cli.model.comparison import Comparison
from taper_cli.model.errors import InvalidInput
from taper_cli.model.request import OverTime, Request
from taper_cli.model.text import visible

_Option = typer.Option
_TYPED = "taper.typed"


class _InTypedOrder(TyperCommand):
    """A command that remembers its words, so that the columns stand in the order in which they were typed."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the words, then read them as ever."""
        ctx.meta[_TYPED] = tuple(args)
        return super().parse_args(ctx, args)


@app.command(cls=_InTypedOrder, no_args_is_help=True)
def compare(
    ctx: typer.Context,
    what: Annotated[
        list[str], typer.Argument(metavar="DRUG DOSE", help="as for plan; or two to four plan files (.json) instead")
    ],
    over: Annotated[
        list[str] | None, _Option(metavar="TIME", help="a column over this time, such as 12w; repeatable")
    ] = None,
    reduce: Annotated[
        list[str] | None, _Option(metavar="PACE", help="a column at this pace: '1 mg', '10%'; repeatable")
    ] = None,
    steps: Annotated[
        list[str] | None, _Option(metavar="DOSES", help="a column of these daily totals: '16 13 10 mg'; repeatable")
    ] = None,
    ladder: Annotated[
        list[str] | None, _Option(metavar="KEY", help="a column of this published schedule; repeatable")
    ] = None,
    every: Annotated[
        list[str] | None, _Option(metavar="TIME", help="interval between cuts; repeatable  [default: 2w]")
    ] = None,
    shape: Annotated[
        list[str] | None, _Option(metavar="SHAPE", help="proportional, linear, hyperbolic or bands; repeatable")
    ] = None,
    products: Annotated[
        list[str] | None, _Option(metavar="LIST", help="what may be supplied: '2 mg tablet half'; repeatable")
    ] = None,
    products_file: papers.ProductsFile = "",
    ed50: Annotated[str, _Option(metavar="DOSE", help="for hyperbolic: the dose of half the effect")] = "",
    ed50_source: Annotated[str, _Option(metavar="TEXT", help="for hyperbolic: where the ED50 comes from")] = "",
    to: Annotated[str, _Option(metavar="DOSE", help="a maintenance dose instead of a stop")] = "",
    start: Annotated[str, _Option(metavar="DATE", help="day of the first cut  [default: tomorrow]")] = "",
    split: Annotated[str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet")] = "",
    syringe: Annotated[str, _Option(metavar="VOLUME", help="smallest volume the syringe measures")] = "",
    cut: Annotated[str, _Option(metavar="ORDER", help="morning-first, bedtime-first or even")] = "",
    region: Annotated[str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: international]")] = "",
    indication: Annotated[str, _Option("--for", metavar="TEXT", help="what it is taken for")] = "",
    context: Annotated[list[str] | None, _Option(metavar="KEY", help="a fact about the patient; repeatable")] = None,
    accept: Annotated[
        list[str] | None,
        _Option(metavar="RULE=reason", help="go past a limit by name, in the columns that need it; repeatable"),
    ] = None,
    guideline: Annotated[str, _Option(metavar="KEY", help="whose limit binds  [default: by class and region]")] = "",
    supply_days: Annotated[str, _Option(metavar="DAYS", help="how many days one supply lasts  [default: 28]")] = "",
    output: Annotated[
        list[str] | None,
        _Option("--output", "-o", metavar="FILE", help="write a file: .pdf .html .md .txt .json; repeatable"),
    ] = None,
    as_json: Annotated[bool, _Option("--json", help="the figures as JSON, errors as JSON on stderr")] = False,
    paper: papers.PaperOf = "",
    ascii_only: papers.Ascii = False,
    force: papers.Force = False,
    quiet: papers.Quiet = False,
    today: Annotated[str, _Option(metavar="DATE", help="the day to print as today  [default: the clock]")] = "",
) -> None:
    """Set two to four plans side by side.

    Each --over, --reduce, --steps or --ladder is a column; several --every, --shape or --products make one for each combination,
    in the order typed. A column that is refused says why in its place. No column is recommended.
    """
    shared = {
        "to": to, "start": start, "split": split, "syringe": syringe, "cut": cut, "region": region, "indication": indication,
        "guideline": guideline, "supply_days": supply_days, "today": today,
    }  # fmt: skip
    axes = {"--every": every or [], "--shape": shape or [], "--products": products or []}
    typed_paces = {"--over": over, "--reduce": reduce, "--steps": steps, "--ladder": ladder}
    paces = _in_order(ctx.meta[_TYPED], {name: texts or [] for name, texts in typed_paces.items()})
    from taper_cli.cli.comparing import deliver_comparison, wanted_files

    files = wanted_files(output or [], paper)
    if all(name.lower().endswith(".json") for name in what):
        options = {"paces": paces, "--products-file": products_file} | axes | shared
        typed = [name for name, value in options.items() if value and name != "today"]
        found = _of_files(what, typed, today)
    else:
        curves = {"ed50": ed50, "ed50_source": ed50_source}
        typed_requests = _requests(what, paces, axes, {**shared, **curves}, context, accept)
        asked = [(title, papers.with_products_file(request, products_file)) for title, request in typed_requests]
        from taper_cli.service import compare as side_by_side

        found = side_by_side(asked)
    deliver_comparison(found, files, as_json=as_json, ascii_only=ascii_only, force=force, quiet=quiet)
    if not found.reports:
        raise typer.Exit(max(code_of(column.error) for column in found.columns if column.error))


def _in_order(typed: Sequence[str], values: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The values of several repeated options in the order in which they were typed, each with its option."""
    left = {name: list(texts) for name, texts in values.items()}
    found = []
    for word in typed:
        name = word.partition("=")[0]
        if left.get(name):
            found.append((name, left[name].pop(0)))
    return found


def _of_files(names: list[str], typed: list[str], today: str) -> Comparison:
    """Saved plans; what they were asked for stands in them and cannot be typed again."""
    if typed:
        raise InvalidInput(
            f"plan files and {typed[0] if typed[0].startswith('--') else 'options of a request'} are given together",
            "expected plan files alone, or DRUG and DOSE with options",
            "leave the options out",
        )
    from taper_cli.service import compare_kept

    day = read.day(today, "--today") if today else None
    return compare_kept([(Path(name).name, file_content(name)) for name in names], day)


def _requests(
    what: list[str],
    paces: list[tuple[str, str]],
    axes: dict[str, list[str]],
    shared: dict[str, str],
    context: list[str] | None,
    accept: list[str] | None,
) -> list[tuple[str, Request]]:
    """One request for each combination, with the title that sets it apart."""
    if len(what) != 2:
        raise InvalidInput(
            f"{' '.join(what)!r} is not a drug and a dose",
            "expected DRUG DOSE, or two to four plan files",
            "write for example: taper compare diazepam '20 mg' --over 12w --over 26w",
        )
    found: dict[tuple[str, ...], tuple[str, Request]] = {}
    for (option, pace), every, shape, products in every_combination(
        paces or [("", "")], axes["--every"] or [""], axes["--shape"] or [""], axes["--products"] or [""]
    ):
        # A shape belongs to a time: at a pace that was typed it has no meaning.
        curve = shape if option in ("--over", "") else ""
        key = (option, pace, every, curve, products)
        if key in found:
            continue
        request = request_of(
            what[0], what[1],
            every=every, shape=curve, products=products, context=context, accept=accept,
            **{option.removeprefix("--"): pace} if option else {},
            **_without_ed50(shared, curve),
        )  # fmt: skip
        found[key] = (_title(request, key, axes), request)
    return list(found.values())


def _without_ed50(shared: dict[str, str], shape: str) -> dict[str, str]:
    """An ED50 belongs to the hyperbolic column alone."""
    return shared if shape.startswith("hyper") else {name: text for name, text in shared.items() if "ed50" not in name}


def _title(request: Request, key: tuple[str, ...], axes: dict[str, list[str]]) -> str:
    """What sets a column apart: its pace, and what was typed several times."""
    from taper_cli.render.wording import pace_text

    _, _, every, shape, products = key
    parts = [pace_text(request)]
    if len(axes["--every"]) > 1 and isinstance(request.pace, OverTime):
        parts.append(f"a cut every {request.every}")
    if shape:
        parts.append(shape)
    elif axes["--shape"] and isinstance(request.pace, OverTime):
        parts.append("the gentlest")
    if len(axes["--products"]) > 1:
        parts.append(visible(products))
    return ", ".join(part for part in parts if part) or every
