"""The rules of a request read once more, for the comparison: no code of the planner's or the judge's, facts from the data files.

Makeable doses are found by trying every sum; a limit is asked of one fall at a time, against every day of its window; the wanted
curve is a formula over time. Doses are fractions of a mg, times are decimals.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from compare_set import Asked

DATA = Path(__file__).parents[2] / "taper_cli" / "formulary"
HALF_STEP = Decimal("0.5")
TAIL = 3
"""From how many of the smallest totals the small exception may fall."""
SPOON_ML = 5


@cache
def table(folder: str, name: str) -> dict[str, Any]:
    """One data file as it stands."""
    return tomllib.loads((DATA / folder / f"{name}.toml").read_text(encoding="utf-8"))


def mg(text: str) -> Fraction:
    """'2.5 mg' as a fraction."""
    number, unit = text.split()
    if unit != "mg":
        raise ValueError(text)
    return Fraction(number)


class Piece(NamedTuple):
    """The smallest amount of one product in mg; so many make a whole one (of a liquid: a spoonful); whether it is cut to get there."""

    amount: Fraction
    per_whole: int
    liquid: bool

    def burden(self, count: int) -> tuple[int, int]:
        """Cuts and pieces that so many of it take: a half is one cut, a quarter two, three quarters are two cuts and two pieces."""
        if self.liquid:
            return 0, -(-count // self.per_whole)
        wholes, parts = divmod(count, self.per_whole)
        share = Fraction(parts, self.per_whole)
        cuts, pieces = {0: (0, 0), Fraction(1, 2): (1, 1), Fraction(1, 4): (2, 1), Fraction(3, 4): (2, 2)}[share]
        return cuts, wholes + pieces


def piece_of(words: str) -> Piece:
    """'2 mg tablet half' or '2 mg in 5 mL oral solution', which a syringe measures by half a mL."""
    found = re.fullmatch(r"(\S+ mg)(?: in (\S+) mL)? .*?(whole|half|quarter)?", words)
    if found is None:
        raise ValueError(words)
    strength, volume, split = found.groups()
    if volume:
        return Piece(mg(strength) / Fraction(volume) / 2, 2 * SPOON_ML, True)
    parts = {"half": 2, "quarter": 4}.get(split, 1)
    return Piece(mg(strength) / parts, parts, False)


Burden = tuple[int, int]


def intakes(pieces: Sequence[Piece], top: Fraction) -> dict[Fraction, Burden]:
    """Every dose up to `top` that some count of every piece makes, zero included, with the fewest cuts, then pieces."""
    found: dict[Fraction, Burden] = {Fraction(0): (0, 0)}
    for piece in pieces:
        more: dict[Fraction, Burden] = {}
        for dose, (cuts, parts) in found.items():
            for count in range(int((top - dose) / piece.amount) + 1):
                extra = piece.burden(count)
                burden = (cuts + extra[0], parts + extra[1])
                whole = dose + count * piece.amount
                more[whole] = min(more.get(whole, burden), burden)
        found = more
    return found


def days_of(pieces: Sequence[Piece], slots: Sequence[Fraction]) -> dict[Fraction, Burden]:
    """Every daily total with each slot at or below its starting dose, with the fewest cuts, then pieces."""
    found: dict[Fraction, Burden] = {Fraction(0): (0, 0)}
    for top in slots:
        more: dict[Fraction, Burden] = {}
        for (dose, one), (part, other) in ((a, b) for a in found.items() for b in intakes(pieces, top).items()):
            burden = (one[0] + other[0], one[1] + other[1])
            more[dose + part] = min(more.get(dose + part, burden), burden)
        found = more
    return found


class Limit(NamedTuple):
    """What may fall within a window: a share of the current or starting dose, or mg (from above `up_to`: from one step above)."""

    window: int
    share: Fraction | None = None
    of_start: bool = False
    most: Fraction | None = None
    up_to: Fraction | None = None


def limits_of(guideline: str, drug: str) -> list[Limit]:
    """The limits of a guideline on one drug."""
    held = table("guidelines", guideline)
    found = []
    if cap := held.get("cap"):
        if cap.keys() & {"current_below_percent_of_start"}:
            raise ValueError(f"{guideline}: a basis that turns is not modelled here")
        found.append(Limit(cap["window_days"], Fraction(cap["percent"]) / 100, cap["basis"] == "start"))
    for cap in held.get("dose_cap", []):
        if cap["drug"] == drug:
            up_to = mg(cap["up_to"]) if "up_to" in cap else None
            found.append(Limit(cap["window_days"], most=mg(cap["dose"]), up_to=up_to))
    return found


def last_step_of(drug: str, region: str, forms: str) -> Fraction:
    """The largest last dose: as the data state it, else the smallest dose of the smallest marketed solid of the kind in use."""
    held = table("drugs", drug)
    if "last_step" in held:
        return mg(held["last_step"]["dose"])
    slow = "modified-release" in forms
    solids = [
        piece_of(f"{one['strength']} tablet {one.get('split', 'whole')}")
        for one in held["product"]
        if one["region"] == region
        and " in " not in one["strength"]
        and one["form"].startswith("modified-release") == slow
    ]
    smallest = min(solids, key=lambda one: (one.amount * one.per_whole, -one.per_whole))
    return smallest.amount


@dataclass(frozen=True)
class Rules:
    """A request with everything that holds for it. A plan is a list of daily totals in mg: the starting dose, then one a step."""

    asked: Asked

    @cached_property
    def pieces(self) -> list[Piece]:
        """The smallest amounts of the products at hand."""
        return [piece_of(words) for words in self.asked.products.split(", ")]

    @cached_property
    def burdens(self) -> dict[Fraction, Burden]:
        """Cuts and pieces of the lightest way to take each makeable total, zero among them."""
        return days_of(self.pieces, [Fraction(dose) for dose in self.asked.doses])

    @cached_property
    def totals(self) -> list[Fraction]:
        """Makeable daily totals above zero, rising."""
        return sorted(self.burdens)[1:]

    @property
    def top(self) -> Fraction:
        """The starting dose."""
        return self.totals[-1]

    @cached_property
    def limits(self) -> list[Limit]:
        """The limits that bind."""
        return limits_of(self.asked.guideline, self.asked.drug)

    @cached_property
    def last_step(self) -> Fraction:
        """The largest last dose."""
        return last_step_of(self.asked.drug, self.asked.region, self.asked.products)

    @cached_property
    def last(self) -> Fraction | None:
        """The largest makeable total below the start from which one may stop; None where there is none."""
        return max((total for total in self.totals[:-1] if total <= self.last_step), default=None)

    @cached_property
    def starts(self) -> list[int]:
        """The first day of each step, the first cut on day 0; what is left over lengthens the last step."""
        return [7 * self.asked.every * step for step in range(self.asked.weeks // self.asked.every)]

    @cached_property
    def lengths(self) -> list[int]:
        """Days of each step."""
        ends = [*self.starts[1:], 7 * self.asked.weeks]
        return [end - start for start, end in zip(self.starts, ends, strict=True)]

    def in_force(self, step: int, window: int) -> list[int]:
        """The steps (0: the starting dose) in force on the days of a window before a step, counted from 1."""
        days = range(self.starts[step - 1] - window, self.starts[step - 1])
        return sorted({sum(start <= day for start in self.starts) for day in days})

    # The limits, asked of one fall at a time.

    def share(self, before: Fraction, after: Fraction) -> Fraction:
        """A fall as the share by which the largest cut is measured."""
        of_start = any(limit.of_start for limit in self.limits)
        return (before - after) / (self.top if of_start else before)

    def exceeds(self, limit: Limit, before: Fraction, after: Fraction) -> bool:
        """Whether a fall is above a limit."""
        if limit.share is not None:
            return self.share(before, after) > limit.share
        counted = before if limit.up_to is None else min(before, limit.up_to + limit.most)
        return counted - after > limit.most

    def adjacent(self, before: Fraction, after: Fraction) -> bool:
        """Whether no makeable total lies between two."""
        return not any(after < total < before for total in self.totals)

    def excused(self, limit: Limit, before: Fraction, after: Fraction) -> bool:
        """The small exception: from one of the three smallest totals to the next, within the last step, never the first cut."""
        return (
            limit.share is not None
            and self.exceeds(limit, before, after)
            and before in self.totals[:TAIL]
            and before != self.top
            and before - after <= self.last_step
            and self.adjacent(before, after)
        )

    def allows(self, limit: Limit, before: Fraction, after: Fraction) -> bool:
        """Whether one may fall so far within the window."""
        return not self.exceeds(limit, before, after) or self.excused(limit, before, after)

    @cached_property
    def window(self) -> int:
        """The window over which the largest cut is measured: that of the share, else the longest of those in mg."""
        return next((limit.window for limit in self.limits if limit.share), max(limit.window for limit in self.limits))

    def cuts(self, plan: Sequence[Fraction], window: int) -> Iterator[tuple[int, Fraction, Fraction]]:
        """Every fall within a window: the step, the total from which, and to which (above zero)."""
        for step in range(1, len(plan)):
            for base in self.in_force(step, window):
                if 0 < plan[step] < plan[base]:
                    yield step, plan[base], plan[step]

    def largest_cut(self, plan: Sequence[Fraction]) -> Fraction:
        """The largest cut of a plan over the window, excused ones aside."""
        shares = [limit for limit in self.limits if limit.share is not None]
        return max(
            (
                self.share(before, after)
                for _, before, after in self.cuts(plan, self.window)
                if not any(self.excused(limit, before, after) for limit in shares)
            ),
            default=Fraction(0),
        )

    def breaches(self, plan: Sequence[Fraction]) -> dict[int, bool]:
        """The steps above a limit, and whether a smaller cut was makeable there."""
        found: dict[int, bool] = {}
        for limit in self.limits:
            for step, before, after in self.cuts(plan, limit.window):
                if self.exceeds(limit, before, after):
                    found[step] = found.get(step, False) or not self.adjacent(before, after)
        return found

    def against(self, plan: Sequence[Fraction]) -> Fraction:
        """The largest cut of a plan, excused ones aside, as a share of what its limit allows."""
        found = Fraction(0)
        for limit in self.limits:
            for _, before, after in self.cuts(plan, limit.window):
                if not self.excused(limit, before, after):
                    found = max(found, self._against(limit, before, after))
        return found

    def _against(self, limit: Limit, before: Fraction, after: Fraction) -> Fraction:
        if limit.share is not None:
            return self.share(before, after) / limit.share
        counted = before if limit.up_to is None else min(before, limit.up_to + limit.most)
        return (counted - after) / limit.most

    # The wanted curve: at what time, in steps, it stands at a dose.

    def _height(self, dose: Fraction) -> Decimal:
        """The measure in which the curve is a straight line: log, mg, or occupancy."""
        value = Decimal(dose.numerator) / dose.denominator
        match self.asked.shape or "proportional":
            case "proportional":
                return value.ln()
            case "linear":
                return value
            case _:
                curve, *others = table("drugs", self.asked.drug)["effect_curve"]
                if others:
                    raise ValueError(f"{self.asked.drug}: several effect curves")
                return value / (value + Decimal(mg(curve["ed50"]).numerator) / mg(curve["ed50"]).denominator)

    def _time(self, dose: Fraction, bottom: Fraction, length: int) -> Decimal:
        with localcontext(prec=40):
            top = self._height(self.top)
            return length * (top - self._height(dose)) / (top - self._height(bottom))

    @cached_property
    def _known(self) -> dict[Fraction, Decimal]:
        return {}

    def wanted_time(self, dose: Fraction) -> Decimal:
        """On the curve that was asked: to zero on the day of the stop, or, in proportion, to the last dose on the last step."""
        if dose not in self._known:
            self._known[dose] = self._wanted_time(dose)
        return self._known[dose]

    def _wanted_time(self, dose: Fraction) -> Decimal:
        steps = len(self.starts)
        if (self.asked.shape or "proportional") == "proportional":
            return self._time(dose, self.last or self.totals[0], steps)
        return self._time(dose, Fraction(0), steps + 1)

    def followed_time(self, dose: Fraction) -> Decimal:
        """On the curve that is followed: where the asked one would want less than the last dose before the end, it ends there."""
        steps = len(self.starts)
        early = self.wanted_time(self.last) < steps
        return self._time(dose, self.last, steps) if early else self.wanted_time(dose)

    def cost(self, step: int, dose: Fraction) -> Decimal:
        """Days times squared steps off the followed curve: any time ahead of it, and beyond half a step behind it."""
        ahead = self.followed_time(dose) - step
        excess = ahead if ahead > 0 else max(Decimal(0), -ahead - HALF_STEP)
        return self.lengths[step - 1] * excess**2

    def lag(self, plan: Sequence[Fraction]) -> Decimal:
        """The whole cost of a plan."""
        return sum((self.cost(step, dose) for step, dose in enumerate(plan) if step), Decimal(0))

    def off_curve(self, plan: Sequence[Fraction]) -> list[Decimal]:
        """How many steps each step is off the curve that was asked; a stop before the end has no place on a curve in ratios."""
        ratios = (self.asked.shape or "proportional") == "proportional"
        return [abs(self.wanted_time(dose) - step) for step, dose in enumerate(plan) if step and (dose or not ratios)]
