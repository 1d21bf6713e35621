"""`taper compare`: each column is the plan that `taper plan` makes, none is marked, and a refused one says why in its place."""

from __future__ import annotations

import csv
import io
import json
import re
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from cli_runner import STARTED, taper

NOTICE = "A prescriber must approve and sign this schedule before anyone uses it."
START = ("diazepam", "20 mg")
PACES = (("--over", "26w"), ("--reduce", "1 mg"), ("--over", "40w"), ("--reduce", "10%"))
COLUMNS = {
    "paces": (*START, *PACES[0], *PACES[1], *PACES[3], "--region", "us"),
    "shapes": (*START, "--over", "26w", "--shape", "linear", "--shape", "proportional", "--region", "gb"),
    "products": (*START, "--over", "26w", "--products", "2 mg tablet half", "--products", "5 mg tablet half, 2 mg tablet half"),
    "intervals": (*START, "--reduce", "1 mg", "--every", "1w", "--every", "2w", "--every", "4w"),
    "levels": (*START, "--steps", "16 13 10 8 6 5 4 3 2.5 2 1 mg", "--over", "30w"),
    "by slot": ("diazepam", "5 mg morning + 15 mg bedtime", "--over", "26w", "--over", "52w", "--region", "gb"),
    "a liquid": (*START, "--over", "26w", "--over", "30w", "--products", "2 mg in 5 mL oral solution", "--region", "gb"),
    "to a dose": (*START, "--over", "12w", "--over", "26w", "--to", "10 mg"),
    "ladders": ("prednisolone", "10 mg", "--ladder", "pmr-bsr-2010", "--ladder", "pmr-eular-2015", "--region", "gb"),
}  # fmt: skip
AS_PLANNED = {
    "paces": (("26w",), ("--reduce", "1 mg"), ("--reduce", "10%")),
    "shapes": (("26w", "--shape", "linear"), ("26w", "--shape", "proportional")),
    "products": (("26w", "--products", "2 mg tablet half"), ("26w", "--products", "5 mg tablet half, 2 mg tablet half")),
    "intervals": tuple(("--reduce", "1 mg", "--every", every) for every in ("1w", "2w", "4w")),
    "levels": (("--steps", "16 13 10 8 6 5 4 3 2.5 2 1 mg"), ("30w",)),
    "by slot": (("26w",), ("52w",)),
    "a liquid": (("26w",), ("30w",)),
    "to a dose": (("12w",), ("26w",)),
    "ladders": (("--ladder", "pmr-bsr-2010"), ("--ladder", "pmr-eular-2015")),
}  # fmt: skip


def compared(*words: str) -> list[dict[str, Any]]:
    done = taper("compare", *words, *STARTED, "--json")
    assert done.code == 0, done.said
    columns: list[dict[str, Any]] = json.loads(done.text)["columns"]
    return columns


def shared(name: str) -> tuple[str, ...]:
    """The drug and dose of a comparison, and the options that all its columns have in common."""
    words = COLUMNS[name]
    varied = {"--over", "--ladder", "--reduce", "--steps", "--every", "--shape", "--products"}
    varied -= {"--products"} if name == "a liquid" else set()
    kept = [pair for pair in zip(words[2::2], words[3::2], strict=True) if pair[0] not in varied]
    return (*words[:2], *(word for pair in kept for word in pair))


def rows(*words: str) -> list[dict[str, str]]:
    done = taper("plan", *words, *STARTED, "--format", "csv")
    assert done.code == 0, done.said
    return list(csv.DictReader(io.StringIO(done.text)))


def said(text: str) -> str:
    return " ".join(re.sub("[┃│|]", " ", text).split())


