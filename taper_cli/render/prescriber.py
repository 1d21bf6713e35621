"""The sheet for prescriber and pharmacist: what was asked, every step with its percentages, flags, supply, directions, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from taper_cli import __version__
from taper_cli.model.dose import ZERO, decimal_text, percent_text
from taper_cli.model.finding import Level
from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.model.supply import Dispensing, Halves
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Blank, Framed, Heading, Items, Para, Sources
from taper_cli.render.content import documents, flag_line, overview, prompts, short_documents, switch_blocks
from taper_cli.render.directions import direction, fits
from taper_cli.render.findings import finding_text
from taper_cli.render.patient import DRAFT, approval
from taper_cli.render.sheet_blocks import Blanks, Grid, Questions, Sheet, SheetBlock
from taper_cli.render.steps import marks_of
from taper_cli.render.style import Style
from taper_cli.render.teachback import questions
from taper_cli.render.warnings import prescriber_advice


def prescriber_sheet(report: Report, style: Style) -> Sheet:
    """The sheet that stays with the prescriber and goes to the pharmacy."""
    return Sheet(
        key="prescriber",
        name="Prescriber and pharmacist sheet",
        title=say.plan_title(report),
        plan=f"Plan {report.plan_id}, version {report.version}",
        notice=say.NOTICE,
        draft=DRAFT,
        phone=Blank("Clinic phone"),
        whose=Blank("Name", visible(style.identity.name)),
        blocks=tuple(_blocks(report, style)),
    )


def _blocks(report: Report, style: Style) -> Iterator[SheetBlock]:
    slip = report.slip
    replaces = f"version {slip.replaces}, plan {slip.replaces_id}" if slip else "none"
    yield Para(f"For prescriber and pharmacist. Not for patients. Replaces: {replaces}.")
    who = style.identity
    yield Blanks("", (Blank("Patient", visible(who.name)), Blank("Record number", visible(who.record_number))))
    yield approval("Prescriber", style)
    yield Blanks("Pharmacist", tuple(map(Blank, ("Name", "Registration number", "Signature", "Date and time"))))
    yield Heading("What was asked")
    yield Items((*overview(report), *report.notes))
    yield Framed(
        "Assumed, because you did not say", tuple(f"{item.what}  ({item.change})" for item in report.assumptions)
    )
    yield Heading("Ask before signing")
    yield Items(prompts(report), tick=True)
    yield Heading("Steps")
    yield _steps(report)
    yield Para(_method(report))
    yield from switch_blocks(report)
    yield from _flags(report)
    if style.levels is not None:
        from taper_cli.render.levels import level_blocks

        yield from level_blocks(report, style.levels)
    yield from _supply(report, style)
    yield Heading("Direction lines to paste, with their length in characters")
    yield _directions(report)
    yield Heading("Rules for handing out, to check locally")
    yield Items(_hints(report))
    yield Heading("Ask the patient back")
    yield Questions(tuple(questions(report)))
    yield Heading("For the prescriber")
    yield Items(prescriber_advice(report))
    if slip is not None:
        from taper_cli.render.slip import history_sheet

        yield from history_sheet(report)
    yield from _basis(report, style)


def _steps(report: Report) -> Grid:
    """Each step in mg and percent; the slots as columns where the dose has slots."""
    slots = [slot for slot in report.schedule.before.slots if slot is not Slot.DAILY]
    names = [f"{say.slot_name(slot, report.region).capitalize()}\nmg" for slot in slots]
    cuts = ("Cut\n% of\ncurrent", "Cut\n% of\nstart", "So far\n% of\nstart")
    whose = ("Medicine",) if report.of_two_drugs else ()
    head = ("Step", "Starts", "Days", *whose, *names, "A day\nmg", *cuts, "Flags")
    rows = tuple(row for step in report.schedule.steps for row in _rows(report, step, slots))
    return Grid(head, rows, figures=tuple(place for place in range(2, len(head) - 1) if head[place] != "Medicine"))


def _rows(report: Report, step: Step, slots: Sequence[Slot]) -> Iterator[tuple[str, ...]]:
    """One row a step; where a plan has two drugs, one for each that the step takes, the percentages beside the first."""
    marks = marks_of(report)
    drugs = step.drugs or (report.schedule.drug,)
    for drug in drugs:
        first = drug == drugs[0]
        taken = {intake.slot: intake.dose for intake in step.intakes if intake.drug == drug}
        beside = (*_cut(report, step), percent_text(report.schedule.cut_so_far(step)))
        flags = " ".join(marks[rule] for rule in report.flags_of(step))
        yield (
            say.step_label(step) if first else "",
            f"{say.full_date(step.start)}{f', {step.rhythm.words}' if step.rhythm else ''}" if first else "",
            str(step.days or "") if first else "",
            *((drug,) if report.of_two_drugs else ()),
            *(taken.get(slot, ZERO).mg_text for slot in slots),
            step.total_of(drug).mg_text,
            *(beside if first else [""] * len(beside)),
            flags if first else "",
        )


def _cut(report: Report, step: Step) -> tuple[str, str]:
    """A cut in percent of the dose before it and of the starting dose; in words where the dose goes up."""
    schedule = report.schedule
    if step.mean > schedule.mean_before(step):
        return "up", "up"
    return percent_text(schedule.reduction(step)), percent_text(schedule.cut_of_start(step))


def _method(report: Report) -> str:
    """How the figures come about, so that a reader can do them again."""
    law = report.guideline.law(report.drug.name)
    counts = ""
    if report.crossing is not None:
        counts = f" Of two drugs, each counts as {report.drug.name} by the equivalent that was typed."
    window = (
        " The limit compares each dose with the doses in force before it, over its own window: "
        f"a fall of at most {law} ({report.guideline.title})."
        if law
        else ""
    )
    return (
        f"Method: {say.asked_text(report.request)}; {report.method.objective_text}. Percent of current is the cut divided by the "
        f"dose before it; percent of start is the cut divided by the starting dose ({say.before_text(report)}).{counts}{window}"
    )


def _flags(report: Report) -> Iterator[SheetBlock]:
    """Flags with room for a decision, then the notes of the check."""
    marks = marks_of(report)
    flagged = [finding for finding in report.findings if finding.level is not Level.INFO]
    yield Heading("Flags: accept or change each, with initials")
    if flagged:
        yield Items(
            tuple(f"{flag_line(report, finding, marks)} (initials\u00a0______)" for finding in flagged), tick=True
        )
    else:
        yield Para("None.")
    infos = [finding_text(finding) for finding in report.findings if finding.level is Level.INFO]
    if infos:
        yield Heading("Notes of the check, and other guidelines by name")
        yield Items(tuple(infos))


def _supply(report: Report, style: Style) -> Iterator[SheetBlock]:
    """What to hand out and when, week by week beside it, the totals, and what halves have to do with it."""
    supply = report.supply
    yield Heading(f"Supply, every {say.days_text(supply.rules.days)}")
    weekly = ("Week by week",) if report.weekly else ()
    rows = tuple(_dispensing(report, item, in_words=style.quantity_words) for item in supply.dispensings)
    yield Grid(("No.", "Covers", "Hand out", *weekly, "Left after it"), rows)
    yield Items(tuple(_supply_notes(report)))


def _dispensing(report: Report, item: Dispensing, *, in_words: bool) -> tuple[str, ...]:
    """One supply of one product; week by week the amounts of its own weeks, so that they cannot be read against other dates."""
    supply = report.supply
    two = report.of_two_drugs
    amount = say.handed_out_text(item.product, item.dispensed, supply.rules.bottle, drug=two)
    words = f" ({say.number_words(item.dispensed)})" if in_words and item.dispensed.denominator == 1 else ""
    closed = " (a weekend: collect before)" if item.on_weekend else ""
    return (
        str(item.number),
        f"{say.date_range(item.start, item.covers_to)}{closed}",
        f"{amount}{words}" if item.dispensed else f"no {say.product_name(item.product, drug=two)}: enough is left",
        *((_week_by_week(report, item),) if report.weekly else ()),
        say.amount_text(item.product, item.carry_out, drug=two) if item.carry_out else "none",
    )


def _week_by_week(report: Report, item: Dispensing) -> str:
    """What would be handed out in each week that a supply covers; none where a change came before a week that needed it."""
    amounts = next((amounts for product, amounts in report.weekly if product == item.product), ())
    return " ".join(decimal_text(amount) for day, amount in amounts if item.start <= day < item.end) or "none"


def _supply_notes(report: Report) -> Iterator[str]:
    """Totals, the other rule for halves, the last day, what is spare."""
    supply, two = report.supply, report.of_two_drugs
    kept = supply.rules.halves is Halves.KEPT
    for product in supply.products:
        amount = say.handed_out_text(product, supply.total(product), supply.rules.bottle, drug=two)
        yield f"In all: {amount}{_mg_in_all(report, product)}"
    if report.schedule.divided:
        yield "The other part of a divided tablet is " + ("kept and used." if kept else "thrown away.")
    for product, total in supply.otherwise:
        how = "If it is thrown away" if kept else "If it is kept"
        yield f"{how}, the plan takes {say.amount_text(product, total, drug=two)} in all."
    if supply.runs_out:
        yield f"Runs out after the last dose on {say.full_date(supply.runs_out)}."
    for first, after in supply.apart:
        days = say.date_range(first, say.day_before(after))
        yield f"The dose that went on from {days} was prescribed apart and is in none of these supplies."
    ending = report.schedule.ending
    if ending.kind is StepKind.MAINTAIN:
        yield (
            f"The dose that goes on from {say.full_date(ending.start)} is in none of these supplies: prescribe it in time. "
            f"{direction(report, ending)}"
        )
    spare = [(product, supply.left_over(product)) for product in supply.products if supply.left_over(product)]
    yield "Left over at the end: " + (
        "; ".join(say.amount_text(product, amount, drug=two) for product, amount in spare) if spare else "nothing."
    )
    if any(product.form.liquid for product in supply.products):
        yield "Check how long an opened bottle keeps: what is left over may not last into the next supply."
        if supply.rules.bottle is None:
            yield "The bottle's size was not stated (--bottle), so a liquid is counted in whole mL and rounded up."


def _mg_in_all(report: Report, product: Product) -> str:
    """How many mg the handed-out amount holds, where that is a plain number: ', 630 mg'."""
    per = product.volume.ml if product.volume else Fraction(1)
    mg = Fraction(product.strength.ng, 1_000_000) * report.supply.total(product) / per
    return f", which hold {say.thousands(mg)} mg together."


def _directions(report: Report) -> Grid:
    """One line a step."""
    lines = [(step, direction(report, step)) for step in report.schedule.steps]
    return Grid(
        ("Step", "Direction", "Length"),
        tuple((say.step_label(step), text, fits(text)) for step, text in lines),
    )


def _hints(report: Report) -> tuple[str, ...]:
    """The region's rules for this drug, dated; where none are held, that is said."""
    found = tuple(dict.fromkeys(hint for drug, _ in report.facts for hint in report.region.hints_for(drug.name)))
    if not found:
        return (
            f"No rules are held for {' and '.join(drug.name for drug, _ in report.facts)} in this region: "
            f"{report.region.title}. Check locally.",
        )
    held = (
        f" Held for {report.region.title}, read {say.full_date(report.region.review.reviewed_on)}."
        if report.region.review
        else ""
    )
    return (*(hint.text for hint in found), f"Check locally.{held}")


def _basis(report: Report, style: Style) -> Iterator[SheetBlock]:
    """Sources, versions and what the program is not."""
    yield Heading("Sources of the figures")
    yield Sources(documents(report.figure_citations))
    yield Heading("Sources of symptoms, advice, warnings and rules")
    yield Sources(("; ".join(short_documents(report.word_citations)) + ".",))
    review = report.drug.review
    counts = {level: sum(finding.level is level for finding in report.findings) for level in Level}
    yield Para(
        f"Data read {say.full_date(review.reviewed_on)}, next review {say.full_date(review.review_due)}: {review.reviewed_by}. "
        f"Program version {__version__}, data {style.data_id}. Checks: {report.checks} run, {counts[Level.FLAG]} flags, "
        f"{counts[Level.INFO]} notes, {counts[Level.REFUSE]} refused."
    )
    if style.selfcheck is not None:
        from taper_cli.render.selfcheck import verdict_line

        yield Para(verdict_line(style.selfcheck))
    levels = "the drug levels above are a picture, not a measurement" if style.levels else "predicts no drug levels"
    yield Para(f"{say.NOTICE_LONG} It holds no interaction check and {levels}.")
