"""The words of a switch: what is asked of the old drug, and the tables that are shown until an equivalent is typed."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import NoReturn

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.cli.faults import CANNOT
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import Request
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.model.switch import Switch

DEFAULT_STAGE = Period(2, TimeUnit.WEEK)
BEDTIME_FIRST, MORNING_FIRST = "bedtime-first", "morning-first"


def tables_shown(drug: str, dose: str, to: str, region: str, *, as_json: bool, ascii_only: bool) -> NoReturn:
    """Show every published equivalent, and ask for the prescriber's own; nothing is converted.

    As JSON the tables are the answer: like a verdict they stand on stdout, and only the exit code says that nothing was planned.

    Raises:
        CannotPlan: always, in the end: there is nothing to plan until a dose is typed.
    """
    from taper_cli.cli.output import screen_width
    from taper_cli.render.equivalents import equivalent_blocks, equivalents_json
    from taper_cli.render.terminal import show
    from taper_cli.service import published_equivalents

    _needs_target(to)
    found = published_equivalents(drug, read.regimen(dose), to, region.lower() or None)
    if as_json:
        sys.stdout.write(equivalents_json(found.old, found.new, found.regimen, found.tables))
        raise typer.Exit(CANNOT)
    blocks = tuple(equivalent_blocks(found.old, found.new, found.regimen, found.tables))
    show(blocks, sys.stdout, width=screen_width(), ascii_only=ascii_only)
    sys.stdout.flush()
    raise CannotPlan(
        f"nothing is converted by itself: {found.regimen.total} of {found.old.name} has no equivalent yet",
        "expected the dose that the prescriber takes to be equal, and why",
        f'type --equivalent "DOSE" --reason "TEXT", with the dose of {found.new.name} a day',
    )


def _needs_target(to: str) -> None:
    if not to:
        raise InvalidInput("--to is missing", "expected the drug to switch to", "add for example --to diazepam")


def with_switch(
    request: Request,
    drug: str,
    dose: str,
    *,
    reason: str,
    every: str,
    order: str,
    move: str,
    cut: str,
    products: str,
    split: str,
) -> Request:
    """The request of the taper with the switch before it.

    Raises:
        InvalidInput: for words that cannot be read, or a switch without a drug or a reason.
    """
    _needs_target(request.drug)
    regimen = read.regimen(dose)
    left = (("stage-every", every), ("order", order if len(regimen.slots) > 1 else BEDTIME_FIRST))
    return replace(
        request,
        switch=Switch(
            drug=drug,
            regimen=regimen,
            every=read.period(every, "--stage-every") if every else DEFAULT_STAGE,
            order=_order(order, regimen),
            reason=read.printable_words(reason, "--reason"),
            move=read.dose_above_zero(move, "--move") if move else None,
            cut=read.dose_above_zero(cut, "--stage-cut") if cut else None,
            products=supplied.products(products) if products else None,
            split=read.choice(split, Split, "--from-split") if split else None,
        ),
        assumed=(*(name for name, text in left if not text), *request.assumed),
    )


def _order(text: str, regimen: Regimen) -> tuple[Slot, ...]:
    """The slots in the order in which they are switched."""
    typed = text.strip().lower() or BEDTIME_FIRST
    if typed == BEDTIME_FIRST:
        return tuple(reversed(regimen.slots))
    if typed == MORNING_FIRST:
        return regimen.slots
    names = {Slot.DAILY.value: Slot.DAILY, **read.SLOTS}
    words = [word.strip().lower() for word in text.split(",")]
    unknown = next((word for word in words if word not in names), None)
    if unknown is not None:
        raise InvalidInput(
            f"--order {text!r} names {unknown!r}, which is no time of day",
            f"expected {BEDTIME_FIRST}, {MORNING_FIRST}, or slots such as 'bedtime, morning'",
            "write for example --order 'bedtime, morning'",
        )
    return tuple(names[word] for word in words)
