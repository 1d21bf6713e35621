"""What every paper of a plan says, as blocks in their order; a renderer decides only how they look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from taper_cli.model.citation import Citation, Trust
from taper_cli.model.dose import Dose, percent_text, reduction
from taper_cli.model.drug import Audience, Tier
from taper_cli.model.finding import Finding, Level
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot, Step, StepKind
from taper_cli.render import wording as say
from taper_cli.render.blocks import (
    Block,
    Framed,
    Heading,
    Items,
    Month,
    Notice,
    Para,
    Staircase,
    StepRow,
    StepTable,
    TierBlock,
)


def blocks(report: Report, *, calendar: bool, brief: bool = False) -> Iterator[Block]:
    """The whole paper; `brief` leaves the sources of words, not those of figures, to the other papers."""
    yield Notice(say.NOTICE)
    yield from _head(report)
    # Before the first dose: nobody should read a schedule without seeing what was taken for granted in it.
    yield Framed(
        "Assumed, because you did not say", tuple(f"{item.what}  ({item.change})" for item in report.assumptions)
    )
    yield step_table(report)
    yield from _flags(report)
    yield Heading("Dose staircase")
    yield staircase(report)
    if calendar:
        yield Heading("Calendar (mg a day; * the dose changes)")
        yield from months(report)
    yield from _tiers(report)
    yield from _advice(report)
    yield from _indication(report)
    yield from _for_prescriber(report)
    yield from _sources(report, brief=brief)
    yield Notice(say.NOTICE)
    yield Para(say.NOTICE_LONG)


def _head(report: Report) -> Iterator[Block]:
    """Title, identity of the plan, and how the request was read."""
    schedule, request = report.schedule, report.request
    yield Heading(
        f"{report.drug.name}: {say.regimen_text(schedule.before, report.region)} to {say.ending_text(schedule.ending)}",
        1,
    )
    cuts = sum(step.total < schedule.dose_before(step) for step in schedule.steps)
    yield Items(
        (
            f"Plan {report.plan_id}, version {report.version}, status draft, printed {say.full_date(report.generated_on)}",
            f"First cut {say.full_date(schedule.start)}; {_ends(report)} "
            f"{say.full_date(schedule.ending.start)}; {schedule.days} days, {cuts} cuts",
            f"Asked: {say.pace_text(request)}. Method: {report.method.objective_text}"
            + (f"; {report.method.curve_text}" if report.method.curve_text else ""),
            f"Largest cut in {_window_days(report)} days: {report.method.largest_cut_text}% of the current dose, "
            "declared exceptions and the final stop aside",
            "The whole plan takes "
            + "; ".join(say.amount_text(product, amount) for product, amount in schedule.amounts().items())
            + " (the other half of a divided tablet is kept)",
            "Products: " + "; ".join(say.product_text(product) for product in report.products),
            f"Dependence: {_dependence(report)} ({report.exposure.cite.short})",
            *((f"Taken for: {request.indication}",) if request.indication else ()),
            *(f"Stated: {rule.title}{_value(report, rule.key)}" for rule in report.stated),
        )
    )
    for note in report.notes:
        yield Para(note)


def _ends(report: Report) -> str:
    """'STOP on', or 'MAINTAIN 5 mg from'."""
    ending = report.schedule.ending
    return f"{say.ending_text(ending)} {'from' if ending.total else 'on'}"


def _dependence(report: Report) -> str:
    """The row of the dependence matrix that was applied; it never says that no taper is needed."""
    unlikely = "; unlikely to be dependent: stop or a short taper, the prescriber decides"
    return report.exposure.row + (unlikely if report.exposure.likelihood.short_taper else "")


def _value(report: Report, key: str) -> str:
    """The value stated for a context, where there is one."""
    value = report.request.context_value(key)
    return f" = {value}" if value else ""


def _window_days(report: Report) -> int:
    """The days of the limiting guideline's window."""
    return report.guideline.cap.window_days if report.guideline.cap else 1


