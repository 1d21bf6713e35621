"""Which ways of spreading a daily total over the slots of the day are makeable and nearest to the cut order asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.request import CutOrder
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.planning.dispensing import CUT, PIECE, Dispensary

# Ways kept for each total. More would cost time and never helped: the nearest few hold the steadiest choice.
WAYS_KEPT = 6


class Way(NamedTuple):
    """One way to take a daily total: quanta for each slot, how far from the order asked for, and its burden."""

    points: tuple[int, ...]
    misplaced: int
    cuts: int
    pieces: int
    distinct: int


class Day:
    """The makeable daily totals of a regimen's slots, none of them above what that slot has now."""

    def __init__(self, dispensary: Dispensary, before: Regimen, order: CutOrder) -> None:
        self._dispensary = dispensary
        self._tops = tuple(dose.ng // dispensary.quantum for dose in (dose for _, dose in before.doses))
        self._order = order
        self._points = dispensary.points()
        self._ways: dict[int, tuple[Way, ...]] = {}
        self.slots: tuple[Slot, ...] = before.slots

    @cached_property
    def totals(self) -> list[int]:
        """Makeable daily totals in quanta, rising, zero left out."""
        reachable = 1
        for top in self._tops:
            before, reachable = reachable, 0
            for point in self._points[: bisect_right(self._points, top)]:
                reachable |= before << point
        return [point for point in range(1, sum(self._tops) + 1) if reachable >> point & 1]

    def dose(self, point: int) -> Dose:
        """The dose of so many quanta."""
        return Dose(point * self._dispensary.quantum)

    def ways(self, point: int) -> tuple[Way, ...]:
        """The nearest ways to take a total, nearest first; none where it cannot be made."""
        if point not in self._ways:
            found = [self._way(points, point) for points in self._vectors(point)]
            found.sort(
                key=lambda way: (way.misplaced, way.cuts, way.pieces, way.distinct, [-part for part in way.points])
            )
            self._ways[point] = tuple(found[:WAYS_KEPT])
        return self._ways[point]

    def _ideal(self, point: int) -> tuple[int, ...]:
        """What each slot would hold if every dose could be made: cut in order, or in proportion (scaled by the starting total)."""
        whole = sum(self._tops)
        if self._order is CutOrder.EVEN:
            return tuple(top * point for top in self._tops)
        kept = [0] * len(self._tops)
        left = point
        for place in self._filling():
            kept[place] = min(self._tops[place], left)
            left -= kept[place]
        return tuple(part * whole for part in kept)

    def _filling(self) -> list[int]:
        """Slots in the order in which they keep their dose: the last to be cut first."""
        places = list(range(len(self._tops)))
        return places if self._order is CutOrder.BEDTIME_FIRST else places[::-1]

    def _way(self, points: tuple[int, ...], point: int) -> Way:
        """Measure one way: misplacement against the ideal, and its burden."""
        whole, ideal = sum(self._tops), self._ideal(point)
        misplaced = sum(abs(part * whole - wanted) for part, wanted in zip(points, ideal, strict=True))
        cost = sum(self._dispensary.costs[part] or 0 for part in points)
        cuts, rest = divmod(cost, CUT)
        pieces, distinct = divmod(rest, PIECE)
        return Way(points=points, misplaced=misplaced, cuts=cuts, pieces=pieces, distinct=distinct)

    def _vectors(self, point: int) -> Iterator[tuple[int, ...]]:
        """Makeable vectors for a total, nearest to the ideal first: a best-first search over the slots of the day.

        What is still to be placed differs from the rest of the ideal by at least the difference of their sums, so the order is
        exact; it ends once enough ways are found and the next would be farther than the last of them.
        """
        from heapq import heappop, heappush

        whole, ideal = sum(self._tops), self._ideal(point)
        room = [sum(self._tops[place:]) for place in range(len(self._tops) + 1)]
        rest = [sum(ideal[place:]) for place in range(len(ideal) + 1)]
        queue: list[tuple[int, tuple[int, ...], int, int]] = [(0, (), point, 0)]
        found, farthest = 0, 0
        while queue:
            bound, negated, left, misplaced = heappop(queue)
            if found >= WAYS_KEPT and (bound > farthest or found >= 4 * WAYS_KEPT):
                return
            place = len(negated)
            if place == len(self._tops):
                found, farthest = found + 1, bound
                yield tuple(-part for part in negated)
                continue
            for part in self._parts(place, left, room[place + 1]):
                so_far = misplaced + abs(part * whole - ideal[place])
                least = so_far + abs((left - part) * whole - rest[place + 1])
                heappush(queue, (least, (*negated, -part), left - part, so_far))

    def _parts(self, place: int, left: int, room: int) -> Sequence[int]:
        """The makeable doses that one slot may hold when `left` is still to be placed and the slots after it hold `room`."""
        most = min(left, self._tops[place])
        if not room:
            return (left,) if left == most and self._dispensary.costs[left] is not None else ()
        return self._points[bisect_left(self._points, left - room) : bisect_right(self._points, most)]
