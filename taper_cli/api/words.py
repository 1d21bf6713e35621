"""Values as the words that mean them: what is asked from Python goes past the one reader that the command line has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias

from taper_cli.model.dose import Dose, Volume, decimal_text
from taper_cli.model.errors import InvalidInput, WrongValue
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis
from taper_cli.model.period import Period, Until
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace, ByLadder, ByLevels, ContextItem, WantedProduct
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.model.supply import Most

Contexts: TypeAlias = str | Iterable[str | ContextItem] | Mapping[str, str | int | bool]
"""Facts about the patient: 'opioid', ['opioid', 'age=72'], or {'opioid': True, 'pregnancy': False, 'age': 72}."""
Accepts: TypeAlias = str | Iterable[str | Acceptance] | Mapping[str, str]
"""Limits to go past, each by rule and reason: 'last-dose=reason', or {'last-dose': 'reason'}."""
Products: TypeAlias = str | Iterable[str | WantedProduct]
"""What may be supplied: '2 mg tablet half, 5 mg tablet', or one of these for each product."""


def said(value: object) -> str:
    """The words that mean a value; None is nothing said.

    Raises:
        InvalidInput: for a share without an exact percentage, or a moment where a day is meant.
        TypeError: for a value of another kind.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case AtPace():
            return _pace(value)
        case Regimen(doses):
            return " + ".join(str(dose) if slot is Slot.DAILY else f"{dose} {slot.value}" for slot, dose in doses)
        case ByLevels():
            return _levels(value)
        case ByLadder(key, shortest):
            return f"{key} shortest" if shortest else key
        case _:
            return _plain(value)


def _plain(value: object) -> str:
    """The words of a value that is one thing."""
    match value:
        case Dose() | Volume() | Until() | Most():
            return str(value)
        case Period():
            return value.text
        case datetime():
            raise InvalidInput(f"{value!r} is a moment", "expected a day", "write its .date()")
        case date():
            return value.isoformat()
        case Split():
            return value.word
        case Enum():
            return str(value.value)
        case int() if not isinstance(value, bool):
            return str(value)
        case _:
            raise TypeError(f"{value!r} is neither words nor a value that a plan is asked for with")


def _pace(pace: AtPace) -> str:
    """'1 mg', '10%' or '10% of start'."""
    if pace.share is None:
        return str(pace.dose)
    try:
        percent = decimal_text(pace.share * 100)
    except WrongValue as error:
        raise InvalidInput(
            f"a share of {pace.share} is no exact percentage", "expected a decimal", "write for example 12.5%"
        ) from error
    return f"{percent}% of start" if pace.basis is Basis.START else f"{percent}%"


def _levels(levels: ByLevels) -> str:
    """'16 13 10 mg', or '16 mg 3w, 13 mg 2w'."""
    if not levels.periods:
        return doses_said(levels.totals)
    timed = zip(levels.totals, levels.periods, strict=True)
    return ", ".join(f"{total} {period.text}" for total, period in timed)


def doses_said(doses: str | ByLevels | Sequence[Dose] | None) -> str:
    """Daily totals one after another."""
    if doses is None or isinstance(doses, str | ByLevels):
        return said(doses)
    return f"{' '.join(dose.mg_text for dose in doses)} mg" if doses else ""


def products_said(products: Products | None) -> str:
    """Products between commas."""
    if products is None or isinstance(products, str):
        return products or ""
    return ", ".join(one if isinstance(one, str) else _product(one) for one in products)


def _product(product: WantedProduct) -> str:
    return product.name if product.split is None else f"{product.name} {product.split.word}"


def contexts_said(contexts: Contexts) -> list[str]:
    """Each fact as 'key' or 'key=value'."""
    if isinstance(contexts, str):
        return [contexts]
    if isinstance(contexts, Mapping):
        return [_fact(key, value) for key, value in contexts.items()]
    return [one if isinstance(one, str) else _fact(one.key, one.value or True) for one in contexts]


def _fact(key: str, value: str | int | bool) -> str:
    """True stands for a fact that holds, False for one that was asked about and does not."""
    if value is True:
        return key
    return f"{key}=no" if value is False else f"{key}={value}"


def accepts_said(accepts: Accepts) -> list[str]:
    """Each acceptance as 'rule=reason'."""
    if isinstance(accepts, str):
        return [accepts]
    if isinstance(accepts, Mapping):
        return [f"{rule}={reason}" for rule, reason in accepts.items()]
    return [one if isinstance(one, str) else f"{one.rule}={one.reason}" for one in accepts]
