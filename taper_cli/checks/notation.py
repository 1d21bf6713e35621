"""Are doses written so that nobody reads them tenfold?

`DosesWellWritten` judges the doses of a schedule; `faults` and `ending_fault` read the texts of a paper. They hold rules N01 to
N20 of this project, each tried on good and bad samples in the tests. Left out, and why:

- N13 (Spanish papers): there is no Spanish paper.
- N16 knows names in capitals only: spellings such as diazePAM belong to a dated American list, which this project has not got.
- N19 counts the decimals of a volume; whether the syringe has a mark there is the business of the types in `model.product`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple, assert_never

from taper_cli.checks.base import Case
from taper_cli.model.dose import decimal_text
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Notation
from taper_cli.model.text import visible


class DosesWellWritten:
    """A dose is written so that nobody misreads it: 1.0 mg is read as 10 mg, 10mg as 100 mg."""

    def findings(self, case: Case) -> Iterator[Finding]:
        # A schedule of our own states no words of its own; the rules are then not even made ready.
        for step in (step for step in case.transcript.steps if step.written):
            for fault in faults(step.written, Notation.INTERNATIONAL, spreadsheet=True):
                rule = _NAMES_IN_FINDINGS.get(fault.rule, fault.rule)
                yield Finding(
                    rule=f"notation.{rule}",
                    level=Level.FLAG,
                    step=step.number,
                    message=f"the dose is written {step.written!r}: {fault.title}",
                    change=fault.instead if rule == fault.rule else f"write {step.total}",
                )


# A rule that has a name of its own in findings since the first version of the judge.
_NAMES_IN_FINDINGS = {"N01": "trailing-zero"}


class Fault(NamedTuple):
    """A place in a text that breaks a rule of writing.

    `rule` is its number ("N01") and `title` what it asks. `words` are the offending ones with some 20 characters on either
    side, control characters spelled out; `instead` is what to write.
    """

    rule: str
    title: str
    words: str
    instead: str


class _Hit(NamedTuple):
    """Where a rule is broken, as a span of the text."""

    start: int
    end: int
    rule: str
    title: str
    instead: str


class _Rule(NamedTuple):
    """A rule that one pattern can tell; `instead` may name the words `{found}` and what `mend` makes of them, `{mended}`."""

    name: str
    title: str
    pattern: str
    instead: str
    mend: Callable[[str], str] = str


_UNIT = r"(?:[Mm][gGlL]s?|mcg|MCG|micrograms?|g|units?|tablets?|capsules?)\b"
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_TAIL = rf"(?:\s*{_UNIT})?"
_SLASH = r"[/\u2044\u2215]"
_DASH = r"\s*[-\u2010-\u2015\u2212]\s*"

# "1-2 mg" and "1 mg-2 mg", but not "10 mg - 2 tablets", where the dash is one of the sentence.
_RANGE = "|".join(
    [rf"\d[\d.,]{{0,15}}{_DASH}{_NUMBER}\s*{_UNIT}"]
    + [
        rf"\d[\d.,]{{0,15}}\s*{unit}s?{_DASH}{_NUMBER}\s*{unit}s?\b"
        for unit in ("mg", "m[lL]", "mcg", "microgram", "tablet", "capsule")
    ]
)
# Looking ahead for a short word first is what keeps this rule cheap.
_LATIN = r"\b(?=\w{2,3}\b)(?:(?i:qd|qod|bid|bd|tid|tds|qid|qds|qhs|hs|od|prn)|OM|PO|IU|CC|BT)\b"
# Letter by letter with full stops; not the beginning of a longer one such as B.D.S., a dentist's degree.
_SPELLED = [r"\.\s?".join(short) for short in ("qd", "qod", "bid", "tid", "tds", "qid", "qds", "qhs", "prn")]
_SPELLED += [r"\.".join(short) for short in ("bd", "hs", "od", "om", "po", "iu", "cc", "bt")]
_DOTTED = rf"(?<![\w.])(?=\w\.)(?i:{'|'.join(_SPELLED)})(?!\.?\w)"
_ROMAN = (
    r"\b(?i:take\s+(?:i{1,3}|iv|vi{0,3}|ix|x))\b"
    # In small letters only: a controlled drug of Schedule IV is no number of tablets.
    r"|\b(?:i{1,3}|iv|vi{0,3}|ix|x)\s+(?:tablets?|capsules?)\b"
)
_COUNT = rf"{_NUMBER}(?:\s+and\s+(?:a\s+half|a\s+quarter|three\s+quarters))?"
# A stretch of time may follow too: "this can take 2 weeks" is no dose.
_COUNTED = (
    rf"(?:{_UNIT}|(?:[a-z]+(?:-[a-z]+)?\s+)?(?:tablets?|capsules?)\b|(?:minutes?|hours?|days?|weeks?|months?|years?)\b)"
)
_UNCOUNTED = rf"\b(?i:take)\s+(?!{_COUNT}(?:\s+to\s+{_COUNT})?\s*{_COUNTED})\d[\d.,]{{0,15}}"


def _without_trailing_zero(found: str) -> str:
    return re.sub(r"(?:\.|(\.\d*[1-9]))0+(?!\d)", r"\1", found)


def _spaced(found: str) -> str:
    return re.sub(r"([\d.,]+)(.+)", r"\1 \2", found)


def _with_commas(found: str) -> str:
    return re.sub(r"^\d+", lambda whole: re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole[0]), found)


def _range_in_words(found: str) -> str:
    return re.sub(_DASH, " to ", found)


_RULES = (
    _Rule(
        "N01",
        "no trailing zero",
        rf"(?<![\d.])(?<!\bv)\d+\.\d*0(?!\d|\.\d){_TAIL}",
        "write {mended}, not {found}",
        _without_trailing_zero,
    ),
    _Rule("N02", "a zero before the point", rf"(?<!\d)\.\d+{_TAIL}", "write 0{found}, not {found}"),
    _Rule("N03", "a space before the unit", rf"\d[\d.,]{{0,15}}{_UNIT}", "write {mended}, not {found}", _spaced),
    _Rule(
        "N04",
        "no full stop after a unit",
        r"(?<![^\W\d_])(?:[Mm][gGlL]|mcg|MCG|micrograms?)\.",
        "leave out the full stop of {found} or end the sentence with another word",
    ),
    _Rule(
        "N05",
        "no Latin shorthand",
        f"{_LATIN}|{_DOTTED}",
        "write in words when or how, for example 'in the morning and at bedtime', not {found}",
    ),
    _Rule(
        "N07",
        "no slash",
        rf"(?<=[\w)%])\s*{_SLASH}\s*[\w(]",
        "write a word such as 'in', 'or', 'and', 'a day' in place of the slash",
    ),
    _Rule(
        "N08",
        "no fraction in digits",
        rf"(?<![\d/])\d+\s?{_SLASH}\s?\d+(?![\d/])",
        "write the part in words, for example 'half a tablet', not {found}",
    ),
    _Rule("N09", "no dash in a range", _RANGE, "write {mended}, not {found}", _range_in_words),
    _Rule(
        "N10",
        "no symbols in doses",
        r"[<>@&]|\d\s*\+\s*\d|\d\s*[xX\u00d7]\s*\d",
        "write it in words, for example '1 tablet of 2 mg', 'less than', 'and', not {found}",
    ),
    _Rule(
        "N11",
        "a comma from 1,000",
        rf"(?<![\d,.])\d{{4,}}(?:\.\d+)?\s*{_UNIT}",
        "write {mended}, not {found}",
        _with_commas,
    ),
    _Rule("N12", "no Roman numerals", _ROMAN, "write the number in digits, for example 'Take 2 tablets', not {found}"),
    _Rule(
        "N14",
        "dates with the name of the month",
        r"\b\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b",
        "write the date as 'Mon 2 Mar 2026', not {found}",
    ),
    _Rule(
        "N17",
        "directions name their source",
        r"\b(?i:as\s+directed)\b(?!\s+(?:on|in)\s+(?:[Pp]lan|[Ss]chedule|[Ss]heet)\s+[A-Z0-9]{2})",
        "name the plan, for example 'as on plan 7F3A-19 version 1', not {found}",
    ),
    _Rule("N18", "a dose says what is counted", _UNCOUNTED, "write 'tablets', 'mL' or 'mg' after {found}"),
    _Rule(
        "N19",
        "at most 3 decimals of a mg, 2 of an mL",
        r"\d\.\d{4,}\s*[Mm][gG]\b|\d\.\d{3,}\s*[Mm][lL]\b",
        "choose a dose that can be measured: {found} has too many decimals",
    ),
)
_NOT_IN_SPREADSHEETS = ("N11", "N14")


def _small_unit(notation: Notation) -> _Rule:
    """N06: a thousandth of a mg has one name in the United Kingdom, another in the United States, and no symbol anywhere."""
    symbols = r"[\u00b5\u03bc]\s?[gG]\b|\u338d|(?<![^\W\d_])ug\b"
    match notation:
        case Notation.UK:
            word, pattern = "micrograms", rf"{symbols}|(?<![^\W\d_])(?i:mcg)\b"
        case Notation.US:
            word, pattern = "mcg", rf"{symbols}|(?<![^\W\d_])(?i:microgram(?:me)?s?)\b"
        case Notation.INTERNATIONAL:
            word, pattern = "micrograms", symbols
        case _:
            assert_never(notation)
    return _Rule("N06", f"{word}, not a symbol", pattern, f"write '{word}', not {{found}}")


def _rules(notation: Notation, spreadsheet: bool) -> list[_Rule]:
    """The rules that one pattern can tell, for a region's writing."""
    return [
        rule for rule in (*_RULES, _small_unit(notation)) if not (spreadsheet and rule.name in _NOT_IN_SPREADSHEETS)
    ]


