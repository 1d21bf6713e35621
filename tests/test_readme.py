"""The READMEs cannot drift: their commands are run and their excerpts of output and help are found in what they print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from taper_cli.cli.app import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHECKS = (ROOT / "taper_cli" / "checks" / "README.md").read_text(encoding="utf-8")
MORE = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
EXAMPLES = [pair for page in (README, MORE) for pair in re.findall(r"```console\n\$ taper (.*?)\n(.*?)```", page, re.S)]


def pattern_of(excerpt: str) -> str:
    """An excerpt as a pattern: a line '...' stands for any lines, '...' within a line for any text."""
    lines = [
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("..."), ".*?") + r"\n"
        for line in excerpt.splitlines()
    ]
    return "".join(lines)


@pytest.mark.parametrize(("command", "excerpt"), EXAMPLES, ids=[command[:40] for command, _ in EXAMPLES])
def test_an_example_prints_what_the_readme_shows(
    command: str, excerpt: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    # A folder of its own, so that what an example writes does not lie about in the project.
    for folder in ("examples", "tests"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    run(shlex.split(command))
    written = re.findall(r" -o (\S+)", command)
    assert all((tmp_path / name).stat().st_size for name in written)
    printed = capfd.readouterr()
    shown = (printed.out + printed.err).replace("\r\n", "\n")
    assert re.fullmatch(pattern_of(excerpt) + r"\n?", shown), shown[:3000]


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", MORE, re.S), ids=lambda code: code.split("\n")[0])
def test_python_on_the_page_of_examples_runs_as_it_stands(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "examples/README.md", "exec"), {})
    assert {path.name for path in tmp_path.iterdir()} == set(
        re.findall(r"save\(report, \"(.*?)\", \"(.*?)\"\)", code)[0]
    )


def test_the_readme_has_examples_of_planning_refusing_and_helping() -> None:
    commands = " ".join(re.findall(r"(?m)^\$ taper (.*)$", README))
    assert "plan diazepam" in commands
    assert "plan Valium" in commands
    assert "--help" in commands


def test_every_heading_that_the_contents_name_is_there() -> None:
    headings = [heading.lower() for heading in re.findall(r"(?m)^#+ (.*)$", README)]
    anchors = {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in headings}
    linked = set(re.findall(r"\]\(#(.*?)\)", README))
    assert linked
    assert linked <= anchors


def test_ci_runs_exactly_the_two_set_up_commands() -> None:
    set_up = re.findall(r"```sh\n(.*?)\n```", README)
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert len(set_up) == 2
    assert [line for line in lines if line in set_up] == set_up


def test_every_file_and_folder_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`((?:taper_cli|tests|examples)/[\w./-]*)`", README + MORE + CHECKS))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
