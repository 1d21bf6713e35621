"""CSV by supply and by single intake: what the pharmacy hands out and when, and what is taken at each time of each day."""

from __future__ import annotations

from datetime import timedelta

from taper_cli.model.dose import decimal_text
from taper_cli.model.period import weekday
from taper_cli.model.product import Product
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot
from taper_cli.model.supply import Dispensing
from taper_cli.render import wording as say
from taper_cli.render.directions import label
from taper_cli.render.spreadsheet import SHARED, shared, truth, written

SUPPLY_COLUMNS = (
    *SHARED,
    "supply_no",
    "dispense_on",
    "closed_day_flag",
    "covers_from",
    "covers_to",
    "days_supply",
    "form",
    "strength_value",
    "strength_unit",
    "strength_per_value",
    "strength_per_unit",
    "needed_quantity",
    "carry_in",
    "dispense_quantity",
    "dispense_unit",
    "carry_out",
    "quantity_in_words",
    "sig_text",
    "sig_chars",
    "halves_rule",
    "runs_out_on",
)
INTAKE_COLUMNS = (
    *SHARED,
    "admin_id",
    "date",
    "weekday",
    "slot",
    "clock_time",
    "step_no",
    "form",
    "strength_value",
    "strength_unit",
    "strength_per_value",
    "strength_per_unit",
    "quantity_value",
    "quantity_unit",
    "dose_value",
    "dose_unit",
    "drug_code_system",
    "drug_code",
    "instruction_text",
    "event_status",
)


def supplies_csv(report: Report) -> str:
    """One row a supply and product."""
    rows = [
        [*shared(report, "taper.supply.v1", item.product.drug), *_supply(report, item)]
        for item in report.supply.dispensings
    ]
    return written(SUPPLY_COLUMNS, rows)


def intakes_csv(report: Report) -> str:
    """One row a day, slot and product, up to the ending."""
    rows = []
    bedtime = report.region.bedtime_word
    for step in report.schedule.dosing_steps:
        naming = say.naming_of(report, step)
        for offset in range(step.days or 0):
            day = step.start + timedelta(days=offset)
            lines = dict.fromkeys(Slot, 0)
            for intake in step.intakes_on(day):
                for portion in intake.portions:
                    lines[intake.slot] += 1
                    slot = "" if intake.slot is Slot.DAILY else intake.slot.value
                    text = f"Take {say.portion_at(portion, intake.slot, bedtime, naming=naming)}."
                    rows.append(
                        [
                            *shared(report, "taper.intake.v1", intake.drug),
                            f"{report.plan_id}-{(day - report.schedule.start).days + 1}-{intake.slot.value}-{lines[intake.slot]}",
                            day.isoformat(),
                            weekday(day),
                            slot,
                            "",
                            str(step.number),
                            *_product(portion.product),
                            portion.count_text,
                            _unit(portion.product),
                            portion.dose.mg_text,
                            "mg",
                            "",
                            "",
                            say.in_region(text, report.region),
                            "planned",
                        ]
                    )
    return written(INTAKE_COLUMNS, rows)


def _supply(report: Report, item: Dispensing) -> list[str]:
    """One supply of one product."""
    text = label(report, item)
    words = say.number_words(item.dispensed) if item.dispensed.denominator == 1 else ""
    return [
        str(item.number),
        item.start.isoformat(),
        truth(item.on_weekend),
        item.start.isoformat(),
        item.covers_to.isoformat(),
        str(item.days),
        *_product(item.product),
        decimal_text(item.needed),
        decimal_text(item.carry_in),
        decimal_text(item.dispensed),
        _unit(item.product),
        decimal_text(item.carry_out),
        words,
        text,
        str(len(text)),
        report.supply.rules.halves.value,
        item.last_day.isoformat(),
    ]


def _product(product: Product) -> list[str]:
    """Form and strength in columns: 2 mg in 1 tablet, 2 mg in 5 mL."""
    per = [decimal_text(product.volume.ml), "mL"] if product.volume else ["1", _unit(product)]
    return [product.form.value, product.strength.mg_text, "mg", *per]


def _unit(product: Product) -> str:
    """What one counts of a product."""
    return "mL" if product.form.liquid else say.piece_word(product.form)
