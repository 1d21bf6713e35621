"""A schedule that comes from another drug: doses of the two never add up as mg, and what they count for is told by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from model_builders import CITE, MG, START, TEN, intake, portion, product, step, stop

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.errors import InvalidInput, WrongValue
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.schedule import Regimen, Schedule, Slot, StepKind, Switched, sum_of
from taper_cli.model.switch import LONGEST_REASON, Crossing, StageRange, Switch, TableResult
from taper_cli.model.transcript import Event, EventKind, StatedIntake, transcribe

DAY = timedelta(days=1)
OLD = product("1 mg", drug="lorazepam")
WORTH = Fraction(10)
BEFORE = Regimen(((Slot.MORNING, Dose(MG)), (Slot.BEDTIME, Dose(MG))))
NEW_AT_MORNING = intake("10 mg", portion(TEN, 1), slot=Slot.MORNING)
OLD_AT_BEDTIME = replace(intake("1 mg", portion(OLD, 1), slot=Slot.BEDTIME), worth=WORTH)
STAGE = step(kind=StepKind.SWITCH, intakes=(NEW_AT_MORNING, OLD_AT_BEDTIME))
CUT = step(2, start=START + 14 * DAY, end=START + 28 * DAY, intakes=(NEW_AT_MORNING,))
CROSSED = Schedule(
    drug="diazepam", before=BEFORE, steps=(STAGE, CUT, stop(3, 28)), switched=Switched("lorazepam", WORTH)
)


def test_a_schedule_names_both_drugs_and_what_they_count_for() -> None:
    assert CROSSED.drugs == ("lorazepam", "diazepam")
    assert CROSSED.worths == {"lorazepam": 10, "diazepam": 1}
    assert CROSSED.drug_before == "lorazepam"
    assert CROSSED.before_mean == 20 * MG
    assert STAGE.drugs == ("diazepam", "lorazepam")


def test_mg_of_two_drugs_are_never_one_sum() -> None:
    for asked in (lambda: STAGE.total, lambda: sum_of(STAGE.intakes), lambda: STAGE.total_on(START)):
        with pytest.raises(WrongValue, match=r"^mg of different drugs do not add up$"):
            asked()
    assert STAGE.mean == 20 * MG


def test_the_total_of_each_drug_is_told_apart_on_every_day() -> None:
    for drug, before, stage, cut in (("lorazepam", 2, 1, 0), ("diazepam", 0, 10, 10)):
        found = [CROSSED.total_on(START + day * DAY, drug) for day in (-1, 0, 13, 14, 27, 28)]
        assert found == [Dose(mg * MG) for mg in (before, stage, stage, cut, cut, 0)]
        assert [CROSSED.total_before(one, drug) for one in CROSSED.steps] == [
            Dose(mg * MG) for mg in (before, stage, cut)
        ]
    assert CROSSED.total_before(STAGE, "oxazepam") == ZERO


def test_a_transcript_states_the_switch_with_what_was_taken_before_it() -> None:
    event = Event(START, EventKind.RAISED, Dose(MG))
    stated = transcribe(CROSSED, (event,), START + DAY)
    assert (stated.switched, stated.events, stated.revised_on) == (CROSSED.switched, (event,), START + DAY)
    assert stated.before == Dose(20 * MG)
    assert stated.intakes_before == tuple(
        StatedIntake(slot=slot, dose=Dose(MG), portions=None, drug="lorazepam", worth=WORTH)
        for slot in (Slot.MORNING, Slot.BEDTIME)
    )
    assert [(one.drug, one.worth, one.equivalent) for one in stated.steps[0].intakes] == [
        ("", 1, 10 * MG),
        ("lorazepam", 10, 10 * MG),
    ]
    assert [one.total for one in stated.steps] == [Dose(20 * MG), Dose(10 * MG), ZERO]


def test_without_a_switch_what_was_taken_before_is_of_the_schedules_own_drug() -> None:
    plain = Schedule(drug="diazepam", before=BEFORE, steps=(stop(1, 0),))
    assert [(one.drug, one.worth) for one in transcribe(plain).intakes_before] == [("", 1), ("", 1)]
    assert transcribe(plain).switched is None


# The published tables: 1 mg of lorazepam is 5 to 10 mg of diazepam in one, 10 to 12 mg in the other; 2 mg are switched.
CROSSING = Crossing(
    drug=Any,  # type: ignore[arg-type]
    drug_class=Any,  # type: ignore[arg-type]
    products=(),
    cites=(),
    worth=WORTH,
    tables=(
        TableResult("one", Fraction(10 * MG), Fraction(20 * MG), CITE),
        TableResult("other", Fraction(20 * MG), Fraction(24 * MG), CITE),
    ),
    before=Dose(2 * MG),
)


class Named:
    """All that is asked of the old drug here."""

    name = "lorazepam"


def test_a_stage_is_told_under_the_smallest_and_the_largest_published_worth() -> None:
    crossing = CROSSING._replace(drug=Named())  # type: ignore[arg-type]
    assert crossing.worths == (5, 12)
    assert crossing.range_of(CROSSED, STAGE) == StageRange(
        Fraction(15 * MG), Fraction(22 * MG), Fraction(22, 24), Fraction(15, 10)
    )
    assert crossing.range_of(CROSSED, CUT) == StageRange(
        Fraction(10 * MG), Fraction(10 * MG), Fraction(10, 24), Fraction(10, 10)
    )


def switch(**changes: Any) -> Switch:
    """A switch by slots, every week, morning first; but for the changes named."""
    usual = {
        "drug": "lorazepam",
        "regimen": BEFORE,
        "every": Period(1, TimeUnit.WEEK),
        "order": (Slot.MORNING, Slot.BEDTIME),
        "reason": "the Ashton table",
    }
    return Switch(**{**usual, **changes})


NOT_ONCE = "does not name each time of day of the dose once; expected morning, bedtime; type all of them"
REFUSED = [
    ({"order": (Slot.MORNING,)}, f"--order 'morning' {NOT_ONCE}"),
    ({"order": (Slot.MORNING, Slot.NOON)}, f"--order 'morning, noon' {NOT_ONCE}"),
    ({"order": (Slot.MORNING, Slot.BEDTIME, Slot.BEDTIME)}, f"--order 'morning, bedtime, bedtime' {NOT_ONCE}"),
    (
        {"reason": " "},
        "the reason for this equivalent is missing; expected why this dose was chosen; "
        'add --reason "the table or the judgement behind it"',
    ),
    ({"reason": "x" * 401}, "--reason is 401 characters long; expected at most 400; write it shorter"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_a_switch_names_each_time_of_day_once_and_has_a_reason_of_one_line(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        switch(**changes)
    assert str(caught.value) == message


def test_a_stage_moves_something() -> None:
    with pytest.raises(WrongValue, match=r"^a stage moves something$"):
        switch(move=ZERO)


def test_the_slots_may_be_switched_in_any_order_and_a_part_at_a_time() -> None:
    made = switch(order=(Slot.BEDTIME, Slot.MORNING), move=Dose(MG), reason="x" * LONGEST_REASON)
    assert made.order == (Slot.BEDTIME, Slot.MORNING)
    assert made.move == Dose(MG)
