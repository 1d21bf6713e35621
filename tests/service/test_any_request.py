"""Whatever is asked: a helpful fault, or a plan in which a second, simpler arithmetic finds every day in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from service_builders import CAP

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.drug import Drug, MarketedProduct
from taper_cli.model.errors import RefusedForSafety, TaperError
from taper_cli.model.finding import Acceptance, Level
from taper_cli.model.guideline import Basis, DoseCap, PaceCap
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.request import (
    AtPace,
    ByBands,
    ByLevels,
    ContextItem,
    CutOrder,
    OverTime,
    Pace,
    Request,
    Shape,
    ShapeKind,
    WantedProduct,
)
from taper_cli.model.schedule import SLOTS_OF_DAY, Regimen, Slot
from taper_cli.model.transcript import StatedStep, Transcript, transcribe
from taper_cli.render.content import blocks
from taper_cli.render.markdown import markdown
from taper_cli.render.spreadsheet import days_csv, steps_csv
from taper_cli.render.terminal import plain_text
from taper_cli.service import class_of, drugs_held, plan

DAY = timedelta(days=1)
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=200,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
"""The same requests on every machine and at every run."""

TODAY = date(2026, 11, 22)
INTERVALS = [
    Period(2, TimeUnit.WEEK),
    Period(1, TimeUnit.WEEK),
    Period(4, TimeUnit.WEEK),
    Period(10, TimeUnit.DAY),
    Period(1, TimeUnit.MONTH),
]
STARTS = st.dates(date(2026, 11, 1), date(2028, 3, 31))
SHAPES = st.sampled_from([ShapeKind.PROPORTIONAL, ShapeKind.LINEAR]).map(lambda kind: Shape(kind=kind))
PLAIN = ("tablet", "capsule")
DAYS = [
    [Slot.DAILY],
    [Slot.BEDTIME],
    [Slot.MORNING, Slot.BEDTIME],
    [Slot.MORNING, Slot.NOON, Slot.BEDTIME],
    SLOTS_OF_DAY,
]
DIAZEPAM = [SimpleNamespace(low=Dose.of_mg(10))]
SHORT_USE = ContextItem("used-for", "10d")
WORD = {
    "opioid": "",
    "age": "40",
    "alcohol": "no",
    "liver": "",
    "pregnancy": "",
    "used-for": "3y",
    "seizure-history": "",
}
RULES = [CAP, "last-dose", "exception.place", "context.pregnancy", "context.seizure-history"]


def strengths(drug: Drug) -> list[Dose]:
    """What one tablet or one mL-dose of the drug may hold, and its halves."""
    whole = [product.strength.ng for product in drug.products]
    return [Dose(ng) for ng in sorted({*whole, *(ng // 2 for ng in whole)})]


@st.composite
def amounts(draw: st.DrawFn, drug: Drug) -> Dose:
    """Mostly a dose that tablets may make; now and then any number of mg that a hand can type."""
    made = st.builds(lambda dose, count: dose.times(count), st.sampled_from(strengths(drug)), st.integers(1, 6))
    return draw(st.one_of(made, made, made, st.integers(1, 4_000).map(lambda hundredths: Dose(hundredths * 10_000))))


@st.composite
def regimens(draw: st.DrawFn, drug: Drug) -> Regimen:
    slots = draw(st.one_of(st.just([Slot.DAILY]), st.lists(st.sampled_from(SLOTS_OF_DAY), min_size=1, unique=True)))
    return Regimen(tuple((slot, draw(amounts(drug))) for slot in sorted(slots, key=list(Slot).index)))


def times() -> st.SearchStrategy[Period | Until]:
    weeks = st.integers(1, 60).map(lambda count: Period(count, TimeUnit.WEEK))
    months = st.integers(1, 18).map(lambda count: Period(count, TimeUnit.MONTH))
    days = st.integers(1, 300).map(lambda count: Period(count, TimeUnit.DAY))
    dates = st.dates(date(2026, 12, 1), date(2028, 3, 31)).map(Until)
    return st.one_of(weeks, weeks, months, days, dates)


@st.composite
def paces(draw: st.DrawFn, drug: Drug) -> Pace:
    share = st.integers(1, 60).map(lambda percent: Fraction(percent, 100))
    kinds: list[st.SearchStrategy[Pace]] = [
        st.builds(OverTime, times()),
        st.builds(OverTime, times()),
        st.builds(lambda part, basis: AtPace(share=part, basis=basis), share, st.sampled_from(Basis)),
        st.builds(lambda dose: AtPace(dose=dose), amounts(drug)),
        st.just(ByBands()),
        st.lists(amounts(drug), min_size=1, max_size=8).map(
            lambda doses: ByLevels(tuple(sorted(set(doses), reverse=True)))
        ),
    ]
    return draw(st.one_of(kinds))


@st.composite
def wanted(draw: st.DrawFn, product: MarketedProduct) -> WantedProduct:
    splits = list(Split) if product.form.divisible else [Split.WHOLE]
    return WantedProduct(
        strength=product.strength,
        volume=product.volume,
        form_words=product.form.value,
        split=draw(st.sampled_from([None, *splits])),
    )


@st.composite
def any_requests(draw: st.DrawFn) -> Request:
    """Any request over all drugs of the formulary: most of them a slip, a wish too far, or both."""
    drug = draw(st.sampled_from(drugs_held()))
    chosen = draw(st.none() | st.lists(st.sampled_from(drug.products), min_size=1, max_size=4, unique=True))
    pace = draw(paces(drug))
    shaped = isinstance(pace, OverTime) and draw(st.booleans())
    accepted = draw(st.lists(st.sampled_from([*RULES, f"ceiling.{drug.name}"]), max_size=3, unique=True))
    facts = draw(st.lists(st.sampled_from(sorted(WORD)), max_size=2, unique=True))
    return Request(
        drug=drug.name,
        regimen=draw(regimens(drug)),
        pace=pace,
        every=draw(st.sampled_from(INTERVALS)),
        start=draw(STARTS),
        today=TODAY,
        shape=draw(SHAPES) if shaped else None,
        target=draw(st.just(Dose(0)) | amounts(drug)),
        products=tuple(draw(wanted(product)) for product in chosen) if chosen else None,
        split=draw(st.none() | st.sampled_from(Split)),
        syringe=draw(st.none() | st.sampled_from([Volume(500), Volume(1000)])),
        cut=draw(st.sampled_from(CutOrder)),
        region=draw(st.sampled_from([None, "gb", "us", "gb-nir"])),
        context=tuple(ContextItem(key, WORD[key]) for key in facts),
        acceptances=tuple(Acceptance(rule, "the prescriber's reason") for rule in accepted),
    )


def solids(drug: Drug, region: str) -> list[MarketedProduct]:
    """What a clinic would take of a drug in a region: plain tablets and capsules, else the first other form that is held."""
    held = [product for product in drug.products if product.region == region and not product.form.liquid]
    plain = [product for product in held if product.form.value in PLAIN]
    return plain or [product for product in held if product.form is held[0].form]


def of_several_strengths() -> list[Drug]:
    """The drugs with three strengths or more of such tablets in some region."""
    return [
        drug
        for drug in drugs_held()
        for region in sorted({product.region for product in drug.products})
        if len({product.strength for product in solids(drug, region)}) > 2
    ]


def ceiling(drug: Drug) -> int:
    """A daily dose, in nanograms, that no ceiling refuses."""
    if drug.name == "diazepam" or drug.equivalents:
        return min(40 * equivalent.low.ng // 10 for equivalent in drug.equivalents or DIAZEPAM)
    return min(maximum.dose.ng for maximum in drug.maxima)


@st.composite
def sensible_requests(draw: st.DrawFn) -> Request:
    """A request as a clinic makes it: a dose of real tablets below the ceiling, tablets that may be divided, weeks enough.

    Every drug is asked for; half of the requests are for those with several strengths, since those are what is mostly tapered.
    """
    drug = draw(st.sampled_from(drugs_held()) | st.sampled_from(of_several_strengths()))
    planning = class_of(drug).planning
    region = draw(st.sampled_from(sorted({product.region for product in drug.products if not product.form.liquid})))
    tablets = solids(drug, region)
    smallest, most = min(product.strength.ng for product in tablets), ceiling(drug)
    slots = sorted(draw(st.sampled_from(DAYS[1:] if planning.dose_by_slot else DAYS)), key=list(Slot).index)
    counts = draw(
        st.lists(
            st.integers(1, max(1, min(12, most // smallest // len(slots)))), min_size=len(slots), max_size=len(slots)
        )
    )
    start = Regimen(tuple((slot, Dose(smallest * count)) for slot, count in zip(slots, counts, strict=True)))
    fine = draw(st.sampled_from([None, Split.HALF, Split.QUARTER]))
    paced = st.integers(3, 25).map(lambda percent: AtPace(share=Fraction(percent, 100)))
    fixed = st.integers(1, 4).map(lambda count: AtPace(dose=Dose(smallest * count // 4)))
    long = st.integers(16, 70).map(lambda weeks: OverTime(Period(weeks, TimeUnit.WEEK)))
    dated = st.dates(date(2027, 9, 1), date(2028, 6, 30)).map(lambda day: OverTime(Until(day)))
    pace: Pace = draw(
        st.one_of(paced, fixed) if planning.prescriber_types_pace else st.one_of(paced, fixed, long, long, dated)
    )
    named = planning.name_release or tablets[0].form.value not in PLAIN
    forms = tuple(
        WantedProduct(None, None, form, None) for form in dict.fromkeys(product.form.value for product in tablets)
    )
    return Request(
        drug=drug.name,
        regimen=start,
        pace=pace,
        every=draw(st.sampled_from(INTERVALS)),
        start=draw(st.dates(date(2026, 11, 23), date(2027, 3, 1))),
        today=TODAY,
        shape=draw(st.none() | SHAPES) if isinstance(pace, OverTime) else None,
        target=Dose(smallest // 2) if start.total.ng > smallest and draw(st.integers(0, 4)) == 0 else Dose(0),
        products=forms if named else None,
        split=fine,
        cut=draw(st.sampled_from(CutOrder)),
        region=region,
        context=draw(st.sampled_from([(), (), (ContextItem("opioid"),), (ContextItem("age", "40"),), (SHORT_USE,)])),
        acceptances=draw(st.sampled_from([(), (), (), (Acceptance(CAP, "the prescriber's reason"),)])),
    )


@dataclass(frozen=True)
class Diary:
    """What a patient who follows the paper takes on each day, counted out tablet by tablet in whole nanograms."""

    days: dict[date, int]
    before: int

    def on(self, day: date) -> int:
        """The drug taken on a day; before the first day of the plan, the dose before."""
        return self.days.get(day, self.before)


def counted(step: StatedStep) -> int:
    """The drug in a day of a step, from its tablets and mL alone."""
    amount = Fraction(0)
    for intake in step.intakes:
        assert intake.portions
        for portion in intake.portions:
            volume = portion.product.volume
            amount += portion.count * portion.product.strength.ng / (volume.ml if volume else 1)
    assert amount.denominator == 1
    return int(amount)


def diary(transcript: Transcript) -> Diary:
    """Every day of a transcript once, with what is taken on it."""
    days: dict[date, int] = {}
    for step in transcript.steps:
        day, end = step.start, step.end or step.start + DAY
        while day < end:
            assert day not in days, f"{day} stands in two steps"
            days[day] = counted(step)
            day += DAY
    return Diary(days, transcript.before.ng)


def check_days(report: Report, kept: Diary) -> None:
    """Days without gap, doses as stated, never rising, ending where and how it was asked."""
    days = sorted(kept.days)
    assert days[0] == report.request.start
    assert [day - days[0] for day in days] == [number * DAY for number in range(len(days))]
    assert all(kept.on(day) <= kept.on(day - DAY) for day in days)
    assert kept.on(days[-1]) == report.request.target.ng
    if report.request.target:
        assert all(kept.on(day) >= report.request.target.ng for day in days)
    else:
        assert all(kept.on(day) > 0 for day in days[:-1])
    pace = report.request.pace
    if isinstance(pace, OverTime) and isinstance(pace.length, Until):
        assert days[-1] == pace.length.day
    elif isinstance(pace, OverTime) and pace.length.days:  # type: ignore[union-attr]
        assert days[-1] == days[0] + pace.length.days * DAY  # type: ignore[union-attr]


def check_rows(report: Report, transcript: Transcript) -> None:
    """Each row adds up, and takes only pieces that its tablets can be divided into."""
    for step in transcript.steps:
        assert counted(step) == step.total.ng == sum(intake.dose.ng for intake in step.intakes)
        for intake in step.intakes:
            for portion in intake.portions or ():
                assert portion.product in report.products and portion.count > 0
                parts = {Split.WHOLE: 1, Split.HALF: 2, Split.QUARTER: 4}[portion.product.split]
                if portion.product.graduation:
                    assert (portion.count / portion.product.graduation.ml).denominator == 1
                else:
                    assert (portion.count * parts).denominator == 1
                    assert parts == 1 or portion.product.form.value == "tablet"


def check_limits(report: Report, transcript: Transcript, kept: Diary) -> None:
    """Each fall above a limit is flagged, and excused in one of the ways that the rules allow."""
    accepted = {acceptance.rule for acceptance in report.request.acceptances}
    short = report.exposure.likelihood.short_taper
    guideline = report.guideline
    cuts = [step for step in transcript.steps if kept.on(step.start) < kept.on(step.start - DAY)]
    by_share = {
        step.number: step
        for step in cuts
        if guideline.cap and share_of(guideline.cap, kept, step.start) > guideline.cap.share
    }
    assert set(by_share) == flagged(report, guideline.cap_rule)
    for step in by_share.values():
        if short:
            continue  # after days of use the limit flags and does not refuse
        before = kept.on(step.start - DAY)
        if not step.total:
            assert before <= report.last_step.ng or "last-dose" in accepted
        elif not accepted & {guideline.cap_rule, "exception.place"}:
            assert before - step.total.ng <= report.last_step.ng and step.number > 1
    by_mg = {
        step.number
        for step in cuts
        for cap in guideline.caps_in_mg(report.drug.name)
        if step.total and falls_by(kept, step.start, cap) > cap.dose.ng
    }
    assert by_mg == flagged(report, guideline.dose_rule)
    assert not by_mg or short or guideline.dose_rule in accepted
    time = guideline.shortest_time(report.drug.name)
    if time is not None and (transcript.steps[-1].start - cuts[0].start).days < time.days:
        assert short or guideline.time_rule in accepted


def flagged(report: Report, rule: str) -> set[int | None]:
    """The steps that a rule flags."""
    return {finding.step for finding in report.findings if finding.rule == rule and finding.level is Level.FLAG}


def share_of(cap: PaceCap, kept: Diary, day: date) -> Fraction:
    """How far a day's dose lies below the highest of the window before it, as a share of what the limit is taken of."""
    highest = max(kept.on(day - number * DAY) for number in range(1, cap.window_days + 1))
    lowered = cap.current_below is not None and highest <= cap.current_below * kept.before
    base = highest if cap.basis is Basis.CURRENT or lowered else kept.before
    return max(Fraction(highest - kept.on(day), base), Fraction(0)) if highest else Fraction(0)


