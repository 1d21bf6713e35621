"""From a file to the judge's answer: read, match its products with those held, judge, compare guidelines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, accept, acceptable, check_all
from taper_cli.checks.compare import beside_its_limits, compare
from taper_cli.checks.exposure import even_step, exposure_of
from taper_cli.checks.makeable import makeable_totals
from taper_cli.checks.request import far_above
from taper_cli.checks.supply import stated_supply_findings
from taper_cli.formulary import loader
from taper_cli.model.audit import Audit
from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.drug import Drug
from taper_cli.model.errors import CannotPlan
from taper_cli.model.exposure import Exposure
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import Guideline, Region
from taper_cli.model.product import Product
from taper_cli.model.request import Request
from taper_cli.model.saved import Saved
from taper_cli.model.schedule import Regimen, Slot, StepKind
from taper_cli.model.switch import FromDrug
from taper_cli.model.transcript import StatedIntake, Transcript, transcribe
from taper_cli.reading.fhir_json import looks_like_fhir
from taper_cli.reading.plan_file import looks_like_plan
from taper_cli.reading.schedule import Reading, read_schedule
from taper_cli.reading.two_drugs import RatioMissing, Said
from taper_cli.service.assumptions import split_stated
from taper_cli.service.judging import check_all_used, limits_of, request_findings
from taper_cli.service.own import own_notes, with_own_file
from taper_cli.service.products import FINEST_GRADUATION, as_usual, divided, last_step, others, products_at_hand
from taper_cli.service.published import eased_by, ladder_of, may_space
from taper_cli.service.saving import kept
from taper_cli.service.setting import known_contexts, limiting_guideline, with_own

if TYPE_CHECKING:
    from taper_cli.service.switched import OldDrug


def check(
    content: bytes,
    name: str,
    asked: Request,
    own_file: tuple[bytes, str] | None = None,
    comes_from: FromDrug | None = None,
) -> Audit:
    """Judge a schedule file. `asked` carries what was said beside it: drug, region, products, contexts, acceptances, today.

    `own_file` is the content and name of a file of the prescriber's own products; `comes_from` what was said of the drug that a
    schedule of two drugs comes from.

    Raises:
        CannotPlan: for a file that is no schedule, an unknown drug, an unknown product, a faulty file of own products.
        InvalidInput: for an unknown region, guideline or context, or an acceptance that accepts nothing.
    """
    accepted_now = asked.acceptances
    reading, asked, later, said = _read(content, name, asked, comes_from or FromDrug())
    region = loader.region_named(asked.region or _region_of(reading))
    facts, brand = loader.find_drug(reading.transcript.drug)
    if own_file is not None:
        asked, later = _with_file(asked, later, own_file, facts.name)
    drug = with_own(facts, asked, region)[0]
    _same_drug(asked, drug)
    _one_drug(reading.also_named, drug.name)
    _no_slip(reading.transcript, drug)
    request = _request(asked, reading, drug)
    old = _old(reading.transcript, drug, request, said, region)
    guideline = limiting_guideline(request, drug, region)
    exposure = exposure_of(request, drug, loader.dependence(drug.drug_class))
    rows = _Rows(reading.transcript, bool(later.makers), old)
    cases = [
        _whole_case(_request(each, reading, drug), rows, (facts, region, guideline), exposure)
        for each in (asked, *later.requests)
    ]
    case = cases[-1]
    judged = _before(request, drug, region, rows), _by_law(cases, later.makers), stated_supply_findings(case.transcript)
    findings = accept(
        [finding for found in judged for finding in found],
        (later.requests[-1] if later.requests else request).acceptances,
    )
    # What was accepted when a plan was made is no slip of today: another limit may bind now, or a revision took the step away.
    check_all_used(accepted_now, findings, what="schedule")
    return Audit(
        name=name,
        drug=drug,
        region=region,
        guideline=guideline,
        transcript=case.transcript,
        understood=(
            *reading.understood,
            *((old.words,) if old else ()),
            *((f"{brand} is {drug.name}",) if brand else ()),
            *own_notes(request, drug, region, case.products or ()),
        ),
        products=case.products or (),
        exposure=exposure,
        findings=findings,
        acceptable=frozenset(finding.rule for finding in findings if acceptable(finding.rule)),
        comparisons=(
            *beside_its_limits(case, guideline),
            *compare(case, loader.other_guidelines(guideline, drug)),
        ),
    )


def _same_drug(asked: Request, drug: Drug) -> None:
    """Stop where the file is of one drug and --drug names another."""
    if asked.drug and loader.find_drug(asked.drug)[0].name != drug.name:
        raise CannotPlan(
            f"the file names {drug.name}, --drug says {asked.drug!r}", "expected one drug", "leave --drug out"
        )


def _no_slip(transcript: Transcript, drug: Drug) -> None:
    """Stop doses that can only be a slip of the pen or of the unit."""
    largest = max((transcript.before, *(step.total for step in transcript.steps)))
    highest = far_above(drug, largest)
    if highest is not None:
        raise CannotPlan(
            f"{largest} a day is more than ten times the highest labelled dose ({highest})",
            "expected a daily dose in mg",
            "check the unit and the decimal point",
        )


def _old(transcript: Transcript, drug: Drug, request: Request, said: FromDrug, region: Region) -> OldDrug | None:
    """The drug that the schedule comes from, if there is one."""
    if transcript.switched is None and said.equivalent is None:
        return None
    from taper_cli.service.switched import agrees, old_drug

    agrees(said, transcript)
    return old_drug(transcript, drug, request, said, region)


def _before(request: Request, drug: Drug, region: Region, rows: _Rows) -> tuple[Finding, ...]:
    """What the judge says of the dose that the schedule begins with, of the patient, and of a switch between two drugs."""
    stated, _ = split_stated(request, loader.contexts(drug.drug_class))
    choice = rows.old.findings(request, region, stated) if rows.old else ()
    return (*choice, *request_findings(request, drug, region, stated, rows.transcript.before))


class _Later(NamedTuple):
    """What was stated with each revision of a plan file, and which version made each step, counted from 0."""

    requests: tuple[Request, ...] = ()
    makers: tuple[int, ...] = ()


class _Rows(NamedTuple):
    """The rows before the judge; `revised` where they name the products of several versions, and so of none in particular.

    `old` is the drug that they come from, where there are two.
    """

    transcript: Transcript
    revised: bool
    old: OldDrug | None = None


def _with_file(asked: Request, later: _Later, own_file: tuple[bytes, str], drug: str) -> tuple[Request, _Later]:
    """What was asked, then and with each revision, with the products of a file in place of those that the plan was made with."""
    asked = with_own_file(asked, *own_file, drug=drug)
    return asked, later._replace(requests=tuple(replace(one, own=asked.own) for one in later.requests))


def _by_law(cases: Sequence[Case], makers: Sequence[int]) -> list[Finding]:
    """What the judge says of each step under the law of the version that made it, and of the whole under the last one's."""
    found = []
    for place, case in enumerate(cases):
        last = place == len(cases) - 1
        mine = {number for number, maker in enumerate(makers, start=1) if maker == place}
        told = check_all(case, ALL_CHECKS)
        found += [one for one in told if not makers or (one.step in mine if one.step else last)]
    return sorted(found, key=lambda one: one.step or 0)


