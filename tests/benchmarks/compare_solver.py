"""The same requests solved by OR-Tools CP-SAT: its own model of the rules, each answer with the solver's own proof.

One Boolean says "at this step the total is at least so much". First the smallest possible largest cut, by halving over every
share that a fall can have: each try is a question the solver answers with a plan or with a proof that there is none. Then the
least lag under it. Needs `pip install '.[bench]'`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from compare_rules import Limit, Rules

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SECONDS = 20
UNIT = 10**6
"""The solver counts in whole numbers: lag in millionths of a squared step and day."""


class Solved(NamedTuple):
    """A plan with its largest cut and whether both aims were proven; no plan where it is proven that there is none."""

    plan: list[Fraction] | None
    largest_cut: Fraction | None
    proven: bool


class _Model:
    """The rules of one request as clauses; `share` tightens the limit in percent."""

    def __init__(self, rules: Rules, share: Fraction | None) -> None:
        from ortools.sat.python import cp_model

        self.rules, self.model = rules, cp_model.CpModel()
        self._false = self.model.new_constant(0)
        self._true = self.model.new_constant(1)
        steps = range(1, len(rules.starts) + 1)
        # at_least[step][k]: the total of the step is at least the k-th; every total is at least the first.
        self.at_least = [
            [self._true, *(self.model.new_bool_var(f"{step}>={k}") for k in range(1, len(rules.totals)))]
            for step in steps
        ]
        for row in self.at_least:
            for lower, higher in pairwise(row):
                self.model.add_implication(higher, lower)
        for step in steps:
            self._falls_or_stays(step)
            for limit in rules.limits:
                for base in rules.in_force(step, limit.window):
                    self._bind(base, step, _Law(rules, limit, None))
            if share is not None:
                for base in rules.in_force(step, rules.window):
                    self._bind(base, step, _Law(rules, _shared(rules), share))
        last = rules.totals.index(rules.last)
        self.model.add(self._reaches(steps[-1], last + 1) == 0)
        # The first cut takes effect on the first day.
        self.model.add(self._reaches(1, len(rules.totals) - 1) == 0)

    def _reaches(self, step: int, index: int) -> cp_model.IntVar:
        """Whether a step holds at least the total of that index; step 0 is the starting dose."""
        if index >= len(self.rules.totals):
            return self._false
        return self._true if step == 0 else self.at_least[step - 1][index]

    def _falls_or_stays(self, step: int) -> None:
        for index in range(1, len(self.rules.totals)):
            self.model.add_implication(self._reaches(step, index), self._reaches(step - 1, index))

    def _bind(self, base: int, step: int, law: _Law) -> None:
        """From exactly this total at the base, no lower than the law allows at the step."""
        for index, lowest in enumerate(law.lowest):
            exactly = [self._reaches(base, index), self._reaches(base, index + 1).negated()]
            self.model.add_bool_or([*(literal.negated() for literal in exactly), self._reaches(step, lowest)])

    def aim(self) -> None:
        """Aim at the least lag."""
        rules, terms = self.rules, []
        for step in range(1, len(rules.starts) + 1):
            costs = [int(rules.cost(step, total) * UNIT) for total in rules.totals]
            terms += [
                (after - before) * self._reaches(step, index)
                for index, (before, after) in enumerate(pairwise(costs), start=1)
            ]
        self.model.minimize(sum(terms))

    def solve(self) -> tuple[str, list[Fraction]]:
        """The solver's word, and its plan where it has one."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SECONDS
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        word = solver.status_name(solver.solve(self.model))
        if word not in ("OPTIMAL", "FEASIBLE"):
            return word, []
        held = [sum(solver.boolean_value(one) for one in row) - 1 for row in self.at_least]
        return word, [self.rules.top, *(self.rules.totals[index] for index in held)]


class _Law:
    """For each total the index of the lowest one it may fall to, found by trying them all."""

    def __init__(self, rules: Rules, limit: Limit, share: Fraction | None) -> None:
        self.lowest: list[int] = []
        for index, before in enumerate(rules.totals):
            allowed = [
                place
                for place in range(index + 1)
                if (
                    rules.allows(limit, before, rules.totals[place])
                    if share is None
                    else _keeps(rules, limit, share, (before, rules.totals[place]))
                )
            ]
            if allowed != list(range(allowed[0], index + 1)):
                raise ValueError(
                    f"{rules.asked.line}: a larger fall is allowed from {before} mg where a smaller is not"
                )
            self.lowest.append(allowed[0])


def _shared(rules: Rules) -> Limit:
    """The limit by share, or a share of everything where all limits are in mg."""
    return next((limit for limit in rules.limits if limit.share), Limit(rules.window, Fraction(1)))


def _keeps(rules: Rules, limit: Limit, share: Fraction, fall: tuple[Fraction, Fraction]) -> bool:
    """Whether a fall is no larger than a share, the small exception aside."""
    return rules.share(*fall) <= share or rules.excused(limit, *fall)


def shares_of(rules: Rules) -> Sequence[Fraction]:
    """Every share that a fall between two totals can have, rising."""
    totals = rules.totals
    return sorted({rules.share(before, after) for before in totals for after in totals if after <= before})


def solve(rules: Rules) -> Solved:
    """The request solved by both aims in turn; with a typed shape there is no first one."""
    if rules.last is None:
        return Solved(None, None, True)
    share, proven = None, True
    if not rules.asked.shape:
        share, proven = _smallest(rules)
        if share is None:
            return Solved(None, None, proven)
    model = _Model(rules, share)
    model.aim()
    word, plan = model.solve()
    if not plan:
        return Solved(None, None, word == "INFEASIBLE")
    return Solved(plan, rules.largest_cut(plan), proven and word == "OPTIMAL")


def _smallest(rules: Rules) -> tuple[Fraction | None, bool]:
    """The smallest share under which there is a plan (None: under none), and whether every answer was proven."""
    shares = shares_of(rules)
    proven = True
    low, high = 0, len(shares)
    while low < high:
        middle = (low + high) // 2
        word, plan = _Model(rules, shares[middle]).solve()
        proven = proven and (bool(plan) or word == "INFEASIBLE")
        if plan:
            high = middle
        else:
            low = middle + 1
    return (shares[low], proven) if low < len(shares) else (None, proven)
