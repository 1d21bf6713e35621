"""The questions about what may be supplied: products by number or name, and the syringe of a liquid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from taper_cli.cli.answers import Answers
from taper_cli.cli.question import Default, Options, Question, Row
from taper_cli.cli.supplied import listed_before
from taper_cli.model.errors import InvalidInput
from taper_cli.model.offer import Part
from taper_cli.model.product import LIQUID_WORDS, Form


class AtHand(Question):
    """What may be supplied."""

    name, fields, part = "products", ("products",), Part.PRODUCTS
    help = (
        "Type numbers or names, with commas between: 1, 3 half, or 2 mg tablet half. 'half' or 'quarter' after a tablet is your word "
        "that it may be divided so, and stands on the plan. For every tablet at once: --split half."
    )

    def rows(self, so_far: Answers) -> Iterator[Row]:
        from taper_cli.render.offered import TAKEN, product_rows

        offer = so_far.offer()
        mark = f", those marked {TAKEN} if you name none" if offer.usual else ""
        yield "", f"Which products may be supplied? Numbers or names, with commas between{mark}."
        yield from product_rows(offer)
        if not offer.usual:
            yield "", offer.unusual

    def default(self, so_far: Answers) -> Default | None:
        from taper_cli.render.offered import usual_text

        offer = so_far.offer()
        return Default("usual", usual_text(offer), {"products": None}) if offer.usual else None

    def options(self, text: str, so_far: Answers) -> Options:
        held = so_far.offer().held
        return {
            "products": ", ".join(
                _by_number(item.strip(), [product.name for product in held]) for item in text.split(",")
            )
        }

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        return [listed_before(text) + product.name for product in so_far.offer().held]

    def told(self, so_far: Answers) -> str:
        return so_far.text("products") or "usual (not stated)"

    def echo(self, so_far: Answers) -> str:
        return so_far.text("products")


def _by_number(item: str, names: Sequence[str]) -> str:
    """A product's name for its number, with the split that stands behind it; anything else as typed.

    Raises:
        InvalidInput: for a number that no product has.
    """
    number, _, split = item.partition(" ")
    if not re.fullmatch(r"\d+", number, re.ASCII) or (split and split not in ("whole", "half", "quarter")):
        return item
    if not 1 <= int(number) <= len(names):
        raise InvalidInput(
            f"there is no product number {number}", f"expected 1 to {len(names)}", "type a number or a name of the list"
        )
    return " ".join(part for part in (names[int(number) - 1], split) if part)


class Syringe(Question):
    """What the syringe of a liquid measures."""

    name, fields, part = "syringe", ("syringe",), Part.PRODUCTS
    help = "The smallest volume that the patient can draw up and read off. Every dose of the liquid is a whole number of these."

    def applies(self, so_far: Answers) -> bool:
        liquid = {form.value for form in Form if form.liquid} | set(LIQUID_WORDS)
        wanted = so_far.request().products
        if wanted is None:
            return any(product.form.liquid for product in so_far.offer().usual)
        return any(product.form_words in liquid for product in wanted)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "What is the smallest volume that the syringe measures, such as 0.1 mL?"

    def default(self, so_far: Answers) -> Default:
        from taper_cli.render.offered import syringe_text

        usual = syringe_text(so_far.without(self.fields).offer().held)
        return Default(usual, f"steps of {usual}", {"syringe": None})

    def told(self, so_far: Answers) -> str:
        return so_far.text("syringe") or "not stated"
