"""What each paper says of a plan, read back from its bytes alone: steps with their dates and tablets, days, supplies, the end."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, NamedTuple

from words_oracle import (
    DATE,
    MONTHS,
    RANGE,
    Pieces,
    Product,
    day,
    days,
    every_day,
    mg,
    of_month,
    pieces,
    plain,
)


class Row(NamedTuple):
    """One step: its days (no last day where it ends), its total in nanograms, what is taken on its days and on those between."""

    first: date
    last: date | None
    total: int
    taken: Pieces | None = None
    between: Pieces | None = None


class Told(NamedTuple):
    """What a paper says; what it does not speak of is None.

    `rhythms`: the weekdays of spaced steps, none for every other day; `boxes`: days to tick whose dose stands beside them.
    """

    rows: tuple[Row, ...] | None = None
    days: dict[date, int] | None = None
    taken_on: dict[date, Pieces] | None = None
    bars: dict[date, int] | None = None
    in_all: Pieces | None = None
    handed_out: Pieces | None = None
    rhythms: dict[date, tuple[int, ...]] | None = None
    boxes: dict[date, int] | None = None


_BETWEEN = "On the days between take"


def _takes(text: str, only: Product | None) -> tuple[Pieces, Pieces | None]:
    """What is taken on the days of a step, and on those between."""
    usual, between, rest = plain(text).partition(_BETWEEN)
    return pieces(usual, only), pieces(rest, only) if between else None


def _total(text: str) -> int:
    """The total of '13.5 mg', '4 mg (3 mg between)', '500 micrograms (0.5 mg)'."""
    found = re.match(r"([\d.]+) mg", plain(text))
    assert found, text
    return mg(found[1])


def only_product(text: str) -> Product | None:
    """The one product of a plan, from the line that names its products; None where there are several."""
    line = re.search(r"Products: (.*?)(?: Dependence:|$)", plain(text))
    assert line, text[:300]
    names = re.findall(r"([\d.]+) mg (?:in ([\d.]+) mL )?[a-z -]+ \((?:whole|halves|quarters|by)", line[1])
    assert names, line[1]
    found = {(mg(strength), int(Fraction(volume or 0) * 1000)) for strength, volume in names}
    return found.pop() if len(names) == 1 else None


def read_json(content: bytes) -> Told:
    """The plan file."""
    plan = json.loads(content)["schedule"]
    supplies: Pieces = Counter()
    products = [(mg(one["strength_mg"]), int(Fraction(one["volume_ml"] or 0) * 1000)) for one in plan["products"]]

    def counted(intakes: list[dict[str, Any]]) -> Pieces:
        found: Pieces = Counter()
        for intake in intakes:
            for portion in intake["portions"]:
                found[products[portion["product"]]] += Fraction(portion["count"])
        return found

    rows = tuple(
        Row(
            date.fromisoformat(step["start"]),
            date.fromisoformat(step["end"]) - timedelta(days=1) if step["end"] else None,
            sum(mg(intake["mg"]) for intake in step["intakes"]),
            counted(step["intakes"]),
            counted(step.get("days_between", [])) if step.get("days_taken") else None,
        )
        for step in plan["steps"]
    )
    for one in json.loads(content)["supplies"]:
        supplies[products[one["product"]]] += Fraction(one["dispensed"])
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    rhythms = {
        date.fromisoformat(step["start"]): tuple(
            names.index(word) for word in step["days_taken"].split() if word in names
        )
        for step in plan["steps"]
        if step.get("days_taken")
    }
    return Told(rows=rows, handed_out=supplies, rhythms=rhythms)


def _table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_steps(content: bytes) -> Told:
    """Our CSV by step; the products, the sentence and the counts of pieces must agree among themselves first."""
    found = []
    for row in _table(content):
        usual, between = decimal_pieces(row["products_text"]), None
        first, last = date.fromisoformat(row["start_date"]), row["end_date"] and date.fromisoformat(row["end_date"])
        if row.get("days_taken"):
            between = decimal_pieces(row["days_between_products_text"])
        named = list({**usual, **(between or {})})
        said = _takes(row["instruction_text"], named[0] if len(named) == 1 else None)
        assert said[0] == usual and (said[1] or Counter()) == (between or Counter()), row
        if last and not between and not row.get("days_taken"):
            count = len(every_day(first, last))
            solids = sum((each for (_, volume), each in usual.items() if not volume), Fraction(0)) * count
            liquids = sum((each for (_, volume), each in usual.items() if volume), Fraction(0)) * count
            assert (Fraction(row["tablets_total"]), Fraction(row["volume_total_ml"] or 0)) == (solids, liquids), row
        found.append(Row(first, last or None, mg(row["total_mg"]), usual, between))
    return Told(rows=tuple(found))


def read_days(content: bytes) -> Told:
    """Our CSV by day."""
    return Told(days={date.fromisoformat(row["date"]): mg(row["total_mg"]) for row in _table(content)})


def read_intakes(content: bytes) -> Told:
    """Our CSV by intake: pieces and mg of each product on each day."""
    taken: dict[date, Pieces] = {}
    for row in _table(content):
        assert row["strength_unit"] == row["dose_unit"] == "mg"
        liquid = row["strength_per_unit"] == "mL"
        product = (mg(row["strength_value"]), int(Fraction(row["strength_per_value"]) * 1000) if liquid else 0)
        count = Fraction(row["quantity_value"])
        assert mg(row["dose_value"]) == product[0] * count / (Fraction(product[1], 1000) or 1), row
        taken.setdefault(date.fromisoformat(row["date"]), Counter())[product] += count
    return Told(taken_on=taken)


def read_supplies(content: bytes) -> Told:
    """Our CSV by supply; what is carried in and out must add up."""
    handed: Pieces = Counter()
    left: Pieces = Counter()
    for row in _table(content):
        liquid = row["strength_per_unit"] == "mL"
        product = (mg(row["strength_value"]), int(Fraction(row["strength_per_value"]) * 1000) if liquid else 0)
        carried, out = Fraction(row["carry_in"]), Fraction(row["carry_out"])
        assert carried == left[product], row
        assert carried + Fraction(row["dispense_quantity"]) == Fraction(row["needed_quantity"]) + out, row
        left[product] = out
        handed[product] += Fraction(row["dispense_quantity"])
    return Told(handed_out=handed)


def _in_all(text: str, only: Product | None) -> Pieces:
    """'The whole plan takes 182 tablets of 2 mg; 35 tablets of 5 mg'."""
    line = re.search(r"The whole plan takes (.*?)(?: \(the other part|; what was taken| Products:)", plain(text))
    assert line, text[:300]
    return decimal_pieces(line[1])


def decimal_pieces(text: str) -> Pieces:
    """Amounts with their counts as decimals: '199.5 tablets of 2 mg', '12.5 mL of 2 mg in 5 mL oral solution'."""
    found: Pieces = Counter()
    for count, strength, volume in re.findall(
        r"([\d.]+) (?:mL|[a-z -]*?(?:tablets?|capsules?)) of ([\d.]+) mg(?: in ([\d.]+) mL)?", plain(text)
    ):
        found[mg(strength), int(Fraction(volume or 0) * 1000)] += Fraction(count)
    return found


def _bars(text: str) -> dict[date, int]:
    """The staircase: its dates with their doses."""
    found = {}
    for start, dose in re.findall(rf"^({DATE})\s+[█#]*\s*(STOP|[\d.,]+ m?[a-z]+.*)$", text, re.MULTILINE):
        found[day(start)] = 0 if dose == "STOP" else _total(dose)
    return found


def read_markdown(content: bytes) -> Told:
    """The Markdown paper."""
    text = re.sub(r"\\(.)", r"\1", content.decode())
    only = only_product(text)
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line] for line in lines]
    head = next(row for row in cells if row[0] == "Step")
    total, rows = head.index("A day"), []
    for row in cells[cells.index(head) + 2 :]:
        if row[0] == "now":
            continue
        if len(row) != len(head):
            break
        last = day(row[2]) if re.fullmatch(DATE, row[2]) else None
        usual, between = _takes(" ".join(row[4:total]), only)
        rows.append(Row(day(row[1]), last, _total(row[total]), usual, between))
    return Told(tuple(rows), days=_months(text), bars=_bars(text), in_all=_in_all(text, only))


def _months(text: str) -> dict[date, int]:
    """The calendar of a paper in lines: a month's name, then its days, each with its dose."""
    found: dict[date, int] = {}
    calendar = text.partition("Calendar (mg a day")[2].partition("What you may feel")[0]
    parts = re.split(r"^(?:\*\*)?([A-Z][a-z]{2} \d{4})(?:\*\*)?$", calendar, flags=re.MULTILINE)
    for month, rest in zip(parts[1::2], parts[2::2], strict=True):
        found |= of_month(month, re.findall(r"(?<![\d:.])(\d{1,2}): ([\d.]+|STOP|none)", rest))
    return found


