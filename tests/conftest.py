"""At the end of a run of all tests every guard that the hazard log names must have run and passed: a skipped one guards nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from safety.hazard_log import LOG, hazards, unproven

_OUTCOMES = pytest.StashKey[dict[str, set[str]]]()
_FAULTS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_OUTCOMES] = {}
    config.stash[_FAULTS] = []
    config.pluginmanager.register(_Watch(config), "hazard-log")


class _Watch:
    """Keeps how each test went, also where other processes ran it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self._config.stash[_OUTCOMES].setdefault(report.nodeid, set())
        # An expected failure calls itself skipped, an unexpected pass may call itself passed.
        word = "was expected to fail" if hasattr(report, "wasxfail") else report.outcome
        if report.when == "call" or word != "passed":
            told.add(word)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    finished = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not finished or hasattr(session.config, "workerinput") or not _whole(session.config):
        return
    log = hazards(LOG.read_text(encoding="utf-8"))
    faults = list(unproven(log, session.config.stash[_OUTCOMES]))
    session.config.stash[_FAULTS] = faults
    if faults and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for: a part of them says nothing about the rest of the log."""
    here = Path(__file__).parent
    named = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    if named and [Path(arg).absolute() for arg in config.args] not in ([here], [here.parent]):
        return False
    option = config.option
    return not (option.keyword or option.markexpr or option.collectonly or getattr(option, "lf", False))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    faults = config.stash[_FAULTS]
    if faults:
        terminalreporter.section("the hazard log names guards that guard nothing", red=True)
        for fault in faults:
            terminalreporter.write_line(fault, red=True)
