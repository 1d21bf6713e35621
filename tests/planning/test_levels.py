"""The level picture's arithmetic against two others: the closed form of each dose summed, and a solver by small steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from taper_cli.planning.levels import ONE, Intakes, band, daily_shares, grid, hourly, steady

LN2 = math.log(2)
DIAZEPAM = (Fraction(44), Fraction(80))
THREE = (Fraction(1, 2), Fraction(44), Fraction(80))
CHAINS: dict[str, tuple[Fraction, ...]] = {
    "parent alone": (Fraction(10),),
    "parent and metabolite": DIAZEPAM,
    "absorbed slowly": THREE,
    "a metabolite that is quicker": (Fraction(23, 10), Fraction(1)),
    "minutes": (Fraction(1, 10), Fraction(1, 5)),
    "slow": (Fraction(200), Fraction(300)),
}
EQUAL = (Fraction(30), Fraction(30), Fraction(30))
DAYS: list[Intakes] = [[(8, 16_000_000), (22, 8_000_000)]] * 5 + [[(8, 10_000_000)]] * 5 + [[]] * 10
BEFORE: Intakes = [(8, 20_000_000), (22, 10_000_000)]


def rates(half_lives: Sequence[Fraction]) -> list[float]:
    return [LN2 / float(hours) for hours in half_lives]


def closed_form(half_lives: Sequence[Fraction]) -> Callable[[float], list[float]]:
    """The amounts at a time after one unit entered the first of a chain with distinct rates (Bateman)."""
    k = rates(half_lives)

    def after(hours: float) -> list[float]:
        amounts = []
        for last in range(len(k)):
            chain = k[: last + 1]
            product = math.prod(chain[:-1])
            total = sum(
                math.exp(-own * hours) / math.prod(other - own for other in chain if other != own) for own in chain
            )
            amounts.append(product * total)
        return amounts

    return after


def solved(half_lives: Sequence[Fraction], amounts: list[float], hours: float, steps: int = 400) -> list[float]:
    """The same equations by Runge and Kutta's fourth-order steps, which know nothing of exponentials."""
    k = rates(half_lives)
    size = hours / steps

    def slope(now: list[float]) -> list[float]:
        flows = [rate * amount for rate, amount in zip(k, now, strict=True)]
        return [came - went for came, went in zip([0.0, *flows[:-1]], flows, strict=True)]

    def moved(now: list[float], change: list[float], part: float) -> list[float]:
        return [amount + part * size * more for amount, more in zip(now, change, strict=True)]

    for _ in range(steps):
        first = slope(amounts)
        second = slope(moved(amounts, first, 0.5))
        third = slope(moved(amounts, second, 0.5))
        fourth = slope(moved(amounts, third, 1.0))
        mean = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(first, second, third, fourth, strict=True)]
        amounts = moved(amounts, mean, 1.0)
    return amounts


