"""The plan on screens of every width: nothing cut short, nothing broken, every step whole, the notice above and below."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import ClassVar

import pytest
from render_builders import NOTICE, SHOWN, only_strength_of, read_back, report, worked_example

from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.render.content import blocks
from taper_cli.render.terminal import plain_text, show
from taper_cli.render.wording import in_region

WIDTHS = (40, 60, 80, 100, 120, 200)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

every_plan = pytest.mark.parametrize("plan", SHOWN)
every_width = pytest.mark.parametrize("width", WIDTHS)


@cache
def screen(plan: str, width: int, *, ascii_only: bool = False, calendar: bool = True) -> tuple[str, ...]:
    """The lines that a pipe or a dumb terminal of that width receives."""
    stream = io.StringIO()
    show(blocks(SHOWN[plan](), calendar=calendar, brief=True), stream, width=width, ascii_only=ascii_only)
    return tuple(stream.getvalue().splitlines())


def words(lines: tuple[str, ...] | list[str]) -> str:
    """The text without its line breaks, frames and rules."""
    return " ".join(re.sub(r"[┌┐└┘│─┏┓┗┛┃━█]", " ", " ".join(lines)).split())


def day(step: Step, *, last: bool = False) -> str:
    """A step's first or last day as it must be printed: 'Mon 2 Mar 2026'."""
    on = step.last_day if last else step.start
    assert on is not None
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def schedule_lines(plan: str, width: int) -> list[str]:
    """The lines of the schedule alone."""
    lines = list(screen(plan, width))
    start = lines.index("Schedule")
    end = next(
        place
        for place, line in enumerate(lines)
        if line in ("Beside the steps", "Dose staircase") or line[:6] == "Flags:"
    )
    return lines[start + 1 : end]


def steps_of(plan: str, width: int) -> Iterator[tuple[Step, list[str]]]:
    """Each step with its own lines: from the line with its first day up to the next step's."""
    lines = schedule_lines(plan, width)
    steps = SHOWN[plan]().schedule.steps
    starts = [
        next(place for place, line in enumerate(lines) if day(step) in line and re.match(r"(Step )?(\d+|END)\b", line))
        for step in steps
    ]
    assert starts == sorted(starts)
    for step, start, end in zip(steps, starts, [*starts[1:], len(lines)], strict=True):
        yield step, lines[start:end]


class TestEveryWidth:
    """What holds for every plan on every screen."""

    @every_width
    @every_plan
    def test_no_line_is_longer_than_the_screen(self, plan: str, width: int) -> None:
        assert max(map(len, screen(plan, width))) <= width

    @every_width
    @every_plan
    def test_nothing_is_cut_short_with_an_ellipsis(self, plan: str, width: int) -> None:
        assert not re.search(r"…|\.\.\.", "\n".join(screen(plan, width)))

    @every_width
    @every_plan
    def test_no_line_ends_in_spaces(self, plan: str, width: int) -> None:
        assert not [line for line in screen(plan, width) if line != line.rstrip()]

    @every_width
    @every_plan
    def test_first_and_last_day_of_every_step_are_whole(self, plan: str, width: int) -> None:
        for step, lines in steps_of(plan, width):
            assert any(day(step) in line for line in lines)
            assert step.last_day is None or any(f"to {day(step, last=True)}" in line for line in lines)

    @every_width
    @every_plan
    def test_total_and_doses_of_every_step_are_whole(self, plan: str, width: int) -> None:
        for step, lines in steps_of(plan, width):
            region = SHOWN[plan]().region
            wanted = [in_region(f"({intake.dose})", region) for intake in step.intakes]
            if not any("micrograms" in dose for dose in wanted):
                assert all(any(dose in line for line in lines) for dose in wanted)
            total = in_region(str(step.total), region).partition(" (")[0]
            assert any(re.search(rf"(?<![\d.(]){re.escape(total)}(?!\))", line) for line in lines)

    @every_width
    @every_plan
    def test_no_number_is_parted_from_its_unit(self, plan: str, width: int) -> None:
        at_the_start_of_a_cell = re.compile(r"(^\s*|\s{2,})(mg|mL|micrograms)\b")
        assert not [line for line in schedule_lines(plan, width) if at_the_start_of_a_cell.search(line)]

    @every_width
    @every_plan
    def test_every_days_count_is_printed(self, plan: str, width: int) -> None:
        for step, lines in steps_of(plan, width):
            assert step.days is None or any(re.search(rf"\b{step.days} d(ays)?\b", line) for line in lines)

    @every_width
    @every_plan
    def test_the_notice_stands_first_and_at_the_end(self, plan: str, width: int) -> None:
        text = words(list(screen(plan, width)))
        assert text.startswith(NOTICE)
        assert text.count(NOTICE) == 2
        assert text.rindex(NOTICE) > text.index("Sources of the figures")

    @every_width
    @every_plan
    def test_what_was_assumed_stands_before_the_first_dose(self, plan: str, width: int) -> None:
        text = words(list(screen(plan, width)))
        before, _, _ = text.partition(" Schedule ")
        for assumption in SHOWN[plan]().assumptions:
            assert in_region(f"{assumption.what} ({assumption.change})", SHOWN[plan]().region) in before

    @every_width
    @every_plan
    def test_every_finding_is_printed_with_its_rule(self, plan: str, width: int) -> None:
        text = words(list(screen(plan, width)))
        for finding in SHOWN[plan]().findings:
            assert in_region(finding.message, SHOWN[plan]().region) in text and f"[{finding.rule}]" in text

    @every_width
    @every_plan
    def test_every_symptom_is_printed(self, plan: str, width: int) -> None:
        text = words(list(screen(plan, width)))
        assert all(symptom.words in text for symptom in SHOWN[plan]().drug_class.symptoms)

    @every_width
    @every_plan
    def test_every_ending_says_stop_or_stay(self, plan: str, width: int) -> None:
        *_, (ending, lines) = steps_of(plan, width)
        heads = [line for line in schedule_lines(plan, width) if "First and last day" in line]
        at = slice(heads[0].index("First"), heads[0].index("First") + 18) if heads else slice(None)
        said = " ".join(" ".join(line[at] for line in lines).split())
        wanted = "STOP" if ending.kind is StepKind.STOP else f"MAINTAIN {ending.total}"
        assert in_region(wanted, SHOWN[plan]().region) in said


