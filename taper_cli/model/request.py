"""What the prescriber asked for, word for word, as typed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.model.dose import ZERO, Dose, Volume
from taper_cli.model.drug import OwnProducts
from taper_cli.model.errors import WrongValue
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis
from taper_cli.model.period import Period, Rhythm, Until
from taper_cli.model.product import Split
from taper_cli.model.schedule import Regimen
from taper_cli.model.supply import SupplyRules

if TYPE_CHECKING:
    # Only a switch needs it, and every import takes time at the start.
    from taper_cli.model.switch import Switch


class ShapeKind(Enum):
    """The curve that the wanted doses follow."""

    PROPORTIONAL = "proportional"
    LINEAR = "linear"
    HYPERBOLIC = "hyperbolic"
    BANDS = "bands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A curve by kind; a hyperbola has the dose of half the effect (ED50) with its source, or neither: then the drug's own figure
    is looked up, and none is ever made up."""

    kind: ShapeKind
    ed50: Dose | None = None
    ed50_source: str = ""

    def __post_init__(self) -> None:
        given = (bool(self.ed50), bool(self.ed50_source.strip()))
        if given[0] != given[1] or (given[0] and self.kind is not ShapeKind.HYPERBOLIC):
            raise WrongValue("an ED50 above zero stands with its source, and on a hyperbolic shape only")


class CutOrder(Enum):
    """From which slot the cuts are taken first."""

    MORNING_FIRST = "morning-first"
    BEDTIME_FIRST = "bedtime-first"
    EVEN = "even"


class OverTime(NamedTuple):
    """Reach the target in this time, as gently as products allow (or along a typed shape)."""

    length: Period | Until


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPace:
    """Cut by a fixed dose, or by a share of the current or starting dose, each interval; never by more."""

    dose: Dose | None = None
    share: Fraction | None = None
    basis: Basis = Basis.CURRENT

    def __post_init__(self) -> None:
        if (self.dose is None) == (self.share is None):
            raise WrongValue("a pace is a dose or a share, one of them")
        if self.dose is not None and not self.dose:
            raise WrongValue("a pace takes away something")
        if self.share is not None and not 0 < self.share < 1:
            raise WrongValue(f"a pace takes away a part of the dose, not {self.share} of it")


@dataclass(frozen=True, slots=True)
class ByBands:
    """Cut by the guideline's banded steps each interval, the smaller figure of each band where products make it."""


class Spacing(NamedTuple):
    """On which days a level is taken that is not taken every day, and the smaller dose of the days between (zero: nothing)."""

    rhythm: Rhythm
    between: Dose = ZERO


@dataclass(frozen=True, slots=True)
class ByLevels:
    """The daily totals one after another, as the prescriber typed them, each for its own time where one was typed.

    `spacings` is for what is left of a published schedule: a level that leaves days out there must go on to leave them out.
    """

    totals: tuple[Dose, ...]
    periods: tuple[Period, ...] = ()
    spacings: tuple[Spacing | None, ...] = ()

    def __repr__(self) -> str:
        # Levels without times of their own read as they always did, so that the ids of their plans stay.
        times = f", periods={self.periods!r}" if self.periods else ""
        spacings = f", spacings={self.spacings!r}" if self.spacings else ""
        return f"ByLevels(totals={self.totals!r}{times}{spacings})"

    def __post_init__(self) -> None:
        if self.periods and len(self.periods) != len(self.totals):
            raise WrongValue("each level has its own time, or none has")
        if self.spacings and len(self.spacings) != len(self.totals):
            raise WrongValue("of each level it is known whether it leaves days out, or of none")


class ByLadder(NamedTuple):
    """A published schedule by its key, each level for the longest time that it states, or for the shortest."""

    key: str
    shortest: bool = False


Pace = OverTime | AtPace | ByBands | ByLevels | ByLadder


class WantedProduct(NamedTuple):
    """A product as typed: strength (None: every strength of the form), form words, and the split if one was typed with it."""

    strength: Dose | None
    volume: Volume | None
    form_words: str
    split: Split | None

    @property
    def name(self) -> str:
        """As typed: '2 mg tablet', '2 mg in 5 mL oral solution'."""
        if self.strength is None:
            return self.form_words
        amount = str(self.strength) if self.volume is None else f"{self.strength} in {self.volume}"
        return f"{amount} {self.form_words}"


class ContextItem(NamedTuple):
    """A stated fact about the patient: a key, and a value where one was typed ('age=72', 'opioid=no')."""

    key: str
    value: str = ""


ASSUMABLE = ("every", "start", "cut", "supply-days", "halves", "stage-every", "order")
"""The options whose defaults every paper names: each has its own words there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that decides a plan. `today` belongs to it and stays out of the plan's id; `assumed` names what was not said.

    `own` are the prescriber's own products of this drug; without any, the plan's id is that of a program that knew of none.
    With a `switch` the regimen is what the other drug is switched to, by the prescriber's word, before `drug` is tapered.
    """

    drug: str
    regimen: Regimen
    pace: Pace
    every: Period
    start: date
    today: date
    shape: Shape | None = None
    target: Dose = ZERO
    products: tuple[WantedProduct, ...] | None = None
    split: Split | None = None
    syringe: Volume | None = None
    cut: CutOrder = CutOrder.MORNING_FIRST
    region: str | None = None
    indication: str | None = None
    context: tuple[ContextItem, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    guideline: str | None = None
    supply: SupplyRules = field(default_factory=SupplyRules)
    assumed: tuple[str, ...] = ()
    own: OwnProducts | None = field(default=None, repr=False)
    switch: Switch | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        unknown = [name for name in self.assumed if name not in ASSUMABLE]
        if unknown:
            raise WrongValue(f"nothing is known of an assumed option {unknown[0]!r}")

    def context_value(self, key: str) -> str | None:
        """The value typed for a context key, '' where the key stands alone, None where it was not stated."""
        return next((item.value for item in self.context if item.key == key), None)
