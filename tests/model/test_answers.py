"""What a finished answer says of itself: an explanation, a selfcheck, an audit, an error with its parts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from model_builders import CITE, MG, START

from taper_cli.model.audit import Audit
from taper_cli.model.catalogue import Listed
from taper_cli.model.comparison import Column, Comparison
from taper_cli.model.dose import Dose
from taper_cli.model.errors import FaultyFile, RefusedForSafety, UnusedAcceptance, WrongValue
from taper_cli.model.explained import Candidate, Explanation, How, LimitMeasured, Moment, Searched, TailMeasured, Why
from taper_cli.model.exposure import Exposure, Likelihood
from taper_cli.model.finding import Finding, Level
from taper_cli.model.identity import Identity
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import ByLevels, Shape, ShapeKind
from taper_cli.model.selfcheck import DataState, Machine, Redone, Selfcheck
from taper_cli.model.text import visible


def mg(count: int) -> Dose:
    """So many mg."""
    return Dose(count * MG)


def measured(**changes: Any) -> LimitMeasured:
    """A fall from 10 mg to 8 mg within a fortnight, with no limit but those named."""
    usual = {
        "rule": "pace.sheet.cap",
        "first": START,
        "last": START,
        "window_days": 14,
        "highest": mg(10),
        "after": mg(8),
        "basis": "",
        "share": Fraction(1, 5),
        "limit": None,
        "most": None,
        "lowest_allowed": None,
        "source": "",
    }
    return LimitMeasured(**{**usual, **changes})


# The limits | whether a fall of 2 mg, a fifth, keeps them
LIMITS = [
    ({}, True),
    ({"limit": Fraction(1, 5)}, True),
    ({"limit": Fraction(1, 4)}, True),
    ({"limit": Fraction(1, 6)}, False),
    ({"most": mg(2)}, True),
    ({"most": mg(3)}, True),
    ({"most": mg(1)}, False),
]


@pytest.mark.parametrize(("limits", "kept"), LIMITS)
def test_a_limit_is_kept_up_to_and_with_its_edge(limits: dict[str, Any], kept: bool) -> None:
    assert measured(**limits).kept is kept


SMALL_TAIL = TailMeasured(
    smallest=(mg(1), mg(2)), before=mg(2), after=mg(1), next_lower=mg(1), last_step=mg(1), first_cut=False
)

# What is otherwise | which of the four conditions then fails
TAILS = [
    ({}, None),
    ({"smallest": (mg(1),)}, 0),
    ({"next_lower": Dose(MG // 2)}, 1),
    ({"last_step": Dose(MG // 2)}, 2),
    ({"last_step": mg(2)}, None),
    ({"first_cut": True}, 3),
]


@pytest.mark.parametrize(("changes", "failing"), TAILS)
def test_each_condition_of_the_tail_fails_by_itself(changes: dict[str, Any], failing: int | None) -> None:
    found = SMALL_TAIL._replace(**changes).conditions
    assert [number for number, holds in enumerate(found) if not holds] == ([] if failing is None else [failing])


def test_the_dose_taken_is_the_one_candidate_that_was_taken() -> None:
    others = [
        Candidate(mg(9), None, None, Why.TAKEN),
        Candidate(mg(8), None, None, next(w for w in Why if w is not Why.TAKEN)),
    ]
    for candidates in (others, others[::-1]):
        assert Moment(START, mg(10), None, True, next(iter(How)), tuple(candidates)).taken == mg(9)


def explanation(*searches: tuple[int, bool]) -> Explanation:
    """An explanation of versions with whether each came out the same again."""
    told = tuple(Searched(version, None, mg(10), START, same, None, None) for version, same in searches)  # type: ignore[arg-type]
    return Explanation(None, told, ())  # type: ignore[arg-type]


def test_each_version_is_told_by_its_own_search() -> None:
    assert explanation((1, True), (3, True)).search(3).version == 3
    with pytest.raises(StopIteration):
        explanation((1, True), (3, True)).search(2)


@pytest.mark.parametrize(("again", "same"), [((True, True), True), ((True, False), False), ((), True)])
def test_an_explanation_holds_only_where_every_version_came_out_the_same(again: tuple[bool, ...], same: bool) -> None:
    assert explanation(*enumerate(again, start=1)).same is same


def redone(expected: str, found: str) -> Redone:
    """One reference whose lines are single letters."""
    return Redone("plan", "one", "", tuple(expected), tuple(found))


# Expected | found | passed | missing | not expected
REDONE = [
    ("ab", "ab", True, "", ""),
    ("ab", "a", False, "b", ""),
    ("a", "ab", False, "", "b"),
    ("ab", "ac", False, "b", "c"),
    ("ab", "ba", False, "", "ba"),
]


@pytest.mark.parametrize(("expected", "found", "passed", "missing", "unexpected"), REDONE)
def test_a_reference_names_the_lines_that_are_missing_and_those_that_are_strange(
    expected: str, found: str, passed: bool, missing: str, unexpected: str
) -> None:
    one = redone(expected, found)
    assert (one.passed, one.missing, one.unexpected) == (passed, tuple(missing), tuple(unexpected))


GOOD, BAD = redone("a", "a"), redone("a", "b")


@pytest.mark.parametrize(
    ("references", "faults", "passed"),
    [((GOOD,), (), True), ((GOOD, BAD), (), False), ((GOOD,), ("a file differs",), False), ((), (), False)],
)
def test_an_installation_is_sound_only_with_references_that_pass_and_data_as_shipped(
    references: tuple[Redone, ...], faults: tuple[str, ...], passed: bool
) -> None:
    found = Selfcheck(date(2026, 3, 2), Machine("", "", "", ()), DataState("", "", 1, faults), references)
    assert found.passed is passed
    assert found.failed == tuple(one for one in references if one is BAD)


@pytest.mark.parametrize(
    ("levels", "passed"),
    [((), True), ((Level.INFO, Level.FLAG), True), ((Level.REFUSE,), False), ((Level.FLAG, Level.REFUSE), False)],
)
def test_an_audit_passes_with_flags_and_never_with_a_refusal(levels: tuple[Level, ...], passed: bool) -> None:
    findings = tuple(Finding(rule="a rule", level=level, message="") for level in levels)
    nothing: Any = None
    audit = Audit("", *[nothing] * 7, findings, (), frozenset())
    assert audit.findings == findings
    assert audit.passed is passed


def test_what_was_taken_of_dependence_stands_with_its_source_where_one_is_held() -> None:
    assert Exposure(Likelihood.LIKELY, "over 4 weeks", True, None).line == "over 4 weeks"
    assert Exposure(Likelihood.LIKELY, "over 4 weeks", True, CITE).line == f"over 4 weeks ({CITE.short})"


def test_an_unused_acceptance_names_its_rule_beside_the_three_parts() -> None:
    error = UnusedAcceptance("pace.cap", "it accepts nothing", "expected a rule that is broken", "leave it out")
    assert error.rule == "pace.cap"
    assert str(error) == "it accepts nothing; expected a rule that is broken; leave it out"


def test_a_faulty_file_keeps_every_fault_beside_the_line_that_names_it() -> None:
    error = FaultyFile("a.toml has 2 faults", "expected none", ("no unit", "no source"))
    assert error.faults == ("no unit", "no source")
    assert (error.found, error.expected, error.instead) == ("a.toml has 2 faults", "expected none", "")
    assert str(error) == "a.toml has 2 faults; expected none"


def test_a_refusal_for_safety_says_why_and_every_way_out() -> None:
    error = RefusedForSafety(("too fast", "too large"), ("22w", "a later end"), (("pace.cap",),), "the clinic")
    assert (error.reasons, error.changes) == (("too fast", "too large"), ("22w", "a later end"))
    assert (error.accepts, error.service) == ((("pace.cap",),), "the clinic")
    assert (error.found, error.expected, error.instead) == ("too fast; too large", "", "22w; or a later end")


def test_the_plans_of_a_comparison_are_those_that_could_be_made() -> None:
    made: Any = "a report"
    nothing: Any = None
    columns = (Column("A", "", made, None, None), Column("B", "", None, None, RefusedForSafety((), (), (), "")))
    assert Comparison(nothing, nothing, nothing, columns).reports == (made,)


def test_a_drug_in_the_list_is_known_by_all_its_names_and_in_each_of_its_markets() -> None:
    brands = (("Valium", ("us", "gb")), ("Stesolid", ("gb",)))
    forms = (("gb", ("tablet", "oral solution")), ("us", ("tablet",)))
    listed = Listed("diazepam", "benzodiazepine", "Benzodiazepines", False, ("diazepamum",), brands, forms)
    assert listed.names == ("diazepam", "diazepamum", "Valium", "Stesolid")
    assert listed.markets == ("gb", "us")


def test_a_person_is_in_no_traceback_and_in_no_log() -> None:
    assert repr(Identity(name="A. Person", clinic_phone="01")) == "Identity(...)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("a\tb", "a\\tb"),
        ("a\nb", "a\\nb"),
        ("C:\\x\n", "C:\\x\\n"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202edose", "\\u202edose"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out_and_the_rest_left_as_it_is(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_levels_show_their_times_only_where_they_have_some_so_that_the_ids_of_plans_stay() -> None:
    week = Period(1, TimeUnit.WEEK)
    assert repr(ByLevels((mg(2),))) == f"ByLevels(totals=({mg(2)!r},))"
    assert repr(ByLevels((mg(2),), (week,))) == f"ByLevels(totals=({mg(2)!r},), periods=({week!r},))"
    with pytest.raises(WrongValue, match=r"^each level has its own time, or none has$"):
        ByLevels((mg(2), mg(1)), (week,))


@pytest.mark.parametrize(
    ("kind", "ed50", "source"),
    [
        (ShapeKind.HYPERBOLIC, mg(1), " "),
        (ShapeKind.HYPERBOLIC, None, "a paper"),
        (ShapeKind.HYPERBOLIC, Dose(0), "a paper"),
        (ShapeKind.LINEAR, mg(1), "a paper"),
    ],
)
def test_a_dose_of_half_the_effect_is_never_without_its_source_nor_on_another_curve(
    kind: ShapeKind, ed50: Dose | None, source: str
) -> None:
    with pytest.raises(
        WrongValue, match=r"^an ED50 above zero stands with its source, and on a hyperbolic shape only$"
    ):
        Shape(kind=kind, ed50=ed50, ed50_source=source)
    assert Shape(kind=ShapeKind.HYPERBOLIC, ed50=mg(1), ed50_source="a paper").ed50 == mg(1)
    assert Shape(kind=ShapeKind.LINEAR).ed50 is None


@pytest.mark.parametrize(
    ("likelihood", "short"), [(Likelihood.RARE, True), (Likelihood.LOWER, True), (Likelihood.LIKELY, False)]
)
def test_a_short_taper_is_legitimate_only_where_dependence_is_not_likely(likelihood: Likelihood, short: bool) -> None:
    assert likelihood.short_taper is short
