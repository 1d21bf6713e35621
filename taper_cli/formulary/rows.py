"""The rows of the data files as they must be written: unknown keys, empty strings and missing fields are faults."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from taper_cli.model.product import Form

Text = Annotated[str, msgspec.Meta(min_length=1, pattern=r"\S")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Year = Annotated[int, msgspec.Meta(ge=1950, le=2100)]
Days = Annotated[int, msgspec.Meta(ge=1, le=730)]


FormWords = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [form.value for form in Form]})]


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """A table of a data file."""


class SourceRow(Row):
    """A document that was read."""

    title: Text
    publisher: Text
    year: Year
    where: Text
    read_on: date


class CiteRow(Row):
    """A place in one of the file's sources."""

    source: Key
    locator: Text
    trust: Literal["V", "V2"]
    note: Text


class HalfLifeRow(Row):
    """The class of half-life, with hours as low and high where known."""

    category: Literal["short", "intermediate", "long"]
    cite: CiteRow
    parent_hours: tuple[Text, Text] | None = None
    metabolite_hours: tuple[Text, Text] | None = None


class LastStepRow(Row):
    """The drug's last step where a source states it."""

    dose: Text
    cite: CiteRow


class BrandRow(Row):
    """A brand name."""

    name: Text
    regions: Annotated[list[Key], msgspec.Meta(min_length=1)]
    cite: CiteRow
    form: FormWords | None = None


class ProductRow(Row):
    """A form and strength in one region."""

    region: Key
    form: FormWords
    strength: Text
    cite: CiteRow
    split: Literal["half", "quarter"] | None = None
    split_cite: CiteRow | None = None


class HeldProductRow(ProductRow):
    """A form and strength in the formulary; `split_off_licence`: the source of the division says that the licence does not cover it."""

    split_off_licence: bool = False


class MaximumRow(Row):
    """A labelled daily maximum."""

    region: Key
    indication: Text
    dose: Text
    cite: CiteRow
    older_adult: Text | None = None


class EquivalentRow(Row):
    """One published table's equivalent of diazepam 10 mg."""

    table: Text
    low: Text
    high: Text
    cite: CiteRow


class EffectCurveRow(Row):
    """How strongly doses act at one site, as fitted by a study: the largest effect, the dose of half of it, doses fitted up to."""

    site: Text
    vmax_percent: Text
    ed50: Text
    fitted_to: Text
    cite: CiteRow


class PlanningRow(Row):
    """How a class is planned where nothing else was typed."""

    guideline: Key
    guideline_gb: Key | None = None
    guideline_us: Key | None = None
    shape: Literal["bands"] | None = None
    prescriber_types_pace: bool = False
    name_release: bool = False
    dose_by_slot: bool = False


class WindowRow(Row):
    """Days to watch after a cut."""

    half_life: Literal["short", "intermediate", "long"]
    first_day: Days
    last_day: Days
    cite: CiteRow


class AfterRow(Row):
    """Days to watch after the last dose."""

    days: Days
    cite: CiteRow


class SymptomRow(Row):
    """A symptom in one tier."""

    tier: Literal["expected", "call", "emergency"]
    words: Text
    cite: CiteRow
    urgency: Literal["same day", "working day"] | None = None


class AdviceRow(Row):
    """A line of advice; the keys of a review say in figures what its words say, so that dates can be reckoned."""

    topic: Key
    audience: Literal["patient", "prescriber"]
    text: Text
    cite: CiteRow
    use: Literal["daytime", "night"] | None = None
    region: Key | None = None
    half_lives: Annotated[list[Literal["short", "intermediate", "long"]], msgspec.Meta(min_length=1)] | None = None
    review_days_after_first_cut: tuple[Days, Days] | None = None
    review_before_each_cut: bool = False
    review_every_weeks: Days | None = None
    review_every_months: Days | None = None
    review_days_after_stop: Days | None = None


class BoxRow(Row):
    """A boxed warning."""

    topic: Key
    region: Key
    text: Text
    cite: CiteRow


class LineRow(Row):
    """A line of an indication."""

    text: Text
    cite: CiteRow


class SignRow(Row):
    """An emergency sign of an indication."""

    words: Text
    cite: CiteRow


