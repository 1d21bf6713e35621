"""Plans kept and taken up again: a saved schedule is never planned anew, but judged anew with the data of today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from taper_cli import __version__
from taper_cli.formulary import loader
from taper_cli.model.errors import CannotPlan, PlannerFault, RefusedForSafety
from taper_cli.model.report import Report
from taper_cli.model.saved import Saved
from taper_cli.planning.problem import Planned
from taper_cli.reading.plan_file import read_plan, written
from taper_cli.service.reporting import plan_id, report_of
from taper_cli.service.setting import setting_of


def saved(report: Report) -> bytes:
    """A report as a plan file."""
    return written(
        Saved(
            plan_id=report.plan_id,
            version=report.version,
            program=__version__,
            data_id=loader.data_id(),
            request=report.request,
            schedule=report.schedule,
            found=report.method.found,
            revisions=report.revisions,
        ),
        report.findings,
        report.supply,
    )


def kept(content: bytes, name: str) -> Saved:
    """What a plan file holds, once it is seen to be the plan that its id names, each version following from the one before.

    Raises:
        CannotPlan: for a file that is no plan, was edited, or holds another plan.
    """
    file = read_plan(content, name)
    if file.version != len(file.revisions) + 1:
        raise _another(name, f"says version {file.version} and holds {len(file.revisions)} revisions")
    if not _switched_as_asked(file):
        raise _another(name, "comes from another drug, or counts it otherwise, than was asked")
    if not file.revisions:
        if plan_id(file.request, file.schedule) != file.plan_id:
            raise _another(name, f"holds another plan than its id {file.plan_id} says")
        return file
    from taper_cli.service.revised import broken_link

    # The same program with the same data must come to the same schedule; another one may know products that were not there.
    same = (file.program, file.data_id) == (__version__, loader.data_id())
    broken = broken_link(file, replay=same)
    if broken:
        raise _another(name, broken)
    return file


def _switched_as_asked(file: Saved) -> bool:
    """Whether every version counts what it comes from as the prescriber typed it; the judge would believe another figure."""
    switch, asked = file.request.switch, file.request.regimen.total
    for schedule in (*(revised.schedule for revised in file.revisions), file.schedule):
        worth = schedule.switched.worth if schedule.switched else None
        if worth != (Fraction(asked.ng, switch.regimen.total.ng) if switch else None):
            return False
        if switch and schedule.before != switch.regimen:
            return False
    return True


def _another(name: str, why: str) -> CannotPlan:
    """The fault of a file that is not the plan that it says it is."""
    return CannotPlan(
        f"{name!r} {why}", "expected the file as taper wrote it", "restore it, or plan again from today's dose"
    )


def opened(content: bytes, name: str, today: date | None = None) -> Report:
    """The report of a plan file, its schedule as it was saved; `today` is the day to print as today, else the saved one.

    Raises:
        CannotPlan: for a file that is no plan, was edited, or whose drug or products the data of today do not hold.
        RefusedForSafety: where the data of today refuse what was let through when it was made.
    """
    file = kept(content, name)
    try:
        report = _revised(file, today) if file.revisions else _first(file, today)
    except PlannerFault as fault:
        raise RefusedForSafety(
            (f"the saved schedule of {name!r} is refused by the limits of today: {fault}",),
            ("plan again from today's dose",),
            (),
            "the prescriber",
        ) from fault
    return report._replace(version=file.version, notes=(*report.notes, *_notes(file)))


def _first(file: Saved, today: date | None) -> Report:
    """The report of a plan that was never revised."""
    request = replace(file.request, today=today) if today else file.request
    return report_of(setting_of(request), Planned(file.schedule, *file.found))


def _revised(file: Saved, today: date | None) -> Report:
    """The report of a revised plan; the day to print is that of its last revision."""
    from taper_cli.service.revised import reopened

    last = file.revisions[-1]
    if today:
        last = last._replace(revision=replace(last.revision, made_on=today))
    return reopened(file._replace(revisions=(*file.revisions[:-1], last)))


def _notes(file: Saved) -> tuple[str, ...]:
    """What has changed since the plan was made."""
    if file.data_id == loader.data_id():
        return ()
    return (
        f"made with program version {file.program} and data {file.data_id}; judged again with data {loader.data_id()}: "
        "compare before use",
    )
