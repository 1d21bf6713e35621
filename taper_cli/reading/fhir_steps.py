"""Dosages put together into steps: those of one sequence number stand side by side, those of different ones follow each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.dose import ZERO, Dose, total
from taper_cli.model.errors import CannotPlan
from taper_cli.model.period import Rhythm
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import Event, EventKind, StatedIntake, StatedPortion, StatedStep, Transcript
from taper_cli.reading.fhir_contradictions import Told
from taper_cli.reading.fhir_dosage import Dosing

_FLAGGED = re.compile(r"Flag: step (\d+): .*\[(held|dose\.found)\]", re.DOTALL)


class Block(NamedTuple):
    """Dosages taken in the same time, from the first day to the day before `end`; None where it does not end.

    With a rhythm `tellings` are those of its days and `others` those of the days between.
    """

    number: int
    start: date
    end: date | None
    tellings: tuple[Told, ...]
    rhythm: Rhythm | None = None
    others: tuple[Told, ...] = ()

    @property
    def total(self) -> Dose:
        """What one of its days takes."""
        return total([told.dosing.daily for told in self.tellings])

    @property
    def stops(self) -> bool:
        """Whether it says that nothing is taken afterwards."""
        return any(told.dosing.stops or told.said.stops for told in (*self.tellings, *self.others))


def blocks_of(tellings: Sequence[Told], name: str) -> tuple[Block, ...]:
    """The dosages by step, in their order.

    Raises:
        CannotPlan: for a request without dosages, or dosages whose days are not stated or do not fit together.
    """
    if not tellings:
        raise CannotPlan(f"{name!r} has no dosageInstruction", "expected one for each step", "export the whole request")
    groups: dict[object, list[Told]] = {}
    numbered = all(told.dosing.sequence is not None for told in tellings)
    for told in tellings:
        dosing = told.dosing
        key = dosing.sequence if numbered else (dosing.start, dosing.end, dosing.length, dosing.start or dosing.number)
        groups.setdefault(key, []).append(told)
    found: list[Block] = []
    for number, group in sorted(groups.items()) if numbered else groups.items():
        found.append(
            _block(number if isinstance(number, int) else len(found) + 1, group, found[-1].end if found else None)
        )
    early = next((block for block in found[:-1] if block.stops), None)
    if early is not None:
        raise CannotPlan(
            f"{early.tellings[0].dosing.place} says to stop, and other dosages follow",
            "expected it in the last",
            "correct the file",
        )
    return tuple(found)


def _block(number: int, group: Sequence[Told], following: date | None) -> Block:
    """Dosages side by side; those without dates begin where the ones before them end."""
    spans = [_span(told.dosing, following) for told in group]
    rhythms = list(dict.fromkeys(told.dosing.rhythm for told in group))
    place = group[0].dosing.place
    if len({end for _, end in spans}) > 1:
        raise CannotPlan(
            f"{place} and others of its sequence have different last days",
            "expected one time for each step",
            "number steps that follow each other differently",
        )
    start, end = min(first for first, _ in spans), spans[0][1]
    if len(rhythms) == 1 and len({first for first, _ in spans}) == 1:
        return Block(number, start, end, tuple(group), rhythms[0])
    return _spaced(Block(number, start, end, tuple(group)), [first for first, _ in spans])


def _span(dosing: Dosing, following: date | None) -> tuple[date, date | None]:
    """The days of a dosage."""
    start = dosing.start or (following if dosing.length else None)
    if start is None:
        raise CannotPlan(
            f"{dosing.place} has no first day", "expected timing.repeat.boundsPeriod with a start", "add the dates"
        )
    return start, start + timedelta(days=dosing.length) if dosing.length else dosing.end


def _spaced(block: Block, starts: Sequence[date]) -> Block:
    """Dosages of some days beside dosages of the days between: the larger dose first, as in a step of ours."""
    sides: dict[tuple[Rhythm | None, date], list[Told]] = {}
    for told, first in zip(block.tellings, starts, strict=True):
        sides.setdefault((told.dosing.rhythm, first), []).append(told)
    place = block.tellings[0].dosing.place
    fault = CannotPlan(
        f"{place} and others of its sequence are taken on days that overlap or leave days out",
        "expected the same days, or days that take turns",
        "write the schedule as CSV",
    )
    if len(sides) != 2:
        raise fault
    (one, some), (other, rest) = sorted(
        sides.items(), key=lambda side: -total([told.dosing.daily for told in side[1]]).ng
    )
    if not _take_turns(one, other) or (one[1] != block.start and one[0] == Rhythm()):
        raise fault
    return block._replace(tellings=tuple(some), rhythm=one[0], others=tuple(rest))


def _take_turns(one: tuple[Rhythm | None, date], other: tuple[Rhythm | None, date]) -> bool:
    """Whether two rhythms together take every day once."""
    if one[0] is None or other[0] is None:
        return False
    if not one[0].weekdays or not other[0].weekdays:
        return one[0] == other[0] and abs((one[1] - other[1]).days) == 1
    return one[1] == other[1] and sorted((*one[0].weekdays, *other[0].weekdays)) == list(range(7))


def steps_of(blocks: Sequence[Block], *, before: Dose | None, numbered: bool) -> tuple[StatedStep, ...]:
    """The blocks as stated steps, with the STOP that the last one asks for.

    `before` is the starting dose of another system's request, where an equal dose is a hold; `numbered` where the numbers are ours.
    """
    found: list[StatedStep] = []
    for place, block in enumerate(blocks):
        last = place == len(blocks) - 1
        found.append(
            _step(
                block, len(found) + 1, last=last, held=before is not None and block.total == before, numbered=numbered
            )
        )
        before = block.total if before is not None else None
    if blocks[-1].stops and blocks[-1].end is not None:
        number = blocks[-1].number + 1 if numbered else None
        found.append(
            StatedStep(
                number=len(found) + 1,
                kind=StepKind.STOP,
                start=blocks[-1].end,
                end=None,
                total=ZERO,
                intakes=(),
                stated_number=number,
            )
        )
    return tuple(found)


def _step(block: Block, number: int, *, last: bool, held: bool, numbered: bool) -> StatedStep:
    """One block as a stated step."""
    ending = last and (block.end is None or not block.total)
    kind = StepKind.HOLD if held else StepKind.REDUCE
    if ending:
        kind = StepKind.MAINTAIN if block.total else StepKind.STOP
    elif block.rhythm is not None:
        kind = StepKind.SPACE
    written = " ".join(told.dosing.text for told in block.tellings) if not numbered else ""
    return StatedStep(
        number=number,
        kind=kind,
        start=block.start,
        end=None if ending else block.end,
        total=block.total,
        intakes=tuple(_intakes(block.tellings)) if block.total else (),
        held=held,
        stated_number=block.number if numbered else None,
        written=written,
        rhythm=block.rhythm,
        others=tuple(_intakes(block.others)),
    )


def _intakes(tellings: Sequence[Told]) -> Iterator[StatedIntake]:
    """Each dosage as the intakes of its slots; where no slots are stated, as one intake of the day's dose."""
    for told in tellings:
        dosing = told.dosing
        if not dosing.dose:
            continue
        if dosing.slots:
            share = Fraction(1, len(dosing.slots)) if told.by_day else Fraction(1)
            for slot in dosing.slots:
                yield StatedIntake(slot=slot, dose=dosing.dose, portions=_portions(told, share))
        else:
            share = Fraction(1) if told.by_day else Fraction(dosing.times)
            yield StatedIntake(slot=Slot.DAILY, dose=dosing.daily, portions=_portions(told, share))


