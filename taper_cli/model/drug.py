"""A drug, its class and an indication, as the formulary holds them: every fact with its citation."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.citation import Citation, Review
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import DamagedData
from taper_cli.model.period import Period
from taper_cli.model.product import Form, Identity, Split, product_name

# A published equivalent is the dose taken to equal this much diazepam.
EQUIVALENT_BASE = Dose.of_mg(10)
# Wherever a product of a prescriber's own file or its source is named on a paper, these words stand beside it.
FROM_FILE = "from your file"


class HalfLife(Enum):
    """The class of half-life, which decides when withdrawal shows."""

    SHORT = "short"
    INTERMEDIATE = "intermediate"
    LONG = "long"


class Use(Enum):
    """When the drug is taken by licence: through the day, or at night only."""

    DAYTIME = "daytime"
    NIGHT = "night"


class Tier(Enum):
    """What to do about a symptom: keep to the plan, call, or get emergency help."""

    EXPECTED = "expected"
    CALL = "call"
    EMERGENCY = "emergency"


class Audience(Enum):
    """For whom a line is written."""

    PATIENT = "patient"
    PRESCRIBER = "prescriber"


class Brand(NamedTuple):
    """A brand name and the regions whose sources show it; `form` where the brand is of one form that is not plain."""

    name: str
    regions: tuple[str, ...]
    cite: Citation
    form: Form | None = None


class MarketedProduct(NamedTuple):
    """A form and strength marketed in one region; `split` is what a source says about dividing it (WHOLE where none does).

    `split_off_licence`: that source says that the licence does not cover the division, so the prescriber answers for it.
    `own`: it stands in a prescriber's own file, not in the formulary.
    """

    region: str
    form: Form
    strength: Dose
    volume: Volume | None
    cite: Citation
    split: Split = Split.WHOLE
    split_cite: Citation | None = None
    split_off_licence: bool = False
    own: bool = False

    @property
    def identity(self) -> Identity:
        """What makes two regions' products the same product."""
        return (self.form, self.strength, self.volume)

    @property
    def name(self) -> str:
        """Strength and form in words: '2 mg tablet'."""
        return product_name(self.form, self.strength, self.volume)


class OwnProducts(NamedTuple):
    """The products of one drug out of a prescriber's own file; `only`: nothing else may be supplied, otherwise they are added."""

    only: bool
    review: Review
    products: tuple[MarketedProduct, ...]

    def in_market(self, market: str | None) -> tuple[MarketedProduct, ...]:
        """Those of one market, or all where none is stated."""
        return tuple(product for product in self.products if market in (None, product.region))


class Maximum(NamedTuple):
    """The highest labelled daily dose for one indication in one region, and the lower one for older adults where the label has it."""

    region: str
    indication: str
    dose: Dose
    older_adult: Dose | None
    cite: Citation


class Equivalent(NamedTuple):
    """How many mg of this drug a published table takes to equal diazepam 10 mg, as a range."""

    table: str
    low: Dose
    high: Dose
    cite: Citation


class LastStep(NamedTuple):
    """The drug's *last step*: the largest last dose, and the largest cut that the exception for the tail may excuse."""

    dose: Dose
    basis: str
    cite: Citation


class EffectCurve(NamedTuple):
    """How strongly doses act at one site, as fitted by a study: the largest effect as a share, the dose of half of it.

    Doses above `fitted_to` were not studied. An average with a wide scatter: an effect at a site is not a risk of withdrawal.
    """

    site: str
    vmax: Fraction
    ed50: Dose
    fitted_to: Dose
    cite: Citation


class Drug(NamedTuple):
    """A drug of the formulary. `last_step` is set only where a source states it; otherwise it is derived from the products."""

    name: str
    drug_class: str
    use: Use
    half_life: HalfLife
    half_life_cite: Citation
    half_life_hours: tuple[Fraction, Fraction] | None
    metabolite_hours: tuple[Fraction, Fraction] | None
    synonyms: tuple[str, ...]
    brands: tuple[Brand, ...]
    products: tuple[MarketedProduct, ...]
    maxima: tuple[Maximum, ...]
    equivalents: tuple[Equivalent, ...]
    last_step: LastStep | None
    review: Review
    effect_curves: tuple[EffectCurve, ...] = ()


