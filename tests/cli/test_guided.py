"""The guided way in, driven by keys: what is asked, what a slip is told, what is saved, and that its line gives the same again."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cli_runner import taper, taper_process
from terminal_driver import CTRL_C, ENTER, STORY, TAB, TAPER, TODAY, Start, Terminal


def words_in(text: str) -> str:
    """Text as one line, so that it does not matter where lines were broken; marks of the conversation left out."""
    return " ".join(re.sub(r"(?m)^  [!=] ", "", text).split())


def line_of(terminal: Terminal) -> list[str]:
    """The arguments of the command line that a session printed at its end."""
    words = shlex.split(terminal.last_line)
    assert words[:2] == ["taper", "plan"]
    return words[1:]


class TestTheStory:
    """A first run: nothing typed but the command."""

    @pytest.fixture
    def told(self, start: Start) -> Terminal:
        terminal = start("plan", *TODAY, apart=True)
        terminal.answer_all([*STORY, ("next", ""), ("files", "pdf json 'my plan.csv'")])
        assert terminal.end() == 0
        return terminal

    def test_shows_on_stdout_what_its_line_shows_there_and_nothing_else(self, told: Terminal, start: Start) -> None:
        again = start(
            *(word for word in line_of(told) if word not in ("--output", "plan.pdf", "plan.json", "my plan.csv")),
            apart=True,
        )
        assert again.end() == 0, again.screen.text
        assert "diazepam: 20 mg a day to STOP" in told.stdout.text
        assert told.stdout.received == again.stdout.received

    def test_writes_the_files_that_its_line_writes(self, told: Terminal, tmp_path: Path) -> None:
        (tmp_path / "again").mkdir()
        assert taper_process(*line_of(told), cwd=tmp_path / "again").code == 0
        for name in ("plan.pdf", "plan.json", "my plan.csv"):
            assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes() != b""
        assert len(list(tmp_path.iterdir())) == 4

    def test_asks_in_turn_and_tells_of_the_files(self, told: Terminal) -> None:
        asked = re.findall(r"(?m)^([a-z-]+)> ", told.screen.text)
        assert asked == [*(name for name, _ in STORY), "next", "files"]
        for name in ("plan.pdf", "plan.json", "my plan.csv"):
            assert f"written: {name}\n" in told.screen.text

    def test_says_how_answers_were_read_and_what_enter_means(self, told: Terminal) -> None:
        text = words_in(told.screen.text)
        for words in (
            "Valium is diazepam (benzodiazepines)",
            "Limit: 25% of the current dose in 14 days",
            "Enter: a cut every 2 weeks",
            "Enter: 2 mg tablet, 5 mg tablet, 10 mg tablet",
            "yes: alcohol use; no: opioid taken as well; the others not known",
            "Mon 7 Dec 2026",
        ):
            assert words in text

    def test_leaves_the_terminal_as_it_was(self, told: Terminal) -> None:
        assert told.is_as_before


class TestItsLine:
    """The line is complete in itself."""

    def test_states_the_first_day_and_today_so_that_it_is_the_same_tomorrow(self, start: Start) -> None:
        terminal = start("plan")
        terminal.answer_all([*STORY[:-1], ("start", ""), ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert re.search(r"--start \d{4}-\d\d-\d\d .*--today \d{4}-\d\d-\d\d$", terminal.last_line)

    def test_is_printed_for_a_plan_that_is_left_unsaved_too(self, start: Start, tmp_path: Path) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY, ("next", "quit")])
        assert terminal.end() == 0
        assert taper(*line_of(terminal)).code == 0
        assert list(tmp_path.iterdir()) == []


class TestARefusal:
    """A refusal for safety is told with its reasons; an answer mends it, or the person leaves with its exit code."""

    def refused(self, start: Start) -> Terminal:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:3], ("pace", "8w"), *STORY[4:]])
        return terminal

    def test_is_told_in_the_words_of_the_command_line(self, start: Start) -> None:
        terminal = self.refused(start)
        told = words_in(terminal.answer("next", "quit"))
        assert terminal.end() == 4
        assert words_in(taper(*line_of(terminal)).said.removeprefix("taper: ")) in told
        assert "refused for safety: do not stop the medicine" in told

    def test_is_mended_by_changing_one_answer(self, start: Start) -> None:
        terminal = self.refused(start)
        terminal.answer("next", "pace")
        assert "Enter: keep over 8 weeks" in terminal.wait_for("pace> ")
        terminal.press("26w" + ENTER)
        terminal.answer_all([("every", ""), ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert "26w" in line_of(terminal)

    def test_is_accepted_by_name_and_reason_only(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:-3], ("specialist", "pregnancy"), ("caution", ""), ("start", "2026-12-07")])
        terminal.answer("next", "--accept context.pregnancy")
        terminal.wait_for("names no rule and reason")
        terminal.answer("next", '--accept context.pregnancy="the midwife agrees"')
        terminal.answer_all([("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert "context.pregnancy=the midwife agrees" in line_of(terminal)

    def test_enter_does_not_go_on(self, start: Start) -> None:
        terminal = self.refused(start)
        terminal.answer("next", "")
        terminal.wait_for("is no answer of the list")
        terminal.answer("next", "quit")
        assert terminal.end() == 4

    def test_tells_the_rules_behind_it_when_asked_why(self, start: Start) -> None:
        terminal = self.refused(start)
        terminal.answer("next", "why")
        assert "The rules that together forbid it" in terminal.wait_for("next> ")
        terminal.press("quit" + ENTER)
        assert terminal.end() == 4


BAD = {
    "drug": ("diazepan", "the formulary holds no drug called 'diazepan'", "did you mean diazepam"),
    "region": ("uk", "region 'uk' is not known", "write --region gb"),
    "dose": ("20", "dose '20' has no unit", "write for example '20 mg'"),
    "pace": ("until 2027-02-30", "end date '2027-02-30' does not exist", "write for example 2026-12-07"),
    "every": ("often", "--every 'often' is not a length of time", "'12w', '90d' or '6m'"),
    "end": ("5", "--to '5' has no unit", "write for example"),
    "products": ("3 mg tablet", "'3 mg tablet' is not in the formulary", "type one of these"),
    "for": ("\x16\x01", "holds a character that cannot be shown", "type it again"),
    "age": ("old", "--context 'age=old' has no age in years", "write for example age=72"),
    "used-for": ("long", "--context used-for 'long' is not a length of time", "write for example"),
    "days-a-week": ("8", "has no number of days", "days-a-week=3"),
    "specialist": ("99", "'99' is no fact of the list", "type for example 2 5 no others, or none"),
    "caution": ("2 no", "'no' stands before what it is about", "type for example 2 5 no others"),
    "start": ("07/12/2026", "--start '07/12/2026' is not written as year-month-day", "write for example 2026-12-07"),
}
"""A bad answer to each question, what is found in it, and what is to be typed instead."""


def test_a_bad_answer_is_told_and_the_question_asked_again(start: Start) -> None:
    terminal = start("plan", *TODAY)
    for name, good in STORY:
        bad, found, instead = BAD[name]
        terminal.answer(name, bad)
        told = words_in(terminal.wait_for(f"{name}> "))
        assert found in told and instead in told
        terminal.press(good + ENTER)
    terminal.answer_all([("next", "99"), ("next", "quit")])
    assert terminal.end() == 0


class TestFiles:
    """No file is overwritten unasked."""

    def at_files(self, start: Start, tmp_path: Path) -> Terminal:
        (tmp_path / "plan.csv").write_bytes(b"mine")
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY, ("next", ""), ("files", "plan.csv")])
        return terminal

    def test_a_file_that_exists_stays_after_enter(self, start: Start, tmp_path: Path) -> None:
        terminal = self.at_files(start, tmp_path)
        terminal.answer_all([("overwrite", ""), ("files", "other.csv")])
        assert terminal.end() == 0
        assert (tmp_path / "plan.csv").read_bytes() == b"mine"
        assert (tmp_path / "other.csv").read_bytes().startswith(b"schema")
        assert "--force" not in line_of(terminal) and "plan.csv" not in line_of(terminal)

    def test_a_file_that_exists_is_overwritten_after_a_yes_and_the_line_says_so(
        self, start: Start, tmp_path: Path
    ) -> None:
        terminal = self.at_files(start, tmp_path)
        terminal.answer("overwrite", "yes")
        assert terminal.end() == 0
        assert (tmp_path / "plan.csv").read_bytes().startswith(b"schema")
        assert "--force" in line_of(terminal)

    def test_a_yes_to_one_file_is_none_to_another(self, start: Start, tmp_path: Path) -> None:
        terminal = start("plan", *TODAY)
        for name in ("plan.csv", "plan.md"):
            (tmp_path / name).write_bytes(b"mine")
        terminal.answer_all([*STORY, ("next", ""), ("files", "plan.csv missing/plan.md"), ("overwrite", "yes")])
        terminal.answer_all([("files", "plan.md"), ("overwrite", "no"), ("files", "")])
        assert terminal.end() == 0
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine", b"mine"]

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("plan.docx", "has no known extension"),
            ("no/plan.csv", "cannot be written"),
            ("'plan", "No closing quotation"),
        ],
    )
    def test_a_name_that_cannot_be_is_asked_for_again(
        self, typed: str, found: str, start: Start, tmp_path: Path
    ) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY, ("next", ""), ("files", typed)])
        assert found in words_in(terminal.answer("files", ""))
        assert terminal.end() == 0
        assert list(tmp_path.iterdir()) == []

    def test_an_option_typed_at_the_end_is_seen_on_a_new_plan_before_it_is_saved(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY, ("next", "")])
        terminal.answer("files", "--products '2 mg tablet'")
        shown = terminal.wait_for("next> ")
        assert "diazepam: 20 mg a day to STOP" in shown and "7 products    2 mg tablet" in shown


class TestOtherScreens:
    """A plain terminal is enough, however narrow."""

    @pytest.mark.parametrize("columns", [40, 80, 120])
    def test_no_line_is_wider_than_the_screen_but_the_printed_one(self, columns: int, start: Start) -> None:
        terminal = start("plan", *TODAY, columns=columns, env={"TERM": "dumb"})
        terminal.answer_all([*STORY, ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert [line for line in terminal.screen.text.splitlines()[:-1] if len(line) > columns] == []

    def test_a_terminal_that_can_do_little_gets_no_controls_at_the_questions(self, start: Start) -> None:
        terminal = start("plan", *TODAY, apart=True, env={"TERM": "dumb"})
        terminal.answer_all([*STORY, ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.screen.received

    def test_the_old_c_locale_is_enough(self, start: Start) -> None:
        terminal = start("plan", *TODAY, env={"LC_ALL": "C"})
        terminal.answer_all([*STORY, ("next", ""), ("files", "csv")])
        assert terminal.end() == 0

    def test_stdout_in_a_file_gets_the_plan_once_and_no_question(self, start: Start, tmp_path: Path) -> None:
        shell = f'exec "$@" > {tmp_path}/out.txt'
        terminal = start(*TODAY, command=("sh", "-c", shell, "sh", *TAPER, "plan"))
        terminal.answer_all([*STORY, ("next", "4"), ("pace", "30w"), ("every", ""), ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert (tmp_path / "out.txt").read_bytes() == taper(*line_of(terminal)).out


class TestTab:
    """Tab completes what is known at a question."""

    @pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
    def test_a_name_is_completed_whatever_its_capitals(self, term: str, start: Start) -> None:
        terminal = start("plan", *TODAY, env={"TERM": term})
        terminal.wait_for("drug> ")
        terminal.press("vali" + TAB + ENTER)
        assert "Valium is diazepam" in terminal.wait_for("region> ")

    def test_several_names_are_listed(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.wait_for("drug> ")
        terminal.press("lor" + TAB + TAB)
        listed = terminal.wait_for("drug> ")
        assert "lorazepam" in listed and "lormetazepam" in listed and "diazepam" not in listed

    def test_products_are_completed_one_after_another(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all(STORY[:6])
        terminal.wait_for("products> ")
        terminal.press("2 mg t" + TAB + " half, 10" + TAB + ENTER)
        assert "2 mg tablet half, 10 mg tablet" in terminal.wait_for("for> ")

    def test_keys_of_facts_are_completed(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all(STORY[:-2])
        terminal.wait_for("caution> ")
        terminal.press("opi" + TAB + " no gla" + TAB + ENTER)
        assert "yes: opioid taken as well; no: acute narrow-angle glaucoma" in words_in(terminal.wait_for("start> "))


class TestWhatWasTyped:
    """What stands on the command line is not asked again."""

    def test_drug_and_region_are_taken_as_answered(self, start: Start) -> None:
        terminal = start("plan", "Valium", "--region", "us", *TODAY)
        told = terminal.answer("dose", "20 mg")
        assert "drug: Valium\n" in told and "region: us\n" in told and "> " not in told
        terminal.press(CTRL_C)
        assert terminal.end() == 130

    def test_only_the_pace_is_missing(self, start: Start) -> None:
        terminal = start("plan", "diazepam", "20 mg", "--context", "age=54", *TODAY)
        asked = [
            "region",
            "pace",
            "every",
            "end",
            "products",
            "for",
            "used-for",
            "days-a-week",
            "specialist",
            "caution",
            "start",
        ]
        terminal.answer_all([(name, "26w" if name == "pace" else "") for name in asked])
        terminal.answer_all([("next", ""), ("files", "")])
        assert terminal.end() == 0

    def test_a_slip_in_it_is_told_at_its_question(self, start: Start) -> None:
        terminal = start("plan", "diazepan", "--products", "3 mg tablet", *TODAY)
        assert "did you mean diazepam" in words_in(terminal.wait_for("drug> "))
        terminal.press("diazepam" + ENTER)
        terminal.answer_all([("region", "gb"), *STORY[2:6]])
        assert "'3 mg tablet' is not in the formulary" in words_in(terminal.wait_for("products> "))

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (("--supply-days", "often"), "--supply-days 'often' is no number of days"),
            (("--format", "docx"), "--format 'docx' is not known"),
            (("-o", "plan.docx"), "-o 'plan.docx' has no known extension"),
            (("--today", "2026-02-30"), "--today '2026-02-30' does not exist"),
        ],
    )
    def test_a_slip_that_no_question_asks_about_ends_it_at_once(
        self, typed: tuple[str, ...], told: str, start: Start
    ) -> None:
        terminal = start("plan", "diazepam", *typed)
        assert terminal.end() == 2
        assert told in terminal.screen.text

    def test_a_request_that_is_complete_asks_nothing(self, start: Start) -> None:
        terminal = start("plan", "diazepam", "20 mg", "26w", *TODAY)
        assert terminal.end() == 0
        assert "> " not in terminal.screen.text


class TestWithoutATerminal:
    """Where nobody can answer, what is missing is named with an example."""

    @pytest.mark.parametrize(
        ("typed", "missing"),
        [
            ((), "DRUG, DOSE, OVER are missing"),
            (("diazepam",), "DOSE, OVER are missing"),
            (("x", "--reduce", "1 mg"), "DOSE is"),
        ],
    )
    def test_what_is_missing_is_named(self, typed: tuple[str, ...], missing: str) -> None:
        outcome = taper_process("plan", *typed)
        assert (outcome.code, outcome.out) == (2, b"")
        assert missing in outcome.said and 'taper plan diazepam "20 mg" 26w' in outcome.said
        assert outcome.said.count("\n") == 1

    def test_a_missing_pace_is_told_as_ever(self) -> None:
        outcome = taper_process("plan", "diazepam", "20 mg")
        assert outcome.code == 2 and "neither a time nor a pace is given" in outcome.said

    def test_no_input_asks_nothing_on_a_terminal(self, start: Start) -> None:
        terminal = start("plan", "--no-input")
        assert terminal.end() == 2
        assert "DRUG, DOSE, OVER are missing" in terminal.screen.text

    def test_a_screen_that_shows_no_question_counts_as_none(self, start: Start, tmp_path: Path) -> None:
        terminal = start(command=("sh", "-c", f'"$@" 2> {tmp_path}/said.txt', "sh", *TAPER, "plan"))
        assert terminal.end() == 2
        assert "DRUG, DOSE, OVER are missing" in (tmp_path / "said.txt").read_text()


class TestGoingBack:
    """Back, help, and what an answer draws after it."""

    def test_back_asks_the_question_before_and_enter_keeps_its_answer(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:4], ("every", "back"), ("pace", "back")])
        assert "Enter: keep 20 mg" in terminal.wait_for("dose> ")
        terminal.press(ENTER)
        assert "Enter: keep over 26 weeks" in terminal.answer("pace", "10% every 4w")
        terminal.answer_all([(name, "") for name, _ in STORY[5:-1]])
        terminal.answer_all([("start", "2026-12-07"), ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert {"--reduce", "10%", "--every", "4w"} <= set(line_of(terminal)) and "26w" not in line_of(terminal)

    def test_back_at_the_first_question_says_so(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer("drug", "back")
        assert "this is the first question" in terminal.wait_for("drug> ")

    def test_a_question_mark_explains(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all(STORY[:3])
        terminal.answer("pace", "?")
        assert "A pace is followed and never exceeded" in words_in(terminal.wait_for("pace> "))

    def test_a_question_mark_at_the_facts_tells_what_each_means(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:-3], ("specialist", "?")])
        told = words_in(terminal.wait_for("specialist> "))
        assert "4 pregnancy: pregnancy needs the mother and the child weighed together" in told

    def test_another_drug_has_all_that_is_about_it_asked_again(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY, ("next", "drug"), ("drug", "prednisolone")])
        answers = {"region": "gb", "dose": "15 mg", "pace": "60w"}
        for name in ("region", "dose", "pace", "every", "end", "products", "for", "used-for", "specialist", "caution"):
            terminal.answer(name, answers.get(name, ""))
        told = terminal.wait_for("next> ")
        assert "prednisolone: 15 mg a day to STOP" in told
        assert "days-a-week" not in told

    def test_a_published_schedule_takes_the_place_of_what_does_not_fit_it(self, start: Start) -> None:
        terminal = start("plan", "prednisolone", "4 mg", "--region", "gb", "--to", "1 mg", *TODAY)
        terminal.answer("pace", "ng243-alternate-day")
        assert "end: stay on 1 mg has no meaning" in words_in(terminal.wait_for("products> "))

    def test_an_option_is_understood_at_any_question_and_can_be_taken_back(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer_all([*STORY[:6], ("products", "--split quarter"), *STORY[6:]])
        assert "options     --split quarter" in terminal.answer("next", "options")
        terminal.answer_all([("options", "none"), ("next", ""), ("files", "")])
        assert terminal.end() == 0
        assert "--split" not in line_of(terminal)

    def test_an_unknown_option_is_told(self, start: Start) -> None:
        terminal = start("plan", *TODAY)
        terminal.answer("drug", "--sheat patient")
        assert "there is no option '--sheat'" in words_in(terminal.wait_for("drug> "))


class TestClasses:
    """What a class leaves to the prescriber's own words is asked for, with no default."""

    def test_step_and_interval_where_no_rate_is_published(self, start: Start) -> None:
        terminal = start("plan", "baclofen", "20 mg", "--region", "gb", *TODAY)
        assert "No rate for coming off baclofen is published" in words_in(terminal.answer("pace", "26w"))
        terminal.answer("pace", "5 mg")
        assert "Enter" not in terminal.answer("every", "")
        assert "nothing was typed" in terminal.answer("every", "1w")
        terminal.answer("end", "")
        terminal.press(CTRL_C)
        assert terminal.end() == 130

    def test_times_of_day_and_the_form_of_an_opioid(self, start: Start) -> None:
        terminal = start("plan", "morphine", "--region", "gb", *TODAY)
        terminal.answer("dose", "60 mg")
        assert "says nothing of the times of day" in words_in(terminal.answer("dose", "30 mg morning + 30 mg night"))
        terminal.answer_all([("pace", "40w"), ("every", "4w"), ("cut", "even"), ("end", ""), ("products", "")])
        assert "nothing was typed" in terminal.wait_for("products> ")

    def test_the_syringe_of_a_liquid(self, start: Start) -> None:
        terminal = start(
            "plan", "diazepam", "20 mg", "26w", "--every", "2w", "--to", "5 mg", "--region", "gb", "--no-input", *TODAY
        )
        assert terminal.end() == 0
        terminal = start("plan", "diazepam", "20 mg", "--region", "gb", *TODAY)
        terminal.answer_all([("pace", "26w"), ("every", ""), ("end", ""), ("products", "1, 4")])
        assert "Enter: steps of 0.5 mL" in terminal.answer("syringe", "0.1 mL")
        terminal.wait_for("for> ")


class TestTheReadme:
    """The transcript in the README is a session that took place."""

    README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    def test_the_transcript_is_what_its_answers_give(self, start: Start) -> None:
        (found,) = re.findall(r"```text\n\$ taper (plan .*?)\n(.*?)```", self.README, re.S)
        command, transcript = found
        terminal = start(*shlex.split(command))
        terminal.answer_all(re.findall(r"(?m)^([a-z-]+)>(?: (.*))?$", transcript))
        assert terminal.end() == 0
        said = re.sub(r"(?m) +$", "", terminal.screen.text)
        lines = (
            r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*?") + r"\n"
            for line in transcript.splitlines()
        )
        assert re.fullmatch("".join(lines), said), said
