"""A panel of patients is read row by row: a fault in one row is that row's own, a fault in the file is told before any row."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taper_cli.model.errors import CannotPlan, InvalidInput, TaperError
from taper_cli.model.panel import Columns, PanelRow, Result
from taper_cli.reading.codes import CodePlaces
from taper_cli.reading.panel import Panel
from taper_cli.reading.results import EarlierResults
from taper_cli.render.results import result_line, results_head

COLUMNS = Columns(
    known=("code", "drug", "dose", "over", "products", "for", "supply_days"), needed=("code", "drug", "dose")
)
HEADER = "code,drug,dose,over"
GOOD = "A1,diazepam,20 mg,26w"
STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)


def panel(content: bytes | str) -> Panel:
    return Panel(io.BytesIO(content.encode() if isinstance(content, str) else content), "panel.csv", COLUMNS)


def rows(*lines: str, header: str = HEADER) -> list[PanelRow]:
    return list(panel("\n".join((header, *lines)) + "\n"))


def only(*lines: str, header: str = HEADER) -> PanelRow:
    """The one row of a panel."""
    (row,) = rows(*lines, header=header)
    return row


class TestASoundRow:
    """Its cells by column, its code, and its number as a spreadsheet shows it."""

    def test_has_its_code_apart_and_its_cells_by_column(self) -> None:
        assert only(GOOD) == PanelRow(2, "A1", (("drug", "diazepam"), ("dose", "20 mg"), ("over", "26w")))

    def test_keeps_its_number_after_empty_rows(self) -> None:
        assert [row.number for row in rows(GOOD, "", ",,,", "A2,diazepam,20 mg,26w")] == [2, 5]

    def test_may_be_shorter_than_the_header_where_the_last_cells_are_empty(self) -> None:
        assert only("A1,diazepam,20 mg").fault == ()

    def test_has_its_spaces_trimmed(self) -> None:
        assert only(" A1 , diazepam , 20 mg ,26w").cells[0] == ("drug", "diazepam")

    @pytest.mark.parametrize(
        "header", ["Code,DRUG,Dose,Supply-days", "code,drug,dose,supply days", "code,drug,dose,supply_days"]
    )
    def test_has_columns_named_in_any_plain_way(self, header: str) -> None:
        assert only("A1,diazepam,20 mg,28", header=header).get("supply_days") == "28"

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbfcode,drug,dose\nA1,diazepam,20 mg\n",
            b"code,drug,dose\r\nA1,diazepam,20 mg\r\n",
            b"code,drug,dose\rA1,diazepam,20 mg\r",
            b'"code","drug","dose"\n"A1","diazepam","20 mg"',
        ],
        ids=["byte-order mark", "Windows lines", "old Mac lines", "quotes, no line end"],
    )
    def test_is_read_however_the_file_was_saved(self, content: bytes) -> None:
        (row,) = panel(content)
        assert (row.code, row.get("drug"), row.fault) == ("A1", "diazepam", ())


class TestACode:
    """It names files: a strict pattern, nothing that is a path, an option, a formula or a device, and each code once."""

    @pytest.mark.parametrize("code", ["A", "A1", "0042", "a-b_c", "x" * 40])
    def test_of_letters_digits_and_dashes_is_taken(self, code: str) -> None:
        assert only(f"{code},diazepam,20 mg,26w").code == code

    @pytest.mark.parametrize(
        "code",
        [
            "Jane Roe", "../A1", "a/b", "a\\b", ".A1", "A.1", "-A1", "_A1", "=A1", "+1", "@A1", "A:1", "Ä1", "٣", "x" * 41,
            "CON", "nul", "com1", "LPT9", "results", "Results",
        ],
    )  # fmt: skip
    def test_of_another_kind_is_refused_and_not_repeated(self, code: str) -> None:
        row = only(f"{code},diazepam,20 mg,26w")
        assert row.code == ""
        assert "the name of a file" in row.fault[0]
        assert code not in " ".join(row.fault).replace("results.csv", "")

    def test_that_is_missing_is_told(self) -> None:
        assert only(",diazepam,20 mg,26w").fault[0] == "there is no code"

    def test_that_stands_twice_is_refused_in_every_row_capitals_or_not(self) -> None:
        found = rows("A1,diazepam,20 mg,26w", "B1,diazepam,20 mg,26w", "a1,diazepam,10 mg,26w")
        assert [bool(row.fault) for row in found] == [True, False, True]
        assert "stands in rows 2, 4" in found[0].fault[0]

    def test_that_stands_often_is_told_with_the_first_rows(self) -> None:
        assert "rows 2, 3, 4 and more" in rows(*[GOOD] * 5)[4].fault[0]

    def test_has_its_places_found_among_many(self) -> None:
        places = CodePlaces((f"P{number % 900}", number) for number in range(1000))
        assert places.of("p5") == [5, 905]
        assert places.of("P899") == [899]
        assert places.of("Q1") == []


class TestASpoiltRow:
    """What cannot be told apart in a row is its own fault, and the next row is read as ever."""

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("A1,diazepam,20 mg,26w,extra", "5 cells under 4 columns"),
            ('A1,"dia\nzepam",20 mg,26w', "a line break"),
            ("A1,diazepam,20\0 mg,26w", "a cell holds a zero byte"),
            ("A\0,diazepam,20 mg,26w", "a cell holds a zero byte"),
            ("A1,,20 mg,26w", "there is no drug"),
            ("A1,diazepam,,26w", "there is no dose"),
        ],
    )
    def test_is_told_and_stays_alone(self, line: str, found: str) -> None:
        spoilt, sound = rows(line, "A2,diazepam,20 mg,26w")
        assert found in spoilt.fault[0]
        assert (sound.code, sound.fault) == ("A2", ())

    def test_that_swallows_others_by_a_missing_quote_is_never_planned(self) -> None:
        swallowing, after = rows(
            'A1,"diazepam,20 mg,26w', "A2,diazepam,20 mg,26w", 'A3,diazepam",20 mg,26w', "A4,diazepam,2 mg,9w"
        )
        assert "line break" in swallowing.fault[0] and "quote" in swallowing.fault[2]
        assert after.code == "A4"

    @STEADY
    @given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), min_size=1, max_size=5))
    def test_of_any_cells_leaves_the_rows_around_it_as_they_were(self, spoilt: list[list[str]]) -> None:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream)
        writer.writerow(HEADER.split(","))
        for number, cells in enumerate(spoilt):
            writer.writerow((f"Good{number}", "diazepam", "20 mg", "26w"))
            writer.writerow([cell.replace("\0", "") for cell in cells])
        writer.writerow(("Last", "diazepam", "20 mg", "26w"))
        found = {
            row.code: row
            for row in panel(stream.getvalue().encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        }
        for code in (*(f"Good{number}" for number in range(len(spoilt))), "Last"):
            assert dict(found[code].cells) == {"drug": "diazepam", "dose": "20 mg", "over": "26w"}


class TestAPanel:
    """A fault of the whole file is told at once, in one line, with what to do."""

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"", "no header row"),
            (b"\n\n", "no header row"),
            (b"code,drug,dose\n", "no rows"),
            (b"PK\x03\x04" + bytes(50), "workbook"),
            (b"\xd0\xcf\x11\xe0" + bytes(50), "old Excel workbook"),
            ("code,drug,dose\nA1,x,1 mg\n".encode("utf-16"), "UTF-16"),
            (b"code;drug;dose\nA1;diazepam;2,5 mg\n", "semicolons"),
            (b"code,drug,dose\nA1,diaz\xe9pam,20 mg\n", r"not UTF-8 \(line 2\)"),
            (
                b"code,drug,dose\n" + 3000 * b"A1,diazepam,20 mg\n" + b"A1,diaz\xe9pam,20 mg\n",
                r"not UTF-8 \(line 3002\)",
            ),
            (b"code,dr\0ug,dose\nA1,diazepam,20 mg\n", "binary"),
            (b'code,drug,dose\nA1,"diazepam,20 mg\n', "no sound CSV"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_that_is_no_csv_cannot_be_planned(self, content: bytes, found: str) -> None:
        with pytest.raises(CannotPlan, match=found):
            panel(content)

    @pytest.mark.parametrize(
        ("header", "found"),
        [
            ("code,drug,dose,prodcuts", "did you mean products"),
            ("code,drug,dose,frobnicate", "they are code, drug"),
            ("drug,dose", "no column 'code'"),
            ("code,drug", "no column 'dose'"),
            ("code,drug,dose,Dose", "two columns called 'dose'"),
            ("code,,dose", "no name for column 2"),
            ("code,drug,dose,name", "without anything that names a person"),
            ("code,drug,dose,Date of birth", "without anything that names a person"),
        ],
    )
    def test_with_other_columns_is_not_understood(self, header: str, found: str) -> None:
        with pytest.raises(InvalidInput, match=re.escape(found)):
            panel(f"{header}\nA1,diazepam,20 mg\n")

    def test_is_gone_through_again_as_the_first_time(self) -> None:
        read = panel(f"{HEADER}\n{GOOD}\nA2,x,1 mg\n")
        assert (list(read), read.count) == (list(read), 2)

    @STEADY
    @given(
        st.binary(max_size=200) | st.binary(max_size=80).map(lambda tail: b"code,drug,dose\nA1,diazepam,20 mg\n" + tail)
    )
    def test_of_any_bytes_is_read_or_told_in_one_line(self, content: bytes) -> None:
        try:
            read = panel(content)
        except TaperError as error:
            assert "\n" not in str(error)
        else:
            found = list(read)
            assert len(found) == read.count > 0
            for row in found:
                assert row.code == "" or re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", row.code, re.ASCII)
                assert row.fault or (row.code and row.get("drug") and row.get("dose"))


class TestEarlierResults:
    """What an earlier run wrote is found by code; what was cut off or edited counts as not there."""

    RESULT = Result(code="A1", row="2", outcome="refused", exit_code="4", why='too fast; type "22w"', request_id="x")

    def table(self, *lines: bytes) -> EarlierResults:
        return EarlierResults(io.BytesIO(b"".join((results_head(excel=False), *lines))), "results.csv")

    def test_are_found_by_code_as_they_were_written(self) -> None:
        other = self.RESULT._replace(code="B1", why="=1+1")
        found = self.table(result_line(other), result_line(self.RESULT))
        assert found.of("A1") == self.RESULT
        assert found.of("C1") is None

    def test_are_found_behind_a_byte_order_mark(self) -> None:
        found = EarlierResults(io.BytesIO(results_head(excel=True) + result_line(self.RESULT)), "results.csv")
        assert found.of("A1") == self.RESULT

    def test_do_not_count_where_the_line_was_cut_off(self) -> None:
        line = result_line(self.RESULT)
        assert all(self.table(line[:length]).of("A1") is None for length in range(len(line)))

    def test_do_not_count_where_a_code_stands_twice(self) -> None:
        assert self.table(result_line(self.RESULT), result_line(self.RESULT)).of("A1") is None

    @pytest.mark.parametrize("content", [b"", b"code,row\n", b"date,dose_mg\n2026-12-07,10\n"])
    def test_of_another_kind_are_refused(self, content: bytes) -> None:
        with pytest.raises(InvalidInput, match="no table of results"):
            EarlierResults(io.BytesIO(content), "results.csv")
