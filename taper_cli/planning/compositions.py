"""Why these tablets: other ways to spread a day over its slots, and other products that make one intake, with what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from taper_cli.model.dose import NG_PER_MG, Dose
from taper_cli.model.explained import Burden, DaySplit, IntakeMade, Recipe, Why
from taper_cli.model.product import Portion, Product
from taper_cli.model.schedule import Intake, Step
from taper_cli.planning.descent import rises
from taper_cli.planning.dispensing import CUT, PIECE, Dispensary
from taper_cli.planning.ground import Ground
from taper_cli.planning.placing import Way

# Beside the one taken, so many others are told.
MOST_RECIPES = 4
# Nobody hands out more strengths than this for one intake; the search over sets of products stays small.
MOST_PRODUCTS = 3
_AIMS = (Why.RISES, Why.CUT_ORDER, Why.SPLITS, Why.PIECES, Why.PRODUCTS)


def intakes_made(step: Step, products: Sequence[Product]) -> tuple[IntakeMade, ...]:
    """Each intake of a step, those of its days between last, with what it takes and the other recipes for the same dose.

    Of two drugs each intake is made of the products of its own.
    """
    return tuple(
        _made(intake, [product for product in products if product.drug == intake.drug])
        for intake in (*step.intakes, *step.others)
    )


def _made(intake: Intake, products: Sequence[Product]) -> IntakeMade:
    others = [recipe for recipe in recipes(intake.dose, products) if set(recipe.portions) != set(intake.portions)]
    return IntakeMade(intake.slot, intake.dose, costed(intake.portions), tuple(others[:MOST_RECIPES]))


def recipes(dose: Dose, products: Sequence[Product]) -> tuple[Recipe, ...]:
    """The lightest recipe for a dose from each set of up to three products, each recipe once, the lightest first."""
    found: dict[frozenset[Portion], Recipe] = {}
    for size in range(1, min(MOST_PRODUCTS, len(products)) + 1):
        for chosen in combinations(products, size):
            dispensary = Dispensary(chosen, dose)
            if dispensary.makes(dose):
                portions = dispensary.recipe(dose.ng // dispensary.quantum)
                found.setdefault(frozenset(portions), costed(portions))
    return tuple(sorted(found.values(), key=lambda recipe: (recipe.cuts, recipe.pieces, recipe.distinct)))


def costed(portions: tuple[Portion, ...]) -> Recipe:
    """Portions with what the planner counts for them; each product costs by itself."""
    cost = 0
    for portion in portions:
        alone = Dispensary([portion.product], portion.dose)
        cost += alone.costs[portion.dose.ng // alone.quantum] or 0
    cuts, rest = divmod(cost, CUT)
    pieces, distinct = divmod(rest, PIECE)
    return Recipe(portions, cuts, pieces, distinct)


def day_splits(ground: Ground, before: Way, taken: Way, after: Way | None) -> tuple[DaySplit, ...]:
    """The nearest ways to spread a day's total, the one taken first; each other one with the first aim by which it is worse.

    The days before and after are as they are in the plan.
    """
    others = [way for way in ground.day.ways(sum(taken.points)) if way.points != taken.points]
    mine = _figures(before, taken, after)
    return tuple(
        DaySplit(
            doses=tuple(zip(ground.day.slots, map(ground.day.dose, way.points), strict=True)),
            burden=_burden(ground, way, _figures(before, way, after)[0]),
            why=_worse(mine, _figures(before, way, after)) if way is not taken else Why.TAKEN,
        )
        for way in (taken, *others)
    )


def _figures(before: Way, way: Way, after: Way | None) -> tuple[int, ...]:
    """What the planner counts of one way between its neighbours."""
    rising = rises(before, way) + (rises(way, after) if after else 0)
    return rising, way.misplaced, way.cuts, way.pieces, way.distinct


def _worse(mine: tuple[int, ...], theirs: tuple[int, ...]) -> Why:
    """The first aim by which another way is worse."""
    pairs = zip(_AIMS, mine, theirs, strict=True)
    found = next(((why, other > one) for why, one, other in pairs if one != other), (Why.LARGER_EARLIER, True))
    return found[0] if found[1] else Why.NOT_COMPARED


def _burden(ground: Ground, way: Way, rising: int) -> Burden:
    """A way's costs; misplacement, which the planner keeps in quanta times the starting total, in mg."""
    whole = sum(ground.start_way().points)
    misplaced = Fraction(way.misplaced * ground.quantum, whole * NG_PER_MG)
    return Burden(rising, misplaced, way.cuts, way.pieces, way.distinct)
