"""Reports for the tests of papers, asked for in the words of the command line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.finding import Acceptance
from taper_cli.model.period import Period
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.request import OverTime, Request
from taper_cli.service import plan

TODAY = date(2026, 2, 1)
START = date(2026, 3, 2)
NOTICE = "DRAFT. A prescriber must approve and sign this schedule before anyone uses it."


def period(text: str) -> Period:
    return read.period(text, "period")


@cache
def report(
    drug: str,
    dose: str,
    over: str = "",
    *,
    reduce: str = "",
    every: str = "2w",
    start: date = START,
    today: date = TODAY,
    products: str = "",
    split: Split | None = None,
    syringe: str = "",
    to: str = "",
    region: str | None = None,
    context: tuple[str, ...] = (),
    accept: tuple[tuple[str, str], ...] = (),
    indication: str | None = None,
) -> Report:
    """A finished report of one request, with the options of `taper plan`."""
    return plan(
        Request(
            drug=drug,
            regimen=read.regimen(dose),
            pace=OverTime(read.length(over)) if over else read.pace(reduce),
            every=period(every),
            start=start,
            today=today,
            target=read.dose_above_zero(to, "--to") if to else Dose(0),
            products=supplied.products(products) if products else None,
            split=split,
            syringe=Volume.parse(syringe) if syringe else None,
            region=region,
            context=tuple(read.context(item) for item in context),
            acceptances=tuple(Acceptance(rule, reason) for rule, reason in accept),
            indication=indication,
            assumed=() if every else ("every",),
        )
    )


def worked_example(**changes: Any) -> Report:
    """The worked example: 4 mg in the morning and 6 mg at night in 2 mg tablets, halves kept, 1 mg less every 14 days."""
    wanted: dict[str, Any] = {"reduce": "1 mg", "products": "2 mg tablet", "split": Split.HALF, "region": "gb"}
    return report("diazepam", "4 mg morning + 6 mg bedtime", **(wanted | changes))


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV by column name."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def mg(text: str) -> Fraction:
    """A number of mg, exactly."""
    return Fraction(text)


PARTS = {
    "a half": Fraction(1, 2),
    "half": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "a quarter": Fraction(1, 4),
    "a quarter of a": Fraction(1, 4),
    "three quarters": Fraction(3, 4),
    "three quarters of a": Fraction(3, 4),
}
FORMS = r"(?:orodispersible |modified-release |gastro-resistant )?(?:tablet|capsule)"
PIECE = re.compile(
    rf"(?:(?P<piece>half|a quarter|three quarters) of a (?P<of>[\d.]+) mg {FORMS})"
    r"|(?:(?P<whole>\d+)(?: and (?P<more>a half|a quarter|three quarters))?"
    r"|(?P<part>half a|a quarter of a|three quarters of a))"
    rf" {FORMS}(?P<plural>s?)(?: of (?P<strength>[\d.]+) mg)?"
)
LIQUID = re.compile(
    r"(?P<ml>[\d.]+) mL of (?P<strength>[\d.]+) mg in (?P<per>[\d.]+) mL oral (?:solution|suspension|concentrate)"
)


SMALL = re.compile(r"([\d.]+) micrograms \(([\d.]+) mg\)")


def in_mg(match: re.Match[str]) -> str:
    """'500 micrograms (0.5 mg)' as '0.5 mg', once both are seen to be the same."""
    assert Fraction(match[1]) == Fraction(match[2]) * 1000
    return f"{match[2]} mg"


class Spoken(NamedTuple):
    """What a reader makes of the words of one intake: mg by its tablets and mL, and the mg it claims to be."""

    made: Fraction
    claimed: Fraction


def read_back(words: str, only_strength: Fraction | None = None) -> Spoken:
    """'1 and a half tablets of 5 mg and 2 tablets of 2 mg (11.5 mg)' as a careful reader understands it.

    Where the words name no strength the plan has but one product, of `only_strength`. Anything that does not read is an error.
    """
    claim = re.fullmatch(r"(.+) \((?:together )?(?:([\d.]+) micrograms, )?([\d.]+) mg\)", words)
    assert claim, f"no claimed dose at the end of {words!r}"
    assert claim[2] is None or Fraction(claim[2]) == Fraction(claim[3]) * 1000
    rest, made = re.sub(SMALL, in_mg, claim[1]), Fraction(0)
    while True:
        piece = PIECE.match(rest) or LIQUID.match(rest)
        assert piece, f"cannot read {rest!r} of {words!r}"
        made += _amount(piece, only_strength)
        rest = rest[piece.end() :]
        if not rest:
            return Spoken(made, Fraction(claim[3]))
        assert rest.startswith(" and "), f"cannot go on at {rest!r} of {words!r}"
        rest = rest.removeprefix(" and ")


def _amount(piece: re.Match[str], only_strength: Fraction | None) -> Fraction:
    """The mg of one portion that was read."""
    if piece.re is LIQUID:
        return Fraction(piece["ml"]) * Fraction(piece["strength"]) / Fraction(piece["per"])
    if piece["piece"]:
        return PARTS[piece["piece"]] * Fraction(piece["of"])
    count = Fraction(piece["whole"] or 0) + PARTS.get(piece["more"] or piece["part"], Fraction(0))
    assert bool(piece["plural"]) == (count > 1), f"one does not say {piece[0]!r}"
    strength = Fraction(piece["strength"]) if piece["strength"] else only_strength
    assert strength is not None, f"{piece[0]!r} names no strength"
    return count * strength


def only_strength_of(plan: Report) -> Fraction | None:
    """The strength of the plan's one solid product; None where it takes several products."""
    portions = [portion for step in plan.schedule.steps for intake in step.intakes for portion in intake.portions]
    products = {portion.product for portion in portions}
    return Fraction(products.pop().strength.ng, 10**6) if len(products) == 1 else None


