"""Where a FHIR dosage says two things: its text against its figures, and all texts, all periods and the supply against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import Dose, number_text, total
from taper_cli.model.product import Product
from taper_cli.model.schedule import Slot
from taper_cli.reading.fhir_dosage import Dosing
from taper_cli.reading.fhir_medicine import form_of, product_of
from taper_cli.reading.fhir_words import Counted, Said, said_by


class Told(NamedTuple):
    """A dosage in figures beside what its text says; `portions` are the products of one intake as the text counts them.

    `by_day`: the text counts those of a whole day. None where the text counts none, or not of what strength.
    """

    dosing: Dosing
    said: Said
    portions: tuple[tuple[Product, Fraction], ...] | None
    by_day: bool


def told_of(dosing: Dosing, said: Said, drug: str, product: Product | None) -> Told:
    """A dosage beside its text."""
    portions = tuple(_portion(counted, drug, product) for counted in said.counted)
    known = tuple(portion for portion in portions if portion is not None)
    if not known or len(known) < len(portions):
        return Told(dosing, said, None, by_day=False)
    made = _made(known)
    return Told(dosing, said, known, by_day=made != dosing.dose.ng and made == dosing.daily.ng)


def _portion(counted: Counted, drug: str, product: Product | None) -> tuple[Product, Fraction] | None:
    """A counted product; where the words name no strength it is the request's own product."""
    if counted.strength is None:
        same = product is not None and product.form.liquid == counted.liquid
        return (product, counted.amount) if product is not None and same else None
    form = product.form if product is not None and product.form.liquid == counted.liquid else form_of(counted.form)
    found = product_of(drug, form, counted.strength, counted.volume)
    return (found, counted.amount) if found is not None else None


def _made(portions: Sequence[tuple[Product, Fraction]]) -> Fraction:
    """The drug in some portions, in nanograms."""
    parts = (product.strength.ng * count / (product.volume.ml if product.volume else 1) for product, count in portions)
    return sum(parts, Fraction(0))


def contradictions(told: Told, drug: str, product: Product | None) -> Iterator[str]:
    """Every figure of one dosage that its text contradicts, or what else is said in words, both figures named."""
    yield from _of_text(told, product)
    for place, text in told.dosing.beside:
        for fault in _of_text(told_of(told.dosing, said_by(text), drug, product), product):
            yield fault.replace("its text", f"its {place}", 1)
    yield from told.dosing.exceeded


def _of_text(told: Told, product: Product | None) -> Iterator[str]:
    """Every figure of one dosage that one text contradicts."""
    dosing, said = told.dosing, told.said
    yield from said.faults
    for dose in said.doses:
        if dose not in (dosing.dose, dosing.daily):
            yield f"its text says {dose}, its doseQuantity {_dose(dosing.dose, product)}"
    yield from _of_products(told, product)
    yield from _of_times(told)
    yield from _of_days(dosing, said)


def _of_products(told: Told, product: Product | None) -> Iterator[str]:
    """The products that the text counts against the dose and against the medicine."""
    if told.portions is None:
        return
    dosing = told.dosing
    made = _made(told.portions)
    if made not in (dosing.dose.ng, dosing.daily.ng):
        counted = " and ".join(f"{number_text(count)} of {one.name}" for one, count in told.portions)
        yield f"its text counts {counted}, its doseQuantity is {_dose(dosing.dose, product)}"
    others = [one.name for one, _ in told.portions if product is not None and one.identity != product.identity]
    if others and product is not None:
        yield f"its text counts a {others[0]}, the medicine is a {product.name}"


def _of_times(told: Told) -> Iterator[str]:
    """How often a day, on which days and at which times of day."""
    dosing, said = told.dosing, told.said
    whole_day = told.by_day or (dosing.dose not in said.doses and dosing.daily in said.doses)
    if said.times is not None and said.times != dosing.times and not (whole_day and said.times == 1):
        yield f"its text says {said.times} times a day, its timing {dosing.times}"
    if said.rhythm != dosing.rhythm and (said.rhythm is not None or said.times is not None):
        said_days = said.rhythm.words if said.rhythm else "every day"
        yield f"its text says {said_days}, its timing {dosing.rhythm.words if dosing.rhythm else 'every day'}"
    if said.times is None and not dosing.slots and len(said.slots) > max(dosing.times, 1):
        yield f"its text says {_slots(said.slots)}, its timing {dosing.times} times a day"
    if said.slots and dosing.slots and set(said.slots) != set(dosing.slots):
        yield f"its text says {_slots(said.slots)}, its timing {_slots(dosing.slots)}"


def _of_days(dosing: Dosing, said: Said) -> Iterator[str]:
    """First and last day, and the length."""
    if said.first and dosing.start and said.first != dosing.start:
        yield f"its text begins on {said.first.isoformat()}, its period on {dosing.start.isoformat()}"
    last = dosing.end - timedelta(days=1) if dosing.end else None
    if said.ends and last and last not in said.ends:
        yield f"its text ends on {said.ends[0].isoformat()}, its period on {last.isoformat()}"
    if said.ends and dosing.start and not dosing.end and not dosing.length:
        yield f"its text ends on {said.ends[0].isoformat()}, its period has no end"
    days = days_of(dosing)
    if said.days is not None and days is not None and said.days != days:
        period = f" ({dosing.start.isoformat()} to {last.isoformat()})" if dosing.start and last else ""
        yield f"its text says {said.days} days, its period{period} has {days}"
    if said.months is not None and days is not None and not 28 * said.months <= days <= 31 * said.months:
        yield f"its text says {said.months} month{'s' if said.months > 1 else ''}, its period has {days} days"


def _slots(slots: Sequence[Slot]) -> str:
    return " and ".join(slot.value for slot in slots)


def _dose(dose: Dose, product: Product | None) -> str:
    """A dose in mg, and in tablets where the medicine is one product."""
    if product is None or product.form.liquid:
        return str(dose)
    return f"{dose} ({number_text(Fraction(dose.ng, product.strength.ng))} of {product.strength})"


def days_of(dosing: Dosing) -> int | None:
    """The length of a dosage in days; None where it has no end."""
    if dosing.length is not None:
        return dosing.length
    return (dosing.end - dosing.start).days if dosing.start and dosing.end else None


def in_all(tellings: Sequence[Told], product: Product | None, handed_out: str) -> str:
    """What all texts, all periods and the supply come to, side by side; '' where a text or a period leaves it open."""
    by_text, by_period = Fraction(0), Fraction(0)
    for told in tellings:
        days, said = days_of(told.dosing), told.said
        dose = _said_daily(told)
        if days is None or dose is None or told.dosing.rhythm is not None:
            return ""
        text_days = said.days if said.days is not None else days
        by_text += dose * text_days
        by_period += told.dosing.daily.ng * days
    pieces = product is not None and not product.form.liquid
    per, unit = (product.strength.ng, f"times {product.name}") if product is not None and pieces else (10**6, "mg")
    handed = f"; dispenseRequest hands out {handed_out}" if handed_out else ""
    texts, periods = number_text(by_text / per), number_text(by_period / per)
    return f"in all: {texts} {unit} by the texts, {periods} by doses and periods{handed}"


def _said_daily(told: Told) -> Fraction | None:
    """What a day takes by the text alone, in nanograms; None where the text does not say."""
    said = told.said
    times = said.times if said.times is not None else told.dosing.times
    if told.portions is not None:
        return _made(told.portions) * (1 if told.by_day else times)
    return Fraction(total(list(said.doses[:1])).ng) * times if said.doses else None