def falls_by(kept: Diary, day: date, cap: DoseCap) -> int:
    """How far a day's dose lies below the highest of the window before it that a limit in mg speaks of."""
    doses = [kept.on(day - number * DAY) for number in range(1, cap.window_days + 1)]
    counted = [dose if cap.up_to is None else min(dose, cap.up_to.ng + cap.dose.ng) for dose in doses]
    return max(counted) - kept.on(day)


def check_pace(report: Report, kept: Diary) -> None:
    """No cut is larger than what was asked, unless the step says so."""
    pace = report.request.pace
    if not isinstance(pace, AtPace):
        return
    said = {finding.step for finding in report.findings if finding.rule == "pace.asked"}
    for step in report.schedule.steps:
        before = kept.on(step.start - DAY)
        base = kept.before if pace.basis is Basis.START else before
        most = pace.dose.ng if pace.dose else (pace.share or 0) * base
        assert (before - kept.on(step.start) > most) == (step.number in said)


def papers(report: Report) -> list[str]:
    """Every paper of a report."""
    return [
        plain_text(blocks(report, calendar=True), ascii_only=False),
        plain_text(blocks(report, calendar=False), ascii_only=True),
        markdown(blocks(report, calendar=True)),
        steps_csv(report),
        days_csv(report),
    ]