def columns_of(lines: list[str], names: list[str]) -> list[tuple[int, int]]:
    """Where each named column of the table begins and ends, from its head line."""
    head = next(line for line in lines if all(name in line for name in names))
    starts = sorted(head.index(name) for name in [*names, "Step", "First and last day"])
    starts += [head.index("A day") + 5 - max(6, widest_total(lines))]
    return [(head.index(name), min(start for start in starts if start > head.index(name))) for name in names]


def widest_total(lines: list[str]) -> int:
    """The width of the totals, which stand to the right of their column."""
    return max(len(match[0]) for line in lines for match in re.finditer(r"(?<![\d.(])[\d.]+ mg(?!\))", line))


class TestTheTable:
    """Read column by column, as the eye does, each intake makes the dose that the schedule means."""

    TABLED: ClassVar = [
        pytest.param("one slot, three strengths", 80, id="one slot on 80"),
        pytest.param("one slot, three strengths", 120, id="one slot on 120"),
        pytest.param("one slot, three strengths", 200, id="one slot on 200"),
        pytest.param("two slots, one strength", 100, id="two slots on 100"),
        pytest.param("two slots, one strength", 120, id="two slots on 120"),
        pytest.param("three slots", 120, id="three slots on 120"),
        pytest.param("four slots", 200, id="four slots on 200"),
        pytest.param("capsules at night", 80, id="capsules on 80"),
    ]

    @pytest.mark.parametrize(("plan", "width"), TABLED)
    def test_each_cell_reads_back_to_its_intake(self, plan: str, width: int) -> None:
        report = SHOWN[plan]()
        names = slot_heads(report)
        columns = columns_of(schedule_lines(plan, width), names)
        for step, lines in steps_of(plan, width):
            if step.kind is StepKind.STOP:
                continue
            for slot, (start, end) in zip(report.schedule.before.slots, columns, strict=True):
                cell = " ".join(" ".join(line[start:end] for line in lines).split())
                self.reads_back(cell, step, slot, report)

    def reads_back(self, cell: str, step: Step, slot: Slot, report: Report) -> None:
        dose = step.dose_at(slot)
        if not dose:
            assert cell == "none"
            return
        spoken = read_back(cell, only_strength_of(report))
        assert spoken.made == spoken.claimed
        assert spoken.claimed * 10**6 == dose.ng


