"""Every text of a paper is read for faults of notation before it leaves the program; a fault stops the output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from taper_cli.checks.notation import Fault, ending_fault, faults
from taper_cli.model.drug import Drug
from taper_cli.model.errors import InvalidInput, PlannerFault
from taper_cli.model.guideline import Region
from taper_cli.model.report import Report
from taper_cli.model.request import Request
from taper_cli.model.text import visible

# In a person's own words an "&" or "and/or" is no dose; beside a number it may be read as one.
_OF_SYMBOLS = ("N07", "N10")
_SYMBOL_AT_A_NUMBER = re.compile(r"\d\s*[+xX×/<>@&]|[+xX×/<>@&]\s*\d")


class Written(Protocol):
    """What a paper is about: a drug in a region."""

    @property
    def drug(self) -> Drug:
        """Its drug, whose names are words of the paper."""
        ...

    @property
    def region(self) -> Region:
        """Its region, whose rules of writing hold."""
        ...


def verify_writing(
    texts: Iterable[str], report: Written, *, typed: Iterable[str] = (), spreadsheet: bool = False
) -> None:
    """Read the texts of one paper; `typed` are those that a person wrote, who can mend them.

    Raises:
        InvalidInput: for a fault in what was typed, with the words and what to write instead.
        PlannerFault: for a fault in our own words; nothing may be written.
    """
    notation = report.region.notation
    drugs = (report.drug.name, *report.drug.synonyms)
    own_words = tuple(text for text in typed if text)
    for text in own_words:
        for fault in faults(text, notation, drugs=drugs):
            if fault.rule not in _OF_SYMBOLS or _SYMBOL_AT_A_NUMBER.search(fault.words):
                found = f"what you typed breaks rule {fault.rule} ({fault.title}): {fault.words!r}"
                raise InvalidInput(found, "expected a dose that cannot be misread", fault.instead)
    for text in dict.fromkeys(texts):
        # A sheet holds numbers and units together by spaces that do not break, in what was typed too.
        plain = text.replace("\u00a0", " ")
        # Only what has a fault is read again without what was typed: a reason of one letter may not take it out of every word.
        if faults(plain, notation, drugs=drugs, spreadsheet=spreadsheet):
            _stop_at(faults(_without(plain, own_words), notation, drugs=drugs, spreadsheet=spreadsheet))


def verify_ending(last: str) -> None:
    """The last direction says to stop or to stay.

    Raises:
        PlannerFault: where it does not.
    """
    fault = ending_fault([last])
    _stop_at((fault,) if fault else ())


def _without(text: str, own_words: tuple[str, ...]) -> str:
    """Our words alone: what a person typed has been read already, by the rules for it."""
    for typed in own_words:
        text = text.replace(visible(typed), "")
    return text


def _stop_at(found: tuple[Fault, ...]) -> None:
    """Nothing leaves the program with a fault of ours in it."""
    if found:
        words = "; ".join(f"{fault.rule} {fault.title}: {fault.words!r}" for fault in found)
        raise PlannerFault(f"a paper breaks the rules of notation: {words}")


def typed_texts(report: Report) -> tuple[str, ...]:
    """What the prescriber typed in words of their own."""
    revisions = [revised.revision for revised in report.revisions]
    reasons = [one.reason for revision in revisions for one in revision.acceptances]
    words = [text for revision in revisions for text in (revision.by, revision.reason)]
    return (*typed_in(report.request), *reasons, *words)


def typed_in(request: Request) -> tuple[str, ...]:
    """What a request holds in the prescriber's own words."""
    shape = (request.shape.ed50_source,) if request.shape and request.shape.ed50_source else ()
    switch = (request.switch.reason,) if request.switch else ()
    return (*(acceptance.reason for acceptance in request.acceptances), request.indication or "", *shape, *switch)
