"""The floors of the house hold: who may import whom, no float near a dose, and every file says what it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "taper_cli"
TESTS = ROOT / "tests"
EXACT = ("model", "planning", "checks")
"""The rooms in which doses are reckoned: whole numbers and fractions only."""


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


class TestTheContract:
    """import-linter keeps the contract of the floors, and would notice a breach."""

    def lint(self, config: Path) -> subprocess.CompletedProcess[str]:
        script = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
        command = [sys.executable, "-c", script, "--config", str(config), "--no-cache"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def test_is_kept(self) -> None:
        done = self.lint(ROOT / "pyproject.toml")
        assert done.returncode == 0, done.stdout + done.stderr
        assert " 0 broken" in done.stdout

    def test_is_not_empty(self, tmp_path: Path) -> None:
        upside_down = tmp_path / "upside_down.toml"
        upside_down.write_text(
            '[tool.importlinter]\nroot_package = "taper_cli"\n'
            '[[tool.importlinter.contracts]]\nname = "upside down"\ntype = "layers"\n'
            'containers = ["taper_cli"]\nlayers = ["model", "planning"]\n'
        )
        done = self.lint(upside_down)
        assert done.returncode != 0 and "upside down BROKEN" in done.stdout


class TestTheJudge:
    """The judge shares no code with the accused."""

    @pytest.mark.parametrize("path", sources(PACKAGE / "checks"), ids=name)
    def test_imports_neither_the_planner_nor_the_formulary(self, path: Path) -> None:
        forbidden = (
            "taper_cli.planning",
            "taper_cli.formulary",
            "taper_cli.service",
            "taper_cli.render",
            "taper_cli.cli",
        )
        assert not [module for module in imports(path) if module.startswith(forbidden)]

    @pytest.mark.parametrize("path", sources(PACKAGE / "planning"), ids=name)
    def test_is_not_imported_by_the_planner(self, path: Path) -> None:
        assert not [module for module in imports(path) if module.startswith("taper_cli.checks")]


@pytest.mark.parametrize("path", [path for room in EXACT for path in sources(PACKAGE / room)], ids=name)
class TestExactArithmetic:
    """No float and no rounding where doses are reckoned."""

    def test_no_float_is_written(self, path: Path) -> None:
        found = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
        assert not [f"line {node.lineno}: {node.value}" for node in found if isinstance(node.value, float | complex)]

    def test_no_float_round_or_isclose_is_called(self, path: Path) -> None:
        calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
        names = [(node.lineno, ast.unparse(node.func).rpartition(".")[2]) for node in calls]
        assert not [
            call for call in names if call[1] in ("float", "round", "isclose", "fsum", "sqrt", "pow", "exp", "log")
        ]

    def test_no_number_is_divided_into_a_float(self, path: Path) -> None:
        """`7 / 2` is a float; `Fraction(7, 2)` and `7 // 2` are not."""
        divisions = [
            node for node in ast.walk(tree(path)) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        ]
        constants = [
            node for node in divisions if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
        ]
        assert not [f"line {node.lineno}" for node in constants]

    def test_math_is_used_for_whole_numbers_only(self, path: Path) -> None:
        wanted = {f"math.{function}" for function in ("gcd", "lcm", "ceil", "floor", "isqrt", "comb", "prod", "inf")}
        used = {module for module in imports(path) if module.startswith("math.")}
        used |= {
            ast.unparse(node)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "math"
        }
        assert used <= wanted - {"math.inf"}


class TestTheCore:
    """The rooms that reckon have no clock, no disk and no console."""

    @pytest.mark.parametrize("path", [path for room in EXACT for path in sources(PACKAGE / room)], ids=name)
    def test_reads_no_clock_and_no_file_and_prints_nothing(self, path: Path) -> None:
        calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
        forbidden = {"open", "print", "input", "date.today", "datetime.now", "time.time", "Path", "exec", "eval"}
        assert not calls & forbidden

    @pytest.mark.parametrize("path", sources(PACKAGE), ids=name)
    def test_only_the_face_reads_the_clock(self, path: Path) -> None:
        calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
        assert path.parent.name == "cli" or not calls & {"date.today", "datetime.now", "datetime.today", "time.time"}

    @pytest.mark.parametrize("path", sources(PACKAGE), ids=name)
    def test_no_module_opens_the_network_or_writes_a_log(self, path: Path) -> None:
        network = ("socket", "ssl", "http", "urllib", "requests", "httpx", "logging", "smtplib", "ftplib")
        assert not [module for module in imports(path) if module.partition(".")[0] in network]

    @pytest.mark.parametrize("path", sources(PACKAGE), ids=name)
    def test_input_is_not_checked_with_assert(self, path: Path) -> None:
        """`python -O` leaves every assert out."""
        assert not [f"line {node.lineno}" for node in ast.walk(tree(path)) if isinstance(node, ast.Assert)]


LONGEST_FILE, LONGEST_BODY = 400, 60


def _first_line(function: ast.FunctionDef) -> int:
    """The first line after the arguments and the docstring; the last one of a function that is no more than those."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[0].lineno if body else function.end_lineno or 0


@pytest.mark.parametrize("path", sources(PACKAGE), ids=name)
class TestRooms:
    """A file and a function that grew beyond what one keeps in mind are divided along their meaning."""

    def test_no_file_is_too_long_to_be_read_in_one_sitting(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE

    def test_no_function_is_longer_than_a_screen(self, path: Path) -> None:
        """Its body: the arguments of a command are its options, one a line, and say by themselves what they are."""
        functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
        lengths = [((node.end_lineno or 0) - _first_line(node) + 1, node.name) for node in functions]
        assert not [f"{of}: {length} lines" for length, of in lengths if length > LONGEST_BODY]


class TestEveryFile:
    """Each file, tests included, says what it is in its first line."""

    @pytest.mark.parametrize("path", [*sources(PACKAGE), *sources(TESTS)], ids=name)
    def test_begins_with_its_purpose_in_one_sentence(self, path: Path) -> None:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith('"""'), first
        purpose = ast.get_docstring(tree(path))
        assert purpose and purpose.splitlines()[0].rstrip().endswith((".", "!", "?"))
