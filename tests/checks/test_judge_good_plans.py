"""A good plan passes: nothing is refused, and what is flagged is exactly what the prescriber must tick."""

from __future__ import annotations

from fractions import Fraction

from checks_builders import CAP_RULE, case, fortnights, gentle, judged, mg, morning_and_bedtime

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import check_all
from taper_cli.model.finding import Level


def test_the_gentlest_half_year_from_20_mg_is_flagged_only_at_2_to_1_and_1_to_stop() -> None:
    assert judged(gentle()) == [(CAP_RULE, Level.FLAG, 13), (CAP_RULE, Level.FLAG, 14)]


def test_each_flag_says_from_what_to_what_and_against_which_limit() -> None:
    tail, stop = check_all(case(gentle()), ALL_CHECKS)
    assert (tail.before, tail.after, tail.share) == (mg(2), mg(1), Fraction(2 - 1, 2))
    assert (stop.before, stop.after, stop.share) == (mg(1), mg(0), Fraction(1 - 0, 1))
    for flag in (tail, stop):
        assert (flag.limit, flag.window_days) == (Fraction(25, 100), 14)
        assert flag.source == "Joint Clinical Practice Guideline on Benzodiazepine Tapering (2025), pace of the taper"


def test_a_taper_to_a_dose_that_is_kept_passes() -> None:
    assert judged(morning_and_bedtime(), target=mg(8)) == []


def test_a_paper_without_products_is_judged_by_its_doses() -> None:
    doses = ("9", "8", "7", "6", "5", "4", "3", "2.5", "2", "1.5", "1.25", "1", "0")
    assert judged(fortnights("10", *doses), products=None, totals=()) == [(CAP_RULE, Level.FLAG, 13)]


def test_20_mg_to_10_mg_to_stop_from_whole_10_mg_tablets_is_refused() -> None:
    found = judged(fortnights("20", "10", "0"), totals=(mg(10), mg(20)))
    assert found == [(CAP_RULE, Level.REFUSE, 1), ("last-dose", Level.REFUSE, 2), (CAP_RULE, Level.REFUSE, 2)]
