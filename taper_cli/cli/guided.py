"""The guided way in: `taper plan` on a terminal asks for what was not typed, shows the plan, changes it, saves it, prints its line."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TextIO

import typer

from taper_cli.cli import prompt
from taper_cli.cli.answers import Answers
from taper_cli.cli.app import FORESEEN, OK, code_of
from taper_cli.cli.facts import Group, Value
from taper_cli.cli.interview import Back, Interview, Noted, Quit, tell
from taper_cli.cli.oneline import one_line
from taper_cli.cli.output import Format, Wanted, show_report, tell_written
from taper_cli.cli.questions import (
    AtHand,
    DrugName,
    Ending,
    FirstDay,
    HowFast,
    Interval,
    Others,
    PresentDose,
    Question,
    RegionKey,
    Syringe,
    TakenFor,
    WhichFirst,
)
from taper_cli.model.errors import InvalidInput, TaperError
from taper_cli.model.report import Report
from taper_cli.render.style import Style

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
    Group("stops", "Is any of these so? Each refuses the plan unless a specialist accepts it.", gate=True),
    Group("warns", "Is any of these so? Each adds what to heed.", gate=False),
    FirstDay(),
)
"""The order of the questions: each may depend on those before it."""
_KINDS = tuple(form.value for form in Format if form is not Format.SCREEN)
_HELP_NEXT = (
    "Every answer can be changed: type its number or its name. What a refusal offers is an answer (a longer time as the pace), or an "
    "option (--accept with the prescriber's reason). Enter goes on to saving, where there is a plan."
)
_HELP_FILES = (
    "The kind of a file is the end of its name, such as plan.pdf or 'my plan.csv'. A file that is there already is overwritten only "
    "after a yes. Without a file the plan stays on the screen alone."
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
            found = self._planned()
            if not self._change_wanted(found):
                break
        self._save(make)
        self._print_line()

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
        style = Style(calendar=bool(self._answers.params.get("calendar")))
        ascii_only = bool(self._answers.params.get("ascii_only"))
        screen = Wanted.of([], rows="", form="", style=style, excel=False, ascii_only=ascii_only)
        show_report(report, screen, self._screen)
        self._screen.flush()

    @property
    def _on_stdout(self) -> bool:
        """Whether the schedule on the screen is what stdout gets."""
        chosen = self._answers.text("form").lower() in ("", Format.SCREEN.value)
        return chosen and "-" not in (self._answers.params.get("output") or ()) and sys.stdout.isatty()

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
        if isinstance(found, Report):
            self._recall(found)
        asked = self._list_answers()
        prompt.say(
            "Change: a number or a name above, or an option such as --split half. why: the reasons. quit: leave."
        )
        if isinstance(found, Report):
            prompt.say("Enter: go on to saving")
        while True:
            try:
                text = self._interview.line("next", _HELP_NEXT, lambda _: ["why", "quit", *asked]).lower()
            except Noted:
                return True
            except Back:
                self._interview.reopen_last()
                return True
            except Quit:
                self._print_line()
                raise typer.Exit(OK if isinstance(found, Report) else code_of(found)) from None
            if not text and isinstance(found, Report):
                return False
            if text == "why":
                self._why(found)
            elif text in asked:
                self._interview.reopen(asked[text])
                return True
            else:
                tell(
                    InvalidInput(
                        f"{text!r} is no answer of the list", "expected its number or its name", "type ? for help"
                    )
                )

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

    def _save(self, make: Callable[..., None]) -> None:
        """Ask for files until they are written, or none is wanted."""
        while True:
            try:
                self._ask_files()
                params = dict(self._answers.params)
                if params["output"] or not self._on_stdout:
                    # The command reads there what was typed: now it is everything.
                    self._ctx.params = params
                    make(self._ctx, **params | {"quiet": self._on_stdout or params["quiet"]})
            except FORESEEN as error:
                tell(error)
                self._interview.answers = self._answers.without(("output",))
                continue
            except Noted:
                continue
            if self._on_stdout:
                tell_written([Path(name) for name in params["output"] or []])
            return

    def _ask_files(self) -> None:
        """Which files to write; one that exists only after a yes.

        Raises:
            InvalidInput: for an extension that is not known.
            Noted: where options were typed instead.
        """
        typed = list(self._answers.params.get("output") or [])
        prompt.write("\n")
        prompt.say(
            "Which files are to be written? Names with their kind, with spaces between; a kind alone is named plan."
        )
        prompt.say(
            "pdf, html: the sheets; json: the plan, to revise or print again; csv, md, txt: tables and text", "  "
        )
        prompt.say(f"Enter: {shlex.join(typed) if typed else 'none'}")
        text = self._line("files", _HELP_FILES, [f"plan.{kind}" for kind in _KINDS])
        names = [f"plan.{word}" if word in _KINDS else word for word in _words(text)] or typed
        Wanted.of(names, rows="", form="", style=Style(), excel=False, ascii_only=False)
        taken = [name for name in names if name != "-" and Path(name).exists()]
        force = bool(self._answers.params.get("force"))
        if taken and not force:
            force = self._overwritten(taken)
            names = names if force else []
        if taken and not force:
            raise InvalidInput(f"{taken[0]!r} exists", "expected a new file", "type another name")
        self._interview.answers = self._answers.with_changes({"output": names or None, "force": force})

    def _overwritten(self, taken: list[str]) -> bool:
        """Whether files that exist may be lost."""
        prompt.say(f"{', '.join(taken)}: there already. Overwrite? yes or no.")
        prompt.say("Enter: no")
        return (
            self._line("overwrite", "yes: the old file is lost. no: type another name.", ["yes", "no"]).lower() == "yes"
        )

    def _line(self, name: str, help: str, known: list[str]) -> str:
        """A line after the plan was accepted; there is no question to go back to but the list of answers."""
        while True:
            try:
                return self._interview.line(name, help, lambda _: known)
            except Back:
                prompt.say("the answers are changed before saving; here, type names or press Enter")

    def _print_line(self) -> None:
        """The command line that does all this again."""
        prompt.write("\n")
        prompt.say("The same in one line; without --today it is dated on the day on which it is run:")
        prompt.write(one_line(self._ctx, self._answers.params) + "\n")


def _words(text: str) -> list[str]:
    """File names, quoted where they hold spaces."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} cannot be read ({error})", "expected file names", "write for example plan.pdf"
        ) from error
