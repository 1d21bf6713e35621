"""Before any planning: facts that make an outpatient taper unsafe refuse, and so do doses above the ceiling."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from checks_builders import CITE, START, mg, verdicts

from taper_cli.checks.request import Ceiling, ceiling_findings, ceilings, context_findings, far_above, stated_age
from taper_cli.model.citation import Review, Trust
from taper_cli.model.drug import Drug, Equivalent, HalfLife, Maximum, Use
from taper_cli.model.finding import Level
from taper_cli.model.guideline import ContextRule
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import AtPace, ContextItem, Request
from taper_cli.model.schedule import Regimen, Slot

SECONDARY = replace(CITE, trust=Trust.SECONDARY)


def rule(key: str, gate: bool) -> ContextRule:
    """A stated fact that refuses, or warns."""
    return ContextRule(key=key, aliases=(), title=key, gate=gate, ask=True, text="why", service="", cite=CITE)


def request(*context: str) -> Request:
    """A request with facts about the patient as typed: 'opioid', 'age=72'."""
    return Request(
        drug="diazepam",
        regimen=Regimen(((Slot.DAILY, mg(20)),)),
        pace=AtPace(share=Fraction(10, 100)),
        every=Period(2, TimeUnit.WEEK),
        start=START,
        today=START,
        context=tuple(ContextItem(*item.split("=")) for item in context),
    )


class TestContext:
    """A gate refuses, a warning is flagged, and what was answered with 'no' means nothing."""

    def test_a_gate_refuses_and_a_warning_is_flagged(self) -> None:
        stated = (rule("withdrawal-seizure", gate=True), rule("opioid", gate=False))
        found = list(context_findings(request("withdrawal-seizure", "opioid=yes"), stated))
        assert verdicts(found) == [
            ("context.withdrawal-seizure", Level.REFUSE, None),
            ("context.opioid", Level.FLAG, None),
        ]
        assert found[0].message == "withdrawal-seizure: why"
        assert found[0].source == CITE.short

    def test_a_fact_answered_with_no_means_nothing(self) -> None:
        stated = (rule("withdrawal-seizure", gate=True), rule("opioid", gate=False))
        assert list(context_findings(request("withdrawal-seizure=no", "opioid=no"), stated)) == []

    AGES: tuple[tuple[str, list[object]], ...] = (
        ("0", [("context.age", Level.REFUSE, None)]),
        ("1", [("context.age", Level.REFUSE, None)]),
        ("17", [("context.age", Level.REFUSE, None)]),
        ("18", []),
        ("64", []),
        ("65", [("context.age", Level.FLAG, None)]),
        ("101", [("context.age", Level.FLAG, None)]),
    )

    @pytest.mark.parametrize(("age", "said"), AGES)
    def test_under_18_is_refused_and_65_or_over_is_flagged(self, age: str, said: list[object]) -> None:
        assert verdicts(context_findings(request(f"age={age}"), (rule("age", gate=False),))) == said

    def test_the_message_about_a_child_says_that_this_program_plans_for_adults(self) -> None:
        (child,) = context_findings(request("age=17"), (rule("age", gate=False),))
        (older,) = context_findings(request("age=65"), (rule("age", gate=False),))
        assert child.message == "age: under 18 is outside what this program plans"
        assert older.message == "age: why"

    @pytest.mark.parametrize(("typed", "age"), [("age=72", 72), ("age", None), ("opioid", None)])
    def test_an_age_that_was_not_stated_is_not_made_up(self, typed: str, age: int | None) -> None:
        assert stated_age(request(typed)) == age


def maximum(dose: int, older: int | None = None, **changes: Any) -> Maximum:
    """The highest labelled daily dose for anxiety in the US, but for the changes named."""
    usual = {"region": "us", "indication": "anxiety", "older_adult": mg(older) if older else None, "cite": CITE}
    return Maximum(**{"dose": mg(dose), **usual, **changes})


def equivalent(low: str, high: str) -> Equivalent:
    """So many mg equal 10 mg of diazepam in one published table."""
    return Equivalent(table="a health board's", low=mg(low), high=mg(high), cite=CITE)


def drug(name: str, *maxima: Maximum, equivalents: tuple[Equivalent, ...] = ()) -> Drug:
    """A drug with its highest doses."""
    return Drug(
        name=name,
        drug_class="benzodiazepine",
        use=Use.DAYTIME,
        half_life=HalfLife.LONG,
        half_life_cite=CITE,
        half_life_hours=None,
        metabolite_hours=None,
        synonyms=(),
        brands=(),
        products=(),
        maxima=maxima,
        equivalents=equivalents,
        last_step=None,
        review=Review(reviewed_on=START, review_due=START, reviewed_by="a pharmacist"),
    )


LORAZEPAM = drug("lorazepam", equivalents=(equivalent("0.5", "1"), equivalent("1", "1")))


class TestCeilings:
    """Above the label's highest dose, or 40 mg of diazepam by any published equivalent, a specialist plans."""

    def said(self, of: Drug, dose: str, age: int | None = None) -> list[tuple[str, Level]]:
        found = ceiling_findings(of, mg(dose), ceilings(of, "us", "anxiety", age))
        return [(one.rule, one.level) for one in found]

    @pytest.mark.parametrize(("dose", "refused"), [("30", False), ("30.000001", True), ("300", True)])
    def test_a_dose_above_the_labels_highest_is_refused(self, dose: str, refused: bool) -> None:
        expected = [("ceiling.nitrazepam", Level.REFUSE)] if refused else []
        assert self.said(drug("nitrazepam", maximum(30)), dose) == expected

    @pytest.mark.parametrize(("age", "refused"), [(None, False), (64, False), (65, True), (90, True)])
    def test_the_highest_dose_is_halved_from_65_on_where_the_label_says_so(
        self, age: int | None, refused: bool
    ) -> None:
        expected = [("ceiling.nitrazepam", Level.REFUSE)] if refused else []
        assert self.said(drug("nitrazepam", maximum(30, older=15)), "15.5", age) == expected
        assert self.said(drug("nitrazepam", maximum(30)), "15.5", age) == []

    @pytest.mark.parametrize(("age", "highest"), [(64, "is 30 mg a day"), (65, "at 65 or over is 15 mg a day")])
    def test_the_message_says_which_highest_dose_was_exceeded(self, age: int, highest: str) -> None:
        of = drug("nitrazepam", maximum(30, older=15))
        (found,) = ceiling_findings(of, mg(31), ceilings(of, "us", "anxiety", age))
        assert found.message.endswith(f"the highest labelled dose for anxiety {highest}")

    @pytest.mark.parametrize(("dose", "refused"), [("40", False), ("40.5", True)])
    def test_above_40_mg_of_diazepam_a_specialist_plans_whatever_the_label_allows(
        self, dose: str, refused: bool
    ) -> None:
        expected = [("ceiling.diazepam", Level.REFUSE)] if refused else []
        assert self.said(drug("diazepam", maximum(60)), dose) == expected

    @pytest.mark.parametrize(("dose", "refused"), [("2", False), ("2.000001", True), ("4", True)])
    def test_any_published_equivalent_of_40_mg_of_diazepam_counts_the_strictest_first(
        self, dose: str, refused: bool
    ) -> None:
        expected = [("ceiling.lorazepam", Level.REFUSE)] if refused else []
        assert self.said(LORAZEPAM, dose) == expected

    def test_the_lowest_ceiling_exceeded_is_the_one_that_is_named(self) -> None:
        of = drug("lorazepam", maximum(10), equivalents=LORAZEPAM.equivalents)
        (found,) = ceiling_findings(of, mg(12), ceilings(of, "us", "anxiety", None))
        assert (found.before, found.after) == (mg(12), mg("0.5").times(4))

    def test_a_maximum_read_at_second_hand_warns_and_does_not_refuse(self) -> None:
        of = drug("nitrazepam", maximum(30, cite=SECONDARY))
        assert self.said(of, "31") == [("ceiling.nitrazepam", Level.FLAG)]
        assert self.said(of, "30") == []

    def test_the_stated_indication_decides_and_without_one_the_highest_of_the_label(self) -> None:
        of = drug("nitrazepam", maximum(30), maximum(60, indication="spasm"))
        assert self.said(of, "40") == [("ceiling.nitrazepam", Level.REFUSE)]
        assert list(ceiling_findings(of, mg(40), ceilings(of, "us", None, None))) == []
        assert list(ceiling_findings(of, mg(40), ceilings(of, "us", "spasm", None))) == []

    def test_another_regions_label_does_not_count(self) -> None:
        of = drug("nitrazepam", maximum(30), maximum(60, region="gb"))
        assert [one.dose for one in ceilings(of, "us", None, None)] == [mg(30)]

    def test_without_a_ceiling_nothing_is_exceeded(self) -> None:
        assert list(ceiling_findings(LORAZEPAM, mg(100), [])) == []
        unbound = Ceiling(mg(1), "a note", None, False)
        (found,) = ceiling_findings(LORAZEPAM, mg(100), [unbound])
        assert (found.level, found.source) == (Level.FLAG, "")
        assert found.message == "100 mg a day is above the ceiling: a note"


@pytest.mark.parametrize(("dose", "highest"), [("300", None), ("300.000001", mg(30)), ("3000", mg(30))])
def test_more_than_ten_times_the_highest_dose_is_a_slip_of_the_pen(dose: str, highest: object) -> None:
    assert far_above(drug("nitrazepam", maximum(20), maximum(30)), mg(dose)) == highest


def test_without_a_known_maximum_nothing_is_far_above_it() -> None:
    assert far_above(drug("nitrazepam"), mg(10_000)) is None
