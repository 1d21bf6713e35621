"""A stage of a switch explained: what goes over at which time of day, by whose ratio, and what the published ones make of it."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.dose import percent_text
from taper_cli.model.explained import StageExplained, StepExplained
from taper_cli.model.report import Report
from taper_cli.model.schedule import Slot
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Heading, Items, Para
from taper_cli.render.equivalents import choice_lines, spread


def switch_blocks(report: Report) -> Iterator[Block]:
    """What the switch of a plan was made by, once for the whole paper; nothing where it has none."""
    if report.crossing is not None:
        yield Heading(f"The switch from {report.crossing.drug.name} to {report.drug.name}")
        yield Items(choice_lines(report, report.crossing))


def stage_blocks(report: Report, one: StepExplained) -> Iterator[Block]:
    """What a stage moves, and how uncertain its total is; nothing for any other step."""
    stage = one.stage
    if stage is None:
        return
    yield Para(_moved(report, stage))
    if stage.range is not None:
        low, high = (percent_text(share) for share in (stage.range.least, stage.range.most))
        yield Para(
            f"By the typed ratio this counts for {one.level} of {report.drug.name} a day. By the published ones at either end it "
            f"would be {spread(stage.range.low, stage.range.high)}, that is {low}% to {high}% of what was taken before the switch."
        )


def _moved(report: Report, stage: StageExplained) -> str:
    """'Stage 1 of 2 changes one time of day, bedtime: from 1 mg to nothing of lorazepam, from nothing to 10 mg of diazepam.'"""
    where = "the usual time" if stage.slot is Slot.DAILY else say.slot_name(stage.slot, report.region)
    told = (
        f"from {before or 'nothing'} to {now or 'nothing'} of {drug}"
        for drug, (before, now) in zip(report.schedule.drugs, (stage.old, stage.new), strict=True)
    )
    return f"Stage {stage.place} of {stage.of} changes one time of day, {where}: {', '.join(told)}."


def taken_text(one: StepExplained) -> str:
    """What a step of two drugs takes: '1 mg of lorazepam and 10 mg of diazepam a day, which count for 20 mg'."""
    doses = " and ".join(f"{one.step.total_of(drug)} of {drug}" for drug in one.step.drugs)
    return f"{doses} a day, which count for {one.level}"
