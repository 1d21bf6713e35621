"""No value of the ground floor changes after its birth: what was checked once stays true in every paper."""

from __future__ import annotations

import pkgutil
from enum import Enum
from importlib import import_module

import pytest

import taper_cli.model

MODULES = [import_module(f"taper_cli.model.{module.name}") for module in pkgutil.iter_modules(taper_cli.model.__path__)]
VALUES = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and value.__module__ == module.__name__ and not issubclass(value, (Enum, Exception))
]


def test_the_values_of_the_ground_floor_are_found() -> None:
    assert {"Dose", "Product", "Schedule", "Drug", "Report", "Finding"} <= {value.__name__ for value in VALUES}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_cannot_be_changed_nor_given_a_field_that_it_does_not_have(value: type) -> None:
    unborn = tuple.__new__(value) if issubclass(value, tuple) else object.__new__(value)
    for name in [*value.__annotations__, "dose_that_nobody_checked"]:
        with pytest.raises((AttributeError, TypeError)):
            setattr(unborn, name, None)
    assert not hasattr(unborn, "__dict__")