@cache
def _joint(notation: Notation, spreadsheet: bool) -> re.Pattern[str]:
    """All patterns in one, which most texts pass."""
    joint = "|".join(f"(?:{rule.pattern})" for rule in _rules(notation, spreadsheet))
    # No fault begins inside a word: to skip those places saves a third of the time.
    return re.compile(rf"(?<![A-Za-z](?=[A-Za-z]))(?:{joint})")


@cache
def _each(notation: Notation, spreadsheet: bool) -> tuple[tuple[_Rule, re.Pattern[str]], ...]:
    """Each pattern by itself, since one fault may hide another; made only once a text has failed, as that takes time."""
    return tuple((rule, re.compile(rule.pattern)) for rule in _rules(notation, spreadsheet))


def faults(
    text: str, notation: Notation, *, drugs: Collection[str] = (), spreadsheet: bool = False
) -> tuple[Fault, ...]:
    """Every fault of writing in a sentence, a cell or a block, in the order of the text; nothing where it is well written.

    `drugs` are the names that may not stand in capitals. In a `spreadsheet` numbers have no commas and dates are numeric.
    Web addresses and the marks drawn beside symptoms are not read. Sources: rules N01 to N19 of this project, each tried on
    good and bad samples in the tests.
    """
    return _faults(text, notation, tuple(drugs), spreadsheet)


