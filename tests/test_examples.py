"""The examples cannot drift: each request still prints the output that stands beside it (`python examples/make.py` renews them)."""

from __future__ import annotations

import importlib.util
import sys
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, ImageChops

MAKE = Path(__file__).parents[1] / "examples" / "make.py"


def _load() -> ModuleType:
    """The examples' own runner."""
    spec = importlib.util.spec_from_file_location("examples_make", MAKE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make = _load()


@pytest.mark.parametrize("request_file", make.requests(), ids=lambda path: path.stem)
def test_an_example_prints_the_output_beside_it(request_file: Path) -> None:
    assert make.answer(request_file) == make.output_of(request_file).read_text(encoding="utf-8")


def test_every_output_belongs_to_a_request() -> None:
    outputs = {path.name for path in (MAKE.parent / "outputs").iterdir()}
    assert outputs == {make.output_of(path).name for path in make.requests()}


def grey(content: bytes) -> Image.Image:
    """A picture in grey, to be compared."""
    return Image.open(BytesIO(content)).convert("L")


def test_the_pictures_of_the_readme_are_the_sheets_of_today() -> None:
    readme = (MAKE.parents[1] / "README.md").read_text(encoding="utf-8")
    drawn = make.pages()
    assert {path.stem for path in (MAKE.parent / "pictures").iterdir()} == set(drawn)
    for name, content in drawn.items():
        assert f"examples/pictures/{name}.png" in readme
        kept, now = grey((MAKE.parent / "pictures" / f"{name}.png").read_bytes()), grey(content)
        assert kept.size == now.size
        # Edges of letters may differ by a shade from one drawing library to the next; another word or line may not.
        far = sum(ImageChops.difference(kept, now).histogram()[96:])
        assert far < 20, f"{name}: run 'python examples/make.py --pictures' and look at the picture"
