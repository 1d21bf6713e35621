"""Drug, class and indication files made into values."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from taper_cli.formulary import rows
from taper_cli.formulary.datafile import DataFile, dose_above_zero
from taper_cli.model.dose import NG_PER_MICROGRAM, Volume, parse_number
from taper_cli.model.drug import (
    Advice,
    Audience,
    BoxedWarning,
    Brand,
    Drug,
    DrugClass,
    EffectCurve,
    Equivalent,
    HalfLife,
    Indication,
    IndicationLine,
    LastStep,
    MarketedProduct,
    Maximum,
    Planning,
    ReviewRule,
    Symptom,
    Tier,
    Use,
    Window,
)
from taper_cli.model.errors import WrongValue
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Form, Split

_FORMS = {form.value: form for form in Form}


def read_drug(path: Path) -> Drug:
    """Read one drug file.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.drug.v1")
    half = file.one(
        "half_life",
        rows.HalfLifeRow,
        lambda row: (row.category, _hours(row.parent_hours), _hours(row.metabolite_hours), file.cite(row.cite)),
    )
    file.need(half, "half_life")
    drug_class, name = file.text("drug_class"), file.text("name")
    use = file.word("use", tuple(member.value for member in Use))
    if name != path.stem:
        file.faults.append(f"name: expected {path.stem!r}, the name of the file")
    values = {
        "synonyms": file.texts("synonyms"),
        "last_step": file.one("last_step", rows.LastStepRow, lambda row: _last_step(file, row)),
        "brands": file.many("brand", rows.BrandRow, lambda row: _brand(file, row)),
        "products": file.many("product", rows.HeldProductRow, lambda row: _held(file, row)),
        "maxima": file.many("maximum", rows.MaximumRow, lambda row: _maximum(file, row)),
        "equivalents": file.many("equivalent", rows.EquivalentRow, lambda row: _equivalent(file, row)),
        "effect_curves": file.many("effect_curve", rows.EffectCurveRow, lambda row: _effect_curve(file, row)),
    }
    file.need(values["products"], "product")
    identities = [(product.region, product.identity) for product in values["products"]]
    if len(set(identities)) != len(identities):
        file.faults.append("product: the same form and strength stands twice for one region")
    file.close()
    category, parent, metabolite, cite = half
    return Drug(
        name=name,
        drug_class=drug_class,
        use=Use(use),
        half_life=HalfLife(category),
        half_life_cite=cite,
        half_life_hours=parent,
        metabolite_hours=metabolite,
        review=file.review,
        **values,
    )


def _hours(pair: tuple[str, str] | None) -> tuple[Fraction, Fraction] | None:
    """A range of hours, exactly."""
    if pair is None:
        return None
    low, high = (parse_number(text, "hours", "20") for text in pair)
    if not 0 < low <= high:
        raise WrongValue(f"hours are above zero and not upside down: {pair[0]} to {pair[1]}")
    return (low, high)


def _last_step(file: DataFile, row: rows.LastStepRow) -> LastStep:
    return LastStep(dose=dose_above_zero(row.dose), basis="stated by the source", cite=file.cite(row.cite))


def _brand(file: DataFile, row: rows.BrandRow) -> Brand:
    form = _form(row.form) if row.form else None
    return Brand(name=row.name, regions=tuple(row.regions), cite=file.cite(row.cite), form=form)


def product_of(file: DataFile, row: rows.ProductRow) -> MarketedProduct:
    """A product entry; a split stands only with its source, and only on a form that can be divided."""
    form = _form(row.form)
    if (row.split is None) != (row.split_cite is None):
        raise WrongValue("split and split_cite go together")
    if row.split and not form.divisible:
        raise WrongValue(f"a {form.value} is never split")
    strength, _, volume = row.strength.partition(" in ")
    if form.liquid != bool(volume):
        raise WrongValue(f"strength {row.strength!r} does not fit the form {form.value!r}")
    held = dose_above_zero(strength)
    measure = Volume.parse(volume) if volume else None
    split = Split[row.split.upper()] if row.split else Split.WHOLE
    if held.ng % (split.value * NG_PER_MICROGRAM):
        raise WrongValue(f"the parts of {row.strength!r} need more than 3 decimals of a mg, which nobody reads safely")
    if measure is not None and held.ng % measure.ul:
        # Whatever mark the syringe has, what is drawn up to it must be a whole number of nanograms.
        raise WrongValue(f"{row.strength!r} is no even amount in a mL: write the strength in the volume of its label")
    return MarketedProduct(
        region=row.region,
        form=form,
        strength=held,
        volume=measure,
        cite=file.cite(row.cite),
        split=split,
        split_cite=file.cite(row.split_cite) if row.split_cite else None,
    )


def _held(file: DataFile, row: rows.HeldProductRow) -> MarketedProduct:
    """A product of the formulary."""
    if row.split_off_licence and row.split is None:
        raise WrongValue("split_off_licence says something of a split, and there is none")
    return product_of(file, row)._replace(split_off_licence=row.split_off_licence)


def _form(text: str) -> Form:
    """A form by its words."""
    if text not in _FORMS:
        raise WrongValue(f"form {text!r} is none of {', '.join(_FORMS)}")
    return _FORMS[text]


def _maximum(file: DataFile, row: rows.MaximumRow) -> Maximum:
    older = dose_above_zero(row.older_adult) if row.older_adult else None
    if older and older > dose_above_zero(row.dose):
        raise WrongValue("the maximum for older adults is above the adult one")
    return Maximum(
        region=row.region,
        indication=row.indication,
        dose=dose_above_zero(row.dose),
        older_adult=older,
        cite=file.cite(row.cite),
    )


