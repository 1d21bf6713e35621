"""Benchmarks, run by hand: `.venv/bin/python tests/benchmarks/run.py`. Prints medians; the machine decides the absolute times."""

from __future__ import annotations

import inspect
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import taper_cli
from taper_cli.cli.panel import answered
from taper_cli.cli.papers import wanted_papers
from taper_cli.cli.running import job_of
from taper_cli.formulary.loader import guideline_named
from taper_cli.model.dose import Dose, Volume
from taper_cli.model.guideline import PaceCap
from taper_cli.model.panel import PanelRow
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.product import Form, Product, Split
from taper_cli.model.request import OverTime, Request, Shape, ShapeKind
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.planning.planner import plan_over
from taper_cli.planning.problem import Planned, Problem
from taper_cli.service import plan

START = date(2026, 12, 7)
RUNS = 15
PACKAGE = Path(taper_cli.__file__).parent
ACCEPT = str(Path(__file__).parents[1] / "accept_data.py")
HELLO = """import typer
app = typer.Typer()
@app.command()
def hello(name: str = "x", loud: bool = False) -> None:
    typer.echo(f"hello {name}")
app()
"""


def median_ms(action: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of an action in milliseconds, after one run that is not counted."""
    action()
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times)


def tablets() -> tuple[Product, ...]:
    """Diazepam 2, 5 and 10 mg tablets, halved."""
    return tuple(
        Product(drug="diazepam", form=Form.TABLET, strength=Dose.of_mg(mg), split=Split.HALF) for mg in (2, 5, 10)
    )


def typical() -> Problem:
    """20 mg a day, a cut every week."""
    cap = guideline_named("asam-2025").cap
    assert cap is not None
    return Problem(
        drug="diazepam",
        before=Regimen(((Slot.DAILY, Dose.of_mg(20)),)),
        products=tablets(),
        start=START,
        every=Period(2, TimeUnit.WEEK),
        cap=cap,
        last_step=Dose.of_mg(1),
    )


def heavy(window_days: int) -> Problem:
    """80 mg a day from tablets and a liquid by 0.1 mL: 2,001 makeable doses, a step every day."""
    cap = guideline_named("asam-2025").cap
    assert cap is not None
    liquid = Product(
        drug="diazepam", form=Form.SOLUTION, strength=Dose.of_mg(2), volume=Volume(5_000), graduation=Volume(100)
    )
    return Problem(
        drug="diazepam",
        before=Regimen(((Slot.DAILY, Dose.of_mg(80)),)),
        products=(*tablets(), liquid),
        start=START,
        every=Period(1, TimeUnit.DAY),
        cap=PaceCap(share=cap.share, window_days=window_days, basis=cap.basis, cite=cap.cite),
        last_step=Dose.of_mg(1),
    )


def random_requests(count: int) -> list[Request]:
    """Plans as clinicians ask for them: one or two slots, 20 to 60 weeks, every one or two weeks."""
    draw = random.Random(20261207)
    requests = []
    for _ in range(count):
        doses = [Dose.of_mg(draw.randint(2, 20)) for _ in range(draw.choice((1, 1, 2)))]
        slots = (Slot.DAILY,) if len(doses) == 1 else (Slot.MORNING, Slot.BEDTIME)
        requests.append(
            Request(
                drug="diazepam",
                regimen=Regimen(tuple(zip(slots, doses, strict=True))),
                pace=OverTime(Period(draw.randint(30, 60), TimeUnit.WEEK)),
                every=Period(draw.choice((1, 2)), TimeUnit.WEEK),
                start=START,
                today=START,
            )
        )
    return requests


def many(count: int) -> None:
    """So many judged plans in one process: mean, median, 99th percentile."""
    times, refused = [], 0
    for request in random_requests(count):
        begin = time.perf_counter()
        try:
            plan(request)
        except Exception as error:  # a refusal is a result too; anything else is counted and shown
            refused += 1
            if "Fault" in type(error).__name__:
                raise
        times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    print(
        f"{count} judged plans in a process: {sum(times) / 1000:.1f} s, mean {statistics.mean(times):.2f} ms, "
        f"median {statistics.median(times):.2f} ms, 99% {times[int(0.99 * count)]:.2f} ms, refused {refused}"
    )


def panel_rows(count: int) -> list[PanelRow]:
    """Rows of a panel as the tests make them, without the bad ones: one or two slots, 26 to 44 weeks or a pace, some with facts."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
    from panel_builders import good_row

    draw = random.Random(20261207)
    found = []
    for number in range(count):
        row = good_row(f"P{number:06d}", draw)
        cells = tuple((column, text) for column, text in row.items() if column != "code" and text)
        found.append(PanelRow(number + 2, row["code"], cells))
    return found


def _left_out() -> dict[str, Any]:
    """Every option about papers as it is where nobody types it, whichever options there are."""
    options = inspect.signature(wanted_papers).parameters.values()
    named = [option for option in options if option.kind is option.KEYWORD_ONLY and option.default is option.empty]
    return {option.name: False if option.annotation == "bool" else "" for option in named}


def panels(count: int) -> None:
    """Rows of a panel answered by one process, in processor time: what `taper batch` does on each core."""
    # As in a worker: every core has its process, and threads of the typesetter would only add to the time.
    os.environ["RAYON_NUM_THREADS"] = "1"
    for papers, sheet, rows, least in (
        ("csv", "", count, 150), ("csv,json", "", count, 0), ("pdf", "patient", count // 10, 10), ("pdf", "", count // 10, 10),
        ("html", "", count // 5, 0),
    ):  # fmt: skip
        wanted = wanted_papers(
            [f"CODE.{form}" for form in papers.split(",")], "", "", **{**_left_out(), "sheet": sheet}
        )
        job, panel = job_of(wanted, {}, "", START), panel_rows(rows)
        answered(job, panel[:3])
        begin = time.process_time()
        found = answered(job, panel)
        seconds = time.process_time() - begin
        assert {answer.result.outcome for answer in found} == {"planned"}
        what = f"{papers}{f' ({sheet} sheet)' if sheet else ''}"
        print(f"a panel as {what}: {rows / seconds:.0f} plans a second a core{f' (>= {least})' if least else ''}")


def whole_process() -> None:
    """Start-up as a user feels it, against the floors of the interpreter and of a hello-world typer command."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO, encoding="utf-8")
        taper = str(Path(sys.executable).with_name("taper"))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "taper --version": [taper, "--version"],
            "hello-world typer": [sys.executable, str(hello)],
            "taper plan as text": [
                taper, "plan", "diazepam", "20 mg", "26w", "--start", "2026-12-07", "--format", "txt",
            ],
            "taper plan as csv": [
                taper, "plan", "diazepam", "20 mg", "26w", "--start", "2026-12-07", "--format", "csv",
            ],
            "taper plan as pdf": [
                taper, "plan", "diazepam", "20 mg", "26w", "--start", "2026-12-07", "--sheet", "patient", "--format", "pdf",
            ],
            "taper plan as html": [
                taper, "plan", "diazepam", "20 mg", "26w", "--start", "2026-12-07", "--format", "html",
            ],
        }  # fmt: skip
        medians = {name: median_ms(lambda command=command: _run(command)) for name, command in commands.items()}
        for name, ms in medians.items():
            print(f"{name}: {ms:.0f} ms")
        print(f"taper --version / python -c pass: {medians['taper --version'] / medians['python -c pass']:.2f} (<= 2)")
        ratio = medians["taper plan as text"] / medians["hello-world typer"]
        print(f"taper plan as text / hello-world typer: {ratio:.2f} (<= 2.5)")
        print(f"peak memory of taper plan as text: {_peak_mib(commands['taper plan as text']):.0f} MiB (<= 60)")
        ratio = medians["taper plan as pdf"] / medians["taper plan as text"]
        print(f"taper plan as pdf / as text: {ratio:.2f} (<= 3)")
        print(f"peak memory of taper plan as pdf: {_peak_mib(commands['taper plan as pdf']):.0f} MiB (<= 120)")


def with_drug_files(count: int, folder: Path) -> Path:
    """A copy of the program whose formulary has so many drug files: some of ours, or ours and made-up ones; its index made anew."""
    shutil.copytree(PACKAGE, folder / "taper_cli", ignore=shutil.ignore_patterns("__pycache__"))
    held = folder / "taper_cli" / "formulary" / "drugs"
    diazepam = (held / "diazepam.toml").read_text(encoding="utf-8")
    for path in sorted(held.glob("*.toml"), key=lambda path: path.stem != "diazepam")[count:]:
        path.unlink()
    for number in range(count - len(list(held.glob("*.toml")))):
        text = diazepam.replace('name = "diazepam"', f'name = "madeup{number}"')
        for brand in ("Valium", "Tensium", "Rimapam", "Dialar"):
            text = text.replace(f'name = "{brand}"', f'name = "{brand}{number}"')
        (held / f"madeup{number}.toml").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, ACCEPT], check=True, capture_output=True, env=environment)
    return folder


def many_drug_files() -> None:
    """Start-up with 10 and with 200 drug files, run in turns so that a busy machine slows both alike: the hundredth drug must
    not slow the first."""
    start = ["--start", "2026-12-07"]
    commands = {
        "taper plan diazepam": ["plan", "diazepam", "20 mg", "26w", *start, "--format", "txt"],
        "taper plan Valium (a brand)": ["plan", "Valium", "20 mg", "26w", *start, "--format", "txt"],
        "taper plan as a plan file (names the data)": ["plan", "diazepam", "20 mg", "26w", *start, "--format", "json"],
        "taper drugs diazepam": ["drugs", "diazepam"],
        "taper drugs": ["drugs"],
    }
    with tempfile.TemporaryDirectory() as few, tempfile.TemporaryDirectory() as lots:
        copies = {count: str(with_drug_files(count, Path(where))) for count, where in ((10, few), (200, lots))}
        for name, words in commands.items():
            times: dict[int, list[float]] = {count: [] for count in copies}
            for turn in range(RUNS + 1):
                for count, where in copies.items():
                    spent = _own_ms([sys.executable, "-m", "taper_cli", *words], {**os.environ, "PYTHONPATH": where})
                    if turn:
                        times[count].append(spent)
            few_ms, lots_ms = (statistics.median(times[count]) for count in copies)
            print(f"{name}: {few_ms:.1f} ms with 10 drug files, {lots_ms:.1f} ms with 200 ({lots_ms / few_ms:.2f})")


def _own_ms(command: list[str], environment: dict[str, str]) -> float:
    """The processor time of one command in milliseconds; what else runs on the machine is not in it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=environment["PYTHONPATH"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _peak_mib(command: list[str]) -> float:
    """The peak memory of one command in MiB, from the system's own account of the child."""
    with Path(os.devnull).open("wb") as nowhere:
        child = subprocess.Popen(command, stdout=nowhere)
        _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss / 1024


def main() -> None:
    """Print every figure."""
    print(
        f"one typical plan (planner alone): {median_ms(lambda: plan_over(typical(), Period(26, TimeUnit.WEEK), None)):.2f} ms (< 5)"
    )
    request = random_requests(1)[0]
    print(f"one judged plan (planner, judge, report): {median_ms(lambda: plan(request)):.2f} ms")
    for kind in (ShapeKind.LINEAR, ShapeKind.PROPORTIONAL):
        for window in (1, 14):
            begin = time.perf_counter()
            answer = plan_over(heavy(window), Period(365, TimeUnit.DAY), Shape(kind=kind))
            seconds = time.perf_counter() - begin
            assert isinstance(answer, Planned)
            proof = "proven" if answer.proven else "best found, not proven"
            print(f"heavy, {kind.value}, 2,001 doses by 365 days, window {window} d: {1000 * seconds:.0f} ms, {proof}, "
                  f"largest cut {float(answer.largest_cut):.3f} of {float(Fraction(1, 4)):.2f}")  # fmt: skip
    many(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    panels(500)
    whole_process()
    many_drug_files()


if __name__ == "__main__":
    main()
