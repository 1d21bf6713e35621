"""What the formulary holds, looked up: the list that fits what was sought, and one drug's facts gathered from every file."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.formulary import loader
from taper_cli.formulary.datafile import review_of
from taper_cli.model.catalogue import Binding, Catalogue, Dossier, LadderUse, Listed, Reviewed
from taper_cli.model.drug import Drug, DrugClass, RefusedDrug
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.guideline import Guideline, Ladder, Region
from taper_cli.service.products import form_must_be_named


def catalogue(search: str = "", drug_class: str = "", region: str | None = None) -> Catalogue:
    """The drugs whose names, brands or class hold the words sought, of one class and sold in one region where these are typed.

    Medicines that are refused by name belong to no class and to every region.

    Raises:
        InvalidInput: for an unknown class or region, with the known ones.
        CannotPlan: where nothing fits, with near names.
    """
    market = loader.region_named(region).market if region else None
    wanted, of_class = " ".join(search.lower().split()), drug_class.strip().lower()
    held = loader.listed()
    known = sorted({entry.drug_class for entry in held})
    if of_class and of_class not in known:
        raise InvalidInput(
            f"class {drug_class!r} is not known", f"expected one of {', '.join(known)}", f"write --class {known[0]}"
        )
    drugs = tuple(
        entry
        for entry in held
        if of_class in ("", entry.drug_class)
        and (market is None or market in entry.markets)
        and _fits(wanted, (*entry.names, entry.drug_class, entry.class_title))
    )
    refused = () if of_class else tuple(one for one in loader.refused_drugs() if _fits(wanted, one.names))
    if not drugs and not refused:
        raise _nothing(search, of_class, region)
    return Catalogue(drugs, refused, wanted, market)


def _fits(wanted: str, words: tuple[str, ...]) -> bool:
    """Whether any of some words holds what is wanted."""
    return any(wanted in word.lower() for word in words)


def _nothing(search: str, drug_class: str, region: str | None) -> CannotPlan:
    """The answer where nothing fits."""
    near = loader.near_names(search) if search.strip() else []
    where = "".join(f", {name} {value}" for name, value in (("class", drug_class), ("region", region)) if value)
    return CannotPlan(
        f"nothing in the formulary fits {search!r}{where}",
        "expected a part of a name, a brand or a class",
        f"did you mean {', '.join(near)}" if near else "type 'taper drugs' for the whole list",
    )


def refused_as(name: str) -> RefusedDrug | None:
    """The medicine that is refused by that name, if it is."""
    wanted = " ".join(name.lower().split())
    return next((one for one in loader.refused_drugs() if wanted in one.names), None)


def dossier(name: str, region: str | None = None) -> Dossier:
    """Everything that is held of one drug, of one region only where it is stated; no other drug's file is read.

    Raises:
        InvalidInput: for an unknown region.
        CannotPlan: for a name that the formulary does not hold, with near names.
    """
    asked = loader.region_named(region) if region else None
    drug = loader.find_drug(name)[0]
    drug_class = loader.class_named(drug.drug_class)
    guidelines = loader.guidelines_for(drug)
    regions = (asked,) if asked else tuple(loader.region_named(_key(key)) for key in loader.keys_of("regions"))
    here = _in_market(drug, asked.market) if asked else drug
    return Dossier(
        drug=here,
        drug_class=_class_in(drug_class, drug, asked),
        region=asked,
        elsewhere=() if here.products else tuple(sorted({product.region for product in drug.products})),
        guidelines=guidelines,
        bindings=tuple(_bindings(drug, drug_class, regions)),
        ladders=tuple(
            LadderUse(guideline, ladder, _command(drug, drug_class, ladder, regions))
            for guideline in guidelines
            for ladder in guideline.ladders
            if drug.name in ladder.drugs
        ),
        contexts=loader.contexts(drug.drug_class),
        regions=regions,
        dependence=loader.dependence(drug.drug_class),
        typed=tuple(_typed(here, drug_class)),
        reviews=tuple(_reviews(drug, drug_class, guidelines, regions)),
    )


def _key(file: str) -> str | None:
    """A region's file as it is typed."""
    return None if file == loader.INTERNATIONAL else file


def _in_market(drug: Drug, market: str | None) -> Drug:
    """The drug with one market's facts only."""
    return drug._replace(
        brands=tuple(brand for brand in drug.brands if market in brand.regions),
        products=tuple(product for product in drug.products if product.region == market),
        maxima=tuple(maximum for maximum in drug.maxima if maximum.region == market),
    )


def _class_in(drug_class: DrugClass, drug: Drug, region: Region | None) -> DrugClass:
    """The class with what it says of this drug, in one region only where it is stated."""
    market = region.market if region else None
    return drug_class._replace(
        windows=(drug_class.window(drug.half_life),),
        advice=tuple(line for line in drug_class.advice if line.holds_for(drug, market if region else line.region)),
        boxes=tuple(box for box in drug_class.boxes if region is None or box.region == market),
    )


def _bindings(drug: Drug, drug_class: DrugClass, regions: tuple[Region, ...]) -> Iterator[Binding]:
    """Whose limit binds in each region where the drug can be planned."""
    markets = {product.region for product in drug.products}
    for region in regions:
        if region.market is None or region.market in markets:
            guideline = loader.guideline_named(drug_class.planning.guideline_in(region.market))
            yield Binding(region.key, guideline)


def _typed(drug: Drug, drug_class: DrugClass) -> Iterator[str]:
    """What a request for this drug must say itself, since no default would be right."""
    planning = drug_class.planning
    if planning.prescriber_types_pace:
        yield "the pace, as no rate is published: --reduce and --every, or --steps"
    if planning.dose_by_slot:
        yield "the dose by time of day, as all of it at once could harm: '10 mg morning + 10 mg bedtime'"
    unclear = [
        market
        for market in sorted({product.region for product in drug.products})
        if form_must_be_named(
            [product for product in drug.products if product.region == market], name_release=planning.name_release
        )
    ]
    if unclear:
        yield f"the form that the patient takes ({', '.join(unclear)}), as one does not replace another: --products"


def _command(drug: Drug, drug_class: DrugClass, ladder: Ladder, regions: tuple[Region, ...]) -> str:
    """The command that plans a ladder from its first rung, with a region and products that make every rung."""
    from taper_cli.service.ladders import ready_command

    return ready_command(drug, drug_class, ladder, regions)


def _reviews(
    drug: Drug, drug_class: DrugClass, guidelines: tuple[Guideline, ...], regions: tuple[Region, ...]
) -> Iterator[Reviewed]:
    """Every file that the dossier is made of, with its review."""
    yield Reviewed(drug.name, drug.review)
    yield Reviewed(drug_class.title, drug_class.review)
    yield from (Reviewed(guideline.title, guideline.review) for guideline in guidelines)
    yield Reviewed("facts about the patient", review_of(loader.context_file(drug_class)))
    yield from (Reviewed(region.title, region.review) for region in regions if region.review)


__all__ = ["Listed", "catalogue", "dossier", "refused_as"]
