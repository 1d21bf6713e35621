"""A pytest plugin that runs, for each mutant given, the tests that reach it in a process of their own until one of them fails.

The tests are collected once. A mutant takes effect by giving the function the code of its changed body, so that nothing is
imported anew; a child process carries the change and dies with it.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType, FrameType, FunctionType
from typing import IO, Any, NoReturn

import coverage
import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings
from mutants import ROOT, Mutant

KILLED, SURVIVED, TIMEOUT, UNREACHED = "killed", "survived", "timeout", "no test"
PATIENCE = 10.0  # a test may take this many times what it takes without a change ...
LONGEST = 4.0  # seconds of the processor that a test may take while it is found out what it reaches
SLOW = 1.0  # seconds of the processor
GRACE = 2.0  # ... and as many seconds of the processor more, before it counts as hanging


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mutant: the test that failed first ("" if none) and the seconds of the clock it took."""

    verdict: str
    test: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to run: at most so many examples of a property, so many processes, and the file that keeps which test reaches what.

    A mutant that no test has killed after `most` seconds of the processor counts as a survivor.
    """

    examples: int
    most: float
    jobs: int
    reach: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which tests ran which lines of which file, and the seconds of the processor each test took."""

    tests: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def of(self, mutant: Mutant) -> list[str]:
        """The tests that ran a changed line, or where a statement goes over lines, one near it; the quickest first."""
        lines = self.tests.get(mutant.path, {})
        first, last = mutant.lines
        found = {test for line in range(first, last + 1) for test in lines.get(line, ())}
        for before in range(first - 1, 0, -1):
            if found:
                break
            found = set(lines.get(before, ()))
        return self._in_turn(found)

    def _in_turn(self, tests: set[str]) -> list[str]:
        """The quickest test of each file, then the second of each, and so on; the slow ones last of all."""
        places: dict[str, int] = {}
        ordered = []
        for test in sorted(tests, key=lambda test: (self.seconds[test], test)):
            file = test.partition("::")[0]
            places[file] = places.get(file, 0) + 1
            ordered.append((self.seconds[test] > SLOW, places[file], self.seconds[test], test))
        return [test for *_, test in sorted(ordered)]


class Measurement:
    """The plugin: put in place of pytest's own loop over the tests, it measures and then runs the mutants it is given."""

    def __init__(self, mutants: Sequence[Mutant], plan: Plan, told: Callable[[Mutant, Outcome], None]) -> None:
        self._mutants = mutants
        self._plan = plan
        self._told = told

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            _fewer_examples(item, self._plan.examples)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        reach = self._known() or self._find(session.items)
        for mutant, outcome in _all_run(self._mutants, items, reach, self._plan):
            self._told(mutant, outcome)
        return True

    def _find(self, items: Sequence[pytest.Item]) -> Reach:
        """Which tests reach what, found in a process of its own: nothing that it leaves in a cache may help or hide a mutant."""
        child = os.fork()
        if not child:
            _found(items, self._plan.reach)
        os.waitpid(child, 0)
        found = self._known()
        if found is None:
            raise pytest.UsageError(
                f"the tests do not pass without a change: see {self._plan.reach.with_suffix('.fault')}"
            )
        return found

    def _known(self) -> Reach | None:
        """What an earlier run found for the same tests and code."""
        if not self._plan.reach.exists():
            return None
        tests, seconds = json.loads(self._plan.reach.read_text(encoding="utf-8"))
        kept = {path: {int(line): found for line, found in lines.items()} for path, lines in tests.items()}
        return Reach(tests=kept, seconds=seconds)


def _fewer_examples(item: pytest.Item, examples: int) -> None:
    """A property is asked of few examples, and not searched for a smaller one once it fails."""
    test = getattr(item, "obj", None)
    known = getattr(test, "_hypothesis_internal_use_settings", None)
    if known is not None:
        target = getattr(test, "__func__", test)
        target._hypothesis_internal_use_settings = settings(
            known,
            max_examples=min(known.max_examples, examples),
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
            deadline=None,
            database=None,
        )


def _found(items: Sequence[pytest.Item], file: Path) -> NoReturn:
    """Run every test as it is, under coverage, and write who reached what; a test that fails by itself is told instead."""
    try:
        told = _reach(items)
        file.write_text(json.dumps([told.tests, told.seconds]), encoding="utf-8")
    except BaseException as fault:
        file.with_suffix(".fault").write_text(repr(fault), encoding="utf-8")
    finally:
        os._exit(0)


