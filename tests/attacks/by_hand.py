"""The attacks that take longer than a suite may: python tests/attacks/by_hand.py papers|parsers|places|interrupts [--count N]."""

from __future__ import annotations

import argparse
import locale
import random
import subprocess
import sys
import time
import zoneinfo
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from guard_runner import BARE, PLAN, run
from hypothesis import settings
from papers_runner import attempt
from parsers_listing import PARSERS, plan_files
from requests_builders import words
from spoiling_builders import anything, resealed_plans, spoiled
from test_every_parser import STEADY, attack
from test_interruptions import assert_whole_or_nothing, struck


def papers(first: int, count: int) -> int:
    """Random requests, each through every paper and back."""
    answered: Counter[str] = Counter()
    for number in range(first, first + count):
        with TemporaryDirectory() as folder:
            try:
                answered[attempt(number, Path(folder))] += 1
            except (AssertionError, Exception) as error:
                answered["WRONG"] += 1
                print(f"request {number}: {error!r}\n  taper plan {words(number)}", flush=True)
        if number % 500 == 499:
            print(number + 1, dict(answered), flush=True)
    print(dict(answered))
    return answered["WRONG"]


def parsers(_first: int, count: int) -> int:
    """Every parser with random inputs, other ones at each run."""
    wrong = 0
    for name, parser in PARSERS.items():
        strategy = anything() | spoiled(parser.good())
        if "plan file" in name:
            strategy |= resealed_plans(plan_files())
        started, share = time.time(), max(1, count * parser.examples // 80)
        try:
            # Other inputs at every run; a fault names the one that was found.
            attack(parser, strategy, settings(STEADY, derandomize=False, max_examples=share))
        except Exception as error:
            wrong += 1
            print(f"{name}: {error!r}\n{''.join(getattr(error, '__notes__', []))}", flush=True)
        print(f"{name}: {share} inputs, {time.time() - started:.0f} s", flush=True)
    return wrong


def places(_first: int, _count: int) -> int:
    """Every time zone and every locale of this machine: the same bytes."""
    wanted = run(*PLAN, "--format", "csv").out
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    locales = sorted({*known, "C", "POSIX", *list(locale.locale_alias.values())[::25]})
    surroundings = [{"TZ": zone} for zone in sorted(zoneinfo.available_timezones())]
    surroundings += [{"LC_ALL": name, "LANG": name} for name in locales]
    surroundings += [
        {"PYTHONIOENCODING": name} for name in ("cp1252", "ascii", "latin-1", "cp437", "shift_jis", "utf-16")
    ]
    wrong = 0
    for more in surroundings:
        ended = run(*PLAN, "--format", "csv", env=BARE | more)
        if (ended.code, ended.out, ended.said) != (0, wanted, ""):
            wrong += 1
            print(more, ended.code, ended.said)
    print(f"{len(surroundings)} surroundings, {wrong} of them with other bytes")
    return wrong


def interrupts(first: int, count: int) -> int:
    """Ctrl-C at random moments of whole commands."""
    wrong = 0
    ends: Counter[tuple[int, str]] = Counter()
    for number in range(first, first + count):
        with TemporaryDirectory() as folder:
            code, said = struck(Path(folder), random.Random(number).uniform(0, 0.9))
            ends[code, said.split("whole")[0]] += 1
            try:
                assert_whole_or_nothing(Path(folder), code, said)
            except AssertionError as error:
                wrong += 1
                print(f"{number}: {error}")
    print(dict(ends))
    return wrong


def main() -> int:
    """Run one kind of attack; the exit code says whether anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["papers", "parsers", "places", "interrupts"])
    parser.add_argument("--first", type=int, default=0, help="the number of the first request or interruption")
    parser.add_argument("--count", type=int, default=10_000)
    asked = parser.parse_args()
    attacks = {"papers": papers, "parsers": parsers, "places": places, "interrupts": interrupts}
    return min(1, attacks[asked.what](asked.first, asked.count))


if __name__ == "__main__":
    sys.exit(main())
