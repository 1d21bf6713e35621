"""The judge's answer about a schedule from a file: what was understood, and every finding."""

from typing import NamedTuple

from taper_cli.model.drug import Drug
from taper_cli.model.exposure import Exposure
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import Guideline, Region
from taper_cli.model.product import Product
from taper_cli.model.transcript import Transcript


class Audit(NamedTuple):
    """A judged transcript; `comparisons` are what other guidelines say of it, `acceptable` the rules that may be gone past."""

    name: str
    drug: Drug
    region: Region
    guideline: Guideline
    transcript: Transcript
    understood: tuple[str, ...]
    products: tuple[Product, ...]
    exposure: Exposure
    findings: tuple[Finding, ...]
    comparisons: tuple[Finding, ...]
    acceptable: frozenset[str]

    @property
    def passed(self) -> bool:
        """Whether nothing is above a flag."""
        return all(finding.level is not Level.REFUSE for finding in self.findings)
