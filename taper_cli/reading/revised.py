"""What our own CSV of a revised plan tells beside its rows: doses that went up or were found, and steps that stay on a dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from taper_cli.model.dose import Dose
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import Event, EventKind, StatedStep, Transcript
from taper_cli.reading.table import Row


def as_revised(transcript: Transcript, version: int, rows: Sequence[Row]) -> Transcript:
    """The transcript of a plan's version above 1, the first row of each step beside it.

    One revision explains one dose that goes up, or that the patient was found to take; where there are more, none is explained.
    """
    events = tuple(_events(transcript, rows))
    # A day file has no kinds of steps: one at the dose before it stays on that dose.
    by_day = rows[0].get("schema") == "taper.day.v1"
    steps = tuple(_stayed(transcript.steps, transcript.before)) if by_day else transcript.steps
    return replace(transcript, steps=steps, events=events if len(events) < version else ())


def _events(transcript: Transcript, rows: Sequence[Row]) -> Iterator[Event]:
    """The doses that rise, and those that the file flags as found with the patient."""
    before = transcript.before
    for step, row in zip(transcript.steps, rows, strict=True):
        # What a stage of a switch counts for follows from the doses that were typed for it.
        if step.total > before and step.kind is not StepKind.SWITCH:
            yield Event(step.start, EventKind.RAISED, step.total)
        elif "dose.found" in row.get("flags").split(";"):
            yield Event(step.start, EventKind.FOUND, step.total)
        before = step.total


def _stayed(steps: Sequence[StatedStep], before: Dose) -> Iterator[StatedStep]:
    """The steps, those at the dose before them called what they are."""
    for step in steps:
        same = step.total == before and step.kind is StepKind.REDUCE
        yield replace(step, kind=StepKind.HOLD) if same else step
        before = step.total
