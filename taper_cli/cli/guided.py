"""The guided way in: `taper plan` on a terminal asks for what was not typed, shows the plan, changes it, saves it, prints its line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import TextIO

import typer

from taper_cli.cli import prompt
from taper_cli.cli.answers import TO_STDOUT, Answers
from taper_cli.cli.app import OK, code_of
from taper_cli.cli.at_hand import AtHand, Syringe
from taper_cli.cli.facts import Group, Value
from taper_cli.cli.interview import Back, Interview, Noted, Quit, tell
from taper_cli.cli.oneline import one_line
from taper_cli.cli.output import show_report
from taper_cli.cli.question import Question
from taper_cli.cli.questions import (
    DrugName,
    Ending,
    FirstDay,
    HowFast,
    Interval,
    Others,
    PresentDose,
    RegionKey,
    TakenFor,
    WhichFirst,
)
from taper_cli.cli.saving import save
from taper_cli.model.errors import InvalidInput, TaperError
from taper_cli.model.report import Report

QUESTIONS: tuple[Question, ...] = (
    DrugName(),
    RegionKey(),
    PresentDose(),
    HowFast(),
    Interval(),
    WhichFirst(),
    Ending(),
    AtHand(),
    Syringe(),
    TakenFor(),
    Value("age", "How old is the patient, in years?", "Under 18 is refused; other rules hold from 65 years."),
    Value(
        "used-for",
        "How long has it been taken? Such as 10d, 6w, 8m or 3y.",
        "Not stated counts as long. After short use the limits flag and do not refuse.",
    ),
    Value("days-a-week", "On how many days a week is it taken? 1 to 7.", "Not stated counts as every day."),
    Group(
        "specialist",
        "Is any of these true? With one of them a plan is refused unless a specialist accepts it.",
        gate=True,
    ),
    Group("caution", "Is any of these true? Each adds what to heed.", gate=False),
    FirstDay(),
)
"""The order of the questions: each may depend on those before it."""
_HELP_NEXT = (
    "Every answer can be changed: type its number or its name. What a refusal offers is an answer (a longer time as the pace), or an "
    "option (--accept with the prescriber's reason). Enter goes on to saving, where there is a plan."
)


def guided(ctx: typer.Context, make: Callable[..., None]) -> None:
    """Ask for what was not typed, until a plan is kept or left; `make` is the command itself, called with all its options.

    Raises:
        InvalidInput: for a slip on the command line that no question asks about.
        typer.Abort: where the person leaves before there is a plan.
        typer.Exit: with the code of a refusal that the person leaves standing.
    """
    defaults = {str(param.name): param.get_default(ctx) for param in ctx.command.params}
    answers = Answers(dict(ctx.params), defaults)
    answers = answers.with_changes({"today": answers.text("today") or date.today().isoformat()})
    try:
        Guide(ctx, answers).run(make)
    except Quit:
        raise typer.Abort from None


class Guide:
    """A conversation from the first question to the printed line."""

    def __init__(self, ctx: typer.Context, answers: Answers) -> None:
        self._ctx = ctx
        fields = {field for question in QUESTIONS for field in question.fields} | {"today", "output", "force"}
        others = Others(ctx, [str(param.name) for param in ctx.command.params if param.name not in fields])
        self._interview = Interview(ctx, answers, (*QUESTIONS, others))

    def run(self, make: Callable[..., None]) -> None:
        """Ask, plan, change as often as wanted; then save, and print the line that does the same."""
        self._interview.start()
        while True:
            self._interview.complete()
            if self._change_wanted(self._planned()):
                continue
            try:
                save(self._ctx, self._interview, make, on_screen=self._on_stdout)
            except Noted:
                continue
            self._print_line()
            return

    @property
    def _answers(self) -> Answers:
        return self._interview.answers

    # The plan.

    def _planned(self) -> Report | TaperError:
        """The plan, shown; or the refusal, told with its reasons."""
        from taper_cli.service import plan

        prompt.write("\n")
        try:
            report = plan(self._answers.request())
            self._show(report)
        except TaperError as error:
            tell(error)
            return error
        if self._answers.params.get("explain"):
            self._why(report)
        return report

    def _show(self, report: Report) -> None:
        """The schedule on the screen; where stdout is kept for something else, on that of stderr."""
        show_report(report, self._answers.papers("calendar", "ascii_only"), self._screen)
        self._screen.flush()

    @property
    def _on_stdout(self) -> bool:
        """Whether the schedule on the screen is what stdout gets."""
        return not self._answers.papers(*TO_STDOUT).to_stdout and sys.stdout.isatty()

    @property
    def _screen(self) -> TextIO:
        return sys.stdout if self._on_stdout else sys.stderr

    def _why(self, found: Report | TaperError) -> None:
        """The reasons: each step's arithmetic, or what forbids a plan."""
        from taper_cli.cli.why import show_conflict, show_explanation
        from taper_cli.service import conflict, explain

        ascii_only = bool(self._answers.params.get("ascii_only"))
        if isinstance(found, Report):
            show_explanation(explain(found, "all"), self._screen, ascii_only=ascii_only)
            self._screen.flush()
            return
        behind = conflict(self._answers.request(), found)
        if behind is None:
            prompt.say("There is no more to tell than was said above.")
        else:
            show_conflict(behind, sys.stderr, as_json=False, ascii_only=ascii_only)

    # What to do with it.

    def _change_wanted(self, found: Report | TaperError) -> bool:
        """Whether an answer is to be asked again; False where the plan is to be saved.

        Raises:
            typer.Exit: where the person leaves, with the code that the same line would end with.
        """
        planned = isinstance(found, Report)
        if isinstance(found, Report):
            self._recall(found)
        asked = self._list_answers()
        prompt.say(
            "Change: a number or a name above, or an option such as --split half. why: the reasons. quit: leave."
        )
        if planned:
            prompt.say("Enter: go on to saving")
        while True:
            try:
                text = self._interview.line("next", lambda: (_HELP_NEXT,), lambda _: ["why", "quit", *asked]).lower()
            except Noted:
                return True
            except Back:
                self._interview.reopen_last()
                return True
            except Quit:
                self._print_line()
                raise typer.Exit(OK if isinstance(found, Report) else code_of(found)) from None
            if planned and not text:
                return False
            if text in asked:
                self._interview.reopen(asked[text])
                return True
            if text == "why":
                self._why(found)
            else:
                tell(
                    InvalidInput(f"{text!r} is no answer of the list", "expected a number or a name", "type ? for help")
                )

    def _print_line(self) -> None:
        """The command line that does all this again."""
        prompt.write("\n")
        prompt.say("The same in one line; without --today it is dated on the day on which it is run:")
        prompt.write(one_line(self._ctx, self._answers.params) + "\n")

    def _recall(self, report: Report) -> None:
        """The plan in two lines: its papers are longer than a screen."""
        from taper_cli.render.content import overview
        from taper_cli.render.wording import in_region

        prompt.write("\n")
        prompt.say("The plan above, in short")
        for line in overview(report)[1:4:2]:
            prompt.say(in_region(line, report.region), "  ")

    def _list_answers(self) -> dict[str, Question]:
        """Every answer with its number, told; the questions by number and name."""
        prompt.write("\n")
        prompt.say("Your answers")
        found: dict[str, Question] = {}
        for number, question in enumerate(self._interview.asked(), 1):
            prompt.say(question.told(self._answers), f"{number:>3} {question.name:<12}")
            found |= {str(number): question, question.name: question}
        return found