def read_text(content: bytes) -> Told:
    """The paper in lines, as a table of any width or stacked."""
    text = content.decode()
    # Only what stands above the table may be read across its whole width.
    head, _, table = text.partition("\nSchedule\n")
    flat = plain(head)
    only = only_product(flat)
    table = re.split(r"\n(?:Beside the steps|Flags: the|Notes of the check|Dose staircase)", table)[0]
    rows = _columns(table, only) if table.startswith("Step  ") else _stacked(table, only)
    return Told(tuple(rows), days=_months(text) or None, bars=_bars(text), in_all=_in_all(flat, only))


def _columns(table: str, only: Product | None) -> list[Row]:
    """The rows of a table: columns begin where their heads begin, and the total ends where its head ends."""
    lines = table.splitlines()
    head = lines[0]
    starts = [match.start() for match in re.finditer(r"(?<=  )\S|^\S", head)]
    names = [head[at:].split("  ")[0].strip() for at in starts]
    cut = starts[names.index("Cut, % of")]
    end, first_slot = cut - 2, starts[names.index("First and last day") + 1]
    if names[names.index("First and last day") + 1] == "Watch closely":
        first_slot = starts[names.index("Watch closely") + 1]
    body = [line.ljust(len(head)) for line in lines[3:]]
    gap = max(
        at for at in range(first_slot, end - 1) if all(line[at : at + 2] == "  " for line in body if line[:cut].strip())
    )
    rows: list[Row] = []
    for block in re.split(r"\n\s*\n", "\n".join(body)):
        parts = block.splitlines()
        if not block.strip() or parts[0].startswith("now"):
            continue
        when = plain(" ".join(line[starts[1] : starts[2]] for line in parts))
        found = re.match(rf"({DATE})(?: to ({DATE}))?", when)
        assert found, when
        usual, between = _slots(parts, [*(at for at in starts if first_slot <= at <= gap), gap + 2], only)
        total = " ".join(line[gap:end].strip() for line in parts)
        rows.append(Row(day(found[1]), day(found[2]) if found[2] else None, _total(total), usual, between))
    return rows


