"""The door: what is asked and what comes back, from a published example to a refusal that names the way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import ClassVar

import pytest
from service_builders import CAP, START, TABLETS, about, answer, cuts, fault, flags, planned, refusal, request, totals

from taper_cli.formulary.loader import refused_drugs
from taper_cli.model.drug import RefusedDrug
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety
from taper_cli.model.finding import Level
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.schedule import StepKind
from taper_cli.render.content import blocks, flag_line
from taper_cli.render.terminal import plain_text
from taper_cli.service import drug_called, drugs_held, plan


class TestADurationThatWasAsked:
    """OVER: the smallest possible largest cut, then as close to the proportional curve as the slow side allows."""

    GOLD = "16 13 10.5 8.5 7 6 5 4 3.5 3 2.5 2 1 STOP"

    def test_20_mg_over_26_weeks_from_halves_of_2_5_and_10_mg(self) -> None:
        assert totals(planned("diazepam", "20 mg", "26w", products=TABLETS)) == self.GOLD

    def test_the_same_where_the_region_has_these_tablets(self) -> None:
        assert {totals(planned("diazepam", "20 mg", "26w", region=region)) for region in ("gb", "us", None)} == {
            self.GOLD
        }

    def test_its_largest_cut_is_20_percent_and_proven_smallest(self) -> None:
        report = planned("diazepam", "20 mg", "26w", products=TABLETS)
        declared = {finding.step for finding in about(report, CAP)}
        assert max(cut for number, cut in enumerate(cuts(report), start=1) if number not in declared) == Fraction(1, 5)
        assert (report.method.largest_cut_text, report.method.found.proven) == ("20", True)

    def test_its_declared_exceptions_are_2_to_1_and_1_to_stop(self) -> None:
        report = planned("diazepam", "20 mg", "26w", products=TABLETS)
        assert flags(report) == [(CAP, 13), (CAP, 14)]

    def test_stop_is_the_first_day_without_the_drug(self) -> None:
        report = planned("diazepam", "20 mg", "26w", products=TABLETS)
        assert report.schedule.ending.start == START + timedelta(weeks=26)
        assert (len(report.schedule.dosing_steps), len(cuts(report))) == (13, 14)

    @pytest.mark.parametrize(
        ("over", "ending"),
        [
            ("6m", date(2027, 6, 7)),
            ("90d", START + timedelta(days=90)),
            ("1y", date(2027, 12, 7)),
            ("until 2027-06-15", date(2027, 6, 15)),
        ],
    )
    def test_stop_is_where_the_time_asked_for_ends(self, over: str, ending: date) -> None:
        accept = (CAP,) if over == "90d" else ()
        assert planned("diazepam", "20 mg", over, accept=accept).schedule.ending.start == ending

    def test_days_left_over_lengthen_the_last_dosing_step(self) -> None:
        steps = planned("diazepam", "20 mg", "187d", products=TABLETS).schedule.dosing_steps
        assert [step.days for step in steps] == [14] * 12 + [14 + 187 - 182]

    def test_a_maintenance_dose_begins_where_a_stop_would(self) -> None:
        ending = planned("diazepam", "20 mg", "20w", to="5 mg").schedule.ending
        assert (ending.kind, ending.total.mg_text, ending.start) == (
            StepKind.MAINTAIN,
            "5",
            START + timedelta(weeks=20),
        )

    def test_too_short_a_time_is_refused_with_the_shortest_that_fits(self) -> None:
        refused = refusal("diazepam", "20 mg", "8w")
        assert "too fast" in refused.reasons[0]
        weeks = int(
            next(change for change in refused.changes if " as the time" in change).split(" or ")[1].split("w")[0]
        )
        assert planned("diazepam", "20 mg", f"{weeks}w")
        assert "too fast" in refusal("diazepam", "20 mg", f"{weeks - 1}w").reasons[0]


class TestAPaceThatWasAsked:
    """--reduce: never exceeded; the plan grows longer, never faster."""

    def test_valium_20_mg_by_10_percent_takes_25_cuts(self) -> None:
        report = planned("Valium", "20 mg", reduce="10%", region="us")
        assert totals(report) == (
            "18 16.5 15 13.5 12.5 11.5 10.5 9.5 9 8.5 8 7.5 7 6.5 6 5.5 5 4.5 4 3.5 3 2.5 2 1 STOP"
        )
        assert len(cuts(report)) == 25

    def test_valium_is_said_to_be_diazepam(self) -> None:
        assert "Valium is diazepam" in planned("Valium", "20 mg", reduce="10%", region="us").notes

    def test_no_cut_is_above_10_percent_but_the_flagged_ones(self) -> None:
        report = planned("diazepam", "20 mg", reduce="10%")
        above = [number for number, cut in enumerate(cuts(report), start=1) if cut > Fraction(1, 10)]
        assert above == [step for rule, step in flags(report) if rule == "pace.asked"]

    def test_20_mg_by_1_mg_ends_4_3_2_and_a_half_2_1_stop(self) -> None:
        report = planned("diazepam", "20 mg", reduce="1 mg", products=TABLETS)
        assert totals(report).endswith(" 4 3 2.5 2 1 STOP")
        assert len(cuts(report)) == 21

    def test_10_percent_of_the_start_is_the_same_cut_each_time(self) -> None:
        report = planned("diazepam", "20 mg", reduce="10% of start", products="2 mg tablet half")
        assert totals(report).startswith("18 16 14 12 10 8 6 ")

    def test_a_quarter_of_the_dose_is_at_the_limit_and_not_above(self) -> None:
        report = planned("diazepam", "8 mg", reduce="25%", products="2 mg tablet half")
        assert totals(report).startswith("6 5 4 3 ")
        assert all(step is not None and step > 4 for rule, step in flags(report) if rule == CAP)

    def test_a_pace_above_the_limit_is_held_to_the_limit(self) -> None:
        report = planned("diazepam", "20 mg", reduce="50%")
        declared = {step for rule, step in flags(report) if rule == CAP}
        assert max(cut for number, cut in enumerate(cuts(report), start=1) if number not in declared) <= Fraction(1, 4)

    def test_a_hundred_steps_are_all_printed(self) -> None:
        report = planned(
            "diazepam", "10 mg", reduce="0.1 mg", products="1 mg in 1 mL oral solution", syringe="0.1 mL", region="us"
        )
        assert totals(report) == " ".join([*(f"{mg / 10:g}" for mg in range(99, 0, -1)), "STOP"])


class TestBandsAndTypedSteps:
    """The published banded steps, and levels typed one by one."""

    def test_the_banded_schedule_takes_the_smaller_figure_of_each_band(self) -> None:
        assert totals(planned("diazepam", "40 mg", shape="bands", region="gb")) == (
            "38 36 34 32 30 28 26 24 22 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4.5 4 3.5 3 2.5 2 1 STOP"
        )

    def test_typed_steps_come_out_as_typed(self) -> None:
        assert totals(planned("diazepam", "10 mg", steps="9 8 7 6 5 4 3 2.5 2 1 mg")) == "9 8 7 6 5 4 3 2.5 2 1 STOP"

    def test_typed_steps_that_fall_too_fast_are_refused_step_by_step(self) -> None:
        refused = refusal("diazepam", "20 mg", steps="10 5 1 mg")
        assert [reason.partition(":")[0] for reason in refused.reasons[:2]] == ["step 1", "step 2"]

    def test_typed_steps_that_rise_are_refused(self) -> None:
        assert any("rises" in reason for reason in refusal("diazepam", "10 mg", steps="9 8 9 7 mg").reasons)

    def test_a_typed_step_that_cannot_be_made_is_never_rounded(self) -> None:
        error = fault("diazepam", "10 mg", steps="9 8.3 7 mg")
        assert isinstance(error, CannotPlan)
        assert "8.3 mg" in str(error) and "8 mg" in str(error) and "8.5 mg" in str(error)


class TestTheTail:
    """The exception for the last steps is small; everything larger is refused with choices that work."""

    def test_20_mg_from_whole_10_mg_tablets_is_refused(self) -> None:
        refused = refusal("diazepam", "20 mg", "26w", products="10 mg tablet whole")
        assert refused.service == "the prescriber"
        assert any('type --products "10 mg tablet whole, 2 mg tablet half"' in change for change in refused.changes)

    def test_10_mg_from_whole_5_mg_tablets_at_10_percent_is_refused_with_real_percentages(self) -> None:
        refused = refusal("diazepam", "10 mg", reduce="10%", products="5 mg tablet whole", region="gb")
        assert "from 10 mg" in refused.reasons[0] and "is 5 mg, a cut of 50%" in refused.reasons[0]

    def test_that_refusal_names_another_strength_and_the_liquids(self) -> None:
        changes = " ".join(
            refusal("diazepam", "10 mg", reduce="10%", products="5 mg tablet whole", region="gb").changes
        )
        assert "add the 2 mg tablet" in changes and "add the 2 mg in 5 mL oral solution" in changes

    @pytest.mark.parametrize("dose", ["10 mg", "20 mg", "30 mg"])
    def test_each_change_that_a_refusal_offers_leads_to_a_plan(self, dose: str) -> None:
        options = {"reduce": "10%", "products": "5 mg tablet whole", "region": "gb"}
        offered = [
            change.split('--products "')[1].split('"')[0] for change in refusal("diazepam", dose, **options).changes
        ]
        assert offered
        for products in offered:
            assert planned("diazepam", dose, **(options | {"products": products}))

    @pytest.mark.parametrize(
        ("drug", "dose", "over", "products", "region"),
        [
            ("diazepam", "20 mg", "26w", "10 mg tablet whole", "us"),
            ("diazepam", "10 mg", "12w", "5 mg tablet whole", "gb"),
            ("diazepam", "20 mg", "8w", "", "us"),
            ("temazepam", "20 mg", "10w", "10 mg tablet whole", "gb"),
            ("zopiclone", "7.5 mg", "20w", "", "gb"),
        ],
    )
    def test_each_set_of_acceptances_that_a_refusal_offers_is_enough(
        self, drug: str, dose: str, over: str, products: str, region: str
    ) -> None:
        offered = refusal(drug, dose, over, products=products, region=region).accepts
        assert offered
        for rules in offered:
            report = planned(drug, dose, over, products=products, region=region, accept=rules)
            assert all(about(report, rule) for rule in rules)

    @pytest.mark.parametrize("over", ["4w", "8w", "26w", "52w"])
    @pytest.mark.parametrize(
        "rules", [(CAP,), ("last-dose",), ("exception.place",), (CAP, "last-dose"), ("exception.place", "last-dose")]
    )
    def test_accepting_a_rule_never_ends_in_an_abrupt_stop_where_small_tablets_are_at_hand(
        self, rules: tuple[str, ...], over: str
    ) -> None:
        found = answer("diazepam", "20 mg", over, products=TABLETS, accept=rules)
        if rules == (CAP,) and over in ("4w", "8w"):
            assert isinstance(found, Report)
        assert not isinstance(found, Report) or found.schedule.dosing_steps[-1].total.mg_text == "1"

    def test_no_refusal_offers_to_stop_from_a_large_dose_as_the_cure_for_too_short_a_time(self) -> None:
        assert all("last-dose" not in rules for rules in refusal("diazepam", "20 mg", "8w").accepts)

    def test_the_last_dose_of_diazepam_is_at_most_1_mg(self) -> None:
        for over in ("24w", "26w", "30w", "40w", "52w"):
            assert planned("diazepam", "20 mg", over).schedule.dosing_steps[-1].total.mg_text == "1"

    def test_stopping_from_2_mg_whole_tablets_is_refused_by_the_last_dose_rule(self) -> None:
        refused = refusal("diazepam", "10 mg", "40w", products="2 mg tablet whole")
        assert "2 mg" in refused.reasons[0] and "1 mg" in refused.reasons[0]
        assert any("2 mg tablet half" in change for change in refused.changes)

    def test_longer_steps_are_never_offered_as_the_cure_for_a_large_last_cut(self) -> None:
        changes = " ".join(refusal("diazepam", "10 mg", "40w", products="2 mg tablet whole").changes)
        assert "--every" not in changes and "as the time" not in changes

    def test_a_split_is_offered_only_where_its_parts_can_be_written(self) -> None:
        """Half of a 0.125 mg tablet is 0.0625 mg, which is refused when it is typed: so it is no way out."""
        assert not refusal("triazolam", "0.25 mg bedtime", "12w", region="us").changes

    def test_every_smaller_cut_named_beside_a_flag_can_be_made_from_that_product(self) -> None:
        report = planned("diazepam", "20 mg", "26w", region="gb", products=TABLETS)
        named = {cut.step: cut.products for cut in report.smaller_cuts}
        liquids = ("2 mg in 5 mL oral solution", "2 mg in 5 mL oral suspension", "5 mg in 5 mL oral suspension")
        by_a_fine_syringe = tuple(f"{liquid} by 0.1 mL" for liquid in liquids)
        assert named == {13: by_a_fine_syringe, 14: by_a_fine_syringe}

    def test_no_product_is_offered_where_those_of_the_plan_make_a_smaller_cut(self) -> None:
        """A suspension by 0.2 mg makes many doses below 5 mg; half a 10 mg tablet is 5 mg and makes nothing smaller."""
        report = planned("paroxetine", "20 mg", "52w", region="us", products="10 mg in 5 mL oral suspension")
        (cut,) = report.smaller_cuts
        assert (cut.step, cut.own, cut.products) == (report.schedule.ending.number, True, ())
        (flagged,) = about(report, f"pace.{report.guideline.key}.cap")
        assert flag_line(report, flagged, {}).endswith("A smaller cut can be made from the products of this plan.")


class TestAcceptances:
    """The prescriber goes past a limit by name and reason, and both are kept beside the step."""

    def test_an_accepted_rule_is_marked_with_its_reason(self) -> None:
        report = planned("diazepam", "20 mg", "8w", accept=(CAP,))
        accepted = [finding for finding in about(report, CAP) if finding.accepted]
        assert accepted
        assert {finding.accepted for finding in accepted} == {f"reason for {CAP}"}
        assert {finding.level for finding in accepted} == {Level.FLAG}

    def test_an_acceptance_that_nothing_needs_is_a_slip(self) -> None:
        error = fault("diazepam", "20 mg", "26w", accept=("last-dose",))
        assert isinstance(error, InvalidInput)
        assert "'last-dose' accepts nothing" in str(error)

    def test_an_unknown_rule_is_a_slip(self) -> None:
        assert isinstance(fault("diazepam", "20 mg", "26w", accept=("gravity",)), InvalidInput)

    def test_accepting_one_rule_does_not_let_another_through(self) -> None:
        refused = refusal("diazepam", "60 mg", "8w", accept=("ceiling.diazepam",))
        assert "too fast" in refused.reasons[0]

    def test_ten_times_the_maximum_cannot_be_accepted(self) -> None:
        error = fault("diazepam", "700 mg", "52w", accept=("ceiling.diazepam",))
        assert type(error) is CannotPlan
        assert "ten times" in str(error)


GATES = [
    "withdrawal-seizure",
    "withdrawal-delirium",
    "seizure-history",
    "epilepsy",
    "seizures",
    "epilepsy-treatment",
    "for-epilepsy",
    "pregnancy",
    "pregnant",
    "alcohol-dependence",
    "alcohol-use-disorder",
    "illicit-supply",
    "several-benzodiazepines",
    "suicidality",
    "suicidal",
    "self-harm",
    "unstable-psychosis",
    "psychosis",
    "mania",
    "second-sedative-taper",
    "two-sedatives",
    "age=17",
    "age=0",
    "age=5",
]
WARNINGS = [
    "opioid",
    "opioids",
    "breastfeeding",
    "age=65",
    "age=72",
    "age=104",
    "frail",
    "falls",
    "sleep-apnoea",
    "sleep-apnea",
    "copd",
    "respiratory",
    "myasthenia",
    "myasthenia-gravis",
    "glaucoma",
    "narrow-angle-glaucoma",
    "liver",
    "hepatic",
    "failed-taper",
    "alcohol",
    "sedative",
    "gabapentinoid",
]
ANSWERS = [
    ("opioid", "opioid"),
    ("opioids", "opioid"),
    ("opioid=no", "opioid"),
    ("epilepsy=no", "seizure-history"),
    ("pregnant=no", "pregnancy"),
    ("age=40", "age"),
    ("copd", "respiratory"),
    ("sleep-apnea", "respiratory"),
    ("hepatic", "liver"),
    ("used-for=3y", "used-for"),
]
SILENT = ["age=18", "age=40", "age=64", "opioid=no", "pregnancy=no", "seizure-history=no", "epilepsy=no", "alcohol=no"]


class TestTheContext:
    """What is stated about the patient refuses, warns, or is simply answered."""

    @pytest.mark.parametrize("fact", GATES)
    def test_a_gate_refuses_and_says_who_should_plan(self, fact: str) -> None:
        refused = refusal("diazepam", "20 mg", "26w", context=(fact,))
        assert refused.service and refused.service != "the prescriber"
        assert [rule.partition(".")[0] for rules in refused.accepts for rule in rules] == ["context"]

    @pytest.mark.parametrize("fact", GATES)
    def test_a_specialist_may_accept_a_gate_by_name_and_reason(self, fact: str) -> None:
        ((rule,),) = refusal("diazepam", "20 mg", "26w", context=(fact,)).accepts
        (finding,) = about(planned("diazepam", "20 mg", "26w", context=(fact,), accept=(rule,)), rule)
        assert (finding.level, finding.accepted) == (Level.FLAG, f"reason for {rule}")

    @pytest.mark.parametrize("fact", WARNINGS)
    def test_a_warning_is_flagged_and_planned(self, fact: str) -> None:
        report = planned("diazepam", "20 mg", "26w", context=(fact,))
        assert [rule for rule, step in flags(report) if rule.startswith("context.") and step is None]

    @pytest.mark.parametrize("fact", SILENT)
    def test_a_fact_without_weight_is_not_flagged(self, fact: str) -> None:
        report = planned("diazepam", "20 mg", "26w", context=(fact,))
        assert not [rule for rule, _ in flags(report) if rule.startswith("context.")]

    @pytest.mark.parametrize(("fact", "key"), ANSWERS)
    def test_what_was_answered_is_not_asked_again(self, fact: str, key: str) -> None:
        asked = {rule.key for rule in planned("diazepam", "20 mg", "26w").not_stated}
        left = {rule.key for rule in planned("diazepam", "20 mg", "26w", context=(fact,)).not_stated}
        assert asked - left == {key}

    def test_opioid_alcohol_and_seizures_are_asked_where_nothing_is_stated(self) -> None:
        asked = {rule.key for rule in planned("diazepam", "20 mg", "26w").not_stated}
        assert {"opioid", "alcohol", "seizure-history", "pregnancy", "age", "used-for"} <= asked

    def test_two_gates_are_both_named_and_both_must_be_accepted(self) -> None:
        facts = ("pregnancy", "seizure-history")
        refused = refusal("diazepam", "20 mg", "26w", context=facts)
        assert (len(refused.reasons), set(refused.accepts[0])) == (2, {"context.pregnancy", "context.seizure-history"})
        still = refusal("diazepam", "20 mg", "26w", context=facts, accept=("context.pregnancy",))
        assert still.accepts == (("context.seizure-history",),)

    @pytest.mark.parametrize("facts", [("pregnancy=no", "pregnancy"), ("age=40", "age=17"), ("opioid", "opioid=no")])
    def test_a_fact_stated_twice_in_different_ways_is_a_slip(self, facts: tuple[str, str]) -> None:
        for order in (facts, facts[::-1]):
            assert isinstance(fault("diazepam", "20 mg", "26w", context=order), InvalidInput)

    @pytest.mark.parametrize("fact", ["purple", "opiod", "ages=3"])
    def test_an_unknown_fact_is_a_slip(self, fact: str) -> None:
        assert isinstance(fault("diazepam", "20 mg", "26w", context=(fact,)), InvalidInput)


class TestShortUse:
    """Ten days of use are not years of use: the limit flags and does not refuse."""

    def test_10_mg_over_6_days_after_10_days_of_use(self) -> None:
        report = planned("diazepam", "10 mg", "6d", every="2d", split="half", context=("used-for=10d",))
        assert totals(report) == "7.5 5 2.5 STOP"
        assert report.schedule.ending.start == START + timedelta(days=6)

    def test_each_cut_above_the_limit_is_still_flagged(self) -> None:
        report = planned("diazepam", "10 mg", "6d", every="2d", split="half", context=("used-for=10d",))
        assert [step for rule, step in flags(report) if rule == CAP] == [2, 3, 4]

    def test_three_days_a_week_or_fewer_count_as_rare_and_four_do_not(self) -> None:
        for days, allowed in ((1, True), (3, True), (4, False), (7, False)):
            asked = request("diazepam", "10 mg", "6d", every="2d", split="half", context=(f"days-a-week={days}",))
            if allowed:
                assert totals(plan(asked)) == "7.5 5 2.5 STOP"
            else:
                with pytest.raises(RefusedForSafety):
                    plan(asked)

    @pytest.mark.parametrize("fact", ["used-for=10d", "days-a-week=2"])
    def test_no_paper_says_that_no_taper_is_needed(self, fact: str) -> None:
        report = planned("diazepam", "10 mg", "6d", every="2d", split="half", context=(fact,))
        assert "no taper" not in plain_text(blocks(report, calendar=False), ascii_only=True).lower()

    @pytest.mark.parametrize("fact", ["pregnancy", "seizure-history", "age=17"])
    def test_short_use_lifts_nothing_else(self, fact: str) -> None:
        context = ("used-for=10d", fact)
        assert refusal("diazepam", "10 mg", "6d", every="2d", split="half", context=context).service != "the prescriber"

    def test_the_same_after_three_years_is_refused(self) -> None:
        assert (
            "too fast"
            in refusal("diazepam", "10 mg", "6d", every="2d", split="half", context=("used-for=3y",)).reasons[0]
        )

    def test_the_same_with_no_word_of_the_length_is_refused_as_long(self) -> None:
        assert "too fast" in refusal("diazepam", "10 mg", "6d", every="2d", split="half").reasons[0]


class TestCeilings:
    """A dose above the labels, or above what a specialist should plan, is refused; the label's lower dose for age counts."""

    @pytest.mark.parametrize(
        ("drug", "dose", "region", "context", "indication"),
        [
            ("diazepam", "41 mg", None, (), None),
            ("diazepam", "40.5 mg", "us", (), None),
            ("lorazepam", "5 mg", "us", (), None),  # 4 mg equals 40 mg of diazepam in one published table
            ("alprazolam", "2.5 mg", "us", (), None),  # 2 mg equals 40 mg of diazepam in one published table
            ("zopiclone", "11.25 mg", "gb", (), "insomnia"),
            ("temazepam", "30 mg", "gb", ("age=70",), "insomnia"),
            ("lorazepam", "3 mg", "gb", ("age=65",), "anxiety"),
            ("zolpidem", "10 mg", "gb", ("age=80",), None),
            ("chlordiazepoxide", "25 mg", "gb", ("age=70",), "muscle spasm"),
            ("diazepam", "35 mg", "gb", (), "anxiety"),
        ],
    )
    def test_above_is_refused(
        self, drug: str, dose: str, region: str | None, context: tuple[str, ...], indication: str | None
    ) -> None:
        refused = refusal(drug, dose, "52w", region=region, context=context, indication=indication)
        assert "above the ceiling" in refused.reasons[0]
        assert refused.accepts == ((f"ceiling.{drug}",),)

    @pytest.mark.parametrize(
        ("drug", "dose", "region", "context", "indication"),
        [
            ("diazepam", "40 mg", None, (), None),
            ("lorazepam", "4 mg", "us", (), None),
            ("alprazolam", "2 mg", "us", (), None),
            ("temazepam", "30 mg", "gb", ("age=40",), "insomnia"),
            ("temazepam", "20 mg", "gb", ("age=70",), "insomnia"),
            ("lorazepam", "3 mg", "gb", ("age=64",), "anxiety"),
            ("lorazepam", "2 mg", "gb", ("age=65",), "anxiety"),
            ("diazepam", "30 mg", "gb", (), "anxiety"),
        ],
    )
    def test_at_or_below_is_planned_without_refusal(
        self, drug: str, dose: str, region: str | None, context: tuple[str, ...], indication: str | None
    ) -> None:
        report = planned(drug, dose, "52w", region=region, context=context, indication=indication)
        assert not [finding for finding in about(report, f"ceiling.{drug}") if finding.accepted]

    def test_an_accepted_ceiling_is_flagged_with_its_reason(self) -> None:
        report = planned("diazepam", "45 mg", "52w", accept=("ceiling.diazepam",))
        (finding,) = about(report, "ceiling.diazepam")
        assert (finding.level, finding.accepted) == (Level.FLAG, "reason for ceiling.diazepam")

    def test_ten_times_the_highest_maximum_is_a_slip_of_the_pen(self) -> None:
        assert refusal("diazepam", "600 mg", "52w")
        assert type(fault("diazepam", "601 mg", "52w")) is CannotPlan


