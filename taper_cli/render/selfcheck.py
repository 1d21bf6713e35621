"""The selfcheck in words, as one line for the prescriber's sheet, and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from taper_cli.model.selfcheck import Redone, Selfcheck
from taper_cli.model.text import visible
from taper_cli.render import wording as say
from taper_cli.render.blocks import Block, Heading, Items, Notice, Para

if TYPE_CHECKING:
    # The shapes are made for schemas; a command that prints JSON does not need them.
    from taper_cli.render.documents.others import SelfcheckAnswer

NO_APPROVAL = (
    "A SELFCHECK IS NO APPROVAL. It says that this installation computes as it should, not that any plan is right. "
    "A prescriber must approve and sign every schedule before anyone uses it."
)
_KINDS = {"plan": "reference plans", "refusal": "refusals", "published": "published schedules"}


def verdict(found: Selfcheck) -> str:
    """'passed' or 'failed'."""
    return "passed" if found.passed else "failed"


def verdict_line(found: Selfcheck) -> str:
    """The answer in one line: the day, the verdict, how many references came out, the data by name."""
    count = len(found.redone)
    return (
        f"Selfcheck on {say.full_date(found.on)}: {verdict(found)}. {count - len(found.failed)} of {count} reference plans, "
        f"refusals and published schedules came out as they must; {_data(found)}; {_machine(found)}. "
        "It says that the installation computes as it should, not that this plan is right."
    )


def _data(found: Selfcheck) -> str:
    """The data by name, and whether they are those that were shipped."""
    data = found.data
    if not data.faults:
        return f"data {data.data_id}, all {data.files} files as shipped"
    count = len(data.faults)
    return f"data {data.data_id}, shipped as {data.shipped_id}: {count} file{' is' if count == 1 else 's are'} not as shipped"


def _machine(found: Selfcheck) -> str:
    machine = found.machine
    return f"program version {machine.program}, {machine.python}, {machine.system}"


def selfcheck_blocks(found: Selfcheck) -> Iterator[Block]:
    """The page: verdict, machine and data, what differs, and every reference by name."""
    yield Notice(NO_APPROVAL)
    yield Heading(f"Selfcheck: {verdict(found).upper()}", 1)
    yield Items((_counts(found), f"Held: {_data(found)}", f"Run by: {_machine(found)}", _packages(found)))
    if not found.passed:
        yield Para("Plan nothing with this installation: install the program anew, then run 'taper selfcheck' again.")
    if found.data.faults:
        yield Heading("Files that are not as they were shipped")
        yield Items(tuple(map(visible, found.data.faults)))
    for one in found.failed:
        yield Heading(f"Failed: {one.name}")
        yield Items(tuple(_difference(one)))
    yield Heading("Done again, and came out as it must")
    yield Items(tuple(f"{one.name} ({one.source})" for one in found.redone if one.passed) or ("nothing",))


def _counts(found: Selfcheck) -> str:
    """How many of each kind came out."""
    parts = []
    for kind, words in _KINDS.items():
        of_kind = [one for one in found.redone if one.kind == kind]
        parts.append(f"{sum(one.passed for one in of_kind)} of {len(of_kind)} {words}")
    return f"{', '.join(parts)} came out as they must, on {say.full_date(found.on)}"


def _packages(found: Selfcheck) -> str:
    return "Packages: " + ", ".join(f"{name} {version}" for name, version in found.machine.packages)


def _difference(one: Redone) -> Iterator[str]:
    """What must come out and did not, and what came out instead."""
    yield f"source: {one.source}"
    yield from (f"must come out: {line}" for line in one.missing)
    yield from (f"came out: {visible(line)}" for line in one.unexpected)


def selfcheck_json(found: Selfcheck) -> str:
    """The whole answer; see `taper.selfcheck.v1.schema.json`."""
    machine, data = found.machine, found.data
    content: SelfcheckAnswer = {
        "schema": "taper.selfcheck.v1",
        "notice": NO_APPROVAL,
        "verdict": "passed" if found.passed else "failed",
        "checked_on": found.on.isoformat(),
        "program": machine.program,
        "python": machine.python,
        "system": machine.system,
        "packages": dict(machine.packages),
        "data": {
            "id": data.data_id,
            "shipped_id": data.shipped_id,
            "files": data.files,
            "faults": list(data.faults),
        },
        "references": [
            {
                "kind": one.kind,
                "name": one.name,
                "source": one.source,
                "passed": one.passed,
                "expected": list(one.expected),
                "found": list(one.found),
            }
            for one in found.redone
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
