"""What can go wrong for a user, by kind: every message says what was found, what was expected and what to type instead."""

from __future__ import annotations

_LONGEST = 2000


class TaperError(Exception):
    """A fault that the user can mend: found (quoted), expected, instead. One line, never a traceback."""

    def __init__(self, found: str, expected: str, instead: str = "") -> None:
        if len(found) > _LONGEST:
            # What was typed may be a whole book: it must not push what to do off the screen.
            found = f"{found[: _LONGEST // 2]} ... {found[-_LONGEST // 2 :]}"
        self.found, self.expected, self.instead = found, expected, instead
        super().__init__("; ".join(part for part in (found, expected, instead) if part))


class InvalidInput(TaperError):
    """The words cannot be read: no unit, no such date, an unknown option value (exit 2)."""


class UnusedAcceptance(InvalidInput):
    """An acceptance that accepts nothing in a plan; `rule` is the one that was named."""

    def __init__(self, rule: str, found: str, expected: str, instead: str) -> None:
        self.rule = rule
        super().__init__(found, expected, instead)


class CannotPlan(TaperError):
    """The words are clear but there is nothing to plan: unknown drug, unmakeable dose, unreadable file (exit 3)."""


class FaultyFile(CannotPlan):
    """A file whose every fault can be told at once: the first line says what it is, one more line stands for each fault."""

    def __init__(self, found: str, expected: str, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(found, expected)


class RefusedForSafety(TaperError):
    """A plan could be drawn but must not be: too fast, unsafe context, above the ceiling (exit 4).

    `reasons` are the lines that say why; `changes` what would lift the refusal, each complete in itself; `accepts` the sets of
    rules that the prescriber may go past by name, each set enough; `service` who should be asked meanwhile.
    """

    def __init__(
        self, reasons: tuple[str, ...], changes: tuple[str, ...], accepts: tuple[tuple[str, ...], ...], service: str
    ) -> None:
        self.reasons, self.changes, self.accepts, self.service = reasons, changes, accepts, service
        super().__init__("; ".join(reasons), "", "; or ".join(changes))


class PlannerFault(Exception):
    """Our own planner made a schedule that our own judge refuses: a bug, so nothing may reach paper (exit 1)."""


class WrongValue(ValueError):
    """A value that cannot exist (tablets that do not add up, a gap in the dates) was about to be built: a bug."""
