"""What became of a panel, for machines: how many rows came to what; each row stands in results.csv."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from taper_cli.model.panel import Outcome

if TYPE_CHECKING:
    # The shapes are made for schemas; a command that prints JSON does not need them.
    from taper_cli.render.documents.others import BatchAnswer


def panel_json(counts: Mapping[Outcome, int], exit_code: int) -> str:
    """The counts of a panel by outcome; see `taper.batch.v1`."""
    answer: BatchAnswer = {
        "schema": "taper.batch.v1",
        "rows": sum(counts.values()),
        "outcomes": {outcome.value: counts.get(outcome, 0) for outcome in Outcome},
        "exit_code": exit_code,
    }
    return json.dumps(answer, indent=2) + "\n"