def told(half_lives: Sequence[Fraction], hours: int) -> list[float]:
    """The recursion's own amounts so many hours after one unit."""
    step = hourly(half_lives)
    amounts = [ONE, *[0] * (len(half_lives) - 1)]
    for _ in range(hours):
        amounts = [sum(a * b for a, b in zip(row, amounts, strict=True)) // ONE for row in step]
    return [amount / ONE for amount in amounts]


@pytest.mark.parametrize("hours", [1, 7, 24, 240])
@pytest.mark.parametrize("name", CHAINS)
def test_agrees_with_the_closed_form_of_one_dose(name: str, hours: int) -> None:
    expected = closed_form(CHAINS[name])(hours)
    assert told(CHAINS[name], hours) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("chain", [DIAZEPAM, THREE, EQUAL, CHAINS["slow"]], ids=["two", "three", "equal", "slow"])
@pytest.mark.parametrize("hours", [1, 24, 100])
def test_agrees_with_a_solver_of_the_equations(chain: tuple[Fraction, ...], hours: int) -> None:
    """Equal half-lives too, at which the closed form divides by zero."""
    start = [1.0, *[0.0] * (len(chain) - 1)]
    assert told(chain, hours) == pytest.approx(
        solved(chain, start, hours, steps=max(400, 20 * hours)), rel=1e-7, abs=1e-9
    )


@pytest.mark.parametrize("name", CHAINS)
def test_daily_means_agree_with_the_closed_form_of_every_dose_summed(name: str) -> None:
    """Every dose since long before is followed by itself; the mean of a day is what flows out of a compartment."""
    chain = CHAINS[name]
    after, long_before = closed_form(chain), 400
    doses = [(24.0 * (day - long_before) + hour, ng) for day in range(long_before) for hour, ng in BEFORE]
    doses += [(24.0 * day + hour, ng) for day, intakes in enumerate(DAYS) for hour, ng in intakes]

    def amounts(now: float) -> list[float]:
        seen = [after(now - at) if now > at else [0.0] * len(chain) for at, _ in doses if at < now]
        given = [ng for at, ng in doses if at < now]
        return [sum(ng * one[place] for ng, one in zip(given, seen, strict=True)) for place in range(len(chain))]

    usual = sum(ng for _, ng in BEFORE)
    found = list(daily_shares(chain, BEFORE, DAYS))
    for day in (0, 1, 4, 5, 9, 12, 19):
        begin, end = amounts(24.0 * day), amounts(24.0 * (day + 1))
        passed = float(sum(ng for _, ng in DAYS[day]))
        for place, share in enumerate(found[day]):
            passed += begin[place] - end[place]
            assert float(share) == pytest.approx(passed / usual, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", CHAINS)
class TestTheSteadyState:
    def test_is_left_as_it_is_by_another_usual_day(self, name: str) -> None:
        for shares in daily_shares(CHAINS[name], BEFORE, [BEFORE] * 60):
            assert [float(share) for share in shares] == pytest.approx([1.0] * len(shares), abs=1e-12)

    def test_is_reached_from_nothing(self, name: str) -> None:
        step, amounts = hourly(CHAINS[name]), [0] * len(CHAINS[name])
        for _ in range(600):
            for hour in range(24):
                amounts[0] += sum(ng for at, ng in BEFORE if at == hour) * ONE
                amounts = [sum(a * b for a, b in zip(row, amounts, strict=True)) // ONE for row in step]
        expected = [amount / ONE for amount in steady(step, BEFORE)]
        assert [amount / ONE for amount in amounts] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", CHAINS)
class TestALevel:
    def test_is_linear_in_the_dose(self, name: str) -> None:
        def thrice(intakes: Intakes) -> Intakes:
            return [(hour, 3 * ng) for hour, ng in intakes]

        small = list(daily_shares(CHAINS[name], BEFORE, DAYS))
        large = list(daily_shares(CHAINS[name], thrice(BEFORE), [thrice(day) for day in DAYS]))
        for one, other in zip(small, large, strict=True):
            assert [float(share) for share in one] == pytest.approx([float(share) for share in other], abs=1e-12)

    def test_is_never_below_nothing_and_never_rises_while_the_dose_falls(self, name: str) -> None:
        shares = list(daily_shares(CHAINS[name], BEFORE, DAYS))
        for earlier, later in zip([[Fraction(1)] * len(shares[0]), *shares], shares, strict=False):
            for before, after in zip(earlier, later, strict=True):
                assert -1e-9 < after <= before + Fraction(1, 10**9)


class TestTheBand:
    def test_holds_the_curve_of_every_half_life_in_the_range(self) -> None:
        parents, metabolites = grid(Fraction(20), Fraction(100), 5), grid(Fraction(36), Fraction(200), 3)
        parent, metabolite = band(parents, metabolites, BEFORE, DAYS)
        for pair in [(parents[1], metabolites[2]), (parents[4], metabolites[0])]:
            for day, (one, two) in enumerate(daily_shares(pair, BEFORE, DAYS)):
                assert parent[day][0] - 1 <= one * 1000 <= parent[day][1] + 1
                assert metabolite[day][0] - 1 <= two * 1000 <= metabolite[day][1] + 1

    def test_is_nothing_once_nothing_is_left(self) -> None:
        """Ten days after the last dose 48 half-lives are over: not a thousandth is told that is not there."""
        (line,) = band([Fraction(5)], [], BEFORE, [[]] * 10)
        assert line[-1] == (0, 0)

    def test_of_one_half_life_is_a_line(self) -> None:
        assert grid(Fraction(5), Fraction(5), 5) == [5]
        (line,) = band([Fraction(5)], [], BEFORE, DAYS)
        assert all(low == high for low, high in line)

    def test_is_the_same_numbers_on_every_machine(self) -> None:
        """Whole numbers only: were a float in between, the last digit would depend on the processor's library."""
        (line,) = band(grid(Fraction(20), Fraction(100), 5), [], [(8, 20_000_000)], [[(8, 16_000_000)]] * 8)
        assert line == [(915, 979), (850, 952), (822, 928), (809, 909), (804, 892), (802, 878), (801, 866), (800, 856)]
