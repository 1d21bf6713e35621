"""One row of a panel made into its result and its papers: a pure function, for any process on any machine.

Nothing is kept from one row to the next. Whatever goes wrong in a row is the result of that row and of no other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from taper_cli import __version__
from taper_cli.cli.asking import request_of
from taper_cli.cli.faults import CANNOT, INTERNAL, OK, REFUSED, USAGE
from taper_cli.cli.output import Wanted, papers_of
from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety, TaperError
from taper_cli.model.finding import Level
from taper_cli.model.panel import Columns, Outcome, PanelRow, Result
from taper_cli.model.report import Report
from taper_cli.model.request import Request
from taper_cli.model.schedule import StepKind
from taper_cli.model.text import visible

# Columns named as the options of `plan`; those in _SEVERAL hold more than one value, parted by semicolons.
_PLAIN = (
    "over", "reduce", "every", "shape", "ed50", "ed50_source", "steps", "ladder", "to", "start", "products", "split",
    "syringe", "cut", "region", "guideline", "supply_days", "halves", "bottle", "max_supply",
)  # fmt: skip
_SEVERAL = ("context", "accept")
_NEEDED = ("code", "drug", "dose")
COLUMNS = Columns(known=(*_NEEDED, *_PLAIN[:8], "for", *_PLAIN[8:], *_SEVERAL), needed=_NEEDED)
EXIT_CODES = {
    Outcome.PLANNED: OK,
    Outcome.FAULT: INTERNAL,
    Outcome.UNREADABLE: USAGE,
    Outcome.UNWRITTEN: USAGE,
    Outcome.CANNOT: CANNOT,
    Outcome.REFUSED: REFUSED,
}
_ENDS = {InvalidInput: Outcome.UNREADABLE, CannotPlan: Outcome.CANNOT, RefusedForSafety: Outcome.REFUSED}
_ID_LENGTH = 16


class Job(NamedTuple):
    """What holds for every row: the papers wanted (each file named by CODE), the day, a file of own products.

    `typed` are all options that shape a paper, as typed. `program` and `data` name what made the job: a row is never planned
    by another version of the program or with other data than its neighbour.
    """

    wanted: Wanted
    today: str
    own: tuple[bytes, str] | None
    typed: tuple[tuple[str, str], ...]
    program: str
    data: str

    def names(self, code: str) -> tuple[str, ...]:
        """The files that belong to a code."""
        return tuple(f"{code}{form.extension}" for _, form in self.wanted.files)


class Answer(NamedTuple):
    """A row's line in the table of results, and its papers by name of file."""

    result: Result
    papers: tuple[tuple[str, bytes], ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What became of the row."""
        return Outcome(self.result.outcome)


class OtherProgram(Exception):
    """A worker that has another version of the program, or other data, than the one that asks."""


def answered(job: Job, rows: Sequence[PanelRow]) -> list[Answer]:
    """The answers to some rows, in their order.

    Raises:
        OtherProgram: where this machine has another version or other data than the job was made with.
    """
    from taper_cli.service import data_id

    if (job.program, job.data) != (__version__, data_id()):
        raise OtherProgram(f"a worker has version {__version__} and data {data_id()}, not {job.program} and {job.data}")
    return [answer(job, row) for row in rows]


def answer(job: Job, row: PanelRow) -> Answer:
    """The answer to one row: a fault in it, or in us, is told in it."""
    try:
        report = _planned(job, row)
        made = papers_of(report, job.wanted)
    except TaperError as error:
        outcome = next(outcome for kind, outcome in _ENDS.items() if isinstance(error, kind))
        return Answer(_result(job, row, outcome, _one_line(error)))
    except Exception as fault:  # the run goes on: a bug that one row meets must not take the others' plans from them
        return failed(job, row, f"{type(fault).__name__}: {fault}")
    return Answer(_of_report(job, row, report), tuple(zip(job.names(row.code), made.values(), strict=True)))


def failed(job: Job, row: PanelRow, why: str) -> Answer:
    """The answer to a row that met a bug."""
    return Answer(_result(job, row, Outcome.FAULT, f"internal error: {why}; please report this request"))


def asked(row: PanelRow, today: str) -> Request:
    """The request of a row, read as `plan` reads its options.

    Raises:
        InvalidInput: for words that cannot be read.
    """
    return request_of(
        row.get("drug"),
        row.get("dose"),
        indication=row.get("for"),
        context=_several(row.get("context")),
        accept=_several(row.get("accept")),
        today=today,
        **{column: row.get(column) for column in _PLAIN},
    )


def request_id(job: Job, row: PanelRow) -> str:
    """Letters and digits that stand for all that a row's papers depend on."""
    content = [job.typed, job.today, job.program, job.data, row.code, sorted(row.cells), row.fault]
    return sha256(json.dumps(content).encode()).hexdigest()[:_ID_LENGTH]


def _several(cell: str) -> list[str]:
    """The values of a cell that may hold several."""
    return [part.strip() for part in cell.split(";")] if cell else []


def _planned(job: Job, row: PanelRow) -> Report:
    """The judged report of a row."""
    if row.fault:
        raise InvalidInput(*row.fault)
    from taper_cli.service import plan, with_own_file

    request = asked(row, job.today)
    return plan(with_own_file(request, *job.own) if job.own else request)


def _result(job: Job, row: PanelRow, outcome: Outcome, why: str = "") -> Result:
    """What is said of every row."""
    return Result(
        code=row.code,
        row=str(row.number),
        outcome=outcome.value,
        exit_code=str(EXIT_CODES[outcome]),
        why=visible(why),
        generated_on=job.today,
        request_id=request_id(job, row),
    )


def _of_report(job: Job, row: PanelRow, report: Report) -> Result:
    """What is said of a row that was planned."""
    from taper_cli.model.dose import percent_text

    ending = report.schedule.ending
    stops = ending.kind is StepKind.STOP
    rules = (finding.rule for finding in report.findings if finding.level is not Level.INFO)
    return _result(job, row, Outcome.PLANNED)._replace(
        plan_id=report.plan_id,
        ending="STOP" if stops else f"MAINTAIN {ending.total}",
        stop_date=ending.start.isoformat() if stops else "",
        findings=";".join(dict.fromkeys(rules)),
        largest_cut_pct=percent_text(report.method.found.largest_cut),
        files=";".join(job.names(row.code)),
    )


def _one_line(error: TaperError) -> str:
    """A fault in one line; a refusal for safety first says that the medicine must not be stopped."""
    if not isinstance(error, RefusedForSafety):
        return str(error)
    from taper_cli.render.findings import refusal_text

    return "; ".join(line.strip().rstrip(".") for line in refusal_text(error).splitlines())
