"""What every paper of a plan says, as blocks in their order; a renderer decides only how they look."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.citation import Citation, Trust
from taper_cli.model.finding import Finding, Level
from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.supply import Halves
from taper_cli.render import wording as say
from taper_cli.render.blocks import (
    Block,
    Framed,
    Heading,
    Items,
    Notice,
    Para,
    Sources,
    reworded,
)
from taper_cli.render.findings import finding_text
from taper_cli.render.steps import apart_lines, drawn_as, marks_of, months, staircase, step_table
from taper_cli.render.warnings import patient_advice, prescriber_advice, tiers, watch_line


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
        f"{begins} {say.full_date(schedule.start)}; {say.ending_on(schedule.ending)}; "
        f"{say.days_text(schedule.days)}, {cuts} cut{'' if cuts == 1 else 's'}",
        f"Asked: {say.asked_text(request)}. Method: {report.method.objective_text}{curve}",
        f"{_largest_cut(report)}, declared exceptions and the final stop aside",
        "The whole plan takes "
        + (
            "; ".join(say.amount_text(product, amount, drug=two) for product, amount in schedule.amounts().items())
            or "only the dose that goes on"
        )
        + halves
        + "".join(f"; {line}" for line in apart_lines(report)),
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
        yield Items(tuple(finding_text(finding) for finding in infos))


def flag_line(report: Report, finding: Finding, marks: dict[str, str]) -> str:
    """A finding with its mark, and above a limit whether any product that is marketed would make a smaller cut."""
    mark = f"{marks[finding.rule]} " if finding.rule in marks else ""
    smaller = ""
    if finding.rule in report.guideline.limit_rules and not finding.accepted:
        smaller = f" {_smaller(report, finding)}"
    text = finding_text(finding)
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
        *(line for product in report.schedule.divided for line in _of_division(report, product)),
    )


def _of_division(report: Report, product: Product) -> Iterator[str]:
    """What to ask of a tablet that the plan divides; short, as lines of one length stand beside each other."""
    name = say.product_name(product, drug=report.of_two_drugs)
    yield f"this brand of {name} has a score line (the plan divides it)"
    if report.split_off_licence(product):
        yield f"dividing the {name} is not covered by its licence"


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
