"""Random command lines for a plan, each made again from its number: mostly as a clinic types them, some wild."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from taper_cli.model.dose import Dose
from taper_cli.model.drug import Drug, MarketedProduct
from taper_cli.service import class_of, drugs_held
from taper_cli.service.catalogue import dossier

TODAY = date(2026, 11, 22)
SLOTS = ("morning", "noon", "evening", "bedtime")
CONTEXTS = ("opioid", "age=40", "age=72", "alcohol=no", "liver", "used-for=3y", "used-for=10d", "seizure-history=no")
SUPPLIES = (
    *((), (), ("--supply-days", "7"), ("--supply-days", "14"), ("--halves", "discarded"), ("--bottle", "100 mL")),
    ("--max-supply", "30 days"),
)
Words = tuple[str, ...]


def words(number: int) -> Words:
    """The words of request `number` after `taper plan`; the same number gives the same words as long as the formulary stays."""
    rng = random.Random(number)
    drug = rng.choice(drugs_held())
    region = rng.choice(sorted({product.region for product in drug.products}))
    typed = _wild(rng, drug) if rng.random() < 0.15 else _sensible(rng, drug, region)
    start = TODAY + timedelta(days=rng.randint(1, 500))
    return (drug.name, *typed, "--region", region, "--start", start.isoformat(), "--today", TODAY.isoformat())


def _sensible(rng: random.Random, drug: Drug, region: str) -> Words:
    """A dose of tablets that are sold, a pace that may be kept, now and then what makes a plan special."""
    held = [product for product in drug.products if product.region == region]
    solids = [product for product in held if not product.form.liquid] or held
    plain = [product for product in solids if product.form.value in ("tablet", "capsule")]
    chosen = plain or [product for product in solids if product.form is solids[0].form]
    smallest = min(product.strength.ng for product in chosen)
    planning = class_of(drug).planning
    slots = sorted(rng.sample(SLOTS, rng.choice([1, 1, 2, 2, 3, 4])), key=SLOTS.index)
    if not planning.dose_by_slot and rng.random() < 0.6:
        slots = [""]
    most = max(1, min(14, ceiling(drug) // smallest // len(slots)))
    doses = [f"{Dose(smallest * rng.randint(1, most))} {slot}".strip() for slot in slots]
    ladders = [use.ladder.key for use in dossier(drug.name, region).ladders] if rng.random() < 0.15 else []
    if ladders:
        pace: Words = ("--ladder", rng.choice(ladders) + rng.choice(["", " shortest"]))
    elif planning.prescriber_types_pace or rng.random() < 0.35:
        pace = (
            "--reduce",
            rng.choice([f"{rng.randint(3, 25)}%", f"{rng.randint(5, 10)}% of start", f"{Dose(smallest)}"]),
        )
    else:
        pace = (f"{rng.randint(12, 80)}w",) if rng.random() < 0.8 else (f"{rng.randint(4, 18)}m",)
    every = (
        () if ladders else rng.choice([(), ("--every", "1w"), ("--every", "4w"), ("--every", "10d"), ("--every", "1m")])
    )
    named = planning.name_release or not plain or rng.random() < 0.2
    return (
        " + ".join(doses), *pace, *every,
        *(("--products", _products(rng, chosen if planning.name_release or not plain else held)) if named else ()),
        *rng.choice([(), (), ("--split", "half"), ("--split", "quarter"), ("--split", "whole")]),
        *(("--to", f"{Dose(smallest)}") if not ladders and rng.random() < 0.15 else ()),
        *rng.choice(SUPPLIES), *_context(rng),
        *(("--cut", rng.choice(["even", "bedtime-first"])) if len(slots) > 1 and rng.random() < 0.3 else ()),
        *(("--syringe", "0.1 mL") if rng.random() < 0.1 else ()),
    )  # fmt: skip


def _wild(rng: random.Random, drug: Drug) -> Words:
    """Anything that can be read: doses no tablet makes, times too short, facts that stand against a plan."""
    dose = f"{Fraction(rng.randint(1, 400), rng.choice([1, 1, 2, 4, 5]))}"
    number = f"{float(Fraction(dose)):.6f}".rstrip("0").rstrip(".")
    pace = rng.choice(
        [(f"{rng.randint(1, 60)}w",), ("--reduce", f"{rng.randint(1, 60)}%"), ("--shape", "bands"), ("300d",)]
    )
    return (f"{number} mg", *pace, *_context(rng), "--every", rng.choice(["1w", "3d", "2m"]))


def _products(rng: random.Random, held: list[MarketedProduct]) -> str:
    """Some of the products, as they are typed; without a release that differs from the others."""
    found = rng.sample(held, min(len(held), rng.randint(1, 3)))
    return ", ".join(dict.fromkeys(product.name for product in found))


def _context(rng: random.Random) -> Words:
    return ("--context", rng.choice(CONTEXTS)) if rng.random() < 0.3 else ()


@cache
def ceiling(drug: Drug) -> int:
    """A daily dose, in nanograms, that no ceiling refuses."""
    diazepam = 10_000_000
    if drug.name == "diazepam" or drug.equivalents:
        return min([40 * equivalent.low.ng // 10 for equivalent in drug.equivalents] or [4 * diazepam])
    return min((maximum.dose.ng for maximum in drug.maxima), default=100 * diazepam)
