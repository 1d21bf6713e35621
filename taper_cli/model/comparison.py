"""Two to four plans side by side: each a column with its figures, or with the reason why there is none. No column is marked."""

from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.drug import Drug
from taper_cli.model.errors import TaperError
from taper_cli.model.guideline import Region
from taper_cli.model.report import Report
from taper_cli.model.request import Request

FEWEST, MOST = 2, 4
LETTERS = "ABCD"


class Figures(NamedTuple):
    """What is compared of one plan. `declared` are the cuts above the limit that stand, each with its share, the stop aside.

    `pieces` counts what is swallowed or drawn up on a day: at most, and on average over all days up to the ending; a part of a
    tablet is a piece.
    """

    cuts: int
    declared: tuple[tuple[int, Fraction], ...]
    pieces_most: int
    pieces_mean: Fraction
    divided_days: int
    dosing_days: int
    supplies: int
    flags: tuple[str, ...]


class Column(NamedTuple):
    """One plan: its letter, what sets it apart, and the report with its figures, or the error that says why there is none."""

    letter: str
    title: str
    report: Report | None
    figures: Figures | None
    error: TaperError | None


class Comparison(NamedTuple):
    """The columns in the order in which they were typed; `asked` is the request of the first."""

    drug: Drug
    region: Region
    asked: Request
    columns: tuple[Column, ...]

    @property
    def reports(self) -> tuple[Report, ...]:
        """The plans that there are."""
        return tuple(column.report for column in self.columns if column.report is not None)