class TestProducts:
    """What may be supplied: the region's tablets and capsules, those common to all regions, or those that were typed."""

    COMMON: ClassVar = {
        "diazepam": "2 mg tablet half, 5 mg tablet half, 10 mg tablet half",
        "alprazolam": "0.25 mg tablet half, 0.5 mg tablet half",
        "clonazepam": "0.5 mg tablet half, 1 mg tablet whole, 2 mg tablet whole",
        "lorazepam": "0.5 mg tablet whole, 1 mg tablet half",
        "chlordiazepoxide": "5 mg capsule whole, 10 mg capsule whole",
    }

    @pytest.mark.parametrize("drug", COMMON)
    def test_without_a_region_only_what_every_region_has_and_allows(self, drug: str) -> None:
        lowest = {"diazepam": "20 mg", "chlordiazepoxide": "30 mg"}.get(drug, "2 mg")
        report = planned(drug, lowest, "60w")
        assert ", ".join(f"{product.name} {product.split.word}" for product in report.products) == self.COMMON[drug]

    def test_without_a_common_product_the_region_or_products_are_asked_for(self) -> None:
        error = fault("temazepam", "20 mg", "30w")
        assert type(error) is CannotPlan
        assert "--region" in str(error) and "--products" in str(error)

    def test_liquids_are_taken_only_when_named(self) -> None:
        assert not [
            product for product in planned("diazepam", "20 mg", "26w", region="gb").products if product.form.liquid
        ]

    def test_modified_release_is_never_mixed_in_unasked(self) -> None:
        names = [product.name for product in planned("alprazolam", "2 mg", "52w", region="us").products]
        assert not [name for name in names if "modified-release" in name]

    def test_whole_tablets_are_meant_where_no_source_speaks_of_splitting(self) -> None:
        splits = {product.name: product.split for product in planned("clonazepam", "2 mg", "60w", region="us").products}
        assert (splits["0.5 mg tablet"], splits["1 mg tablet"]) == (Split.HALF, Split.WHOLE)

    def test_splitting_on_the_prescribers_word_is_said(self) -> None:
        report = planned("clonazepam", "2 mg", "60w", region="us", split="half")
        assert any("prescriber's word" in note and "1 mg tablet" in note for note in report.notes)

    def test_splitting_as_the_data_say_asks_to_check_the_score_line(self) -> None:
        assumed = [item.what for item in planned("diazepam", "20 mg", "26w", region="gb").assumptions]
        assert any("score line" in line for line in assumed)

    def test_the_order_of_typing_changes_nothing(self) -> None:
        one = planned("diazepam", "20 mg", "26w", products="2 mg tablet half, 10 mg tablet half")
        other = planned("diazepam", "20 mg", "26w", products="10 mg tablet half, 2 mg tablet half")
        assert one.schedule == other.schedule

    @pytest.mark.parametrize("drug", [drug.name for drug in drugs_held()])
    def test_a_strength_that_is_not_marketed_is_refused_with_those_that_are(self, drug: str) -> None:
        for region in sorted({product.region for product in drug_called(drug).products}):
            error = fault(drug, "1 mg morning", reduce="0.5 mg", products="0.007 mg tablet", region=region)
            assert type(error) is CannotPlan
            held = [product.name for product in drug_called(drug).products if product.region == region]
            assert all(name in str(error) for name in held)


