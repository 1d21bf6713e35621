"""What may be asked of a plan at once, whether it is planned anew, and how much more or less has to be supplied."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from model_builders import MG, START, TEN

from taper_cli.model.dose import Dose
from taper_cli.model.errors import InvalidInput
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace
from taper_cli.model.revision import LONGEST_BY, LONGEST_REASON, AmountChange, Revision
from taper_cli.model.schedule import Regimen, Slot

WEEK = Period(1, TimeUnit.WEEK)
SLOWER = AtPace(dose=Dose(MG))
TAKEN = Regimen(((Slot.DAILY, Dose(10 * MG)),))
END = date(2026, 9, 7)


def revision(**asked: Any) -> Revision:
    """What was asked on one day."""
    return Revision(on=START, made_on=START, **asked)


# What is asked | the options that ask it | whether the rest is planned anew
ASKED = [
    ({"hold": WEEK}, ("--hold",), False),
    ({"every": WEEK}, ("--every",), False),
    ({"back_to": TAKEN}, ("--back-to",), False),
    ({"actual": TAKEN}, ("--actual",), False),
    ({"stop_here": True}, ("--stop-here",), False),
    ({"pace": SLOWER}, ("--slower",), True),
    ({"until": END}, ("--until",), True),
    ({"products": ()}, ("--products",), True),
    ({"split": Split.HALF}, ("--split",), True),
    ({"pace": SLOWER, "every": WEEK}, ("--slower", "--every"), True),
    ({"hold": WEEK, "until": END}, ("--hold", "--until"), True),
    ({"stop_here": True, "split": Split.HALF}, ("--stop-here", "--split"), False),
]


@pytest.mark.parametrize(("asked", "options", "anew"), ASKED)
def test_the_rest_is_planned_anew_only_where_its_doses_are_asked_to_change(
    asked: dict[str, Any], options: tuple[str, ...], anew: bool
) -> None:
    made = revision(**asked)
    assert made.asks == options
    assert made.plans_anew is anew


OPTIONS = "--hold, --slower, --every, --until, --back-to, --actual, --stop-here, --products or --split"
EITHER = "are given together; expected to stay on one dose, or to go on; leave one of them out"

# What is asked | the whole message
REFUSED = [
    ({}, f"nothing is asked of the plan; expected {OPTIONS}; add for example --hold 2w"),
    (
        {"pace": SLOWER, "until": END},
        "--slower and --until are given together; expected a pace or an end; leave one of them out",
    ),
    ({"stop_here": True, "hold": WEEK}, f"--stop-here and --hold {EITHER}"),
    ({"stop_here": True, "pace": SLOWER}, f"--stop-here and --slower {EITHER}"),
    ({"stop_here": True, "every": WEEK}, f"--stop-here and --every {EITHER}"),
    ({"stop_here": True, "until": END}, f"--stop-here and --until {EITHER}"),
    ({"hold": WEEK, "by": "x" * 101}, "--by is 101 characters long; expected at most 100; write it shorter"),
    ({"hold": WEEK, "reason": "x" * 401}, "--reason is 401 characters long; expected at most 400; write it shorter"),
]


@pytest.mark.parametrize(("asked", "message"), REFUSED)
def test_what_excludes_each_other_or_asks_for_nothing_is_refused_with_what_to_type(
    asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        revision(**asked)
    assert str(caught.value) == message


def test_who_and_why_may_fill_the_slip() -> None:
    made = revision(hold=WEEK, by="x" * LONGEST_BY, reason="y" * LONGEST_REASON)
    assert (len(made.by), len(made.reason)) == (100, 400)


@pytest.mark.parametrize(("before", "now", "more", "fewer"), [(28, 42, 14, 0), (42, 28, 0, 14), (28, 28, 0, 0)])
def test_what_has_to_be_added_is_never_what_is_left_over(before: int, now: int, more: int, fewer: int) -> None:
    change = AmountChange(TEN, Fraction(before), Fraction(now))
    assert (change.more, change.fewer) == (more, fewer)
