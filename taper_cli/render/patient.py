"""The patient's sheet: what to take each day with a box to tick, what may be felt and what to do, who approved it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from taper_cli.model.product import Portion
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Blank, Heading, Items, Para
from taper_cli.render.sheet_blocks import Blanks, Part, Sheet, SheetBlock, StepCard, StepCards, Take, TickWeek, Tiers
from taper_cli.render.steps import drawn_as, months, staircase
from taper_cli.render.style import USUAL_POINTS, Style
from taper_cli.render.warnings import Moment, first_words, moments, patient_advice, tiers, watch_window

DRAFT = "DRAFT. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT."
# Steps longer than this are cut into pieces of so many weeks, so that no piece is longer than a page.
_WEEKS_TOGETHER = 4


def patient_sheet(report: Report, style: Style) -> Sheet:
    """The sheet that goes home; every word of it is for the patient."""
    return Sheet(
        key="patient",
        name="Patient sheet",
        title=f"My {' to '.join(report.schedule.drugs)} plan",
        plan=f"Plan {report.plan_id}, version {report.version}",
        notice=say.NOTICE,
        draft=DRAFT,
        phone=Blank("Clinic phone", visible(style.identity.clinic_phone)),
        whose=Blank("Name", visible(style.identity.name)),
        blocks=tuple(_blocks(report, style)),
    )


def _blocks(report: Report, style: Style) -> Iterator[SheetBlock]:
    """In the order in which a worried reader needs them: when to phone, how to use it, the days, the rest."""
    emergency, *others = tiers(report)
    emergency = emergency._replace(also=emergency.also[:1].upper() + emergency.also[1:])
    who = _who(report, style)
    # The emergency signs stand on the first page, whatever is filled in and however large the print: there they come first.
    if style.points > USUAL_POINTS:
        yield from (Tiers((emergency,)), *who)
    else:
        yield from (*who, Tiers((emergency,)))
    yield from _signing(style)
    yield from _how(report)
    yield Heading("What you may feel, and what to do")
    yield from (Tiers(tuple(others)), Para(_watch(report)))
    yield Heading("Your steps", new_page=True)
    two = report.of_two_drugs
    names = (say.product_name(product, drug=two) for product in report.schedule.products)
    yield Blanks("", tuple(Blank(f"{name} looks like (pharmacist)") for name in names))
    yield step_cards(report)
    yield Heading("Your dose over time")
    yield staircase(report)
    yield from drawn_as(report)
    if style.calendar:
        yield Heading("Your calendar (* the dose changes)")
        yield from (month._replace(name=f"{month.name}, mg a day") for month in months(report))
    yield from _advice(report)
    if style.identity.note:
        yield Heading("A note from the clinic")
        yield from (Para(visible(line)) for line in style.identity.note.splitlines() if line.strip())


def _who(report: Report, style: Style) -> Iterator[SheetBlock]:
    """Who, and what medicine."""
    who = style.identity
    yield Blanks(
        "",
        (
            Blank("Name", visible(who.name)),
            Blank("Date of birth", say.birth_date(who.date_of_birth) if who.date_of_birth else ""),
            Blank("Record number", visible(who.record_number)),
        ),
    )
    products = ", ".join(say.product_name(one, drug=report.of_two_drugs) for one in report.schedule.products)
    taken_for = f" Taken for: {report.request.indication}." if report.request.indication else ""
    kept = " Keep the boxes of the two medicines apart." if report.of_two_drugs else ""
    yield Para(f"Medicine: {say.drugs_text(report)}, {products}, by mouth.{taken_for}{kept}")


def _signing(style: Style) -> Iterator[SheetBlock]:
    """Whom to phone, and who approved the plan."""
    who = style.identity
    yield Blanks(
        "",
        (
            Blank("Clinic phone", visible(who.clinic_phone)),
            Blank("Clinic hours", visible(who.clinic_hours)),
            Blank("Pharmacy phone", visible(who.pharmacy_phone)),
        ),
    )
    yield approval("A prescriber approves this plan", style)


def approval(title: str, style: Style) -> Blanks:
    """The box without which a sheet is a draft: signing is by hand."""
    who = style.identity
    return Blanks(
        title,
        (
            Blank("Name", visible(who.prescriber)),
            Blank("Registration number", visible(who.registration)),
            Blank("Signature"),
            Blank("Date and time"),
            Blank("Next review", say.full_date(who.next_review) if who.next_review else ""),
        ),
    )


def _how(report: Report) -> Iterator[SheetBlock]:
    """How to use the sheet, and the two things that matter most."""
    yield Heading("How to use this plan")
    yield Items(
        (
            "Find today's date under Your steps. Take what it says there. Tick one box for each dose.",
            *patient_advice(report, "do-not-stop"),
            *say.kept_halves(report),
        )
    )


def _advice(report: Report) -> Iterator[SheetBlock]:
    """Advice by what has happened."""
    for title, topics in (
        ("If you miss a dose", ("missed-dose", "missed-day", "missed-days")),
        (
            "If things do not go to plan",
            ("hold", "step-back", "relapse", "sick-day", "steroid-card", "supply", "hospital", "pregnancy"),
        ),
        (
            "Alcohol, other medicines and driving",
            ("alcohol", "sedatives", "naloxone", "overdose", "lost-tolerance", "interacting", "driving", "share-lock"),
        ),
    ):
        yield Heading(title)
        yield Items(patient_advice(report, *topics))
    if report.indication:
        lines = [line.text for kind in ("phone", "help") for line in report.indication.of_kind(kind)]
        yield Heading(f"For {report.indication.name}: what else may help")
        yield Items(tuple(lines))


def step_cards(report: Report) -> StepCards:
    """Every step as the patient reads it, long ones in pieces that fit a page."""
    whose = f"{report.schedule.drug_before} " if report.of_two_drugs else ""
    cards = [card for step in report.schedule.steps for card in _cards(report, step)]
    return StepCards(
        say.in_region(f"Now: {whose}{say.regimen_text(report.schedule.before, report.region)}", report.region),
        tuple(cards),
    )


def _cards(report: Report, step: Step) -> Iterator[StepCard]:
    """One step in one card; a step of many weeks in several, each with its own dates."""
    total = say.doses_text(step.intakes)
    if step.end is None:
        yield StepCard(
            number=say.step_label(step),
            dates=say.full_date(step.start),
            days="",
            takes=_takes(report, step) or (Take("", (Part(say.no_more(report)),)),),
            total=total,
            notes=_notes(report, step),
            weeks=(),
        )
        return
    weeks = list(_weeks(step.start, step.end))
    for place in range(0, len(weeks), _WEEKS_TOGETHER):
        together = weeks[place : place + _WEEKS_TOGETHER]
        yield StepCard(
            number=str(step.number),
            dates=say.date_range(together[0][0], together[-1][-1]),
            days=say.days_text(sum(map(len, together))),
            takes=_takes(report, step),
            total=total,
            notes=_notes(report, step) if place == 0 else ("The same step goes on",),
            weeks=tuple(TickWeek(tuple(_day_label(step, day) for day in days)) for days in together),
        )


def _weeks(start: date, end: date) -> Iterator[list[date]]:
    """The days of a step, seven at a time from its first day."""
    days = [start + timedelta(days=offset) for offset in range((end - start).days)]
    yield from (days[at : at + 7] for at in range(0, len(days), 7))


def _day_label(step: Step, day: date) -> str:
    """'Mon 2': the month stands at the head of the step; where days differ, what the day takes: 'Tue 3: none'."""
    label = say.short_date(day).rsplit(" ", 1)[0]
    if step.rhythm is None:
        return label
    taken = step.total_on(day)
    return f"{label}:\n{taken if taken else 'none'}"


def _notes(report: Report, step: Step) -> tuple[str, ...]:
    """When to watch, and what is special about the step, in short words."""
    window = watch_window(report, step)
    between = say.between(step, naming=say.naming_of(report, step), bedtime=report.region.bedtime_word)
    watch = (f"Watch closely: {say.short_range(*window)}",) if window else ()
    weeks = report.drug_class.after_last_dose_days // 7
    old, new = report.schedule.drug_before, report.schedule.drug
    words = {
        Moment.FIRST: first_words(
            report, "First drop: take it as shown", "no alcohol", "do not drive if you feel sleepy"
        ),
        Moment.SWITCH: "Two medicines change places: take both as shown, and keep the boxes apart. More sleepy, or unwell: phone us",
        Moment.SWITCHED: f"From now on only {new}. Take no more {old}: bring back what is left. More sleepy, or unwell: phone us",
        Moment.RAISED: "More than in the step before: see your change slip",
        Moment.LONGER: "A longer step: stay on this dose until the last day shown",
        Moment.BIGGER: "A bigger drop for your body: speak to the clinic before you start it",
        Moment.LOWER_THIRD: "Signs may be stronger from here on: speak to the clinic before you start it",
        Moment.LAST: "The last dose before you stop: speak to the clinic first",
        Moment.SPACED: f"Not the same every day: look for the date below. {between}",
        Moment.STAYING: "Stay on this dose until your prescriber changes it",
        Moment.STOPPED: f"Signs can still start late: keep watching for {weeks} weeks, and keep this sheet",
    }
    return (*watch, *(words[moment] for moment in moments(report, step)))


def _watch(report: Report) -> str:
    """When to watch, in the patient's words."""
    window = report.drug_class.window(report.drug.half_life)
    weeks = report.drug_class.after_last_dose_days // 7
    after = f" After the last dose, watch for {weeks} weeks." if report.schedule.ending.kind is StepKind.STOP else ""
    days = f"from day {window.first_day} to day {window.last_day}"
    both = "each stage of the switch and " if report.of_two_drugs else ""
    return f"Watch closely {days} after {both}each drop in your dose. Signs can come on any day.{after}"