class TestWhatAClassLeavesToThePrescriber:
    """Form, times of day and pace are asked for where a default could harm."""

    @pytest.mark.parametrize("drug", ["morphine", "oxycodone", "tramadol", "venlafaxine", "metoprolol", "propranolol"])
    def test_forms_that_do_not_replace_each_other_are_named_by_the_prescriber(self, drug: str) -> None:
        error = fault(drug, "100 mg morning", reduce="10%", region="us")
        assert type(error) is CannotPlan
        assert "--products 'modified-release" in str(error) and "--products 'tablet'" in str(error)

    def test_plain_and_modified_release_forms_are_never_mixed_nor_offered_beside_each_other(self) -> None:
        dose = "30 mg morning + 30 mg bedtime"
        error = fault(
            "morphine", dose, "44w", products="modified-release tablet, 10 mg in 5 mL oral solution", region="gb"
        )
        assert type(error) is CannotPlan and "does not replace the other" in str(error)
        refused = refusal("morphine", dose, "20w", products="modified-release tablet", region="gb")
        assert not [change for change in refused.changes if "solution" in change]
        report = planned("morphine", dose, "44w", every="4w", products="modified-release tablet", region="gb")
        assert not [name for cut in report.smaller_cuts for name in cut.products if "modified" not in name]

    @pytest.mark.parametrize("drug", ["morphine", "oxycodone", "tramadol"])
    def test_a_days_dose_of_an_opioid_is_never_taken_at_once_unasked(self, drug: str) -> None:
        error = fault(drug, "100 mg", "26w", products="modified-release tablet", region="gb")
        assert type(error) is CannotPlan and "times of day" in str(error)
        assert "'100 mg morning'" in str(error) and "10 mg morning" not in str(error), (
            "no other dose than the typed one"
        )

    @pytest.mark.parametrize("drug", ["baclofen", "tizanidine", "metoprolol", "bisoprolol", "propranolol", "atenolol"])
    def test_a_pace_is_typed_where_none_is_published(self, drug: str) -> None:
        error = fault(drug, "20 mg", "26w", region="gb")
        assert type(error) is CannotPlan and "no rate for coming off" in str(error)
        assert " mg" not in str(error), "a figure would be read as advice"
        assert "--reduce and --every" in str(error)

    def test_a_window_of_one_day_is_one_day(self) -> None:
        report = planned("tizanidine", "8 mg morning + 8 mg bedtime", reduce="4 mg", every="1w", region="gb")
        said = plain_text(blocks(report, calendar=False), ascii_only=True)
        assert "Largest cut in 1 day: " in said and "1 days" not in said

    def test_a_typed_pace_that_ends_too_soon_is_offered_a_longer_interval_that_plans(self) -> None:
        """Neither a time beside --reduce nor a time instead of it would be taken: the way out must be one."""
        words = ("baclofen", "10 mg morning + 10 mg bedtime")
        (change,) = refusal(*words, reduce="5 mg", every="2d", region="gb").changes
        every = change.removeprefix("type --every ").split()[0]
        report = planned(*words, reduce="5 mg", every=every, region="gb")
        assert report.schedule.ending.start - START == timedelta(days=3 * int(every[:-1]))
        assert 3 * int(every[:-1]) >= 14 > 3 * (int(every[:-1]) - 1)


