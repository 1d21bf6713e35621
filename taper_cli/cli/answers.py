"""The answers so far: the options of `taper plan` as they would stand on its command line, and what they mean together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from inspect import signature
from typing import Any

from taper_cli.cli import papers
from taper_cli.cli.asking import needed, request_of
from taper_cli.cli.output import Wanted
from taper_cli.model.offer import Offer
from taper_cli.model.request import ContextItem, Request

_WORDS = tuple(signature(request_of).parameters)
_PAPERS = tuple(name for name in signature(papers.wanted_papers).parameters if name != "how")
TO_STDOUT = ("output", "form", "as_json")
"""The options that decide what stdout gets, as far as the command has them."""
# What stands for an answer that is not known yet, so that the others can be read: no plan is ever made of these.
_NO_DOSE = {"dose": "1 mg morning"}
_NO_PACE = {"reduce": "1 mg", "every": "1d", "shape": "", "ed50": "", "ed50_source": ""}


class Answers:
    """The options by name; `defaults` are what they are where nothing was said."""

    def __init__(self, params: dict[str, Any], defaults: dict[str, Any]) -> None:
        self.params, self._defaults = params, defaults

    def text(self, field: str) -> str:
        """A single answer as words, '' where there is none."""
        value = self.params.get(field)
        return value if isinstance(value, str) else " ".join(value or [])

    def stated(self, field: str) -> bool:
        """Whether something was said about an option."""
        return self.params.get(field) not in (None, (), [], self._defaults.get(field))

    def with_changes(self, changes: dict[str, Any]) -> Answers:
        """These answers with some options set; those that are set to None are as if nothing was said."""
        found = {name: self._defaults.get(name) if value is None else value for name, value in changes.items()}
        return Answers(self.params | found, self._defaults)

    def without(self, fields: Iterable[str]) -> Answers:
        """These answers as if nothing was said about some options."""
        return self.with_changes(dict.fromkeys(fields))

    def joined(self, options: dict[str, Any]) -> Answers:
        """These answers with options that were typed: what can stand several times is added, anything else replaced."""
        lists = {name: [*(self.params.get(name) or []), *value] for name, value in options.items() if _several(value)}
        return self.with_changes(options | lists)

    def request(self) -> Request:
        """The request as far as it is known.

        Raises:
            InvalidInput: for an answer that cannot be read.
            CannotPlan: for a file of own products that cannot.
        """
        said = {name: self.params[name] for name in _WORDS if self.params.get(name) is not None}
        words: dict[str, Any] = said | {"over": self.text("over")}
        missing = needed(self.params)
        words |= _NO_DOSE if "DOSE" in missing else {}
        words |= _NO_PACE if "OVER" in missing else {}
        return papers.with_products_file(request_of(**words), self.text("products_file"))

    def papers(self, *options: str) -> Wanted:
        """What these options ask for, as if no other option about papers had been typed.

        Raises:
            InvalidInput: for one that cannot be read.
        """
        said: dict[str, Any] = self._defaults | {name: self.params.get(name) for name in options}
        return papers.wanted_papers(**{name: said[name] for name in _PAPERS})

    def offer(self) -> Offer:
        """What can be chosen for the drug and region that were named."""
        from taper_cli.service.guiding import offer_for

        return offer_for(self.without(("products", "context")).request())

    def facts(self) -> list[str]:
        """What was stated about the patient, as typed."""
        return list(self.params.get("context") or [])

    def fact(self, keys: Collection[str]) -> str | None:
        """The value that was stated for a fact under one of its keys, 'yes' where it stands alone, None where nothing was."""
        from taper_cli.cli.arguments import context

        found: ContextItem | None = next((item for item in map(context, self.facts()) if item.key in keys), None)
        return None if found is None else found.value or "yes"


def _several(value: Any) -> bool:
    """Whether an option can stand several times."""
    return isinstance(value, list | tuple)
