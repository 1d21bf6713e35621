"""A tapering FHIR MedicationRequest, alone or in a Bundle, as a transcript; text, timing and quantities are compared first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, FaultyFile
from taper_cli.model.transcript import Transcript
from taper_cli.reading.fhir_contradictions import Told, contradictions, in_all, told_of
from taper_cli.reading.fhir_dosage import dosing_of
from taper_cli.reading.fhir_json import Node, root_of
from taper_cli.reading.fhir_medicine import Medicine, medicine_of
from taper_cli.reading.fhir_quantity import dose_of
from taper_cli.reading.fhir_steps import Block, as_revised, blocks_of, steps_of
from taper_cli.reading.fhir_supply import (
    activities,
    duration_of,
    handed_out_text,
    supplied_by_plan,
    supplied_by_request,
)
from taper_cli.reading.fhir_words import said_by
from taper_cli.reading.schedule import Reading

SCHEMA = "taper.fhir.v1"
_OVER = ("cancelled", "entered-in-error", "stopped")


class _File(NamedTuple):
    """A request with the resources beside it; `ours` where this program wrote it, with its region and version."""

    request: Node
    resources: dict[str, Node]
    plan: Node | None
    ours: bool
    region: str
    version: int


def read_fhir(content: bytes, name: str, drug: str = "") -> Reading:
    """Read a request; `drug` is used where it names no medicine.

    Raises:
        CannotPlan: for a file that holds no such request, with its place in one line.
        FaultyFile: for a request that contradicts itself, with both figures of each contradiction.
    """
    file = _file(root_of(content, name), name)
    medicine = medicine_of(file.request, file.resources, drug)
    dosages = list(file.request.each("dosageInstruction"))
    tellings = [_told(dosage, number, medicine, file) for number, dosage in enumerate(dosages, start=1)]
    _no_contradiction(tellings, medicine, file, name)
    blocks = blocks_of(tellings, name)
    return _ours(file, medicine, blocks, name) if file.ours else _foreign(file, medicine, blocks, name)


def _file(root: Node, name: str) -> _File:
    """The one request of a file."""
    kind = root.text("resourceType")
    if kind == "MedicationRequest":
        entries = [Node(root.value, kind)]
        resources: dict[str, Node] = {}
    elif kind == "Bundle":
        found = [(entry.text("fullUrl"), entry.get("resource")) for entry in root.each("entry")]
        held = [
            (url, Node(resource.value, resource.text("resourceType")))
            for url, resource in found
            if resource is not None
        ]
        entries = [resource for _, resource in held if resource.place == "MedicationRequest"]
        resources = dict(held)
        resources |= {f"{resource.place}/{resource.text('id')}": resource for _, resource in held}
    else:
        raise CannotPlan(
            f"{name!r} is a FHIR {kind}", "expected a MedicationRequest, or a Bundle that holds one", "export that one"
        )
    if len(entries) != 1:
        raise CannotPlan(
            f"{name!r} holds {len(entries)} medication requests",
            "expected one with all its steps",
            "check each in a file of its own; a switch of ours as its plan file or CSV",
        )
    request = entries[0]
    resources |= {f"#{one.text('id')}": one for one in request.each("contained")}
    _may_be_read(request)
    tags = [tag.text("display") for meta in [root.get("meta")] if meta is not None for tag in meta.each("tag")]
    return _File(request, resources, _plan(resources), SCHEMA in tags, _region(tags), _version(request))


def _may_be_read(request: Node) -> None:
    """Nothing that is over, forbids the medicine, or changes the meaning of the rest in a way that is not known here."""
    if request.text("status") in _OVER:
        raise CannotPlan(
            f"{request.place}.status is {request.text('status')!r}",
            "expected a draft or an active request",
            "check the one in force",
        )
    forbidden = request.get("doNotPerform")
    if forbidden is not None and forbidden.value is not False:
        raise forbidden.wrong("a request to take the medicine")
    for key in ("modifierExtension", "implicitRules"):
        if request.get(key) is not None:
            raise CannotPlan(
                f"{request.place} has {key}, which may change its meaning", "expected none", "write the schedule as CSV"
            )


def _plan(resources: dict[str, Node]) -> Node | None:
    """The care plan beside the request, if there is one."""
    return next((one for one in resources.values() if one.value.get("resourceType") == "CarePlan"), None)


def _region(tags: Sequence[str]) -> str:
    """The region that our own file names."""
    return next((tag.removeprefix("region: ") for tag in tags if tag.startswith("region: ")), "")


def _version(request: Node) -> int:
    """The version of the plan, 1 where none is told."""
    for identifier in request.each("identifier"):
        kind = identifier.get("type")
        text = identifier.text("value")
        if kind is not None and kind.text("text") == "plan version" and re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
            return int(text)
    return 1


def _told(dosage: Node, number: int, medicine: Medicine, file: _File) -> Told:
    """A dosage in figures beside its text."""
    dosing = dosing_of(dosage, number, medicine.product)
    told = told_of(dosing, said_by(dosing.text), medicine.drug, medicine.product)
    # What we write says everything twice; a part that is gone was taken out.
    whole = told.portions is not None and told.said.slots == dosing.slots and told.said.stops == dosing.stops
    if file.ours and not whole:
        raise CannotPlan(
            f"{dosage.place} has lost products, a time of day or the stop, in its text or its timing",
            "expected both to say all of it",
            "restore the file as it was written",
        )
    return told


def _no_contradiction(tellings: Sequence[Told], medicine: Medicine, file: _File, name: str) -> None:
    """Nobody knows which of two figures holds: the text is what the patient reads, the figures what other systems do."""
    faults = [
        f"dosage {told.dosing.number}: {fault}"
        for told in tellings
        for fault in contradictions(told, medicine.drug, medicine.product)
    ]
    if faults:
        told = in_all(tellings, medicine.product, handed_out_text(file.request))
        raise FaultyFile(
            f"{name!r} contradicts itself, so nobody can tell which dose is meant",
            "expected text, timing and quantities that say the same",
            (*faults, *((told,) if told else ())),
        )


def _lasts(file: _File, blocks: Sequence[Block]) -> None:
    """Our own supply lasts as long as our doses do."""
    days = sum((block.end - block.start).days for block in blocks if block.end)
    stated = duration_of(file.request)
    if stated is not None and stated != days:
        raise CannotPlan(
            f"dispenseRequest lasts {stated} days, the doses {days}",
            "expected the same",
            "restore the file as it was written",
        )


def _ours(file: _File, medicine: Medicine, blocks: Sequence[Block], name: str) -> Reading:
    """Our own bundle: the dose before the first cut stands in its care plan, and every step has its number."""
    before = _dose_before(file, name)
    _lasts(file, blocks)
    steps = steps_of(blocks, before=None, numbered=True)
    # What a revised plan handed out before its change is a fact, and no sum of its doses.
    supplied = supplied_by_plan(file.plan, file.request, blocks) if file.plan and file.version == 1 else ()
    transcript = Transcript(drug=medicine.drug, before=before, steps=steps, supplied=supplied)
    understood = [f"our own FHIR bundle: {medicine.drug}, {len(steps)} steps, {before} a day before the first"]
    if file.version > 1:
        understood.append(f"version {file.version} of a plan: compare each dose that goes up with its change slip")
    transcript = as_revised(transcript, file.version, [note.text("text") for note in file.request.each("note")])
    return Reading(transcript, tuple(understood), file.region)


def _foreign(file: _File, medicine: Medicine, blocks: Sequence[Block], name: str) -> Reading:
    """Another system's request: its first dosage is the starting dose, as the first row of a spreadsheet is."""
    if len(blocks) < 2:
        raise CannotPlan(f"{name!r} holds one dose only", "expected the starting dose and at least one step after it")
    before = blocks[0].total
    steps = steps_of(blocks[1:], before=before, numbered=False)
    understood = [
        f"a FHIR MedicationRequest: {medicine.drug}, starting dose {before} (first dosage), then {len(steps)} levels",
        *_compared(blocks),
    ]
    supplied = supplied_by_request(file.request, blocks, medicine.product)
    transcript = Transcript(
        drug=medicine.drug, before=before, steps=steps, before_until=blocks[0].end, supplied=supplied
    )
    return Reading(transcript, tuple(understood), file.region, medicine.also_named)


def _compared(blocks: Sequence[Block]) -> Iterator[str]:
    """How many texts could be compared with their figures, so that silence is not taken for agreement."""
    tellings = [told for block in blocks for told in (*block.tellings, *block.others)]
    dosed = sum(told.portions is not None or bool(told.said.doses) for told in tellings)
    yield f"the texts of {dosed} of {len(tellings)} dosages name a dose, and agree with their figures"
    unread = [str(told.dosing.number) for told in tellings if not told.said.understood]
    if unread:
        yield f"dosages with words that are not understood: {', '.join(unread)}; compare them with the figures yourself"


def _dose_before(file: _File, name: str) -> Dose:
    """The daily dose before the first cut, from our own care plan."""
    for detail in activities(file.plan, "dose before the first cut"):
        amount = detail.get("dailyAmount")
        if amount is not None:
            return dose_of(amount, None)
    raise CannotPlan(
        f"{name!r} has lost the dose before the first cut",
        "expected it in the care plan",
        "restore the file as it was written",
    )
