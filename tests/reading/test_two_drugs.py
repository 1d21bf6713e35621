"""Files of two drugs: the published switch is judged alike in every layout, our own files come back, corruptions are caught."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest
from reading_builders import CANNOT, CAP, PASSED, REFUSED, USAGE, Answer, check, command, findings_of, sheet, written
from two_drugs_builders import ABOVE, G01, LAYOUTS, TYPED, day_rows, long, step_rows, wide, wide_totals

sys.path.insert(0, str(Path(__file__).parents[1] / "service"))

from switching_builders import CASES

from taper_cli.formulary.loader import generic_name
from taper_cli.model.report import Report
from taper_cli.model.schedule import StepKind
from taper_cli.model.transcript import Transcript, transcribe
from taper_cli.reading.schedule import read_schedule
from taper_cli.reading.two_drugs import Said
from taper_cli.service import saved

GB = ("--region", "gb")


class TestThePublishedSwitch:
    """Lorazepam 2 mg through diazepam 20 mg, 23 levels: above the limit are levels 20, 21 and 22, and no stage is."""

    @pytest.mark.parametrize("gap", [14, 28])
    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_has_exactly_its_breaches(self, layout: str, gap: int) -> None:
        answer = findings_of(LAYOUTS[layout](gap=gap), *TYPED, *GB)  # type: ignore[operator]
        assert answer.steps_with(CAP) == ABOVE
        assert {found["rule"] for found in answer.findings if found["level"] != "info"} == {CAP}

    @pytest.mark.parametrize("gap", [14, 28])
    def test_passes_with_the_tablets_that_make_it(self, gap: int) -> None:
        answer = findings_of(wide(gap=gap), *TYPED, *GB, "--products", "2 mg tablet half")
        assert (answer.code, answer.steps_with(CAP)) == (PASSED, ABOVE)

    def test_is_read_alike_in_every_layout(self) -> None:
        said = ["before: 2 mg of lorazepam a day (counts for 20 mg)", "1 mg of lorazepam and 10 mg of diazepam a day"]
        pages = [" ".join(check(make(), *TYPED, *GB).out.split()) for make in LAYOUTS.values()]  # type: ignore[operator]
        assert all(words in page for words in said for page in pages)
        assert len({page.partition("The schedule as understood")[2] for page in pages}) == 1

    def test_a_drug_that_is_not_mentioned_any_more_has_ended_where_the_other_takes_its_place_and_that_is_said(
        self,
    ) -> None:
        answer = check(long(ends=False), *TYPED, *GB)
        assert "no dose of lorazepam, and more of diazepam: taken as the end of lorazepam" in " ".join(
            answer.out.split()
        )
        assert findings_of(long(ends=False), *TYPED, *GB).steps_with(CAP) == ABOVE

    def test_the_sides_of_the_equivalent_may_be_swapped_and_each_named_by_its_brand(self) -> None:
        for typed in ("diazepam 10 mg = lorazepam 1 mg", "Ativan 0.5 mg = Valium 5 mg"):
            assert findings_of(wide(), "--equivalent", typed, *GB).steps_with(CAP) == ABOVE

    def test_another_equivalent_is_another_schedule(self) -> None:
        """Counted as half, 20 mg of diazepam is twice what was taken before."""
        answer = findings_of(wide(), "--equivalent", "lorazepam 1 mg = diazepam 5 mg", *GB)
        assert {"switch.rise"} <= answer.refused_rules


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_the_prescribers_equivalent_nothing_is_converted(layout: str) -> None:
    answer = check(LAYOUTS[layout](), *GB)  # type: ignore[operator]
    assert (answer.code, answer.out, answer.err.count("\n")) == (CANNOT, "", 1)
    assert 'add --equivalent "lorazepam 2 mg = diazepam DOSE"' in answer.err
    assert "Ashton 20 mg, VA-DoD 2021 10 mg, Scotland 2024 20 mg" in answer.err


def changed(level: int, doses: tuple[object, ...], *more: tuple[int, tuple[object, ...]]) -> str:
    """The published schedule with other doses at some levels."""
    levels: list[tuple[object, ...]] = list(G01)
    for place, other in ((level, doses), *more):
        levels[place] = other
    return wide(levels)


CORRUPTIONS = {
    "a time of day switched twice": (changed(2, (0, 1, 10, 10)), "switch.back", 2),
    "equivalents that rise": (changed(1, (1, 0, 0, 12)), "switch.rise", 1),
    "more than before the switch": (changed(2, (0, 0, 11, 10)), "switch.rise", 2),
    "two times of day at once": (changed(1, (0, 0, 10, 10)), "switch.stage", 1),
    "the old drug taken up again": (changed(5, (1, 0, 7, 10)), "switch.back", 5),
    "half of it left out in between": (changed(1, (1, 0, 0, 0)), CAP, 1),
    "the new drug above the cap": (changed(3, (0, 0, 4, 10)), CAP, 3),
    "a dose that no product makes": (changed(1, ("1.03", 0, 0, "9.7")), "product.unmakeable", 1),
    "a rise in the taper": (changed(9, (0, 0, 9, 10)), "dose.rise", 9),
}


@pytest.mark.parametrize(("content", "rule", "step"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_a_corruption_is_refused(content: str, rule: str, step: int) -> None:
    answer = findings_of(content, *TYPED, *GB)
    assert answer.code == REFUSED
    assert [step] == [
        found["step"] for found in answer.findings if found["rule"] == rule and found["level"] == "refuse"
    ][:1]


def test_an_old_drug_that_never_ends_is_flagged_at_every_step_and_refused_at_the_stop() -> None:
    levels = [G01[0], G01[1], *((1, 0, 0, night) for night in range(9, -1, -1)), (0, 0, 0, 0)]
    answer = findings_of(wide(levels), *TYPED, *GB)
    assert answer.steps_with("switch.unfinished") == [*range(2, 12)]
    assert "last-dose" in answer.refused_rules
    without_stop = findings_of(wide(levels[:-1]), *TYPED, *GB)
    assert "end.missing" in without_stop.refused_rules


def test_a_total_that_adds_mg_of_both_drugs_is_refused() -> None:
    answer = findings_of(wide_totals().replace("1,10,20", "1,10,11"), *TYPED, *GB)
    assert [(found["rule"], found["step"]) for found in answer.findings if found["rule"] == "arithmetic.total"] == [
        ("arithmetic.total", 1)
    ]


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (changed(2, ("", "", 10, "")), TYPED, "no dose of lorazepam, of which 1 mg was taken until then"),
        (wide(), ("--equivalent", "lorazepam 1 mg = oxazepam 10 mg"), "--equivalent is of lorazepam and oxazepam"),
        (wide(), (*TYPED, "--drug", "lorazepam"), "goes from lorazepam to diazepam, --drug says 'lorazepam'"),
        (wide().replace("lorazepam", "temazepam").replace("diazepam", "oxazepam"), (), "converted twice, through diazepam"),
        (wide().replace("lorazepam", "morphine").replace("diazepam", "oxycodone"), (), "opioids are never converted here"),
        (wide().replace("lorazepam", "phenobarbital"), (), "refused by name"),
        (long().replace("lorazepam,1,0", "oxazepam,1,0"), TYPED, "holds 3 drugs (lorazepam, oxazepam, diazepam)"),
        (long().replace("2026-12-21,diazepam", "2026-12-21,"), TYPED, "no drug"),
        (
            sheet("date,drug,dose_mg,end_date", "2026-12-07,lorazepam,2,", "2026-12-07,lorazepam,1,2026-12-20",
                  "2026-12-07,diazepam,10,2026-12-27", "2026-12-21,diazepam,20,2027-01-03"),
            TYPED,
            "end_date says '2026-12-27'",
        ),
        (sheet("date,dose_mg", "2026-12-07,10", "2027-01-07,0"), (*TYPED, "--drug", "diazepam"), "holds diazepam alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_line(content: str, options: tuple[str, ...], told: str) -> None:
    answer = check(content, *options, *GB)
    assert (answer.code, answer.out, answer.err.count("\n")) == (CANNOT, "", 1)
    assert told in answer.err


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("10", "is not two doses of two drugs"),
        ("lorazepam 1 mg", "is not two doses of two drugs"),
        ("lorazepam 1 = diazepam 10", "no unit"),
        ("lorazepam 1 mg = diazepam 0 mg", "is zero"),
        ("lorazepam 1 mg = diazepam 10 mg = oxazepam 20 mg", "is not two doses of two drugs"),
        ("lorazepam 1 mg = Lorazepam 10 mg", "names one drug twice"),
    ],
)
def test_an_equivalent_that_cannot_be_read_is_told(typed: str, told: str) -> None:
    answer = check(wide(), "--equivalent", typed)
    assert (answer.code, answer.out) == (USAGE, "")
    assert told in answer.err


# ---- our own files ----------------------------------------------------------------------------------------------------------

ROWS = {"step": step_rows, "day": day_rows}
every_switch = pytest.mark.parametrize("name", CASES)
every_kind = pytest.mark.parametrize("rows", ROWS)


@cache
def report_of(name: str) -> Report:
    return CASES[name]()  # type: ignore[no-any-return]


def own(name: str, rows: str) -> str:
    return written(ROWS[rows](report_of(name)))


def read(content: str) -> Transcript:
    return read_schedule(content.encode(), "plan.csv", said=Said(generic=generic_name)).transcript


def said_again(name: str) -> tuple[str, ...]:
    """What our own file cannot say."""
    accepted = ("--accept", "ceiling.zopiclone=as prescribed") if name == "zopiclone" else ()
    products = ("--products", "2 mg in 5 mL oral solution", "--syringe", "0.5 mL") if name == "a liquid" else ()
    return (*GB, *accepted, *products)


class TestOurOwnFiles:
    """One row for each step (or day) and drug: both drugs come back, by what they count for."""

    @every_kind
    @every_switch
    def test_pass_our_own_check(self, name: str, rows: str) -> None:
        answer: Answer = findings_of(own(name, rows), *said_again(name))
        assert (answer.refused_rules, answer.code) == (set(), PASSED)

    @every_kind
    @every_switch
    def test_every_dose_date_and_worth_comes_back(self, name: str, rows: str) -> None:
        planned, found = transcribe(report_of(name).schedule), read(own(name, rows))
        assert (found.drug, found.before, found.switched) == (planned.drug, planned.before, planned.switched)
        assert [(step.start, step.end, step.total) for step in found.steps] == [
            (step.start, step.end, step.total) for step in planned.steps
        ]
        assert [
            [(one.slot, one.drug, one.dose, one.worth) for one in step.intakes] for step in found.steps
        ] == [[(one.slot, one.drug, one.dose, one.worth) for one in step.intakes] for step in planned.steps]  # fmt: skip

    @every_kind
    @every_switch
    def test_every_stage_is_known_as_one(self, name: str, rows: str) -> None:
        planned, found = report_of(name).schedule, read(own(name, rows))
        assert [step.number for step in found.steps if step.kind is StepKind.SWITCH] == [
            step.number for step in planned.steps if step.kind is StepKind.SWITCH
        ]

    @every_kind
    def test_the_order_of_the_rows_of_one_day_changes_nothing(self, rows: str) -> None:
        lines = ROWS[rows](report_of("half a milligram at a time"))
        swapped = sorted(lines, key=lambda row: (int(row["step_no"]), row.get("date", ""), row["drug"]))
        assert swapped != lines
        assert read(written(swapped)) == read(written(lines))

    def test_a_plan_file_passes_with_nothing_said_beside_it(self, tmp_path: Path) -> None:
        for name in CASES:
            file = tmp_path / f"{len(name)}.json"
            file.write_bytes(saved(report_of(name)))
            answer = command("check", str(file), "--today", "2026-11-22", "--json")
            assert (answer.code, answer.refused_rules) == (PASSED, set()), name


def corrupted(rows: str, place: int, **cells: str) -> str:
    """Our file of the published schedule with other cells in one row."""
    lines = [dict(row) for row in ROWS[rows](report_of("whole slots"))]
    lines[place] |= cells
    return written(lines)


def without(rows: str, *places: int) -> str:
    """Our file of the published schedule without some rows."""
    return written([row for place, row in enumerate(ROWS[rows](report_of("whole slots"))) if place not in places])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (corrupted("step", 0, worth="20"), "counts_as_mg says '10'"),
        (corrupted("step", 0, worth="x"), "worth says 'x'"),
        (corrupted("step", 1, worth="2"), "worth says '2'"),
        (corrupted("step", 1, counts_as_mg="11"), "counts_as_mg says '11'"),
        (corrupted("step", 2, counts_in="lorazepam"), "counts_in says 'lorazepam'"),
        (corrupted("step", 2, total_mg="1"), "no dose of lorazepam"),
        (corrupted("step", 1, step_type="reduce"), "step_type says 'reduce'"),
        (corrupted("step", 1, end_date="2026-12-27", end_weekday="Sun", days="21"), "end_date says '2026-12-27'"),
        (corrupted("step", 3, previous_total_mg="9", reduction_mg="0"), "previous_total_mg says '9'"),
        (without("step", 0), "previous_total_mg says '1'"),
        (without("step", 2), "no dose of lorazepam"),
        (without("step", 0, 2), "holds no other drug than diazepam"),
        (without("day", 14), "no dose of lorazepam"),
        (without("day", 28), "no dose of lorazepam"),
        (corrupted("day", 28, total_mg="1", counts_as_mg="10"), "previous_total_mg says '0'"),
        (corrupted("day", 0, diazepam_tabs_2mg="5"), "diazepam_tabs_2mg says '5' in a row of lorazepam"),
        (corrupted("day", 1, step_no="2"), "step_no says '2'"),
        (corrupted("day", 0, lorazepam_tabs_1mg="2"), "step_no says '1'"),
    ],
)
def test_a_corruption_of_our_own_file_is_told_with_its_line(content: str, told: str) -> None:
    answer = check(content, *GB)
    assert (answer.code, answer.out, answer.err.count("\n")) == (CANNOT, "", 1)
    assert told in answer.err


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (corrupted("step", 1, bedtime_mg="9"), "arithmetic.total"),
        (corrupted("step", 0, products_text="morning: 2 tablet of 1 mg"), "arithmetic.portions"),
        (corrupted("step", 0, products_text="morning: 1 tablet of 3 mg"), "product.unknown"),
        (corrupted("step", 0, tablets_total="13"), "supply.pieces"),
    ],
)
def test_a_wrong_sum_in_our_own_file_is_refused(content: str, rule: str) -> None:
    answer = findings_of(content, *GB)
    assert answer.code == REFUSED
    assert rule in answer.refused_rules
