"""Predicted levels by a linear chain of compartments, hour by hour, in whole numbers: the same bytes on every machine.

Amounts pass from one compartment to the next, each with its half-life: (gut,) parent, active metabolite. One step of an hour is
one matrix, worked out once; at each intake the dose is added to the first compartment. In such a model clearance, volume and units
cancel from the percentage of the person's own steady state. Nothing here is used to plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product as every_pair

# Amounts are kept in units of 2**-96 ng: the rounding of a year of hours stays far below what is shown.
BITS = 96
ONE = 1 << BITS
HOURS = 24
_TERMS = 24
Matrix = list[list[int]]
# Intakes of a day: the hour and the dose in ng.
Intakes = Sequence[tuple[int, int]]


@cache
def ln2() -> int:
    """The natural logarithm of 2 in units of 2**-96: the sum of 1 / (k 2**k)."""
    return sum((ONE >> count) // count for count in range(1, BITS + 8))


def hourly(half_lives: Sequence[Fraction]) -> Matrix:
    """What one hour does to the amounts of a chain of compartments with these half-lives in hours.

    By scaling, Taylor's series and squaring; unlike the closed form it has no fault where two half-lives are equal.
    """
    rates = [ln2() * hours.denominator // hours.numerator for hours in half_lives]
    halvings = max(max(rates).bit_length() - BITS + 3, 0)
    size = range(len(rates))
    # Each compartment loses at its own rate, and the next one gains what it loses.
    flow = [
        [
            -(rates[row] >> halvings) if row == column else rates[column] >> halvings if row == column + 1 else 0
            for column in size
        ]
        for row in size
    ]
    term = found = [[ONE if row == column else 0 for column in size] for row in size]
    for count in range(1, _TERMS):
        term = [[value // count for value in row] for row in _times(term, flow)]
        found = [[one + more for one, more in zip(*rows, strict=True)] for rows in zip(found, term, strict=True)]
    for _ in range(halvings):
        found = _times(found, found)
    return found


def _times(one: Matrix, other: Matrix) -> Matrix:
    """The product of two matrices."""
    columns = list(zip(*other, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) >> BITS for column in columns] for row in one]


def _after_an_hour(step: Matrix, amounts: Sequence[int]) -> list[int]:
    return [sum(a * b for a, b in zip(row, amounts, strict=True)) >> BITS for row in step]


def _day(step: Matrix, amounts: list[int], intakes: Intakes) -> list[int]:
    """The amounts after a day that begins at midnight, each intake at the beginning of its hour."""
    for hour in range(HOURS):
        amounts[0] += sum(dose for at, dose in intakes if at == hour) << BITS
        amounts = _after_an_hour(step, amounts)
    return amounts


def steady(step: Matrix, intakes: Intakes) -> list[int]:
    """The amounts at midnight after the same day was repeated for ever: x = M24 x + what one day leaves, by forward substitution."""
    whole: Matrix = step
    for _ in range(HOURS - 1):
        whole = _times(whole, step)
    left = _day(step, [0] * len(step), intakes)
    amounts: list[int] = []
    for row, gained in enumerate(left):
        known = sum(whole[row][column] * amounts[column] for column in range(row)) >> BITS
        amounts.append(((gained + known) << BITS) // (ONE - whole[row][row]))
    return amounts


def daily_shares(half_lives: Sequence[Fraction], before: Intakes, days: Iterable[Intakes]) -> Iterator[list[Fraction]]:
    """For each day the mean amount of each compartment as a share of its mean before, when the same day was always repeated.

    The mean comes from what flows out: what was there and came in, less what is left at the day's end. In the steady state each
    compartment passes on the whole day's dose, so no rate is needed.
    """
    step = hourly(half_lives)
    amounts = steady(step, before)
    usual = sum(dose for _, dose in before)
    for intakes in days:
        ends = _day(step, list(amounts), intakes)
        passed = sum(dose for _, dose in intakes) << BITS
        shares = []
        for begin, end in zip(amounts, ends, strict=True):
            passed += begin - end
            shares.append(Fraction(passed, usual << BITS))
        amounts = ends
        yield shares


def grid(low: Fraction, high: Fraction, count: int) -> list[Fraction]:
    """So many half-lives from the shortest to the longest published one, evenly spaced; one where they are the same."""
    return [low + (high - low) * at / (count - 1) for at in range(count)] if high > low else [low]


def band(
    parent: Sequence[Fraction], metabolite: Sequence[Fraction], before: Intakes, days: Sequence[Intakes]
) -> list[list[tuple[int, int]]]:
    """For each compartment and day the lowest and highest mean in thousandths of its own steady state, over all half-lives.

    `metabolite` may be empty. Levels of an hour do not rise with the half-life, so every pair is tried, not the corners alone.
    """
    pairs: list[tuple[Fraction, ...]] = (
        list(every_pair(parent, metabolite)) if metabolite else [(one,) for one in parent]
    )
    found: list[list[tuple[int, int]]] = []
    for pair in pairs:
        runs = zip(*daily_shares(pair, before, days), strict=True)
        told = [[_thousandths(share) for share in run] for run in runs]
        if not found:
            found = [[(share, share) for share in run] for run in told]
        found = [
            [(min(low, share), max(high, share)) for (low, high), share in zip(known, run, strict=True)]
            for known, run in zip(found, told, strict=True)
        ]
    return found


def _thousandths(share: Fraction) -> int:
    """A share in thousandths, halves up."""
    return max((share * 2000 + 1) // 2, 0)
