"""Where units, bases, edges and forms trap a plan: percent of what, step or rate, which band, months or weeks, salt or base."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from service_builders import START, about, answer, audited, fault, planned, refusal, request, totals

from taper_cli.formulary import loader
from taper_cli.model.audit import Audit
from taper_cli.model.drug import Drug
from taper_cli.model.errors import CannotPlan, InvalidInput, TaperError
from taper_cli.model.finding import Level
from taper_cli.model.guideline import Basis
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.service import class_of, drugs_held

NG = 10**6
VA_270 = ("morphine", "90 mg morning + 90 mg evening + 90 mg bedtime")
VA_ROWS = "225 mg 1w, 180 mg 1w, 135 mg 1w, 90 mg 1w, 45 mg 1w, 30 mg 1w, 15 mg 1w"
MR = "modified-release tablet"
MORPHINE_LIQUID = {"products": "10 mg in 5 mL oral solution", "syringe": "0.1 mL", "region": "gb"}


def weekly(*doses: str, days: int = 7) -> list[tuple[date, str]]:
    """A table with one interval throughout, the starting dose first."""
    return [(START + timedelta(days=days * place), dose) for place, dose in enumerate(doses)]


def judged(rows: Sequence[tuple[date, str]], drug: str, **options: object) -> Audit:
    """What the judge says of a table of dates and doses in mg."""
    return audited("\n".join(["date,dose_mg", *(f"{day},{dose}" for day, dose in rows)]) + "\n", drug, **options)


def steps_with(found: Audit, rule: str) -> list[int]:
    """The levels that a rule names, whatever it says of them."""
    return [one.step for one in found.findings if one.rule == rule and one.step is not None]


def mg(text: str) -> Fraction:
    """A number of mg."""
    return Fraction(text)


class TestAPercentageIsOfTheStartOrOfTheDoseInForce:
    def test_equal_rows_are_one_sixth_of_the_start_and_ever_more_of_the_dose_in_force(self) -> None:
        rows = [Fraction(dose) for dose in (270, 225, 180, 135, 90, 45)]
        assert {(before - after) / rows[0] for before, after in pairwise(rows)} == {Fraction(1, 6)}
        assert [(b - a) / b for b, a in pairwise(rows)] == [Fraction(1, part) for part in (6, 5, 4, 3, 2)]

    def test_the_veterans_rows_keep_their_own_limit_on_the_start(self) -> None:
        report = planned(*VA_270, steps=VA_ROWS, products=MR, region="us", guideline="va-faster", cut="even")
        assert totals(report) == "225 180 135 90 45 30 15 STOP"
        assert about(report, "pace.va-faster.cap") == []

    def test_the_same_rows_are_refused_where_the_current_dose_counts(self) -> None:
        error = refusal(*VA_270, steps=VA_ROWS, products=MR, region="us", guideline="us-opioid-label")
        assert "of the current dose" in str(error.reasons)
        assert error.accepts == (("pace.us-opioid-label.cap",),)

    def test_the_same_rows_as_a_named_ladder_are_flagged_with_both_figures(self) -> None:
        report = planned(
            *VA_270, ladder="va-faster-morphine-270", products=MR, region="us", guideline="us-opioid-label"
        )
        levels = {one.step: one.level for one in about(report, "pace.us-opioid-label.cap")}
        assert set(levels.values()) == {Level.FLAG}
        assert 1 not in levels
        assert {3, 4, 5, 6, 7} <= set(levels)

    # CDC 2022, weeks to months of use, from 100 mg: a tenth of the start a week down to 30 mg, then a tenth of what is left.
    ORACLE = ("100", "90", "80", "70", "60", "50", "40", "30", "27", "24.3", "21.87", "19.683")

    def test_the_basis_turns_at_thirty_percent_of_the_start(self) -> None:
        found = judged(weekly(*self.ORACLE), "morphine", guideline="cdc-2022-shorter")
        assert steps_with(found, "pace.cdc-2022-shorter.cap") == []

    @pytest.mark.parametrize("place", range(1, 11))
    def test_a_thousandth_of_a_mg_below_it_is_too_fast(self, place: int) -> None:
        rows = [*self.ORACLE[:place], f"{float(mg(self.ORACLE[place]) - Fraction(1, 1000)):.3f}", "1"]
        found = judged(weekly(*rows), "morphine", guideline="cdc-2022-shorter")
        assert place in steps_with(found, "pace.cdc-2022-shorter.cap")
        assert place - 1 not in steps_with(found, "pace.cdc-2022-shorter.cap")

    def test_the_planner_falls_exactly_as_far_on_the_marks_of_its_syringe(self) -> None:
        wish = {"reduce": "50 mg", "every": "1w", "guideline": "cdc-2022-shorter"}
        report = planned("morphine", "50 mg morning + 50 mg bedtime", **wish, **MORPHINE_LIQUID)
        mark, dose, expected = Fraction(1, 5), Fraction(100), []
        for _ in range(15):
            lowest = dose - (10 if dose > 30 else dose / 10)
            dose = -(-lowest // mark) * mark  # never below what is allowed
            expected.append(dose)
        assert [mg(step.total.mg_text) for step in report.schedule.dosing_steps][:15] == expected

    def test_every_limit_in_percent_says_of_what(self) -> None:
        for key in loader.keys_of("guidelines"):
            cap = loader.guideline_named(key).cap
            if cap is not None:
                assert cap.basis_words.startswith(("current", "starting") if cap.basis is Basis.START else "current")

    def test_thirds_are_exact(self) -> None:
        """45 of 270 mg is 16.666... percent: more than a typed 16.666%, less than 16.667%, and never rounded to either."""
        wish = {"every": "1w", "products": MR, "region": "gb", "guideline": "va-faster", "cut": "even"}
        below = planned(*VA_270, reduce="16.666% of start", **wish)
        above = planned(*VA_270, reduce="16.667% of start", **wish)
        assert below.schedule.steps[0].total.mg_text == "230"
        assert above.schedule.steps[0].total.mg_text == "225"


class TestASalamiOfTheStartIsNotOfTheCurrentDose:
    """A secondary page says '10% of the current dose' of morphine 5 mg four times a day and takes off 0.5 mg a dose ten times."""

    ROWS = ("20", "18", "16", "14", "12", "10", "8", "6", "4", "2", "0")

    def test_its_last_steps_are_a_third_a_half_and_all_of_the_dose_in_force(self) -> None:
        found = judged(weekly(*self.ROWS, days=31), "morphine", guideline="cdc-2022-longer")
        shares = {one.step: one.share for one in found.findings if one.rule == "pace.cdc-2022-longer.cap"}
        assert (shares[8], shares[9], shares[10]) == (Fraction(1, 3), Fraction(1, 2), 1)
        assert not found.passed
        assert 1 not in shares  # 2 of 20 mg is a tenth of both

    def test_it_keeps_a_limit_on_the_start(self) -> None:
        found = judged(weekly(*self.ROWS, days=14), "morphine", guideline="opioids-aware", region="gb")
        assert [step for step in steps_with(found, "pace.opioids-aware.cap") if step < 10] == []


class TestAStepIsNotARate:
    RULE = "pace.ese-2024.dose"

    def test_ten_mg_a_fortnight_is_refused_where_five_mg_a_week_is_kept(self) -> None:
        assert self.RULE in {
            rule
            for way in refusal("prednisolone", "40 mg", steps="40 mg 2w, 30 mg 2w, 20 mg 2w", to="15 mg").accepts
            for rule in way
        }
        report = planned("prednisolone", "40 mg", steps="40 mg 1w, 35 mg 1w, 30 mg 1w, 25 mg 1w", to="20 mg")
        assert about(report, self.RULE) == []

    def test_two_half_steps_inside_a_window_are_one_step(self) -> None:
        found = judged([(START, "40"), (START + timedelta(7), "35"), (START + timedelta(13), "30")], "prednisolone")
        assert steps_with(found, self.RULE) == [2]


# Each edge of the steroid bands: the dose itself belongs to the slower band, and a fall over the edge is counted in it too.
EDGES = [("40", 5), ("20", Fraction(5, 2)), ("10", 1)]
HALF_MG = {"products": "1 mg tablet half, 5 mg tablet whole", "region": "gb"}


class TestADoseOnAnEdgeIsInTheSlowerBand:
    RULE = "pace.ese-2024.dose"

    @pytest.mark.parametrize(("edge", "slow"), EDGES)
    def test_for_the_judge(self, edge: str, slow: Fraction) -> None:
        half = Fraction(1, 2)
        for before, most in (
            (mg(edge), slow),
            (mg(edge) + half, slow + (half if slow == half else 0)),
            (mg(edge) + slow, slow),
        ):
            for cut, found in ((most, []), (most + half, [1])):
                rows = weekly(f"{float(before)}", f"{float(before - cut)}")
                assert steps_with(judged(rows, "prednisolone"), self.RULE)[:1] == found, (before, cut)

    @pytest.mark.parametrize(("edge", "slow"), EDGES)
    def test_for_the_planner(self, edge: str, slow: Fraction) -> None:
        report = planned("prednisolone", f"{edge} mg", reduce="20 mg", every="1w", **HALF_MG)
        assert mg(report.schedule.steps[0].total.mg_text) == mg(edge) - slow

    def test_five_mg_last_four_weeks_before_the_next_cut(self) -> None:
        report = planned("prednisolone", "8 mg", reduce="1 mg", every="1w", **HALF_MG)
        lengths = {step.total.mg_text: step.days for step in report.schedule.dosing_steps}
        assert [lengths[dose] for dose in ("7", "6")] == [7, 7]
        assert [lengths[dose] for dose in ("5", "4", "3", "2")] == [28, 28, 28, 28]

    @pytest.mark.parametrize("half_mg", range(4, 91))
    def test_planner_and_judge_agree_at_every_dose(self, half_mg: int) -> None:
        """The planner's first cut is let through, and half a mg more is not."""
        before = Fraction(half_mg, 2)
        report = planned("prednisolone", f"{float(before):g} mg", reduce="20 mg", every="4w", **HALF_MG)
        first = mg(report.schedule.steps[0].total.mg_text)

        def refused(after: Fraction) -> bool:
            rows = [(START, f"{float(before)}"), (START + timedelta(28), f"{float(after)}")]
            return bool(steps_with(judged(rows, "prednisolone"), self.RULE))

        assert not refused(first)
        assert refused(first - Fraction(1, 2)) or first < Fraction(3, 2)


