"""Files that are no schedule: each is told in one plain line with what was found and what to do, and nothing is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from reading_builders import CANNOT, PASSED, TODAY, USAGE, Answer, check, command, drafted_csv, sheet

DIAZEPAM = ("--drug", "diazepam")
ROWS = (
    "2026-12-07,10",
    "2026-12-07,8",
    "2027-01-07,6",
    "2027-02-07,5",
    "2027-03-07,4",
    "2027-04-07,3",
    "2027-05-07,2.5",
    "2027-06-07,2",
    "2027-07-07,1",
    "2027-08-07,0",
)
GOOD = sheet("date,dose_mg", *ROWS)
OURS = drafted_csv("step", "diazepam", "10 mg", "26w", "--start", "2026-12-07", "--region", "gb")
SPACED = drafted_csv(
    "step", "prednisolone", "4 mg", "--ladder", "ng243-alternate-day", "--region", "gb", "--start", "2026-12-07"
)
FIRST_PRODUCTS = OURS.split("daily: ")[1].split(",")[0]


@dataclass(frozen=True)
class Fault:
    """A file with a fault, the words that must name what was found, and those that say what to do."""

    content: str | bytes
    found: str
    instead: str
    options: tuple[str, ...] = DIAZEPAM


def with_columns(columns: str) -> str:
    return GOOD.replace("date,dose_mg", columns)


def with_cell(right: str, wrong: str) -> str:
    """The good file with one cell changed, once."""
    return GOOD.replace(right, wrong, 1)


def ours_with(wrong: str) -> str:
    """Our own file with other products in its first row."""
    return OURS.replace(FIRST_PRODUCTS, wrong, 1)


NOT_TEXT = {
    "Windows letters": Fault(sheet("date,dose_mg,médecin", *ROWS).encode("cp1252"), "not UTF-8", "CSV UTF-8"),
    "UTF-16, as 'Unicode text' is saved": Fault(GOOD.encode("utf-16"), "UTF-16", "CSV UTF-8"),
    "UTF-16 without a mark": Fault(GOOD.encode("utf-16-le"), "binary", "CSV UTF-8"),
    "a workbook": Fault(b"PK\x03\x04\x14\x00\x06\x00" + bytes(200), "workbook", "CSV UTF-8"),
    "an old workbook": Fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "old Excel workbook", "CSV UTF-8"),
    "a picture": Fault(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8", "CSV UTF-8"),
    "bytes of a program": Fault(b"\x7fELF\x02\x01\x01" + bytes(64), "binary", "CSV"),
    "an empty file": Fault(b"", "no header row", "CSV UTF-8"),
    "a mark and nothing else": Fault(b"\xef\xbb\xbf", "no header row", "CSV UTF-8"),
    "blank lines": Fault("\n\n\n", "no header row", "CSV UTF-8"),
    "a header only": Fault("date,dose_mg\n", "header and no rows", "one row"),
    "a header and empty rows": Fault("date,dose_mg\n,\n,\n", "header and no rows", "one row"),
    "a quote that is never closed": Fault(GOOD + '2027-10-07,"' + "0" * 200_000, "no sound CSV", "quote"),
}
TABLES = {
    "semicolons": Fault(GOOD.replace(",", ";"), "semicolons", "comma"),
    "semicolons and decimal commas": Fault(GOOD.replace(",", ";").replace(".", ","), "semicolons", "decimal point"),
    "tabs": Fault(GOOD.replace(",", "\t"), "no dose", "dose_mg"),
    "a decimal comma in quotes": Fault(with_cell("2.5", '"2,5"'), "'2,5'", "decimal point"),
    "a decimal comma that makes a cell more": Fault(with_cell("2.5", "2,5"), "line 8", "decimal comma"),
    "a merged header": Fault(
        sheet("date,,dose_mg", *(row.replace(",", ",Mon,") for row in ROWS)), "column 2", "merged"
    ),
    "a title above the header": Fault("Taper of December,\n" + GOOD, "line 2 has 2 cells", "a name above each column"),
    "two columns of one name": Fault(
        sheet("date,dose_mg,dose_mg", *(f"{row},1" for row in ROWS)), "'dose_mg'", "rename"
    ),
    "two columns that differ in case only": Fault(
        sheet("date,dose_mg,Dose mg", *(f"{row},1" for row in ROWS)), "'dose_mg'", "rename"
    ),
    "no column of doses": Fault(with_columns("date,weight"), "no dose", "dose_mg"),
    "no column of dates": Fault(
        with_columns("week,dose_mg"), "no column of dates (the first columns are 'week', 'dose_mg')", "'date'"
    ),
    "a hundred thousand columns": Fault(
        sheet(",".join(f"c{number}" for number in range(100_000)), "1,2"), "no dose", "dose_mg"
    ),
    "a row with more cells than columns": Fault(with_cell("2027-02-07,5", "2027-02-07,5,4"), "line 5", "column"),
    "a row that ends after its date": Fault(with_cell("2027-02-07,5", "2027-02-07"), "line 5: no dose", "dose_mg"),
    "a row without a date": Fault(with_cell("2027-02-07,5", ",5"), "line 5: no date", "2026-12-07"),
    "one dose only": Fault(sheet("date,dose_mg", ROWS[0]), "one dose only", "starting dose"),
    "a hundred thousand rows": Fault(
        sheet("date,dose_mg", *[ROWS[0]] * 100_000), "100000 rows", "one schedule at a time"
    ),
    "another schema": Fault(OURS.replace("taper.step.v1", "taper.intake.v1"), "taper.intake.v1", "step or day file"),
    "a schema of the future": Fault(
        OURS.replace("taper.step.v1", "taper.step.v9"), "taper.step.v9", "step or day file"
    ),
}
CELLS = {
    "a dose without a unit": Fault(with_columns("date,dose"), "'10' has no unit", "dose_mg"),
    "a unit that is misread": Fault(with_columns("date,dose").replace("10\n", "10 ug\n"), "'ug'", "micrograms"),
    "a dose in mL": Fault(with_columns("date,dose").replace(",10\n", ",10 mL\n"), "mL", "mg"),
    "a negative dose": Fault(with_cell("2.5", "-2.5"), "'-2.5'", "mg"),
    "a dose in words": Fault(with_cell(",8", ",eight"), "'eight'", "mg"),
    "not a number": Fault(with_cell(",8", ",nan"), "nan", "mg"),
    "infinity": Fault(with_cell(",8", ",inf"), "inf", "mg"),
    "a formula": Fault(with_cell(",8", ",=B2-2"), "'=B2-2'", "mg"),
    "a spreadsheet's error": Fault(with_cell(",8", ",#REF!"), "'#REF!'", "mg"),
    "a range": Fault(with_cell(",8", ",6-8"), "'6-8'", "mg"),
    "an exponent": Fault(with_cell(",8", ",8e0"), "'8e0'", "mg"),
    "digits of another script": Fault(with_cell(",8", ",８"), "８", "mg"),
    "a starting dose of zero": Fault(with_cell(",10", ",0"), "starting dose", "above zero"),
    "a date two countries read differently": Fault(with_cell("2027-02-07", "03/04/2026"), "'03/04/2026'", "2026-12-07"),
    "31 June": Fault(with_cell("2027-06-07", "2027-06-31"), "'2027-06-31' does not exist", "2026-12-07"),
    "29 February of a common year": Fault(with_cell("2027-02-07", "2027-02-29"), "'2027-02-29'", "2026-12-07"),
    "a date as a workbook's number": Fault(with_cell("2027-02-07", "46425"), "'46425'", "2026-12-07"),
    "a date with an hour": Fault(with_cell("2027-02-07", "2027-02-07 08:30"), "08:30", "2026-12-07"),
    "a date in the first years": Fault(GOOD.replace("2026", "0001"), "0001-12-07", "2026-12-07"),
    "a last day at the end of all dates": Fault(
        sheet("start_date,end_date,dose_mg", "2026-12-07,2026-12-20,10", "2026-12-21,9999-12-31,8", "2027-12-07,,0"),
        "9999-12-31",
        "date",
    ),
    "a date that stands twice": Fault(
        with_cell("2027-02-07", "2027-01-07"), "2027-01-07 stands in line 4", "leave one"
    ),
    "a product that is no amount": Fault(ours_with("five tablets"), "'five tablets'", "tablets of 2 mg", ()),
    "a count that is no number": Fault(ours_with("1/3 tablets of 2 mg"), "'1/3'", "1.5", ()),
    "a form that nobody sells": Fault(ours_with("2 mL of 2 mg in 5 mL elixir"), "elixir", "oral solution", ()),
    "a volume that is no number": Fault(ours_with("2 mL of 2 mg in x mL oral solution"), "line 2", "mL", ()),
    "tablets of 0 mg": Fault(sheet("date,dose_mg,tabs_0mg", *(f"{row},1" for row in ROWS)), "'tabs_0mg'", "tabs_2mg"),
    "tablets finer than a nanogram": Fault(
        sheet("date,dose_mg,tabs_0p0000001mg", *(f"{row},1" for row in ROWS)), "'tabs_0p0000001mg'", "tabs_2mg"
    ),
    "words that take back more than they give": Fault(
        SPACED.replace(",alternate,3,", ",alternate,9,", 1), "instruction_text says -2 mg", "restore", ()
    ),
    "words with a dose of twelve decimals": Fault(
        OURS.replace(" mg) once a day", ".000000000001 mg) once a day", 1), "instruction_text says", "restore", ()
    ),
    "a slot of no day": Fault(OURS.replace("daily: ", "teatime: ", 1), "'teatime'", "morning", ()),
}
DRUGS = {
    "no drug": Fault(GOOD, "does not say which drug", "--drug diazepam", ()),
    "an unknown drug": Fault(GOOD, "'diazepan'", "diazepam", ("--drug", "diazepan")),
    "an unknown drug in the file": Fault(
        sheet("date,dose_mg,drug", *(f"{row},xanadu" for row in ROWS)), "'xanadu'", "do not stop it suddenly", ()
    ),
    "two drugs": Fault(
        sheet("date,dose_mg,drug", *(f"{row},diazepam" for row in ROWS[:3]), "2027-02-07,1,lorazepam"),
        "more than one drug",
        "a file of its own",
        (),
    ),
    "two drugs, with one of them typed": Fault(
        sheet("date,dose_mg,drug", *(f"{row},diazepam" for row in ROWS[:3]), "2027-02-07,1,lorazepam"),
        "more than one drug",
        "a file of its own",
    ),
    "another drug typed than the file names": Fault(
        sheet("date,dose_mg,drug", *(f"{row},diazepam" for row in ROWS)),
        "diazepam",
        "lorazepam",
        ("--drug", "lorazepam"),
    ),
    "an unknown product": Fault(GOOD, "7 mg", "2 mg", (*DIAZEPAM, "--products", "7 mg tablet")),
    "a dose more than ten times above any label": Fault(
        sheet("date,dose_mg", "2026-12-07,1000", "2026-12-07,800", "2027-12-07,0"), "1000 mg", "decimal point"
    ),
    "a starting dose of a kilogram": Fault(
        sheet("date,dose_mg", "2026-12-07,900000", "2026-12-07,800000", "2027-12-07,0"), "mg", "decimal point"
    ),
    "a hundred grams in a later row": Fault(with_cell(",5", ",100000"), "100000 mg", "decimal point"),
}


def assert_told_in_one_line(answer: Answer, fault: Fault) -> None:
    """Exit code 3; one line on stderr with what was found and what to do; nothing on stdout, no traceback."""
    assert answer.code == CANNOT, answer.err
    assert answer.out == ""
    assert answer.err.startswith("taper: ")
    assert answer.err.count("\n") == 1 and answer.err.endswith("\n")
    assert "Traceback" not in answer.err
    assert fault.found in answer.err
    assert fault.instead in answer.err


@pytest.mark.parametrize("fault", NOT_TEXT.values(), ids=NOT_TEXT)
def test_what_is_no_text_is_named_and_how_to_save_it(fault: Fault) -> None:
    assert_told_in_one_line(check(fault.content, *fault.options), fault)


@pytest.mark.parametrize("fault", TABLES.values(), ids=TABLES)
def test_what_is_no_table_of_dates_and_doses_is_named(fault: Fault) -> None:
    assert_told_in_one_line(check(fault.content, *fault.options), fault)


@pytest.mark.parametrize("fault", CELLS.values(), ids=CELLS)
def test_a_cell_that_cannot_be_read_is_quoted(fault: Fault) -> None:
    assert_told_in_one_line(check(fault.content, *fault.options), fault)


@pytest.mark.parametrize("fault", DRUGS.values(), ids=DRUGS)
def test_a_drug_or_dose_that_cannot_be_meant_is_quoted(fault: Fault) -> None:
    assert_told_in_one_line(check(fault.content, *fault.options), fault)


@pytest.mark.parametrize("fault", [NOT_TEXT["a workbook"], TABLES["semicolons"], CELLS["31 June"]])
def test_a_fault_is_told_in_the_same_words_as_json(fault: Fault) -> None:
    answer = check(fault.content, *fault.options, "--json")
    assert (answer.code, answer.out) == (CANNOT, "")
    told = json.loads(answer.err)["error"]["message"]
    assert fault.found in told and fault.instead in told


@pytest.mark.parametrize("fault", [NOT_TEXT["an empty file"], TABLES["semicolons"], CELLS["31 June"]])
def test_standard_input_is_judged_as_strictly_as_a_file(fault: Fault) -> None:
    content = fault.content.encode() if isinstance(fault.content, str) else fault.content
    assert_told_in_one_line(command("check", "-", *DIAZEPAM, stdin=content), fault)


def test_a_good_file_on_standard_input_passes_under_that_name() -> None:
    answer = command("check", "-", *DIAZEPAM, "--today", TODAY, stdin=GOOD.encode())
    assert answer.code == PASSED, answer.err
    assert "standard input: diazepam" in answer.out


def test_the_good_file_passes_with_whatever_a_spreadsheet_adds() -> None:
    """A byte-order mark, line ends of Windows and of old Macs, quotes, spaces, empty rows and columns at the end."""
    variants = (
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        "".join(f'"{row.replace(",", chr(34) + "," + chr(34))}"\n' for row in GOOD.splitlines()).encode(),
        GOOD.replace(",", " , ").encode(),
        GOOD.replace("\n", ",,\n").encode() + b",,,\n,,,\n",
        GOOD.replace("date,dose_mg", "DATE,Dose (mg)").encode(),
    )
    for content in variants:
        answer = check(content, *DIAZEPAM)
        assert answer.code == PASSED, (content, answer.err)


def test_a_missing_file_a_folder_and_a_file_that_may_not_be_read_are_named(tmp_path: Path) -> None:
    for file, found in ((tmp_path / "none.csv", "none.csv"), (tmp_path, tmp_path.name)):
        answer = command("check", str(file), *DIAZEPAM)
        assert_told_in_one_line(answer, Fault("", found, "check the name"))


def test_a_slip_in_an_option_is_a_slip_of_the_command_line() -> None:
    for slip in (
        ("--today", "31/12/2026"),
        ("--region", "atlantis"),
        ("--guideline", "nobody-2020"),
        ("--context", "pregnnancy"),
        ("--accept", "last-dose"),
        ("--split", "third"),
        ("--unheard-of",),
    ):
        answer = check(GOOD, *DIAZEPAM, *slip)
        assert (answer.code, answer.out) == (USAGE, ""), slip
        assert answer.err.count("\n") == 1, slip


@pytest.mark.parametrize("pieces", [("dose_mg,unit", "mcg"), ("dose_mg,units", "micrograms"), ("dose_mg,unit", "mL")])
def test_a_unit_column_that_contradicts_the_dose_column_is_never_passed_over(pieces: tuple[str, str]) -> None:
    columns, unit = pieces
    answer = check(sheet(f"date,{columns}", *(f"{row},{unit}" for row in ROWS)), *DIAZEPAM)
    assert answer.code == CANNOT
    assert unit in answer.err


TIMES = ("times_per_day", "times a day", "frequency", "doses_per_day", "tablets", "number of tablets", "quantity")


@pytest.mark.parametrize("column", TIMES)
def test_a_column_that_multiplies_the_dose_is_never_passed_over(column: str) -> None:
    """5 mg three times a day, then once a day: a cut of two thirds that no single dose shows."""
    doses = ("5,3", "4,3", "4,1", "3,1", "2.5,1", "2,1", "1,1", "0,1")
    rows = (f"{row.split(',')[0]},{dose}" for row, dose in zip(ROWS, doses, strict=False))
    answer = check(sheet(f"date,dose_mg,{column}", *rows), *DIAZEPAM)
    assert answer.code != PASSED


def test_two_columns_of_doses_that_disagree_are_never_settled_silently() -> None:
    rows = (
        f"{row},{float(row.split(',')[1]) / 2 if place > 3 else row.split(',')[1]}" for place, row in enumerate(ROWS)
    )
    answer = check(sheet("date,total_mg,dose_mg", *rows), *DIAZEPAM)
    assert answer.code != PASSED


def test_the_longest_file_that_is_read_is_judged_while_one_waits() -> None:
    """Fifty years of single days: more than any taper, less than the limit of rows."""
    first = date(2026, 12, 7)
    days = (f"{first + timedelta(days=passed)},{10 if passed < 18_000 else 8}" for passed in range(18_250))
    answer = check(sheet("date,dose_mg", *days), *DIAZEPAM)
    assert answer.code in (PASSED, 4)
    assert "one row a day" in answer.out


@pytest.mark.parametrize("year", ["2057", "1997", "2025"])
@pytest.mark.parametrize("row", [2, 3, 5, 8])
def test_a_row_with_a_mistyped_year_is_judged_and_refused(row: int, year: str) -> None:
    lines = GOOD.splitlines()
    answer = check("\n".join((*lines[:row], year + lines[row][4:], *lines[row + 1 :])), *DIAZEPAM, "--region", "gb")
    assert answer.code in (CANNOT, 4), answer.err
    assert "Traceback" not in answer.err
