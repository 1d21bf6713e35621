"""The published schedule of two drugs as spreadsheets of several layouts, and our own files as they are described, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from reading_builders import sheet

from taper_cli.model.dose import NG_PER_MG, decimal_text, total
from taper_cli.model.period import weekday
from taper_cli.model.report import Report
from taper_cli.model.schedule import SLOTS_OF_DAY, Intake, Slot, Step

FIRST = date(2026, 12, 7)
TYPED = ("--equivalent", "lorazepam 1 mg = diazepam 10 mg")

# Scottish Government quality prescribing guide 2024-2027: lorazepam 2 mg a day through diazepam 20 mg a day, level by level from
# the starting dose: lorazepam in the morning and at night, diazepam in the morning and at night, in mg.
G01: tuple[tuple[int, int, int, int], ...] = (
    (1, 1, 0, 0),
    (1, 0, 0, 10),
    *((0, 0, morning, 10) for morning in range(10, -1, -1)),
    *((0, 0, 0, night) for night in range(9, -1, -1)),
)
ABOVE = [20, 21, 22]
"""The levels whose fall within 14 days is above 25% of what is taken then, the final stop included."""


def dates(gap: int, count: int) -> list[date]:
    """The first day of each level; the starting dose shares that of the first stage."""
    return [FIRST + timedelta(days=gap * max(place - 1, 0)) for place in range(count)]


def wide(levels: Sequence[tuple[object, ...]] = G01, gap: int = 14) -> str:
    """One row a level, with columns for each drug and time of day."""
    rows = (f"{day},{','.join(map(str, doses))}" for day, doses in zip(dates(gap, len(levels)), levels, strict=True))
    return sheet("date,lorazepam morning mg,lorazepam night mg,diazepam morning mg,diazepam night mg", *rows)


def wide_totals(gap: int = 14) -> str:
    """One row a level, with the day's total of each drug and what both count for; nothing is written where nothing is taken."""
    rows = (
        f"{day},{a + b or ''},{c + d or ('' if a + b else 0)},{10 * (a + b) + c + d}"
        for day, (a, b, c, d) in zip(dates(gap, len(G01)), G01, strict=True)
    )
    return sheet("Date,Lorazepam (mg),Diazepam (mg),Diazepam equivalent (mg)", *rows)


def long(gap: int = 14, *, ends: bool = True) -> str:
    """One row a level and drug; with `ends` a row of zeros tells the end of a drug."""
    rows, before = [], {"lorazepam"}
    for day, (a, b, c, d) in zip(dates(gap, len(G01)), G01, strict=True):
        taken = {"lorazepam": (a, b), "diazepam": (c, d)}
        now = {drug for drug, doses in taken.items() if any(doses)}
        told = now | (before if ends else set()) or {"diazepam"}
        rows += [f"{day},{drug},{taken[drug][0]},{taken[drug][1]}" for drug in taken if drug in told]
        before = now
    return sheet("date,drug,morning mg,night mg", *rows)


def totals_by_drug(gap: int = 14) -> str:
    """One row a level and drug with the day's total, by brand and in any order of rows."""
    rows = []
    for day, (a, b, c, d) in zip(dates(gap, len(G01)), G01, strict=True):
        rows += [f"{day},Valium,{c + d} mg"] if c + d or not a + b else []
        rows += [f"{day},Ativan,{a + b} mg"] if a + b else []
    return sheet("start,medicine,daily dose", *rows)


LAYOUTS = {"wide": wide, "wide by total": wide_totals, "long": long, "long by total": totals_by_drug}


def _exact(number: Fraction) -> str:
    return str(number) if (number * 10**9).denominator > 1 else decimal_text(number)


def _drugs(report: Report, step: Step) -> Iterator[tuple[str, tuple[Intake, ...]]]:
    """The rows of a step: each drug that it takes or that was taken until then; the STOP is of the new drug."""
    schedule = report.schedule
    for drug in schedule.drugs:
        intakes = tuple(one for one in step.intakes if one.drug == drug)
        if intakes or (drug == schedule.drug if not step.intakes else schedule.total_before(step, drug)):
            yield drug, intakes


def _doses(report: Report, intakes: Sequence[Intake]) -> dict[str, str]:
    """The slot columns and the total."""
    by_slot = {one.slot: one.dose.mg_text for one in intakes}
    slots = Slot.DAILY not in report.schedule.before.slots
    return {
        **{f"{slot.value}_mg": by_slot.get(slot, "0") if slots else "" for slot in SLOTS_OF_DAY},
        "total_mg": total([one.dose for one in intakes]).mg_text,
    }


