"""CSV by step and by day: exact decimals, ISO dates, a draft status in every row, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from io import StringIO

from taper_cli.model.dose import NG_PER_MG, ZERO, Dose, decimal_text, percent_text, total
from taper_cli.model.finding import Level
from taper_cli.model.period import weekday
from taper_cli.model.product import Form, Product
from taper_cli.model.report import Report
from taper_cli.model.schedule import SLOTS_OF_DAY, Intake, Slot, Step, equivalents
from taper_cli.render import wording as say
from taper_cli.render.warnings import watch_window

SHARED = ("schema", "plan_id", "plan_version", "replaces_version", "status", "generated_on", "drug", "route", "region")
STEP_COLUMNS = (
    *SHARED,
    "step_no",
    "step_type",
    "start_date",
    "start_weekday",
    "end_date",
    "end_weekday",
    "days",
    "morning_mg",
    "noon_mg",
    "evening_mg",
    "bedtime_mg",
    "total_mg",
    "previous_total_mg",
    "reduction_mg",
    "reduction_pct_of_current",
    "reduction_pct_of_start",
    "cumulative_pct",
    "window_days",
    "reduction_pct_in_window",
    "products_text",
    "tablets_total",
    "volume_total_ml",
    "watch_from",
    "watch_to",
    "flags",
    "instruction_text",
)
DAY_COLUMNS = (
    *SHARED,
    "date",
    "weekday",
    "day_no",
    "step_no",
    "is_change_day",
    "in_watch_window",
    "morning_mg",
    "noon_mg",
    "evening_mg",
    "bedtime_mg",
    "total_mg",
    "previous_total_mg",
)
DAY_COLUMNS_AFTER = ("volume_ml", "supply_no", "tablets_left_end_of_day", "taken", "symptoms")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# Only where a schedule leaves days out: on which days, and what the days between take.
SPACED_COLUMNS = ("days_taken", "days_between_mg", "days_between_products_text")
# Only where a schedule has two drugs: what the row's drug counts for, in which one, and one mg of it.
WORTH_COLUMNS = ("counts_as_mg", "counts_in", "worth")


def steps_csv(report: Report) -> str:
    """One row a step and drug, and the row of the ending."""
    spaced = any(step.rhythm for step in report.schedule.steps)
    rows = [
        [
            *shared(report, "taper.step.v1", drug),
            *_step(report, step, drug),
            *(_spaced(step) if spaced else []),
            *_worth(report, taken_of(step.intakes, drug), drug),
        ]
        for step in report.schedule.steps
        for drug in drugs_told(report, step)
    ]
    return written((*STEP_COLUMNS, *(SPACED_COLUMNS if spaced else ()), *_worth_columns(report)), rows)


def drugs_told(report: Report, step: Step) -> tuple[str, ...]:
    """The drugs that have a row for a step: those it takes, and one that it takes no more, so that its end is told."""
    schedule = report.schedule
    return tuple(
        drug
        for drug in schedule.drugs
        if drug in step.drugs or (drug == schedule.drug if not step.intakes else schedule.total_before(step, drug))
    )


def taken_of(intakes: Sequence[Intake], drug: str) -> tuple[Intake, ...]:
    """The intakes of one drug."""
    return tuple(intake for intake in intakes if intake.drug == drug)


def _worth_columns(report: Report) -> tuple[str, ...]:
    return WORTH_COLUMNS if report.of_two_drugs else ()


def _worth(report: Report, intakes: Sequence[Intake], drug: str) -> list[str]:
    """What a day of one drug counts for, in exact figures; nothing where the plan has one drug."""
    if not report.of_two_drugs:
        return []
    counts = equivalents(tuple(intakes)) / NG_PER_MG
    return [
        str(counts) if _endless(counts) else decimal_text(counts),
        report.schedule.drug,
        str(report.schedule.worths[drug]),
    ]


def _endless(value: Fraction) -> bool:
    """Whether a number has no exact decimal of nine places."""
    return bool((value * 10**9).denominator > 1)


def _spaced(step: Step) -> list[str]:
    """The rhythm of a step, and what the days between take; empty for every day."""
    if step.rhythm is None:
        return [""] * len(SPACED_COLUMNS)
    return [step.rhythm.key, total([intake.dose for intake in step.others]).mg_text, _products_text(step.others)]


def days_csv(report: Report) -> str:
    """One row a day from the first cut to the last dose, and one for the ending."""
    products = _solids(report)
    columns_of = {product: count_column(product, drug=report.of_two_drugs) for product in products}
    spaced = any(step.rhythm for step in report.schedule.steps)
    extra = SPACED_COLUMNS[:1] if spaced else ()
    columns = (*DAY_COLUMNS, *columns_of.values(), *DAY_COLUMNS_AFTER, *extra, *_worth_columns(report))
    windows = [window for step in report.schedule.steps if (window := watch_window(report, step))]
    rows = []
    supplies = {drug: dict(_supplies(report, drug)) for drug in report.schedule.drugs}
    for step in report.schedule.steps:
        rhythm = [step.rhythm.key if step.rhythm else ""] * len(extra)
        for day, drug in ((day, drug) for day in _days(step) for drug in drugs_told(report, step)):
            intakes = taken_of(step.intakes_on(day), drug)
            rows.append(
                [
                    *shared(report, "taper.day.v1", drug),
                    *_day(report, step, (day, drug), any(first <= day <= last for first, last in windows)),
                    *_counts(intakes, products),
                    *supplies[drug].get(day, ["", ""]),
                    "",
                    "",
                    *rhythm,
                    *_worth(report, intakes, drug),
                ]
            )
    return written(columns, rows)


def _days(step: Step) -> list[date]:
    """The days of a step; of the ending its first."""
    return [step.start + timedelta(days=offset) for offset in range(step.days or 1)]


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV text."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return stream.getvalue()


def line_of(cells: Sequence[str]) -> str:
    """One line of a table as CSV text."""
    stream = StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerow(map(neutral, cells))
    return stream.getvalue()


def sentences(table: str) -> Iterator[str]:
    """The cells written for people, each once: not `products_text`, whose decimals and strengths are for machines."""
    rows = csv.DictReader(StringIO(table, newline=""))
    columns = [name for name in rows.fieldnames or () if name.endswith("_text") and name != "products_text"]
    yield from dict.fromkeys(row[column] for row in rows for column in columns)


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading quote mark makes it text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def shared(report: Report, schema: str, drug: str) -> list[str]:
    """The first nine columns, the same in every file; the drug is that of the row."""
    return [
        schema,
        report.plan_id,
        str(report.version),
        str(report.version - 1) if report.version > 1 else "",
        "draft",
        report.generated_on.isoformat(),
        drug,
        "oral",
        report.region.key,
    ]


def _slots(report: Report, intakes: Sequence[Intake]) -> list[str]:
    """The dose of each slot; empty where the dose has no slots."""
    if Slot.DAILY in report.schedule.before.slots:
        return [""] * len(SLOTS_OF_DAY)
    doses = {intake.slot: intake.dose for intake in intakes}
    return [doses.get(slot, ZERO).mg_text for slot in SLOTS_OF_DAY]


def _step(report: Report, step: Step, drug: str) -> list[str]:
    schedule = report.schedule
    before, intakes = schedule.total_before(step, drug), taken_of(step.intakes, drug)
    taken = total([intake.dose for intake in intakes])
    window = watch_window(report, step)
    return [
        str(step.number),
        step.kind.value,
        step.start.isoformat(),
        weekday(step.start),
        step.last_day.isoformat() if step.last_day else "",
        weekday(step.last_day) if step.last_day else "",
        str(step.days or ""),
        *_slots(report, intakes),
        taken.mg_text,
        before.mg_text,
        Dose(max(before.ng - taken.ng, 0)).mg_text,
        percent_text(schedule.reduction(step)),
        percent_text(schedule.cut_of_start(step)),
        percent_text(schedule.cut_so_far(step)),
        *_window(report, step),
        _products_text(intakes),
        *_amounts(step, drug),
        window[0].isoformat() if window else "",
        window[1].isoformat() if window else "",
        ";".join(_flags(report, step)),
        say.in_region(_instruction(report, step, drug), report.region),
    ]


def _flags(report: Report, step: Step) -> Iterable[str]:
    """The rules that flag a step; on the first one those of the whole plan as well, such as a gate that was lifted by name."""
    first = step.number == report.schedule.steps[0].number
    whole = (one.rule for one in report.findings if first and one.step is None and one.level is not Level.INFO)
    return dict.fromkeys((*whole, *report.flags_of(step)))


def _instruction(report: Report, step: Step, drug: str) -> str:
    """What to take of one drug in a step, as a sentence."""
    intakes = taken_of(step.intakes, drug)
    if step.intakes and not intakes:
        return f"STOP {drug}. Take no more {drug}."
    if len(step.drugs) > 1:
        step = replace(step, intakes=intakes)
    return say.instruction(step, say.stopped(report), naming=say.naming_of(report, step))


def _window(report: Report, step: Step) -> list[str]:
    """The limiting guideline's window, and the cut within it."""
    days = report.guideline.window_days(report.drug.name)
    if days is None:
        return ["", ""]
    base = max(report.schedule.highest_within(step.start, days), step.mean)
    return [str(days), percent_text((base - step.mean) / base)]


