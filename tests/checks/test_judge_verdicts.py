"""How findings are ordered, accepted by name and reason, and which still refuse; and that the judge never raises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from checks_builders import (
    CAP,
    CAP_RULE,
    DAY,
    FIVE,
    HALF,
    SOLUTION,
    START,
    STEADY,
    TWO,
    bare,
    case,
    fortnights,
    intake,
    mg,
    spoiled,
    tablet,
    verdicts,
    without,
)
from hypothesis import given
from hypothesis import strategies as st

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import Case, accept, acceptable, check_all, refusals
from taper_cli.model.dose import Dose
from taper_cli.model.finding import Acceptance, Finding, Level
from taper_cli.model.guideline import Basis
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedIntake, StatedPortion, StatedStep, Transcript

FAST = fortnights("20", "10", "0")


class Says:
    """A check that says what it is told to."""

    def __init__(self, *said: tuple[str, Level, int | None]) -> None:
        self.said = said

    def findings(self, _: Case) -> Iterator[Finding]:
        for rule, level, step in self.said:
            yield Finding(rule=rule, level=level, step=step, message="")


def test_findings_come_by_step_and_the_gravest_first() -> None:
    one = Says(("b", Level.INFO, 2), ("a", Level.FLAG, 2), ("c", Level.REFUSE, 1))
    other = Says(("z", Level.REFUSE, 2), ("y", Level.INFO, None), ("x", Level.FLAG, 1))
    assert [found.rule for found in check_all(case(FAST), [one, other])] == ["y", "c", "x", "z", "a", "b"]


def test_every_check_is_heard_even_after_a_refusal() -> None:
    found = check_all(case(FAST), [Says(("a", Level.REFUSE, 1)), Says(("b", Level.REFUSE, 1))])
    assert [one.rule for one in found] == ["a", "b"]


def test_what_is_accepted_by_name_becomes_a_flag_with_its_reason_and_never_nothing() -> None:
    found = check_all(case(FAST), ALL_CHECKS)
    accepted = accept(found, [Acceptance(CAP_RULE, "in hospital, watched")])
    assert [one.rule for one in accepted] == [one.rule for one in found]
    assert {one.accepted for one in accepted if one.rule == CAP_RULE} == {"in hospital, watched"}
    assert verdicts(refusals(accepted)) == [("last-dose", Level.REFUSE, 2)]


def test_an_acceptance_reaches_no_other_rule() -> None:
    found = check_all(case(FAST), ALL_CHECKS)
    assert accept(found, [Acceptance("pace.other.cap", "a slip")]) == found
    assert accept(found, []) == found


def test_what_was_no_refusal_stays_as_it_is() -> None:
    found = check_all(case(fortnights("2", "1.5", "1.25", "1", "0")), [*ALL_CHECKS])
    flags = [one for one in found if one.level is not Level.REFUSE]
    assert accept(flags, [Acceptance(CAP_RULE, "not needed")]) == tuple(flags)


def test_a_misplaced_exception_that_is_accepted_by_name_carries_the_reason() -> None:
    misplaced = case(fortnights("20", "10", "0"), totals=(mg(10), mg(20)), accepted=frozenset({"exception.place"}))
    found = accept(check_all(misplaced, ALL_CHECKS), [Acceptance("exception.place", "nothing else is to be had")])
    assert "nothing else is to be had" in {one.accepted for one in found if one.step == 1}
    assert {one.step for one in refusals(found)} == {2}


def test_a_large_last_dose_that_is_accepted_by_name_carries_the_reason_and_lets_the_stop_pass() -> None:
    large = case(fortnights("3", "2.5", "2", "0"), accepted=frozenset({"last-dose"}))
    found = accept(check_all(large, ALL_CHECKS), [Acceptance("last-dose", "no smaller tablet")])
    assert refusals(found) == ()
    assert {one.rule: one.accepted for one in found if one.step == 3} == {
        CAP_RULE: "",
        "last-dose": "no smaller tablet",
    }


DOSES = st.integers(0, 40).map(lambda halves: mg(Fraction(halves, 2)))
DATES = st.integers(-40, 200).map(lambda days: START + days * DAY)
PRODUCTS = st.sampled_from([TWO, FIVE, SOLUTION, tablet(3)])
PORTIONS = st.builds(StatedPortion, product=PRODUCTS, count=st.fractions(-1, 3, max_denominator=8))
INTAKES = st.builds(
    StatedIntake, slot=st.sampled_from(Slot), dose=DOSES, portions=st.none() | st.lists(PORTIONS, max_size=2).map(tuple)
)
ROWS = st.builds(
    StatedStep,
    number=st.integers(0, 9),
    kind=st.sampled_from(StepKind),
    start=DATES,
    end=st.none() | DATES,
    total=DOSES,
    intakes=st.lists(INTAKES, max_size=2).map(tuple),
    held=st.booleans(),
)
PAPERS = st.builds(Transcript, drug=st.just("diazepam"), before=DOSES, steps=st.lists(ROWS, max_size=5).map(tuple))


@STEADY
@given(PAPERS, st.sampled_from(Basis), DOSES, st.none() | st.just(date(2026, 4, 1)))
def test_the_judge_answers_any_paper_and_never_raises(
    paper: Transcript, basis: Basis, target: Dose, today: date | None
) -> None:
    caps = ((CAP_RULE, replace(CAP, basis=basis)),)
    asked = AtPace(share=Fraction(1, 10), basis=basis)
    law = case(paper, caps=caps, target=target, today=today, asked=asked)
    for found in check_all(law, ALL_CHECKS):
        assert found.message


def test_weeks_without_instruction_are_refused_and_do_not_stop_the_judge() -> None:
    two_weeks_lost = without(bare("20", [("16", 0), ("15", 14), ("13", 28), ("0", 42)]), 2)
    assert ("dates.gap", Level.REFUSE, 3) in verdicts(check_all(case(two_weeks_lost), ALL_CHECKS))


def test_a_paper_that_starts_from_nothing_is_refused_and_does_not_stop_the_judge() -> None:
    of_start = ((CAP_RULE, replace(CAP, basis=Basis.START)),)
    from_nothing = check_all(case(fortnights("0", "10", "9", "0"), caps=of_start), ALL_CHECKS)
    assert ("dose.rise", Level.REFUSE, 1) in verdicts(from_nothing)


def test_every_refusal_of_a_spoiled_row_names_that_row() -> None:
    wrong = spoiled(fortnights("10", "9", "8", "0"), 2, intakes=(intake(mg(8), {TWO: HALF}),))
    named = {one.rule: one.step for one in refusals(check_all(case(wrong), ALL_CHECKS))}
    assert named["arithmetic.portions"] == 2


@pytest.mark.parametrize(
    ("rule", "may"),
    [
        ("last-dose", True),
        ("exception.place", True),
        ("pace.asam-2025.cap", True),
        ("context.opioid", True),
        ("ceiling.diazepam", True),
        ("switch.rise", True),
        ("arithmetic.total", False),
        ("dates.gap", False),
        ("dose.rise", False),
        ("notation.N03", False),
        ("product.unknown", False),
        ("supply.short", False),
        ("end.missing", False),
    ],
)
def test_a_limit_may_be_gone_past_by_name_and_an_error_never(rule: str, may: bool) -> None:
    assert acceptable(rule) is may
