"""Whatever is done to a correct plan, in nine ways, is caught: by the right rule, at the right row."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from checks_builders import STEADY, TOTALS, mg, refused
from checks_random_plans import NINE_WAYS, Spoiled, plans, spoiled_plans
from hypothesis import given
from hypothesis import strategies as st

from taper_cli.model.transcript import Transcript

UP_TO_40_MG = (*TOTALS, *(mg(20 + Fraction(halves, 2)) for halves in range(1, 2 * 20 + 1)))


@STEADY
@given(plans())
def test_a_correct_plan_is_not_refused(paper: Transcript) -> None:
    assert refused(paper, totals=UP_TO_40_MG) == []


@pytest.mark.parametrize("way", NINE_WAYS, ids=lambda way: way.__name__)
@STEADY
@given(data=st.data())
def test_a_spoiled_plan_is_refused_by_the_rule_it_breaks(
    way: Callable[[st.DrawFn, Transcript], Spoiled], data: st.DataObject
) -> None:
    spoiled = data.draw(spoiled_plans(way))
    assert (spoiled.rule, spoiled.step) in refused(spoiled.paper, totals=UP_TO_40_MG)