SHOWN: dict[str, Callable[[], Report]] = {
    "one slot, three strengths": lambda: report("diazepam", "20 mg", "26w", region="us"),
    "two slots, one strength": worked_example,
    "three slots": lambda: report("diazepam", "5 mg morning + 5 mg noon + 10 mg bedtime", "30w", region="gb"),
    "four slots": lambda: report(
        "diazepam", "2.5 mg morning + 2.5 mg noon + 2.5 mg evening + 5 mg bedtime", "30w", region="us"
    ),
    "two slots of a liquid": lambda: report(
        "diazepam",
        "4 mg morning + 6 mg bedtime",
        reduce="10%",
        region="gb",
        products="2 mg in 5 mL oral suspension, 2 mg tablet half",
        syringe="0.1 mL",
    ),
    "four slots of orodispersible tablets": lambda: report(
        "clonazepam",
        "0.5 mg morning + 0.5 mg noon + 0.5 mg evening + 0.5 mg bedtime",
        reduce="10%",
        region="us",
        products="0.125 mg orodispersible tablet, 0.5 mg orodispersible tablet, 0.5 mg tablet half",
    ),
    "a maintenance dose": lambda: report("lorazepam", "1 mg morning + 2 mg bedtime", "20w", region="gb", to="0.5 mg"),
    "capsules at night": lambda: report("temazepam", "30 mg bedtime", "40w", region="us"),
    "a hundred steps": lambda: report(
        "diazepam", "10 mg", reduce="0.1 mg", products="1 mg in 1 mL oral solution", syringe="0.1 mL", region="us"
    ),
    "everything stated": lambda: report(
        "diazepam",
        "20 mg",
        "26w",
        region="gb",
        indication="muscle spasm",
        context=("opioid", "alcohol=no", "age=72", "liver", "pregnancy"),
        accept=(("context.pregnancy", "agreed with the maternity team on the ward round, written in the notes"),),
    ),
}
"""Plans of every shape that a paper must hold."""
