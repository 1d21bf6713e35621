"""A switch asked of the door: the published schedule comes out, whatever no table leads to is refused by name, nothing is guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service_builders import flags
from switching_builders import CASES, g01, switch, switched

from taper_cli.model.errors import CannotPlan, InvalidInput, PlannerFault, RefusedForSafety, TaperError
from taper_cli.model.finding import Level
from taper_cli.model.report import Report
from taper_cli.model.schedule import StepKind
from taper_cli.service import plan, published_equivalents, verify_writing
from taper_cli.service.writing import typed_texts

TWICE = ("lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg")
# Scottish Government quality prescribing guide 2024-2027, morning and night, level by level: lorazepam, then diazepam, in mg.
LEVELS = (
    ("1", "0", "0", "10"),
    *(("0", "0", str(morning), "10") for morning in range(10, -1, -1)),
    *(("0", "0", "0", str(night)) for night in range(9, 0, -1)),
)


def level(report: Report, number: int) -> tuple[str, ...]:
    """What a step takes of both drugs in the morning and at night, in mg."""
    taken = {(one.drug, one.slot.value): one.dose.mg_text for one in report.schedule.steps[number - 1].intakes}
    places = ((drug, slot) for drug in ("lorazepam", "diazepam") for slot in ("morning", "bedtime"))
    return tuple(taken.get(place, "0") for place in places)


class TestThePublishedSchedule:
    """Lorazepam 2 mg through diazepam 20 mg in 23 levels, each for two weeks, or each for four."""

    @pytest.mark.parametrize(("weeks", "stop"), [("2w", date(2027, 9, 27)), ("4w", date(2028, 7, 17))])
    def test_is_made_level_by_level(self, weeks: str, stop: date) -> None:
        report = g01(every=weeks, stage_every=weeks)
        assert tuple(level(report, number) for number in range(1, 22)) == LEVELS
        assert (report.schedule.ending.number, report.schedule.ending.start) == (22, stop)

    @pytest.mark.parametrize("weeks", ["2w", "4w"])
    def test_is_above_the_limit_where_it_is_known_to_be(self, weeks: str) -> None:
        report = g01(every=weeks, stage_every=weeks)
        assert [step for rule, step in flags(report) if rule == "pace.asam-2025.cap"] == [20, 21, 22]
        assert {rule for rule, _ in flags(report)} == {"pace.asam-2025.cap"}

    def test_tells_every_table_and_the_typed_choice(self) -> None:
        crossing = g01().crossing
        assert crossing is not None
        assert [table.told for table in crossing.tables] == [
            "Ashton 20 mg",
            "VA-DoD 2021 10 mg",
            "Scotland 2024 20 mg",
            "WHO 2009 20 mg",
            "South Africa 20 mg",
        ]
        assert crossing.worth == 10


def test_the_tables_are_shown_and_nothing_is_converted_by_them() -> None:
    found = published_equivalents("lorazepam", switch(*TWICE).switch.regimen, "diazepam", "gb")  # type: ignore[union-attr]
    assert {table.told for table in found.tables} >= {"Ashton 20 mg", "VA-DoD 2021 10 mg"}


LORAZEPAM, ONCE = ("lorazepam", "2 mg"), ("diazepam", "20 mg")
MORPHINE = ("morphine", "30 mg morning + 30 mg bedtime", "oxycodone", "20 mg morning + 20 mg bedtime")
TRAMADOL = ("tramadol", "100 mg morning + 100 mg bedtime", *ONCE)
UNEVEN = ("lorazepam", "0.5 mg morning + 1 mg bedtime", "diazepam", "11 mg")
# What no published table leads to, or what is refused whatever the tables say.
REFUSED: dict[str, tuple[tuple[str, ...], dict[str, Any], str]] = {
    "converted twice": (
        (*LORAZEPAM, "oxazepam", "40 mg"),
        {},
        "converted twice, through diazepam, and two uncertain ratios multiply",
    ),
    "a Z-drug converted twice": (("temazepam", "20 mg bedtime", "zopiclone", "7.5 mg"), {}, "converted twice"),
    "between opioids": (MORPHINE, {}, "no switch from morphine to oxycodone: opioids are never converted here"),
    "from an opioid": (TRAMADOL, {}, "opioids are never converted"),
    "to an opioid": (("diazepam", "20 mg", "morphine", "20 mg"), {}, "opioids are never converted"),
    "to itself": ((*LORAZEPAM, *LORAZEPAM), {}, "lorazepam is switched to itself"),
    "to itself by its brand": ((*LORAZEPAM, "Ativan", "2 mg"), {"region": "us"}, "lorazepam is switched to itself"),
    "no table to it": (
        (*LORAZEPAM, "sertraline", "50 mg"),
        {},
        "no published equivalent between lorazepam and sertraline",
    ),
    "no table from it": (
        ("sertraline", "100 mg", *ONCE),
        {},
        "no published equivalent between sertraline and diazepam",
    ),
    "another class": (("prednisolone", "20 mg", *ONCE), {}, "no published equivalent"),
    "a medicine refused by name": (("phenobarbital", "60 mg", *ONCE), {}, "'phenobarbital' is refused by name"),
    "an unknown drug": (("xanadu", "2 mg", *ONCE), {}, "the formulary holds no drug called 'xanadu'"),
    "a brand of another region": (("Ativan", "2 mg", *ONCE), {}, "is a brand of lorazepam known for us, not for gb"),
    "a slip of the unit": (("lorazepam", "200 mg bedtime", *ONCE), {}, "more than ten times the highest labelled dose"),
    "a product that is not sold": (
        TWICE,
        {"from_products": "3 mg tablet"},
        "lorazepam '3 mg tablet' is not in the formulary",
    ),
    "a dose of today that its products do not make": (
        TWICE,
        {"from_products": "2.5 mg tablet"},
        "1 mg of lorazepam (morning) cannot be made",
    ),
    "a stage that products do not make": (
        TWICE,
        {"move": "0.25 mg", "from_products": "0.5 mg tablet"},
        "stage 1: 0.75 mg of lorazepam (bedtime) cannot be made from the products at hand; nearest are 0.5 mg and 1 mg",
    ),
    "a stage that the new products do not make": (
        (*TWICE[:3], "18 mg"),
        {"products": "10 mg tablet"},
        "stage 1: 9 mg of diazepam (bedtime) cannot be made from the products at hand; nearest are 5 mg",
    ),
    "an equivalent that no slot can hold": (
        UNEVEN,
        {},
        "11 mg cannot be divided over the day in the proportions of lorazepam",
    ),
    "a cut that leaves nothing": (TWICE, {"stage_cut": "10 mg"}, "stage 1 would leave nothing at bedtime"),
    "a time that the stages fill": (TWICE, {"over": "4w"}, "the stages of the switch last until 2027-01-04"),
    "a time that ends before them": (
        TWICE,
        {"over": "until 2026-12-20"},
        "the stages of the switch last until 2027-01",
    ),
    "a time without room for a step": (TWICE, {"over": "5w"}, "not even one step of 2 weeks fits into the time"),
}


@pytest.mark.parametrize(("words", "options", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_planned_is_refused_by_name(words: tuple[str, ...], options: Any, told: str) -> None:
    with pytest.raises(CannotPlan) as fault:
        switched(*words, **options)
    assert told in str(fault.value) and "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("words", "options", "told"),
    [
        (
            (*TWICE[:3], "10 mg noon + 10 mg bedtime"),
            {},
            "names other times of day than the dose that is switched from",
        ),
        ((*TWICE[:3], "20 mg morning"), {}, "expected morning, bedtime"),
        (TWICE, {"reason": "  "}, "the reason for this equivalent is missing"),
        (TWICE, {"reason": "x" * 401}, "--reason is 401 characters long"),
        (TWICE, {"order": "bedtime"}, "does not name each time of day of the dose once"),
        (TWICE, {"order": "bedtime, bedtime"}, "does not name each time of day of the dose once"),
        (TWICE, {"order": "dawn"}, "which is no time of day"),
        (TWICE, {"accept": ("switch.above",)}, "--accept 'switch.above' accepts nothing"),
        (TWICE, {"move": "0 mg"}, "is zero"),
    ],
)
def test_words_that_cannot_be_meant_are_told(words: tuple[str, ...], options: Any, told: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        switched(*words, **options)
    assert told in str(fault.value)


class TestFactsAgainstDiazepam:
    """Liver disease, old age, frailty and failing lungs refuse the switch to diazepam, which stays long in the body."""

    @pytest.mark.parametrize(
        ("fact", "told"),
        [
            ("liver", "liver disease: no switch to diazepam without a specialist"),
            ("age=65", "age: no switch to diazepam without a specialist"),
            ("frail", "no switch to diazepam without a specialist"),
            ("respiratory", "severe breathing trouble or sleep apnoea: no switch to diazepam without a specialist"),
        ],
    )
    def test_refuse_it_by_name(self, fact: str, told: str) -> None:
        with pytest.raises(RefusedForSafety) as fault:
            switched(*TWICE, context=(fact,))
        assert told in str(fault.value)
        assert (f"switch.{fact.partition('=')[0]}",) in fault.value.accepts

    def test_someone_of_72_is_not_sent_to_a_paediatric_specialist(self) -> None:
        with pytest.raises(RefusedForSafety) as older:
            switched(*TWICE, context=("age=72",))
        assert older.value.service == "the prescriber"
        with pytest.raises(RefusedForSafety) as child:
            switched(*TWICE, context=("age=17",))
        assert child.value.service == "a paediatric specialist"

    @pytest.mark.parametrize("fact", ["liver=no", "age=64", "respiratory=no", "breastfeeding"])
    def test_a_fact_that_is_not_so_or_says_nothing_of_it_does_not(self, fact: str) -> None:
        assert switched(*TWICE, context=(fact,)).schedule.switched is not None

    @pytest.mark.parametrize("fact", ["liver", "age=70", "frail"])
    def test_a_switch_away_from_diazepam_is_not_refused_for_them(self, fact: str) -> None:
        away = switched("diazepam", "20 mg bedtime", "oxazepam", "40 mg", over="40w", context=(fact,))
        assert away.schedule.drug == "oxazepam"

    def test_a_specialist_may_go_past_one_by_name_and_reason(self) -> None:
        report = switched(*TWICE, context=("liver",), accept=("switch.liver",))
        assert [one.accepted for one in report.findings if one.rule == "switch.liver"] == ["reason for switch.liver"]


class TestTheTypedDose:
    """D17: more than a quarter below a table is told as a possible unplanned cut, below or above all of them it is refused."""

    @pytest.mark.parametrize("typed", ["10 mg", "14 mg"])
    def test_below_some_tables_it_is_flagged(self, typed: str) -> None:
        assert ("switch.below", None) in flags(switched(*TWICE[:3], typed))

    @pytest.mark.parametrize("typed", ["15 mg", "20 mg"])
    def test_within_a_quarter_of_all_it_is_not(self, typed: str) -> None:
        assert ("switch.below", None) not in flags(switched(*TWICE[:3], typed))

    @pytest.mark.parametrize(
        ("typed", "rule", "told"),
        [
            ("7 mg", "switch.below", "possible unplanned cut: 7 mg is up to 65% below every published table"),
            ("21 mg", "switch.above", "21 mg is above every published table, and may sedate"),
        ],
    )
    def test_beyond_all_of_them_it_is_refused_and_may_be_accepted(self, typed: str, rule: str, told: str) -> None:
        with pytest.raises(RefusedForSafety) as fault:
            switched(*TWICE[:3], typed)
        assert told in str(fault.value) and (rule,) in fault.value.accepts
        assert (rule, None) in flags(switched(*TWICE[:3], typed, accept=(rule,)))

    def test_a_dose_of_the_old_drug_above_its_ceiling_is_refused_with_its_own_slip(self) -> None:
        with pytest.raises(RefusedForSafety, match="40 mg a day is above the ceiling") as fault:
            switched("lorazepam", "20 mg morning + 20 mg bedtime", "diazepam", "400 mg")
        assert fault.value.changes == ("if you meant 4 mg, type '4 mg'",)
        with pytest.raises(RefusedForSafety, match="15 mg a day is above the ceiling") as other:
            switched("zopiclone", "15 mg bedtime", "diazepam", "10 mg")
        assert other.value.changes == ("if you meant 1.5 mg, type '1.5 mg'",)

    def test_a_dose_of_the_new_drug_above_its_ceiling_is_refused(self) -> None:
        with pytest.raises(RefusedForSafety, match="60 mg a day is above the ceiling"):
            switched("lorazepam", "3 mg morning + 3 mg bedtime", "diazepam", "60 mg", accept=("ceiling.lorazepam",))


class TestTheTime:
    """A typed time counts from the first stage to the stop."""

    def test_holds_the_stages_and_the_taper(self) -> None:
        report = CASES["by time"]()
        assert (report.schedule.start, report.schedule.ending.start) == (date(2026, 12, 7), date(2027, 9, 13))

    def test_the_time_that_a_refusal_offers_is_one_that_is_planned(self) -> None:
        with pytest.raises(RefusedForSafety, match="too fast") as fault:
            switched(*TWICE, over="10w")
        assert 'type "until 2027-06-07" or 26w as the time' in fault.value.changes[0]
        for over in ("until 2027-06-07", "26w"):
            assert switched(*TWICE, over=over).schedule.ending.start == date(2027, 6, 7)
        with pytest.raises(RefusedForSafety):
            switched(*TWICE, over="25w")


def test_a_reason_that_could_be_misread_is_told_as_what_was_typed() -> None:
    report = switched(*TWICE, reason="10mg by the table")
    assert "10mg by the table" in typed_texts(report)
    with pytest.raises(InvalidInput, match="what you typed breaks rule N03"):
        verify_writing(("Reason: 10mg by the table",), report)


def test_a_limit_looks_back_over_stages_that_count_for_less() -> None:
    """11 mg in the morning and 9 at night: stage 1 counts for 19 mg, stage 2 for 20 again, and the taper begins from 20."""
    report = switched(
        *TWICE[:3], "11 mg morning + 9 mg bedtime", reduce="25%", stage_every="1w", products="2 mg tablet half"
    )
    assert [step.mean / 10**6 for step in report.schedule.steps[:3]] == [19, 20, 15]
    assert report.method.found.largest_cut == report.schedule.reduction(report.schedule.steps[2])


class TestAnySwitch:
    """Whatever is asked, it is planned soundly or refused in words."""

    ANY = settings(
        derandomize=True, database=None, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
    )

    @ANY
    @given(
        st.sampled_from(
            [
                ("0.5 mg morning + 1 mg bedtime", "15 mg"),
                ("0.5 mg morning + 1 mg bedtime", "5 mg morning + 9 mg bedtime"),
                ("1 mg morning + 1 mg noon + 1 mg bedtime", "30 mg"),
                ("1 mg morning + 1 mg bedtime", "16 mg"),
                ("2 mg", "20 mg"),
                ("1 mg bedtime", "10 mg bedtime"),
            ]
        ),
        st.fixed_dictionaries(
            {
                "stage_every": st.sampled_from(["1w", "2w", "1m"]),
                "order": st.sampled_from(["morning-first", "bedtime-first"]),
            },
            optional={
                "move": st.sampled_from(["0.5 mg", "0.25 mg"]),
                "stage_cut": st.sampled_from(["0.5 mg", "1 mg"]),
                "over": st.sampled_from(["20w", "40w", "12m"]),
                "from_products": st.sampled_from(["1 mg tablet half, 0.5 mg tablet", "1 mg in 1 mL oral solution"]),
                "products": st.sampled_from(["2 mg tablet half, 5 mg tablet half", "2 mg in 5 mL oral solution"]),
            },
        ),
    )
    def test_is_sound_in_equivalents_and_exact_in_both_supplies(
        self, doses: tuple[str, str], options: dict[str, Any]
    ) -> None:
        dose, equivalent = doses
        try:
            report = switched("lorazepam", dose, "diazepam", equivalent, **options)
        except TaperError as error:
            assert not isinstance(error, PlannerFault) and "\n" not in str(error)
            return
        schedule = report.schedule
        assert not [one for one in report.findings if one.level is Level.REFUSE]
        means = [schedule.before_mean, *(step.mean for step in schedule.steps)]
        if "+" not in equivalent:
            assert means == sorted(means, reverse=True)
        old = [schedule.before.total, *(step.total_of("lorazepam") for step in schedule.steps)]
        assert old == sorted(old, reverse=True) and not old[-1]
        switched_last = max(step.number for step in schedule.steps if step.kind is StepKind.SWITCH)
        assert all(step.drugs == ("diazepam",) for step in schedule.steps[switched_last - 1 : -1])
        for product, taken in schedule.amounts().items():
            handed = sum(item.dispensed for item in report.supply.dispensings if item.product == product)
            assert taken <= handed < taken + 1 and handed.denominator == 1

    @ANY
    @given(st.permutations(["2 mg tablet half", "5 mg tablet half", "10 mg tablet"]), st.booleans())
    def test_the_order_in_which_products_are_typed_changes_nothing(self, items: list[str], turned: bool) -> None:
        old = ["0.5 mg tablet", "1 mg tablet"]
        one = switched(*TWICE, products=", ".join(items), from_products=", ".join(reversed(old) if turned else old))
        assert (
            one.schedule == switched(*TWICE, products=", ".join(sorted(items)), from_products=", ".join(old)).schedule
        )

    def test_the_same_request_gives_the_same_plan_and_another_reason_another_id(self) -> None:
        assert plan(g01().request) == g01()
        assert g01(reason="Ashton").plan_id != g01().plan_id and g01(reason="Ashton").schedule == g01().schedule


def test_a_tablet_of_the_drug_that_is_left_makes_no_smaller_cut_of_the_one_that_is_tapered() -> None:
    """Half a lorazepam tablet is no half milligram of diazepam: below 2 mg only the liquids make a smaller cut."""
    offered = {cut.step: cut.products for cut in g01().smaller_cuts}
    liquids = ("2 mg in 5 mL oral solution", "2 mg in 5 mL oral suspension", "5 mg in 5 mL oral suspension")
    fine = tuple(f"{liquid} by 0.1 mL" for liquid in liquids)
    assert offered == {20: ("5 mg tablet", *fine), 21: fine, 22: fine}
