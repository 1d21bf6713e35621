"""The planner's answers found again by trying everything: slow, in fractions of a mg, no code of the planner's."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache, cached_property
from itertools import product as every_choice

from planning_builders import amount, daily_doses, mg, taken

from taper_cli.model.guideline import Bands, Basis
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.product import Product
from taper_cli.model.request import AtPace, ByBands, CutOrder, Shape, ShapeKind
from taper_cli.model.schedule import Intake, Regimen, Schedule, StepKind
from taper_cli.planning.problem import Problem

Burden = tuple[int, int, int]
"""Cuts of tablets, pieces to swallow, different products: fewer is better, in this order."""

PIECES_OF: dict[Fraction, tuple[int, int]] = {
    Fraction(0): (0, 0),
    Fraction(1, 2): (1, 1),
    Fraction(1, 4): (2, 1),
    Fraction(3, 4): (2, 2),
}
"""For each part of a tablet: cuts with the knife, and pieces. Three quarters are a half and a quarter."""


# One intake: every count of every product.


def servings(product: Product, top: Fraction) -> Iterator[tuple[Fraction, Burden]]:
    """Every amount of one product up to a dose, none included, with what it costs."""
    strength = mg(product.strength)
    if product.volume and product.graduation:
        per_line = strength * product.graduation.ul / product.volume.ul
        for lines in range(int(top / per_line) + 1):
            spoons = -(-lines * product.graduation.ul // 5_000)
            yield lines * per_line, (0, spoons, int(lines > 0))
        return
    for wholes in range(int(top / strength) + 1):
        for part in range(product.split.value):
            fraction = Fraction(part, product.split.value)
            cuts, pieces = PIECES_OF[fraction]
            yield (wholes + fraction) * strength, (cuts, wholes + pieces, int(wholes + fraction > 0))


@cache
def intakes(products: tuple[Product, ...], top: Fraction) -> dict[Fraction, Burden]:
    """Every dose that one intake can give up to `top`, zero included, with the lightest burden."""
    lightest: dict[Fraction, Burden] = {}
    for choice in every_choice(*(tuple(servings(product, top)) for product in products)):
        dose = sum((part for part, _ in choice), Fraction(0))
        if dose <= top:
            burden = _added([each for _, each in choice])
            lightest[dose] = min(lightest.get(dose, burden), burden)
    return lightest


def _added(burdens: Sequence[Burden]) -> Burden:
    cuts, pieces, products = zip(*burdens, strict=True)
    return sum(cuts), sum(pieces), sum(products)


# One day: every dose in every slot.

Spread = tuple[Fraction, ...]


@cache
def spreads(products: tuple[Product, ...], before: Regimen) -> dict[Fraction, list[Spread]]:
    """Every daily total above zero, with every way to spread it over slots kept at or below their starting dose."""
    choices = [sorted(intakes(products, mg(dose))) for _, dose in before.doses]
    found: dict[Fraction, list[Spread]] = {}
    for spread in every_choice(*choices):
        if sum(spread):
            found.setdefault(sum(spread, Fraction(0)), []).append(spread)
    return found


def wanted_spread(before: Regimen, total: Fraction, order: CutOrder) -> Spread:
    """Where a daily total would be taken if every dose could be made: cut slot by slot, or all in proportion."""
    doses = [mg(dose) for _, dose in before.doses]
    if order is CutOrder.EVEN:
        return tuple(dose * total / sum(doses) for dose in doses)
    cut = sum(doses) - total
    places = list(range(len(doses)))
    for place in places if order is CutOrder.MORNING_FIRST else reversed(places):
        less = min(doses[place], cut)
        doses[place] -= less
        cut -= less
    return tuple(doses)


def misplaced(spread: Spread, wanted: Spread) -> Fraction:
    """How many mg stand in another slot than wanted (each counted where it is and where it is missed)."""
    return sum((abs(has - wants) for has, wants in zip(spread, wanted, strict=True)), Fraction(0))


# The calendar.


def later(day: date, period: Period, count: int) -> date:
    """`count` periods after a day; the 31st becomes the last day of a shorter month."""
    match period.unit:
        case TimeUnit.DAY | TimeUnit.WEEK:
            return day + timedelta(days=count * period.count * (7 if period.unit is TimeUnit.WEEK else 1))
        case _:
            moved = count * period.count * (12 if period.unit is TimeUnit.YEAR else 1)
            year, month = divmod(day.year * 12 + day.month - 1 + moved, 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_days(problem: Problem, end: date) -> list[date]:
    """The first day of each dosing step that fits before the end as a whole."""
    starts = []
    while later(problem.start, problem.every, len(starts) + 1) <= end:
        starts.append(later(problem.start, problem.every, len(starts)))
    return starts


def in_force(starts: Sequence[date], day: date) -> int:
    """Which step a day belongs to, counted from 1; 0 before the first."""
    return sum(start <= day for start in starts)


# The rules over one taper.


@dataclass(frozen=True)
class Taper:
    """A problem with its end and shape, laid out for trying every descent."""

    problem: Problem
    end: date
    shape: Shape | None = None

    @cached_property
    def starts(self) -> list[date]:
        """First days of the dosing steps."""
        return first_days(self.problem, self.end)

    @cached_property
    def judged(self) -> list[date]:
        """First days on which the dose falls under the cap's eye; the stop is the last-dose rule's business."""
        return [*self.starts, self.end] if self.problem.target else self.starts

    @cached_property
    def windows(self) -> list[set[int]]:
        """For each judged day, the steps in force on each of the days of the window before it."""
        reach = range(1, self.problem.cap.window_days + 1)
        return [{in_force(self.judged, day - timedelta(days=back)) for back in reach} for day in self.judged]

    @cached_property
    def lengths(self) -> list[int]:
        """Days of each dosing step; the last one takes what is left over."""
        return [(after - day).days for day, after in zip(self.starts, [*self.starts[1:], self.end], strict=True)]

    @cached_property
    def intakes(self) -> dict[Fraction, Burden]:
        """Every makeable intake up to the largest of the day, with its burden."""
        return intakes(self.problem.products, max(mg(dose) for _, dose in self.problem.before.doses))

    @cached_property
    def spreads(self) -> dict[Fraction, list[Spread]]:
        """Every makeable daily total with its ways over the day."""
        return spreads(self.problem.products, self.problem.before)

    @cached_property
    def totals(self) -> list[Fraction]:
        """Makeable daily totals above zero, rising."""
        return sorted(self.spreads)

    @cached_property
    def _judgements(self) -> dict[tuple[Fraction, Fraction], tuple[Fraction, bool]]:
        return {}

    def judge(self, before: Fraction, after: Fraction) -> tuple[Fraction, bool]:
        """A cut within a window: its share, and whether it is the small exception for the tail."""
        if (before, after) not in self._judgements:
            self._judgements[before, after] = self._judge(before, after)
        return self._judgements[before, after]

    def _judge(self, before: Fraction, after: Fraction) -> tuple[Fraction, bool]:
        problem, start = self.problem, mg(self.problem.before.total)
        share = (before - after) / (before if problem.cap.basis is Basis.CURRENT else start)
        adjacent = not any(after < total < before for total in self.totals)
        in_the_tail = before in self.totals[:3] and before - after <= mg(problem.last_step) and before != start
        place = in_the_tail or not problem.tail_only
        return share, share > problem.cap.share and adjacent and before != after and place

    def largest_cut(self, descent: Sequence[Fraction]) -> Fraction:
        """The largest cut over any window of a descent (the starting dose first), excused ones aside."""
        worst = Fraction(0)
        for step, window in enumerate(self.windows, start=1):
            for base in window:
                share, excused = self.judge(descent[base], descent[step])
                worst = worst if excused else max(worst, share)
        return worst

    @cached_property
    def may_stop(self) -> list[Fraction]:
        """Totals below the start from which one may stop: within the last step; if that is accepted away, the smallest."""
        below = self.totals[:-1]
        small = [total for total in below if total <= mg(self.problem.last_step)]
        return small if small or self.problem.last_dose_binds else below[:1]

    def descents(self, limit: Fraction) -> Iterator[tuple[Fraction, ...]]:
        """Every descent whose window cuts keep a limit: starting dose, each step, and the target if there is one."""
        target = mg(self.problem.target)
        usable = [total for total in self.totals if total >= target]

        def onward(descent: tuple[Fraction, ...]) -> Iterator[tuple[Fraction, ...]]:
            step = len(descent)
            if step > len(self.judged):
                if descent[-1] == target if target else descent[-1] in self.may_stop:
                    yield descent
                return
            for total in usable:
                if total > descent[-1] or (step == 1 and total == descent[0]):
                    continue
                verdicts = [self.judge(descent[base], total) for base in self.windows[step - 1] if base < step]
                if all(excused or share <= limit for share, excused in verdicts):
                    yield from onward((*descent, total))

        yield from onward((mg(self.problem.before.total),))

    @property
    def limit(self) -> Fraction:
        """The cap, or no limit at all once the prescriber accepted to pass it."""
        return self.problem.cap.share if self.problem.cap_binds else Fraction(1)

    def gentlest(self, limit: Fraction) -> Fraction | None:
        """The smallest possible largest cut under a limit; None where no descent keeps it."""
        return min((self.largest_cut(descent) for descent in self.descents(limit)), default=None)

    def candidates(self) -> list[tuple[Fraction, ...]]:
        """The descents among which the curve decides: all within the cap for a typed shape, else the gentlest."""
        found = list(self.descents(self.limit))
        if self.shape:
            return found
        cuts = [self.largest_cut(descent) for descent in found]
        return [descent for descent, cut in zip(found, cuts, strict=True) if cut == min(cuts)]

    def lag(self, descent: Sequence[Fraction]) -> Fraction:
        """Days times squared steps away from the curve: any time ahead of it, and beyond half a step behind it."""
        summed = Fraction(0)
        for step, length in enumerate(self.lengths, start=1):
            ahead = self.clock(descent[step]) - step
            excess = ahead if ahead > 0 else max(Fraction(0), -ahead - Fraction(1, 2))
            summed += length * excess**2
        return summed

    @cached_property
    def clock(self) -> Callable[[Fraction], Fraction]:
        """The time in steps at which the wanted curve stands at a dose."""
        top, target = mg(self.problem.before.total), mg(self.problem.target)
        steps = len(self.starts)
        height = self._height(self.shape.kind if self.shape else ShapeKind.PROPORTIONAL)
        if target:
            return _straight(height, top, target, steps + 1)
        if self.shape is None or self.shape.kind is ShapeKind.PROPORTIONAL:
            return _straight(height, top, max(self.may_stop), steps)
        free = _straight(height, top, Fraction(0), steps + 1)
        smallest = self.fastest(self.limit, steps)[-1]
        return free if free(smallest) >= steps else _straight(height, top, smallest, steps)

    def _height(self, kind: ShapeKind) -> Callable[[Fraction], Fraction]:
        """The measure in which a shape falls in a straight line."""
        match kind:
            case ShapeKind.PROPORTIONAL:
                return logarithm
            case ShapeKind.LINEAR:
                return lambda dose: dose
            case ShapeKind.HYPERBOLIC:
                assert self.shape and self.shape.ed50
                half = mg(self.shape.ed50)
                return lambda dose: dose / (dose + half)
            case ShapeKind.BANDS:
                assert self.problem.bands
                bands = self.problem.bands
                return lambda dose: intervals_down(bands, dose)

    def inconvenience(self, days_spread: Sequence[Spread]) -> tuple[int, Fraction, int, int, int]:
        """What a spread taper asks of a patient: slots that rise; mg in another slot, cuts, pieces, products a day."""
        order, before = self.problem.cut, self.problem.before
        now = tuple(mg(dose) for _, dose in before.doses)
        rises = sum(
            has > had
            for earlier, spread in zip([now, *days_spread], days_spread, strict=False)
            for had, has in zip(earlier, spread, strict=True)
        )
        moved, burdens = Fraction(0), []
        for length, spread in zip(self.lengths, days_spread, strict=True):
            moved += length * misplaced(spread, wanted_spread(before, sum(spread, Fraction(0)), order))
            cuts, pieces, products = _added([self.intakes[dose] for dose in spread])
            burdens.append((length * cuts, length * pieces, length * products))
        return rises, moved, *_added(burdens)

    def lightest(self, descent: Sequence[Fraction]) -> tuple[int, Fraction, int, int, int]:
        """The least inconvenience of a descent over every way to spread each of its days."""
        choices = [self.spreads[total] for total in descent[1 : len(self.starts) + 1]]
        return min(self.inconvenience(spread) for spread in every_choice(*choices))

    def best(self, tolerance: Fraction = Fraction(1, 1_000_000)) -> tuple[Fraction, ...] | None:
        """The one right descent: gentlest, nearest to the curve, lightest, larger doses earlier; None where none is."""
        candidates = self.candidates()
        if not candidates:
            return None
        lags = {descent: self.lag(descent) for descent in candidates}
        nearest = [descent for descent in candidates if lags[descent] <= min(lags.values()) + tolerance]
        return min(nearest, key=lambda descent: (self.lightest(descent), [-dose for dose in descent]))

    @property
    def lowest_wanted(self) -> Fraction:
        """The dose that the descent has to reach: the target, or the largest from which one may stop."""
        return mg(self.problem.target) or max(self.may_stop)

    def fastest(self, limit: Fraction, intervals: int = 60) -> list[Fraction]:
        """The lowest dose that can be in force after each interval: always falling as far as the window allows."""
        starts = [later(self.problem.start, self.problem.every, count) for count in range(intervals)]
        usable = [total for total in self.totals if total >= mg(self.problem.target)]
        path = [mg(self.problem.before.total)]
        for day in starts:
            reach = range(1, self.problem.cap.window_days + 1)
            bases = {in_force(starts, day - timedelta(days=back)) for back in reach}
            verdicts = {
                total: [self.judge(path[base], total) for base in bases] for total in usable if total <= path[-1]
            }
            path.append(
                min(
                    total
                    for total, each in verdicts.items()
                    if all(excused or share <= limit for share, excused in each)
                )
            )
        return path

    def needs(self, share: Fraction) -> bool:
        """Whether the fastest descent arrives in time under this cut, and under the next smaller one does not."""
        cuts = {self.judge(high, low)[0] for high in self.totals for low in self.totals if low < high}
        smaller = max((cut for cut in cuts if cut < share), default=None)
        arrived = self.fastest(share, len(self.judged))[-1] <= self.lowest_wanted
        return arrived and (smaller is None or self.fastest(smaller, len(self.judged))[-1] > self.lowest_wanted)

    def least_lag(self, limit: Fraction) -> Fraction:
        """The least lag under a limit, step by step: of descents alike in the window the nearest is kept."""
        reach = max(step - min(window) for step, window in enumerate(self.windows, start=1))
        start, target = mg(self.problem.before.total), mg(self.problem.target)
        usable = [total for total in self.totals if total >= target]
        best: dict[tuple[Fraction, ...], int] = {(start,): 0}
        for step, window in enumerate(self.windows, start=1):
            onward: dict[tuple[Fraction, ...], int] = {}
            away = {total: self._away(step, total) for total in usable}
            for recent, known in best.items():
                bases = [recent[base - step] for base in window]
                for total in usable:
                    if total > recent[-1] or (step == 1 and total == start):
                        break
                    verdicts = [self.judge(base, total) for base in bases]
                    if all(excused or share <= limit for share, excused in verdicts):
                        key = (*recent, total)[-reach:]
                        onward[key] = min(onward.get(key, known + away[total]), known + away[total])
            best = onward
        ends = {target} if target else set(self.may_stop)
        return Fraction(min(lag for recent, lag in best.items() if recent[-1] in ends), 10**12)

    def _away(self, step: int, total: Fraction) -> int:
        """What one step at a dose adds to the lag, in billionths of a thousandth."""
        if step > len(self.lengths):
            return 0
        ahead = self.clock(total) - step
        excess = ahead if ahead > 0 else max(Fraction(0), -ahead - Fraction(1, 2))
        return round(self.lengths[step - 1] * excess**2 * 10**12)

    def lowest_reachable(self) -> Fraction:
        """How low any taper can come with all the time in the world."""
        reached = self.totals[-1]
        while True:
            lower = [total for total in self.totals if total < reached and self._allows(reached, total)]
            if not lower:
                return reached
            reached = min(lower)

    def _allows(self, before: Fraction, after: Fraction) -> bool:
        share, excused = self.judge(before, after)
        return excused or share <= self.limit


def taper(problem: Problem, length: Period | Until, shape: Shape | None = None) -> Taper:
    """A problem laid out over a length of time."""
    end = length.day if isinstance(length, Until) else later(problem.start, length, 1)
    return Taper(problem, end, shape)


def soonest(problem: Problem, most: int = 12) -> int | None:
    """The least number of whole intervals in which the taper can be done; None where `most` are not enough."""
    for count in range(1, most + 1):
        trial = Taper(problem, later(problem.start, problem.every, count))
        if next(trial.descents(trial.limit), None):
            return count
    return None


def logarithm(dose: Fraction) -> Fraction:
    """The natural logarithm to fifty digits."""
    with localcontext() as context:
        context.prec = 50
        return Fraction(Decimal(dose.numerator).ln() - Decimal(dose.denominator).ln())


def intervals_down(bands: Bands, dose: Fraction) -> Fraction:
    """How many intervals a banded schedule takes from a dose to zero at the smaller step of each band."""
    summed = Fraction(0)
    for band in bands.bands:
        inside = min(dose, mg(band.ceiling)) - mg(band.floor)
        summed += max(inside, Fraction(0)) / mg(band.step_low)
    return summed


def _straight(
    height: Callable[[Fraction], Fraction], top: Fraction, bottom: Fraction, length: int
) -> Callable[[Fraction], Fraction]:
    """The time at which a line from `top` (time 0) to `bottom` (time `length`) stands at a dose."""
    high, low = height(top), height(bottom)
    return lambda dose: length * (high - height(dose)) / (high - low)


# A pace that was asked, followed by hand.

Asked = Callable[[Fraction], Sequence[Fraction]]


@dataclass(frozen=True)
class Walk:
    """A descent at a pace: `asked` names for a dose the cut wanted, and the larger one still allowed."""

    taper: Taper
    asked: Asked

    def totals(self, most: int = 200) -> list[Fraction] | str:
        """The dose of each interval, the starting dose first; 'stuck' where no lower dose is near enough."""
        target = mg(self.taper.problem.target)
        path = [mg(self.taper.problem.before.total)]
        while len(path) < most:
            chosen = self._next(path, target)
            if chosen is None:
                return "stuck"
            if chosen == 0:
                return path
            path.append(chosen)
            if chosen == target:
                return path
        return "endless"

    def _next(self, path: list[Fraction], target: Fraction) -> Fraction | None:
        """The dose to go to; 0 to stop, the present one to wait, None where there is no way on.

        One stops from the smallest dose, or where the cut that is wanted takes all that is left; the larger figure of
        a band stands in where no product makes the smaller one, and is no reason to stop while a lower dose exists.
        """
        now = path[-1]
        lower = [total for total in self.taper.totals if target <= total < now]
        wanted = self.asked(now)[:1]
        may_stop = not target and len(path) > 1 and now in self.taper.may_stop
        if may_stop and (not lower or max(wanted, default=0) >= now):
            binds = self.taper.limit < 1
            recent = max(path[base] for base in self._window(path))
            return now if binds and recent > max(self.taper.may_stop) else Fraction(0)
        allowed = [total for total in lower if self._within(path, total)]
        for size in self.asked(now):
            if fitting := [total for total in allowed if now - total <= size]:
                return min(fitting)
        if lower and lower[-1] in allowed:
            return lower[-1]
        return now if any(path[base] != now for base in self._window(path)) else None

    def _window(self, path: list[Fraction]) -> set[int]:
        problem = self.taper.problem
        starts = [later(problem.start, problem.every, count) for count in range(len(path))]
        reach = range(1, problem.cap.window_days + 1)
        return {in_force(starts, starts[-1] - timedelta(days=back)) for back in reach}

    def _within(self, path: list[Fraction], total: Fraction) -> bool:
        """Whether a fall keeps the limit against every dose of the window before it."""
        verdicts = [self.taper.judge(path[base], total) for base in self._window(path)]
        return all(excused or share <= self.taper.limit for share, excused in verdicts)


def asked_in_mg(asked: Problem, pace: AtPace | ByBands) -> Asked:
    """What a pace asks of a dose, in mg: the wanted cut, then any larger one that a band allows."""

    def sizes(dose: Fraction) -> Sequence[Fraction]:
        if isinstance(pace, AtPace) and pace.dose:
            return [mg(pace.dose)]
        if isinstance(pace, AtPace) and pace.share:
            return [pace.share * (dose if pace.basis is Basis.CURRENT else mg(asked.before.total))]
        assert asked.bands
        inside = [band for band in asked.bands.bands if mg(band.floor) < dose <= mg(band.ceiling)]
        return [size for band in inside for size in (mg(band.step_low), mg(band.step_high))]

    return sizes


# A finished schedule, read day by day.


def breaches(problem: Problem, plan: Schedule, end: date) -> list[str]:
    """Everything in a schedule that breaks a rule of its problem, in words; none for a schedule one may hand out."""
    return [
        *_wrong_dates(problem, plan, end),
        *_wrong_doses(problem, plan),
        *_wrong_portions(problem, plan),
        *_too_fast(problem, plan),
    ]


def _wrong_dates(problem: Problem, plan: Schedule, end: date) -> Iterator[str]:
    intervals = {problem.start, end, *first_days(problem, end)}
    if plan.steps[0].start != problem.start or plan.ending.start != end:
        yield f"from {plan.steps[0].start} to {plan.ending.start}, not from {problem.start} to {end}"
    for step, following in zip(plan.steps, plan.steps[1:], strict=False):
        if step.end != following.start or step.start not in intervals:
            yield f"step {step.number} from {step.start} to {step.end}"


def _wrong_doses(problem: Problem, plan: Schedule) -> Iterator[str]:
    now, final = mg(problem.before.total), mg(problem.target)
    for step in plan.dosing_steps:
        if taken(step) >= now or taken(step) != mg(step.total) or not taken(step):
            yield f"step {step.number}: {taken(step)} mg after {now} mg, printed as {step.total}"
        now = taken(step)
    if taken(plan.ending) != final or (plan.ending.kind is StepKind.STOP) == bool(final):
        yield f"ends in {plan.ending.kind} at {taken(plan.ending)} mg"
    if not final and problem.last_dose_binds and now > mg(problem.last_step):
        yield f"stops from {now} mg"


def _wrong_portions(problem: Problem, plan: Schedule) -> Iterator[str]:
    tops = {slot: mg(dose) for slot, dose in problem.before.doses}
    for step in plan.steps:
        for intake in step.intakes:
            if sum((amount(portion) for portion in intake.portions), Fraction(0)) != mg(intake.dose):
                yield f"step {step.number}: the {intake.slot.value} portions do not add up"
            if mg(intake.dose) > tops[intake.slot] or not _dispensable(problem, intake):
                yield f"step {step.number}: the {intake.slot.value} intake cannot be"


def _dispensable(problem: Problem, intake: Intake) -> bool:
    """Whether each portion is of an offered product, once, in whole parts or whole graduations."""
    parts = [
        portion.count * 1_000 / portion.product.graduation.ul
        if portion.product.graduation
        else portion.count * portion.product.split.value
        for portion in intake.portions
    ]
    offered = [portion.product for portion in intake.portions]
    return set(offered) <= set(problem.products) and len(set(offered)) == len(offered) and not any(p % 1 for p in parts)


def _too_fast(problem: Problem, plan: Schedule) -> Iterator[str]:
    """Every day against every day of the window before it; the days before the plan are at the starting dose."""
    trial = Taper(problem, plan.ending.start)
    doses = daily_doses(plan)
    if not problem.target:
        del doses[plan.ending.start]
    for day, dose in doses.items():
        for back in range(1, problem.cap.window_days + 1):
            before = doses.get(day - timedelta(days=back), mg(problem.before.total))
            if before == dose:
                continue
            share, excused = trial.judge(before, dose)
            if share > trial.limit and not excused:
                yield f"{day}: {before} to {dose} mg within {back} days"
