"""A whole panel in one command: each row comes to its own end, whatever stands above it, however many workers there are."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import Outcome, taper
from panel_builders import BAD, HEADER, Cells, results_in, rows_of, write_panel

from taper_cli import __version__
from taper_cli.cli import panel as row_of_a_panel
from taper_cli.cli.app import code_of
from taper_cli.cli.panel import COLUMNS, EXIT_CODES, Job, OtherProgram, answer, answered
from taper_cli.cli.papers import wanted_papers
from taper_cli.cli.running import exit_code, job_of
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety
from taper_cli.model.panel import Outcome as End
from taper_cli.model.panel import PanelRow
from taper_cli.render.results import result_line

TODAY = "2026-11-22"
ROWS = 2 * 10 * len(BAD)
PLAIN: Cells = {"code": "A1", "drug": "diazepam", "dose": "20 mg", "over": "26w", "start": "2026-12-07"}


def batch(panel: Path, folder: Path, *options: str, today: str = TODAY) -> Outcome:
    return taper("batch", str(panel), "-o", str(folder), "--today", today, *options)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def places_in(folder: Path) -> dict[str, int]:
    """Which file on the disk each name is: one that is written anew is another one."""
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def options_of(row: Cells) -> list[str]:
    """A row as words of the command line of `plan`."""
    words = [row["drug"], row["dose"], *row.get("over", "").split()]
    for column in HEADER[4:]:
        values = row.get(column, "").split(";") if column in ("context", "accept") else [row.get(column, "")]
        words += [word for value in values if value for word in (f"--{column}", value.strip())]
    return words


def job(**typed: str) -> Job:
    """A job of CSV papers, without a process."""
    formats = typed.pop("papers", "csv").split(",")
    wanted = wanted_papers(
        [f"CODE.{form}" for form in formats], "", "", as_json=False, titles="", remind="",
        quantity_words=False, sheet="", paper="", large_print="", identity="",
        level_picture=False, calendar=False, excel=False, ascii_only=False,
    )  # fmt: skip
    return job_of(wanted, typed, "", date.fromisoformat(TODAY))


def row_with(**cells: str) -> PanelRow:
    """A plain row with other cells."""
    return PanelRow(2, "A1", tuple(({**PLAIN, **cells} | {"code": ""}).items())[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A panel with one in ten rows bad, each kind twice, done by three workers."""
    home = tmp_path_factory.mktemp("panel")
    panel = write_panel(home / "panel.csv", (row for row, _ in rows_of(ROWS)))
    assert batch(panel, home / "plans", "--workers", "3").code == 4
    return home / "plans"


