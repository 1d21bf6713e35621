"""Any answers of a guided session make the same plan as the line that it prints, for every class; every question is well written."""

from __future__ import annotations

import io
import itertools
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from unittest import mock

import pytest
from cli_runner import Outcome, taper

from taper_cli.checks.notation import faults
from taper_cli.cli import asking, prompt
from taper_cli.cli.answers import Answers
from taper_cli.cli.facts import read_facts
from taper_cli.cli.guided import QUESTIONS
from taper_cli.model.errors import InvalidInput, TaperError
from taper_cli.service import drugs_held
from taper_cli.service.guiding import indications, offer_for, regions

FIRST = {"start": "2026-12-07"}
SETS: dict[str, dict[str, str]] = {
    "a time": {"drug": "diazepam", "dose": "20 mg", "pace": "26w"},
    "a last day": {"drug": "diazepam", "region": "gb", "dose": "20 mg", "pace": "until 2027-06-30"},
    "a share of the present dose": {"drug": "diazepam", "region": "gb", "dose": "10 mg", "pace": "10% every 3w"},
    "a share of the first dose": {"drug": "diazepam", "region": "us", "dose": "20 mg", "pace": "5% of start"},
    "a step in mg with its interval asked": {"drug": "Valium", "region": "us", "dose": "20 mg", "pace": "1 mg", "every": "18d"},
    "doses of one's own": {"drug": "diazepam", "region": "gb", "dose": "10 mg", "pace": "steps 8 6.5 5 4 3 2.5 2 1 mg"},
    "doses with times": {
        "drug": "prednisolone", "region": "gb", "dose": "60 mg", "pace": "steps 50 mg 2w, 40 mg 2w, 35 mg 2w, 30 mg 2w", "end": "25 mg",
    },
    "by time of day": {
        "drug": "diazepam", "region": "gb", "dose": "4 mg morning + 6 mg bedtime", "pace": "1 mg", "cut": "bedtime-first",
    },
    "by time of day, evenly": {"drug": "diazepam", "region": "gb", "dose": "6 mg morning + 6 mg night", "pace": "40w", "cut": "even"},
    "a maintenance dose": {"drug": "diazepam", "region": "us", "dose": "20 mg", "pace": "20w", "end": "5 mg"},
    "products by number": {"drug": "diazepam", "region": "gb", "dose": "20 mg", "pace": "30w", "products": "1, 3 whole"},
    "products by name": {
        "drug": "diazepam", "region": "gb", "dose": "20 mg", "pace": "30w", "products": "2 mg tablet quarter, 5 mg tablet",
    },
    "a liquid": {
        "drug": "diazepam", "region": "gb", "dose": "10 mg", "pace": "30w", "products": "1, 4", "syringe": "0.25 mL",
    },
    "a reason with spaces": {"drug": "diazepam", "region": "gb", "dose": "20 mg", "pace": "26w", "for": "muscle spasm"},
    "a reason that a shell would break": {"drug": "diazepam", "dose": "20 mg", "pace": "26w", "for": "patient's \"back\" $HOME; `ls`"},
    "a reason that looks like an option": {"drug": "diazepam", "dose": "20 mg", "pace": "26w", "for": "-q"},
    "a reason in other letters": {"drug": "diazepam", "dose": "20 mg", "pace": "26w", "for": "crampes d'été"},
    "facts": {
        "drug": "diazepam", "region": "gb", "dose": "20 mg", "pace": "26w",
        "age": "72", "used-for": "3y", "days-a-week": "7", "specialist": "none", "caution": "1 4 no 2 3",
    },
    "short use": {"drug": "diazepam", "region": "gb", "dose": "10 mg", "pace": "6d", "every": "2d", "used-for": "10d"},
    "a published schedule": {"drug": "prednisolone", "region": "gb", "dose": "15 mg", "pace": "pmr-bsr-2010"},
    "a published schedule at its shortest": {
        "drug": "prednisolone", "region": "gb", "dose": "4 mg", "pace": "ng243-alternate-day shortest",
    },
    "an opioid": {
        "drug": "morphine", "region": "gb", "dose": "30 mg morning + 30 mg night", "pace": "60w", "every": "4w",
        "products": "modified-release tablet", "caution": "no others",
    },
    "an antidepressant": {"drug": "sertraline", "region": "gb", "dose": "100 mg", "pace": "20w", "every": "4w"},
    "a gabapentinoid": {"drug": "gabapentin", "region": "gb", "dose": "300 mg morning + 300 mg night", "pace": "300 mg every 1w"},
    "a muscle relaxant": {"drug": "baclofen", "region": "gb", "dose": "20 mg", "pace": "5 mg every 1w"},
    "a beta-blocker": {
        "drug": "metoprolol", "region": "us", "dose": "100 mg", "pace": "25 mg", "every": "1w", "products": "tablet",
    },
    "a proton-pump inhibitor": {"drug": "omeprazole", "region": "gb", "dose": "40 mg", "pace": "20w", "every": "5w"},
    "a Z-drug": {
        "drug": "zopiclone", "region": "gb-nir", "dose": "7.5 mg", "pace": "20w", "products": "3.75 mg tablet half, 7.5 mg tablet half",
    },
}  # fmt: skip
"""Answers by the name of the question; Enter at every other one."""