def _reach(items: Sequence[pytest.Item]) -> Reach:
    """Which lines each test runs; a test that is too slow to be asked of every mutant is left out."""
    seconds, failed, slow = {}, [], set[str]()

    def too_slow(_signal: int, _frame: FrameType | None) -> None:
        slow.add(current)
        raise TimeoutError(f"{current} takes too long to be asked of every mutant")

    signal.signal(signal.SIGVTALRM, too_slow)
    tracer = coverage.Coverage(data_file=None, source=["taper_cli"], config_file=False)
    tracer.start()
    for item, following in zip(items, (*items[1:], None), strict=True):
        _forget()
        current = item.nodeid
        tracer.switch_context(current)
        before = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        if not _passes(item, following) and current not in slow:
            failed.append(current)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        seconds[current] = time.process_time() - before
    tracer.stop()
    if failed:
        raise AssertionError(f"these tests fail without any change: {failed}")
    data = tracer.get_data()
    tests = {str(Path(file).relative_to(ROOT)): data.contexts_by_lineno(file) for file in data.measured_files()}
    known = {
        path: {line: [test for test in found if test and test not in slow] for line, found in lines.items()}
        for path, lines in tests.items()
    }
    return Reach(tests=known, seconds=seconds)


def _all_run(
    mutants: Sequence[Mutant], items: dict[str, pytest.Item], reach: Reach, plan: Plan
) -> Iterator[tuple[Mutant, Outcome]]:
    """Each mutant with what became of it, in the order in which they end."""
    running: dict[int, tuple[Mutant, IO[bytes], float]] = {}
    waiting = list(reversed(mutants))
    while waiting or running:
        while waiting and len(running) < plan.jobs:
            mutant = waiting.pop()
            tests = reach.of(mutant)
            if not tests:
                yield mutant, Outcome(verdict=UNREACHED)
                continue
            # A file and not a pipe: what a child tells of a thousand tests fills a pipe that nobody reads yet.
            slip = TemporaryFile()  # noqa: SIM115  closed when it has been read
            child = _start(mutant, [(items[test], reach.seconds[test]) for test in tests], plan.most, slip)
            running[child] = (mutant, slip, time.monotonic())
        if running:
            child, _ = os.wait()
            mutant, slip, began = running.pop(child)
            with slip:
                slip.seek(0)
                *_, last = slip.read().decode().rstrip("\n").split("\n")
            verdict, _, test = last.partition(" ")
            # A process that broke down without a word was stopped by the test that it had announced.
            verdict = {"running": KILLED}.get(verdict, verdict)
            if not verdict:
                raise RuntimeError(f"{mutant.name} could not be put in: {mutant.change}")
            yield mutant, Outcome(verdict=verdict, test=test, seconds=round(time.monotonic() - began, 1))


def _start(mutant: Mutant, tests: Sequence[tuple[pytest.Item, float]], most: float, slip: IO[bytes]) -> int:
    """A child that runs the tests with the change and writes on a slip how that ends; its process."""
    child = os.fork()
    if child:
        return child
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)

    def tell(*words: str) -> None:
        os.write(slip.fileno(), (" ".join(words) + "\n").encode())

    try:
        _put_in(mutant)
        current, began = "", time.process_time()

        def hangs(_signal: int, _frame: FrameType | None) -> None:
            tell(TIMEOUT, current)
            os._exit(0)

        signal.signal(signal.SIGVTALRM, hangs)
        for item, seconds in tests:
            current = item.nodeid
            if time.process_time() - began > most:
                tell(SURVIVED, "so far")
                os._exit(0)
            tell("running", current)
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds * PATIENCE + GRACE)
            if not _passes(item):
                tell(KILLED, current)
                os._exit(0)
        tell(SURVIVED)
    finally:
        os._exit(0)


def _passes(item: pytest.Item, following: pytest.Item | None = None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _put_in(mutant: Mutant) -> None:
    """Give the function in this process the changed code."""
    module = mutant.path.removesuffix(".py").replace("/", ".")
    holder: Any = importlib.import_module(module)
    *classes, name = mutant.function.split(".")
    for part in classes:
        holder = getattr(holder, part)
    found = inspect.getattr_static(holder, name)
    _plain(found).__code__ = _code(compile(mutant.source, str(ROOT / mutant.path), "exec"), mutant.function)
    _forget()


def _forget() -> None:
    """Empty the caches that other tests may have filled, so that each test reaches all that it asks for."""
    for name, module in list(sys.modules.items()):
        if name.startswith("taper_cli."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def _plain(found: Any) -> FunctionType:
    """The function beneath a property, a class method or a cache."""
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, cached_property):
        found = found.func
    elif isinstance(found, (classmethod, staticmethod)):
        found = found.__func__
    found = inspect.unwrap(found)
    assert isinstance(found, FunctionType), found
    return found


def _code(module: CodeType, function: str) -> CodeType:
    """The code of a function of that qualified name in the code of its file."""
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == function:
                return constant
            if function.startswith(constant.co_qualname + "."):
                return _code(constant, function)
    raise LookupError(function)
