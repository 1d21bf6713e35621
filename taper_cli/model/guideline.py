"""What guidelines allow: pace limits and usual ranges, bands of step sizes, contexts and regions, as cited data."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.citation import Citation, Review
from taper_cli.model.dose import ZERO, Dose, percent_text
from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Rhythm


class Basis(Enum):
    """What a percentage is taken of."""

    CURRENT = "current"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceCap:
    """A limit on how much the daily dose may fall within a rolling window: the outer ring.

    `current_below`: the share of the starting dose from which down a limit on the starting dose becomes one on the current dose.
    """

    share: Fraction
    window_days: int
    basis: Basis
    cite: Citation
    current_below: Fraction | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise WrongValue(f"a cap is between 0 and 100 percent, not {self.share}")
        if self.window_days < 1:
            raise WrongValue(f"a window has at least one day, not {self.window_days}")
        if self.current_below is not None and (self.basis is Basis.CURRENT or not 0 < self.current_below < 1):
            raise WrongValue("only a limit on the starting dose turns into one on the current dose, at a part of it")

    def base_of(self, before: Dose, start: Dose) -> Dose:
        """The dose of which a fall from `before` is taken as a share."""
        current = self.current_below is not None and before.ng <= self.current_below * start.ng
        return before if self.basis is Basis.CURRENT or current else start

    @property
    def basis_words(self) -> str:
        """What the percentage is taken of: 'current', or 'starting' (in words where it turns)."""
        if self.basis is Basis.CURRENT:
            return "current"
        if self.current_below is None:
            return "starting"
        return f"starting (current from {percent_text(self.current_below)}% of it down)"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRange:
    """The size and interval of cuts that a guideline calls usual: the inner ring."""

    share_low: Fraction
    share_high: Fraction
    interval_low_days: int
    interval_high_days: int
    cite: Citation

    def __post_init__(self) -> None:
        if not 0 < self.share_low <= self.share_high < 1:
            raise WrongValue(f"a usual cut is between 0 and 100 percent, not {self.share_low} to {self.share_high}")
        if self.interval_low_days > self.interval_high_days:
            raise WrongValue("the usual interval is upside down")


class DoseCap(NamedTuple):
    """A limit in mg on how much one drug's daily dose may fall within a window; `up_to` narrows it to falls to that dose and below."""

    drug: str
    dose: Dose
    window_days: int
    up_to: Dose | None
    cite: Citation

    def counted(self, before: Dose) -> Dose:
        """The dose from which a fall within the window is counted: from above `up_to` at most one step above it.

        So the dose on the edge lasts a whole window before the next cut: to enter a band and to cut in it are two steps.
        """
        return before if self.up_to is None else min(before, self.up_to + self.dose)

    @property
    def law(self) -> str:
        """The limit in words: '1 mg in 28 days at 5 mg a day or less'."""
        where = f" at {self.up_to} a day or less" if self.up_to else ""
        return f"{self.dose} in {self.window_days} day{'s' if self.window_days > 1 else ''}{where}"


class MinimumHold(NamedTuple):
    """The fewest days between two cuts."""

    days: int
    cite: Citation


class MinimumTime(NamedTuple):
    """The fewest days from the first cut of one drug to its end."""

    drug: str
    days: int
    cite: Citation


class Rung(NamedTuple):
    """One level of a published ladder: a daily total, and how many days it lasts at least and at most.

    With a `rhythm` it is taken on the days of that, and `between` (zero: nothing) on the others.
    """

    dose: Dose
    days_low: int
    days_high: int
    rhythm: Rhythm | None = None
    between: Dose = ZERO

    @property
    def mean(self) -> Fraction:
        """The daily total in the long run, in nanograms."""
        if self.rhythm is None:
            return Fraction(self.dose.ng)
        return self.dose.ng * self.rhythm.share + self.between.ng * (1 - self.rhythm.share)


class Ladder(NamedTuple):
    """A published schedule as it stands, the entry dose first; it ends in STOP after the last rung, or stays on it."""

    key: str
    title: str
    drugs: tuple[str, ...]
    stops: bool
    rungs: tuple[Rung, ...]
    cite: Citation

    def below(self, dose: Dose) -> tuple[Rung, ...]:
        """The rungs that still lie below a dose, by dose or by days."""
        return tuple(rung for rung in self.rungs if rung.dose <= dose and rung.mean < dose.ng)


class EndRule(NamedTuple):
    """The largest last dose before a stop that a guideline's own schedule for one drug has."""

    drug: str
    dose: Dose
    cite: Citation