def _portions(told: Told, share: Fraction) -> tuple[StatedPortion, ...] | None:
    """The products of an intake: so many times what the text counts."""
    if told.portions is None:
        return None
    return tuple(StatedPortion(product=product, count=count * share) for product, count in told.portions)


def as_revised(transcript: Transcript, version: int, notes: Sequence[str]) -> Transcript:
    """What the notes of our own bundle tell beside its steps: which were held, and which dose was found with the patient.

    One revision explains one dose that goes up, or that the patient was found to take; where there are more, none is explained.
    """
    flagged = {(int(match[1]), match[2]) for note in notes if (match := _FLAGGED.fullmatch(note))}
    steps = tuple(replace(step, held=(step.number, "held") in flagged) for step in transcript.steps)
    totals = [transcript.before, *(step.total for step in steps)]
    if version > 1:
        steps = tuple(
            replace(step, kind=StepKind.HOLD) if step.kind is StepKind.REDUCE and step.total == before else step
            for before, step in zip(totals, steps, strict=False)
        )
    events = [
        Event(step.start, EventKind.RAISED if step.total > before else EventKind.FOUND, step.total)
        for before, step in zip(totals, steps, strict=False)
        if step.total > before or (step.number, "dose.found") in flagged
    ]
    return replace(transcript, steps=steps, events=tuple(events) if len(events) < version else ())
