"""The formulary on paper: the list of drugs, everything held about one with its sources, and why a medicine is refused."""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.model.catalogue import Catalogue, Dossier, Listed
from taper_cli.model.citation import Citation, Source, Trust
from taper_cli.model.dose import decimal_text
from taper_cli.model.drug import MarketedProduct, RefusedDrug, Tier
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Grid, Heading, Items, Notice, Para, Sources
from taper_cli.render.formulary_rules import dependence_text, guideline_blocks, ladder_blocks, limit_rows, span_text

NO_PLAN = "FACTS, NOT A PLAN. A prescriber must approve and sign any schedule before anyone uses it."
_TIERS = {
    Tier.EMERGENCY: "Emergency",
    Tier.CALL: "Call the clinic",
    Tier.EXPECTED: "Expected: keep to the plan",
}


class Places:
    """The documents of a paper, numbered as they come up, and how a citation of one is written."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def of(self, cite: Citation) -> str:
        """'[3] section 4.2', and that it was read in a secondary place where it was."""
        number = self._numbers.setdefault(cite.source, len(self._numbers) + 1)
        return f"[{number}] {cite.locator}{'' if cite.trust is Trust.PRIMARY else ' (secondary)'}"

    def told(self, cite: Citation) -> str:
        """The place, and what was read there in our words."""
        return f"{self.of(cite)}: {cite.note}"

    @property
    def documents(self) -> tuple[str, ...]:
        """Every document with its year and the day on which it was read."""
        return tuple(
            f"[{number}] {source.title}. {source.publisher}, {source.year}. {source.where} (read {source.read_on.isoformat()})"
            for source, number in self._numbers.items()
        )


def list_blocks(found: Catalogue) -> Iterator[Block]:
    """The drugs that fit, and the medicines that are refused by name."""
    sought = f" that fit {found.sought!r}" if found.sought else ""
    yield Heading(f"{len(found.drugs)} drugs{sought}", 1)
    if found.drugs:
        head = ("Drug", "Class", "Plan", "Forms by region", "Brands and synonyms")
        yield Grid(head, tuple(_listed(entry, found.market) for entry in found.drugs))
        if any(entry.pace_typed for entry in found.drugs):
            yield Para("Plan: 'own pace' means that no rate is published, so the prescriber types step and interval.")
    if found.refused:
        yield Heading(f"{len(found.refused)} refused by name: do not stop them, their reduction is planned elsewhere")
        yield Grid(
            ("Medicine", "Plan", "Who should plan it"),
            tuple((", ".join(one.names), "refused", one.service) for one in found.refused),
        )
    yield Para(
        "Type 'taper drugs NAME' for products, limits and sources, or the reason of a refusal. Any other medicine is unknown here: "
        "without facts nothing can be said about stopping it."
    )
    yield Notice(NO_PLAN)


def _listed(entry: Listed, market: str | None) -> tuple[str, ...]:
    """A row of the list; one market's forms and brands only where it was asked for."""
    forms = [(where, kinds) for where, kinds in entry.forms if market in (None, where)]
    same = len({kinds for _, kinds in forms}) == 1
    told = (
        f"{', '.join(where for where, _ in forms)}: {', '.join(forms[0][1])}"
        if same
        else "; ".join(f"{where}: {', '.join(kinds)}" for where, kinds in forms)
    )
    brands = [name for name, markets in entry.brands if market is None or market in markets]
    names = ", ".join((*brands, *entry.synonyms))
    return entry.name, entry.drug_class, "own pace" if entry.pace_typed else "yes", told, names


def refusal_blocks(refused: RefusedDrug) -> Iterator[Block]:
    """Why a medicine is refused by name, and who should plan it."""
    places = Places()
    yield Heading(f"{', '.join(refused.names)}: refused by name", 1)
    yield Notice(f"Do not stop it and keep the present dose: {refused.service} should plan it.")
    yield Para(f"Why: {refused.reason}")
    yield Items((places.told(refused.cite),))
    yield Heading("Sources")
    yield Sources(places.documents)


