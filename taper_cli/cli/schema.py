"""`taper schema`: the published JSON Schemas of every document and data file."""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from taper_cli.cli.app import app
from taper_cli.cli.output import write_json
from taper_cli.model.errors import InvalidInput

_PACKAGE = Path(__file__).parents[1]
_ENDING = ".schema.json"


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="a schema's name, such as taper.check.v1; left out: the list")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="the list as JSON, errors as JSON on stderr")] = False,
) -> None:
    """List the JSON Schemas of all documents, or print one.

    Every JSON document names its schema in the key 'schema'. The data files of the formulary have theirs too.
    """
    files = {
        path.name.removesuffix(_ENDING): path
        for path in sorted(_PACKAGE.rglob(f"taper.*{_ENDING}"), key=lambda path: path.name)
    }
    if name:
        write_json(files[_known(name, list(files))].read_text(encoding="utf-8"))
        return
    about = {each: str(json.loads(path.read_text(encoding="utf-8"))["description"]) for each, path in files.items()}
    if as_json:
        from taper_cli.render.schemas_json import schemas_json

        write_json(schemas_json(about))
    else:
        width = max(map(len, about))
        sys.stdout.write("".join(f"{each:<{width}}  {text}\n" for each, text in about.items()))


def _known(name: str, names: list[str]) -> str:
    """The schema that was meant: by its whole name, or by the word in its middle."""
    asked = name if name in names else f"taper.{name}.v1"
    if asked in names:
        return asked
    near = get_close_matches(asked, names, n=3, cutoff=0.3) or names[:3]
    raise InvalidInput(f"there is no schema {name!r}", f"expected for example {', '.join(near)}", "see: taper schema")
