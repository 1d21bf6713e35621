"""Which doses real products can make at one time of day, and the proven best way to make each.

Best means fewest cuts of tablets, then fewest pieces, then fewest products. A greedy "largest tablet first" finds no way at
all for one dose in nine, so each dose is solved exactly, one product after another, on the grid of the smallest common amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from taper_cli.model.dose import Dose
from taper_cli.model.product import Portion, Product

CUT = 10**12
PIECE = 10**6
DISTINCT = 1
# A liquid counts one piece for each started 5 mL, the usual medicine spoon, so that tablets carry the bulk of a large dose.
SPOON_UL = 5_000
MAX_POINTS = 20_000


class TooFine(Exception):
    """The grid of makeable doses has more points than can be planned in reasonable time."""


class Dispensary:
    """All doses that `products` make in one intake, up to `top`; doses are counted in `quantum` nanograms."""

    def __init__(self, products: Sequence[Product], top: Dose) -> None:
        self.products = tuple(sorted(products, key=lambda product: product.sort_key))
        self.quantum = gcd(*(product.quantum.ng for product in self.products))
        self.size = top.ng // self.quantum
        if self.size > MAX_POINTS:
            raise TooFine(f"{self.size} doses of {Dose(self.quantum)} up to {top}")
        self.costs: list[int | None] = [0, *[None] * self.size]
        self._amounts: list[list[int]] = []
        for product in self.products:
            self._add(product)

    def _first_amounts(self, product: Product) -> list[tuple[int, int, int]]:
        """The ways to begin with a product: (grid points, amount in its smallest parts, cost)."""
        part = product.quantum.ng // self.quantum
        if product.graduation is not None:
            per_spoon = max(1, SPOON_UL // product.graduation.ul)
            return [(part * drawn, drawn, PIECE + DISTINCT) for drawn in range(1, per_spoon + 1)]
        parts = product.split.value
        whole = (part * parts, parts, PIECE + DISTINCT)
        # One half is one cut and one piece; a quarter two cuts; three quarters two cuts and two pieces.
        fractions = {1: [], 2: [(1, 1, 1)], 4: [(1, 2, 1), (2, 1, 1), (3, 2, 2)]}[parts]
        return [whole, *((part * k, k, cuts * CUT + pieces * PIECE + DISTINCT) for k, cuts, pieces in fractions)]

    def _add(self, product: Product) -> None:
        """Offer one more product: every dose keeps its old recipe or takes a cheaper one with this product in it.

        The amount of this product is kept for each dose and product: one shared pointer a dose could spend two halves of one strength.
        """
        before = self.costs
        firsts = self._first_amounts(product)
        whole, whole_parts, _ = max(firsts) if product.graduation is not None else firsts[0]
        costs = list(before)
        amounts = [0] * (self.size + 1)
        used: list[int | None] = [None] * (self.size + 1)
        parts = [0] * (self.size + 1)
        for points, amount, cost in firsts:
            for at in range(points, self.size + 1):
                base = before[at - points]
                if base is None:
                    continue
                offer = base + cost
                best = used[at]
                if best is None or offer < best:
                    used[at], parts[at] = offer, amount
        for at in range(whole, self.size + 1):
            base = used[at - whole]
            if base is None:
                continue
            offer = base + PIECE
            best = used[at]
            if best is None or offer < best:
                used[at], parts[at] = offer, parts[at - whole] + whole_parts
        for at, offered in enumerate(used):
            kept = before[at]
            if offered is not None and (kept is None or offered < kept):
                costs[at], amounts[at] = offered, parts[at]
        self.costs = costs
        self._amounts.append(amounts)

    def makes(self, dose: Dose) -> bool:
        """Whether one intake can give exactly this dose."""
        point, rest = divmod(dose.ng, self.quantum)
        return rest == 0 and point <= self.size and self.costs[point] is not None

    def points(self) -> list[int]:
        """The makeable doses in quanta, rising, zero first."""
        return [point for point, cost in enumerate(self.costs) if cost is not None]

    def recipe(self, point: int) -> tuple[Portion, ...]:
        """The best portions for a dose of so many quanta, largest strength first."""
        portions = []
        for product, amounts in zip(reversed(self.products), reversed(self._amounts), strict=True):
            parts = amounts[point]
            if parts:
                part = product.graduation.ml if product.graduation else Fraction(1, product.split.value)
                portions.append(Portion(product=product, count=parts * part))
                point -= parts * (product.quantum.ng // self.quantum)
        return tuple(sorted(portions, key=lambda portion: (-portion.product.strength.ng, portion.product.sort_key)))

    def around(self, dose: Dose) -> tuple[Dose | None, Dose | None]:
        """The nearest makeable doses below (above zero) and above a dose, where there are such."""
        points = [point for point in self.points() if point]
        below = [point for point in points if point * self.quantum < dose.ng]
        above = [point for point in points if point * self.quantum > dose.ng]
        return (
            Dose(below[-1] * self.quantum) if below else None,
            Dose(above[0] * self.quantum) if above else None,
        )