class RefusedDrug(NamedTuple):
    """A medicine that is refused by name: what happens when it is reduced without a specialist, and who should plan it."""

    names: tuple[str, ...]
    reason: str
    service: str
    cite: Citation


class Window(NamedTuple):
    """The days after a cut on which withdrawal is most likely, day 1 being the day of the cut; both ends included."""

    half_life: HalfLife
    first_day: int
    last_day: int
    cite: Citation


class Symptom(NamedTuple):
    """A symptom in a patient's words, with what to do about it; `same_day` matters for the middle tier only."""

    tier: Tier
    words: str
    same_day: bool
    cite: Citation


class ReviewRule(NamedTuple):
    """When to review, in the figures of a line of advice: so many days after the first cut (both ends included), before each later
    cut, at least every so often, so many days after the stop. What the line does not say is None."""

    after_first_cut: tuple[int, int] | None
    before_each_cut: bool
    at_least_every: Period | None
    after_stop: int | None


class Advice(NamedTuple):
    """A line of advice on one topic for one audience; `use`, `region` and `half_lives` narrow it to some medicines or one region.

    `review` holds the figures of a line that says when to review.
    """

    topic: str
    audience: Audience
    text: str
    use: Use | None
    cite: Citation
    region: str | None = None
    half_lives: tuple[HalfLife, ...] = ()
    review: ReviewRule | None = None

    def holds_for(self, drug: Drug, region: str | None) -> bool:
        """Whether the line is about this drug in this region."""
        return (
            self.use in (None, drug.use)
            and self.region in (None, region)
            and (not self.half_lives or drug.half_life in self.half_lives)
        )


class BoxedWarning(NamedTuple):
    """A regulator's boxed warning in our words."""

    topic: str
    region: str
    text: str
    cite: Citation


class Planning(NamedTuple):
    """How a class is planned where nothing else was typed: whose limit binds (by market where that differs), along which curve.

    `prescriber_types_pace`: no rate is published, so step and interval must be typed. `name_release`: plain and modified-release
    forms are both in use and not interchangeable, so the one that is taken must be named. `dose_by_slot`: a day's dose at once
    would harm, so the times of day must be typed.
    """

    guideline: str
    by_market: tuple[tuple[str, str], ...] = ()
    banded: bool = False
    prescriber_types_pace: bool = False
    name_release: bool = False
    dose_by_slot: bool = False

    def guideline_in(self, market: str | None) -> str:
        """The key of the guideline whose limit binds in a market."""
        return dict(self.by_market).get(market or "", self.guideline)


class DrugClass(NamedTuple):
    """A pharmacological class: its withdrawal profile in three tiers, its windows, its advice, how it is planned.

    `contexts` names the file of facts about the patient that matter for it.
    """

    name: str
    title: str
    contexts: str
    planning: Planning
    windows: tuple[Window, ...]
    after_last_dose_days: int
    after_last_dose_cite: Citation
    symptoms: tuple[Symptom, ...]
    advice: tuple[Advice, ...]
    boxes: tuple[BoxedWarning, ...]
    review: Review

    def window(self, half_life: HalfLife) -> Window:
        """The watch window for a half-life class.

        Raises:
            DamagedData: where the class has none for it, so that nobody can say when to watch.
        """
        found = next((window for window in self.windows if window.half_life is half_life), None)
        if found is None:
            raise DamagedData(f"the class {self.name!r} has no window for a {half_life.value} half-life")
        return found

    def tier(self, tier: Tier) -> tuple[Symptom, ...]:
        """The symptoms of one tier, in the order of the file."""
        return tuple(symptom for symptom in self.symptoms if symptom.tier is tier)


class IndicationLine(NamedTuple):
    """A line that an indication adds: help without medicine, an emergency sign, when to phone, or a prescriber's note."""

    kind: str
    text: str
    cite: Citation


class Indication(NamedTuple):
    """What the medicine was taken for, and what that adds to the papers."""

    name: str
    synonyms: tuple[str, ...]
    lines: tuple[IndicationLine, ...]
    review: Review

    def of_kind(self, kind: str) -> tuple[IndicationLine, ...]:
        """Its lines of one kind, in the order of the file."""
        return tuple(line for line in self.lines if line.kind == kind)
