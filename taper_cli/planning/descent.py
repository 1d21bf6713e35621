"""The best descent where each cut is limited by the one dose before it: an exact dynamic programme.

First pass: least lag, by a sliding-window minimum (a deque), linear in steps times totals. Second pass, over every descent
that is equally good: fewest rises of a slot, then nearest to the cut order, fewest cuts of tablets, pieces and products,
and last the larger dose earlier. Equally good means the whole *edges* of the first pass: two best doses may be joined by a bad one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from taper_cli.planning.placing import Way

_FIELD = 10**9


def burden(way: Way, days: int) -> int:
    """One way's soft costs over so many days, packed so that no amount of a later cost outweighs an earlier one."""
    packed = (way.misplaced * _FIELD + way.cuts) * _FIELD + way.pieces
    return (packed * _FIELD + way.distinct) * days


RISE = _FIELD**5


def unpacked(packed: int) -> tuple[int, int, int, int, int]:
    """A sum of rises and burdens by their parts: rises, misplacement, cuts, pieces, products, each times its days."""
    rising, rest = divmod(packed, RISE)
    rest, distinct = divmod(rest, _FIELD)
    rest, pieces = divmod(rest, _FIELD)
    misplaced, cuts = divmod(rest, _FIELD)
    return rising, misplaced, cuts, pieces, distinct


def rises(earlier: Way, later: Way) -> int:
    """In how many slots the later way holds more than the earlier one."""
    return sum(after > before for before, after in zip(earlier.points, later.points, strict=True))


class Lattice(NamedTuple):
    """The room of a descent: for each step its lowest and highest index and days, the allowed falls, and the lag of each node."""

    low: Sequence[int]
    high: Sequence[int]
    days: Sequence[int]
    falls: Sequence[int]
    lag: Callable[[int, int], int]


def least_lag(lattice: Lattice) -> list[list[int]]:
    """For each step and index (counted from the step's lowest) the least lag from there to the end."""
    steps = len(lattice.low)
    values: list[list[int]] = [[]] * steps
    following: list[int] = []
    for step in range(steps - 1, 0, -1):
        low, high = lattice.low[step], lattice.high[step]
        costs = [lattice.lag(step, index) for index in range(low, high + 1)]
        if step < steps - 1:
            costs = _add_window_minimum(costs, following, (low, lattice.low[step + 1]), lattice.falls)
        values[step] = following = costs
    return values


def _add_window_minimum(
    costs: list[int], following: list[int], lows: tuple[int, int], falls: Sequence[int]
) -> list[int]:
    """Add to each node's cost the least value among the nodes it may go on to: from its allowed fall up to itself."""
    low, next_low = lows
    window: deque[tuple[int, int]] = deque()
    entered = 0
    summed = []
    for offset, cost in enumerate(costs):
        index = low + offset
        limit = min(index - next_low, len(following) - 1)
        while entered <= limit:
            value = following[entered]
            while window and window[-1][0] >= value:
                window.pop()
            window.append((value, entered))
            entered += 1
        first = falls[index] - next_low
        while window and window[0][1] < first:
            window.popleft()
        summed.append(cost + window[0][0] if window else _NEVER)
    return summed


_NEVER = _FIELD**9


def best_ways(
    lattice: Lattice, start: tuple[int, Way], ways: Callable[[int], tuple[Way, ...]]
) -> list[tuple[int, Way]]:
    """The best descent from a starting index and way: index and way for each step, the start first."""
    values = least_lag(lattice)
    layers: list[dict[int, list[int]]] = [{start[0]: []}]
    for step in range(1, len(lattice.low)):
        reached: dict[int, list[int]] = {}
        for index, onward in layers[-1].items():
            onward += _onward(lattice, values, step, index)
            reached.update((target, []) for target in onward)
        layers.append(reached)
    choices: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    table: dict[int, list[int]] = {}
    for step in range(len(layers) - 1, -1, -1):
        known, table = table, {}
        days = lattice.days[step] if step else 0
        for index, onward in layers[step].items():
            options = ways(index) if step else (start[1],)
            bests = [_cheapest_onward(way, onward, known, ways) for way in options] if onward else []
            choices[step, index] = bests
            table[index] = [
                burden(way, days) + (bests[number][0] if bests else 0) for number, way in enumerate(options)
            ]
    return _trace(start, ways, choices, len(layers))


def _cheapest_onward(
    way: Way, onward: list[int], known: dict[int, list[int]], ways: Callable[[int], tuple[Way, ...]]
) -> tuple[int, int, int]:
    """The cheapest next node for one way: its cost, its index (negated, so that the larger dose wins a tie), its place."""
    if len(way.points) == 1:
        return min((known[target][0], -target, 0) for target in onward)
    return min(
        (known[target][place] + RISE * rises(way, other), -target, place)
        for target in onward
        for place, other in enumerate(ways(target))
    )


def _trace(
    start: tuple[int, Way],
    ways: Callable[[int], tuple[Way, ...]],
    choices: dict[tuple[int, int], list[tuple[int, int, int]]],
    steps: int,
) -> list[tuple[int, Way]]:
    """Follow the best choices from the start."""
    path = [start]
    index, number = start[0], 0
    for step in range(steps - 1):
        _, negative, number = choices[step, index][number]
        index = -negative
        path.append((index, ways(index)[number]))
    return path


def _onward(lattice: Lattice, values: list[list[int]], step: int, index: int) -> list[int]:
    """The indexes at `step` that a node of the step before may go on to without losing any lag."""
    first = max(lattice.falls[index], lattice.low[step])
    last = min(index, lattice.high[step])
    row, low = values[step], lattice.low[step]
    costs = row[first - low : last - low + 1]
    if not costs:
        return []
    least = min(costs)
    return [first + offset for offset, cost in enumerate(costs) if cost == least]