def slot_heads(report: Report) -> list[str]:
    """The heads of the slot columns."""
    slots = report.schedule.before.slots
    if len(slots) == 1:
        return ["Take"]
    names = {Slot.BEDTIME: report.region.bedtime_word.capitalize()}
    return [names.get(slot, slot.value.capitalize()) for slot in slots]


class TestNarrowScreens:
    """Where no table fits, each step is a paragraph that reads back to the same intakes."""

    STACKED = ("two slots, one strength", "three slots", "four slots", "two slots of a liquid", "a maintenance dose")

    @pytest.mark.parametrize("plan", STACKED)
    def test_each_line_reads_back_to_its_intake(self, plan: str) -> None:
        report = SHOWN[plan]()
        for step, lines in steps_of(plan, 40):
            if step.kind is StepKind.STOP:
                continue
            said = " ".join(" ".join(lines).split())
            for slot, name in zip(report.schedule.before.slots, slot_heads(report), strict=True):
                dose = step.dose_at(slot)
                cell = re.search(
                    rf"\b{name.lower()}: (none|.*?(?<!micrograms )\((?:[\d.]+ micrograms, )?[\d.]+ mg\))", said
                )
                assert cell
                spoken = read_back(cell[1], only_strength_of(report)) if dose else None
                assert (spoken.made if spoken else 0) * 10**6 == dose.ng


def test_a_plan_without_a_step_before_its_maintenance_dose_says_so_in_place_of_tablets() -> None:
    plan = report("zaleplon", "10 mg", reduce="5 mg", to="5 mg", region="us", context=("used-for=10d",))
    said = words(list(plain_text(blocks(plan, calendar=False), ascii_only=False).splitlines()))
    assert "0 days, 1 cut " in said and "The whole plan takes only the dose that goes on" in said


class TestAscii:
    """Plain ASCII where it is asked for, saying the same things."""

    @every_width
    @every_plan
    def test_no_other_character_is_used(self, plan: str, width: int) -> None:
        assert "\n".join(screen(plan, width, ascii_only=True)).isascii()

    @every_plan
    def test_the_same_words_are_said(self, plan: str) -> None:
        ascii_words = words([re.sub(r"[-+|#]{3,}|[|#]", " ", line) for line in screen(plan, 80, ascii_only=True)])
        usual_words = words(list(screen(plan, 80)))
        assert ascii_words.count("?") == usual_words.count("?")
        assert re.findall(r"[\d.]+ mg", ascii_words) == re.findall(r"[\d.]+ mg", usual_words)

    @pytest.mark.parametrize("region", ["gb", "us", None])
    def test_the_text_file_is_ascii_too(self, region: str | None) -> None:
        assert plain_text(blocks(worked_example(region=region), calendar=True), ascii_only=True).isascii()


class TestThePlainText:
    """The text file is the 80-column screen with every source written out."""

    @every_plan
    def test_every_source_of_the_words_is_named(self, plan: str) -> None:
        text = words(plain_text(blocks(SHOWN[plan](), calendar=False), ascii_only=False).splitlines())
        titles = {cite.source.title for cite in (*SHOWN[plan]().figure_citations, *SHOWN[plan]().word_citations)}
        assert not [title for title in titles if title not in text]

    @every_plan
    def test_no_line_is_longer_than_80(self, plan: str) -> None:
        text = plain_text(blocks(SHOWN[plan](), calendar=True), ascii_only=False)
        assert max(map(len, text.splitlines())) <= 80


_AFTER_CALENDAR = "What you may feel, and what to do"


