"""The baseline: each step the makeable total nearest to the wanted curve, as simple calculators round; no limit is looked at."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from compare_rules import Rules


def naive(rules: Rules) -> list[Fraction]:
    """The starting dose and one total a step, nearest in mg to the wanted dose; zero where that is nearest.

    Of two equally near the larger one: so a curve that stands at or above the middle between two totals takes the upper one.
    """
    choices = [Fraction(0), *rules.totals]
    middles = [rules.wanted_time((lower + upper) / 2) for lower, upper in pairwise(choices)]
    steps = range(1, len(rules.starts) + 1)
    return [rules.top, *(choices[sum(time >= step for time in middles)] for step in steps)]
