"""Doses and volumes as exact values: how they are written, added, cut and multiplied, and which cannot exist."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_builders import MG, STEADY

from taper_cli.model.dose import ZERO, Dose, Volume, decimal_text, percent_text, reduction, rounded_text, total
from taper_cli.model.errors import WrongValue

WRITTEN = [
    (20 * MG, "20 mg"),
    (100 * MG, "100 mg"),
    (2 * MG + MG // 2, "2.5 mg"),
    (10 * MG + MG // 2, "10.5 mg"),
    (MG // 2, "0.5 mg"),
    (MG // 8, "0.125 mg"),
    (MG + MG // 20, "1.05 mg"),
    (1, "0.000001 mg"),
    (0, "0 mg"),
]


@pytest.mark.parametrize(("nanograms", "text"), WRITTEN)
def test_a_dose_is_written_exactly_and_without_trailing_zeros(nanograms: int, text: str) -> None:
    assert str(Dose(nanograms)) == text
    assert f"{Dose(nanograms).mg_text} mg" == text


@STEADY
@given(st.integers(min_value=0, max_value=10**16))
def test_the_written_number_is_the_dose_and_never_trails_a_zero_or_a_point(nanograms: int) -> None:
    text = Dose(nanograms).mg_text
    assert Decimal(text) * MG == nanograms
    assert re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


@pytest.mark.parametrize("nanograms", [-1, 0.5, 1.0, True, "1", None, Fraction(1)])
def test_a_dose_is_never_negative_nor_anything_but_a_whole_number(nanograms: object) -> None:
    with pytest.raises(WrongValue):
        Dose(nanograms)  # type: ignore[arg-type]


def test_a_dose_does_not_change_after_its_birth() -> None:
    with pytest.raises(FrozenInstanceError):
        Dose(5 * MG).ng = 0  # type: ignore[misc]


def test_a_dose_of_mg_is_exact_or_refused() -> None:
    assert Dose.of_mg("2.5").ng == 2 * MG + MG // 2
    assert Dose.of_mg(20).ng == 20 * MG
    assert Dose.of_mg(Fraction(1, 8)).ng == MG // 8
    for finer in (Fraction(1, 3), "0.0000001", Fraction(1, 3_000_000)):
        with pytest.raises(WrongValue):
            Dose.of_mg(finer)


def test_doses_add_up_and_never_fall_below_zero() -> None:
    assert Dose(4 * MG) + Dose(6 * MG) == Dose((4 + 6) * MG)
    assert Dose(6 * MG) - Dose(6 * MG) == ZERO
    assert total([]) == ZERO
    assert total((Dose(1), Dose(2), Dose(3))) == Dose(1 + 2 + 3)
    with pytest.raises(WrongValue):
        Dose(4 * MG) - Dose(6 * MG)


def test_doses_are_compared_by_amount_and_only_zero_is_nothing() -> None:
    assert max(Dose.parse("500 micrograms"), Dose.parse("0.4 mg")) == Dose.parse("0.5 mg")
    assert not ZERO
    assert Dose(1)


TIMES = [
    ("5 mg", "1/2", "2.5 mg"),
    ("10 mg", "3/2", "15 mg"),
    ("2 mg", "0", "0 mg"),
    ("9 mg", "1/3", "3 mg"),
    ("1 mg", "1/8", "0.125 mg"),
]


@pytest.mark.parametrize(("dose", "count", "product"), TIMES)
def test_tablets_times_strength_is_exact(dose: str, count: str, product: str) -> None:
    assert Dose.parse(dose).times(Fraction(count)) == Dose.parse(product)


@pytest.mark.parametrize(("dose", "count"), [("10 mg", "1/3"), ("0.000001 mg", "1/2"), ("10 mg", "-1")])
def test_a_multiple_that_is_no_dose_is_not_rounded_into_one(dose: str, count: str) -> None:
    with pytest.raises(WrongValue):
        Dose.parse(dose).times(Fraction(count))


DECIMALS = [
    ("0", "0"),
    ("1", "1"),
    ("10", "10"),
    ("3/2", "1.5"),
    ("1/8", "0.125"),
    ("101/100", "1.01"),
    ("1/1000000000", "0.000000001"),
]


@pytest.mark.parametrize(("value", "text"), DECIMALS)
def test_a_fraction_is_written_as_an_exact_decimal(value: str, text: str) -> None:
    assert decimal_text(Fraction(value)) == text


@pytest.mark.parametrize("value", ["1/3", "2/7", "1/10000000000"])
def test_a_decimal_without_an_end_is_never_rounded(value: str) -> None:
    with pytest.raises(WrongValue):
        decimal_text(Fraction(value))


@pytest.mark.parametrize(("value", "itself"), [("-1", "-1"), ("-1/2", "-0.5"), ("-25/2", "-12.5")])
def test_a_number_below_zero_is_written_as_itself_or_not_at_all(value: str, itself: str) -> None:
    try:
        assert decimal_text(Fraction(value)) == itself
    except WrongValue:
        return


PERCENTS = [
    ("0", "0"), ("1", "100"), ("1/4", "25"), ("1/8", "12.5"), ("1/7", "14.3"), ("1/3", "33.3"), ("2/3", "66.7"),
    ("1/16", "6.3"), ("3/16", "18.8"), ("1/2000", "0.1"), ("1/2001", "0"), ("1999/2000", "100"), ("3/2", "150"),
]  # fmt: skip


@pytest.mark.parametrize(("share", "text"), PERCENTS)
def test_a_share_is_written_as_percent_with_one_decimal_and_halves_up(share: str, text: str) -> None:
    assert percent_text(Fraction(share)) == text


@STEADY
@given(st.fractions(min_value=0, max_value=2))
def test_a_written_percent_is_the_nearest_tenth_and_the_upper_one_of_two(share: Fraction) -> None:
    too_much = Fraction(percent_text(share)) - share * 100
    assert Fraction(-1, 20) < too_much <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0", 2, "0"),
        ("1/3", 2, "0.33"),
        ("2/3", 1, "0.7"),
        ("1/200", 2, "0.01"),
        ("1/201", 2, "0"),
        ("5/2", 0, "3"),
        ("7", 2, "7"),
    ],
)
def test_a_number_for_reading_is_rounded_with_halves_up(value: str, places: int, text: str) -> None:
    assert rounded_text(Fraction(value), places) == text


CUTS = [
    ("10 mg", "9 mg", "1/10"),
    ("20 mg", "15 mg", "5/20"),
    ("2 mg", "1 mg", "1/2"),
    ("1 mg", "0 mg", "1"),
    ("3 mg", "3 mg", "0"),
]


@pytest.mark.parametrize(("before", "after", "share"), CUTS)
def test_a_cut_is_the_exact_share_of_the_dose_before(before: str, after: str, share: str) -> None:
    assert reduction(Dose.parse(before), Dose.parse(after)) == Fraction(share)


def test_no_cut_is_measured_against_nothing() -> None:
    with pytest.raises(WrongValue):
        reduction(ZERO, ZERO)


@pytest.mark.parametrize("microlitres", [0, -1, 0.5, 1.0, True, "1"])
def test_a_volume_is_a_whole_number_of_microlitres_above_zero(microlitres: object) -> None:
    with pytest.raises(WrongValue):
        Volume(microlitres)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("microlitres", "text"), [(5000, "5 mL"), (100, "0.1 mL"), (2500, "2.5 mL"), (10_000, "10 mL"), (1, "0.001 mL")]
)
def test_a_volume_is_written_exactly(microlitres: int, text: str) -> None:
    assert str(Volume(microlitres)) == text
    assert Volume(microlitres).ml * 1000 == microlitres
