"""The finished report: request, schedule, findings and sources together; every paper is made from it and from nothing else."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from taper_cli.model.citation import Citation
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.drug import Drug, DrugClass, Indication
from taper_cli.model.exposure import Exposure
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import ContextRule, Guideline, Region
from taper_cli.model.product import Product
from taper_cli.model.request import Request
from taper_cli.model.saved import Found
from taper_cli.model.schedule import Schedule, Step
from taper_cli.model.supply import Supply

if TYPE_CHECKING:
    # Only a revised plan needs it, and every import takes time at the start.
    from taper_cli.model.revision import Revised, Slip
    from taper_cli.model.switch import Crossing


class Assumption(NamedTuple):
    """A default that was used because the prescriber did not say: what, and what to type to change it."""

    what: str
    change: str


class SmallerCut(NamedTuple):
    """For a flagged cut: whether the plan's own products make a smaller one there, else those marketed in the region that would."""

    step: int
    own: bool
    products: tuple[str, ...]


class Method(NamedTuple):
    """How the schedule was found: in figures, and in words what the search aimed at and how the curve ends."""

    found: Found
    curve_text: str
    objective_text: str

    @property
    def largest_cut_text(self) -> str:
        """The largest cut in the window in percent."""
        return percent_text(self.found.largest_cut)


class Report(NamedTuple):
    """A judged plan with all that a paper needs.

    `schedule` is one from the first cut to the ending, whichever version made each step; `request` is that of version 1.
    `weekly` are the supplies week by week: the first day and amount of each. `revisions` are those since version 1, `slip`
    tells the last of them; `at_hand` counts the products at hand from each of their days on, and those before. `crossing` holds
    the facts of a switch: the drug that it comes from, and what the published tables say of it.
    """

    plan_id: str
    version: int
    request: Request
    drug: Drug
    drug_class: DrugClass
    region: Region
    guideline: Guideline
    indication: Indication | None
    products: tuple[Product, ...]
    product_cites: tuple[Citation, ...]
    schedule: Schedule
    supply: Supply
    findings: tuple[Finding, ...]
    assumptions: tuple[Assumption, ...]
    not_stated: tuple[ContextRule, ...]
    stated: tuple[ContextRule, ...]
    smaller_cuts: tuple[SmallerCut, ...]
    method: Method
    last_step: Dose
    exposure: Exposure
    checks: int
    weekly: tuple[tuple[Product, tuple[tuple[date, Fraction], ...]], ...]
    notes: tuple[str, ...] = ()
    revisions: tuple[Revised, ...] = ()
    slip: Slip | None = None
    at_hand: tuple[tuple[date, int], ...] = ()
    crossing: Crossing | None = None

    @property
    def generated_on(self) -> date:
        """The day the report was made: today as the request, or the last revision, says it."""
        return self.revisions[-1].revision.made_on if self.revisions else self.request.today

    @property
    def of_two_drugs(self) -> bool:
        """Whether the plan takes two drugs, so that every tablet must be named with its own."""
        return self.schedule.switched is not None

    @property
    def facts(self) -> tuple[tuple[Drug, DrugClass], ...]:
        """The drugs of the plan with their classes: the one that is tapered, then the one that it comes from."""
        own = ((self.drug, self.drug_class),)
        return (*own, (self.crossing.drug, self.crossing.drug_class)) if self.crossing else own

    def products_beside(self, step: Step) -> int:
        """How many products were at hand while a step lasted: what is over keeps the words that it had."""
        held = [count for day, count in self.at_hand if step.end is None or day < step.end]
        return held[-1] if held else len(self.products)

    def findings_of(self, step: Step) -> tuple[Finding, ...]:
        """The findings about one step."""
        return tuple(finding for finding in self.findings if finding.step == step.number)

    def from_file(self, product: Product) -> bool:
        """Whether a product is at hand on the word of the prescriber's own file."""
        own = self.request.own
        held = own.in_market(self.region.market) if own and product.drug == self.drug.name else ()
        return product.identity in {one.identity for one in held}

    def split_off_licence(self, product: Product) -> bool:
        """Whether a source says that the licence does not cover dividing a product, where the region of the plan is stated."""
        held = next((drug.products for drug, _ in self.facts if drug.name == product.drug), ())
        told = {one.identity for one in held if one.split_off_licence and one.region == self.region.market}
        return product.identity in told

    def flags_of(self, step: Step) -> tuple[str, ...]:
        """The rules of the flags (and accepted refusals) on one step, each once, in order."""
        rules = (f.rule for f in self.findings_of(step) if f.level is not Level.INFO)
        return tuple(dict.fromkeys(rules))

    @property
    def figure_citations(self) -> tuple[Citation, ...]:
        """The citations behind the numbers that shape the schedule: products, splits, half-life, limits, windows."""
        cites: list[Citation] = [*self.product_cites, self.drug.half_life_cite]
        cites += [
            fact.cite for fact in (self.drug.last_step, self.guideline.usual, self.exposure) if fact and fact.cite
        ]
        cites += self.guideline.limit_cites(self.drug.name)
        for drug, drug_class in self.facts:
            cites += [drug_class.window(drug.half_life).cite, drug_class.after_last_dose_cite]
        cites += self.crossing.cites if self.crossing else ()
        return tuple(dict.fromkeys(cites))

    @property
    def word_citations(self) -> tuple[Citation, ...]:
        """The citations behind symptoms, advice, warnings, contexts and numbers to call."""
        cites: list[Citation] = []
        for drug, drug_class in self.facts:
            cites += [maximum.cite for maximum in drug.maxima if maximum.region == self.region.market]
            cites += [symptom.cite for symptom in drug_class.symptoms]
            cites += [advice.cite for advice in drug_class.advice if advice.region in (None, self.region.market)]
            cites += [box.cite for box in drug_class.boxes if box.region == self.region.market]
        if self.indication:
            cites += [line.cite for line in self.indication.lines]
        cites += [rule.cite for rule in self.stated]
        cites += [line.cite for line in self.region.lines]
        cites += [hint.cite for drug, _ in self.facts for hint in self.region.hints_for(drug.name)]
        return tuple(dict.fromkeys(cites))
