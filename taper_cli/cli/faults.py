"""What went wrong, told on stderr: a message in words or, with --json, one JSON document; and the one table to an exit code."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from taper_cli.model.errors import (
    CannotPlan,
    DamagedData,
    InvalidInput,
    PlannerFault,
    RefusedForSafety,
    TaperError,
    Unsound,
)

if TYPE_CHECKING:
    from taper_cli.model.conflict import Conflict

OK, INTERNAL, USAGE, CANNOT, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
MEANINGS = {
    OK: "done",
    INTERNAL: "internal error or selfcheck failed",
    USAGE: "the words cannot be read",
    CANNOT: "nothing to plan (unknown drug, unmakeable dose)",
    REFUSED: "refused for safety",
    INTERRUPTED: "interrupted",
}
_CODES: dict[type[TaperError], int] = {
    InvalidInput: USAGE,
    CannotPlan: CANNOT,
    RefusedForSafety: REFUSED,
    Unsound: INTERNAL,
}


def code_of(error: TaperError) -> int:
    """The exit code of a foreseen fault."""
    return next(code for kind, code in _CODES.items() if isinstance(error, kind))


def wants_json(arguments: list[str]) -> bool:
    """Whether --json was typed; asked of the words themselves, as a fault may be that they cannot be read any further."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def tell(error: TaperError, *, as_json: bool, behind: Conflict | None = None) -> int:
    """Tell of a foreseen fault, with what stands behind a refusal where that is known; returns its exit code."""
    code = code_of(error)
    if as_json:
        from taper_cli.render.error_json import error_entry, error_json

        sys.stderr.write(error_json(error_entry(error, code), behind))
    else:
        from taper_cli.render.findings import error_text

        _say(error_text(error))
    return code


def tell_internal(fault: PlannerFault, *, as_json: bool) -> int:
    """Tell of a fault of our own; returns its exit code."""
    message = f"internal error, nothing was written: {fault}; please report this request"
    if as_json:
        from taper_cli.render.error_json import error_json, internal_entry

        sys.stderr.write(error_json(internal_entry(fault, INTERNAL, message)))
    else:
        _say(message)
    return INTERNAL


def tell_interrupted(message: str = "interrupted; nothing was written", *, as_json: bool) -> int:
    """Tell that the run was stopped by the user, and what is kept of it; returns its exit code."""
    if as_json:
        from taper_cli.render.error_json import error_json, interrupted_entry

        sys.stderr.write(error_json(interrupted_entry(INTERRUPTED, message)))
    else:
        _say(message)
    return INTERRUPTED


def damaged(fault: DamagedData) -> Unsound:
    """A data file that cannot be used, with what to do about it."""
    return Unsound(
        str(fault),
        "expected the data files as they were shipped with this program",
        "type 'taper selfcheck' to see what is damaged, then install taper anew",
    )


def usage_fault(error: Any) -> InvalidInput:
    """Click's usage faults in our three parts; a negative dose looks like an option to click and is explained."""
    match type(error).__name__:
        case "NoSuchOption" if re.match(r"-[\d.]", error.option_name):
            return InvalidInput(
                f"{error.option_name!r} is negative", "expected a dose above zero", "write for example '20 mg'"
            )
        case "NoSuchOption":
            near = (
                f"did you mean {', '.join(error.possibilities)}" if error.possibilities else "see 'taper plan --help'"
            )
            return InvalidInput(f"there is no option {error.option_name!r}", "expected one of the help page", near)
        case "MissingParameter" if error.param is not None:
            return InvalidInput(
                f"{(error.param.name or '').upper()} is missing",
                'expected for example: taper plan diazepam "20 mg" 26w --start 2026-12-07',
            )
        case _:
            return InvalidInput(str(error.format_message()).replace("\n", " "), "")


def _say(message: str) -> None:
    """One message on stderr, whatever characters it can show."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"taper: {message}\n".encode(encoding, "backslashreplace").decode(encoding))
