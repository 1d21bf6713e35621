"""What is written about doses can be read in one way only: each rule of writing catches its own fault and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taper_cli.checks.notation import Fault, ending_fault, faults
from taper_cli.model.dose import Dose
from taper_cli.model.guideline import Notation

STEADY = settings(derandomize=True, database=None, deadline=None)  # the same examples on every machine, at every run
UK, US, INTERNATIONAL = Notation.UK, Notation.US, Notation.INTERNATIONAL
DRUGS = ("diazepam", "lorazepam", "chlordiazepoxide")
MICRO, MU, SQUARE_MICROGRAM = "\u00b5", "\u03bc", "\u338d"
EN_DASH, EM_DASH, MINUS, FRACTION_SLASH, TIMES, NO_BREAK = "\u2013", "\u2014", "\u2212", "\u2044", "\u00d7", "\u00a0"


def rules(text: str, notation: Notation = INTERNATIONAL, *, spreadsheet: bool = False) -> list[str]:
    """The numbers of the rules that a text breaks, each once, in rising order."""
    return sorted({fault.rule for fault in faults(text, notation, drugs=DRUGS, spreadsheet=spreadsheet)})


# A text, and every rule that it breaks: mostly one, so that no rule lives on the pattern of another.
BAD = [
    # N01: a trailing zero is read as ten times the dose.
    ("1.0 mg", "N01"),
    ("2.50 mg", "N01"),
    ("0.0 mg", "N01"),
    ("1.00 mg", "N01"),
    ("1.050 mg", "N01"),
    ("1,500.0 mg", "N01"),
    ("The dose is 1.0", "N01"),
    ("The number of mg is 1.0.", "N01"),
    (f"1.0{NO_BREAK}mg", "N01"),
    ("2.0 mL", "N01"),
    # N02: a point without a zero before it is not seen.
    (".5 mg", "N02"),
    ("Take .5 mg at night", "N02"),
    ("Wait....5 mg", "N02"),
    # N03: a unit that touches its number is read as a digit.
    ("10mg", "N03"),
    ("2.5mg", "N03"),
    ("5mL", "N03"),
    ("5ml", "N03"),
    ("500mcg", "N03"),
    ("500micrograms", "N03"),
    ("1microgram", "N03"),
    ("2g", "N03"),
    ("2tablets", "N03"),
    ("1tablet", "N03"),
    ("3capsules", "N03"),
    ("10MG", "N03"),
    ("10mgs", "N03"),
    # N04: a full stop after a unit is read as a 1 or a point.
    ("2 mg. daily", "N04"),
    ("The dose is 2 mg.", "N04"),
    ("5 mL. in the morning", "N04"),
    ("500 micrograms. daily", "N04"),
    ("500 mcg. daily", "N04"),
    ("2 mg.take it", "N04"),
    # N05: Latin shorthand.
    ("2 mg BID", "N05"),
    ("2 mg bd", "N05"),
    ("2 mg Tds", "N05"),
    ("2 mg b.i.d.", "N05"),
    ("2 mg q.d.", "N05"),
    ("2 mg Q.D. with food", "N05"),
    ("2 mg t.d.s. with food", "N05"),
    ("2 mg q. d. s.", "N05"),
    ("2 mg q.o.d", "N05"),
    ("2 mg (p.r.n.)", "N05"),
    ("2 mg p.o. daily", "N05"),
    ("2 mg o.d.", "N05"),
    # N06: a symbol for a millionth is read as a thousandth.
    ("500 ug", "N06"),
    ("500ug", "N06"),
    (f"500 {MICRO}g", "N06"),
    (f"500 {MU}g", "N06"),
    (f"500{MICRO}g", "N06"),
    (f"500 {MICRO} g", "N06"),
    (f"500 {SQUARE_MICROGRAM}", "N06"),
    # N07: a slash is read as a 1.
    ("2 mg/5 mL", "N07"),
    ("2 mg / 5 mL", "N07"),
    ("AM/PM", "N07"),
    ("tablets and/or capsules", "N07"),
    ("(2 mg)/day", "N07"),
    ("10%/month", "N07"),
    ("mg/day", "N07"),
    ("pneumonoultramicroscopicsilicovolcanoconiosis/cough", "N07"),
    # N08: a fraction in digits is read as two numbers or as a date.
    ("1/2 tablet", "N07 N08"),
    ("1 / 2 tablet", "N07 N08"),
    (f"1{FRACTION_SLASH}2 tablet", "N07 N08"),
    ("1 1/2 tablets", "N07 N08"),
    # N09: a dash is lost, or read as a minus.
    ("1-2 tablets", "N09"),
    (f"1{EN_DASH}2 tablets", "N09"),
    (f"1 {EM_DASH} 2 tablets", "N09"),
    (f"1{MINUS}2 mg", "N09"),
    ("1-2.5 mg", "N09"),
    ("2.5-5 mL", "N09"),
    ("1 mg-2 mg", "N09"),
    ("1 tablet - 2 tablets", "N09"),
    ("5-10 micrograms", "N09"),
    ("1-2 capsules", "N09"),
    ("500-1,000 mg", "N09"),
    # N10: symbols are read as digits or letters.
    ("1 x 2 mg", "N10"),
    ("1x2 mg", "N10"),
    (f"1 {TIMES} 2 mg", "N10"),
    ("2 + 2 mg", "N10"),
    ("< 2 mg", "N10"),
    ("> 2 mg", "N10"),
    ("2 mg @ night", "N10"),
    ("morning & night", "N10"),
    # N11: zeros without a comma are miscounted.
    ("1500 mg", "N11"),
    ("10000 units", "N11"),
    ("1500.5 mg", "N11"),
    ("1500 tablets of 2 mg", "N11"),
    # N12: Roman numerals.
    ("Take ii", "N12"),
    ("take iv with water", "N12"),
    ("TAKE II with water", "N12"),
    ("Take x", "N12"),
    ("then ii tablets at night", "N12"),
    # N14: the day and the month change places from one country to another.
    ("02.03.26", "N14"),
    ("2-3-2026", "N14"),
    ("02/03/26", "N07 N14"),
    ("from 2/3/2026", "N07 N14"),
    # N16: a name in capitals loses its shape.
    ("DIAZEPAM", "N16"),
    ("Take no more DIAZEPAM", "N16"),
    ("_DIAZEPAM_", "N16"),
    ("DIAZEPAM and LORAZEPAM", "N16"),
    # N17: whose directions?
    ("take as directed", "N17"),
    ("As directed.", "N17"),
    ("as directed by your doctor", "N17"),
    ("as directed in the plan", "N17"),
    ("as  directed", "N17"),
    # N18: a number of what?
    ("take 2", "N18"),
    ("Take 2", "N18"),
    ("take 2 in the morning", "N18"),
    ("TAKE 2 AT NIGHT", "N18"),
    ("Take 2.5 at night", "N18"),
    ("Take 2 (5 mg tablets)", "N18"),
    ("take 1 and a half at night", "N18"),
    ("take 2 daily", "N18"),
    ("take 2 at night and 2 tablets in the morning", "N18"),
    # N19: nobody measures it.
    ("6.3751 mg", "N19"),
    ("0.000001 mg", "N19"),
    ("2.125 mL", "N19"),
    ("2.125 ml", "N19"),
]


@pytest.mark.parametrize(("text", "broken"), BAD)
def test_a_bad_text_breaks_its_own_rules_in_every_region(text: str, broken: str) -> None:
    assert rules(text) == broken.split()
    for notation in (UK, US):
        assert set(rules(text, notation)) - {"N06", "N15"} == set(broken.split()) - {"N06"}


def test_each_rule_of_one_pattern_has_a_text_that_breaks_it_alone_or_beside_the_slash() -> None:
    alone = {broken.removeprefix("N07 ") for _, broken in BAD}
    assert alone == {f"N{number:02}" for number in range(1, 20)} - {"N13", "N15"}


SHORTHANDS = [
    "QD", "QOD", "BID", "BD", "TID", "TDS", "QID", "QDS", "QHS", "HS", "OD", "OM", "PRN", "PO", "IU", "CC", "BT",
    "qd", "qod", "bid", "tid", "tds", "qid", "qds", "qhs", "hs", "prn", "bd", "od", "q.d.", "q.o.d.", "b.i.d.",
    "b.d.", "t.i.d.", "t.d.s.", "q.i.d.", "q.d.s.", "q.h.s.", "h.s.", "o.d.", "o.m.", "p.r.n.", "p.o.", "i.u.",
    "c.c.", "b.t.", "B.I.D.", "P.R.N.",
]  # fmt: skip


@pytest.mark.parametrize("shorthand", SHORTHANDS)
@pytest.mark.parametrize("text", ["{}", "2 mg {}", "2 mg ({}) at night", "take it {}, with water"])
def test_every_latin_shorthand_is_caught_wherever_it_stands(shorthand: str, text: str) -> None:
    assert rules(text.format(shorthand)) == ["N05"]


GOOD = [
    # N01, N02: numbers that are written well, and numbers that are no doses.
    "1 mg", "2.5 mg", "0.5 mL", "10 mg", "100 mg", "10.5 mg", "1.05 mg", "20 mg", "0 mg", "made with v1.10", "1.10.2",
    "Wait... then phone", "at 10.05",
    # N03, N04: units apart from the number, sentences that end with another word.
    "10 mg in 5 mL", f"10{NO_BREAK}mg", "1 tablet", "2 mg daily.", "Take 2 tablets.", "(2 mg).", "a gram. of", "step 2g3",
    # N05: words that only look like shorthand.
    "in the morning and at bedtime", "e.g. in the morning", "i.e. at night", "at 8 a.m. and 8 p.m.", "A. Smith, B.D.S.",
    "forbid", "Biden", "the code is MBDX-QODS", "GOV.UK", "the U.S. label", "a hidden odd body", "on the bus",
    # N06: units and words with these letters.
    "5 mg", "enough drug", "bug", "a big mug",
    # N07, N08: words in place of the slash, and addresses.
    "2 mg in 5 mL", "half a tablet", "1 and a half tablets", "in the morning or at night",
    "see https://example.org/a/b?c=1&d=2", "see example.org/sheet-10mg.html for more", "www.example.org/1/2",
    "example.org/?p=.5", "Source (doi.org/10.1002/ccr3.70632)",
    # N09: ranges in words, and dashes that are none.
    "1 to 2 tablets", "28-day supply", "plan 7F3A-19 of 2 tablets", "0808 808 8000", "2026-03-02, 2 tablets",
    "10 mg - 2 tablets", "a 2-step plan", "2024-2027",
    # N10: signs between words, and the marks that are drawn beside symptoms.
    "1 tablet of 2 mg", "4 mg morning + 6 mg night", "max 2 mg", "2 extra", "( ! ) CALL THE SAME DAY",
    "[!] EMERGENCY: call 999", "< > CALL THE CLINIC", "<!> CALL", "< ! > CALL", "(!) 3 ( ) EXPECTED",
    # N11: thousands with a comma, and numbers that are no doses.
    "1,500 mg", "999 mg", "12,000 units", "in 2026 you take 2 mg", "plan 20261 version 1",
    # N12: digits, and words that begin like numerals.
    "Take 2 tablets", "take it now", "take in the morning", "Take vitamins", "the tablets I keep", "a Schedule IV tablet",
    # N14: dates by name, and the dates of machines.
    "Mon 2 Mar 2026", "2026-03-02", "from 2026-03-02 to 2026-12-31", "2026-03-02T08:00", "NHS 111, option 2", "step 1.2",
    # N16: names in small letters, at the head of a sentence, or within other words.
    "diazepam", "Diazepam is taken at night", "NORDIAZEPAM", "STOP. Take no more diazepam", "EMERGENCY",
    # N17: a source is named.
    "as on plan 7F3A-19 version 1", "as directed on plan 7F3A-19 version 1", "As directed in plan MGHG-NGZW",
    "as your doctor directed",
    # N18: counts that say of what, and sentences without a dose.
    "2 tablets (4 mg)", "take 1 and a half tablets", "take 2 and three quarters tablets", "Take 2.5 mL", "Take 2.5 mg",
    "Take 1 capsule", "Take 500 micrograms", "Take 1 g", "Take 1,500 mg", "Take 1 to 2 tablets", "Take 2  tablets",
    "Take half a tablet", "Take 1 modified-release tablet", "Take 2 white tablets", "Take 2 modified-release capsules",
    "Take the next dose", "take no more", "Never take two doses together", "this may take 2 weeks", "It takes 3 tries",
    "Missed 3 days or more? Phone today", "Stay on this dose: take 1 tablet (5 mg) at night", "a mistake 2 people made",
    "Take 2\ntablets",
    # N19: what can be measured.
    "6.375 mg", "6.5 mg", "2.5 mL", "2.25 mL", "14.2857% of the dose",
    # Nothing at all.
    "", " ", "STOP",
]  # fmt: skip

ONLY_INTERNATIONAL = ("Take 500 micrograms",)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_text_breaks_no_rule_in_any_region(text: str) -> None:
    for notation in Notation:
        if notation is not US or text not in ONLY_INTERNATIONAL:
            assert rules(text, notation) == []


class TestRegions:
    """A thousandth of a mg is named in one way in each region."""

    @pytest.mark.parametrize("text", ["500 mcg", "500 MCG", "500mcg"])
    def test_mcg_is_a_fault_in_the_united_kingdom_only(self, text: str) -> None:
        assert "N06" in rules(text, UK)
        assert "N06" not in rules(text, US)
        assert "N06" not in rules(text, INTERNATIONAL)

    @pytest.mark.parametrize("text", ["500 micrograms", "1 microgram", "500 Micrograms", "500 microgrammes"])
    def test_micrograms_in_full_are_a_fault_in_the_united_states_only(self, text: str) -> None:
        assert rules(text, US) == ["N06"]
        assert rules(text, UK) == rules(text, INTERNATIONAL) == []

    @pytest.mark.parametrize(("notation", "word"), [(UK, "micrograms"), (US, "mcg"), (INTERNATIONAL, "micrograms")])
    def test_the_advice_against_a_symbol_names_the_word_of_the_region(self, notation: Notation, word: str) -> None:
        (fault,) = faults(f"500 {MICRO}g", notation)
        assert fault.instead == f"write '{word}', not {MICRO}g"


class TestBelowOneMilligram:
    """In the United Kingdom an amount below 1 mg stands beside the equal number of micrograms."""

    PAIRED = (
        "500 micrograms (0.5 mg)",
        "500 micrograms, 0.5 mg",
        "500 micrograms(0.5 mg)",
        f"500{NO_BREAK}micrograms (0.5{NO_BREAK}mg)",
        "Take half a tablet of 1 mg, 500 micrograms (0.5 mg), at night",
        "1 microgram (0.001 mg)",
        "62.5 micrograms (0.0625 mg) is finer than a paper writes",
        "250 micrograms (0.25 mg) in the morning and 125 micrograms (0.125 mg) at night",
        "1 mg", "1.5 mg", "10.5 mg", "1,000.5 mg", "0 mg", "500 micrograms", "2 tablets of 500 micrograms (1 mg)",
    )  # fmt: skip

    @pytest.mark.parametrize("text", PAIRED)
    def test_both_units_pass(self, text: str) -> None:
        assert "N15" not in rules(text, UK)

    LONE = (
        "0.5 mg",
        "0.5mg",
        ".5 mg",
        "0.999 mg",
        "0.5 MG",
        "a cut of 0.5 mg (10%)",
        "0.5 mg (500 micrograms)",
        "500 micrograms or 0.5 mg",
        "500 micrograms in the morning, 0.5 mg at night",
        "600 micrograms (0.5 mg)",
        "5 micrograms (0.5 mg)",
        "1,500 micrograms (0.5 mg)",
        "half a tablet of 500 micrograms (0.25 mg)",
        "500 micrograms (0.5 mg) and 0.5 mg",
        "0.25 to 0.5 mg",
        "0.4 mg in 1 mL",
        "0.5 mg\n500 micrograms (0.5 mg)",
    )

    @pytest.mark.parametrize("text", LONE)
    def test_one_unit_or_two_that_differ_are_a_fault_there_and_nowhere_else(self, text: str) -> None:
        assert "N15" in rules(text, UK)
        assert "N15" not in rules(text, US)
        assert "N15" not in rules(text, INTERNATIONAL)

    def test_a_lone_amount_breaks_no_other_rule(self) -> None:
        assert rules("0.5 mg", UK) == rules("600 micrograms (0.5 mg)", UK) == ["N15"]

    @STEADY
    @given(st.integers(min_value=1, max_value=999))
    def test_the_advice_is_exact_and_is_itself_well_written(self, micrograms: int) -> None:
        (fault,) = faults(str(Dose(micrograms * 1000)), UK)
        instead = fault.instead.removeprefix("write ")
        assert instead == f"{micrograms} micrograms ({Dose(micrograms * 1000)})"
        assert rules(instead, UK) == []

    @STEADY
    @given(st.integers(min_value=1, max_value=999), st.integers(min_value=1, max_value=999))
    def test_only_the_equal_amount_passes(self, micrograms: int, other: int) -> None:
        text = f"{other} micrograms ({Dose(micrograms * 1000)})"
        assert rules(text, UK) == ([] if other == micrograms else ["N15"])


class TestSpreadsheets:
    """A cell holds numbers and dates for machines; words in it are read like any other."""

    @pytest.mark.parametrize("text", ["1500 mg", "02.03.2026", "2-3-2026"])
    def test_numbers_without_commas_and_numeric_dates_pass(self, text: str) -> None:
        assert rules(text) != []
        assert rules(text, spreadsheet=True) == []

    BOTH = tuple((text, broken) for text, broken in BAD if "N11" not in broken and "N14" not in broken)

    @pytest.mark.parametrize(("text", "broken"), BOTH)
    def test_every_other_rule_holds(self, text: str, broken: str) -> None:
        assert rules(text, spreadsheet=True) == broken.split()


class TestNamesOfDrugs:
    """Only the names that were given are looked for, as whole words."""

    def test_without_names_capitals_pass(self) -> None:
        assert faults("DIAZEPAM", UK) == ()

    def test_a_name_is_found_however_the_list_writes_it(self) -> None:
        (fault,) = faults("2 mg of DIAZEPAM", UK, drugs=["Diazepam"])
        assert (fault.rule, fault.instead) == ("N16", "write diazepam, not DIAZEPAM")

    def test_a_name_of_two_words_is_found(self) -> None:
        assert [fault.rule for fault in faults("SODIUM VALPROATE", UK, drugs=["sodium valproate"])] == ["N16"]

    def test_two_letters_are_no_name(self) -> None:
        assert faults("GP", UK, drugs=["gp"]) == ()


class TestAddresses:
    """A web address is not read, and nothing else passes for one."""

    @pytest.mark.parametrize("text", ["mg.take/leave", "2mg/5mL", "t.d.s/prn", "a.b/c", "Morning.Night/Noon"])
    def test_a_slash_after_a_full_stop_is_still_a_slash(self, text: str) -> None:
        assert "N07" in rules(text)

    def test_what_stands_around_an_address_is_read(self) -> None:
        assert rules("1.0 mg, see example.org/a/b (2 mg/5 mL)") == ["N01", "N07"]

    def test_an_address_of_mail_is_no_web_address(self) -> None:
        assert rules("someone@example.org/a") == ["N07", "N10"]


class TestWhatIsSaid:
    """A fault shows the place and what to write instead."""

    ADVICE = (
        ("Take 1.0 mg at night", "write 1 mg, not 1.0 mg"),
        ("2.50 mg", "write 2.5 mg, not 2.50 mg"),
        ("1.050 mg", "write 1.05 mg, not 1.050 mg"),
        ("10.00 mg", "write 10 mg, not 10.00 mg"),
        (".5 mg", "write 0.5 mg, not .5 mg"),
        ("10mg", "write 10 mg, not 10mg"),
        ("2.5mg", "write 2.5 mg, not 2.5mg"),
        ("10-20 mg", "write 10 to 20 mg, not 10-20 mg"),
        ("1500 mg", "write 1,500 mg, not 1500 mg"),
        ("1234567.1234 units", "write 1,234,567.1234 units, not 1234567.1234 units"),
        ("Take 2 at night", "write 'tablets', 'mL' or 'mg' after Take 2"),
    )

    @pytest.mark.parametrize(("text", "instead"), ADVICE)
    def test_the_advice_is_what_to_write(self, text: str, instead: str) -> None:
        (fault,) = faults(text, INTERNATIONAL)
        assert fault.instead == instead

    def test_the_fault_quotes_the_words_with_a_little_of_what_stands_around_them(self) -> None:
        text = "Keep this sheet safe. Starting today: take 1.0 mg each night until the next review of your plan."
        assert faults(text, UK) == (
            Fault(
                "N01", "no trailing zero", "tarting today: take 1.0 mg each night until th", "write 1 mg, not 1.0 mg"
            ),
        )

    def test_control_characters_are_spelled_out(self) -> None:
        (fault,) = faults("a\n1.0\tmg\x1b[2J", UK)
        assert fault.words == r"a\n1.0\tmg\x1b[2J"
        assert fault.instead == r"write 1\tmg, not 1.0\tmg"

    def test_every_fault_is_reported_in_the_order_of_the_text(self) -> None:
        found = faults("1.0 mg BID, DIAZEPAM 5mg, 0.5 mg, 2.0 mg", UK, drugs=DRUGS)
        assert [fault.rule for fault in found] == ["N01", "N05", "N16", "N03", "N15", "N01"]


class TestTheLastLine:
    """N20: a schedule that does not say how it ends goes on for ever, or ends with the supply."""

    ENDS = (
        "STOP",
        "STOP. Take no more diazepam.",
        "Mon 6 Jul 2026: STOP",
        "Stop. Take no more diazepam.",
        "Stay on this dose: take 1 tablet (5 mg) until your prescriber changes it.",
        "MAINTAIN 5 mg",
    )

    @pytest.mark.parametrize("last", ENDS)
    def test_stop_or_stay_passes(self, last: str) -> None:
        assert ending_fault(["Take 1 tablet (2 mg) at night.", last]) is None

    OPEN = (
        "",
        "  ",
        "Take 1 tablet (2 mg) at night.",
        "Do not STOP",
        "DO NOT STOP",
        "Do not stop suddenly",
        "STOPPING",
        "nonSTOP",
    )

    @pytest.mark.parametrize("last", OPEN)
    def test_anything_else_is_a_fault_even_after_stop(self, last: str) -> None:
        fault = ending_fault(["STOP", last])
        assert fault is not None and fault.rule == "N20"

    def test_a_schedule_without_lines_is_a_fault(self) -> None:
        fault = ending_fault([])
        assert fault is not None and fault.words == "(blank)"

    def test_the_fault_quotes_the_line_with_control_characters_spelled_out(self) -> None:
        fault = ending_fault(["Take 1 tablet\x1b[2J at night"])
        assert fault is not None and fault.words == r"Take 1 tablet\x1b[2J at night"


# Doses that a paper writes: whole micrograms, below the first thousand mg, where a comma is due.
PRINTED = st.integers(min_value=0, max_value=999_999).map(lambda micrograms: Dose(micrograms * 1000))
WHOLE = st.integers(min_value=1, max_value=999)
UNITS = st.sampled_from(["mg", "mL"])
AROUND = st.sampled_from(
    ["", "Take 2 tablets (4 mg) in the morning and", "STOP. Take no more diazepam,", "On Mon 2 Mar 2026", "2.5 mL or"]
)
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
INJECTED = st.one_of(
    st.builds(lambda n, unit: ("N01", f"{n}.0 {unit}"), WHOLE, UNITS),
    st.builds(lambda n, zeros: ("N01", f"0.{n}{'0' * zeros} mg"), WHOLE, st.integers(min_value=1, max_value=3)),
    st.builds(lambda n, unit: ("N02", f".{n} {unit}"), WHOLE, UNITS),
    st.builds(lambda dose: ("N03", str(dose).replace(" ", "")), PRINTED),
    st.builds(lambda n, unit: ("N04", f"{n} {unit}. daily"), WHOLE, UNITS),
    st.builds(lambda n, word: ("N05", f"{n} mg {word} with food"), WHOLE, st.sampled_from(SHORTHANDS)),
    st.builds(lambda n, unit: ("N06", f"{n} {unit}"), WHOLE, st.sampled_from([f"{MICRO}g", f"{MU}g", "ug"])),
    st.builds(lambda n, m: ("N07", f"{n} mg/{m} mL"), WHOLE, WHOLE),
    st.builds(lambda n, m: ("N08", f"{n}/{m} of a tablet"), WHOLE, WHOLE),
    st.builds(
        lambda n, m, dash: ("N09", f"{n}{dash}{m} mg"), WHOLE, WHOLE, st.sampled_from(["-", EN_DASH, f" {EM_DASH} "])
    ),
    st.builds(
        lambda n, m, sign: ("N10", f"{n} {sign} {m} mg"), WHOLE, WHOLE, st.sampled_from(["x", TIMES, "+", "<", "@"])
    ),
    st.builds(lambda n: ("N11", f"{n} mg"), st.integers(min_value=1000, max_value=10**9)),
    st.builds(lambda n: ("N12", f"take {n} at night"), st.sampled_from(ROMAN)),
    st.dates().map(lambda day: ("N14", f"{day.day}.{day.month}.{day.year:04}")),
    st.builds(lambda name: ("N16", name.upper()), st.sampled_from(DRUGS)),
    st.builds(lambda n: ("N18", f"take {n} at night"), WHOLE),
    st.builds(lambda n, m: ("N19", f"{n}.0001{m} mg"), WHOLE, WHOLE),
    st.builds(lambda n, m: ("N19", f"{n}.001{m} mL"), WHOLE, WHOLE),
)


class TestAnyText:
    """What holds for every dose and every fault, wherever it stands."""

    @STEADY
    @given(PRINTED)
    def test_every_dose_that_a_paper_writes_is_well_written(self, dose: Dose) -> None:
        assert rules(str(dose), INTERNATIONAL) == rules(str(dose), US) == []
        assert rules(str(dose), UK) == ([] if not dose or dose >= Dose.of_mg(1) else ["N15"])

    @STEADY
    @given(AROUND, INJECTED, AROUND, st.sampled_from(Notation))
    def test_a_fault_is_caught_wherever_it_stands(
        self, before: str, injected: tuple[str, str], after: str, notation: Notation
    ) -> None:
        rule, words = injected
        assert rule in rules(f"{before} {words} {after}".strip(), notation)

    @STEADY
    @given(INJECTED.filter(lambda injected: injected[0] in ("N01", "N02", "N03", "N09", "N11")))
    def test_what_is_advised_mends_the_fault(self, injected: tuple[str, str]) -> None:
        rule, words = injected
        (fault,) = (fault for fault in faults(words, INTERNATIONAL) if fault.rule == rule)
        mended, _, found = fault.instead.removeprefix("write ").partition(", not ")
        assert found in words
        assert rule not in rules(words.replace(found, mended))

    @STEADY
    @given(
        st.text(alphabet="0123456789.,/-<>&@+x mgLucrotablesTki()\n\u00b5\u00a0", max_size=60),
        st.sampled_from(Notation),
    )
    def test_no_text_makes_it_stumble_and_every_fault_is_told_on_one_line(self, text: str, notation: Notation) -> None:
        for fault in faults(text, notation, drugs=DRUGS):
            assert fault.words.isprintable() and fault.instead.isprintable()

    @pytest.mark.parametrize(
        "pattern", ["{}", "{}.{}", "{}.{} mg", "take {} {}", "{} micrograms (0.{} mg)", "{}-{} mg"]
    )
    def test_numbers_without_end_are_read_too(self, pattern: str) -> None:
        faults(pattern.format("1" * 5000, "5" * 5000), UK)
