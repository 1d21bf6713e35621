"""Measures how many small wrong changes of the planner and the judge the tests notice; tests/mutation/README.md explains."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest
from mutants import ROOT, SCOPE, Mutant, MutatedFile
from under_test import Measurement, Outcome, Plan

WHOLE = ("taper_cli/model/dose.py", "taper_cli/checks/notation.py")  # every mutant of these; of the others a sample
FAR = (
    "tests/cli/test_switch.py",
    "tests/service/test_revising.py",
    "tests/service/test_explaining.py",
    "tests/service/test_explaining_revised.py",
    "tests/service/test_reviews.py",
)
SURVIVED_SO_FAR = ("--again", "survived", "no test", "--most", "40", "--examples", "25")
# One run after another: a folder, the share of the mutants of each of its files, and the tests that they are shown to.
# What the tests of the planner's own folder let through is shown to those that reach the planner through whole commands.
ROUNDS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("taper_cli/model", "0.06", ("tests/model",), ()),
    ("taper_cli/checks", "0.06", ("tests/checks",), ()),
    ("taper_cli/planning", "0.03", ("tests/planning",), ()),
    ("taper_cli/planning", "0.03", FAR, SURVIVED_SO_FAR),
)
OPTIONS = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts=", "-W", "ignore")


def main() -> int:
    """Run the sample and append one line of JSON for each mutant; those already told are not run again."""
    asked = _arguments()
    return _one_round(asked) if asked.only else max(map(_in_a_process_of_its_own, ROUNDS))


def _in_a_process_of_its_own(told: tuple[str, str, tuple[str, ...], tuple[str, ...]]) -> int:
    """One round with the options that were typed, so that no round inherits what another one imported."""
    folder, share, tests, options = told
    only = [path for path in files() if path.startswith(folder + "/")]
    fixed = ["--only", *only, "--share", share, "--tests", *tests, *options]
    return subprocess.run([sys.executable, __file__, *sys.argv[1:], *fixed], cwd=ROOT, check=False).returncode


def _one_round(asked: argparse.Namespace) -> int:
    """Show the mutants of some files to some tests."""
    told = {row["name"]: row["verdict"] for row in _rows(asked.results)}
    wanted = asked.again or [None]
    mutants = [mutant for mutant in sample(asked) if told.get(mutant.name) in wanted]
    print(f"{len(mutants)} mutants to run", flush=True)
    if not mutants:
        return 0

    def tell(mutant: Mutant, outcome: Outcome) -> None:
        row = {
            "name": mutant.name,
            "path": mutant.path,
            "line": mutant.lines[0],
            "function": mutant.function,
            "verdict": outcome.verdict,
            "test": outcome.test,
            "seconds": outcome.seconds,
            "change": mutant.change,
        }
        with asked.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    plan = Plan(examples=asked.examples, most=asked.most, jobs=asked.jobs, reach=_reach_of(asked))
    plugin = Measurement(mutants, plan, tell)
    return int(pytest.main([*OPTIONS, *asked.tests], plugins=[plugin]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--share", type=float, default=0.06, help="of the mutants of each file, with --only")
    parser.add_argument("--least", type=int, default=10, help="mutants of each file, where it has as many")
    parser.add_argument("--examples", type=int, default=8, help="of each property, at most")
    parser.add_argument("--most", type=float, default=20, help="seconds of the processor for a mutant that survives")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--only", nargs="*", default=[], help="files, or names of mutants as in the results, in one round"
    )
    parser.add_argument(
        "--tests", nargs="*", default=["tests/model", "tests/checks", "tests/planning"], help="with --only"
    )
    parser.add_argument(
        "--again",
        nargs="*",
        default=[],
        help="run those that the results give one of these verdicts, not those they lack",
    )
    parser.add_argument("--results", type=Path, default=ROOT / "build/mutation.jsonl")
    asked = parser.parse_args()
    asked.results.parent.mkdir(exist_ok=True, parents=True)
    return asked


def sample(asked: argparse.Namespace) -> list[Mutant]:
    """The mutants of the sample, file by file: the same for the same seed, share and text of the files."""
    return [
        mutant
        for path in files()
        if not asked.only or any(wanted.split(":")[0] == path for wanted in asked.only)
        for mutant in chosen(MutatedFile(path), asked.seed, asked.share, asked.least)
        if not asked.only or path in asked.only or mutant.name in asked.only
    ]


def files() -> list[str]:
    """The files that are measured."""
    return [str(path.relative_to(ROOT)) for folder in SCOPE for path in sorted((ROOT / folder).glob("*.py"))]


def chosen(file: MutatedFile, seed: int, share: float, least: int) -> Iterator[Mutant]:
    """A sample of the mutants of one file, told once where two change a line alike."""
    count = len(file) if file.path in WHOLE else max(least, round(len(file) * share))
    places = list(range(len(file)))
    random.Random(f"{seed} {file.path}").shuffle(places)  # so that a larger sample holds the smaller one
    picked = sorted(places[:count])
    yield from {mutant.name: mutant for mutant in map(file.__getitem__, picked)}.values()


def _reach_of(asked: argparse.Namespace) -> Path:
    """A file named for everything that decides which test reaches what."""
    digest = hashlib.sha256(f"{asked.examples} {asked.tests}".encode())
    for place in (ROOT / "taper_cli", *(ROOT / test for test in asked.tests)):
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            digest.update(path.read_bytes())
    return asked.results.parent / f"reach-{digest.hexdigest()[:12]}.json"


def _rows(results: Path) -> Sequence[dict[str, str]]:
    return [json.loads(line) for line in _lines(results)]


def _lines(results: Path) -> Iterable[str]:
    return results.read_text(encoding="utf-8").splitlines() if results.exists() else ()


if __name__ == "__main__":
    sys.exit(main())
