"""A prescriber's own products: read as strictly as our data, every fault told at once, nothing that could not be dispensed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taper_cli.formulary import loader
from taper_cli.formulary.own import read_products
from taper_cli.model.dose import Dose
from taper_cli.model.errors import FaultyFile
from taper_cli.model.product import Form, Split

OWN = (Path(__file__).parents[2] / "examples" / "requests" / "own-products.toml").read_text(encoding="utf-8")
SECOND = """
[[product]]
drug = "lorazepam"
region = "us"
form = "oral solution"
strength = "1 mg in 5 mL"
cite = { source = "stock", locator = "row 13", trust = "V", note = "made to order" }
"""


def faults(text: str) -> tuple[str, ...]:
    """What a file of own products is refused for."""
    with pytest.raises(FaultyFile) as caught:
        loader.own_file(text.encode(), "own.toml")
    assert "'own.toml' cannot be used as a file of products" in str(caught.value)
    assert all("\n" not in fault for fault in caught.value.faults)
    return caught.value.faults


def test_the_example_is_read() -> None:
    file = loader.own_file(OWN.encode(), "own.toml")
    ((drug, product),) = file.products
    assert (drug, product.region, product.form, product.strength) == ("diazepam", "gb", Form.TABLET, Dose.of_mg(1))
    assert (product.split, product.own, file.only) == (Split.HALF, True, False)
    assert product.cite.source.title.startswith("from your file: ")
    assert product.split_cite and product.split_cite.source.title.startswith("from your file: ")


def test_one_file_can_hold_several_drugs() -> None:
    file = loader.own_file((OWN + SECOND).encode(), "own.toml")
    assert [drug for drug, _ in file.products] == ["diazepam", "lorazepam"]
    assert [product.name for product in file.of("lorazepam").products] == ["1 mg in 5 mL oral solution"]
    assert file.of("zopiclone").products == ()


def test_a_file_saved_with_a_byte_order_mark_is_read() -> None:
    assert loader.own_file(b"\xef\xbb\xbf" + OWN.encode(), "own.toml").products


BARE = re.sub(r"(?m)^#.*\n|  #.*$", "", OWN)
"""The example without its comments."""
SPLIT = 'split = "half"\n'
SPLIT_CITE = 'split_cite = { source = "stock", locator = "row 12", trust = "V", note = "has a score line" }\n'
WHOLE = ((SPLIT, ""), (SPLIT_CITE, ""))
CITED = 'cite = { source = "stock", locator = "row 12", trust = "V", note = "made'
SPOILED = {
    # what is wrong: pairs of what stands there and what is written instead, words of the fault
    "no mode": ((('mode = "add"', ""),), "mode: missing"),
    "a mode that is none": ((('"add"', '"replace"'),), "mode: expected 'add' or 'only', not 'replace'"),
    "a brand for a drug": ((('"diazepam"', '"Valium"'),), "drug 'Valium' is no generic name"),
    "no drug anywhere": ((('drug = "diazepam"', ""),), "drug is missing"),
    "a region of nowhere": ((('"gb"', '"mars"'),), "region 'mars' is none of gb, us"),
    "a split without its source": (((SPLIT_CITE, ""),), "split and split_cite go together"),
    "a split capsule": ((('"tablet"', '"capsule"'),), "a capsule is never split"),
    "a split modified-release tablet": ((('"tablet"', '"modified-release tablet"'),), "is never split"),
    "a form that is none": ((('"tablet"', '"lozenge"'),), "form 'lozenge' is none of tablet"),
    "a number for a strength": ((('"1 mg"', "1.0"),), "strength"),
    "a strength without a unit": ((('"1 mg"', '"1"'),), "no unit"),
    "a strength of zero": ((('"1 mg"', '"0 mg"'),), "not above zero"),
    "halves with more than 3 decimals": ((('"1 mg"', '"0.125 mg"'),), "more than 3 decimals"),
    "a strength with more than 3 decimals": ((('"1 mg"', '"0.0625 mg"'), *WHOLE), "more than 3 decimals"),
    "a liquid that does not divide": (
        (('"tablet"', '"oral solution"'), ('"1 mg"', '"1 mg in 3 mL"'), *WHOLE),
        "no even amount in a mL",
    ),
    "no source": (((CITED, CITED.replace("stock", "x")),), "source 'x' is not defined"),
    "no trust": (((CITED, CITED.replace('trust = "V", ', "")),), "trust"),
    "an unknown key": ((('mode = "add"', 'mode = "add"\ncolour = "blue"'),), "colour: unknown key"),
    "an unknown key of a product": ((('region = "gb"', 'region = "gb"\nprice = 3'),), "price"),
    "a schema of another file": ((('"taper.products.v1"', '"taper.drug.v1"'),), "schema: expected 'taper.products.v1'"),
    "a review that is over before it began": ((("= 2027-05-01", "= 2026-01-01"),), "review_due"),
    "no reviewer": ((('reviewed_by = "the practice pharmacist"', ""),), "reviewed_by: missing"),
    "control characters": ((('note = "made', 'note = "\\u001b[31mmade'),), "printable"),
    "a line break in a title": ((('title = "Stock', 'title = "a\\nStock'),), "printable"),
    "a note without end": ((('note = "made', f'note = "{"x" * 600}made'),), "at most 500"),
    "sources that are no tables": ((("[sources.stock]", "[nothing]"),), "is not defined"),
    "the same product twice": ((("[[product]]", BARE[BARE.index("[[product]]") :] + "\n[[product]]"),), "stands twice"),
    "no product": (((BARE[BARE.index("[[product]]") :], ""),), "product: missing"),
    "not TOML": ((("[[product]]", "[[product"),), "not TOML"),
}


@pytest.mark.parametrize("wrong", SPOILED)
def test_a_fault_is_told(wrong: str) -> None:
    changes, told = SPOILED[wrong]
    text = BARE
    for old, new in changes:
        assert old in text, f"{old!r} is not in the example"
        text = text.replace(old, new, 1)
    assert any(told in fault for fault in faults(text)), faults(text)


def test_every_fault_is_told_at_once() -> None:
    text = OWN.replace('"half"', '"third"').replace('"gb"', '"mars"').replace('mode = "add"', 'mode = "new"')
    found = faults(text + SECOND.replace("lorazepam", "aspirin"))
    assert len(found) == 4
    assert [fault.partition(":")[0] for fault in found] == ["mode", "product[1]", "product[2]", "sources.stock"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a = " + b"[" * 100_000, b"a = " + b"9" * 5_000, b"sources = 3", b'[sources.""]\ntitle = "x"', b"x" * 600_000],
    ids=["nothing", "not UTF-8", "nested without end", "a number without end", "sources", "a nameless source", "too large"],
)  # fmt: skip
def test_a_file_of_another_kind_is_told_and_nothing_crashes(content: bytes) -> None:
    with pytest.raises(FaultyFile):
        loader.own_file(content, "own.toml")


@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(st.data())
def test_whatever_is_changed_in_a_file_it_is_read_or_told(data: st.DataObject) -> None:
    """One line of the example taken out, doubled or changed: either a file whose products can be dispensed, or its faults."""
    lines = OWN.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    spoiled = data.draw(st.sampled_from(["", lines[place] * 2, lines[place].replace('"', ""), lines[place][:-1]]))
    other = data.draw(st.text(max_size=12))
    lines[place] = data.draw(st.sampled_from([spoiled, f'strength = "{other}"', f'note = "{other}"', other]))
    try:
        file = read_products("\n".join(lines).encode(), "own.toml", drugs=("diazepam",), regions=("gb",))
    except Exception as fault:
        assert type(fault).__name__ == "DataFault"
    else:
        assert all(product.strength.ng % (1000 * product.split.value) == 0 for _, product in file.products)
