"""Who a sheet is for and whom to phone: printed on the sheets if given, part of no plan, no id, no file name and no message."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from taper_cli.model.errors import InvalidInput

LONGEST_LINE = 100
LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The lines that are blank unless someone fills them in. Its faults name the field and never quote what it holds."""

    name: str = ""
    date_of_birth: date | None = None
    record_number: str = ""
    prescriber: str = ""
    registration: str = ""
    next_review: date | None = None
    clinic_phone: str = ""
    clinic_hours: str = ""
    pharmacy_phone: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            most = LONGEST_NOTE if field.name == "note" else LONGEST_LINE
            if isinstance(value, str) and len(value) > most:
                raise InvalidInput(
                    f"identity: {field.name} has {len(value)} characters", f"expected at most {most}", "shorten it"
                )

    def __repr__(self) -> str:
        # A traceback or a log that shows this value must not show the person.
        return "Identity(...)"


NOBODY = Identity()
