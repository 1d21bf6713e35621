"""`taper drugs`: what the formulary holds, with its sources and review dates."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli.app import app
from taper_cli.cli.output import screen_width, write_json
from taper_cli.model.errors import InvalidInput

if TYPE_CHECKING:
    from taper_cli.render.blocks import Block

_Option = typer.Option


class Form(Enum):
    """How the answer is written."""

    TABLE = "table"
    MARKDOWN = "md"
    JSON = "json"


@app.command()
def drugs(
    name: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]", help="a generic or brand name; left out: the list")
    ] = None,
    search: Annotated[str, _Option(metavar="TEXT", help="a part of a name, brand, class or refused name")] = "",
    drug_class: Annotated[str, _Option("--class", metavar="CLASS", help="one class, such as benzodiazepine")] = "",
    region: Annotated[str, _Option(metavar="REGION", help="us, gb or gb-nir  [default: all]")] = "",
    form: Annotated[str, _Option("--format", metavar="FORMAT", help="table, md or json  [default: table]")] = "",
    as_json: Annotated[bool, _Option("--json", help="the same as --format json, errors as JSON on stderr")] = False,
    ascii_only: Annotated[bool, _Option("--ascii", help="plain ASCII characters only")] = False,
) -> None:
    """List the drugs that can be planned, or all held about one.

    Products with splitting, half-life, limits, ladders, warnings: each with its source, how it was read, and its review date.
    """
    chosen = read.choice(form, Form, "--format") if form else Form.TABLE
    if as_json and form and chosen is not Form.JSON:
        raise InvalidInput(f"--json and --format {form} are given together", "expected one of them", "leave --json out")
    wanted = " ".join(name or [])
    if wanted and (search or drug_class):
        raise InvalidInput(
            f"{wanted!r} is given with {'--search' if search else '--class'}",
            "expected a name, or words to look for",
            f"write taper drugs {wanted}",
        )
    shown = Form.JSON if as_json else chosen
    asked = region.lower() or None
    if wanted:
        _show_one(wanted, asked, shown, ascii_only=ascii_only)
    else:
        _show_list((search, drug_class, asked), shown, ascii_only=ascii_only)


def _show_list(sought: tuple[str, str, str | None], form: Form, *, ascii_only: bool) -> None:
    """The list that fits what was sought: words, class and region."""
    from taper_cli.service.catalogue import catalogue

    found = catalogue(*sought)
    if form is Form.JSON:
        from taper_cli.render.formulary_json import list_json

        write_json(list_json(found))
    else:
        from taper_cli.render.formulary import list_blocks

        _print(list_blocks(found), form, ascii_only=ascii_only)


def _show_one(name: str, region: str | None, form: Form, *, ascii_only: bool) -> None:
    """One drug, or why it is refused."""
    from taper_cli.service.catalogue import dossier, refused_as

    found = refused_as(name) or dossier(name, region)
    if form is Form.JSON:
        from taper_cli.render.formulary_json import entry_json

        write_json(entry_json(found))
    else:
        from taper_cli.render.formulary import entry_blocks

        _print(entry_blocks(found), form, ascii_only=ascii_only)


def _print(blocks: Iterable[Block], form: Form, *, ascii_only: bool) -> None:
    """The page on the screen in its width, or as Markdown."""
    width = screen_width()
    if form is Form.MARKDOWN:
        from taper_cli.render.markdown import markdown

        sys.stdout.write(markdown(blocks, ascii_only=ascii_only))
    else:
        from taper_cli.render.terminal import show

        show(blocks, sys.stdout, width=width, ascii_only=ascii_only)
