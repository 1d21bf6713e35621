"""The typed equivalent against every published table, and facts that speak against the new drug."""

from __future__ import annotations

from fractions import Fraction

import pytest
from checks_builders import CITE, mg

from taper_cli.checks.conversion import context_findings, equivalent_findings
from taper_cli.model.finding import Level
from taper_cli.model.guideline import ContextRule
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import ByBands, ContextItem, Request
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.model.switch import TableResult

TABLES = (("A", 20, 20), ("B", 10, 10), ("C", 15, 25))


def table(name: str, low: int, high: int) -> TableResult:
    return TableResult(name, Fraction(low * 10**6), Fraction(high * 10**6), CITE)


def told(typed: str, *tables: tuple[str, int, int]) -> list[tuple[str, Level]]:
    """Rule and level of every finding about a typed dose."""
    held = tuple(table(*one) for one in tables or TABLES)
    return [(found.rule, found.level) for found in equivalent_findings(mg(typed), held)]


class TestTheTypedEquivalent:
    """More than a quarter below a table may be an unplanned cut; above every table it may sedate."""

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("20", []),
            ("15", []),
            ("14.99", [("switch.below", Level.FLAG)]),
            ("11", [("switch.below", Level.FLAG)]),
            ("7.5", [("switch.below", Level.FLAG)]),
            ("7.49", [("switch.below", Level.REFUSE)]),
            ("25", []),
            ("25.01", [("switch.above", Level.REFUSE)]),
            ("200", [("switch.above", Level.REFUSE)]),
        ],
    )
    def test_is_measured_against_every_table(self, typed: str, found: list[tuple[str, Level]]) -> None:
        assert told(typed) == found

    def test_exactly_a_quarter_below_the_only_table_is_no_finding(self) -> None:
        assert told("15", ("A", 20, 20)) == []
        assert told("14.999", ("A", 20, 20)) == [("switch.below", Level.REFUSE)]

    def test_names_the_tables_that_it_is_below_and_how_far(self) -> None:
        (found,) = equivalent_findings(mg(12), tuple(table(*one) for one in TABLES))
        assert found.message == "possible unplanned cut: 12 mg is up to 40% below what is published (A)"
        assert found.source == CITE.short

    def test_a_range_counts_from_its_lower_end_below_and_from_its_upper_end_above(self) -> None:
        wide = ("C", 10, 30)
        assert told("7.5", wide) == [] == told("30", wide)
        assert told("7", wide) == [("switch.below", Level.REFUSE)]
        assert told("31", wide) == [("switch.above", Level.REFUSE)]


def rule(key: str, *drugs: str) -> ContextRule:
    """A fact that speaks against a switch to some drugs."""
    return ContextRule(
        key=key,
        aliases=(),
        ask=False,
        service="",
        title=key.capitalize(),
        text="the drug stays long in the body",
        gate=False,
        cite=CITE,
        no_switch_to=drugs,
    )


def stated(key: str, value: str = "") -> Request:
    day = CITE.source.read_on
    return Request(
        drug="diazepam",
        regimen=Regimen(((Slot.DAILY, mg(10)),)),
        pace=ByBands(),
        every=Period(2, TimeUnit.WEEK),
        start=day,
        today=day,
        context=(ContextItem(key, value),),
    )


class TestFactsAboutThePatient:
    """A fact refuses the switch to the drugs that its data name, and to no other."""

    @pytest.mark.parametrize(
        ("key", "value", "refused"),
        [
            ("liver", "", True),
            ("liver", "yes", True),
            ("liver", "no", False),
            ("age", "65", True),
            ("age", "64", False),
            ("frail", "", True),
        ],
    )
    def test_refuses_the_switch_to_a_drug_it_names(self, key: str, value: str, refused: bool) -> None:
        found = list(context_findings(stated(key, value), (rule(key, "diazepam"),), "diazepam"))
        assert [(one.rule, one.level) for one in found] == ([(f"switch.{key}", Level.REFUSE)] if refused else [])

    def test_says_nothing_of_another_drug_or_of_a_fact_that_names_none(self) -> None:
        assert not list(context_findings(stated("liver"), (rule("liver", "diazepam"),), "oxazepam"))
        assert not list(context_findings(stated("liver"), (rule("liver"),), "diazepam"))
