"""Whatever comes from outside becomes a value or is refused in one line: no traceback, no other fault, no waiting without end."""

from __future__ import annotations

import pytest
from guard_runner import guarded
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from parsers_listing import PARSERS, Parser, plan_files
from spoiling_builders import anything, resealed_plans, spoiled

from taper_cli.cli.app import code_of
from taper_cli.model.errors import FaultyFile, RefusedForSafety, TaperError
from taper_cli.model.text import visible

STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
every_parser = pytest.mark.parametrize("name", PARSERS)


def answer_is_sound(parser: Parser, content: bytes) -> TaperError | None:
    """Read an input: what comes back is a value or one of our faults, which says in one line what was found."""
    with guarded(content):
        try:
            parser.read(content)
        except TaperError as error:
            assert error.found.strip() and code_of(error) in (2, 3, 4)
            lines = (str(error), *(error.faults if isinstance(error, FaultyFile) else ()))
            assert all(visible(line).isprintable() for line in lines)
            assert not isinstance(error, RefusedForSafety) or (error.reasons and error.service)
            return error
    return None


def attack(parser: Parser, inputs: SearchStrategy[bytes], how: settings) -> None:
    """Try a parser with inputs; a fault names the smallest one that was found."""

    @how
    @given(inputs)
    def one(content: bytes) -> None:
        answer_is_sound(parser, content)

    one()


@every_parser
def test_a_good_input_is_taken(name: str) -> None:
    for content in PARSERS[name].good():
        assert answer_is_sound(PARSERS[name], content) is None


@every_parser
def test_any_text_and_any_bytes_are_taken_or_refused(name: str) -> None:
    parser = PARSERS[name]
    attack(parser, anything(), settings(STEADY, max_examples=parser.examples))


@every_parser
def test_a_spoiled_example_is_taken_or_refused(name: str) -> None:
    parser = PARSERS[name]
    attack(parser, spoiled(parser.good()), settings(STEADY, max_examples=parser.examples))


@pytest.mark.parametrize("name", [name for name in PARSERS if name.startswith("a plan file")])
def test_a_plan_file_whose_seals_fit_its_wrong_content_is_taken_or_refused(name: str) -> None:
    """Another program, or a bug of ours, can write a right hash over wrong values: the values themselves are looked at."""
    attack(PARSERS[name], resealed_plans(plan_files()), settings(STEADY, max_examples=50))


@every_parser
@pytest.mark.parametrize("sign", [b" ", b"a", b"1", b"-", b'"', b"(", b"1 ", b"0.", b"%", b"mg ", b"\n", b"[", b"+"])
def test_a_sign_repeated_without_end_is_answered_soon(name: str, sign: bytes) -> None:
    """Patterns that try every way to divide a long text, and readers that call themselves, would never come back."""
    answer_is_sound(PARSERS[name], sign * (100_000 // len(sign)))