def _slots(lines: list[str], edges: list[int], only: Product | None) -> tuple[Pieces, Pieces | None]:
    """What the columns of the slots say, each read downwards."""
    cells = [" ".join(line[at:after].strip() for line in lines) for at, after in pairwise(edges)]
    return _takes(" ; ".join(cells), only)


def _stacked(table: str, only: Product | None) -> list[Row]:
    """One paragraph a step."""
    rows = []
    for block in re.split(r"^(?=Step \d+: |END: )", table, flags=re.MULTILINE)[1:]:
        text = plain(block)
        found = re.match(rf"(?:Step \d+|END): ({DATE})(?: to ({DATE}), \d+ days?)?(.*)", text)
        assert found, text
        said = re.search(
            r"([\d.]+ mg)(?: a day| \([\d.]+ mg between\)| \([a-zA-Z ]+\))(?:; cut| watch| flags|$|[^;]*$)", found[3]
        )
        assert said, text
        usual, between = _takes(found[3][: said.start()], only)
        rows.append(Row(day(found[1]), day(found[2]) if found[2] else None, _total(said[1]), usual, between))
    return rows


class Page(HTMLParser):
    """The visible text of an HTML page: tables as rows of cells, and every other text in one run."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if tag in ("style", "script", "svg", "head"):
            self._hidden += 1
        if tag == "table":
            self.tables.append((kind, []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th", "caption"):
            if tag == "caption":
                self.tables[-1][1].append([])
            self.tables[-1][1][-1].append("")
            self._inside.append(tag)
        elif tag in ("br", "div", "p", "li", "h1", "h2", "h3"):
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "svg", "head"):
            self._hidden -= 1
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.text.append(data)
        if self._inside:
            self.tables[-1][1][-1][-1] += data


def read_html(content: bytes) -> Told:
    """The sheets as a page."""
    page = Page()
    page.feed(content.decode())
    told = _sheets(plain(" ".join(page.text)))
    calendar: dict[date, int] = {}
    handed: Pieces = Counter()
    for kind, rows in page.tables:
        if kind == "month":
            cells = [plain(cell).split(" ", 1) for row in rows[2:] for cell in row if " " in plain(cell).strip()]
            calendar |= of_month(rows[0][0].split(",")[0], [(number, dose) for number, dose in cells])
        if kind == "grid" and "Hand out" in rows[0]:
            for row in rows[1:]:
                handed.update(_amounts(row[rows[0].index("Hand out")]))
    assert handed == told.handed_out, (handed, told.handed_out)
    return told._replace(days=calendar)


def read_pdf(content: bytes) -> Told:
    """The text of the PDF's pages, as a reader for the blind gets it."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(content)
    flat = plain(" ".join(page.get_textpage().get_text_range() for page in document))
    document.close()
    told = _sheets(flat)
    assert told.rows
    ends = told.rows[-1].first if told.rows[-1].total == 0 else date.max
    calendar: dict[date, int] = {}
    listed = re.split(r"([A-Z][a-z]{2} \d{4}), mg a day Mon Tue Wed Thu Fri Sat Sun", _furniture_off(flat))[1:]
    for month, rest in zip(listed[::2], listed[1::2], strict=True):
        calendar |= of_month(month, list(_days_of_month(month, rest.split(), told.rows[0].first, ends)))
    return told._replace(days=calendar)


