"""Whatever `taper plan` writes as CSV, `taper check` reads back: the same doses on the same dates, and no good file accused."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from reading_builders import CANNOT, PASSED, REFUSED, TODAY, USAGE, Answer, command, drafted, drafted_csv, findings_of

from taper_cli.model.dose import Dose
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import StatedStep, Transcript, transcribe
from taper_cli.reading.schedule import read_schedule

START = ("--start", "2026-12-07")


@dataclass(frozen=True)
class Asked:
    """A plan as it is typed, and what must be said again at the check because the file cannot say it."""

    typed: tuple[str, ...]
    again: tuple[str, ...] = ()

    @property
    def plan(self) -> tuple[str, ...]:
        return (*self.typed, *self.again, *START)


LIQUID = ("--products", "2 mg tablet half, 2 mg in 5 mL oral solution", "--syringe", "0.1 mL")
ASKED = {
    "a time, no region": Asked(("diazepam", "20 mg", "26w")),
    "a pace by slot": Asked(("diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--region", "gb")),
    "four intakes a day": Asked(
        ("diazepam", "4 mg morning + 4 mg noon + 4 mg evening + 8 mg bedtime", "40w", "--region", "us", "--cut", "even")
    ),
    "tablets and a liquid": Asked(("diazepam", "20 mg", "26w", "--region", "gb"), LIQUID),
    "a liquid only": Asked(
        ("diazepam", "10 mg", "26w", "--region", "gb"),
        ("--products", "2 mg in 5 mL oral solution", "--syringe", "0.5 mL"),
    ),
    "orodispersible tablets": Asked(("clonazepam", "1 mg morning + 1 mg bedtime", "--reduce", "10%", "--region", "us")),
    "halves by the data": Asked(("lorazepam", "2 mg", "20w", "--region", "gb")),
    "halves by the prescriber's word": Asked(
        ("alprazolam", "1 mg", "--reduce", "10%", "--region", "us"), ("--split", "half")
    ),
    "quarters by the prescriber's word": Asked(
        ("diazepam", "10 mg", "--reduce", "10%", "--region", "us"), ("--split", "quarter")
    ),
    "quarters where one strength divides into halves only": Asked(
        ("clorazepate", "7.5 mg", "--reduce", "8% of start", "--every", "1m", "--region", "us"), ("--split", "quarter")
    ),
    "doses from a thousand mg, which are written with a comma": Asked(
        ("gabapentin", "1300 mg", "--reduce", "100 mg", "--every", "10d", "--to", "100 mg", "--region", "us")
    ),
    "capsules": Asked(("chlordiazepoxide", "30 mg", "12w", "--region", "us")),
    "a maintenance dose": Asked(("diazepam", "20 mg", "12w", "--to", "10 mg")),
    "a maintenance dose that the last step has already": Asked(
        (
            "clonazepam",
            "0.5 mg morning + 0.5 mg noon + 0.5 mg evening + 0.5 mg bedtime",
            "37w",
            "--to",
            "0.5 mg",
            "--region",
            "gb",
        )
    ),
    "short use": Asked(("diazepam", "10 mg", "6d", "--every", "2d"), ("--split", "half", "--context", "used-for=10d")),
    "months that differ in length": Asked(("diazepam", "10 mg", "12m", "--every", "1m", "--region", "gb-nir")),
    "banded steps": Asked(("diazepam", "10 mg", "--shape", "bands", "--region", "gb")),
    "doses of a gram and more": Asked(("gabapentin", "1800 mg", "26w", "--region", "gb")),
    "two tablets for one long time": Asked(
        ("temazepam", "20 mg bedtime", "26w", "--region", "gb"), ("--products", "10 mg tablet half")
    ),
}
ROWS = ("step", "day")


def _read(asked: Asked, rows: str) -> Transcript:
    return read_schedule(drafted_csv(rows, *asked.plan).encode(), "plan.csv").transcript


def _taken(step: StatedStep) -> tuple[Dose, dict[Slot, Dose]]:
    """What a step says is taken on each of its days."""
    return step.total, {intake.slot: intake.dose for intake in step.intakes if intake.dose}


def _made_of(step: StatedStep) -> list[tuple[str, str, str]]:
    """What a step says each intake is made of."""
    return sorted(
        (intake.slot.value, portion.product.name, str(portion.count))
        for intake in step.intakes
        for portion in intake.portions or ()
    )


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_plan_of_ours_passes_our_own_check(asked: Asked, rows: str) -> None:
    answer: Answer = findings_of(drafted_csv(rows, *asked.plan), *asked.again)
    assert answer.refused_rules == set()
    assert answer.code == PASSED


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_every_dose_and_date_comes_back(asked: Asked, rows: str) -> None:
    planned, read = transcribe(drafted(*asked.plan)), _read(asked, rows)
    assert (read.drug, read.before) == (planned.drug, planned.before)
    assert [step.start for step in read.steps] == [step.start for step in planned.steps]
    assert [_taken(step) for step in read.steps] == [_taken(step) for step in planned.steps]
    assert [step.end for step in read.steps[:-1]] == [step.end for step in planned.steps[:-1]]


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_the_products_of_every_intake_come_back_from_the_file_of_steps(asked: Asked) -> None:
    planned, read = transcribe(drafted(*asked.plan)), _read(asked, "step")
    assert [_made_of(step) for step in read.steps] == [_made_of(step) for step in planned.steps]


@pytest.mark.parametrize("rows", ROWS)
def test_a_plan_to_a_maintenance_dose_is_read_as_one(rows: str) -> None:
    last = _read(ASKED["a maintenance dose"], rows).steps[-1]
    assert (last.kind, last.total, last.end) == (StepKind.MAINTAIN, Dose.of_mg(10), None)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("name", ["a time, no region", "a pace by slot", "short use", "tablets and a liquid"])
def test_a_file_saved_again_by_a_spreadsheet_program_is_the_same_schedule(name: str, rows: str) -> None:
    """With a byte-order mark, other line ends, and midnight behind each date."""
    asked = ASKED[name]
    content = drafted_csv(rows, *asked.plan)
    days = re.sub(r"(\d{4}-\d{2}-\d{2})", r"\1 00:00:00", "\n".join(content.splitlines()))
    saved = days.encode("utf-8-sig")
    assert read_schedule(saved, "plan.csv").transcript == read_schedule(content.encode(), "plan.csv").transcript


@pytest.mark.parametrize("rows", ROWS)
def test_short_use_must_be_said_again(rows: str) -> None:
    """The file does not carry what is known of the patient: without it the limit binds."""
    asked = ASKED["short use"]
    answer = findings_of(drafted_csv(rows, *asked.plan), "--split", "half")
    assert "pace.asam-2025.cap" in answer.refused_rules


def saved_plan(asked: Asked) -> str:
    """What `taper plan` writes as a plan file."""
    answer = command("plan", *asked.plan, "--today", TODAY, "--format", "json")
    assert answer.code == PASSED, answer.err
    return answer.out


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_plan_file_of_ours_passes_our_own_check_with_nothing_said_beside_it(asked: Asked) -> None:
    answer: Answer = findings_of(saved_plan(asked))
    assert answer.refused_rules == set()
    assert answer.code == PASSED


def test_a_plan_file_is_judged_by_the_times_of_day_that_it_starts_from() -> None:
    """30 mg and 20 mg make 50 mg, but only where one intake goes up from its 20 mg: the plan may say that 40 mg is next."""
    four = " + ".join(f"20 mg {slot}" for slot in ("morning", "noon", "evening", "bedtime"))
    capsules = "20 mg gastro-resistant capsule, 30 mg gastro-resistant capsule"
    asked = Asked(("duloxetine", four, "--reduce", "10% of start", "--products", capsules, "--region", "us"))
    answer = findings_of(saved_plan(asked))
    assert answer.refused_rules == set()
    assert answer.code == PASSED


def test_an_accepted_limit_of_a_plan_file_is_still_accepted() -> None:
    reason = 'pace.asam-2025.cap="the ward round of Monday"'
    answer = findings_of(saved_plan(Asked(("diazepam", "20 mg", "10w", "--accept", reason, "--region", "gb"))))
    assert answer.code == PASSED
    assert "the ward round of Monday" in answer.out


def test_what_a_plan_file_had_accepted_is_no_slip_where_the_judge_no_longer_asks_for_it() -> None:
    """Judged by another guideline than the one it was made by, it is told that guideline's limit and nothing of the old one's."""
    reason = 'pace.asam-2025.cap="the ward round of Monday"'
    saved = saved_plan(Asked(("diazepam", "20 mg", "10w", "--accept", reason, "--region", "gb")))
    answer = findings_of(saved, "--guideline", "german-quoted")
    assert (answer.code, answer.err) == (REFUSED, "")
    assert answer.refused_rules == {"pace.german-quoted.cap"}


def test_what_is_accepted_beside_a_plan_file_is_needed_or_a_slip() -> None:
    answer = findings_of(saved_plan(ASKED["a time, no region"]), "--accept", 'pace.asam-2025.cap="the ward round"')
    assert answer.code == USAGE
    assert "--accept 'pace.asam-2025.cap' accepts nothing in this schedule" in answer.err


def test_an_edited_plan_file_is_told_before_it_is_judged() -> None:
    content = saved_plan(ASKED["a time, no region"]).replace('"mg": "16"', '"mg": "15"', 1)
    answer = findings_of(content)
    assert answer.code == CANNOT
    assert "was changed or damaged after it was written" in answer.err


class TestTheSupplyOfADayFile:
    """What is left at each day's end follows from the day before, and from each new supply."""

    BY_SLOT = (
        "diazepam",
        "4 mg morning + 6 mg bedtime",
        "--reduce",
        "1 mg",
        "--products",
        "2 mg tablet half",
        "--region",
        "gb",
    )

    def day_file(self, *more: str) -> str:
        return drafted_csv("day", *self.BY_SLOT, *START, *more)

    @pytest.mark.parametrize(
        "more", [(), ("--halves", "discarded"), ("--supply-days", "7"), ("--supply-days", "9", "--halves", "discarded")]
    )
    def test_is_not_accused(self, more: tuple[str, ...]) -> None:
        answer = findings_of(self.day_file(*more), "--products", "2 mg tablet half")
        assert (answer.code, answer.err) == (PASSED, "")

    @pytest.mark.parametrize("row", [2, 17, 40, 100])
    def test_a_tablet_too_few_or_too_many_is_told(self, row: int) -> None:
        for change in (-2, -1, 1):
            lines = self.day_file().split("\r\n")
            cells = lines[row].split(",")
            place = lines[0].split(",").index("tablets_left_end_of_day")
            cells[place] = f"{float(cells[place]) + change:g}"
            lines[row] = ",".join(cells)
            answer = findings_of("\r\n".join(lines))
            assert answer.code == CANNOT
            assert "tablets_left_end_of_day says" in answer.err
