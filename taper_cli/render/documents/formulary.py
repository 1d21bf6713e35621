"""The shapes of what `drugs` answers: the list, and all that is held about one drug, every fact with its source."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from taper_cli.model.drug import Audience, HalfLife, Tier, Use
from taper_cli.model.guideline import Basis
from taper_cli.model.product import Form, Split
from taper_cli.render.documents.cells import Count, Day, MgText, Number, one_of

Status = Literal["planned", "prescriber types the pace"]
_Class = TypedDict("_Class", {"class": str})
_For = TypedDict("_For", {"for": str})
_Reader = TypedDict("_Reader", {"for": Annotated[str, one_of(Audience)]})


class SourceEntry(TypedDict):
    """A place in a document that was read, with what was read there in our own words."""

    title: str
    publisher: str
    year: int
    where: str
    read_on: Day
    place: str
    read_at: Literal["first hand", "second hand"]
    note: str


class BrandEntry(TypedDict):
    """A brand by name with the regions that know it."""

    name: str
    regions: list[str]


class ListedEntry(_Class):
    """A drug in the list."""

    name: str
    status: Status
    class_title: str
    synonyms: list[str]
    brands: list[BrandEntry]
    regions: list[str]
    forms: dict[str, list[str]]


class RefusedEntry(TypedDict):
    """A medicine that is refused by name: why, and who should plan it."""

    status: Literal["refused by name"]
    names: list[str]
    do: str
    reason: str
    service: str
    source: SourceEntry


class DrugsAnswer(TypedDict):
    """The drugs that fit what was looked for, and the medicines that are refused by name."""

    schema: Literal["taper.drugs.v1"]
    notice: str
    drugs: list[ListedEntry]
    refused: list[RefusedEntry]


class RefusedFacts(RefusedEntry):
    """What is held of a medicine that is refused by name."""

    schema: Literal["taper.drug-facts.v1"]
    notice: str


class BindingEntry(TypedDict):
    """Whose limit binds in a region where nothing else was typed."""

    region: str
    guideline: str
    limit: str


class BrandFact(TypedDict):
    """A brand; `form` where it is of one form that is not plain."""

    name: str
    regions: list[str]
    form: Annotated[str, one_of(Form)] | None
    source: SourceEntry


class ProductFact(TypedDict):
    """A product of a region, with how it may be divided."""

    region: str
    name: str
    form: Annotated[str, one_of(Form)]
    strength_mg: MgText
    volume_ml: Number | None
    split: Annotated[str, Meta(extra_json_schema={"enum": [split.word for split in Split]})]
    split_off_licence: bool
    source: SourceEntry
    split_source: SourceEntry | None


HalfLifeFact = TypedDict(
    "HalfLifeFact",
    {
        "class": Annotated[str, one_of(HalfLife)],
        "hours": list[Number] | None,
        "metabolite_hours": list[Number] | None,
        "source": SourceEntry,
    },
)


class MaximumFact(_For):
    """The highest daily dose on a label."""

    region: str
    mg: MgText
    older_adult_mg: MgText | None
    source: SourceEntry


class LastStepFact(TypedDict):
    """The largest last dose before a stop."""

    mg: MgText
    basis: str
    source: SourceEntry


class EquivalentFact(TypedDict):
    """What a published table calls equivalent to 10 mg of diazepam, low to high; no conversion is planned from it."""

    table: str
    mg: list[MgText]
    source: SourceEntry


class EffectFact(TypedDict):
    """A measured curve of effect over dose."""

    site: str
    largest_percent: Number
    ed50_mg: MgText
    fitted_to_mg: MgText
    source: SourceEntry


class DoseParts(TypedDict):
    """What is held of its doses."""

    maxima: list[MaximumFact]
    last_step: LastStepFact | None
    equivalents_of_diazepam_10_mg: list[EquivalentFact]
    effect_curves: list[EffectFact]


class CapFact(TypedDict):
    """The largest cut as a share within a window of days."""

    percent: Number
    window_days: Count
    basis: Annotated[str, one_of(Basis)]
    current_below_percent_of_start: Number | None
    source: SourceEntry


class DoseCapFact(TypedDict):
    """The largest cut in mg within a window of days; `up_to_mg` narrows it to falls to that dose and below."""

    mg: MgText
    window_days: Count
    up_to_mg: MgText | None
    source: SourceEntry


class DaysFact(TypedDict):
    """A number of days."""

    days: Count
    source: SourceEntry


class UsualFact(TypedDict):
    """The range of cuts and intervals that a guideline calls usual."""

    percent: list[Number]
    days: list[Count]
    source: SourceEntry


class BandFact(TypedDict):
    """Doses between two bounds that share a step size."""

    above_mg: MgText
    up_to_mg: MgText
    less_mg: list[MgText]
    own_least_days: Count | None


class BandsFact(TypedDict):
    """A banded schedule."""

    days: list[Count]
    steps: list[BandFact]
    source: SourceEntry


class LastDoseFact(TypedDict):
    """The last dose of a guideline's own schedule."""

    mg: MgText
    source: SourceEntry


