"""From which dose one may go to which: the cap over its window, the small exception for the tail, and the last-dose rule.

Doses are indexes into the rising list of makeable totals. "May fall to" is a rising function of the dose, so the lowest
schedule that keeps every limit is found by always falling as far as allowed: it decides feasibility exactly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.guideline import Basis

TAIL_TOTALS = 3


class Bound(NamedTuple):
    """One limit over its window: the lowest index that each total may fall to, and which earlier step each step looks back to."""

    falls: Sequence[int]
    back: Sequence[int]


class Limits(NamedTuple):
    """Limits in quanta over rising `totals`: the cap's share and basis, and the drug's last step.

    `start` is the dose before the whole taper, where that is not the highest total; `current_below` as in the cap.
    """

    totals: Sequence[int]
    share: Fraction
    basis: Basis
    last_step: int
    smallest: tuple[int, ...]
    anywhere: bool = False
    start: Fraction | None = None
    current_below: Fraction | None = None

    @property
    def whole_start(self) -> Fraction:
        """The dose before the whole taper."""
        return Fraction(self.totals[-1]) if self.start is None else self.start

    def base(self, before: Fraction | int) -> Fraction:
        """The dose of which a fall from `before` is a share."""
        start = self.whole_start
        current = self.current_below is not None and before <= self.current_below * start
        return Fraction(before) if self.basis is Basis.CURRENT or current else start

    def cut_share(self, before: int, after: int) -> Fraction:
        """A cut between two totals as a share of the basis.

        Where the basis turns on the way the larger share counts, its own or that from the highest total at which it has turned:
        else a cut across that edge would escape the limit, and the largest cut of a plan would not be the one it was found under.
        """
        share = (before - after) / self.base(before)
        if self.current_below is not None and before > (edge := self.current_below * self.whole_start):
            turned = self.totals[bisect_right(self.totals, edge) - 1]
            share = max(share, Fraction(turned - after, turned)) if after < turned <= edge else share
        return share

    def excused(self, index: int) -> bool:
        """Whether the cut from a total to its neighbour below exceeds the cap and yet is the small exception for the tail.

        All of it must hold: one of the three smallest makeable totals, the adjacent total, no larger than the drug's last
        step, and not the first cut (so never from the starting dose). `anywhere` is the prescriber's acceptance of other places.
        """
        if index == 0:
            return False
        before, after = self.totals[index], self.totals[index - 1]
        first = before == (self.totals[-1] if self.start is None else self.start)
        in_the_tail = before in self.smallest and before - after <= self.last_step and not first
        return (in_the_tail or self.anywhere) and self.cut_share(before, after) > self.share

    def falls(self, share: Fraction | None = None) -> list[int]:
        """For each total the index of the lowest one it may fall to within a window, under `share` (by default the cap)."""
        share = self.share if share is None else share
        allowed = 0
        falls = []
        for index, before in enumerate(self.totals):
            # Of the current dose, the base is the dose itself: a whole number spares a fraction made for each.
            base = before if self.basis is Basis.CURRENT else self.base(before)
            num, den = share.numerator * base.numerator, share.denominator * base.denominator
            while (before - self.totals[allowed]) * den > num:
                allowed += 1
            falls.append(min(allowed, index - 1) if self.excused(index) else allowed)
        return falls

    def falls_in_mg(self, most: Fraction, up_to: Fraction | None) -> list[int]:
        """For each total the index of the lowest one it may fall to under a limit in quanta for totals up to `up_to`.

        From above `up_to` a fall is counted from one step above it at most; see `DoseCap.counted`.
        """
        allowed = 0
        falls = []
        for before in self.totals:
            counted = before if up_to is None else min(Fraction(before), up_to + most)
            while counted - self.totals[allowed] > most:
                allowed += 1
            falls.append(allowed)
        return falls

    def last_index(self, largest: int) -> int:
        """The index of the largest total from which one may stop, or -1 where even the smallest is too large."""
        within = [index for index, value in enumerate(self.totals) if value <= largest]
        return within[-1] if within else -1


def merged(bounds: Sequence[Bound]) -> tuple[Bound, ...]:
    """The bounds that look back alike joined into one each."""
    found: dict[tuple[int, ...], Sequence[int]] = {}
    for bound in bounds:
        key = tuple(bound.back)
        found[key] = [max(pair) for pair in zip(bound.falls, found.get(key, bound.falls), strict=True)]
    return tuple(Bound(falls, back) for back, falls in found.items())


def lowest(bounds: Sequence[Bound], top: int, floors: Sequence[int]) -> list[int]:
    """The fastest descent: at each step the lowest total allowed by what was in force a window before (0: the start).

    `floors` are the lowest totals allowed by what was taken before the start, one a step.
    """
    path = [top]
    for step, floor in enumerate(floors):
        path.append(max(floor, *(bound.falls[path[bound.back[step]]] for bound in bounds)))
    return path


def tighten(low: list[int], high: list[int], bounds: Sequence[Bound]) -> bool:
    """Narrow the limits of each step, in place, to what whole descents can use; False where no descent is left."""
    rises = [_rises(bound.falls) for bound in bounds]
    steps = range(1, len(low))
    changed = True
    while changed:
        before = (*low, *high)
        for step in steps:
            low[step] = max(low[step], *(bound.falls[low[bound.back[step - 1]]] for bound in bounds))
        for step in reversed(steps):
            low[step - 1] = max(low[step - 1], low[step])
            for bound, rise in zip(bounds, rises, strict=True):
                base = bound.back[step - 1]
                high[base] = min(high[base], rise[high[step]])
        for step in steps:
            high[step] = min(high[step], high[step - 1])
        if any(least > most for least, most in zip(low, high, strict=True)):
            return False
        changed = before != (*low, *high)
    return True


def _rises(falls: Sequence[int]) -> list[int]:
    """For each total the highest one that may fall to it or lower."""
    rises = [-1] * len(falls)
    for index, fall in enumerate(falls):
        rises[fall] = index
    for index in range(1, len(rises)):
        rises[index] = max(rises[index], rises[index - 1])
    return rises


def smallest_share(
    limits: Limits, back: Sequence[int], end: int, others: Sequence[Bound] = (), floors: Sequence[int] = ()
) -> Fraction | None:
    """The smallest possible largest cut of any schedule that ends at index `end` or below after `len(back)` steps; exact.

    None where `others` or `floors` leave no such schedule.
    """
    top = len(limits.totals) - 1
    least = floors or [0] * len(back)

    def shown(share: Fraction) -> Fraction | None:
        path = lowest((Bound(limits.falls(share), back), *others), top, least)
        return worst_share(limits, back, [max(index, end) for index in path]) if path[-1] <= end else None

    return least_share(limits, shown)


def least_share(limits: Limits, shown: Callable[[Fraction], Fraction | None]) -> Fraction | None:
    """The smallest largest cut of a kind of schedule; `shown` gives that of one such schedule under a share, None where none is.

    Bisection over the share: any share that a schedule has is a fraction of whole quanta, and two such fractions differ by more
    than 1 / top², so once the bracket is narrower than that, the schedule found at its upper end has the smallest share itself.
    """
    if (none := shown(Fraction(0))) is not None:
        return none
    if (most := shown(Fraction(1))) is None:
        return None
    low, high = Fraction(0), most
    width = 1 / (max(Fraction(limits.totals[-1]), limits.base(limits.totals[-1])) ** 2 + 1)
    while high - low > width:
        middle = (low + high) / 2
        found = shown(middle)
        if found is None:
            low = middle
        else:
            high = found
    return high


def worst_share(limits: Limits, back: Sequence[int], path: Sequence[int]) -> Fraction:
    """The largest cut of a path over the window, excused cuts aside."""
    worst = Fraction(0)
    for step, base in enumerate(back, start=1):
        before, after = path[base], path[step]
        if after < before and not (after == before - 1 and limits.excused(before)):
            worst = max(worst, limits.cut_share(limits.totals[before], limits.totals[after]))
    return worst