class TestAPanelWithBadRows:
    """One bad row never spoils another."""

    def test_gives_each_row_its_own_end_in_the_order_of_the_rows(self, folder: Path) -> None:
        found = [(line["row"], line["outcome"]) for line in results_in(folder)]
        assert found == [(str(number), end) for number, (_, end) in enumerate(rows_of(ROWS), start=2)]

    def test_has_papers_for_the_planned_rows_and_for_no_other(self, folder: Path) -> None:
        planned = [line for line in results_in(folder) if line["outcome"] == "planned"]
        expected = {name for line in planned for name in line["files"].split(";")}
        assert expected | {"results.csv"} == set(files_in(folder))
        assert len(expected) == 2 * len(planned)

    def test_is_for_the_owners_eyes_only(self, folder: Path) -> None:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}

    @pytest.mark.parametrize("place", [0, 1, 5, 17, 44, 101])
    def test_makes_the_papers_that_plan_makes(self, folder: Path, place: int) -> None:
        row = next(row for number, (row, _) in enumerate(rows_of(ROWS)) if number == place)
        for form in ("csv", "json"):
            alone = taper("plan", *options_of(row), "--today", TODAY, "--format", form)
            assert (folder / f"{row['code']}.{form}").read_bytes() == alone.out

    def test_has_no_cell_that_a_spreadsheet_would_run(self, folder: Path) -> None:
        cells = [cell for line in results_in(folder) for cell in line.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert any("HYPERLINK" in cell for cell in cells)

    def test_tells_each_reason_in_one_line(self, folder: Path) -> None:
        lines = (folder / "results.csv").read_bytes().split(b"\r\n")
        assert len(lines) == ROWS + 2
        assert all(line["why"] for line in results_in(folder) if line["outcome"] != "planned")

    def test_says_with_every_refusal_not_to_stop_the_medicine(self, folder: Path) -> None:
        refused = [line["why"] for line in results_in(folder) if line["outcome"] == "refused"]
        assert refused
        assert all(
            why.startswith("refused for safety: do not stop the medicine; keep the present dose") for why in refused
        )

    def test_repeats_nothing_that_stands_in_the_place_of_a_code(self, folder: Path) -> None:
        everything = b"".join(files_in(folder).values())
        assert b"Jane Roe" not in everything and b"passwd" not in everything

    def test_comes_to_the_same_bytes_with_one_worker(self, folder: Path, tmp_path: Path) -> None:
        assert batch(folder.parent / "panel.csv", tmp_path / "plans", "--workers", "1").code == 4
        assert files_in(tmp_path / "plans") == files_in(folder)

    def test_comes_to_the_same_papers_in_any_order_of_the_rows(self, folder: Path, tmp_path: Path) -> None:
        backwards = write_panel(tmp_path / "panel.csv", reversed([row for row, _ in rows_of(ROWS)]))
        batch(backwards, tmp_path / "plans")
        found, expected = files_in(tmp_path / "plans"), files_in(folder)
        del found["results.csv"], expected["results.csv"]
        assert found == expected

    def test_tells_the_plan_its_end_its_flags_and_its_largest_cut(self, folder: Path, tmp_path: Path) -> None:
        panel = write_panel(tmp_path / "panel.csv", [PLAIN, {**PLAIN, "code": "A2", "to": "5 mg"}], (*HEADER, "to"))
        batch(panel, tmp_path / "plans")
        stop, stay = results_in(tmp_path / "plans")
        assert (stop["ending"], stop["stop_date"], stop["largest_cut_pct"]) == ("STOP", "2027-06-07", "20")
        assert (stay["ending"], stay["stop_date"]) == ("MAINTAIN 5 mg", "")
        assert stop["findings"] == "pace.asam-2025.cap"
        steps = list(csv.DictReader(io.StringIO((tmp_path / "plans" / "A1.csv").read_text(encoding="utf-8"))))
        assert {step["plan_id"] for step in steps} == {stop["plan_id"]}


STATED: Cells = {
    **PLAIN,
    "products": "2 mg tablet",
    "split": "quarter",
    "context": "opioid; age=72",
    "accept": "last-dose=two tablets in the drawer",
    "for": "muscle spasm",
    "region": "gb",
}


class TestWhatOneRowStates:
    """Nothing of a row is found in the next: no product, no context, no acceptance, no fault."""

    @pytest.mark.parametrize("first", [STATED, *({**PLAIN, **bad} for bad, _ in BAD.values())], ids=["STATED", *BAD])
    def test_is_not_in_the_plan_of_the_next(self, first: Cells) -> None:
        cells = tuple((column, text) for column, text in first.items() if column != "code" and text)
        alone = answer(job(papers="csv,json"), row_with())
        after = answered(job(papers="csv,json"), (PanelRow(7, "OTHER", cells), row_with()))[1]
        assert after == alone

    def test_does_shape_its_own_plan(self) -> None:
        stated = tuple((column, text) for column, text in STATED.items() if column not in ("code", "accept"))
        found = json.loads(dict(answer(job(papers="json"), PanelRow(2, "A1", stated)).papers)["A1.json"])
        assert [fact["key"] for fact in found["request"]["context"]] == ["opioid", "age"]
        assert found["request"]["indication"] == "muscle spasm"
        assert [product["split"] for product in found["schedule"]["products"]] == ["quarter"]


class TestBeforeTheFirstRow:
    """What is wrong with the panel or the options is told at once: nothing is planned, no folder is left."""

    @pytest.mark.parametrize(
        ("header", "options", "said"),
        [
            ("code,drug,dose,prodcuts", (), "did you mean products"),
            ("code,dose", (), "no column 'drug'"),
            ("code,drug,dose,surname", (), "names a person"),
            ("code,drug,dose,drug", (), "two columns called 'drug'"),
            ("code,drug,dose", ("--papers", "csv,docx"), "'docx'"),
            ("code,drug,dose", ("--papers", "csv,csv"), "'csv' twice"),
            ("code,drug,dose", ("--papers", "screen"), "'screen'"),
            ("code,drug,dose", ("--large-print", "18"), "add --papers pdf"),
            ("code,drug,dose", ("--papers", "pdf", "--rows", "day"), "add --papers csv"),
            ("code,drug,dose", ("--workers", "-1"), "--workers -1"),
            ("code,drug,dose", ("--workers", "0"), "--workers 0"),
            ("code,drug,dose", ("--workers", "2", "--dask", "tcp://127.0.0.1:1"), "given together"),
            ("code,drug,dose", ("--today", "22/11/2026"), "--today"),
        ],
    )
    def test_is_told_with_exit_code_2(self, header: str, options: tuple[str, ...], said: str, tmp_path: Path) -> None:
        (tmp_path / "panel.csv").write_text(f"{header}\nA1,diazepam,20 mg\n", encoding="utf-8")
        outcome = taper("batch", str(tmp_path / "panel.csv"), "-o", str(tmp_path / "plans"), *options)
        assert outcome.code == 2
        assert said in outcome.said and outcome.said.count("\n") == 1
        assert not (tmp_path / "plans").exists()

    def test_a_missing_folder_is_told(self, tmp_path: Path) -> None:
        panel = write_panel(tmp_path / "panel.csv", [PLAIN])
        assert "-o is missing" in taper("batch", str(panel)).said
        assert "cannot be made" in batch(panel, tmp_path / "no" / "plans").said

    def test_titles_without_a_calendar_are_told_in_the_words_of_a_panel(self, tmp_path: Path) -> None:
        told = batch(write_panel(tmp_path / "panel.csv", [PLAIN]), tmp_path / "plans", "--titles", "dose")
        assert told.code == 2
        assert "--titles has no calendar to change" in told.said and "--papers ics" in told.said

    def test_a_panel_within_the_folder_of_its_papers_is_refused(self, tmp_path: Path) -> None:
        panel = write_panel(tmp_path / "panel.csv", [{**PLAIN, "code": "panel"}])
        outcome = batch(panel, tmp_path, "--force")
        assert (outcome.code, list(files_in(tmp_path))) == (2, ["panel.csv"])

    @pytest.mark.parametrize("content", [b"code;drug;dose\nA1;diazepam;20 mg\n", b"\xff\xfec\0", b"code,drug,dose\n"])
    def test_a_file_that_is_no_panel_cannot_be_planned(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "panel.csv").write_bytes(content)
        assert batch(tmp_path / "panel.csv", tmp_path / "plans").code == 3

    def test_a_faulty_file_of_own_products_is_told_with_all_its_faults(self, tmp_path: Path) -> None:
        (tmp_path / "own.toml").write_text('schema = "taper.products.v1"\nmode = "both"\n', encoding="utf-8")
        panel = write_panel(tmp_path / "panel.csv", [PLAIN])
        outcome = batch(panel, tmp_path / "plans", "--products-file", str(tmp_path / "own.toml"))
        assert outcome.code == 3 and "mode" in outcome.said
        assert not (tmp_path / "plans").exists()

    def test_the_columns_are_the_options_of_plan(self) -> None:
        told = taper("plan", "--help").text
        for column in COLUMNS.known:
            option = "[OVER]" if column == "over" else f"--{column.replace('_', '-')}"
            assert column in ("code", "drug", "dose") or option in told


class TestAFolder:
    """A run goes on where an earlier one stopped, and overwrites nothing unasked."""

    ROWS = (PLAIN, {**PLAIN, "code": "A2", "over": "8w"}, {**PLAIN, "code": "A3", "dose": "20"})

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        """A home with a panel (planned, refused, unreadable) and its folder."""
        write_panel(tmp_path / "panel.csv", self.ROWS)
        assert batch(tmp_path / "panel.csv", tmp_path / "plans").code == 4
        return tmp_path

    def again(self, home: Path, rows: tuple[Cells, ...], *options: str, today: str = TODAY) -> Outcome:
        return batch(write_panel(home / "panel.csv", rows), home / "plans", *options, today=today)

    def test_done_before_is_not_done_again(self, home: Path) -> None:
        before, places = files_in(home / "plans"), places_in(home / "plans")
        with mock.patch("taper_cli.cli.workers.Processes.submit", side_effect=AssertionError("planned again")):
            assert self.again(home, self.ROWS).code == 4
        assert files_in(home / "plans") == before
        assert places_in(home / "plans")["A1.csv"] == places["A1.csv"]

    def test_plans_the_rows_that_were_mended_and_the_new_ones(self, home: Path) -> None:
        places = places_in(home / "plans")
        mended = ({**PLAIN, "code": "A0"}, PLAIN, {**PLAIN, "code": "A2"}, {**PLAIN, "code": "A3"})
        assert self.again(home, mended).code == 0
        assert [(line["code"], line["row"]) for line in results_in(home / "plans")] == [
            ("A0", "2"), ("A1", "3"), ("A2", "4"), ("A3", "5"),
        ]  # fmt: skip
        assert places_in(home / "plans")["A1.json"] == places["A1.json"]

    def test_does_not_plan_a_changed_row_anew_unasked(self, home: Path) -> None:
        before = files_in(home / "plans")
        outcome = self.again(home, ({**PLAIN, "over": "40w"}, *self.ROWS[1:]))
        assert outcome.code == 2
        assert "row 2 (code A1)" in outcome.said and "--force" in outcome.said
        assert files_in(home / "plans") == before

    @pytest.mark.parametrize("options", [("--papers", "csv"), ("--excel",), ("--rows", "day")])
    def test_does_not_mix_papers_of_other_options_unasked(self, home: Path, options: tuple[str, ...]) -> None:
        assert self.again(home, self.ROWS, *options).code == 2

    def test_plans_a_changed_row_anew_when_forced_and_no_other(self, home: Path) -> None:
        more = (*self.ROWS, {**PLAIN, "code": "A4"})
        self.again(home, more)
        places = places_in(home / "plans")
        assert self.again(home, ({**PLAIN, "over": "40w"}, *more[1:]), "--force").code == 4
        assert results_in(home / "plans")[0]["stop_date"] == "2027-09-13"
        after = places_in(home / "plans")
        assert (after["A1.csv"] != places["A1.csv"], after["A4.csv"] == places["A4.csv"]) == (True, True)

    def test_leaves_no_paper_of_an_earlier_request_where_the_new_one_has_none(self, home: Path) -> None:
        assert self.again(home, ({**PLAIN, "over": "8w"}, *self.ROWS[1:]), "--force").code == 4
        assert list(files_in(home / "plans")) == ["results.csv"]

    def test_takes_away_nothing_but_papers_of_the_code_whatever_the_table_says(self, home: Path) -> None:
        (home / "A1.txt").write_bytes(b"mine")
        (home / "plans" / "B1.csv").write_bytes(b"mine")
        table = home / "plans" / "results.csv"
        table.write_bytes(table.read_bytes().replace(b"A1.csv;A1.json", b"A1.csv;../A1.txt;B1.csv;A1./../B1.csv"))
        assert self.again(home, ({**PLAIN, "over": "8w"}, *self.ROWS[1:]), "--force").code == 4
        assert (home / "A1.txt").read_bytes() == (home / "plans" / "B1.csv").read_bytes() == b"mine"
        assert not (home / "plans" / "A1.csv").exists()

    def test_leaves_no_paper_of_a_form_that_is_not_wanted_any_more(self, home: Path) -> None:
        assert self.again(home, self.ROWS, "--papers", "csv", "--force").code == 4
        assert sorted(files_in(home / "plans")) == ["A1.csv", "results.csv"]

    def test_of_another_day_says_which_day_to_type(self, home: Path) -> None:
        outcome = self.again(home, self.ROWS, today="2026-11-23")
        assert outcome.code == 2
        assert f"--today {TODAY}" in outcome.said

    def test_with_a_paper_missing_makes_it_again(self, home: Path) -> None:
        before = files_in(home / "plans")
        (home / "plans" / "A1.json").unlink()
        assert self.again(home, self.ROWS).code == 4
        assert files_in(home / "plans") == before

    def test_without_its_table_takes_papers_of_the_same_bytes_as_done(self, home: Path) -> None:
        before, places = files_in(home / "plans"), places_in(home / "plans")
        (home / "plans" / "results.csv").unlink()
        assert self.again(home, self.ROWS).code == 4
        assert files_in(home / "plans") == before
        assert places_in(home / "plans")["A1.csv"] == places["A1.csv"]

    def test_with_a_paper_of_somebody_else_keeps_it_and_goes_on(self, tmp_path: Path) -> None:
        (tmp_path / "plans").mkdir()
        (tmp_path / "plans" / "A1.csv").write_bytes(b"mine")
        outcome = self.again(tmp_path, (PLAIN, {**PLAIN, "code": "A2"}))
        assert outcome.code == 2
        assert [line["outcome"] for line in results_in(tmp_path / "plans")] == ["unwritten", "planned"]
        assert (tmp_path / "plans" / "A1.csv").read_bytes() == b"mine"
        assert not (tmp_path / "plans" / "A1.json").exists()
        assert self.again(tmp_path, (PLAIN, {**PLAIN, "code": "A2"}), "--force").code == 0
        assert (tmp_path / "plans" / "A1.csv").read_bytes() != b"mine"

    def test_with_a_table_of_somebody_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "plans").mkdir()
        (tmp_path / "plans" / "results.csv").write_bytes(b"date,score\r\n")
        assert self.again(tmp_path, self.ROWS, "--force").code == 2
        assert files_in(tmp_path / "plans") == {"results.csv": b"date,score\r\n"}

    def test_with_a_table_that_was_cut_off_is_completed(self, home: Path) -> None:
        before = files_in(home / "plans")
        table = home / "plans" / "results.csv"
        (home / "plans" / "results.unfinished.csv").write_bytes(table.read_bytes()[:-40])
        (home / "plans" / ".taper-half").write_bytes(b"half")
        table.unlink()
        assert self.again(home, self.ROWS).code == 4
        assert files_in(home / "plans") == before

    def test_is_written_by_one_run_at_a_time(self, home: Path) -> None:
        import fcntl

        handle = os.open(home / "plans", os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        outcome = self.again(home, self.ROWS)
        os.close(handle)
        assert outcome.code == 2 and "another run" in outcome.said

    def test_a_code_that_was_planned_and_stands_twice_now_is_planned_by_neither(self, home: Path) -> None:
        twice = (*self.ROWS, {**PLAIN, "dose": "10 mg"})
        assert self.again(home, twice).code == 2
        assert self.again(home, twice, "--force").code == 4
        assert [line["outcome"] for line in results_in(home / "plans") if line["code"] == "A1"] == ["unreadable"] * 2
        assert "A1.csv" not in files_in(home / "plans")

    def test_a_full_disk_stops_the_run_and_keeps_what_is_done(self, home: Path) -> None:
        shutil.rmtree(home / "plans")
        rows = tuple({**PLAIN, "code": f"B{number}"} for number in range(6))
        calls: list[int] = []

        def full(handle: int) -> None:
            calls.append(handle)
            if len(calls) == 5:
                raise OSError(28, "No space left on device")

        with mock.patch("taper_cli.render.base.os.fsync", full):
            outcome = self.again(home, rows)
        assert outcome.code == 2 and "No space left on device" in outcome.said
        assert sorted(files_in(home / "plans")) == ["B0.csv", "B0.json", "B1.csv", "B1.json", "results.unfinished.csv"]
        assert self.again(home, rows).code == 0
        assert len(results_in(home / "plans")) == 6


class TestTheEnd:
    """The exit code is that of the gravest row; the summary stands on stderr, the artefacts in the folder."""

    def test_exit_codes_are_those_of_plan(self) -> None:
        faults = {
            End.UNREADABLE: InvalidInput("", ""),
            End.CANNOT: CannotPlan("", ""),
            End.REFUSED: RefusedForSafety((), (), (), ""),
        }
        assert {end: code_of(fault) for end, fault in faults.items()} == {end: EXIT_CODES[end] for end in faults}

    @pytest.mark.parametrize(
        ("ends", "code"),
        [
            ((), 0),
            ((End.PLANNED,), 0),
            ((End.PLANNED, End.UNREADABLE), 2),
            ((End.UNWRITTEN,), 2),
            ((End.UNREADABLE, End.CANNOT), 3),
            ((End.CANNOT, End.REFUSED, End.UNREADABLE), 4),
            ((End.REFUSED, End.FAULT), 1),
        ],
    )
    def test_of_a_panel_is_that_of_its_gravest_row(self, ends: tuple[End, ...], code: int) -> None:
        assert exit_code(dict.fromkeys(ends, 1)) == code

    def test_says_how_many_came_to_what(self, tmp_path: Path) -> None:
        outcome = batch(write_panel(tmp_path / "panel.csv", TestAFolder.ROWS), tmp_path / "plans")
        assert outcome.out == b""
        assert outcome.said == (
            "3 rows: 1 planned, 1 refused for safety, 1 unreadable\n"
            f"written: {tmp_path / 'plans' / 'results.csv'} and 2 papers beside it\n"
        )

    def test_says_nothing_when_quiet(self, tmp_path: Path) -> None:
        outcome = batch(write_panel(tmp_path / "panel.csv", [PLAIN]), tmp_path / "plans", "-q")
        assert (outcome.code, outcome.out, outcome.err) == (0, b"", b"")

    def test_reads_a_panel_from_standard_input(self, tmp_path: Path) -> None:
        panel = write_panel(tmp_path / "panel.csv", [PLAIN]).read_bytes()
        with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(panel))):
            assert taper("batch", "-", "-o", str(tmp_path / "plans"), "--today", TODAY).code == 0
        assert sorted(files_in(tmp_path / "plans")) == ["A1.csv", "A1.json", "results.csv"]

    def test_prints_the_sheets_where_they_are_wanted(self, tmp_path: Path) -> None:
        panel = write_panel(tmp_path / "panel.csv", [PLAIN, {**PLAIN, "code": "A2"}])
        assert batch(panel, tmp_path / "plans", "--papers", "pdf,html", "--sheet", "patient").code == 0
        alone = taper("plan", *options_of(PLAIN), "--today", TODAY, "--format", "pdf", "--sheet", "patient")
        assert (tmp_path / "plans" / "A1.pdf").read_bytes() == alone.out
        assert (tmp_path / "plans" / "A2.html").read_bytes().startswith(b"<!doctype html>")

    def test_uses_the_prescribers_own_products_in_every_row(self, tmp_path: Path) -> None:
        own = Path(__file__).parents[2] / "examples" / "requests" / "own-products.toml"
        row = {**PLAIN, "dose": "10 mg", "over": "30w", "region": "gb"}
        panel = write_panel(tmp_path / "panel.csv", [row])
        assert batch(panel, tmp_path / "plans", "--products-file", str(own)).code == 0
        alone = taper("plan", *options_of(row), "--today", TODAY, "--products-file", str(own), "--format", "csv")
        assert (tmp_path / "plans" / "A1.csv").read_bytes() == alone.out


class TestABug:
    """An error of ours in one row is that row's result; the others have their plans."""

    @pytest.mark.parametrize(
        "bug", [ZeroDivisionError("1/0"), RecursionError(), MemoryError(), KeyError("x")], ids=repr
    )
    def test_becomes_the_result_of_its_row(self, bug: Exception) -> None:
        with mock.patch.object(row_of_a_panel, "papers_of", side_effect=bug):
            found = answer(job(), row_with())
        assert (found.outcome, found.result.exit_code, found.papers) == (End.FAULT, "1", ())
        assert type(bug).__name__ in found.result.why

    def test_is_told_in_one_line(self) -> None:
        with mock.patch.object(row_of_a_panel, "papers_of", side_effect=RuntimeError("two\nlines")):
            assert result_line(answer(job(), row_with()).result).count(b"\n") == 1

    def test_of_another_version_on_a_worker_is_no_rows_fault(self) -> None:
        for other in (job()._replace(program=f"{__version__}.1"), job()._replace(data="0" * 12)):
            with pytest.raises(OtherProgram):
                answered(other, (row_with(),))
