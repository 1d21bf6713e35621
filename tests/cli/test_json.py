"""With --json every command prints one document that keeps to a published schema, and every error is one on stderr."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import typer
from cli_runner import PLAN, STARTED, taper, taper_process
from documents_runner import PUBLISHED, answer, closed, document, error, faults, schema_of, with_json
from jsonschema import Draft202012Validator
from test_bad_input import SLIPS

from taper_cli.cli.app import COMMANDS, app, run
from taper_cli.formulary import loader
from taper_cli.render.documents.published import DOCUMENTS

EXAMPLES = Path(__file__).parents[2] / "examples" / "requests"
SAVED = str(EXAMPLES / "plan.json")
TABLE = str(EXAMPLES / "too-fast.csv")
PANEL = str(EXAMPLES / "panel.csv")
FOLDER = TemporaryDirectory()
DATES = shlex.join(STARTED)
ANSWERS: dict[str, dict[str, tuple[str, str, int]]] = {
    "plan": {
        "over a time": (f'diazepam "20 mg" 26w {DATES}', "taper.plan.v1", 0),
        "at a pace, by slot": (
            f'diazepam "4 mg morning + 6 mg bedtime" --reduce "1 mg" --products "2 mg tablet half" {DATES}',
            "taper.plan.v1",
            0,
        ),
        "along a ladder with spaced days": (
            f'prednisolone "4 mg" --ladder ng243-alternate-day --region gb {DATES}',
            "taper.plan.v1",
            0,
        ),
        "beside a file and without a screen": (f'diazepam "20 mg" 26w {DATES} -q', "taper.plan.v1", 0),
        "explained as well": (f'diazepam "20 mg" 26w {DATES} --explain', "taper.plan.v1", 0),
    },
    "export": {"a saved plan": (SAVED, "taper.plan.v1", 0)},
    "revise": {
        "held": (f"{SAVED} --on 2027-01-25 --hold 2w --today 2027-01-25", "taper.plan.v1", 0),
        "up again": (
            f'{SAVED} --on 2027-02-10 --back-to "13 mg" --every 3w --slower 10% --by GP --reason "fell" --today 2027-02-10',
            "taper.plan.v1",
            0,
        ),
    },
    "batch": {"a panel": (f"{PANEL} -o {FOLDER.name} --papers csv --today 2026-11-22", "taper.batch.v1", 4)},
    "selfcheck": {"this installation": ("--today 2026-11-23", "taper.selfcheck.v1", 0)},
    "switch": {
        "in stages": (
            f'lorazepam "1 mg morning + 1 mg bedtime" 40w --to diazepam --equivalent "20 mg" --reason table {DATES}',
            "taper.plan.v1",
            0,
        ),
        "the tables alone": ('lorazepam "2 mg" --to diazepam', "taper.equivalents.v1", 3),
        "with a figure that has no end": ('temazepam "20 mg" --to diazepam', "taper.equivalents.v1", 3),
    },
    "check": {
        "a plan file": (f"{SAVED} --today 2026-11-22", "taper.check.v1", 0),
        "a refused table": (f"{TABLE} --drug diazepam --today 2026-11-22", "taper.check.v1", 4),
        "an accepted table": (
            f"{TABLE} --drug diazepam --today 2026-11-22 --accept pace.asam-2025.cap=weighed --accept last-dose=weighed",
            "taper.check.v1",
            0,
        ),
    },
    "compare": {
        "two times, one of them too short": (
            f'diazepam "20 mg" --over 12w --over 26w {DATES}',
            "taper.compare.v1",
            0,
        ),
        "a pace without a limit in percent": (
            f'prednisolone "15 mg" --ladder pmr-bsr-2010 --reduce "1 mg" --every 4w --region gb {DATES}',
            "taper.compare.v1",
            0,
        ),
        "nothing that can be planned": (f'diazepam "20 mg" --over 4w --over 6w {DATES}', "taper.compare.v1", 4),
    },
    "explain": {
        "one step": (f"{SAVED} 13", "taper.explain.v1", 0),
        "all steps": (f"{SAVED} all", "taper.explain.v1", 0),
        "the stop": (f"{SAVED} stop", "taper.explain.v1", 0),
    },
    "drugs": {
        "the list": ("", "taper.drugs.v1", 0),
        "a part of it": ("--search zolp", "taper.drugs.v1", 0),
        "one drug": ("diazepam", "taper.drug-facts.v1", 0),
        "a refused medicine": ("clozapine", "taper.drug-facts.v1", 0),
    },
    "schema": {"the list": ("", "taper.schemas.v1", 0)},
}
"""What each command answers: its words, the schema of the answer, the exit code. A new command has its line here."""
CASES = [
    pytest.param(command, *case, id=f"{command}, {name}")
    for command, cases in ANSWERS.items()
    for name, case in cases.items()
]
REFUSALS = {
    "too fast": f'diazepam "20 mg" 8w {DATES}',
    "typed levels": f'diazepam "20 mg" --steps "10 5 2 mg" {DATES}',
    "a gate": f'diazepam "20 mg" 26w --context pregnancy {DATES}',
    "two gates": f'diazepam "20 mg" 26w --context pregnancy --context withdrawal-seizure {DATES}',
    "above the ceiling": f'diazepam "100 mg" 60w {DATES}',
    "the last dose": f'diazepam "20 mg" 26w --products "10 mg tablet whole" {DATES}',
}  # fmt: skip
"""Requests that are refused for safety, each for a reason of its own."""


def registered() -> dict[str, Any]:
    """Every command by its name."""
    run(["--help"])
    return dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


class TestEveryCommand:
    """None is forgotten."""

    def test_has_its_line_in_the_table_of_answers(self) -> None:
        assert set(ANSWERS) == set(registered()) == set(COMMANDS)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_has_the_option(self, name: str) -> None:
        assert "--json" in {option for param in registered()[name].params for option in param.opts}

    @pytest.mark.parametrize("name", COMMANDS)
    def test_says_in_its_help_that_errors_are_json_too(self, name: str) -> None:
        told = " ".join(taper(name, "--help", columns=200).text.split())
        assert re.search(r"--json .{0,60}errors? as JSON", told)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_tells_an_unknown_option_as_json(self, name: str) -> None:
        code, found = error(name, "--nosuch")
        assert (code, found["error"]["kind"]) == (2, "invalid-input")
        assert "'--nosuch'" in found["error"]["found"]


class TestAnswers:
    """One document on stdout, named by its schema and keeping to it."""

    @pytest.mark.parametrize(("command", "words", "schema", "code"), CASES)
    def test_an_answer_keeps_to_its_schema(self, command: str, words: str, schema: str, code: int) -> None:
        assert answer(command, *shlex.split(words), code=code)["schema"] == schema

    @pytest.mark.parametrize("name", loader.keys_of("drugs"))
    def test_all_that_is_held_about_any_drug_keeps_to_its_schema(self, name: str) -> None:
        held = answer("drugs", name)
        assert held["name"] == name and held["products"]

    @pytest.mark.parametrize("region", ["us", "gb", "gb-nir"])
    def test_what_is_held_for_a_region_keeps_to_its_schema(self, region: str) -> None:
        assert answer("drugs", "diazepam", "--region", region)["region"] == region
        assert answer("drugs", "--region", region)["drugs"]

    def test_a_plan_explained_as_well_is_a_document_on_each_stream(self) -> None:
        done = with_json("plan", *shlex.split(f'diazepam "20 mg" 26w {DATES} --explain'))
        made, reasons = document(done.out), document(done.err)
        assert (done.code, made["schema"], reasons["schema"]) == (0, "taper.plan.v1", "taper.explain.v1")
        assert reasons["plan_id"] == made["plan_id"] and len(reasons["steps"]) == len(made["schedule"]["steps"])

    def test_every_step_of_a_revised_plan_is_explained_by_its_schema(self, tmp_path: Path) -> None:
        first, second = tmp_path / "1.json", tmp_path / "2.json"
        first.write_bytes(with_json("revise", *shlex.split(ANSWERS["revise"]["held"][0])).out)
        second.write_bytes(
            with_json("revise", str(first), *shlex.split('--on 2027-02-20 --actual "9 mg" --slower 5% --today 2027-02-20')).out
        )  # fmt: skip
        assert answer("explain", str(second), "all")["version"] == 3

    @pytest.mark.parametrize(
        "plan",
        [
            f'plan prednisolone "15 mg" --ladder pmr-bsr-2010 --region gb {DATES}',
            f'plan diazepam "10 mg" 6d --every 2d --split half --context used-for=10d {DATES}',
            f'plan sertraline "100 mg" 26w --shape hyperbolic --region gb {DATES}',
            f'plan diazepam "20 mg" 8w --accept pace.asam-2025.cap=weighed {DATES}',
            f'plan morphine "40 mg morning + 40 mg bedtime" --reduce "5 mg" --every 4w --region gb --to "40 mg" '
            f'--products "10 mg modified-release tablet, 5 mg modified-release tablet" {DATES}',
        ],
        ids=["a ladder", "short use", "a hyperbola", "accepted", "an opioid"],
    )  # fmt: skip
    def test_every_kind_of_plan_is_explained_by_its_schema(self, plan: str, tmp_path: Path) -> None:
        path = tmp_path / "plan.json"
        done = taper(*shlex.split(plan), "--json")
        assert done.code == 0, done.said
        path.write_bytes(done.out)
        assert answer("explain", str(path), "all")["steps"]

    def test_the_plan_file_is_the_one_that_is_saved(self, tmp_path: Path) -> None:
        """One kind of document for a plan, not two: what stdout gets can be kept, checked, revised and compared."""
        path = tmp_path / "plan.json"
        done = taper(*PLAN, "--json", "-o", str(path))
        assert done.out == path.read_bytes() == taper(*PLAN, "--format", "json").out

    def test_a_refused_column_says_how_it_is_accepted(self) -> None:
        refused, planned = answer("compare", *shlex.split(f'diazepam "20 mg" --over 12w --over 26w {DATES}'))["columns"]
        assert (refused["planned"], planned["planned"]) == (False, True)
        assert refused["accepts"][0]["typed"] == '--accept pace.asam-2025.cap="reason"'
        assert planned.keys() & {"why", "accepts"} == set() and refused.keys() & {"plan_id", "doses_mg"} == set()

    def test_a_check_has_the_ready_acceptances_that_let_it_pass(self) -> None:
        typed = ("check", TABLE, "--drug", "diazepam", "--today", "2026-11-22")
        (ready,) = answer(*typed, code=4)["accepts"]
        assert ready["by"] == "the prescriber"
        assert answer(*typed, *shlex.split(ready["typed"]))["passed"] is True

    def test_another_locale_changes_no_byte(self) -> None:
        plain = {"PATH": "", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
        done = taper_process("drugs", "diazepam", "--json", env=plain)
        assert (done.code, done.err) == (0, b"")
        assert done.out == taper("drugs", "diazepam", "--json").out

    def test_a_format_beside_it_is_refused(self) -> None:
        for command, form in (("plan", "csv"), ("drugs", "md")):
            words = PLAN[1:] if command == "plan" else ("diazepam",)
            code, found = error(command, *words, "--format", form)
            assert (code, found["error"]["instead"]) == (2, "leave --json out")


class TestErrors:
    """Each error says in fields what it says in words."""

    @pytest.mark.parametrize("name", SLIPS)
    def test_a_slip_is_told_in_the_same_words(self, name: str) -> None:
        typed, code = SLIPS[name].typed, SLIPS[name].code
        told, found = error(*typed)
        assert told == code
        assert taper(*typed).said == f"taper: {found['error']['message']}\n"

    @pytest.mark.parametrize("name", SLIPS)
    def test_the_parts_of_a_fault_are_those_of_its_message(self, name: str) -> None:
        code, found = error(*SLIPS[name].typed)
        one = found["error"]
        assert one["kind"] == {2: "invalid-input", 3: "cannot-plan", 4: "refused-for-safety"}[code]
        if code == 4:
            assert one["reasons"] and one["keep_taking"].startswith("do not stop the medicine")
        else:
            parts = [part for part in (one["found"], one["expected"], one["instead"]) if part]
            assert "; ".join(parts) == one["message"]

    @pytest.mark.parametrize("words", REFUSALS.values(), ids=REFUSALS)
    def test_the_ready_acceptances_of_a_refusal_let_it_through(self, words: str) -> None:
        code, found = error("plan", *shlex.split(words))
        assert code == 4
        for ready in found["error"]["accepts"]:
            assert ready["typed"] == " ".join(f'--accept {rule}="reason"' for rule in ready["rules"])
            assert taper("plan", *shlex.split(f"{words} {ready['typed']}"), "--format", "csv").code == 0
        assert found["error"]["accepts"]

    @pytest.mark.parametrize("kind", ["typed levels", "a gate", "two gates", "above the ceiling"])
    def test_the_findings_that_refuse_are_the_rules_to_accept(self, kind: str) -> None:
        found = error("plan", *shlex.split(REFUSALS[kind]))[1]["error"]
        assert {one["level"] for one in found["findings"]} == {"refuse"}
        assert {one["rule"] for one in found["findings"]} == set(found["accepts"][0]["rules"])
        assert len(found["reasons"]) == len(found["findings"])

    def test_a_specialist_decides_on_a_gate(self) -> None:
        (ready,) = error("plan", *shlex.split(REFUSALS["a gate"]))[1]["error"]["accepts"]
        assert ready["by"] == "a specialist"

    @pytest.mark.parametrize("words", REFUSALS.values(), ids=REFUSALS)
    def test_explain_adds_what_stands_behind_a_refusal(self, words: str) -> None:
        plain, explained = (error("plan", *shlex.split(words), *more)[1] for more in ((), ("--explain",)))
        assert plain["explained"] is None
        assert explained["error"] == plain["error"]
        assert faults(explained["explained"]) == [] and explained["explained"]["rules"]

    def test_an_acceptance_that_accepts_nothing_is_named(self) -> None:
        code, found = error(*PLAN, "--accept", "last-dose=weighed")
        assert (code, found["error"]["unused_rule"]) == (2, "last-dose")

    def test_every_fault_of_a_file_is_listed(self, tmp_path: Path) -> None:
        own = tmp_path / "own.toml"
        own.write_text('schema = "taper.products.v1"\nmode = "maybe"\ncolour = 1\n', encoding="utf-8")
        code, found = error(*PLAN, "--products-file", str(own))
        assert code == 3 and len(found["error"]["faults"]) > 1
        assert all(fault in found["error"]["message"] for fault in found["error"]["faults"])

    @pytest.mark.parametrize(
        "words",
        ["check /nowhere/x.csv --drug diazepam", "explain /nowhere/x.json 1", "export /nowhere/x.json", "compare a.json b.json",
         f"revise {SAVED} --hold 2w", f"explain {SAVED} 99", "drugs clozapin", "schema nosuch", f"check {TABLE}"],
    )  # fmt: skip
    def test_the_faults_of_every_command_are_documents(self, words: str) -> None:
        code, found = error(*shlex.split(words))
        assert code in (2, 3) and found["error"]["found"]

    def test_nothing_is_written_beside_an_error(self, tmp_path: Path) -> None:
        error("plan", "diazepam", "20 mg", "8w", *STARTED, "-o", str(tmp_path / "plan.csv"))
        assert list(tmp_path.iterdir()) == []

    def test_words_from_strangers_are_data(self) -> None:
        code, found = error("plan", "a\x1b[31m\nb", "20 mg", "26w")
        assert code == 3 and "\x1b" not in found["error"]["message"] and "\n" not in found["error"]["message"]

    def test_behind_two_dashes_it_is_no_option(self) -> None:
        assert taper("drugs", "--", "--json").said.startswith("taper: ")

    def test_a_fault_of_our_own_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from taper_cli import service
        from taper_cli.model.errors import PlannerFault

        def broken(_: object) -> None:
            raise PlannerFault("step 1: a gap")

        monkeypatch.setattr(service, "plan", broken)
        code, found = error(*PLAN)
        assert (code, found["error"]["kind"], found["error"]["found"]) == (1, "internal", "step 1: a gap")
        assert "nothing was written" in found["error"]["message"]

    def test_an_interruption_is_told(self) -> None:
        script = (
            "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); import taper_cli.service as s; "
            "s.plan = lambda request: os.kill(os.getpid(), signal.SIGINT); from taper_cli.cli.app import run; "
            "sys.exit(run(sys.argv[1:]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, *PLAN, "--json"], capture_output=True, check=False, timeout=60
        )
        found = document(done.stderr)
        assert (done.returncode, done.stdout) == (128 + signal.SIGINT, b"")
        assert (found["error"]["kind"], found["error"]["exit_code"]) == ("interrupted", 130)


class TestSchemas:
    """What is published holds, and can be had from the program itself."""

    @pytest.mark.parametrize("name", sorted(PUBLISHED))
    def test_is_sound_and_says_what_it_is(self, name: str) -> None:
        schema = schema_of(name)
        Draft202012Validator.check_schema(schema)
        assert (schema["title"], schema["$id"]) == (name, f"urn:taper:{name.removeprefix('taper.')}")
        assert schema["$schema"].endswith("/2020-12/schema") and schema["description"].endswith(".")

    @pytest.mark.parametrize("name", sorted(PUBLISHED))
    def test_is_printed_by_its_name(self, name: str) -> None:
        printed = [json.loads(taper("schema", word).out) for word in (name, name.split(".")[1])]
        assert printed == [schema_of(name)] * 2

    def test_the_list_names_every_one(self) -> None:
        listed = answer("schema")["schemas"]
        assert [entry["name"] for entry in listed] == sorted(PUBLISHED)
        assert [line.split()[0] for line in taper("schema").text.splitlines()] == sorted(PUBLISHED)

    @pytest.mark.parametrize("kind", DOCUMENTS)
    def test_every_kind_of_document_is_printed_by_some_command(self, kind: str) -> None:
        printed = {schema for cases in ANSWERS.values() for _, schema, _ in cases.values()}
        assert f"taper.{kind}.v1" in printed | {"taper.error.v1", "taper.refusal.v1"}

    @pytest.mark.parametrize("kind", DOCUMENTS)
    def test_every_key_is_required_or_said_to_be_left_out_sometimes(self, kind: str) -> None:
        """A reader may rely on a key; only the column of a comparison is of two kinds."""
        parts = closed(schema_of(f"taper.{kind}.v1"))["$defs"]
        loose = {name for name, part in parts.items() if set(part.get("required", ())) != set(part["properties"])}
        assert loose <= {"ColumnEntry"}

    @pytest.mark.parametrize(
        "case", ["a missing key", "another kind", "an unknown word", "a wrong day", "an unknown key"]
    )
    def test_another_document_is_refused(self, case: str) -> None:
        """The validation of these tests can fail."""
        found = answer("explain", *shlex.split(ANSWERS["explain"]["all steps"][0]))
        step = found["steps"][0]
        change = {
            "a missing key": lambda: step.pop("limits"),
            "another kind": lambda: step.update(total_mg="16"),
            "an unknown word": lambda: step.update(kind="leap"),
            "a wrong day": lambda: step.update(start="2026-13-01"),
            "an unknown key": lambda: step.update(colour="red"),
        }[case]
        change()
        assert len(faults(found)) == 1


def every_object(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a document, itself included."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_object(inner)


def test_no_number_of_mg_is_rounded() -> None:
    """mg stand as the exact decimal: what is read back as a decimal text is the dose itself."""
    plain = with_json("explain", *shlex.split(ANSWERS["explain"]["all steps"][0])).text
    found = json.loads(plain, parse_float=str, parse_int=str)
    doses = [one["total_mg"] for one in every_object(found) if "total_mg" in one]
    steps = [step for step in document(taper("export", SAVED, "--json").out)["schedule"]["steps"] if step["intakes"]]
    assert doses[:-1] == [step["intakes"][0]["mg"] for step in steps]
