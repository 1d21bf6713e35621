"""The file of a revised plan: the whole chain comes back, and a link that was changed, swapped or forged is refused."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan_file import change_at, leaves, rehashed

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))

from revising_builders import Q4, mock_up, revised

from taper_cli import __version__
from taper_cli.formulary import loader
from taper_cli.model.errors import CannotPlan, TaperError
from taper_cli.model.report import Report
from taper_cli.service import opened, saved

HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> #panic() {{ 7*7 }} \u202e | `*_ \\ & 王'


def chain() -> Report:
    """Version 4 of the worked example: held, back up, slower by longer steps."""
    second = revised(mock_up(), Q4, hold="2w", by="patient", reason=HOSTILE)
    third = revised(second, date(2026, 5, 20), back_to="6 mg")
    return revised(third, date(2026, 6, 10), every="3w")


CONTENT = saved(chain())


def edited(*path: Any, value: Any) -> bytes:
    """The file with another value at a place, and a hash that fits."""
    plain = json.loads(CONTENT)
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return rehashed(plain)


def test_the_whole_chain_comes_back() -> None:
    assert opened(CONTENT, "plan.json") == chain()
    assert saved(opened(CONTENT, "plan.json")) == CONTENT


def test_hostile_words_come_back_as_they_were() -> None:
    assert opened(CONTENT, "plan.json").revisions[0].revision.reason == HOSTILE


def test_a_file_without_revisions_of_an_older_program_is_read() -> None:
    plain = json.loads(saved(mock_up()))
    del plain["revisions"]
    assert opened(rehashed(plain), "plan.json") == mock_up()


def test_another_day_can_be_printed_as_today() -> None:
    again = opened(CONTENT, "plan.json", date(2026, 6, 12))
    assert (again.generated_on, again.plan_id) == (date(2026, 6, 12), chain().plan_id)


@settings(derandomize=True, database=None, deadline=None, max_examples=80)
@given(st.data())
def test_an_edit_of_any_leaf_is_told(data: st.DataObject) -> None:
    plain = json.loads(CONTENT)
    change_at(plain, data.draw(st.sampled_from(list(leaves(plain)))))
    with pytest.raises(CannotPlan):
        opened(json.dumps(plain).encode(), "plan.json")


@settings(derandomize=True, database=None, deadline=None, max_examples=120)
@given(st.data())
def test_an_edit_with_a_hash_that_fits_is_told_wherever_it_changes_the_plan(data: st.DataObject) -> None:
    plain = json.loads(CONTENT)
    # What may be worked out anew, or says only when and by which program, is no part of the plan.
    places = [
        path
        for path in leaves(plain)
        if path[0] in ("request", "schedule", "revisions", "plan_id", "version") and path[-1] not in ("today", "made_on")
        and "found" not in path
    ]  # fmt: skip
    change_at(plain, data.draw(st.sampled_from(places)))
    with pytest.raises(TaperError):
        opened(rehashed(plain), "plan.json")


def test_swapped_versions_are_told() -> None:
    plain = json.loads(CONTENT)
    plain["revisions"][0], plain["revisions"][1] = plain["revisions"][1], plain["revisions"][0]
    with pytest.raises(CannotPlan, match="holds another version 1 than its id"):
        opened(rehashed(plain), "plan.json")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (edited("version", value=2), "says version 2 and holds 3 revisions"),
        (edited("version", value=5), "says version 5 and holds 3 revisions"),
        (edited("revisions", value=[]), "says version 4 and holds 0 revisions"),
        (edited("revisions", 0, "reason", value="another"), "holds another version 2 than its id"),
        (edited("revisions", 1, "replaces", value="BBBB-BBBB"), "holds another version 2 than its id"),
        (edited("revisions", 0, "hold", value=None), "nothing is asked of the plan"),
        (edited("revisions", 0, "until", value="2026-13-01"), "was changed or damaged"),
        (edited("revisions", 0, "stop_here", value=True), "given together"),
        (edited("revisions", 0, "extra", value=1), "was changed or damaged"),
        (edited("revisions", 0, "by", value="x" * 101), "at most 100"),
        (edited("schema", value="taper.plan.v2"), "read it with the newer program"),
    ],
)
def test_a_forged_file_is_told_in_one_line(content: bytes, told: str) -> None:
    with pytest.raises(CannotPlan, match=told) as fault:
        opened(content, "plan.json")
    assert "\n" not in str(fault.value)


def test_a_schedule_to_which_its_revision_does_not_lead_is_told() -> None:
    """Even where every id was made to fit, the replay finds it."""
    from dataclasses import replace

    from taper_cli.model.saved import Saved
    from taper_cli.reading.plan_file import read_plan, written
    from taper_cli.service.revised import id_of_version
    from taper_cli.service.versions import Version

    file = read_plan(saved(revised(mock_up(), Q4, hold="2w")), "plan.json")
    longer = revised(mock_up(), Q4, hold="3w")
    forged = Version(file.request, file.revisions, longer.schedule, file.found)
    content = written(
        Saved(
            id_of_version(forged), 2, __version__, loader.data_id(), file.request, longer.schedule, file.found,
            file.revisions,
        ),
        longer.findings,
        longer.supply,
    )  # fmt: skip
    with pytest.raises(CannotPlan, match="holds a version 2 to which its revision does not lead"):
        opened(content, "plan.json")
    # A past that was rewritten is told whatever the program that wrote it.
    other = mock_up().schedule
    past = replace(longer.schedule, steps=(replace(other.steps[0], held=True), *longer.schedule.steps[1:]))
    forged = Version(file.request, file.revisions, past, file.found)
    content = written(
        Saved(id_of_version(forged), 2, "0.0.1", "another-data", file.request, past, file.found, file.revisions),
        longer.findings,
        longer.supply,
    )
    with pytest.raises(CannotPlan, match="another past in version 2"):
        opened(content, "plan.json")


def test_a_cut_file_is_told() -> None:
    for length in range(1, len(CONTENT) - 2, 4999):
        with pytest.raises(CannotPlan):
            opened(CONTENT[:length], "plan.json")


def test_other_data_are_said_and_nothing_is_planned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "data_id", lambda: "0123456789ab")
    again = opened(CONTENT, "plan.json")
    assert again.schedule == chain().schedule
    assert again.notes[-1].endswith("compare before use")
