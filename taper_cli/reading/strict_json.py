"""JSON read strictly: each key once, no number that JSON has not, and no number made into a binary fraction unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def parsed(content: bytes, number: Callable[[str], Any] | None = None) -> Any:
    """The value of a JSON file; `number` makes each number from its own digits.

    Raises:
        ValueError: not UTF-8, not JSON, a key that stands twice, NaN or infinity, brackets nested too deep, half a character.
    """
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            parse_constant=_no_such_number,
            object_pairs_hook=_once,
            parse_float=number,
            parse_int=number,
        )
        if b"\\u" in content:
            json.dumps(
                found, ensure_ascii=False, default=str
            ).encode()  # half a character, which no paper could hold, is a fault
    except RecursionError as error:
        raise ValueError("brackets are nested too deep") from error
    return found


def _no_such_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each key stands once: of two doses under one key nobody knows which holds."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made
