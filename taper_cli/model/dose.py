"""Doses and volumes as whole numbers of nanograms and microlitres: one parser in, one formatter out, never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from taper_cli.model.errors import InvalidInput, WrongValue

NG_PER_MG = 1_000_000
# The smallest amount that is written: mg with more than 3 decimals are misread.
NG_PER_MICROGRAM = 1_000
UL_PER_ML = 1_000

# How many nanograms each accepted unit holds. Symbols that are misread (the Greek micro, "ug") are refused with a hint.
_UNITS = {
    "mg": NG_PER_MG,
    "microgram": NG_PER_MICROGRAM,
    "micrograms": NG_PER_MICROGRAM,
    "mcg": NG_PER_MICROGRAM,
    "g": 1_000 * NG_PER_MG,
}
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{1,6})?", re.ASCII)
_MEASURE = re.compile(r"\s*(?P<number>\S*?)\s*(?P<unit>[^\W\d_]*)\s*")


def parse_number(text: str, what: str, example: str, unit: str = "") -> Fraction:
    """Read a plain decimal such as '2.5' exactly; 'nan', '1e3', '1_0', '2,5' and '.5' are refused with a hint.

    Raises:
        InvalidInput: naming the text, what was expected and what to type instead (with the unit that was typed).
    """
    if _NUMBER.fullmatch(text):
        return Fraction(text)
    tail = f" {unit}" if unit else ""
    if "," in text:
        mended = (
            text.replace(",", "")
            if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text, re.ASCII)
            else text.replace(",", ".")
        )
        instead = f"write '{mended}{tail}'" if _NUMBER.fullmatch(mended) else f"write for example {example!r}"
        small = text.replace(",", ".").rstrip("0").rstrip(".")
        if mended != text.replace(",", ".") and _NUMBER.fullmatch(small):
            # "1,000" is a thousand to one reader and one to another: only the writer knows.
            instead += f" or '{small}{tail}'"
        raise InvalidInput(
            f"{what} {text!r} has a comma", "expected a decimal point and no thousands separator", instead
        )
    if re.fullmatch(r"\.\d+", text, re.ASCII):
        raise InvalidInput(f"{what} {text!r} has no digit before the point", "expected one", f"write '0{text}{tail}'")
    if text.startswith("-"):
        raise InvalidInput(
            f"{what} {text!r} is negative", "expected a number above zero", f"write for example {example!r}"
        )
    raise InvalidInput(
        f"{what} {text!r} is not a plain number", "expected digits such as 20 or 2.5", f"write for example {example!r}"
    )


@dataclass(frozen=True, slots=True, order=True)
class Dose:
    """An amount of a drug in whole nanograms, so that any half, quarter or eighth of a marketed strength is exact."""

    ng: int

    def __post_init__(self) -> None:
        if type(self.ng) is not int or self.ng < 0:
            raise WrongValue(f"a dose is a whole number of nanograms, zero or more, not {self.ng!r}")

    @classmethod
    def of_mg(cls, mg: int | str | Fraction) -> Dose:
        """The dose of so many mg, exactly. `Dose.of_mg("2.5").ng == 2_500_000`."""
        ng = Fraction(mg) * NG_PER_MG
        if ng.denominator != 1:
            raise WrongValue(f"{mg} mg is not a whole number of nanograms")
        return cls(int(ng))

    @classmethod
    def parse(cls, text: str, what: str = "dose") -> Dose:
        """Read '20 mg', '0.5 mg' or '500 micrograms'; a number without a unit is refused.

        Raises:
            InvalidInput: for anything else, with what to type instead.
        """
        match = _MEASURE.fullmatch(text)
        if match is None or not match["number"]:
            raise InvalidInput(
                f"{what} {text!r} is not a dose", "expected a number and a unit", "write for example '20 mg'"
            )
        number, unit = match["number"], match["unit"]
        if not unit:
            example = f"{number} mg" if _NUMBER.fullmatch(number) else "20 mg"
            raise InvalidInput(f"{what} {text!r} has no unit", "expected mg", f"write for example {example!r}")
        if unit not in _UNITS:
            small = unit.lower() in ("ug", "\u00b5g", "\u03bcg") and _NUMBER.fullmatch(number)
            raise InvalidInput(
                f"{what} {text!r} has the unit {unit!r}",
                "expected mg, g, micrograms or mcg",
                f"write '{number} micrograms'" if small else "write for example '20 mg' or '500 micrograms'",
            )
        ng = parse_number(number, what, "2.5 mg", unit) * _UNITS[unit]
        if ng.denominator != 1:
            raise InvalidInput(
                f"{what} {text!r} is finer than a nanogram",
                "expected at most 6 decimals of a mg",
                "write for example '0.5 mg'",
            )
        return cls(int(ng))

    @property
    def mg_text(self) -> str:
        """The number of mg without unit, exact and without trailing zeros: '2.5'."""
        return _decimal(*divmod(self.ng, NG_PER_MG), places=6)

    def __str__(self) -> str:
        return f"{self.mg_text} mg"

    def __bool__(self) -> bool:
        return self.ng > 0

    def __add__(self, other: Dose) -> Dose:
        return Dose(self.ng + other.ng)

    def __sub__(self, other: Dose) -> Dose:
        return Dose(self.ng - other.ng)

    def times(self, count: Fraction | int) -> Dose:
        """This dose taken `count` times; the product must be a whole number of nanograms."""
        ng = self.ng * Fraction(count)
        if ng.denominator != 1:
            raise WrongValue(f"{count} times {self} is not a whole number of nanograms")
        return Dose(int(ng))


ZERO = Dose(0)


def total(doses: list[Dose] | tuple[Dose, ...]) -> Dose:
    """The sum of doses, zero for none."""
    return Dose(sum(dose.ng for dose in doses))


def counts_for(doses: Iterable[tuple[Dose, Fraction]]) -> Dose:
    """What doses count for together in the schedule's drug, each given with its worth.

    Doses of the drug itself add up exactly; where a worth takes part, the sum goes upwards to a microgram: nothing that is compared
    may look smaller than it was, and whatever is compared can be written.
    """
    held = tuple(doses)
    if all(worth == 1 for _, worth in held):
        return total([dose for dose, _ in held])
    return upwards(sum((dose.ng * worth for dose, worth in held), Fraction(0)))


def upwards(ng: Fraction) -> Dose:
    """Some nanograms as a dose, upwards to a microgram."""
    return Dose(-(-ng // NG_PER_MICROGRAM) * NG_PER_MICROGRAM)


@dataclass(frozen=True, slots=True, order=True)
class Volume:
    """A volume of liquid in whole microlitres."""

    ul: int

    def __post_init__(self) -> None:
        if type(self.ul) is not int or self.ul <= 0:
            raise WrongValue(f"a volume is a whole number of microlitres above zero, not {self.ul!r}")

    @classmethod
    def of_ml(cls, ml: str | Fraction) -> Volume:
        """The volume of so many mL, exactly. `Volume.of_ml("2.5").ul == 2_500`."""
        ul = Fraction(ml) * UL_PER_ML
        if ul.denominator != 1:
            raise WrongValue(f"{ml} mL is not a whole number of microlitres")
        return cls(int(ul))

    @classmethod
    def parse(cls, text: str, what: str = "volume", example: str = "0.1 mL") -> Volume:
        """Read '5 mL' or '0.1 mL'; `example` is what a fault tells to write.

        Raises:
            InvalidInput: for anything else, with what to type instead.
        """
        match = _MEASURE.fullmatch(text)
        if match is None or match["unit"].lower() != "ml":
            raise InvalidInput(
                f"{what} {text!r} is not a volume in mL", "expected a number and mL", f"write for example {example!r}"
            )
        ul = parse_number(match["number"], what, example, "mL") * UL_PER_ML
        if ul.denominator != 1 or ul <= 0:
            raise InvalidInput(
                f"{what} {text!r} cannot be measured", "expected 0.001 mL or more", f"write for example {example!r}"
            )
        return cls(int(ul))

    @property
    def ml(self) -> Fraction:
        """The volume in mL."""
        return Fraction(self.ul, UL_PER_ML)

    def __str__(self) -> str:
        return f"{decimal_text(self.ml)} mL"


def decimal_text(value: Fraction) -> str:
    """A fraction as an exact decimal without trailing zeros; one that has no end is a bug, not a rounding."""
    scaled, without_end = divmod(value.numerator * 10**9, value.denominator)
    if without_end or scaled < 0:
        raise WrongValue(f"{value} is below zero or has no exact decimal of nine places")
    return _decimal(*divmod(scaled, 10**9), places=9)


def _decimal(whole: int, rest: int, *, places: int) -> str:
    """A whole number and so many decimal places after it, without trailing zeros."""
    return f"{whole}.{rest:0{places}d}".rstrip("0") if rest else str(whole)


def number_text(value: Fraction) -> str:
    """A number that a file may state: as a decimal where it has a short one, otherwise as the fraction that it is."""
    return decimal_text(value) if value >= 0 and (value * 10**9).denominator == 1 else str(value)


def reduction(before: Dose, after: Dose) -> Fraction:
    """The cut from one dose to a lower one as a share of the first: 10 mg to 9 mg is 1/10."""
    if not before:
        raise WrongValue("a cut is measured against a dose above zero")
    return Fraction(before.ng - after.ng, before.ng)


def rounded_text(value: Fraction, places: int) -> str:
    """A number with at most so many decimals, halves up: 1/3 to two places is '0.33'. For reading only: nothing is reckoned with it."""
    scale = 10**places
    return decimal_text(Fraction((2 * scale * value + 1) // 2, scale))


def percent_text(share: Fraction) -> str:
    """A share as percent with at most one decimal, halves up: 1/7 is '14.3'. For reading only; limits compare the exact share."""
    tenths = (2000 * share.numerator + share.denominator) // (2 * share.denominator)
    if tenths < 0:
        raise WrongValue(f"{share} is below zero")
    return _decimal(*divmod(tenths, 10), places=1)
