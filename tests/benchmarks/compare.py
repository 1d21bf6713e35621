"""Planner, nearest dose and an independent solver on the same requests: `python tests/benchmarks/compare.py` makes table and picture.

Needs `pip install '.[bench]'` for the solver; `--table` prints the table of the kept results without it. The results are kept in
`compared.json`, the picture in `examples/`; the README shows both, and a test compares them with what is kept.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from compare_naive import naive
from compare_rules import Rules
from compare_set import COUNT, SEED, START, Asked, requests

from taper_cli import __version__
from taper_cli.cli.asking import request_of
from taper_cli.model.errors import RefusedForSafety
from taper_cli.model.report import Report
from taper_cli.model.schedule import Schedule
from taper_cli.render.blocks import Overlay, OverlayLine
from taper_cli.render.pictures import overlay_svg
from taper_cli.service import data_id, plan

KEPT = Path(__file__).with_name("compared.json")
PICTURE = Path(__file__).parents[2] / "examples" / "naive-against-planned.svg"
SCHEMA = "taper.compared.v1"
NG = 10**6
FIRST = date.fromisoformat(START)
SHOWN = Asked(
    drug="citalopram",
    region="gb",
    products="10 mg tablet whole, 20 mg tablet half, 40 mg tablet half",
    guideline="nice-ng222",
    doses=("40",),
    weeks=20,
    every=1,
    shape="hyperbolic",
)
"""The request of the picture."""
LEAD = 14
"""Days of the starting dose drawn before the first cut."""
T = TypeVar("T")


class Measured(NamedTuple):
    """One plan measured by the rules: steps above a limit and how many of them were avoidable, and the rest of the table's rows.

    `against` is the largest cut, excused ones aside, as a share of what the limit allows; `cuts` and `pieces` are of a day.
    """

    steps: int
    above: int
    avoidable: int
    early: bool
    high: bool
    against: Fraction
    off: list[Decimal]
    cuts: Fraction
    pieces: Fraction


class Figures(NamedTuple):
    """What is told of one way of planning over many plans."""

    plans: int
    steps: int
    above: int
    avoidable: int
    avoidable_plans: int
    early: int
    high: int
    against: tuple[str, str]
    off: tuple[str, str]
    burden: tuple[str, str]


def totals_of(rules: Rules, schedule: Schedule) -> list[Fraction]:
    """A schedule of ours as the starting dose and one total a step."""
    days = (FIRST + timedelta(days=day) for day in rules.starts)
    return [rules.top, *(Fraction(schedule.dose_on(day).ng, NG) for day in days)]


def lightest(rules: Rules, totals: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Cuts and pieces a day of a plan where each total is taken in the lightest way there is."""
    days = sum(rules.lengths)
    each = [rules.burdens[total] for total in totals[1:]]
    summed = [sum(length * one[part] for length, one in zip(rules.lengths, each, strict=True)) for part in (0, 1)]
    return Fraction(summed[0], days), Fraction(summed[1], days)


def as_planned(rules: Rules, schedule: Schedule) -> tuple[Fraction, Fraction]:
    """Cuts and pieces a day as the schedule says them, slot by slot."""
    summed = [0, 0]
    for step in schedule.dosing_steps:
        for portion in (portion for intake in step.intakes for portion in intake.portions):
            name = portion.product.name
            piece = next(piece for piece, words in zip(rules.pieces, _words(rules), strict=True) if words == name)
            count = portion.dose.ng / (piece.amount * NG)
            burden = piece.burden(int(count))
            summed = [known + (step.days or 0) * more for known, more in zip(summed, burden, strict=True)]
    return Fraction(summed[0], schedule.days), Fraction(summed[1], schedule.days)


def _words(rules: Rules) -> list[str]:
    """The products as typed, without how they are divided."""
    splits = (" whole", " half", " quarter")
    return [
        next((one.removesuffix(s) for s in splits if one.endswith(s)), one) for one in rules.asked.products.split(", ")
    ]


def measured(rules: Rules, totals: Sequence[Fraction], burden: tuple[Fraction, Fraction]) -> Measured:
    """Measure one plan."""
    breaches = rules.breaches(totals)
    taken = [total for total in totals if total]
    return Measured(
        steps=len(totals) - 1,
        above=len(breaches),
        avoidable=sum(breaches.values()),
        early=len(taken) < len(totals),
        high=taken[-1] > rules.last_step,
        against=rules.against(totals),
        off=rules.off_curve(totals),
        cuts=burden[0],
        pieces=burden[1],
    )


