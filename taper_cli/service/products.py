"""Which products a plan may use: what was typed, or the region's tablets and capsules, divided as data or prescriber allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from taper_cli.model.citation import Citation
from taper_cli.model.dose import NG_PER_MICROGRAM, Dose, Volume
from taper_cli.model.drug import FROM_FILE, Drug, LastStep, MarketedProduct
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.guideline import Region
from taper_cli.model.product import LIQUID_WORDS, Form, Product, Split
from taper_cli.model.request import Request, WantedProduct

# The coarsest mark that every oral syringe has; a finer one may be typed. Always echoed as an assumption.
DEFAULT_GRADUATION = Volume(500)
# Modified-release forms are never mixed in unasked: they are another medicine in the body.
DEFAULT_FORMS = tuple(form for form in Form if not form.liquid and not form.modified_release)
# Among them the first group that a region has is taken: a coated tablet beside a plain one is there for another reason.
_PREFERRED = (
    (Form.TABLET, Form.ORODISPERSIBLE, Form.CAPSULE),
    (Form.SOLUBLE, Form.DISPERSIBLE),
    (Form.GASTRO_RESISTANT, Form.GASTRO_RESISTANT_CAPSULE),
)
# Liquids that could make a smaller cut are named as far as a fine oral syringe measures them.
FINEST_GRADUATION = Volume(100)


class AtHand(NamedTuple):
    """The products of a plan, the citations behind them, and the splits that are the prescriber's word and not the data's.

    `coarser` are the products that are divided less finely than was typed for all, since the parts could not be written;
    `from_file` those that stand in the prescriber's own file.
    """

    products: tuple[Product, ...]
    cites: tuple[Citation, ...]
    own_word: tuple[str, ...]
    coarser: tuple[str, ...] = ()
    from_file: tuple[str, ...] = ()


def marketed(drug: Drug, region: Region) -> tuple[MarketedProduct, ...]:
    """The drug's products in the region; without a region those common to every region that markets it, least split first.

    Raises:
        CannotPlan: when the drug is not marketed in the region, or no product is common to all.
    """
    if region.market is not None:
        found = tuple(product for product in drug.products if product.region == region.market)
        if not found:
            known = ", ".join(sorted({product.region for product in drug.products}))
            raise CannotPlan(
                f"the formulary holds no {drug.name} product for region {region.key!r}", f"it holds some for: {known}"
            )
        return found
    regions = {product.region for product in drug.products}
    common = _common(drug)
    if not common:
        raise CannotPlan(
            f"no {drug.name} product is common to all regions ({', '.join(sorted(regions))})",
            "expected a region or the products at hand",
            "add --region or --products",
        )
    return common


def nameable(drug: Drug, region: Region) -> tuple[MarketedProduct, ...]:
    """What may be named: the region's products; without a region the prescriber's word counts wherever a product is marketed.

    Raises:
        CannotPlan: when the drug is not marketed in the region.
    """
    return marketed(drug, region) if region.market else tuple(product for product, _ in _anywhere(drug))


def usual_products(drug: Drug, region: Region) -> tuple[MarketedProduct, ...]:
    """What a schedule from elsewhere is judged against: the region's products, or, without one, the common or else all of them."""
    if region.market is not None:
        return marketed(drug, region)
    return _common(drug) or tuple(product for product, _ in _anywhere(drug))


def as_usual(drug: Drug, region: Region) -> tuple[Product, ...]:
    """The usual tablets and capsules for judging, divided as the data allow."""
    held = usual_products(drug, region)
    return as_dispensed(drug, tuple(product for product in held if product.form in DEFAULT_FORMS))


def _common(drug: Drug) -> tuple[MarketedProduct, ...]:
    """The products that every region has which markets the drug, and the prescriber's own, which are at hand in any case."""
    regions = {product.region for product in drug.products}
    return tuple(product for product, where in _anywhere(drug) if product.own or where == regions)


def _anywhere(drug: Drug) -> Iterator[tuple[MarketedProduct, set[str]]]:
    """Every product of the drug once, as divided by the prescriber's own file, or where its data allow least, with its regions."""
    for first in drug.products:
        same = [product for product in drug.products if product.identity == first.identity]
        if first is same[0]:
            yield min(same, key=lambda one: (not one.own, one.split.value)), {product.region for product in same}


def _usual_forms(held: Sequence[MarketedProduct]) -> tuple[MarketedProduct, ...]:
    """The plain tablets and capsules, or the first group of other forms that gives its dose at once, if there are none."""
    for forms in _PREFERRED:
        found = tuple(product for product in held if product.form in forms)
        if found:
            return found
    return ()


def form_must_be_named(held: Sequence[MarketedProduct], *, name_release: bool) -> bool:
    """Whether no form can be taken unasked: modified-release ones are held, and nothing plain or nothing that replaces them."""
    return any(product.form.modified_release for product in held) and (name_release or not _usual_forms(held))


