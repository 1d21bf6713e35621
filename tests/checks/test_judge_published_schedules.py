"""Published schedules against the 25% in 14 days limit: the judge reports exactly the levels worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from checks_builders import CAP_RULE, bare, case, mg

from taper_cli.checks.pace import WithinTheCap
from taper_cli.model.finding import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A schedule as printed: level 0 in mg, then each level in mg with its day; `above` are the levels over the limit.

    Level 0 is the dose before, so that levels and rows have the same numbers.
    """

    source: str
    start: str
    levels: tuple[tuple[str, int], ...]
    above: tuple[int, ...]


def every(days: int, first: int, *doses: str) -> tuple[tuple[str, int], ...]:
    """Levels at one interval, beginning on a day."""
    return tuple((dose, first + days * place) for place, dose in enumerate(doses))


FROM_40_BY_2_THEN_1 = (
    *("38", "36", "34", "32", "30", "28", "26", "24", "22", "20"),
    *("19", "18", "17", "16", "15", "14", "13", "12", "11", "10"),
    *("9", "8", "7", "6", "5", "4", "3", "2", "1", "0"),
)

PUBLISHED = {
    "diazepam 15 mg over 26 weeks": Published(
        source="Benzodiazepine tapering schedules (US sheet, 30 January 2014)",
        start="15",
        levels=every(14, 7, "11", "8.5", "6", "4.75", "3.5", "2.5", "2", "1.5", "1", "0.75", "0.5", "0.25", "0"),
        above=(1, 3, 5, 6, 9, 11, 12, 13),
    ),
    "oxazepam 60 mg, a fixed step a week": Published(
        source="Holzbach 2005, quoted in the German guideline on drug dependence",
        start="60",
        levels=every(7, 0, "45", "30", "22.5", "15", "7.5", "0"),
        above=(2, 3, 4, 5, 6),
    ),
    "diazepam 40 mg, the smallest steps, weekly": Published(
        source="NICE CKS stepped schedule, quoted in a UK local guideline on reducing benzodiazepines (2018)",
        start="40",
        levels=every(7, 7, *FROM_40_BY_2_THEN_1),
        above=(25, 26, 27, 28, 29, 30),
    ),
    "diazepam 40 mg, the smallest steps, fortnightly": Published(
        source="NICE CKS stepped schedule, quoted in a UK local guideline on reducing benzodiazepines (2018)",
        start="40",
        levels=every(14, 14, *FROM_40_BY_2_THEN_1),
        above=(28, 29, 30),
    ),
    "lorazepam 2 mg, a quarter of the start a week": Published(
        source="Habraken 1997 trial regimen, in Pottie et al., Can Fam Physician 2018, Table 2",
        start="2",
        levels=every(7, 0, "1.5", "1", "0.5", "0.25", "0"),
        above=(2, 3, 4, 5),
    ),
    "diazepam 10 mg, halved, then halved, then stopped": Published(
        source="Garfinkel 1999 trial regimen, in Pottie et al., Can Fam Physician 2018, Table 2",
        start="10",
        levels=every(14, 0, "5", "2.5", "0"),
        above=(1, 2, 3),
    ),
    "clonazepam 1 mg, 0.125 mg off both doses every 3 days": Published(
        source="US clonazepam label, discontinuation in panic disorder",
        start="1",
        levels=every(3, 3, "0.75", "0.5", "0.25", "0"),
        above=(2, 3, 4),
    ),
}

each_published = pytest.mark.parametrize("published", PUBLISHED.values(), ids=PUBLISHED.keys())


@each_published
def test_exactly_the_levels_above_the_limit_are_reported_the_stop_among_them(published: Published) -> None:
    paper = bare(published.start, published.levels)
    found = list(WithinTheCap().findings(case(paper, products=None, totals=())))
    assert tuple(one.step for one in found) == published.above
    assert {one.rule for one in found} == {CAP_RULE}


@each_published
def test_only_the_stop_may_be_excused_where_no_products_are_known(published: Published) -> None:
    paper = bare(published.start, published.levels)
    *others, stop = WithinTheCap().findings(case(paper, products=None, totals=()))
    assert {one.level for one in others} == {Level.REFUSE}
    last_dose = mg(published.levels[-2][0])
    assert stop.level is (Level.FLAG if last_dose <= mg(1) else Level.REFUSE)
