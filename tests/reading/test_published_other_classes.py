"""Published tapers of other classes: made again day by day from a command line, and judged alike as a plan and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from reading_builders import PASSED, REFUSED, TODAY, Answer, command, findings_of, sheet

FIRST = date(2026, 12, 7)
# A dose with how long it is taken, in days at least and at most.
Level = tuple[str, int, int]
GB, US = ("--region", "gb"), ("--region", "us")
THREE_TIMES = "90 mg morning + 90 mg evening + 90 mg bedtime"


def each(days: tuple[int, int], *doses: str) -> Iterator[Level]:
    """Doses that all last alike."""
    yield from ((dose, *days) for dose in doses)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published taper: its source, the command that makes it, its levels below the starting dose and how long each is taken.

    `above` are the levels above the limit that binds (its rule beside it), the stop aside, and `too_fast` further ones at the
    shortest times; `stops_high` says whether its last dose is larger than the drug's last step, which refuses a table and is no
    fault of a named ladder.
    """

    source: str
    drug: str
    dose: str
    command: tuple[str, ...]
    region: tuple[str, ...]
    levels: tuple[Level, ...]
    rule: str
    above: tuple[int, ...]
    too_fast: tuple[int, ...] = ()
    ladder: str = ""
    stops_high: bool = False
    slots: tuple[str, ...] = ()

    @property
    def start(self) -> str:
        """The daily total before, in mg."""
        return str(sum(int(word) for word in self.dose.split() if word.isdigit()))

    def words(self, extent: str = "") -> tuple[str, ...]:
        """The command line, at a ladder's longest times or its shortest."""
        named = ("--ladder", f"{self.ladder}{extent}") if self.ladder else ()
        return (
            "plan",
            self.drug,
            self.dose,
            *self.command,
            *named,
            *self.region,
            "--start",
            str(FIRST),
            "--today",
            TODAY,
        )

    def days(self, extent: str = "") -> list[str]:
        """The dose of every day until the stop."""
        return [dose for dose, least, most in self.levels for _ in range(least if extent == SHORTEST else most)]


SHORTEST = " shortest"
PUBLISHED = {
    "pmr-bsr-2010": Published(
        source="BSR and BHPR guideline on polymyalgia rheumatica 2010, as quoted on a UK teaching page; 9 to 1 mg by its rule",
        drug="prednisolone",
        dose="15 mg",
        command=(),
        ladder="pmr-bsr-2010",
        region=GB,
        levels=(
            ("12.5", 21, 21),
            ("10", 28, 42),
            *each((28, 56), "9", "8", "7", "6", "5", "4", "3", "2", "1"),
        ),
        rule="pace.ese-2024.dose",
        above=(),
    ),
    "gca-bsr-2010-fast-bound": Published(
        source="BSR and BHPR guideline on giant cell arteritis 2010, as tabulated in Younger, The Vasculitides, volume 1, table 2",
        drug="prednisolone",
        dose="60 mg",
        command=(),
        ladder="gca-bsr-2010-fast-bound",
        region=GB,
        levels=(
            *each((14, 14), "50", "40", "30"),
            *each((14, 28), "20", "17.5", "15", "12.5"),
            *each((28, 62), "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"),
        ),
        rule="pace.ese-2024.dose",
        above=(3, 4),
    ),
    "va-faster-morphine-270": Published(
        source="US Department of Veterans Affairs, Opioid Taper Decision Tool, faster taper (text of the tool in public data sets)",
        drug="morphine",
        dose=THREE_TIMES,
        command=("--products", "modified-release tablet", "--cut", "even", "--guideline", "va-faster"),
        ladder="va-faster-morphine-270",
        region=US,
        levels=(*each((7, 7), "225", "180", "135", "90", "45", "30", "15"),),
        rule="pace.va-faster.cap",
        above=(),
        slots=("75 75 75", "60 60 60", "45 45 45", "30 30 30", "15 15 15", "15 15", "15"),
    ),
    "va-faster-morphine-270 under the US label": Published(
        source="the same rows against a quarter of the current dose in 28 days",
        drug="morphine",
        dose=THREE_TIMES,
        command=("--products", "modified-release tablet", "--cut", "even"),
        ladder="va-faster-morphine-270",
        region=US,
        levels=(*each((7, 7), "225", "180", "135", "90", "45", "30", "15"),),
        rule="pace.us-opioid-label-careful.cap",
        above=(2, 3, 4, 5, 6, 7),
    ),
    "etg-tramadol-200": Published(
        source="Therapeutic Guidelines, Australia, worked example: a quarter of the original dose a week",
        drug="tramadol",
        dose="100 mg morning + 100 mg bedtime",
        command=("--products", "modified-release tablet", "--guideline", "etg-under-3-months"),
        ladder="etg-tramadol-200",
        region=GB,
        levels=(*each((7, 7), "150", "100", "50"),),
        rule="pace.etg-under-3-months.cap",
        above=(),
    ),
    "scot-citalopram": Published(
        source="Scottish Government, Quality prescribing for antidepressants 2024-2027, standard reduction",
        drug="citalopram",
        dose="40 mg",
        command=(),
        ladder="scot-citalopram",
        region=GB,
        levels=(*each((7, 28), "30", "20", "10"),),
        rule="pace.nice-ng222.cap",
        above=(),
        too_fast=(3,),
    ),
    "scot-sertraline": Published(
        source="Scottish Government, Quality prescribing for antidepressants 2024-2027, standard reduction",
        drug="sertraline",
        dose="200 mg",
        command=(),
        ladder="scot-sertraline",
        region=GB,
        levels=(*each((7, 28), "150", "100", "50", "25"),),
        rule="pace.nice-ng222.cap",
        above=(),
        too_fast=(3, 4),
    ),
    "paroxetine-label-40": Published(
        source="US paroxetine label, 10 mg less a week and a week at 20 mg, as quoted on a secondary page",
        drug="paroxetine",
        dose="40 mg",
        command=(),
        ladder="paroxetine-label-40",
        region=US,
        levels=(*each((7, 7), "30", "20"),),
        rule="pace.maudsley-2025.cap",
        above=(2,),
        stops_high=True,
    ),
}
EACH = pytest.mark.parametrize("name", PUBLISHED)


