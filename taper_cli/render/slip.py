"""The change slip and the history of a revised plan: what changed and from which day, tablets more or fewer, who asked and why."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.guideline import Basis
from taper_cli.model.report import Report
from taper_cli.model.request import AtPace
from taper_cli.model.revision import AmountChange, Revision, Slip
from taper_cli.model.schedule import Step, StepKind
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Blank, Block, Heading, Items, Para, Told
from taper_cli.render.sheet_blocks import Blanks, Sheet, SheetBlock
from taper_cli.render.steps import apart_lines
from taper_cli.render.style import Style
from taper_cli.render.warnings import emergency_number


def slip_blocks(report: Report) -> Iterator[Block]:
    """The slip on screen, in text and in Markdown; nothing where a plan was never revised."""
    slip = report.slip
    if slip is None:
        return
    yield Heading(title(slip))
    yield Items(void(report, slip))
    yield Heading("What changes")
    yield Items(tuple(changes(report, slip)))
    yield Heading("Tablets to add or to return")
    yield Items(tuple(amounts(report, slip)))
    yield from (Told(lines) for lines in told(slip.revision))


def history_blocks(report: Report) -> Iterator[Block]:
    """Every version with what was asked, by whom and why."""
    if report.revisions:
        yield Heading("History of this plan")
        for line, words in history(report):
            yield Para(line)
            yield from (Told(lines) for lines in words)


def slip_sheet(report: Report, slip: Slip, style: Style, draft: str, approval: Blanks) -> Sheet:
    """The slip as a sheet of its own, for the patient and the pharmacy."""
    return Sheet(
        key="change",
        name="Change slip",
        title=title(slip),
        plan=f"Plan {report.plan_id}, version {report.version}",
        notice=say.NOTICE,
        draft=draft,
        phone=Blank("Clinic phone", visible(style.identity.clinic_phone)),
        whose=Blank("Name", visible(style.identity.name)),
        blocks=tuple(_sheet_blocks(report, slip, style, approval)),
    )


def _sheet_blocks(report: Report, slip: Slip, style: Style, approval: Blanks) -> Iterator[SheetBlock]:
    who = style.identity
    yield Para(f"For the patient and the pharmacy. Medicine: {say.drugs_text(report)}.")
    yield Blanks("", (Blank("Name", visible(who.name)), Blank("Clinic phone", visible(who.clinic_phone))))
    yield Items(void(report, slip))
    yield Heading("What changes")
    yield Items(tuple(changes(report, slip)))
    yield Heading("Tablets to add or to return")
    yield Items(tuple(amounts(report, slip)))
    yield from (Blanks("", lines) for lines in told(slip.revision))
    yield Para(f"EMERGENCY: call {emergency_number(report)}. The signs are on the first page of the plan.")
    yield approval


def history_sheet(report: Report) -> Iterator[SheetBlock]:
    """The history on the prescriber's sheet."""
    if report.revisions:
        yield Heading("History of this plan")
        for line, words in history(report):
            yield Para(line)
            yield from (Blanks("", lines) for lines in words)


def title(slip: Slip) -> str:
    """'Change slip: version 2 replaces version 1'."""
    return f"Change slip: version {slip.version} replaces version {slip.replaces}"


def void(report: Report, slip: Slip) -> tuple[str, ...]:
    """Which paper holds and which is void: two plans in one house are a double dose."""
    on = say.full_date(slip.revision.on)
    return (
        f"Plan {report.plan_id}, version {slip.version}, replaces plan {slip.replaces_id}, version {slip.replaces}. "
        f"It holds from {on}",
        f"Destroy version {slip.replaces}: every page, calendar and list of it. Do not follow two plans",
    )


def changes(report: Report, slip: Slip) -> Iterator[str]:
    """The list of changes, the day first."""
    revision, now, before = slip.revision, slip.now, slip.in_force
    on = say.full_date(revision.on)
    yield f"Asked from {on}: {'; '.join(asked(report, revision))}"
    if slip.taken:
        planned, actual = slip.taken
        yield (
            f"On {on} the patient takes {actual} a day, not the {planned} of version {slip.replaces}. "
            "The days before show what was planned, not what was taken"
        )
    if now.start == revision.on and now.intakes and (now.intakes != before.intakes or now.kind is not before.kind):
        yield f"From {on}: {_dose(report, now)}{_why(now, before)}"
    elif before.end != now.end and now.last_day and before.last_day:
        yield (
            f"Step {now.number} ({say.doses_text(now.intakes)} a day) lasts until {say.full_date(now.last_day)}, "
            f"not until {say.full_date(before.last_day)}"
        )
    yield from _later(slip)
    old, new = slip.endings
    if (old.start, old.mean) != (new.start, new.mean):
        yield f"{say.ending_on(new)}; version {slip.replaces} had {say.ending_on(old)}"
    yield "Nothing of what is over was changed" if now.number > 1 else "The dose before the plan stays as it was"


def _dose(report: Report, step: Step) -> str:
    """What is taken in a step, as a sentence without its full stop."""
    text = say.instruction(
        step, say.stopped(report), naming=say.naming_of(report, step), bedtime=report.region.bedtime_word
    )
    text = text.rstrip(".")
    return f"{say.doses_text(step.intakes)} a day. {text}" if step.kind is not StepKind.STOP else text


