"""Inputs for the attacks: any text, any bytes, good examples spoiled in a few places, and files whose every seal is right."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from parsers_listing import resealed

TOKENS = [
    *(
        b" ",
        b"\t",
        b"\n",
        b"\r\n",
        b"\0",
        b"\x1b[2J",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"'",
        b'"',
        b"\\",
        b",",
    ),
    *(b";", b"=", b"+", b"-", b"%", b".", b"/", b"{", b"}", b"[", b"]", b"#", b"mg", b"mL", b"g", b"w", b"d", b"y"),
    *("½ − ٣ ８ \u00b5g \u200b \u202e \u2028 é ﬁ İ".encode().split(b" ")),
    *(b"0", b"-1", b"1e400", b"NaN", b"inf", b"0x10", b"1_0", b"9" * 30, b"9" * 5000, b"0.0000001", b"1/0", b"007"),
    *(
        b"9999-12-31",
        b"0001-01-01",
        b"2027-02-29",
        b"24:00",
        b"9999999",
        b"9999y",
        b"null",
        b"true",
        b"STOP",
        b"morning",
    ),
    *(
        b"--",
        b"until",
        b"every",
        b"half",
        b"tablet",
        b"in",
        b"of start",
        b"<script>",
        b"=cmd|'!A0",
        b"../..",
        b"$(id)",
        b"%s",
    ),
]
"""What is put into a good input: signs with a meaning, numbers and days at the edge, and words of the program."""

LEAVES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2**31,
        10**30,
        0.5,
        1e308,
        "",
        " ",
        "x",
        "0",
        "1",
        "1/0",
        "1/3",
        "0/1",
        "7/2",
        "0.000001",
    ),
    *(
        "9999999",
        "9999-12-31",
        "0001-01-01",
        "2027-02-29",
        "9999y",
        "1d",
        "daily",
        "bedtime",
        "stop",
        "space",
        "alternate",
    ),
    *(
        "\x00",
        "\u202e",
        "\ud800",
        "\n",
        "é" * 300,
        "A" * 20_001,
        [],
        {},
        [[]],
        [None],
        {"kind": "bands"},
        "gb",
        "tablet",
    ),
]
"""What takes the place of a value in a file: other kinds, edges, impossible days, words of other places."""


@st.composite
def spoiled(draw: st.DrawFn, good: tuple[bytes, ...]) -> bytes:
    """A good input after one to four edits: a piece taken out, doubled, moved or cut off, a number changed, a token put in."""
    content = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 4))):
        content = draw(_edited(content))
    return content


@st.composite
def _edited(draw: st.DrawFn, content: bytes) -> bytes:
    first = draw(st.integers(0, len(content)))
    last = min(len(content), first + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
    numbers = list(re.finditer(rb"\d+(?:\.\d+)?", content))
    match draw(st.integers(0, 5)):
        case 0:
            return content[:first] + content[last:]
        case 1:
            return content[:last] + content[first:last] * draw(st.sampled_from([1, 2, 100])) + content[last:]
        case 2:
            return content[:first]
        case 3 if numbers:
            found = draw(st.sampled_from(numbers))
            other = draw(st.integers(-1, 10_000).map(str) | st.decimals(0, 100, places=3).map(str)).encode()
            return content[: found.start()] + other + content[found.end() :]
        case 4:
            at = draw(st.integers(0, len(content)))
            return content[:at] + content[first:last] + content[at:]
        case _:
            return content[:first] + draw(st.sampled_from(TOKENS)) + content[last:]


def anything() -> st.SearchStrategy[bytes]:
    """Any text and any bytes."""
    return st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a JSON or TOML tree."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(tree: Any, path: tuple[Any, ...], how: str, value: Any) -> Any:
    """A copy of a tree with one value replaced, taken out, or doubled."""
    made = copy.deepcopy(tree)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    if how == "drop":
        del holder[path[-1]]
    elif how == "double" and isinstance(holder, list):
        holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
    else:
        holder[path[-1]] = value
    return made


@st.composite
def resealed_plans(draw: st.DrawFn, good: tuple[bytes, ...]) -> bytes:
    """A plan file with one to three values changed, whose hash and id fit what it now says: only its meaning can refuse it."""
    tree = json.loads(draw(st.sampled_from(good)))
    for _ in range(draw(st.integers(1, 3))):
        ways = list(places(tree))
        path = draw(st.sampled_from(ways))
        other = tree
        for key in draw(st.sampled_from(ways)):
            other = other[key]
        how = draw(st.sampled_from(["set", "set", "set", "other", "drop", "double"]))
        value = other if how == "other" else draw(st.sampled_from(LEAVES))
        tree = changed(tree, path, how, copy.deepcopy(value))
        if not isinstance(tree, dict) or not tree:
            break
    return resealed(tree)
