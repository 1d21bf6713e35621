"""The kinds of block that only a printed sheet has: drawn tablets, boxes for each dose, lines to fill in, tables."""

from typing import NamedTuple

from taper_cli.render.blocks import Blank, Framed, Heading, Items, Month, Overlay, Para, Sources, Staircase, TierBlock
from taper_cli.render.blocks import Grid as Grid


class Blanks(NamedTuple):
    """Lines to fill in, under a title that says who fills them in."""

    title: str
    lines: tuple[Blank, ...]


class Part(NamedTuple):
    """What is taken of one product: drawn as whole ones and a part of one in quarters (0 to 3), with the words beside it.

    `shape` is tablet, capsule or liquid; '' draws nothing.
    """

    words: str
    shape: str = ""
    whole: int = 0
    quarters: int = 0


class Take(NamedTuple):
    """What is taken in one slot: its parts, and the dose they make together in brackets ('' where nothing is taken)."""

    slot: str
    parts: tuple[Part, ...]
    dose: str = ""


class TickWeek(NamedTuple):
    """Seven days of a step or fewer, each by its short date; every dose of every day has a box to tick."""

    days: tuple[str, ...]


class StepCard(NamedTuple):
    """One step as the patient reads it; an ending has no weeks."""

    number: str
    dates: str
    days: str
    takes: tuple[Take, ...]
    total: str
    notes: tuple[str, ...]
    weeks: tuple[TickWeek, ...]


class StepCards(NamedTuple):
    """The patient's schedule: what is taken now, then each step, then the ending."""

    now: str
    cards: tuple[StepCard, ...]


class LevelBands(NamedTuple):
    """Predicted levels day by day in thousandths: the dose, each band by its label as (lowest, highest), marked days, and words."""

    dose: tuple[int, ...]
    bands: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    marks: tuple[tuple[int, str], ...]
    words: str


class Tiers(NamedTuple):
    """All tiers of symptoms together, the emergency first."""

    tiers: tuple[TierBlock, ...]


class Question(NamedTuple):
    """A question to ask back, with its answer."""

    question: str
    answer: str


class Questions(NamedTuple):
    """Questions by which one hears whether the plan was understood."""

    items: tuple[Question, ...]


SheetBlock = (
    Heading
    | Para
    | Items
    | Sources
    | Framed
    | Tiers
    | Staircase
    | Month
    | Blanks
    | StepCards
    | Grid
    | Questions
    | Overlay
    | LevelBands
)


class Sheet(NamedTuple):
    """A printed sheet: for whom, its title, and its blocks. `plan` names plan and version, `notice` stands on every page.

    `phone` and `whose` stand at the foot of every page, so that a page that went astray finds its way back.
    """

    key: str
    name: str
    title: str
    plan: str
    notice: str
    draft: str
    phone: Blank
    whose: Blank
    blocks: tuple[SheetBlock, ...]