def _whole_case(request: Request, rows: _Rows, facts: tuple[Drug, Region, Guideline], exposure: Exposure) -> Case:
    """The schedule before the judge with the products and limits of one request."""
    held_drug, region, guideline = facts
    drug = with_own(held_drug, request, region)[0]
    every = _every_product(drug, region)
    named = request.products is not None or (request.own is not None and request.own.only)
    usual = products_at_hand(request, drug, region).products if named else as_usual(drug, region)
    if request.split is not None:
        usual = tuple(divided(product, request.split) for product in usual)
    olds = (*rows.old.usual, *rows.old.every) if rows.old else ()
    transcript = _matched(rows.transcript, drug, (*usual, *every, *olds))
    at_hand = products_at_hand(request, drug, region).products if rows.revised else _at_hand(request, transcript, usual)
    by_slot = len(request.regimen.slots) > 1 and not rows.revised
    tops = tuple(dose for _, dose in request.regimen.doses) if by_slot else ()
    held = _Held(at_hand, usual, every, last_step(held_drug, region, usual).dose, tops)
    case = _case(request, transcript, guideline, held)
    if rows.old is not None:
        case = replace(
            case,
            products=(*(case.products or ()), *dict.fromkeys(olds)),
            anything_made={**case.anything_made, rows.old.drug.name: rows.old.made},
        )
    if exposure.likelihood.short_taper:
        # After short use the last dose may be one step of an even descent in as many cuts as the schedule has.
        even = even_step(transcript.before, sum(1 for _ in case.cuts()))
        case = replace(case, short_use=exposure.row, last_dose=max(case.last_step, even))
    case = replace(case, may_space=may_space(drug))
    ladder = ladder_of(request, drug)
    if ladder is not None:
        why, last_dose = eased_by(ladder, case.last_step)
        case = replace(case, short_use=why, last_dose=last_dose)
    return case


