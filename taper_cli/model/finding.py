"""What a check says about a schedule, and the prescriber's named reason to go past it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from taper_cli.model.dose import Dose
from taper_cli.model.errors import RefusedForSafety, WrongValue


class Level(Enum):
    """How much a finding weighs: a remark, a thing for the prescriber's tick, or a refusal."""

    INFO = "info"
    FLAG = "flag"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark of the judge. `rule` is the name to accept it by; `step` counts from 1, None for the whole schedule.

    `change` is the smallest change that would satisfy the rule, where one can be named.
    """

    rule: str
    level: Level
    message: str
    step: int | None = None
    before: Dose | None = None
    after: Dose | None = None
    window_days: int | None = None
    share: Fraction | None = None
    limit: Fraction | None = None
    source: str = ""
    accepted: str = ""
    change: str = ""


class RefusedByJudge(RefusedForSafety):
    """A refusal for safety by the judge; `findings` are the ones that refuse."""

    def __init__(
        self,
        findings: tuple[Finding, ...],
        changes: tuple[str, ...],
        accepts: tuple[tuple[str, ...], ...],
        service: str,
    ) -> None:
        self.findings = findings
        lines = (f"step {found.step}: {found.message}" if found.step else found.message for found in findings)
        super().__init__(tuple(lines), changes, accepts, service)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The prescriber's word to go past a limit: by rule and by reason, printed wherever the step is."""

    rule: str
    reason: str

    def __post_init__(self) -> None:
        if not self.rule.strip() or not self.reason.strip():
            raise WrongValue("an acceptance names a rule and a reason")
