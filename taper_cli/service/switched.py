"""What a schedule of two drugs from elsewhere needs of the drug that it comes from: facts, products, and what the tables say."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from taper_cli.checks.makeable import makeable_totals
from taper_cli.formulary import loader
from taper_cli.model.dose import Dose, counts_for
from taper_cli.model.drug import Drug
from taper_cli.model.errors import CannotPlan
from taper_cli.model.finding import Finding
from taper_cli.model.guideline import ContextRule, Region
from taper_cli.model.product import Product
from taper_cli.model.request import Request
from taper_cli.model.schedule import Switched
from taper_cli.model.switch import FromDrug, Switch
from taper_cli.model.transcript import Transcript
from taper_cli.reading.two_drugs import RatioMissing
from taper_cli.service.judging import below_tenfold
from taper_cli.service.products import FINEST_GRADUATION, as_usual, divided, others, products_at_hand
from taper_cli.service.switching import Choice, choice_findings, tables_of


class OldDrug(NamedTuple):
    """The drug that a schedule comes from, with the products it may be made of, and the choice as the judge sees it.

    `highest` is the most of it that any day has.
    """

    choice: Choice
    usual: tuple[Product, ...]
    every: tuple[Product, ...]
    highest: Dose

    @property
    def drug(self) -> Drug:
        """The old drug."""
        return self.choice.old

    @property
    def made(self) -> frozenset[Dose]:
        """The doses of one intake that its products make."""
        return frozenset(makeable_totals((*self.usual, *self.every), [self.highest]))

    def findings(self, request: Request, region: Region, stated: tuple[ContextRule, ...]) -> tuple[Finding, ...]:
        """What the judge says of the choice."""
        return choice_findings(request, region, stated, self.choice)

    @property
    def words(self) -> str:
        """What the published tables make of the dose that is switched from."""
        tables = ", ".join(table.told for table in self.choice.tables)
        return f"published for {self.choice.total} of {self.drug.name}, in {self.choice.new.name}: {tables}"


def old_drug(transcript: Transcript, new: Drug, asked: Request, said: FromDrug, region: Region) -> OldDrug | None:
    """The drug that a schedule comes from; None where it has one drug.

    Raises:
        CannotPlan: for an unknown drug or product, a switch to which no published table leads, a dose that can only be a slip.
    """
    if transcript.switched is None:
        return None
    old = loader.find_drug(transcript.switched.drug)[0]
    days = [transcript.intakes_before, *(step.intakes for step in transcript.steps)]
    totals = [Dose(sum(one.dose.ng for one in intakes if one.drug == transcript.switched.drug)) for intakes in days]
    total = totals[0] or max(totals)
    below_tenfold(old, max(totals))
    typed = counts_for([(total, transcript.switched.worth)])
    request = replace(asked, drug=old.name, products=said.products, split=said.split, own=None, switch=None)
    usual = products_at_hand(request, old, region).products if said.products is not None else as_usual(old, region)
    if said.split is not None:
        usual = tuple(divided(product, said.split) for product in usual)
    every = (
        ()
        if said.products is not None
        else tuple(other.product for other in others(old, region, (), FINEST_GRADUATION))
    )
    choice = Choice(old, new, total, typed, tables_of(old, new, total))
    return OldDrug(choice, usual, every, max(totals))


def said_of(switch: Switch, said: FromDrug) -> FromDrug:
    """What was said beside a file of the old drug, and for the rest what was stated when its plan was made."""
    return said._replace(products=said.products or switch.products, split=said.split or switch.split)


def agrees(said: FromDrug, transcript: Transcript) -> None:
    """Stop a typed equivalent that the file contradicts, or that is of no use to it.

    Raises:
        CannotPlan: with what the file says.
    """
    if said.equivalent is None:
        return
    typed = {loader.find_drug(name)[0].name: name for name in said.equivalent.drugs}
    switched = transcript.switched
    if switched is None:
        raise CannotPlan(
            f"--equivalent is of {' and '.join(typed)}, and the file holds {transcript.drug} alone",
            "expected a file of two drugs",
            "leave --equivalent out",
        )
    wrong = set(typed) != {switched.drug, transcript.drug}
    if wrong or said.equivalent.worth(typed[switched.drug]) != switched.worth:
        raise CannotPlan(
            f"the file says that {in_words(switched, transcript.drug)}, --equivalent says another thing",
            "expected the figure with which it was made",
            "leave --equivalent out",
        )


def in_words(switched: Switched, drug: str) -> str:
    """What one drug counts for in another one, in whole figures."""
    return f"{switched.worth.denominator} mg of {switched.drug} counts for {switched.worth.numerator} mg of {drug}"


def needs_ratio(fault: RatioMissing) -> CannotPlan:
    """The fault of a file of two drugs whose ratio nobody said, with what the published tables say; none of them is taken."""
    old, new = (loader.find_drug(name)[0] for name in (fault.old, fault.new))
    try:
        tables = tables_of(old, new, fault.before)
    except CannotPlan as error:
        return CannotPlan(
            f"{fault.name!r} holds two drugs: {error.found}", error.expected, "check each drug in a file of its own"
        )
    shown = ", ".join(table.told for table in tables)
    return CannotPlan(
        fault.found,
        f"{fault.expected} (published for {fault.before} of {old.name}, in {new.name}: {shown})",
        fault.instead,
    )
