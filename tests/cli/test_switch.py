"""`taper switch` from the command line: what is shown before a dose is typed, a published schedule stage by stage, refusals by name."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

import pytest
from cli_runner import Outcome, taper

LORAZEPAM = ("switch", "lorazepam", "1 mg morning + 1 mg bedtime", "--to", "diazepam")
TYPED = ("--equivalent", "20 mg", "--reason", "Scottish table")
PACE = ("--reduce", "1 mg", "--every", "2w", "--start", "2026-12-07", "--today", "2026-11-23", "--region", "gb")
ONLY_2_MG = ("--products", "2 mg tablet half")


class Level(NamedTuple):
    """One row of the published schedule: mg in the morning and at night, of lorazepam and of diazepam."""

    lorazepam: tuple[str, str]
    diazepam: tuple[str, str]


# Scottish Government, quality prescribing guide for benzodiazepines and z-drugs 2024-2027, reduction schedule for lorazepam 2 mg
# a day through diazepam 20 mg a day: rows 1 to 21 (row 22 is the stop), read at rightdecisions.scot.nhs.uk.
PUBLISHED = (
    Level(("1", "0"), ("0", "10")),
    Level(("0", "0"), ("10", "10")),
    *(Level(("0", "0"), (str(morning), "10")) for morning in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)),
    *(Level(("0", "0"), ("0", str(night))) for night in (9, 8, 7, 6, 5, 4, 3, 2, 1)),
)
# The levels whose cut is above 25% of the current dose within two weeks, the final stop included.
BREACHES = {"20", "21", "22"}


def rows(outcome: Outcome) -> list[dict[str, str]]:
    """The rows of a CSV on stdout."""
    assert outcome.code == 0, outcome.said
    return list(csv.DictReader(io.StringIO(outcome.text)))


class TestThePublishedSchedule:
    """Lorazepam 2 mg through diazepam 20 mg: 23 levels, each as printed."""

    def published_rows(self, *more: str) -> list[dict[str, str]]:
        return rows(taper(*LORAZEPAM, *TYPED, *PACE, *ONLY_2_MG, "--format", "csv", *more))

    def test_every_level_comes_out_at_its_time_of_day(self) -> None:
        found = self.published_rows()
        assert [row["step_no"] for row in found if row["step_type"] == "stop"] == ["22"]
        for number, level in enumerate(PUBLISHED, start=1):
            of_step = {row["drug"]: row for row in found if row["step_no"] == str(number)}
            for drug, doses in (("lorazepam", level.lorazepam), ("diazepam", level.diazepam)):
                told = of_step.get(drug, {"morning_mg": "0", "bedtime_mg": "0"})
                assert (told["morning_mg"], told["bedtime_mg"]) == doses, (number, drug)

    def test_only_the_last_three_levels_are_above_the_limit(self) -> None:
        flagged = {row["step_no"] for row in self.published_rows() if "pace.asam-2025.cap" in row["flags"]}
        assert flagged == BREACHES

    @pytest.mark.parametrize(("every", "days", "last"), [("2w", "14", "2027-09-27"), ("4w", "28", "2028-07-17")])
    def test_both_published_intervals_end_on_their_day(self, every: str, days: str, last: str) -> None:
        found = self.published_rows("--stage-every", every, "--every", every)
        assert {row["days"] for row in found if row["step_type"] != "stop"} == {days}
        assert found[-1]["start_date"] == last

    def test_what_the_rows_count_for_never_rises(self) -> None:
        counts: dict[str, int] = {}
        for row in self.published_rows():
            counts[row["step_no"]] = counts.get(row["step_no"], 0) + int(row["counts_as_mg"])
            assert row["counts_in"] == "diazepam"
        assert list(counts.values()) == [20, 20, *range(19, -1, -1)]

    def test_the_end_of_the_old_drug_is_told(self) -> None:
        ended = [row for row in self.published_rows() if row["drug"] == "lorazepam" and row["total_mg"] == "0"]
        assert [(row["step_no"], row["instruction_text"]) for row in ended] == [
            ("2", "STOP lorazepam. Take no more lorazepam.")
        ]

    def test_the_day_file_sums_to_what_is_handed_out(self) -> None:
        days = self.published_rows("--rows", "day")
        taken = {
            drug: sum(int(row["total_mg"]) for row in days if row["drug"] == drug) for drug in ("lorazepam", "diazepam")
        }
        supply = self.published_rows("--rows", "supply")
        handed = {
            drug: sum(
                int(row["dispense_quantity"]) * int(row["strength_value"]) for row in supply if row["drug"] == drug
            )
            for drug in taken
        }
        assert taken == handed == {"lorazepam": 14, "diazepam": 14 * (10 + 20 + sum(range(20)))}


class TestBeforeADoseIsTyped:
    """Nothing is converted by itself."""

    def test_every_table_is_shown_with_its_source_and_a_dose_is_asked_for(self) -> None:
        outcome = taper(*LORAZEPAM, columns=120)
        assert outcome.code == 3
        shown = " ".join(outcome.text.split())
        for words in (
            "Ashton 20 mg",
            "VA-DoD 2021 10 mg",
            "Scotland 2024 20 mg",
            "WHO 2009 20 mg",
            "South Africa 20 mg",
        ):
            assert words in shown
        assert "from 10 mg to 20 mg" in shown
        assert "highest is 2 times the lowest" in shown
        assert "eguideline.guidelinecentral.com" in outcome.text
        assert '--equivalent "DOSE" --reason "TEXT"' in outcome.said

    def test_no_file_is_written(self, tmp_path: Path) -> None:
        outcome = taper(*LORAZEPAM, "-o", str(tmp_path / "plan.csv"), *PACE)
        assert outcome.code == 3
        assert list(tmp_path.iterdir()) == []

    def test_the_choice_and_every_table_stand_on_the_paper(self) -> None:
        outcome = taper(*LORAZEPAM, *TYPED, *PACE, "--format", "txt", columns=160)
        text = " ".join(outcome.text.split())
        assert "2 mg of lorazepam a day as 20 mg of diazepam a day" in text
        assert "Reason: Scottish table" in text
        assert "VA-DoD 2021: 10 mg of diazepam a day" in text
        assert (
            "Stage 1: 15 mg to 20 mg of diazepam by the published ratios, 100% to 150% of what was taken before" in text
        )
        assert "Review from Sat 12 Dec to Mon 14 Dec 2026, 5 to 7 days after the first stage" in text


CODEINE = (
    "switch",
    "codeine",
    "60 mg morning + 60 mg bedtime",
    "--to",
    "morphine",
    "--equivalent",
    "20 mg",
    "--reason",
    "x",
)
REFUSED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "twice": (("switch", "lorazepam", "2 mg", "--to", "oxazepam"), 3, "converted twice, through diazepam"),
    "opioids": (("switch", "morphine", "20 mg", "--to", "oxycodone"), 3, "opioids are never converted here"),
    "itself": (("switch", "diazepam", "20 mg", "--to", "diazepam"), 3, "switched to itself"),
    "no table": (("switch", "sertraline", "50 mg", "--to", "diazepam"), 3, "no published equivalent between"),
    "no drug": (("switch", "lorazepam", "2 mg"), 2, "--to is missing"),
    "no reason": ((*LORAZEPAM, "--equivalent", "20 mg", *PACE), 2, "the reason for this equivalent is missing"),
    "liver": ((*LORAZEPAM, *TYPED, *PACE, "--context", "liver"), 4, "liver disease: no switch to diazepam"),
    "age": ((*LORAZEPAM, *TYPED, *PACE, "--context", "age=70"), 4, "age: no switch to diazepam"),
    "frail": ((*LORAZEPAM, *TYPED, *PACE, "--context", "frail"), 4, "no switch to diazepam"),
    "breathing": ((*LORAZEPAM, *TYPED, *PACE, "--context", "respiratory"), 4, "no switch to diazepam"),
    "above every table": (
        (*LORAZEPAM, "--equivalent", "24 mg", "--reason", "x", *PACE),
        4,
        "24 mg is above every published table",
    ),
    "below every table": (
        (*LORAZEPAM, "--equivalent", "6 mg", "--reason", "x", *PACE),
        4,
        "possible unplanned cut: 6 mg is up to 70% below every published table",
    ),
    "above the ceiling": (
        ("switch", "lorazepam", "6 mg", "--to", "diazepam", "--equivalent", "60 mg", "--reason", "x", *PACE),
        4,
        "above the ceiling",
    ),
    "other times of day": (
        (*LORAZEPAM, "--equivalent", "10 mg noon + 10 mg bedtime", "--reason", "x", *PACE),
        2,
        "names other times of day",
    ),
    "a stage that cannot be made": (
        (*LORAZEPAM, "--equivalent", "15 mg", "--reason", "x", *PACE, *ONLY_2_MG),
        3,
        "stage 1: 7.5 mg of diazepam (bedtime) cannot be made",
    ),
    "no room": ((*LORAZEPAM, "3w", *TYPED, *PACE[4:]), 3, "the stages of the switch last until 2027-01-04"),
    "an order that forgets one": (
        (*LORAZEPAM, *TYPED, *PACE, "--order", "bedtime"),
        2,
        "does not name each time of day",
    ),
}


class TestRefusals:
    """What a switch must not do is refused by name, and nothing is written."""

    @pytest.mark.parametrize("case", REFUSED)
    def test_by_name(self, case: str, tmp_path: Path) -> None:
        words, code, why = REFUSED[case]
        outcome = taper(*words, "-o", str(tmp_path / "plan.csv"))
        assert (outcome.code, list(tmp_path.iterdir())) == (code, [])
        assert why in outcome.said

    @pytest.mark.parametrize("case", ["liver", "age", "frail", "breathing", "above every table", "below every table"])
    def test_a_specialist_may_accept_by_name_and_reason(self, case: str) -> None:
        words, _, _ = REFUSED[case]
        rules = [
            line.split("--accept ")[1].split("=")[0] for line in taper(*words).said.splitlines() if "--accept" in line
        ]
        accepted = taper(
            *words, *(word for rule in rules for word in ("--accept", f"{rule}=seen by the specialist")), "--quiet"
        )
        assert rules
        assert accepted.code == 0, accepted.said

    @pytest.mark.parametrize("case", ["liver", "age", "frail", "breathing"])
    def test_a_taper_of_the_drug_itself_is_not_blocked(self, case: str) -> None:
        words, _, _ = REFUSED[case]
        context = words[words.index("--context") + 1]
        outcome = taper(
            "plan", "diazepam", "20 mg", "26w", "--start", "2026-12-07", "--context", context, "--region", "gb"
        )
        assert outcome.code == 0, outcome.said

    def test_a_dose_far_below_one_table_is_flagged_as_a_possible_cut(self) -> None:
        outcome = taper(
            *LORAZEPAM, "--equivalent", "10 mg", "--reason", "VA table", *PACE, "--format", "txt", columns=200
        )
        assert outcome.code == 0, outcome.said
        text = " ".join(outcome.text.split())
        assert "possible unplanned cut: 10 mg is up to 50% below what is published (Ashton, Scotland 2024" in text


class TestStages:
    """How a switch is laid out."""

    def stages(self, *more: str) -> list[tuple[str, str, str, str, str]]:
        found = rows(taper(*LORAZEPAM, *TYPED, *PACE, "--format", "csv", *more))
        return [
            (row["step_no"], row["drug"][:3], row["morning_mg"], row["bedtime_mg"], row["counts_as_mg"])
            for row in found
            if row["step_type"] == "switch"
        ]

    def test_the_order_of_the_slots_is_chosen(self) -> None:
        assert self.stages("--order", "morning-first")[:2] == [
            ("1", "lor", "0", "1", "10"),
            ("1", "dia", "10", "0", "10"),
        ]

    def test_the_order_takes_every_word_that_a_dose_takes(self) -> None:
        midday = ("switch", "lorazepam", "1 mg midday + 1 mg night", *LORAZEPAM[3:], *TYPED, *PACE, "--format", "csv")
        assert taper(*midday, "--order", "midday, night").text == taper(*midday, "--order", "noon, bedtime").text
        assert rows(taper(*midday, "--order", "midday, night"))[0]["noon_mg"] == "0"

    def test_a_stated_amount_goes_over_at_a_time(self) -> None:
        assert self.stages("--move", "0.5 mg") == [
            ("1", "lor", "1", "0.5", "15"),
            ("1", "dia", "0", "5", "5"),
            ("2", "lor", "1", "0", "10"),
            ("2", "dia", "0", "10", "10"),
            ("3", "lor", "0.5", "0", "5"),
            ("3", "dia", "5", "10", "15"),
            ("4", "lor", "0", "0", "0"),
            ("4", "dia", "10", "10", "20"),
        ]

    def test_each_stage_may_leave_something_out(self) -> None:
        assert self.stages("--stage-cut", "1 mg") == [
            ("1", "lor", "1", "0", "10"),
            ("1", "dia", "0", "9", "9"),
            ("2", "lor", "0", "0", "0"),
            ("2", "dia", "9", "9", "18"),
        ]

    def test_a_cut_of_the_stages_above_the_limit_is_refused(self) -> None:
        outcome = taper(*LORAZEPAM, *TYPED, *PACE, "--stage-cut", "4 mg", "--stage-every", "1w")
        assert outcome.code == 4, outcome.said
        assert "limit" in outcome.said

    def test_the_time_counts_from_the_first_stage(self) -> None:
        found = rows(taper(*LORAZEPAM, "40w", *TYPED, *PACE[4:], "--format", "csv"))
        assert (found[-1]["step_type"], found[-1]["start_date"]) == ("stop", "2027-09-13")
