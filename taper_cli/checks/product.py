"""Are these products at hand, and may they be divided so?"""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.checks.base import Case
from taper_cli.model.finding import Finding, Level
from taper_cli.model.transcript import StatedPortion


class KnownProducts:
    """Every portion is of a product that may be supplied."""

    def findings(self, case: Case) -> Iterator[Finding]:
        if case.products is None:
            return
        for step in case.transcript.steps:
            for intake in (*step.intakes, *step.others):
                for portion in intake.portions or ():
                    if portion.product not in case.products:
                        message = f"{portion.product.drug} {portion.product.name} is not among the products at hand"
                        yield Finding(rule="product.unknown", level=Level.REFUSE, step=step.number, message=message)


class CanBeMade:
    """A stated dose without products is one that the drug's products make: an average of two doses is no dose."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for intake in (*step.intakes, *step.others):
                made = case.anything_made.get(intake.drug)
                if made and intake.portions is None and intake.dose and intake.dose not in made:
                    of = f" of {intake.drug}" if intake.drug else ""
                    message = f"{intake.dose}{of} cannot be made from any product held, liquids by 0.1 mL included"
                    yield Finding(rule="product.unmakeable", level=Level.REFUSE, step=step.number, message=message)


class LegalDivision:
    """Tablets are divided only as their data or the prescriber allow, one fraction of each at most; liquids in whole graduations."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for intake in (*step.intakes, *step.others):
                for fault in self._faults(intake.portions or ()):
                    yield Finding(rule="product.division", level=Level.REFUSE, step=step.number, message=fault)

    def _faults(self, portions: tuple[StatedPortion, ...]) -> Iterator[str]:
        """What is wrong with the division of one intake."""
        products = [portion.product for portion in portions]
        for portion in portions:
            if not self._legal(portion):
                split = portion.product.split.word
                yield f"{portion.count} of a {portion.product.name} cannot be taken ({split} only)"
        for product in dict.fromkeys(products):
            if products.count(product) > 1:
                yield f"{product.name} is listed more than once in one intake"

    def _legal(self, portion: StatedPortion) -> bool:
        graduation = portion.product.graduation
        if graduation is not None:
            return (portion.count * 1000) % graduation.ul == 0
        return (portion.count * portion.product.split.value).denominator == 1
