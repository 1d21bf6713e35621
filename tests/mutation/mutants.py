"""Every small wrong change that mutmut's operators make to a file, each with the function it sits in and a name that stays."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import Mutation, MutationVisitor, OuterFunctionProvider, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).resolve().parents[2]
SCOPE = ("taper_cli/model", "taper_cli/planning", "taper_cli/checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of one file: `source` is the whole changed file, `change` its lines as a diff without context.

    `function` is the qualified name of the function or method whose body changed;
    `lines` are the first and last line of the changed statement, counted in the file as it is.
    """

    path: str
    function: str
    lines: tuple[int, int]
    change: str
    source: str

    @property
    def name(self) -> str:
        """Path and a hash of function and change: the same name as long as neither of them changes."""
        digest = hashlib.sha256(f"{self.function}\n{self.change}".encode()).hexdigest()[:8]
        return f"{self.path}:{digest}"


class _Everywhere(MutationVisitor):
    """Mutates properties and cached functions too, which mutmut itself leaves alone as it cannot switch them."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return False
        # What is evaluated where a function is defined is no part of its body.
        return isinstance(node, cst.Param) or super()._skip_node_and_children(node)


class MutatedFile:
    """The mutants of the functions of one file, in the order of its text; what runs at import is not among them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._text = (ROOT / path).read_text(encoding="utf-8")
        wrapper = MetadataWrapper(cst.parse_module(self._text))
        visitor = _Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
        wrapper.visit(visitor)
        self._module = wrapper.module
        self._places = wrapper.resolve(PositionProvider)
        self._owners = wrapper.resolve(OuterFunctionProvider)
        self._names = _qualified_names(self._module)
        self._mutations: list[Mutation] = [one for one in visitor.mutations if self._owner(one)]

    def __len__(self) -> int:
        return len(self._mutations)

    def __getitem__(self, index: int) -> Mutant:
        mutation = self._mutations[index]
        changed = deep_replace(self._module, mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        place = self._places[mutation.original_node]
        return Mutant(
            path=self.path,
            function=self._owner(mutation),
            lines=(place.start.line, place.end.line),
            change=_difference(self._text, changed.code),
            source=changed.code,
        )

    def _owner(self, mutation: Mutation) -> str:
        return self._names.get(id(self._owners.get(mutation.original_node)), "")


def _qualified_names(module: cst.Module) -> dict[int, str]:
    """By identity of its node, the name of each function and method."""
    names: dict[int, str] = {}
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef):
            names[id(statement)] = statement.name.value
        if isinstance(statement, cst.ClassDef):
            methods = (part for part in statement.body.body if isinstance(part, cst.FunctionDef))
            names |= {id(method): f"{statement.name.value}.{method.name.value}" for method in methods}
    return names


def _difference(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))
