"""The door: load, plan, judge, and hand out one finished report. Nothing here prints, reads the clock or opens an output file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from taper_cli.formulary import loader
from taper_cli.model.drug import Drug, DrugClass
from taper_cli.model.identity import NOBODY, Identity

if TYPE_CHECKING:
    from typing import BinaryIO

    from taper_cli.model.audit import Audit
    from taper_cli.model.comparison import Comparison
    from taper_cli.model.conflict import Conflict
    from taper_cli.model.errors import TaperError
    from taper_cli.model.explained import Explanation
    from taper_cli.model.level import Levels
    from taper_cli.model.panel import Columns
    from taper_cli.model.report import Report
    from taper_cli.model.request import Request
    from taper_cli.model.review import ReviewDate
    from taper_cli.model.revision import Revision
    from taper_cli.model.schedule import Regimen
    from taper_cli.model.selfcheck import Selfcheck
    from taper_cli.model.switch import FromDrug
    from taper_cli.reading.panel import Panel
    from taper_cli.reading.results import EarlierResults
    from taper_cli.service.references import Words
    from taper_cli.service.switching import Published


def plan(request: Request) -> Report:
    """Plan a taper and judge it; see `taper_cli.service.planning.plan`."""
    from taper_cli.service.planning import plan as make

    return make(request)


def check(
    content: bytes,
    name: str,
    asked: Request,
    own_file: tuple[bytes, str] | None = None,
    comes_from: FromDrug | None = None,
) -> Audit:
    """Judge a schedule file; see `taper_cli.service.checking.check`."""
    from taper_cli.service.checking import check as judge

    return judge(content, name, asked, own_file, comes_from)


def with_own_file(request: Request, content: bytes, name: str) -> Request:
    """The request with a file of the prescriber's own products; see `taper_cli.service.own.with_own_file`."""
    from taper_cli.service.own import with_own_file as joined

    return joined(request, content, name)


def verify_own_file(content: bytes, name: str) -> None:
    """Read a file of the prescriber's own products for faults.

    Raises:
        FaultyFile: with every fault of the file.
    """
    loader.own_file(content, name)


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


def verify_identity(identity: Identity, asked: Request) -> None:
    """Make sure that the dates filled in on a sheet agree with the plan; see `taper_cli.service.identity.verify_identity`."""
    if identity != NOBODY:
        from taper_cli.service.identity import verify_identity as verify

        verify(identity, asked)


def saved(report: Report) -> bytes:
    """A report as a plan file; see `taper_cli.service.saving.saved`."""
    from taper_cli.service.saving import saved as as_file

    return as_file(report)


def opened(content: bytes, name: str, today: date | None = None) -> Report:
    """The report of a plan file; see `taper_cli.service.saving.opened`."""
    from taper_cli.service.saving import opened as from_file

    return from_file(content, name, today)


def published_equivalents(old: str, regimen: Regimen, new: str, region: str | None) -> Published:
    """What the published tables say of a switch; see `taper_cli.service.switching.published`."""
    from taper_cli.service.switching import published

    return published(old, regimen, new, region)


def revise(report: Report, revision: Revision) -> Report:
    """The next version of a plan; see `taper_cli.service.revised.revise`."""
    from taper_cli.service.revised import revise as next_version

    return next_version(report, revision)


def explained(content: bytes, name: str, which: str, today: date | None = None) -> Explanation:
    """Why the steps of a plan file are what they are; see `taper_cli.service.explaining.explained`."""
    from taper_cli.service.explaining import explained as from_file

    return from_file(content, name, which, today)


def explain(report: Report, which: str) -> Explanation:
    """Why the steps of a report are what they are; see `taper_cli.service.explaining.explain`."""
    from taper_cli.service.explaining import explain as of_report

    return of_report(report, which)


def conflict(request: Request, error: TaperError) -> Conflict | None:
    """What stands behind a refusal; see `taper_cli.service.conflicts.conflict`."""
    from taper_cli.service.conflicts import conflict as behind

    return behind(request, error)


def levels_of(report: Report) -> Levels:
    """Predicted drug levels of a plan; see `taper_cli.service.levelling.levels_of`."""
    from taper_cli.service.levelling import levels_of as predicted

    return predicted(report)


def reviews_of(report: Report) -> tuple[tuple[ReviewDate, ...], ...]:
    """The review dates of every version of a plan; see `taper_cli.service.reviewing.reviews_of`."""
    from taper_cli.service.reviewing import reviews_of as reckoned

    return reckoned(report)


def compare(asked: Sequence[tuple[str, Request]]) -> Comparison:
    """Requests side by side; see `taper_cli.service.comparing.compare`."""
    from taper_cli.service.comparing import compare as side_by_side

    return side_by_side(asked)


def compare_kept(files: Sequence[tuple[str, bytes]], today: date | None = None) -> Comparison:
    """Plan files side by side; see `taper_cli.service.comparing.compare_kept`."""
    from taper_cli.service.comparing import compare_kept as side_by_side

    return side_by_side(files, today)


def selfcheck(reader: Callable[[Words], Request], on: date) -> Selfcheck:
    """The reference plans done again; see `taper_cli.service.references.selfcheck`."""
    from taper_cli.service.references import selfcheck as done_again

    return done_again(reader, on)


def panel_of(stream: BinaryIO, name: str, expected: Columns) -> Panel:
    """The rows of a panel of patients; see `taper_cli.reading.panel.Panel`."""
    from taper_cli.reading.panel import Panel

    return Panel(stream, name, expected)


def earlier_results(stream: BinaryIO, name: str) -> EarlierResults:
    """What an earlier run over a panel came to; see `taper_cli.reading.results.EarlierResults`."""
    from taper_cli.reading.results import EarlierResults

    return EarlierResults(stream, name)


def verify_comparison(texts: Iterable[str], found: Comparison) -> None:
    """Read every text of a comparison for faults of notation; see `taper_cli.service.writing.verify_writing`."""
    from taper_cli.service import writing

    writing.verify_writing(texts, found, typed=writing.typed_in(found.asked))


def verify_ending(last: str) -> None:
    """Make sure that the last direction says to stop or to stay; see `taper_cli.service.writing.verify_ending`."""
    from taper_cli.service import writing

    writing.verify_ending(last)


__all__ = [
    "check",
    "check_region",
    "class_of",
    "compare",
    "compare_kept",
    "conflict",
    "data_id",
    "drug_called",
    "drugs_held",
    "earlier_results",
    "explain",
    "explained",
    "levels_of",
    "opened",
    "panel_of",
    "plan",
    "published_equivalents",
    "reviews_of",
    "revise",
    "saved",
    "selfcheck",
    "verify_comparison",
    "verify_ending",
    "verify_own_file",
    "verify_writing",
    "with_own_file",
]
