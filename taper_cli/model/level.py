"""Predicted levels over time as percent of the person's own level before the first cut, with a band over published half-lives."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from taper_cli.model.citation import Citation


class LevelBand(NamedTuple):
    """One substance: its name, its published half-lives in hours (shortest, longest), and for each day its daily mean.

    A mean is told in thousandths of the person's own steady state before the first cut: the lowest and the highest over all
    half-lives tried.
    """

    name: str
    hours: tuple[Fraction, Fraction]
    days: tuple[tuple[date, int, int], ...]


class Levels(NamedTuple):
    """The parent drug and, where one is held, its active metabolite; without verified half-lives there is no band."""

    bands: tuple[LevelBand, ...]
    cite: Citation | None