class TestUnknownMedicines:
    """A drug that is not held is refused, never called safe to stop."""

    @pytest.mark.parametrize(
        "name", ["xyzzy", "paracetamol", "ibuprofen", "", "diazepam oxazepam", "Diazepam 5", "../diazepam"]
    )
    def test_is_refused_with_the_advice_not_to_stop_suddenly(self, name: str) -> None:
        error = fault(name, "20 mg", "26w")
        assert type(error) is CannotPlan
        assert "do not stop it suddenly" in str(error)

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("lorezapam", "lorazepam"),
            ("xanex", "Xanax"),
            ("prednisalone", "prednisolone"),
            ("propanolol", "propranolol"),
        ],
    )
    def test_a_slip_of_the_pen_is_offered_the_name_that_was_meant(self, typed: str, meant: str) -> None:
        assert fault(typed, "20 mg", "26w").instead.startswith(f"did you mean {meant}")

    @pytest.mark.parametrize("other", ["codeine", "Lustral", "Medrol", "wonderazepam"])
    def test_another_medicine_is_answered_with_no_name_that_only_sounds_like_it(self, other: str) -> None:
        assert fault(other, "20 mg", "26w").instead == "type 'taper drugs' to see what the formulary holds"

    @pytest.mark.parametrize("typed", ["diazepam", "Diazepam", "DIAZEPAM", "  diazepam ", "Valium", "valium"])
    def test_capitals_spaces_and_brands_do_not_matter(self, typed: str) -> None:
        assert planned(typed, "20 mg", "26w", region="us").drug.name == "diazepam"


