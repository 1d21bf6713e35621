"""How often, on which days and how long a dosage's text says that a dose is taken; and what in it no schedule can hold."""

from __future__ import annotations

import re
from fractions import Fraction

from taper_cli.model.period import Rhythm

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12,
}  # fmt: skip
N = r"\d+(?:\.\d+)?"
WORD = "|".join(NUMBERS)
UNIT = r"(?:mg|g|milligrams?|grams?|micrograms?|mcg|ug)\b"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# How prescriptions of many systems abbreviate how often a day, and the codes that HL7 names for it.
_SHORTHAND = (
    (4, r"q\.?d\.?s|q\.?i\.?d"),
    (3, r"t\.?d\.?s|t\.?i\.?d"),
    (2, r"b\.?i\.?d|b\.?d"),
    (1, r"o\.?d|q\.?d|mane|nocte"),
)
_TIMES = re.compile(
    rf"\b(?:(?P<word>once|twice|thrice)|(?P<count>{N}|{WORD})\s*(?:times|x|doses))\s+(?:an?\s+day|per\s+day|each\s+day|every\s+day|daily)\b"
    rf"|\bevery\s+(?P<hours>\d+|{WORD})\s+hours?\b|\b(?P<hourly>\d+)[\s-]hourly\b|\bq\s?(?P<q>\d+)\s?h\b"
    + "".join(rf"|(?<![\w.])(?P<short{times}>{words})\b\.?" for times, words in _SHORTHAND)
    + rf"|\b(?P<bare>\d+|{WORD})\s+times\b|\bx\s?(?P<sign>\d+)\b(?!\s*(?:day|week|month|tab|cap))"
    r"|(?P<daily>\bdaily\b|\b(?:every|each|a|per)\s+day\b)"
)
_LENGTH = re.compile(rf"\b(?:for|x)\s+(?P<count>\d+|{WORD}|a)\s+(?P<unit>day|week|fortnight|month)s?\b")
_IN_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_OTHER_DAYS = re.compile(
    r"\b(?:every\s+(?:other|second|2|two)\s+days?|every\s+48\s+hours|alternate\s+days?|q\.?o\.?d)\b"
)
# What is handed out each week says nothing of how a dose is taken.
_HANDED_OUT = re.compile(
    r"\bweekly\s+(?:dispens\w*|collect\w*|suppl\w*|pick\w*)|\b(?:dispens\w*|suppl\w*|collect\w*)\s+(?:weekly|once\s+a\s+week)\b"
)
_WEEKLY = re.compile(r"\bweekly\b|(?<!\bfor )\b(?:a|per|each|every)\s+week\b")
_UNKEPT = re.compile(
    r"\b(?:as|if|when|where|whenever)\s+(?:needed|required|necessary)\b|(?<![\w.])p\.?r\.?n\b|\bup\s+to\s+(?=\d)|(?:\bper|\beach|/)\s*kg\b"
    rf"|\bevery\s+(?:third|fourth|fifth|sixth|[3-9]|\d\d+|{WORD})\s+days?\b|\bweekdays?\b|\bweekends?\b|\bmonthly\b"
    r"|(?:\ba|\bper|\beach|\bevery)\s+month\b(?<!for a month)|\bevery\s+hour\b|\bhourly\b"
)
# What a direction is made of that changes no dose; any other word may change it, and is told as not understood.
_HARMLESS = {
    "a", "after", "all", "an", "and", "at", "be", "before", "by", "cap", "caps", "capsule", "capsules", "daily", "day", "day's",
    "days", "dose", "doses", "during", "each", "evening", "every", "first", "following", "food", "for", "from", "glass", "in",
    "is", "it", "last", "meal", "meals", "mg", "micrograms", "milligrams", "ml", "morning", "mouth", "next", "night", "of",
    "on", "once", "only", "oral", "orally", "please", "po", "same", "start", "starting", "starts", "step", "stop", "swallow",
    "tab", "tablet", "tablets", "tabs", "take", "taken", "taking", "that", "that's", "the", "then", "this", "through", "till",
    "time", "times", "to", "total", "until", "usual", "water", "week", "weeks", "whole", "with", "your",
}  # fmt: skip


def number(text: str) -> Fraction:
    """A number in digits or as a word."""
    return Fraction(NUMBERS.get(text, text))


def in_digits(words: str) -> str:
    """'eight mg/day' as '8 mg a day'."""
    words = re.sub(rf"\b({WORD})\s+(?={UNIT})", lambda match: f"{NUMBERS[match[1]]} ", words)
    return re.sub(r"\s*/\s*(?:day|d)\b", " a day", words)


def times(words: str) -> int | None:
    """How often a day; None where the words do not say, or in hours that do not divide a day."""
    match = _TIMES.search(words)
    if match is None:
        return None
    hours = match["hours"] or match["hourly"] or match["q"]
    if hours:
        each = int(number(hours))
        return 24 // each if each and 24 % each == 0 else None
    count = match["count"] or match["bare"] or match["sign"]
    if count:
        found = number(count)
        return int(found) if found.denominator == 1 else None
    short = next((many for many, _ in _SHORTHAND if match[f"short{many}"]), None)
    return short or {"twice": 2, "thrice": 3}.get(match["word"], 1)


def rhythm(words: str) -> Rhythm | None:
    """On which days, where that is not every day."""
    if _OTHER_DAYS.search(words):
        return Rhythm()
    named = tuple(place for place, name in enumerate(_DAYS) if re.search(rf"\b{name}s?\b", words))
    return Rhythm(named) if 0 < len(named) < 7 else None


def length(words: str) -> tuple[int | None, int | None]:
    """For how many days, or for how many months; None where the words do not say."""
    match = _LENGTH.search(words)
    if match is None:
        return None, None
    count = 1 if match["count"] == "a" else int(number(match["count"]))
    each = _IN_DAYS.get(match["unit"])
    return (None, count) if each is None else (count * each, None)


def unkept(words: str) -> tuple[str, ...]:
    """What the words ask for that is no dose by the calendar, as they say it: 'as needed', 'weekly'."""
    words = _OTHER_DAYS.sub(" ", _HANDED_OUT.sub(" ", words))
    hours = [
        match for match in _TIMES.finditer(words) if _splits_no_day(match["hours"] or match["hourly"] or match["q"])
    ]
    words = _TIMES.sub(" ", words) if not hours else words
    found = [match[0] for match in (*hours, *_UNKEPT.finditer(words))]
    if not any(re.search(rf"\b{day}s?\b", words) for day in _DAYS):
        found += [match[0] for match in _WEEKLY.finditer(words)]
    return tuple(" ".join(one.split()) for one in found[:1])


def _splits_no_day(hours: str | None) -> bool:
    """Whether a dose so many hours apart comes at another time each day."""
    if hours is None:
        return False
    each = int(number(hours))
    return not each or 24 % each != 0


def understood(words: str) -> bool:
    """Whether nothing is left of the words, once all that is compared is taken out, that might change a dose."""
    for pattern in (_HANDED_OUT, _LENGTH, _OTHER_DAYS, _TIMES):
        words = pattern.sub(" ", words)
    words = re.sub(rf"#\d+#|(?<![\d.]){N}\s*{UNIT}|\b(?:{'|'.join(_DAYS)})s?\b|[().,;:\u2013-]", " ", words)
    return all(word in _HARMLESS for word in words.split())
