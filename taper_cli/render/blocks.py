"""The kinds of block that a paper is made of; a renderer decides only how each looks."""

from typing import NamedTuple


class Heading(NamedTuple):
    """A heading; level 1 is the paper's title."""

    text: str
    level: int = 2


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


class Framed(NamedTuple):
    """A titled frame of lines."""

    title: str
    items: tuple[str, ...]


class TierBlock(NamedTuple):
    """One tier of symptoms: what to do, in capitals and with a mark, and the symptoms."""

    title: str
    items: tuple[str, ...]


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


class Month(NamedTuple):
    """A month: its name, and weeks of seven days, each (day of month, dose, whether it changes that day) or None."""

    name: str
    weeks: tuple[tuple[tuple[str, str, bool] | None, ...], ...]


Block = Heading | Notice | Para | Items | Framed | TierBlock | StepTable | Staircase | Month
