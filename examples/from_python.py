"""Plans from Python, cell by cell as in a notebook: make one, look at it, print it, judge one of somebody else's, revise it."""

# %% A plan. Words mean what they mean on the command line; values say the same.
import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO

from taper_cli import Dose, Level, Period, RefusedForSafety, TimeUnit, Until, check, open_plan, paper, plan, revise

TODAY = date(2026, 11, 22)
report = plan(
    "diazepam",
    "20 mg",
    over="26w",
    start=date(2026, 12, 7),
    region="gb",
    products="2 mg tablet half, 5 mg tablet half, 10 mg tablet half",
    today=TODAY,
)
same = plan(
    "diazepam",
    Dose.of_mg(20),
    Until(date(2027, 6, 7)),
    every=Period(2, TimeUnit.WEEK),
    start="2026-12-07",
    region="gb",
    products=["2 mg tablet half", "5 mg tablet half", "10 mg tablet half"],
    today=TODAY,
)
print(report.plan_id, report.schedule.days, "days")
print("the same steps:", report.schedule == same.schedule)

# %% What it holds: steps of exact doses on dates, findings, supplies.
for step in report.schedule.steps[:3]:
    print(step.number, step.start, step.total, [portion.product.name for portion in step.intakes[0].portions])
print("flags:", [(finding.step, finding.rule) for finding in report.findings if finding.level is Level.FLAG])
print(
    "tablets of 2 mg:",
    sum(each.dispensed for each in report.supply.dispensings if each.product.strength == Dose.of_mg(2)),
)

# %% Papers are bytes: a table to go on with, sheets to print, a plan file to keep.
days = list(csv.DictReader(StringIO(paper(report, "csv", rows="day").decode())))
print(len(days), "days, the first one:", days[0]["date"], days[0]["total_mg"], "mg")
print(paper(report, "pdf")[:5], paper(report, "html")[:15])
kept = paper(report, "json")

# %% A refusal is an exception that says what to do meanwhile, what would change it, and who may go past it by name.
try:
    plan("diazepam", "20 mg", "8w", start=date(2026, 12, 7), today=TODAY)
except RefusedForSafety as refused:
    print(refused.keep_taking)
    print(refused.reasons[0])
    print(refused.changes[0])
    print(refused.accepts)

# %% A revision is the next version; the one before is void.
held = revise(
    open_plan(kept), on=date(2027, 1, 25), hold="2w", by="patient", reason="poor sleep", today=date(2027, 1, 25)
)
print("version", held.version, "stops on", held.schedule.ending.start)

# %% Any schedule can be judged: a file, its bytes, a report, or rows of one's own. The first row is the dose before.
theirs: Sequence[tuple[date, str]] = [
    (date(2026, 12, 7), "20 mg"),
    (date(2026, 12, 21), "10 mg"),
    (date(2027, 1, 4), "5 mg"),
    (date(2027, 1, 18), "stop"),
]
audit = check(theirs, drug="diazepam", region="gb", today=TODAY)
print("passed:", audit.passed)
for finding in audit.findings:
    if finding.level is Level.REFUSE:
        print(f"step {finding.step}: {finding.message}")
