"""What forbids a plan is a smallest set of rules, and every change that is offered does what it says: each is typed and tried."""

from __future__ import annotations

import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_runner import taper

STARTED = ("--start", "2026-12-07", "--today", "2026-11-22")
REFUSED = (
    'diazepam "20 mg" 8w',
    'diazepam "20 mg" 26w --every 8w --region gb',
    'diazepam "40 mg" 10w --every 1w --region gb',
    'diazepam "20 mg" 26w --products "10 mg tablet whole"',
    'diazepam "20 mg" 26w --products "10 mg tablet whole, 5 mg tablet whole" --region gb',
    'diazepam "10 mg" --reduce 10% --products "5 mg tablet whole" --region gb',
    'diazepam "1 mg" 26w --region gb --products "2 mg tablet half"',
    'diazepam "4 mg morning + 6 mg bedtime" 6w --region us',
    'zopiclone "7.5 mg" 12w --region gb',
    'lorazepam "4 mg" 9w --region us --shape linear',
)


@cache
def asked(request: str) -> tuple[int, dict[str, Any]]:
    """The exit code of a request, and what stands behind its refusal."""
    done = taper("plan", *shlex.split(request), *STARTED, "--explain", "--format", "json")
    return done.code, json.loads(done.text)


def totals(*words: str) -> list[str]:
    """The doses of a request that is planned, in mg, with its ending last."""
    done = taper("plan", *words, *STARTED, "--format", "csv")
    assert done.code == 0, (words, done.said)
    head, *rows = done.text.splitlines()
    place = head.split(",").index("total_mg")
    doses = [row.split(",")[place] for row in rows]
    ending = rows[-1].split(",")[head.split(",").index("step_type")]
    return [*doses[:-1], "STOP" if ending == "stop" else f"stay at {doses[-1]}"]


def promised(gives: str) -> list[str]:
    """The doses that a change was said to give."""
    doses, ending = gives.split(" mg, then ")
    return [*doses.split(), ending.removesuffix(" mg")]


def with_change(request: str, words: str) -> list[str]:
    """The request with one change typed into it, as the refusal says it is typed."""
    typed = shlex.split(request)
    if until := re.search(r'type "(until \S+)"', words):
        place = next(at for at, word in enumerate(typed) if at >= 2 and re.fullmatch(r"\d+[dwmy]", word))
        # An option's own value, such as that of --every, is no time of the whole plan.
        assert not typed[place - 1].startswith("--")
        return [*typed[:place], until[1], *typed[place + 1 :]]
    option, value = re.search(r'(--\w+) (".*?"|\S+)$', words).groups()  # type: ignore[union-attr]
    if option in typed:
        place = typed.index(option)
        typed = [*typed[:place], *typed[place + 2 :]]
    return [*typed, option, value.strip('"')]


@pytest.mark.parametrize("request_words", REFUSED)
class TestARefusal:
    def test_is_one_for_safety_with_its_rules(self, request_words: str) -> None:
        code, found = asked(request_words)
        assert code == 4 and found["refused_for_safety"] and found["rules"]

    def test_offers_only_changes_that_lift_it_and_give_the_plan_they_promise(self, request_words: str) -> None:
        _, found = asked(request_words)
        assert found["changes"] or found["accepts"]
        for change in found["changes"]:
            assert totals(*with_change(request_words, change["words"])) == promised(change["gives"]), change["words"]

    def test_names_acceptances_that_lift_it_and_give_the_plan_they_promise(self, request_words: str) -> None:
        _, found = asked(request_words)
        for way in found["accepts"]:
            assert totals(*shlex.split(request_words), *shlex.split(way["words"])) == promised(way["gives"])

    def test_has_no_single_acceptance_for_a_rule_that_is_not_in_the_way(self, request_words: str) -> None:
        """A rule without which it stays impossible cannot be the one to accept; those of the set are, where they have a name."""
        _, found = asked(request_words)
        names = {rule["rule"] for rule in found["rules"]}
        for way in found["accepts"]:
            rules = set(re.findall(r"--accept (\S+?)=", way["words"]))
            if len(rules) == 1:
                assert rules & names


def test_a_longer_interval_than_a_plan_needs_is_offered_back() -> None:
    _, found = asked('diazepam "20 mg" 26w --every 8w --region gb')
    assert any(change["words"] == "type --every 2w" for change in found["changes"])


def test_typed_levels_are_mended_step_by_step() -> None:
    done = taper("plan", "diazepam", "20 mg", "--steps", "10 5 2 mg", *STARTED, "--explain", "--format", "json")
    found = json.loads(done.text)
    assert done.code == 4
    assert "step 1: no lower than 15 mg on this day" in [change["words"] for change in found["changes"]]
    assert {rule["rule"] for rule in found["rules"]} == {"pace.asam-2025.cap", "last-dose"}
