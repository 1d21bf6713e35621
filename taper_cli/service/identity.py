"""Whether the dates filled in on a sheet agree with the plan: nobody slips past the rules for the young and the old."""

from __future__ import annotations

from taper_cli.checks.request import ADULT, OLDER, stated_age
from taper_cli.model.errors import InvalidInput
from taper_cli.model.identity import OLDEST, Identity
from taper_cli.model.request import Request


def verify_identity(identity: Identity, asked: Request) -> None:
    """A date of birth that the plan does not know of must not slip past the rules for the young and the old.

    Raises:
        InvalidInput: for a birth after today, an age that differs from the one stated or is not stated, a review in the past.
            The age itself is not told.
    """
    born, today = identity.date_of_birth, asked.today
    if born is not None:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        stated = stated_age(asked)
        if age < 0 or age > OLDEST:
            raise InvalidInput("--identity: date_of_birth is no one's", "expected a day in the past", "check the year")
        if stated != age and (stated is not None or not ADULT <= age < OLDER):
            raise InvalidInput(
                "--identity: date_of_birth and the stated age do not agree",
                "expected the age in years, as other rules hold for the young and the old",
                "add --context age=YEARS, or leave date_of_birth out",
            )
    if identity.next_review is not None and identity.next_review < today:
        raise InvalidInput("--identity: next_review is in the past", "expected today or later", "check the year")
