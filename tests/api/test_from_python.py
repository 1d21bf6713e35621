"""The way in from Python gives what the command line gives: the same plans, papers, audits and refusals; it prints nothing."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_runner import taper

import taper_cli
from taper_cli import (
    Acceptance,
    AtPace,
    Basis,
    ByLadder,
    ByLevels,
    CannotPlan,
    ContextItem,
    CutOrder,
    Dose,
    Halves,
    Identity,
    InvalidInput,
    Most,
    MostUnit,
    Period,
    RefusedForSafety,
    Regimen,
    Report,
    ShapeKind,
    Sheets,
    Slot,
    Split,
    Style,
    TaperError,
    TimeUnit,
    Until,
    Volume,
    WantedProduct,
    check,
    open_plan,
    paper,
    plan,
    revise,
    save,
)
from taper_cli.api import papers
from taper_cli.cli.asking import request_of
from taper_cli.cli.output import Format, Rows
from taper_cli.cli.stating import beside_schedule, revision_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "from_python.py"
TODAY = date(2026, 11, 22)
DATES: dict[str, Any] = {"start": date(2026, 12, 7), "today": TODAY}
STARTED = ("--start", "2026-12-07", "--today", "2026-11-22")
WEEK, DAY = TimeUnit.WEEK, TimeUnit.DAY


@pytest.fixture(scope="module")
def report() -> Report:
    return plan("diazepam", "20 mg", "26w", region="gb", **DATES)


SAME: dict[str, tuple[tuple[str, ...], Callable[[], Report]]] = {
    "over a time": (
        ("diazepam", "20 mg", "26w"),
        lambda: plan("diazepam", Dose.of_mg(20), Period(26, WEEK), **DATES),
    ),
    "until a day": (
        ("diazepam", "20 mg", "until 2027-06-07"),
        lambda: plan("diazepam", "20 mg", Until(date(2027, 6, 7)), **DATES),
    ),
    "by slot, at a pace in mg": (
        ("diazepam", "4 mg morning + 6 mg bedtime", "--reduce", "1 mg", "--every", "2w", "--cut", "bedtime-first"),
        lambda: plan(
            "diazepam",
            Regimen(((Slot.MORNING, Dose.of_mg(4)), (Slot.BEDTIME, Dose.of_mg(6)))),
            reduce=Dose.of_mg(1),
            every=Period(2, WEEK),
            cut=CutOrder.BEDTIME_FIRST,
            **DATES,
        ),
    ),
    "a share of the current dose": (
        ("diazepam", "20 mg", "--reduce", "12.5%"),
        lambda: plan("diazepam", "20 mg", reduce=AtPace(share=Fraction(1, 8)), **DATES),
    ),
    "a share of the start, to a dose to stay on": (
        ("diazepam", "20 mg", "--reduce", "10% of start", "--to", "5 mg"),
        lambda: plan(
            "diazepam", "20 mg", reduce=AtPace(share=Fraction(1, 10), basis=Basis.START), to=Dose.of_mg(5), **DATES
        ),
    ),
    "levels": (
        ("diazepam", "10 mg", "--steps", "8 6.5 5 mg", "--to", "5 mg"),
        lambda: plan("diazepam", "10 mg", steps=[Dose.of_mg("8"), Dose.of_mg("6.5"), Dose.of_mg(5)], to="5 mg", **DATES),
    ),
    "levels with times": (
        ("prednisolone", "60 mg", "--steps", "50 mg 2w, 40 mg 16d", "--to", "35 mg", "--region", "gb"),
        lambda: plan(
            "prednisolone",
            "60 mg",
            steps=ByLevels((Dose.of_mg(50), Dose.of_mg(40)), (Period(2, WEEK), Period(16, DAY))),
            to="35 mg",
            region="gb",
            **DATES,
        ),
    ),
    "a ladder": (
        ("prednisolone", "15 mg", "--ladder", "pmr-bsr-2010 shortest", "--region", "gb"),
        lambda: plan("prednisolone", "15 mg", ladder=ByLadder("pmr-bsr-2010", True), region="gb", **DATES),
    ),
    "a hyperbola": (
        ("sertraline", "100 mg", "26w", "--shape", "hyperbolic", "--ed50", "12 mg", "--ed50-source", "own", "--region", "gb"),
        lambda: plan(
            "sertraline", "100 mg", "26w", shape=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg(12), ed50_source="own", region="gb", **DATES
        ),
    ),
    "products, a syringe and supplies": (
        (
            "diazepam", "10 mg", "40w", "--products", "2 mg tablet half, 2 mg in 5 mL oral solution", "--syringe", "0.5 mL",
            "--region", "gb", "--supply-days", "14", "--halves", "discarded", "--bottle", "100 mL", "--max-supply", "30 days",
        ),
        lambda: plan(
            "diazepam",
            "10 mg",
            "40w",
            products=[
                WantedProduct(Dose.of_mg(2), None, "tablet", Split.HALF),
                WantedProduct(Dose.of_mg(2), Volume(5_000), "oral solution", None),
            ],
            syringe=Volume(500),
            region="gb",
            supply_days=14,
            halves=Halves.DISCARDED,
            bottle=Volume(100_000),
            max_supply=Most(30, MostUnit.DAYS),
            **DATES,
        ),
    ),
    "facts and acceptances as values": (
        ("diazepam", "20 mg", "26w", "--context", "opioid", "--context", "age=72", "--context", "pregnancy",
         "--accept", "context.pregnancy=weighed", "--split", "half"),
        lambda: plan(
            "diazepam",
            "20 mg",
            "26w",
            context=[ContextItem("opioid"), ContextItem("age", "72"), "pregnancy"],
            accept=[Acceptance("context.pregnancy", "weighed")],
            split=Split.HALF,
            **DATES,
        ),
    ),
    "facts and acceptances by name": (
        ("diazepam", "20 mg", "26w", "--context", "opioid=no", "--context", "age=72", "--context", "pregnancy",
         "--accept", "context.pregnancy=weighed", "--for", "muscle spasm", "--guideline", "asam-2025"),
        lambda: plan(
            "diazepam",
            "20 mg",
            "26w",
            context={"opioid": False, "age": 72, "pregnancy": True},
            accept={"context.pregnancy": "weighed"},
            indication="muscle spasm",
            guideline="asam-2025",
            **DATES,
        ),
    ),
    "products of one's own": (
        ("diazepam", "10 mg", "30w", "--region", "gb", "--products-file", str(ROOT / "examples/requests/own-products.toml")),
        lambda: plan(
            "diazepam", "10 mg", "30w", region="gb", products_file=ROOT / "examples/requests/own-products.toml", **DATES
        ),
    ),
}  # fmt: skip
"""Command lines, and the same asked for from Python with values in place of words."""


class TestAPlan:
    """The report is the one behind the command's papers."""

    @pytest.mark.parametrize(("words", "asked"), SAME.values(), ids=SAME)
    def test_is_that_of_the_same_command_line(self, words: tuple[str, ...], asked: Callable[[], Report]) -> None:
        done = taper("plan", *words, *STARTED, "--json")
        assert done.code == 0, done.said
        assert paper(asked(), "json") == done.out

    def test_has_an_argument_for_everything_that_is_asked_for(self) -> None:
        for ours, theirs in ((plan, request_of), (check, beside_schedule), (revise, revision_of)):
            assert set(inspect.signature(theirs).parameters) <= set(inspect.signature(ours).parameters)

    def test_is_of_today_where_no_day_is_said(self) -> None:
        before = date.today()
        made = plan("diazepam", "20 mg", "26w")
        assert before <= made.request.today <= date.today()
        assert made.schedule.start == made.request.today + timedelta(days=1)

    def test_cannot_be_changed(self, report: Report) -> None:
        for thing, name in ((report, "plan_id"), (report.schedule, "steps"), (report.schedule.steps[0], "start")):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)

    def test_comes_back_from_its_file_as_it_was(self, report: Report, tmp_path: Path) -> None:
        path = tmp_path / "plan.json"
        save(report, path)
        assert open_plan(path) == open_plan(str(path)) == open_plan(path.read_bytes()) == report
        assert open_plan(path, today="2027-01-01").request.today == date(2027, 1, 1)

    def test_is_revised_as_on_the_command_line(self, report: Report, tmp_path: Path) -> None:
        save(report, tmp_path / "plan.json")
        typed = (
            "--on",
            "2027-01-25",
            "--hold",
            "2w",
            "--by",
            "patient",
            "--reason",
            "poor sleep",
            "--today",
            "2027-01-25",
        )
        day = date(2027, 1, 25)
        ours = revise(report, on=day, hold=Period(2, WEEK), by="patient", reason="poor sleep", today=day)
        assert paper(ours, "json") == taper("revise", str(tmp_path / "plan.json"), *typed, "--json").out


