"""What would lift a refusal: each single change is planned in full before it is offered, so that none is a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import combinations, islice

from taper_cli.model.conflict import Way
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.errors import CannotPlan, RefusedForSafety, TaperError
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Product, Split
from taper_cli.planning.problem import (
    Answer,
    Impossible,
    LastDoseTooLarge,
    NoStep,
    NothingLower,
    Planned,
    Problem,
    Stuck,
    TooManySteps,
    TooShort,
    TooSoon,
    UnmakeableDose,
)
from taper_cli.service.products import finest

Planner = Callable[[Problem], Answer]
_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A problem that could not be planned, the way to plan it again, and what else could be supplied."""

    problem: Problem
    planner: Planner
    ending_on: Callable[[date], Answer]
    others: tuple[Product, ...]
    law: str
    limit_rules: tuple[str, ...]
    time_rule: str
    syringe_typed: bool
    # How an end is typed where the plan is made; a revision has its own option for it.
    typed_end: str = 'type "until {end}"{weeks} as the time'
    # A pace that was typed takes no time beside it: a longer --every is what makes its plan longer.
    with_interval: Callable[[Period], Answer] | None = None
    # The day from which a typed time counts, where that is not the first day of the problem: stages of a switch come before it.
    since: date | None = None

    def weeks_until(self, end: date) -> int:
        """The shortest whole weeks, as they would be typed, that reach an end."""
        return -(-(end - (self.since or self.problem.start)).days // 7)


def refusal(answer: Impossible, attempt: Attempt) -> TaperError:
    """The error that tells an impossibility with its reasons and the exact single changes that would lift it."""
    problem = attempt.problem
    limit = attempt.law
    match answer:
        case UnmakeableDose():
            return _unmakeable(answer, attempt)
        case NoStep(every):
            return CannotPlan(
                f"not even one step of {every} fits into the time",
                "expected a longer time or a shorter interval",
                "type a longer time than one interval, or a shorter --every such as 1d",
            )
        case TooManySteps(most):
            return CannotPlan(f"the plan would have more than {most} steps", "expected fewer", "type a longer --every")
        case TooShort(soonest_end=end, needed_share=share):
            weeks = attempt.weeks_until(end)
            needs = f"a cut of {percent_text(share)}%" if share is not None else "larger cuts than are allowed"
            reason = (
                f"too fast: the time asked for needs {needs}, the limit is {limit}; "
                f"the shortest time that fits is {weeks} weeks (until {end.isoformat()})"
            )
            return _refused(attempt, reason, answer)
        case TooSoon(end=end, soonest_end=soonest):
            reason = (
                f"too fast: the plan would end on {end.isoformat()}, the shortest whole time is "
                f"{(soonest - problem.start).days} days (until {soonest.isoformat()})"
            )
            return _refused(attempt, reason, answer)
        case Stuck(before=before, after=after, share=share):
            reason = (
                f"from {before} the next lower dose that {names(problem.products)} can make is {after}, "
                f"a cut of {percent_text(share)}%; the limit is {limit}"
            )
            return _refused(attempt, reason, answer)
        case NothingLower(dose):
            reason = f"{dose} is the smallest dose that {names(problem.products)} can make; a taper needs a smaller one before STOP"
            return _refused(attempt, reason, answer)
        case LastDoseTooLarge(smallest=smallest, last_step=most):
            reason = (
                f"the smallest dose that {names(problem.products)} can make is {smallest}; "
                f"stopping from more than {most} is too large a last cut"
            )
            return _refused(attempt, reason, answer)


def summary(answer: Answer | None) -> str:
    """A plan in one line, so that the prescriber sees what is offered; '' for none."""
    if not isinstance(answer, Planned):
        return ""
    doses = " ".join(step.total.mg_text for step in answer.schedule.dosing_steps)
    ending = "STOP" if not answer.schedule.ending.total else f"stay at {answer.schedule.ending.total}"
    return f"{doses} mg, then {ending}"


def ways_out(answer: Impossible, attempt: Attempt) -> Iterator[Way]:
    """Each single change that alone makes the plan possible, with the plan it gives: a longer time, other splits or products."""
    yield from _longer(answer, attempt)
    if not isinstance(answer, TooSoon):
        yield from _products(attempt)


def _longer(answer: Impossible, attempt: Attempt) -> Iterator[Way]:
    """The shortest time that fits, where any does; for a pace that was typed, the shortest interval."""
    if isinstance(answer, TooSoon) and attempt.with_interval:
        yield from _slower(attempt, attempt.with_interval)
    elif isinstance(answer, TooShort | TooSoon):
        end = answer.soonest_end
        weeks = f" or {attempt.weeks_until(end)}w" if isinstance(answer, TooShort) else ""
        typed = attempt.typed_end.format(end=end.isoformat(), weeks=weeks)
        yield Way(typed, summary(attempt.ending_on(end)))


def _slower(attempt: Attempt, planned: Callable[[Period], Answer]) -> Iterator[Way]:
    """The pace that was typed with the shortest interval in days that keeps the shortest whole time."""
    for days in range(1, attempt.problem.needed_days + 1):
        every = Period(days, TimeUnit.DAY)
        found = planned(every)
        if isinstance(found, Planned):
            yield Way(f"type --every {every.text}", summary(found))
            return


def _refused(attempt: Attempt, reason: str, answer: Impossible) -> RefusedForSafety:
    """A refusal with the smallest sets of acceptances that would let the plan through, each tried."""
    # Only of a longer time is the whole plan told: the lines of products are long enough.
    longer = [f"{way.words} ({way.gives})" if way.gives else way.words for way in _longer(answer, attempt)]
    changes = [*longer, *(way.words for way in islice(ways_out(answer, attempt), len(longer), _MOST + 1))]
    rules = (*attempt.limit_rules, attempt.time_rule, "exception.place", "last-dose")
    enough: list[tuple[str, ...]] = []
    for size in (1, 2, 3):
        if not enough:
            enough = [
                chosen
                for chosen in combinations(rules, size)
                if isinstance(tried(attempt, accepting(attempt, chosen)), Planned)
            ]
    return RefusedForSafety((reason,), tuple(changes), tuple(enough), "the prescriber")


def accepting(attempt: Attempt, rules: tuple[str, ...]) -> Problem:
    """The problem with these rules switched off."""
    problem = attempt.problem
    return replace(
        problem,
        cap_binds=problem.cap_binds and attempt.limit_rules[0] not in rules,
        doses_bind=problem.doses_bind and attempt.limit_rules[1] not in rules,
        time_binds=problem.time_binds and attempt.time_rule not in rules,
        tail_only=problem.tail_only and "exception.place" not in rules,
        last_dose_binds=problem.last_dose_binds and "last-dose" not in rules,
    )


def tried(attempt: Attempt, problem: Problem) -> Answer | None:
    """Plan a changed problem; None where it is beyond what can be searched."""
    from taper_cli.planning.dispensing import TooFine

    try:
        return attempt.planner(problem)
    except (TooFine, OverflowError):
        return None


def _products(attempt: Attempt) -> Iterator[Way]:
    """Single changes of the products that alone make the plan possible: a finer split, or one more product."""
    problem = attempt.problem
    for product in problem.products:
        for split in (Split.HALF, Split.QUARTER):
            if (
                product.form.divisible
                and product.split.value < split.value
                and finest(product.strength, split) is split
            ):
                finer = replace(product, split=split)
                changed = [finer if other == product else other for other in problem.products]
                found = tried(attempt, replace(problem, products=tuple(changed)))
                if isinstance(found, Planned):
                    yield Way(f"if the tablet has the score lines for it, {_typed(changed, attempt)}", summary(found))
                    break
    for product in attempt.others:
        changed = [*problem.products, product]
        found = tried(attempt, replace(problem, products=tuple(changed)))
        if isinstance(found, Planned):
            yield Way(f"add the {product.name}: {_typed(changed, attempt)}", summary(found))


def _typed(products: Sequence[Product], attempt: Attempt) -> str:
    """Products as they are typed on the command line."""
    items = [f"{product.name} {product.split.word}" if product.form.divisible else product.name for product in products]
    needs_syringe = any(product.form.liquid for product in products) and attempt.syringe_typed
    return f'type --products "{", ".join(items)}"' + (" with your --syringe" if needs_syringe else "")


def names(products: Sequence[Product]) -> str:
    """Products in words, with how they may be divided."""
    words = []
    for product in products:
        divided = {Split.WHOLE: "whole", Split.HALF: "halved", Split.QUARTER: "quartered"}[product.split]
        words.append(f"{product.name} ({divided})" if product.form.divisible else product.name)
    return ", ".join(words)


def _unmakeable(answer: UnmakeableDose, attempt: Attempt) -> TaperError:
    """A typed dose that cannot be made is never rounded: the nearest ones with their real difference, and other ways."""
    near = [_near(answer.dose, dose) for dose in (answer.below, answer.above) if dose is not None]
    nearest = "nearest are " + " and ".join(near) if near else "nothing near it can be made"
    ways = [way.words for way in _products(attempt)] or ["type a dose that can be made, or name other --products"]
    thousandfold = Dose(answer.dose.ng * 1000)
    if thousandfold <= attempt.problem.products[-1].strength.times(4) and attempt.problem.before.total == answer.dose:
        ways.insert(0, f"if you meant {thousandfold}, type '{thousandfold}'")
    return CannotPlan(
        f"{answer.dose} cannot be made from {names(attempt.problem.products)}", nearest, "; or ".join(ways[:3])
    )


def _near(wanted: Dose, dose: Dose) -> str:
    """A makeable dose with its difference from the wanted one."""
    sign = "below" if dose < wanted else "above"
    share = Fraction(abs(dose.ng - wanted.ng), wanted.ng)
    return f"{dose} ({percent_text(share)}% {sign})" if share <= 10 else f"{dose}"
