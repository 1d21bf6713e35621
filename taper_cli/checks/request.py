"""Judged before any planning: facts about the patient that make an outpatient taper unsafe, and doses above the ceiling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from taper_cli.model.citation import Citation, Trust
from taper_cli.model.dose import Dose
from taper_cli.model.drug import EQUIVALENT_BASE, Drug, Maximum
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import ContextRule
from taper_cli.model.request import Request

ADULT = 18
# Who plans for someone younger; the service that the data name beside an age is for the older ones that they speak of.
PAEDIATRIC_SERVICE = "a paediatric specialist"
OLDER = 65
# Above this many mg of diazepam a day, or as much by any published equivalent, a specialist plans.
SPECIALIST_DIAZEPAM = Dose.of_mg(40)
TENFOLD = 10


def stated_age(request: Request) -> int | None:
    """The age in years, where it was stated."""
    value = request.context_value("age")
    return int(value) if value else None


def context_findings(request: Request, stated: tuple[ContextRule, ...]) -> Iterator[Finding]:
    """What the stated facts mean: a gate refuses, a warning is flagged; a fact answered with 'no' means nothing."""
    for rule in stated:
        if request.context_value(rule.key) == "no":
            continue
        gate, text = rule.gate, rule.text
        if rule.key == "age":
            age = stated_age(request)
            if age is None or ADULT <= age < OLDER:
                continue
            gate = age < ADULT
            text = "under 18 is outside what this program plans" if gate else rule.text
        level = Level.REFUSE if gate else Level.FLAG
        yield Finding(rule=rule.rule, level=level, message=f"{rule.title}: {text}", source=rule.cite.short)


def service_for(rule: ContextRule, refused: Sequence[Finding]) -> str | None:
    """Who is to be asked where a stated fact is among what was refused; None where it is not.

    The same age key refuses those under 18 and warns of those of 65 or over, and a refused switch of the latter is no child's.
    """
    rules = {finding.rule for finding in refused}
    if rule.key == "age" and rule.rule in rules:
        return PAEDIATRIC_SERVICE
    return rule.service if {rule.rule, f"switch.{rule.key}"} & rules else None


class Ceiling(NamedTuple):
    """The highest daily dose that may be planned, in words why, and from where."""

    dose: Dose
    why: str
    cite: Citation | None
    binds: bool


def ceilings(drug: Drug, market: str | None, indication: str | None, age: int | None) -> list[Ceiling]:
    """The label's highest dose for the indication (or any), and the specialist's limit by each published equivalent.

    A maximum that was read only in a secondary source warns and does not refuse.
    """
    fitting = [maximum for maximum in drug.maxima if market in (None, maximum.region)]
    wanted = [maximum for maximum in fitting if maximum.indication == indication] or fitting
    primary = [maximum for maximum in wanted if maximum.cite.trust is Trust.PRIMARY]
    found = []
    if wanted:
        highest = max(primary or wanted, key=lambda maximum: _for_age(maximum, age))
        found.append(_label(highest, age, bool(primary)))
    if drug.name == "diazepam":
        found.append(Ceiling(SPECIALIST_DIAZEPAM, f"above {SPECIALIST_DIAZEPAM} a day a specialist plans", None, True))
    for equivalent in drug.equivalents:
        dose = Dose(equivalent.low.ng * SPECIALIST_DIAZEPAM.ng // EQUIVALENT_BASE.ng)
        why = f"{dose} equals {SPECIALIST_DIAZEPAM} of diazepam in the {equivalent.table} table; above it a specialist plans"
        found.append(Ceiling(dose, why, equivalent.cite, True))
    return found


def _for_age(maximum: Maximum, age: int | None) -> Dose:
    """The maximum that holds at an age."""
    return maximum.older_adult if maximum.older_adult and age is not None and age >= OLDER else maximum.dose


def _label(maximum: Maximum, age: int | None, binds: bool) -> Ceiling:
    dose = _for_age(maximum, age)
    older = " at 65 or over" if dose != maximum.dose else ""
    return Ceiling(
        dose, f"the highest labelled dose for {maximum.indication}{older} is {dose} a day", maximum.cite, binds
    )


def far_above(drug: Drug, dose: Dose) -> Dose | None:
    """The drug's highest maximum when a dose is more than ten times as high: a slip of the pen, never to be accepted."""
    known = [maximum.dose for maximum in drug.maxima]
    highest = max(known, default=None)
    return highest if highest is not None and dose.ng > TENFOLD * highest.ng else None


def ceiling_findings(drug: Drug, dose: Dose, found: list[Ceiling]) -> Iterator[Finding]:
    """The lowest binding ceiling that a dose exceeds refuses; a secondary one that it exceeds is flagged."""
    for binds in (True, False):
        exceeded = [ceiling for ceiling in found if ceiling.binds is binds and dose > ceiling.dose]
        if not exceeded:
            continue
        lowest = min(exceeded, key=lambda ceiling: ceiling.dose)
        yield Finding(
            rule=f"ceiling.{drug.name}",
            level=Level.REFUSE if binds else Level.FLAG,
            message=f"{dose} a day is above the ceiling: {lowest.why}",
            before=dose,
            after=lowest.dose,
            source=lowest.cite.short if lowest.cite else "",
        )
        return