def figures(plans: Sequence[Measured]) -> Figures:
    """Many measured plans summed up."""
    off = [one for each in plans for one in each.off]
    against = [each.against for each in plans]
    return Figures(
        plans=len(plans),
        steps=sum(each.steps for each in plans),
        above=sum(each.above for each in plans),
        avoidable=sum(each.avoidable for each in plans),
        avoidable_plans=sum(each.avoidable > 0 for each in plans),
        early=sum(each.early for each in plans),
        high=sum(each.high for each in plans),
        against=(_two(statistics.mean(against)), _two(max(against))),
        off=(_two(statistics.mean(off)), _two(max(off))),
        burden=(_two(statistics.mean(e.cuts for e in plans)), _two(statistics.mean(e.pieces for e in plans))),
    )


def _two(value: Fraction | Decimal) -> str:
    return f"{float(value):.2f}"


def ours(asked: Asked) -> Report | None:
    """The plan of our own program, as a user gets it, judged; None where it refuses.

    Only a refusal of the pace counts: a request of this set that fails for another reason is a fault of the set.
    """
    try:
        return plan(request_of(asked.drug, asked.dose, **asked.options))
    except RefusedForSafety:
        return None


class Compared(NamedTuple):
    """One request with the plans measured; `ours` is None where it is refused, and `naive` counts only where it is not."""

    asked: Asked
    naive: Measured | None
    ours: Measured | None
    largest_cut: str
    lag: str


def compared(asked: Asked) -> Compared:
    """One request planned by us and by the baseline; the solver aside."""
    rules, report = Rules(asked), ours(asked)
    if report is None:
        return Compared(asked, None, None, "", "")
    totals, rounded = totals_of(rules, report.schedule), naive(rules)
    return Compared(
        asked,
        measured(rules, rounded, lightest(rules, rounded)),
        measured(rules, totals, as_planned(rules, report.schedule)),
        str(rules.largest_cut(totals)),
        lag_text(rules.lag(totals)),
    )


def lag_text(value: Decimal) -> str:
    """A lag to four places, as it is kept."""
    return f"{value:.4f}"


def verdict(row: dict[str, Any], mine: Compared) -> str:
    """What a solved request says of our answer: equal, better or worse by the aims in turn, or not proven.

    A typed shape has no first aim. Lags are told apart above a hundred-thousandth: the solver counts in whole millionths.
    """
    if not row["proven"]:
        return "not proven"
    if row["largest_cut"] is None or mine.ours is None:
        return (
            "equal"
            if (row["largest_cut"] is None) == (mine.ours is None)
            else "worse"
            if mine.ours is None
            else "better"
        )
    first = Fraction(mine.largest_cut) - Fraction(row["largest_cut"]) if not mine.asked.shape else Fraction(0)
    lag, theirs = Decimal(mine.lag), Decimal(row["lag"])
    second = lag - theirs if abs(lag - theirs) > max(Decimal(1), theirs) / 100_000 else Decimal(0)
    return next(("worse" if aim > 0 else "better" for aim in (first, second) if aim), "equal")


def solved(asked: Asked) -> tuple[dict[str, Any], Measured | None]:
    """One request solved by CP-SAT: what is kept of it, and its plan measured."""
    from compare_solver import solve

    rules = Rules(asked)
    (answer, seconds) = timed(lambda: solve(rules))
    row: dict[str, Any] = {"line": asked.line, "proven": answer.proven, "seconds": round(seconds, 3)}
    if answer.plan is None:
        return row | {"largest_cut": None, "lag": None}, None
    row |= {"largest_cut": str(rules.largest_cut(answer.plan)), "lag": lag_text(rules.lag(answer.plan))}
    return row, measured(rules, answer.plan, lightest(rules, answer.plan))


def timed(action: Callable[[], T]) -> tuple[T, float]:
    """What an action returns, and its seconds."""
    begin = time.perf_counter()
    answer = action()
    return answer, time.perf_counter() - begin


def times(asked: Sequence[Asked]) -> dict[str, float]:
    """Mean milliseconds of the baseline and of our whole judged plan; the first of each warms up and is not counted."""
    spent = {
        "naive": [timed(lambda one=one: naive(Rules(one)))[1] for one in (asked[0], *asked)],
        "ours": [timed(lambda one=one: ours(one))[1] for one in (asked[0], *asked)],
    }
    return {name: round(1000 * statistics.mean(each[1:]), 1) for name, each in spent.items()}


def results() -> dict[str, Any]:
    """Everything measured anew; takes minutes."""
    from importlib.metadata import version

    asked = list(requests())
    mine = list(map(compared, asked))
    rows, theirs = zip(*map(solved, asked), strict=True)
    spent = times(asked) | {"solver": round(1000 * statistics.mean(row["seconds"] for row in rows), 1)}
    return {
        "schema": SCHEMA,
        "made_with": {
            "taper": __version__,
            "data": data_id(),
            "python": platform.python_version(),
            "ortools": version("ortools"),
        },
        "seed": SEED,
        "count": COUNT,
        "milliseconds": spent,
        "figures": {
            "naive": figures([one.naive for one in mine if one.naive])._asdict(),
            "ours": figures([one.ours for one in mine if one.ours])._asdict(),
            "solver": figures([one for one in theirs if one])._asdict(),
        },
        "verdicts": verdicts(rows, mine),
        "solved": list(rows),
    }


