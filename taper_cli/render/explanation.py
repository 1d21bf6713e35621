"""An explanation in words: what was wanted, what could be made near it, what decided, limits as measured, why these tablets."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper_cli.model.dose import decimal_text, percent_text, rounded_text, total
from taper_cli.model.explained import (
    Aim,
    Candidate,
    DaySplit,
    Explanation,
    How,
    IntakeMade,
    LastDoseMeasured,
    LimitMeasured,
    Moment,
    Recipe,
    Searched,
    StepExplained,
    TailMeasured,
    TimeMeasured,
    Why,
)
from taper_cli.model.report import Report
from taper_cli.model.request import Shape, ShapeKind
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Grid, Heading, Items, Notice, Para, Sources, reworded
from taper_cli.render.findings import finding_text
from taper_cli.render.histories import history_text, how_planned
from taper_cli.render.reasons import NAMES, decided, why_text
from taper_cli.render.stages import stage_blocks, switch_blocks, taken_text


def explanation_blocks(found: Explanation) -> Iterator[Block]:
    """The whole paper, in the words of the region."""
    for block in _blocks(found):
        yield reworded(block, lambda text: say.in_region(text, found.report.region))


def _blocks(found: Explanation) -> Iterator[Block]:
    report = found.report
    schedule = report.schedule
    yield Notice(say.NOTICE)
    dose = say.regimen_text(schedule.before, report.region)
    drugs = f"{schedule.drug_before} {dose}, switched to {report.drug.name}," if schedule.switched else report.drug.name
    begins = "" if schedule.switched else f", {dose}"
    yield Heading(f"Why so: {drugs}{begins} to {_ending(schedule.ending)}", 1)
    yield Para(f"Plan {report.plan_id}, version {report.version}. Asked: {say.pace_text(report.request)}.")
    yield from switch_blocks(report)
    yield from how_planned(found)
    for one in found.steps:
        yield from _step(found, one)
    yield Heading("Sources of the limits, by rule")
    yield Sources(_sources(found))
    yield Notice(say.NOTICE)


def _sources(found: Explanation) -> tuple[str, ...]:
    """Where each limit that was measured stands, once."""
    lines: dict[str, None] = {}
    for one in found.steps:
        measured = [(limit.rule, limit.source) for limit in one.limits]
        measured += [("last-dose", one.last_dose.source)] if one.last_dose else []
        measured += [(one.whole_time.rule, one.whole_time.source)] if one.whole_time else []
        lines |= {f"{rule}: {source}": None for rule, source in measured}
    return tuple(lines)


def _step(found: Explanation, one: StepExplained) -> Iterator[Block]:
    """One step: wanted, near it, decided; limits; the day and its tablets; what the judge said."""
    report, step = found.report, one.step
    counted = "what counts for " if one.stage else ""
    yield Heading(f"{_title(one)}, before it {counted}{one.before}")
    if report.revisions:
        yield Para(history_text(one))
    yield from stage_blocks(report, one)
    for moment in one.moments:
        yield from _moment(found.search(moment.version), one, moment)
    for limit in one.limits:
        yield Para(_limit(limit, final=step.kind is StepKind.STOP))
    if one.tail:
        yield from _tail(one.tail)
    if one.last_dose:
        yield Para(_last_dose(one.last_dose))
    if one.whole_time:
        yield Para(_whole_time(one.whole_time))
    if one.splits:
        yield Para("The day over its slots, with the days before and after as they are:")
        yield _splits(report, one.splits)
    if any(made.others for made in one.intakes):
        yield Para("What else would make the same dose:")
        yield _recipes(report, one.intakes)
    elif one.intakes:
        yield Para(_only_recipes(report, one.intakes))
    if one.findings:
        yield Para("What the judge says of this step:")
        yield Items(tuple(finding_text(finding) for finding in one.findings))


def _title(one: StepExplained) -> str:
    """'Step 3: 10.5 mg a day from Mon 4 Jan to Sun 17 Jan 2027'."""
    step = one.step
    if step.end is None or step.last_day is None:
        return f"Step {step.number}: {_ending(step)} {'from' if step.intakes else 'on'} {say.full_date(step.start)}"
    dates = say.date_range(step.start, step.last_day)
    return f"Step {step.number}: {_taken(one)}, {dates} ({say.days_text(step.days or 0)})"


def _ending(step: Step) -> str:
    """How a plan ends; one that stays on two drugs names the dose of each."""
    if len(step.drugs) > 1:
        return f"MAINTAIN {' and '.join(f'{step.total_of(drug)} of {drug}' for drug in step.drugs)}"
    return say.ending_text(step)


def _taken(one: StepExplained) -> str:
    """'10.5 mg a day', or on which days how much."""
    step = one.step
    if len(step.drugs) > 1:
        return taken_text(one)
    if step.rhythm is None:
        return f"{step.total} a day"
    rest = total([intake.dose for intake in step.others])
    between = f"{rest} on the other days" if rest else "nothing on the other days"
    return f"{step.total} {step.rhythm.words}, {between} ({one.level} a day in the long run)"


def _moment(search: Searched, one: StepExplained, moment: Moment) -> Iterator[Block]:
    """What was wanted on a day and what could be made near it."""
    yield Para(_wanted(search, moment))
    if search.curve is not None:
        length = search.asked.every.days or one.step.days or 0
        rows = tuple((str(near.dose), _cut(near), _early(near, length), why_text(near)) for near in moment.candidates)
        yield Grid(("Makeable\na day", f"Cut from\n{moment.before}", "Beside the curve", "What decides"), rows)
    else:
        short = tuple((str(near.dose), _cut(near), why_text(near)) for near in moment.candidates)
        yield Grid(("Makeable\na day", f"Cut from\n{moment.before}", "What decides"), short)
    if len(moment.candidates) > 1:
        yield Para(f"{_how(moment)} {decided(moment)}".strip())


def _wanted(search: Searched, moment: Moment) -> str:
    """The wanted dose of a day, and how it came about."""
    day = say.full_date(moment.day)
    wanted = f"{'' if moment.exact else 'about '}{decimal_text(moment.wanted_mg or Fraction(0))} mg"
    if search.curve is not None:
        curve = search.curve
        end = f"to {curve.bottom} in {curve.steps} steps" if curve.bottom else f"to zero in {curve.steps} steps"
        why = f", where it ends as {_no_zero(curve.shape)}" if curve.reanchored else ""
        return (
            f"Wanted on {day}: {wanted}, by the {_shape(curve.shape)} curve from {curve.top} {end}{why}; "
            "near it and near the dose taken one could make:"
        )
    if moment.how is How.TYPED:
        whose = "Published" if search.aim is Aim.LADDER else "Typed"
        return f"{whose} for {day}: {wanted}; next to it one could make:"
    asked = say.pace_text(search.asked)
    return f"Asked on {day}: {asked}, which from {moment.before} leads to {wanted}; near it one could make:"


def _how(moment: Moment) -> str:
    """What kept a pace from being followed to the letter."""
    return {
        How.WAIT: f"No cut yet: {moment.before} goes on, as the next lower dose is too far below what was in force within the window.",
        How.ADJACENT: "No makeable cut is as small as was asked, so the adjacent lower dose is taken.",
        How.ASKED_WITHIN_LIMIT: "The limit allows less than was asked on this day.",
    }.get(moment.how, "")


def _no_zero(shape: Shape) -> str:
    """Why a curve does not run to zero."""
    endless = shape.kind is ShapeKind.PROPORTIONAL
    return "it would never reach zero" if endless else "it would want less than can be reached in time"


def _shape(shape: Shape) -> str:
    return f"{shape.kind.value} (ED50 {shape.ed50}, {shape.ed50_source})" if shape.ed50 else shape.kind.value


def _cut(near: Candidate) -> str:
    return f"{percent_text(near.cut)}%" if near.cut is not None else "no cut"


def _early(near: Candidate, length: int) -> str:
    """How far a dose is from the curve, in steps and days."""
    if near.early is None:
        return ""
    steps, days = rounded_text(abs(near.early), 2), (2 * abs(near.early) * length + 1) // 2
    if steps == "0":
        return "on it"
    where = "early" if near.early > 0 else "late"
    unit = "step" if steps == "1" else "steps"
    return f"{steps} {unit} ({days} d) {where}" if length else f"{steps} {unit} {where}"


def _limit(limit: LimitMeasured, *, final: bool) -> str:
    """A limit over its own window, measured on this schedule."""
    # Where the basis turns on the way, the limit need not count from the highest dose.
    plain = limit.basis in ("current", "starting")
    which = "the highest dose in force" if plain else "the dose from which it counts"
    head = (
        f"Limit: over the {say.days_text(limit.window_days)} from {say.full_date(limit.first)} to {say.full_date(limit.last)} "
        f"{which} was {limit.highest}; "
    )
    if limit.after >= limit.highest:
        return f"{head}{limit.after} is no fall. [{limit.rule}]"
    verdict = "kept" if limit.kept else f"above it{', ' if limit.lifted else ''}{limit.lifted}"
    lowest = (
        f"; {limit.lowest_allowed} is the lowest makeable dose within it on this day" if limit.lowest_allowed else ""
    )
    if final:
        verdict, lowest = "the fall to zero is left to the last-dose rule, and always declared", ""
    if limit.most is not None:
        fall = f"{limit.highest} to {limit.after} falls by {limit.highest - limit.after}; the limit is {limit.law}"
    else:
        fall = (
            f"{limit.highest} to {limit.after} is {percent_text(limit.share)}% of the {limit.basis} dose; the limit is "
            f"{percent_text(limit.limit or Fraction(0))}%"
        )
    return f"{head}{fall}: {verdict}{lowest} [{limit.rule}]"


def _whole_time(time: TimeMeasured) -> str:
    """The whole time, measured."""
    verdict = "kept" if time.days >= time.needed else "shorter than that"
    accepted = f", accepted by the prescriber: {time.accepted}" if time.accepted else ""
    return (
        f"Whole time: {time.days} days from the first cut to the end; at least {time.needed} are asked for: {verdict}{accepted} "
        f"[{time.rule}]"
    )


def _tail(tail: TailMeasured) -> Iterator[Block]:
    """The exception for the tail, condition by condition."""
    among, adjacent, small, not_first = tail.conditions
    smallest = say.listed([str(dose) for dose in tail.smallest])
    yield Para("The exception for the tail: a fall above the limit stands only if all of this holds.")
    yield Items(
        (
            f"{tail.before} is one of the three smallest doses that can be made ({smallest}): {_yes(among)}",
            f"{tail.after} is the next lower dose that can be made ({tail.next_lower or 'none'}): {_yes(adjacent)}",
            f"the cut of {tail.before - tail.after} is no larger than the last step of {tail.last_step}: {_yes(small)}",
            f"it is not the first cut: {_yes(not_first)}",
            *((f"its place was accepted by the prescriber: {tail.accepted}",) if tail.accepted else ()),
        )
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"


def _last_dose(last: LastDoseMeasured) -> str:
    """The last-dose rule, measured."""
    verdict = "kept" if last.dose <= last.most else "above it"
    accepted = f", accepted by the prescriber: {last.accepted}" if last.accepted else ""
    return (
        f"Last-dose rule: the last dose is {last.dose}; one may stop from at most {last.most}, {last.basis}: {verdict}{accepted} "
        "[last-dose]"
    )


def _splits(report: Report, splits: tuple[DaySplit, ...]) -> Grid:
    """Ways to spread the day over the slots, the one taken first."""
    head = ("By slot", "Slots\nthat rise", "Off the\norder", "Cuts of\ntablets", "Pieces", "Products", "What decides")
    rows = []
    for split in splits:
        cost = split.burden
        doses = ", ".join(f"{say.slot_name(slot, report.region)} {dose}" for slot, dose in split.doses)
        figures = (
            str(cost.rises),
            f"{rounded_text(cost.misplaced_mg, 2)} mg",
            str(cost.cuts),
            str(cost.pieces),
            str(cost.distinct),
        )
        why = "TAKEN" if split.why is Why.TAKEN else f"no: {NAMES[split.why]}"
        rows.append((doses, *figures, why))
    return Grid(head, tuple(rows), figures=(1, 2, 3, 4, 5))


def _recipes(report: Report, intakes: tuple[IntakeMade, ...]) -> Grid:
    """Each intake with what it takes and what else would make it."""
    rows: list[tuple[str, ...]] = []
    for made in intakes:
        slot = "" if made.slot is Slot.DAILY else f"{say.slot_name(made.slot, report.region)}: "
        slot += f"{made.drug}, " if report.schedule.switched else ""
        rows.append((f"{slot}{_portions(made.taken)} ({made.dose})", *_counts(made.taken), "TAKEN"))
        rows += [(f"{slot}{_portions(other)}", *_counts(other), _lighter(made.taken, other)) for other in made.others]
    return Grid(("Tablets", "Cuts of\ntablets", "Pieces", "Products", "What decides"), tuple(rows), figures=(1, 2, 3))


def _only_recipes(report: Report, intakes: tuple[IntakeMade, ...]) -> str:
    """What is taken where no other products make the same."""
    two = report.schedule.switched is not None
    taken = "; ".join(
        f"{f'{made.drug}, ' if two else ''}{_portions(made.taken)} ({made.dose}): {_counted(made.taken)}"
        for made in intakes
    )
    return f"Taken: {taken}. No other choice of up to three of the products makes the same dose."


def _counted(recipe: Recipe) -> str:
    """'1 cut of a tablet, 3 pieces, 1 product'."""
    parts = (
        (recipe.cuts, "cut of a tablet", "cuts of tablets"),
        (recipe.pieces, "piece", "pieces"),
        (recipe.distinct, "product", "products"),
    )
    return ", ".join(f"{count or 'no'} {one if count == 1 else many}" for count, one, many in parts)


def _portions(recipe: Recipe) -> str:
    return " and ".join(say.portion_text(portion, naming=say.Naming.STRENGTH) for portion in recipe.portions)


def _counts(recipe: Recipe) -> tuple[str, str, str]:
    return str(recipe.cuts), str(recipe.pieces), str(recipe.distinct)


def _lighter(taken: Recipe, other: Recipe) -> str:
    """Why another recipe was not taken."""
    for name, mine, theirs in (
        ("cuts of tablets", taken.cuts, other.cuts),
        ("pieces", taken.pieces, other.pieces),
        ("products", taken.distinct, other.distinct),
    ):
        if theirs != mine:
            return f"no: {'more' if theirs > mine else 'fewer'} {name}"
    return "no: equal, the order of products decides"