class TestThePlansId:
    """The id comes from the content: the same plan has the same id wherever and whenever it is printed."""

    ASKED = request("diazepam", "20 mg", "26w", region="gb")

    def test_is_the_same_every_time(self) -> None:
        assert plan(self.ASKED).plan_id == plan(self.ASKED).plan_id

    def test_does_not_depend_on_the_day_of_printing(self) -> None:
        other = replace(self.ASKED, today=date(2026, 12, 6))
        assert plan(other).plan_id == plan(self.ASKED).plan_id
        assert plan(other).generated_on == date(2026, 12, 6)

    @pytest.mark.parametrize(
        "other",
        [
            request("diazepam", "19 mg", "26w", region="gb"),
            request("diazepam", "20 mg", "27w", region="gb"),
            request("diazepam", "20 mg", "26w", region="us"),
            request("diazepam", "20 mg", "26w", region="gb", start=date(2026, 12, 8)),
            request("diazepam", "20 mg", "26w", region="gb", products="2 mg tablet half"),
            request("diazepam", "20 mg bedtime", "26w", region="gb"),
            request("diazepam", "20 mg", "26w", region="gb", context=("opioid",)),
        ],
    )
    def test_differs_for_another_plan(self, other: object) -> None:
        assert plan(other).plan_id != plan(self.ASKED).plan_id  # type: ignore[arg-type]