def _days_of_month(month: str, found: list[str], first: date, ends: date) -> Iterator[tuple[str, str]]:
    """The days of a month that is read cell by cell: a number, and from the first to the last day of the plan a dose."""
    place, name = 0, month.split()[0]
    at = date(int(month.split()[1]), MONTHS.index(name) + 1, 1)
    while at.strftime("%m") == f"{MONTHS.index(name) + 1:02}":
        assert found[place] == str(at.day), (month, at, found[place : place + 3])
        place += 1
        if first <= at <= ends:
            yield str(at.day), found[place]
            place += 2 if found[place + 1 : place + 2] == ["*"] else 1
        at += timedelta(days=1)


def _furniture_off(flat: str) -> str:
    """A PDF's text without what stands above and below every page."""
    foot = r"(?:Clinic phone: \S+ Patient sheet, page \d+ of \d+|Prescriber and pharmacist sheet page \d+ of \d+) DRAFT"
    head = r"DRAFT\. NOT FOR USE UNTIL A PRESCRIBER SIGNS IT\. Plan \S+ version \d+ DRAFT\. A prescriber must .*? uses it\."
    return re.sub(r" +", " ", re.sub(rf"{foot}|{head}", " ", flat))


def _sheets(text: str) -> Told:
    """Both sheets as running text: the patient's cards, the prescriber's steps and supplies."""
    flat = _furniture_off(text)
    only = only_product(flat)
    boxes: dict[date, int] = {}
    rows = _cards(flat[flat.rindex("Your steps") : flat.index("Your dose over time")], only, boxes)
    assert _starts(flat) == {row.first: row.total for row in rows}, (_starts(flat), rows)
    handed: Pieces = Counter()
    for line in re.findall(r"In all: (.*?)(?:, which hold [\d.]+ mg together)?\.(?= |$)", flat):
        handed.update(_amounts(line))
    return Told(rows, in_all=_in_all(flat, only), handed_out=handed, boxes=boxes)


