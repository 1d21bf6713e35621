"""The table of a measurement: by file how many mutants there are, were run, killed and survived, with 95% intervals; and a list."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from mutants import ROOT, MutatedFile

HERE = Path(__file__).resolve().parent
Z = 1.96
KILLED = ("killed", "timeout")


class Line(NamedTuple):
    """One file: its mutants in all, and those of the sample by what became of them."""

    path: str
    mutants: int
    found: Counter[str]

    @property
    def run(self) -> int:
        """How many were run."""
        return self.found.total()

    @property
    def killed(self) -> int:
        """How many a test noticed, those that hang included."""
        return sum(self.found[verdict] for verdict in KILLED)

    @property
    def variance(self) -> float:
        """Of the share killed, on the careful side where all were killed, and none where every mutant was run."""
        share = (self.killed + 1) / (self.run + 2)
        return share * (1 - share) / self.run * (1 - self.run / self.mutants)


def wilson(killed: int, run: int) -> tuple[float, float]:
    """The 95% interval of a share by Wilson's formula."""
    share, square = killed / run, Z * Z / run
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / run + square / run / 4) / (1 + square)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def whole(lines: Sequence[Line]) -> tuple[float, float]:
    """The share killed of all mutants, each file counting by its own number, and half of its 95% interval."""
    every = sum(line.mutants for line in lines)
    share = sum(line.mutants * line.killed / line.run for line in lines) / every
    return share, Z * sqrt(sum((line.mutants / every) ** 2 * line.variance for line in lines))


def told(lines: Iterable[Line], reasons: Mapping[str, str]) -> Iterable[str]:
    """The table in Markdown."""
    yield "| File | Mutants | Run | Killed | Timeouts | Survivors | Killed, 95% interval |"
    yield "|---|---|---|---|---|---|---|"
    kept = list(lines)
    for line in kept:
        low, high = wilson(line.killed, line.run) if line.run < line.mutants else (line.killed / line.run,) * 2
        interval = f"{low:.0%} to {high:.0%}" if line.run < line.mutants else f"{low:.1%}, all run"
        cells = (
            line.path,
            line.mutants,
            line.run,
            line.killed,
            line.found["timeout"],
            line.run - line.killed,
            interval,
        )
        yield "| " + " | ".join(map(str, cells)) + " |"
    share, half = whole(kept)
    run, killed = sum(line.run for line in kept), sum(line.killed for line in kept)
    timeouts = sum(line.found["timeout"] for line in kept)
    every = sum(line.mutants for line in kept)
    yield (
        f"| **all** | {every} | {run} | {killed} | {timeouts} | {run - killed} "
        f"| **{share:.1%} ± {half:.1%}** (each file by its mutants) |"
    )
    kinds = Counter(reason.partition(":")[0] for reason in reasons.values())
    yield ""
    yield f"Of the sample {killed / run:.1%} were killed. Survivors listed: " + ", ".join(
        f"{count} {kind}" for kind, count in sorted(kinds.items())
    )


def main() -> int:
    """Print the table, and name every survivor that `survivors.toml` does not explain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=ROOT / "build/mutation.jsonl")
    asked = parser.parse_args()
    rows = {row["name"]: row for row in map(json.loads, asked.results.read_text(encoding="utf-8").splitlines())}
    explained = {one["name"]: one["why"] for one in _explained()}
    by_path: dict[str, Counter[str]] = {}
    for row in rows.values():
        by_path.setdefault(row["path"], Counter())[row["verdict"]] += 1
    lines = [Line(path, len(MutatedFile(path)), found) for path, found in sorted(by_path.items())]
    survivors = [row for row in rows.values() if row["verdict"] not in KILLED]
    print("\n".join(told(lines, {row["name"]: explained.get(row["name"], "unexplained") for row in survivors})))
    for row in survivors:
        if row["name"] not in explained:
            print(
                f"\nunexplained: {row['name']} line {row['line']}, {row['function']}, {row['verdict']}\n{row['change']}"
            )
    return int(any(row["name"] not in explained for row in survivors))


def _explained() -> Sequence[Mapping[str, str]]:
    file = HERE / "survivors.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")).get("survivor", []) if file.exists() else ()


if __name__ == "__main__":
    raise SystemExit(main())
