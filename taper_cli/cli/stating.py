"""What is said beside a schedule that is judged, or of a plan that is to change, from words to values."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import InvalidInput
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace, Request
from taper_cli.model.schedule import Regimen, Slot

if TYPE_CHECKING:
    from taper_cli.model.revision import Revision


def beside_schedule(
    *,
    drug: str = "",
    region: str = "",
    products: str = "",
    split: str = "",
    syringe: str = "",
    indication: str = "",
    context: list[str] | None = None,
    accept: list[str] | None = None,
    guideline: str = "",
    today: str = "",
) -> Request:
    """What these words say beside a schedule from a file; an empty one says nothing.

    Raises:
        InvalidInput: for words that cannot be read.
    """
    now = read.day(today, "--today") if today else date.today()
    return Request(
        drug=drug,
        # What a file states takes the place of these: nothing is planned here.
        regimen=Regimen(((Slot.DAILY, Dose.of_mg(1)),)),
        pace=AtPace(dose=Dose.of_mg(1)),
        every=Period(2, TimeUnit.WEEK),
        start=now,
        today=now,
        products=supplied.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        syringe=Volume.parse(syringe, "--syringe") if syringe else None,
        region=region.lower() or None,
        indication=read.printable_words(indication, "--for").lower() or None,
        context=tuple(read.context(item) for item in context or []),
        acceptances=tuple(read.acceptance(item) for item in accept or []),
        guideline=guideline or None,
    )


def revision_of(
    *,
    on: str = "",
    hold: str = "",
    slower: str = "",
    every: str = "",
    until: str = "",
    back_to: str = "",
    actual: str = "",
    stop_here: bool = False,
    products: str = "",
    split: str = "",
    by: str = "",
    reason: str = "",
    accept: list[str] | None = None,
    today: str = "",
) -> Revision:
    """The change of a plan that these words ask for.

    Raises:
        InvalidInput: for words that cannot be read, nothing asked, or two things that exclude each other.
    """
    from taper_cli.model.revision import Revision

    if not on:
        raise InvalidInput(
            "--on is missing", "expected the day from which the change holds", "add for example --on 2027-01-25"
        )
    return Revision(
        on=read.day(on, "--on"),
        made_on=read.day(today, "--today") if today else date.today(),
        hold=read.period(hold, "--hold") if hold else None,
        pace=read.pace(slower, "--slower") if slower else None,
        every=read.period(every, "--every") if every else None,
        until=read.day(until, "--until") if until else None,
        back_to=read.regimen(back_to) if back_to else None,
        actual=read.regimen(actual) if actual else None,
        stop_here=stop_here,
        products=supplied.products(products) if products else None,
        split=read.choice(split, Split, "--split") if split else None,
        acceptances=tuple(read.acceptance(item) for item in accept or []),
        by=read.printable_words(by, "--by"),
        reason=read.printable_words(reason, "--reason"),
    )
