"""The plan as Markdown: every row whole in its table, and no word of anybody's taken for markup."""

from __future__ import annotations

import re
from functools import cache

import pytest
from render_builders import NOTICE, SHOWN, only_strength_of, read_back, worked_example

from taper_cli.model.schedule import StepKind
from taper_cli.render.content import blocks
from taper_cli.render.markdown import escaped, markdown
from taper_cli.render.wording import in_region

every_plan = pytest.mark.parametrize("plan", SHOWN)
HOSTILE = "[/b] **bold** _it_ `x` | <b>y</b> # h ~z~ {a} \\ [l](http://example.org)"


@cache
def paper(plan: str) -> str:
    return markdown(blocks(SHOWN[plan](), calendar=True))


def unescaped(text: str) -> str:
    """What a reader of the formatted paper sees."""
    return re.sub(r"\\([\\`*_{}\[\]<>#|~])", r"\1", text)


def table_of(plan: str) -> list[list[str]]:
    """The cells of the schedule's table, heads and rule included."""
    lines = paper(plan).split("\n")
    start = lines.index("## Schedule") + 2
    end = lines.index("", start)
    return [[unescaped(cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[start:end]]


class TestTheTable:
    """The schedule is one table with every row on one line."""

    @every_plan
    def test_every_row_has_as_many_cells_as_the_head(self, plan: str) -> None:
        assert len({len(row) for row in table_of(plan)}) == 1

    @every_plan
    def test_has_the_present_dose_and_a_row_for_each_step(self, plan: str) -> None:
        steps = SHOWN[plan]().schedule.steps
        numbers = [row[0] for row in table_of(plan)[2:]]
        assert numbers == ["now", *(str(step.number) for step in steps[:-1]), "END"]

    @every_plan
    def test_each_row_reads_back_to_its_step(self, plan: str) -> None:
        report = SHOWN[plan]()
        slots = report.schedule.before.slots
        for row, step in zip(table_of(plan)[3:], report.schedule.steps, strict=True):
            takes, total = row[4 : 4 + len(slots)], row[4 + len(slots)]
            assert total == in_region(str(step.total), report.region)
            if step.kind is StepKind.STOP:
                assert takes[0] == f"STOP. Take no more {report.drug.name}."
                continue
            spoken = [read_back(take, only_strength_of(report)) for take in takes if take != "none"]
            assert all(one.made == one.claimed for one in spoken)
            assert sum(one.made for one in spoken) * 10**6 == step.total.ng

    @every_plan
    def test_each_row_has_its_dates_and_days(self, plan: str) -> None:
        for row, step in zip(table_of(plan)[3:-1], SHOWN[plan]().schedule.steps, strict=False):
            assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}", row[1])
            assert (f" {step.start.day} " in row[1], f" {step.start.year}" in row[1]) == (True, True)
            assert row[3] == str(step.days)


class TestThePaper:
    """Notices, findings and symptoms are all there."""

    @every_plan
    def test_the_notice_stands_first_and_at_the_end(self, plan: str) -> None:
        assert paper(plan).startswith(f"> **{NOTICE}**\n")
        assert paper(plan).count(NOTICE) == 2

    @every_plan
    def test_what_was_assumed_stands_before_the_schedule(self, plan: str) -> None:
        before, _, _ = unescaped(paper(plan)).partition("## Schedule")
        region = SHOWN[plan]().region
        assert all(f"- {in_region(item.what, region)}  ({item.change})" in before for item in SHOWN[plan]().assumptions)

    @every_plan
    def test_every_finding_and_every_symptom_is_printed(self, plan: str) -> None:
        text, report = unescaped(paper(plan)), SHOWN[plan]()
        assert all(in_region(finding.message, report.region) in text for finding in report.findings)
        assert all(f"- {symptom.words}\n" in text for symptom in report.drug_class.symptoms)

    @every_plan
    def test_each_flag_has_a_box_to_tick(self, plan: str) -> None:
        flags = [finding for finding in SHOWN[plan]().findings if finding.level.value != "info"]
        section = unescaped(paper(plan)).partition("## Flags")[2].partition("\n## ")[0]
        assert section.count("- [ ] ") == len(flags)

    @every_plan
    def test_ends_with_one_line_end(self, plan: str) -> None:
        assert paper(plan).endswith("\n") and not paper(plan).endswith("\n\n")

    def test_shows_the_calendar_only_when_asked(self) -> None:
        assert "| Mon | Tue |" not in markdown(blocks(worked_example(), calendar=False))
        assert "| Mon | Tue |" in markdown(blocks(worked_example(), calendar=True))

    @every_plan
    def test_every_week_of_the_calendar_has_seven_days(self, plan: str) -> None:
        months = paper(plan).partition("## Calendar")[2].partition("\n## ")[0]
        weeks = [line for line in months.split("\n") if line.startswith("|")]
        assert weeks and {line.count("|") for line in weeks} == {8}


class TestEscaping:
    """Whatever was typed is read as it was typed."""

    @pytest.mark.parametrize("sign", "\\`*_{}[]<>#|~")
    def test_each_sign_of_markup_is_escaped(self, sign: str) -> None:
        assert escaped(f"a{sign}b") == f"a\\{sign}b"

    @pytest.mark.parametrize("word", ["tablet", "2.5 mg", "14.3%", "day 3 to day 14", "(halves allowed)", "it's"])
    def test_plain_words_stay_as_they_are(self, word: str) -> None:
        assert escaped(word) == word

    def test_a_hostile_reason_is_one_list_item_that_reads_as_typed(self) -> None:
        report = worked_example(context=("pregnancy",), accept=(("context.pregnancy", HOSTILE),))
        text = markdown(blocks(report, calendar=False))
        (line,) = [line for line in text.split("\n") if "bold" in line]
        assert HOSTILE in unescaped(line)
        assert not re.search(r"(?<!\\)[*_`|<>~]", line)

    def test_a_line_break_in_a_reason_starts_no_heading(self) -> None:
        report = worked_example(context=("pregnancy",), accept=(("context.pregnancy", "one\n# two\n- [x] three"),))
        text = markdown(blocks(report, calendar=False))
        assert not re.search(r"^(# two|- \[x\])", text, re.MULTILINE)
