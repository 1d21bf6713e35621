"""The requests of the comparison: drawn by a fixed seed over real product families of the formulary, each a line one can type."""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import NamedTuple

SEED = 20_261_207
COUNT = 200
START, TODAY = "2026-12-07", "2026-11-22"


class Family(NamedTuple):
    """Products of one drug in one region, whose limit holds there, and daily doses in mg to start from: least, most, in steps of."""

    drug: str
    region: str
    products: str
    guideline: str
    doses: tuple[str, str, str]
    shapes: tuple[str, ...] = ("", "", "proportional", "linear")
    slots: tuple[int, ...] = (1, 1, 2)


BY_EFFECT = ("", "", "linear", "hyperbolic")
"""For a drug whose measured effect curve is held."""
TWICE = (2,)
"""A day's dose of an opioid is never taken at once."""
FAMILIES = (
    Family("diazepam", "gb", "2 mg tablet half, 5 mg tablet half, 10 mg tablet half", "asam-2025", ("5", "40", "1")),
    Family("diazepam", "us", "2 mg tablet half, 5 mg tablet half", "asam-2025", ("4", "30", "1")),
    Family("diazepam", "gb", "2 mg tablet half, 2 mg in 5 mL oral solution", "asam-2025", ("4", "20", "1")),
    Family(
        "lorazepam", "us", "0.5 mg tablet whole, 1 mg tablet half, 2 mg tablet half", "asam-2025", ("1.5", "4", "0.5")
    ),
    Family("clonazepam", "gb", "0.5 mg tablet half, 1 mg tablet quarter", "asam-2025", ("1", "2", "0.25")),
    Family(
        "alprazolam",
        "us",
        "0.25 mg tablet half, 0.5 mg tablet half, 1 mg tablet half",
        "asam-2025",
        ("0.75", "2", "0.25"),
    ),
    Family("clobazam", "us", "5 mg tablet whole, 10 mg tablet half, 20 mg tablet half", "asam-2025", ("20", "40", "5")),
    Family("oxazepam", "us", "10 mg capsule, 15 mg capsule, 30 mg capsule", "asam-2025", ("45", "75", "15")),
    Family("chlordiazepoxide", "us", "5 mg capsule, 10 mg capsule, 25 mg capsule", "asam-2025", ("30", "80", "5")),
    Family(
        "morphine",
        "us",
        "15 mg modified-release tablet, 30 mg modified-release tablet, 60 mg modified-release tablet",
        "us-opioid-label-careful",
        ("60", "240", "30"),
        slots=TWICE,
    ),
    Family(
        "oxycodone",
        "gb",
        "5 mg capsule, 10 mg capsule, 20 mg capsule",
        "opioids-aware",
        ("40", "120", "10"),
        slots=TWICE,
    ),
    Family(
        "sertraline",
        "us",
        "25 mg tablet half, 50 mg tablet half, 100 mg tablet half",
        "maudsley-2025",
        ("50", "200", "25"),
    ),
    Family("paroxetine", "us", "10 mg tablet half, 20 mg tablet half", "maudsley-2025", ("20", "60", "10")),
    Family(
        "citalopram",
        "gb",
        "10 mg tablet whole, 20 mg tablet half, 40 mg tablet half",
        "nice-ng222",
        ("20", "40", "10"),
        BY_EFFECT,
        (1,),
    ),
    Family(
        "duloxetine",
        "us",
        "20 mg gastro-resistant capsule, 30 mg gastro-resistant capsule, 60 mg gastro-resistant capsule",
        "maudsley-2025",
        ("40", "60", "10"),
        BY_EFFECT,
        (1,),
    ),
    Family(
        "pregabalin",
        "gb",
        "25 mg capsule, 50 mg capsule, 75 mg capsule, 150 mg capsule",
        "fife-gabapentinoids",
        ("150", "600", "75"),
    ),
    Family(
        "gabapentin",
        "us",
        "100 mg capsule, 300 mg capsule, 600 mg tablet half",
        "fife-gabapentinoids",
        ("900", "3600", "300"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request in the words of the command line; `doses` are mg by slot, `weeks` and `every` whole weeks."""

    drug: str
    region: str
    products: str
    guideline: str
    doses: tuple[str, ...]
    weeks: int
    every: int
    shape: str

    @property
    def dose(self) -> str:
        """The starting dose as it is typed."""
        if len(self.doses) == 1:
            return f"{self.doses[0]} mg"
        return " + ".join(f"{dose} mg {slot}" for dose, slot in zip(self.doses, ("morning", "bedtime"), strict=True))

    @property
    def options(self) -> dict[str, str]:
        """What stands behind DRUG and DOSE, by the name of the option; OVER has none."""
        shape = {"shape": self.shape} if self.shape else {}
        return {
            "over": f"{self.weeks}w",
            "every": f"{self.every}w",
            **shape,
            "products": self.products,
            "guideline": self.guideline,
            "region": self.region,
            "start": START,
            "today": TODAY,
        }

    @property
    def line(self) -> str:
        """The request as one types it."""
        over, *rest = self.options.items()
        named = [word for name, value in rest for word in (f"--{name}", value)]
        return shlex.join(["taper", "plan", self.drug, self.dose, over[1], *named])

    @property
    def facts(self) -> dict[str, object]:
        """Its parts, for the results."""
        return asdict(self)


def _dose(draw: random.Random, family: Family) -> Fraction:
    least, most, step = map(Fraction, family.doses)
    return least + step * draw.randint(0, int((most - least) / step))


def _in_slots(draw: random.Random, family: Family) -> tuple[str, ...]:
    """A starting dose in one slot, or cut in two parts that steps of the family's doses can make."""
    whole, step = _dose(draw, family), Fraction(family.doses[2])
    steps = int(whole / step)
    if draw.choice(family.slots) == 1 or steps < 2:
        return (_mg(whole),)
    first = step * draw.randint(steps // 3 or 1, steps // 2)
    return _mg(first), _mg(whole - first)


def _mg(value: Fraction) -> str:
    return f"{float(value):g}"


def requests(count: int = COUNT) -> Iterator[Asked]:
    """So many requests: 8 to 40 steps of one, two or four weeks, in no more than two years."""
    draw = random.Random(SEED)
    for _ in range(count):
        family = draw.choice(FAMILIES)
        every = draw.choice((1, 2, 2, 4))
        steps = draw.randint(8, min(40, 104 // every))
        yield Asked(
            drug=family.drug,
            region=family.region,
            products=family.products,
            guideline=family.guideline,
            doses=_in_slots(draw, family),
            weeks=steps * every + draw.randint(0, every - 1),
            every=every,
            shape=draw.choice(family.shapes),
        )