def usual_choice(
    drug: Drug, region: Region, *, name_release: bool
) -> tuple[tuple[MarketedProduct, ...], tuple[MarketedProduct, ...]]:
    """The products held in a region, and those that are taken where none was named: none, where one must be.

    Raises:
        CannotPlan: when the drug is not marketed in the region, or no product is common to all.
    """
    held = marketed(drug, region)
    return held, () if form_must_be_named(held, name_release=name_release) else _usual_forms(held)


def as_dispensed(drug: Drug, products: Sequence[MarketedProduct]) -> tuple[Product, ...]:
    """Products as a plan would use them: divided as the data allow, liquids by the usual mark."""
    return tuple(_made(drug, product, product.split, None) for product in products)


def _default(
    drug: Drug, held: Sequence[MarketedProduct], *, name_release: bool, all_named: bool
) -> tuple[MarketedProduct, ...]:
    """What is taken where no product was typed; `all_named`: a file of own products names everything that may be supplied."""
    plain = _usual_forms(held)
    if all_named and len({product.form.modified_release for product in held if not product.form.liquid}) < _BOTH:
        return tuple(held)
    slow = [product for product in held if product.form.modified_release]
    if form_must_be_named(held, name_release=name_release):
        forms = ", ".join(
            f"--products '{form.value}'" for form in dict.fromkeys(product.form for product in (*slow, *plain))
        )
        both = "plain and modified-release forms" if plain else "modified-release forms"
        raise CannotPlan(
            f"{drug.name} is held in {both}, and one does not replace another",
            "expected the form that the patient takes",
            f"type {forms}",
        )
    if not plain:
        names = ", ".join(product.name for product in held)
        raise CannotPlan(
            f"{drug.name} has no tablet or capsule here", f"it has: {names}", "name what to use with --products"
        )
    return plain


def products_at_hand(request: Request, drug: Drug, region: Region, *, name_release: bool = False) -> AtHand:
    """The products that this request may use; `name_release`: plain and modified-release forms must be told apart by name.

    Raises:
        CannotPlan: for a strength or form that the region does not have, with those it has; for a capsule to be divided.
        InvalidInput: for a split that does not divide the strength.
    """
    if request.products is None:
        pairs: list[tuple[MarketedProduct, WantedProduct | None]]
        all_named = request.own is not None and request.own.only
        held = _default(drug, marketed(drug, region), name_release=name_release, all_named=all_named)
        pairs = [(product, None) for product in held]
    else:
        known = nameable(drug, region)
        pairs = [(held, wanted) for wanted in request.products for held in _find(wanted, drug, region, known)]
    products, cites, own_word, coarser = {}, [], [], []
    for product, wanted in pairs:
        split = _split(product, request, wanted)
        made = _made(drug, product, split, request.syringe)
        products[made.sort_key] = made
        cites += [product.cite, *([product.split_cite] if product.split_cite and split is not Split.WHOLE else [])]
        if split.value > product.split.value:
            own_word.append(made.name)
        for_all = request.split if product.form.divisible and not (wanted and wanted.split) else None
        if for_all is not None and split is not for_all:
            coarser.append(made.name)
    ordered = tuple(products[key] for key in sorted(products))
    if name_release and len({product.form.modified_release for product in ordered}) > 1:
        slow = next(product for product in ordered if product.form.modified_release)
        plain = next(product for product in ordered if not product.form.modified_release)
        raise CannotPlan(
            f"{drug.name} is named as {slow.name} and as {plain.name}, and one does not replace the other in a day's dose",
            "expected one of the two kinds",
            "plan one part at a time, each with its own --products",
        )
    from_file = tuple(dict.fromkeys(product.name for product, _ in pairs if product.own))
    return AtHand(ordered, tuple(dict.fromkeys(cites)), tuple(own_word), tuple(coarser), from_file)


def _find(
    wanted: WantedProduct, drug: Drug, region: Region, held: Sequence[MarketedProduct]
) -> tuple[MarketedProduct, ...]:
    """The marketed product that was typed, or every strength of a form; 'solution' alone finds any liquid of that strength."""
    if wanted.strength is None:
        found = tuple(product for product in held if _fits(wanted.form_words, product.form))
        if found:
            return found
    volume = wanted.volume.ul if wanted.volume else 0
    for product in held:
        same = product.strength == wanted.strength and (product.volume.ul if product.volume else 0) == volume
        if same and _fits(wanted.form_words, product.form):
            return (product,)
    names = ", ".join(dict.fromkeys(product.name for product in held))
    raise CannotPlan(
        f"{drug.name} {wanted.name!r} is not in the formulary for {region.title}",
        f"it holds: {names}",
        "type one of these",
    )


def _fits(words: str, form: Form) -> bool:
    """Whether typed form words mean a form."""
    return words == form.value or (form.liquid and words in LIQUID_WORDS and words in f"{form.value} liquid")


