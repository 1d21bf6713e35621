"""What a plan is asked for, from words to a request: the same for every command that plans."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import InvalidInput
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import ByBands, CutOrder, OverTime, Pace, Request, Shape, ShapeKind
from taper_cli.model.schedule import Regimen
from taper_cli.model.supply import USUAL_DAYS, Halves, SupplyRules

if TYPE_CHECKING:
    from taper_cli.model.selfcheck import Selfcheck

DEFAULT_EVERY = Period(2, TimeUnit.WEEK)


def needed(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """What no plan can be made without and was not typed, of DRUG, DOSE and OVER (or a pace instead of it)."""
    paces = ("over", "reduce", "steps", "ladder")
    banded = str(typed.get("shape") or "").strip().lower() == ShapeKind.BANDS.value
    missing = [name for name in ("drug", "dose") if not typed.get(name)]
    missing += [] if banded or any(typed.get(name) for name in paces) else ["over"]
    return tuple(name.upper() for name in missing)


def asks_for_the_rest(ctx: Any) -> bool:
    """Whether something was not typed on the command line of `ctx`, and somebody is there to be asked.

    Raises:
        InvalidInput: where DRUG or DOSE was not typed and nobody is there, or --no-input was typed.
    """
    # What was typed as nothing, by a script with an empty variable, is a slip and not a wish to be asked.
    missing = [name for name in needed(ctx.params) if not was_typed(ctx, name.lower())]
    if not missing:
        return False
    if not ctx.params["no_input"] and somebody_is_there():
        return True
    if missing == ["OVER"]:
        return False  # what else it could be is told where a pace is read
    raise InvalidInput(
        f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing",
        "expected a drug, its present dose, and a time or a pace",
        'write for example: taper plan diazepam "20 mg" 26w --start 2026-12-07',
    )


def was_typed(ctx: Any, name: str) -> bool:
    """Whether an option or argument stood on the command line."""
    source = ctx.get_parameter_source(name)
    # Older versions of click count an argument of no words as typed.
    return source is not None and source.name == "COMMANDLINE" and ctx.params.get(name) not in (None, (), [])


def somebody_is_there() -> bool:
    """Whether a person sees a question and can answer it: it goes to stderr, and the answer comes from stdin."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def request_of(
    drug: str,
    dose: str,
    *,
    over: str = "",
    reduce: str = "",
    steps: str = "",
    ladder: str = "",
    every: str = "",
    shape: str = "",
    ed50: str = "",
    ed50_source: str = "",
    to: str = "",
    start: str = "",
    products: str = "",
    split: str = "",
    syringe: str = "",
    cut: str = "",
    region: str = "",
    indication: str = "",
    context: list[str] | None = None,
    accept: list[str] | None = None,
    guideline: str = "",
    supply_days: str = "",
    halves: str = "",
    bottle: str = "",
    max_supply: str = "",
    today: str = "",
) -> Request:
    """The request that these words make; an empty one leaves its default, and the request says so.

    Raises:
        InvalidInput: for words that cannot be read.
    """
    now = read.day(today, "--today") if today else date.today()
    typed_shape = _shape(shape, ed50, ed50_source)
    regimen = read.regimen(dose)
    return Request(
        drug=drug,
        regimen=regimen,
        pace=_pace(over, reduce, (steps, ladder), typed_shape),
        every=read.period(every, "--every") if every else DEFAULT_EVERY,
        start=read.day(start, "--start") if start else _day_after(now),
        today=now,
        shape=typed_shape,
        target=read.dose_above_zero(to, "--to") if to else Dose(0),
        products=supplied.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        syringe=Volume.parse(syringe, "--syringe") if syringe else None,
        cut=read.choice(cut, CutOrder, "--cut") if cut else CutOrder.MORNING_FIRST,
        region=region.lower() or None,
        indication=read.printable_words(indication, "--for").lower() or None,
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


def done_again(today: str) -> Selfcheck:
    """The reference plans done again on this machine, with the day as typed or by the clock; their words are read as typed ones."""
    from taper_cli.service import selfcheck

    def asked(words: Any) -> Request:
        return request_of(**words)

    return selfcheck(asked, read.day(today, "--today") if today else date.today())


def _day_after(now: date) -> date:
    """The day of the first cut where none was typed."""
    if now == date.max:
        raise InvalidInput("--today is the last day there is", "expected a day after it", "check the year")
    return now + timedelta(days=1)


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
    where = read.printable_words(source, "--ed50-source")
    return Shape(kind=kind, ed50=read.dose_above_zero(ed50, "--ed50") if ed50 else None, ed50_source=where)


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