class TestTheCalendar:
    """The month view shows each day of the plan once with its dose."""

    def cells(self, plan: str) -> dict[tuple[str, int], str]:
        """Every dated cell of the 80-column calendar by month and day."""
        lines = list(screen(plan, 80))
        lines = lines[lines.index("Calendar (mg a day; * the dose changes)") :]
        lines = lines[: lines.index("What you may feel, and what to do")]
        found, month = {}, ""
        for line in lines:
            if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", line):
                month = line
            elif month:
                for match in re.finditer(r"(?<![\d.])(\d{1,2}):? ([\d.]+|STOP)(\*?)(?= {2,}|$|\s+\d)", line):
                    found[month, int(match[1])] = match[2] + match[3]
        return found

    def test_shows_every_day_of_the_worked_example(self) -> None:
        cells = self.cells("two slots, one strength")
        schedule = SHOWN["two slots, one strength"]().schedule
        assert len(cells) == 126 + 1
        for (month, number), text in cells.items():
            name, year = month.split()
            on = schedule.start.replace(year=int(year), month=MONTHS.index(name) + 1, day=number)
            dose = schedule.dose_on(on)
            changes = any(step.start == on for step in schedule.steps)
            assert text == (dose.mg_text if dose else "STOP") + ("*" if changes else "")

    @every_width
    @every_plan
    def test_no_day_is_parted_from_its_dose(self, plan: str, width: int) -> None:
        """'13:' at the end of a line reads as a day on which nothing is taken."""
        lines = screen(plan, width)
        calendar = lines[lines.index("Calendar (mg a day; * the dose changes)") : lines.index(_AFTER_CALENDAR)]
        assert not [line for line in calendar if re.search(r"\d:$", line)]

    @every_width
    def test_no_dose_runs_into_the_next_day(self, width: int) -> None:
        by_slot = " + ".join(f"37.5 mg {slot}" for slot in ("morning", "noon", "evening", "bedtime"))
        options = {"products": "75 mg tablet quarter, 37.5 mg tablet quarter", "region": "us"}
        plan = report("venlafaxine", by_slot, reduce="22%", **options)
        stream = io.StringIO()
        show(blocks(plan, calendar=True, brief=True), stream, width=width, ascii_only=False)
        lines = stream.getvalue().splitlines()
        calendar = lines[lines.index("Calendar (mg a day; * the dose changes)") : lines.index(_AFTER_CALENDAR)]
        told = [dose for line in calendar for dose in re.findall(r"(?<![\d.])\d{1,2}: ([\d.]+)", line)]
        held = {step.total.mg_text for step in plan.schedule.dosing_steps}
        assert "121.875" in held and set(told) == held
        assert len(told) == plan.schedule.days

    def test_is_shown_only_when_asked(self) -> None:
        assert "Calendar" not in "\n".join(screen("two slots, one strength", 80, calendar=False))


class TestNumbersToCall:
    """The emergency line belongs to the region; where the region is not known it stays blank."""

    NUMBERS: ClassVar = {"gb": "999", "gb-nir": "999", "us": "911"}
    FOREIGN: ClassVar = {"gb": ("911", "988"), "gb-nir": ("911", "988", "111"), "us": ("999", "116 123", "0808")}

    def tiers(self, region: str | None) -> str:
        text = plain_text(blocks(worked_example(region=region), calendar=False), ascii_only=False)
        start = text.index("What you may feel, and what to do")
        return " ".join(text[start : text.index("For the patient")].split())

    @pytest.mark.parametrize("region", NUMBERS)
    def test_the_regions_own_number_is_printed(self, region: str) -> None:
        assert f"EMERGENCY: call {self.NUMBERS[region]}" in self.tiers(region)

    @pytest.mark.parametrize("region", FOREIGN)
    def test_no_number_of_another_region_is_printed(self, region: str) -> None:
        assert not [number for number in self.FOREIGN[region] if re.search(rf"\b{number}\b", self.tiers(region))]

    def test_without_a_region_the_line_is_blank_and_holds_no_number(self) -> None:
        assert re.search(r"EMERGENCY: call your local emergency number: _{3,}", self.tiers(None))
        assert not re.search(r"\b(999|911|112|111|988|116 123)\b", self.tiers(None))

    @pytest.mark.parametrize("region", NUMBERS)
    def test_crisis_lines_stand_beside_thoughts_of_harm_and_not_beside_a_fit(self, region: str) -> None:
        assert re.search(r"ending your life; .{0,200}for thoughts of harming yourself also: ", self.tiers(region))

    def test_the_emergency_stands_before_the_other_tiers(self) -> None:
        text = self.tiers("gb")
        places = [
            text.index(words) for words in ("EMERGENCY", "CALL THE SAME DAY", "WITHIN ONE WORKING DAY", "EXPECTED")
        ]
        assert places == sorted(places)

    @pytest.mark.parametrize(("stated", "printed"), [((), False), (("opioid=no",), False), (("opioid",), True)])
    def test_naloxone_is_told_to_those_who_take_an_opioid(self, stated: tuple[str, ...], printed: bool) -> None:
        text = " ".join(plain_text(blocks(worked_example(context=stated), calendar=False), ascii_only=False).split())
        assert ("ask us for naloxone" in text) == printed
