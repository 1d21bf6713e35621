"""What the judge says of a switch from lorazepam to diazepam, by slots, one mg counting for ten: stage by stage, and of its table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from checks_builders import CITE, DAY, START, case, mg

from taper_cli.checks.base import Check
from taper_cli.checks.conversion import context_findings, equivalent_findings
from taper_cli.checks.crossover import NoEquivalentRise, OneSlotAStage, OneWay, SpreadOut, SwitchFinished
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import ContextRule
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import AtPace, ContextItem, Request
from taper_cli.model.schedule import Regimen, Slot, StepKind, Switched
from taper_cli.model.switch import TableResult
from taper_cli.model.transcript import Event, EventKind, StatedIntake, StatedStep, Transcript

OLD, NEW = "lorazepam", "diazepam"
WORTH = Fraction(10)
Taken = tuple[str | int, str | int]


def slot_of(slot: Slot, amount: str | int) -> StatedIntake | None:
    """'1' of the old drug, a whole number of the new one; nothing for 0."""
    if not amount:
        return None
    if isinstance(amount, str):
        return StatedIntake(slot=slot, dose=mg(amount), portions=None, drug=OLD, worth=WORTH)
    return StatedIntake(slot=slot, dose=mg(amount), portions=None)


def taken(day: Taken) -> tuple[StatedIntake, ...]:
    """What is taken in the morning and at bedtime."""
    made = (slot_of(slot, amount) for slot, amount in zip((Slot.MORNING, Slot.BEDTIME), day, strict=True))
    return tuple(one for one in made if one is not None)


def paper(*days: Taken, week: int = 7, kinds: str = "", before: Taken = ("1", "1")) -> Transcript:
    """Stages of a week each after 1 mg + 1 mg of lorazepam; a kind other than a stage by its letter (r: a cut, m: stays)."""
    letters = {"r": StepKind.REDUCE, "m": StepKind.MAINTAIN, "s": StepKind.SWITCH}
    steps = []
    for place, day in enumerate(days):
        intakes = taken(day)
        steps.append(
            StatedStep(
                number=place + 1,
                kind=letters[kinds.ljust(len(days), "s")[place]],
                start=START + timedelta(days=week * place),
                end=START + timedelta(days=week * (place + 1)),
                total=mg(sum((one.equivalent for one in intakes), Fraction(0)) / 1_000_000),
                intakes=intakes,
            )
        )
    earlier = taken(before)
    return Transcript(
        drug=NEW,
        before=mg(sum((one.equivalent for one in earlier), Fraction(0)) / 1_000_000),
        steps=tuple(steps),
        switched=Switched(OLD, WORTH),
        intakes_before=earlier,
    )


def known(made: Transcript, number: int) -> Transcript:
    """The same paper, with a revision that says the dose of one step."""
    step = made.steps[number - 1]
    return replace(made, events=(Event(step.start, EventKind.FOUND, step.total),))


GOOD = paper((10, "1"), (10, 10))
BY_SLOTS = "and not one -> switch one time of day after another"
TYPE_LESS = "switch the slot with the smallest dose first, or type a smaller dose for it"
AT_A_TIME = "one to two weeks or longer is advised -> switch a part at a time with --move"

# The check | the paper | every finding: level, rule, stage, words, what to change
SAID: list[tuple[type[Check], Transcript, list[str]]] = [
    *[(check, GOOD, []) for check in (OneSlotAStage, OneWay, NoEquivalentRise, SpreadOut, SwitchFinished)],
    (
        OneSlotAStage,
        paper((10, 10)),
        [f"REFUSE switch.stage 1: a stage of the switch changes 2 times of day (morning, bedtime), {BY_SLOTS}"],
    ),
    (
        OneSlotAStage,
        paper((10, "1"), (10, "1")),
        [f"REFUSE switch.stage 2: a stage of the switch changes 0 times of day (none), {BY_SLOTS}"],
    ),
    (OneSlotAStage, replace(paper((10, 10)), intakes_before=()), []),
    (
        OneWay,
        paper((10, "1"), ("1", "1")),
        ["REFUSE switch.back 2: lorazepam rises from 1 mg to 2 mg after the switch began"],
    ),
    (OneWay, known(paper((10, "1"), ("1", "1")), 2), []),
    (OneWay, replace(paper((10, "1"), ("1", "1")), switched=None), []),
    (
        OneWay,
        paper((10, "1"), (10, "0.5"), (0, "0.5"), kinds="srr"),
        [],
    ),
    (
        OneWay,
        paper((10, "1"), (10, "1")),
        ["REFUSE switch.back 2: a stage goes from 1 mg to 1 mg of lorazepam and from 10 mg to 10 mg of diazepam"],
    ),
    (
        OneWay,
        paper((10, "1"), (9, "0.5")),
        ["REFUSE switch.back 2: a stage goes from 1 mg to 0.5 mg of lorazepam and from 10 mg to 9 mg of diazepam"],
    ),
    (OneWay, paper((10, "1"), (10, 0)), []),
    (OneWay, replace(paper((10, "1")), intakes_before=()), []),
    (
        NoEquivalentRise,
        paper((12, "1"), (12, 10)),
        [
            f"REFUSE switch.rise 1: counts for 22 mg of diazepam, more than the 20 mg before the switch -> {TYPE_LESS}",
        ],
    ),
    (
        NoEquivalentRise,
        paper((8, "1"), (8, 12)),
        [f"FLAG switch.rise 2: counts for 20 mg of diazepam, more than the 18 mg before this stage -> {TYPE_LESS}"],
    ),
    (NoEquivalentRise, paper((10, "1"), (12, "1"), kinds="sr"), []),
    (
        SpreadOut,
        paper((10, "1"), (10, 10), week=6),
        [f"FLAG switch.at-once 2: the whole dose is switched within 6 days; {AT_A_TIME}"],
    ),
    (
        SpreadOut,
        paper((10, 10)),
        [f"FLAG switch.at-once 1: the whole dose is switched in one day; {AT_A_TIME}"],
    ),
    (SpreadOut, paper((10, 0), kinds="r", before=(20, 0)), []),
    (
        SwitchFinished,
        paper((10, "1"), (8, "1"), kinds="sm"),
        ["FLAG switch.unfinished 2: 1 mg of lorazepam is still taken beside diazepam, and no stage takes it away here"],
    ),
    (SwitchFinished, replace(paper((10, "1"), (8, "1"), kinds="sm"), switched=None), []),
]


def line(finding: Finding) -> str:
    """A finding in one line; '-' where it is about the whole plan."""
    told = f"{finding.level.name} {finding.rule} {finding.step or '-'}: {finding.message}"
    return f"{told} -> {finding.change}" if finding.change else told


@pytest.mark.parametrize(("check", "made", "said"), SAID)
def test_a_stage_that_goes_wrong_is_named_with_its_doses(check: type[Check], made: Transcript, said: list[str]) -> None:
    assert [line(finding) for finding in check().findings(case(made))] == said


def test_a_rise_at_a_stage_carries_both_doses_and_a_hasty_switch_its_source() -> None:
    (rise,) = NoEquivalentRise().findings(case(paper((12, "1"))))
    assert (rise.before, rise.after) == (mg(20), mg(22))
    (hasty,) = SpreadOut().findings(case(paper((10, 10))))
    assert hasty.source == (
        "Joint Clinical Practice Guideline on Benzodiazepine Tapering 2025, switching to a longer-acting drug"
    )


def table(name: str, low: int, high: int, place: str) -> TableResult:
    """What one published table makes of the dose, as a range in mg."""
    return TableResult(name, Fraction(mg(low).ng), Fraction(mg(high).ng), replace(CITE, locator=place))


TABLES = (table("first", 20, 30, "page 1"), table("second", 40, 40, "page 2"))
ONE, TWO = (replace(CITE, locator=place).short for place in ("page 1", "page 2"))
SEDATES = "is above every published table, and may sedate: the highest is second"

# The typed dose in mg | what is said, with its sources
TYPED = [
    ("40", []),
    ("30", []),
    (
        "29.9",
        [
            "FLAG switch.below -: possible unplanned cut: 29.9 mg is up to 25.3% below what is published (second) "
            f"[{TWO}]"
        ],
    ),
    (
        "15",
        [f"FLAG switch.below -: possible unplanned cut: 15 mg is up to 62.5% below what is published (second) [{TWO}]"],
    ),
    (
        "14",
        [
            "REFUSE switch.below -: possible unplanned cut: 14 mg is up to 65% below every published table "
            f"(first, second) [{ONE}; {TWO}]"
        ],
    ),
    ("40.1", [f"REFUSE switch.above -: 40.1 mg {SEDATES} [{TWO}]"]),
]


@pytest.mark.parametrize(("typed", "said"), TYPED)
def test_a_typed_equivalent_is_held_against_every_published_table(typed: str, said: list[str]) -> None:
    found = equivalent_findings(mg(typed), TABLES)
    assert [f"{line(one)} [{one.source}]" for one in found] == said


def request(*context: str) -> Request:
    """A request with facts as typed."""
    return Request(
        drug=OLD,
        regimen=Regimen(((Slot.DAILY, mg(2)),)),
        pace=AtPace(share=Fraction(1, 10)),
        every=Period(2, TimeUnit.WEEK),
        start=START,
        today=START - DAY,
        context=tuple(ContextItem(*item.split("=")) for item in context),
    )


def rule(key: str, *no_switch_to: str) -> ContextRule:
    """A fact that speaks against a switch to some drugs."""
    usual: dict[str, Any] = {"aliases": (), "gate": False, "ask": True, "service": ""}
    words = {"title": f"Title of {key}", "text": "ask first", "cite": CITE}
    return ContextRule(key=key, no_switch_to=no_switch_to, **usual, **words)


@pytest.mark.parametrize(
    ("context", "key", "against", "refused"),
    [
        (("liver",), "liver", True, True),
        (("liver=no",), "liver", True, False),
        (("liver=yes",), "liver", True, True),
        (("liver",), "liver", False, False),
        (("age=65",), "age", True, True),
        (("age=64",), "age", True, False),
        ((), "age", True, False),
    ],
)
def test_a_fact_speaks_against_a_switch_to_the_drugs_that_it_names(
    context: tuple[str, ...], key: str, against: bool, refused: bool
) -> None:
    found = list(context_findings(request(*context), (rule(key, NEW if against else "oxazepam"),), NEW))
    words = f"REFUSE switch.{key} -: Title of {key}: no switch to diazepam without a specialist; ask first"
    assert [(line(one), one.source) for one in found] == ([(words, CITE.short)] if refused else [])
