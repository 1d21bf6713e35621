"""The best descent where the window spans several steps: an exact minimum cut.

The descents that keep every limit are closed under taking the higher, or the lower, dose day by day. The cheapest of them is
therefore a minimum cut in a graph with one node for "at step i the dose is at least k"; the largest cheapest one is unique.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from taper_cli.planning.limits import Bound, tighten

# Above this many nodes the cut is searched inside a corridor around the best descent known, and said to be unproven.
EXACT_NODES = 12_000
CORRIDOR = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """Steps 1..n with their lowest and highest index, the bounds between steps, and node costs."""

    low: Sequence[int]
    high: Sequence[int]
    bounds: Sequence[Bound]
    cost: Callable[[int, int], int]


def best_descent(problem: Rolling) -> tuple[list[int], bool]:
    """The cheapest descent (index for each step, the start first), and whether that is proven."""
    nodes = sum(high - low for low, high in zip(problem.low, problem.high, strict=True))
    if nodes <= EXACT_NODES:
        return _cut(problem), True
    path = _greedy(problem)
    while True:
        low = [max(low, index - CORRIDOR) for low, index in zip(problem.low, path, strict=True)]
        high = [min(high, index + CORRIDOR) for high, index in zip(problem.high, path, strict=True)]
        tighten(low, high, problem.bounds)
        better = _cut(replace(problem, low=low, high=high))
        if _sum(problem, better) >= _sum(problem, path):
            return path, False
        path = better


def _sum(problem: Rolling, path: Sequence[int]) -> int:
    """The cost of a whole descent."""
    return sum(problem.cost(step, index) for step, index in enumerate(path) if step)


def _greedy(problem: Rolling) -> list[int]:
    """A descent that keeps every limit: at each step the cheapest dose in reach."""
    path = [problem.high[0]]
    for step in range(1, len(problem.low)):
        first = max(problem.low[step], *(bound.falls[path[bound.back[step - 1]]] for bound in problem.bounds))
        last = min(problem.high[step], path[-1])
        path.append(min(range(first, last + 1), key=lambda index: (problem.cost(step, index), -index)))
    return path


class _Network:
    """A flow network on whole numbers, by Dinic's algorithm: level graph, then blocking flow, without recursion."""

    def __init__(self, nodes: int) -> None:
        self.arcs: list[list[int]] = [[] for _ in range(nodes)]
        self.heads: list[int] = []
        self.room: list[int] = []

    def arc(self, tail: int, head: int, room: int) -> None:
        """Add an arc and its reverse."""
        self.arcs[tail].append(len(self.heads))
        self.heads.append(head)
        self.room.append(room)
        self.arcs[head].append(len(self.heads))
        self.heads.append(tail)
        self.room.append(0)

    def saturate(self, source: int, sink: int) -> None:
        """Push as much flow as fits."""
        while (levels := self._levels(source, sink)) is not None:
            nexts = [0] * len(self.arcs)
            while self._push(source, sink, levels, nexts):
                pass

    def _levels(self, source: int, sink: int) -> list[int] | None:
        """Distances from the source along arcs with room, or None where the sink is out of reach."""
        levels = [-1] * len(self.arcs)
        levels[source] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for arc in self.arcs[node]:
                head = self.heads[arc]
                if self.room[arc] and levels[head] < 0:
                    levels[head] = levels[node] + 1
                    queue.append(head)
        return levels if levels[sink] >= 0 else None

    def _push(self, source: int, sink: int, levels: list[int], nexts: list[int]) -> bool:
        """Push flow along one shortest way; False when none is left."""
        way: list[int] = []
        node = source
        while node != sink:
            arcs = self.arcs[node]
            while nexts[node] < len(arcs):
                arc = arcs[nexts[node]]
                if self.room[arc] and levels[self.heads[arc]] == levels[node] + 1:
                    break
                nexts[node] += 1
            else:
                if not way:
                    return False
                levels[node] = -1
                node = self.heads[way.pop() ^ 1]
                continue
            way.append(arc)
            node = self.heads[arc]
        least = min(self.room[arc] for arc in way)
        for arc in way:
            self.room[arc] -= least
            self.room[arc ^ 1] += least
        return True

    def reaching(self, sink: int) -> set[int]:
        """The nodes from which the sink is still in reach."""
        seen = {sink}
        queue = deque([sink])
        while queue:
            node = queue.popleft()
            for arc in self.arcs[node]:
                tail = self.heads[arc]
                if tail not in seen and self.room[arc ^ 1]:
                    seen.add(tail)
                    queue.append(tail)
        return seen


def _cut(problem: Rolling) -> list[int]:
    """The largest cheapest descent within the bounds."""
    first: list[int] = []
    count = 2
    for low, high in zip(problem.low, problem.high, strict=True):
        first.append(count - low - 1)
        count += high - low
    network = _Network(count)
    source, sink, endless = 0, 1, 1
    for step in range(1, len(problem.low)):
        before = problem.cost(step, problem.low[step])
        for index in range(problem.low[step] + 1, problem.high[step] + 1):
            after = problem.cost(step, index)
            endless += abs(after - before)
            node = first[step] + index
            if after < before:
                network.arc(source, node, before - after)
            elif after > before:
                network.arc(node, sink, after - before)
            before = after
    for step in range(1, len(problem.low)):
        _bind(problem, network, first, step, endless)
    network.saturate(source, sink)
    lost = network.reaching(sink)
    return [
        max((i for i in range(low + 1, high + 1) if first[step] + i not in lost), default=low)
        for step, (low, high) in enumerate(zip(problem.low, problem.high, strict=True))
    ]


def _bind(problem: Rolling, network: _Network, first: list[int], step: int, endless: int) -> None:
    """The rules between nodes: at least k means at least k - 1, the day before too, and no fall below what the window allows."""
    for index in range(problem.low[step] + 1, problem.high[step] + 1):
        if index - 1 > problem.low[step]:
            network.arc(first[step] + index, first[step] + index - 1, endless)
        if problem.low[step - 1] < index <= problem.high[step - 1]:
            network.arc(first[step] + index, first[step - 1] + index, endless)
    for bound in problem.bounds:
        base = bound.back[step - 1]
        for index in range(problem.low[base] + 1, problem.high[base] + 1):
            fall = bound.falls[index]
            if problem.low[step] < fall <= problem.high[step]:
                network.arc(first[base] + index, first[step] + fall, endless)
