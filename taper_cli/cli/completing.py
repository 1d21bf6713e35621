"""Shell completion: which words an option takes, and what a shell needs to insert a word that holds a space."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import redirect_stdout
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer.models import ParameterInfo

from taper_cli.cli.app import COMPLETE
from taper_cli.cli.supplied import listed_before
from taper_cli.model.errors import TaperError

Choice = tuple[str, str]
Chooser = Callable[[Any, str], Iterable[Choice]]
"""The words that can stand in a place and what each means, for the options typed so far and the beginning of the word."""


def words_so_far() -> list[str]:
    """The command line that a shell asks about, as far as it is typed."""
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return line.split()


def complete(app: typer.Typer) -> int:
    """Answer a shell by typer's protocol; a fault in what is typed so far offers nothing."""
    attach(app)
    head = _join_equals(os.environ) if os.environ[COMPLETE] == "complete_bash" else ""
    answer, code = io.StringIO(), 0
    try:
        with redirect_stdout(answer):
            app([], standalone_mode=False, prog_name="taper")
    except SystemExit as done:
        code = int(done.code or 0)
    except TaperError:
        return 0
    sys.stdout.write(_quoted(answer.getvalue(), head))
    return code


def attach(app: typer.Typer) -> None:
    """Give every option and argument of the loaded commands its chooser: done for a shell only, as it costs time."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        hints = get_type_hints(command.callback, include_extras=True)
        for field, hint in hints.items():
            chooser = CHOOSERS.get(f"{name}.{field}", CHOOSERS.get(field))
            for info in getattr(hint, "__metadata__", ()):
                if isinstance(info, ParameterInfo) and chooser is not None:
                    info.autocompletion = _offering(chooser)
        # Annotations are text until somebody reads them, and would be read anew: typer is to find these.
        command.callback.__annotations__ = hints


def _offering(chooser: Chooser) -> Callable[[typer.Context, str], list[Choice]]:
    """A chooser as typer calls it: of its choices those that begin with what is typed, whatever its capitals."""

    def offered(ctx: typer.Context, incomplete: str) -> list[Choice]:
        # Typer itself keeps what begins with it letter by letter.
        return [
            (incomplete + word[len(incomplete) :], meaning)
            for word, meaning in chooser(ctx, incomplete)
            if word.lower().startswith(incomplete.lower())
        ]

    return offered


# What can stand where.


def _of_enum(kind: type[Enum]) -> Chooser:
    """The words of a list."""

    def choices(ctx: Any, incomplete: str) -> Iterator[Choice]:
        for member in kind:
            yield str(member.value) if isinstance(member.value, str) else member.name.lower(), ""

    return choices


def _words(*words: str) -> Chooser:
    """These words."""
    return lambda ctx, incomplete: ((word, "") for word in words)


def _drug_of(ctx: Any) -> str:
    """The drug that is typed already; behind an option without its value typer leaves the arguments unread."""
    typed = ctx.params.get("drug") or ctx.params.get("what") or ctx.args[:1] or ""
    return typed if isinstance(typed, str) else str(typed[0])


def _from_service(name: str, *, of_drug: bool = True) -> Chooser:
    """What the formulary holds, of the typed drug where it is about one."""

    def choices(ctx: Any, incomplete: str) -> Iterable[Choice]:
        from taper_cli.service import choices as held

        chooser: Callable[..., Iterable[Choice]] = getattr(held, f"{name}_choices")
        return chooser(_drug_of(ctx)) if of_drug else chooser()

    return choices


def _facts(ctx: Any, incomplete: str) -> Iterator[Choice]:
    """The facts that matter for the typed drug, each also answered with no."""
    from taper_cli.service.choices import context_choices

    for key, meaning in context_choices(_drug_of(ctx)):
        yield (f"{key}=no", f"not so: {meaning}") if "=" in incomplete else (key, meaning)


def _products(ctx: Any, incomplete: str) -> Iterator[Choice]:
    """Products of the typed drug, each after those that the list has already."""
    from taper_cli.service.choices import product_choices

    start = listed_before(incomplete)
    for name, where in product_choices(_drug_of(ctx), str(ctx.params.get("region") or "")):
        yield start + name, where


def _products_of(option: str) -> Chooser:
    """Products of the drug that another option names."""

    def choices(ctx: Any, incomplete: str) -> Iterator[Choice]:
        from taper_cli.service.choices import product_choices

        start = listed_before(incomplete)
        for name, where in product_choices(str(ctx.params.get(option) or ""), str(ctx.params.get("region") or "")):
            yield start + name, where

    return choices


def _files(*kinds: str) -> Chooser:
    """Files of these kinds, with folders beside them; where there is none, nothing: the shell then offers its own."""

    def choices(ctx: Any, incomplete: str) -> list[Choice]:
        head = incomplete[: incomplete.rfind("/") + 1]
        folder = Path(head or ".")
        try:
            found = sorted(folder.iterdir())
        except OSError:
            return []
        fitting = [path for path in found if path.name.startswith(incomplete[len(head) :])]
        files = [path.name for path in fitting if path.suffix.lower() in kinds and path.is_file()]
        folders = [f"{path.name}/" for path in fitting if path.is_dir() and not path.name.startswith(".")]
        return [(head + name, "") for name in (*files, *folders)] if files else []

    return choices


def _drug_or_plan(ctx: Any, incomplete: str) -> Iterable[Choice]:
    """The first of a drug with its dose, or of plan files."""
    from taper_cli.service.choices import drug_choices

    plans = list(_files(".json")(ctx, incomplete))
    return (*plans, *(() if ctx.params.get("what") else drug_choices()))


def _choosers() -> dict[str, Chooser | None]:
    """By option; by command and option where the same name means something else. None: free words, for which there is no list."""
    from taper_cli.cli.drugs import Form
    from taper_cli.cli.output import Format, Rows
    from taper_cli.cli.switching import BEDTIME_FIRST, MORNING_FIRST
    from taper_cli.model.product import Split
    from taper_cli.model.request import CutOrder, ShapeKind
    from taper_cli.model.supply import Halves
    from taper_cli.render.style import LargePrint, Paper, Sheets, Titles

    drugs = _from_service("drug", of_drug=False)
    free = (
        "accept", "actual", "back_to", "bottle", "by", "dose", "ed50", "ed50_source", "every", "hold", "max_supply", "on", "over",
        "reason", "reduce", "search", "slower", "start", "steps", "supply_days", "syringe", "to", "today", "until",
        "equivalent", "move", "remind", "stage_cut", "stage_every", "stay_at", "schema.name", "workers", "dask", "formats",
    )  # fmt: skip
    return {
        **dict.fromkeys(free),
        "drug": drugs,
        "name": drugs,
        "what": _drug_or_plan,
        "drug_class": _from_service("class", of_drug=False),
        "region": _from_service("region", of_drug=False),
        "ladder": _from_service("ladder"),
        "guideline": _from_service("guideline"),
        "context": _facts,
        "indication": _from_service("indication"),
        "products": _products,
        "switch.to": drugs,
        "switch.products": _products_of("to"),
        "from_products": _products,
        "from_split": _of_enum(Split),
        "order": _words(BEDTIME_FIRST, MORNING_FIRST),
        "titles": _of_enum(Titles),
        "shape": _of_enum(ShapeKind),
        "split": _of_enum(Split),
        "cut": _of_enum(CutOrder),
        "halves": _of_enum(Halves),
        "form": _of_enum(Format),
        "drugs.form": _of_enum(Form),
        "rows": _of_enum(Rows),
        "sheet": _of_enum(Sheets),
        "paper": _of_enum(Paper),
        "large_print": _of_enum(LargePrint),
        "step": _words("all", "stop"),
        "output": _files(*(f".{form.value}" for form in Format)),
        "products_file": _files(".toml"),
        "identity": _files(".toml"),
        "file": _files(".csv", ".json"),
        "panel": _files(".csv"),
        "batch.output": None,
        "revise.plan": _files(".json"),
        "explain.plan": _files(".json"),
        "export.plan": _files(".json"),
    }


CHOOSERS = _choosers()


# What bash needs.


def _join_equals(environment: MutableMapping[str, str]) -> str:
    """Bash breaks words at '=': '--region=gb' becomes two words as typer reads them, 'age=72' one again.

    Returns:
        The part of the word in question that stands before its '=': bash has it on the line already.
    """
    words, at = environment.get("COMP_WORDS", "").split("\n"), int(environment.get("COMP_CWORD", "0"))
    joined: list[str] = []
    head, place = "", 0
    for number, word in enumerate(words):
        broken = number > 0 and "=" in (word, words[number - 1])
        name = words[max(number - (1 if word == "=" else 2), 0)]
        of_option = broken and name.startswith("--")
        if not broken or (of_option and word != "="):
            joined.append(word)
        elif not of_option:
            joined[-1] += word
        elif number == at:
            joined.append("")
        if number == at:
            place = len(joined) - 1
            head = joined[-1].rpartition("=")[0] + "=" if broken and not of_option else ""
    environment["COMP_WORDS"], environment["COMP_CWORD"] = "\n".join(joined), str(place)
    return head


def _quoted(answer: str, head: str) -> str:
    """The answer with its words quoted where a shell would break them; an open quote that was typed is closed by the shell."""
    shell = os.environ[COMPLETE]
    if shell == "complete_bash":
        words, at = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
        plain = at < len(words) and words[at][:1] in ("'", '"')
        found = (word.removeprefix(head) for word in answer.splitlines() if word)
        return "".join(f"{word if plain else shlex.quote(word)}\n" for word in found)
    if shell in ("complete_powershell", "complete_pwsh"):
        return re.sub(r"(?m)^([^\n]*? [^\n]*?):::", r"'\1':::", answer)
    return answer
