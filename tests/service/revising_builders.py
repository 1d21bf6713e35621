"""Revisions for tests, in the words of the command line, and random chains of them on plans of every kind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from service_builders import planned

from taper_cli.cli import arguments as read
from taper_cli.cli import supplied
from taper_cli.model.errors import TaperError
from taper_cli.model.finding import Acceptance
from taper_cli.model.product import Split
from taper_cli.model.report import Report
from taper_cli.model.revision import Revision
from taper_cli.model.schedule import Schedule
from taper_cli.service import revise

Q4 = date(2026, 4, 22)
BASES: dict[str, Any] = {
    "26 weeks": lambda: planned("diazepam", "20 mg", "26w"),
    "by slot": lambda: mock_up(),
    "10 percent": lambda: planned("diazepam", "20 mg", reduce="10%", region="us"),
    "to a maintenance dose": lambda: planned("diazepam", "20 mg", "30w", to="5 mg"),
    "a liquid, weekly": lambda: planned(
        "diazepam", "10 mg", "20w", every="1w", products="2 mg tablet half, 2 mg in 5 mL oral solution", region="gb"
    ),
    "lorazepam": lambda: planned("lorazepam", "2 mg", "26w", region="us"),
    "typed steps": lambda: planned("diazepam", "12 mg", steps="10 9 8 7 6 5 4 3.5 3 2.5 2 1 mg"),
    "bands": lambda: planned("diazepam", "20 mg", region="gb"),
    "days left out": lambda: planned("prednisolone", "4 mg", ladder="ng243-alternate-day", region="gb"),
    "months": lambda: planned("diazepam", "20 mg", "12m", every="1m", region="gb"),
}


def mock_up() -> Report:
    """The published worked example: 4 mg and 6 mg, 1 mg less every two weeks from 2 March 2026."""
    return planned(
        "diazepam", "4 mg morning + 6 mg bedtime", reduce="1 mg", products="2 mg tablet", split="half", region="gb",
        start=date(2026, 3, 2), today=date(2026, 2, 1),
    )  # fmt: skip


def asked(on: date, **words: Any) -> Revision:
    """A revision as typed: `hold="2w"`, `slower="5%"`, `actual="9 mg"`, `accept=("rule",)` and so on."""
    made: dict[str, Any] = {"on": on, "made_on": words.pop("today", on)}
    readers: dict[str, Any] = {
        "hold": lambda text: read.period(text, "--hold"),
        "slower": lambda text: read.pace(text, "--slower"),
        "every": lambda text: read.period(text, "--every"),
        "until": lambda day: day,
        "back_to": read.regimen,
        "actual": read.regimen,
        "products": supplied.products,
        "split": lambda text: Split[text.upper()],
        "accept": lambda rules: tuple(Acceptance(rule, f"reason for {rule}") for rule in rules),
    }
    names = {"slower": "pace", "accept": "acceptances"}
    for name, value in words.items():
        made[names.get(name, name)] = readers.get(name, lambda same: same)(value)
    return Revision(**made)


def revised(report: Report, on: date, **words: Any) -> Report:
    """The next version of a plan."""
    return revise(report, asked(on, **words))


def steps(schedule: Schedule) -> str:
    """Every step as first day and daily total: '2026-03-02 9, 2026-03-16 8'."""
    return ", ".join(f"{step.start.isoformat()} {step.total.mg_text}" for step in schedule.steps)


@st.composite
def chains(draw: st.DrawFn, most: int = 5, bases: dict[str, Any] | None = None) -> tuple[Report, ...]:
    """A plan and up to so many random revisions of it, one after another; what is refused is left out."""
    known = bases or BASES
    found = [known[draw(st.sampled_from(sorted(known)))]()]
    for _ in range(most):
        report = found[-1]
        try:
            found.append(revise(report, draw(revisions(report))))
        except TaperError:
            continue
    return tuple(found)


@st.composite
def revisions(draw: st.DrawFn, report: Report) -> Revision:
    """Any revision of a plan, on any of its days, most of them after the last one."""
    schedule = report.schedule
    first = report.revisions[-1].revision.on if report.revisions and draw(st.integers(0, 4)) else schedule.start
    last = schedule.ending.start + timedelta(days=40 if schedule.ending.intakes else -1)
    on = draw(st.dates(min(first, last), last))
    taken = [step for step in schedule.steps if step.drugs == (schedule.drug,)]
    doses = [str(report.request.regimen.total), *(str(step.total) for step in taken)]
    words: dict[str, Any] = {}
    match draw(st.integers(0, 10)):
        case 0 | 1:
            words["hold"] = draw(st.sampled_from(["1d", "1w", "2w", "4w", "1m"]))
        case 2:
            words["slower"] = draw(st.sampled_from(["5%", "7.5%", "0.5 mg", "1 mg", "5% of start"]))
        case 3:
            words |= {"slower": "5%", "every": draw(st.sampled_from(["3w", "4w", "1m"]))}
        case 4:
            words["every"] = draw(st.sampled_from(["1w", "3w", "6w", "1m"]))
        case 5:
            words["until"] = on + timedelta(days=draw(st.integers(20, 400)))
        case 6:
            words["back_to"] = draw(st.sampled_from(doses))
        case 7:
            words["actual"] = draw(st.sampled_from(doses))
        case 8:
            words["stop_here"] = True
        case 9:
            words["products"] = draw(st.sampled_from(["2 mg tablet half, 5 mg tablet half", "2 mg tablet half"]))
        case _:
            words |= {"hold": "2w", "split": draw(st.sampled_from(["whole", "half", "quarter"]))}
    return asked(on, by="=cmd|x & <b>", reason='needs "rest" #x[0] {{ 1 }}', **words)
