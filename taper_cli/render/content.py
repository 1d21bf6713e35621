"""What every paper of a plan says, as blocks in their order; a renderer decides only how they look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from taper_cli.model.citation import Citation, Trust
from taper_cli.model.dose import percent_text
from taper_cli.model.finding import Finding, Level
from taper_cli.model.report import Report
from taper_cli.model.schedule import Schedule, Slot, Step, StepKind
from taper_cli.model.supply import Halves
from taper_cli.render import wording as say
from taper_cli.render.blocks import (
    Block,
    Framed,
    Heading,
    Items,
    Month,
    Notice,
    Para,
    Sources,
    Staircase,
    StepRow,
    StepTable,
    reworded,
)
from taper_cli.render.warnings import Moment, first_words, moments, patient_advice, prescriber_advice, tiers, watch_line


def blocks(report: Report, *, calendar: bool, brief: bool = False) -> Iterator[Block]:
    """The whole paper in the words of the region; `brief` leaves the sources of words to the other papers."""
    for block in _blocks(report, calendar=calendar, brief=brief):
        yield block if isinstance(block, Sources) else reworded(block, lambda text: say.in_region(text, report.region))


def _blocks(report: Report, *, calendar: bool, brief: bool) -> Iterator[Block]:
    """The paper's blocks in their order."""
    yield Notice(say.NOTICE)
    yield from _head(report)
    if report.slip is not None:
        from taper_cli.render.slip import slip_blocks

        yield from slip_blocks(report)
    # Before the first dose: nobody should read a schedule without seeing what was taken for granted in it.
    yield Framed(
        "Assumed, because you did not say", tuple(f"{item.what}  ({item.change})" for item in report.assumptions)
    )
    yield step_table(report)
    yield from switch_blocks(report)
    yield from _flags(report)
    yield Heading("Dose staircase")
    yield staircase(report)
    yield from drawn_as(report)
    if calendar:
        yield Heading("Calendar (mg a day; * the dose changes)")
        yield from months(report)
    yield from _tiers(report)
    yield from _advice(report)
    yield from _indication(report)
    yield from _for_prescriber(report)
    if report.slip is not None:
        from taper_cli.render.slip import history_blocks

        yield from history_blocks(report)
    yield from _sources(report, brief=brief)
    yield Notice(say.NOTICE)
    yield Para(say.NOTICE_LONG)


def _head(report: Report) -> Iterator[Block]:
    """Title, identity of the plan, and how the request was read."""
    yield Heading(say.plan_title(report), 1)
    yield Items(overview(report))
    for note in report.notes:
        yield Para(note)


def overview(report: Report) -> tuple[str, ...]:
    """The plan in a few lines: its id, its dates, what was asked, the largest cut, the products, dependence, what was stated."""
    schedule, request = report.schedule, report.request
    cuts, two = sum(map(schedule.reduces, schedule.steps)), report.of_two_drugs
    begins = "First stage" if two else "First cut"
    curve = f"; {report.method.curve_text}" if report.method.curve_text else ""
    rest = "kept" if request.supply.halves is Halves.KEPT else "thrown away, and not counted here"
    halves = f" (the other part of a divided tablet is {rest})" if schedule.divided else ""
    return (
        f"Plan {report.plan_id}, version {report.version}, status draft, printed {say.full_date(report.generated_on)}",
        f"{begins} {say.full_date(schedule.start)}; {_ends(report)} {say.full_date(schedule.ending.start)}; "
        f"{say.days_text(schedule.days)}, {cuts} cut{'' if cuts == 1 else 's'}",
        f"Asked: {say.asked_text(request)}. Method: {report.method.objective_text}{curve}",
        f"{_largest_cut(report)}, declared exceptions and the final stop aside",
        "The whole plan takes "
        + (
            "; ".join(say.amount_text(product, amount, drug=two) for product, amount in schedule.amounts().items())
            or "only the dose that goes on"
        )
        + halves,
        "Products: "
        + "; ".join(say.product_text(product, drug=two, own=report.from_file(product)) for product in report.products),
        f"Dependence: {_dependence(report)}",
        *((f"Taken for: {request.indication}",) if request.indication else ()),
        *(f"Stated: {rule.title}{_value(report, rule.key)}" for rule in report.stated),
    )


