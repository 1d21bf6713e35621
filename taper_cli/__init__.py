"""Tapering schedules from real products, judged against cited guidelines, for a prescriber to approve.

From Python: `plan`, `check`, `revise` and `open_plan` make reports and audits, `paper` and `save` make papers of them. Values
may be given as words ('20 mg', '26w') or typed (`Dose`, `Period`); what cannot be done raises a `TaperError`.
"""

from __future__ import annotations

__version__ = "0.1.0"

# Nothing of this is imported before it is asked for: `taper --version` and every command start without what they do not use.
_HELD = {
    "api.audits": ("check",),
    "api.papers": ("paper", "save"),
    "api.plans": ("open_plan", "plan", "revise"),
    "model.audit": ("Audit",),
    "model.dose": ("Dose", "Volume"),
    "model.errors": ("CannotPlan", "InvalidInput", "RefusedForSafety", "TaperError"),
    "model.finding": ("Acceptance", "Finding", "Level", "RefusedByJudge"),
    "model.guideline": ("Basis",),
    "model.identity": ("Identity",),
    "model.period": ("Period", "TimeUnit", "Until"),
    "model.product": ("Product", "Split"),
    "model.report": ("Report",),
    "model.request": ("AtPace", "ByLadder", "ByLevels", "ContextItem", "CutOrder", "ShapeKind", "WantedProduct"),
    "model.schedule": ("Intake", "Regimen", "Schedule", "Slot", "Step", "StepKind"),
    "model.supply": ("Halves", "Most", "MostUnit"),
    "render.style": ("Paper", "Sheets", "Style"),
}
_ROOMS = {name: room for room, names in _HELD.items() for name in names}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from taper_cli.api.audits import check
    from taper_cli.api.papers import paper, save
    from taper_cli.api.plans import open_plan, plan, revise
    from taper_cli.model.audit import Audit
    from taper_cli.model.dose import Dose, Volume
    from taper_cli.model.errors import CannotPlan, InvalidInput, RefusedForSafety, TaperError
    from taper_cli.model.finding import Acceptance, Finding, Level, RefusedByJudge
    from taper_cli.model.guideline import Basis
    from taper_cli.model.identity import Identity
    from taper_cli.model.period import Period, TimeUnit, Until
    from taper_cli.model.product import Product, Split
    from taper_cli.model.report import Report
    from taper_cli.model.request import AtPace, ByLadder, ByLevels, ContextItem, CutOrder, ShapeKind, WantedProduct
    from taper_cli.model.schedule import Intake, Regimen, Schedule, Slot, Step, StepKind
    from taper_cli.model.supply import Halves, Most, MostUnit
    from taper_cli.render.style import Paper, Sheets, Style

__all__ = [
    "Acceptance",
    "AtPace",
    "Audit",
    "Basis",
    "ByLadder",
    "ByLevels",
    "CannotPlan",
    "ContextItem",
    "CutOrder",
    "Dose",
    "Finding",
    "Halves",
    "Identity",
    "Intake",
    "InvalidInput",
    "Level",
    "Most",
    "MostUnit",
    "Paper",
    "Period",
    "Product",
    "RefusedByJudge",
    "RefusedForSafety",
    "Regimen",
    "Report",
    "Schedule",
    "ShapeKind",
    "Sheets",
    "Slot",
    "Split",
    "Step",
    "StepKind",
    "Style",
    "TaperError",
    "TimeUnit",
    "Until",
    "Volume",
    "WantedProduct",
    "__version__",
    "check",
    "open_plan",
    "paper",
    "plan",
    "revise",
    "save",
]


# A type checker must not see it: for it every name would be there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        room = _ROOMS.get(name)
        if room is None:
            raise AttributeError(f"module 'taper_cli' has no attribute {name!r}")
        from importlib import import_module

        found = getattr(import_module(f"taper_cli.{room}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return __all__
