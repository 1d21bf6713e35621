"""Reasons on the screen: why the steps of a plan are what they are, and why there is no plan."""

from __future__ import annotations

import sys
from typing import TextIO

import typer

from taper_cli.cli.faults import tell
from taper_cli.cli.output import Format, Wanted, deliver, screen_width
from taper_cli.model.conflict import Conflict
from taper_cli.model.errors import RefusedForSafety, TaperError
from taper_cli.model.explained import Explanation
from taper_cli.model.request import Request


def deliver_explained(request: Request, wanted: Wanted, *, as_json: bool, force: bool, quiet: bool) -> None:
    """Plan, deliver and explain; a refusal is explained and stays a refusal, with its own exit code.

    Whatever takes the screen's place on stdout stays alone there: the reasons then go to stderr, a refusal beside JSON as JSON
    (with `as_json` within the error, so that stdout stays empty). With `as_json` the reasons are a document like every answer.

    Raises:
        TaperError: what `plan` raises.
    """
    from taper_cli.service import conflict, explain, plan

    stream = sys.stderr if wanted.to_stdout else sys.stdout
    try:
        report = plan(request)
    except TaperError as error:
        behind = conflict(request, error)
        if behind is None:
            raise
        if as_json:
            raise typer.Exit(tell(error, as_json=True, behind=behind)) from error
        beside_json = wanted.to_stdout and wanted.stdout is Format.PLAN
        show_conflict(behind, sys.stdout if beside_json else stream, as_json=beside_json, ascii_only=wanted.ascii_only)
        raise _shortened(error) from error
    deliver(report, wanted, force=force, quiet=quiet)
    if quiet:
        return
    found = explain(report, "all")
    if as_json:
        from taper_cli.render.explanation_json import explanation_json

        # Every stream that a program reads holds documents: the plan on stdout, its reasons on stderr.
        sys.stderr.write(explanation_json(found))
    else:
        show_explanation(found, stream, ascii_only=wanted.ascii_only)


def _shortened(error: TaperError) -> TaperError:
    """The refusal without the changes that were just shown; what must not be missed is said again."""
    return RefusedForSafety(error.reasons, (), (), error.service) if isinstance(error, RefusedForSafety) else error


def show_explanation(found: Explanation, stream: TextIO, *, ascii_only: bool) -> None:
    """An explanation on the screen, its texts read for faults of notation first."""
    from taper_cli.render.blocks import words_of
    from taper_cli.render.explanation import explanation_blocks
    from taper_cli.render.terminal import show
    from taper_cli.service import verify_writing

    width = screen_width()
    made = tuple(explanation_blocks(found))
    verify_writing(words_of(made), found.report)
    show(made, stream, width=width, ascii_only=ascii_only)


def show_conflict(found: Conflict, stream: TextIO, *, as_json: bool, ascii_only: bool) -> None:
    """Why there is no plan, on the screen or as JSON."""
    from taper_cli.render.conflict import conflict_blocks, conflict_json
    from taper_cli.render.terminal import show

    width = screen_width()
    if as_json:
        stream.write(conflict_json(found))
    else:
        show(conflict_blocks(found), stream, width=width, ascii_only=ascii_only)
    stream.flush()
