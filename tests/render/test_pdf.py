"""The PDF as its readers find it: tagged, fonts inside, a draft on every page, nothing split, nothing lost, the same bytes."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache

import pikepdf
import pypdfium2
import pytest
from render_builders import NOTICE, SHOWN, report, worked_example

from taper_cli.model.errors import InvalidInput
from taper_cli.model.identity import Identity
from taper_cli.model.report import Report
from taper_cli.render.pdf import pdf
from taper_cli.render.style import Paper, Sheets, Style

every_plan = pytest.mark.parametrize("plan", SHOWN)
HOSTILE = Identity(
    name="[/b] <script>alert(1)</script> #panic() $x$ Łódź Ωμέγα Ж",
    date_of_birth=date(1960, 2, 29),
    record_number="=1+1",
    note='#read("/etc/passwd") *bold* _it_ `raw` \\ & < > end',
)


def pages_of(content: bytes) -> list[str]:
    """The text of every page, spaces and line breaks as one space."""
    document = pypdfium2.PdfDocument(content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@cache
def shown(plan: str, points: int = 14, paper: Paper = Paper.A4) -> bytes:
    return pdf(SHOWN[plan](), Style(points=points, paper=paper))


def letters(text: str) -> str:
    """A text without its spaces, visible or not."""
    return "".join(text.replace("\u200b", "").split())


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


class TestEveryPage:
    """What no page may lack."""

    @every_plan
    def test_says_draft_and_that_a_prescriber_must_approve(self, plan: str) -> None:
        for page in pages_of(shown(plan)):
            assert "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT." in page
            assert NOTICE in page

    @every_plan
    def test_has_its_number_the_count_and_the_plans_id(self, plan: str) -> None:
        pages = pages_of(shown(plan))
        numbers = [re.search(r"page (\d+) of (\d+)", page) for page in pages]
        assert all(numbers)
        counted = [(int(found[1]), int(found[2])) for found in numbers if found]
        patient = counted[0][1]
        assert counted == [(at, patient) for at in range(1, patient + 1)] + [
            (at, len(pages) - patient) for at in range(1, len(pages) - patient + 1)
        ]
        assert all(f"Plan {SHOWN[plan]().plan_id}, version 1" in page for page in pages)

    def test_names_whose_it_is_where_a_name_was_given(self) -> None:
        named = pages_of(pdf(worked_example(), Style(identity=Identity(name="Zofia Łukaszewska-Nowak"))))
        assert all("Zofia Łukaszewska-Nowak" in page for page in named)

    @every_plan
    def test_of_the_patients_sheet_has_the_clinics_phone(self, plan: str) -> None:
        for page in pages_of(
            pdf(SHOWN[plan](), Style(sheets=Sheets.PATIENT, identity=Identity(clinic_phone="01632 960")))
        ):
            assert "Clinic phone: 01632 960" in page

    @pytest.mark.parametrize("paper", Paper)
    def test_has_the_size_that_was_asked_for(self, paper: Paper) -> None:
        boxes = {
            tuple(round(float(side)) for side in page.mediabox)
            for page in opened(shown("two slots, one strength", paper=paper)).pages
        }
        assert boxes == {{Paper.A4: (0, 0, 595, 842), Paper.LETTER: (0, 0, 612, 792)}[paper]}


class TestTheFirstPage:
    """What a worried reader needs before anything else."""

    @pytest.mark.parametrize("paper", Paper)
    @pytest.mark.parametrize("points", [14, 18, 20])
    @every_plan
    def test_holds_the_whole_emergency_tier(self, plan: str, points: int, paper: Paper) -> None:
        asked = SHOWN[plan]()
        longest = Identity(name="W" * 20 + " " + "W" * 20 + " " + "W" * 20 + " " + "W" * 20, record_number="W" * 24)
        first, *_ = pages_of(pdf(asked, Style(points=points, paper=paper, sheets=Sheets.PATIENT, identity=longest)))
        assert "EMERGENCY: call" in first
        signs = [symptom.words for symptom in asked.drug_class.symptoms if symptom.tier.value == "emergency"]
        assert all(words in first for words in signs)
        assert all(line.number in first for line in asked.region.lines)


class TestTheSteps:
    """Each step stands whole on one page, under the head of the table."""

    @pytest.mark.parametrize("points", [14, 20])
    @every_plan
    def test_no_step_is_split_over_pages(self, plan: str, points: int) -> None:
        asked = SHOWN[plan]()
        pages = pages_of(pdf(asked, Style(points=points, sheets=Sheets.PATIENT)))
        for step in asked.schedule.dosing_steps:
            if step.days and step.days <= 28 and step.last_day:
                first, last = (f"{day:%a} {day.day} {day:%b}" for day in (step.start, step.last_day))
                (page,) = [
                    page for page in pages if re.search(rf"{first}( \d{{4}})? to {last} {step.last_day.year} \(", page)
                ]
                after = page[page.index(f"{first}") :]
                days = [f"{step.start:%a} {step.start.day}", f"{step.last_day:%a} {step.last_day.day}"]
                assert all(day in after for day in days)

    @pytest.mark.parametrize("points", [14, 20])
    @every_plan
    def test_the_head_of_the_table_is_repeated(self, plan: str, points: int) -> None:
        for page in pages_of(pdf(SHOWN[plan](), Style(points=points, sheets=Sheets.PATIENT))):
            if "Watch closely: " in page:
                assert "Step From and to, and what to take A day" in page

    @every_plan
    def test_every_step_is_there_in_its_order(self, plan: str) -> None:
        asked = SHOWN[plan]()
        text = " ".join(pages_of(pdf(asked, Style(sheets=Sheets.PATIENT))))
        places = [
            text.index(f"{step.start:%a} {step.start.day} {step.start:%b}", text.index("and what to take A day"))
            for step in asked.schedule.steps
        ]
        assert places == sorted(places)


class TestTheFile:
    """As a screen reader, a printer and an archive see it."""

    @every_plan
    def test_is_tagged_and_says_it_keeps_pdf_ua(self, plan: str) -> None:
        document = opened(shown(plan))
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == f"en-{(SHOWN[plan]().region.market or 'gb').upper()}"
        assert b"<pdfuaid:part>1</pdfuaid:part>" in document.Root.Metadata.read_bytes()
        assert document.Root.ViewerPreferences.DisplayDocTitle

    def test_its_tables_have_heads_and_its_picture_a_text(self) -> None:
        kinds, texts = structure(opened(shown("two slots, one strength")))
        assert {"Table", "TH", "TD", "H1", "H2", "L", "LI", "Figure"} <= kinds
        (picture,) = texts
        assert picture.startswith("Dose a day over time: before 10 mg; from Mon 2 Mar 2026 9 mg;")
        assert picture.endswith("from Mon 6 Jul 2026 STOP.")

    def test_every_font_is_inside(self) -> None:
        document, embedded = opened(shown("everything stated")), {}
        for page in document.pages:
            for font in page.Resources.get("/Font", {}).values():
                held = font.DescendantFonts[0].FontDescriptor
                embedded[str(font.BaseFont)] = "/FontFile2" in held or "/FontFile3" in held
        assert len(embedded) == 2
        assert all("DejaVuSans" in name and held for name, held in embedded.items())

    def test_names_no_person_machine_or_time_of_day(self) -> None:
        document = opened(pdf(worked_example(), Style(identity=HOSTILE)))
        info = {str(key): str(value) for key, value in document.docinfo.items()}
        title = f"diazepam: plan {worked_example().plan_id}, version 1, draft"
        assert info == {"/Title": title, "/Keywords": "draft", "/Creator": info["/Creator"]}
        assert info["/Creator"].startswith("Typst ")
        described = document.Root.Metadata.read_bytes().decode()
        assert "alert(1)" not in described and "Łódź" not in described

    @every_plan
    def test_the_same_request_gives_the_same_bytes(self, plan: str) -> None:
        assert pdf(SHOWN[plan](), Style(paper=Paper.A4)) == shown(plan)

    def test_is_readable_at_all_pages_in_grey(self) -> None:
        page = pypdfium2.PdfDocument(shown("everything stated"))[0].render(scale=1, grayscale=True).to_pil()
        darkest, lightest = page.getextrema()
        assert (darkest, lightest) == (0, 255)


def structure(document: pikepdf.Pdf) -> tuple[set[str], list[str]]:
    """The kinds of structure elements, and the alternative texts of pictures."""
    kinds: set[str] = set()
    texts: list[str] = []
    waiting = [document.Root.StructTreeRoot.K]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting.extend(item)
        elif isinstance(item, pikepdf.Dictionary):
            if "/S" in item:
                kinds.add(str(item.S).lstrip("/"))
                if "/Alt" in item:
                    texts.append(str(item.Alt))
            if "/K" in item:
                waiting.append(item.K)
    return kinds, texts


class TestWordsFromStrangers:
    """A name is text, whatever it looks like."""

    def test_markup_and_code_are_printed_as_they_were_typed(self) -> None:
        # A long word may be broken over lines: letters count, not the spaces between them.
        text = letters(" ".join(pages_of(pdf(worked_example(), Style(identity=HOSTILE)))))
        for typed in ("[/b] <script>alert(1)</script> #panic()", "Łódź Ωμέγα Ж", "29 February 1960", "=1+1"):
            assert letters(typed) in text
        assert letters('#read("/etc/passwd") *bold* _it_ `raw` \\ & < > end') in text

    @pytest.mark.parametrize("character", ["王", "ا", "अ", "\U0001f600"])
    def test_a_character_without_a_shape_is_named_and_nothing_is_printed(self, character: str) -> None:
        with pytest.raises(InvalidInput, match=rf"{character}.*U\+{ord(character):04X}.*-o plan\.html"):
            pdf(worked_example(), Style(identity=Identity(name=f"A {character}")))

    def test_a_note_of_ten_thousand_characters_is_printed_whole(self) -> None:
        note = "\n".join(f"Line {number} of a long note, to be read in full." for number in range(225))
        assert len(note) > 10_000
        text = " ".join(pages_of(pdf(worked_example(), Style(sheets=Sheets.PATIENT, identity=Identity(note=note)))))
        assert all(f"Line {number} of a long note" in text for number in range(225))

    def test_a_word_without_a_space_does_not_leave_the_page(self) -> None:
        content = pdf(
            worked_example(),
            Style(sheets=Sheets.PATIENT, identity=Identity(name="W" * 40, clinic_phone="W" * 100, note="W" * 3000)),
        )
        page_of = pypdfium2.PdfDocument(content)
        for page in page_of:
            width = page.get_width()
            text = page.get_textpage()
            rights = [text.get_charbox(at)[2] for at in range(text.count_chars())]
            assert max(rights) <= width


class TestLongPlans:
    """Over sixty steps in the largest print."""

    def long(self) -> Report:
        return report("diazepam", "40 mg", reduce="0.5 mg", every="1w", region="us")

    def test_every_step_is_printed_at_20_points(self) -> None:
        asked = self.long()
        assert len(asked.schedule.steps) > 60
        text = " ".join(pages_of(pdf(asked, Style(points=20, sheets=Sheets.PATIENT))))
        for step in asked.schedule.dosing_steps:
            assert step.last_day is not None
            assert (
                f"to {step.last_day:%a} {step.last_day.day} {step.last_day:%b} {step.last_day.year} ({step.days} days)"
                in text
            )
        assert "STOP. Take no more diazepam." in text

    def test_no_letter_leaves_the_page(self) -> None:
        for page in pypdfium2.PdfDocument(pdf(self.long(), Style(points=20))):
            text = page.get_textpage()
            boxes = [text.get_charbox(at) for at in range(text.count_chars())]
            assert max(box[2] for box in boxes) <= page.get_width()
            assert min(box[0] for box in boxes) >= 0
