"""A guideline's limits as values: which drug they bind, over which window, of which dose, and how they are told in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from model_builders import CITE, MG, REVIEW

from taper_cli.model.dose import Dose
from taper_cli.model.errors import WrongValue
from taper_cli.model.guideline import (
    Band,
    Bands,
    Basis,
    DoseCap,
    Guideline,
    Ladder,
    MinimumTime,
    Notation,
    PaceCap,
    Region,
    RuleHint,
    Rung,
)
from taper_cli.model.period import Rhythm

CAP_CITE, MG_CITE, TIME_CITE = (replace(CITE, locator=place) for place in ("share", "mg", "time"))


def mg(count: int | str) -> Dose:
    """So many mg."""
    return Dose.of_mg(count)


def cap(basis: Basis, current_below: Fraction | None = None) -> PaceCap:
    """A quarter of the dose in a fortnight."""
    return PaceCap(share=Fraction(1, 4), window_days=14, basis=basis, cite=CAP_CITE, current_below=current_below)


def dose_cap(window: int, up_to: int | None = None, drug: str = "diazepam") -> DoseCap:
    """1 mg within a window."""
    return DoseCap(drug=drug, dose=mg(1), window_days=window, up_to=mg(up_to) if up_to else None, cite=MG_CITE)


TIMED = (MinimumTime("diazepam", 70, TIME_CITE),)


def guideline(**rules: Any) -> Guideline:
    """A guideline of one class with no rule but those named."""
    nothing: dict[str, Any] = {"cap": None, "usual": None, "bands": (), "review": REVIEW}
    return Guideline(**{"key": "g", "title": "G", "classes": ("benzodiazepine",), **nothing, **rules})


# The basis | from which part on the current dose counts | the words | the base of 20, 10, 10.5 mg after a start at 20 mg
BASES = [
    (Basis.CURRENT, None, "current", ("20", "10", "10.5")),
    (Basis.START, None, "starting", ("20", "20", "20")),
    (Basis.START, Fraction(1, 2), "starting (current from 50% of it down)", ("20", "10", "20")),
]


@pytest.mark.parametrize(("basis", "below", "words", "bases"), BASES)
def test_a_share_is_taken_of_the_current_or_the_starting_dose_and_turns_at_its_edge(
    basis: Basis, below: Fraction | None, words: str, bases: tuple[str, str, str]
) -> None:
    limit = cap(basis, below)
    assert limit.basis_words == words
    assert [limit.base_of(mg(before), mg(20)) for before in ("20", "10", "10.5")] == [mg(base) for base in bases]


@pytest.mark.parametrize(
    ("limit", "law", "counted"),
    [
        (dose_cap(1), "1 mg in 1 day", mg(9)),
        (dose_cap(2), "1 mg in 2 days", mg(9)),
        (dose_cap(28), "1 mg in 28 days", mg(9)),
        (dose_cap(28, 5), "1 mg in 28 days at 5 mg a day or less", mg(6)),
        (dose_cap(28, 8), "1 mg in 28 days at 8 mg a day or less", mg(9)),
    ],
)
def test_a_limit_in_mg_counts_from_one_step_above_its_edge_at_most(limit: DoseCap, law: str, counted: Dose) -> None:
    assert limit.law == law
    assert limit.counted(mg(9)) == counted


# The rules | its window for diazepam | whether it limits | the words | where that stands
LAWS: list[tuple[dict[str, Any], int | None, bool, str, tuple[Any, ...]]] = [
    ({}, None, False, "", ()),
    ({"cap": cap(Basis.CURRENT)}, 14, True, "25% of the current dose in 14 days", (CAP_CITE,)),
    (
        {"dose_caps": (dose_cap(7), dose_cap(28), dose_cap(90, drug="lorazepam"))},
        28,
        True,
        "1 mg in 7 days; 1 mg in 28 days",
        (MG_CITE,),
    ),
    ({"dose_caps": (dose_cap(90, drug="lorazepam"),)}, None, False, "", ()),
    ({"min_times": TIMED}, None, True, "at least 70 days in all", (TIME_CITE,)),
    ({"min_times": (MinimumTime("lorazepam", 70, CITE),)}, None, False, "", ()),
    (
        {"cap": cap(Basis.START), "dose_caps": (dose_cap(28),), "min_times": TIMED},
        14,
        True,
        "25% of the starting dose in 14 days; 1 mg in 28 days; at least 70 days in all",
        (CAP_CITE, MG_CITE, TIME_CITE),
    ),
]


@pytest.mark.parametrize(("rules", "window", "limits", "words", "cites"), LAWS)
def test_a_guideline_binds_a_drug_by_what_it_says_of_it(
    rules: dict[str, Any], window: int | None, limits: bool, words: str, cites: tuple[Any, ...]
) -> None:
    made = guideline(**rules)
    assert made.window_days("diazepam") == window
    assert made.limits("diazepam") is limits
    assert made.law("diazepam") == words
    assert made.limit_cites("diazepam") == cites


def test_a_guideline_covers_the_drugs_of_its_classes_or_those_that_it_names() -> None:
    assert guideline().covers("diazepam", "benzodiazepine")
    assert not guideline().covers("diazepam", "opioid")
    assert guideline(drugs=("lorazepam",)).covers("lorazepam", "benzodiazepine")
    assert not guideline(drugs=("lorazepam",)).covers("diazepam", "benzodiazepine")


def test_its_rules_have_names() -> None:
    made = guideline()
    assert made.limit_rules == ("pace.g.cap", "pace.g.dose")
    assert made.time_rule == "pace.g.time"


def band(ceiling: int, floor: int, days: int | None = None) -> Band:
    """Steps of 1 mg in a band, with an interval of its own where one is stated."""
    return Band(ceiling=mg(ceiling), floor=mg(floor), step_low=mg(1), step_high=mg(1), interval_low_days=days)


def bands(*rows: Band) -> Bands:
    """A banded schedule for two drugs."""
    return Bands(drugs=("diazepam", "lorazepam"), bands=rows, interval_low_days=7, interval_high_days=14, cite=CITE)


def test_a_band_may_ask_for_a_longer_interval_of_its_own() -> None:
    made = bands(band(20, 10), band(10, 0, 21))
    assert [made.own_interval(mg(dose)) for dose in (21, 20, 10, 1)] == [0, 0, 21, 21]


def test_bands_that_leave_a_gap_name_it() -> None:
    with pytest.raises(WrongValue, match=r"^bands of diazepam, lorazepam: a gap between 10 mg and 8 mg$"):
        bands(band(20, 10), band(8, 0))
    with pytest.raises(WrongValue, match=r"^bands of diazepam, lorazepam do not reach zero$"):
        bands(band(20, 10), band(10, 5))


BY_TURNS = Rung(mg(2), 7, 14, Rhythm(), mg(1))
LADDER = Ladder(
    "l", "L", ("diazepam",), True, (Rung(mg(4), 7, 14), Rung(mg(2), 7, 14), BY_TURNS, Rung(mg(1), 7, 7, Rhythm())), CITE
)


def test_a_level_counts_in_the_long_run() -> None:
    assert [rung.mean for rung in LADDER.rungs] == [4 * MG, 2 * MG, Fraction(3, 2) * MG, Fraction(1, 2) * MG]
    assert isinstance(LADDER.rungs[0].mean, Fraction)


@pytest.mark.parametrize(("dose", "left"), [(5, 4), (4, 3), (3, 3), (2, 2), (1, 1)])
def test_of_a_published_schedule_what_lies_below_a_dose_is_left_by_dose_or_by_days(dose: int, left: int) -> None:
    assert LADDER.below(mg(dose)) == LADDER.rungs[4 - left :]


def test_a_regions_hints_are_told_for_their_drugs() -> None:
    first, second = (RuleHint(topic, ("diazepam", topic), "", CITE) for topic in ("lorazepam", "oxazepam"))
    region = Region("gb", "", "gb", "night", Notation.UK, (), REVIEW, (first, second))
    assert region.hints_for("diazepam") == (first, second)
    assert region.hints_for("oxazepam") == (second,)
    assert region.hints_for("morphine") == ()
