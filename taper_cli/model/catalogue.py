"""What the formulary holds, as a catalogue: a line for each drug, and one drug's facts gathered from every file."""

from __future__ import annotations

from typing import NamedTuple

from taper_cli.model.citation import Review
from taper_cli.model.drug import Drug, DrugClass, RefusedDrug
from taper_cli.model.exposure import DependenceMatrix, ShortCourse
from taper_cli.model.guideline import ContextRule, Guideline, Ladder, Region


class Listed(NamedTuple):
    """A drug in the list: its names, its class, and its forms by market; `pace_typed`: no rate is published for its class.

    `brands` are pairs of a name and the markets that know it, `forms` pairs of a market and the forms there.
    """

    name: str
    drug_class: str
    class_title: str
    pace_typed: bool
    synonyms: tuple[str, ...]
    brands: tuple[tuple[str, tuple[str, ...]], ...]
    forms: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it can be typed by."""
        return (self.name, *self.synonyms, *(name for name, _ in self.brands))

    @property
    def markets(self) -> tuple[str, ...]:
        """Where it has a product."""
        return tuple(market for market, _ in self.forms)


class Catalogue(NamedTuple):
    """The drugs that fit what was looked for, and the medicines that are refused by name; `sought` says what that was."""

    drugs: tuple[Listed, ...]
    refused: tuple[RefusedDrug, ...]
    sought: str
    market: str | None


class Binding(NamedTuple):
    """Whose limit binds in a region where nothing else was typed; the region is named by its key."""

    region: str
    guideline: Guideline


class LadderUse(NamedTuple):
    """A published schedule of a guideline, and the command that plans it."""

    guideline: Guideline
    ladder: Ladder
    command: str


class Reviewed(NamedTuple):
    """A data file by what it is about, and its review."""

    what: str
    review: Review


class Dossier(NamedTuple):
    """Everything that is held of one drug; in one region only that region's facts. `typed`: what a request must say itself.

    `elsewhere` are the markets that have a product where the asked region has none.
    """

    drug: Drug
    drug_class: DrugClass
    region: Region | None
    elsewhere: tuple[str, ...]
    guidelines: tuple[Guideline, ...]
    bindings: tuple[Binding, ...]
    ladders: tuple[LadderUse, ...]
    contexts: tuple[ContextRule, ...]
    regions: tuple[Region, ...]
    dependence: DependenceMatrix | ShortCourse | None
    typed: tuple[str, ...]
    reviews: tuple[Reviewed, ...]
