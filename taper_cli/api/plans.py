"""Plans from Python: made, taken up again from a file, and revised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from os import PathLike
from pathlib import Path

from taper_cli.api.words import (
    Accepts,
    Contexts,
    Products,
    accepts_said,
    contexts_said,
    doses_said,
    products_said,
    said,
)
from taper_cli.cli.asking import request_of
from taper_cli.cli.output import file_content
from taper_cli.cli.stating import revision_of
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.period import Period, Until
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace, ByLadder, ByLevels, CutOrder, ShapeKind
from taper_cli.model.schedule import Regimen
from taper_cli.model.supply import Halves, Most


def plan(
    drug: str,
    dose: str | Dose | Regimen,
    over: str | Period | Until = "",
    *,
    reduce: str | Dose | AtPace = "",
    steps: str | ByLevels | Sequence[Dose] = "",
    ladder: str | ByLadder = "",
    every: str | Period = "",
    shape: str | ShapeKind = "",
    ed50: str | Dose = "",
    ed50_source: str = "",
    to: str | Dose = "",
    start: str | date = "",
    products: Products = "",
    products_file: str | PathLike[str] = "",
    split: str | Split = "",
    syringe: str | Volume = "",
    cut: str | CutOrder = "",
    region: str = "",
    indication: str = "",
    context: Contexts = (),
    accept: Accepts = (),
    guideline: str = "",
    supply_days: str | int = "",
    halves: str | Halves = "",
    bottle: str | Volume = "",
    max_supply: str | Most = "",
    today: str | date = "",
) -> Report:
    """Plan a taper and judge it: `plan("diazepam", "20 mg", "26w", start=date(2026, 12, 7), region="gb")`.

    Every argument is that of `taper plan` (see `taper plan --help`; `indication` is its --for): in the same words, or as the
    value that they mean. `today` is the clock's day where it is left out; say it where the same plan must come out again.

    Raises:
        InvalidInput: for words that cannot be read, an unknown region, guideline or fact, an acceptance that accepts nothing.
        CannotPlan: for an unknown drug, a dose that cannot be made, a file that cannot be read.
        RefusedForSafety: where a plan must not be drawn; it says why, what would change it, and who may go past it by name.
    """
    request = request_of(
        drug, said(dose), over=said(over), reduce=said(reduce), steps=doses_said(steps), ladder=said(ladder),
        every=said(every), shape=said(shape), ed50=said(ed50), ed50_source=ed50_source, to=said(to), start=said(start),
        products=products_said(products), split=said(split), syringe=said(syringe), cut=said(cut), region=region,
        indication=indication, context=contexts_said(context), accept=accepts_said(accept), guideline=guideline,
        supply_days=said(supply_days), halves=said(halves), bottle=said(bottle), max_supply=said(max_supply), today=said(today),
    )  # fmt: skip
    from taper_cli.service import plan as make
    from taper_cli.service import with_own_file

    return make(with_own_file(request, *content_of(products_file)) if products_file else request)


def open_plan(file: str | PathLike[str] | bytes, *, today: str | date = "") -> Report:
    """The report of a plan file, or of its bytes, judged anew with the data of today; `today` is the day to print as today.

    Raises:
        InvalidInput: for a day that cannot be read.
        CannotPlan: for a file that is missing, no plan, or edited.
        RefusedForSafety: where the data of today refuse what was let through when it was made.
    """
    from taper_cli.cli.arguments import day
    from taper_cli.service import opened

    content, name = content_of(file)
    text = said(today)
    return opened(content, name, day(text, "today") if text else None)


def revise(
    report: Report,
    *,
    on: str | date,
    hold: str | Period = "",
    slower: str | Dose | AtPace = "",
    every: str | Period = "",
    until: str | date = "",
    back_to: str | Dose | Regimen = "",
    actual: str | Dose | Regimen = "",
    stop_here: bool = False,
    products: Products = "",
    split: str | Split = "",
    by: str = "",
    reason: str = "",
    accept: Accepts = (),
    today: str | date = "",
) -> Report:
    """The next version of a plan, changed from the day `on`; the arguments are those of `taper revise`.

    Raises:
        InvalidInput: for words that cannot be read, nothing asked, or two things that exclude each other.
        CannotPlan: for a day or a dose to which the plan has no answer.
        RefusedForSafety: where the changed plan must not be drawn.
    """
    revision = revision_of(
        on=said(on), hold=said(hold), slower=said(slower), every=said(every), until=said(until), back_to=said(back_to),
        actual=said(actual), stop_here=stop_here, products=products_said(products), split=said(split), by=by, reason=reason,
        accept=accepts_said(accept), today=said(today),
    )  # fmt: skip
    from taper_cli.service import revise as make

    return make(report, revision)


def content_of(file: str | PathLike[str] | bytes) -> tuple[bytes, str]:
    """The bytes of a file and what it is called in messages.

    Raises:
        CannotPlan: for a file that is missing, a folder, unreadable or too large.
    """
    if isinstance(file, bytes):
        return file, "the bytes given"
    # A path is never standard input: what reads '-' as that is the command line.
    path = Path(file)
    return file_content(str(path.absolute())), path.name
