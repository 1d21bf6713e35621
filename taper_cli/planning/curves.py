"""Wanted doses as a clock: at what time, in steps, does the ideal curve stand at a dose? Exact integers throughout.

Measuring the distance in time rather than in mg makes one measure right for every shape: mg for linear, ratios for
proportional, occupancy for hyperbolic. The maximal effect of a hyperbola cancels, only its ED50 remains.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import WrongValue
from taper_cli.model.guideline import Bands
from taper_cli.model.request import Shape, ShapeKind

SCALE = 10**6
_LOG_BITS = 40
# Falling behind the curve by up to half a step costs nothing, so that whole tablets may win; running ahead always costs.
TOLERANCE = SCALE // 2


@lru_cache(maxsize=16_384)
def log2_fixed(value: int) -> int:
    """The binary logarithm of a whole number above zero in units of 2**-40, by squaring; no floating point, same on every machine."""
    if value <= 0:
        raise WrongValue(f"no logarithm of {value}")
    whole = value.bit_length() - 1
    mantissa = (value << 64) >> whole
    result = whole
    for _ in range(_LOG_BITS):
        mantissa = (mantissa * mantissa) >> 64
        result <<= 1
        if mantissa >> 65:
            mantissa >>= 1
            result |= 1
    return result


class Curve(NamedTuple):
    """A shape with its two ends: dose `top` at time 0 and dose `bottom` at time `length` (in steps)."""

    shape: Shape
    top: Dose
    bottom: Dose
    length: int
    bands: Bands | None = None

    def _share(self, ng: int) -> tuple[int, int]:
        """How far a dose is along the curve, as whole numbers (part, whole): in mg, in ratios, in occupancy, or in bands."""
        top, bottom = self.top.ng, self.bottom.ng
        match self.shape.kind:
            case ShapeKind.PROPORTIONAL:
                return log2_fixed(top) - log2_fixed(ng), log2_fixed(top) - log2_fixed(bottom)
            case ShapeKind.LINEAR:
                return top - ng, top - bottom
            case ShapeKind.HYPERBOLIC:
                if self.shape.ed50 is None:
                    raise WrongValue("a hyperbola without ED50")
                half = self.shape.ed50.ng
                return (top - ng) * (bottom + half), (top - bottom) * (ng + half)
            case ShapeKind.BANDS:
                share = (self._banded(top) - self._banded(ng)) / (self._banded(top) - self._banded(bottom))
                return share.numerator, share.denominator

    def _banded(self, ng: int) -> Fraction:
        """Intervals needed from a dose down to zero at the smaller step of each band."""
        if self.bands is None:
            raise WrongValue("a banded shape without bands")
        return sum(
            (Fraction(max(0, min(ng, band.ceiling.ng) - band.floor.ng), band.step_low.ng) for band in self.bands.bands),
            Fraction(0),
        )

    def time_at(self, ng: int) -> int:
        """The time at which the curve stands at a dose, in millionths of a step, halves up."""
        part, whole = self._share(ng)
        return (2 * part * self.length * SCALE + whole) // (2 * whole)

    def wants_less_than(self, dose: Dose, at: int) -> bool:
        """Whether at time `at` (in steps) the curve already stands below a dose."""
        return self.time_at(dose.ng) < at * SCALE


def curve_to_zero(shape: Shape, top: Dose, last: Dose, steps: int, bands: Bands | None) -> tuple[Curve, bool]:
    """The curve of a taper to STOP over `steps` dosing steps, and whether it was re-anchored at the last dose.

    A proportional curve never reaches zero, so it always ends at `last` on the last step. Another shape runs to zero, unless it
    would want less than the smallest possible dose before the end: then it, too, ends at `last`; otherwise the plan would dive
    to that dose and wait there for weeks.
    """
    if shape.kind is not ShapeKind.PROPORTIONAL:
        free = Curve(shape, top, Dose(0), steps + 1, bands)
        if not free.wants_less_than(last, steps):
            return free, False
    return Curve(shape, top, last, steps, bands), True


class Lag:
    """How far each dose is from the curve at each step: squared time, in millionths of a step, weighted by the step's days.

    `clock` gives the curve's time at each makeable total (falling as totals rise), `days` the days of each step, the start first,
    `tolerance` how late costs nothing, in millionths of a step.
    At one step the lag falls and then rises along the totals, so whole ranges of them are found by bisection.
    """

    def __init__(self, clock: Sequence[int], days: Sequence[int], tolerance: int = TOLERANCE) -> None:
        self._tolerance = tolerance
        self._clock = clock
        self._rising = [-time for time in clock]
        self._days = days

    def __call__(self, step: int, index: int) -> int:
        """The lag of one total at one step; none while it is late within the tolerance."""
        ahead = self._clock[index] - step * SCALE
        if -self._tolerance <= ahead <= 0:
            return 0
        excess = ahead if ahead > 0 else -ahead - self._tolerance
        return excess * excess * self._days[step]

    def least_within(self, step: int, first: int, last: int) -> int:
        """The index from `first` to `last` that lags least, the largest of equals."""
        middle = bisect_right(self._rising, self._tolerance - step * SCALE) - 1
        near = {min(max(index, first), last) for index in (middle, middle + 1)}
        return min(near, key=lambda index: (self(step, index), -index))

    def no_more_than(self, step: int, most: int) -> tuple[int, int]:
        """The first and last index whose lag at this step is at most `most`."""
        if not self._days[step]:
            return 0, len(self._clock) - 1
        reach = isqrt(most // self._days[step])
        first = bisect_left(self._rising, -(step * SCALE + reach))
        return first, bisect_right(self._rising, self._tolerance + reach - step * SCALE) - 1