def _read(content: bytes, name: str, asked: Request, said: FromDrug) -> tuple[Reading, Request, _Later, FromDrug]:
    """The schedule of a table or a FHIR file, or of a plan file together with all that was stated when the plan was made.

    Of a revised plan also what was stated with each revision.
    """
    if looks_like_fhir(content):
        from taper_cli.reading.fhir import read_fhir

        return read_fhir(content, name, asked.drug), asked, _Later(), said
    if not looks_like_plan(content):
        return _table(content, name, asked, said), asked, _Later(), said
    file = kept(content, name)
    made = file.request
    understood: tuple[str, ...] = (
        f"the plan file {file.plan_id}, version {file.version}, made with program version {file.program} and data {file.data_id}",
        f"stated then: {len(made.context)} facts about the patient, {len(made.acceptances)} accepted limits",
    )
    transcript, later = _revisions(file) if file.revisions else (transcribe(file.schedule), _Later())
    if made.switch is not None and transcript.switched is not None:
        from taper_cli.service.switched import in_words, said_of

        understood = (*understood, f"{in_words(transcript.switched, transcript.drug)}, as typed: {made.switch.reason}")
        said = said_of(made.switch, said)
    reading = Reading(transcript, understood, made.region or loader.INTERNATIONAL)
    later = later._replace(requests=tuple(_stated(asked, one) for one in later.requests))
    return reading, _stated(asked, made), later, said


def _table(content: bytes, name: str, asked: Request, said: FromDrug) -> Reading:
    """The schedule of a table, which may hold two drugs."""
    try:
        return read_schedule(content, name, asked.drug, Said(asked.drug, said.equivalent, loader.generic_name))
    except RatioMissing as fault:
        from taper_cli.service.switched import needs_ratio

        raise needs_ratio(fault) from fault


def _revisions(file: Saved) -> tuple[Transcript, _Later]:
    """The schedule of a revised plan with what its revisions state, and the request as each of them changed it."""
    from taper_cli.service.versions import Version, events_of, hands, in_force

    revisions = [revised.revision for revised in file.revisions]
    version = Version(file.request, file.revisions, file.schedule, file.found)
    requests = tuple(in_force(file.request, revisions[:place]) for place in range(1, len(revisions) + 1))
    makers = tuple(hand.maker for hand in hands(version))
    return transcribe(file.schedule, events_of(version), revisions[-1].on), _Later(requests, makers)


def _stated(asked: Request, made: Request) -> Request:
    """What was typed beside a plan file, and for the rest what was stated when it was made."""
    return replace(
        asked,
        regimen=made.regimen,
        pace=made.pace,
        region=asked.region or made.region,
        products=asked.products or made.products,
        split=asked.split or made.split,
        syringe=asked.syringe or made.syringe,
        indication=asked.indication or made.indication,
        context=asked.context or made.context,
        acceptances=asked.acceptances or made.acceptances,
        guideline=asked.guideline or made.guideline,
        own=made.own,
    )


def _one_drug(also_named: Sequence[str], drug: str) -> None:
    """Every name of a file that is known is a name of the same drug; one that is not known may be a code system's own words."""
    for name in also_named:
        try:
            other = loader.find_drug(name)[0].name
        except CannotPlan:
            continue
        if other != drug:
            raise CannotPlan(
                f"the file names {drug} and also {other}", "expected one drug", "correct the file that it came from"
            )


