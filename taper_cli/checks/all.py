"""The judge's whole list of checks on a schedule; add a check here and it runs on every plan."""

from __future__ import annotations

from taper_cli.checks.arithmetic import (
    DayOfProductsMakesTheTotal,
    PiecesMakeTheStep,
    PortionsMakeTheDose,
    SlotsMakeTheDay,
)
from taper_cli.checks.base import Check
from taper_cli.checks.crossover import NoEquivalentRise, OneSlotAStage, OneWay, SpreadOut, SwitchFinished
from taper_cli.checks.dates import (
    ChangeNotInThePast,
    EveryDayOnce,
    NoRowLost,
    NotInThePast,
    PositiveLength,
    WeekdaysMatch,
)
from taper_cli.checks.descent import FoundOtherwise, NoRise, NoSlotRise, NoStall, SpacedDays
from taper_cli.checks.endpoint import ExplicitEnd, LastDose
from taper_cli.checks.notation import DosesWellWritten
from taper_cli.checks.pace import LongEnough, UsualPace, WhatWasAsked, WithinTheCap, WithinTheDoseCaps
from taper_cli.checks.product import CanBeMade, KnownProducts, LegalDivision

ALL_CHECKS: tuple[Check, ...] = (
    PortionsMakeTheDose(),
    SlotsMakeTheDay(),
    DayOfProductsMakesTheTotal(),
    PiecesMakeTheStep(),
    KnownProducts(),
    CanBeMade(),
    LegalDivision(),
    EveryDayOnce(),
    NoRowLost(),
    PositiveLength(),
    WeekdaysMatch(),
    NotInThePast(),
    ChangeNotInThePast(),
    NoRise(),
    FoundOtherwise(),
    NoSlotRise(),
    NoStall(),
    SpacedDays(),
    OneSlotAStage(),
    OneWay(),
    NoEquivalentRise(),
    SpreadOut(),
    SwitchFinished(),
    WithinTheCap(),
    WithinTheDoseCaps(),
    LongEnough(),
    WhatWasAsked(),
    UsualPace(),
    ExplicitEnd(),
    LastDose(),
    DosesWellWritten(),
)