class TestFourWeeksAreNoMonth:
    @pytest.mark.parametrize(("over", "every", "days"), [("12m", "1m", 365), ("48w", "4w", 336), ("1y", "1m", 365)])
    def test_twelve_of_either_end_on_different_days(self, over: str, every: str, days: int) -> None:
        report = planned("diazepam", "20 mg", over, every=every, start=date(2027, 1, 1))
        assert report.schedule.ending.start - report.schedule.steps[0].start == timedelta(days=days)
        assert len(report.schedule.dosing_steps) == 12

    def test_steps_by_the_month_begin_on_the_same_day_of_it(self) -> None:
        report = planned("diazepam", "20 mg", "12m", every="1m", start=date(2027, 1, 31))
        assert [step.start.day for step in report.schedule.steps[:4]] == [31, 28, 31, 30]

    def test_a_cut_four_weeks_after_another_is_not_a_month_after_it(self) -> None:
        rows = [
            (START, "100"),
            (START + timedelta(31), "90"),
            (START + timedelta(31 + 28), "81"),
            (START + timedelta(120), "73"),
        ]
        found = judged(rows, "morphine", guideline="cdc-2022-longer")
        assert steps_with(found, "pace.cdc-2022-longer.cap") == [2]

    def test_the_slower_veterans_taper_is_by_four_weeks_not_four_months(self) -> None:
        """A secondary page prints '5 to 20% every 4 months'."""
        slower = loader.guideline_named("va-slower")
        assert slower.cap and slower.cap.window_days == 28
        assert slower.usual and (slower.usual.interval_low_days, slower.usual.interval_high_days) == (28, 28)


