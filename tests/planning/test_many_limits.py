"""Several limits at once: percent and mg, windows, bands, a turning basis, a shortest time, and what was taken before the start."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits_oracle import Descents, Law, on, walked
from planning_builders import CITE, STEADY, capsules, changed, days, mg, problem, tablets, weeks
from planning_oracle import intakes, later

from taper_cli.checks.base import Case
from taper_cli.checks.endpoint import LastDose
from taper_cli.checks.pace import LongEnough, WithinTheCap, WithinTheDoseCaps
from taper_cli.model.dose import Dose
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Basis, DoseCap, MinimumTime, PaceCap
from taper_cli.model.period import Until
from taper_cli.model.product import Split
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Schedule, StepKind
from taper_cli.model.transcript import StatedStep, Transcript, transcribe
from taper_cli.planning.pacing import plan_pace
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import LastDoseTooLarge, NothingLower, Planned, Problem, Stuck, TooShort, TooSoon

SHELVES = [tablets(2), tablets(1, split=Split.WHOLE), tablets(2, 5, split=Split.WHOLE), capsules(2, 5), capsules(5)]
DAY = timedelta(days=1)
START = date(2026, 12, 7)


@st.composite
def dose_caps(draw: st.DrawFn) -> tuple[DoseCap, ...]:
    """None to three limits in mg, each over a window of its own, some for low doses only."""
    one = st.builds(
        lambda dose, window, up_to: DoseCap("diazepam", Dose.of_mg(dose), window, up_to and Dose.of_mg(up_to), CITE),
        st.sampled_from(["1", "2", "2.5", "4", "5"]),
        st.sampled_from([3, 7, 14, 28]),
        st.sampled_from([None, None, 3, 5, 8]),
    )
    return tuple(draw(st.lists(one, max_size=3)))


@st.composite
def caps(draw: st.DrawFn) -> PaceCap | None:
    """No limit in percent, or one of any basis; of the starting dose it may turn to the current one."""
    if draw(st.integers(0, 3)) == 0:
        return None
    basis = draw(st.sampled_from(Basis))
    turns = [None, Fraction(3, 10), Fraction(1, 2), Fraction(4, 5)] if basis is Basis.START else [None]
    return PaceCap(
        share=Fraction(draw(st.sampled_from([10, 25, 34, 40, 50]))) / 100,
        window_days=draw(st.sampled_from([3, 7, 14, 28])),
        basis=basis,
        cite=CITE,
        current_below=draw(st.sampled_from(turns)),
    )


@st.composite
def earlier_doses(draw: st.DrawFn, now: Fraction) -> tuple[tuple[date, Dose], ...]:
    """What was taken before the start: a fall in one to three levels to the dose in force, some of it a few days ago."""
    higher = sorted(draw(st.sets(st.sampled_from([now + more for more in (1, 2, 3, 5, 9)]), min_size=1, max_size=2)))
    back = sorted(draw(st.sets(st.integers(1, 30), min_size=len(higher) + 1, max_size=len(higher) + 1)))
    levels = zip(reversed(back), [*reversed(higher), now], strict=True)
    return tuple((START - day * DAY, Dose.of_mg(level)) for day, level in levels)


@st.composite
def problems(draw: st.DrawFn, *, earlier: bool = False) -> Problem:
    """A small taper under several limits."""
    products = draw(st.sampled_from(SHELVES))
    start = draw(st.sampled_from([dose for dose in sorted(intakes(products, Fraction(10))) if dose][1:]))
    rarely = st.sampled_from([True, True, True, True, False])
    return problem(
        start,
        products,
        start=START,
        every=draw(st.sampled_from([weeks(1), weeks(1), weeks(2), days(5), days(3)])),
        cap=draw(caps()),
        dose_caps=draw(dose_caps()),
        min_days=draw(st.sampled_from([0, 0, 10, 21])),
        last_step=Dose.of_mg(draw(st.sampled_from([1, 2, 2, 5]))),
        target=Dose.of_mg(
            min(filter(None, intakes(products, start))) if start > 5 and draw(st.integers(0, 5)) == 0 else 0
        ),
        cap_binds=draw(rarely),
        doses_bind=draw(rarely),
        time_binds=draw(rarely),
        tail_only=draw(rarely),
        last_dose_binds=draw(rarely),
        earlier=draw(earlier_doses(start)) if earlier else (),
    )


def judged(asked: Problem, plan: Schedule) -> list[Finding]:
    """What the judge says of a plan together with what was taken before it; the judge is told the whole taper."""
    paper = transcribe(plan)
    rows: tuple[StatedStep, ...] = paper.steps
    if asked.earlier:
        first, *rest = asked.earlier
        ends = [day for day, _ in asked.earlier[2:]] + [asked.start]
        taken = [
            StatedStep(number=0, kind=rows[0].kind, start=day, end=end, total=dose, intakes=())
            for (day, dose), end in zip(rest, ends, strict=True)
        ]
        rows = tuple(changed(row, number=place) for place, row in enumerate((*taken, *rows), start=1))
        paper = Transcript(drug=paper.drug, before=first[1], steps=rows)
    accepted = {"cap": asked.cap_binds, "dose": asked.doses_bind, "time": asked.time_binds}
    case = Case(
        transcript=paper,
        caps=(("cap", asked.cap),) if asked.cap else (),
        dose_caps=tuple(("dose", cap) for cap in asked.dose_caps),
        shortest=("time", MinimumTime("diazepam", asked.min_days, CITE)) if asked.min_days else None,
        last_step=asked.last_step,
        last_dose=asked.last_dose,
        products=asked.products,
        totals=tuple(Dose.of_mg(total) for total in Law(asked).makeable),
        target=asked.target,
        accepted=frozenset(
            (["last-dose"] if not asked.last_dose_binds else []) + ([] if asked.tail_only else ["exception.place"])
        ),
    )
    found = [
        one for check in (WithinTheCap(), WithinTheDoseCaps(), LongEnough(), LastDose()) for one in check.findings(case)
    ]
    excused = {rule for rule, binds in accepted.items() if not binds} | case.accepted
    return [
        one
        for one in found
        if one.level is Level.REFUSE and one.rule not in excused and one.step not in before_it(asked)
    ]


def before_it(asked: Problem) -> range:
    """The rows of what was taken before the start, which the plan cannot mend."""
    return range(1, max(len(asked.earlier), 1))


def totals(plan: Schedule, first_days: list[date]) -> tuple[Fraction, ...]:
    """The daily total on each of these days."""
    return tuple(
        next(mg(step.total) for step in plan.steps if step.start <= day and (step.end is None or day < step.end))
        for day in first_days
    )


class TestADurationUnderSeveralLimits:
    @settings(STEADY, max_examples=300)
    @given(problems(), st.integers(2, 5))
    def test_is_planned_exactly_where_some_descent_keeps_them_all_and_as_gently(
        self, asked: Problem, steps: int
    ) -> None:
        end = later(asked.start, asked.every, steps)
        check_against_every_descent(asked, end)

    @pytest.mark.parametrize("steps", [3, 4, 5])
    def test_has_its_largest_cut_where_the_basis_turns_on_the_way(self, steps: int) -> None:
        """From 2 mg, 40% of the start, to 1 mg is 20% of the start and a third of the 1.5 mg at which the basis has turned."""
        third = PaceCap(
            share=Fraction(34, 100), window_days=7, basis=Basis.START, cite=CITE, current_below=Fraction(3, 10)
        )
        asked = problem(5, tablets(1), every=weeks(1), cap=third)
        check_against_every_descent(asked, later(asked.start, asked.every, steps))

    @settings(STEADY, max_examples=300)
    @given(problems(earlier=True), st.integers(2, 4))
    def test_looks_back_over_what_was_taken_before_the_start(self, asked: Problem, steps: int) -> None:
        end = later(asked.start, asked.every, steps)
        check_against_every_descent(asked, end)


def check_against_every_descent(asked: Problem, end: date) -> None:
    """Planned where a descent exists, with the smallest possible largest cut, keeping every limit, and passing the judge."""
    answer = plan_over(asked, Until(end), None)
    every = Descents(Law(asked), end)
    if not isinstance(answer, Planned):
        assert not list(every.kept()), answer
        assert isinstance(answer, TooShort | TooSoon | Stuck | LastDoseTooLarge | NothingLower)
        if isinstance(answer, TooShort | TooSoon):
            check_the_soonest_end(asked, end, answer.soonest_end)
        return
    path = totals(answer.schedule, every.days)
    assert path in set(every.kept())
    assert answer.largest_cut == every.largest_cut(path) == every.gentlest()
    assert not judged(asked, answer.schedule)


def check_the_soonest_end(asked: Problem, end: date, soonest: date) -> None:
    """The time that a refusal offers is long enough, and no earlier one is (as far as trying everything reaches)."""
    assert soonest > end
    assert isinstance(plan_over(asked, Until(soonest), None), Planned)
    count = next(count for count in range(1, 400) if later(asked.start, asked.every, count) >= soonest)
    if count <= 5:
        assert not list(Descents(Law(asked), later(asked.start, asked.every, count - 1)).kept())


class TestAPaceUnderSeveralLimits:
    @settings(STEADY, max_examples=300)
    @given(problems(), st.sampled_from(["0.5", "1", "2", "3"]))
    def test_is_the_walk_that_a_hand_would_make_and_passes_the_judge(self, asked: Problem, size: str) -> None:
        check_against_the_walk(changed(asked, min_days=0), size)

    @settings(STEADY, max_examples=300)
    @given(problems(earlier=True), st.sampled_from(["0.5", "1", "2", "3"]))
    def test_waits_for_what_was_taken_before_the_start(self, asked: Problem, size: str) -> None:
        check_against_the_walk(changed(asked, min_days=0), size)


def check_against_the_walk(asked: Problem, size: str) -> None:
    """The plan of a pace in mg, step for step, and the judge's word on it."""
    answer = plan_pace(asked, AtPace(dose=Dose.of_mg(size)))
    path = walked(asked, [Fraction(size)])
    if isinstance(answer, Stuck | LastDoseTooLarge):
        assert path == "stuck"
    elif isinstance(answer, NothingLower):
        assert len(Law(asked).totals) == 1
    else:
        assert isinstance(answer, Planned), answer
        first_days = [later(asked.start, asked.every, count) for count in range(len(path))]
        assert list(totals(answer.schedule, first_days)) == path
        assert not judged(asked, answer.schedule)


