"""Days on which a plan is reviewed: worked out from what the advice for the prescriber says, never from a number of our own."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import NamedTuple

from taper_cli.model.period import Period


class ReviewKind(Enum):
    """Why there is a review."""

    AFTER_CHANGE = "after the first cut or a change of drug"
    BEFORE_CUT = "before a cut"
    INTERVAL = "at least so often"
    AFTER_STOP = "after the stop"


class ReviewDate(NamedTuple):
    """A review between two days, both included, the last one being the latest; mostly they are the same day.

    `step` is the number of the step that waits for it, or in whose days it lies; `place` tells several of one kind in one step
    apart. `every` is the longest time between two reviews, where that is why it is there.
    """

    kind: ReviewKind
    first: date
    last: date
    step: int
    place: int = 1
    every: Period | None = None
