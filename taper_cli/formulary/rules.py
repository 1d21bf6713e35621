"""Guideline, context and region files made into values."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from taper_cli.formulary import rows
from taper_cli.formulary.datafile import DataFile, dose_above_zero
from taper_cli.model.dose import ZERO, Dose, parse_number
from taper_cli.model.drug import RefusedDrug
from taper_cli.model.errors import WrongValue
from taper_cli.model.exposure import DependenceMatrix, LowDose, ShortCourse
from taper_cli.model.guideline import (
    Band,
    Bands,
    Basis,
    ContextRule,
    CrisisLine,
    DoseCap,
    EndRule,
    Guideline,
    Ladder,
    MinimumHold,
    MinimumTime,
    Notation,
    PaceCap,
    Region,
    RuleHint,
    Rung,
    TotalTime,
    UsualRange,
)
from taper_cli.model.period import Rhythm


def _share(text: str) -> Fraction:
    """A percentage as an exact share."""
    return parse_number(text, "percent", "25") / 100


def read_guideline(path: Path) -> Guideline:
    """Read one guideline file.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.guideline.v1")
    key, title = file.text("key"), file.text("title")
    classes, drugs = file.texts("classes"), file.texts("drugs")
    if key != path.stem:
        # Its limits are accepted, and told from those of others, by this key.
        file.faults.append(f"key: expected {path.stem!r}, the name of the file")
    cap = file.one("cap", rows.CapRow, lambda row: _cap(file, row))
    usual = file.one("usual", rows.UsualRow, lambda row: _usual(file, row))
    bands: tuple[Bands, ...] = file.many("bands", rows.BandsRow, lambda row: _bands(file, row))
    dose_caps: tuple[DoseCap, ...] = file.many("dose_cap", rows.DoseCapRow, lambda row: _dose_cap(file, row))
    hold = file.one("hold", rows.HoldRow, lambda row: MinimumHold(row.days, file.cite(row.cite)))
    total_times = file.many("total_time", rows.TotalTimeRow, lambda row: _total_time(file, row))
    end_rules: tuple[EndRule, ...] = file.many(
        "end_rule", rows.EndRuleRow, lambda row: EndRule(row.drug, dose_above_zero(row.dose), file.cite(row.cite))
    )
    min_times: tuple[MinimumTime, ...] = file.many(
        "min_total", rows.MinimumTimeRow, lambda row: MinimumTime(row.drug, row.days, file.cite(row.cite))
    )
    ladders: tuple[Ladder, ...] = file.many("ladder", rows.LadderRow, lambda row: _ladder(file, row))
    file.need_one_of(
        {"cap": cap, "bands": bands, "dose_cap": dose_caps, "min_total": min_times, "ladder": ladders, "hold": hold}
    )
    file.close()
    return Guideline(
        key=key,
        title=title,
        classes=classes,
        cap=cap,
        usual=usual,
        bands=bands,
        review=file.review,
        dose_caps=dose_caps,
        hold=hold,
        total_times=total_times,
        end_rules=end_rules,
        drugs=drugs,
        min_times=min_times,
        ladders=ladders,
    )


def _cap(file: DataFile, row: rows.CapRow) -> PaceCap:
    turns = row.current_below_percent_of_start
    return PaceCap(
        share=_share(row.percent),
        window_days=row.window_days,
        basis=Basis(row.basis),
        cite=file.cite(row.cite),
        current_below=_share(turns) if turns else None,
    )


def _usual(file: DataFile, row: rows.UsualRow) -> UsualRange:
    return UsualRange(
        share_low=_share(row.percent[0]),
        share_high=_share(row.percent[1]),
        interval_low_days=row.interval_days[0],
        interval_high_days=row.interval_days[1],
        cite=file.cite(row.cite),
    )


def _dose_cap(file: DataFile, row: rows.DoseCapRow) -> DoseCap:
    return DoseCap(
        drug=row.drug,
        dose=dose_above_zero(row.dose),
        window_days=row.window_days,
        up_to=dose_above_zero(row.up_to) if row.up_to else None,
        cite=file.cite(row.cite),
    )


def _ladder(file: DataFile, row: rows.LadderRow) -> Ladder:
    rungs = tuple(map(_rung, row.steps))
    if any(rung.days_low > rung.days_high for rung in rungs):
        raise WrongValue("a range of days is upside down")
    if any(later.mean >= earlier.mean for earlier, later in pairwise(rungs)) or not rungs[-1].dose:
        raise WrongValue("the rungs of a ladder fall, and the last one is above zero")
    if row.ending == "maintain" and rungs[-1].rhythm is not None:
        # A plan stays on a dose of every day: without its days left out it would stay on more.
        raise WrongValue("a ladder that stays ends on a dose of every day")
    return Ladder(row.key, row.title, tuple(row.drugs), row.ending == "stop", rungs, file.cite(row.cite))


def _rung(row: rows.RungRow) -> Rung:
    if row.alternate is not None and row.weekdays is not None:
        raise WrongValue("a rung has an alternate dose or weekdays, not both")
    rhythm = Rhythm() if row.alternate is not None else Rhythm.of_key(" ".join(row.weekdays)) if row.weekdays else None
    between = Dose.parse(row.alternate) if row.alternate else ZERO
    if rhythm is not None and between >= Dose.parse(row.dose):
        raise WrongValue("the alternate dose is the smaller one")
    return Rung(Dose.parse(row.dose), *row.days, rhythm, between)