def rows_of(answer: Answer) -> list[dict[str, str]]:
    """The rows of a CSV that was planned."""
    assert answer.code == PASSED, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


@EACH
@pytest.mark.parametrize("extent", ["", SHORTEST], ids=["longest", "shortest"])
def test_is_made_again_day_by_day(name: str, extent: str) -> None:
    published = PUBLISHED[name]
    days = rows_of(command(*published.words(extent), "--format", "csv", "--rows", "day"))
    taken = [(row["date"], row["total_mg"]) for row in days]
    printed = [(str(FIRST + timedelta(days=place)), dose) for place, dose in enumerate(published.days(extent))]
    assert taken[: len(printed)] == printed
    *_, stop = rows_of(command(*published.words(extent), "--format", "csv"))
    assert (stop["step_type"], stop["start_date"]) == ("stop", str(FIRST + timedelta(days=len(printed))))


@pytest.mark.parametrize("name", [name for name, published in PUBLISHED.items() if published.slots])
def test_is_taken_at_the_times_of_day_that_are_printed(name: str) -> None:
    steps = rows_of(command(*PUBLISHED[name].words(), "--format", "csv"))[:-1]
    by_slot = [[row[f"{slot}_mg"] for slot in ("morning", "evening", "bedtime")] for row in steps]
    assert [" ".join(dose for dose in day if dose != "0") for day in by_slot] == list(PUBLISHED[name].slots)


def as_sheet(published: Published, extent: str = "") -> str:
    """The published figures as somebody types them into a spreadsheet: the starting dose, each level, STOP."""
    lengths = [least if extent == SHORTEST else most for _, least, most in published.levels]
    dates = [FIRST + timedelta(days=day) for day in accumulate(lengths, initial=0)]
    doses = [dose for dose, _, _ in published.levels]
    rows = [f",{published.start}", *(f"{day},{dose}" for day, dose in zip(dates, [*doses, "0"], strict=True))]
    return sheet("date,dose_mg", *rows)


def said(answer: Answer, rules: tuple[str, ...]) -> set[tuple[Any, ...]]:
    """What the judge says by these rules: where, from what to what, how much of what; its level aside."""
    keys = ("rule", "step", "from_mg", "to_mg", "window_days", "percent", "limit_percent", "source")
    return {tuple(one[key] for key in keys) for one in answer.findings if one["rule"].startswith(rules)}


def options(published: Published) -> tuple[str, ...]:
    """What the spreadsheet does not say: all that the command line said of products and guideline, no ladder."""
    words = dict(zip(published.command[::2], published.command[1::2], strict=True))
    kept = [part for key in ("--products", "--guideline") if key in words for part in (key, words[key])]
    return ("--drug", published.drug, *published.region, *kept)


@EACH
@pytest.mark.parametrize("extent", ["", SHORTEST], ids=["longest", "shortest"])
def test_as_a_spreadsheet_it_is_judged_like_the_plan(name: str, extent: str, tmp_path: Path) -> None:
    published = PUBLISHED[name]
    saved = tmp_path / "plan.json"
    assert command(*published.words(extent), "-q", "-o", str(saved)).code == PASSED
    plan = command("check", str(saved), "--json", "--today", TODAY)
    table = findings_of(as_sheet(published, extent), *options(published))
    assert plan.code == PASSED
    assert said(table, ("pace.",)) == said(plan, ("pace.",))
    above = published.above + (published.too_fast if extent else ())
    assert [step for step in table.steps_with(published.rule) if step <= len(published.levels)] == list(above)
    assert ("last-dose" in table.refused_rules) is published.stops_high
    assert table.code == (REFUSED if above or published.stops_high else PASSED)
    assert "last-dose" not in {one["rule"] for one in plan.findings}