def watch_window(report: Report, step: Step) -> tuple[date, date] | None:
    """First and last day on which to watch closely after a step's cut; None where the step is no cut."""
    if step.total >= report.schedule.dose_before(step):
        return None
    if step.kind is StepKind.STOP:
        return step.start, step.start + timedelta(days=report.drug_class.after_last_dose_days - 1)
    window = report.drug_class.window(report.drug.half_life)
    return step.start + timedelta(days=window.first_day - 1), step.start + timedelta(days=window.last_day - 1)


def step_table(report: Report) -> StepTable:
    """The schedule as rows, the present dose first and undated."""
    slots = report.schedule.before.slots
    names = tuple(say.slot_name(slot, report.region) for slot in slots)
    now = StepRow(
        number="now",
        first="",
        last="",
        days="",
        takes=tuple(f"{dose}" for _, dose in report.schedule.before.doses),
        total=str(report.schedule.before.total),
        of_current="",
        of_start="",
        cumulative="",
        watch="",
        flags="",
        beside=(),
    )
    return StepTable(names, (now, *(_row(report, step, slots) for step in report.schedule.steps)))


def _row(report: Report, step: Step, slots: tuple[Slot, ...]) -> StepRow:
    schedule = report.schedule
    before, start = schedule.dose_before(step), schedule.before.total
    window = watch_window(report, step)
    marks = _marks(report)
    return StepRow(
        number="END" if step.end is None else str(step.number),
        first=say.full_date(step.start),
        last=say.full_date(step.last_day) if step.last_day else say.ending_text(step),
        days=str(step.days or ""),
        takes=_takes(report, step, slots),
        total=str(step.total),
        of_current=f"{percent_text(reduction(before, step.total))}%" if step.total < before else "",
        of_start=f"{percent_text(reduction(start, start - (before - step.total)))}%" if step.total < before else "",
        cumulative=f"{percent_text(reduction(start, step.total))}%",
        watch=f"{say.short_date(window[0])} to {say.short_date(window[1])}" if window else "",
        flags=" ".join(marks[rule] for rule in report.flags_of(step)),
        beside=beside(report, step),
    )