_NOTES = (
    "Watch closely", "Not the same every day", "First drop", "A longer step", "The same step goes on", "A bigger drop",
    "Signs may be", "The last dose before", "Stay on this dose until", "More than in the step", "Signs can still",
)  # fmt: skip


def _cards(flat: str, only: Product | None, boxes: dict[date, int]) -> tuple[Row, ...]:
    """The patient's cards; a long step has several, one after the other. The doses beside days to tick go into `boxes`."""
    marks = list(re.finditer(rf"({RANGE}) \(\d+ days?\)|({DATE})(?= STOP\. Take no more| [A-Z][a-z ]+: )", flat))
    rows: list[Row] = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        body = flat[mark.end() : after.start() if after else len(flat)]
        said = re.split("|".join(_NOTES), body)[0]
        totals = re.findall(r"([\d.]+) mg(?! tablet| capsule| in | of )", said)
        spaced = re.search(rf"{_BETWEEN}(.*?)\.(?= [A-Z]|$)", body)
        first, last = days(mark[1]) if mark[1] else (day(mark[2]), None)
        row = Row(first, last, mg(totals[-1]), pieces(said, only), pieces(spaced[1], only) if spaced else None)
        ticked = re.findall(r"[A-Z][a-z]{2} (\d{1,2}): (none|[\d.]+ mg)", body)
        if ticked:
            assert last and [int(number) for number, _ in ticked] == [each.day for each in every_day(first, last)], body
            listed = [0 if dose == "none" else _total(dose) for _, dose in ticked]
            boxes |= dict(zip(every_day(first, last), listed, strict=True))
        if "The same step goes on" in body:
            earlier = rows.pop()
            assert earlier[2:4] == row[2:4] and earlier.last == row.first - timedelta(days=1), (earlier, row)
            row = row._replace(first=earlier.first, between=earlier.between)
        rows.append(row)
    return tuple(rows)


def _starts(flat: str) -> dict[date, int]:
    """The prescriber's table of steps: the day on which each starts, with its total."""
    table = re.search(r"Steps Step Starts Days ((?:[A-Z][a-z]+ mg )*)A day mg (.*?)Method: ", flat)
    assert table, flat[:200]
    slots = table[1].count(" mg")
    marks = list(re.finditer(rf"(\d+|END|STAY) ({DATE})", table[2]))
    found = {}
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        figures = re.search(r"(?:(?:[\d.]+|up)(?: |$))+", table[2][mark.end() : after.start() if after else None])
        assert figures, table[2]
        found[day(mark[2])] = mg(figures[0].split()[slots + mark[1].isdigit()])
    return found


def _amounts(text: str) -> Pieces:
    """What is handed out: tablets, mL, or bottles of so many mL."""
    bottles = re.search(r"([\d.]+) bottles? of ([\d.]+) mL \(([\d.]+) mg in ([\d.]+) mL", plain(text))
    if bottles:
        product = (mg(bottles[3]), int(Fraction(bottles[4]) * 1000))
        return Counter({product: Fraction(bottles[1]) * Fraction(bottles[2])})  # type: ignore[dict-item]
    return decimal_pieces(text)


READERS: dict[str, Callable[[bytes], Told]] = {
    "plan.json": read_json,
    "plan.csv": read_steps,
    "day.csv": read_days,
    "intake.csv": read_intakes,
    "supply.csv": read_supplies,
    "plan.md": read_markdown,
    "plan.txt": read_text,
    "plan.html": read_html,
    "plan.pdf": read_pdf,
}
"""Each paper by the name of its file, with its reader; a new kind of paper is one line here."""
