"""The data files for their tests: every file by kind, as loaded values and as raw tables, and a small sound file to spoil."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import taper_cli.formulary
from taper_cli.formulary import drugs as readers
from taper_cli.formulary import loader, rules
from taper_cli.model.drug import Drug, DrugClass, Indication
from taper_cli.model.guideline import Guideline, Region

DATA = Path(taper_cli.formulary.__file__).parent


def files() -> list[str]:
    """Every data file, as a path below the formulary."""
    return sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.toml"))


@cache
def raw(file: str) -> dict[str, Any]:
    """A data file as its bare tables."""
    return tomllib.loads((DATA / file).read_text(encoding="utf-8"))


def load(file: str) -> object:
    """A data file as the loader makes it; which reader it needs is said by its schema: 'taper.drug.v1' needs `read_drug`."""
    _, kind, _ = raw(file)["schema"].split(".")
    (read,) = {getattr(module, f"read_{kind}") for module in (readers, rules) if hasattr(module, f"read_{kind}")}
    return read(DATA / file)


def drugs() -> list[Drug]:
    return [loader.drug_named(name) for name in loader.keys_of("drugs")]


def classes() -> list[DrugClass]:
    return [loader.class_named(name) for name in loader.keys_of("classes")]


def guidelines() -> list[Guideline]:
    return [loader.guideline_named(key) for key in loader.keys_of("guidelines")]


def regions() -> list[Region]:
    return [loader.region_named(None if key == "international" else key) for key in loader.keys_of("regions")]


def indications() -> list[Indication]:
    return [readers.read_indication(path) for path in sorted((DATA / "indications").glob("*.toml"))]


def citations(value: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every citation in a file's tables, with the key under which it stands."""
    if isinstance(value, dict):
        if "locator" in value or set(value) >= {"source", "note"}:
            yield place, value
        for key, inner in value.items():
            yield from citations(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from citations(inner, f"{place}[{number}]")


SOUND = """
schema = "taper.drug.v1"
name = "testazepam"
drug_class = "benzodiazepine"
use = "daytime"
synonyms = []
reviewed_on = 2026-11-22
review_due = 2027-11-22
reviewed_by = "a pharmacist"

[sources.label]
title = "A label"
publisher = "A publisher"
year = 2024
where = "example.org/label"
read_on = 2026-11-22

[half_life]
category = "long"
parent_hours = ["20", "100"]
cite = { source = "label", locator = "section 5", trust = "V", note = "20 to 100 hours" }

[[brand]]
name = "Testium"
regions = ["gb"]
cite = { source = "label", locator = "title", trust = "V", note = "the brand" }

[[product]]
region = "gb"
form = "tablet"
strength = "2 mg"
cite = { source = "label", locator = "section 2", trust = "V", note = "2 mg tablet" }
split = "half"
split_cite = { source = "label", locator = "section 3", trust = "V", note = "scored" }

[[product]]
region = "gb"
form = "oral solution"
strength = "2 mg in 5 mL"
cite = { source = "label", locator = "section 2", trust = "V", note = "the liquid" }

[[maximum]]
region = "gb"
indication = "anxiety"
dose = "30 mg"
older_adult = "15 mg"
cite = { source = "label", locator = "section 4.2", trust = "V", note = "up to 30 mg" }

[[equivalent]]
table = "A table"
low = "5 mg"
high = "10 mg"
cite = { source = "label", locator = "table", trust = "V2", note = "5 to 10 mg" }
"""
"""A drug file with nothing wrong, to be spoiled one key at a time."""
