"""Every drug, in every region and form, at two paces through every kind of paper: planned or refused in words, never a crash."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cli_runner import STARTED, Outcome, taper

from taper_cli.model.drug import Drug, MarketedProduct
from taper_cli.model.product import Form
from taper_cli.service import class_of, drugs_held

PLANNED, CANNOT, REFUSED = 0, 3, 4
PACES = {("40w",): ["txt", "csv", "ics", "json", "fhir.json"], ("--reduce", "25%", "--every", "4w"): ["html", "json"]}
"""Each pace, with the papers that are written of it."""
NG_PER_MG = 10**6


class Asked(NamedTuple):
    """One form of a drug as a region has it, with the dose that is asked for."""

    drug: str
    region: str
    dose: str
    products: str

    def words(self, pace: tuple[str, ...], *more: str) -> tuple[str, ...]:
        """The command line."""
        where = ("--region", self.region, "--products", self.products)
        return ("plan", self.drug, self.dose, *pace, *where, *STARTED, *more)


def asked_of(drug: Drug) -> Iterator[Asked]:
    """Each region and form of a drug, from up to four of its smallest strength a day."""
    for region in sorted({product.region for product in drug.products}):
        held = [product for product in drug.products if product.region == region]
        for form in dict.fromkeys(product.form for product in held):
            yield _asked(drug, region, form, [product for product in held if product.form is form])


def _asked(drug: Drug, region: str, form: Form, held: list[MarketedProduct]) -> Asked:
    smallest = min(product.strength.ng for product in held)
    most = min((one.dose.ng for one in drug.maxima if one.region == region), default=4 * smallest)
    count = max(1, min(4, most // smallest))
    slot = " bedtime" if class_of(drug).planning.dose_by_slot else ""
    names = ", ".join(dict.fromkeys(product.name for product in held))
    return Asked(drug.name, region, f"{smallest * count / NG_PER_MG:g} mg{slot}", names)


DRUGS = {drug.name: drug for drug in drugs_held()}
EACH = pytest.mark.parametrize("name", DRUGS)


@EACH
def test_every_paper_is_written_and_a_saved_plan_opens_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    answers = set()
    for place, asked in enumerate(asked_of(DRUGS[name])):
        for pace, papers in PACES.items():
            folder = tmp_path / f"{place}{pace[0]}"
            folder.mkdir()
            done = written(asked.words(pace), folder, "plan", papers)
            answers.add(done.code)
            if done.code != PLANNED:
                assert done.code in (CANNOT, REFUSED), done.said
                assert not list(folder.iterdir())
                assert done.said.startswith("taper: "), done.said
                assert done.code == CANNOT or "do not stop the medicine" in done.said
                continue
            again = written(("export", str(folder / "plan.json")), folder, "again", papers)
            assert again.code == PLANNED, again.said
            for kind in papers:
                assert (folder / f"again.{kind}").read_bytes() == (folder / f"plan.{kind}").read_bytes(), (asked, kind)
    assert answers


@EACH
def test_what_other_systems_get_is_judged_as_the_table_is(name: str, tmp_path: Path) -> None:
    for place, asked in enumerate(asked_of(DRUGS[name])):
        if written(asked.words(("40w",)), tmp_path, str(place), ["csv", "fhir.json"]).code != PLANNED:
            continue
        verdicts = []
        for kind in ("csv", "fhir.json"):
            judged = taper("check", str(tmp_path / f"{place}.{kind}"), "--json", *STARTED[2:])
            verdicts.append((judged.code, judged.said, judged.text and json.loads(judged.text)["findings"]))
        assert verdicts[0] == verdicts[1], asked


def written(words: tuple[str, ...], folder: Path, stem: str, papers: list[str]) -> Outcome:
    """A command that writes these kinds of papers."""
    files = [part for kind in papers for part in ("-o", str(folder / f"{stem}.{kind}"))]
    return taper(*words, "-q", *files)


def ways_out(done: Outcome) -> list[tuple[str, ...]]:
    """The rules of each line of a refusal that the prescriber may accept together."""
    lines = [line for line in done.said.splitlines() if "decision: --accept" in line]
    return [tuple(re.findall(r"--accept ([\w.-]+)=", line)) for line in lines]


@EACH
def test_what_a_refusal_offers_to_accept_leads_to_a_plan(name: str) -> None:
    """Each way out that a refusal names, taken at its word, ends in a plan; where the next refusal names more, those are added."""
    for asked in asked_of(DRUGS[name]):
        for pace in PACES:
            for way in ways_out(taper(*asked.words(pace, "--format", "csv"))):
                done, accepted = Outcome(REFUSED, b"", b""), dict.fromkeys(way)
                for _ in range(4):
                    done = taper(
                        *asked.words(pace, "--format", "csv", *(f"--accept={rule}=weighed" for rule in accepted))
                    )
                    if done.code != REFUSED or not ways_out(done):
                        break
                    accepted |= dict.fromkeys(ways_out(done)[0])
                assert done.code == PLANNED, (asked, pace, tuple(accepted), done.said)
