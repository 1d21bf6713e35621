"""The formulary in plain text: the list of drugs, and everything held about one with its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taper_cli.model.drug import Drug
from taper_cli.render.wording import split_text


def list_text(drugs: Sequence[Drug]) -> str:
    """One line a drug: name, class, regions, brands."""
    lines = ["Drugs that can be planned (type 'taper drugs NAME' for products, limits and sources):"]
    for drug in drugs:
        regions = ", ".join(sorted({product.region for product in drug.products}))
        brands = ", ".join(brand.name for brand in drug.brands)
        lines.append(f"  {drug.name:<18} {drug.drug_class:<16} {regions:<8} {brands}".rstrip())
    lines.append("Any other medicine is refused: without facts nothing can be said about stopping it.")
    return "\n".join(lines) + "\n"


def drug_text(drug: Drug, region: str) -> str:
    """Everything held about one drug, each fact with its source; one region's facts only where a region is given."""
    return "\n".join(_drug_lines(drug, region)) + "\n"


def _drug_lines(drug: Drug, region: str) -> Iterator[str]:
    yield f"{drug.name} ({drug.drug_class}, {drug.use.value} use, half-life class {drug.half_life.value})"
    yield f"  half-life: {drug.half_life_cite.short}"
    for brand in drug.brands:
        yield f"  brand {brand.name} ({', '.join(brand.regions)}): {brand.cite.short}"
    for product in drug.products:
        if region in ("", product.region):
            yield f"  {product.region}: {product.name}: {product.cite.short}"
            if product.split_cite:
                yield f"      {split_text(product.split)}: {product.split_cite.short}"
    for maximum in drug.maxima:
        if region in ("", maximum.region):
            older = f", {maximum.older_adult} for older adults" if maximum.older_adult else ""
            yield f"  {maximum.region}: at most {maximum.dose} a day for {maximum.indication}{older}: {maximum.cite.short}"
    for equivalent in drug.equivalents:
        span = f"{equivalent.low}" if equivalent.low == equivalent.high else f"{equivalent.low} to {equivalent.high}"
        yield f"  {equivalent.table}: {span} equals diazepam 10 mg: {equivalent.cite.short}"
    review = drug.review
    yield f"  data read {review.reviewed_on.isoformat()}, next review {review.review_due.isoformat()}: {review.reviewed_by}"
