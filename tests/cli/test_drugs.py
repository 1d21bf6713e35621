"""`taper drugs`: what can be looked up is found, what is shown is all that is held, and every command it offers plans."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cli_runner import Outcome, taper

from taper_cli.formulary import loader
from taper_cli.model.citation import Citation
from taper_cli.model.drug import Drug

CANNOT, USAGE = 3, 2
NAMES = loader.keys_of("drugs")
REGIONS = ("", "gb", "us")
every_drug = pytest.mark.parametrize("name", NAMES)


@cache
def shown(*words: str, columns: int = 200) -> Outcome:
    """What a look-up prints; it succeeds without a word of complaint."""
    outcome = taper("drugs", *words, columns=columns)
    assert (outcome.code, outcome.err) == (0, b""), outcome.said
    return outcome


def facts(name: str, *more: str) -> dict[str, Any]:
    """One drug's facts as JSON."""
    return json.loads(shown(name, "--json", *more).text)  # type: ignore[no-any-return]


def listed(*words: str) -> list[str]:
    """The names in the list."""
    return [entry["name"] for entry in json.loads(shown(*words, "--json").text)["drugs"]]


def refused(*words: str) -> list[str]:
    return [name for entry in json.loads(shown(*words, "--json").text)["refused"] for name in entry["names"]]


class TestTheList:
    """Every drug, narrowed by class, region and words."""

    def test_holds_every_drug_and_every_refused_name(self) -> None:
        assert listed() == NAMES
        assert set(refused()) == {name for one in loader.refused_drugs() for name in one.names}

    def test_says_what_is_planned_what_needs_a_pace_and_what_is_refused(self) -> None:
        lines = {line.split()[0]: line for line in shown().text.splitlines() if line.split()}
        assert " yes " in lines["diazepam"] and " own pace " in lines["atenolol"] and " refused " in lines["clozapine,"]

    @pytest.mark.parametrize("drug_class", sorted({loader.drug_named(name).drug_class for name in NAMES}))
    def test_of_one_class_holds_that_class_alone(self, drug_class: str) -> None:
        assert listed("--class", drug_class) == [
            name for name in NAMES if loader.drug_named(name).drug_class == drug_class
        ]
        assert refused("--class", drug_class) == []

    @pytest.mark.parametrize(("region", "market"), [("gb", "gb"), ("us", "us"), ("gb-nir", "gb"), ("GB", "gb")])
    def test_of_one_region_holds_what_is_sold_there(self, region: str, market: str) -> None:
        sold = [name for name in NAMES if market in {one.region for one in loader.drug_named(name).products}]
        assert listed("--region", region) == sold

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("diazepam", ["diazepam"]),
            ("Valium", ["diazepam"]),
            ("VALI", ["diazepam"]),
            ("  rivotril ", ["clonazepam"]),
            ("z-drug", ["eszopiclone", "zaleplon", "zolpidem", "zopiclone"]),
            ("proton-pump", listed("--class", "ppi")),
            ("prednis", ["prednisolone", "prednisone"]),
        ],
    )
    def test_a_search_finds_names_brands_and_classes(self, words: str, found: list[str]) -> None:
        assert listed("--search", words) == found

    def test_a_search_finds_refused_names(self) -> None:
        assert "clozapine" in refused("--search", "clozap") and listed("--search", "clozap") == []

    @every_drug
    def test_every_name_of_a_drug_finds_it(self, name: str) -> None:
        drug = loader.drug_named(name)
        for word in (drug.name, *drug.synonyms, *(brand.name for brand in drug.brands)):
            assert name in listed("--search", word)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--search", "diazepan"), "did you mean diazepam"),
            (("--search", "Valum"), "did you mean Valium"),
            (("--search", "qqqq"), "type 'taper drugs' for the whole list"),
            (("--search", "diazepam", "--class", "opioid"), "class opioid"),
            (("--search", "zopiclone", "--region", "us", "--class", "z-drug"), "fits"),
        ],
    )
    def test_nothing_found_is_told_with_near_names(self, words: tuple[str, ...], told: str) -> None:
        outcome = taper("drugs", *words)
        if words[1] == "zopiclone":
            assert json.loads(taper("drugs", *words, "--json").text)["drugs"][0]["name"] == "eszopiclone"
            return
        assert (outcome.code, outcome.out) == (CANNOT, b"")
        assert told in outcome.said and outcome.said.count("\n") == 1

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--class", "sedatives"), "expected one of antidepressant, benzodiazepine"),
            (("--region", "mars"), "expected one of gb, gb-nir, us"),
            (("--format", "pdf"), "expected one of table, md, json"),
            (("diazepam", "--search", "x"), "write taper drugs diazepam"),
            (("diazepam", "--class", "opioid"), "write taper drugs diazepam"),
        ],
    )
    def test_a_slip_is_told(self, words: tuple[str, ...], told: str) -> None:
        outcome = taper("drugs", *words)
        assert (outcome.code, outcome.out) == (USAGE, b"")
        assert told in outcome.said and outcome.said.count("\n") == 1