def _split(product: MarketedProduct, request: Request, wanted: WantedProduct | None) -> Split:
    """The split typed with the product, else the one typed for all, else what the data hold; capsules and liquids stay whole."""
    typed = wanted.split if wanted and wanted.split else None
    if typed is None:
        if request.split is None or not product.form.divisible:
            return product.split
        return finest(product.strength, request.split)
    if typed is not Split.WHOLE and not product.form.divisible:
        if product.form.capsule or product.form.liquid:
            raise CannotPlan(
                f"a {product.name} cannot be divided", "expected 'whole' or no split", f"type '{product.name}'"
            )
        raise CannotPlan(
            f"a {product.name} must not be divided: half of it may release the dose at once, or does not keep",
            "expected a plain tablet or a smaller strength",
            f"type '{product.name}' without a split",
        )
    if not _writable(product.strength, typed):
        raise CannotPlan(
            f"a {typed.word} of a {product.name} would need more than 3 decimals of a mg to be written, which nobody reads safely",
            "expected a coarser split or a larger strength",
            f"type '{product.name} half'" if _writable(product.strength, Split.HALF) else f"type '{product.name}'",
        )
    return typed


def finest(strength: Dose, asked: Split) -> Split:
    """The finest split of a tablet that is not finer than what was asked for all, and whose parts can be written."""
    return next((one for one in _FROM_FINEST if one.value <= asked.value and _writable(strength, one)), Split.WHOLE)


def _writable(strength: Dose, split: Split) -> bool:
    """Whether every part is a whole number of micrograms: mg with more than 3 decimals are misread."""
    return strength.ng % (split.value * NG_PER_MICROGRAM) == 0


_BOTH = 2
_FROM_FINEST = (Split.QUARTER, Split.HALF, Split.WHOLE)


def _made(drug: Drug, product: MarketedProduct, split: Split, syringe: Volume | None) -> Product:
    """The product as this plan may use it."""
    if product.strength.ng % split.value:
        raise InvalidInput(f"{product.name} cannot be divided into {split.value}", "expected a coarser split")
    return Product(
        drug=drug.name,
        form=product.form,
        strength=product.strength,
        volume=product.volume,
        graduation=(syringe or DEFAULT_GRADUATION) if product.form.liquid else None,
        split=split,
    )


def divided(product: Product, split: Split) -> Product:
    """A product divided on the prescriber's word, as far as it can be: the same as when it is planned."""
    return replace(product, split=finest(product.strength, split)) if product.form.divisible else product


def last_step(drug: Drug, region: Region, products: Sequence[Product]) -> LastStep:
    """The drug's last step: as a source states it, otherwise the smallest dose that its smallest marketed solid makes.

    Of plain and modified-release forms only those count that are at hand: one does not replace the other. `drug` is as the
    formulary holds it: a file of large tablets must not make a larger last dose right.
    """
    if drug.last_step is not None:
        return drug.last_step
    here = region.market is None or any(product.region == region.market for product in drug.products)
    held = usual_products(drug, region) if here else tuple(product for product, _ in _anywhere(drug))
    solids = [product for product in held if not product.form.liquid]
    releases = {product.form.modified_release for product in products if not product.form.liquid}
    fitting = [product for product in solids if product.form.modified_release in releases] or solids
    smallest = min(fitting, key=lambda product: (product.strength.ng, -product.split.value))
    dose = Dose(smallest.strength.ng // smallest.split.value)
    basis = f"the smallest dose that the smallest solid strength makes ({smallest.name}, {smallest.split.word})"
    return LastStep(dose=dose, basis=basis, cite=smallest.split_cite or smallest.cite)


class Other(NamedTuple):
    """A product that could be supplied as well, and where it is marketed."""

    product: Product
    regions: tuple[str, ...]
    named_by_region: bool
    own: bool = False

    @property
    def name(self) -> str:
        """Its name, with the mark of the syringe it needs, and whose it is or, where no region was stated, the regions."""
        by = f" by {self.product.graduation}" if self.product.graduation else ""
        where = FROM_FILE if self.own else ", ".join(self.regions) if self.named_by_region else ""
        return f"{self.product.name}{by}{f' ({where})' if where else ''}"


def others(drug: Drug, region: Region, products: Sequence[Product], syringe: Volume | None) -> tuple[Other, ...]:
    """The products that are not among those at hand, liquids included: the region's, or any region's where none is stated.

    A plain form is never offered beside modified-release ones, nor the other way round: it would not replace them dose for dose.
    """
    here = {product.identity for product in products}
    releases = {product.form.modified_release for product in products} or {True, False}
    found = []
    for product, where in _anywhere(drug):
        if product.identity in here or product.form.modified_release not in releases:
            continue
        if region.market is None or region.market in where:
            local = product if region.market is None else _in_region(drug, product, region.market)
            made = _made(drug, local, local.split, syringe)
            found.append(Other(made, tuple(sorted(where)), region.market is None, own=local.own))
    return tuple(found)


def _in_region(drug: Drug, product: MarketedProduct, market: str) -> MarketedProduct:
    """The same product as one region has it."""
    return next(other for other in drug.products if other.identity == product.identity and other.region == market)
