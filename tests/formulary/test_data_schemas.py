"""The published JSON Schemas are those of the readers, every data file keeps to its own, and the index knows every drug."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from accept_data import made
from formulary_builders import DATA, SOUND, drugs, files, raw
from jsonschema import Draft202012Validator
from test_loader_refuses import SPOILED

from taper_cli.formulary import index, loader, rows, schemas
from taper_cli.formulary.datafile import DataFault
from taper_cli.formulary.drugs import read_drug

HINT = "if the change is meant, run 'python tests/accept_data.py'"
OWN = Path(__file__).parents[2] / "examples" / "requests" / "own-products.toml"


def as_json(value: Any) -> Any:
    """The tables of a data file as JSON has them: dates as text."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def validator(kind: str) -> Draft202012Validator:
    """An independent reader of a shipped schema, dates checked as well."""
    schema = json.loads((schemas.FOLDER / schemas.file_name(kind)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(kind: str, tables: dict[str, Any]) -> list[str]:
    """Everything that the schema refuses in some tables."""
    return [error.message for error in validator(kind).iter_errors(as_json(tables))]


@pytest.mark.parametrize(("path", "content"), [pytest.param(*pair, id=pair[0].name) for pair in made()])
def test_what_is_made_from_others_is_up_to_date(path: Path, content: Any) -> None:
    assert json.loads(path.read_text(encoding="utf-8")) == content, HINT


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in schemas.FOLDER.iterdir()} == {schemas.file_name(kind) for kind in schemas.READERS}


class TestSchemas:
    """What an editor or another program is told is what our own readers take."""

    @pytest.mark.parametrize("file", files())
    def test_every_data_file_keeps_to_its_schema(self, file: str) -> None:
        assert faults(raw(file)["schema"].split(".")[1], raw(file)) == []

    def test_the_example_of_own_products_keeps_to_its_schema(self) -> None:
        assert faults("products", tomllib.loads(OWN.read_text(encoding="utf-8"))) == []

    def test_every_kind_of_data_file_has_a_schema(self) -> None:
        kinds = {raw(file)["schema"].split(".")[1] for file in files()}
        assert kinds | {"products"} == set(schemas.READERS)

    def test_every_row_that_a_reader_knows_stands_in_a_schema(self) -> None:
        told = {name for kind in schemas.READERS for name in schemas.json_schema(kind)["$defs"]}
        known = {name: row for name, row in vars(rows).items() if isinstance(row, type) and issubclass(row, rows.Row)}
        # What other rows are made from stands in none by itself.
        assert {name for name, row in known.items() if not row.__subclasses__()} <= told

    @pytest.mark.parametrize("kind", schemas.READERS)
    def test_a_schema_says_what_it_is_and_refuses_an_unknown_key(self, kind: str) -> None:
        schema = schemas.json_schema(kind)
        assert schema["title"] == f"taper.{kind}.v1" and schema["description"].endswith(".")
        assert any("colour" in fault for fault in faults(kind, {"colour": "blue"}))

    STRUCTURE = (
        "an unknown key at the top", "an unknown key in a product", "an unknown key in a citation", "an unknown table",
        "an empty reviewer", "an empty note", "a blank locator", "an empty title", "a product without a citation",
        "a maximum without a citation", "a year that is none", "a source never read", "a strength as a number",
        "an unknown form", "a split into thirds", "no product at all", "no half-life", "a half-life of no class",
        "a trust of a third kind", "a brand of nowhere", "a use that is none", "a schema of another file", "no review date",
        "a date in words",
    )  # fmt: skip
    """Faults of structure; the others are of meaning, which only the reader sees."""

    @pytest.mark.parametrize("wrong", STRUCTURE)
    def test_a_fault_of_structure_is_refused_by_the_schema_as_by_the_reader(self, wrong: str, tmp_path: Path) -> None:
        (old, new), _, _ = SPOILED[wrong]
        text = SOUND.replace(old, new, 1)
        path = tmp_path / "testazepam.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataFault):
            read_drug(path)
        assert faults("drug", tomllib.loads(text))

    def test_the_sound_file_has_no_fault(self) -> None:
        assert faults("drug", tomllib.loads(SOUND)) == []


class TestIndex:
    """The index saves time and decides nothing: a drug is always read from its own file."""

    @pytest.fixture
    def anew(self) -> Iterator[None]:
        """A loader that has looked nothing up yet, before and after."""
        loader.listed.cache_clear()
        yield
        loader.listed.cache_clear()

    def test_lists_every_drug_by_name(self) -> None:
        assert [entry.name for entry in index.read_index()] == loader.keys_of("drugs")

    @pytest.mark.usefixtures("anew")
    @pytest.mark.parametrize("shipped", ["none", "one too few", "one too many"])
    def test_without_a_fitting_index_the_files_themselves_are_asked(
        self, shipped: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = index.read_index()
        more = whole[0]._replace(name="zzz")
        found = {"none": (), "one too few": whole[1:], "one too many": (*whole, more)}[shipped]
        monkeypatch.setattr(index, "read_index", lambda: found)
        assert loader.listed() == whole
        assert loader.find_drug("Valium")[0].name == "diazepam"

    @pytest.mark.usefixtures("anew")
    def test_a_brand_that_only_the_index_knows_is_no_brand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        forged = tuple(entry._replace(brands=(("Fakium", ("gb",)),)) for entry in index.read_index())
        monkeypatch.setattr(index, "read_index", lambda: forged)
        with pytest.raises(Exception, match="holds no drug called 'Fakium'"):
            loader.find_drug("Fakium")

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": 1}'])
    def test_a_broken_index_is_as_good_as_none(
        self, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken = tmp_path / "index.json"
        broken.write_bytes(content)
        monkeypatch.setattr(index, "FILE", broken)
        assert index.read_index() == ()

    @pytest.mark.parametrize("name", ["../regions/gb", "diazepam.toml", "/etc/passwd", "", "..", "DIAZEPAM\x00"])
    def test_a_name_is_never_a_path(self, name: str) -> None:
        with pytest.raises(Exception, match="the formulary holds no drug called"):
            loader.find_drug(name)


def test_no_other_drugs_file_is_opened_for_one_drug(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hundredth drug must not slow the first."""
    read: list[str] = []
    monkeypatch.setattr(loader, "read_drug", lambda path: read.append(path.stem) or read_drug(path))
    for lookup in (loader.drug_named, loader.listed):
        lookup.cache_clear()
    try:
        assert loader.find_drug("Valium")[0].name == loader.find_drug("diazepam")[0].name == "diazepam"
        assert read == ["diazepam"]
    finally:
        for lookup in (loader.drug_named, loader.listed):
            lookup.cache_clear()


def test_the_readme_of_the_formulary_names_every_key_of_every_kind() -> None:
    """How a number gets in: a key that the page does not name would be found by nobody."""
    page = (DATA / "README.md").read_text(encoding="utf-8")
    keys = {key for kind in schemas.READERS for key in schemas.json_schema(kind)["properties"]}
    assert not [key for key in sorted(keys) if not re.search(rf"`\[*{key}\b", page)]
    assert len(drugs()) > 40