def _takes(report: Report, step: Step, slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """What is taken in each slot, in products and mg."""
    if step.kind is StepKind.STOP:
        return (f"STOP. Take no more {report.drug.name}.", *([""] * (len(slots) - 1)))
    strength = say.names_strength(report)
    intakes = {intake.slot: intake for intake in step.intakes}
    return tuple(
        f"{say.intake_text(intakes[slot], strength=strength)} ({intakes[slot].dose})" if slot in intakes else "none"
        for slot in slots
    )


def _marks(report: Report) -> dict[str, str]:
    """A short mark (F1, F2 ...) for each rule that flags a step, in order of appearance."""
    rules = dict.fromkeys(rule for step in report.schedule.steps for rule in report.flags_of(step))
    return {rule: f"F{number}" for number, rule in enumerate(rules, start=1)}


def beside(report: Report, step: Step) -> tuple[str, ...]:
    """Warnings that belong to one step: the first cut, the lower third, a bigger drop, after stopping, a hold."""
    schedule = report.schedule
    found = []
    if step.number == 1:
        found.append("First cut: do not stop suddenly, no alcohol, do not drive if sleepy")
    if step.held or step.kind is StepKind.HOLD:
        found.append("A longer step: stay on this dose until the date shown")
    if step.kind is StepKind.STOP:
        days = report.drug_class.after_last_dose_days
        found.append(f"After stopping: signs can start late, keep watching for {days // 7} weeks, keep this sheet")
    elif any(finding.rule == report.guideline.cap_rule for finding in report.findings_of(step)):
        found.append("A bigger drop for the body: speak to the clinic before this step")
    elif _enters_lower_third(report, step) and step.kind is StepKind.REDUCE:
        found.append(
            "Lower third: signs may be stronger, the next cuts are bigger in proportion, review before going on"
        )
    last = schedule.dosing_steps[-1] if schedule.dosing_steps else None
    if step is last and schedule.ending.kind is StepKind.STOP:
        found.append("Last dose before STOP: review first")
    return tuple(found)


def _enters_lower_third(report: Report, step: Step) -> bool:
    """Whether this step is the first at a third of the starting dose or less."""
    start = report.schedule.before.total
    return step.total.ng * 3 <= start.ng < report.schedule.dose_before(step).ng * 3


def _flags(report: Report) -> Iterator[Block]:
    """The findings, flags with a line to tick; the smaller cuts that other products would make stand beside them."""
    flagged = [finding for finding in report.findings if finding.level is not Level.INFO]
    marks = _marks(report)
    if flagged:
        yield Heading("Flags: the prescriber ticks each")
        yield Items(tuple(_flag_line(report, finding, marks) for finding in flagged), tick=True)
    infos = [finding for finding in report.findings if finding.level is Level.INFO]
    if infos:
        yield Heading("Notes of the check, and other guidelines by name")
        yield Items(tuple(say.finding_text(finding) for finding in infos))


def _flag_line(report: Report, finding: Finding, marks: dict[str, str]) -> str:
    mark = f"{marks[finding.rule]} " if finding.rule in marks else ""
    smaller = ""
    if finding.rule == report.guideline.cap_rule and not finding.accepted:
        names = next((cut.products for cut in report.smaller_cuts if cut.step == finding.step), ())
        smaller = (
            f" Smaller cut possible with: {', '.join(names)}."
            if names
            else " No marketed product here makes a smaller cut."
        )
    return f"{mark}{say.finding_text(finding)}.{smaller}"


def staircase(report: Report) -> Staircase:
    """The dose at each step as a bar."""
    start = report.schedule.before.total
    bars = [("now", 100, str(start))]
    for step in report.schedule.steps:
        label = say.full_date(step.start)
        bars.append((label, _hundredths(step.total, start), str(step.total) if step.total else "STOP"))
    return Staircase(tuple(bars))


def _hundredths(dose: Dose, start: Dose) -> int:
    """A dose in hundredths of the starting dose, upwards, so that no dose above zero looks like none."""
    return -(-100 * dose.ng // start.ng)


def months(report: Report) -> Iterator[Month]:
    """Every month from the first cut to the ending, with the dose on each day of the plan."""
    schedule = report.schedule
    changes = {step.start for step in schedule.steps}
    first = schedule.start.replace(day=1)
    while first <= schedule.ending.start:
        following = (first + timedelta(days=32)).replace(day=1)
        cells: list[tuple[str, str, bool] | None] = [None] * first.weekday()
        day = first
        while day < following:
            inside = schedule.start <= day <= schedule.ending.start
            dose = schedule.dose_on(day)
            shown = ("STOP" if not dose else dose.mg_text) if inside else ""
            cells.append((str(day.day), shown, day in changes))
            day += timedelta(days=1)
        cells += [None] * (-len(cells) % 7)
        yield Month(say.month_name(first), tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
        first = following


def _tiers(report: Report) -> Iterator[Block]:
    """The three tiers of symptoms, named in words, the emergency first."""
    held = report.drug_class
    line = report.region.line("emergency")
    number = line.number if line else "your local emergency number: ______"
    signs = [symptom.words for symptom in held.tier(Tier.EMERGENCY)]
    if report.indication:
        signs += [line.text for line in report.indication.of_kind("emergency")]
    yield Heading("What you may feel, and what to do")
    yield TierBlock(f"[!] EMERGENCY: call {number}", (*signs, *_crisis(report)))
    calls = held.tier(Tier.CALL)
    same_day = tuple(symptom.words for symptom in calls if symptom.same_day)
    working = tuple(symptom.words for symptom in calls if not symptom.same_day)
    yield TierBlock(
        "( ! ) CALL THE SAME DAY, the out-of-hours service if the clinic is closed. Stay on the same dose", same_day
    )
    yield TierBlock("( ? ) CALL WITHIN ONE WORKING DAY. Stay on the same dose until you speak to us", working)
    yield TierBlock("( ) EXPECTED: keep to the plan", tuple(symptom.words for symptom in held.tier(Tier.EXPECTED)))
    yield Para(_window_line(report))


def _crisis(report: Report) -> tuple[str, ...]:
    """Crisis lines, which belong beside thoughts of suicide and nowhere else."""
    lines = [f"{line.name}: {line.number}" for line in report.region.lines if line.purpose == "crisis"]
    return (f"for thoughts of harming yourself also: {'; '.join(lines)}",) if lines else ()


def _window_line(report: Report) -> str:
    """When to watch, in one sentence."""
    window = report.drug_class.window(report.drug.half_life)
    weeks = report.drug_class.after_last_dose_days // 7
    after = f", and for {weeks} weeks after the last dose" if report.schedule.ending.kind is StepKind.STOP else ""
    return (
        f"Watch closely from day {window.first_day} to day {window.last_day} after each cut{after}. "
        "Signs can come on any day. A cut is not called tolerated before day 7."
    )


def _advice(report: Report) -> Iterator[Block]:
    """Advice for the patient: what not to combine, driving, missed doses, what to do when it goes wrong."""
    opioid = report.request.context_value("opioid") not in (None, "no")
    lines = [
        advice.text
        for advice in report.drug_class.advice
        if advice.audience is Audience.PATIENT
        and advice.use in (None, report.drug.use)
        and advice.region in (None, report.region.market)
        and (advice.topic != "naloxone" or opioid)
    ]
    yield Heading("For the patient")
    yield Items(tuple(lines))


def _indication(report: Report) -> Iterator[Block]:
    """What the indication adds: help without medicine, and when to phone."""
    if report.indication is None:
        return
    lines = [line.text for kind in ("phone", "help") for line in report.indication.of_kind(kind)]
    yield Heading(f"For {report.indication.name}: what else may help")
    yield Items(tuple(lines))


def _for_prescriber(report: Report) -> Iterator[Block]:
    """What to ask before signing, what to review, boxed warnings, and notes on the indication."""
    yield Heading("For the prescriber")
    ask = [f"{rule.title}: NOT STATED" for rule in report.not_stated]
    ask += [
        f"this brand of {product.name} has a score line (the plan divides it)"
        for product in report.products
        if product.split is not Split.WHOLE
    ]
    yield Items(tuple(ask), tick=True)
    lines = [
        advice.text
        for advice in report.drug_class.advice
        if advice.audience is Audience.PRESCRIBER and advice.region in (None, report.region.market)
    ]
    if report.indication:
        lines += [line.text for line in report.indication.of_kind("note")]
    lines += [
        f"The regulator warns: {box.text}" for box in report.drug_class.boxes if box.region == report.region.market
    ]
    yield Items(tuple(lines))
    yield Para(
        "Prescriber ______________________  registration ______________  signature ______________________  date ____________"
    )


def _sources(report: Report, *, brief: bool) -> Iterator[Block]:
    """The documents behind the paper, each once with the places used."""
    yield Heading("Sources of the figures")
    yield Items(_documents(report.figure_citations))
    rest = _documents(report.word_citations)
    if brief:
        yield Para(
            f"{len(rest)} more documents stand behind symptoms, advice and warnings: written in full with -o plan.md or -o plan.txt."
        )
    else:
        yield Heading("Sources of symptoms, advice and warnings")
        yield Items(rest)
    review = report.drug.review
    yield Para(
        f"Data read {review.reviewed_on.isoformat()}, next review {review.review_due.isoformat()}: {review.reviewed_by}."
    )


def _documents(cites: tuple[Citation, ...]) -> tuple[str, ...]:
    """Citations by document: title, publisher, year, address, and the places that were used."""
    documents: dict[str, list[str]] = {}
    for cite in cites:
        source = cite.source
        trust = "" if cite.trust is Trust.PRIMARY else " [secondary]"
        documents.setdefault(f"{source.title}. {source.publisher}, {source.year}.{trust} {source.where}", []).append(
            cite.locator
        )
    return tuple(f"{name} ({'; '.join(dict.fromkeys(places))})" for name, places in documents.items())
