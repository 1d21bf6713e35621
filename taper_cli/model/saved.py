"""A plan as it is kept: what was asked, the schedule that was made, how, and with which program and data."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.model.request import Request
from taper_cli.model.schedule import Schedule

if TYPE_CHECKING:
    from taper_cli.model.revision import Revised


class Found(NamedTuple):
    """How the schedule was found: its largest cut in the window, whether proven smallest, whether the curve was anchored anew."""

    largest_cut: Fraction
    proven: bool
    reanchored: bool


class Saved(NamedTuple):
    """Everything that a plan file holds and that cannot be worked out again from the rest."""

    plan_id: str
    version: int
    program: str
    data_id: str
    request: Request
    schedule: Schedule
    found: Found
    revisions: tuple[Revised, ...] = ()
