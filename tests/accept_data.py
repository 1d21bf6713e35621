"""What is made from the data and its readers: index of the drugs, JSON Schemas, hashes (`python tests/accept_data.py` renews them)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import taper_cli
from taper_cli.formulary import index, loader, schemas
from taper_cli.reading import plan_file
from taper_cli.render.documents import published
from taper_cli.service import intact

ROOT = Path(__file__).parents[1]
PLAN = Path(plan_file.__file__).parent / "taper.plan.v1.schema.json"


def made() -> Iterator[tuple[Path, Any]]:
    """Each file that is made from others, with the content it must have."""
    drugs = map(loader.drug_named, loader.keys_of("drugs"))
    yield index.FILE, index.index_of(index.listed(drug, loader.class_named(drug.drug_class)) for drug in drugs)
    for kind in schemas.READERS:
        yield schemas.FOLDER / schemas.file_name(kind), schemas.json_schema(kind)
    yield PLAN, plan_file.json_schema()
    for kind in published.DOCUMENTS:
        yield published.FOLDER / published.file_name(kind), published.json_schema(kind)
    # Last, as it holds a hash of each file above.
    yield intact.FILE, intact.shipped()


def of_the_source() -> None:
    """Leave where Python finds an installed copy: its files would be renewed, and those of the source stay as they were."""
    found = Path(taper_cli.__file__).resolve().parent
    if found != ROOT / "taper_cli":
        raise SystemExit(f"the program is read from {found}, not from here; see 'The house' in README.md")


def main() -> None:
    """Write each file anew and say which ones changed."""
    of_the_source()
    for path, content in made():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"accepted: {path.name}")


if __name__ == "__main__":
    main()