def switch_blocks(report: Report) -> Iterator[Heading | Items | Para]:
    """The basis of a switch, where the plan has one: the choice, the tables that it was made among, what they mean for each stage."""
    if report.crossing is not None:
        from taper_cli.render.equivalents import switch_basis

        yield from switch_basis(report, report.crossing)


def _ends(report: Report) -> str:
    """'STOP on', or 'MAINTAIN 5 mg from'."""
    ending = report.schedule.ending
    return f"{say.ending_text(ending)} {'from' if ending.intakes else 'on'}"


def _dependence(report: Report) -> str:
    """The row of the dependence matrix that was applied; it never says that no taper is needed."""
    unlikely = "; unlikely to be dependent: stop or a short taper, the prescriber decides"
    exposure = report.exposure
    source = f" ({exposure.cite.short})" if exposure.cite else ""
    return exposure.row + (unlikely if exposure.likelihood.short_taper else "") + source


def _value(report: Report, key: str) -> str:
    """The value stated for a context, where there is one."""
    value = report.request.context_value(key)
    return f" = {value}" if value else ""


def _largest_cut(report: Report) -> str:
    """The largest cut over the limiting guideline's window, and of which dose it is a share."""
    days = report.guideline.window_days(report.drug.name)
    cap = report.guideline.cap
    where = f"Largest cut in {say.days_text(days)}" if days else "Largest cut"
    return f"{where}: {report.method.largest_cut_text}% of the {cap.basis_words if cap else 'current'} dose"


def watch_window(report: Report, step: Step) -> tuple[date, date] | None:
    """First and last day on which to watch closely after a step's cut; None where the step is no cut.

    A stage of a switch is watched over the windows of both drugs: the old one is missed, or the new one is too much.
    """
    if step.kind is StepKind.SWITCH:
        windows = [drug_class.window(drug.half_life) for drug, drug_class in report.facts]
        first, last = min(window.first_day for window in windows), max(window.last_day for window in windows)
        return step.start + timedelta(days=first - 1), step.start + timedelta(days=last - 1)
    if not report.schedule.reduces(step):
        return None
    if step.kind is StepKind.STOP:
        return step.start, step.start + timedelta(days=report.drug_class.after_last_dose_days - 1)
    window = report.drug_class.window(report.drug.half_life)
    return step.start + timedelta(days=window.first_day - 1), step.start + timedelta(days=window.last_day - 1)


