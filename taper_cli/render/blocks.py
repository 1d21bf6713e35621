"""The kinds of block that a paper is made of; a renderer decides only how each looks."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

_Part = TypeVar("_Part")


class Heading(NamedTuple):
    """A heading; level 1 is the paper's title. On a printed sheet it may begin a new page."""

    text: str
    level: int = 2
    new_page: bool = False


class Notice(NamedTuple):
    """A line that nobody may miss."""

    text: str


class Para(NamedTuple):
    """A paragraph."""

    text: str


class Items(NamedTuple):
    """A list; with boxes to tick where someone has to decide."""

    items: tuple[str, ...]
    tick: bool = False


class Sources(NamedTuple):
    """Documents by title and address, which are quoted as they are and follow no rules of ours for writing doses."""

    items: tuple[str, ...]


class Framed(NamedTuple):
    """A titled frame of lines."""

    title: str
    items: tuple[str, ...]


class TierBlock(NamedTuple):
    """One tier of symptoms: what to do, in capitals and with a mark, the symptoms, and whom else to call.

    `shape` names the tier for papers that draw its mark: emergency, same-day, working-day or expected.
    """

    mark: str
    title: str
    items: tuple[str, ...]
    shape: str
    also: str = ""


class StepRow(NamedTuple):
    """One step as it is printed."""

    number: str
    first: str
    last: str
    days: str
    takes: tuple[str, ...]
    total: str
    of_current: str
    of_start: str
    cumulative: str
    watch: str
    flags: str
    beside: tuple[str, ...]


class StepTable(NamedTuple):
    """The schedule: the names of its slot columns, and its rows with the present dose first."""

    slots: tuple[str, ...]
    rows: tuple[StepRow, ...]


class Staircase(NamedTuple):
    """The dose over time as bars: label, length in hundredths of the starting dose, dose."""

    bars: tuple[tuple[str, int, str], ...]


class OverlayLine(NamedTuple):
    """One plan among several: its letter, what it is, and from which day on which dose holds (ng); it ends where `until` says."""

    letter: str
    title: str
    points: tuple[tuple[int, int], ...]
    until: int


class Overlay(NamedTuple):
    """Several plans in one picture: the dose at the top (in words and ng), days across, dates below them, and the same in words."""

    top: str
    full: int
    days: int
    dates: tuple[tuple[int, str], ...]
    lines: tuple[OverlayLine, ...]
    words: str


class Month(NamedTuple):
    """A month: its name, and weeks of seven days, each (day of month, dose, whether it changes that day) or None."""

    name: str
    weeks: tuple[tuple[tuple[str, str, bool] | None, ...], ...]


class Grid(NamedTuple):
    """A table of words and figures; `figures` are the columns of numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()


class Blank(NamedTuple):
    """A line to fill in by hand: its label, and what was given for it ('' leaves the line empty)."""

    label: str
    value: str = ""


class Told(NamedTuple):
    """What a person said, each under its label and word for word; nothing of ours rewords it."""

    lines: tuple[Blank, ...]

    @property
    def as_items(self) -> Items:
        """As a list for papers that nobody fills in by hand."""
        return Items(tuple(f"{line.label}: {line.value or 'not stated'}" for line in self.lines))


Plain = Heading | Notice | Para | Items | Sources | Framed | TierBlock | StepTable | Staircase | Month | Grid | Overlay
Block = Plain | Told


def words_of(part: object) -> Iterator[str]:
    """Every text of a part of a paper but the sources and what was filled in by hand or said by a person."""
    if isinstance(part, Blank):
        yield part.label
    elif isinstance(part, str):
        yield part
    elif isinstance(part, tuple) and not isinstance(part, Sources):
        for inner in part:
            yield from words_of(inner)


def reworded(part: _Part, change: Callable[[str], str]) -> _Part:
    """The same part of a paper with every text in it changed alike; what was filled in by hand stays as it was given."""
    made: Any = part
    if isinstance(part, Blank):
        made = part._replace(label=change(part.label))
    elif isinstance(part, str):
        made = change(part)
    elif isinstance(part, tuple) and not isinstance(part, Sources):
        inner = (reworded(one, change) for one in part)
        made = type(part)(*inner) if hasattr(part, "_fields") else tuple(inner)
    return made  # type: ignore[no-any-return]
