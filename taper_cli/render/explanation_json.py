"""An explanation for machines: the figures behind the words, mg as exact decimals, percentages with one decimal."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from taper_cli.model.dose import Dose, decimal_text, percent_text, rounded_text
from taper_cli.model.explained import (
    Candidate,
    DaySplit,
    Explanation,
    IntakeMade,
    LastDoseMeasured,
    LimitMeasured,
    Moment,
    Recipe,
    Searched,
    StageExplained,
    StepExplained,
    StepHistory,
    TailMeasured,
    Why,
)
from taper_cli.model.text import NOTICE
from taper_cli.render.reasons import told_apart

if TYPE_CHECKING:
    from taper_cli.render.documents import explained as shape

_TWO = 2


def explanation_json(found: Explanation) -> str:
    """The explanation as a JSON document; what does not apply is null. `aim` and `curve` are those of the first search."""
    searches = [_search(search) for search in found.searches]
    first = searches[0] if searches else None
    answer: shape.ExplainAnswer = {
        "schema": "taper.explain.v1",
        "notice": NOTICE,
        "plan_id": found.report.plan_id,
        "version": found.report.version,
        "drug": found.report.drug.name,
        "same_when_planned_again": found.same if searches else None,
        "aim": first and first["aim"],
        "curve": first and first["curve"],
        "searches": searches,
        "steps": [_step(one) for one in found.steps],
    }
    return json.dumps(answer, indent=2) + "\n"


def _search(search: Searched) -> shape.SearchEntry:
    """How one version planned; no aim and no curve where it does not come out again."""
    curve = search.curve
    return {
        "version": search.version,
        "from_mg": _mg(search.before),
        "start": search.start.isoformat(),
        "same_when_planned_again": search.same,
        "aim": search.aim.value if search.same else None,
        "curve": curve
        and {
            "shape": curve.shape.kind.value,
            "from_mg": _mg(curve.top),
            "to_mg": _mg(curve.bottom),
            "steps": curve.steps,
            "ends_at_last_dose": curve.reanchored,
        },
    }


def _history(history: StepHistory) -> shape.HistoryEntry:
    """Which version made a step and how, and what later ones did to it."""
    return {
        "version": history.version,
        "made": history.made.value,
        "first_day": history.first_day.isoformat(),
        "by": history.by or None,
        "reason": history.reason or None,
        "changes": [
            {"version": change.version, "what": change.what.value, "days": change.days} for change in history.changes
        ],
    }


def _step(one: StepExplained) -> shape.StepEntry:
    step = one.step
    return {
        "step": step.number,
        "kind": step.kind.value,
        "start": step.start.isoformat(),
        "last_day": step.last_day.isoformat() if step.last_day else None,
        "before_mg": _mg(one.before),
        # mg of two drugs are no total of either: what they count for is told as the long run.
        "total_mg": _mg(step.total) if len(step.drugs) < _TWO else None,
        "mg_by_drug": {drug: _mg(step.total_of(drug)) for drug in step.drugs} if len(step.drugs) == _TWO else None,
        "stage": _stage(one.stage) if one.stage else None,
        "long_run_mg": _mg(one.level),
        "taken_on": step.rhythm.key if step.rhythm else None,
        "history": _history(one.history),
        "moments": [_moment(moment) for moment in one.moments],
        "limits": [_limit(limit) for limit in one.limits],
        "tail_exception": one.tail and _tail(one.tail),
        "last_dose": one.last_dose and _last_dose(one.last_dose),
        "whole_time": one.whole_time
        and {
            "rule": one.whole_time.rule,
            "days": one.whole_time.days,
            "needed_days": one.whole_time.needed,
            "source": one.whole_time.source,
        },
        "slots": [_split(split) for split in one.splits],
        "intakes": [_intake(made) for made in one.intakes],
        "findings": [
            {"rule": finding.rule, "level": finding.level.value, "message": finding.message} for finding in one.findings
        ],
    }


def _stage(stage: StageExplained) -> shape.StageEntry:
    """What a stage of a switch moves."""
    found = stage.range
    return {
        "stage": stage.place,
        "of": stage.of,
        "slot": stage.slot.value,
        "old_before_mg": _mg(stage.old[0]),
        "old_mg": _mg(stage.old[1]),
        "new_before_mg": _mg(stage.new[0]),
        "new_mg": _mg(stage.new[1]),
        "percent_by_published_ratios": None if found is None else [_percent(found.least), _percent(found.most)],
    }


def _moment(moment: Moment) -> shape.MomentEntry:
    return {
        "version": moment.version,
        "day": moment.day.isoformat(),
        "before_mg": _mg(moment.before),
        "wanted_mg": None if moment.wanted_mg is None else _number(moment.wanted_mg),
        "wanted_is_exact": moment.exact,
        "how": moment.how.value,
        "candidates": [_candidate(near) for near in moment.candidates],
    }


def _candidate(near: Candidate) -> shape.CandidateEntry:
    instead, taken = _compared(near)
    return {
        "mg": _mg(near.dose),
        "cut_percent": None if near.cut is None else _percent(near.cut),
        "steps_early": None if near.early is None else _signed(near.early),
        "decided_by": near.why.value,
        "figure_with_it": instead,
        "figure_of_the_plan": taken,
    }


def _compared(near: Candidate) -> tuple[Any, Any]:
    """The two figures that were compared, with as many decimals as tell them apart."""
    if near.instead is None or near.taken is None:
        return None, None if near.taken is None else _number(near.taken)
    scale = 100 if near.why is Why.LARGEST_CUT else 1
    one, other = told_apart(near.instead * scale, near.taken * scale)
    return json.loads(one), json.loads(other)


def _limit(limit: LimitMeasured) -> shape.LimitEntry:
    return {
        "rule": limit.rule,
        "first_day": limit.first.isoformat(),
        "last_day": limit.last.isoformat(),
        "highest_mg": _mg(limit.highest),
        "to_mg": _mg(limit.after),
        "basis": limit.basis or None,
        "percent": _percent(limit.share),
        "limit_percent": None if limit.limit is None else _percent(limit.limit),
        "limit_mg": None if limit.most is None else _mg(limit.most),
        "window_days": limit.window_days,
        "kept": limit.kept,
        "lowest_allowed_mg": None if limit.lowest_allowed is None else _mg(limit.lowest_allowed),
        "source": limit.source,
    }


def _tail(tail: TailMeasured) -> shape.TailEntry:
    among, adjacent, small, not_first = tail.conditions
    return {
        "smallest_mg": [_mg(dose) for dose in tail.smallest],
        "among_the_smallest": among,
        "to_the_next_lower": adjacent,
        "within_the_last_step": small,
        "not_the_first_cut": not_first,
        "accepted": tail.accepted or None,
    }


def _last_dose(last: LastDoseMeasured) -> shape.LastDoseEntry:
    return {
        "last_dose_mg": _mg(last.dose),
        "most_mg": _mg(last.most),
        "basis": last.basis,
        "source": last.source,
        "accepted": last.accepted or None,
    }


def _split(split: DaySplit) -> shape.DaySplitEntry:
    cost = split.burden
    return {
        "mg_by_slot": {slot.value: _mg(dose) for slot, dose in split.doses},
        "rises": cost.rises,
        "cuts": cost.cuts,
        "pieces": cost.pieces,
        "products": cost.distinct,
        "decided_by": split.why.value,
    }


def _intake(made: IntakeMade) -> shape.IntakeEntry:
    return {
        "slot": made.slot.value,
        "mg": _mg(made.dose),
        "taken": _recipe(made.taken),
        "others": [_recipe(other) for other in made.others],
    }


def _recipe(recipe: Recipe) -> shape.RecipeEntry:
    return {
        "portions": [{"count": _number(portion.count), "product": portion.product.name} for portion in recipe.portions],
        "cuts": recipe.cuts,
        "pieces": recipe.pieces,
        "products": recipe.distinct,
    }


def _mg(dose: Dose) -> Any:
    return json.loads(dose.mg_text)


def _number(value: Fraction) -> Any:
    return json.loads(decimal_text(value))


def _percent(share: Fraction) -> Any:
    return json.loads(percent_text(share))


def _signed(value: Fraction) -> Any:
    """Steps to two decimals, below zero where it is late."""
    number = json.loads(rounded_text(abs(value), 2))
    return -number if value < 0 and number else number