def _why(now: Step, before: Step) -> str:
    """Whether the dose goes up or down on that day, or only its tablets are others."""
    was = say.doses_text(before.intakes)
    if now.kind is StepKind.MAINTAIN and now.mean == before.mean:
        return ""
    if now.mean > before.mean:
        return f". This is more than the {was} of that day in the plan before"
    if now.mean < before.mean:
        return f". This is less than the {was} of that day in the plan before"
    return ". The dose of the day is the same"


def _later(slip: Slip) -> Iterator[str]:
    """What becomes of the steps after that."""
    dosing = [step for step in slip.rest if step.end is not None]
    if slip.later_by:
        yield f"Every later step is the same and starts {say.days_text(slip.later_by)} later"
    elif slip.later_by is None and dosing:
        doses = ", ".join(f"{step.total.mg_text}{_spaced(step)}" for step in dosing)
        yield (
            f"The steps after step {slip.now.number} are new: {doses} mg a day, "
            f"the first from {say.full_date(dosing[0].start)}"
        )


def _spaced(step: Step) -> str:
    """' (every other day)' for a dose that is not taken every day."""
    return f" ({step.rhythm.short})" if step.rhythm else ""


def amounts(report: Report, slip: Slip) -> Iterator[str]:
    """Tablets to add or to return of each strength, and what has to be handed out on the day of the change."""
    ending, two = report.schedule.ending, report.of_two_drugs
    stays = {portion.product.key for intake in ending.intakes for portion in intake.portions}
    for change in slip.amounts:
        # A dose that goes on has no end to count to: what is at home is needed for it.
        yield _kept(report, change) if change.fewer and change.product.key in stays else _amount(report, change)
    if stays:
        yield f"The dose that goes on from {say.full_date(ending.start)} is not counted here: prescribe it in time"
    for line in apart_lines(report):
        yield f"Not counted here either: {line}"
    for item in report.supply.dispensings:
        if item.start == slip.revision.on and item.dispensed:
            due = say.handed_out_text(item.product, item.dispensed, report.supply.rules.bottle, drug=two)
            yield f"Hand out on {say.full_date(item.start)}: {due} (supply {item.number})"


def _amount(report: Report, change: AmountChange) -> str:
    """One strength: what to add or to return, with both totals so that a reader can do the sum again."""
    bottle, two = report.supply.rules.bottle, report.of_two_drugs
    sums = f"the whole plan takes {_count(change.now)}, version {report.version - 1} took {_count(change.before)}"
    if change.more:
        return f"Add {say.handed_out_text(change.product, change.more, bottle, drug=two)}: {sums}"
    if change.fewer:
        fewer = say.handed_out_text(change.product, change.fewer, bottle, drug=two)
        return f"Return, or do not hand out, {fewer}: {sums}"
    return f"No change for {say.product_name(change.product, drug=two)}: {sums}"


def _count(amount: Fraction) -> str:
    return say.thousands(amount)


def _kept(report: Report, change: AmountChange) -> str:
    """A strength that the dose that goes on needs."""
    return f"Keep every {say.product_name(change.product, drug=report.of_two_drugs)} that is at home: the dose that goes on needs it"


def told(revision: Revision) -> tuple[tuple[Blank, ...], ...]:
    """Who asked and why, word for word."""
    return ((Blank("Asked by", visible(revision.by)),), (Blank("Why", visible(revision.reason)),))


def history(report: Report) -> Iterator[tuple[str, tuple[tuple[Blank, ...], ...]]]:
    """Each version in a line, and who asked for it and why."""
    first = report.revisions[0]
    made = say.full_date(report.request.today)
    yield f"Version 1, plan {first.plan_id}, made {made}: {say.pace_text(report.request)}", ()
    ids = [*(revised.plan_id for revised in report.revisions[1:]), report.plan_id]
    for number, (revised, plan) in enumerate(zip(report.revisions, ids, strict=True), start=2):
        revision = revised.revision
        line = (
            f"Version {number}, plan {plan}, made {say.full_date(revision.made_on)}, from {say.full_date(revision.on)}: "
            f"{'; '.join(asked(report, revision))}"
        )
        yield line, told(revision)


def asked(report: Report, revision: Revision) -> Iterator[str]:
    """What was asked of the plan, in words."""
    if revision.actual is not None:
        yield f"the patient takes {say.regimen_text(revision.actual, report.region)}"
    if revision.back_to is not None:
        yield f"back to {say.regimen_text(revision.back_to, report.region)}, by the prescriber's decision"
    if revision.stop_here:
        yield "reduce no further, stay on the dose of that day"
    if revision.hold is not None:
        yield f"stay {revision.hold} longer on the dose of that day"
    if revision.pace is not None:
        yield f"a new pace, {_pace(revision.pace)}"
    if revision.every is not None:
        yield f"every step {revision.every} or longer" if revision.pace is None else f"every {revision.every}"
    if revision.until is not None:
        yield f"a new end, {say.full_date(revision.until)}"
    if revision.products is not None:
        yield f"new products, {', '.join(product.name for product in revision.products)}"
    if revision.split is not None:
        yield f"tablets divided anew, {say.split_text(revision.split)}"


def _pace(pace: AtPace) -> str:
    """A pace without its interval."""
    match pace:
        case AtPace(dose=Dose() as dose):
            return f"{dose} less each time"
        case _:
            of = "starting" if pace.basis is Basis.START else "current"
            return f"{percent_text(pace.share or Fraction(0))}% of the {of} dose less each time"
