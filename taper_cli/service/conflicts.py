"""Which rules together make a request impossible, found by leaving them out one by one, and every single change that lifts it.

Nothing is guessed: each rule named was taken away and the request planned again, and each change offered was planned in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from taper_cli.checks.all import ALL_CHECKS
from taper_cli.checks.base import accept, check_all, refusals
from taper_cli.formulary import loader
from taper_cli.model.conflict import Bound, Conflict, Way
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.errors import InvalidInput, RefusedForSafety, TaperError
from taper_cli.model.finding import Finding
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Product, Split
from taper_cli.model.request import OverTime, Request
from taper_cli.planning.dispensing import TooFine
from taper_cli.planning.ground import Ground
from taper_cli.planning.problem import Answer, Planned, Problem, TooShort, TooSoon, UnmakeableDose
from taper_cli.service.assumptions import split_stated
from taper_cli.service.changes import Attempt, accepting, names, refusal, summary, tried, ways_out
from taper_cli.service.judging import case_of, request_findings
from taper_cli.service.planning import answer, attempt_of
from taper_cli.service.setting import Setting, known_contexts, setting_of

_INTERVALS = (12, 8, 6, 4, 3, 2, 1)


def conflict(request: Request, error: TaperError) -> Conflict | None:
    """What stands behind a refusal of `plan`; None where the words of the request could not be understood in the first place."""
    if isinstance(error, InvalidInput):
        return None
    try:
        setting = setting_of(request)
    except RefusedForSafety as refused:
        return _gated(request, refused)
    except TaperError:
        return None
    try:
        found = answer(setting, setting.request.pace, setting.problem)
    except (TooFine, OverflowError):
        return None
    if isinstance(found, Planned):
        return _judged(setting, found, error)
    return _impossible(setting, found)


def _of(setting: Setting, error: TaperError) -> Conflict:
    """A conflict whose rules and changes are not known yet."""
    safety = isinstance(error, RefusedForSafety)
    return Conflict(
        drug=setting.drug,
        region=setting.region,
        request=setting.request,
        reasons=error.reasons if isinstance(error, RefusedForSafety) else (error.found,),
        rules=(),
        needless=(),
        changes=(),
        accepts=(),
        safety=safety,
        service=error.service if isinstance(error, RefusedForSafety) else "",
    )


def _gated(request: Request, error: RefusedForSafety) -> Conflict:
    """A refusal before any planning: each gate or ceiling stands by itself, and each has to be accepted by name."""
    region, (drug, _) = loader.region_named(request.region), loader.find_drug(request.drug)
    request, _ = known_contexts(request, drug)
    stated, _ = split_stated(request, loader.contexts(drug.drug_class))
    found = request_findings(request, drug, region, stated, request.regimen.total)
    return Conflict(
        drug=drug,
        region=region,
        request=request,
        reasons=error.reasons,
        rules=tuple(map(_bound, refusals(accept(found, request.acceptances)))),
        needless=(),
        changes=tuple(map(Way, error.changes)),
        accepts=tuple(Way(_accept(rules)) for rules in error.accepts),
        safety=True,
        service=error.service,
    )


def _judged(setting: Setting, planned: Planned, error: TaperError) -> Conflict | None:
    """Typed levels that the judge refuses: each finding with its own smallest change. None where something else went wrong."""
    if not isinstance(error, RefusedForSafety):
        return None
    case = case_of(setting, planned.schedule)
    refused = refusals(accept(check_all(case, ALL_CHECKS), setting.request.acceptances))
    # One mended step lifts the refusal only where no other is refused: then each is named with its own step.
    return _of(setting, error)._replace(
        rules=tuple(map(_bound, refused)),
        changes=tuple(Way(f"step {finding.step}: {finding.change}") for finding in refused if finding.change),
        accepts=tuple(Way(_accept(rules)) for rules in error.accepts),
    )


def _bound(finding: Finding) -> Bound:
    """A finding as a rule of the conflict."""
    where = f"step {finding.step}: " if finding.step else ""
    return Bound(finding.rule, where + finding.message, finding.source)


def _accept(rules: tuple[str, ...]) -> str:
    """The ready words by which rules are accepted."""
    return " ".join(f'--accept {rule}="reason"' for rule in rules)


def _impossible(setting: Setting, found: Answer) -> Conflict:
    """What the planner could not do: the smallest set of rules that forbids it, and the changes."""
    attempt = attempt_of(setting, setting.request.pace, setting.problem)
    if isinstance(found, Planned):
        raise TypeError("a plan is no conflict")
    error = refusal(found, attempt)
    start = _of(setting, error)
    if not isinstance(error, RefusedForSafety):
        return _unplannable(setting, found, error, start)
    active, needless = _minimal(_Rules(setting, attempt))
    return start._replace(
        rules=tuple(rule for _, rule in active),
        needless=tuple(rule.words for _, rule in needless),
        changes=(*ways_out(found, attempt), *_more_changes(setting, attempt)),
        accepts=tuple(
            Way(_accept(chosen), summary(tried(attempt, accepting(attempt, chosen)))) for chosen in error.accepts
        ),
    )


def _unplannable(setting: Setting, found: Answer, error: TaperError, start: Conflict) -> Conflict:
    """What cannot be planned for want of a dose or a step; nothing here is refused for safety."""
    typed = setting.request
    if isinstance(found, UnmakeableDose):
        rules = (
            Bound("", f"a dose is never rounded: {found.dose} was typed"),
            Bound("", f"only these products may be used: {names(setting.problem.products)}"),
        )
    else:
        rules = (Bound("", f"a cut every {typed.every}"), Bound("", "the time that was typed"))
    return start._replace(
        reasons=(f"{error.found}; {error.expected}",),
        rules=rules,
        changes=tuple(map(Way, error.instead.split("; or "))) if error.instead else (),
    )


class _Rules:
    """The rules that bind a problem, each with what it is to be without it."""

    def __init__(self, setting: Setting, attempt: Attempt) -> None:
        self._setting, self._attempt = setting, attempt
        self.all = tuple(key for key, _ in self.named())

    def named(self) -> Iterator[tuple[str, Bound]]:
        """Every rule that binds, the ones a prescriber can change most easily last."""
        setting, problem = self._setting, self._setting.problem
        guideline, cap = setting.guideline, problem.cap
        yield "products", Bound("", f"only these products may be used: {names(problem.products)}")
        if problem.tail_only:
            exception = f"only one of the three smallest doses may be cut by more than the limit, by at most {problem.last_step}"
            yield "exception.place", Bound("exception.place", exception)
        if problem.last_dose_binds and not problem.target:
            most = problem.last_dose or problem.last_step
            stop = f"one may stop from at most {most} ({setting.last.basis})"
            yield "last-dose", Bound("last-dose", stop, setting.last.cite.short)
        shortest = guideline.shortest_time(setting.drug.name)
        if shortest and problem.needed_days:
            yield "whole", Bound(guideline.time_rule, f"at least {shortest.days} days in all", shortest.cite.short)
        if problem.dose_caps and problem.doses_bind and not problem.short_use:
            law = "; ".join(limit.law for limit in problem.dose_caps)
            yield "doses", Bound(guideline.dose_rule, f"at most {law}", problem.dose_caps[0].cite.short)
        if cap and problem.cap_binds and not problem.short_use:
            limit = f"at most {percent_text(cap.share)}% of the {cap.basis_words} dose in {cap.window_days} days"
            yield "limit", Bound(guideline.cap_rule, limit, cap.cite.short)
        if isinstance(setting.request.pace, OverTime):
            yield "time", Bound("", f"the end {_over(setting.request.pace)}, with a cut every {setting.request.every}")

    def possible(self, active: frozenset[str]) -> bool:
        """Whether the request could be planned if only these rules held."""
        problem = self._setting.problem
        more = problem.products if "products" in active else (*_finest(problem.products), *self._attempt.others)
        eased = replace(
            problem,
            products=more,
            tail_only=problem.tail_only and "exception.place" in active,
            last_dose_binds=problem.last_dose_binds and "last-dose" in active,
            cap_binds=problem.cap_binds and "limit" in active,
            doses_bind=problem.doses_bind and "doses" in active,
            time_binds=problem.time_binds and "whole" in active,
        )
        found = tried(self._attempt, eased)
        return isinstance(found, Planned) or ("time" not in active and isinstance(found, TooShort | TooSoon))


def _finest(products: tuple[Product, ...]) -> Iterator[Product]:
    """Products divided as finely as their form and strength allow at all."""
    for product in products:
        fine = [split for split in Split if product.form.divisible and product.strength.ng % split.value == 0]
        yield replace(product, split=fine[-1]) if fine else product


def _over(pace: OverTime) -> str:
    text = str(pace.length)
    return text if text.startswith("until") else f"after {text}"


def _minimal(rules: _Rules) -> tuple[list[tuple[str, Bound]], list[tuple[str, Bound]]]:
    """A smallest set of rules that forbids the request (leaving any one out makes it possible), and those it can do without."""
    active = frozenset(rules.all)
    for key in rules.all:
        if not rules.possible(active - {key}):
            active -= {key}
    kept = [(key, rule) for key, rule in rules.named() if key in active]
    return kept, [(key, rule) for key, rule in rules.named() if key not in active]


def _more_changes(setting: Setting, attempt: Attempt) -> Iterator[Way]:
    """Changes that a short refusal leaves out: a shorter interval, a dose to stay on, each the nearest to what was asked."""
    if not isinstance(setting.request.pace, OverTime):
        return
    every = setting.request.every
    for weeks in _INTERVALS:
        shorter = Period(weeks, TimeUnit.WEEK)
        if every.days is None or 7 * weeks < every.days:
            found = tried(attempt, replace(setting.problem, every=shorter))
            if isinstance(found, Planned):
                yield Way(f"type --every {shorter.text}", summary(found))
                break
    stay = _lowest_stay(setting.problem, lambda problem: tried(attempt, problem))
    if stay is not None:
        yield Way(f'end in a dose to stay on: type --to "{stay[0]}"', summary(stay[1]))


def _lowest_stay(problem: Problem, plan: Callable[[Problem], Answer | None]) -> tuple[Dose, Planned] | None:
    """The lowest makeable dose that can be reached in the time asked for, with the plan to it."""
    try:
        ground = Ground(problem)
    except TooFine:
        return None
    doses = [ground.day.dose(point) for point in ground.day.totals]
    for dose in doses:
        if problem.target < dose < problem.before.total:
            found = plan(replace(problem, target=dose))
            if isinstance(found, Planned):
                return dose, found
    return None
