"""Rows spread over processes or over a cluster: so many at a time and no more, the answers in the order of the rows."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from taper_cli.cli.panel import Answer, Job, OtherProgram, answered, failed
from taper_cli.model.errors import CannotPlan
from taper_cli.model.panel import PanelRow

ROWS_AT_ONCE = 4
"""Enough that sending them costs nothing beside planning them, few enough that an interrupted run soon ends."""
# What planning needs is read once and handed to each process as it begins.
_PRELOADED = (
    "taper_cli.cli.panel",
    "taper_cli.service.planning",
    "taper_cli.service.saving",
    "taper_cli.planning.planner",
    "taper_cli.planning.pacing",
    "taper_cli.render.spreadsheet",
)
_AHEAD = 3
_LOOK_EVERY = 0.2
_ANSWER_WITHIN = 10


class Part(NamedTuple):
    """Some rows that follow one another; with `kept` the answers that an earlier run gave to them."""

    rows: tuple[PanelRow, ...]
    kept: tuple[Answer, ...] = ()


class Stopped(Exception):
    """The user asked the run to stop."""


class Stop:
    """Whether the user asked to stop: Ctrl-C, or a system that ends. Asked at times when nothing is half done."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        # Only the main thread may listen; elsewhere whoever started the thread decides when it stops.
        if threading.current_thread() is threading.main_thread():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                number = getattr(signal, name, None)
                # What was told to ignore a signal (nohup) goes on ignoring it.
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Stop here if it was asked.

        Raises:
            Stopped: if so.
        """
        if self.asked:
            raise Stopped

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True


class Crew(Protocol):
    """Whoever answers rows; `most` is how many parts may be out at a time."""

    most: int

    def submit(self, rows: Sequence[PanelRow]) -> Future[list[Answer]]:
        """Hand out some rows."""
        ...

    def again(self, rows: Sequence[PanelRow], fault: BaseException) -> list[Answer]:
        """The answers to rows whose worker was lost; raises the fault where it was no loss of a worker."""
        ...


def in_order(parts: Iterable[Part], crew: Crew, stop: Stop) -> Iterator[tuple[Part, Sequence[Answer]]]:
    """Each part with its answers, in the order of the parts.

    Raises:
        Stopped: where the user asked to stop; what is out then is lost.
        OtherProgram: for a worker of another version or with other data.
    """
    out: deque[tuple[Part, Future[list[Answer]] | None]] = deque()
    for part in parts:
        stop.check()
        out.append((part, None if part.kept else crew.submit(part.rows)))
        while out and (len(out) > crew.most or out[0][1] is None or out[0][1].done()):
            yield _answers(*out.popleft(), crew, stop)
    while out:
        yield _answers(*out.popleft(), crew, stop)


def _answers(part: Part, future: Future[list[Answer]] | None, crew: Crew, stop: Stop) -> tuple[Part, Sequence[Answer]]:
    """The answers to one part, waited for."""
    if future is None:
        return part, part.kept
    while not wait((future,), timeout=_LOOK_EVERY).done:
        stop.check()
    fault = CancelledError() if future.cancelled() else future.exception()
    if fault is None:
        return part, future.result()
    # A system that ends takes the workers with it: their loss is then no fault of a row.
    stop.check()
    return part, crew.again(part.rows, fault)


class Processes:
    """Processes on this machine, each of which has begun anew: what this one holds is not handed on."""

    def __init__(self, job: Job, workers: int) -> None:
        import multiprocessing

        kinds = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
        if "forkserver" in kinds:
            self._context.set_forkserver_preload([*_PRELOADED])
        self._job, self._workers, self.most = job, workers, _AHEAD * workers
        self._pool = self._new(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, rows: Sequence[PanelRow]) -> Future[list[Answer]]:
        """Hand out some rows; a pool that broke is replaced."""
        with _undisturbed():
            try:
                return self._pool.submit(answered, self._job, rows)
            except BrokenExecutor:
                self._pool = self._new(self._workers)
                return self._pool.submit(answered, self._job, rows)

    def again(self, rows: Sequence[PanelRow], fault: BaseException) -> list[Answer]:
        """The rows once more in a process of their own, and one by one where that ends too: only the row that ends it fails."""
        if not isinstance(fault, BrokenExecutor):
            raise fault
        with self._new(1) as pool:
            try:
                with _undisturbed():
                    future = pool.submit(answered, self._job, rows)
                return future.result()
            except BrokenExecutor as lost:
                if len(rows) == 1:
                    return [failed(self._job, rows[0], "the process that planned it has ended")]
                return [answer for row in rows for answer in self.again((row,), lost)]

    def _new(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, mp_context=self._context, initializer=_prepare)


def _prepare() -> None:
    """Make a process ready: Ctrl-C is its parent's business, and without its parent it ends."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Every core has its process already: threads of a typesetter would only stand in each other's way.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """A parent that was killed cannot tell its workers: they would wait for ever."""
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A process that begins now begins deaf to Ctrl-C; one that is pressed meanwhile is heard right after."""
    block: Callable[..., Any] | None = getattr(signal, "pthread_sigmask", None)
    if block is None:
        yield
        return
    before = block(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        block(signal.SIG_SETMASK, before)


class Cluster:
    """The workers of a Dask cluster, each with this program installed."""

    def __init__(self, job: Job, address: str) -> None:
        """Join the cluster.

        Raises:
            CannotPlan: where Dask is not installed, nothing answers at the address, or the cluster has no workers.
        """
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise CannotPlan(
                "--dask needs the package 'distributed'", "expected it beside taper", "install taper-cli[cluster]"
            ) from error
        _verify_answer(address)
        self._client = distributed.Client(address, timeout=_ANSWER_WITHIN, set_as_default=False)
        threads = sum(self._client.nthreads().values())
        if not threads:
            self._client.close()
            raise _no_cluster(address, "it has no workers")
        self._job, self.most = job, _AHEAD * threads
        self._executor = self._client.get_executor(pure=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()

    def submit(self, rows: Sequence[PanelRow]) -> Future[list[Answer]]:
        """Hand out some rows."""
        future: Future[list[Answer]] = self._executor.submit(answered, self._job, rows)
        return future

    def again(self, rows: Sequence[PanelRow], fault: BaseException) -> list[Answer]:
        """Dask has tried the rows elsewhere already; one by one, only the row that ends its workers fails."""
        if isinstance(fault, OtherProgram):
            raise CannotPlan(str(fault), "expected one version on every machine", "install it there") from fault
        if isinstance(fault, CancelledError):
            raise CannotPlan(
                "the cluster has ended",
                "expected it to last",
                "start it and type the same command: finished rows are kept",
            ) from fault
        if type(fault).__name__ != "KilledWorker":
            raise fault
        if len(rows) == 1:
            return [failed(self._job, rows[0], "every worker that planned it has ended")]
        found = []
        for row in rows:
            future = self.submit((row,))
            lost = future.exception()
            found += self.again((row,), lost) if lost else future.result()
        return found


def _verify_answer(address: str) -> None:
    """Make sure that a scheduler answers, before a client is made: one that finds none goes on looking for a minute."""
    import asyncio

    comm: Any = import_module("distributed.comm")

    async def answers() -> None:
        (await comm.connect(address, timeout=_ANSWER_WITHIN)).abort()

    try:
        asyncio.run(answers())
    except (OSError, ValueError) as error:
        raise _no_cluster(address, "nothing answers there") from error


def _no_cluster(address: str, why: str) -> CannotPlan:
    return CannotPlan(
        f"--dask {address!r}: {why}", "expected a Dask scheduler with workers", "write for example tcp://10.0.0.1:8786"
    )
