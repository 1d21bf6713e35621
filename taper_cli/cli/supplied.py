"""Typed products made into values: '2 mg tablet half, 2 mg in 5 mL oral solution' as what may be supplied."""

from __future__ import annotations

import re

from taper_cli.cli.arguments import dose_above_zero
from taper_cli.model.dose import Volume
from taper_cli.model.errors import InvalidInput
from taper_cli.model.product import LIQUID_WORDS, Form, Split
from taper_cli.model.request import WantedProduct


def products(text: str) -> tuple[WantedProduct, ...]:
    """'2 mg tablet half, 2 mg in 5 mL oral solution': what may be supplied.

    Raises:
        InvalidInput: for an item without strength and form.
    """
    items = [item.strip() for item in text.split(",")]
    if any(not item for item in items):
        raise InvalidInput(
            f"--products {text!r} has an empty item",
            "expected strength and form",
            "write for example '2 mg tablet half'",
        )
    return tuple(_product(item) for item in items)


def _product(item: str) -> WantedProduct:
    """One product: strength, volume if a liquid, form words, split if typed."""
    strength = re.match(r"\s*(\S+?\s*(?:mg|g|micrograms?|mcg))\b(.*)", item)
    if strength is None and not re.search(r"\d", item):
        form, split = _form_and_split(item, item)
        return WantedProduct(strength=None, volume=None, form_words=form, split=split)
    if strength is None:
        raise InvalidInput(
            f"product {item!r} is not a strength and a form",
            "expected for example '2 mg tablet'",
            "write '2 mg tablet half'",
        )
    rest = strength[2].strip()
    volume = None
    if rest.startswith("in "):
        measure = re.match(r"in\s+(\S+\s*m[lL])\b(.*)", rest)
        if measure is None:
            raise InvalidInput(
                f"product {item!r} names no volume", "expected mL", "write for example '2 mg in 5 mL oral solution'"
            )
        volume, rest = Volume.parse(measure[1]), measure[2].strip()
    form, split = _form_and_split(rest, item)
    return WantedProduct(strength=dose_above_zero(strength[1], "product"), volume=volume, form_words=form, split=split)


def _form_and_split(text: str, item: str) -> tuple[str, Split | None]:
    """The words of a form, and the split that stands behind them if one was typed."""
    words = text.lower().split()
    split = next((choice for choice in Split if words and choice.word == words[-1]), None)
    return _form(" ".join(words[:-1] if split else words), item), split


def _form(words: str, item: str) -> str:
    """The form's own words for what was typed; plurals and short forms are understood."""
    short = {"tab": "tablet", "tabs": "tablet", "cap": "capsule", "caps": "capsule", "odt": "orodispersible tablet"}
    singular = short.get(words, words[:-1] if words.endswith("s") else words)
    known = [*(form.value for form in Form), *LIQUID_WORDS]
    if singular not in known:
        from difflib import get_close_matches

        near = get_close_matches(singular, known, n=2) or known[:4]
        raise InvalidInput(
            f"product {item!r} has the form {words!r}", f"expected one of {', '.join(near)}", "write '2 mg tablet half'"
        )
    return singular


def listed_before(text: str) -> str:
    """What of a list stands before its last item, which may have just been begun: '2 mg tablet, ' of '2 mg tablet, 5'."""
    before, comma, item = text.rpartition(",")
    space = item[: len(item) - len(item.lstrip())] or ("" if item or not comma else " ")
    return f"{before}{comma}{space}"
