"""The options about a request, the same for every command that has them: told once, so that no two help pages disagree."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

_Option = typer.Option
Every: TypeAlias = Annotated[str, _Option(metavar="TIME", help="interval between cuts, such as 2w  [default: 2w]")]
Ed50: TypeAlias = Annotated[
    str, _Option(metavar="DOSE", help="for hyperbolic: the dose of half the effect, such as '5 mg'")
]
Ed50Source: TypeAlias = Annotated[str, _Option(metavar="TEXT", help="for hyperbolic: where the ED50 comes from")]
Target: TypeAlias = Annotated[str, _Option(metavar="DOSE", help="a maintenance dose instead of a stop")]
Split: TypeAlias = Annotated[
    str, _Option(metavar="SPLIT", help="whole, half or quarter for every tablet  [default: what the data allow]")
]
Syringe: TypeAlias = Annotated[
    str, _Option(metavar="VOLUME", help="smallest volume the syringe measures, such as '0.1 mL'")
]
Cut: TypeAlias = Annotated[
    str, _Option(metavar="ORDER", help="morning-first, bedtime-first or even  [default: morning-first]")
]
Region: TypeAlias = Annotated[str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: international]")]
Indication: TypeAlias = Annotated[
    str, _Option("--for", metavar="TEXT", help="what it is taken for, such as 'muscle spasm'")
]
Context: TypeAlias = Annotated[
    list[str] | None,
    _Option(metavar="KEY", help="a fact about the patient: opioid, age=72, used-for=3y; repeatable"),
]
Accept: TypeAlias = Annotated[
    list[str] | None, _Option(metavar="RULE=reason", help='go past a limit by name: RULE="reason"; repeatable')
]
Guideline: TypeAlias = Annotated[str, _Option(metavar="KEY", help="whose limit binds  [default: by class and region]")]
SupplyDays: TypeAlias = Annotated[str, _Option(metavar="DAYS", help="how many days one supply lasts  [default: 28]")]
Halves: TypeAlias = Annotated[
    str, _Option(metavar="RULE", help="the other part of a divided tablet: kept or discarded  [default: kept]")
]
Bottle: TypeAlias = Annotated[str, _Option(metavar="VOLUME", help="the bottle of a liquid, such as '100 mL'")]
MaxSupply: TypeAlias = Annotated[
    str, _Option(metavar="MOST", help="the most for one supply: '100 tablets', '300 mL' or '30 days'")
]
Today: TypeAlias = Annotated[str, _Option(metavar="DATE", help="the day to print as today  [default: the clock]")]