def _equivalent(file: DataFile, row: rows.EquivalentRow) -> Equivalent:
    low, high = dose_above_zero(row.low), dose_above_zero(row.high)
    if low > high:
        raise WrongValue("low is above high")
    return Equivalent(table=row.table, low=low, high=high, cite=file.cite(row.cite))


def _effect_curve(file: DataFile, row: rows.EffectCurveRow) -> EffectCurve:
    return EffectCurve(
        site=row.site,
        vmax=parse_number(row.vmax_percent, "percent", "84") / 100,
        ed50=dose_above_zero(row.ed50),
        fitted_to=dose_above_zero(row.fitted_to),
        cite=file.cite(row.cite),
    )


def _planning(row: rows.PlanningRow) -> Planning:
    markets = (("gb", row.guideline_gb), ("us", row.guideline_us))
    return Planning(
        guideline=row.guideline,
        by_market=tuple((market, key) for market, key in markets if key),
        banded=row.shape == "bands",
        prescriber_types_pace=row.prescriber_types_pace,
        name_release=row.name_release,
        dose_by_slot=row.dose_by_slot,
    )


def read_class(path: Path) -> DrugClass:
    """Read one class file.

    Raises:
        DataFault: with every fault of the file, a missing tier among them.
    """
    file = DataFile(path, "taper.class.v1")
    name, title, contexts = file.text("name"), file.text("title"), file.text("contexts")
    planning = file.one("planning", rows.PlanningRow, _planning)
    after = file.one("after_last_dose", rows.AfterRow, lambda row: (row.days, file.cite(row.cite)))
    windows = file.many("window", rows.WindowRow, lambda row: _window(file, row))
    symptoms = file.many("symptom", rows.SymptomRow, lambda row: _symptom(file, row))
    advice = file.many("advice", rows.AdviceRow, lambda row: _advice(file, row))
    boxes = file.many("box", rows.BoxRow, lambda row: _box(file, row))
    file.need(planning, "planning")
    file.need(after, "after_last_dose")
    file.need(windows, "window")
    if name != path.stem:
        file.faults.append(f"name: expected {path.stem!r}, the name of the file")
    if len({window.half_life for window in windows}) != len(windows):
        file.faults.append("window: one half-life stands twice")
    for tier in Tier:
        if not any(symptom.tier is tier for symptom in symptoms):
            file.faults.append(f"symptom: no entry of tier {tier.value!r}")
    file.close()
    return DrugClass(
        name=name,
        title=title,
        contexts=contexts,
        planning=planning,
        windows=windows,
        after_last_dose_days=after[0],
        after_last_dose_cite=after[1],
        symptoms=symptoms,
        advice=advice,
        boxes=boxes,
        review=file.review,
    )


def _window(file: DataFile, row: rows.WindowRow) -> Window:
    if row.last_day < row.first_day:
        raise WrongValue("last_day is before first_day")
    return Window(
        half_life=HalfLife(row.half_life), first_day=row.first_day, last_day=row.last_day, cite=file.cite(row.cite)
    )


def _symptom(file: DataFile, row: rows.SymptomRow) -> Symptom:
    if (row.tier == "call") != (row.urgency is not None):
        raise WrongValue("urgency belongs to the tier 'call' and to no other")
    return Symptom(tier=Tier(row.tier), words=row.words, same_day=row.urgency == "same day", cite=file.cite(row.cite))


def _advice(file: DataFile, row: rows.AdviceRow) -> Advice:
    return Advice(
        topic=row.topic,
        audience=Audience(row.audience),
        text=row.text,
        use=Use(row.use) if row.use else None,
        region=row.region,
        half_lives=tuple(HalfLife(name) for name in row.half_lives or ()),
        cite=file.cite(row.cite),
        review=_review_rule(row),
    )


def _review_rule(row: rows.AdviceRow) -> ReviewRule | None:
    """When to review by a line of advice, if it says so; it is a prescriber's business."""
    first, weeks, months = row.review_days_after_first_cut, row.review_every_weeks, row.review_every_months
    if weeks and months:
        raise WrongValue("a review comes every so many weeks or months, not both")
    if first and first[1] < first[0]:
        raise WrongValue("the last day of a review is before its first")
    every = Period(weeks, TimeUnit.WEEK) if weeks else Period(months, TimeUnit.MONTH) if months else None
    rule = ReviewRule(first, row.review_before_each_cut, every, row.review_days_after_stop)
    if not any(rule):
        return None
    if row.audience != "prescriber":
        raise WrongValue("a review is advice for the prescriber")
    return rule


def _box(file: DataFile, row: rows.BoxRow) -> BoxedWarning:
    return BoxedWarning(topic=row.topic, region=row.region, text=row.text, cite=file.cite(row.cite))


def read_indication(path: Path) -> Indication:
    """Read one indication file.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.indication.v1")
    name, synonyms = file.text("name"), file.texts("synonyms")
    if name.replace(" ", "-") != path.stem:
        file.faults.append(f"name: expected {path.stem.replace('-', ' ')!r}, as the name of the file")
    lines: tuple[IndicationLine, ...] = (
        *file.many("help", rows.LineRow, lambda row: _line(file, "help", row.text, row.cite)),
        *file.many("phone", rows.LineRow, lambda row: _line(file, "phone", row.text, row.cite)),
        *file.many("note", rows.NoteRow, lambda row: _line(file, "note", row.text, row.cite)),
        *file.many("emergency", rows.SignRow, lambda row: _line(file, "emergency", row.words, row.cite)),
    )
    file.close()
    return Indication(name=name, synonyms=synonyms, lines=lines, review=file.review)


def _line(file: DataFile, kind: str, text: str, cite: rows.CiteRow) -> IndicationLine:
    return IndicationLine(kind=kind, text=text, cite=file.cite(cite))
