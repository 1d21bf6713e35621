"""`taper explain` and `taper plan --explain` on the command line: what is told, in which width, with which exit code."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cli_runner import PLAN, STARTED, Outcome, taper

NOTICE = "A prescriber must approve and sign this schedule before anyone uses it."
KEEP = "do not stop the medicine; keep the present dose"
BY_SLOT = (
    "plan", "diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--products", "2 mg tablet", "--split", "half",
    "--region", "gb", *STARTED,
)  # fmt: skip
TOO_FAST = ("plan", "diazepam", "20 mg", "8w", *STARTED)


def said(text: str) -> str:
    """A paper as one line, frames left out."""
    return " ".join(re.sub("[┃│|]", " ", text).split())


def kept(tmp_path: Path, *plan: str) -> str:
    path = tmp_path / "plan.json"
    done = taper(*plan, "-q", "-o", str(path))
    assert done.code == 0, done.said
    return str(path)


@pytest.fixture
def saved(tmp_path: Path) -> str:
    return kept(tmp_path, *PLAN)


def figures(done: Outcome) -> dict[str, Any]:
    assert done.code == 0, done.said
    answer: dict[str, Any] = json.loads(done.text)
    return answer


class TestAStep:
    def test_tells_the_wanted_dose_and_the_makeable_ones_beside_it_with_their_real_percentages(
        self, saved: str
    ) -> None:
        text = said(taper("explain", saved, "3").text)
        # 20 mg to 1 mg in 13 steps: 20 x (1/20)^(3/13) = 10.018 mg.
        assert (
            "Wanted on Mon 4 Jan 2027: about 10.018 mg, by the proportional curve from 20 mg to 1 mg in 13 steps"
            in text
        )
        assert "11 mg 15.4%" in text and "10.5 mg 19.2%" in text and "10 mg 23.1%" in text

    def test_tells_which_aim_decided_with_both_figures(self, saved: str) -> None:
        text = said(taper("explain", saved, "3").text)
        assert "against the lower 10 mg by the smallest possible largest cut" in text
        assert "against the higher 11 mg by the distance from the curve" in text
        assert "21.88%, not 20%" in text

    def test_tells_over_which_days_the_limit_was_measured_and_from_which_dose(self, saved: str) -> None:
        text = said(taper("explain", saved, "3").text)
        assert (
            "over the 14 days from Mon 21 Dec 2026 to Sun 3 Jan 2027 the highest dose in force was 13 mg; 13 mg to 10.5 mg is "
            "19.2% of the current dose; the limit is 25%: kept; 10 mg is the lowest makeable dose within it"
        ) in text
        assert "pace.asam-2025.cap: Joint Clinical Practice Guideline" in text

    def test_tells_other_tablets_for_the_same_dose_and_what_they_would_take(self, saved: str) -> None:
        text = said(taper("explain", saved, "1", columns=160).text)
        assert "1 tablet of 10 mg and 3 tablets of 2 mg (16 mg) 0 4 2 TAKEN" in text
        assert "8 tablets of 2 mg 0 8 1 no: more pieces" in text

    def test_tells_each_condition_of_the_exception_for_the_tail(self, saved: str) -> None:
        text = said(taper("explain", saved, "13").text)
        assert "2 mg is one of the three smallest doses that can be made (1 mg, 2 mg and 2.5 mg): yes" in text
        assert "the cut of 1 mg is no larger than the last step of 1 mg: yes" in text
        assert ": NO" not in text

    @pytest.mark.parametrize("word", ["stop", "STOP", "14"])
    def test_may_be_the_stop_which_the_last_dose_rule_decides(self, saved: str, word: str) -> None:
        text = said(taper("explain", saved, word).text)
        assert "Step 14: STOP on Mon 7 Jun 2027, before it 1 mg" in text
        assert "one may stop from at most 1 mg, stated by the source: kept" in text
        assert "the fall to zero is left to the last-dose rule, and always declared" in text

    def test_may_be_all_of_them(self, saved: str) -> None:
        text = taper("explain", saved, "all").text
        assert [int(number) for number in re.findall(r"^Step (\d+):", text, re.M)] == list(range(1, 15))

    def test_with_slots_tells_how_the_day_was_split(self, tmp_path: Path) -> None:
        text = said(taper("explain", kept(tmp_path, *BY_SLOT), "2", columns=160).text)
        assert "morning 2 mg, night 6 mg 0 0 mg 0 4 2 TAKEN" in text
        assert "no: the fewest rises of a slot" in text

    def test_of_a_pace_tells_what_was_asked(self, tmp_path: Path) -> None:
        text = said(taper("explain", kept(tmp_path, *BY_SLOT), "2").text)
        assert "1 mg less every 2 weeks, which from 9 mg leads to 8 mg" in text
        assert "7 mg 22.2% no: a larger cut than was asked" in text

    def test_that_waits_for_the_window_says_so(self, tmp_path: Path) -> None:
        plan = ("plan", "diazepam", "20 mg", "--reduce", "30%", "--every", "1w", *STARTED)
        text = said(taper("explain", kept(tmp_path, *plan), "2").text)
        assert "No cut yet: 11.5 mg goes on" in text

    def test_past_an_accepted_limit_names_the_prescribers_reason(self, tmp_path: Path) -> None:
        plan = (*TOO_FAST, "--accept", "pace.asam-2025.cap=ward round")
        assert "above it, accepted by the prescriber: ward round" in said(
            taper("explain", kept(tmp_path, *plan), "1").text
        )


class TestARevisedPlan:
    @pytest.fixture
    def held(self, tmp_path: Path) -> str:
        plan, path = kept(tmp_path, *BY_SLOT), str(tmp_path / "held.json")
        words = ("--on", "2027-01-20", "--hold", "2w", "--reason", "poor sleep", "--today", "2027-01-20")
        done = taper("revise", plan, *words, "-q", "-o", path)
        assert done.code == 0, done.said
        return path

    def test_tells_which_version_moved_a_step_and_which_one_decided_it(self, held: str) -> None:
        text = said(taper("explain", held, "5").text)
        assert "Moved by version 2 by 14 days; decided by version 1, which had it from Mon 1 Feb 2027 on." in text
        assert "over the 14 days from Mon 1 Feb 2027 to Sun 14 Feb 2027 the highest dose in force was 6 mg" in text

    def test_tells_a_rise_with_its_reason(self, held: str, tmp_path: Path) -> None:
        path = str(tmp_path / "up.json")
        words = (
            "--on",
            "2027-03-03",
            "--back-to",
            "7 mg",
            "--by",
            "Dr Ade",
            "--reason",
            "relapse",
            "--today",
            "2027-03-03",
        )
        assert taper("revise", held, *words, "-q", "-o", path).code == 0
        text = said(taper("explain", path, "7").text)
        assert (
            "Raised on the prescriber's word by version 3. No planner chose this dose. Asked by: Dr Ade. Why: relapse"
            in text
        )

    def test_as_json_tells_the_history_of_each_step(self, held: str) -> None:
        answer = figures(taper("explain", held, "all", "--json"))
        assert (answer["version"], answer["same_when_planned_again"]) == (2, True)
        assert answer["steps"][4]["history"]["changes"] == [{"version": 2, "what": "moved", "days": 14}]

    @pytest.mark.parametrize("columns", [40, 80])
    def test_keeps_to_the_width(self, held: str, columns: int) -> None:
        assert max(map(len, taper("explain", held, "all", columns=columns).text.splitlines())) <= columns


class TestThePaper:
    @pytest.mark.parametrize("columns", [40, 60, 80, 120])
    def test_keeps_to_the_width_and_parts_no_number_from_its_unit(self, saved: str, columns: int) -> None:
        lines = taper("explain", saved, "all", columns=columns).text.splitlines()
        assert max(map(len, lines)) <= columns
        for line, following in pairwise(lines):
            if re.search(r"\d$", line):
                assert not re.match(r"\s*(mg|mL|micrograms|tablets?)\b", following)

    def test_says_first_and_last_that_a_prescriber_must_approve(self, saved: str) -> None:
        text = said(taper("explain", saved, "1").text)
        assert text.count(NOTICE) == 2

    def test_in_ascii_has_no_other_character(self, saved: str) -> None:
        assert taper("explain", saved, "all", "--ascii").text.isascii()

    def test_in_the_united_kingdom_tells_small_doses_in_micrograms(self, tmp_path: Path) -> None:
        plan = ("plan", "clonazepam", "1 mg", "--reduce", "10%", "--region", "gb", *STARTED)
        text = said(taper("explain", kept(tmp_path, *plan), "all").text)
        assert not re.search(r"(?<!\()(?<!micrograms, )\b0\.\d+ mg", text.split("Sources of the limits")[0])

    def test_as_json_has_the_same_figures(self, saved: str) -> None:
        answer = figures(taper("explain", saved, "3", "--json"))
        assert answer["schema"] == "taper.explain.v1" and answer["same_when_planned_again"] is True
        (step,) = answer["steps"]
        (moment,) = step["moments"]
        assert (moment["wanted_mg"], moment["wanted_is_exact"]) == (10.018, False)
        assert {near["mg"]: near["decided_by"] for near in moment["candidates"]} == {
            11: "curve",
            10.5: "taken",
            10: "largest-cut",
        }
        assert (step["limits"][0]["highest_mg"], step["limits"][0]["percent"]) == (13, 19.2)


class TestWhatCannotBeTold:
    @pytest.mark.parametrize("word", ["0", "15", "x", "-1", "1.5", "٣", "99999999999"])
    def test_a_step_that_is_not_there_is_told_in_one_line(self, saved: str, word: str) -> None:
        done = taper("explain", "--", saved, word)
        assert done.code == 2 and done.said.count("\n") == 1 and done.out == b""
        assert "expected 1 to 14, stop or all" in done.said

    def test_a_file_that_was_edited_is_refused(self, saved: str) -> None:
        path = Path(saved)
        path.write_text(path.read_text().replace('"16"', '"15"', 1))
        done = taper("explain", saved, "1")
        assert done.code == 3 and done.out == b""


class TestAPlanWithReasons:
    def test_is_followed_by_the_arithmetic_of_every_step(self) -> None:
        text = taper(*PLAN, "--explain").text
        assert text.startswith(taper(*PLAN).text)
        assert "Step 14: STOP on Mon 7 Jun 2027" in text

    def test_leaves_stdout_to_what_was_asked_for(self) -> None:
        done = taper(*PLAN, "--explain", "--format", "csv")
        assert done.out == taper(*PLAN, "--format", "csv").out
        assert "Step 3: 10.5 mg a day" in done.said


class TestARefusalWithReasons:
    def test_begins_with_not_stopping_on_both_streams_and_keeps_its_exit_code(self) -> None:
        done = taper(*TOO_FAST, "--explain")
        assert done.code == 4
        assert said(done.text).replace("┏", "").lstrip("━┓ ").startswith(f"REFUSED FOR SAFETY: {KEEP}")
        assert done.said.startswith(f"taper: refused for safety: {KEEP}")

    def test_names_the_rules_that_together_forbid_it_and_those_that_are_not_in_the_way(self) -> None:
        text = said(taper(*TOO_FAST, "--explain").text)
        together, apart = text.split("Tried and not in the way")
        assert "at most 25% of the current dose in 14 days" in together
        assert "the end after 8 weeks, with a cut every 2 weeks" in together
        assert "one may stop from at most 1 mg" in apart

    def test_a_gate_stands_by_itself_and_names_who_should_plan(self) -> None:
        text = said(taper(*PLAN, "--context", "withdrawal-seizure", "--explain").text)
        assert "Each of these refuses it by itself" in text and "[context.withdrawal-seizure]" in text
        assert "By a specialist's decision" in text and "addiction or hospital service" in text

    def test_a_dose_that_cannot_be_made_is_no_refusal_for_safety(self) -> None:
        done = taper("plan", "diazepam", "0.3 mg", "26w", *STARTED, "--explain")
        assert done.code == 3 and "NOT PLANNED. Keep the present dose" in said(done.text)

    def test_words_that_cannot_be_read_have_nothing_behind_them(self) -> None:
        done = taper("plan", "diazepam", "20", "26w", "--explain")
        assert (done.code, done.out) == (2, b"")

    def test_as_json_stands_where_the_plan_would_have_stood(self) -> None:
        done = taper(*TOO_FAST, "--explain", "--format", "json")
        answer = json.loads(done.text)
        assert done.code == 4 and answer["refused_for_safety"] is True
        assert answer["notice"].startswith(f"REFUSED FOR SAFETY: {KEEP}")
        assert [rule["rule"] for rule in answer["rules"]] == ["pace.asam-2025.cap", None]