class WholeTimeFact(TypedDict):
    """How many weeks a whole taper takes from a starting dose."""

    from_mg: MgText
    weeks: list[Count]
    source: SourceEntry


class LimitParts(TypedDict):
    """What binds a cut or the whole time, in words and in figures."""

    limit: str
    cap: CapFact | None
    dose_caps: list[DoseCapFact]
    shortest_days: DaysFact | None
    least_days_between_cuts: DaysFact | None


class GuidelineFact(LimitParts):
    """What a guideline says of the drug; what it does not say is null or empty."""

    key: str
    title: str
    usual: UsualFact | None
    bands: list[BandsFact]
    last_doses: list[LastDoseFact]
    whole_times: list[WholeTimeFact]


class RungFact(TypedDict):
    """One level of a ladder, with the fewest and most days that it lasts."""

    mg: MgText
    days: list[Count]
    taken: str
    between_mg: MgText | None


class LadderFact(TypedDict):
    """A published schedule, and the command that plans it."""

    key: str
    title: str
    guideline: str
    rungs: list[RungFact]
    ending: Literal["stop", "maintain"]
    command: str | None
    source: SourceEntry


class DependenceFact(TypedDict):
    """How soon the body depends on it."""

    text: str
    kind: Literal["matrix", "short course"]
    source: SourceEntry


class ContextFact(TypedDict):
    """What a stated fact about the patient means: a gate refuses, all others warn."""

    key: str
    aliases: list[str]
    title: str
    gate: bool
    asked: bool
    text: str
    service: str
    source: SourceEntry


class WatchFact(TypedDict):
    """The days after a cut on which withdrawal shows."""

    days: list[Count]
    source: SourceEntry


class BoxedFact(TypedDict):
    """A regulator's boxed warning in our words."""

    region: str
    topic: str
    text: str
    source: SourceEntry


class SymptomFact(TypedDict):
    """A symptom by what to do about it."""

    tier: Annotated[str, one_of(Tier)]
    words: str
    same_day: bool
    source: SourceEntry


class AdviceFact(_Reader):
    """A line of advice; in every region where none is named."""

    topic: str
    region: str | None
    text: str
    source: SourceEntry


class HandingOutFact(TypedDict):
    """A rule for handing out, to be checked locally."""

    region: str
    topic: str
    text: str
    source: SourceEntry


class ReviewFact(TypedDict):
    """When a data file was last read against its sources."""

    of: str
    read_on: Day
    due: Day
    by: str


class DrugParts(_Class, DoseParts):
    """The drug itself."""

    name: str
    use: Annotated[str, one_of(Use)]
    synonyms: list[str]
    brands: list[BrandFact]
    products: list[ProductFact]
    half_life: HalfLifeFact


class ClassParts(TypedDict):
    """What holds for the drug's class."""

    class_title: str
    watch: WatchFact
    watch_after_last_dose: DaysFact
    boxed_warnings: list[BoxedFact]
    symptoms: list[SymptomFact]
    advice: list[AdviceFact]


class Facts(DrugParts, ClassParts):
    """All that is held about one drug; with `region`, that region's facts only."""

    status: Status
    region: str | None
    must_be_typed: list[str]
    limits: list[BindingEntry]
    guidelines: list[GuidelineFact]
    ladders: list[LadderFact]
    dependence: DependenceFact | None
    contexts: list[ContextFact]
    rules_for_handing_out: list[HandingOutFact]
    reviews: list[ReviewFact]


class DrugFacts(Facts):
    """All that is held about one drug; with `region`, that region's facts only."""

    schema: Literal["taper.drug-facts.v1"]
    notice: str
