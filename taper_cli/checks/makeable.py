"""The judge's own way to the daily totals that products can make: doses as bits of one number, shifted and joined."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from taper_cli.model.dose import Dose
from taper_cli.model.product import Product


def makeable_totals(products: Sequence[Product], tops: Sequence[Dose]) -> tuple[Dose, ...]:
    """Every daily total above zero, rising, of intakes that these products make, none above its slot's `top`."""
    if not products:
        return ()
    grid = gcd(*(product.quantum.ng for product in products))
    largest = max(top.ng for top in tops) // grid
    intake = _intakes(products, grid, largest)
    day = 1
    for top in tops:
        slot = intake & ((1 << (top.ng // grid + 1)) - 1)
        day = _sums(day, slot)
    return tuple(Dose(point * grid) for point in _points(day) if point)


def _intakes(products: Sequence[Product], grid: int, largest: int) -> int:
    """The doses of one intake: of each product any number of wholes and at most one fraction, or any number of graduations."""
    mask = (1 << (largest + 1)) - 1
    made = 1
    for product in products:
        part = product.quantum.ng // grid
        whole = part * product.split.value
        fractions = made
        for count in range(1, product.split.value):
            fractions |= made << (part * count)
        made = fractions & mask
        while whole <= largest:
            made |= (made << whole) & mask
            whole *= 2
    return made


def _points(bits: int) -> list[int]:
    """The places of the bits that are set, rising."""
    return [place for place, bit in enumerate(reversed(bin(bits)[2:])) if bit == "1"]


def _sums(left: int, right: int) -> int:
    """Every sum of a member of one set and a member of the other."""
    fewer, more = sorted((left, right), key=int.bit_count)
    sums = 0
    for place in _points(fewer):
        sums |= more << place
    return sums
