"""Panels of patients for the tests: good rows as clinicians would write them, and one kind of bad row after another."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

HEADER = (
    "code", "drug", "dose", "over", "reduce", "every", "start", "region", "products", "split", "for", "context", "accept",
)  # fmt: skip
Cells = Mapping[str, str]
BAD: dict[str, tuple[Cells, str]] = {
    "unit missing": ({"dose": "20"}, "unreadable"),
    "unknown drug": ({"drug": "diazepan"}, "cannot"),
    "refused by name": ({"drug": "Clozapine", "dose": "300 mg"}, "cannot"),
    "unmakeable": ({"dose": "0.3 mg"}, "cannot"),
    "too fast": ({"over": "6w", "reduce": ""}, "refused"),
    "bad date": ({"start": "2026-06-31"}, "unreadable"),
    "two countries' date": ({"start": "03/04/2026"}, "unreadable"),
    "formula in the drug": ({"drug": '=HYPERLINK("http://x","y")'}, "cannot"),
    "formula in the code": ({"code": "=1+1"}, "unreadable"),
    "a path as code": ({"code": "../../etc/passwd"}, "unreadable"),
    "a name as code": ({"code": "Jane Roe"}, "unreadable"),
    "empty code": ({"code": ""}, "unreadable"),
    "a line break in a cell": ({"for": "muscle\nspasm"}, "unreadable"),
    "no dose": ({"dose": ""}, "unreadable"),
    "time and pace": ({"over": "26w", "reduce": "1 mg"}, "unreadable"),
    "unknown context": ({"context": "opioid; oppioid"}, "unreadable"),
    "gate": ({"context": "withdrawal-seizure"}, "refused"),
    "unused acceptance": ({"accept": "last-dose=reason"}, "unreadable"),
    "unwritable reason": ({"accept": "last-dose=from 10mg to 5mg"}, "unreadable"),
}
"""Kinds of bad rows: the cells that spoil a good one, and what is to become of it."""


def good_row(code: str, draw: random.Random) -> dict[str, str]:
    """A request that can be planned."""
    slots = draw.choice((False, False, True))
    dose = f"{2 * draw.randint(2, 8)} mg"
    if slots:
        dose = f"{2 * draw.randint(1, 4)} mg morning + {2 * draw.randint(2, 5)} mg bedtime"
    row = {
        "code": code,
        "drug": draw.choice(("diazepam", "Diazepam", "diazepam")),
        "dose": dose,
        "over": f"{draw.randint(26, 44)}w",
        "every": draw.choice(("", "2w", "1w")),
        "start": f"2026-12-{draw.randint(1, 28):02d}",
        "region": draw.choice(("gb", "us", "")),
    }
    if draw.random() < 0.2:
        row |= {"over": "", "reduce": draw.choice(("1 mg", "10%", "10% of start")), "every": "2w"}
    if draw.random() < 0.2:
        row |= {"context": draw.choice(("opioid", "age=72; opioid", "used-for=3y"))}
    if draw.random() < 0.1:
        row |= {"for": "muscle spasm"}
    return row


def rows_of(count: int, seed: int = 20261207) -> Iterator[tuple[dict[str, str], str]]:
    """So many rows with what is to become of each, one in ten bad, every kind of bad row in turn."""
    draw, kinds = random.Random(seed), list(BAD)
    for number in range(count):
        row, end = good_row(f"P{number:06d}", draw), "planned"
        if number % 10 == 9:
            spoilt, end = BAD[kinds[number // 10 % len(kinds)]]
            row |= spoilt
        yield row, end


def write_panel(path: Path, rows: Iterable[Cells], header: Iterable[str] = HEADER) -> Path:
    """A panel as a file."""
    columns = list(header)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def results_in(folder: Path) -> list[dict[str, str]]:
    """The table of results of a folder."""
    with (folder / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