# Most texts of a paper stand in every other paper too, and reading them takes longer than to make them.
@lru_cache(maxsize=4096)
def _faults(text: str, notation: Notation, drugs: tuple[str, ...], spreadsheet: bool) -> tuple[Fault, ...]:
    """Every fault of a text; see `faults`."""
    read = _readable(text)
    hits = [*_by_pattern(read, notation, spreadsheet), *_in_capitals(read, drugs)]
    if notation is Notation.UK:
        hits += _without_micrograms(read)
    return tuple(Fault(hit.rule, hit.title, _around(text, hit), hit.instead) for hit in sorted(hits))


def ending_fault(lines: Sequence[str]) -> Fault | None:
    """N20: what is wrong with the last line of a schedule's instructions, if it says neither to stop nor to stay on a dose.

    Source: rule N20 of this project, tried on good and bad samples in the tests.
    """
    last = lines[-1] if lines else ""
    if re.search(r"(?<!\b[Nn]ot\s)(?<!\bNOT\s)\b(?:STOP|Stop|STAY|Stay|MAINTAIN|Maintain)\b", last):
        return None
    instead = "end with 'STOP', or with 'Stay on this dose' or 'MAINTAIN' and the dose"
    return Fault("N20", "the last line says stop or stay", visible(last.strip()[-40:]) or "(blank)", instead)


def _readable(text: str) -> str:
    """The text with dots in place of what is exempt, so that every place keeps its number."""
    if "/" not in text and "<" not in text:
        return text
    # A word of a dose at the head of a "domain" is no address: in "mg.take/leave" both the stop and the slash are faults.
    address = (
        r"\b[a-z]{3,6}://[^\s,;()<>\"]+"
        r"|(?<![\w./@])(?!(?:m[gl]|mcg|micrograms?|tablets?|capsules?)\.)[a-z][a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[^\s,;()<>\"]*"
    )
    mark = r"< ?[!?]? ?>"
    return re.sub(f"{address}|{mark}", lambda found: "·" * len(found[0]), text)


def _by_pattern(text: str, notation: Notation, spreadsheet: bool) -> Iterator[_Hit]:
    """Whatever one pattern can tell."""
    if _joint(notation, spreadsheet).search(text) is None:
        return
    for rule, pattern in _each(notation, spreadsheet):
        for found in pattern.finditer(text):
            instead = rule.instead.format(found=visible(found[0]), mended=visible(rule.mend(found[0])))
            yield _Hit(found.start(), found.end(), rule.name, rule.title, instead)


def _in_capitals(text: str, drugs: tuple[str, ...]) -> Iterator[_Hit]:
    """N16: names of drugs in capitals."""
    for name in drugs:
        capitals = name.upper()
        if len(name) < 3 or capitals not in text:
            continue
        for found in re.finditer(rf"(?<![^\W_]){re.escape(capitals)}(?![^\W_])", text):
            instead = f"write {name.lower()}, not {capitals}"
            yield _Hit(found.start(), found.end(), "N16", "no name of a drug in capitals", instead)


def _without_micrograms(text: str) -> Iterator[_Hit]:
    """N15: amounts below 1 mg without the equal number of micrograms just before them."""
    if "." not in text:
        return
    beside = r"(?:(?<![\d.,])(\d[\d,]{0,15}(?:\.\d{1,12})?)\s*micrograms?\s*[(,]\s*)?"
    # More than 12 decimals are a fault of N19, and no number of micrograms that one could write.
    for found in re.finditer(rf"{beside}(?<![\d.])(?<!\d,)(0{{0,12}}\.\d{{1,12}})\s*[Mm][gG]\b", text):
        micrograms, mg = found.groups()
        due = Fraction(mg) * 1000
        if due and (micrograms is None or Fraction(micrograms.replace(",", "")) != due):
            instead = f"write {decimal_text(due)} micrograms ({decimal_text(due / 1000)} mg)"
            yield _Hit(found.start(), found.end(), "N15", "below 1 mg micrograms and mg together", instead)


def _around(text: str, hit: _Hit) -> str:
    """The offending words with a little of what stands around them."""
    return visible(text[max(0, hit.start - 20) : hit.end + 20])
