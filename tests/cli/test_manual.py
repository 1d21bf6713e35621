"""The man page says what --help says, option by option, and is shipped."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from cli_runner import taper

sys.path.insert(0, str(Path(__file__).parents[1]))

from accept_manual import PAGE, manual

import taper_cli
from taper_cli.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
TEXT = PAGE.read_text(encoding="utf-8")
PLAIN = {
    r"\&": "",
    r"\-": "-",
    r"\(aq": "'",
    r"\(dq": '"',
    r"\(ga": "`",
    r"\(ha": "^",
    r"\(ti": "~",
    r"\fB": "",
    r"\fR": "",
}


def plain(line: str) -> str:
    """A line of the page without its marks."""
    made = re.sub(r"\\[&-]|\\\(..|\\f[BR]", lambda found: PLAIN[found[0]], line)
    return made.replace(r"\e", "\\")


def sections(start: str) -> dict[str, list[str]]:
    """The lines below each heading that begins with these marks."""
    parts = re.split(rf"^\.{start} (.*)\n", TEXT, flags=re.M)[1:]
    bodies = [re.split(r"^\.S[HS] ", body, flags=re.M)[0] for body in parts[1::2]]
    return {name: body.splitlines() for name, body in zip(parts[::2], bodies, strict=True)}


def on_page(lines: list[str]) -> list[tuple[str, str]]:
    """Each argument or option of a section with its text."""
    entries = re.split(r"^\.TP\n", "\n".join(lines), flags=re.M)[1:]
    pairs = (entry.partition("\n") for entry in entries)
    return [(plain(term), run_on(plain(text))) for term, _, text in pairs]


def in_help(*command: str) -> list[tuple[str, str]]:
    """Each argument or option of a help page with its text, which goes on in lines that stand further in."""
    shown = taper(*command, "--help").text
    listed = re.split(r"^(?:Arguments|Options):\n", shown, flags=re.M)[1:]
    # The last part goes on with the list of commands and the exit codes.
    entries = [entry for part in listed for entry in re.split(r"^  (?=\S)", part.partition("\n\n")[0], flags=re.M)[1:]]
    pairs = (re.split(r" {2,}|\n", entry, maxsplit=1) for entry in entries)
    return [(term, run_on(text)) for term, text in pairs]


def run_on(text: str) -> str:
    """Words without spaces: lines are broken at hyphens here and not there."""
    return "".join(text.split())


def about(command: str) -> str:
    """What a help page says before its options."""
    return re.split(r"^(?:Arguments|Options):$", taper(command, "--help").text, flags=re.M)[0].partition("\n\n")[2]


def test_the_page_is_the_one_that_is_made_from_the_commands() -> None:
    assert manual() == TEXT, "run 'python tests/accept_manual.py'"


class TestHelp:
    """Read apart from the generator: the page on the disk and the help as it is printed."""

    @pytest.mark.parametrize("command", COMMANDS)
    def test_has_the_same_options_in_the_same_words_and_order(self, command: str) -> None:
        page, told = on_page(sections("SS")[f"taper {command}"]), in_help(command)
        assert page == told
        assert {"--help", "--json"} <= {term for term, _ in page}

    def test_has_the_same_options_of_the_program(self) -> None:
        assert on_page(sections("SH")["OPTIONS"]) == in_help()

    @pytest.mark.parametrize("command", COMMANDS)
    def test_tells_the_same_of_each_command(self, command: str) -> None:
        lines = sections("SS")[f"taper {command}"]
        end = lines.index(".TP") if ".TP" in lines else len(lines)
        assert run_on(" ".join(plain(line) for line in lines[:end] if line != ".PP")) == run_on(about(command))

    @pytest.mark.parametrize("command", COMMANDS)
    def test_types_each_command_alike(self, command: str) -> None:
        usage = taper(command, "--help").text.splitlines()[0].removeprefix("Usage: ")
        assert usage in [plain(line) for line in sections("SH")["SYNOPSIS"]]

    def test_names_every_command_and_no_other(self) -> None:
        assert sorted(sections("SS")) == sorted(f"taper {command}" for command in COMMANDS)

    def test_tells_every_exit_code(self) -> None:
        told = run_on(taper("--help").text)
        codes = on_page(sections("SH")["EXIT STATUS"])
        assert [code for code, _ in codes] == ["0", "1", "2", "3", "4", "130"]
        assert all(code + meaning in told for code, meaning in codes)


class TestThePage:
    """What a reader of man pages needs."""

    def test_is_shipped_where_man_looks_for_it(self) -> None:
        wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"][
            "targets"
        ]["wheel"]
        shipped = {ROOT / file: place for file, place in wheel["shared-data"].items()}
        assert shipped[ROOT / "taper_cli" / "cli" / PAGE.name] == "share/man/man1/taper.1"

    def test_is_of_this_version(self) -> None:
        assert f'"taper {taper_cli.__version__}"' in TEXT.splitlines()[1]

    def test_says_that_a_prescriber_must_approve(self) -> None:
        assert "A prescriber must approve every schedule." in " ".join(map(plain, sections("SH")["DESCRIPTION"]))

    def test_is_plain_text_that_no_typesetter_changes(self) -> None:
        body = [line for line in TEXT.splitlines() if not line.startswith(".")]
        assert TEXT.isascii()
        assert not [line for line in body if re.search(r"(?<!\\)[-'`^~\"]", line)]
        assert not [line for line in TEXT.splitlines() if len(line) > 110]