def _products_text(intakes: Sequence[Intake]) -> str:
    """Each intake in products with decimal counts: 'morning: 1.5 tablets of 2 mg; bedtime: 3 tablets of 2 mg'."""
    parts = []
    for intake in intakes:
        amounts = []
        for portion in intake.portions:
            if portion.product.form.liquid:
                amounts.append(f"{portion.count_text} mL of {portion.product.name}")
            else:
                plural = "" if portion.count == 1 else "s"
                amounts.append(
                    f"{portion.count_text} {say.piece_word(portion.product.form)}{plural} of {portion.product.strength}"
                )
        name = "daily" if intake.slot is Slot.DAILY else intake.slot.value
        parts.append(f"{name}: {' and '.join(amounts)}")
    return "; ".join(parts)


def _amounts(step: Step, drug: str) -> list[str]:
    """Tablets (and capsules) and mL of a drug for the whole step; empty for an open-ended one, and for a kind that is not taken."""
    if step.days is None:
        return ["", ""] if step.intakes else ["0", ""]
    pieces, volume = Fraction(0), Fraction(0)
    for first, after, intakes in step.stretches():
        for portion in (portion for intake in taken_of(intakes, drug) for portion in intake.portions):
            taken = portion.count * (after - first).days
            if portion.product.form.liquid:
                volume += taken
            else:
                pieces += taken
    return [decimal_text(pieces), decimal_text(volume) if volume else ""]


