"""Why there is no plan: the rules that together forbid it, and every single change that would lift the refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from taper_cli.model.conflict import Bound, Conflict, Way
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Heading, Items, Notice, Para
from taper_cli.render.findings import decides, for_a_specialist

if TYPE_CHECKING:
    from taper_cli.render.documents.answers import RefusalExplained, WayEntry


def conflict_blocks(found: Conflict) -> Iterator[Block]:
    """The page; what must not be missed stands first and last."""
    yield Notice(_first(found))
    request = found.request
    dose = say.regimen_text(request.regimen, found.region)
    yield Heading(f"Why there is no plan: {found.drug.name}, {dose}, {say.pace_text(request)}", 1)
    told = {rule.words for rule in found.rules}
    reasons = tuple(visible(reason) for reason in found.reasons if reason not in told)
    if reasons:
        yield Items(reasons)
    if found.rules:
        yield Heading(_head(found))
        yield Items(tuple(_rule(rule) for rule in found.rules))
    if found.needless:
        yield Para("Tried and not in the way (without it there is no plan all the same):")
        yield Items(tuple(map(visible, found.needless)))
    if found.changes:
        yield Heading(
            "Each single change that would lift it, planned in full" if _planned(found.changes) else "What to change"
        )
        yield Items(tuple(_way(way) for way in found.changes))
    if found.accepts:
        yield Heading(f"By {decides(_names(found))}'s decision, by name and reason")
        yield Items(tuple(_way(way) for way in found.accepts))
    yield Notice(say.NOTICE)


def _first(found: Conflict) -> str:
    """A refusal for safety must never become an abrupt stop."""
    if found.safety:
        return "REFUSED FOR SAFETY: " + say.KEEP_TAKING.format(service=found.service) + "."
    return (
        f"NOT PLANNED. Keep the present dose of {found.drug.name} until there is a plan that a prescriber has approved."
    )


def _head(found: Conflict) -> str:
    """What the rules below have in common; only rules that were left out one by one are said to forbid it together."""
    if not found.safety:
        return "What stands in the way"
    if for_a_specialist(_names(found)) or not (found.needless or any(not rule.rule for rule in found.rules)):
        return "Each of these refuses it by itself"
    if len(found.rules) == 1:
        return "The rule that forbids it: without it there would be a plan"
    return "The rules that together forbid it: without any one of them there would be a plan"


def _names(found: Conflict) -> tuple[str, ...]:
    """The rules that stand in the way, as an acceptance names them."""
    return tuple(rule.rule for rule in found.rules)


def _planned(ways: tuple[Way, ...]) -> bool:
    return any(way.gives for way in ways)


def _rule(rule: Bound) -> str:
    name = f" [{rule.rule}]" if rule.rule else ""
    source = f" ({rule.source})" if rule.source else ""
    return visible(rule.words) + source + name


def _way(way: Way) -> str:
    return visible(f"{way.words}; this gives {way.gives}" if way.gives else way.words)


def conflict_json(found: Conflict) -> str:
    """The same for machines."""
    return json.dumps(conflict_entry(found), indent=2) + "\n"


def conflict_entry(found: Conflict) -> RefusalExplained:
    """Its keys and values."""
    return {
        "schema": "taper.refusal.v1",
        "notice": _first(found),
        "drug": found.drug.name,
        "refused_for_safety": found.safety,
        "reasons": list(found.reasons),
        "rules": [
            {"rule": rule.rule or None, "words": rule.words, "source": rule.source or None} for rule in found.rules
        ],
        "not_in_the_way": list(found.needless),
        "changes": [_as_dict(way) for way in found.changes],
        "accepts": [_as_dict(way) for way in found.accepts],
    }


def _as_dict(way: Way) -> WayEntry:
    return {"words": way.words, "gives": way.gives or None}