@pytest.mark.parametrize("name", COLUMNS)
class TestEachColumn:
    def singles(self, name: str) -> list[tuple[str, ...]]:
        drug, dose, *rest = shared(name)
        return [(drug, dose, *pace, *rest) for pace in AS_PLANNED[name]]

    def test_is_the_plan_that_taper_plan_makes(self, name: str) -> None:
        columns = compared(*COLUMNS[name])
        assert [column["plan_id"] for column in columns] == [rows(*words)[0]["plan_id"] for words in self.singles(name)]

    def test_has_the_figures_of_that_plan(self, name: str) -> None:
        for column, words in zip(compared(*COLUMNS[name]), self.singles(name), strict=True):
            steps = rows(*words)
            falls = [row for row in steps if float(row["reduction_mg"]) > 0]
            assert column["cuts"] == len(falls)
            assert column["first_cut"] == steps[0]["start_date"]
            assert column["end_date"] == steps[-1]["start_date"]
            assert column["doses_mg"] == [float(row["total_mg"]) for row in steps]
            last = steps[-1] if column["ending"] == "maintain" else steps[-2]
            assert column["last_dose_mg"] == float(last["total_mg"])
            text = said(taper("plan", *words, *STARTED, columns=120).text)
            assert f"Largest cut in {column['window_days']} days: {column['largest_cut_percent']:g}%" in text

    def test_hands_out_what_the_supply_of_that_plan_hands_out(self, name: str) -> None:
        for column, words in zip(compared(*COLUMNS[name]), self.singles(name), strict=True):
            supplies = rows(*words, "--rows", "supply")
            assert column["supplies"] == max(int(row["supply_no"]) for row in supplies)
            handed = sum(Fraction(row["dispense_quantity"]) for row in supplies)
            assert sum(Fraction(str(item["amount"])) for item in column["handed_out"]) == handed

    def test_counts_the_pieces_and_the_divided_tablets_of_every_day(self, name: str) -> None:
        for column, words in zip(compared(*COLUMNS[name]), self.singles(name), strict=True):
            pieces: dict[str, int] = {}
            divided = set()
            for row in rows(*words, "--rows", "intake"):
                count = Fraction(row["quantity_value"])
                # A tablet or a part of one is a piece, and so is each started 5 mL.
                spoon = Fraction(5) if row["quantity_unit"] == "mL" else Fraction(1)
                pieces[row["date"]] = pieces.get(row["date"], 0) - (-count // spoon)
                if row["quantity_unit"] != "mL" and count.denominator > 1:
                    divided.add(row["date"])
            assert column["pieces_a_day_most"] == max(pieces.values())
            mean = Fraction(sum(pieces.values()), len(pieces))
            assert abs(Fraction(str(column["pieces_a_day_mean"])) - mean) <= Fraction(1, 20)
            assert (column["days_with_a_divided_tablet"], column["dosing_days"]) == (len(divided), len(pieces))


class TestNoWinner:
    @pytest.mark.parametrize("order", list(permutations(range(4)))[:6])
    def test_columns_stand_in_the_order_typed_and_say_the_same_in_any(self, order: tuple[int, ...]) -> None:
        typed = [word for place in order for word in PACES[place]]
        usual = compared(*START, *(word for pace in PACES for word in pace))
        found = compared(*START, *typed)
        assert [column["column"] for column in found] == list("ABCD")
        assert [{**column, "column": ""} for column in found] == [{**usual[place], "column": ""} for place in order]

    def test_none_is_marked_and_that_is_said(self) -> None:
        text = said(taper("compare", *COLUMNS["paces"], *STARTED).text)
        assert "None is recommended: the prescriber decides." in text
        assert not re.search(r"(?i)\b(winner|better|best|preferred|fastest|slowest|gentler|gentlest)\b", text)


class TestAColumnThatIsRefused:
    WORDS = (*START, "--over", "8w", "--over", "26w")

    def test_says_why_in_its_place_while_the_other_stands(self) -> None:
        done = taper("compare", *self.WORDS, *STARTED)
        text = said(done.text)
        assert done.code == 0 and done.err == b""
        assert "REFUSED: too" in text and "STOP on Mon 7 Jun 2027" in text
        assert "refused for safety: do not stop the medicine; keep the present dose and contact the prescriber" in text

    def test_is_no_plan_for_machines_either(self) -> None:
        refused, planned = compared(*self.WORDS)
        assert (refused["planned"], refused["refused_for_safety"], planned["planned"]) == (False, True, True)
        assert refused["why"].startswith("refused for safety: do not stop the medicine;")

    def test_where_all_are_refused_the_exit_code_says_so(self) -> None:
        done = taper("compare", *START, "--over", "8w", "--over", "4w", *STARTED)
        assert done.code == 4 and said(done.text).count("do not stop the medicine") == 2

    def test_a_dose_that_cannot_be_made_is_told_in_its_place(self) -> None:
        words = (*START, "--over", "26w", "--products", "10 mg tablet half", "--products", "2 mg tablet half")
        missing, planned = compared(*words, "--to", "1 mg")
        assert planned["planned"] and missing["why"].startswith("1 mg cannot be made")
        assert not missing["refused_for_safety"]
        text = said(taper("compare", *words, "--to", "1 mg", *STARTED, columns=200).text)
        assert "NOT PLANNED: 1 mg cannot be made" in text

    def test_is_lifted_by_an_acceptance_that_the_others_do_not_need(self) -> None:
        refused, planned = compared(*self.WORDS, "--accept", "pace.asam-2025.cap=reason")
        assert refused["planned"] and planned["plan_id"] == compared(*self.WORDS)[1]["plan_id"]

    def test_an_acceptance_that_no_column_needs_is_a_slip(self) -> None:
        done = taper("compare", *START, "--over", "26w", "--over", "30w", "--accept", "last-dose=x", *STARTED)
        assert done.code == 2 and "accepts nothing in these plans" in done.said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*START, "--over", "26w"), "1 column would stand side by side; expected 2 to 4"),
        (START, "neither a time nor a pace is given"),
        ((*START, *(word for week in "12345" for word in ("--over", f"{week}0w"))), "5 columns would stand side by side"),
        ((*START, "--over", "26w", "--over", "26w"), "1 column would stand"),
        (("diazepam", "--over", "26w", "--over", "30w"), "is not a drug and a dose"),
        (("diazepam", "20", "--over", "26w", "--over", "30w"), "has no unit"),
        (("a.json", "b.json", "--over", "26w"), "plan files and"),
        ((*START, "--over", "26w", "--over", "30w", "-o", "x.csv"), "has no known extension"),
        ((*START, "--over", "26w", "--over", "30w", "--paper", "a4"), "--paper has no page to change"),
        ((*START, "--over", "26w", "--over", "30w", "--region", "mars"), "mars"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    done = taper("compare", *words, *STARTED) if words[0] != "a.json" else taper("compare", *words)
    assert (done.code, done.out, done.said.count("\n")) == (2, b"", 1)
    assert told in done.said


def test_an_unknown_drug_is_refused_at_once() -> None:
    done = taper("compare", "diazepan", "20 mg", "--over", "26w", "--over", "30w")
    assert done.code == 3 and done.out == b"" and "diazepam" in done.said


class TestPlanFiles:
    def kept(self, tmp_path: Path, name: str, *words: str) -> str:
        path = tmp_path / f"{name}.json"
        assert taper("plan", *words, *STARTED, "-q", "-o", str(path)).code == 0
        return str(path)

    def test_stand_side_by_side_as_they_were_saved(self, tmp_path: Path) -> None:
        files = [self.kept(tmp_path, week, *START, week, "--region", "gb") for week in ("30w", "26w")]
        done = taper("compare", *files, "--json")
        planned = compared(*START, "--over", "30w", "--over", "26w", "--region", "gb")
        assert [column["plan_id"] for column in json.loads(done.text)["columns"]] == [
            column["plan_id"] for column in planned
        ]

    def test_of_two_drugs_do_not_compare(self, tmp_path: Path) -> None:
        files = [
            self.kept(tmp_path, drug, drug, dose, "30w", "--region", "us")
            for drug, dose in (START, ("lorazepam", "2 mg"))
        ]
        done = taper("compare", *files)
        assert done.code == 3 and done.out == b"" and "expected plans of one drug" in done.said

    def test_one_that_was_edited_is_refused(self, tmp_path: Path) -> None:
        files = [self.kept(tmp_path, week, *START, week) for week in ("30w", "26w")]
        Path(files[1]).write_text(Path(files[1]).read_text().replace('"16"', '"15"', 1))
        assert taper("compare", *files).code == 3


class TestThePaper:
    @pytest.mark.parametrize("name", COLUMNS)
    @pytest.mark.parametrize("columns", [40, 60, 80, 120])
    def test_keeps_to_the_width_and_parts_no_number_from_its_unit(self, name: str, columns: int) -> None:
        lines = taper("compare", *COLUMNS[name], *STARTED, columns=columns).text.splitlines()
        assert max(map(len, lines)) <= columns
        for line, following in pairwise(lines):
            if re.search(r"\d$", line):
                assert not re.match(r"\s*(mg|mL|micrograms)\b", following)

    def test_says_first_and_last_that_a_prescriber_must_approve(self) -> None:
        text = said(taper("compare", *COLUMNS["paces"], *STARTED).text)
        assert text.count(NOTICE) == 2 and text.lstrip("┏━┓ ").startswith("DRAFT.")

    def test_in_ascii_has_no_other_character(self) -> None:
        assert taper("compare", *COLUMNS["paces"], *STARTED, "--ascii").text.isascii()

    def test_draws_each_plan_by_its_letter_down_to_its_stop(self) -> None:
        text = taper("compare", *COLUMNS["paces"], *STARTED, columns=120).text
        picture = text[text.index("\n 0 mg |") :].splitlines()[1]
        assert [letter for letter in picture if letter.isalpha()][-3:] == ["A", "B", "C"]

    def test_never_draws_a_dose_as_nothing(self) -> None:
        """The last mg of 20 stands above the line of zero, where only the stops stand."""
        text = taper("compare", *COLUMNS["paces"], *STARTED, columns=120).text
        floor = text[text.index("\n 0 mg |") :].splitlines()[1].partition("|")[2]
        assert len(re.sub(r"\s", "", floor)) == 3

    def test_as_a_page_is_one_html_file_that_loads_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "compare.html"
        assert taper("compare", *COLUMNS["paces"], *STARTED, "-q", "-o", str(path)).code == 0
        text = path.read_text(encoding="utf-8")
        assert (
            NOTICE in text
            and "default-src 'none'" in text
            and "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
        )
        assert len(set(re.findall(r'stroke="(#\w+)" stroke-width="3.5"( stroke-dasharray="[^"]+")?', text))) == 3

    def test_as_a_pdf_says_on_every_page_that_it_is_a_draft(self, tmp_path: Path) -> None:
        path = tmp_path / "compare.pdf"
        assert taper("compare", *COLUMNS["paces"], *STARTED, "-q", "-o", str(path)).code == 0
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path.read_bytes())]
        assert pages and all(NOTICE in page and "NOT FOR USE UNTIL A PRESCRIBER SIGNS" in page for page in pages)

    @pytest.mark.parametrize("kind", ["pdf", "html", "md", "txt", "json"])
    def test_is_the_same_bytes_each_time_and_is_not_written_over_another(self, kind: str, tmp_path: Path) -> None:
        first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
        for path in (first, second):
            assert taper("compare", *COLUMNS["by slot"], *STARTED, "-q", "-o", str(path)).code == 0
        assert first.read_bytes() == second.read_bytes()
        assert taper("compare", *COLUMNS["by slot"], *STARTED, "-q", "-o", str(first)).code == 2

    def test_what_is_typed_is_no_markup(self, tmp_path: Path) -> None:
        path = tmp_path / "compare.html"
        words = (*START, "--over", "26w", "--over", "30w", "--for", "<b>spasm</b>")
        done = taper("compare", *words, *STARTED, "-q", "-o", str(path))
        assert done.code == 2 or "<b>spasm" not in path.read_text(encoding="utf-8")
