"""How the sheets are to be printed: paper, size of type, which of them, what was given to fill in; and how a calendar is written."""

from __future__ import annotations

from datetime import time
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.model.guideline import Region
from taper_cli.model.identity import NOBODY, Identity
from taper_cli.model.schedule import Slot

if TYPE_CHECKING:
    from taper_cli.model.level import Levels
    from taper_cli.model.selfcheck import Selfcheck


class Paper(Enum):
    """Sizes of paper."""

    A4 = "a4"
    LETTER = "letter"


class Sheets(Enum):
    """Which sheets a file holds."""

    BOTH = "both"
    PATIENT = "patient"
    PRESCRIBER = "prescriber"


class LargePrint(Enum):
    """The patient's sizes of type in points beside the usual one."""

    EIGHTEEN = "18"
    TWENTY = "20"


USUAL_POINTS = 14
# Below 12 points a tired reader misreads a decimal point; the prescriber's tables have no room for more.
PRESCRIBER_POINTS = 12


class Style(NamedTuple):
    """Everything about a sheet that is not in the report; `data_id` names all data of the formulary as they are now.

    `level_picture` asks for predicted levels on the prescriber's sheet; `levels` are they, once they were worked out.
    Without a paper, that of the region is taken. `selfcheck` is told where it was run for this paper.
    """

    paper: Paper | None = None
    points: int = USUAL_POINTS
    sheets: Sheets = Sheets.BOTH
    calendar: bool = False
    quantity_words: bool = False
    identity: Identity = NOBODY
    data_id: str = ""
    level_picture: bool = False
    levels: Levels | None = None
    selfcheck: Selfcheck | None = None

    def paper_in(self, region: Region) -> Paper:
        """The paper to print on: the one that was typed, else the usual one of the region."""
        return self.paper or (Paper.LETTER if region.market == "us" else Paper.A4)


class Titles(Enum):
    """What the titles of a calendar's events say: nothing that tells of a medicine, or drug and dose."""

    NEUTRAL = "neutral"
    DOSE = "dose"


class Events(NamedTuple):
    """Everything about a calendar file that is not in the report: its titles, and at what times to remind, in the order of the day."""

    titles: Titles = Titles.NEUTRAL
    times: tuple[tuple[Slot, time], ...] = ()