def _solids(report: Report) -> list[Product]:
    """Every tablet or capsule that the schedule uses, in their fixed order."""
    return [product for product in report.schedule.products if not product.form.liquid]


# What the day file's columns call each solid form.
COUNTED = {
    Form.TABLET: "tabs",
    Form.CAPSULE: "caps",
    Form.ORODISPERSIBLE: "odt",
    Form.SOLUBLE: "soltabs",
    Form.DISPERSIBLE: "distabs",
    Form.GASTRO_RESISTANT: "grtabs",
    Form.GASTRO_RESISTANT_CAPSULE: "grcaps",
    Form.MODIFIED_RELEASE: "mrtabs",
    Form.MODIFIED_RELEASE_CAPSULE: "mrcaps",
}


def count_column(product: Product, *, drug: bool) -> str:
    """The day file's column for one strength: tabs_2mg, tabs_0p5mg, caps_10mg; with its drug lorazepam_tabs_1mg."""
    whose = f"{product.drug}_" if drug else ""
    return f"{whose}{COUNTED[product.form]}_{product.strength.mg_text.replace('.', 'p')}mg"


def _day(report: Report, step: Step, row: tuple[date, str], watched: bool) -> list[str]:
    """One day of one drug."""
    schedule, (day, drug) = report.schedule, row
    previous = schedule.total_on(day - timedelta(days=1), drug)
    intakes = taken_of(step.intakes_on(day), drug)
    taken = total([intake.dose for intake in intakes])
    return [
        day.isoformat(),
        weekday(day),
        str((day - schedule.start).days + 1),
        str(step.number),
        truth(taken != previous),
        truth(watched),
        *_slots(report, intakes),
        taken.mg_text,
        previous.mg_text,
    ]


def _counts(intakes: Sequence[Intake], products: Sequence[Product]) -> list[str]:
    """Tablets of each strength and mL on one day."""
    taken: dict[Product, Fraction] = {}
    volume = Fraction(0)
    for intake in intakes:
        for portion in intake.portions:
            if portion.product.form.liquid:
                volume += portion.count
            else:
                taken[portion.product] = taken.get(portion.product, Fraction(0)) + portion.count
    counts = [decimal_text(taken.get(product, Fraction(0))) for product in products]
    return [*counts, decimal_text(volume) if volume else ""]


def _supplies(report: Report, drug: str) -> Iterator[tuple[date, list[str]]]:
    """For each day the number of the supply in use, and the tablets left at its end; a liquid has no tablets left."""
    held = [item.product for item in report.supply.dispensings if item.product.drug == drug]
    solid = any(not product.form.liquid for product in held)
    for offset, told in enumerate(report.supply.each_day(report.schedule, drug)):
        if told is not None:
            number, left = told
            yield report.schedule.start + timedelta(days=offset), [str(number), decimal_text(left) if solid else ""]


def truth(value: bool) -> str:
    return "true" if value else "false"
