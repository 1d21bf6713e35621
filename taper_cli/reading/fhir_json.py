"""The values of a FHIR file, each with its place in it, so that a fault says where it stands; numbers stay the decimals they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from taper_cli.model.errors import CannotPlan
from taper_cli.reading.strict_json import parsed

# As a key only: inside a text the quote marks would stand behind backslashes.
_RESOURCE = re.compile(rb'"resourceType"\s*:')
_LONGEST_NUMBER, _FINEST = 30, 12


def looks_like_fhir(content: bytes) -> bool:
    """Whether a file is meant to be FHIR as JSON, rather than a plan file or a table."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and _RESOURCE.search(content) is not None


class Node(NamedTuple):
    """A value with its place in the file."""

    value: Any
    place: str

    def get(self, key: str) -> Node | None:
        """What stands under a key, or None where nothing does.

        Raises:
            CannotPlan: where there are no keys at all.
        """
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return Node(self.value[key], f"{self.place}.{key}") if key in self.value else None

    def at(self, *keys: str) -> Node | None:
        """What stands under one key after another."""
        found: Node | None = self
        for key in keys:
            found = found.get(key) if found is not None else None
        return found

    def each(self, key: str) -> Iterator[Node]:
        """The members of the list under a key; none where there is no list."""
        found = self.get(key)
        if found is None:
            return
        if not isinstance(found.value, list):
            raise found.wrong("a list")
        for number, value in enumerate(found.value):
            yield Node(value, f"{found.place}[{number}]")

    def text(self, *keys: str) -> str:
        """The text under the keys, '' where there is none."""
        found = self.at(*keys)
        if found is None:
            return ""
        if not isinstance(found.value, str):
            raise found.wrong("a text")
        return found.value

    def number(self) -> Fraction:
        """The number, exactly as its digits say."""
        if not isinstance(self.value, Decimal):
            raise self.wrong("a number")
        return Fraction(self.value)

    def whole(self) -> int:
        """The number, whole and above zero."""
        found = self.number()
        if found.denominator != 1 or not 0 < found < 10**6:
            raise self.wrong("a whole number above zero")
        return int(found)

    def day(self) -> date:
        """A day, written as a date; a midnight behind it is passed over."""
        match = re.fullmatch(
            r"(\d{4}-\d{2}-\d{2})(?:T00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})?)?", self.text(), re.ASCII
        )
        if match is None:
            raise self.wrong("a day such as 2026-12-07")
        try:
            return date.fromisoformat(match[1])
        except ValueError as error:
            raise self.wrong("a day that exists") from error

    def wrong(self, expected: str) -> CannotPlan:
        """The fault of a value of another kind."""
        shown = str(self.value) if isinstance(self.value, str | Decimal | bool) else type(self.value).__name__
        return CannotPlan(
            f"{self.place} says {shown[:60]!r}", f"expected {expected}", "correct the file that it came from"
        )


def root_of(content: bytes, name: str) -> Node:
    """The resource of a FHIR file.

    Raises:
        CannotPlan: for a file that is not whole JSON with an object, in one line.
    """
    try:
        found = parsed(content, _exact)
    except ValueError as error:
        raise CannotPlan(
            f"{name!r} is no sound JSON ({str(error)[:120]})", "expected a whole FHIR file", "export it again"
        ) from error
    return Node(found, name)


def _exact(digits: str) -> Decimal:
    """A number by its digits; one that no dose, count or length of time is like is refused before it is reckoned with."""
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"the number {digits[:20]}... is too long")
    found = Decimal(digits)
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _FINEST:
        raise ValueError(f"the number {digits} is too large or too fine")
    return found
