"""Does it end, explicitly, and from a dose small enough to stop?"""

from __future__ import annotations

from collections.abc import Iterator

from taper_cli.checks.base import Case
from taper_cli.model.finding import Finding, Level
from taper_cli.model.schedule import StepKind


class ExplicitEnd:
    """The last row says STOP, or MAINTAIN at the target; nothing follows it, and nothing stops earlier."""

    def findings(self, case: Case) -> Iterator[Finding]:
        steps = case.transcript.steps
        kinds = (StepKind.MAINTAIN,) if case.target else (StepKind.STOP,)
        if not steps or steps[-1].kind not in kinds or steps[-1].total != case.target:
            wanted = f"MAINTAIN {case.target}" if case.target else "STOP"
            number = steps[-1].number if steps else None
            yield Finding(
                rule="end.missing",
                level=Level.REFUSE,
                step=number,
                message=f"the last row does not say {wanted}",
                change=f"add a last row {wanted}",
            )
        for step in steps[:-1]:
            if not step.total or step.kind in (StepKind.STOP, StepKind.MAINTAIN):
                yield Finding(
                    rule="end.early", level=Level.REFUSE, step=step.number, message="ends before the last row"
                )


class LastDose:
    """The last dose before STOP is no larger than the drug's last step (or, after short use, than one ideal step)."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step, _ in case.cuts():
            before = case.dose_before(step)
            if not step.total and before > case.largest_last_dose:
                message = f"stops from {before}; the last dose may be at most {case.largest_last_dose}"
                yield Finding(
                    rule="last-dose",
                    level=Level.REFUSE,
                    step=step.number,
                    before=before,
                    after=step.total,
                    message=message,
                    change=f"add a step at {case.largest_last_dose} or less before STOP",
                )
