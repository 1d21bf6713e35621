"""Published tapers typed into plain spreadsheets of several layouts: the command finds exactly the cuts above the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import pytest
from reading_builders import CANNOT, CAP, PASSED, REFUSED, check, findings_of, sheet

FIRST = date(2026, 12, 7)


@dataclass(frozen=True)
class Published:
    """A published taper: daily totals in mg from the starting dose (level 0) to 0, and how many days each is taken.

    `above` are the levels whose fall within 14 days is more than 25% of the highest dose in them, the final stop included.
    """

    title: str
    drug: str
    totals: str
    days: tuple[int, ...]
    above: tuple[int, ...]
    slots: tuple[str, ...] = ()
    market: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """What the spreadsheet does not say."""
        return ("--drug", self.drug, *self.market)

    @property
    def doses(self) -> list[str]:
        return self.totals.split()

    @property
    def dates(self) -> list[date]:
        """The first day of each level."""
        return [FIRST + timedelta(days=passed) for passed in accumulate(self.days[:-1], initial=0)]


OXAZEPAM_DAY = (",,,", ",,,", "7.5,7.5,7.5,7.5", "7.5,,7.5,7.5", "7.5,,,7.5", ",7.5,,", ",,,")
CLONAZEPAM_DAY = ("0.5,,,0.5", "0.375,,,0.375", "0.25,,,0.25", "0.125,,,0.125", ",,,")
CKS_TOTALS = "40 38 36 34 32 30 28 26 24 22 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0"
CKS = "UK stepped reduction of diazepam, smallest steps, from 40 mg"
SCOTTISH = (
    "Scottish Government quality prescribing guide 2024-2027, lorazepam 2 mg by diazepam 20 mg: its diazepam rows"
)
SCOTTISH_TOTALS = "20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0"
PUBLISHED = {
    "diazepam 15 mg in 26 weeks": Published(
        "Benzodiazepine tapering schedules (30 January 2014), 6-month taper",
        "diazepam",
        "15 11 8.5 6 4.75 3.5 2.5 2 1.5 1 0.75 0.5 0.25 0",
        (7, *[14] * 12, 0),
        (1, 3, 5, 6, 9, 11, 12, 13),
    ),
    "oxazepam 60 mg, weekly": Published(
        "Holzbach 2005, fixed scheme quoted in the German guideline on drug dependence",
        "oxazepam",
        "60 45 30 22.5 15 7.5 0",
        (0, *[7] * 5, 0),
        (2, 3, 4, 5, 6),
        OXAZEPAM_DAY,
        ("--region", "gb"),
    ),
    "diazepam 40 mg, each step a week": Published(
        CKS, "diazepam", CKS_TOTALS, (*[7] * 30, 0), (25, 26, 27, 28, 29, 30)
    ),
    "diazepam 40 mg, each step two weeks": Published(CKS, "diazepam", CKS_TOTALS, (*[14] * 30, 0), (28, 29, 30)),
    "lorazepam 2 mg, weekly": Published(
        "Habraken 1997, trial regimen at 2 mg a day",
        "lorazepam",
        "2 1.5 1 0.5 0.25 0",
        (0, *[7] * 4, 0),
        (2, 3, 4, 5),
    ),
    "diazepam 10 mg, halved": Published(
        "Garfinkel 1999, trial regimen at 10 mg a day", "diazepam", "10 5 2.5 0", (0, 14, 14, 0), (1, 2, 3)
    ),
    "clonazepam 1 mg, every three days": Published(
        "US clonazepam label, discontinuation rule at 0.5 mg twice a day",
        "clonazepam",
        "1 0.75 0.5 0.25 0",
        (*[3] * 4, 0),
        (2, 3, 4),
        CLONAZEPAM_DAY,
    ),
    "diazepam 20 mg, each step two weeks": Published(
        SCOTTISH, "diazepam", SCOTTISH_TOTALS, (*[14] * 20, 0), (18, 19, 20)
    ),
    "diazepam 20 mg, each step four weeks": Published(
        SCOTTISH, "diazepam", SCOTTISH_TOTALS, (*[28] * 20, 0), (18, 19, 20)
    ),
}
BY_SLOT = [name for name, published in PUBLISHED.items() if published.slots]
STARTING_DOSE_ONLY_NAMED = [name for name, published in PUBLISHED.items() if not published.days[0]]


def dates_and_mg(published: Published) -> str:
    rows = zip(published.dates, published.doses, strict=True)
    return sheet("date,dose_mg", *(f"{day},{dose}" for day, dose in rows))


def doses_with_their_unit(published: Published) -> str:
    rows = zip(published.dates, published.doses, strict=True)
    return sheet("start_date,dose", *(f"{day},{dose} mg" for day, dose in rows))


def a_unit_column(published: Published) -> str:
    rows = zip(published.dates, published.doses, strict=True)
    return sheet("Date,Dose,Unit", *(f"{day},{dose},mg" for day, dose in rows))


def midnight_as_workbooks_write_it(published: Published) -> str:
    rows = zip(published.dates, published.doses, strict=True)
    return sheet("Date,Dose (mg)", *(f"{day} 00:00:00,{dose}" for day, dose in rows))


def stop_in_words(published: Published) -> str:
    rows = zip(published.dates[:-1], published.doses[:-1], strict=True)
    taken = (f"{day},{dose}," for day, dose in rows)
    return sheet("date,dose_mg,notes", *taken, f"{published.dates[-1]},,STOP")


def one_row_a_day(published: Published) -> str:
    def rows() -> Iterator[str]:
        for day, length, dose in zip(published.dates, published.days, published.doses, strict=True):
            yield from (f"{day + timedelta(days=more)},{dose}" for more in range(max(length, 1)))

    return sheet("date,dose_mg", *rows())


def by_slots(published: Published) -> str:
    rows = zip(published.dates, published.slots, published.doses, strict=True)
    return sheet("date,morning_mg,midday_mg,evening_mg,night_mg,total_mg", *(",".join(map(str, row)) for row in rows))


LAYOUTS = [
    dates_and_mg,
    doses_with_their_unit,
    a_unit_column,
    midnight_as_workbooks_write_it,
    stop_in_words,
    one_row_a_day,
]


def assert_breaches(content: str, published: Published) -> None:
    """The steps above the limit are those derived by hand from the publication; any refusal ends with exit code 4."""
    answer = findings_of(content, *published.options)
    assert answer.steps_with(CAP) == list(published.above)
    assert answer.refused_rules
    assert answer.code == REFUSED


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("name", PUBLISHED)
def test_exactly_the_published_cuts_above_the_limit_are_found(name: str, layout: Callable[[Published], str]) -> None:
    assert_breaches(layout(PUBLISHED[name]), PUBLISHED[name])


@pytest.mark.parametrize("name", BY_SLOT)
def test_slot_columns_are_read_as_the_day_they_make(name: str) -> None:
    assert_breaches(by_slots(PUBLISHED[name]), PUBLISHED[name])


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("name", STARTING_DOSE_ONLY_NAMED)
def test_a_starting_dose_without_days_of_its_own_may_have_no_date(
    name: str, layout: Callable[[Published], str]
) -> None:
    header, first, rest = layout(PUBLISHED[name]).split("\n", 2)
    undated = "," + first.partition(",")[2]
    assert_breaches("\n".join((header, undated, rest)), PUBLISHED[name])


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_step_is_told_with_its_fall_over_the_window(name: str) -> None:
    published = PUBLISHED[name]
    found = findings_of(dates_and_mg(published), *published.options).findings
    for finding in (one for one in found if one["rule"] == CAP):
        assert finding["to_mg"] == float(published.doses[finding["step"]])
        assert finding["from_mg"] in [float(dose) for dose in published.doses[: finding["step"]]]
        assert finding["percent"] > 25
        assert (finding["window_days"], finding["limit_percent"]) == (14, 25)
        assert finding["source"]


def gentle_tail(first: str, second: str) -> str:
    """A cut from one dose to another, then down to a last dose of 1 mg by cuts of a quarter at most."""
    below = [
        dose for dose in ("15", "12", "9", "7", "6", "5", "4", "3", "2.5", "2", "1", "0") if float(dose) < float(second)
    ]
    days = [FIRST + timedelta(days=14 * place) for place in range(len(below) + 2)]
    return sheet("date,dose_mg", *(f"{day},{dose}" for day, dose in zip(days, [first, second, *below], strict=True)))


def test_a_cut_of_exactly_a_quarter_is_no_breach() -> None:
    answer = findings_of(gentle_tail("20", "15"), "--drug", "diazepam")
    assert 1 not in answer.steps_with(CAP)
    assert answer.code == PASSED


def test_a_hair_more_than_a_quarter_is_a_breach() -> None:
    answer = findings_of(gentle_tail("20", "14.9"), "--drug", "diazepam")
    assert 1 in answer.steps_with(CAP)
    assert answer.code == REFUSED


@pytest.mark.parametrize(("days", "above"), [(13, True), (14, False)])
def test_the_window_is_fourteen_days_and_not_one_less(days: int, above: bool) -> None:
    rows = (f"{FIRST},20", f"{FIRST + timedelta(days=28)},16", f"{FIRST + timedelta(days=28 + days)},13")
    answer = findings_of(sheet("date,dose_mg", *rows), "--drug", "diazepam")
    assert (2 in answer.steps_with(CAP)) is above


SWITCH = sheet(
    "date,drug,dose_mg",
    "2026-12-07,lorazepam,2",
    "2026-12-07,lorazepam,1",
    "2026-12-07,diazepam,10",
    "2026-12-21,diazepam,20",
    "2027-01-04,diazepam,19",
)


@pytest.mark.parametrize("options", [(), ("--drug", "diazepam"), ("--json",)])
def test_a_switch_from_one_drug_to_another_is_not_judged_as_one(options: tuple[str, ...]) -> None:
    """Scottish Government guide, first rows: lorazepam 2 mg a day replaced by diazepam 20 mg a day."""
    answer = check(SWITCH, *options)
    assert (answer.code, answer.out) == (CANNOT, "")
    assert "--json" in options or answer.err.count("\n") == 1
    assert "more than one drug" in answer.err
    assert "each drug in a file of its own" in answer.err
