"""Where a fact comes from: no number ships without an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from taper_cli.model.errors import WrongValue


class Trust(Enum):
    """How a fact was read. A third kind, "widely stated, not confirmed", exists in the world and never in this program."""

    PRIMARY = "V"
    SECONDARY = "V2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was read: title, publisher, year, public address and the day of reading."""

    key: str
    title: str
    publisher: str
    year: int
    where: str
    read_on: date

    def __post_init__(self) -> None:
        for name in ("key", "title", "publisher", "where"):
            if not getattr(self, name).strip():
                raise WrongValue(f"a source without {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A place in a source, with what was read there in our own words."""

    source: Source
    locator: str
    trust: Trust
    note: str

    def __post_init__(self) -> None:
        if not self.locator.strip() or not self.note.strip():
            raise WrongValue(f"a citation of {self.source.key!r} needs a locator and a note")

    @property
    def short(self) -> str:
        """Publisher, year and place, with the trust said in words where it is not primary."""
        tail = "" if self.trust is Trust.PRIMARY else " (secondary source)"
        return f"{self.source.title} ({self.source.year}), {self.locator}{tail}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """When a data file was last read against its sources, until when that holds, and by whom."""

    reviewed_on: date
    review_due: date
    reviewed_by: str
