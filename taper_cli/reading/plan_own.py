"""A prescriber's own products as rows of a plan file, and back: the file they came from is not needed again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from taper_cli.model.citation import Citation, Review, Source, Trust
from taper_cli.model.dose import Dose, Volume, decimal_text
from taper_cli.model.drug import FROM_FILE, MarketedProduct, OwnProducts
from taper_cli.model.errors import WrongValue
from taper_cli.model.product import Form, Product, Split
from taper_cli.reading import plan_rows as rows

_TRUST: dict[Trust, Any] = {trust: trust.value for trust in Trust}
_SPLIT: dict[Split, Any] = {split: split.word for split in Split}


def own_row(own: OwnProducts) -> rows.OwnRow:
    """Own products as a row; each document stands once."""
    cites = [cite for one in own.products for cite in (one.cite, one.split_cite) if cite is not None]
    sources = list(dict.fromkeys(cite.source for cite in cites))

    def cited(cite: Citation) -> rows.CiteRow:
        return rows.CiteRow(
            source=sources.index(cite.source), locator=cite.locator, trust=_TRUST[cite.trust], note=cite.note
        )

    return rows.OwnRow(
        only=own.only,
        reviewed_on=own.review.reviewed_on,
        review_due=own.review.review_due,
        reviewed_by=own.review.reviewed_by,
        sources=[
            rows.SourceRow(
                key=one.key,
                title=one.title,
                publisher=one.publisher,
                year=one.year,
                where=one.where,
                read_on=one.read_on,
            )
            for one in sources
        ],
        products=[
            rows.OwnProductRow(
                region=one.region,
                form=one.form.value,
                strength_mg=one.strength.mg_text,
                volume_ml=decimal_text(one.volume.ml) if one.volume else None,
                split=_SPLIT[one.split],
                cite=cited(one.cite),
                split_cite=cited(one.split_cite) if one.split_cite else None,
            )
            for one in own.products
        ],
    )


def own_of(row: rows.OwnRow) -> OwnProducts:
    """The own products of a row.

    Raises:
        WrongValue: for a citation of a document that is not in the list, or a product that cannot exist.
    """
    sources = [
        Source(
            key=one.key, title=one.title, publisher=one.publisher, year=one.year, where=one.where, read_on=one.read_on
        )
        for one in row.sources
    ]

    def cite(one: rows.CiteRow) -> Citation:
        if one.source >= len(sources) or not sources[one.source].title.startswith(FROM_FILE):
            raise WrongValue("an own product cites a document that is not in the list, or not said to be its file's")
        return Citation(source=sources[one.source], locator=one.locator, trust=Trust(one.trust), note=one.note)

    return OwnProducts(
        only=row.only,
        review=Review(reviewed_on=row.reviewed_on, review_due=row.review_due, reviewed_by=row.reviewed_by),
        products=tuple(
            _product(one, cite(one.cite), cite(one.split_cite) if one.split_cite else None) for one in row.products
        ),
    )


def _product(row: rows.OwnProductRow, cite: Citation, split_cite: Citation | None) -> MarketedProduct:
    """One product; what could not be dispensed by any mark of a syringe, or divided, cannot be built."""
    product = Product(
        drug="own",
        form=Form(row.form),
        strength=Dose.of_mg(row.strength_mg),
        volume=Volume(int(Fraction(row.volume_ml) * 1000)) if row.volume_ml is not None else None,
        graduation=Volume(1) if Form(row.form).liquid else None,
        split=Split[row.split.upper()],
    )
    return MarketedProduct(
        region=row.region,
        form=product.form,
        strength=product.strength,
        volume=product.volume,
        cite=cite,
        split=product.split,
        split_cite=split_cite,
        own=True,
    )
