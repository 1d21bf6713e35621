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
            for intake in step.intakes:
                for portion in intake.portions or ():
                    if portion.product not in case.products:
                        message = f"{portion.product.drug} {portion.product.name} is not among the products at hand"
                        yield Finding(rule="product.unknown", level=Level.REFUSE, step=step.number, message=message)


class LegalDivision:
    """Tablets are divided only as their data or the prescriber allow, one fraction at most; liquids in whole graduations."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            for intake in step.intakes:
                for portion in intake.portions or ():
                    if not self._legal(portion):
                        message = f"{portion.count} of a {portion.product.name} cannot be taken ({portion.product.split.word} only)"
                        yield Finding(rule="product.division", level=Level.REFUSE, step=step.number, message=message)

    def _legal(self, portion: StatedPortion) -> bool:
        graduation = portion.product.graduation
        if graduation is not None:
            return (portion.count * 1000) % graduation.ul == 0
        parts = portion.product.split.value
        return (portion.count * parts) == int(portion.count * parts)