def _worth(report: Report, drug: str, intakes: Sequence[Intake]) -> dict[str, str]:
    """The three columns at the end."""
    worth = report.schedule.worths[drug]
    counts = sum((one.dose.ng * worth for one in intakes), Fraction(0)) / NG_PER_MG
    return {"counts_as_mg": _exact(counts), "counts_in": report.schedule.drug, "worth": str(worth)}


def _amounts(intakes: Sequence[Intake]) -> str:
    """Each intake in products."""
    return "; ".join(
        f"{one.slot.value}: "
        + " and ".join(
            f"{part.count_text} {'mL' if part.product.form.liquid else part.product.form.value} of "
            + (part.product.name if part.product.form.liquid else str(part.product.strength))
            for part in one.portions
        )
        for one in intakes
    )


def step_rows(report: Report) -> list[dict[str, str]]:
    """Our file by step: one row for each step and drug."""
    schedule, rows = report.schedule, []
    for step in schedule.steps:
        for drug, intakes in _drugs(report, step):
            taken, before = total([one.dose for one in intakes]), schedule.total_before(step, drug)
            pieces = sum(
                (part.count for one in intakes for part in one.portions if not part.product.form.liquid), Fraction(0)
            )
            volume = sum(
                (part.count for one in intakes for part in one.portions if part.product.form.liquid), Fraction(0)
            )
            rows.append(
                {
                    **_head(report, "taper.step.v1", drug),
                    "step_no": str(step.number),
                    "step_type": step.kind.value,
                    "start_date": step.start.isoformat(),
                    "start_weekday": weekday(step.start),
                    "end_date": step.last_day.isoformat() if step.last_day else "",
                    "end_weekday": weekday(step.last_day) if step.last_day else "",
                    "days": str(step.days or ""),
                    **_doses(report, intakes),
                    "previous_total_mg": before.mg_text,
                    "reduction_mg": decimal_text(Fraction(max(before.ng - taken.ng, 0), NG_PER_MG)),
                    "products_text": _amounts(intakes),
                    "tablets_total": decimal_text(pieces * (step.days or 0)),
                    "volume_total_ml": decimal_text(volume * (step.days or 0)) if volume else "",
                    "flags": "held" if step.held else "",
                    "instruction_text": " and ".join(f"take ({one.dose})" for one in intakes),
                    **_worth(report, drug, intakes),
                }
            )
    return rows


def day_rows(report: Report) -> list[dict[str, str]]:
    """Our file by day: one row for each day and drug, with a column for each tablet of each drug."""
    schedule, rows, were = report.schedule, [], {report.schedule.drug_before: report.schedule.before.total.mg_text}
    solids = [product for product in schedule.products if not product.form.liquid]
    for step in schedule.steps:
        for offset in range(step.days or 1):
            day = step.start + timedelta(days=offset)
            for drug, intakes in _drugs(report, step):
                counts = {
                    f"{one.drug}_tabs_{one.strength.mg_text.replace('.', 'p')}mg": decimal_text(
                        sum(
                            (part.count for each in intakes for part in each.portions if part.product == one),
                            Fraction(0),
                        )
                    )
                    for one in solids
                }
                volume = sum(
                    (part.count for one in intakes for part in one.portions if part.product.form.liquid), Fraction(0)
                )
                doses = _doses(report, intakes)
                rows.append(
                    {
                        **_head(report, "taper.day.v1", drug),
                        "date": day.isoformat(),
                        "weekday": weekday(day),
                        "day_no": str((day - schedule.start).days + 1),
                        "step_no": str(step.number),
                        **doses,
                        "previous_total_mg": were.get(drug, "0"),
                        **counts,
                        "volume_ml": decimal_text(volume) if volume else "",
                        **_worth(report, drug, intakes),
                    }
                )
                were[drug] = doses["total_mg"]
    return rows


def _head(report: Report, schema: str, drug: str) -> dict[str, str]:
    return {
        "schema": schema,
        "plan_id": report.plan_id,
        "plan_version": "1",
        "replaces_version": "",
        "status": "draft",
        "generated_on": report.generated_on.isoformat(),
        "drug": drug,
        "route": "oral",
        "region": report.region.key,
    }
