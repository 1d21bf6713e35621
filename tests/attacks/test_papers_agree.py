"""Random requests through plan, papers, check and back: whatever is printed says the same doses, dates and tablets as the plan file."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from papers_oracle import READERS
from papers_runner import EVERYTHING, attempt

REQUESTS = range(160)
OTHERS = [name for name in EVERYTHING if name != "plan.json"]


def papers_of(number: int) -> list[str]:
    """Three papers for each request, each with every other in turn; by hand all of them are made for all (see the README)."""
    places = (number, number + 1 + number // len(OTHERS) % 4, number + 5)
    return ["plan.json", *dict.fromkeys(OTHERS[place % len(OTHERS)] for place in places)]


@cache
def answers(part: int) -> Counter[str]:
    """How a tenth of the requests was answered."""
    found: Counter[str] = Counter()
    for number in REQUESTS[part::10]:
        with TemporaryDirectory() as folder:
            try:
                found[attempt(number, Path(folder), papers_of(number))] += 1
            except Exception as error:
                raise AssertionError(f"request {number}: {error}") from error
    return found


@pytest.mark.parametrize("part", range(10))
def test_all_papers_of_a_random_request_agree_to_the_tablet(part: int) -> None:
    assert sum(answers(part).values()) == len(REQUESTS) // 10


def test_the_requests_are_worth_the_trouble() -> None:
    """Most are planned, every kind of answer comes up, and every paper is read many times."""
    answered = sum((answers(part) for part in range(10)), Counter())
    assert answered["planned"] + answered["accepted"] > len(REQUESTS) / 2
    assert set(answered) == {"planned", "accepted", "refused", "unplannable", "misread"}
    read = Counter(name for number in REQUESTS for name in papers_of(number))
    assert min(read[name] for name in READERS) >= len(REQUESTS) / 8