def _region_of(reading: Reading) -> str | None:
    """The region that our own file names; ours writes 'international' where none was stated."""
    return reading.region if reading.region in loader.region_keys() else None


def _request(asked: Request, reading: Reading, drug: Drug) -> Request:
    """What was said, with the starting dose of the file."""
    if not reading.transcript.before:
        raise CannotPlan("the starting dose of the file is zero", "expected a dose above zero in its first row")
    # Only a plan file knows the dose before by time of day; what was asked for beside a table stands in for it.
    by_slot = asked.regimen.total == reading.transcript.before
    regimen = asked.regimen if by_slot else Regimen(((Slot.DAILY, reading.transcript.before),))
    return known_contexts(replace(asked, drug=drug.name, regimen=regimen), drug)[0]


def _every_product(drug: Drug, region: Region) -> tuple[Product, ...]:
    """Every product that the drug has here, as its data allow to divide it, liquids by the finest mark."""
    return tuple(other.product for other in others(drug, region, (), FINEST_GRADUATION))


def _matched(transcript: Transcript, drug: Drug, known: Sequence[Product]) -> Transcript:
    """The transcript with its products replaced by the held ones of the same form and strength, divided as those may be.

    A file may name its drug by a brand.
    """
    by_key = {one.key: one for one in reversed(known)}

    def held(product: Product, whose: str) -> Product:
        return by_key.get((whose, product.identity), replace(product, drug=whose))

    def matched(intakes: Sequence[StatedIntake]) -> tuple[StatedIntake, ...]:
        return tuple(
            replace(
                one,
                portions=None
                if one.portions is None
                else tuple(replace(part, product=held(part.product, one.drug or drug.name)) for part in one.portions),
            )
            for one in intakes
        )

    return replace(
        transcript,
        drug=drug.name,
        steps=tuple(
            replace(step, intakes=matched(step.intakes), others=matched(step.others)) for step in transcript.steps
        ),
    )


def _used(transcript: Transcript) -> Iterator[Product]:
    """The products of its own drug that the schedule names."""
    for step in transcript.steps:
        for intake in (intake for intake in step.intakes if not intake.drug):
            yield from (portion.product for portion in intake.portions or ())


def _at_hand(request: Request, transcript: Transcript, held: tuple[Product, ...]) -> tuple[Product, ...]:
    """The products on which the exception for the tail is judged: typed, else those the schedule uses, else the usual ones."""
    used = tuple(dict.fromkeys(_used(transcript)))
    return held if request.products is not None or not used else used


class _Held(NamedTuple):
    """What can be supplied: the products at hand, the usual and every product held, and the drug's last step.

    What a file itself names narrows the products at hand and adds none: a file could name tablets that nobody makes. `tops`: the
    dose of each time of day before the plan, above which none goes; none where a file does not say.
    """

    at_hand: tuple[Product, ...]
    usual: tuple[Product, ...]
    every: tuple[Product, ...]
    last_step: Dose
    tops: tuple[Dose, ...] = ()


def _case(request: Request, transcript: Transcript, guideline: Guideline, held: _Held) -> Case:
    """The transcript before the judge, with the products and limits that hold for it."""
    slots = max((len(step.intakes) for step in transcript.steps), default=1)
    highest = max((transcript.before, *(step.total for step in transcript.steps)))
    last = transcript.steps[-1] if transcript.steps else None
    known = held.usual if request.products is not None else (*held.usual, *held.every)
    totals = makeable_totals(held.at_hand, held.tops or [highest] * max(slots, 1))
    return Case(
        transcript=transcript,
        **limits_of(guideline, transcript.drug),
        last_step=held.last_step,
        products=tuple(dict.fromkeys(known)),
        totals=tuple(total for total in totals if total <= highest),
        target=last.total if last and last.kind is StepKind.MAINTAIN else ZERO,
        today=request.today,
        usual=guideline.usual,
        accepted=frozenset(acceptance.rule for acceptance in request.acceptances),
        anything_made={"": frozenset(makeable_totals((*held.at_hand, *held.every), [highest]))},
    )