class TestWhatWasNotSaid:
    """Nothing clinical is assumed silently."""

    def test_every_default_is_told_with_what_changes_it(self) -> None:
        told = {item.change for item in planned("diazepam", "20 mg", "26w").assumptions}
        assert {"--region", "--products", "--split", "--guideline", "--shape", "--context used-for=3y"} <= told

    def test_what_was_said_is_not_told_as_assumed(self) -> None:
        report = planned(
            "diazepam",
            "4 mg morning + 6 mg bedtime",
            reduce="1 mg",
            region="gb",
            products="2 mg tablet",
            split="half",
            guideline="asam-2025",
            context=("used-for=3y",),
        )
        assert {item.change for item in report.assumptions} <= {"--to, or other products"}

    def test_a_start_in_the_past_is_flagged_and_never_refused(self) -> None:
        report = planned("diazepam", "20 mg", "26w", start=date(2026, 11, 1))
        assert [finding.level for finding in about(report, "dates.past")] == [Level.FLAG]

    def test_a_schedule_within_the_usual_range_is_told_to_be_longer(self) -> None:
        (note,) = about(planned("diazepam", "20 mg", "26w"), "pace.usual")
        weeks = int(note.message.split("about ")[1].split(" weeks")[0])
        assert (note.level, weeks > 26) == (Level.INFO, True)

    def test_no_length_within_the_usual_range_is_claimed_where_these_products_allow_none(self) -> None:
        (note,) = about(planned("diazepam", "10 mg", reduce="1 mg", products="2 mg tablet half"), "pace.usual")
        assert "about 18 weeks" not in note.message  # those 18 weeks are this very plan, which is above the usual range


