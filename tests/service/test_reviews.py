"""Review dates: those that the advice for the prescriber prints, on the days of the plan, and no other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from revising_builders import chains, mock_up, revised
from service_builders import planned

from taper_cli.formulary import loader
from taper_cli.model.drug import ReviewRule
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.report import Report
from taper_cli.model.review import ReviewDate, ReviewKind
from taper_cli.model.schedule import StepKind
from taper_cli.planning.reviews import review_dates
from taper_cli.service import reviews_of

STEADY = settings(
    derandomize=True, database=None, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
DAY = timedelta(days=1)
THREE_MONTHS = Period(3, TimeUnit.MONTH)


def told(reviews: tuple[ReviewDate, ...]) -> str:
    """'first 2026-03-07 to 2026-03-09, cut 2026-03-15, ...'."""
    names = {
        ReviewKind.AFTER_CHANGE: "first",
        ReviewKind.BEFORE_CUT: "cut",
        ReviewKind.INTERVAL: "so often",
        ReviewKind.AFTER_STOP: "after",
    }
    return ", ".join(
        f"{names[one.kind]} {one.first}" + (f" to {one.last}" if one.last != one.first else "") for one in reviews
    )


def test_the_worked_example_is_reviewed_5_to_7_days_after_its_first_cut_and_on_the_eve_of_each_later_one() -> None:
    assert told(reviews_of(mock_up())[-1]) == (
        "first 2026-03-07 to 2026-03-09, cut 2026-03-15, cut 2026-03-29, cut 2026-04-12, cut 2026-04-26, cut 2026-05-10, "
        "cut 2026-05-24, cut 2026-06-07, cut 2026-06-21, cut 2026-07-05"
    )


BY_CLASS = {
    "an opioid, once a month at least": (
        lambda: planned("morphine", "30 mg morning + 30 mg bedtime", reduce="10% of start", every="8w", region="gb",
                products="5 mg modified-release tablet, 10 mg modified-release tablet"),
        "first 2026-12-14 to 2027-01-04, cut 2027-01-31",
    ),
    "an antidepressant, every four weeks at least": (
        lambda: planned("sertraline", "100 mg", "24w", every="8w", region="gb",
                products="50 mg tablet half, 25 mg in 5 mL oral suspension"),
        "so often 2027-01-04, cut 2027-01-31, so often 2027-02-28",
    ),
    "a proton-pump inhibitor, three weeks after its stop": (
        lambda: planned("omeprazole", "40 mg", ladder="highland-omeprazole", region="gb"),
        "cut 2027-01-06, cut 2027-02-06, cut 2027-03-09, cut 2027-04-09, after 2027-05-01",
    ),
    "a steroid, before each cut": (
        lambda: planned("prednisolone", "60 mg", steps="50 mg 2w, 40 mg 2w, 35 mg 2w", to="30 mg", region="gb"),
        "cut 2026-12-20, cut 2027-01-03, cut 2027-01-17",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("report", "expected"), BY_CLASS.values(), ids=BY_CLASS)
def test_each_class_is_reviewed_by_its_own_advice(report: Callable[[], Report], expected: str) -> None:
    assert told(reviews_of(report())[-1]).startswith(expected)


class TestTheDaysAfterTheFirstCut:
    """So many days after the first cut: never so late that the next cut has come, and once only."""

    AFTER_IT = ReviewRule((5, 7), True, None, None)

    @pytest.mark.parametrize(
        ("every", "expected"),
        [
            ("2w", "first 2026-12-12 to 2026-12-14, cut 2026-12-20"),
            ("1w", "first 2026-12-12 to 2026-12-13, cut 2026-12-20"),
            ("6d", "first 2026-12-12, cut 2026-12-18"),
            ("5d", "cut 2026-12-11, first 2026-12-12 to 2026-12-14, cut 2026-12-16"),
        ],
    )
    def test_end_before_the_next_cut(self, every: str, expected: str) -> None:
        plan = planned(
            "diazepam", "20 mg", reduce="0.5 mg", every=every, products="1 mg in 1 mL oral solution", region="us"
        )
        assert told(review_dates(plan.schedule, [self.AFTER_IT])).startswith(expected)

    def test_a_change_of_drug_is_reviewed_like_a_first_cut_and_the_first_cut_after_it_too(self) -> None:
        schedule = mock_up().schedule
        switched = [replace(step, kind=StepKind.SWITCH) for step in schedule.steps[:2]]
        found = told(review_dates(replace(schedule, steps=(*switched, *schedule.steps[2:])), [self.AFTER_IT]))
        assert found.startswith(
            "first 2026-03-07 to 2026-03-09, cut 2026-03-15, first 2026-03-21 to 2026-03-23, cut 2026-03-29, "
            "first 2026-04-04 to 2026-04-06, cut 2026-04-12, cut 2026-04-26"
        )

    def test_the_earliest_of_two_rules_holds(self) -> None:
        rules = [ReviewRule((7, 28), False, None, None), ReviewRule((5, 7), False, None, None)]
        assert told(review_dates(mock_up().schedule, rules)) == "first 2026-03-07 to 2026-03-09"


class TestAtLeastSoOften:
    """No more than three months pass between two reviews, however long a step is held."""

    def test_a_long_hold_is_reviewed_within_itself(self) -> None:
        held = revised(mock_up(), date(2026, 4, 22), hold="30w")
        within = [one for one in reviews_of(held)[-1] if one.kind is ReviewKind.INTERVAL]
        assert [(one.last.isoformat(), one.step, one.place) for one in within] == [
            ("2026-07-12", 4, 1),
            ("2026-10-12", 4, 2),
        ]

    def test_a_dose_that_goes_on_has_its_next_review(self) -> None:
        report = planned("diazepam", "20 mg", "30w", to="5 mg", region="gb")
        last = reviews_of(report)[-1][-1]
        assert (last.kind, last.every) == (ReviewKind.INTERVAL, THREE_MONTHS)
        assert last.last >= report.schedule.ending.start

    def test_the_shortest_of_two_intervals_holds(self) -> None:
        rules = [ReviewRule(None, False, period, None) for period in (THREE_MONTHS, Period(4, TimeUnit.WEEK))]
        days = [one.last for one in review_dates(mock_up().schedule, rules)]
        assert days == [date(2026, 3, 30), date(2026, 4, 27), date(2026, 5, 25), date(2026, 6, 22)]

    def test_a_review_on_the_day_itself_is_in_time(self) -> None:
        rules = [ReviewRule(None, True, Period(2, TimeUnit.WEEK), None)]
        assert {one.kind for one in review_dates(mock_up().schedule, rules)} == {ReviewKind.BEFORE_CUT}

    def test_a_leap_day_counts(self) -> None:
        report = planned("diazepam", "20 mg", "30w", to="5 mg", region="gb", start=date(2027, 5, 31))
        assert report.schedule.ending.start == date(2027, 12, 27)
        # Three months after 30 November 2027 end on the leap day.
        schedule = report.schedule
        rules = [ReviewRule(None, True, THREE_MONTHS, None)]
        assert review_dates(schedule, rules)[-1].last == date(2028, 3, 26)
        late = planned("diazepam", "20 mg", "26w", to="5 mg", region="gb", start=date(2027, 6, 1))
        (last,) = [one for one in review_dates(late.schedule, rules) if one.kind is ReviewKind.INTERVAL]
        assert last.last == date(2028, 2, 29)


def test_without_rules_there_is_no_review() -> None:
    assert review_dates(mock_up().schedule, ()) == ()


@given(chain=chains(most=3))
@STEADY
def test_reviews_lie_within_the_plan_and_no_cut_comes_unreviewed(chain: tuple[Report, ...]) -> None:
    report = chain[-1]
    schedule = report.schedule
    every = reviews_of(report)
    assert len(every) == report.version
    reviews = every[-1]
    assert list(reviews) == sorted(reviews, key=lambda one: one.last)
    assert len({(one.kind, one.step, one.place) for one in reviews}) == len(reviews)
    seen = [one for one in reviews if one.kind is not ReviewKind.AFTER_STOP]
    assert all(schedule.start <= one.first <= one.last for one in seen)
    if schedule.ending.kind is StepKind.STOP and schedule.days > 8:
        assert all(one.last < schedule.ending.start for one in seen)
    cuts = [step for step in schedule.steps if schedule.reduces(step)]
    for step in cuts[1:]:
        eve = step.start - DAY
        assert any(one.first <= eve <= one.last for one in seen)
    if report.drug_class.name == "benzodiazepine":
        days = [schedule.start, *(one.last for one in seen)]
        assert all((later - earlier).days <= 92 for earlier, later in itertools.pairwise(days))


WORDS = {
    "after_first_cut": lambda rule: [
        f"{rule[0]} to {rule[1]} days after the first cut",
        f"{rule[0] // 7} to {rule[1] // 7} weeks after the first cut",
    ],
    "before_each_cut": lambda rule: ["each cut", "every cut", "each step"],
    "at_least_every": lambda every: {
        TimeUnit.MONTH: [f"at least every {every.count} months", *(["at least once a month"] if every.count == 1 else [])],
        TimeUnit.WEEK: [f"every 1 to {every.count} weeks", f"every 2 to {every.count} weeks"],
    }[every.unit],
    "after_stop": lambda days: [f"{days // 7} weeks after stopping"],
}  # fmt: skip


def test_every_figure_of_a_review_is_one_of_its_own_words() -> None:
    """The advice is printed and its figures are reckoned with: they must be the same."""
    found = 0
    for name in loader.keys_of("classes"):
        for advice in loader.class_named(name).advice:
            for field, value in (advice.review or ReviewRule(None, False, None, None))._asdict().items():
                if value:
                    found += 1
                    assert any(words in advice.text.lower() for words in WORDS[field](value)), (
                        name,
                        field,
                        advice.text,
                    )
    assert found >= 15


def test_every_class_says_when_to_review() -> None:
    for name in loader.keys_of("classes"):
        rules = [advice.review for advice in loader.class_named(name).advice if advice.review]
        assert any(rule.before_each_cut for rule in rules), name


def test_no_line_that_says_when_to_review_is_left_in_words_alone() -> None:
    """'Review 5 to 7 days after' without its figures would be printed on the sheet and missing in the calendar."""
    for name in loader.keys_of("classes"):
        for advice in loader.class_named(name).advice:
            if re.match(r"Review (?!those)", advice.text) and advice.audience.value == "prescriber":
                assert advice.review, (name, advice.text)