FIFE = "NHS Fife, gabapentinoid reduction, patient leaflet of March 2025: gabapentin down by 300 mg a week; the rows are its rule"


def test_a_published_rule_is_its_ladder() -> None:
    """Gabapentin 1,800 mg by 300 mg a week from 300 mg capsules; the last one is stopped by the prescriber's word."""
    typed = (
        "plan",
        "gabapentin",
        "600 mg morning + 600 mg noon + 600 mg bedtime",
        "--reduce",
        "300 mg",
        "--every",
        "1w",
    )
    more = (
        "--products",
        "300 mg capsule",
        *GB,
        "--start",
        str(FIRST),
        "--today",
        TODAY,
        "--format",
        "csv",
        "--rows",
        "day",
    )
    refused = command(*typed, *more)
    assert refused.code == REFUSED
    assert 'last-dose="reason"' in refused.err
    days = rows_of(command(*typed, *more, "--accept", f"last-dose={FIFE}"))
    printed = [dose for dose in ("1500", "1200", "900", "600", "300") for _ in range(7)]
    assert [row["total_mg"] for row in days][:35] == printed
    assert all(row["caps_300mg"] == str(int(row["total_mg"]) // 300) for row in days[:35])


# The same rule with the 100 mg capsule, as a careful end: a sixth of 1,800 mg is the whole of the last 300 mg.
def test_a_published_rule_ends_in_smaller_steps_where_products_allow() -> None:
    typed = (
        "plan",
        "gabapentin",
        "600 mg morning + 600 mg noon + 600 mg bedtime",
        "--reduce",
        "300 mg",
        "--every",
        "1w",
    )
    steps = rows_of(command(*typed, *GB, "--start", str(FIRST), "--today", TODAY, "--format", "csv"))
    assert [row["total_mg"] for row in steps] == ["1500", "1200", "900", "600", "300", "100", "0"]


# The bands of the joint endocrine guideline, read as a step within its interval, a dose on a boundary in the slower band.
STEROID_TABLES = {
    "autoimmune hepatitis, EASL 2015, 60 kg (wjgnet.com/1007-9327/tables/v23/i33/6030.htm)": (
        "60 7, 50 7, 40 7, 30 7, 25 7, 20 7, 15 7, 12.5 14, 10 0",
        [3, 6],
    ),
    # The source of the count has 6: with the stop, which here is the last-dose rule's business.
    "giant cell arteritis, 26 weeks beside tocilizumab (schnitzmd.com/giant-cell-arteritis)": (
        "60 7, 50 7, 40 7, 35 7, 30 7, 25 7, 20 7, 15 7, 12.5 14, 10 7, 9 7, 8 7, 7 7, 6 14, 5 14, 4 14, 3 14, 2 14, 1 14, 0 0",
        [7, 15, 16, 17, 18],
    ),
    "giant cell arteritis, Bristol Royal Infirmary 2013 (Younger, The Vasculitides, volume 1, table 2)": (
        "60 28, 50 14, 40 14, 30 14, 20 14, 17.5 28, 15 28, 12.5 28, 10 365, 9 31, 8 31, 7 31, 6 31, 5 31, 4 31, 3 31, 2 31, 1 31, 0 0",
        [3, 4],
    ),
    "polymyalgia rheumatica, EULAR and ACR 2015, from 10 mg": (
        "10 28, 9 28, 8 28, 7 28, 6 28, 5 28, 4 28, 3 28, 2 28, 1 28, 0 0",
        [],
    ),
    "10 mg a fortnight is a larger step than 5 mg a week, though no faster": (
        "60 14, 50 14, 40 14, 30 14, 20 0",
        [3, 4],
    ),
    "5 mg a week is the same rate in smaller steps": ("60 7, 55 7, 50 7, 45 7, 40 7, 35 7, 30 7, 25 7, 20 0", []),
}


@pytest.mark.parametrize("name", STEROID_TABLES)
def test_exactly_the_steps_above_the_bands_are_found(name: str) -> None:
    text, above = STEROID_TABLES[name]
    levels = [(words[0], int(words[1])) for words in map(str.split, text.split(", "))]
    dates = [FIRST + timedelta(days=day) for day in accumulate((days for _, days in levels[:-1]), initial=0)]
    content = sheet("date,dose_mg", *(f"{day},{dose}" for day, (dose, _) in zip(dates, levels, strict=True)))
    answer = findings_of(content, "--drug", "prednisolone", *GB)
    assert sorted(set(answer.steps_with("pace.ese-2024.dose"))) == above
    assert answer.refused_rules - {"end.missing"} == ({"pace.ese-2024.dose"} if above else set())
