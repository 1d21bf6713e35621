"""Rows, cases and verdicts for the judge's tests: a good plan as a table, and the means to spoil one row of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import settings

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, check_all
from taper_cli.model.citation import Citation, Source, Trust
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, PaceCap
from taper_cli.model.product import Form, Product, Split
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedIntake, StatedPortion, StatedStep, Transcript

STEADY = settings(derandomize=True, database=None, deadline=None)  # the same examples on every machine, at every run
START = date(2026, 3, 2)
DAY = timedelta(days=1)

CITE = Citation(
    source=Source(
        key="asam-2025",
        title="Joint Clinical Practice Guideline on Benzodiazepine Tapering",
        publisher="American Society of Addiction Medicine and others",
        year=2025,
        where="doi 10.1007/s11606-025-09499-2",
        read_on=START,
    ),
    locator="pace of the taper",
    trust=Trust.PRIMARY,
    note="not typically above 25 percent every 2 weeks",
)
CAP_RULE = "pace.asam-2025.cap"
CAP = PaceCap(share=Fraction(25, 100), window_days=14, basis=Basis.CURRENT, cite=CITE)
HALF = Fraction(1, 2)


def mg(amount: int | str | Fraction) -> Dose:
    """So many mg."""
    return Dose.of_mg(amount)


def tablet(strength: int, split: Split = Split.HALF, **changes: Any) -> Product:
    """A tablet of diazepam that may be halved, but for the changes named."""
    return Product(**{"drug": "diazepam", "form": Form.TABLET, "strength": mg(strength), "split": split, **changes})


TEN, FIVE, TWO = tablet(10), tablet(5), tablet(2)
TABLETS = (TWO, FIVE, TEN)
SOLUTION = Product(
    drug="diazepam",
    form=Form.SOLUTION,
    strength=mg(2),
    volume=Volume.parse("5 mL"),
    graduation=Volume.parse("0.1 mL"),
)

# What halves of these tablets make, up to 20 mg: every half mg, but neither 0.5 nor 1.5 mg.
TOTALS = (mg(1), *(mg(Fraction(halves, 2)) for halves in range(2 * 2, 2 * 20 + 1)))

Taken = Mapping[Product, int | Fraction]


def intake(dose: Dose, taken: Taken | None, slot: Slot = Slot.DAILY) -> StatedIntake:
    """An intake as stated; `taken` is None where the paper names no products."""
    portions = None if taken is None else tuple(StatedPortion(product=of, count=Fraction(n)) for of, n in taken.items())
    return StatedIntake(slot=slot, dose=dose, portions=portions)


def row(number: int, first: int, end: int | None, total: Dose, intakes: Iterable[StatedIntake]) -> StatedStep:
    """A row from one day after the start to another; without an end it is STOP, or MAINTAIN where there is a dose."""
    ending = StepKind.MAINTAIN if total else StepKind.STOP
    return StatedStep(
        number=number,
        kind=StepKind.REDUCE if end is not None else ending,
        start=START + first * DAY,
        end=None if end is None else START + end * DAY,
        total=total,
        intakes=tuple(intakes),
    )


def bare(before: str, levels: Sequence[tuple[str, int]]) -> Transcript:
    """Daily totals (mg) with the day each begins, as in a paper that names no products; the last has no end."""
    ends = [day for _, day in levels[1:]] + [None]
    return Transcript(
        drug="diazepam",
        before=mg(before),
        steps=tuple(
            row(number, first, end, mg(dose), [intake(mg(dose), None)] if mg(dose) else ())
            for number, ((dose, first), end) in enumerate(zip(levels, ends, strict=True), start=1)
        ),
    )


def fortnights(before: str, *doses: str) -> Transcript:
    """Daily totals (mg), each held for two weeks."""
    return bare(before, [(dose, 14 * place) for place, dose in enumerate(doses)])


# The gentlest 26 weeks from 20 mg with halves of 2, 5 and 10 mg tablets, every two weeks.
GENTLE: tuple[tuple[str, Taken], ...] = (
    ("16", {TEN: 1, TWO: 3}),
    ("13", {TEN: 1, TWO: 1 + HALF}),
    ("10.5", {FIVE: HALF, TWO: 4}),
    ("8.5", {FIVE: HALF, TWO: 3}),
    ("7", {FIVE: 1, TWO: 1}),
    ("6", {TWO: 3}),
    ("5", {FIVE: 1}),
    ("4", {TWO: 2}),
    ("3.5", {FIVE: HALF, TWO: HALF}),
    ("3", {TWO: 1 + HALF}),
    ("2.5", {FIVE: HALF}),
    ("2", {TWO: 1}),
    ("1", {TWO: HALF}),
)


def gentle() -> Transcript:
    """The good plan: 13 dosing steps and STOP, every tablet named."""
    dosing = [
        row(number, 14 * (number - 1), 14 * number, mg(dose), [intake(mg(dose), taken)])
        for number, (dose, taken) in enumerate(GENTLE, start=1)
    ]
    return Transcript(drug="diazepam", before=mg(20), steps=(*dosing, row(14, 14 * 13, None, mg(0), ())))


def morning_and_bedtime() -> Transcript:
    """A good plan with two intakes a day: 4 + 6 mg before, then 4 + 4 mg, to be kept."""
    two_slots = [intake(mg(4), {TWO: 2}, Slot.MORNING), intake(mg(4), {TWO: 2}, Slot.BEDTIME)]
    first = [intake(mg(4), {TWO: 2}, Slot.MORNING), intake(mg(5), {FIVE: 1}, Slot.BEDTIME)]
    steps = (row(1, 0, 14, mg(4 + 5), first), row(2, 14, None, mg(4 + 4), two_slots))
    return Transcript(drug="diazepam", before=mg(4 + 6), steps=steps)


def spoiled(transcript: Transcript, number: int, **changes: Any) -> Transcript:
    """The same paper with one row changed."""
    steps = tuple(replace(step, **changes) if step.number == number else step for step in transcript.steps)
    return replace(transcript, steps=steps)


def without(transcript: Transcript, number: int) -> Transcript:
    """The same paper with one row lost."""
    return replace(transcript, steps=tuple(step for step in transcript.steps if step.number != number))


def case(transcript: Transcript, **law: Any) -> Case:
    """A paper before the judge under the usual law, but for the changes named."""
    usual = {"caps": ((CAP_RULE, CAP),), "last_step": mg(1), "products": TABLETS, "totals": TOTALS}
    return Case(**{"transcript": transcript, **usual, **law})


Verdict = tuple[str, Level, int | None]


def verdicts(findings: Iterable[Finding]) -> list[Verdict]:
    """Findings as rule, level and step."""
    return [(finding.rule, finding.level, finding.step) for finding in findings]


def judged(transcript: Transcript, **law: Any) -> list[Verdict]:
    """What the whole judge says of a paper."""
    return verdicts(check_all(case(transcript, **law), ALL_CHECKS))


def refused(transcript: Transcript, **law: Any) -> list[tuple[str, int | None]]:
    """The rules that refuse a paper, with their steps."""
    return [(rule, step) for rule, level, step in judged(transcript, **law) if level is Level.REFUSE]
