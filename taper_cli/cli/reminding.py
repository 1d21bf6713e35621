"""Times at which a calendar reminds, as typed: 'morning 08:00, bedtime 22:00', or '08:00' for a dose at the usual time."""

from __future__ import annotations

import re
from datetime import time

from taper_cli.cli.arguments import SLOTS
from taper_cli.model.errors import InvalidInput
from taper_cli.model.schedule import Slot

# A dose at the usual time has no word before its time of the clock.
_SLOTS = {"": Slot.DAILY, Slot.DAILY.value: Slot.DAILY, **SLOTS}
_NOON = time(12)
_EXAMPLE = "write for example 'morning 08:00, bedtime 22:00', or '08:00' for one dose a day"


def reminder_times(text: str) -> tuple[tuple[Slot, time], ...]:
    """The times by slot, in the order of the day.

    Raises:
        InvalidInput: for a time that is none, a slot named twice, or times that are not in the order of the day.
    """
    typed = [_slot_time(part.strip(), text) for part in text.split(",")]
    found = dict(typed)
    if len(found) != len(typed):
        raise InvalidInput(f"--remind {text!r} names one time of day twice", "expected each once", _EXAMPLE)
    ordered = tuple((slot, found[slot]) for slot in Slot if slot in found)
    times = [at for _, at in ordered]
    # A reminder of half past midnight would come on the morning before: a dose too early, or twice.
    late = [slot.value for slot, at in ordered if slot in (Slot.EVENING, Slot.BEDTIME) and at < _NOON]
    if late or times != sorted(set(times)):
        raise InvalidInput(
            f"--remind {text!r} has {late[0] if late else 'a time of day'} before its turn",
            "expected times that go up from morning to bedtime, all before midnight",
            _EXAMPLE,
        )
    return ordered


def _slot_time(part: str, whole: str) -> tuple[Slot, time]:
    """'morning 08:00', or '08:00'."""
    match = re.fullmatch(r"(?:([a-z]+)\s+)?([01]\d|2[0-3]):([0-5]\d)", part.lower(), re.ASCII)
    if match is None or (match[1] or "") not in _SLOTS:
        raise InvalidInput(
            f"--remind {whole!r} has {part!r} in it",
            "expected morning, noon, evening or bedtime with a time from 00:00 to 23:59",
            _EXAMPLE,
        )
    return _SLOTS[match[1] or ""], time(int(match[2]), int(match[3]))
