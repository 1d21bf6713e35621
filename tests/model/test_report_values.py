"""The finished report: its findings by step, and every source behind it once, of the patient's own region only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from model_builders import CITE, FIVE, MG, REVIEW, START, TEN, dosing, schedule, stop

from taper_cli.model.citation import Citation
from taper_cli.model.dose import Dose
from taper_cli.model.drug import (
    Advice,
    Audience,
    BoxedWarning,
    Drug,
    DrugClass,
    HalfLife,
    Indication,
    IndicationLine,
    LastStep,
    MarketedProduct,
    Maximum,
    OwnProducts,
    Planning,
    Symptom,
    Tier,
    Use,
    Window,
)
from taper_cli.model.exposure import Exposure, Likelihood
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, ContextRule, CrisisLine, Guideline, Notation, PaceCap, Region, UsualRange
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.report import Method, Report
from taper_cli.model.request import OverTime, Request
from taper_cli.model.revision import Revised, Revision
from taper_cli.model.saved import Found
from taper_cli.model.supply import Supply, SupplyRules


def at(place: str) -> Citation:
    """A citation of one place."""
    return replace(CITE, locator=place)


def maximum(region: str) -> Maximum:
    """The highest labelled dose in one region."""
    return Maximum(region=region, indication="", dose=Dose(40 * MG), older_adult=None, cite=at(f"{region} maximum"))


def box(region: str) -> BoxedWarning:
    """A boxed warning in one region."""
    return BoxedWarning(topic="opioids", region=region, text="", cite=at(f"{region} box"))


def advice(region: str | None) -> Advice:
    """A line of advice, for one region or for all."""
    cite = at(f"{region or 'common'} advice")
    return Advice(topic="driving", audience=Audience.PATIENT, text="", use=None, region=region, cite=cite)


DRUG = Drug(
    name="diazepam",
    drug_class="benzodiazepine",
    use=Use.DAYTIME,
    half_life=HalfLife.LONG,
    half_life_cite=at("half-life"),
    half_life_hours=None,
    metabolite_hours=None,
    synonyms=(),
    brands=(),
    products=(),
    maxima=(maximum("us"), maximum("gb")),
    equivalents=(),
    last_step=LastStep(dose=Dose(MG), basis="", cite=at("last step")),
    review=REVIEW,
)

CLASS = DrugClass(
    name="benzodiazepine",
    title="",
    contexts="sedative",
    planning=Planning("asam-2025"),
    windows=(
        Window(half_life=HalfLife.SHORT, first_day=1, last_day=7, cite=at("short window")),
        Window(half_life=HalfLife.LONG, first_day=3, last_day=14, cite=at("long window")),
    ),
    after_last_dose_days=28,
    after_last_dose_cite=at("after the last dose"),
    symptoms=(Symptom(tier=Tier.EMERGENCY, words="a fit", same_day=False, cite=at("symptom")),),
    advice=(advice(None), advice("gb"), advice("us")),
    boxes=(box("us"), box("gb")),
    review=REVIEW,
)

GUIDELINE = Guideline(
    key="asam-2025",
    title="",
    classes=("benzodiazepine",),
    cap=PaceCap(share=Fraction(1, 4), window_days=14, basis=Basis.CURRENT, cite=at("limit")),
    usual=UsualRange(
        share_low=Fraction(5, 100),
        share_high=Fraction(10, 100),
        interval_low_days=14,
        interval_high_days=28,
        cite=at("usual range"),
    ),
    bands=(),
    review=REVIEW,
)

BRITAIN = Region(
    key="gb",
    title="",
    market="gb",
    bedtime_word="night",
    notation=Notation.UK,
    lines=(CrisisLine(purpose="emergency", name="", number="999", cite=at("emergency number")),),
    review=REVIEW,
)

SPASM = Indication(
    name="muscle spasm",
    synonyms=(),
    lines=(IndicationLine(kind="help", text="heat", cite=at("heat")),),
    review=REVIEW,
)

OPIOID = ContextRule(
    key="opioid", aliases=(), title="", gate=False, ask=True, text="", service="", cite=at("opioid with it")
)
NEVER_ASKED = ContextRule(
    key="liver", aliases=(), title="", gate=False, ask=True, text="", service="", cite=at("liver disease")
)

FINDINGS = (
    Finding(rule="pace.usual", level=Level.INFO, message=""),
    Finding(rule="held", level=Level.FLAG, message="", step=1),
    Finding(rule="a remark", level=Level.INFO, message="", step=1),
    Finding(rule="pace.asam-2025.cap", level=Level.FLAG, message="", step=2),
    Finding(rule="pace.asam-2025.cap", level=Level.REFUSE, message="", step=2, accepted="watched"),
    Finding(rule="last-dose", level=Level.FLAG, message="", step=2, accepted="no smaller tablet"),
)

PLAN = schedule([dosing(1, 0, 14, "1"), stop(2, 14)])


def report(findings: tuple[Finding, ...] = FINDINGS, indication: Indication | None = SPASM) -> Report:
    """A report of two steps, for a British patient on an opioid."""
    return Report(
        plan_id="",
        version=1,
        request=Request(
            drug="diazepam",
            regimen=PLAN.before,
            pace=OverTime(Period(2, TimeUnit.WEEK)),
            every=Period(2, TimeUnit.WEEK),
            start=START,
            today=date(2026, 2, 27),
        ),
        drug=DRUG,
        drug_class=CLASS,
        region=BRITAIN,
        guideline=GUIDELINE,
        indication=indication,
        products=(TEN,),
        product_cites=(at("10 mg tablet"), at("half-life")),
        schedule=PLAN,
        supply=Supply(rules=SupplyRules(), dispensings=()),
        findings=findings,
        assumptions=(),
        not_stated=(NEVER_ASKED,),
        stated=(OPIOID,),
        smaller_cuts=(),
        method=Method(found=Found(Fraction(1, 5), True, False), curve_text="", objective_text=""),
        last_step=Dose(MG),
        exposure=Exposure(likelihood=Likelihood.LIKELY, row="", stated=False, cite=at("dependence")),
        checks=0,
        weekly=(),
    )


def test_a_report_is_dated_by_the_requests_own_today() -> None:
    assert report().generated_on == date(2026, 2, 27)


def test_each_step_has_its_own_findings() -> None:
    first, second = PLAN.steps
    assert report().findings_of(first) == FINDINGS[1:3]
    assert report().findings_of(second) == FINDINGS[3:]


def test_a_step_is_flagged_once_by_each_rule_and_never_by_a_remark() -> None:
    first, second = PLAN.steps
    assert report().flags_of(first) == ("held",)
    assert report().flags_of(second) == ("pace.asam-2025.cap", "last-dose")
    assert report(findings=()).flags_of(second) == ()


BEHIND_THE_NUMBERS = {
    "10 mg tablet",
    "dependence",
    "half-life",
    "last step",
    "limit",
    "usual range",
    "long window",
    "after the last dose",
}
BEHIND_THE_WORDS = {
    "gb maximum",
    "symptom",
    "common advice",
    "gb advice",
    "gb box",
    "heat",
    "opioid with it",
    "emergency number",
}


def places(cites: tuple[Citation, ...]) -> list[str]:
    """Where the citations point."""
    return [cite.locator for cite in cites]


def test_every_source_behind_a_number_of_the_schedule_is_cited_once() -> None:
    cited = places(report().figure_citations)
    assert set(cited) == BEHIND_THE_NUMBERS
    assert len(cited) == len(set(cited))


def test_every_source_behind_the_words_is_cited_once_and_none_of_another_region() -> None:
    cited = places(report().word_citations)
    assert set(cited) == BEHIND_THE_WORDS
    assert len(cited) == len(set(cited))


def test_without_an_indication_its_sources_are_left_out() -> None:
    assert set(places(report(indication=None).word_citations)) == BEHIND_THE_WORDS - {"heat"}


def test_products_at_hand_while_a_step_lasted_keep_its_words() -> None:
    first, ending = PLAN.steps
    assert report().products_beside(first) == 1
    shelves = report()._replace(at_hand=((START, 2), (START + timedelta(days=14), 3)))
    assert shelves.products_beside(first) == 2
    assert shelves.products_beside(ending) == 3


def test_a_product_is_from_a_file_only_where_the_prescribers_own_file_has_it_in_this_market() -> None:
    listed = MarketedProduct(region="gb", form=TEN.form, strength=TEN.strength, volume=None, cite=CITE)
    own = OwnProducts(only=False, review=REVIEW, products=(listed,))

    def with_file(file: OwnProducts | None) -> Report:
        made = report()
        return made._replace(request=replace(made.request, own=file))

    assert with_file(own).from_file(TEN)
    assert not with_file(None).from_file(TEN)
    assert not with_file(own).from_file(FIVE)
    assert not with_file(own).from_file(replace(TEN, drug="lorazepam"))
    assert not with_file(own._replace(products=(listed._replace(region="us"),))).from_file(TEN)


def test_a_revised_report_is_dated_by_its_last_revision() -> None:
    revisions = tuple(
        Revised(
            Revision(on=START, made_on=START + timedelta(days=day), hold=Period(1, TimeUnit.WEEK)),
            "",
            PLAN,
            Found(Fraction(1, 5), True, False),
        )
        for day in (3, 9)
    )
    assert report()._replace(revisions=revisions).generated_on == START + timedelta(days=9)