@st.composite
def papers(draw: st.DrawFn) -> tuple[Problem, Transcript]:
    """Any falling schedule of whole and half mg, a few days a step, under several limits; nobody planned it."""
    doses = sorted(draw(st.sets(st.integers(1, 24), min_size=2, max_size=7)), reverse=True)
    lengths = [draw(st.sampled_from([1, 3, 4, 7, 14, 28])) for _ in doses[1:]]
    starts = [START + sum(lengths[:place]) * DAY for place in range(len(lengths))]
    rows = tuple(
        StatedStep(
            number=n, kind=StepKind.REDUCE, start=day, end=day + length * DAY, total=Dose.of_mg(half / 2), intakes=()
        )
        for n, (day, length, half) in enumerate(zip(starts, lengths, map(Fraction, doses[1:]), strict=True), start=1)
    )
    before = Dose.of_mg(Fraction(doses[0], 2))
    asked = problem(mg(before), tablets(1), cap=draw(caps()), dose_caps=draw(dose_caps()), start=START)
    return asked, Transcript(drug="diazepam", before=before, steps=rows)


class TestTheJudgeUnderSeveralLimits:
    """What it says of a paper that nobody planned, against every day of it and every day before that in the window."""

    @settings(STEADY, max_examples=300)
    @given(papers())
    def test_reports_a_step_exactly_where_some_day_of_the_window_was_too_high(self, given_paper: Any) -> None:
        asked, paper = given_paper
        law, taken = Law(asked), {row.start: mg(row.total) for row in paper.steps}
        taken = {START - 400 * DAY: mg(paper.before), **taken}

        def above(window: int, too_large: Any) -> set[int]:
            return {
                row.number
                for row in paper.steps
                if any(too_large(on(taken, row.start - back * DAY), mg(row.total)) for back in range(1, window + 1))
            }

        case = Case(
            transcript=paper,
            caps=(("cap", asked.cap),) if asked.cap else (),
            dose_caps=tuple(("dose", cap) for cap in asked.dose_caps),
            last_step=asked.last_step,
            products=None,
            totals=(),
        )
        cap = asked.cap
        expected = above(cap.window_days, lambda b, a: law.share(b, a) > cap.share) if cap else set()
        assert {one.step for one in WithinTheCap().findings(case)} == expected
        too_far = [
            above(cap.window_days, lambda b, a, cap=cap: mg(cap.counted(Dose.of_mg(b))) - a > mg(cap.dose))
            for cap in asked.dose_caps
        ]
        assert {one.step for one in WithinTheDoseCaps().findings(case)} == set().union(*too_far)

    def test_sees_the_lower_dose_that_turned_the_basis_inside_the_window(self) -> None:
        """31 mg is still judged by the starting 100 mg, 30 mg by itself: a quarter off it four days later is no tenth."""
        cap = PaceCap(share=Fraction(1, 10), window_days=7, basis=Basis.START, cite=CITE, current_below=Fraction(3, 10))
        doses = [("31", 0), ("30", 30), ("25", 34)]
        rows = tuple(
            StatedStep(
                number=n, kind=StepKind.REDUCE, start=START + day * DAY, end=None, total=Dose.of_mg(dose), intakes=()
            )
            for n, (dose, day) in enumerate(doses, start=1)
        )
        paper = Transcript(drug="diazepam", before=Dose.of_mg(100), steps=rows)
        case = Case(transcript=paper, caps=(("cap", cap),), last_step=Dose.of_mg(1), products=None, totals=())
        last = list(WithinTheCap().findings(case))[-1]
        assert (last.step, last.before, last.level, last.share) == (3, Dose.of_mg(30), Level.REFUSE, Fraction(1, 6))