class TestATimeThatIsOfferedKeepsEveryLimit:
    def test_where_a_shortest_time_and_a_limit_in_mg_both_bind(self) -> None:
        """14 days at least for venlafaxine in all, and 75 mg a week: from 300 mg the second asks for more than the first."""
        typed = {"every": "1w", "guideline": "us-antidepressant-label", "products": "tablet", "region": "gb"}
        (offered, *_) = refusal("venlafaxine", "300 mg", "1w", **typed).changes
        found = re.match(r'type "(until [\d-]+)"', offered)
        assert found, offered
        assert isinstance(answer("venlafaxine", "300 mg", found[1], **typed), Report)


class TestBelowTheSmallestTabletAPercentageNeverEnds:
    def test_a_dose_that_is_the_smallest_is_refused_with_what_would_make_a_smaller_one(self) -> None:
        error = refusal("diazepam", "1 mg", reduce="10%", products="2 mg tablet half", region="gb")
        assert "1 mg is the smallest dose" in str(error.reasons)
        assert any("2 mg in 5 mL oral solution" in change for change in error.changes)

    @pytest.mark.parametrize("percent", ["10%", "5%", "1%"])
    def test_every_taper_by_percent_ends(self, percent: str) -> None:
        report = planned("diazepam", "20 mg", reduce=percent, every="1w", products="2 mg tablet half, 5 mg tablet half")
        assert totals(report).endswith(" 2 1 STOP")
        assert {one.level for one in about(report, "pace.asked")} == {Level.FLAG}


