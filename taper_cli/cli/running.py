"""A panel from its first row to its last: read, answered, written down, and gone on with after an interruption."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO, Protocol

from taper_cli import __version__
from taper_cli.cli.folder import TABLE, Folder
from taper_cli.cli.output import Wanted, file_content, name_of
from taper_cli.cli.panel import COLUMNS, EXIT_CODES, Answer, Job
from taper_cli.cli.workers import ROWS_AT_ONCE, Cluster, Crew, Part, Processes, Stop, Stopped, in_order
from taper_cli.model.errors import CannotPlan, Interrupted, InvalidInput
from taper_cli.model.panel import Outcome, PanelRow

_WORDS = {
    Outcome.PLANNED: "planned",
    Outcome.REFUSED: "refused for safety",
    Outcome.CANNOT: "with nothing to plan",
    Outcome.UNREADABLE: "unreadable",
    Outcome.UNWRITTEN: "planned but not written",
    Outcome.FAULT: "internal error",
}


class Rows(Protocol):
    """The rows of a panel, which can be gone through more than once, and how many there are."""

    count: int

    def __iter__(self) -> Iterator[PanelRow]: ...


def job_of(wanted: Wanted, typed: Mapping[str, object], products_file: str, today: date) -> Job:
    """What holds for every row.

    Raises:
        CannotPlan: for a file of own products that cannot be read.
        FaultyFile: for one with faults, all of them told at once.
    """
    from taper_cli.service import data_id, verify_own_file

    own = (file_content(products_file), name_of(products_file)) if products_file else None
    options = {name: str(value) for name, value in typed.items()}
    if own:
        verify_own_file(*own)
        options["products_file"] = sha256(own[0]).hexdigest()
    return Job(wanted, today.isoformat(), own, tuple(sorted(options.items())), __version__, data_id())


def exit_code(counts: Mapping[Outcome, int]) -> int:
    """The exit code of a whole panel: that of the gravest row, an internal error being the gravest."""
    codes = {EXIT_CODES[outcome] for outcome, count in counts.items() if count}
    internal = EXIT_CODES[Outcome.FAULT]
    return internal if internal in codes else max(codes, default=0)


def run(panel: str, job: Job, path: Path, *, by: tuple[int, str], force: bool, quiet: bool) -> Counter[Outcome]:
    """Answer every row of a panel by so many processes (0: one a core) or the cluster at an address; how many came to what.

    Raises:
        InvalidInput: for a panel with an unknown column, a folder with plans of another request, a place that is full.
        CannotPlan: for a panel that is no CSV.
        Interrupted: where the user asked to stop.
    """
    from taper_cli.service import panel_of

    # One command makes no garbage worth collecting; thousands of plans do.
    gc.enable()
    _apart(panel, path)
    with _wound_back(panel) as stream:
        rows = panel_of(stream, name_of(panel), COLUMNS)
        with Stop() as stop, Folder(path, job, force=force) as folder:
            folder.verify_unchanged(rows)
            counts: Counter[Outcome] = Counter()
            try:
                with _crew(job, rows.count, by) as crew, _progress(rows.count, quiet=quiet) as tell:
                    for outcome in _outcomes(rows, folder, crew, stop):
                        counts[outcome] += 1
                        tell(counts)
            except Stopped:
                raise _interrupted(counts, rows, path, job) from None
            folder.finish()
    if not quiet:
        _tell(counts, path, job)
    return counts


def _outcomes(rows: Iterable[PanelRow], folder: Folder, crew: Crew, stop: Stop) -> Iterator[Outcome]:
    """What each row came to, once its papers and its line are written."""
    for part, answers in in_order(_parts(rows, folder), crew, stop):
        for answer in answers:
            stop.check()
            yield (folder.keep if part.kept else folder.put)(answer).outcome


def _parts(rows: Iterable[PanelRow], folder: Folder) -> Iterator[Part]:
    """The rows in parts: those that an earlier run has answered, and those that are to be answered."""
    looked_up: Iterator[tuple[PanelRow, Answer | None]] = ((row, folder.kept(row)) for row in rows)
    for is_kept, group in groupby(looked_up, key=lambda pair: pair[1] is not None):
        while some := tuple(islice(group, ROWS_AT_ONCE)):
            kept = tuple(answer for _, answer in some if answer is not None)
            yield Part(tuple(row for row, _ in some), kept if is_kept else ())


def _crew(job: Job, count: int, by: tuple[int, str]) -> AbstractContextManager[Crew]:
    """Whoever answers the rows; no more processes than there are rows for."""
    workers, address = by
    if address:
        return Cluster(job, address)
    return Processes(job, min(workers or os.cpu_count() or 1, -(-count // ROWS_AT_ONCE)))


def _apart(panel: str, path: Path) -> None:
    """The panel lies outside the folder: no paper can take its place, and nothing else is taken for a paper."""
    if panel != "-" and path.exists() and Path(panel).absolute().parent.resolve() == path.resolve():
        raise InvalidInput(
            f"{panel!r} lies in the folder of the papers",
            "expected a folder of their own",
            "write for example -o plans",
        )


@contextmanager
def _wound_back(panel: str) -> Iterator[BinaryIO]:
    """The bytes of the panel, which can be wound back: what comes through a pipe is kept in a nameless file meanwhile.

    Raises:
        CannotPlan: for a file that is missing, a folder or unreadable.
    """
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    try:
        source: BinaryIO = sys.stdin.buffer if panel == "-" else Path(panel).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise CannotPlan(
            f"{panel!r} cannot be read ({error.strerror})", "expected a file that is there", "check the name"
        ) from error
    try:
        if panel != "-" and source.seekable():
            yield source
            return
        with TemporaryFile() as copy:
            copyfileobj(source, copy)
            yield copy
    finally:
        if panel != "-":
            source.close()


@contextmanager
def _progress(count: int, *, quiet: bool) -> Iterator[Callable[[Mapping[Outcome, int]], None]]:
    """A bar on stderr where that is a screen, and nothing anywhere else."""
    if quiet or not sys.stderr.isatty():
        yield lambda counts: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count)
        yield lambda counts: bar.update(task, completed=sum(counts.values()), description=_in_words(counts))


def _in_words(counts: Mapping[Outcome, int]) -> str:
    """How many rows came to what: '9 planned, 1 refused for safety'."""
    return ", ".join(f"{counts[outcome]:,} {words}" for outcome, words in _WORDS.items() if counts.get(outcome))


def _tell(counts: Counter[Outcome], path: Path, job: Job) -> None:
    """What came of the panel, on stderr."""
    from taper_cli.model.text import visible

    total, papers = sum(counts.values()), counts[Outcome.PLANNED] * len(job.wanted.files)
    sys.stderr.write(f"{total:,} row{'' if total == 1 else 's'}: {_in_words(counts)}\n")
    written = visible(str(path / TABLE))
    sys.stderr.write(f"written: {written} and {papers:,} paper{'' if papers == 1 else 's'} beside it\n")


def _interrupted(counts: Counter[Outcome], rows: Rows, path: Path, job: Job) -> Interrupted:
    """The end of a run that was stopped: what is kept, and how to go on."""
    return Interrupted(
        f"interrupted; {sum(counts.values()):,} of {rows.count:,} rows are done and kept in {str(path)!r}; "
        f"to go on, type the same command with --today {job.today}"
    )
