"""Judged before a switch is planned: the typed equivalent against every published table, and facts that speak against the new drug."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from taper_cli.checks.request import OLDER, stated_age
from taper_cli.model.dose import Dose, percent_text
from taper_cli.model.finding import Finding, Level
from taper_cli.model.guideline import ContextRule
from taper_cli.model.request import Request
from taper_cli.model.switch import TableResult

# A dose so much below a table may be an unplanned cut: the share that no cut within two weeks should exceed.
UNPLANNED = Fraction(1, 4)


def equivalent_findings(typed: Dose, tables: tuple[TableResult, ...]) -> Iterator[Finding]:
    """Whether the typed dose is far below a published table, or above all of them.

    Below one table by more than a quarter is flagged, below every table refused; above every table refused.
    """
    low = [table for table in tables if typed.ng < table.low * (1 - UNPLANNED)]
    names = ", ".join(table.table for table in low)
    if low:
        most = max((table.low - typed.ng) / table.low for table in low)
        every = len(low) == len(tables)
        yield Finding(
            rule="switch.below",
            level=Level.REFUSE if every else Level.FLAG,
            message=f"possible unplanned cut: {typed} is up to {percent_text(most)}% below "
            f"{f'every published table ({names})' if every else f'what is published ({names})'}",
            source="; ".join(dict.fromkeys(table.cite.short for table in low)),
        )
    highest = max(tables, key=lambda table: table.high)
    if typed.ng > highest.high:
        yield Finding(
            rule="switch.above",
            level=Level.REFUSE,
            message=f"{typed} is above every published table, and may sedate: the highest is {highest.table}",
            source=highest.cite.short,
        )


def context_findings(request: Request, stated: tuple[ContextRule, ...], drug: str) -> Iterator[Finding]:
    """The stated facts about the patient that speak against a switch to a drug; a fact answered with 'no' means nothing."""
    for rule in stated:
        age = stated_age(request)
        answered = request.context_value(rule.key) != "no" and (rule.key != "age" or (age is not None and age >= OLDER))
        if drug in rule.no_switch_to and answered:
            yield Finding(
                rule=f"switch.{rule.key}",
                level=Level.REFUSE,
                message=f"{rule.title}: no switch to {drug} without a specialist; {rule.text}",
                source=rule.cite.short,
            )
