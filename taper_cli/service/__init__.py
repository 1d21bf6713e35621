"""The door: load, plan, judge, and hand out one finished report. Nothing here prints, reads the clock or opens an output file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from taper_cli.formulary import loader
from taper_cli.model.drug import Drug, DrugClass

if TYPE_CHECKING:
    from taper_cli.model.audit import Audit
    from taper_cli.model.report import Report
    from taper_cli.model.request import Request


def plan(request: Request) -> Report:
    """Plan a taper and judge it; see `taper_cli.service.planning.plan`."""
    from taper_cli.service.planning import plan as make

    return make(request)


def check(content: bytes, name: str, asked: Request, own_file: tuple[bytes, str] | None = None) -> Audit:
    """Judge a schedule file; see `taper_cli.service.checking.check`."""
    from taper_cli.service.checking import check as judge

    return judge(content, name, asked, own_file)


def with_own_file(request: Request, content: bytes, name: str) -> Request:
    """The request with a file of the prescriber's own products; see `taper_cli.service.own.with_own_file`."""
    from taper_cli.service.own import with_own_file as joined

    return joined(request, content, name)


def drugs_held() -> tuple[Drug, ...]:
    """Every drug of the formulary, by name."""
    return tuple(loader.drug_named(name) for name in loader.keys_of("drugs"))


def drug_called(name: str) -> Drug:
    """The drug of a generic or brand name.

    Raises:
        CannotPlan: for a name that the formulary does not hold, with near names.
    """
    return loader.find_drug(name)[0]


def class_of(drug: Drug) -> DrugClass:
    """The pharmacological class of a drug."""
    return loader.class_named(drug.drug_class)


def check_region(key: str | None) -> None:
    """Make sure that a region is known.

    Raises:
        InvalidInput: for a key that no region has, with the known ones.
    """
    loader.region_named(key)


def data_id() -> str:
    """The name of all data of the formulary as they are now."""
    return loader.data_id()


def verify_writing(
    texts: Iterable[str], report: Report, *, typed: Iterable[str] = (), spreadsheet: bool = False
) -> None:
    """Read every text of a paper for faults of notation; see `taper_cli.service.writing.verify_writing`."""
    from taper_cli.service import writing

    writing.verify_writing(texts, report, typed=(*writing.typed_texts(report), *typed), spreadsheet=spreadsheet)


def saved(report: Report) -> bytes:
    """A report as a plan file; see `taper_cli.service.saving.saved`."""
    from taper_cli.service.saving import saved as as_file

    return as_file(report)


def opened(content: bytes, name: str, today: date | None = None) -> Report:
    """The report of a plan file; see `taper_cli.service.saving.opened`."""
    from taper_cli.service.saving import opened as from_file

    return from_file(content, name, today)


def verify_ending(last: str) -> None:
    """Make sure that the last direction says to stop or to stay; see `taper_cli.service.writing.verify_ending`."""
    from taper_cli.service import writing

    writing.verify_ending(last)


__all__ = [
    "check",
    "check_region",
    "class_of",
    "data_id",
    "drug_called",
    "drugs_held",
    "opened",
    "plan",
    "saved",
    "verify_ending",
    "verify_writing",
    "with_own_file",
]
