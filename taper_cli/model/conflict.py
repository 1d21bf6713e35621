"""Why there is no plan: the rules that together make it impossible, and each single change that would lift the refusal."""

from typing import NamedTuple

from taper_cli.model.drug import Drug
from taper_cli.model.guideline import Region
from taper_cli.model.request import Request


class Bound(NamedTuple):
    """One rule of the conflict: its name ('' where it has none to accept it by), what it says here, and where it stands."""

    rule: str
    words: str
    source: str = ""


class Way(NamedTuple):
    """One change that was planned in full before it is offered: what to type, and the doses that it gives ('' where it is no plan)."""

    words: str
    gives: str = ""


class Conflict(NamedTuple):
    """A refused request. `needless` are rules that were tried and are not in the way: without them it is impossible all the same.

    `accepts` are the smallest sets of rules to go past by name. `safety` says that it was refused for safety, else it cannot be
    planned; `service` is who should be asked meanwhile.
    """

    drug: Drug
    region: Region
    request: Request
    reasons: tuple[str, ...]
    rules: tuple[Bound, ...]
    needless: tuple[str, ...]
    changes: tuple[Way, ...]
    accepts: tuple[Way, ...]
    safety: bool
    service: str
