"""The folder of a panel: its papers, its table of results, and what an earlier run left there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from taper_cli.cli.panel import EXIT_CODES, Answer, Job, request_id
from taper_cli.model.errors import InvalidInput
from taper_cli.model.panel import Outcome, PanelRow, Result
from taper_cli.render.base import TEMPORARY
from taper_cli.render.growing import GrowingFile
from taper_cli.render.results import result_line, results_head

TABLE, UNFINISHED = "results.csv", "results.unfinished.csv"


class Earlier(Protocol):
    """What an earlier run wrote, by code."""

    def of(self, code: str) -> Result | None:
        """What it wrote about a code."""
        ...


class Folder:
    """Where the papers and the table of results of a panel stand. One run at a time writes into it.

    A row that an earlier run finished, from the same request, with papers that are all there, is not done again.
    """

    def __init__(self, path: Path, job: Job, *, force: bool) -> None:
        """Make the folder, if it is not there, for its owner alone.

        Raises:
            InvalidInput: for a place that cannot be written to, a folder in which another run is at work or whose table of
                results is none of ours.
        """
        self.path, self._job, self._force = path, job, force
        self._lock = _locked(_made(path))
        self._stream: BinaryIO | None = None
        self._table: GrowingFile | None = None
        try:
            self._earlier = self._earlier_run()
            self._table = GrowingFile(path, unfinished=UNFINISHED, finished=TABLE)
            self._table.add(results_head(excel=job.wanted.excel))
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if self._table is not None:
            self._table.close()
        if self._stream is not None:
            self._stream.close()
        os.close(self._lock)

    def verify_unchanged(self, rows: Iterable[PanelRow]) -> None:
        """Nothing that was planned from another request is planned anew unasked.

        Raises:
            InvalidInput: for the first such row, with what to type instead.
        """
        for row in rows if self._earlier and not self._force else ():
            before = self._before(row)
            if before and before.outcome == Outcome.PLANNED.value and before.request_id != request_id(self._job, row):
                raise self._changed(row, before)

    def kept(self, row: PanelRow) -> Answer | None:
        """The answer that an earlier run gave to a row; None where it has to be worked out (again)."""
        before = self._before(row)
        if before is None or before.request_id != request_id(self._job, row) or not Outcome(before.outcome).final:
            return None
        planned = before.outcome == Outcome.PLANNED.value
        if planned and not all((self.path / name).is_file() for name in self._job.names(row.code)):
            return None
        return Answer(before._replace(row=str(row.number)))

    def keep(self, answer: Answer) -> Answer:
        """Put an answer of an earlier run into the table."""
        self._add(answer)
        return answer

    def put(self, answer: Answer) -> Answer:
        """Write the papers of an answer, then its line; the answer that it turned out to be is returned.

        Raises:
            InvalidInput: for a disk that is full or a place that cannot be written to: then the run has to stop.
        """
        from taper_cli.render.base import write_files

        if self._table is not None:
            self._table.show()
        papers = {self.path / name: content for name, content in answer.papers}
        new = {path: content for path, content in papers.items() if not _holds(path, content)}
        taken = next((path for path in new if path.exists() and not self._force), None)
        if taken is not None:
            answer = _unwritten(answer, taken)
        else:
            self._remove_outdated(answer)
            if new:
                write_files(new, force=self._force)
        self._add(answer)
        return answer

    def finish(self) -> None:
        """Give the table its name: every row is in it."""
        if self._table is not None:
            self._table.finish()

    def _add(self, answer: Answer) -> None:
        if self._table is not None:
            self._table.add(result_line(answer.result))

    def _before(self, row: PanelRow) -> Result | None:
        """What the earlier run wrote about the code of a row."""
        return self._earlier.of(row.code) if self._earlier and row.code else None

    def _remove_outdated(self, answer: Answer) -> None:
        """A paper that an earlier request of the same code left, and this one does not make, would be taken for its plan."""
        code = answer.result.code
        before = self._earlier.of(code) if self._force and self._earlier and code else None
        if before is not None:
            for name in sorted(set(before.files.split(";")) - {name for name, _ in answer.papers}):
                # A table can be edited: nothing but a paper of this code, in this folder, is ever taken away.
                if name.startswith(f"{code}.") and Path(name).name == name:
                    (self.path / name).unlink(missing_ok=True)

    def _changed(self, row: PanelRow, before: Result) -> InvalidInput:
        """The fault of a folder whose plans are not those that were asked for now."""
        if before.generated_on != self._job.today:
            return InvalidInput(
                f"the plans in {str(self.path)!r} are of {before.generated_on}",
                "expected the same day, which stands on every paper",
                f"add --today {before.generated_on} to go on with them, choose another folder, "
                "or add --force to plan what changed anew",
            )
        return InvalidInput(
            f"row {row.number} (code {row.code}) was planned before from another request, other options, version or data",
            f"expected it as it was when {str(self.path)!r} was written",
            "choose another folder, or add --force to plan what changed anew",
        )

    def _earlier_run(self) -> Earlier | None:
        """The table of an earlier run, finished or not."""
        from taper_cli.service import earlier_results

        path = next((self.path / name for name in (UNFINISHED, TABLE) if (self.path / name).exists()), None)
        if path is None:
            return None
        if path.name == UNFINISHED:
            self._clear()
        try:
            self._stream = path.open("rb")
        except OSError as error:
            found = f"{str(path)!r} cannot be read ({error.strerror})"
            raise InvalidInput(found, "expected a table of results", "choose another folder") from error
        return earlier_results(self._stream, str(path))

    def _clear(self) -> None:
        """Take away what a run that was killed had half written, hidden: nobody else writes here now."""
        for leftover in self.path.glob(f"{TEMPORARY}*"):
            leftover.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file with exactly this content is there already: an interrupted run had written it."""
    return path.is_file() and path.read_bytes() == content


def _unwritten(answer: Answer, taken: Path) -> Answer:
    """A row that was planned and whose papers would overwrite what is not theirs."""
    return Answer(
        answer.result._replace(
            outcome=Outcome.UNWRITTEN.value,
            exit_code=str(EXIT_CODES[Outcome.UNWRITTEN]),
            why=f"{taken.name!r} is there and holds something else; choose another folder, or add --force to overwrite it",
            files="",
        )
    )


def _made(path: Path) -> Path:
    """The folder, made where it is not there."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InvalidInput(
            f"the folder {str(path)!r} cannot be made ({error.strerror})",
            "expected a new folder in one that exists, or one of an earlier run",
            "choose another place",
        ) from error
    return path


def _locked(path: Path) -> int:
    """The folder, held for this run alone until its handle is closed."""
    handle = os.open(path, os.O_RDONLY)
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:  # a system without such locks: then it is the user who starts one run at a time
        pass
    except OSError as error:
        os.close(handle)
        found = f"another run is writing into {str(path)!r}"
        raise InvalidInput(found, "expected one run at a time", "wait for it, or choose another folder") from error
    return handle
