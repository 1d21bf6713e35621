"""What a revision stands on: the step in force on its day, the dose that it goes on from, and what holds from then on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.period import Period
from taper_cli.model.revision import Revision
from taper_cli.model.schedule import Regimen, Schedule, Slot, Step
from taper_cli.planning.revision import regimen_of, step_on, takes_old
from taper_cli.service.setting import Setting, setting_of
from taper_cli.service.versions import Version, goes_on_from, highest_before, in_force, laws


class Change(NamedTuple):
    """A revision with all that it stands on: the version, the step in force, the setting, what holds now, the dose it goes on from.

    `moved` says that this dose is another one than the plan has on that day, `same_products` that no others are at hand.
    While a switch is `switching`, it goes on from the dose of its last stage.
    """

    version: Version
    revision: Revision
    step: Step
    setting: Setting
    every: Period
    regimen: Regimen
    moved: bool
    same_products: bool
    switching: bool = False

    @property
    def schedule(self) -> Schedule:
        """The schedule of the version that is replaced."""
        return self.version.schedule

    @property
    def on(self) -> date:
        """The day from which the change holds."""
        return self.revision.on


def change_of(version: Version, revision: Revision) -> Change:
    """Everything that a revision stands on.

    Raises:
        InvalidInput: for a day or a time of day that the plan does not have, or a higher dose that is none.
        CannotPlan: for a dose that the patient has not taken in this plan.
    """
    schedule = version.schedule
    step = _step_of(schedule, revision.on)
    switching = takes_old(schedule, step)
    if switching:
        _during_a_switch(version, revision, step)
    law = laws(version)[-1]
    revisions = [*(one.revision for one in version.revisions), revision]
    planned = regimen_of(goes_on_from(schedule, step).intakes)
    actual = _regimen(version, revision.actual, "--actual") or planned
    wanted = _regimen(version, revision.back_to, "--back-to")
    highest = highest_before(schedule, revision.on)
    for name, dose in (("--actual", actual.total), ("--back-to", wanted.total if wanted else actual.total)):
        if dose > highest:
            raise CannotPlan(
                f"{name} {str(dose)!r} is more than the patient has taken in this plan",
                f"expected at most {highest}",
                f"plan anew from the dose that is taken: taper plan {schedule.drug} '{dose}'",
            )
    if wanted and wanted.total <= actual.total and not (step.rhythm and revision.actual is None):
        raise InvalidInput(
            f"--back-to {str(wanted.total)!r} is no more than the {actual.total} of that day",
            "expected a higher dose",
            "leave it out, or type --stop-here to stay",
        )
    regimen = wanted or actual
    setting = setting_of(in_force(version.request, revisions))
    return Change(
        version=version,
        revision=revision,
        step=step,
        setting=setting,
        every=revision.every or law.every,
        regimen=regimen,
        # Days that were left out are no dose of every day, whatever was taken on the others.
        moved=regimen != planned or (step.rhythm is not None and (wanted or revision.actual) is not None),
        same_products=setting.at_hand.products == law.setting.at_hand.products,
        switching=switching,
    )


def _during_a_switch(version: Version, revision: Revision, step: Step) -> None:
    """Stop what cannot be asked while both drugs are taken: what part of another dose is of which drug, nobody said.

    Raises:
        CannotPlan: with what can be asked instead.
    """
    switch, schedule = version.request.switch, version.schedule
    anew = f"taper switch {switch.drug} with the doses that are taken now" if switch else "taper switch"
    drugs = " and ".join(schedule.drugs)
    asked = next((name for name in ("--actual", "--back-to") if name in revision.asks), "")
    if asked:
        raise CannotPlan(
            f"{asked} during the switch from {schedule.drugs[0]} to {schedule.drugs[1]}: on {revision.on.isoformat()} both are taken, "
            "and the switch goes in one direction only",
            "expected a change that leaves its stages as they are",
            f"type --hold to stay on this stage, or plan anew: {anew}",
        )
    last = goes_on_from(schedule, step)
    if takes_old(schedule, last):
        raise CannotPlan(
            f"the plan stays on {drugs} from {schedule.ending.start.isoformat()} on: the stages that were left were given up",
            "expected a new plan from the doses that are taken",
            f"type {anew}",
        )


def _step_of(schedule: Schedule, on: date) -> Step:
    """The step in force on the day of the change.

    Raises:
        InvalidInput: for a day before the first cut, or after the last dose.
    """
    if on < schedule.start:
        raise InvalidInput(
            f"--on {on.isoformat()} is before the first cut",
            f"expected a day from {schedule.start.isoformat()} on",
            "plan anew with another --start",
        )
    if on >= schedule.ending.start and not schedule.ending.intakes:
        last = schedule.ending.start - timedelta(days=1)
        raise InvalidInput(
            f"--on {on.isoformat()} is after the last dose",
            f"expected a day up to {last.isoformat()}",
            "for a dose that is taken again, make a new plan",
        )
    return step_on(schedule, on)


def _regimen(version: Version, typed: Regimen | None, option: str) -> Regimen | None:
    """A typed dose by the slots of the plan: a daily total is spread as the plan had it when it had that total.

    Raises:
        InvalidInput: for slots that the plan does not have, or a total that it never had.
    """
    schedule = version.schedule
    slots = schedule.before.slots
    if typed is None or set(typed.slots) <= set(slots):
        return typed
    if typed.slots != (Slot.DAILY,):
        words = "one dose a day, without times of day" if slots == (Slot.DAILY,) else ", ".join(s.value for s in slots)
        raise InvalidInput(f"{option} names other times of day than the plan", f"the plan has {words}", "type it so")
    taken = [step for step in schedule.steps if step.intakes and not takes_old(schedule, step)]
    # The dose before a switch counts as what was typed to be its equal.
    known = [version.request.regimen, *(regimen_of(step.intakes) for step in taken)]
    spread = [regimen for regimen in known if regimen.total == typed.total]
    if not spread:
        example = " + ".join(f"2 mg {slot.value}" for slot in slots)
        raise InvalidInput(
            f"{option} {str(typed.total)!r} does not say at what time of day",
            "expected a dose for each, as the plan never had this total",
            f"write for example '{example}'",
        )
    return spread[-1]
