"""What can go wrong for a user, by kind: every message says what was found, what was expected and what to type instead."""

from __future__ import annotations

from taper_cli.model.text import KEEP_TAKING

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


class Unsound(TaperError):
    """The selfcheck that was asked for failed: this installation does not compute what it should (exit 1)."""


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

    @property
    def keep_taking(self) -> str:
        """What must be done meanwhile; wherever the refusal is shown, it begins with this."""
        return KEEP_TAKING.format(service=self.service)

    def __str__(self) -> str:
        return f"refused for safety: {self.keep_taking}; {super().__str__()}"


class PlannerFault(Exception):
    """Our own planner made a schedule that our own judge refuses: a bug, so nothing may reach paper (exit 1)."""


class DamagedData(Exception):
    """A data file of this installation may not be used: it was damaged or edited since it was shipped (exit 1).

    No `TaperError`, so that nothing takes it for an answer to the request and tries another way.
    """


class WrongValue(ValueError):
    """A value that cannot exist (tablets that do not add up, a gap in the dates) was about to be built: a bug."""


class Interrupted(Exception):
    """Stopped by the user with a part of the work done: the words say what is kept and how to go on (exit 130)."""