class TestOnePreparationIsNotAnother:
    @pytest.mark.parametrize("typed", ["40 mg in 1 mL oral drops", "40 mg in 1 mL drops", "drops"])
    def test_drops_are_not_held_and_never_counted_as_tablets(self, typed: str) -> None:
        """8 mg of citalopram as drops stand for a tablet of 10 mg: no form here says so, and none is guessed."""
        with pytest.raises(InvalidInput, match=r"drops'; expected one of"):
            request("citalopram", "20 mg", "30w", products=typed, region="gb")

    def test_a_tizanidine_capsule_is_no_tablet(self) -> None:
        error = fault("tizanidine", "12 mg", reduce="2 mg", every="1w", products="2 mg capsule", region="us")
        assert isinstance(error, CannotPlan)
        assert "it holds: 2 mg tablet, 4 mg tablet" in str(error)

    @pytest.mark.parametrize("drug", ["pramipexole", "ropinirole", "rotigotine"])
    def test_salts_and_bases_of_drugs_that_are_not_held_are_not_guessed_at(self, drug: str) -> None:
        error = fault(drug, "0.54 mg", "12w")
        assert isinstance(error, CannotPlan)
        assert "do not stop it" in str(error)

    @pytest.mark.parametrize("typed", ["500 micrograms", "500 mcg", "500 microgram", "0.5 mg"])
    def test_micrograms_are_thousandths_of_a_mg(self, typed: str) -> None:
        assert request("lorazepam", typed, "20w").regimen.total.ng == 500_000

    @pytest.mark.parametrize("typed", ["500 ug", "500 µg", "500 μg", "500 mc", "0.5", "50 mcg/h"])
    def test_other_spellings_are_refused_in_words(self, typed: str) -> None:
        with pytest.raises(InvalidInput, match="unit"):
            request("lorazepam", typed, "20w")

    def test_a_table_of_one_opioid_is_not_judged_as_another(self) -> None:
        """Nothing is converted: 90 mg of morphine stands beside 60 mg of oxycodone in no arithmetic here."""
        content = f"date,drug,dose_mg\n{START},oxycodone,60\n{START + timedelta(14)},oxycodone,54\n"
        with pytest.raises(CannotPlan, match="expected one drug"):
            audited(content, "morphine")


