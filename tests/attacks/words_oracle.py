"""Reads amounts, doses and dates of the papers back from their words, as a careful reader would; what cannot be read is an error."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

NG = 10**6
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Product = tuple[int, int]
"""What one piece holds in nanograms, and 0; or what so many microlitres of a liquid hold, and these."""
Pieces = Counter[Product]
"""How many pieces, or mL, of each product; counts are `Fraction`s."""

_DAY = rf"(?:{'|'.join(DAYS)}) \d{{1,2}} (?:{'|'.join(MONTHS)})"
DATE = rf"{_DAY} \d{{4}}"
RANGE = rf"{_DAY}(?: \d{{4}})? to {DATE}"
PARTS = {
    "a quarter": Fraction(1, 4),
    "half": Fraction(1, 2),
    "a half": Fraction(1, 2),
    "three quarters": Fraction(3, 4),
}
_FORM = r"(?:(?:orodispersible|soluble|dispersible|gastro-resistant|modified-release) )?(?:tablet|capsule)"
_LIQUID = r"oral (?:solution|suspension|concentrate)"
AMOUNT = re.compile(
    rf"(?P<ml>[\d.]+) mL of (?P<liquid>[\d.]+) mg in (?P<per>[\d.]+) mL {_LIQUID}"
    rf"|(?P<piece>half|a quarter|three quarters) of a (?P<of>[\d.]+) mg {_FORM}"
    rf"|(?:half a|(?P<part>a quarter|three quarters) of a) {_FORM}(?: of (?P<broken>[\d.]+) mg)?"
    rf"|(?P<whole>[\d]+)(?: and (?P<more>a half|a quarter|three quarters))? {_FORM}(?P<plural>s?)(?: of (?P<strength>[\d.]+) mg)?"
)


def plain(text: str) -> str:
    """Text with ordinary spaces, unbroken words, numbers without their commas and every dose in mg alone."""
    text = re.sub(r"[\ufffe\u00ad]\s*", "", text.replace("\u00a0", " "))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", re.sub(r"\s+", " ", text))
    text = re.sub(r"([\d.]+) micrograms \(([\d.]+) mg\)", _same, text)
    return re.sub(r"([\d.]+) micrograms, ([\d.]+) mg", _same, text)


def _same(match: re.Match[str]) -> str:
    """The mg of a dose in two units, once both are seen to be the same."""
    assert Fraction(match[1]) == Fraction(match[2]) * 1000, match[0]
    return f"{match[2]} mg"


def mg(text: str) -> int:
    """A number of mg, in nanograms."""
    ng = Fraction(text) * NG
    assert ng.denominator == 1, text
    return int(ng)


def pieces(text: str, only: Product | None) -> Pieces:
    """Every amount in a text; where no strength is named the plan has one product, `only`."""
    found: Pieces = Counter()
    for match in AMOUNT.finditer(plain(text)):
        if match["ml"]:
            found[mg(match["liquid"]), int(Fraction(match["per"]) * 1000)] += Fraction(match["ml"])
            continue
        count = Fraction(match["whole"] or 0) + PARTS.get(
            match["more"] or match["piece"] or match["part"] or "", Fraction(0)
        )
        count = count or Fraction(1, 2)
        assert not match["whole"] or bool(match["plural"]) == (count > 1), match[0]
        strength = match["of"] or match["broken"] or match["strength"]
        assert strength or only, f"no strength in {match[0]!r} of {text!r}"
        found[(mg(strength), 0) if strength else only] += count  # type: ignore[index]
    return found


def made_of(found: Pieces) -> int:
    """The drug in so many pieces and mL, in nanograms."""
    total = sum((count * ng / (Fraction(ul, 1000) or 1) for (ng, ul), count in found.items()), Fraction(0))
    assert total.denominator == 1
    return int(total)


def day(text: str) -> date:
    """'Mon 7 Dec 2026'; the weekday must be that of the date."""
    name, number, month, year = text.split()
    found = date(int(year), MONTHS.index(month) + 1, int(number))
    assert DAYS[found.weekday()] == name, text
    return found


def days(text: str) -> tuple[date, date]:
    """The first and the last day of 'Mon 7 Dec to Sun 20 Dec 2026'."""
    first, last = text.split(" to ")
    end = day(last)
    return day(first if first[-4:].isdigit() else f"{first} {end.year}"), end


def every_day(first: date, last: date) -> list[date]:
    """Each day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def of_month(month: str, cells: list[tuple[str, str]]) -> dict[date, int]:
    """The days of 'Dec 2026' with their doses: pairs of day and dose; a star says that the dose changes."""
    name, year = month.split()
    first = date(int(year), MONTHS.index(name) + 1, 1)
    found = {}
    for number, dose in cells:
        text = dose.strip(" *")
        found[first.replace(day=int(number))] = 0 if text in ("STOP", "none") else mg(text)
    return found
