"""The patient's whole sheet, and the calendar, can be read by a child of nine to eleven, whatever the plan."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from render_builders import SHOWN
from test_patient_sheet import cards_of, plain, sheet_of

sys.path.insert(0, str(Path(__file__).parents[1] / "formulary"))

from test_reading_age import HIGHEST_GRADE, grade

from taper_cli.render.blocks import Items, Para
from taper_cli.render.events import diary
from taper_cli.render.sheet_blocks import Tiers
from taper_cli.render.style import Events
from taper_cli.service import reviews_of

every_plan = pytest.mark.parametrize("plan", SHOWN)


def sentences(plan: str) -> list[str]:
    """Every sentence of the sheet that is one: advice, notes beside the steps, what to do in each tier."""
    asked = SHOWN[plan]()
    sheet = sheet_of(asked)
    found: list[str] = []
    for block in sheet.blocks:
        if isinstance(block, Para):
            found.append(block.text)
        elif isinstance(block, Items):
            found += block.items
        elif isinstance(block, Tiers):
            found += [f"{tier.title.capitalize()}." for tier in block.tiers]
    found += [f"{note}." for card in cards_of(sheet) for note in card.notes]
    return [plain(text) for text in found]


@every_plan
def test_the_sheet_as_a_whole_is_easy_to_read(plan: str) -> None:
    own = [text for text in sentences(plan) if not text.startswith("Medicine: ")]
    assert len(own) > 25
    assert grade(" ".join(own)) <= HIGHEST_GRADE


@every_plan
def test_no_sentence_of_it_is_long(plan: str) -> None:
    for text in sentences(plan):
        for sentence in text.replace("? ", ". ").split(". "):
            assert len(sentence.split()) <= 25, sentence


@every_plan
def test_a_calendar_that_names_no_dose_is_easy_to_read(plan: str) -> None:
    report = SHOWN[plan]()
    texts = [event.text.split("\n")[1] for event in diary(report, Events(), reviews_of(report)).events]
    assert grade(" ".join(map(plain, texts))) <= HIGHEST_GRADE
    assert [sentence for text in texts for sentence in text.split(". ") if len(sentence.split()) > 25] == []
