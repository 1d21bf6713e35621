"""A fault for machines: the same words as on the screen, and their parts in fields of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from taper_cli.model.errors import (
    CannotPlan,
    FaultyFile,
    InvalidInput,
    PlannerFault,
    RefusedForSafety,
    TaperError,
    UnusedAcceptance,
)
from taper_cli.model.finding import RefusedByJudge
from taper_cli.render.findings import error_text
from taper_cli.render.verdict_json import accept_entry, finding_entry

if TYPE_CHECKING:
    from taper_cli.model.conflict import Conflict
    from taper_cli.render.documents.answers import ErrorAnswer, ErrorEntry, RefusalExplained

_Kind = Literal["invalid-input", "cannot-plan", "refused-for-safety", "internal", "interrupted"]


def error_json(error: ErrorEntry, behind: Conflict | None = None) -> str:
    """The document of an error, with what stands behind a refusal where that was asked for."""
    explained: RefusalExplained | None = None
    if behind is not None:
        from taper_cli.render.conflict import conflict_entry

        explained = conflict_entry(behind)
    answer: ErrorAnswer = {"schema": "taper.error.v1", "error": error, "explained": explained}
    return json.dumps(answer, indent=2) + "\n"


def error_entry(error: TaperError, code: int) -> ErrorEntry:
    """A foreseen fault with its exit code."""
    entry = _entry(_kind(error), code, error_text(error))
    entry["found"] = error.found
    entry["expected"] = error.expected or None
    entry["instead"] = error.instead or None
    if isinstance(error, FaultyFile):
        entry["faults"] = list(error.faults)
    if isinstance(error, UnusedAcceptance):
        entry["unused_rule"] = error.rule
    if isinstance(error, RefusedForSafety):
        entry["keep_taking"] = error.keep_taking
        entry["ask"] = error.service
        entry["reasons"] = list(error.reasons)
        entry["changes"] = list(error.changes)
        entry["accepts"] = [accept_entry(rules) for rules in error.accepts]
    if isinstance(error, RefusedByJudge):
        entry["findings"] = [finding_entry(finding) for finding in error.findings]
    return entry


def internal_entry(fault: PlannerFault, code: int, message: str) -> ErrorEntry:
    """A fault of our own."""
    entry = _entry("internal", code, message)
    entry["found"] = str(fault)
    return entry


def interrupted_entry(code: int, message: str) -> ErrorEntry:
    """The end of a run that was stopped by the user."""
    return _entry("interrupted", code, message)


def _kind(error: TaperError) -> _Kind:
    """The kind of a foreseen fault by its name in the documents."""
    kinds: tuple[tuple[type[TaperError], _Kind], ...] = (
        (RefusedForSafety, "refused-for-safety"),
        (CannotPlan, "cannot-plan"),
        (InvalidInput, "invalid-input"),
    )
    return next((name for kind, name in kinds if isinstance(error, kind)), "internal")


def _entry(kind: _Kind, code: int, message: str) -> ErrorEntry:
    """An error that has nothing but its kind and its words."""
    return {
        "kind": kind,
        "exit_code": code,
        "message": message,
        "found": message,
        "expected": None,
        "instead": None,
        "faults": [],
        "unused_rule": None,
        "keep_taking": None,
        "ask": None,
        "reasons": [],
        "changes": [],
        "accepts": [],
        "findings": [],
    }
