"""The solver's model is right: on small requests it finds what trying every descent finds. Needs `pip install '.[bench]'`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare_rules import Rules
from compare_set import Asked
from compare_solver import Solved, shares_of, solve


def asked(
    drug: str, region: str, guideline: str, products: str, doses: str, weeks: int, every: int, shape: str
) -> Asked:
    return Asked(
        drug=drug, region=region, guideline=guideline, products=products, doses=tuple(doses.split()), weeks=weeks,
        every=every, shape=shape,
    )  # fmt: skip


ASAM = ("diazepam", "gb", "asam-2025", "2 mg tablet half")
SMALL = {
    "every two weeks": asked(*ASAM, "8", 16, 2, ""),
    "every week, so that two cuts share a window": asked(*ASAM, "6", 9, 1, ""),
    "two slots": asked(*ASAM, "4 4", 16, 2, ""),
    "too short": asked(*ASAM, "8", 6, 2, ""),
    "nothing to stop from": asked(*ASAM[:3], "10 mg tablet whole", "20", 20, 2, ""),
    "straight to zero": asked(*ASAM, "8", 18, 2, "linear"),
    "so long that the first cut comes too soon": asked(*ASAM, "4", 20, 2, "linear"),
    "in proportion, every week": asked(*ASAM, "6", 10, 1, "proportional"),
    "shares of the starting dose": asked(
        "oxycodone", "gb", "opioids-aware", "5 mg capsule", "25 25", 22, 2, "proportional"
    ),
    "over four weeks, every two": asked(
        "morphine", "us", "us-opioid-label-careful", "15 mg modified-release tablet", "45 45", 14, 2, ""
    ),
    "a limit in mg, no share": asked("pregabalin", "gb", "fife-gabapentinoids", "75 mg capsule", "450", 7, 1, ""),
    "along an effect": asked("citalopram", "gb", "nice-ng222", "10 mg tablet whole", "40", 12, 2, "hyperbolic"),
}


def descents(rules: Rules) -> Iterator[list[Fraction]]:
    """Every descent that keeps the limits, tried one total at a time."""

    def onward(path: list[Fraction]) -> Iterator[list[Fraction]]:
        step = len(path)
        if step > len(rules.starts):
            if path[-1] <= rules.last:
                yield path
            return
        for total in rules.totals:
            if total <= path[-1] and not (step == 1 and total == path[0]) and keeps(rules, [*path, total]):
                yield from onward([*path, total])

    if rules.last is not None:
        yield from onward([rules.top])


def keeps(rules: Rules, path: Sequence[Fraction]) -> bool:
    """Whether the last fall of a path keeps every limit against every day of its window."""
    step = len(path) - 1
    return all(
        path[base] == path[step] or rules.allows(limit, path[base], path[step])
        for limit in rules.limits
        for base in rules.in_force(step, limit.window)
    )


@pytest.mark.parametrize("name", SMALL)
def test_finds_what_trying_every_descent_finds(name: str) -> None:
    rules = Rules(SMALL[name])
    found = [
        (Fraction(0) if rules.asked.shape else rules.largest_cut(path), rules.lag(path)) for path in descents(rules)
    ]
    answer = solve(rules)
    assert answer.proven
    if not found:
        assert answer == Solved(None, None, True)
        return
    assert answer.plan is not None and keeps_all(rules, answer.plan)
    share, lag = min(found)
    assert rules.asked.shape or answer.largest_cut == share
    assert abs(rules.lag(answer.plan) - lag) * 10_000 < 1


def keeps_all(rules: Rules, plan: Sequence[Fraction]) -> bool:
    return all(keeps(rules, plan[: step + 1]) for step in range(1, len(plan)))


def test_some_have_a_plan_and_some_have_none() -> None:
    plans = [solve(Rules(request)).plan is not None for request in SMALL.values()]
    assert any(plans) and not all(plans)


def test_every_share_of_a_fall_can_be_the_largest_cut() -> None:
    assert shares_of(Rules(asked(*ASAM, "3", 16, 2, ""))) == [0, Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)]
