"""What speaks against a dose that was not taken, in words with the figures that were compared; the planner's aims by name."""

from __future__ import annotations

from fractions import Fraction

from taper_cli.model.dose import decimal_text, rounded_text
from taper_cli.model.explained import Aim, Candidate, Moment, Why

_BURDENS = (
    "the fewest rises of a slot",
    "the nearest to the cut order",
    "the fewest divided tablets",
    "the fewest pieces",
    "the fewest products",
    "the larger dose earlier",
)
_CURVE = "the least distance from the curve: late by up to half a step costs nothing, early always costs"
AIMS = {
    Aim.GENTLEST: ("the smallest possible largest cut in the guideline's window", _CURVE, *_BURDENS),
    Aim.SHAPE: (_CURVE, *_BURDENS),
    Aim.SHORT_USE: ("the least distance from an even descent, as use was short", *_BURDENS),
    Aim.PACE: (
        "the largest makeable cut that is neither above what was asked nor above the limit",
        "where there is none, the adjacent lower dose, if the limit or the exception for the tail allows it; else to wait",
        *_BURDENS[:-1],
    ),
    Aim.LEVELS: ("the daily totals that were typed", *_BURDENS[:-1]),
    Aim.LADDER: ("the daily totals of the published schedule that was named", *_BURDENS[:-1]),
}
NAMES = {
    Why.FIRST_CUT: "the day of the first cut",
    Why.LIMIT: "the limit",
    Why.END_OUT_OF_REACH: "the end within the limit",
    Why.LAST_DOSE: "the last-dose rule",
    Why.LARGEST_CUT: "the smallest possible largest cut",
    Why.CURVE: "the distance from the curve",
    Why.RISES: "the fewest rises of a slot",
    Why.CUT_ORDER: "the cut order",
    Why.SPLITS: "the fewest divided tablets",
    Why.PIECES: "the fewest pieces",
    Why.PRODUCTS: "the fewest products",
    Why.LARGER_EARLIER: "the larger dose earlier",
    Why.ASKED: "the pace that was asked",
    Why.LESS_THAN_ASKED: "the largest cut within what was asked",
    Why.TYPED: "the level that was named",
    Why.NOT_COMPARED: "a search that was not exhaustive",
}


def why_text(near: Candidate) -> str:
    """What speaks against a dose, with the figures that were compared."""
    if near.why is Why.TAKEN:
        return "TAKEN"
    match near.why:
        case Why.FIRST_CUT:
            return "no: the first cut takes effect on the first day"
        case Why.LIMIT:
            return f"no: the limit allows no lower than {_mg(near)} on this day"
        case Why.END_OUT_OF_REACH:
            return f"no: the end would be out of reach within the limits; at most {_mg(near)} on this day"
        case Why.LAST_DOSE:
            return f"no: the last dose may be at most {_mg(near)}"
        case Why.ASKED:
            return "no: a larger cut than was asked"
        case Why.LESS_THAN_ASKED:
            return "no: a smaller cut than was asked, and a nearer one can be made"
        case Why.TYPED:
            return "no: it was not asked for"
        case Why.LARGER_EARLIER:
            return "no: equal in all else, and the larger dose earlier wins"
        case Why.NOT_COMPARED:
            return "not compared: the search was not exhaustive"
        case _:
            return _worse(near)


def _mg(near: Candidate) -> str:
    """The mg that a limit would let stand."""
    return f"{decimal_text(near.taken or Fraction(0))} mg"


def _worse(near: Candidate) -> str:
    """An aim by which the best plan with this dose is worse."""
    instead, taken = near.instead or Fraction(0), near.taken or Fraction(0)
    if near.why is Why.LARGEST_CUT:
        more, less = told_apart(instead * 100, taken * 100)
        return f"no: the best plan with it has a largest cut of {more}%, not {less}%"
    more, less = told_apart(instead, taken)
    if near.why is Why.CURVE:
        return f"no: the best plan with it is farther from the curve: {more}, not {less}"
    unit = {
        Why.RISES: "rises of a slot",
        Why.CUT_ORDER: "away from the cut order",
        Why.SPLITS: "cuts of tablets",
        Why.PIECES: "pieces",
        Why.PRODUCTS: "products times days",
    }[near.why]
    return f"no: the best plan with it has more {unit}: {more}, not {less}"


def decided(moment: Moment) -> str:
    """What stood between the dose taken and its neighbours."""
    doses = [near.dose for near in moment.candidates]
    at = doses.index(moment.taken)
    found = []
    for place, word in ((at - 1, "higher"), (at + 1, "lower")):
        if 0 <= place < len(doses):
            near = moment.candidates[place]
            found.append(f"against the {word} {near.dose} by {NAMES[near.why]}")
    return f"Decided {', and '.join(found)}."


def told_apart(one: Fraction, other: Fraction) -> tuple[str, str]:
    """Two numbers with as many decimals as tell them apart, two at least."""
    for places in range(2, 10):
        texts = [rounded_text(value, places) for value in (one, other)]
        if texts[0] != texts[1]:
            break
    return texts[0], texts[1]
