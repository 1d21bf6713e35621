"""The drug-level picture: bands of predicted levels over the dose, with its limits beside it, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.dose import decimal_text
from taper_cli.model.level import LevelBand, Levels
from taper_cli.model.report import Report
from taper_cli.render import wording as say
from taper_cli.render.blocks import Heading, Items, Para, Sources
from taper_cli.render.sheet_blocks import LevelBands


def level_blocks(report: Report, levels: Levels) -> Iterator[Heading | Para | Items | Sources | LevelBands]:
    """The section on the prescriber's sheet."""
    yield Heading("Predicted drug level (a picture; it changes nothing in the plan)")
    if levels.cite is None:
        yield Para(f"No picture: no verified half-life in hours is held for {report.drug.name}.")
        return
    yield _bands(report, levels)
    yield Items(tuple(_limits(levels)))
    yield Sources((f"Half-lives: {levels.cite.short}",))


def _limits(levels: Levels) -> Iterator[str]:
    """What the picture is and what it is not."""
    yield (
        "Predicted, not measured: the mean of each day as percent of this person's own level before the first cut, "
        "which is taken to be steady. Thick line: the dose as percent of the starting dose."
    )
    hours = "; ".join(f"{band.name} {_hours(band)}" for band in levels.bands)
    yield f"Bands: the range over published half-lives ({hours}), not a confidence interval."
    yield (
        "Model: one compartment each, no saturation, no inhibition, each dose in the blood at once as no verified absorption time "
        "is held; intakes taken at 8, 12, 18 and 22 hours of the day. A real drug may fall in two phases."
    )
    yield "A level is not an effect and says nothing of the risk of withdrawal. Illness, age and other medicines move it."


def _hours(band: LevelBand) -> str:
    low, high = (decimal_text(hours) for hours in band.hours)
    return f"{low} hours" if low == high else f"{low} to {high} hours"


def _bands(report: Report, levels: Levels) -> LevelBands:
    """The picture's figures."""
    schedule = report.schedule
    days = [day for day, _, _ in levels.bands[0].days]
    start = schedule.before.total.ng
    ending = f"{say.ending_text(schedule.ending)} {say.day_month(schedule.ending.start)}"
    marks = ((days.index(schedule.start), say.day_month(schedule.start)), (days.index(schedule.ending.start), ending))
    return LevelBands(
        dose=tuple(int(1000 * schedule.mean_on(day)) // start for day in days),
        bands=tuple(
            (f"{band.name}, half-life {_hours(band)}", tuple((low, high) for _, low, high in band.days))
            for band in levels.bands
        ),
        marks=marks,
        words=_words(report, levels),
    )


def _words(report: Report, levels: Levels) -> str:
    """The same for those who cannot see the picture: the range on the last day of each step, and at the end of the watch."""
    told = [
        (step.last_day, f"on {say.full_date(step.last_day)}") for step in report.schedule.dosing_steps if step.last_day
    ]
    told.append((levels.bands[0].days[-1][0], f"on {say.full_date(levels.bands[0].days[-1][0])}"))
    parts = []
    for band in levels.bands:
        shares = {day: (low, high) for day, low, high in band.days}
        spans = "; ".join(f"{name} {_percent(*shares[day])}" for day, name in told if day in shares)
        parts.append(f"{band.name}: {spans}")
    return f"Predicted level as percent of the level before the first cut. {'. '.join(parts)}."


def _percent(low: int, high: int) -> str:
    tenths = [f"{share // 10}.{share % 10}".removesuffix(".0") for share in (low, high)]
    return f"{tenths[0]} to {tenths[1]} percent" if low != high else f"{tenths[0]} percent"