class NoteRow(Row):
    """A prescriber's note of an indication."""

    audience: Literal["prescriber"]
    text: Text
    cite: CiteRow


class CapRow(Row):
    """A pace limit."""

    percent: Text
    window_days: Days
    basis: Literal["current", "start"]
    cite: CiteRow
    current_below_percent_of_start: Text | None = None


class UsualRow(Row):
    """A usual range of cuts."""

    percent: tuple[Text, Text]
    interval_days: tuple[Days, Days]
    cite: CiteRow


class DoseCapRow(Row):
    """A limit in mg for one drug."""

    drug: Key
    dose: Text
    window_days: Days
    cite: CiteRow
    up_to: Text | None = None


class HoldRow(Row):
    """The fewest days between two cuts."""

    days: Days
    cite: CiteRow


class EndRuleRow(Row):
    """The largest last dose of one drug."""

    drug: Key
    dose: Text
    cite: CiteRow


class MinimumTimeRow(Row):
    """The fewest days of a whole taper of one drug."""

    drug: Key
    days: Days
    cite: CiteRow


class RungRow(Row):
    """One level of a ladder: its daily total and the fewest and most days it lasts.

    `alternate` is taken on every second day ("0 mg": nothing), `weekdays` are the only days on which the dose is taken.
    """

    dose: Text
    days: tuple[Days, Days]
    alternate: Text | None = None
    weekdays: Annotated[list[Key], msgspec.Meta(min_length=1, max_length=6)] | None = None


class LadderRow(Row):
    """A published schedule, the entry dose first."""

    key: Key
    title: Text
    drugs: Annotated[list[Key], msgspec.Meta(min_length=1)]
    ending: Literal["stop", "maintain"]
    steps: Annotated[list[RungRow], msgspec.Meta(min_length=1)]
    cite: CiteRow


class TotalTimeRow(Row):
    """Weeks of a whole taper from a starting dose."""

    drug: Key
    start: Text
    weeks: tuple[Days, Days]
    cite: CiteRow


class BandRow(Row):
    """Step sizes above one dose and up to another."""

    above: Text
    up_to: Text
    least: Text
    most: Text
    interval_days: tuple[Days, Days] | None = None


class BandsRow(Row):
    """A banded schedule for one drug, or for several that share it."""

    drugs: Annotated[list[Key], msgspec.Meta(min_length=1)]
    interval_days: tuple[Days, Days]
    steps: Annotated[list[BandRow], msgspec.Meta(min_length=1)]
    cite: CiteRow


class ContextRow(Row):
    """What a fact about the patient means."""

    key: Key
    aliases: list[Key]
    title: Text
    gate: bool
    ask: bool
    text: Text
    service: Text
    cite: CiteRow
    no_switch_to: list[Key] = []


class LowDoseRow(Row):
    """The highest low dose of one drug."""

    drug: Key
    dose: Text


class MatrixRow(Row):
    """The dependence matrix of some classes."""

    classes: Annotated[list[Key], msgspec.Meta(min_length=1)]
    rare_days_a_week: Annotated[int, msgspec.Meta(ge=1, le=7)]
    short_use_days: Days
    long_use_days: Days
    low_diazepam: Text
    low_doses: list[LowDoseRow]
    cite: CiteRow


class ShortCourseRow(Row):
    """A length of use under which some classes leave no dependence of their own."""

    classes: Annotated[list[Key], msgspec.Meta(min_length=1)]
    days: Days
    text: Text
    cite: CiteRow


class HintRow(Row):
    """A rule for handing out some drugs in a region."""

    topic: Literal["schedule", "validity", "quantity-words", "longest-supply", "instalments", "refills", "state-law"]
    drugs: Annotated[list[Key], msgspec.Meta(min_length=1)]
    text: Text
    cite: CiteRow


class RefusedRow(Row):
    """A medicine that is refused by name."""

    names: Annotated[list[Text], msgspec.Meta(min_length=1)]
    reason: Text
    service: Text
    cite: CiteRow


class CallRow(Row):
    """A number to call."""

    purpose: Literal["emergency", "crisis", "urgent"]
    name: Text
    number: Text
    cite: CiteRow
