"""Who a sheet is for and whom to phone: printed on the sheets if given, part of no plan, no id, no file name and no message."""

from datetime import date
from typing import NamedTuple

OLDEST = 120
"""The highest age in years that anybody is believed to have."""


class Identity(NamedTuple):
    """The lines that are blank unless someone fills them in."""

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

    def __repr__(self) -> str:
        # A traceback or a log that shows this value must not show the person.
        return "Identity(...)"


NOBODY = Identity()