def session(answers: dict[str, str], *typed: str) -> tuple[Outcome, list[str]]:
    """A session in this process: how it ended, and the line that it printed."""
    given, asked = FIRST | answers, itertools.count()

    def answer(name: str, known: prompt.Known) -> str:
        assert next(asked) < 60, f"{name!r} is asked again and again"
        return given.get(name, "")

    with (
        mock.patch.object(asking, "somebody_is_there", lambda: True),
        mock.patch.object(prompt, "ask", answer),
    ):
        outcome = taper("plan", "--today", "2026-11-22", *typed)
    return outcome, shlex.split(outcome.said.rstrip().rpartition("\n")[2])[1:]


@pytest.mark.parametrize("answers", SETS.values(), ids=SETS)
def test_the_line_gives_the_same_bytes(
    answers: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "again").mkdir()
    monkeypatch.chdir(tmp_path)
    outcome, line = session(answers | {"files": "plan.json plan.csv"})
    assert outcome.code == 0, outcome.said
    assert re.search(r"Plan [A-Z]{4}-[A-Z]{4}, version 1", outcome.text)
    monkeypatch.chdir(tmp_path / "again")
    assert taper(*line).out == outcome.out
    for name in ("plan.json", "plan.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()


REFUSED = {
    "too fast": ({"drug": "diazepam", "dose": "20 mg", "pace": "8w"}, 4),
    "an unsafe fact": ({"drug": "diazepam", "dose": "20 mg", "pace": "26w", "specialist": "4"}, 4),
    "under 18": ({"drug": "diazepam", "dose": "20 mg", "pace": "26w", "age": "17"}, 4),
    "above the ceiling": ({"drug": "diazepam", "dose": "80 mg", "pace": "80w"}, 4),
    "a dose that cannot be made": ({"drug": "diazepam", "region": "gb", "dose": "20.3 mg", "pace": "26w"}, 3),
    "a target that is none": ({"drug": "diazepam", "dose": "20 mg", "pace": "26w", "end": "25 mg"}, 2),
}
"""What is refused only when everything is known, with its exit code."""


@pytest.mark.parametrize(("answers", "code"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_left_standing_ends_as_its_line_does(answers: dict[str, str], code: int) -> None:
    outcome, line = session(answers | {"next": "quit"})
    again = taper(*line)
    assert (outcome.code, again.code) == (code, code)
    assert (outcome.out, again.out) == (b"", b"")
    told = " ".join(again.said.removeprefix("taper: ").split())
    assert told in " ".join(outcome.said.split())


def test_options_typed_beside_the_answers_are_in_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = ("--calendar", "--format", "md", "--split", "half", "--supply-days", "14", "--guideline", "asam-2025")
    outcome, line = session(SETS["a time"], *typed)
    assert outcome.code == 0
    assert outcome.text.startswith("> **DRAFT.")
    assert taper(*line).out == outcome.out
    assert set(typed) <= set(line)


def held() -> Iterator[tuple[str, str]]:
    """Every drug in every region where it can be asked for."""
    for drug in drugs_held():
        for region in ("", *(region.key for region in regions())):
            yield drug.name, region


@pytest.mark.parametrize("drug", sorted({drug for drug, _ in held()}))
def test_every_question_about_a_drug_is_well_written(drug: str) -> None:
    for name, region in held():
        if name != drug:
            continue
        so_far = Answers({"drug": drug, "region": region, "today": "2026-11-22"}, {"region": "", "products": ""})
        try:
            offer = so_far.offer()
        except TaperError as error:
            assert "formulary holds no" in str(error)
            continue
        for question in filter(lambda question: question.applies(so_far), QUESTIONS):
            default = question.default(so_far)
            words = [text for _, text in question.rows(so_far)]
            for text in (*words, *question.explained(so_far), *([default.meaning] if default else [])):
                assert faults(text, offer.region.notation, drugs=(drug, *offer.drug.synonyms)) == (), text


def test_every_named_indication_is_one() -> None:
    from taper_cli.formulary import loader

    assert [loader.find_indication(name) is not None for name in indications()] == [True] * len(indications())


class TestFacts:
    """Facts are read in one way only."""

    RULES = offer_for(Answers({"drug": "diazepam", "today": "2026-11-22"}, {}).request()).rules[:5]

    @pytest.mark.parametrize(
        ("text", "stated"),
        [
            ("2 5", [1, 4]),
            ("2, 5", [1, 4]),
            ("yes 2", [1]),
            ("no 3", [-3]),
            ("1 no 2 3", [0, -2, -3]),
            ("none", [-1, -2, -3, -4, -5]),
            ("no", [-1, -2, -3, -4, -5]),
            ("2 no others", [-1, 1, -3, -4, -5]),
            ("pregnancy", [3]),
            ("epilepsy no pregnant", [1, -4]),
        ],
    )
    def test_numbers_and_names_say_yes_or_no(self, text: str, stated: list[int]) -> None:
        keys = [rule.key for rule in self.RULES]
        wanted = [keys[number] if number >= 0 else f"{keys[-number - 1]}=no" for number in stated]
        assert read_facts(text, self.RULES) == wanted

    @pytest.mark.parametrize(
        "text", ["2 no", "no yes 2", "2 no 2", "others", "2 others", "6", "0", "nothing", "2 none", "-2"]
    )
    def test_what_could_be_read_in_two_ways_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidInput):
            read_facts(text, self.RULES)


def test_a_long_word_is_cut_and_nothing_is_lost_on_a_narrow_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    said = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    with redirect_stderr(said):
        prompt.say("a" * 100 + " 12 mg été", "  - ")
        said.flush()
    lines = said.buffer.getvalue().decode().splitlines()  # type: ignore[attr-defined]
    assert max(map(len, lines)) <= 40 + len("\\xe9") * 2
    assert "".join(lines).replace("  - ", "").replace(" ", "") == "a" * 100 + "12mg\\xe9t\\xe9"