def test_a_refusal_is_an_error_that_says_everything_in_one_line_too() -> None:
    refused = refusal("diazepam", "20 mg", "8w")
    assert isinstance(refused, RefusedForSafety) and "too fast" in str(refused)


class TestPartsThatCannotBeWritten:
    """A quarter of 0.25 mg is 62.5 micrograms: more decimals of a mg than anyone reads safely."""

    def test_a_split_for_all_stops_at_what_can_be_written(self) -> None:
        report = planned("alprazolam", "1 mg", "40w", region="us", split="quarter")
        splits = {product.name: product.split for product in report.products}
        assert splits["0.25 mg tablet"] is Split.HALF
        assert splits["2 mg tablet"] is Split.QUARTER
        assert any("divided less finely than asked" in note and "0.25 mg tablet" in note for note in report.notes)
        assert all(step.total.ng % 1000 == 0 for step in report.schedule.steps)

    def test_a_split_typed_for_one_product_is_refused_with_what_to_type(self) -> None:
        answered = fault("alprazolam", "1 mg", "40w", region="us", products="0.25 mg tablet quarter, 0.5 mg tablet")
        assert "would need more than 3 decimals of a mg" in answered.found
        assert answered.instead == "type '0.25 mg tablet half'"


class TestRefusedByName:
    """Some medicines are never planned here, whatever is asked."""

    @pytest.mark.parametrize("refused", refused_drugs(), ids=lambda refused: refused.names[0])
    def test_says_why_and_who_should_plan_it_and_not_to_stop(self, refused: RefusedDrug) -> None:
        for name in refused.names:
            answered = fault(name.upper(), "10 mg", "26w")
            assert isinstance(answered, CannotPlan)
            assert refused.reason.rstrip(".") in answered.found and refused.cite.short in answered.found
            assert answered.expected.startswith("do not stop it and keep the present dose")
            assert refused.service in answered.expected

    def test_no_refused_name_is_one_that_is_planned(self) -> None:
        held = {
            name.lower()
            for drug in drugs_held()
            for name in (drug.name, *drug.synonyms, *(b.name for b in drug.brands))
        }
        assert not held & {name for refused in refused_drugs() for name in refused.names}

    def test_a_slip_in_such_a_name_still_leads_to_it(self) -> None:
        assert "clozapine" in fault("clozapin", "300 mg", "26w").instead
