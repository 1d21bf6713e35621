"""The comparison can be believed: its rules are right on cases worked by hand, and what it kept is what comes out today."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from compare import (
    KEPT,
    PICTURE,
    Compared,
    Measured,
    compared,
    figures,
    lightest,
    markdown,
    measured,
    picture,
    verdict,
    verdicts,
)
from compare_naive import naive
from compare_rules import Limit, Piece, Rules, days_of, intakes, last_step_of, limits_of, piece_of
from compare_set import COUNT, Asked, requests

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
HINT = "if the change is meant, run 'python tests/benchmarks/compare.py' and put its table into the README"


@cache
def kept() -> dict[str, Any]:
    return json.loads(KEPT.read_text(encoding="utf-8"))


@cache
def now() -> tuple[Compared, ...]:
    """Every request planned and measured today, the solver aside."""
    return tuple(map(compared, requests()))


def asked(
    doses: str, weeks: int, *, every: int = 2, shape: str = "", products: str = "2 mg tablet half", **other: str
) -> Asked:
    facts = {"drug": "diazepam", "region": "gb", "guideline": "asam-2025", **other}
    return Asked(doses=tuple(doses.split()), weeks=weeks, every=every, shape=shape, products=products, **facts)


def mg(*doses: str | int) -> list[Fraction]:
    return [Fraction(dose) for dose in doses]


class TestWhatIsKept:
    """Table and picture of the README are those of the kept results, and these are today's."""

    def test_the_readme_shows_the_table_of_the_kept_results(self) -> None:
        assert markdown(kept()) in README, HINT

    def test_the_readme_shows_the_command_and_the_picture(self) -> None:
        assert "python tests/benchmarks/compare.py" in README
        assert f"](examples/{PICTURE.name})" in README

    def test_the_picture_is_that_of_today(self) -> None:
        assert PICTURE.read_text(encoding="utf-8") == picture(), HINT

    def test_the_requests_are_those_of_the_set(self) -> None:
        assert [row["line"] for row in kept()["solved"]] == [each.asked.line for each in now()]
        assert len({each.asked.line for each in now()}) == kept()["count"] == COUNT

    @pytest.mark.parametrize("way", ["naive", "ours"])
    def test_the_figures_are_those_of_today(self, way: str) -> None:
        told = figures([getattr(each, way) for each in now() if each.ours])._asdict()
        assert json.loads(json.dumps(told)) == kept()["figures"][way], HINT

    @pytest.mark.parametrize("number", range(COUNT))
    def test_our_plan_is_as_good_as_the_solver_proved_possible(self, number: int) -> None:
        assert verdict(kept()["solved"][number], now()[number]) == "equal", now()[number].asked.line

    def test_the_verdicts_are_counted(self) -> None:
        assert verdicts(kept()["solved"], now()) == kept()["verdicts"]
        assert sum(kept()["verdicts"]["plans"].values()) == kept()["figures"]["ours"]["plans"]


class TestTheVerdict:
    """Ours against what the solver proved: the largest cut first, then the lag; a typed shape has lag alone."""

    OURS = Measured(1, 0, 0, False, False, Fraction(1), [], Fraction(0), Fraction(0))

    def told(self, row: tuple[bool, str | None, str | None], mine: tuple[str, str] | None, shape: str = "") -> str:
        proven, cut, lag = row
        found = Compared(asked("10", 20, shape=shape), None, self.OURS if mine else None, *(mine or ("", "")))
        return verdict({"proven": proven, "largest_cut": cut, "lag": lag}, found)

    @pytest.mark.parametrize(
        ("row", "mine", "word"),
        [
            ((True, "1/5", "7.0000"), ("1/5", "7.0000"), "equal"),
            ((True, "1/5", "7.0000"), ("1/4", "3.0000"), "worse"),
            ((True, "1/5", "7.0000"), ("1/6", "9.0000"), "better"),
            ((True, "1/5", "7.0000"), ("1/5", "7.0100"), "worse"),
            ((True, "1/5", "7.0000"), ("1/5", "6.9900"), "better"),
            ((True, "1/5", "700.0000"), ("1/5", "700.0010"), "equal"),
            ((False, "1/5", "7.0000"), ("1/5", "7.0000"), "not proven"),
            ((True, None, None), None, "equal"),
            ((True, "1/5", "7.0000"), None, "worse"),
            ((True, None, None), ("1/5", "7.0000"), "better"),
        ],
    )
    def test_compares_aim_by_aim(
        self, row: tuple[bool, str | None, str | None], mine: tuple[str, str] | None, word: str
    ) -> None:
        assert self.told(row, mine) == word

    def test_a_typed_shape_has_no_aim_but_lag(self) -> None:
        assert self.told((True, "1/5", "7.0000"), ("1/4", "7.0000"), shape="linear") == "equal"


