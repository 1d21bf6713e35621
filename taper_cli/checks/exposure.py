"""Which row of the dependence matrix a request falls in: what was not stated counts as long, daily use."""

from __future__ import annotations

import re

from taper_cli.model.dose import NG_PER_MICROGRAM, Dose
from taper_cli.model.drug import EQUIVALENT_BASE, Drug
from taper_cli.model.exposure import DependenceMatrix, Exposure, Likelihood, ShortCourse
from taper_cli.model.request import Request

# On the careful side: a month or a year that was stated may have been the longest of its kind.
_DAYS = {"d": 1, "w": 7, "m": 31, "y": 366}


def exposure_of(request: Request, drug: Drug, known: DependenceMatrix | ShortCourse | None) -> Exposure:
    """What is known of dependence for this request: a row of its class's matrix, a short course, or the careful assumption."""
    match known:
        case DependenceMatrix():
            return _by_matrix(request, drug, known)
        case ShortCourse():
            return _by_length(request, known)
        case None:
            row = "no table of dependence is held for this class, so the body is taken to be used to the medicine"
            return Exposure(Likelihood.LIKELY, row, False, None)


def _by_length(request: Request, known: ShortCourse) -> Exposure:
    """Whether the course was so short that the class leaves no dependence of its own."""
    days = used_days(request.context_value("used-for"))
    if days is None:
        return Exposure(Likelihood.LIKELY, "length of use NOT STATED, so counted as long", False, known.cite)
    if days < known.days:
        return Exposure(Likelihood.LOWER, f"used for {days} days, under {known.days}: {known.text}", True, known.cite)
    return Exposure(Likelihood.LIKELY, f"used for {days} days, {known.days} or more: counted as long", True, known.cite)


def _by_matrix(request: Request, drug: Drug, matrix: DependenceMatrix) -> Exposure:
    """The row of the matrix for this request, in words."""
    a_week = request.context_value("days-a-week")
    if a_week and int(a_week) <= matrix.rare_days_a_week:
        row = f"{a_week} days of use a week ({matrix.rare_days_a_week} or fewer): withdrawal is rare"
        return Exposure(Likelihood.RARE, row, True, matrix.cite)
    days = used_days(request.context_value("used-for"))
    if days is None:
        row = "length of use NOT STATED, so counted as long: dependence is likely"
        return Exposure(Likelihood.LIKELY, row, False, matrix.cite)
    if days < matrix.short_use_days:
        row = f"used for {days} days, under a month: lower risk of dependence, possible"
        return Exposure(Likelihood.LOWER, row, True, matrix.cite)
    if days < matrix.long_use_days and _low(request.regimen.total, drug, matrix):
        row = f"used for {days} days, one to three months, at a low dose: lower risk of dependence, possible"
        return Exposure(Likelihood.LOWER, row, True, matrix.cite)
    row = f"used for {days} days at {request.regimen.total} a day: dependence is likely, rising with dose and length"
    return Exposure(Likelihood.LIKELY, row, True, matrix.cite)


def used_days(value: str | None) -> int | None:
    """A stated length of use such as '10d' or '3 years' in days, at its longest; None where it was not stated."""
    match = re.fullmatch(r"\s*(\d+)\s*(d|w|m|y|days?|weeks?|months?|years?)\s*", value or "", re.ASCII)
    return int(match[1]) * _DAYS[match[2][0]] if match else None


def even_step(dose: Dose, cuts: int) -> Dose:
    """One step of an even descent to zero in so many cuts, rounded down to a microgram, since papers name it."""
    return Dose(dose.ng // max(cuts, 1) // NG_PER_MICROGRAM * NG_PER_MICROGRAM)


def _low(dose: Dose, drug: Drug, matrix: DependenceMatrix) -> bool:
    """Whether a daily dose counts as low: by the drug's own figure, else by the strongest published equivalent of diazepam."""
    named = next((low.dose for low in matrix.low_doses if low.drug == drug.name), None)
    if named is not None:
        return dose <= named
    if drug.name == "diazepam":
        return dose <= matrix.low_diazepam
    strongest = min((equivalent.low for equivalent in drug.equivalents), default=None)
    return strongest is not None and dose.ng * EQUIVALENT_BASE.ng <= matrix.low_diazepam.ng * strongest.ng
