"""The plan file: comes back as the same report, gives the same papers, and is refused whole once anything in it was changed."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "render"))

from render_builders import SHOWN, worked_example

from taper_cli.formulary import loader
from taper_cli.model.dose import Dose
from taper_cli.model.errors import CannotPlan, RefusedForSafety, TaperError
from taper_cli.model.finding import Acceptance
from taper_cli.model.guideline import Basis
from taper_cli.model.request import AtPace, ByBands, ByLevels, Shape, ShapeKind
from taper_cli.model.supply import Halves, Most, MostUnit, SupplyRules
from taper_cli.reading.plan_file import json_schema, read_plan
from taper_cli.render.pdf import pdf
from taper_cli.render.style import Style
from taper_cli.service import opened, plan, saved

every_plan = pytest.mark.parametrize("name", SHOWN)
SCHEMA = Path(__file__).parents[2] / "taper_cli" / "reading" / "taper.plan.v1.schema.json"


class TestComingBack:
    """What was saved is what is opened."""

    @every_plan
    def test_the_same_report_comes_back(self, name: str) -> None:
        report = SHOWN[name]()
        assert opened(saved(report), "plan.json") == report

    @every_plan
    def test_the_same_plan_gives_the_same_bytes(self, name: str) -> None:
        content = saved(SHOWN[name]())
        assert saved(opened(content, "plan.json")) == content

    def test_its_papers_are_those_of_the_plan(self) -> None:
        again = opened(saved(worked_example()), "plan.json")
        assert pdf(again, Style()) == pdf(worked_example(), Style())

    @pytest.mark.parametrize(
        "change",
        [
            {"pace": AtPace(share=Fraction(1, 10), basis=Basis.START)},
            {"pace": ByBands()},
            {"pace": ByLevels((Dose.of_mg(9), Dose.of_mg(8), Dose.of_mg(7), Dose.of_mg(6)))},
            {"target": Dose.of_mg(5)},
            {"supply": SupplyRules(days=7, halves=Halves.DISCARDED, most=Most(100, MostUnit.PIECES))},
            {"shape": Shape(kind=ShapeKind.LINEAR)},
        ],
        ids=["share of start", "bands", "levels", "maintenance", "supply", "shape"],
    )
    def test_every_kind_of_request_comes_back(self, change: dict[str, Any]) -> None:
        accepted = (
            (Acceptance("last-dose", 'said "so" <b> & 王'),)
            if "pace" in change and isinstance(change["pace"], ByLevels)
            else ()
        )
        report = plan(replace(worked_example().request, acceptances=accepted, **change))
        assert opened(saved(report), "plan.json") == report

    def test_another_day_can_be_printed_as_today(self) -> None:
        again = opened(saved(worked_example()), "plan.json", date(2026, 2, 20))
        assert again.generated_on == date(2026, 2, 20)
        assert (again.plan_id, again.schedule) == (worked_example().plan_id, worked_example().schedule)

    def test_says_so_where_the_data_have_changed_since(self, monkeypatch: pytest.MonkeyPatch) -> None:
        content = saved(worked_example())
        monkeypatch.setattr(loader, "data_id", lambda: "0123456789ab")
        (note,) = opened(content, "plan.json").notes
        assert note.startswith("made with program version") and note.endswith("compare before use")

    def test_is_refused_for_safety_where_the_limits_of_today_refuse_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        content = saved(worked_example())
        strict = replace_cap(loader.guideline_named("asam-2025"))
        named = loader.guideline_named
        monkeypatch.setattr(loader, "guideline_named", lambda key: strict if key == "asam-2025" else named(key))
        with pytest.raises(RefusedForSafety, match="refused by the limits of today"):
            opened(content, "plan.json")


def replace_cap(guideline: Any) -> Any:
    """The guideline with half its limit."""
    return guideline._replace(cap=replace(guideline.cap, share=guideline.cap.share / 2))


def edited(**changes: Any) -> bytes:
    """The worked example's file with something changed in it, its hash left as it was."""
    return json.dumps(json.loads(saved(worked_example())) | changes).encode()


