"""The file of a plan that comes from another drug: both drugs come back exactly, and a forged worth, drug or order is refused."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan_file import change_at, leaves, rehashed

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))

from service_builders import planned
from switching_builders import CASES, g01, switched

from taper_cli.model.errors import CannotPlan, TaperError
from taper_cli.model.report import Report
from taper_cli.service import opened, saved

every_switch = pytest.mark.parametrize("name", CASES)


@cache
def report_of(name: str) -> Report:
    return CASES[name]()  # type: ignore[no-any-return]


class TestComingBack:
    """What was saved is what is opened, of both drugs."""

    @every_switch
    def test_the_same_report_comes_back(self, name: str) -> None:
        assert opened(saved(report_of(name)), "plan.json") == report_of(name)

    @every_switch
    def test_the_same_plan_gives_the_same_bytes(self, name: str) -> None:
        content = saved(report_of(name))
        assert saved(opened(content, "plan.json")) == content

    @settings(derandomize=True, database=None, deadline=None, max_examples=25)
    @given(
        st.sampled_from(["0.5 mg morning + 1 mg bedtime", "1 mg morning + 1 mg noon + 1 mg bedtime", "2 mg", "1.5 mg"]),
        st.sampled_from(["10 mg", "15 mg", "12 mg", "20 mg", "7.5 mg morning + 7.5 mg bedtime"]),
        st.fixed_dictionaries(
            {},
            optional={
                "move": st.sampled_from(["0.5 mg", "0.25 mg"]),
                "stage_cut": st.sampled_from(["0.5 mg", "1 mg"]),
                "stage_every": st.sampled_from(["1w", "10d", "1m"]),
                "from_products": st.just("1 mg tablet half"),
                "products": st.just("2 mg in 5 mL oral solution"),
                "order": st.sampled_from(["morning-first", "bedtime-first"]),
                "reason": st.just('"so" <b> & 王 \\ {{1}}'),
            },
        ),
    )
    def test_any_switch_comes_back(self, dose: str, equivalent: str, options: dict[str, Any]) -> None:
        try:
            report = switched("lorazepam", dose, "diazepam", equivalent, **options)
        except TaperError:
            return
        assert opened(saved(report), "plan.json") == report

    def test_a_plan_of_one_drug_has_no_word_of_a_second_one_in_its_file(self) -> None:
        content = saved(planned("diazepam", "20 mg", "26w"))
        assert b'"switch' not in content and content.count(b'"drug"') == 2

    def test_each_product_of_the_drug_before_names_it_and_no_other_does(self) -> None:
        products = json.loads(saved(g01()))["schedule"]["products"]
        assert [product.get("drug") for product in products] == [None, "lorazepam"]


def forged(*path: Any, value: Any) -> bytes:
    """The file of the published schedule with another value at a place, and a hash that fits."""
    plain = json.loads(saved(report_of("whole slots")))
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return rehashed(plain)


class TestChangedFiles:
    """An edit is refused, and so is a forgery whose hash was made to fit."""

    @settings(derandomize=True, database=None, deadline=None, max_examples=60)
    @given(st.data())
    def test_an_edit_of_any_leaf_is_told(self, data: st.DataObject) -> None:
        plain = json.loads(saved(report_of("half a milligram at a time")))
        change_at(plain, data.draw(st.sampled_from(list(leaves(plain)))))
        with pytest.raises(CannotPlan):
            opened(json.dumps(plain).encode(), "plan.json")

    @settings(derandomize=True, database=None, deadline=None, max_examples=80)
    @given(st.data())
    def test_an_edit_with_a_hash_that_fits_is_told_wherever_it_changes_the_plan(self, data: st.DataObject) -> None:
        plain = json.loads(saved(report_of("a cut with each stage")))
        places = [
            path for path in leaves(plain) if path[0] in ("request", "schedule", "plan_id") and path[-1] != "today"
        ]
        change_at(plain, data.draw(st.sampled_from(places)))
        with pytest.raises(TaperError):
            opened(rehashed(plain), "plan.json")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (forged("schedule", "switched", "worth", value="20"), "counts it otherwise"),
            (forged("schedule", "switched", "worth", value="0"), "counts for something"),
            (forged("schedule", "switched", "worth", value="1/0"), "was changed or damaged"),
            (forged("schedule", "switched", "worth", value="10.0"), "was changed or damaged"),
            (forged("schedule", "switched", "drug", value="diazepam"), "comes from another drug"),
            (forged("schedule", "switched", "drug", value="oxazepam"), "does not count so"),
            (forged("schedule", "products", 1, "drug", value="oxazepam"), "does not count so"),
            (forged("schedule", "products", 0, "drug", value="lorazepam"), "holds another plan than its id"),
            (forged("request", "switch", "reason", value=" "), "reason for this equivalent is missing"),
            (forged("request", "switch", "order", value=["bedtime"]), "does not name each time of day"),
            (forged("request", "switch", "move_mg", value="0"), "was changed or damaged"),
            (forged("request", "switch", "cut_mg", value="0"), "holds another plan than its id"),
            (forged("request", "switch", "drug", value="temazepam"), "holds another plan than its id"),
            (forged("request", "doses", 0, "mg", value="9"), "counts it otherwise"),
            (forged("request", "switch", "doses", 0, "mg", value="2"), "counts it otherwise"),
        ],
    )
    def test_a_forged_file_is_told_in_one_line(self, content: bytes, told: str) -> None:
        with pytest.raises(CannotPlan, match=told) as fault:
            opened(content, "plan.json")
        assert "\n" not in str(fault.value)

    def test_a_plan_without_its_switch_is_told(self) -> None:
        plain = json.loads(saved(report_of("whole slots")))
        del plain["request"]["switch"]
        with pytest.raises(CannotPlan, match="counts it otherwise"):
            opened(rehashed(plain), "plan.json")
