"""Reading doses and volumes: what is accepted to the nanogram, what is refused, and what is suggested instead."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from model_builders import MG, STEADY

from taper_cli.model.dose import Dose, Volume, parse_number
from taper_cli.model.errors import InvalidInput

READ = [
    ("20 mg", 20 * MG),
    ("2mg", 2 * MG),
    ("  2 mg ", 2 * MG),
    ("2\u00a0mg", 2 * MG),
    ("2.5 mg", 2 * MG + MG // 2),
    ("2.50 mg", 2 * MG + MG // 2),
    ("0.5 mg", MG // 2),
    ("500 micrograms", MG // 2),
    ("500 mcg", MG // 2),
    ("1 microgram", MG // 1000),
    ("0.125 mg", MG // 8),
    ("1 g", 1000 * MG),
    ("0 mg", 0),
    ("0.000001 mg", 1),
    ("9999999 mg", 9_999_999 * MG),
]

# What is typed | what the message says of it | what it offers to type
REFUSED = [
    ("20", "dose '20' has no unit", "20 mg"),
    ("2.5", "dose '2.5' has no unit", "2.5 mg"),
    ("5.", "dose '5.' has no unit", "20 mg"),
    ("2,5 mg", "dose '2,5' has a comma", "2.5 mg"),
    ("1,000 mg", "dose '1,000' has a comma", "1000 mg"),
    (".5 mg", "dose '.5' has no digit before the point", "0.5 mg"),
    ("5. mg", "dose '5.' is not a plain number", "2.5 mg"),
    ("-1 mg", "dose '-1' is negative", "2.5 mg"),
    ("+1 mg", "dose '+1' is not a plain number", "2.5 mg"),
    ("nan mg", "dose 'nan' is not a plain number", "2.5 mg"),
    ("inf mg", "dose 'inf' is not a plain number", "2.5 mg"),
    ("1e400 mg", "dose '1e400' is not a plain number", "2.5 mg"),
    ("1e1 mg", "dose '1e1' is not a plain number", "2.5 mg"),
    ("1_0 mg", "dose '1_0' is not a plain number", "2.5 mg"),
    ("020 mg", "dose '020' is not a plain number", "2.5 mg"),
    ("٥ mg", "dose '٥' is not a plain number", "2.5 mg"),
    ("½ mg", "dose '½' is not a plain number", "2.5 mg"),
    ("1/2 mg", "dose '1/2' is not a plain number", "2.5 mg"),
    ("12345678 mg", "dose '12345678' is not a plain number", "2.5 mg"),
    ("20 mgs", "dose '20 mgs' has the unit 'mgs'", "20 mg"),
    ("20 MG", "dose '20 MG' has the unit 'MG'", "20 mg"),
    ("20 mL", "dose '20 mL' has the unit 'mL'", "20 mg"),
    ("", "dose '' is not a dose", "20 mg"),
    (" ", "dose ' ' is not a dose", "20 mg"),
    ("mg", "dose 'mg' is not a dose", "20 mg"),
    ("2 0 mg", "dose '2 0 mg' is not a dose", "20 mg"),
    ("20 mg twice", "dose '20 mg twice' is not a dose", "20 mg"),
]

A_POINT = "expected a decimal point and no thousands separator"
A_NUMBER = "is not a plain number; expected digits such as 20 or 2.5; write for example '2.5 mg'"
UNITS = "expected mg, g, micrograms or mcg"

# What is typed | the whole message: a wrong dose in it would be typed next
WHOLE_MESSAGES = [
    ("20", "dose '20' has no unit; expected mg; write for example '20 mg'"),
    ("5.", "dose '5.' has no unit; expected mg; write for example '20 mg'"),
    ("2,5 mg", f"dose '2,5' has a comma; {A_POINT}; write '2.5 mg'"),
    ("2,50 mg", f"dose '2,50' has a comma; {A_POINT}; write '2.50 mg'"),
    ("0,125 mg", f"dose '0,125' has a comma; {A_POINT}; write for example '2.5 mg' or '0.125 mg'"),
    ("1,000 mg", f"dose '1,000' has a comma; {A_POINT}; write '1000 mg' or '1 mg'"),
    ("1,500 mcg", f"dose '1,500' has a comma; {A_POINT}; write '1500 mcg' or '1.5 mcg'"),
    ("10,000 mg", f"dose '10,000' has a comma; {A_POINT}; write '10000 mg' or '10 mg'"),
    ("1,234.5 mg", f"dose '1,234.5' has a comma; {A_POINT}; write '1234.5 mg'"),
    ("1,2,3 mg", f"dose '1,2,3' has a comma; {A_POINT}; write for example '2.5 mg'"),
    (".5 mg", "dose '.5' has no digit before the point; expected one; write '0.5 mg'"),
    (".٥ mg", f"dose '.٥' {A_NUMBER}"),
    ("-1 mg", "dose '-1' is negative; expected a number above zero; write for example '2.5 mg'"),
    ("1e3 mg", f"dose '1e3' {A_NUMBER}"),
    ("mg", "dose 'mg' is not a dose; expected a number and a unit; write for example '20 mg'"),
    ("20 ug", f"dose '20 ug' has the unit 'ug'; {UNITS}; write '20 micrograms'"),
    ("x ug", f"dose 'x ug' has the unit 'ug'; {UNITS}; write for example '20 mg' or '500 micrograms'"),
    ("20 mgs", f"dose '20 mgs' has the unit 'mgs'; {UNITS}; write for example '20 mg' or '500 micrograms'"),
    (
        "0.0001 mcg",
        "dose '0.0001 mcg' is finer than a nanogram; expected at most 6 decimals of a mg; write for example '0.5 mg'",
    ),
]


def refusal(text: str) -> InvalidInput:
    """The error that a dose is refused with."""
    with pytest.raises(InvalidInput) as caught:
        Dose.parse(text)
    return caught.value


def offered(error: InvalidInput) -> list[str]:
    """The words in quotes that the message offers to type."""
    return re.findall(r"'([^']*)'", error.instead)


@pytest.mark.parametrize(("text", "nanograms"), READ)
def test_a_dose_is_read_to_the_nanogram(text: str, nanograms: int) -> None:
    assert Dose.parse(text).ng == nanograms


@pytest.mark.parametrize(("text", "found", "instead"), REFUSED)
def test_what_is_not_a_plain_dose_is_refused_with_what_was_found_and_what_to_type_instead(
    text: str, found: str, instead: str
) -> None:
    error = refusal(text)
    assert error.found == found
    assert instead in offered(error)


@pytest.mark.parametrize(("text", "message"), WHOLE_MESSAGES)
def test_the_message_of_a_refused_dose_offers_that_dose_and_no_other(text: str, message: str) -> None:
    assert str(refusal(text)) == message


def test_a_number_without_a_unit_is_mended_without_one() -> None:
    with pytest.raises(InvalidInput, match=r"write '2\.5'$"):
        parse_number("2,5", "percent", "10")


@pytest.mark.parametrize("text", ["0.0001 micrograms", "0.0005 mcg", "1.0000001 mg"])
def test_a_dose_finer_than_a_nanogram_is_refused_and_not_cut_short(text: str) -> None:
    with pytest.raises(InvalidInput):
        Dose.parse(text)


@pytest.mark.parametrize("text", [row[0] for row in REFUSED] + ["20 ug", "0.0001 micrograms"])
def test_every_refusal_has_three_parts_in_one_line(text: str) -> None:
    error = refusal(text)
    assert all((error.found, error.expected, error.instead))
    assert str(error) == f"{error.found}; {error.expected}; {error.instead}"
    assert "\n" not in str(error)


@pytest.mark.parametrize("text", [row[0] for row in REFUSED])
def test_what_is_offered_instead_can_itself_be_read(text: str) -> None:
    for words in offered(refusal(text)):
        assert Dose.parse(words) > Dose(0)


@pytest.mark.parametrize("text", ["20 ug", "20 µg", "20 μg", "20ug"])
def test_a_symbol_for_micrograms_is_refused_because_it_is_misread_as_mg(text: str) -> None:
    error = refusal(text)
    assert error.found.startswith(f"dose {text!r} has the unit")
    assert "micrograms" in error.instead


@pytest.mark.parametrize("text", ["20 ug", "20 µg", "20 μg"])
def test_who_typed_micrograms_is_never_offered_a_thousand_times_the_dose(text: str) -> None:
    assert "20 mg" not in offered(refusal(text))


def test_a_refusal_names_the_thing_that_was_read() -> None:
    with pytest.raises(InvalidInput, match=r"^target '20' has no unit"):
        Dose.parse("20", "target")


@STEADY
@given(st.integers(min_value=0, max_value=9_999_999 * MG + MG - 1))
def test_what_is_written_is_read_back_as_the_same_dose(nanograms: int) -> None:
    assert Dose.parse(str(Dose(nanograms))) == Dose(nanograms)


@STEADY
@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_thousand_micrograms_are_a_mg(count: int) -> None:
    assert Dose.parse(f"{count} micrograms").times(1000) == Dose.parse(f"{count} mg")


@STEADY
@given(st.text(alphabet="0123456789.,-+eEnaif_ mgcµμ٥½²\n", max_size=12) | st.text(max_size=12))
@example("1" * 400 + " mg")
@example("1e-7 mg")
def test_any_words_at_all_are_read_exactly_or_refused_by_name(text: str) -> None:
    try:
        dose = Dose.parse(text)
    except InvalidInput:
        return
    assert re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*(mg|g|mcg|micrograms?)\s*", text)
    assert dose.ng >= 0


VOLUMES = [("5 mL", 5000), ("0.1 mL", 100), ("0.1mL", 100), ("1 ml", 1000), ("2.50 mL", 2500), ("0.001 mL", 1)]


@pytest.mark.parametrize(("text", "microlitres"), VOLUMES)
def test_a_volume_is_read_to_the_microlitre(text: str, microlitres: int) -> None:
    assert Volume.parse(text).ul == microlitres


@pytest.mark.parametrize(
    "text",
    ["5", "5 mg", "5 L", "0 mL", "0.0001 mL", "-1 mL", "nan mL", ".1 mL", "0,1 mL", "1e3 mL", "٥ mL", "mL", "", " "],
)
def test_what_is_not_a_measurable_volume_is_refused_with_three_parts(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Volume.parse(text, "syringe")
    assert caught.value.found.startswith("syringe '")
    assert all((caught.value.expected, caught.value.instead))


@pytest.mark.parametrize("text", ["5", "5 mg", "0 mL", "-1 mL", ".1 mL", "0,1 mL"])
def test_the_volume_that_is_offered_instead_can_itself_be_read(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Volume.parse(text)
    for words in offered(caught.value):
        assert Volume.parse(words).ul >= 1


# What is typed | the whole message
WHOLE_MESSAGES_OF_VOLUMES = [
    ("5 mg", "syringe '5 mg' is not a volume in mL; expected a number and mL; write for example '0.1 mL'"),
    ("0 mL", "syringe '0 mL' cannot be measured; expected 0.001 mL or more; write for example '0.1 mL'"),
    ("0,1 mL", f"syringe '0,1' has a comma; {A_POINT}; write '0.1 mL'"),
    ("x mL", "syringe 'x' is not a plain number; expected digits such as 20 or 2.5; write for example '0.1 mL'"),
]


@pytest.mark.parametrize(("text", "message"), WHOLE_MESSAGES_OF_VOLUMES)
def test_the_message_of_a_refused_volume_offers_a_volume_in_ml(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Volume.parse(text, "syringe")
    assert str(caught.value) == message
