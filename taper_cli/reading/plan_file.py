"""The plan file: a plan written as JSON and read back, exactly, or refused whole. Both ways stand here, so that they agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from taper_cli.model.document import one_indent, schema_head
from taper_cli.model.errors import CannotPlan, InvalidInput, WrongValue
from taper_cli.model.finding import Finding
from taper_cli.model.product import Product
from taper_cli.model.saved import Saved
from taper_cli.model.supply import Dispensing, Supply
from taper_cli.model.text import NOTICE
from taper_cli.reading import plan_rows as rows
from taper_cli.reading.plan_revisions import found_of, found_row, revised_of, revision_row
from taper_cli.reading.plan_values import products_of, request_of, request_row, schedule_of, schedule_row
from taper_cli.reading.strict_json import parsed


def looks_like_plan(content: bytes) -> bool:
    """Whether a file is meant to be a plan file rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def written(saved: Saved, findings: Sequence[Finding], supply: Supply) -> bytes:
    """A plan as the bytes of its file; the same plan gives the same bytes."""
    products = products_of(saved.schedule, supply.products)
    file = rows.PlanFile(
        schema="taper.plan.v1",
        notice=NOTICE,
        status="draft",
        plan_id=saved.plan_id,
        version=saved.version,
        program=saved.program,
        data_id=saved.data_id,
        request=request_row(saved.request),
        schedule=schedule_row(saved.schedule, supply.products),
        found=found_row(saved.found),
        findings=[
            rows.FindingRow(
                rule=finding.rule,
                level=finding.level.value,
                step=finding.step,
                message=finding.message,
                accepted=finding.accepted,
            )
            for finding in findings
        ],
        supplies=[_dispensing_row(item, products) for item in supply.dispensings],
        revisions=[revision_row(revised) for revised in saved.revisions],
        hash="0" * 64,
    )
    plain = msgspec.to_builtins(file)
    plain["hash"] = hash_of(plain)
    return msgspec.json.format(msgspec.json.encode(plain), indent=2) + b"\n"


def _dispensing_row(item: Dispensing, products: Sequence[Product]) -> rows.DispensingRow:
    """One supply, for programs that read the file; it is worked out again whenever the plan is read."""
    return rows.DispensingRow(
        number=item.number,
        product=products.index(item.product),
        start=item.start,
        end=item.end,
        needed=str(item.needed),
        carry_in=str(item.carry_in),
        dispensed=str(item.dispensed),
    )


def hash_of(plain: dict[str, Any]) -> str:
    """The hash of everything in a file but the hash."""
    rest = {key: value for key, value in plain.items() if key != "hash"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_plan(content: bytes, name: str) -> Saved:
    """A plan from the bytes of its file.

    Raises:
        CannotPlan: for a file that is no plan, is of a newer kind, was cut short or edited, with what was found.
    """
    plain = _plain(content, name)
    schema = plain.get("schema")
    if schema != rows.SCHEMA:
        newer = isinstance(schema, str) and schema.startswith("taper.plan.")
        raise CannotPlan(
            f"{name!r} is of the kind {str(schema)[:40]!r}",
            f"expected {rows.SCHEMA!r}",
            "read it with the newer program that wrote it" if newer else "choose a plan file written by taper",
        )
    try:
        file = msgspec.convert(plain, rows.PlanFile, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        raise _spoiled(name, str(error)) from error
    if hash_of(plain) != file.hash:
        raise _spoiled(name, "its content does not match its hash")
    try:
        return Saved(
            plan_id=file.plan_id,
            version=file.version,
            program=file.program,
            data_id=file.data_id,
            request=request_of(file.request),
            schedule=schedule_of(file.schedule),
            found=found_of(file.found),
            revisions=tuple(map(revised_of, file.revisions)),
        )
    except (WrongValue, InvalidInput, ValueError, ZeroDivisionError) as error:
        raise _spoiled(name, str(error)) from error


def _plain(content: bytes, name: str) -> dict[str, Any]:
    """The JSON object of a file; numbers that no JSON has, such as NaN, and doubled keys are refused."""
    try:
        found = parsed(content)
    except ValueError as error:
        raise CannotPlan(
            f"{name!r} is not a whole plan file: {str(error)[:120]}",
            "expected the JSON that taper wrote",
            "restore the file, or plan again",
        ) from error
    if not isinstance(found, dict):
        raise CannotPlan(f"{name!r} is no plan file", "expected a JSON object", "choose a plan file written by taper")
    return found


def _spoiled(name: str, why: str) -> CannotPlan:
    """The fault of a file that was changed after it was written."""
    return CannotPlan(
        f"{name!r} was changed or damaged after it was written: {why}",
        "expected the file as taper wrote it",
        "restore it, or plan again from today's dose",
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the plan file, for other programs."""
    about = "A saved plan, read back exactly or refused whole: plan, revise and export print it with --json."
    return {**schema_head(rows.SCHEMA, about), **one_indent(msgspec.json.schema(rows.PlanFile))}
