"""The examples cannot drift: each request still prints the output that stands beside it (`python examples/make.py` renews them)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

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