def verdicts(rows: Sequence[dict[str, Any]], mine: Sequence[Compared]) -> dict[str, dict[str, int]]:
    """How our answers stand against the solver's, for plans and for refusals."""
    words = ("equal", "better", "worse", "not proven")
    pairs = list(zip(rows, mine, strict=True))
    told = {
        "plans": [verdict(row, one) for row, one in pairs if one.ours],
        "refusals": [verdict(row, one) for row, one in pairs if not one.ours],
    }
    return {kind: {word: each.count(word) for word in words} for kind, each in told.items()}


def markdown(kept: dict[str, Any]) -> str:
    """The table of the kept results."""
    held, spent = kept["figures"], kept["milliseconds"]
    order = ("naive", "ours", "solver")
    refused = kept["count"] - held["ours"]["plans"]

    def row(name: str, of: Callable[[dict[str, Any]], Any]) -> str:
        return f"| {name} | {' | '.join(str(of(held[one])) for one in order)} |"

    plans, refusals = kept["verdicts"]["plans"], kept["verdicts"]["refusals"]
    told = ", ".join(f"{count} {word}" for word, count in plans.items())
    none = f"{refusals['equal']} of {refused} proven to have no plan"
    return "\n".join(
        (
            f"| {kept['count']} requests | nearest dose | `taper` | CP-SAT |",
            "|---|---|---|---|",
            f"| refused, as no plan keeps the limits | 0 | {refused} | {none} |",
            row("plans compared", lambda one: one["plans"]),
            row("steps above the limit, of all", lambda one: f"{one['above']} of {one['steps']}"),
            row(
                "of these avoidable: a smaller cut was makeable",
                lambda one: (
                    f"{one['avoidable']}" + (f", in {one['avoidable_plans']} plans" if one["avoidable"] else "")
                ),
            ),
            row("plans that stop before the planned end", lambda one: one["early"]),
            row("plans that stop from more than the last step", lambda one: one["high"]),
            row("largest cut, 1 being the limit: mean, worst", lambda one: ", ".join(one["against"])),
            row("steps off the curve that was asked: mean, worst", lambda one: ", ".join(one["off"])),
            row("tablets divided, pieces taken: a day", lambda one: ", ".join(one["burden"])),
            "| time for one plan, mean | " + " | ".join(f"{spent[one]:g} ms" for one in order) + " |",
            f"| against the proven optimum | no aim | {told} | proof |",
        )
    )


def picture() -> str:
    """One request as two staircases: the nearest dose, and the plan; on white, so that it can be read on any page."""
    rules, report = Rules(SHOWN), ours(SHOWN)
    if report is None:
        raise ValueError(SHOWN.line)
    lines = {"N": ("nearest makeable dose", naive(rules)), "T": ("taper", totals_of(rules, report.schedule))}
    days = 7 * SHOWN.weeks
    drawn = tuple(
        OverlayLine(letter, f"{name}: {_told(rules, totals)}", _corners(rules, totals), days + LEAD)
        for letter, (name, totals) in lines.items()
    )
    dates = tuple((LEAD + day, f"week {day // 7}") for day in range(0, days + 1, 42))
    svg = overlay_svg(Overlay(f"{SHOWN.doses[0]} mg", int(rules.top * NG), days + 2 * LEAD, dates, drawn, ""), 12)
    head, mark, rest = svg.partition(">")
    return f'{head}{mark}<rect width="100%" height="100%" fill="#ffffff"/>{rest}\n'


def _corners(rules: Rules, totals: Sequence[Fraction]) -> tuple[tuple[int, int], ...]:
    """A plan as days and ng for the picture, two weeks of the starting dose before it and STOP after it."""
    steps = [(LEAD + day, int(total * NG)) for day, total in zip(rules.starts, totals[1:], strict=True)]
    return ((0, int(totals[0] * NG)), *steps, (LEAD + 7 * rules.asked.weeks, 0))


def _told(rules: Rules, totals: Sequence[Fraction]) -> str:
    """What is to be seen in the picture."""
    avoidable = sum(rules.breaches(totals).values())
    zero = next((day for day, total in zip(rules.starts, totals[1:], strict=True) if not total), None)
    early = "" if zero is None else f", at zero {SHOWN.weeks - zero // 7} weeks early"
    return f"{avoidable or 'no'} avoidable cut{'' if avoidable == 1 else 's'} above the limit{early}"


def main() -> None:
    """Measure and keep, or show what is kept."""
    if "--table" not in sys.argv[1:]:
        KEPT.write_text(json.dumps(results(), indent=1) + "\n", encoding="utf-8")
        PICTURE.write_text(picture(), encoding="utf-8")
    print(markdown(json.loads(KEPT.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