WRONG: dict[str, tuple[type[Exception], Callable[[], object], str]] = {
    "no unit": (InvalidInput, lambda: plan("diazepam", "20", "26w"), "has no unit"),
    "a number for a dose": (TypeError, lambda: plan("diazepam", 20.0, "26w"), "20.0 is neither words nor a value"),  # type: ignore[arg-type]
    "a yes for a dose": (TypeError, lambda: plan("diazepam", True, "26w"), "True is neither"),  # type: ignore[arg-type]
    "a misspelt argument": (TypeError, lambda: plan("diazepam", "20 mg", "26w", regoin="gb"), "regoin"),  # type: ignore[call-arg]
    "a moment for a day": (InvalidInput, lambda: plan("diazepam", "20 mg", "26w", start=datetime(2026, 12, 7, 9)), "is a moment"),  # noqa: DTZ001
    "a share without a percentage": (
        InvalidInput, lambda: plan("diazepam", "20 mg", reduce=AtPace(share=Fraction(1, 3))), "no exact percentage",
    ),
    "a supply of no day": (InvalidInput, lambda: plan("diazepam", "20 mg", "26w", supply_days=0), "no number of days"),
    "a target of nothing": (InvalidInput, lambda: plan("diazepam", "20 mg", "26w", to=Dose(0)), "is zero"),
    "an age that is none": (InvalidInput, lambda: plan("diazepam", "20 mg", "26w", context={"age": -1}), "no age in years"),
    "an age as a value": (
        InvalidInput, lambda: plan("diazepam", "20 mg", "26w", context=[ContextItem("age", "old")]), "no age in years",
    ),
    "time and pace": (InvalidInput, lambda: plan("diazepam", "20 mg", "26w", reduce="1 mg"), "given together"),
    "neither": (InvalidInput, lambda: plan("diazepam", "20 mg"), "neither a time nor a pace"),
    "an unknown drug": (CannotPlan, lambda: plan("diazepan", "20 mg", "26w"), "did you mean diazepam"),
    "a refused medicine": (CannotPlan, lambda: plan("clozapine", "300 mg", "26w"), "refused by name"),
    "too fast": (RefusedForSafety, lambda: plan("diazepam", "20 mg", "8w"), "^refused for safety: do not stop the medicine"),
    "a file that is missing": (CannotPlan, lambda: open_plan("/nowhere/plan.json"), "cannot be read"),
    "standard input": (CannotPlan, lambda: open_plan("-"), "cannot be read"),
    "own products on standard input": (
        CannotPlan, lambda: plan("diazepam", "20 mg", "26w", products_file="-"), "cannot be read",
    ),
    "no plan": (CannotPlan, lambda: open_plan(b"{}"), "'the bytes given'"),
    "no schedule": (CannotPlan, lambda: check([], drug="diazepam"), "the rows given"),
    "rows without a unit": (CannotPlan, lambda: check([("2026-12-07", "20"), ("2026-12-21", "10")], drug="diazepam"), "has no unit"),
    "rows at a time of day": (
        CannotPlan, lambda: check([(datetime(2026, 12, 7, 9), "20 mg")], drug="diazepam"), "2026-12-07 09:00",  # noqa: DTZ001
    ),
    "which drug": (CannotPlan, lambda: check([("2026-12-07", "20 mg")]), "does not say which drug"),
}  # fmt: skip