def step_table(report: Report) -> StepTable:
    """The schedule as rows, the present dose first and undated."""
    slots = report.schedule.before.slots
    names = tuple(say.slot_name(slot, report.region) for slot in slots)
    whose = f"{report.schedule.drug_before} " if report.of_two_drugs else ""
    now = StepRow(
        number="now",
        first="",
        last="",
        days="",
        takes=tuple(f"{whose}{dose}" for _, dose in report.schedule.before.doses),
        total=say.before_text(report),
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
    window = watch_window(report, step)
    marks = marks_of(report)
    cut = schedule.reduces(step)
    return StepRow(
        number="END" if step.end is None else str(step.number),
        first=say.full_date(step.start),
        last=say.full_date(step.last_day) if step.last_day else say.ending_text(step),
        days=str(step.days or ""),
        takes=_takes(report, step, slots),
        total=say.total_text(step),
        of_current=f"{percent_text(schedule.reduction(step))}%" if cut else "",
        of_start=f"{percent_text(schedule.cut_of_start(step))}%" if cut else "",
        cumulative=f"{percent_text(schedule.cut_so_far(step))}%",
        watch=say.short_range(*window) if window else "",
        flags=" ".join(marks[rule] for rule in report.flags_of(step)),
        beside=beside(report, step),
    )


def _takes(report: Report, step: Step, slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """What is taken in each slot, in products and mg."""
    if step.kind is StepKind.STOP:
        return (say.no_more(report), *([""] * (len(slots) - 1)))
    naming = say.naming_of(report, step)
    taken = [[intake for intake in step.intakes if intake.slot is slot] for slot in slots]
    takes = [
        " and ".join(f"{say.intake_text(intake, naming=naming)} ({intake.dose})" for intake in intakes) or "none"
        for intakes in taken
    ]
    if step.rhythm is not None:
        takes[-1] += f" {step.rhythm.words}. {say.between(step, naming=naming, bedtime=report.region.bedtime_word)}."
    return tuple(takes)


def marks_of(report: Report) -> dict[str, str]:
    """A short mark (F1, F2 ...) for each rule that flags a step, in order of appearance."""
    rules = dict.fromkeys(rule for step in report.schedule.steps for rule in report.flags_of(step))
    return {rule: f"F{number}" for number, rule in enumerate(rules, start=1)}


def beside(report: Report, step: Step) -> tuple[str, ...]:
    """Warnings that belong to one step, in words for a screen that the prescriber reads."""
    weeks = report.drug_class.after_last_dose_days // 7
    old, new = report.schedule.drug_before, report.schedule.drug
    words = {
        Moment.FIRST: first_words(report, "First cut: do not stop suddenly", "no alcohol", "do not drive if sleepy"),
        Moment.SWITCH: "A stage of the switch: keep the boxes apart; more sleepy, or unwell: phone; review 5 to 7 days after the first",
        Moment.SWITCHED: f"The switch is complete: only {new} from here on; take back what is left of {old}",
        Moment.RAISED: "More than before, by a prescriber's decision or because it is what is taken: see the change slip",
        Moment.LONGER: "A longer step: stay on this dose until the date shown",
        Moment.STOPPED: f"After stopping: signs can start late, keep watching for {weeks} weeks, keep this sheet",
        Moment.BIGGER: "A bigger drop for the body: speak to the clinic before this step",
        Moment.LOWER_THIRD: (
            "Lower third: signs may be stronger, the next cuts are bigger in proportion, review before going on"
        ),
        Moment.LAST: "Last dose before STOP: review first",
        Moment.SPACED: "Not the same every day: look at the date",
        Moment.STAYING: "Stay on this dose until the prescriber changes it",
    }
    return tuple(words[moment] for moment in moments(report, step))


def _flags(report: Report) -> Iterator[Block]:
    """The findings, flags with a line to tick; the smaller cuts that other products would make stand beside them."""
    flagged = [finding for finding in report.findings if finding.level is not Level.INFO]
    marks = marks_of(report)
    if flagged:
        yield Heading("Flags: the prescriber ticks each")
        yield Items(tuple(flag_line(report, finding, marks) for finding in flagged), tick=True)
    infos = [finding for finding in report.findings if finding.level is Level.INFO]
    if infos:
        yield Heading("Notes of the check, and other guidelines by name")
        yield Items(tuple(say.finding_text(finding) for finding in infos))


def flag_line(report: Report, finding: Finding, marks: dict[str, str]) -> str:
    mark = f"{marks[finding.rule]} " if finding.rule in marks else ""
    smaller = ""
    if finding.rule in report.guideline.limit_rules and not finding.accepted:
        smaller = f" {_smaller(report, finding)}"
    text = say.finding_text(finding)
    if finding.step == report.schedule.ending.number:
        text = text.replace(f"step {finding.step}:", "END:", 1)
    return f"{mark}{text}.{smaller}"


def _smaller(report: Report, finding: Finding) -> str:
    """How a flagged cut could be made smaller."""
    cut = next((cut for cut in report.smaller_cuts if cut.step == finding.step), None)
    if cut and cut.own:
        return "A smaller cut can be made from the products of this plan."
    if cut and cut.products:
        return f"A smaller cut is possible with {' or '.join(cut.products)} added."
    return "No marketed product here makes a smaller cut."


def staircase(report: Report) -> Staircase:
    """The dose at each step as a bar."""
    start = report.schedule.before_mean
    bars = [("now", 100, say.before_text(report))]
    for step in report.schedule.steps:
        label = say.full_date(step.start)
        bars.append((label, _hundredths(step.mean, start), say.total_text(step) if step.intakes else "STOP"))
    return Staircase(tuple(bars))


def _hundredths(mean: Fraction, start: Fraction) -> int:
    """A daily dose in hundredths of the starting dose, upwards, so that no dose above zero looks like none."""
    return int(-(-100 * mean // start))


def months(report: Report) -> Iterator[Month]:
    """Every month from the first cut to the ending, with the dose on each day of the plan."""
    schedule = report.schedule
    changes = {
        step.start for step in schedule.steps if step.mean != schedule.mean_before(step) or step.kind is StepKind.SWITCH
    }
    first = schedule.start.replace(day=1)
    while first <= schedule.ending.start:
        following = (first + timedelta(days=32)).replace(day=1)
        cells: list[tuple[str, str, bool] | None] = [None] * first.weekday()
        day = first
        # A dose that goes on is shown to the end of its month: an empty day would read as "take nothing".
        last = schedule.ending.start if schedule.ending.kind is StepKind.STOP else following
        while day < following:
            inside = schedule.start <= day <= last
            shown = _on_day(schedule, day) if inside else ""
            cells.append((str(day.day), shown, day in changes))
            day += timedelta(days=1)
        cells += [None] * (-len(cells) % 7)
        yield Month(say.month_name(first), tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
        first = following


def drawn_as(report: Report) -> Iterator[Para]:
    """What a picture of two drugs draws, since their mg do not add up."""
    if report.of_two_drugs:
        drug = report.schedule.drug
        yield Para(
            f"Drawn as {drug}: {report.schedule.drug_before} by what it was taken to be equal to. It is not the mg that is taken."
        )


def _on_day(schedule: Schedule, day: date) -> str:
    """A day of the calendar: its mg, or the number of the step where it takes two drugs, whose mg do not add up."""
    step = next(step for step in reversed(schedule.steps) if step.start <= day)
    if len(step.drugs) > 1:
        return f"step {step.number}"
    if step.kind is StepKind.STOP:
        return "STOP"
    dose = step.total_on(day)
    return dose.mg_text if dose else "none"


def _tiers(report: Report) -> Iterator[Block]:
    """The tiers of symptoms, the emergency first, and when to watch."""
    yield Heading("What you may feel, and what to do")
    yield from tiers(report)
    yield Para(watch_line(report))


def _advice(report: Report) -> Iterator[Block]:
    """Advice for the patient: what not to combine, driving, missed doses, what to do when it goes wrong."""
    yield Heading("For the patient")
    yield Items(patient_advice(report))


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
    yield Items(prompts(report), tick=True)
    yield Items(prescriber_advice(report))
    yield Para(
        "Prescriber ______________________  registration ______________  signature ______________________  date ____________"
    )


def prompts(report: Report) -> tuple[str, ...]:
    """What to ask before signing: facts not stated, and score lines that the plan relies on."""
    return (
        *(f"{rule.title}: NOT STATED" for rule in report.not_stated),
        *(
            f"this brand of {say.product_name(product, drug=report.of_two_drugs)} has a score line (the plan divides it)"
            for product in report.schedule.divided
        ),
    )


def _sources(report: Report, *, brief: bool) -> Iterator[Block]:
    """The documents behind the paper, each once with the places used."""
    yield Heading("Sources of the figures")
    yield Sources(documents(report.figure_citations))
    rest = documents(report.word_citations)
    if brief:
        yield Para(
            f"{len(rest)} more documents stand behind symptoms, advice and warnings: written in full with -o plan.md or -o plan.txt."
        )
    else:
        yield Heading("Sources of symptoms, advice and warnings")
        yield Sources(rest)
    review = report.drug.review
    yield Para(
        f"Data read {review.reviewed_on.isoformat()}, next review {review.review_due.isoformat()}: {review.reviewed_by}."
    )


def short_documents(cites: tuple[Citation, ...]) -> tuple[str, ...]:
    """Documents by title and year alone, each once; their places stand in the text and Markdown papers."""
    return tuple(dict.fromkeys(f"{cite.source.title} ({cite.source.year})" for cite in cites))


def documents(cites: tuple[Citation, ...]) -> tuple[str, ...]:
    """Citations by document: title, publisher, year, address, and the places that were used."""
    documents: dict[str, list[str]] = {}
    for cite in cites:
        source = cite.source
        trust = "" if cite.trust is Trust.PRIMARY else " [secondary]"
        documents.setdefault(f"{source.title}. {source.publisher}, {source.year}.{trust} {source.where}", []).append(
            cite.locator
        )
    return tuple(f"{name} ({'; '.join(dict.fromkeys(places))})" for name, places in documents.items())
