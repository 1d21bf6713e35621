"""What a pharmacy can dispense, and how much of it is taken at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from taper_cli.model.dose import Dose, Volume, decimal_text
from taper_cli.model.errors import WrongValue


class Form(Enum):
    """The dosage forms that the formulary knows, by the words used for them."""

    TABLET = "tablet"
    ORODISPERSIBLE = "orodispersible tablet"
    SOLUBLE = "soluble tablet"
    DISPERSIBLE = "dispersible tablet"
    GASTRO_RESISTANT = "gastro-resistant tablet"
    MODIFIED_RELEASE = "modified-release tablet"
    CAPSULE = "capsule"
    GASTRO_RESISTANT_CAPSULE = "gastro-resistant capsule"
    MODIFIED_RELEASE_CAPSULE = "modified-release capsule"
    SOLUTION = "oral solution"
    SUSPENSION = "oral suspension"
    CONCENTRATE = "oral concentrate"

    @property
    def liquid(self) -> bool:
        """Whether it is measured in mL."""
        return self in (Form.SOLUTION, Form.SUSPENSION, Form.CONCENTRATE)

    @property
    def divisible(self) -> bool:
        """Whether a piece of it still is a dose: a plain tablet only.

        Half a modified-release tablet may release the whole day's dose at once, and half an orodispersible one does not keep.
        """
        return self is Form.TABLET

    @property
    def capsule(self) -> bool:
        """Whether it is a capsule, which nobody can halve at all."""
        return self in (Form.CAPSULE, Form.GASTRO_RESISTANT_CAPSULE, Form.MODIFIED_RELEASE_CAPSULE)

    @property
    def modified_release(self) -> bool:
        """Whether it gives its dose over many hours, so that a plain form is no replacement for it."""
        return self in (Form.MODIFIED_RELEASE, Form.MODIFIED_RELEASE_CAPSULE)


LIQUID_WORDS = ("solution", "suspension", "liquid")
"""What one types for a liquid without saying which form it is."""
# What makes two products the same one: form, strength, and the volume that holds it.
Identity: TypeAlias = tuple[Form, Dose, Volume | None]
# The same across drugs.
Key: TypeAlias = tuple[str, Identity]


def product_name(form: Form, strength: Dose, volume: Volume | None) -> str:
    """Strength and form in words: '2 mg tablet', '2 mg in 5 mL oral solution'."""
    amount = str(strength) if volume is None else f"{strength} in {volume}"
    return f"{amount} {form.value}"


class Split(Enum):
    """Into how many equal parts a tablet may be divided."""

    WHOLE = 1
    HALF = 2
    QUARTER = 4

    @property
    def word(self) -> str:
        """The word for it on the command line."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A form and strength of one drug that one can dispense, with the way it may be divided in this plan.

    `strength` is per tablet or capsule, or per `volume` of liquid; a liquid is drawn up in whole `graduation`s.
    """

    drug: str
    form: Form
    strength: Dose
    volume: Volume | None = None
    graduation: Volume | None = None
    split: Split = Split.WHOLE

    def __post_init__(self) -> None:
        if not self.strength:
            raise WrongValue("a product has a strength above zero")
        if self.form.liquid:
            if self.volume is None or self.graduation is None or self.split is not Split.WHOLE:
                raise WrongValue(f"{self.form.value} needs a volume and a graduation, and is never split")
            if (self.strength.ng * self.graduation.ul) % self.volume.ul:
                raise WrongValue(f"{self.graduation} of {self.name} is not a whole number of nanograms")
        elif self.volume is not None or self.graduation is not None:
            raise WrongValue(f"{self.form.value} has no volume")
        elif self.split is not Split.WHOLE and not self.form.divisible:
            raise WrongValue(f"a {self.form.value} cannot be divided")
        elif self.strength.ng % self.split.value:
            raise WrongValue(f"{self.strength} does not divide by {self.split.value}")

    @property
    def name(self) -> str:
        """Strength and form in words: '2 mg tablet', '2 mg in 5 mL oral solution'."""
        return product_name(self.form, self.strength, self.volume)

    @property
    def identity(self) -> Identity:
        """What makes two products the same one, however they may be divided."""
        return (self.form, self.strength, self.volume)

    @property
    def key(self) -> Key:
        """Its identity together with its drug: where two drugs are taken, both may be sold as '2 mg tablet'."""
        return (self.drug, self.identity)

    @property
    def quantum(self) -> Dose:
        """The smallest amount of drug this product can give."""
        if self.volume is not None and self.graduation is not None:
            return Dose(self.strength.ng * self.graduation.ul // self.volume.ul)
        return Dose(self.strength.ng // self.split.value)

    @property
    def sort_key(self) -> tuple[str, int, int, int]:
        """The one order of products, so that the order of typing never changes a plan; plain tablets come first."""
        return (self.drug, list(Form).index(self.form), self.strength.ng, self.volume.ul if self.volume else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """So much of one product taken at one time: a number of tablets, or mL of a liquid."""

    product: Product
    count: Fraction

    def __post_init__(self) -> None:
        if self.count <= 0:
            raise WrongValue(f"a portion is above zero, not {self.count}")
        if self.product.graduation is not None:
            if (self.count / self.product.graduation.ml).denominator != 1:
                raise WrongValue(f"{self.count} mL cannot be drawn up in steps of {self.product.graduation}")
        elif (self.count * self.product.split.value).denominator != 1:
            raise WrongValue(
                f"{self.count} of a {self.product.name} needs a finer split than {self.product.split.word}"
            )

    @property
    def dose(self) -> Dose:
        """The drug in this portion."""
        per = self.product.volume.ml if self.product.volume else Fraction(1)
        return self.product.strength.times(self.count / per)

    @property
    def count_text(self) -> str:
        """The count as an exact decimal: '1.5'."""
        return decimal_text(self.count)