class TestChangedFiles:
    """An edit, a cut, another kind: one clear line, and nothing is printed."""

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "is not a whole plan file"),
            (b"{", "is not a whole plan file"),
            (b"\xff\xfe{\x00}\x00", "is not a whole plan file"),
            (b"[1]", "expected a JSON object"),
            (b"{}", "is of the kind 'None'"),
            (b'{"schema": "taper.plan.v2"}', "read it with the newer program"),
            (b'{"schema": "other"}', "choose a plan file written by taper"),
            (b'{"schema": "taper.plan.v1"}', "was changed or damaged"),
            (b'{"schema": "taper.plan.v1", "schema": "taper.plan.v1"}', "a key stands twice"),
            (b'{"schema": NaN}', "NaN is no number"),
            (b"[" * 200_000, "is not a whole plan file"),
            (b'{"schema": ' + b"9" * 5000 + b"}", "is not a whole plan file"),
        ],
    )
    def test_is_told_in_one_line(self, content: bytes, told: str) -> None:
        with pytest.raises(CannotPlan, match=told) as fault:
            opened(content, "plan.json")
        assert "\n" not in str(fault.value)

    def test_a_cut_file_is_told(self) -> None:
        content = saved(worked_example())
        for length in range(1, len(content) - 2, 997):
            with pytest.raises(CannotPlan):
                opened(content[:length], "plan.json")

    @pytest.mark.parametrize(
        "change",
        [
            {"plan_id": "BBBB-BBBB"},
            {"version": 2},
            {"extra": 1},
            {"status": "signed"},
            {"hash": "0" * 64},
            {"data_id": "x"},
        ],
        ids=["id", "version", "unknown key", "status", "hash", "data"],
    )
    def test_an_edited_head_is_told(self, change: dict[str, Any]) -> None:
        with pytest.raises(CannotPlan, match="was changed or damaged"):
            opened(edited(**change), "plan.json")

    @settings(derandomize=True, database=None, deadline=None, max_examples=60)
    @given(st.data())
    def test_an_edit_of_any_dose_date_count_or_word_is_told(self, data: st.DataObject) -> None:
        plain = json.loads(saved(worked_example()))
        places = list(leaves(plain))
        path = data.draw(st.sampled_from(places))
        change_at(plain, path)
        with pytest.raises(CannotPlan):
            opened(json.dumps(plain).encode(), "plan.json")

    def test_a_file_that_was_hashed_anew_still_cannot_hold_tablets_that_do_not_make_the_dose(self) -> None:
        plain = json.loads(saved(worked_example()))
        plain["schedule"]["steps"][0]["intakes"][0]["portions"][0]["count"] = "2"
        with pytest.raises(CannotPlan, match="do not add up"):
            opened(rehashed(plain), "plan.json")

    def test_a_file_that_was_hashed_anew_still_names_its_own_plan(self) -> None:
        plain = json.loads(saved(worked_example()))
        plain["request"]["acceptances"] = [{"rule": "last-dose", "reason": "forged"}]
        with pytest.raises(CannotPlan, match="holds another plan than its id"):
            opened(rehashed(plain), "plan.json")

    @settings(derandomize=True, database=None, deadline=None, max_examples=200)
    @given(st.binary(max_size=300))
    def test_no_bytes_end_in_a_traceback(self, content: bytes) -> None:
        with pytest.raises(TaperError):
            read_plan(content, "plan.json")


def rehashed(plain: dict[str, Any]) -> bytes:
    """A file whose hash was made to fit, as someone who knows how could do."""
    from taper_cli.reading.plan_file import hash_of

    return json.dumps(plain | {"hash": hash_of(plain)}).encode()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """The place of every text and number."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    elif value is not None:
        yield path


def change_at(plain: Any, path: tuple[Any, ...]) -> None:
    """Something else at a place."""
    *before, last = path
    for key in before:
        plain = plain[key]
    value = plain[last]
    plain[last] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}1"


def test_the_published_schema_is_that_of_the_reader() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json_schema()
