"""What can be typed for one drug, by key: products, published schedules, guidelines and facts, from as few files as possible."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.formulary import loader
from taper_cli.model.drug import Drug
from taper_cli.model.errors import TaperError
from taper_cli.service.published import ladders_held

Choice = tuple[str, str]
"""A word, and what it means."""


def drug_choices() -> Iterator[Choice]:
    """Every name of every drug; what it means is the drug's own name, or its class."""
    for entry in loader.listed():
        for name in entry.names:
            yield name, entry.class_title if name == entry.name else entry.name


def class_choices() -> Iterator[Choice]:
    """Every class of drugs."""
    yield from dict.fromkeys((entry.drug_class, entry.class_title) for entry in loader.listed())


def region_choices() -> Iterator[Choice]:
    """Every region that can be typed."""
    for key in loader.region_keys():
        yield key, loader.region_named(key).title


def product_choices(drug: str, region: str) -> Iterator[Choice]:
    """A drug's products, of one region where it is known; what they mean is where they are sold."""
    found = _drug(drug)
    market = _market(region)
    names: dict[str, list[str]] = {}
    for product in found.products if found else ():
        if market in (None, product.region):
            names.setdefault(product.name, []).append(product.region)
    yield from ((name, ", ".join(where)) for name, where in names.items())


def ladder_choices(drug: str) -> Iterator[Choice]:
    """The published schedules of a drug."""
    found = _drug(drug)
    yield from ((ladder.key, ladder.title) for ladder in (ladders_held(found) if found else ()))


def guideline_choices(drug: str) -> Iterator[Choice]:
    """The guidelines that limit a drug's cuts, or all there are where no drug is known."""
    found = _drug(drug)
    if found is None:
        yield from ((key, "") for key in loader.keys_of("guidelines"))
    else:
        yield from ((one.key, one.title) for one in loader.guidelines_for(found) if one.limits(found.name))


def context_choices(drug: str) -> Iterator[Choice]:
    """The facts about a patient that matter for a drug."""
    found = _drug(drug)
    yield from ((rule.key, rule.title) for rule in (loader.contexts(found.drug_class) if found else ()))


def indication_choices(drug: str) -> Iterator[Choice]:
    """What the formulary holds advice about, and what a drug's highest doses are for."""
    found = _drug(drug)
    names = [key.replace("-", " ") for key in loader.keys_of("indications")]
    names += [most.indication for most in (found.maxima if found else ())]
    yield from ((name, "") for name in dict.fromkeys(names))


def _drug(name: str) -> Drug | None:
    """The drug of a name, if it is one."""
    try:
        return loader.find_drug(name)[0] if name else None
    except TaperError:
        return None


def _market(region: str) -> str | None:
    """The market of a region, if it is one."""
    try:
        return loader.region_named(region.lower()).market if region else None
    except TaperError:
        return None