def entry_blocks(found: Dossier | RefusedDrug) -> Iterator[Block]:
    """What is held under one name: a drug's facts, or the reason why it is refused."""
    return drug_blocks(found) if isinstance(found, Dossier) else refusal_blocks(found)


def drug_blocks(held: Dossier) -> Iterator[Block]:
    """Everything that is held about one drug, each fact with its source and whether that was read at first hand."""
    places = Places()
    where = f" ({held.region.title})" if held.region else ""
    yield Heading(f"{held.drug.name}{where}: what the formulary holds", 1)
    yield Para(
        "[1] is the first document of the list at the end. 'secondary': read in a secondary place; all other facts at first hand."
    )
    yield Items(tuple(_head(held, places)))
    yield from _products(held, places)
    yield from _doses(held, places)
    yield from _half_life(held, places)
    if held.bindings:
        yield Heading("Which limit binds where nothing else is typed")
        yield Grid(("Region", "Guideline", "Limit"), limit_rows(held))
    yield from guideline_blocks(held, places.told)
    yield from ladder_blocks(held, places.told)
    yield from _dependence(held, places)
    yield from _contexts(held, places)
    yield from _warnings(held, places)
    yield from _advice(held, places)
    yield Heading("Sources, and the day on which each was read")
    yield Sources(places.documents)
    yield Heading("Reviews")
    yield Grid(
        ("Data about", "Read", "Next review", "By"),
        tuple(
            (one.what, one.review.reviewed_on.isoformat(), one.review.review_due.isoformat(), one.review.reviewed_by)
            for one in held.reviews
        ),
    )
    yield Notice(NO_PLAN)


def _head(held: Dossier, places: Places) -> Iterator[str]:
    drug = held.drug
    yield f"Class: {held.drug_class.title} ({drug.drug_class}); {drug.use.value} use"
    if drug.synonyms:
        yield f"Also called {', '.join(drug.synonyms)}"
    for brand in drug.brands:
        form = f", {brand.form.value}" if brand.form else ""
        yield f"Brand {brand.name} ({', '.join(brand.regions)}{form}): {places.of(brand.cite)}"
    for what in held.typed:
        yield f"Must be typed: {what}"


def _divided(product: MarketedProduct) -> str:
    """How a product may be divided, and whether its licence covers that."""
    if not product.form.divisible:
        return "never"
    return f"{say.split_text(product.split)}{', off-licence' if product.split_off_licence else ''}"


def _products(held: Dossier, places: Places) -> Iterator[Block]:
    yield Heading("Products and how they may be divided")
    if held.elsewhere:
        yield Para(f"None is held for this region; some are for: {', '.join(held.elsewhere)}.")
        return
    yield Grid(
        ("Region", "Product", "Divided", "Source of the product", "Source of the division"),
        tuple(
            (
                one.region,
                one.name,
                _divided(one),
                places.of(one.cite),
                places.of(one.split_cite) if one.split_cite else "",
            )
            for one in held.drug.products
        ),
    )
    notes = [cite for one in held.drug.products for cite in (one.cite, one.split_cite) if cite]
    yield Items(tuple(dict.fromkeys(map(places.told, notes))))


def _doses(held: Dossier, places: Places) -> Iterator[Block]:
    """Maxima, the last step, published equivalents, measured effect."""
    drug = held.drug
    if drug.maxima:
        yield Heading("Highest labelled doses of a day")
        yield Grid(
            ("Region", "For", "Most", "From 65 years", "Source"),
            tuple(
                (one.region, one.indication, str(one.dose), str(one.older_adult or ""), places.told(one.cite))
                for one in drug.maxima
            ),
        )
    yield Heading("Last step: the largest last dose before a stop")
    yield Para(
        f"{drug.last_step.dose}, {drug.last_step.basis}: {places.told(drug.last_step.cite)}"
        if drug.last_step
        else "No source states one: it is the smallest dose that the region's smallest solid strength makes."
    )
    if drug.equivalents:
        yield Heading("Published equivalents of diazepam 10 mg (never used to convert a dose)")
        yield Grid(
            ("Table", "Dose", "Source"),
            tuple((one.table, span_text(one.low, one.high), places.told(one.cite)) for one in drug.equivalents),
        )
    if drug.effect_curves:
        yield Heading("Measured effect by dose (averages of a few people with a wide scatter)")
        yield Grid(
            ("Site", "Largest effect", "Half of it at", "Fitted up to", "Source and scatter"),
            tuple(
                (
                    one.site,
                    f"{decimal_text(one.vmax * 100)}%",
                    str(one.ed50),
                    str(one.fitted_to),
                    places.told(one.cite),
                )
                for one in drug.effect_curves
            ),
        )


