"""Where each of many codes stands: sixteen bytes a code, so that a panel of any length is looked through in little memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b


class CodePlaces:
    """The places (numbers) of codes; capitals do not tell codes apart, as they do not tell files apart on many disks.

    Codes are held as 64 bits of a hash: two different ones could pass for one, about once in ten million panels of 100,000 rows.
    So whoever finds a place looks whether the code there is the one that was meant.
    """

    def __init__(self, places: Iterable[tuple[str, int]]) -> None:
        keys, at = array("Q"), array("Q")
        for code, place in places:
            keys.append(_key(code))
            at.append(place)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = array("Q", (keys[number] for number in order))
        self._at = array("Q", (at[number] for number in order))

    def of(self, code: str) -> list[int]:
        """Every place of a code, in the order in which they were given."""
        key = _key(code)
        first = place = bisect_left(self._keys, key)
        while place < len(self._keys) and self._keys[place] == key:
            place += 1
        return list(self._at[first:place])


def _key(code: str) -> int:
    """64 bits that stand for a code, the same on every machine."""
    return int.from_bytes(blake2b(code.lower().encode(), digest_size=8).digest(), "big")