class TestMakeableDoses:
    """The lattice, by trying every sum."""

    @pytest.mark.parametrize(
        ("words", "piece"),
        [
            ("2 mg tablet half", Piece(Fraction(1), 2, False)),
            ("2 mg tablet whole", Piece(Fraction(2), 1, False)),
            ("10 mg capsule", Piece(Fraction(10), 1, False)),
            ("1 mg tablet quarter", Piece(Fraction(1, 4), 4, False)),
            ("15 mg modified-release tablet", Piece(Fraction(15), 1, False)),
            ("2 mg in 5 mL oral solution", Piece(Fraction(1, 5), 10, True)),
        ],
    )
    def test_a_product_is_read(self, words: str, piece: Piece) -> None:
        assert piece_of(words) == piece

    def test_one_intake_of_halved_tablets(self) -> None:
        assert intakes([piece_of("2 mg tablet half")], Fraction(4)) == {
            Fraction(0): (0, 0),
            Fraction(1): (1, 1),
            Fraction(2): (0, 1),
            Fraction(3): (1, 2),
            Fraction(4): (0, 2),
        }

    def test_two_strengths_take_the_fewest_cuts_then_pieces(self) -> None:
        both = [piece_of("2 mg tablet half"), piece_of("5 mg tablet half")]
        found = intakes(both, Fraction(10))
        assert sorted(set(range(21)) - {2 * dose for dose in found}) == [1, 3]  # halves of a mg: no 0.5 and no 1.5
        assert found[Fraction(9)] == (0, 3)  # 5 and two of 2, not four of 2 and a half
        assert found[Fraction(5, 2)] == (1, 1)

    def test_quarters_cost_two_cuts_and_three_of_them_two_pieces(self) -> None:
        found = intakes([piece_of("1 mg tablet quarter")], Fraction(1))
        assert [found[Fraction(part, 4)] for part in range(5)] == [(0, 0), (2, 1), (1, 1), (2, 2), (0, 1)]

    def test_no_slot_takes_more_than_it_has(self) -> None:
        totals = days_of([piece_of("2 mg tablet whole")], mg(2, 4))
        assert totals == {Fraction(0): (0, 0), Fraction(2): (0, 1), Fraction(4): (0, 2), Fraction(6): (0, 3)}


class TestTheLimits:
    """Windows, shares, mg, and the small exception."""

    def test_are_read_from_the_data(self) -> None:
        assert limits_of("asam-2025", "diazepam") == [Limit(14, Fraction(1, 4))]
        assert limits_of("opioids-aware", "oxycodone") == [Limit(14, Fraction(1, 10), True)]
        assert limits_of("fife-gabapentinoids", "pregabalin") == [Limit(7, most=Fraction(75))]

    def test_a_basis_that_turns_is_not_modelled(self) -> None:
        with pytest.raises(ValueError, match="turns"):
            limits_of("cdc-2022-shorter", "morphine")

    @pytest.mark.parametrize(
        ("drug", "region", "forms", "dose"),
        [
            ("diazepam", "gb", "2 mg tablet", "1"),
            ("zopiclone", "gb", "7.5 mg tablet", "3.75"),
            ("morphine", "us", "15 mg modified-release tablet", "15"),
            ("morphine", "us", "15 mg tablet", "7.5"),
        ],
    )
    def test_the_last_step_is_stated_or_that_of_the_smallest_solid(
        self, drug: str, region: str, forms: str, dose: str
    ) -> None:
        assert last_step_of(drug, region, forms) == Fraction(dose)

    @pytest.mark.parametrize(("every", "above"), [(1, {2: True, 3: True}), (2, {})])
    def test_cuts_of_one_window_are_taken_together(self, every: int, above: dict[int, bool]) -> None:
        """20 to 16 to 12.5 to 10: each cut is below a quarter, two of them within 14 days are above it."""
        rules = Rules(asked("20", 6 * every, every=every, products="2 mg tablet half, 5 mg tablet half"))
        assert rules.breaches(mg(20, 16, "12.5", 10)) == above

    def test_the_window_looks_back_over_its_days_and_no_more(self) -> None:
        rules = Rules(asked("20", 8, every=1))
        assert [rules.in_force(step, 14) for step in (1, 2, 3, 4)] == [[0], [0, 1], [1, 2], [2, 3]]

    def test_a_cut_is_avoidable_where_a_smaller_one_was_makeable(self) -> None:
        rules = Rules(asked("10", 12, products="2 mg tablet whole"))
        assert rules.breaches(mg(10, 8, 6, 2, 0)) == {3: True}
        assert rules.breaches(mg(10, 8, 6, 4, 2, 0)) == {3: False, 4: False}

    def test_the_exception_is_for_three_smallest_totals_to_the_next_by_the_last_step_and_never_first(self) -> None:
        rules = Rules(asked("10", 40))
        (limit,) = rules.limits
        excused = [(a, b) for a in range(1, 11) for b in range(1, a) if rules.excused(limit, *mg(a, b))]
        assert excused == [(2, 1), (3, 2)]
        assert not Rules(asked("3", 40)).excused(limit, *mg(3, 2))
        # A fall of 2 mg is above diazepam's last step of 1 mg.
        assert not Rules(asked("10", 40, products="2 mg tablet whole")).excused(limit, *mg(6, 4))

    def test_a_share_of_the_starting_dose_stays_the_same_all_the_way_down(self) -> None:
        rules = Rules(
            asked("20 20", 20, drug="oxycodone", guideline="opioids-aware", products="5 mg capsule, 10 mg capsule")
        )
        assert rules.share(*mg(20, 15)) == rules.share(*mg(40, 35)) == Fraction(1, 8)

    def test_a_limit_in_mg_has_no_exception(self) -> None:
        rules = Rules(
            asked(
                "300", 8, drug="pregabalin", guideline="fife-gabapentinoids", products="75 mg capsule, 150 mg capsule"
            )
        )
        (limit,) = rules.limits
        assert not rules.exceeds(limit, *mg(300, 225)) and rules.exceeds(limit, *mg(300, 150))
        assert not rules.excused(limit, *mg(150, 75)) and not rules.excused(limit, *mg(300, 150))

    def test_the_largest_cut_leaves_excused_ones_out(self) -> None:
        rules = Rules(asked("4", 12))
        assert rules.largest_cut(mg(4, 3, 2, 1)) == Fraction(1, 4)
        assert rules.against(mg(4, 3, 2, 1)) == 1
        assert rules.against(mg(4, 2, 1)) == 2