def undivided(drug: Drug) -> list[str]:
    """The forms of a drug that are swallowed whole."""
    return list(
        dict.fromkeys(one.form.value for one in drug.products if not one.form.divisible and not one.form.liquid)
    )


HELD = {drug.name: drug for drug in drugs_held()}
WHOLE = [(name, form) for name, drug in HELD.items() for form in undivided(drug)]


class TestWhatMustStayWholeStaysWhole:
    @pytest.mark.parametrize(("name", "form"), WHOLE)
    def test_no_data_divide_it(self, name: str, form: str) -> None:
        assert {one.split for one in HELD[name].products if one.form.value == form} == {Split.WHOLE}

    @pytest.mark.parametrize(("name", "form"), WHOLE)
    @pytest.mark.parametrize("split", ["half", "quarter"])
    def test_nor_does_the_prescribers_word(self, name: str, form: str, split: str) -> None:
        """Typed with the product it is refused; typed for all it leaves this form whole."""
        product = next(one for one in HELD[name].products if one.form.value == form)
        dose = f"{product.strength.mg_text} mg" + (" bedtime" if class_of(HELD[name]).planning.dose_by_slot else "")
        pace = {"reduce": "10%", "every": "4w", "region": product.region}
        error = fault(name, dose, products=f"{product.name} {split}", **pace)
        assert isinstance(error, CannotPlan)
        assert re.search(r"(must not|cannot) be divided", str(error)), str(error)
        for_all = answer(name, dose, products=product.name, split=split, **pace)
        parts = [
            portion.count
            for step in (for_all.schedule.steps if isinstance(for_all, Report) else ())
            for intake in step.intakes
            for portion in intake.portions
        ]
        assert all(count.denominator == 1 for count in parts)

    @pytest.mark.parametrize(
        ("name", "region"),
        [
            (name, region)
            for name, drug in HELD.items()
            for region in (None, *sorted({one.region for one in drug.products}))
        ],
    )
    def test_it_is_never_mixed_in_unasked(self, name: str, region: str | None) -> None:
        """Where nothing is typed, every product releases its dose alike, or the form has to be named."""
        drug = HELD[name]
        smallest = min(one.strength for one in drug.products if one.region == (region or one.region))
        dose = f"{smallest.times(4).mg_text} mg" + (" bedtime" if class_of(drug).planning.dose_by_slot else "")
        found = answer(name, dose, reduce="10%", every="4w", region=region)
        if isinstance(found, TaperError):
            return
        used = {
            portion.product for step in found.schedule.steps for intake in step.intakes for portion in intake.portions
        }
        assert not any(product.form.modified_release or product.form.liquid for product in {*used, *found.products})


class TestNotEveryTaperEndsAtZero:
    def test_a_maintenance_dose_is_kept_as_planned_and_as_judged(self) -> None:
        """Autoimmune hepatitis goes on at 10 mg: no last-dose rule speaks of it."""
        steps = "50 mg 1w, 40 mg 1w, 35 mg 1w, 30 mg 1w, 25 mg 1w, 20 mg 1w, 17.5 mg 1w, 15 mg 1w, 12.5 mg 2w"
        report = planned("prednisolone", "60 mg", steps=steps, to="10 mg", region="gb")
        assert totals(report).endswith("12.5 MAINTAIN 10")
        assert about(report, "last-dose") == []
        days = [7] * 9 + [14]
        doses = ["60", "50", "40", "35", "30", "25", "20", "17.5", "15", "12.5", "10"]
        dates = [START + timedelta(day) for day in accumulate(days, initial=0)]
        rows = "\n".join(f"{day},{dose}," for day, dose in zip(dates, doses[:-1], strict=False))
        found = audited(f"date,dose_mg,notes\n{rows}\n{dates[-1]},10,MAINTAIN\n", "prednisolone", region="gb")
        assert found.passed, found.findings
        assert steps_with(found, "last-dose") == []


