"""Limits, bands, sources and regions as cited data: half-open bands without a gap, and no number without an address."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_builders import CITE, MG, REVIEW, SOURCE, STEADY

from taper_cli.model.citation import Trust
from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety, TaperError, WrongValue
from taper_cli.model.guideline import Band, Bands, Basis, ContextRule, CrisisLine, Guideline, Notation, PaceCap, Region


def band(ceiling: int, floor: int, low: str, high: str) -> Band:
    """Steps between two sizes for doses above `floor` mg and up to `ceiling` mg."""
    return Band(
        ceiling=Dose.of_mg(ceiling), floor=Dose.of_mg(floor), step_low=Dose.parse(low), step_high=Dose.parse(high)
    )


# NICE CKS, as quoted in a UK local guideline on reducing benzodiazepines (2018): stepped schedule for diazepam.
FORTY = band(40, 20, "2 mg", "4 mg")
TWENTY = band(20, 10, "1 mg", "2 mg")
TEN = band(10, 5, "1 mg", "1 mg")
FIVE = band(5, 0, "0.5 mg", "1 mg")


def bands(*rows: Band) -> Bands:
    """A banded schedule for diazepam."""
    return Bands(drugs=("diazepam",), bands=rows, interval_low_days=7, interval_high_days=14, cite=CITE)


STEPPED = bands(FORTY, TWENTY, TEN, FIVE)

IN_BAND = [
    ("40.000001 mg", None),
    ("40 mg", FORTY),
    ("20.000001 mg", FORTY),
    ("20 mg", TWENTY),
    ("10.5 mg", TWENTY),
    ("10 mg", TEN),
    ("5 mg", FIVE),
    ("0.000001 mg", FIVE),
    ("0 mg", None),
]


@pytest.mark.parametrize(("dose", "found"), IN_BAND)
def test_a_band_holds_its_ceiling_and_not_its_floor(dose: str, found: Band | None) -> None:
    assert STEPPED.band_of(Dose.parse(dose)) == found


@STEADY
@given(st.integers(min_value=1, max_value=40 * MG) | st.sampled_from([20 * MG, 10 * MG, 5 * MG]))
def test_every_dose_is_in_one_band_only(nanograms: int) -> None:
    lower_ceilings_that_hold_it = sum(nanograms <= ceiling * MG for ceiling in (20, 10, 5))
    assert STEPPED.band_of(Dose(nanograms)) is STEPPED.bands[lower_ceilings_that_hold_it]


NO_BANDS = {
    "a gap between 20 and 15 mg": (FORTY, band(15, 0, "1 mg", "1 mg")),
    "an overlap between 20 and 25 mg": (FORTY, band(25, 0, "1 mg", "1 mg")),
    "nothing below 5 mg": (FORTY, TWENTY, TEN),
    "the lowest band first": (FIVE, TEN, TWENTY, FORTY),
}


@pytest.mark.parametrize("rows", NO_BANDS.values(), ids=NO_BANDS.keys())
def test_bands_with_a_gap_or_an_overlap_or_without_an_end_cannot_be_built(rows: tuple[Band, ...]) -> None:
    with pytest.raises(WrongValue):
        bands(*rows)


@pytest.mark.parametrize(
    ("share", "window"), [("0", 14), ("1", 14), ("3/2", 14), ("-1/4", 14), ("1/4", 0), ("1/4", -14)]
)
def test_a_limit_allows_something_and_not_everything_over_at_least_a_day(share: str, window: int) -> None:
    with pytest.raises(WrongValue):
        PaceCap(share=Fraction(share), window_days=window, basis=Basis.CURRENT, cite=CITE)


def test_a_limit_may_hold_for_any_part_of_the_dose_and_for_a_single_day() -> None:
    daily = PaceCap(share=Fraction(1, 100), window_days=1, basis=Basis.START, cite=CITE)
    assert (daily.share, daily.window_days) == (Fraction(1, 100), 1)
    assert PaceCap(share=Fraction(99, 100), window_days=365, basis=Basis.CURRENT, cite=CITE).window_days == 365


def test_a_limit_and_a_context_are_accepted_by_the_name_of_their_rule() -> None:
    guideline = Guideline(key="asam-2025", title="", classes=(), cap=None, usual=None, bands=(), review=REVIEW)
    context = ContextRule(
        key="seizure-history", aliases=(), title="", gate=True, ask=True, text="", service="", cite=CITE
    )
    assert guideline.cap_rule == "pace.asam-2025.cap"
    assert context.rule == "context.seizure-history"


def test_a_region_without_a_number_for_a_purpose_says_so_instead_of_borrowing_one() -> None:
    lines = tuple(CrisisLine(purpose="emergency", name="", number=number, cite=CITE) for number in ("999", "112"))
    region = Region(
        key="gb", title="", market="gb", bedtime_word="night", notation=Notation.UK, lines=lines, review=REVIEW
    )
    emergency = region.line("emergency")
    assert emergency is not None
    assert emergency.number == "999"
    assert region.line("crisis") is None


@pytest.mark.parametrize("blank", ["locator", "note"])
@pytest.mark.parametrize("text", ["", "  "])
def test_a_citation_without_a_place_or_a_note_cannot_be_built(blank: str, text: str) -> None:
    with pytest.raises(WrongValue):
        replace(CITE, **{blank: text})


@pytest.mark.parametrize("blank", ["key", "title", "publisher", "where"])
def test_a_source_without_an_address_cannot_be_built(blank: str) -> None:
    with pytest.raises(WrongValue):
        replace(SOURCE, **{blank: " "})


def test_a_citation_says_where_it_was_read_and_when_not_at_first_hand() -> None:
    assert CITE.short == "A tapering sheet (2024), page 2"
    assert replace(CITE, trust=Trust.SECONDARY).short == "A tapering sheet (2024), page 2 (secondary source)"


def test_there_is_no_third_kind_of_trust() -> None:
    assert {trust.value for trust in Trust} == {"V", "V2"}


def test_an_error_is_one_line_of_what_was_found_what_was_expected_and_what_to_type() -> None:
    assert str(InvalidInput("dose '20' has no unit", "expected mg", "write '20 mg'")) == (
        "dose '20' has no unit; expected mg; write '20 mg'"
    )
    assert str(CannotPlan("no such drug", "expected one of ten")) == "no such drug; expected one of ten"


def test_a_refusal_for_safety_keeps_all_its_reasons_and_all_that_would_lift_it() -> None:
    refusal = RefusedForSafety(
        reasons=("too fast", "above the ceiling"),
        changes=("plan 30 weeks", "accept by name"),
        accepts=(("ceiling.diazepam",),),
        service="a specialist",
    )
    assert refusal.reasons == ("too fast", "above the ceiling")
    assert (refusal.accepts, refusal.service) == ((("ceiling.diazepam",),), "a specialist")
    assert str(refusal).startswith("refused for safety: do not stop the medicine; keep the present dose")
    assert "contact a specialist, today if the supply may run out" in str(refusal)
    assert str(refusal).endswith("; too fast; above the ceiling; plan 30 weeks; or accept by name")


def test_a_bug_is_never_mistaken_for_something_the_user_can_mend() -> None:
    assert not issubclass(WrongValue, TaperError)
