"""Shell completion: names, keys, products and files at Tab, by typer's protocol and in a real bash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import get_type_hints

import pytest
from terminal_driver import BASE, TAB, TAPER, Terminal

from taper_cli.cli import app
from taper_cli.cli.completing import CHOOSERS
from taper_cli.service import drugs_held

ROOT = Path(__file__).parents[2]
REQUESTS = ROOT / "examples" / "requests"


def completed(*words: str, shell: str = "bash", cwd: Path = ROOT) -> list[str]:
    """What a shell is offered for the last of some words, as it stands on its command line."""
    line = ("taper", *words)
    variables = {
        "bash": {"COMP_WORDS": "\n".join(line), "COMP_CWORD": str(len(line) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": " ".join(line)},
        "fish": {"_TYPER_COMPLETE_ARGS": " ".join(line), "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        "powershell": {"_TYPER_COMPLETE_ARGS": " ".join(line), "_TYPER_COMPLETE_WORD_TO_COMPLETE": line[-1]},
    }[shell]
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "_TAPER_COMPLETE": f"complete_{shell}"} | variables
    done = subprocess.run(TAPER, env=env, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


OFFERED = {
    "generic and brand names": (("plan", "di"), ["diazepam", "dialar"]),
    "a brand whatever its capitals": (("plan", "xan"), ["xanax"]),
    "regions": (("plan", "diazepam", "--region", ""), ["gb", "gb-nir", "us"]),
    "a region after an equals sign": (("plan", "diazepam", "--region", "=", "u"), ["us"]),
    "right after an equals sign": (("plan", "diazepam", "--region", "="), ["gb", "gb-nir", "us"]),
    "an option after a value with an equals sign": (
        ("plan", "diazepam", "--context", "age", "=", "72", "--region", "u"), ["us"],
    ),
    "guidelines that limit the drug": (("plan", "prednisolone", "--guideline", "e"), ["ese-2024"]),
    "published schedules of the drug": (("plan", "prednisolone", "--ladder", "pmr-b"), ["pmr-bsr-2010"]),
    "no published schedule of another drug": (("plan", "diazepam", "--ladder", "pmr"), []),
    "what it is taken for, quoted": (("plan", "diazepam", "--for", "mus"), ["'muscle spasm'"]),
    "within an open quote": (("plan", "diazepam", "--for", '"mus'), ["muscle spasm"]),
    "facts of the class": (("plan", "diazepam", "--context", "o"), ["opioid"]),
    "facts of another class": (("plan", "omeprazole", "--context", "ba"), ["barretts"]),
    "a fact that is not so": (("plan", "diazepam", "--context", "opioid", "=", "n"), ["no"]),
    "products of the drug in the region": (
        ("plan", "diazepam", "--region", "us", "--products", "1"), ["'10 mg tablet'", "'1 mg in 1 mL oral solution'"],
    ),
    "the next product of a list": (
        ("plan", "diazepam", "--region", "us", "--products", '"2 mg tablet, 10'), ["2 mg tablet, 10 mg tablet"],
    ),
    "shapes": (("plan", "diazepam", "--shape", ""), ["proportional", "linear", "hyperbolic", "bands"]),
    "orders of cutting": (("plan", "diazepam", "--cut", "e"), ["even"]),
    "splits": (("plan", "diazepam", "--split", ""), ["whole", "half", "quarter"]),
    "formats": (("plan", "--format", "c"), ["csv"]),
    "formats of the list": (("drugs", "--format", ""), ["table", "md", "json"]),
    "rows": (("plan", "--rows", ""), ["step", "day", "intake", "supply"]),
    "sheets": (("export", "plan.json", "--sheet", "p"), ["patient", "prescriber"]),
    "classes": (("drugs", "--class", "b"), ["benzodiazepine", "beta-blocker"]),
    "names in the formulary": (("drugs", "zopi"), ["zopiclone"]),
    "the drug of a file": (("check", "x.csv", "--drug", "zopi"), ["zopiclone"]),
    "drugs to compare": (("compare", "zopi"), ["zopiclone"]),
    "commands": (("ex",), ["explain", "export"]),
    "options": (("plan", "--large"), ["--large-print"]),
    "steps": (("explain", "plan.json", ""), ["all", "stop"]),
    "nothing for an unknown drug": (("plan", "foozepam", "--products", ""), []),
    "nothing for free words": (("plan", "diazepam", "2"), []),
}  # fmt: skip
"""What is typed, the last word being the one at the cursor, and what is offered."""


@pytest.mark.parametrize(("words", "offered"), OFFERED.values(), ids=OFFERED)
def test_bash_is_offered(words: tuple[str, ...], offered: list[str]) -> None:
    assert sorted(completed(*words)) == sorted(offered)


FILES = {
    "revise": (("revise", ""), ["plan.json"]),
    "explain": (("explain", "p"), ["plan.json"]),
    "export": (("export", "plan.j"), ["plan.json"]),
    "compare": (("compare", "plan"), ["plan.json"]),
    "check": (("check", ""), ["panel.csv", "plan.json", "too-fast.csv"]),
    "batch": (("batch", ""), ["panel.csv", "too-fast.csv"]),
    "products": (("plan", "--products-file", "own"), ["own-products.toml"]),
    "identity": (("plan", "--identity", "id"), ["identity.toml"]),
    "nothing that fits, so that the shell offers its own": (("export", "01"), []),
}


@pytest.mark.parametrize(("words", "offered"), FILES.values(), ids=FILES)
def test_files_of_the_right_kind_are_offered(words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(*words, cwd=REQUESTS) == offered


def test_files_in_a_folder_are_offered_with_the_folders_beside_them(tmp_path: Path) -> None:
    (tmp_path / "plans" / "older").mkdir(parents=True)
    (tmp_path / "plans" / "a plan.json").write_text("{}")
    (tmp_path / "plans" / "note.txt").write_text("")
    assert completed("export", "plans/", cwd=tmp_path) == ["'plans/a plan.json'", "plans/older/"]
    assert completed("export", "pl", cwd=tmp_path) == []


def test_zsh_and_fish_are_told_what_a_word_means() -> None:
    assert completed("plan", "vali", shell="fish") == ["valium\tdiazepam"]
    assert completed("plan", "diazepam", "--context", "opi", shell="zsh") == [
        """_arguments '*: :(("opioid":"opioid taken as well"))'"""
    ]


def test_powershell_gets_words_with_spaces_in_quotes() -> None:
    assert completed("plan", "diazepam", "--for", "mus", shell="powershell") == ["'muscle spasm'::: "]


def test_every_name_of_every_drug_is_offered() -> None:
    offered = completed("plan", "")
    names = {name for drug in drugs_held() for name in (drug.name, *drug.synonyms, *(one.name for one in drug.brands))}
    assert {word.strip("'") for word in offered} == names


def test_every_option_that_takes_a_value_has_its_words_or_is_free() -> None:
    app._load_commands([])
    for command in app.app.registered_commands:
        name = getattr(command.callback, "__name__", "")
        for field, hint in get_type_hints(command.callback, include_extras=True).items():
            takes_value = hasattr(hint, "__metadata__") and "bool" not in str(hint.__origin__)
            assert not takes_value or field in CHOOSERS or f"{name}.{field}" in CHOOSERS, f"{name} {field}"


def test_only_the_file_of_the_typed_drug_is_read() -> None:
    """Names come from the index: to read every drug for a Tab would make people wait."""
    script = (
        "import sys\nfrom taper_cli.formulary import drugs, loader\nfrom taper_cli.cli.app import run\n"
        "read = []\nreal = loader.read_drug\nloader.read_drug = lambda path: read.append(path.stem) or real(path)\n"
        "code = run([])\nsys.stderr.write(' '.join(read))\nsys.exit(code)"
    )
    env = {"PATH": os.environ["PATH"], "_TAPER_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    for words, files in (("taper\nplan\nd", ""), ("taper\nplan\ndiazepam\n--products\n2", "diazepam")):
        env |= {"COMP_WORDS": words, "COMP_CWORD": str(words.count("\n"))}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
        assert (bool(done.stdout), done.stderr) == (True, files)


def test_tab_is_answered_before_a_person_wonders() -> None:
    completed("plan", "di")
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        completed("plan", "di")
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 1, spent  # a fifth of a second on an idle machine


class TestInBash:
    """The script that `--show-completion` prints, in a real bash."""

    @pytest.fixture
    def bash(self, tmp_path: Path) -> Terminal:
        program = tmp_path / "bin" / "taper"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m taper_cli "$@"\n')
        program.chmod(0o755)
        (tmp_path / "plan.json").write_text("{}")
        env = BASE | {
            "PATH": f"{program.parent}:{BASE['PATH']}",
            "PS1": "ready> ",
            "TERM": "dumb",
            "PYTHONPATH": str(ROOT),
        }
        found = shutil.which("bash")
        assert found, "bash is not there"
        terminal = Terminal(cwd=tmp_path, env=env, command=(found, "--norc", "--noprofile"))
        terminal.answer("ready", 'eval "$(taper --show-completion bash)"')
        terminal.wait_for("ready> ")
        return terminal

    @pytest.mark.parametrize(
        ("typed", "line"),
        [
            ("taper plan diaz", "<taper><plan><diazepam>"),
            ("taper plan diazepam --for mus", "<taper><plan><diazepam><--for><muscle spasm>"),
            ('taper plan diazepam --for "mus', "<taper><plan><diazepam><--for><muscle spasm>"),
            ("taper plan diazepam --region=u", "<taper><plan><diazepam><--region=us>"),
            ("taper plan diazepam --context opioid=n", "<taper><plan><diazepam><--context><opioid=no>"),
            ("taper export pl", "<taper><export><plan.json>"),
        ],
    )
    def test_tab_puts_whole_words_on_the_line(self, bash: Terminal, typed: str, line: str) -> None:
        # The words are printed instead of run: so one sees them as the program would get them.
        bash.press("taper() { printf '<taper>'; printf '<%s>' \"$@\"; echo; }\r")
        bash.wait_for("ready> ")
        bash.press(typed + TAB + "\r")
        told = bash.wait_for("ready> ")
        bash.close()
        assert re.search(rf"(?m)^{re.escape(line)}$", told), told
