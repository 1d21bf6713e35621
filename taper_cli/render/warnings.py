"""The withdrawal warnings of a plan: symptoms in tiers, when to watch, advice for the patient; every paper says them alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum

from taper_cli.model.drug import Audience, Tier
from taper_cli.model.report import Report
from taper_cli.model.schedule import Step, StepKind
from taper_cli.render.blocks import TierBlock

_NO_NUMBER = "your local emergency number: ______"


class Moment(Enum):
    """What is special about a step, and asks for a word beside it."""

    FIRST = "the first cut"
    SWITCH = "a stage of a switch"
    SWITCHED = "the last stage of a switch"
    RAISED = "a dose that goes up again"
    LONGER = "a longer step"
    BIGGER = "a bigger drop"
    LOWER_THIRD = "a third of the starting dose"
    LAST = "the last dose"
    STOPPED = "after stopping"
    STAYING = "a dose that goes on"
    SPACED = "not every day"


def moments(report: Report, step: Step) -> Iterator[Moment]:
    """What is special about one step, in the order in which it is told."""
    schedule = report.schedule
    if step.kind is StepKind.SWITCH:
        yield Moment.SWITCH if report.schedule.drug_before in step.drugs else Moment.SWITCHED
    if step in [one for one in schedule.steps if one.kind is not StepKind.SWITCH][:1]:
        yield Moment.FIRST
    if step.mean > schedule.mean_before(step):
        yield Moment.RAISED
    if step.held or step.kind is StepKind.HOLD:
        yield Moment.LONGER
    if step.rhythm is not None:
        yield Moment.SPACED
    if step.kind is StepKind.MAINTAIN:
        yield Moment.STAYING
    if step.kind is StepKind.STOP:
        yield Moment.STOPPED
    elif any(finding.rule in report.guideline.limit_rules for finding in report.findings_of(step)):
        yield Moment.BIGGER
    elif step.kind is StepKind.REDUCE and _enters_lower_third(report, step):
        yield Moment.LOWER_THIRD
    if schedule.ending.kind is StepKind.STOP and step in schedule.dosing_steps[-1:]:
        yield Moment.LAST


def _enters_lower_third(report: Report, step: Step) -> bool:
    """Whether this step is the first at a third of the starting dose or less."""
    start = report.schedule.before_mean
    return step.mean * 3 <= start < report.schedule.mean_before(step) * 3


def first_words(report: Report, words: str, alcohol: str, driving: str) -> str:
    """What stands beside the first cut: the words, then those about alcohol and driving where the class warns of them."""
    topics = {advice.topic for _, held in report.facts for advice in held.advice if advice.audience is Audience.PATIENT}
    more = [text for topic, text in (("alcohol", alcohol), ("driving", driving)) if topic in topics]
    return ", ".join((words, *more))


def emergency_number(report: Report) -> str:
    """The region's emergency number; a blank to fill in where no region was stated, since a guessed one brings no help."""
    line = report.region.line("emergency")
    return line.number if line else _NO_NUMBER


def tiers(report: Report) -> Iterator[TierBlock]:
    """The tiers of symptoms, named in words, the emergency first."""
    signs = _signs(report, Tier.EMERGENCY)
    if report.indication:
        signs += [line.text for line in report.indication.of_kind("emergency")]
    yield TierBlock(
        "[!]", f"EMERGENCY: call {emergency_number(report)}", tuple(signs), "emergency", _crisis_lines(report)
    )
    yield TierBlock(
        "( ! )",
        "CALL THE SAME DAY, the out-of-hours service if the clinic is closed. Stay on the same dose",
        tuple(_signs(report, Tier.CALL, same_day=True)),
        "same-day",
    )
    yield TierBlock(
        "( ? )",
        "CALL WITHIN ONE WORKING DAY. Stay on the same dose until you speak to us",
        tuple(_signs(report, Tier.CALL, same_day=False)),
        "working-day",
    )
    yield TierBlock(
        "( )",
        "EXPECTED: keep to the plan",
        tuple(_signs(report, Tier.EXPECTED)),
        "expected",
    )


def _signs(report: Report, tier: Tier, *, same_day: bool | None = None) -> list[str]:
    """The symptoms of one tier, of both classes where the plan takes two, each once."""
    found = (
        symptom.words for _, held in report.facts for symptom in held.tier(tier) if same_day in (None, symptom.same_day)
    )
    return list(dict.fromkeys(found))


def _crisis_lines(report: Report) -> str:
    """Crisis lines, which belong beside thoughts of suicide and nowhere else."""
    lines = [f"{line.name}: {line.number}" for line in report.region.lines if line.purpose == "crisis"]
    return f"for thoughts of harming yourself also: {'; '.join(lines)}" if lines else ""


def watch_line(report: Report) -> str:
    """When to watch, in short sentences."""
    window = report.drug_class.window(report.drug.half_life)
    weeks = report.drug_class.after_last_dose_days // 7
    after = f", and for {weeks} weeks after the last dose" if report.schedule.ending.kind is StepKind.STOP else ""
    return f"{_switch_watch(report)}" + (
        f"Watch closely from day {window.first_day} to day {window.last_day} after each cut{after}. "
        "Signs can come on any day. A cut is not called tolerated before day 7."
    )


def _switch_watch(report: Report) -> str:
    """When to watch while two drugs are crossed; nothing where there is one."""
    if report.crossing is None:
        return ""
    windows = [
        f"{drug.name} day {held.window(drug.half_life).first_day} to {held.window(drug.half_life).last_day}"
        for drug, held in reversed(report.facts)
    ]
    return f"After each stage of the switch watch for both medicines: {', '.join(windows)}. "


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


def patient_advice(report: Report, *topics: str) -> tuple[str, ...]:
    """The lines of advice for the patient that hold for this plan; of some topics only, where any are named."""
    opioid = report.request.context_value("opioid") not in (None, "no")
    found = (
        advice.text
        for drug, held in report.facts
        for advice in held.advice
        if advice.audience is Audience.PATIENT
        and advice.holds_for(drug, report.region.market)
        and (advice.topic != "naloxone" or opioid)
        and (not topics or advice.topic in topics)
    )
    return tuple(dict.fromkeys(found))


def prescriber_advice(report: Report) -> tuple[str, ...]:
    """The lines for the prescriber: reviews, boxed warnings of the region, notes on the indication."""
    lines = [
        advice.text
        for drug, held in report.facts
        for advice in held.advice
        if advice.audience is Audience.PRESCRIBER and advice.holds_for(drug, report.region.market)
    ]
    if report.indication:
        lines += [line.text for line in report.indication.of_kind("note")]
    boxes = [
        f"The regulator warns: {box.text}"
        for _, held in report.facts
        for box in held.boxes
        if box.region == report.region.market
    ]
    return tuple(dict.fromkeys((*lines, *boxes)))
