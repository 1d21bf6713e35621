"""Wanted doses as a clock: at what time, in steps, does the ideal curve stand at a dose? Exact integers throughout.

Measuring the distance in time rather than in mg makes one measure right for every shape: mg for linear, ratios for
proportional, occupancy for hyperbolic. The maximal effect of a hyperbola cancels, only its ED50 remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from taper_cli.model.dose import Dose
from taper_cli.model.errors import WrongValue
from taper_cli.model.guideline import Bands
from taper_cli.model.request import Shape, ShapeKind

SCALE = 10**6
_LOG_BITS = 40


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


@dataclass(frozen=True, slots=True)
class Curve:
    """A shape with its two ends: dose `top` at time 0 and dose `bottom` at time `length` (in steps)."""

    shape: Shape
    top: Dose
    bottom: Dose
    length: int
    bands: Bands | None = None

    def _height(self, ng: int) -> int | Fraction:
        """The coordinate in which this shape is a straight line, rising with the dose."""
        match self.shape.kind:
            case ShapeKind.PROPORTIONAL:
                return log2_fixed(ng)
            case ShapeKind.LINEAR:
                return ng
            case ShapeKind.HYPERBOLIC:
                if self.shape.ed50 is None:
                    raise WrongValue("a hyperbola without ED50")
                return Fraction(ng, ng + self.shape.ed50.ng)
            case ShapeKind.BANDS:
                return self._banded(ng)

    def _banded(self, ng: int) -> Fraction:
        """Intervals needed from a dose down to zero at the smaller step of each band."""
        if self.bands is None:
            raise WrongValue("a banded shape without bands")
        return sum(
            (
                Fraction(max(0, min(ng, band.ceiling.ng) - band.floor.ng), band.step_low.ng)
                for band in self.bands.bands
            ),
            Fraction(0),
        )

    def time_at(self, ng: int) -> int:
        """The time at which the curve stands at a dose, in millionths of a step, halves up."""
        top, bottom = Fraction(self._height(self.top.ng)), Fraction(self._height(self.bottom.ng))
        share = (top - self._height(ng)) / (top - bottom)
        return int((share * self.length * SCALE * 2 + 1) // 2)

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
