"""`--level-picture`: only where it was asked for, only on the prescriber's sheet, with its limits, and no plan is another for it."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from cli_runner import PLAN, STARTED, taper

from taper_cli.service import drugs_held

TITLE = "Predicted drug level"
GB = (*PLAN, "--region", "gb")


def html(*words: str) -> str:
    done = taper(*words, "--format", "html")
    assert done.code == 0, done.said
    return done.text.replace("\u00a0", " ")


def test_stands_on_the_prescribers_sheet_with_its_limits_and_source() -> None:
    patient, prescriber = html(*GB, "--level-picture").split('<article class="sheet prescriber"')
    assert TITLE in prescriber and TITLE not in patient
    for words in (
        "Predicted, not measured",
        "not a confidence interval",
        "diazepam 20 to 100 hours; its active metabolite 36 to 200 hours",
        "A level is not an effect and says nothing of the risk of withdrawal.",
        "no verified absorption time is held",
        "half-life column",
    ):
        assert words in prescriber, words


def test_is_drawn_from_the_dose_and_both_substances_and_told_in_words() -> None:
    prescriber = html(*GB, "--level-picture")
    (figure,) = re.findall(r'<figure role="img" aria-label="(Predicted level[^"]*)">(.*?)</figure>', prescriber, re.S)
    assert figure[1].count("<polygon") == 2 and "stroke-dasharray" in figure[1]
    assert re.search(r"diazepam: on Sun 20 Dec 2026 80 to 82\.1 percent", figure[0])


def test_in_the_pdf_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    assert taper(*GB, "--level-picture", "-q", "-o", str(path)).code == 0
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path.read_bytes())]
    assert sum(TITLE in page for page in pages) == 1


def test_is_nowhere_unless_it_was_asked_for() -> None:
    assert TITLE not in html(*GB) and "predicts no drug levels" in html(*GB)


def test_changes_neither_the_plan_nor_any_other_output(tmp_path: Path) -> None:
    plain, with_it = tmp_path / "plain.csv", tmp_path / "with.csv"
    assert taper(*GB, "-q", "-o", str(plain)).code == 0
    done = taper(*GB, "-q", "-o", str(with_it), "-o", str(tmp_path / "plan.html"), "--level-picture")
    assert done.code == 0 and plain.read_bytes() == with_it.read_bytes()


def test_comes_from_a_saved_plan_as_well(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    assert taper(*GB, "-q", "-o", str(saved)).code == 0
    assert html("export", str(saved), "--level-picture") == html(*GB, "--level-picture")


def test_is_the_same_bytes_each_time() -> None:
    assert html(*GB, "--level-picture") == html(*GB, "--level-picture")


@pytest.mark.parametrize("words", [("--format", "csv"), (), ("--format", "html", "--sheet", "patient")])
def test_without_a_sheet_to_stand_on_is_a_slip(words: tuple[str, ...]) -> None:
    done = taper(*GB, "--level-picture", *words)
    assert (done.code, done.out, done.said.count("\n")) == (2, b"", 1) and "--level-picture" in done.said


def test_a_drug_without_verified_half_lives_says_so() -> None:
    (drug,) = [drug for drug in drugs_held() if drug.name == "clorazepate"]
    assert drug.half_life_hours is None
    text = html("plan", "clorazepate", "15 mg", "40w", "--region", "us", *STARTED, "--split", "half", "--level-picture")
    assert "No picture: no verified half-life in hours is held for clorazepate" in text
    assert "<figure" in text and "its active metabolite" not in text.partition(TITLE)[2].partition("<h2")[0]


def test_of_every_drug_that_a_plain_request_plans_is_well_written() -> None:
    seen = 0
    for drug in drugs_held():
        strengths = [product.strength for product in drug.products if not product.volume]
        words = ("plan", drug.name, str(max(strengths)), "40w", "--region", drug.products[0].region, *STARTED)
        done = taper(*words, "--level-picture", "--sheet", "prescriber", "--format", "html") if strengths else None
        assert done is None or done.code in (0, 3, 4), done.said
        seen += done is not None and done.code == 0
    assert seen >= 10