def _half_life(held: Dossier, places: Places) -> Iterator[Block]:
    drug, drug_class = held.drug, held.drug_class
    window = drug_class.window(drug.half_life)
    spans = (("the medicine", drug.half_life_hours), ("its active metabolite", drug.metabolite_hours))
    hours = [f"{what} {span_text(*map(decimal_text, span))} hours" for what, span in spans if span]
    yield Heading("Half-life, and the days to watch")
    yield Items(
        (
            f"Class of half-life: {drug.half_life.value}"
            + (f" ({'; '.join(hours)})" if hours else " (hours not held)")
            + f": {places.told(drug.half_life_cite)}",
            f"After a cut: days {window.first_day} to {window.last_day}: {places.told(window.cite)}",
            f"After the last dose: {say.days_text(drug_class.after_last_dose_days)}: "
            f"{places.told(drug_class.after_last_dose_cite)}",
        )
    )


def _dependence(held: Dossier, places: Places) -> Iterator[Block]:
    yield Heading("How soon the body depends on it")
    if held.dependence is None:
        yield Para("No table is held for this class: the body is taken to be used to the medicine.")
    else:
        yield Items((f"{dependence_text(held.dependence, held.drug.name)}: {places.told(held.dependence.cite)}",))


def _contexts(held: Dossier, places: Places) -> Iterator[Block]:
    """Facts about the patient: those that refuse a plan, and those that warn."""
    for title, gate in (("refuse a plan unless a specialist accepts", True), ("add a warning", False)):
        rules = [rule for rule in held.contexts if rule.gate is gate]
        if rules:
            yield Heading(f"Facts about the patient (--context) that {title}")
            yield Items(
                tuple(
                    f"{', '.join((rule.key, *rule.aliases))}: {rule.text}; ask {rule.service} {places.of(rule.cite)}"
                    for rule in rules
                )
            )


def _warnings(held: Dossier, places: Places) -> Iterator[Block]:
    """Boxed warnings, symptoms in their tiers."""
    if held.drug_class.boxes:
        yield Heading("Boxed warnings")
        yield Items(tuple(f"{box.region}: {box.text} {places.of(box.cite)}" for box in held.drug_class.boxes))
    for tier, title in _TIERS.items():
        yield Heading(f"Symptoms. {title}")
        yield Items(
            tuple(
                f"{one.words}{' (the same day)' if one.same_day else ''} {places.of(one.cite)}"
                for one in held.drug_class.tier(tier)
            )
        )


def _advice(held: Dossier, places: Places) -> Iterator[Block]:
    """Advice by audience, and the regions' rules for handing out."""
    for audience in dict.fromkeys(line.audience for line in held.drug_class.advice):
        yield Heading(f"Advice for the {audience.value}")
        yield Items(
            tuple(
                f"{line.topic}{f' ({line.region})' if line.region else ''}: {line.text} {places.of(line.cite)}"
                for line in held.drug_class.advice
                if line.audience is audience
            )
        )
    hints = [(region, hint) for region in held.regions for hint in region.hints_for(held.drug.name)]
    if hints:
        yield Heading("Rules for handing out, to check locally")
        yield Items(tuple(f"{region.key}: {hint.text} {places.of(hint.cite)}" for region, hint in hints))
