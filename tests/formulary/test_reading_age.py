"""What the patient reads can be read by a child of eleven: short words, short sentences."""

from __future__ import annotations

import re

import pytest
from formulary_builders import classes, indications

from taper_cli.model.drug import Audience

HIGHEST_GRADE = 6
"""For a text of several lines; a single line may be a little above it, as the measure is coarse for one sentence."""
MEDICINE_NAMES = re.compile(
    r"\b(gabapentin|pregabalin|carisoprodol|baclofen|tizanidine|naloxone|opioids?|alcohol|emergency|hospital|medicines?|pharmacy)\b",
    re.IGNORECASE,
)
"""Words that have no shorter one: they count as a single syllable, so that the measure speaks of our own words."""


def syllables(word: str) -> int:
    """How many syllables a word has, by its groups of vowels; a silent e at the end is none."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$|es$|ed$", "", bare)))
    return max(groups, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: years at school needed to read it."""
    plain = MEDICINE_NAMES.sub("word", text)
    sentences = max(len(re.findall(r"[.?!](?:\s|$)", plain)), 1)
    words = re.findall(r"[A-Za-z']+", plain)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


PATIENT_LINES = [
    pytest.param(advice.text, id=f"{held.name}, {advice.topic} {number}")
    for held in classes()
    for number, advice in enumerate(held.advice)
    if advice.audience is Audience.PATIENT
] + [
    pytest.param(line.text, id=f"{indication.name} {number}")
    for indication in indications()
    for number, line in enumerate(indication.lines)
    if line.kind in ("help", "phone")
]


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("The cat sat on the mat.", -3, 1),
        ("Take the tablets in that row. Tick the box.", -2, 4),
        ("Discontinuation necessitates individualised multidisciplinary consideration of comorbidities.", 20, 60),
    ],
)
def test_the_measure_tells_easy_from_hard(text: str, lowest: float, highest: float) -> None:
    assert lowest <= grade(text) <= highest


@pytest.mark.parametrize(
    ("word", "count"),
    [("dose", 1), ("tablet", 2), ("medicine", 3), ("stopped", 1), ("table", 2), ("usual", 2), ("day", 1)],
)
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize("held", classes(), ids=lambda held: held.name)
def test_the_advice_of_a_class_as_a_whole_is_easy_to_read(held: object) -> None:
    lines = [advice.text for advice in held.advice if advice.audience is Audience.PATIENT]  # type: ignore[attr-defined]
    assert grade(" ".join(lines)) <= HIGHEST_GRADE


@pytest.mark.parametrize("text", PATIENT_LINES)
def test_each_line_is_easy_to_read(text: str) -> None:
    assert grade(text) <= HIGHEST_GRADE + 3


@pytest.mark.parametrize("text", PATIENT_LINES)
def test_no_sentence_is_long(text: str) -> None:
    sentences = re.split(r"(?<=[.?!])\s+", text)
    assert max(len(sentence.split()) for sentence in sentences) <= 25


@pytest.mark.parametrize("held", classes(), ids=lambda held: held.name)
def test_symptoms_are_named_in_few_words(held: object) -> None:
    assert max(len(symptom.words.split()) for symptom in held.symptoms) <= 12  # type: ignore[attr-defined]