def cites(value: object) -> Iterator[Citation]:
    """Every citation within a value of the formulary."""
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from cites(inner)


class TestOneDrug:
    """Everything that is held of it."""

    @every_drug
    def test_names_every_product_split_and_source_of_the_drugs_own_file(self, name: str) -> None:
        drug = loader.drug_named(name)
        held = facts(name)
        assert [(one["region"], one["name"], one["split"]) for one in held["products"]] == [
            (one.region, one.name, one.split.word) for one in drug.products
        ]
        text = json.dumps(held, ensure_ascii=False)
        for cite in cites(drug):
            assert all(json.dumps(words, ensure_ascii=False) in text for words in (cite.locator, cite.note))
            assert cite.source.title in text or json.dumps(cite.source.title, ensure_ascii=False) in text

    @every_drug
    def test_the_page_names_every_document_with_its_year_and_day_of_reading(self, name: str) -> None:
        page = " ".join(shown(name, "--format", "md").text.replace("\\", "").split())
        for cite in cites(loader.drug_named(name)):
            source = cite.source
            assert f"{source.publisher}, {source.year}. " in page
            assert f"(read {source.read_on.isoformat()})" in page

    @every_drug
    def test_the_page_numbers_every_source_that_it_cites(self, name: str) -> None:
        page = shown(name).text
        facts_part, _, sources = page.partition("Sources, and the day on which each was read")
        cited = {int(number) for number in re.findall(r"\[(\d+)\]", facts_part)}
        told = {int(number) for number in re.findall(r"^- \[(\d+)\]", sources, re.MULTILINE)}
        assert cited == told == set(range(1, len(told) + 1))

    @pytest.mark.parametrize("words", ["Valium", "valium", "DIAZEPAM"])
    def test_is_found_by_any_name(self, words: str) -> None:
        assert facts(words)["name"] == "diazepam"

    @pytest.mark.parametrize("region", ["gb", "us"])
    @every_drug
    def test_in_one_region_holds_no_fact_of_another(self, name: str, region: str) -> None:
        held = facts(name, "--region", region)
        for key in ("products", "maxima", "boxed_warnings", "limits", "rules_for_handing_out"):
            assert {one["region"] for one in held[key]} <= {region}, key
        assert all(region in brand["regions"] for brand in held["brands"])
        assert {line["region"] for line in held["advice"]} <= {None, region}

    def test_a_region_without_a_product_says_where_there_are_some(self) -> None:
        assert "None is held for this region; some are for: gb." in shown("nitrazepam", "--region", "us").text

    def test_northern_ireland_has_the_market_of_great_britain(self) -> None:
        assert [one["region"] for one in facts("diazepam", "--region", "gb-nir")["limits"]] == ["gb-nir"]
        assert {one["region"] for one in facts("diazepam", "--region", "gb-nir")["products"]} == {"gb"}

    @every_drug
    def test_tells_which_limit_binds_as_planning_takes_it(self, name: str) -> None:
        drug = loader.drug_named(name)
        planning = loader.class_named(drug.drug_class).planning
        for limit in facts(name)["limits"]:
            market = loader.region_named(None if limit["region"] == "international" else limit["region"]).market
            assert limit["guideline"] == planning.guideline_in(market)
            assert limit["limit"] == loader.guideline_named(limit["guideline"]).law(name) != ""

    @every_drug
    def test_holds_every_guideline_ladder_context_symptom_and_line_of_advice(self, name: str) -> None:
        drug = loader.drug_named(name)
        drug_class = loader.class_named(drug.drug_class)
        held = facts(name)
        guidelines = loader.guidelines_for(drug)
        ladders = {one.key for guideline in guidelines for one in guideline.ladders if name in one.drugs}
        assert [one["key"] for one in held["guidelines"]] == [one.key for one in guidelines]
        assert {one["key"] for one in held["ladders"]} == ladders
        assert [one["key"] for one in held["contexts"]] == [one.key for one in loader.contexts(drug.drug_class)]
        assert [one["words"] for one in held["symptoms"]] == [one.words for one in drug_class.symptoms]
        assert [one["text"] for one in held["advice"]] == [
            one.text for one in drug_class.advice if one.holds_for(drug, one.region)
        ]

    def test_tells_what_must_be_typed(self) -> None:
        assert "--reduce and --every" in " ".join(facts("atenolol")["must_be_typed"])
        assert len(facts("morphine")["must_be_typed"]) == 2 and facts("diazepam")["must_be_typed"] == []

    def test_tells_the_scatter_of_a_measured_effect(self) -> None:
        (curve,) = facts("citalopram")["effect_curves"]
        assert (curve["ed50_mg"], curve["largest_percent"], curve["fitted_to_mg"]) == ("2.33", "83.98", "60")
        assert "wide scatter" in curve["source"]["note"]

    @pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
    @pytest.mark.parametrize("words", [(), ("diazepam",), ("prednisolone",), ("morphine",), ("clozapine",)])
    def test_no_line_is_longer_than_the_screen(self, words: tuple[str, ...], columns: int) -> None:
        assert max(map(len, shown(*words, columns=columns).text.splitlines())) <= columns

    @pytest.mark.parametrize("words", [(), ("diazepam",), ("prednisolone", "--format", "md")])
    def test_plain_ascii_is_plain_ascii(self, words: tuple[str, ...]) -> None:
        assert shown(*words, "--ascii").text.isascii()

    @pytest.mark.parametrize("form", ["table", "md", "json"])
    @pytest.mark.parametrize("words", [(), ("diazepam",)])
    def test_every_form_says_that_it_is_no_plan(self, words: tuple[str, ...], form: str) -> None:
        assert "A prescriber must approve" in " ".join(shown(*words, "--format", form).text.replace("┃", "").split())

    def test_every_table_of_the_markdown_is_whole(self) -> None:
        for row in re.findall(r"(?m)^\|.*$", shown("diazepam", "--format", "md").text):
            assert row.endswith("|")
        tables = re.findall(r"(?m)(?:^\|.*\n)+", shown("diazepam", "--format", "md").text)
        assert len(tables) >= 4
        for table in tables:
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


