"""The questions one after another: each answer is read and looked up at once, told what is wrong with it, and asked again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence

import typer

from taper_cli.cli import prompt
from taper_cli.cli.answers import TO_STDOUT, Answers
from taper_cli.cli.app import FORESEEN, told
from taper_cli.cli.oneline import options_in
from taper_cli.cli.question import Default, Options, Question
from taper_cli.model.errors import InvalidInput
from taper_cli.model.offer import Part

LEAVE = (
    "? explains a question, back returns to the one before, quit or Ctrl-C leaves. An option of 'taper plan', such as "
    "--split half, is understood anywhere. Nothing is written unless you name a file at the end."
)


class Back(Exception):
    """The person wants the question before."""


class Quit(Exception):
    """The person has had enough."""


class Noted(Exception):
    """The person typed options: what was answered may have another meaning now."""


class Interview:
    """One conversation: the answers so far, the questions that are closed, and closed ones that are asked again."""

    def __init__(self, ctx: typer.Context, answers: Answers, questions: Sequence[Question]) -> None:
        self.answers = answers
        self._ctx, self._questions = ctx, questions
        self._closed: set[str] = set()
        self._again: set[str] = set()

    def start(self) -> None:
        """Say what this is.

        Raises:
            InvalidInput: for a slip on the command line that no question asks about.
        """
        self._read_others(self.answers)
        prompt.say("A schedule for a prescriber to approve, drafted question by question.")
        prompt.say(LEAVE)

    def complete(self) -> None:
        """Ask every question that is open, and each whose answer does not stand any more.

        Raises:
            Quit: where the person leaves.
        """
        at = 0
        while at < len(self._questions):
            try:
                self._pass(at)
                at += 1
            except Noted:
                at = 0
            except Back:
                at = self._reopen_before(at)

    def reopen(self, question: Question) -> None:
        """Have a question asked again; its answer stays until there is another."""
        self._again.add(question.name)

    def reopen_last(self) -> None:
        """Have the last question asked again."""
        self._reopen_before(len(self._questions))

    def asked(self) -> list[Question]:
        """The questions that have a meaning after these answers."""
        return [question for question in self._questions if question.applies(self.answers)]

    def take_back(self, fields: Iterable[str]) -> None:
        """Options as if nothing was said about them."""
        self.answers = self.answers.without(fields)

    def line(self, name: str, help: Callable[[], Iterable[str]], known: prompt.Known) -> str:
        """A line at a prompt; the words that mean the same everywhere are taken out of it.

        Raises:
            Back, Quit, Noted: for these words.
        """
        while True:
            try:
                text = prompt.ask(name, known)
                if text == "?":
                    for line in (*help(), LEAVE):
                        prompt.say(line)
                elif text.lower() == "back":
                    raise Back
                elif text.lower() == "quit":
                    raise Quit
                elif text.startswith("--"):
                    self._note(text)
                    raise Noted
                else:
                    return text
            except FORESEEN as error:
                tell(error)

    def _note(self, text: str) -> None:
        """Take options in."""
        from taper_cli.service.guiding import check_so_far

        found = self.answers.joined(options_in(self._ctx, text))
        self._read_others(found)
        if found.stated("drug"):
            check_so_far(_up_to(0, found, self._questions).request(), ())
        self.answers = found
        prompt.say(f"noted: {shlex.join(shlex.split(text))}")

    def _read_others(self, answers: Answers) -> None:
        """Read the options that no question asks about.

        Raises:
            TaperError: for one that cannot be read: no answer would mend it.
        """
        from taper_cli.service.guiding import names

        # Any drug will do to read what has nothing to do with one.
        _up_to(-1, answers, self._questions).with_changes({"drug": names()[0].drug}).request()
        answers.papers(*TO_STDOUT)

    def _known(self, at: int) -> Answers:
        """The answers up to a question."""
        return _up_to(at, self.answers, self._questions)

    def _pass(self, at: int) -> None:
        """Ask a question if it must be asked."""
        question, known = self._questions[at], self._known(at)
        if not question.applies(known):
            self._leave_out(question)
            return
        if question.name in self._again:
            self._ask(at, keeps=self._stands(at))
        elif not (question.name in self._closed or question.answered(known)) or not self._stands(at):
            self._ask(at, keeps=False)
        elif question.name not in self._closed:
            self._closed.add(question.name)
            prompt.say(f"{question.name}: {question.told(known)}")
            self._echo(at)

    def _leave_out(self, question: Question) -> None:
        """Take away what was said about something that has no meaning any more: unseen it would stand in the way."""
        fields = [field for field in question.fields if field != "context" and self.answers.stated(field)]
        if fields:
            prompt.say(
                f"{question.name}: {question.told(self.answers)} has no meaning beside the other answers; left out"
            )
            self.answers = self.answers.without(fields)
        self._closed.discard(question.name)

    def _stands(self, at: int) -> bool:
        """Whether the answer to a question can be what it is; says why not."""
        try:
            self._check(at, self._known(at))
        except FORESEEN as error:
            tell(error)
            return False
        return True

    def _check(self, at: int, known: Answers) -> None:
        """Read an answer and look it up, with all that were given before it.

        Raises:
            TaperError: where it cannot be read, or names what is not there.
        """
        from taper_cli.service.guiding import check_so_far

        parts = [question.part for question in self._questions[: at + 1] if question.part is not None]
        asked_later = {field for question in self._questions[at + 1 :] for field in question.fields}
        if Part.PACE in parts and "every" in asked_later:
            # An interval that is asked for next is not a missing one.
            known = known.with_changes({"every": known.text("every") or "1d"})
        check_so_far(known.request(), parts)

    def _ask(self, at: int, *, keeps: bool) -> None:
        """Ask until there is an answer that stands; `keeps`: the one that is there may stay."""
        question = self._questions[at]
        before = self._known(at)
        default = question.default(before)
        kept = question.told(before) if keeps else ""
        prompt.write("\n")
        for mark, text in question.rows(before):
            prompt.say(text, mark)
        for line in _of_enter(default, kept):
            prompt.say(line)
        while True:
            text = self.line(
                question.name,
                lambda: question.explained(before),
                lambda typed: self._offered(question, before, default, typed),
            )
            try:
                found = _options(question, text, before, default, kept)
                self._check(at, before.with_changes(found))
            except FORESEEN as error:
                tell(error)
                continue
            self._take(at, found)
            return

    def _take(self, at: int, found: Options) -> None:
        """Keep an answer, say how it was read, and have those asked again that depend on it."""
        question, params = self._questions[at], self.answers.params
        if question.name in self._closed and any(params.get(name) != value for name, value in found.items()):
            answered = {other.name for other in self._questions if any(found.get(field) for field in other.fields)}
            self._again |= self._closed & set(question.reopens) - answered
        self.answers = self.answers.with_changes(found)
        self._closed.add(question.name)
        self._again.discard(question.name)
        self._echo(at)

    def _echo(self, at: int) -> None:
        """Say how an answer was read."""
        echo = self._questions[at].echo(self._known(at))
        if echo:
            prompt.say(echo, "  = ")

    def _offered(self, question: Question, before: Answers, default: Default | None, typed: str) -> Iterable[str]:
        """What Tab offers."""
        return (*question.known(before, typed), *([default.word] if default else []))

    def _reopen_before(self, at: int) -> int:
        """The place of the last question before a place that has a meaning, to be asked again."""
        for place in range(at - 1, -1, -1):
            if self._questions[place].applies(self._known(place)):
                self.reopen(self._questions[place])
                return place
        prompt.say("this is the first question")
        return at


def _up_to(at: int, answers: Answers, questions: Sequence[Question]) -> Answers:
    """Answers as if those to later questions were not given yet; facts stay, as any order of them is right."""
    fields = {field for question in questions[: at + 1] for field in question.fields} | {"context"}
    return answers.without({field for question in questions[at + 1 :] for field in question.fields} - fields)


def tell(error: Exception) -> None:
    """What is wrong, in the words of the command line, each of its lines in the width of the screen."""
    for line in told(error).splitlines():
        text = line.lstrip()
        prompt.say(text, "  ! " if text == line else "    ")


def _of_enter(default: Default | None, kept: str) -> Iterable[str]:
    """What Enter means."""
    if kept:
        yield f"Enter: keep {kept}"
        if default:
            yield f"{default.word}: {default.meaning}"
    elif default:
        yield f"Enter: {default.meaning}"


def _options(question: Question, text: str, before: Answers, default: Default | None, kept: str) -> Options:
    """The options that a line sets.

    Raises:
        InvalidInput: for nothing where there must be an answer, or words that cannot be read.
    """
    if not text and kept:
        return {field: before.params.get(field) for field in question.fields}
    if default and text.lower() in ("", default.word.lower()):
        return default.options
    if not text:
        raise InvalidInput("nothing was typed", "expected an answer here", "type ? for help, or quit")
    return question.options(text, before)
