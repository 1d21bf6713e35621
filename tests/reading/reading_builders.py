"""Writes a schedule file, hands it to `taper check`, and holds the answer; drafts plans with `taper plan` as CSV text."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from taper_cli.cli.app import run
from taper_cli.model.schedule import Schedule

PASSED, USAGE, CANNOT, REFUSED = 0, 2, 3, 4
TODAY = "2026-11-22"
CAP = "pace.asam-2025.cap"
LEVELS = {"info", "flag", "refuse"}


@dataclass(frozen=True, slots=True)
class Answer:
    """How the command ended, what it printed, and what it said on stderr."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of an answer in JSON."""
        return list(json.loads(self.out)["findings"])

    @property
    def refused_rules(self) -> set[str]:
        """The rules that refuse, of an answer in JSON."""
        return {found["rule"] for found in self.findings if found["level"] == "refuse"}

    def steps_with(self, rule: str) -> list[int]:
        """The steps that have a finding of this rule, whatever its level."""
        return sorted(found["step"] for found in self.findings if found["rule"] == rule and found["step"] is not None)


def command(*arguments: str, stdin: bytes = b"") -> Answer:
    """One command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    typed = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with mock.patch("sys.stdin", typed), redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
        out.flush()
        err.flush()
    return Answer(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]


def check(content: str | bytes, *options: str, name: str = "schedule.csv") -> Answer:
    """`taper check` of a file with this content."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return command("check", str(file), "--today", TODAY, *options)


def findings_of(content: str | bytes, *options: str) -> Answer:
    """`taper check --json` of a file with this content."""
    return check(content, "--json", *options)


def sheet(columns: str, *rows: str) -> str:
    """A spreadsheet of these columns and rows."""
    return "\n".join((columns, *rows)) + "\n"


def table(content: str) -> list[dict[str, str]]:
    """The rows of a CSV text by column name."""
    return list(csv.DictReader(io.StringIO(content, newline="")))


def written(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows by column name as a CSV text again."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def drafted_csv(rows: str, *typed: str) -> str:
    """What `taper plan` writes as a CSV of rows by step or by day."""
    answer = command("plan", *typed, "--today", TODAY, "--format", "csv", "--rows", rows)
    if answer.code != PASSED:
        raise ValueError(f"no plan to check: {answer.err}")
    return answer.out


def drafted(*typed: str) -> Schedule:
    """The schedule that `taper plan` makes, before it becomes a paper."""
    with mock.patch("taper_cli.cli.plan.deliver") as deliver:
        command("plan", *typed, "--today", TODAY)
    schedule = deliver.call_args.args[0].schedule
    if not isinstance(schedule, Schedule):
        raise TypeError("taper plan hands over no schedule")
    return schedule
