"""No paper of any plan holds a fault of notation: every text of every format is read by the lint that guards the output."""

from __future__ import annotations

import pytest
from render_builders import SHOWN

from taper_cli.model.identity import Identity
from taper_cli.render import spreadsheet, spreadsheet_supply
from taper_cli.render.blocks import words_of
from taper_cli.render.content import blocks
from taper_cli.render.printing import sheets
from taper_cli.render.style import Style
from taper_cli.service import verify_writing

SHEETS = Style(calendar=True, quantity_words=True, identity=Identity(name="A <b> & C", note="Bring your tablets."))
CSV = {
    "step": spreadsheet.steps_csv,
    "day": spreadsheet.days_csv,
    "intake": spreadsheet_supply.intakes_csv,
    "supply": spreadsheet_supply.supplies_csv,
}


@pytest.mark.parametrize("plan", SHOWN)
def test_the_screen_text_and_markdown_are_well_written(plan: str) -> None:
    report = SHOWN[plan]()
    texts = list(words_of(tuple(blocks(report, calendar=True))))
    assert len(texts) > 100
    verify_writing(texts, report)


@pytest.mark.parametrize("plan", SHOWN)
def test_the_printed_sheets_are_well_written(plan: str) -> None:
    report = SHOWN[plan]()
    texts = list(words_of(sheets(report, SHEETS)))
    assert len(texts) > 200
    verify_writing(texts, report)


@pytest.mark.parametrize("rows", CSV)
@pytest.mark.parametrize("plan", SHOWN)
def test_the_sentences_of_a_table_are_well_written(plan: str, rows: str) -> None:
    report = SHOWN[plan]()
    texts = list(spreadsheet.sentences(CSV[rows](report)))
    assert bool(texts) == (rows != "day")
    verify_writing(texts, report, spreadsheet=True)


@pytest.mark.parametrize("typed", ["a", "2"])
def test_what_a_person_typed_is_not_taken_out_of_our_own_words(typed: str) -> None:
    """A reason of one letter left 'this brnd hs  score line', which no rule of writing lets pass: no plan at all was printed."""
    report = SHOWN["one slot, three strengths"]()
    verify_writing(list(words_of(tuple(blocks(report, calendar=True)))), report, typed=[typed])