def _takes(report: Report, step: Step) -> tuple[Take, ...]:
    """Every intake of the step; slots that have been emptied say so, so that nobody wonders."""
    naming = say.naming_of(report, step)
    if not step.intakes:
        return ()
    found = []
    for slot in report.schedule.before.slots:
        usual = step.rhythm.words.capitalize() if step.rhythm else "Once a day"
        name = say.slot_name(slot, report.region).capitalize() if slot is not Slot.DAILY else usual
        intakes = [intake for intake in step.intakes if intake.slot is slot]
        if not intakes:
            found.append(Take(name, (Part("none"),)))
        for intake in intakes:
            parts = tuple(_part(portion, naming=naming) for portion in intake.portions)
            # Beside the last of several products the sum alone would read as what that one makes.
            together = "together " if len(parts) > 1 else ""
            found.append(Take(name, parts, f"({together}{intake.dose})"))
    return tuple(found)


def _part(portion: Portion, *, naming: say.Naming) -> Part:
    """One product of an intake in words and as a drawing."""
    words, form = say.portion_text(portion, naming=naming), portion.product.form
    if form.liquid:
        return Part(words, "liquid")
    whole, rest = divmod(portion.count, 1)
    return Part(words, "capsule" if form.capsule else "tablet", int(whole), int(rest / Fraction(1, 4)))
