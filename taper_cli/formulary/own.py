"""A prescriber's own products, read from a file of theirs as strictly as our own data: what may be supplied, and on whose word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from taper_cli.formulary import rows
from taper_cli.formulary.datafile import DataFault, DataFile
from taper_cli.formulary.drugs import product_of
from taper_cli.model.citation import Citation, Review
from taper_cli.model.drug import FROM_FILE, MarketedProduct, OwnProducts
from taper_cli.model.errors import WrongValue

_LONGEST = 500
_LARGEST = 500_000


class OwnProductRow(rows.ProductRow):
    """A product that a prescriber can have supplied; `drug` where the file does not name one for all."""

    drug: rows.Key | None = None


class OwnFile(NamedTuple):
    """A file of own products as it was read; `products` are pairs of generic name and product, in its order."""

    only: bool
    review: Review
    products: tuple[tuple[str, MarketedProduct], ...]

    def of(self, drug: str) -> OwnProducts:
        """Those of one drug, which may be none."""
        return OwnProducts(self.only, self.review, tuple(product for name, product in self.products if name == drug))


def read_products(content: bytes, name: str, *, drugs: Collection[str], regions: Collection[str]) -> OwnFile:
    """Read a file of a prescriber's own products; `drugs` and `regions` are the names that the formulary knows.

    Raises:
        DataFault: with every fault of the file, a drug that no plan could ask for among them.
    """
    if len(content) > _LARGEST:
        raise DataFault(name, [f"the file holds more than {_LARGEST // 1000} kB"])
    file = DataFile(Path(name), "taper.products.v1", content)
    mode = file.word("mode", ("add", "only"))
    for_all = file.optional_text("drug")

    def made(row: OwnProductRow) -> tuple[str, MarketedProduct]:
        drug = row.drug or for_all
        if drug is None:
            raise WrongValue("drug is missing, here or once at the top of the file for all")
        if drug not in drugs:
            raise WrongValue(f"drug {drug!r} is no generic name of the formulary")
        if row.region not in regions:
            raise WrongValue(f"region {row.region!r} is none of {', '.join(sorted(regions))}")
        product = product_of(file, row)
        split_cite = _own(product.split_cite) if product.split_cite else None
        return drug, product._replace(own=True, cite=_own(product.cite), split_cite=split_cite)

    products: tuple[tuple[str, MarketedProduct], ...] = file.many("product", OwnProductRow, made)
    file.need(products, "product")
    places = [(drug, product.region, product.identity) for drug, product in products]
    if len(set(places)) != len(places):
        file.faults.append("product: the same form and strength of a drug stands twice for one region")
    file.close()
    return OwnFile(mode == "only", file.review, products)


def _own(cite: Citation) -> Citation:
    """A citation of the file, said to be one wherever it is printed; its words must be fit to print."""
    source = cite.source
    for text in (source.title, source.publisher, source.where, cite.locator, cite.note):
        if len(text) > _LONGEST or not text.isprintable():
            raise WrongValue(f"expected a line of at most {_LONGEST} printable characters, not {text[:40]!r}")
    return replace(cite, source=replace(source, title=f"{FROM_FILE}: {source.title}"))
