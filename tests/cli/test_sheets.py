"""The sheets from the command line: files of their own, slips told in one line, and no name where none belongs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import PLAN, Outcome, taper, taper_process

USAGE, CANNOT = 2, 3
NAME = "Zofia Łukaszewska"


def identity_file(folder: Path, text: str) -> str:
    path = folder / "who.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


class TestFiles:
    """PDF and HTML by extension or on stdout."""

    @pytest.mark.parametrize(("name", "begins"), [("plan.pdf", b"%PDF-1.7"), ("plan.html", b"<!doctype html>")])
    def test_are_written_for_the_owner_only(self, tmp_path: Path, name: str, begins: bytes) -> None:
        outcome = taper(*PLAN, "-q", "-o", str(tmp_path / name))
        assert (outcome.code, outcome.out, outcome.err) == (0, b"", b"")
        assert (tmp_path / name).read_bytes().startswith(begins)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_go_to_stdout_when_asked(self) -> None:
        assert taper(*PLAN, "--format", "pdf").out.startswith(b"%PDF")
        assert taper(*PLAN, "--format", "html").out.startswith(b"<!doctype html>")

    def test_hold_the_sheet_that_was_asked_for(self) -> None:
        patient, both = (taper(*PLAN, "--format", "html", *more).text for more in (("--sheet", "patient"), ()))
        assert "sheet prescriber" not in patient.partition("</style>")[2]
        assert "sheet prescriber" in both.partition("</style>")[2]

    @pytest.mark.parametrize(("region", "size"), [("us", "letter"), ("gb", "A4")])
    def test_are_on_the_regions_paper_unless_told_otherwise(self, region: str, size: str) -> None:
        assert f"size: {size};" in taper(*PLAN, "--region", region, "--format", "html").text
        assert "size: A4;" in taper(*PLAN, "--region", region, "--paper", "a4", "--format", "html").text

    @pytest.mark.parametrize("rows", ["supply", "intake"])
    def test_csv_by_supply_and_by_intake(self, rows: str) -> None:
        outcome = taper(*PLAN, "--rows", rows, "--format", "csv")
        assert outcome.text.split("\r\n")[1].startswith(f"taper.{rows}.v1,")

    def test_nothing_is_left_in_the_temporary_folder(self, tmp_path: Path) -> None:
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        done = taper_process(*PLAN, "-q", "-o", str(tmp_path / "plan.pdf"), env=os.environ | {"TMPDIR": str(temporary)})
        assert done.code == 0
        assert list(temporary.iterdir()) == []


SLIPS = {
    "size": (("--large-print", "16", "--format", "pdf"), "expected one of 18, 20"),
    "paper": (("--paper", "a5", "--format", "pdf"), "expected one of a4, letter"),
    "sheet": (("--sheet", "nurse", "--format", "pdf"), "expected one of both, patient, prescriber"),
    "sheet without a sheet": (("--sheet", "patient"), "add -o plan.pdf"),
    "large print without a sheet": (("--large-print", "18"), "add -o plan.pdf"),
    "no days": (("--supply-days", "0"), "write for example 28 or 4w"),
    "months of supply": (("--supply-days", "1m"), "expected days or weeks"),
    "years of supply": (("--supply-days", "1000"), "1 to 366 days"),
    "words for days": (("--supply-days", "monthly"), "write for example"),
    "halves": (("--halves", "eaten"), "expected one of kept, discarded"),
    "maximum without a unit": (("--max-supply", "100"), "write for example '100 tablets'"),
    "maximum of nothing": (("--max-supply", "0 tablets"), "write for example '100 tablets'"),
    "bottle without a unit": (("--bottle", "100"), "write for example '100 mL'"),
    "bottle without a liquid": (("--bottle", "100 mL"), "leave --bottle out"),
    "maximum of what is not taken": (("--max-supply", "300 mL"), "write for example '100 tablets'"),
    "rows without a table": (("--rows", "day"), "add -o plan.csv"),
    "words without a sheet": (("--quantity-words", "--format", "csv"), "add -o plan.pdf"),
    "no such identity file": (("--identity", "nobody.toml", "--format", "pdf"), "expected a TOML file, - or ask"),
    "identity on a pipe": (("--identity", "ask", "--format", "pdf"), "write --identity FILE"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_line_with_what_to_type(slip: str) -> None:
    typed, told = SLIPS[slip]
    outcome = taper(*PLAN, *typed)
    assert outcome.code == USAGE
    assert outcome.out == b""
    assert outcome.said.count("\n") == 1
    assert told in outcome.said


class TestTheMostForOneSupply:
    """A stated maximum is never gone past; the line says what fits."""

    def test_is_refused_with_the_interval_that_fits(self, tmp_path: Path) -> None:
        outcome = taper(*PLAN, "--max-supply", "30 tablets", "-o", str(tmp_path / "plan.pdf"))
        assert outcome.code == CANNOT
        assert "expected at most 30 tablets" in outcome.said
        assert "type --supply-days 6" in outcome.said
        assert list(tmp_path.iterdir()) == []
        assert (
            taper(*PLAN, "--max-supply", "30 tablets", "--supply-days", "6", "-q", "-o", str(tmp_path / "a.pdf")).code
            == 0
        )

    def test_says_so_where_no_interval_fits(self) -> None:
        assert "no shorter interval fits" in taper(*PLAN, "--max-supply", "1 tablet").said


class TestIdentity:
    """Names come from a file, stdin or a prompt; they are on the sheets and nowhere else."""

    def test_is_on_the_sheet(self, tmp_path: Path) -> None:
        who = identity_file(tmp_path, f'name = "{NAME}"\ndate_of_birth = 1980-03-02\nnext_review = "2027-01-04"\n')
        text = taper(*PLAN, "--identity", who, "--format", "html").text
        assert NAME in text and "2 March 1980" in text and "Mon 4 Jan 2027" in text

    def test_is_read_from_standard_input(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "taper_cli", *PLAN, "--identity", "-", "--format", "html"],
            input=f'name = "{NAME}"'.encode(), capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0
        assert NAME in done.stdout.decode()

    def test_changes_neither_the_plans_id_nor_any_other_output(self, tmp_path: Path) -> None:
        who = identity_file(tmp_path, f'name = "{NAME}"')
        with_name = taper(*PLAN, "--identity", who, "-o", str(tmp_path / "plan.pdf"), "-o", str(tmp_path / "plan.csv"))
        without = taper(*PLAN)
        assert with_name.out == without.out
        assert NAME.encode() not in with_name.out + with_name.err + (tmp_path / "plan.csv").read_bytes()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('nmae = "Zofia"', "expected some of name, date_of_birth"),
            ("name = 7", "name is not a text"),
            ('name = "Zofia', "is not TOML"),
            ('date_of_birth = "02/03/1960"', "date_of_birth is not written as year-month-day"),
            ('date_of_birth = "2012-01-01"', "the stated age do not agree"),
            ('date_of_birth = "1940-01-01"', "add --context age=YEARS"),
            ('date_of_birth = "2027-01-01"', "date_of_birth is no one's"),
            ('next_review = "2020-01-01"', "next_review is in the past"),
            ("date_of_birth = 1960-03-02T10:00:00", "date_of_birth is not written as year-month-day"),
            (f'name = "{"Zofia " * 40}"', "name has 239 characters"),
            (f'note = "{"Zofia " * 4000}"', "note has 23999 characters"),
        ],
    )
    def test_a_fault_is_told_without_the_name(self, tmp_path: Path, text: str, told: str) -> None:
        outcome = taper(*PLAN, "--identity", identity_file(tmp_path, text), "--format", "pdf")
        assert outcome.code == USAGE
        assert told in outcome.said
        assert not [digits for digits in ("Zofia", "1960", "2012", "1940", "2027") if digits in outcome.said]

    def test_a_date_of_birth_goes_with_the_age_that_was_stated(self, tmp_path: Path) -> None:
        who = identity_file(tmp_path, "date_of_birth = 1948-11-22")
        assert taper(*PLAN, "--identity", who, "--context", "age=78", "--format", "html").code == 0
        assert taper(*PLAN, "--identity", who, "--context", "age=77", "--format", "html").code == USAGE

    def test_a_file_that_is_not_text_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "who.toml"
        path.write_bytes(b"\xff\xfe\x00n")
        assert "is not UTF-8" in taper(*PLAN, "--identity", str(path), "--format", "pdf").said

    def test_an_empty_name_leaves_the_line_blank(self, tmp_path: Path) -> None:
        empty = taper(*PLAN, "--identity", identity_file(tmp_path, 'name = ""'), "--format", "pdf")
        assert empty.out == taper(*PLAN, "--format", "pdf").out

    def test_a_missing_letter_is_named_and_nothing_is_written(self, tmp_path: Path) -> None:
        who = identity_file(tmp_path, 'name = "王小明"')
        outcome = taper(*PLAN, "--identity", who, "-o", str(tmp_path / "plan.pdf"), "-o", str(tmp_path / "plan.csv"))
        assert outcome.code == USAGE
        assert "the character '王' (U+738B) has no shape in the font of the PDF" in outcome.said
        assert sorted(path.name for path in tmp_path.iterdir()) == ["who.toml"]
        assert taper(*PLAN, "--identity", who, "--format", "html").code == 0

    def test_a_note_that_could_be_misread_is_refused_with_its_words(self, tmp_path: Path) -> None:
        who = identity_file(tmp_path, 'note = "take .5 mg more if needed"')
        outcome = taper(*PLAN, "--identity", who, "--format", "pdf")
        assert outcome.code == USAGE
        assert "rule N02" in outcome.said and "write 0.5 mg, not .5 mg" in outcome.said


def test_a_name_is_never_an_argument() -> None:
    help_page = taper("plan", "--help").text
    assert "--identity FILE" in help_page
    assert "--name" not in help_page and "--patient" not in help_page


def test_a_prompt_asks_for_each_line_on_a_terminal(tmp_path: Path) -> None:
    import pty

    asking, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "taper_cli", *PLAN, "-q", "--identity", "ask", "-o", str(tmp_path / "plan.html")],
        stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.write(asking, b"Zofia\n" + b"1980-03-02\n" + b"\n" * 8)
    assert process.wait(timeout=60) == 0
    os.close(terminal)
    said = os.read(asking, 65536).decode()
    os.close(asking)
    assert "name" in said and "date of birth (year-month-day)" in said
    assert "Zofia" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_typed_reasons_are_read_for_misleading_doses() -> None:
    refused: Outcome = taper(*PLAN, "--for", "spasm 1.0 mg")
    assert refused.code == USAGE
    assert "rule N01" in refused.said
