"""Revisions as rows of a plan file, and back, each with the version that it replaced."""

from __future__ import annotations

from fractions import Fraction

from taper_cli.model.errors import WrongValue
from taper_cli.model.request import AtPace
from taper_cli.model.revision import Revised, Revision
from taper_cli.model.saved import Found
from taper_cli.reading import plan_rows as rows
from taper_cli.reading import plan_values as values


def found_row(found: Found) -> rows.FoundRow:
    """How a schedule was found, as a row."""
    return rows.FoundRow(largest_cut=str(found.largest_cut), proven=found.proven, reanchored=found.reanchored)


def found_of(row: rows.FoundRow) -> Found:
    """How a schedule was found."""
    return Found(Fraction(row.largest_cut), row.proven, row.reanchored)


def revision_row(revised: Revised) -> rows.RevisionRow:
    """One revision with the version that it replaced."""
    one = revised.revision
    return rows.RevisionRow(
        on=one.on,
        made_on=one.made_on,
        hold=one.hold.text if one.hold else None,
        pace=values.pace_row(one.pace) if one.pace else None,
        every=one.every.text if one.every else None,
        until=one.until,
        back_to=values.doses_row(one.back_to) if one.back_to else None,
        actual=values.doses_row(one.actual) if one.actual else None,
        stop_here=one.stop_here,
        products=values.wanted_rows(one.products),
        split=values.word(one.split),
        acceptances=values.acceptance_rows(one.acceptances),
        by=one.by,
        reason=one.reason,
        replaces=revised.plan_id,
        schedule=values.schedule_row(revised.schedule),
        found=found_row(revised.found),
    )


def revised_of(row: rows.RevisionRow) -> Revised:
    """A revision of a row; one that asks nothing, or two things at once, cannot be built."""
    pace = values.pace_of(row.pace) if row.pace else None
    if not isinstance(pace, AtPace | None):
        raise WrongValue("a revision asks for another kind of pace than a cut")
    revision = Revision(
        on=row.on,
        made_on=row.made_on,
        hold=values.period(row.hold) if row.hold else None,
        pace=pace,
        every=values.period(row.every) if row.every else None,
        until=row.until,
        back_to=values.regimen(row.back_to) if row.back_to is not None else None,
        actual=values.regimen(row.actual) if row.actual is not None else None,
        stop_here=row.stop_here,
        products=values.wanted(row.products),
        split=values.split(row.split),
        acceptances=values.acceptances(row.acceptances),
        by=row.by,
        reason=row.reason,
    )
    return Revised(revision, row.replaces, values.schedule_of(row.schedule), found_of(row.found))