class TestSourcesThatDisagreeAreBothShown:
    def test_the_guideline_that_binds_says_no_less_than_those_it_is_compared_with(self) -> None:
        """NG222 asks for 7 days between cuts and Maudsley for a last dose of 1 mg: each is told where the other's limit binds, too."""
        rules = ("pace.nice-ng222.hold", "pace.maudsley-2025.end")
        for guideline in ("nice-ng222", "maudsley-2025"):
            report = planned("citalopram", "40 mg", reduce="10 mg", every="3d", region="gb", guideline=guideline)
            said = {one.rule: one.message for one in report.findings}
            assert all(rule in said for rule in rules), guideline
            assert "above with 10 mg" in said["pace.maudsley-2025.end"]
        told = planned("citalopram", "40 mg", reduce="10 mg", every="3d", region="gb")
        assert next(one.message for one in told.findings if one.rule == "pace.nice-ng222.hold").endswith(
            "at least 7 days between two cuts: above at step 2 (the final stop aside)"
        )

    def test_the_scottish_ladder_stands_beside_the_maudsley_and_the_product_text(self) -> None:
        report = planned("citalopram", "40 mg", ladder="scot-citalopram", region="gb")
        said = {one.rule: one.message for one in report.findings}
        assert "above with 10 mg" in said["pace.maudsley-2025.end"]
        assert "kept" in said["pace.uk-antidepressant-smpc.time"]
        assert "kept" in said["pace.scotland-antidepressant-2024.hold"]
        assert any("Sources disagree on the last dose" in part.text for part in class_texts("antidepressant"))

    def test_a_plan_under_one_steroid_source_names_what_the_others_say(self) -> None:
        report = planned("prednisolone", "20 mg", reduce="2.5 mg", every="1w", region="gb")
        keys = {one.rule.split(".")[1] for one in report.findings if one.rule.startswith("pace.")}
        assert {"gpnotebook-steroid", "bsr-pmr-2010", "bsr-gca-2010"} <= keys

    def test_the_cut_offs_of_morning_cortisol_each_name_their_source(self) -> None:
        figures = [part for part in class_texts("corticosteroid") if "nmol" in part.text]
        assert len(figures) > 1
        assert all(re.search(r"guideline 2024|NHS Borders|allergy|Canad|AACI", part.text) for part in figures)


def class_texts(key: str) -> list[object]:
    """Every sentence of a class that has words and a source."""
    held = loader.class_named(key)
    found: list[object] = []

    def walk(value: object) -> None:
        if hasattr(value, "text") and hasattr(value, "cite"):
            found.append(value)
        elif isinstance(value, tuple):
            for part in value:
                walk(part)

    walk(tuple(getattr(held, name) for name in getattr(held, "__slots__", ()) or held._fields))
    return found


class TestWhatSecondaryPagesGetWrongIsNotCopied:
    def test_no_limit_in_percent_is_held_for_relaxants_steroids_or_gabapentinoids(self) -> None:
        """Pages copy the opioids' 10% of the original dose, then 10% a month, to baclofen, tizanidine and steroids."""
        for key in loader.keys_of("guidelines"):
            guideline = loader.guideline_named(key)
            if guideline.cap is not None:
                assert not {"muscle-relaxant", "corticosteroid", "gabapentinoid", "ppi"} & set(guideline.classes), key

    @pytest.mark.parametrize("drug", ["baclofen", "tizanidine", "propranolol"])
    def test_no_rate_is_a_default_where_none_is_published(self, drug: str) -> None:
        assert "--reduce and --every" in str(fault(drug, "20 mg", "12w", region="gb"))

    def test_the_paroxetine_label_stops_from_20_mg_not_10(self) -> None:
        report = planned("paroxetine", "40 mg", ladder="paroxetine-label-40", region="us")
        assert totals(report) == "30 20 STOP"

    @pytest.mark.parametrize(
        "drug", ["phenobarbital", "lamotrigine", "clozapine", "risperidone", "olanzapine", "lithium", "methadone"]
    )
    def test_schedules_that_pages_disagree_on_or_misread_are_not_planned(self, drug: str) -> None:
        error = fault(drug, "60 mg", "12w")
        assert isinstance(error, CannotPlan)
        assert "do not stop it" in str(error)
