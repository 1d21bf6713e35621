"""What guidelines allow: pace limits and usual ranges, bands of step sizes, contexts and regions, as cited data."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.citation import Citation, Review
from taper_cli.model.dose import Dose
from taper_cli.model.errors import WrongValue


class Basis(Enum):
    """What a percentage is taken of."""

    CURRENT = "current"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceCap:
    """A limit on how much the daily dose may fall within a rolling window: the outer ring."""

    share: Fraction
    window_days: int
    basis: Basis
    cite: Citation

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise WrongValue(f"a cap is between 0 and 100 percent, not {self.share}")
        if self.window_days < 1:
            raise WrongValue(f"a window has at least one day, not {self.window_days}")


class UsualRange(NamedTuple):
    """The size and interval of cuts that a guideline calls usual: the inner ring."""

    share_low: Fraction
    share_high: Fraction
    interval_low_days: int
    interval_high_days: int
    cite: Citation


class DoseCap(NamedTuple):
    """A limit in mg on how much one drug's daily dose may fall within a window; `up_to` narrows it to doses at or below one."""

    drug: str
    dose: Dose
    window_days: int
    up_to: Dose | None
    cite: Citation


class MinimumHold(NamedTuple):
    """The fewest days between two cuts."""

    days: int
    cite: Citation


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


class Band(NamedTuple):
    """Step sizes for daily doses above `floor` and up to and including `ceiling`: half-open, so that 20 mg is in one band only."""

    ceiling: Dose
    floor: Dose
    step_low: Dose
    step_high: Dose


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """A banded schedule for one drug, highest band first, without gaps down to zero."""

    drug: str
    bands: tuple[Band, ...]
    interval_low_days: int
    interval_high_days: int
    cite: Citation

    def __post_init__(self) -> None:
        for upper, lower in zip(self.bands, self.bands[1:], strict=False):
            if upper.floor != lower.ceiling:
                raise WrongValue(f"bands of {self.drug}: a gap between {upper.floor} and {lower.ceiling}")
        if self.bands[-1].floor:
            raise WrongValue(f"bands of {self.drug} do not reach zero")

    def band_of(self, dose: Dose) -> Band | None:
        """The band that a dose is in, or None above the highest."""
        return next((band for band in self.bands if band.floor < dose <= band.ceiling), None)


class Guideline(NamedTuple):
    """A published guideline: what it covers, its limit, its usual range, its bands; each may be absent."""

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

    @property
    def cap_rule(self) -> str:
        """The name of its limit in findings and acceptances."""
        return f"pace.{self.key}.cap"


class ContextRule(NamedTuple):
    """What a stated fact about the patient means: a gate (refused unless a specialist accepts) or a warning."""

    key: str
    aliases: tuple[str, ...]
    title: str
    gate: bool
    ask: bool
    text: str
    service: str
    cite: Citation

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
