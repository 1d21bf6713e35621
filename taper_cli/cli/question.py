"""What a question of the guided way in is: what it shows, what Enter means, and which options an answer sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from taper_cli.cli.answers import Answers
from taper_cli.model.offer import Part

Row = tuple[str, str]
Options = dict[str, Any]


class Default(NamedTuple):
    """What Enter means where an answer can be left out: its word, what that says, and the options it sets (None: not said)."""

    word: str
    meaning: str
    options: Options


class Question:
    """One question: its name at the prompt, the options it answers, and the part of the request that can be looked at after it.

    `help` tells more to somebody who types a question mark; `reopens` names the questions whose answers are about this one.
    """

    name: str = ""
    fields: tuple[str, ...] = ()
    part: Part | None = None
    help: str = ""
    reopens: tuple[str, ...] = ()

    def applies(self, so_far: Answers) -> bool:
        """Whether it has a meaning after the answers so far."""
        return True

    def answered(self, so_far: Answers) -> bool:
        """Whether the command line has answered it already."""
        return any(so_far.stated(field) for field in self.fields)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        """The question, and what there is to choose from."""
        raise NotImplementedError

    def default(self, so_far: Answers) -> Default | None:
        """What Enter means; None where there must be an answer."""
        return None

    def options(self, text: str, so_far: Answers) -> Options:
        """The options that an answer sets."""
        return {self.fields[0]: text}

    def explained(self, so_far: Answers) -> Iterable[str]:
        """What a question mark is answered with."""
        return (self.help,)

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        """What Tab offers for the line so far."""
        return ()

    def told(self, so_far: Answers) -> str:
        """The answer in words, for the list of answers."""
        return so_far.text(self.fields[0])

    def echo(self, so_far: Answers) -> str:
        """How the answer was read, where that is more than its own words."""
        return ""