class TestFaults:
    """Each is the command line's own, as an exception of its kind."""

    @pytest.mark.parametrize(("kind", "call", "told"), WRONG.values(), ids=WRONG)
    def test_is_raised_and_says_what_was_found(
        self, kind: type[Exception], call: Callable[[], object], told: str
    ) -> None:
        with pytest.raises(kind, match=told):
            call()

    def test_a_refusal_holds_all_that_the_command_line_tells(self) -> None:
        with pytest.raises(RefusedForSafety) as told:
            plan("diazepam", "20 mg", "8w", **DATES)
        refused = json.loads(taper("plan", "diazepam", "20 mg", "8w", *STARTED, "--json").err)["error"]
        assert list(told.value.reasons) == refused["reasons"] and list(told.value.changes) == refused["changes"]
        assert [list(rules) for rules in told.value.accepts] == [one["rules"] for one in refused["accepts"]]
        assert told.value.keep_taking == refused["keep_taking"]
        assert isinstance(told.value, TaperError)

    def test_what_a_refusal_names_lets_the_plan_through(self) -> None:
        with pytest.raises(RefusedForSafety) as told:
            plan("diazepam", "20 mg", "8w", **DATES)
        accepted = plan("diazepam", "20 mg", "8w", accept=dict.fromkeys(told.value.accepts[0], "weighed"), **DATES)
        assert {finding.accepted for finding in accepted.findings} >= {"weighed"}


