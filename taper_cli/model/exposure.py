"""How likely physical dependence is, by length, frequency and dose of use: how hard a pace limit is depends on it."""

from enum import Enum
from typing import NamedTuple

from taper_cli.model.citation import Citation
from taper_cli.model.dose import Dose


class Likelihood(Enum):
    """The rows of the dependence matrix; what was not stated counts as the last."""

    RARE = "rare"
    LOWER = "lower risk"
    LIKELY = "likely"

    @property
    def short_taper(self) -> bool:
        """Whether a short taper is legitimate: the pace limit then flags instead of refusing."""
        return self is not Likelihood.LIKELY


class LowDose(NamedTuple):
    """The highest daily dose of a drug that counts as low in the matrix."""

    drug: str
    dose: Dose


class DependenceMatrix(NamedTuple):
    """The matrix as data: days a week that make dependence rare, the two lengths of use in days, and the low doses.

    Lengths are read on the careful side: a month is four weeks, so that 30 days of use are not "under a month".
    """

    classes: tuple[str, ...]
    rare_days_a_week: int
    short_use_days: int
    long_use_days: int
    low_doses: tuple[LowDose, ...]
    low_diazepam: Dose
    cite: Citation


class ShortCourse(NamedTuple):
    """Classes whose use for fewer than so many days leaves no dependence of its own, in words for the papers."""

    classes: tuple[str, ...]
    days: int
    text: str
    cite: Citation


class Exposure(NamedTuple):
    """What was taken of dependence for a request, in words, with its source where one is held; `stated`: whether it was known."""

    likelihood: Likelihood
    row: str
    stated: bool
    cite: Citation | None

    @property
    def line(self) -> str:
        """The words with their source."""
        return f"{self.row} ({self.cite.short})" if self.cite else self.row
