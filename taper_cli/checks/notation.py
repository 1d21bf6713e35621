"""Are doses written so that nobody reads them tenfold?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from taper_cli.checks.base import Case
from taper_cli.model.finding import Finding, Level


class NoTrailingZero:
    """A dose is written without a trailing zero: 1.0 mg is read as 10 mg."""

    def findings(self, case: Case) -> Iterator[Finding]:
        for step in case.transcript.steps:
            if re.search(r"\d\.\d*0(?!\d)", step.written):
                message = f"the dose is written {step.written!r}, with a trailing zero"
                change = f"write {step.total}"
                yield Finding(
                    rule="notation.trailing-zero", level=Level.FLAG, step=step.number, message=message, change=change
                )
