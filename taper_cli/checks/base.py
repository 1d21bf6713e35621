"""What a check is given, what it must offer, and how all of them are run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from taper_cli.model.dose import ZERO, Dose
from taper_cli.model.finding import Acceptance, Finding, Level
from taper_cli.model.guideline import DoseCap, MinimumTime, PaceCap, UsualRange
from taper_cli.model.product import Product
from taper_cli.model.request import AtPace
from taper_cli.model.transcript import Event, EventKind, StatedStep, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A transcript before the judge, with the law that holds for it.

    `caps` are the limits by share and `dose_caps` those in mg, by rule name; `shortest` is the shortest whole time.
    `may_space`: a published schedule leaves days out for this drug.
    `totals` are the makeable daily totals in rising order (empty when not known).
    `anything_made` are the doses of one intake that all marketed products together make, by drug as in the transcript (a drug that is
    not there is not judged).
    `accepted` are the rules that the prescriber went past by name. `short_use`, where not empty, says why limits only flag;
    `last_dose` is then larger than the drug's last step.
    """

    transcript: Transcript
    caps: tuple[tuple[str, PaceCap], ...]
    last_step: Dose
    products: tuple[Product, ...] | None
    totals: tuple[Dose, ...]
    target: Dose = ZERO
    asked: AtPace | None = None
    today: date | None = None
    usual: UsualRange | None = None
    accepted: frozenset[str] = field(default_factory=frozenset)
    last_dose: Dose | None = None
    short_use: str = ""
    anything_made: Mapping[str, frozenset[Dose]] = field(default_factory=dict)
    dose_caps: tuple[tuple[str, DoseCap], ...] = ()
    shortest: tuple[str, MinimumTime] | None = None
    may_space: bool = False

    @property
    def largest_last_dose(self) -> Dose:
        """The largest dose from which one may stop."""
        return self.last_dose or self.last_step

    def dose_before(self, step: StatedStep) -> Dose:
        """The stated total in force before a step."""
        earlier = [other for other in self.transcript.steps if other.number < step.number]
        return earlier[-1].total if earlier else self.transcript.before

    def doses_within(self, day: date, window_days: int) -> list[Dose]:
        """Every stated daily total (in the long run) in force on any of the `window_days` days before a day.

        Where the paper leaves all of them without instruction, the last one stated counts: nobody knows what was taken.
        """
        first = day - timedelta(days=window_days)
        earlier = [step for step in self.transcript.steps if step.start < day]
        doses = [step.level for step in earlier if step.end is None or step.end > first]
        if not earlier or first < earlier[0].start:
            doses.append(self.transcript.before)
        return doses or [earlier[-1].level]

    def event_of(self, step: StatedStep) -> Event | None:
        """The revision's word for the dose that a step begins with, if there is one."""
        events = self.transcript.events
        return next((event for event in events if (event.day, event.dose) == (step.start, step.total)), None)

    def found_at(self, step: StatedStep) -> bool:
        """Whether a step begins with what the patient was found to take."""
        event = self.event_of(step)
        return event is not None and event.kind is EventKind.FOUND

    def cuts(self) -> Iterator[tuple[StatedStep, Dose]]:
        """Each step at which the total falls in the long run, with the total before it."""
        before = self.transcript.before
        for step in self.transcript.steps:
            if step.level < before:
                yield step, before
            before = step.level


class Check(Protocol):
    """One rule of the judge: its docstring is the rule; it returns findings and neither raises nor prints."""

    def findings(self, case: Case) -> Iterable[Finding]:
        """What this rule has to say about a case; nothing where it holds."""
        ...


def check_all(case: Case, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Every finding of every check: by step, the gravest first."""
    order = [Level.REFUSE, Level.FLAG, Level.INFO]
    found = [finding for check in checks for finding in check.findings(case)]
    return tuple(sorted(found, key=lambda finding: (finding.step or 0, order.index(finding.level), finding.rule)))


def acceptable(rule: str) -> bool:
    """Whether a prescriber may go past a rule: a limit, never an error such as a wrong sum or a missing day."""
    return rule in ("last-dose", "exception.place") or rule.startswith(("pace.", "context.", "ceiling.", "switch."))


def accept(findings: Sequence[Finding], acceptances: Sequence[Acceptance]) -> tuple[Finding, ...]:
    """Mark the refusals that the prescriber has accepted by name with the reason given; they become flags, never nothing."""
    reasons = {acceptance.rule: acceptance.reason for acceptance in acceptances}
    return tuple(
        replace(finding, level=Level.FLAG, accepted=reasons[finding.rule])
        if finding.level is Level.REFUSE and finding.rule in reasons and acceptable(finding.rule)
        else finding
        for finding in findings
    )


def refusals(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that still refuse."""
    return tuple(finding for finding in findings if finding.level is Level.REFUSE)
