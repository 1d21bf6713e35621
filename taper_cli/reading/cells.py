"""Cells made into values, each fault with the line it stands in."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from taper_cli.model.dose import Dose, parse_number
from taper_cli.model.errors import CannotPlan, InvalidInput

EARLIEST, LATEST = 1950, 2200


def day(text: str, line: int) -> date:
    """An ISO date; a midnight behind it, as spreadsheets add, is passed over.

    Raises:
        CannotPlan: for another form (two countries read 03/04/2026 differently) or a day that does not exist.
    """
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00)?)?", text, re.ASCII)
    if match is None:
        raise CannotPlan(
            f"line {line}: date {text!r} is not written as year-month-day",
            "expected an ISO date",
            "write for example 2026-12-07",
        )
    try:
        found = date.fromisoformat(match[1])
        if not EARLIEST <= found.year <= LATEST:
            raise ValueError(f"expected a year from {EARLIEST} to {LATEST}")
        return found
    except ValueError as error:
        raise CannotPlan(
            f"line {line}: date {text!r} does not exist", str(error), "write for example 2026-12-07"
        ) from error


def dose(text: str, line: int, *, unit: str = "") -> Dose:
    """A dose: '20 mg', or a number where the column or a unit column says mg.

    Raises:
        CannotPlan: without a unit, with a decimal comma, or for anything that is no dose.
    """
    if text.strip().lower() == "stop":
        return Dose(0)
    try:
        return Dose.parse(f"{text} {unit}" if unit and re.fullmatch(r"[\d.,]+", text) else text)
    except InvalidInput as error:
        raise CannotPlan(
            f"line {line}: {error.found}",
            error.expected,
            error.instead + ("" if unit or "has no unit" not in error.found else " (or name the column dose_mg)"),
        ) from error


def number(text: str, line: int, what: str) -> Fraction:
    """A plain decimal number.

    Raises:
        CannotPlan: for anything else.
    """
    try:
        return parse_number(text, what, "1.5")
    except InvalidInput as error:
        raise CannotPlan(f"line {line}: {error.found}", error.expected, error.instead) from error


def ratio(text: str, line: int, what: str) -> Fraction:
    """A number above zero, whole or as 'a/b'.

    Raises:
        CannotPlan: for anything else.
    """
    if re.fullmatch(r"0*[1-9]\d{0,19}(/0*[1-9]\d{0,19})?", text, re.ASCII):
        return Fraction(text)
    raise CannotPlan(
        f"line {line}: {what} says {text!r}", "expected a number such as '10' or '20/3'", "restore the file"
    )
