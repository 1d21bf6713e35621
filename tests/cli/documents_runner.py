"""Runs command lines with --json and reads what comes back as another program would: by the published schema that it names."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from cli_runner import Outcome, taper
from jsonschema import Draft202012Validator

PACKAGE = Path(__file__).parents[2] / "taper_cli"
PUBLISHED = {path.name.removesuffix(".schema.json"): path for path in PACKAGE.rglob("taper.*.schema.json")}
"""Every schema in the package by its name."""


def schema_of(name: str) -> dict[str, Any]:
    """A published schema as it stands."""
    return dict(json.loads(PUBLISHED[name].read_text(encoding="utf-8")))


def closed(schema: Any) -> Any:
    """The schema with no key allowed that it does not name: a key that is printed must be published."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    return made | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else made


@cache
def validator(name: str) -> Draft202012Validator:
    """An independent reader of a published schema, closed, dates checked as well."""
    schema = closed(schema_of(name))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(document: dict[str, Any]) -> list[str]:
    """Everything in which a document differs from the schema that it names."""
    return [f"{error.json_path}: {error.message}" for error in validator(document["schema"]).iter_errors(document)]


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each key stands once."""
    made = dict(pairs)
    assert len(made) == len(pairs), "a key stands twice"
    return made


def document(content: bytes) -> dict[str, Any]:
    """One JSON document and nothing else, in UTF-8, its last line ended, keeping to its schema."""
    assert content.endswith(b"}\n") and b"\r" not in content
    found: dict[str, Any] = json.loads(content.decode("utf-8"), object_pairs_hook=once)
    assert faults(found) == []
    return found


def answer(*words: str, code: int = 0) -> dict[str, Any]:
    """What a command answers with --json: one document on stdout."""
    done = with_json(*words)
    assert done.code == code, done.said
    return document(done.out)


def error(*words: str) -> tuple[int, dict[str, Any]]:
    """The exit code of a command that fails, and its error: one document on stderr, and nothing on stdout."""
    done = with_json(*words)
    assert done.out == b""
    found = document(done.err)
    assert found["schema"] == "taper.error.v1"
    assert found["error"]["exit_code"] == done.code
    return done.code, found


def with_json(*words: str) -> Outcome:
    """A command line with --json behind the command's name."""
    return taper(words[0], "--json", *words[1:])
