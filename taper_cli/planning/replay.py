"""A pace that was followed, walked again step by step: what was asked on each day, what was near it, and what was in the way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from taper_cli.model.dose import NG_PER_MG, Dose
from taper_cli.model.explained import Candidate, How, Moment, Why
from taper_cli.model.request import AtPace, ByBands
from taper_cli.model.schedule import Schedule
from taper_cli.planning.alternatives import told_mg
from taper_cli.planning.ground import Ground
from taper_cli.planning.pacing import Walk, asked_of
from taper_cli.planning.problem import Problem


def asked_moments(problem: Problem, pace: AtPace | ByBands, schedule: Schedule) -> tuple[Moment, ...]:
    """For each day on which a cut was due: what was asked then, and the makeable doses near it; a stop is not among them.

    Raises:
        TooFine: when the products make more doses than can be searched.
        OverflowError: when a date leaves the calendar.
        ValueError: for a total that cannot be made.
    """
    ground = Ground(problem)
    walk = Walk(ground, paced_by_band=isinstance(pace, ByBands))
    asked = asked_of(pace, problem, ground.quantum)
    found = []
    while walk.starts[-1] < schedule.ending.start or (
        schedule.ending.total and walk.starts[-1] == schedule.ending.start
    ):
        total = schedule.dose_on(walk.starts[-1])
        index = walk.limits.totals.index(total.ng // ground.quantum)
        found.append(_moment(walk, list(asked(walk.limits.totals[walk.path[-1]])), index))
        walk.go(index)
    return tuple(found)


def _moment(walk: Walk, sizes: list[Fraction], chosen: int) -> Moment:
    """One step of the walk, before it is taken."""
    totals, quantum = walk.limits.totals, walk.ground.quantum
    now, allowed = walk.path[-1], walk.allowed()
    size = sizes[0] if sizes else Fraction(0)
    wanted = max(Fraction(totals[now]) - size, Fraction(0))
    # The lowest totals that each size of cut asked for leads to; bands ask for two sizes.
    lowest = [next(at for at, total in enumerate(totals) if total >= totals[now] - one) for one in sizes]
    near = [index for index in _near(totals, wanted, chosen) if index <= now]
    told, exact = told_mg(wanted * quantum)
    return Moment(
        day=walk.starts[-1],
        before=Dose(totals[now] * quantum),
        wanted_mg=told,
        exact=exact,
        how=_how(lowest, allowed, now, chosen),
        candidates=tuple(
            _candidate(walk, index, _verdict(index, chosen, allowed, min([now, *lowest])), allowed) for index in near
        ),
    )


def _near(totals: Sequence[int], wanted: Fraction, chosen: int) -> list[int]:
    """The makeable totals at, next below and next above the wanted one, and next to the one taken, falling."""
    above = bisect_left(totals, wanted)
    exact = above < len(totals) and totals[above] == wanted
    near = {above - 1, above, above + exact, chosen - 1, chosen, chosen + 1}
    return sorted((index for index in near if 0 <= index < len(totals)), reverse=True)


def _how(lowest: list[int], allowed: int, now: int, chosen: int) -> How:
    """Which rule of following a pace gave the dose."""
    if chosen == now:
        return How.WAIT
    reached = [max(one, allowed) for one in lowest if max(one, allowed) < now]
    if not reached:
        return How.ADJACENT
    return How.ASKED_WITHIN_LIMIT if allowed > lowest[0] and chosen == allowed else How.ASKED


def _verdict(index: int, chosen: int, allowed: int, asked: int) -> Why:
    """What is against a dose: the limit over its window, a larger cut than asked, or a smaller one than could be made."""
    if index == chosen:
        return Why.TAKEN
    if index < allowed:
        return Why.LIMIT
    return Why.ASKED if index < asked else Why.LESS_THAN_ASKED


def _candidate(walk: Walk, index: int, why: Why, allowed: int) -> Candidate:
    totals, now = walk.limits.totals, walk.path[-1]
    return Candidate(
        dose=Dose(totals[index] * walk.ground.quantum),
        cut=Fraction(totals[now] - totals[index], totals[now]) if index < now else None,
        early=None,
        why=why,
        taken=Fraction(totals[allowed] * walk.ground.quantum, NG_PER_MG) if why is Why.LIMIT else None,
    )


def typed_moments(problem: Problem, levels: Sequence[tuple[date, Dose, Dose]]) -> tuple[Moment, ...]:
    """For each named level (its first day, its dose, the dose before it): the makeable doses next to it, which nobody asked for.

    Raises:
        TooFine: when the products make more doses than can be searched.
    """
    ground = Ground(problem)
    totals, found = ground.day.totals, []
    for day, total, before in levels:
        place = totals.index(total.ng // ground.quantum)
        near = [at for at in (place + 1, place, place - 1) if 0 <= at < len(totals)]
        doses = [Dose(totals[at] * ground.quantum) for at in near]
        candidates = tuple(
            Candidate(
                dose=dose,
                cut=Fraction(before.ng - dose.ng, before.ng) if dose < before else None,
                early=None,
                why=Why.TAKEN if dose == total else Why.TYPED,
            )
            for dose in doses
        )
        found.append(Moment(day, before, Fraction(total.ng, NG_PER_MG), True, How.TYPED, candidates))
    return tuple(found)