def check_all(report: Report) -> None:
    """Everything that the second arithmetic knows of a plan."""
    transcript = transcribe(report.schedule)
    kept = diary(transcript)
    check_days(report, kept)
    check_rows(report, transcript)
    check_limits(report, transcript, kept)
    check_pace(report, kept)
    assert not [finding for finding in report.findings if finding.level is Level.REFUSE]
    accepted = {acceptance.rule for acceptance in report.request.acceptances}
    assert {finding.rule for finding in report.findings if finding.accepted} == accepted


def answer(asked: Request) -> Report | TaperError:
    """The plan or the fault that a request is answered with; anything else is a bug and flies."""
    try:
        return plan(asked)
    except TaperError as error:
        return error


@STEADY
@given(any_requests())
def test_any_request_at_all_is_planned_soundly_or_answered_with_a_fault_that_helps(asked: Request) -> None:
    found = answer(asked)
    event(type(found).__name__)
    if isinstance(found, Report):
        check_all(found)
    else:
        assert found.found.strip() and str(found).strip()
        assert not isinstance(found, RefusedForSafety) or (found.reasons and found.service)


@STEADY
@given(sensible_requests())
def test_what_a_clinic_asks_is_planned_soundly_day_by_day(asked: Request) -> None:
    found = answer(asked)
    event(type(found).__name__)
    if isinstance(found, Report):
        check_all(found)
        assert all("draft" in paper.lower() for paper in papers(found))


def test_most_of_what_a_clinic_asks_can_be_planned() -> None:
    answers: list[str] = []

    @settings(STEADY, max_examples=60)
    @given(sensible_requests())
    def collect(asked: Request) -> None:
        answers.append(type(answer(asked)).__name__)

    collect()
    assert answers.count("Report") > len(answers) / 3


@STEADY
@given(sensible_requests())
def test_every_set_of_acceptances_that_a_refusal_offers_is_enough_and_needed(asked: Request) -> None:
    refused = answer(replace(asked, acceptances=()))
    assume(isinstance(refused, RefusedForSafety))
    for rules in refused.accepts:  # type: ignore[union-attr]
        if rules[0].startswith(("context.", "ceiling.")):
            continue  # behind an accepted gate the pace is judged for the first time
        again = answer(replace(asked, acceptances=tuple(Acceptance(rule, "the prescriber's reason") for rule in rules)))
        assert isinstance(again, Report), (rules, str(again))
        check_all(again)