class TestRefusedByName:
    """A refused medicine shows its refusal."""

    @pytest.mark.parametrize("one", loader.refused_drugs(), ids=lambda one: one.names[0])
    def test_every_name_shows_why_and_who_should_plan_it(self, one: Any) -> None:
        for name in one.names:
            held = facts(name)
            assert (held["status"], held["service"]) == ("refused by name", one.service)
            assert held["do"].startswith("do not stop it and keep the present dose")
            assert held["source"]["read_on"] == one.cite.source.read_on.isoformat()
            page = " ".join(shown(name).text.replace("┃", "").split())
            assert "Do not stop it and keep the present dose" in page and " ".join(one.reason.split()) in page

    def test_several_words_are_one_name(self) -> None:
        several = next(name for one in loader.refused_drugs() for name in one.names if " " in name)
        assert shown(*several.split(), "--json").text == shown(several, "--json").text


LADDERS = [
    (name, region, ladder["command"])
    for name in NAMES
    if any(name in ladder.drugs for one in loader.guidelines_for(loader.drug_named(name)) for ladder in one.ladders)
    for region in REGIONS
    for ladder in facts(name, *(("--region", region) if region else ()))["ladders"]
    if ladder["command"]
]


class TestLadders:
    """Every command that is offered plans."""

    @pytest.mark.parametrize("command", sorted({command for _, _, command in LADDERS}))
    def test_the_command_plans(self, command: str) -> None:
        words = shlex.split(command)
        assert words[0] == "taper"
        outcome = taper(*words[1:], "--start", "2026-12-07", "--today", "2026-11-22", "--format", "csv")
        assert outcome.code == 0, outcome.said

    @pytest.mark.parametrize("region", ["gb", "us"])
    def test_keeps_to_the_region_that_was_asked_for(self, region: str) -> None:
        assert all(f"--region {region}" in command for _, asked, command in LADDERS if asked == region)

    def test_stands_on_a_line_of_its_own_to_be_copied(self) -> None:
        lines = shown("prednisolone", "--region", "gb").text.splitlines()
        assert 'taper plan prednisolone "15 mg" --ladder pmr-bsr-2010 --region gb' in lines

    def test_one_that_no_product_makes_says_so(self) -> None:
        assert "No product that is held here makes every dose of it." in shown("prednisone", "--region", "gb").text

    def test_one_for_modified_release_tablets_takes_no_plain_ones(self) -> None:
        commands = {command for name, _, command in LADDERS if name in ("morphine", "tramadol")}
        assert commands and all("modified-release" in command for command in commands)


def test_the_list_opens_no_drugs_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many drugs there are, the list is one file."""
    read: list[str] = []
    monkeypatch.setattr(loader, "drug_named", lambda name: read.append(name))
    loader.listed.cache_clear()
    assert taper("drugs").code == 0 and read == []


def test_one_drug_opens_its_own_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    named = loader.drug_named

    def noted(name: str) -> Drug:
        read.append(name)
        return named(name)

    monkeypatch.setattr(loader, "drug_named", noted)
    assert taper("drugs", "Valium").code == 0 and set(read) == {"diazepam"}
