"""What guidelines say of one drug in words: limits, usual ranges, bands, ladders with the command that plans each, dependence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from taper_cli.model.catalogue import Dossier
from taper_cli.model.citation import Citation
from taper_cli.model.dose import percent_text
from taper_cli.model.exposure import DependenceMatrix, ShortCourse
from taper_cli.model.guideline import Band, Bands, Guideline, Rung
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Heading, Items, Para

Told = Callable[[Citation], str]


def limit_rows(held: Dossier) -> tuple[tuple[str, ...], ...]:
    """Region, guideline and limit, a row a region."""
    return tuple(
        (binding.region, f"{binding.guideline.title} ({binding.guideline.key})", law_text(binding.guideline, held))
        for binding in held.bindings
    )


def law_text(guideline: Guideline, held: Dossier) -> str:
    """A guideline's limit on cuts of the drug, in words."""
    return guideline.law(held.drug.name) or "states no limit on a cut"


def guideline_blocks(held: Dossier, told: Told) -> Iterator[Block]:
    """Every guideline that speaks of the drug, each figure with its source."""
    yield Heading("Guidelines that apply (--guideline KEY makes another's limit bind; the rest are compared by name)")
    bound = {binding.guideline.key for binding in held.bindings}
    for guideline in held.guidelines:
        figures = tuple(f"{words}: {told(cite)}" for words, cite in _figures(guideline, held.drug.name))
        if figures:
            binds = "; binds by default" if guideline.key in bound else ""
            yield Heading(f"{guideline.title} (key {guideline.key}{binds})", 3)
            yield Items(figures)


def _figures(guideline: Guideline, drug: str) -> Iterator[tuple[str, Citation]]:
    """Each figure of a guideline for a drug in words, with its citation."""
    cap, usual = guideline.cap, guideline.usual
    if cap:
        yield (
            f"Limit: {percent_text(cap.share)}% of the {cap.basis_words} dose in {say.days_text(cap.window_days)}",
            cap.cite,
        )
    for dose_cap in guideline.caps_in_mg(drug):
        yield f"Limit: {dose_cap.law}", dose_cap.cite
    time = guideline.shortest_time(drug)
    if time:
        yield f"Shortest whole time: {say.days_text(time.days)}", time.cite
    if guideline.hold:
        yield f"At least {say.days_text(guideline.hold.days)} between two cuts", guideline.hold.cite
    if usual:
        yield (
            f"Usual: cuts of {span_text(percent_text(usual.share_low), percent_text(usual.share_high))}% every "
            f"{span_text(usual.interval_low_days, usual.interval_high_days)} days",
            usual.cite,
        )
    for bands in guideline.bands:
        if drug in bands.drugs:
            yield f"Banded steps (--shape bands): {_bands(bands)}", bands.cite
    for end in guideline.end_rules:
        if end.drug == drug:
            yield f"Last dose of its own schedule: at most {end.dose}", end.cite
    for total in guideline.total_times:
        if total.drug == drug:
            yield f"From {total.start} in {span_text(total.weeks_low, total.weeks_high)} weeks", total.cite


def span_text(low: object, high: object) -> str:
    """'5 to 10', or '5'."""
    return str(low) if low == high else f"{low} to {high}"


def _bands(bands: Bands) -> str:
    """The bands from the highest down, and how often a step is made."""
    every = f"every {span_text(bands.interval_low_days, bands.interval_high_days)} days"
    return "; ".join(map(_band, bands.bands)) + f"; {every}"


def _band(band: Band) -> str:
    """One band: its doses and its step, and its own interval where it has one."""
    own = f" every {say.days_text(band.interval_low_days)} or more" if band.interval_low_days else ""
    below = f"above {band.floor} and " if band.floor else ""
    return f"{below}up to {band.ceiling}: {span_text(band.step_low, band.step_high)} less{own}"


def ladder_blocks(held: Dossier, told: Told) -> Iterator[Block]:
    """Published schedules with their rungs and days, and the command that plans each."""
    if held.ladders:
        yield Heading("Published schedules, planned by name")
    for use in held.ladders:
        ladder = use.ladder
        ending = "then STOP" if ladder.stops else "where it stays"
        yield Heading(f"{ladder.title} (key {ladder.key})", 3)
        yield Items(
            (
                f"{'; '.join(map(_rung, ladder.rungs))}; {ending}: {told(ladder.cite)}",
                f"Of: {use.guideline.title}",
            )
        )
        yield Para(
            "To plan it from its first dose:" if use.command else "No product that is held here makes every dose of it."
        )
        if use.command:
            # On a line of its own, so that it can be copied.
            yield Para(use.command)


def _rung(rung: Rung) -> str:
    """'40 mg for 7 to 14 days', and on which days where it is not every day."""
    length = f"for {span_text(rung.days_low, rung.days_high)} days"
    if rung.rhythm is None:
        return f"{rung.dose} {length}"
    return (
        f"{rung.dose} {rung.rhythm.words} and {rung.between if rung.between else 'none'} on the days between, {length}"
    )


def dependence_text(known: DependenceMatrix | ShortCourse, drug: str) -> str:
    """What is known of dependence, in words."""
    if isinstance(known, ShortCourse):
        return f"Used for under {known.days} days: {known.text}"
    low = next((one.dose for one in known.low_doses if one.drug == drug), None)
    low_text = f"{low} a day" if low else f"what equals diazepam {known.low_diazepam} a day"
    return (
        f"Rare with use on {known.rare_days_a_week} days a week or fewer; lower risk under {known.short_use_days} days of use, or "
        f"under {known.long_use_days} days at a low dose (at most {low_text}); otherwise likely"
    )