LEVELS = (
    (date(2027, 1, 4), "10 mg"),
    (date(2027, 1, 18), "5 mg"),
    (date(2027, 2, 1), "2.5 mg"),
    (date(2027, 2, 15), "stop"),
)


class TestACheck:
    """Whatever a schedule comes in, it is read as strictly as a file."""

    @pytest.mark.parametrize(
        "schedule",
        [
            LEVELS,
            [(day, Dose(0) if dose == "stop" else Dose.parse(dose)) for day, dose in LEVELS],
            [(day.isoformat(), dose) for day, dose in LEVELS],
            [{"date": day, "dose": dose} for day, dose in LEVELS],
            [{"dose_mg": dose.removesuffix(" mg"), "start": datetime(day.year, day.month, day.day)} for day, dose in LEVELS],  # noqa: DTZ001
            [{"day": day, "mg": {"10 mg": 10, "5 mg": 5, "2.5 mg": 2.5, "stop": 0}[dose]} for day, dose in LEVELS],
            (row for row in LEVELS),
            (ROOT / "examples/requests/too-fast.csv").read_bytes(),
            str(ROOT / "examples/requests/too-fast.csv"),
            ROOT / "examples/requests/too-fast.csv",
        ],
        ids=["words", "doses", "ISO days", "mappings", "moments at midnight", "numbers", "an iterator", "bytes", "a name", "a path"],
    )  # fmt: skip
    def test_finds_what_the_command_line_finds(self, schedule: Any) -> None:
        audit = check(schedule, drug="diazepam", today=TODAY)
        typed = ("check", str(ROOT / "examples/requests/too-fast.csv"), "--drug", "diazepam", "--today", "2026-11-22")
        told = json.loads(taper(*typed, "--json").out)
        found = [(one.rule, one.level.value, one.step, one.message) for one in (*audit.findings, *audit.comparisons)]
        assert found == [(one["rule"], one["level"], one["step"], one["message"]) for one in told["findings"]]
        assert audit.passed is told["passed"] is False

    def test_of_a_report_passes(self, report: Report) -> None:
        audit = check(report, today=TODAY)
        assert audit.passed and audit.drug.name == "diazepam" and audit.region.key == "gb"

    def test_takes_what_is_said_beside_the_schedule(self) -> None:
        accept = {"pace.asam-2025.cap": "weighed", "last-dose": "weighed"}
        audit = check(LEVELS, drug="diazepam", accept=accept, context=["opioid"], products="2 mg tablet", today=TODAY)
        assert audit.passed
        assert {finding.rule for finding in audit.findings if finding.accepted} == set(accept)

    def test_of_a_gap_in_the_cells_is_no_plan(self) -> None:
        with pytest.raises(CannotPlan, match="nan"):
            check([{"date": date(2026, 12, 7), "dose_mg": float("nan")}], drug="diazepam")


