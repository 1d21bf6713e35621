"""What the judge says of a spoiled paper, whole: rule, level, step, the doses and days in the sentence, and what to change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from checks_builders import (
    CAP_RULE,
    CITE,
    DAY,
    FIVE,
    HALF,
    SOLUTION,
    START,
    TWO,
    Taken,
    case,
    fortnights,
    gentle,
    intake,
    mg,
    morning_and_bedtime,
    spoiled,
    tablet,
    without,
)

from taper_cli.checks.arithmetic import (
    DayOfProductsMakesTheTotal,
    PiecesMakeTheStep,
    PortionsMakeTheDose,
    SlotsMakeTheDay,
)
from taper_cli.checks.base import Check
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
from taper_cli.checks.pace import (
    LongEnough,
    UsualPace,
    WhatWasAsked,
    WithinTheCap,
    WithinTheDoseCaps,
    largest_cut,
)
from taper_cli.checks.product import CanBeMade, KnownProducts, LegalDivision
from taper_cli.model.dose import Dose
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import Basis, DoseCap, MinimumTime, PaceCap, UsualRange
from taper_cli.model.period import Rhythm
from taper_cli.model.request import AtPace
from taper_cli.model.schedule import Slot
from taper_cli.model.transcript import Event, EventKind, StatedIntake, StatedPortion, Transcript


def fourth(**changes: Any) -> Transcript:
    """The good plan, 8.5 mg from 13 to 26 April on its fourth row, with that row changed."""
    return spoiled(gentle(), 4, **changes)


def takes(taken: Taken) -> Transcript:
    """The good plan with other products on its fourth row."""
    return fourth(intakes=(intake(mg("8.5"), taken),))


def counted(count: Fraction) -> tuple[StatedPortion, ...]:
    """So many 2 mg tablets for a whole day."""
    return (StatedPortion(product=TWO, count=count),)


def with_event(paper: Transcript, day: int, dose: int, kind: EventKind = EventKind.FOUND) -> Transcript:
    """A paper in which the dose of a day was no cut of the plan."""
    return replace(paper, events=(Event(START + timedelta(days=day), kind, mg(dose)),))


def spaced(paper: Transcript, *numbers: int) -> Transcript:
    """A paper whose rows of these numbers are for every other day."""
    for number in numbers:
        paper = spoiled(paper, number, rhythm=Rhythm())
    return paper


TWICE = (intake(mg(4), {TWO: 2}, Slot.MORNING), intake(mg(4), {TWO: 2}, Slot.MORNING))
HALVES_TWICE = (StatedIntake(slot=Slot.DAILY, dose=mg(2), portions=(StatedPortion(product=TWO, count=HALF),) * 2),)
MORE_AT_MORNING = (intake(mg(5), {FIVE: 1}, Slot.MORNING), intake(mg(3), {TWO: 1 + HALF}, Slot.BEDTIME))
IN_MG = (("pace.mg", DoseCap(drug="diazepam", dose=mg(5), window_days=14, up_to=None, cite=CITE)),)
USUAL = UsualRange(
    share_low=Fraction(5, 100), share_high=Fraction(10, 100), interval_low_days=14, interval_high_days=28, cite=CITE
)


def at_least(days: int) -> tuple[str, MinimumTime]:
    """The fewest days that a guideline asks for."""
    return ("pace.time", MinimumTime(drug="diazepam", days=days, cite=CITE))


CUT = "of the current dose within 14 days, above the limit of 25%"
SHORT = {"short_use": "taken for 10 days"}
NO_SMALLER = "no smaller cut can be made from these products"
WAIT = "a smaller cut needs another product or a later date"
ASKED = "and no makeable dose is nearer"
NOT_AT_HAND = "REFUSE product.unknown 4: diazepam 4 mg tablet is not among the products at hand"

# The check | the paper | the law, where it is not the usual one | every finding: level, rule, row, words, what to change
SAID: list[tuple[type[Check], Transcript, dict[str, Any], list[str]]] = [
    (
        PortionsMakeTheDose,
        takes({FIVE: HALF, TWO: 2}),
        {},
        ["REFUSE arithmetic.portions 4: the daily intake states 8.5 mg, its products make 6.5 mg"],
    ),
    (
        PortionsMakeTheDose,
        takes({FIVE: 0, TWO: 4}),
        {},
        ["REFUSE arithmetic.portions 4: the daily intake has a count of zero or less"],
    ),
    (
        PortionsMakeTheDose,
        takes({FIVE: Fraction(1, 3)}),
        {},
        ["REFUSE arithmetic.portions 4: the daily intake states 8.5 mg, its products make 5000000/3 nanograms"],
    ),
    (
        PortionsMakeTheDose,
        takes({SOLUTION: 5}),
        {},
        ["REFUSE arithmetic.portions 4: the daily intake states 8.5 mg, its products make 2 mg"],
    ),
    (
        PortionsMakeTheDose,
        fourth(others=(intake(mg(4), {TWO: 1}, Slot.MORNING),)),
        {},
        ["REFUSE arithmetic.portions 4: the morning intake states 4 mg, its products make 2 mg"],
    ),
    (
        DayOfProductsMakesTheTotal,
        fourth(day_portions=counted(Fraction(3))),
        {},
        ["REFUSE arithmetic.portions 4: the products of a day make 6 mg, the stated total is 8.5 mg"],
    ),
    (
        DayOfProductsMakesTheTotal,
        fourth(day_portions=counted(Fraction(1, 3))),
        {},
        ["REFUSE arithmetic.portions 4: the products of a day make 2000000/3 nanograms, the stated total is 8.5 mg"],
    ),
    (DayOfProductsMakesTheTotal, fourth(day_portions=counted(Fraction(17, 4))), {}, []),
    (
        PiecesMakeTheStep,
        fourth(pieces=Fraction(48)),
        {},
        ["REFUSE supply.pieces 4: states 48 tablets, 14 days need 49"],
    ),
    (PiecesMakeTheStep, fourth(pieces=Fraction(49)), {}, []),
    (
        SlotsMakeTheDay,
        fourth(intakes=TWICE),
        {},
        [
            "REFUSE arithmetic.slots 4: the morning intake is stated 2 times",
            "REFUSE arithmetic.total 4: the slots add up to 8 mg, the stated total is 8.5 mg",
        ],
    ),
    (
        EveryDayOnce,
        without(gentle(), 4),
        {},
        ["REFUSE dates.gap 5: starts on 2026-04-27, after days without instruction -> start it on 2026-04-13"],
    ),
    (
        EveryDayOnce,
        fourth(end=date(2026, 4, 28)),
        {},
        ["REFUSE dates.overlap 5: starts on 2026-04-27, before the step before it has ended -> start it on 2026-04-28"],
    ),
    (
        EveryDayOnce,
        fourth(end=None),
        {},
        [
            "REFUSE dates.overlap 5: starts on 2026-04-27, before the step before it has ended "
            "-> leave out what follows the end"
        ],
    ),
    (
        EveryDayOnce,
        replace(gentle(), before_until=START - DAY),
        {},
        [
            "REFUSE dates.gap 1: starts on 2026-03-02, the starting dose is given until 2026-03-01 "
            "-> start it on 2026-03-01"
        ],
    ),
    (
        EveryDayOnce,
        replace(gentle(), before_until=START + DAY),
        {},
        [
            "REFUSE dates.overlap 1: starts on 2026-03-02, the starting dose is given until 2026-03-03 "
            "-> start it on 2026-03-03"
        ],
    ),
    (EveryDayOnce, replace(gentle(), before_until=START), {}, []),
    (
        NoRowLost,
        spoiled(fourth(stated_number=5), 5, stated_number=6),
        {},
        ["REFUSE rows.number 4: row 4 of the paper is numbered 5: a row is missing or misplaced"],
    ),
    (NoRowLost, fourth(stated_number=4), {}, []),
    (
        PositiveLength,
        fourth(end=date(2026, 4, 13)),
        {},
        ["REFUSE dates.length 4: ends on 2026-04-13, not after its start 2026-04-13"],
    ),
    (
        WeekdaysMatch,
        fourth(weekday="Tuesday"),
        {},
        ["REFUSE dates.weekday 4: 2026-04-13 is a Mon, the paper says 'Tuesday' -> write Mon, or correct the date"],
    ),
    (
        NotInThePast,
        gentle(),
        {"today": START + DAY},
        ["FLAG dates.past 1: the first cut is on 2026-03-02, before today (2026-03-03)"],
    ),
    (
        ChangeNotInThePast,
        replace(gentle(), revised_on=START + 3 * DAY),
        {"today": START + 4 * DAY},
        ["FLAG dates.past -: the change holds from 2026-03-05, before today (2026-03-06)"],
    ),
    (ChangeNotInThePast, replace(gentle(), revised_on=START + 4 * DAY), {"today": START + 4 * DAY}, []),
    (NoRise, fortnights("20", "16", "18", "0"), {}, ["REFUSE dose.rise 2: rises from 16 mg to 18 mg"]),
    (
        NoRise,
        with_event(fortnights("20", "16", "20", "0"), 14, 20, EventKind.RAISED),
        {},
        ["FLAG dose.raised 2: rises from 16 mg to 20 mg: raised by a prescriber"],
    ),
    (
        NoRise,
        with_event(fortnights("20", "16", "22", "0"), 14, 22),
        {},
        [
            "REFUSE dose.rise 2: rises from 16 mg to 22 mg: what the patient was found to take, "
            "above 20 mg, the highest dose of the plan"
        ],
    ),
    (
        FoundOtherwise,
        with_event(fortnights("20", "16", "12", "0"), 14, 12),
        {},
        ["FLAG dose.found 2: 12 mg instead of 16 mg is what the patient was found to take, no cut of the plan"],
    ),
    (FoundOtherwise, with_event(fortnights("20", "16", "12", "0"), 14, 12, EventKind.RAISED), {}, []),
    (
        SpacedDays,
        spaced(fortnights("20", "16", "12", "0"), 2),
        {},
        [
            "REFUSE days.spaced 2: 12 mg every other day: no published schedule spaces the days of diazepam "
            "-> take a smaller dose every day instead"
        ],
    ),
    (SpacedDays, spaced(fortnights("20", "16", "12", "0"), 2), {"may_space": True}, []),
    (
        SpacedDays,
        spaced(fortnights("20", "16", "12", "12", "0"), 2, 3),
        {"may_space": True},
        ["REFUSE dose.rise 3: takes more in the long run than the step before it"],
    ),
    (
        SpacedDays,
        spaced(with_event(fortnights("20", "16", "12", "13", "0"), 28, 13), 2, 3),
        {"may_space": True},
        ["FLAG dose.raised 3: takes more in the long run than the step before it"],
    ),
    (
        NoSlotRise,
        spoiled(morning_and_bedtime(), 2, intakes=MORE_AT_MORNING),
        {},
        ["FLAG slot.rise 2: the morning dose rises from 4 mg to 5 mg, as products want it"],
    ),
    (NoStall, fourth(held=True), {}, ["FLAG held 4: held at 8.5 mg for more than one interval"]),
    (
        NoStall,
        fortnights("20", "16", "16", "0"),
        {},
        ["REFUSE dose.stall 2: stays at 16 mg although it is called a reduce step"],
    ),
    (NoStall, with_event(fortnights("20", "16", "16", "0"), 14, 16), {}, []),
    (
        ExplicitEnd,
        without(gentle(), 14),
        {},
        ["REFUSE end.missing 13: the last row does not say STOP -> add a last row STOP"],
    ),
    (
        ExplicitEnd,
        replace(gentle(), steps=()),
        {},
        ["REFUSE end.missing -: the last row does not say STOP -> add a last row STOP"],
    ),
    (
        ExplicitEnd,
        gentle(),
        {"target": mg(2)},
        ["REFUSE end.missing 14: the last row does not say MAINTAIN 2 mg -> add a last row MAINTAIN 2 mg"],
    ),
    (ExplicitEnd, fortnights("20", "16", "0", "0"), {}, ["REFUSE end.early 2: ends before the last row"]),
    (
        LastDose,
        fortnights("20", "16", "4", "0"),
        {"last_dose": mg(3)},
        [
            "REFUSE last-dose 3: stops from 4 mg; the last dose may be at most 3 mg "
            "-> add a step at 3 mg or less before STOP"
        ],
    ),
    (LastDose, fortnights("20", "16", "3", "0"), {"last_dose": mg(3)}, []),
    (
        WithinTheCap,
        fortnights("20", "14", "0"),
        {},
        [
            f"REFUSE {CAP_RULE} 1: 20 mg to 14 mg is 30% {CUT} -> no lower than 15 mg on this day",
            f"REFUSE {CAP_RULE} 2: 14 mg to 0 mg is 100% {CUT} -> stop from 1 mg or less",
        ],
    ),
    (
        WithinTheCap,
        fortnights("20", "14", "0"),
        SHORT,
        [
            f"FLAG {CAP_RULE} 1: 20 mg to 14 mg is 30% {CUT}; flagged only: taken for 10 days "
            "-> no lower than 15 mg on this day",
            f"FLAG {CAP_RULE} 2: 14 mg to 0 mg is 100% {CUT}; flagged only: taken for 10 days "
            "-> stop from 1 mg or less",
        ],
    ),
    (
        WithinTheCap,
        fortnights("4", "3", "2", "1", "0"),
        {"totals": (mg(1), mg(2))},
        [
            f"REFUSE {CAP_RULE} 2: 3 mg to 2 mg is 33.3% {CUT} -> stay at 3 mg here; {WAIT}",
            f"FLAG {CAP_RULE} 3: 2 mg to 1 mg is 50% {CUT}; declared exception: {NO_SMALLER} "
            f"-> stay at 2 mg here; {WAIT}",
            f"FLAG {CAP_RULE} 4: 1 mg to 0 mg is 100% {CUT}; the last dose is within the last step "
            "-> stop from 1 mg or less",
        ],
    ),
    (
        WithinTheCap,
        fortnights("20", "14"),
        {"totals": (mg(14), mg(20)), "accepted": frozenset({"exception.place"})},
        [
            f"FLAG {CAP_RULE} 1: 20 mg to 14 mg is 30% {CUT}; {NO_SMALLER}, "
            f"and the prescriber accepted it at this place -> stay at 20 mg here; {WAIT}",
            "REFUSE exception.place 1: 20 mg to 14 mg is outside the place of the exception for the tail "
            f"-> stay at 20 mg here; {WAIT}",
        ],
    ),
    (
        WithinTheCap,
        fortnights("4", "3", "0"),
        {"accepted": frozenset({"last-dose"})},
        [
            f"FLAG {CAP_RULE} 2: 3 mg to 0 mg is 100% {CUT}; the last dose was accepted by the prescriber "
            "-> stop from 1 mg or less"
        ],
    ),
    (
        WithinTheCap,
        fortnights("4", "3", "0"),
        {**SHORT, "last_dose": mg(3)},
        [
            f"FLAG {CAP_RULE} 2: 3 mg to 0 mg is 100% {CUT}; the last dose is larger than the last step (1 mg): "
            "taken for 10 days -> stop from 3 mg or less"
        ],
    ),
    (
        WithinTheCap,
        with_event(fortnights("20", "16", "10"), 14, 10),
        {},
        [
            f"FLAG {CAP_RULE} 2: 16 mg to 10 mg is 37.5% {CUT}; the patient was found to take it already "
            "-> no lower than 12 mg on this day"
        ],
    ),
    (
        WithinTheDoseCaps,
        fortnights("20", "14", "0"),
        {"dose_caps": IN_MG},
        [
            "REFUSE pace.mg 1: 20 mg to 14 mg falls by 6 mg, above the limit of 5 mg in 14 days "
            "-> no lower than 15 mg on this day"
        ],
    ),
    (WithinTheDoseCaps, fortnights("20", "15", "0"), {"dose_caps": IN_MG}, []),
    (
        WithinTheDoseCaps,
        fortnights("20", "14", "0"),
        {"dose_caps": IN_MG, **SHORT},
        [
            "FLAG pace.mg 1: 20 mg to 14 mg falls by 6 mg, above the limit of 5 mg in 14 days; "
            "flagged only: taken for 10 days -> no lower than 15 mg on this day"
        ],
    ),
    (
        WithinTheDoseCaps,
        with_event(fortnights("20", "14", "0"), 0, 14),
        {"dose_caps": IN_MG},
        [
            "FLAG pace.mg 1: 20 mg to 14 mg falls by 6 mg, above the limit of 5 mg in 14 days; "
            "the patient was found to take it already -> no lower than 15 mg on this day"
        ],
    ),
    (
        LongEnough,
        fortnights("20", "15", "10", "0"),
        {"shortest": at_least(29)},
        [
            "REFUSE pace.time -: 28 days from the first cut to the end, fewer than the 29 days asked for "
            "-> spread the cuts over 29 days or more"
        ],
    ),
    (
        LongEnough,
        fortnights("20", "15", "10", "0"),
        {"shortest": at_least(29), **SHORT},
        [
            "FLAG pace.time -: 28 days from the first cut to the end, fewer than the 29 days asked for "
            "-> spread the cuts over 29 days or more"
        ],
    ),
    (LongEnough, fortnights("20", "15", "10", "0"), {"shortest": at_least(28)}, []),
    (
        WhatWasAsked,
        fortnights("20", "18", "15"),
        {"asked": AtPace(dose=mg(2))},
        [f"FLAG pace.asked 2: 18 mg to 15 mg is a cut of 3 mg (16.7%); asked was 2 mg, {ASKED}"],
    ),
    (
        WhatWasAsked,
        fortnights("20", "18", "16"),
        {"asked": AtPace(share=Fraction(1, 10))},
        [f"FLAG pace.asked 2: 18 mg to 16 mg is a cut of 2 mg (11.1%); asked was 10%, {ASKED}"],
    ),
    (WhatWasAsked, fortnights("20", "18", "16"), {"asked": AtPace(share=Fraction(1, 10), basis=Basis.START)}, []),
    (
        UsualPace,
        fortnights("20", "18", "15", "0"),
        {"usual": USUAL},
        [
            "INFO pace.usual -: 1 of 2 cuts are above the usual 5 to 10% of the current dose; "
            "a schedule within it takes about 58 weeks where products can make it"
        ],
    ),
    (UsualPace, fortnights("20", "18", "16.2", "0"), {"usual": USUAL}, []),
    (
        UsualPace,
        fortnights("16", "4", "1", "0"),
        {"usual": replace(USUAL, share_high=Fraction(1, 2))},
        [
            # 8, 4, 2 and 1 mg are four cuts of a half: from the last one on a stop is allowed.
            "INFO pace.usual -: 2 of 2 cuts are above the usual 5 to 50% of the current dose; "
            "a schedule within it takes about 8 weeks where products can make it"
        ],
    ),
    (KnownProducts, takes({tablet(4): 1}), {}, [NOT_AT_HAND]),
    (KnownProducts, fourth(others=(intake(mg(4), {tablet(4): 1}),)), {}, [NOT_AT_HAND]),
    (
        CanBeMade,
        fortnights("20", "17.3", "0"),
        {"anything_made": {"": frozenset({mg(17)})}},
        ["REFUSE product.unmakeable 1: 17.3 mg cannot be made from any product held, liquids by 0.1 mL included"],
    ),
    (
        LegalDivision,
        takes({FIVE: Fraction(1, 4), TWO: Fraction(5, 2)}),
        {},
        ["REFUSE product.division 4: 1/4 of a 5 mg tablet cannot be taken (half only)"],
    ),
    (
        LegalDivision,
        takes({SOLUTION: Fraction(1, 20)}),
        {},
        ["REFUSE product.division 4: 1/20 of a 2 mg in 5 mL oral solution cannot be taken (whole only)"],
    ),
    (
        LegalDivision,
        fourth(intakes=HALVES_TWICE),
        {},
        ["REFUSE product.division 4: 2 mg tablet is listed more than once in one intake"],
    ),
    (
        DosesWellWritten,
        fourth(written="8.50 mg"),
        {},
        ["FLAG notation.trailing-zero 4: the dose is written '8.50 mg': no trailing zero -> write 8.5 mg"],
    ),
    (
        DosesWellWritten,
        fourth(written="8.5mg"),
        {},
        ["FLAG notation.N03 4: the dose is written '8.5mg': a space before the unit -> write 8.5 mg, not 8.5mg"],
    ),
    (DosesWellWritten, fourth(written="8500 micrograms"), {}, []),
]


def line(finding: Finding) -> str:
    """A finding in one line; '-' where it is about the whole paper."""
    told = f"{finding.level.name} {finding.rule} {finding.step or '-'}: {finding.message}"
    return f"{told} -> {finding.change}" if finding.change else told


@pytest.mark.parametrize(("check", "paper", "law", "said"), SAID)
def test_the_judge_names_the_row_the_doses_and_the_smallest_change(
    check: type[Check], paper: Transcript, law: dict[str, Any], said: list[str]
) -> None:
    assert [line(finding) for finding in check().findings(case(paper, **law))] == said


Figures = tuple[Dose | None, Dose | None, int | None, Fraction | None, Fraction | None, str]

# The check | the paper | the law | of its first finding: before, after, window, share, limit and source
FIGURES: list[tuple[type[Check], Transcript, dict[str, Any], Figures]] = [
    (NoRise, fortnights("20", "16", "18", "0"), {}, (mg(16), mg(18), None, None, None, "")),
    (
        FoundOtherwise,
        with_event(fortnights("20", "16", "12", "0"), 14, 12),
        {},
        (mg(16), mg(12), None, None, None, ""),
    ),
    (LastDose, fortnights("20", "16", "2", "0"), {}, (mg(2), mg(0), None, None, None, "")),
    (
        WithinTheCap,
        fortnights("20", "14", "0"),
        {},
        (mg(20), mg(14), 14, Fraction(3, 10), Fraction(1, 4), CITE.short),
    ),
    (
        WithinTheDoseCaps,
        fortnights("20", "14", "0"),
        {"dose_caps": IN_MG},
        (mg(20), mg(14), 14, None, None, CITE.short),
    ),
    (
        LongEnough,
        fortnights("20", "15", "10", "0"),
        {"shortest": at_least(29)},
        (None, None, None, None, None, CITE.short),
    ),
    (
        WhatWasAsked,
        fortnights("20", "18", "15"),
        {"asked": AtPace(dose=mg(2))},
        (mg(18), mg(15), None, None, None, ""),
    ),
    (UsualPace, fortnights("20", "15", "0"), {"usual": USUAL}, (None, None, None, None, None, CITE.short)),
]


@pytest.mark.parametrize(("check", "paper", "law", "figures"), FIGURES)
def test_a_finding_carries_the_figures_that_its_words_are_made_of(
    check: type[Check], paper: Transcript, law: dict[str, Any], figures: Figures
) -> None:
    found = next(iter(check().findings(case(paper, **law))))
    assert (found.before, found.after, found.window_days, found.share, found.limit, found.source) == figures


def test_where_the_basis_turns_the_largest_cut_may_be_from_the_lower_dose() -> None:
    turning = PaceCap(share=Fraction(1, 4), window_days=28, basis=Basis.START, current_below=Fraction(1, 2), cite=CITE)
    paper = fortnights("20", "11", "9", "0.5")
    # From 11 mg 10.5 mg are a part of the starting dose, 20 mg; from 9 mg 8.5 mg are a part of 9 mg.
    cut = largest_cut(case(paper), START + 28 * DAY, mg("0.5"), turning)
    assert (cut.before, cut.share) == (mg(9), Fraction(17, 18))
