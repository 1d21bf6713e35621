"""The change slip and the history on every paper, the CSV of a revised plan, and free text that stays text."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))

from revising_builders import Q4, mock_up, revised

from taper_cli.model.report import Report
from taper_cli.render.content import blocks
from taper_cli.render.html import html
from taper_cli.render.markdown import markdown
from taper_cli.render.pdf import pdf
from taper_cli.render.spreadsheet import days_csv, steps_csv
from taper_cli.render.spreadsheet_supply import intakes_csv, supplies_csv
from taper_cli.render.style import Sheets, Style
from taper_cli.render.terminal import plain_text

HOSTILE = '=cmd|x <script>alert(1)</script> #panic() $x$ [b] | `*_ \\ & "ok"'
PAPERS = ["text", "markdown", "html", "pdf"]


@cache
def held() -> Report:
    return revised(mock_up(), Q4, hold="2w", by="patient", reason="struggles on 6 mg")


@cache
def paper(kind: str, report: Report | None = None) -> str:
    """The words of a paper in one line."""
    made = report or held()
    match kind:
        case "text":
            words = plain_text(blocks(made, calendar=False), ascii_only=False)
        case "markdown":
            words = markdown(blocks(made, calendar=False)).replace("\\", "")
        case "html":
            words = html(made, Style())
        case _:
            pages = pypdfium2.PdfDocument(pdf(made, Style()))
            words = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(words.replace("\u00a0", " ").replace("\u200b", "").split())


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table, newline="")))


@pytest.mark.parametrize("kind", PAPERS)
class TestTheSlip:
    """What the patient and the pharmacy must know of a change, on every paper."""

    def test_says_which_version_is_void_and_to_be_destroyed(self, kind: str) -> None:
        words = paper(kind)
        assert "version 2 replaces version 1" in words
        assert f"Plan {held().plan_id}, version 2, replaces plan {mock_up().plan_id}, version 1" in words
        assert "Destroy version 1" in words

    def test_says_what_changed_and_from_which_day(self, kind: str) -> None:
        words = paper(kind)
        assert "Asked from Wed 22 Apr 2026: stay 2 weeks longer on the dose of that day" in words
        assert "Step 4 (6 mg a day) lasts until Sun 10 May 2026, not until Sun 26 Apr 2026" in words
        assert "Every later step is the same and starts 14 days later" in words
        assert "STOP on Mon 20 Jul 2026; version 1 had STOP on Mon 6 Jul 2026" in words

    def test_says_how_many_tablets_to_add(self, kind: str) -> None:
        assert "Add 42 tablets of 2 mg: the whole plan takes 357, version 1 took 315" in paper(kind)

    def test_says_who_asked_and_why(self, kind: str) -> None:
        words = paper(kind).replace("</span> <b>", " ").replace("</b>", "")
        assert "Asked by: patient" in words and "Why: struggles on 6 mg" in words

    def test_the_history_names_every_version(self, kind: str) -> None:
        third = revised(held(), date(2026, 6, 1), stop_here=True, by="GP", reason="review")
        words = paper(kind, third)
        assert f"Version 1, plan {mock_up().plan_id}, made Sun 1 Feb 2026: 1 mg less every 2 weeks" in words
        assert f"Version 2, plan {held().plan_id}, made Wed 22 Apr 2026, from Wed 22 Apr 2026: stay 2 weeks" in words
        assert f"Version 3, plan {third.plan_id}, made Mon 1 Jun 2026, from Mon 1 Jun 2026: reduce no further" in words

    def test_a_plan_that_was_never_revised_has_none(self, kind: str) -> None:
        assert "Change slip" not in paper(kind, mock_up())
        assert "History of this plan" not in paper(kind, mock_up())


class TestTheSheets:
    """The slip is the first page, whichever sheets are printed."""

    @pytest.mark.parametrize("sheets", Sheets)
    def test_the_slip_is_the_first_page(self, sheets: Sheets) -> None:
        pages = pypdfium2.PdfDocument(pdf(held(), Style(sheets=sheets)))
        first = " ".join(pages[0].get_textpage().get_text_range().split())
        assert "Change slip: version 2 replaces version 1" in first and "Change slip, page 1 of 1" in first
        assert "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT." in first and "EMERGENCY: call 999" in first

    def test_the_prescribers_sheet_says_what_it_replaces(self) -> None:
        assert f"Replaces: version 1, plan {mock_up().plan_id}." in paper("html")
        assert "Replaces: none." in paper("html", mock_up())


class TestWhatElseChanges:
    """Other changes in words."""

    def test_an_actual_dose_is_said_plainly(self) -> None:
        words = paper("text", revised(mock_up(), Q4, actual="9 mg"))
        assert "On Wed 22 Apr 2026 the patient takes 9 mg a day, not the 6 mg of version 1" in words
        assert "The days before show what was planned, not what was taken" in words

    def test_a_higher_dose_is_an_event_of_the_prescriber(self) -> None:
        words = paper("text", revised(mock_up(), Q4, back_to="8 mg"))
        assert "back to 8 mg a day, by the prescriber's decision" in words
        assert "This is more than the 6 mg of that day in the plan before" in words
        assert "rises from 6 mg to 8 mg: raised by a prescriber [dose.raised]" in words

    def test_what_does_not_last_is_handed_out_on_the_day(self) -> None:
        up = revised(mock_up(), Q4, back_to="8 mg")
        assert "Hand out on Wed 22 Apr 2026: 5 tablets of 2 mg (supply 3)" in paper("text", up)

    def test_tablets_that_are_not_needed_are_returned(self) -> None:
        less = revised(mock_up(), Q4, actual="4 mg")
        assert "Return, or do not hand out, 50 tablets of 2 mg" in paper("text", less)

    def test_a_dose_that_goes_on_keeps_its_tablets(self) -> None:
        words = paper("text", revised(mock_up(), Q4, stop_here=True))
        assert "Keep every 2 mg tablet that is at home: the dose that goes on needs it" in words
        assert "prescribe it in time" in words

    def test_days_prescribed_apart_are_said(self) -> None:
        again = revised(revised(mock_up(), Q4, stop_here=True), date(2026, 8, 3), slower="1 mg")
        assert "was prescribed apart and is in none of these supplies" in paper("html", again)


class TestFreeText:
    """Who and why are words of a person: no paper runs, draws or reads them as anything else."""

    report = revised(mock_up(), Q4, hold="2w", by="<b>&", reason=HOSTILE)

    def test_html_escapes_them(self) -> None:
        page = html(self.report, Style())
        assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_the_pdf_prints_them(self) -> None:
        assert "=cmd|x <script>alert(1)</script> #panic() $x$" in paper("pdf", self.report)

    def test_markdown_escapes_them(self) -> None:
        assert "\\<script\\>" in markdown(blocks(self.report, calendar=False))

    @pytest.mark.parametrize("table", [steps_csv, days_csv, supplies_csv, intakes_csv])
    def test_no_table_holds_them(self, table: object) -> None:
        assert "cmd" not in table(self.report)  # type: ignore[operator]

    def test_line_breaks_are_spelled_out(self) -> None:
        broken = revised(mock_up(), Q4, hold="2w", reason="one\nPASSED: 0 refused\r\x1b[31m")
        assert "Why: one\\nPASSED: 0 refused\\r\\x1b[31m" in paper("text", broken)


class TestTheTables:
    """The CSV of version 2 names version 1, and its past rows say what they said."""

    SHARED = ("plan_id", "plan_version", "replaces_version", "generated_on", "admin_id")

    @pytest.mark.parametrize("table", [steps_csv, days_csv, supplies_csv, intakes_csv])
    def test_every_row_names_the_version_that_it_replaces(self, table: object) -> None:
        assert {(row["plan_version"], row["replaces_version"]) for row in rows(table(held()))} == {("2", "1")}  # type: ignore[operator]
        assert {(row["plan_version"], row["replaces_version"]) for row in rows(table(mock_up()))} == {("1", "")}  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("words", "rows_over"),
        [({"hold": "2w"}, 3), ({"back_to": "8 mg"}, 3), ({"products": "2 mg tablet half, 5 mg tablet half"}, 3)],
    )
    def test_past_rows_are_the_same_byte_for_byte(self, words: dict[str, str], rows_over: int) -> None:
        after = revised(mock_up(), Q4, **words)
        for table, over in ((steps_csv, rows_over), (days_csv, 51), (supplies_csv, 1), (intakes_csv, 84)):
            kept = [
                [{key: cell for key, cell in row.items() if key not in (*self.SHARED, "tabs_5mg")} for row in found]
                for found in (rows(table(mock_up()))[:over], rows(table(after))[:over])
            ]
            assert kept[0] == kept[1], table

    def test_a_rise_is_no_negative_cut(self) -> None:
        raised = rows(steps_csv(revised(mock_up(), Q4, back_to="8 mg")))[4]
        assert (raised["step_type"], raised["reduction_mg"], raised["reduction_pct_of_current"]) == ("raise", "0", "0")