class TestPapers:
    """Bytes, or files for the owner's eyes only."""

    @pytest.mark.parametrize("form", get_args(papers.Form))
    def test_each_is_that_of_the_command_line(self, report: Report, form: papers.Form) -> None:
        done = taper("plan", "diazepam", "20 mg", "26w", "--region", "gb", *STARTED, "--format", form)
        assert paper(report, form) == done.out

    @pytest.mark.parametrize("rows", get_args(papers.Rows))
    def test_each_table_is_that_of_the_command_line(self, report: Report, rows: papers.Rows) -> None:
        done = taper("plan", "diazepam", "20 mg", "26w", "--region", "gb", *STARTED, "--format", "csv", "--rows", rows)
        assert paper(report, "csv", rows=rows) == done.out

    def test_there_is_every_form_and_every_kind_of_row(self) -> None:
        assert set(get_args(papers.Form)) == {form.value for form in Format} - {"screen"}
        assert set(get_args(papers.Rows)) == {rows.value for rows in Rows}

    def test_a_style_says_how_the_sheets_are_printed(self, report: Report) -> None:
        style = Style(sheets=Sheets.PATIENT, identity=Identity(name="Ada Example", clinic_phone="01 234"))
        page = paper(report, "html", style=style).decode()
        assert "Ada Example" in page and "For prescriber and pharmacist" not in page

    def test_what_would_change_nothing_is_refused(self, report: Report) -> None:
        named = Style(identity=Identity(name="Ada Example"))
        for call in (
            lambda: paper(report, "txt", rows="day"),
            lambda: paper(report, "csv", style=named),
            lambda: paper(report, "doc"),  # type: ignore[arg-type]
        ):
            with pytest.raises(InvalidInput):
                call()

    @pytest.mark.parametrize(
        "identity",
        [
            Identity(name="x" * 200),
            Identity(date_of_birth=date(2015, 1, 1)),
            Identity(next_review=date(2020, 1, 1)),
        ],
        ids=["a line too long", "a child that the plan knows nothing of", "a review in the past"],
    )
    def test_who_it_is_for_is_read_as_strictly_as_from_a_file(self, report: Report, identity: Identity) -> None:
        with pytest.raises(InvalidInput, match="--identity"):
            paper(report, "pdf", style=Style(identity=identity))

    def test_files_are_written_by_the_one_hand(self, report: Report, tmp_path: Path) -> None:
        table, page = tmp_path / "plan.csv", tmp_path / "plan.md"
        save(report, table, str(page), rows="day")
        assert table.read_bytes() == paper(report, "csv", rows="day") and page.stat().st_mode & 0o777 == 0o600
        with pytest.raises(InvalidInput, match="exists"):
            save(report, tmp_path / "new.txt", table)
        assert not (tmp_path / "new.txt").exists()
        save(report, table, force=True)
        assert table.read_bytes() == paper(report, "csv")

    def test_nothing_is_printed(self, report: Report, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        save(report, tmp_path / "plan.csv")
        check(report)
        with pytest.raises(InvalidInput, match="extension"):
            save(report, "-")
        assert capfd.readouterr() == ("", "")


class TestTheFrontDoor:
    """`from taper_cli import ...`: every name that is promised, and none before it is asked for."""

    def loaded_after(self, code: str) -> set[str]:
        script = f"{code}\nimport sys; print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        return set(done.stdout.split())

    def test_every_name_is_there(self) -> None:
        assert all(getattr(taper_cli, name) is not None for name in taper_cli.__all__)
        assert dir(taper_cli) == sorted(taper_cli.__all__)

    def test_the_names_for_readers_and_for_types_are_the_same(self) -> None:
        tree = ast.parse(Path(taper_cli.__file__).read_text(encoding="utf-8"))
        typed = {
            alias.name: str(node.module)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module != "__future__"
            for alias in node.names
        }
        typed.pop("import_module")
        assert typed == {name: f"taper_cli.{room}" for name, room in taper_cli._ROOMS.items()}
        assert set(typed) | {"__version__"} == set(taper_cli.__all__)

    def test_an_unknown_name_is_an_ordinary_fault(self) -> None:
        with pytest.raises(AttributeError, match="has no attribute 'nosuch'"):
            taper_cli.nosuch  # noqa: B018

    def test_importing_it_loads_nothing_of_ours(self) -> None:
        assert {name for name in self.loaded_after("import taper_cli") if name.startswith("taper_cli.")} == set()

    def test_a_plan_needs_nothing_of_the_command_line(self) -> None:
        code = (
            "from taper_cli import plan, check, paper; r = plan('diazepam', '20 mg', '26w'); check(r); paper(r, 'csv')"
        )
        assert self.loaded_after(code) & {"typer", "click", "rich", "typst", "jinja2"} == set()


class TestTypes:
    """A caller's own type checker knows every argument and every value."""

    def verdict(self, script: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", script.name]
        return subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=False)

    def test_the_example_is_sound(self, tmp_path: Path) -> None:
        script = tmp_path / "example.py"
        script.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
        done = self.verdict(script)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_a_slip_is_told(self, tmp_path: Path) -> None:
        script = tmp_path / "slips.py"
        script.write_text(
            "from taper_cli import nosuch\nfrom taper_cli import paper, plan\n"
            'plan("diazepam", 20.0, "26w")\nplan("diazepam", "20 mg", "26w", regoin="gb")\n'
            'paper(plan("diazepam", "20 mg", "26w"), "doc")\n'
            'plan("diazepam", "20 mg", "26w").schedule.step\n',
            encoding="utf-8",
        )
        told = self.verdict(script).stdout
        assert [line.split(":")[1] for line in told.splitlines() if ": error:" in line] == ["1", "3", "4", "5", "6"]
