"""Switches for tests, in the words of the command line: from lorazepam and others to diazepam, and on to STOP."""

from __future__ import annotations

from datetime import date
from typing import Any

from service_builders import request

from taper_cli.cli.switching import with_switch
from taper_cli.model.report import Report
from taper_cli.model.request import Request
from taper_cli.service import plan


def switch(drug: str, dose: str, to: str, equivalent: str, **options: Any) -> Request:
    """A switch as typed: `stage_every="1w"`, `order=`, `move=`, `stage_cut=`, `from_products=`, `from_split=`, `reason=`."""
    typed = {
        name: options.pop(option, "")
        for name, option in (
            ("every", "stage_every"),
            ("order", "order"),
            ("move", "move"),
            ("cut", "stage_cut"),
            ("products", "from_products"),
            ("split", "from_split"),
        )
    }
    reason = options.pop("reason", "Scottish table")
    over = options.pop("over", "")
    if not over and "reduce" not in options and "steps" not in options:
        options["reduce"] = "1 mg"
    taper = request(to, equivalent, over, **{"region": "gb", **options})
    return with_switch(taper, drug, dose, reason=reason, **typed)


def switched(*words: str, **options: Any) -> Report:
    """The report of a switch that can be planned."""
    return plan(switch(*words, **options))


def g01(**changes: Any) -> Report:
    """The published schedule of the Scottish guide: lorazepam 2 mg through diazepam 20 mg, 1 mg less every two weeks."""
    options: dict[str, Any] = {"reduce": "1 mg", "products": "2 mg tablet half", "start": date(2026, 12, 7)}
    return switched("lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg", **{**options, **changes})


CASES: dict[str, Any] = {
    "whole slots": lambda: g01(),
    "half a milligram at a time": lambda: switched(
        "lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg", move="0.5 mg"
    ),
    "a cut with each stage": lambda: switched(
        "lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg", stage_cut="1 mg"
    ),
    "three slots": lambda: switched(
        "lorazepam", "1 mg morning + 1 mg noon + 2 mg bedtime", "diazepam", "40 mg", order="noon, morning, bedtime"
    ),
    "a liquid": lambda: switched(
        "lorazepam",
        "1 mg morning + 1 mg bedtime",
        "diazepam",
        "20 mg",
        products="2 mg in 5 mL oral solution",
        syringe="0.5 mL",
    ),
    "one dose a day": lambda: switched("lorazepam", "2 mg", "diazepam", "20 mg"),
    "zopiclone": lambda: switched("zopiclone", "15 mg bedtime", "diazepam", "10 mg", accept=("ceiling.zopiclone",)),
    "to oxazepam": lambda: switched("diazepam", "20 mg bedtime", "oxazepam", "40 mg", over="40w"),
    "by time": lambda: switched("lorazepam", "1 mg morning + 1 mg bedtime", "diazepam", "20 mg", over="40w"),
}
