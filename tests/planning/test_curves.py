"""The wanted curve as a clock: when it stands at a dose, against the formulas of its shapes in exact fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from planning_builders import CITE, LINEAR, PROPORTIONAL, mg
from planning_oracle import intervals_down, logarithm

from taper_cli.model.dose import Dose
from taper_cli.model.guideline import Band, Bands
from taper_cli.model.request import Shape, ShapeKind
from taper_cli.planning.curves import Curve, Lag

MICROSTEP = Fraction(1, 1_000_000)
ED50 = Dose.of_mg("2.5")
HYPERBOLIC = Shape(kind=ShapeKind.HYPERBOLIC, ed50=ED50, ed50_source="typed by the prescriber")
BANDED = Shape(kind=ShapeKind.BANDS)
BANDS = Bands(
    drugs=("diazepam",),
    bands=tuple(
        Band(ceiling=Dose.of_mg(high), floor=Dose.of_mg(low), step_low=Dose.of_mg(small), step_high=Dose.of_mg(large))
        for high, low, small, large in [(40, 20, 2, 4), (20, 5, 1, 2), (5, 0, "0.5", 1)]
    ),
    interval_low_days=7,
    interval_high_days=14,
    cite=CITE,
)
HEIGHTS: dict[ShapeKind, Callable[[Fraction], Fraction]] = {
    ShapeKind.PROPORTIONAL: logarithm,
    ShapeKind.LINEAR: lambda dose: dose,
    ShapeKind.HYPERBOLIC: lambda dose: dose / (dose + mg(ED50)),
    ShapeKind.BANDS: lambda dose: intervals_down(BANDS, dose),
}
"""What falls by the same amount in each step: the logarithm, the dose, the occupancy, the intervals still to go."""


@pytest.mark.parametrize("shape", [PROPORTIONAL, LINEAR, HYPERBOLIC, BANDED], ids=lambda shape: shape.kind.value)
@pytest.mark.parametrize(
    ("top", "bottom", "length"), [("40", "0.5", 52), ("20", "1", 13), ("7.3", "0.7", 7), ("3", "2.9", 1)]
)
class TestTheTimeAtADose:
    """Share of the way down from top to bottom, in the measure of the shape, times the length in steps."""

    def test_is_right_to_a_millionth_of_a_step(self, shape: Shape, top: str, bottom: str, length: int) -> None:
        height = HEIGHTS[shape.kind]
        curve = Curve(shape, Dose.of_mg(top), Dose.of_mg(bottom), length, BANDS)
        high, low = height(Fraction(top)), height(Fraction(bottom))
        for tenths in range(1, 410, 3):
            dose = Fraction(tenths, 10)
            exact = length * (high - height(dose)) / (high - low)
            assert abs(curve.time_at(Dose.of_mg(dose).ng) * MICROSTEP - exact) <= MICROSTEP

    def test_begins_at_the_top_and_ends_at_the_bottom(self, shape: Shape, top: str, bottom: str, length: int) -> None:
        curve = Curve(shape, Dose.of_mg(top), Dose.of_mg(bottom), length, BANDS)
        assert curve.time_at(Dose.of_mg(top).ng) == 0
        assert curve.time_at(Dose.of_mg(bottom).ng) * MICROSTEP == length

    def test_never_runs_back_as_the_dose_falls(self, shape: Shape, top: str, bottom: str, length: int) -> None:
        curve = Curve(shape, Dose.of_mg(top), Dose.of_mg(bottom), length, BANDS)
        times = [curve.time_at(Dose.of_mg(Fraction(hundredths, 100)).ng) for hundredths in range(4_000, 0, -7)]
        assert times == sorted(times)


@pytest.mark.parametrize(
    ("shape", "doses"),
    [
        (LINEAR, ["16", "12", "8", "4", "0"]),
        (PROPORTIONAL, ["16", "8", "4", "2", "1"]),
        (BANDED, ["40", "34", "28", "22", "18", "15", "12"]),
    ],
    ids=["a straight line", "halves", "bands"],
)
def test_each_dose_of_a_curve_comes_one_step_after_the_other(shape: Shape, doses: list[str]) -> None:
    curve = Curve(shape, Dose.of_mg(doses[0]), Dose.of_mg(doses[-1]), len(doses) - 1, BANDS)
    assert [curve.time_at(Dose.of_mg(dose).ng) for dose in doses] == [step * 1_000_000 for step in range(len(doses))]


class TestTheLag:
    """How far doses are from the curve, and where along them it is least, against trying every dose at every step."""

    TIMES = (
        (9_400_000, 7_000_000, 6_999_999, 5_000_000, 2_500_000, 2_499_999, 0),
        (3_000_000,),
        (4_000_000, 1_000_000),
    )
    DAYS = (0, 7, 14, 14, 1, 30, 14, 14, 3, 0)

    @pytest.mark.parametrize("tolerance", [0, 1, 250_000, 1_000_000])
    @pytest.mark.parametrize("times", TIMES)
    def test_is_least_and_small_where_trying_every_dose_finds_it(self, times: tuple[int, ...], tolerance: int) -> None:
        lag = Lag(times, self.DAYS, tolerance)
        every = range(len(times))
        for step, days in enumerate(self.DAYS):
            for first in every if days else ():
                for last in every[first:]:
                    tried = min(range(first, last + 1), key=lambda index: (lag(step, index), -index))
                    assert lag.least_within(step, first, last) == tried
            for most in (0, 1, 14 * 250_000**2, 14 * 250_000**2 - 1, 14 * 10**12, 90 * 10**12):
                within = [index for index in every if lag(step, index) <= most]
                low, high = lag.no_more_than(step, most)
                assert [*range(low, high + 1)] == within

    def test_of_a_dose_late_within_the_tolerance_is_none(self) -> None:
        """The clock of a dose says when it is due; step 5 takes it late by the difference, or early."""
        lag = Lag((6_000_000, 5_000_001, 5_000_000, 4_900_000, 4_899_999, 4_000_000), (14,) * 6, 100_000)
        found = [lag(5, index) for index in range(6)]
        assert found == [14 * 10**12, 14, 0, 0, 14, 14 * 900_000**2]