class TestTheCurve:
    """Time at which the wanted curve stands at a dose, in steps."""

    def test_linear_runs_to_zero_on_the_day_of_the_stop(self) -> None:
        rules = Rules(asked("10", 18, shape="linear"))
        assert [rules.wanted_time(dose) for dose in mg(10, 5, 1, 0)] == [0, 5, 9, 10]
        assert rules.followed_time(Fraction(5)) == 5

    def test_linear_that_wants_less_than_the_last_dose_ends_on_it(self) -> None:
        rules = Rules(asked("10", 38, shape="linear"))
        assert rules.wanted_time(Fraction(1)) == 18 and len(rules.starts) == 19
        assert rules.followed_time(Fraction(1)) == 19

    def test_in_proportion_each_step_has_the_same_ratio(self) -> None:
        rules = Rules(asked("8", 6))
        assert rules.last == 1 and len(rules.starts) == 3
        assert [round(rules.wanted_time(dose), 20) for dose in mg(8, 4, 2, 1)] == [0, 1, 2, 3]

    def test_a_hyperbola_is_straight_in_occupancy(self) -> None:
        rules = Rules(
            asked(
                "20", 18, shape="hyperbolic", drug="citalopram", guideline="nice-ng222", products="10 mg tablet whole"
            )
        )
        half = Decimal("2.33")
        top, ten = 20 / (20 + half), 10 / (10 + half)
        assert round(rules.wanted_time(Fraction(10)) - 10 * (top - ten) / top, 20) == 0

    def test_lateness_within_half_a_step_is_free_and_being_ahead_never(self) -> None:
        rules = Rules(asked("10", 18, shape="linear"))
        late, ahead = rules.cost(2, Fraction("8.5")), rules.cost(2, Fraction("7.5"))
        assert (late, ahead) == (0, 14 * Decimal("0.25"))
        assert rules.cost(2, Fraction(9)) == 14 * Decimal("0.25")

    def test_left_over_days_lengthen_the_last_step(self) -> None:
        rules = Rules(asked("10", 5))
        assert (rules.starts, rules.lengths) == ([0, 14], [14, 21])


class TestTheBaseline:
    """The nearest makeable dose to the wanted one, whatever the limit says."""

    def test_rounds_each_step_to_the_nearest(self) -> None:
        rules = Rules(asked("10", 18, shape="linear", products="2 mg tablet whole"))
        # Wanted are 9, 8, 7 ... 1; of two equally near the larger one is taken, at the end 2 rather than nothing.
        assert naive(rules) == mg(10, 10, 8, 8, 6, 6, 4, 4, 2, 2)

    def test_may_stop_before_the_end(self) -> None:
        rules = Rules(asked("20", 18, shape="linear", products="10 mg tablet whole"))
        assert naive(rules) == mg(20, 20, 20, 10, 10, 10, 10, 10, 0, 0)[:10]

    def test_is_measured_without_mercy_and_without_malice(self) -> None:
        rules = Rules(asked("20", 18, shape="linear", products="10 mg tablet whole"))
        totals = naive(rules)
        found = measured(rules, totals, lightest(rules, totals))
        assert (found.above, found.avoidable, found.early, found.high) == (1, 0, True, True)
        assert found.against == 2
        assert found.cuts == 0


def test_requests_are_the_same_on_every_machine() -> None:
    first = next(iter(requests(1)))
    assert first == next(iter(requests()))
    assert [each.line for each in requests(5)] == [each.line for each in requests()][:5]