def _total_time(file: DataFile, row: rows.TotalTimeRow) -> TotalTime:
    low, high = row.weeks
    if low > high:
        raise WrongValue("the range of weeks is upside down")
    return TotalTime(row.drug, dose_above_zero(row.start), low, high, file.cite(row.cite))


def _bands(file: DataFile, row: rows.BandsRow) -> Bands:
    if row.interval_days[0] > row.interval_days[1]:
        raise WrongValue("the interval is upside down")
    return Bands(
        drugs=tuple(row.drugs),
        bands=tuple(
            Band(
                ceiling=Dose.parse(step.up_to),
                floor=Dose.parse(step.above),
                step_low=Dose.parse(step.least),
                step_high=Dose.parse(step.most),
                interval_low_days=step.interval_days[0] if step.interval_days else None,
            )
            for step in row.steps
        ),
        interval_low_days=row.interval_days[0],
        interval_high_days=row.interval_days[1],
        cite=file.cite(row.cite),
    )


def read_contexts(path: Path) -> tuple[ContextRule, ...]:
    """Read the file of contexts.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.contexts.v1")
    contexts: tuple[ContextRule, ...] = file.many(
        "context",
        rows.ContextRow,
        lambda row: ContextRule(
            key=row.key,
            aliases=tuple(row.aliases),
            title=row.title,
            gate=row.gate,
            ask=row.ask,
            text=row.text,
            service=row.service,
            cite=file.cite(row.cite),
            no_switch_to=tuple(row.no_switch_to),
        ),
    )
    names = [name for context in contexts for name in (context.key, *context.aliases)]
    if len(set(names)) != len(names):
        file.faults.append("context: a key or alias stands twice")
    file.close()
    return contexts


def read_dependence(path: Path) -> tuple[DependenceMatrix | ShortCourse, ...]:
    """Read what is known of dependence, class by class.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.dependence.v1")
    matrices: tuple[DependenceMatrix, ...] = file.many(
        "matrix",
        rows.MatrixRow,
        lambda row: _matrix(file, row),
    )
    short: tuple[ShortCourse, ...] = file.many(
        "short_course",
        rows.ShortCourseRow,
        lambda row: ShortCourse(tuple(row.classes), row.days, row.text, file.cite(row.cite)),
    )
    file.need(matrices, "matrix")
    names = [
        name for classes in (*(one.classes for one in matrices), *(one.classes for one in short)) for name in classes
    ]
    if len(set(names)) != len(names):
        file.faults.append("classes: a class stands twice")
    file.close()
    return (*matrices, *short)


def _matrix(file: DataFile, row: rows.MatrixRow) -> DependenceMatrix:
    if row.short_use_days >= row.long_use_days:
        raise WrongValue("short_use_days is not below long_use_days")
    return DependenceMatrix(
        classes=tuple(row.classes),
        rare_days_a_week=row.rare_days_a_week,
        short_use_days=row.short_use_days,
        long_use_days=row.long_use_days,
        low_doses=tuple(LowDose(low.drug, dose_above_zero(low.dose)) for low in row.low_doses),
        low_diazepam=dose_above_zero(row.low_diazepam),
        cite=file.cite(row.cite),
    )


def read_refused(path: Path) -> tuple[RefusedDrug, ...]:
    """Read the file of medicines that are refused by name.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.refused.v1")
    refused: tuple[RefusedDrug, ...] = file.many(
        "refused",
        rows.RefusedRow,
        lambda row: RefusedDrug(
            names=tuple(row.names), reason=row.reason, service=row.service, cite=file.cite(row.cite)
        ),
    )
    names = [name for one in refused for name in one.names]
    if len(set(names)) != len(names):
        file.faults.append("refused: a name stands twice")
    if any(name != name.lower() for name in names):
        file.faults.append("refused: names are written in small letters")
    file.close()
    return refused


def read_region(path: Path) -> Region:
    """Read one region file.

    Raises:
        DataFault: with every fault of the file.
    """
    file = DataFile(path, "taper.region.v1")
    values = {name: file.text(name) for name in ("key", "title", "bedtime_word")}
    if values["key"] != path.stem:
        file.faults.append(f"key: expected {path.stem!r}, the name of the file")
    notation = file.word("notation", tuple(member.value for member in Notation))
    market = file.optional_text("market")
    lines: tuple[CrisisLine, ...] = file.many(
        "line",
        rows.CallRow,
        lambda row: CrisisLine(purpose=row.purpose, name=row.name, number=row.number, cite=file.cite(row.cite)),
    )
    hints: tuple[RuleHint, ...] = file.many(
        "hint",
        rows.HintRow,
        lambda row: RuleHint(topic=row.topic, drugs=tuple(row.drugs), text=row.text, cite=file.cite(row.cite)),
    )
    file.close()
    return Region(market=market, lines=lines, review=file.review, notation=Notation(notation), hints=hints, **values)