class TotalTime(NamedTuple):
    """How many weeks a whole taper of one drug takes from a starting dose, as a range."""

    drug: str
    start: Dose
    weeks_low: int
    weeks_high: int
    cite: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Step sizes for daily doses above `floor` and up to and including `ceiling`: half-open, so that 20 mg is in one band only."""

    ceiling: Dose
    floor: Dose
    step_low: Dose
    step_high: Dose
    interval_low_days: int | None = None

    def __post_init__(self) -> None:
        if self.ceiling <= self.floor:
            raise WrongValue(f"a band reaches from above {self.floor} up to more than that, not to {self.ceiling}")
        if not self.step_low or self.step_low > self.step_high:
            raise WrongValue(
                f"the steps of a band are above zero and not upside down: {self.step_low} to {self.step_high}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """A banded schedule, highest band first, without gaps down to zero; a band may ask for a longer interval of its own."""

    drugs: tuple[str, ...]
    bands: tuple[Band, ...]
    interval_low_days: int
    interval_high_days: int
    cite: Citation

    def __post_init__(self) -> None:
        for upper, lower in zip(self.bands, self.bands[1:], strict=False):
            if upper.floor != lower.ceiling:
                raise WrongValue(f"bands of {self._names}: a gap between {upper.floor} and {lower.ceiling}")
        if not self.bands or self.bands[-1].floor:
            raise WrongValue(f"bands of {self._names} do not reach zero")

    @property
    def _names(self) -> str:
        return ", ".join(self.drugs)

    def own_interval(self, dose: Dose) -> int:
        """The fewest days that the band of a dose asks for by itself; none where it states no interval of its own."""
        band = self.band_of(dose)
        return (band.interval_low_days if band else None) or 0

    def band_of(self, dose: Dose) -> Band | None:
        """The band that a dose is in, or None above the highest."""
        return next((band for band in self.bands if band.floor < dose <= band.ceiling), None)


class Guideline(NamedTuple):
    """A published guideline: what it covers (`drugs` narrows it), its limits, its usual range, its schedules; each may be absent."""

    key: str
    title: str
    classes: tuple[str, ...]
    cap: PaceCap | None
    usual: UsualRange | None
    bands: tuple[Bands, ...]
    review: Review
    dose_caps: tuple[DoseCap, ...] = ()
    hold: MinimumHold | None = None
    total_times: tuple[TotalTime, ...] = ()
    end_rules: tuple[EndRule, ...] = ()
    drugs: tuple[str, ...] = ()
    min_times: tuple[MinimumTime, ...] = ()
    ladders: tuple[Ladder, ...] = ()

    @property
    def cap_rule(self) -> str:
        """The name of its limit in percent in findings and acceptances."""
        return f"pace.{self.key}.cap"

    @property
    def dose_rule(self) -> str:
        """The name of its limits in mg."""
        return f"pace.{self.key}.dose"

    @property
    def time_rule(self) -> str:
        """The name of its shortest time."""
        return f"pace.{self.key}.time"

    @property
    def limit_rules(self) -> tuple[str, ...]:
        """The names of its limits on single cuts."""
        return (self.cap_rule, self.dose_rule)

    def covers(self, drug: str, drug_class: str) -> bool:
        """Whether it speaks of a drug."""
        return drug_class in self.classes and (not self.drugs or drug in self.drugs)

    def caps_in_mg(self, drug: str) -> tuple[DoseCap, ...]:
        """Its limits in mg for one drug."""
        return tuple(cap for cap in self.dose_caps if cap.drug == drug)

    def shortest_time(self, drug: str) -> MinimumTime | None:
        """The shortest whole taper of one drug, if it states one."""
        return next((time for time in self.min_times if time.drug == drug), None)

    def window_days(self, drug: str) -> int | None:
        """The window over which its limits judge a cut of a drug, the longest of several; None where it limits no single cut."""
        if self.cap is not None:
            return self.cap.window_days
        return max((cap.window_days for cap in self.caps_in_mg(drug)), default=None)

    def limits(self, drug: str) -> bool:
        """Whether it states any limit that can bind a plan of this drug."""
        return bool(self.cap or self.caps_in_mg(drug) or self.shortest_time(drug))

    def limit_cites(self, drug: str) -> tuple[Citation, ...]:
        """Where its limits for a drug stand."""
        held = (self.cap, *self.caps_in_mg(drug), self.shortest_time(drug))
        return tuple(dict.fromkeys(limit.cite for limit in held if limit is not None))

    def law(self, drug: str) -> str:
        """Its limits on cuts of a drug in words: '25% of the current dose in 14 days'."""
        words = (
            [f"{percent_text(self.cap.share)}% of the {self.cap.basis_words} dose in {self.cap.window_days} days"]
            if self.cap
            else []
        )
        words += [cap.law for cap in self.caps_in_mg(drug)]
        time = self.shortest_time(drug)
        words += [f"at least {time.days} days in all"] if time else []
        return "; ".join(words)


class ContextRule(NamedTuple):
    """What a stated fact about the patient means: a gate (refused unless a specialist accepts) or a warning.

    `no_switch_to` names the drugs that a patient with it should not be switched to.
    """

    key: str
    aliases: tuple[str, ...]
    title: str
    gate: bool
    ask: bool
    text: str
    service: str
    cite: Citation
    no_switch_to: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """Its name in findings and acceptances."""
        return f"context.{self.key}"


class Notation(Enum):
    """Whose rules for writing doses hold: the United Kingdom's, the United States', or only those common to both."""

    UK = "uk"
    US = "us"
    INTERNATIONAL = "international"


class CrisisLine(NamedTuple):
    """A number to call, for what, as confirmed for one region."""

    purpose: str
    name: str
    number: str
    cite: Citation


class RuleHint(NamedTuple):
    """A rule of a region for handing out some drugs, told as a hint to check locally."""

    topic: str
    drugs: tuple[str, ...]
    text: str
    cite: Citation


class Region(NamedTuple):
    """A region's words: its emergency numbers, and the word for the last slot of the day. International has no numbers at all."""

    key: str
    title: str
    market: str | None
    bedtime_word: str
    notation: Notation
    lines: tuple[CrisisLine, ...]
    review: Review | None
    hints: tuple[RuleHint, ...] = ()

    def hints_for(self, drug: str) -> tuple[RuleHint, ...]:
        """The hints about one drug, in the order of the file."""
        return tuple(hint for hint in self.hints if drug in hint.drugs)

    def line(self, purpose: str) -> CrisisLine | None:
        """The first number for a purpose ('emergency', 'crisis', 'urgent'), if this region has one."""
        return next((line for line in self.lines if line.purpose == purpose), None)
