"""What a fault of writing says, whole, for every rule: its number, what the rule asks, the words around it, what to write instead."""

from __future__ import annotations

import pytest

from taper_cli.checks.notation import Fault, ending_fault, faults
from taper_cli.model.guideline import Notation

IN_WORDS = "write in words when or how, for example 'in the morning and at bedtime', not"
NO_SLASH = "write a word such as 'in', 'or', 'and', 'a day' in place of the slash"
IN_DIGITS = "write the number in digits, for example 'Take 2 tablets', not"

# What is written | the rule | what it asks | what to write instead
SAID = [
    ("1.0 mg", "N01", "no trailing zero", "write 1 mg, not 1.0 mg"),
    (".5 mg", "N02", "a zero before the point", "write 0.5 mg, not .5 mg"),
    ("10mg", "N03", "a space before the unit", "write 10 mg, not 10mg"),
    (
        "2 mg. at night",
        "N04",
        "no full stop after a unit",
        "leave out the full stop of mg. or end the sentence with another word",
    ),
    ("2 mg bd", "N05", "no Latin shorthand", f"{IN_WORDS} bd"),
    ("2 mg q.d.s now", "N05", "no Latin shorthand", f"{IN_WORDS} q.d.s"),
    ("2 \u00b5g", "N06", "micrograms, not a symbol", "write 'micrograms', not \u00b5g"),
    ("2 \u03bc G", "N06", "micrograms, not a symbol", "write 'micrograms', not \u03bc G"),
    ("2 \u338d", "N06", "micrograms, not a symbol", "write 'micrograms', not \u338d"),
    ("2 ug", "N06", "micrograms, not a symbol", "write 'micrograms', not ug"),
    ("morning/night", "N07", "no slash", NO_SLASH),
    ("1 mg-2 mg", "N09", "no dash in a range", "write 1 mg to 2 mg, not 1 mg-2 mg"),
    (
        "1 tablet @ night",
        "N10",
        "no symbols in doses",
        "write it in words, for example '1 tablet of 2 mg', 'less than', 'and', not @",
    ),
    ("10000 mg", "N11", "a comma from 1,000", "write 10,000 mg, not 10000 mg"),
    ("ii tablets", "N12", "no Roman numerals", f"{IN_DIGITS} ii tablets"),
    (
        "on 2.3.2026",
        "N14",
        "dates with the name of the month",
        "write the date as 'Mon 2 Mar 2026', not 2.3.2026",
    ),
    (
        "Take as directed",
        "N17",
        "directions name their source",
        "name the plan, for example 'as on plan 7F3A-19 version 1', not as directed",
    ),
    ("Take 2 now", "N18", "a dose says what is counted", "write 'tablets', 'mL' or 'mg' after Take 2"),
    (
        "2.12345 mg",
        "N19",
        "at most 3 decimals of a mg, 2 of an mL",
        "choose a dose that can be measured: 2.12345 mg has too many decimals",
    ),
]


@pytest.mark.parametrize(("text", "rule", "title", "instead"), SAID)
def test_a_fault_names_its_rule_and_what_to_write(text: str, rule: str, title: str, instead: str) -> None:
    assert faults(text, Notation.INTERNATIONAL) == (Fault(rule, title, text, instead),)


# Where it is read | what is written | the rule | what it asks | what to write instead
REGIONAL = [
    (Notation.UK, "2 mcg", "N06", "micrograms, not a symbol", "write 'micrograms', not mcg"),
    (Notation.UK, "2 MCG", "N06", "micrograms, not a symbol", "write 'micrograms', not MCG"),
    (Notation.US, "2 micrograms", "N06", "mcg, not a symbol", "write 'mcg', not micrograms"),
    (Notation.US, "2 Microgrammes", "N06", "mcg, not a symbol", "write 'mcg', not Microgrammes"),
    (Notation.US, "2 microgram", "N06", "mcg, not a symbol", "write 'mcg', not microgram"),
    (
        Notation.UK,
        "0.5 mg",
        "N15",
        "below 1 mg micrograms and mg together",
        "write 500 micrograms (0.5 mg)",
    ),
]


@pytest.mark.parametrize(("notation", "text", "rule", "title", "instead"), REGIONAL)
def test_a_thousandth_of_a_mg_has_the_one_name_of_the_region(
    notation: Notation, text: str, rule: str, title: str, instead: str
) -> None:
    assert faults(text, notation) == (Fault(rule, title, text, instead),)


def test_a_fraction_in_digits_breaks_three_rules_and_each_is_told() -> None:
    text = "Take 1/2 tablet"
    assert faults(text, Notation.INTERNATIONAL) == (
        Fault("N18", "a dose says what is counted", text, "write 'tablets', 'mL' or 'mg' after Take 1"),
        Fault("N08", "no fraction in digits", text, "write the part in words, for example 'half a tablet', not 1/2"),
        Fault("N07", "no slash", text, NO_SLASH),
    )


def test_a_name_in_capitals_is_told_in_small_letters() -> None:
    assert faults("DIAZEPAM 2 mg", Notation.UK, drugs=("Diazepam",)) == (
        Fault("N16", "no name of a drug in capitals", "DIAZEPAM 2 mg", "write diazepam, not DIAZEPAM"),
    )


def test_a_name_of_three_letters_is_one_and_a_later_name_is_found_behind_a_shorter_one() -> None:
    found = faults("Take ZOP or DIAZEPAM", Notation.US, drugs=("zo", "zop", "absent", "diazepam"))
    assert [fault.instead for fault in found] == ["write zop, not ZOP", "write diazepam, not DIAZEPAM"]


def test_in_a_spreadsheet_plain_numbers_and_dates_pass_and_on_paper_they_do_not() -> None:
    text = "10000 mg on 2.3.2026"
    assert faults(text, Notation.INTERNATIONAL, spreadsheet=True) == ()
    assert [fault.rule for fault in faults(text, Notation.INTERNATIONAL)] == ["N11", "N14"]


def test_another_fault_beside_them_does_not_make_faults_of_a_spreadsheets_numbers_and_dates() -> None:
    found = faults("10000 mg on 2.3.2026, then 1.0 mg", Notation.INTERNATIONAL, spreadsheet=True)
    assert [fault.rule for fault in found] == ["N01"]


LAST = "end with 'STOP', or with 'Stay on this dose' or 'MAINTAIN' and the dose"


@pytest.mark.parametrize(
    ("lines", "words"),
    [([], "(blank)"), (["  "], "(blank)"), (["STOP", " and so on \n"], "and so on"), (["b" + "a" * 40], "a" * 40)],
)
def test_an_open_end_is_told_by_the_end_of_its_last_line(lines: list[str], words: str) -> None:
    assert ending_fault(lines) == Fault("N20", "the last line says stop or stay", words, LAST)


@pytest.mark.parametrize(
    "text", ["See example.org/a/b now", "https://example.org/2mg/x", "<!> call now", "< > watch", "<?> ask"]
)
def test_an_address_and_a_mark_are_not_read_and_keep_their_length(text: str) -> None:
    assert faults(text, Notation.INTERNATIONAL) == ()
    fault = faults(f"{text} 1.0 mg", Notation.INTERNATIONAL)[0]
    assert (fault.rule, fault.words) == ("N01", f"{text} 1.0 mg"[-26:])


def test_twenty_characters_are_quoted_on_either_side_of_a_fault() -> None:
    (fault,) = faults("a" * 19 + "bc 1.0 mg de" + "f" * 30, Notation.INTERNATIONAL)
    assert fault.words == "a" * 17 + "bc " + "1.0 mg" + " de" + "f" * 17
