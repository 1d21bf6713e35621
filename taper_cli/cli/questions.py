"""The questions about drug, region, dose, pace, ending and first day."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import typer

from taper_cli.cli import arguments as read
from taper_cli.cli.answers import Answers
from taper_cli.cli.asking import DEFAULT_EVERY
from taper_cli.cli.oneline import words_of
from taper_cli.cli.question import Default, Options, Question, Row
from taper_cli.model.errors import InvalidInput, TaperError
from taper_cli.model.offer import Part
from taper_cli.model.request import AtPace, ByLadder, ByLevels, CutOrder
from taper_cli.model.schedule import Slot


class DrugName(Question):
    """Which medicine."""

    name, fields = "drug", ("drug",)
    reopens = (
        "region",
        "dose",
        "pace",
        "every",
        "end",
        "products",
        "syringe",
        "for",
        "used-for",
        "days-a-week",
        "specialist",
        "caution",
    )
    help = "Type the beginning of a name and press Tab. 'taper drugs' lists every medicine and those that are refused by name."

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield (
            "",
            "Which medicine is to be reduced? A generic or brand name, such as diazepam or Valium; Tab completes it.",
        )

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        from taper_cli.service.guiding import names

        return [name.typed for name in names()]

    def echo(self, so_far: Answers) -> str:
        from taper_cli.render.offered import known_as

        return known_as(so_far.offer())


class RegionKey(Question):
    """Where it is prescribed and dispensed."""

    name, fields, part = "region", ("region",), Part.REGION
    reopens = ("products", "syringe")
    help = "It decides which products are held, whose limit binds, which numbers to call are printed, and how doses are written."

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "Where is it prescribed and dispensed?"
        for region in self._regions():
            yield f"  {region.key:<7} ", region.title
        offer = so_far.without(("region",)).offer()
        known_in = [", ".join(brand.regions) for brand in offer.drug.brands if brand.name == offer.brand]
        if known_in:
            yield (
                "",
                f"{offer.brand} is a brand known for {known_in[0]}; for another region go back and type {offer.drug.name}.",
            )

    def default(self, so_far: Answers) -> Default:
        return Default("none", "no region: facts common to all regions, no emergency numbers", {"region": None})

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        return [region.key for region in self._regions()]

    def told(self, so_far: Answers) -> str:
        return so_far.text("region") or "none"

    def _regions(self) -> Any:
        from taper_cli.service.guiding import regions

        return regions()


class PresentDose(Question):
    """What is taken now."""

    name, fields, part = "dose", ("dose",), Part.DOSE
    help = "Each dose has its unit. The times of day are morning, noon, evening and bedtime (or night); a sum joins them with +."

    def rows(self, so_far: Answers) -> Iterator[Row]:
        if so_far.offer().by_slot:
            yield "", "What is taken now, by time of day? All of it at once could harm."
            yield "  ", "such as: 10 mg morning + 10 mg bedtime"
        else:
            yield "", "What is taken now? A day's dose, or the dose by time of day."
            yield "  ", "such as: 20 mg, or 4 mg morning + 6 mg bedtime"


class HowFast(Question):
    """A time, a pace, a published schedule, or typed doses."""

    name, fields, part = "pace", ("over", "reduce", "steps", "ladder"), Part.PACE
    reopens = ("every",)
    help = (
        "A time gets the gentlest schedule that products can make in it. A pace is followed and never exceeded: 10% is of the current "
        "dose, '10% of start' of the first one. A published schedule is planned as it stands, at its longest times, or at its "
        "shortest with 'shortest' after its key. Steps may have their own times: steps 16 mg 3w, 13 mg 2w."
    )

    def rows(self, so_far: Answers) -> Iterator[Row]:
        from taper_cli.render.offered import ladder_rows, limit_lines

        offer = so_far.offer()
        yield "", "How fast?" if offer.pace_typed else "How fast? One of these:"
        if not offer.pace_typed:
            yield "  - ", "a time: 26w, 6m or until 2027-06-30"
        yield "  - ", "a pace: 10% every 2w, or 1 mg every 2w"
        yield "  - ", "doses of your own: steps 16 13 10 mg"
        if offer.ladders:
            yield "  - ", "a published schedule by its key:"
            yield from (("  " + mark, text) for mark, text in ladder_rows(offer))
        yield from (("", line) for line in limit_lines(offer))

    def options(self, text: str, so_far: Answers) -> Options:
        nothing: Options = dict.fromkeys(self.fields)
        pace, _, every = (part.strip() for part in text.partition(" every "))
        interval = {"every": every} if every else {}
        keys = {ladder.key for ladder in so_far.offer().ladders}
        if text.lower().startswith("steps "):
            return nothing | {"steps": pace[len("steps ") :].strip()} | interval
        if text.lower().split()[0] in keys:
            return nothing | {"ladder": text}
        if _is_time(pace):
            return nothing | {"over": [pace]} | interval
        if re.match(r"[\d.,]+ ?(%|[a-zA-Z])", pace):
            return nothing | {"reduce": pace} | interval
        raise InvalidInput(
            f"{text!r} is no time and no pace", "expected one of those above", "write for example 26w, or 10% every 2w"
        )

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        return [ladder.key for ladder in so_far.offer().ladders]

    def told(self, so_far: Answers) -> str:
        from taper_cli.render.wording import pace_text

        return pace_text(so_far.request())

    def echo(self, so_far: Answers) -> str:
        return "" if Interval().applies(so_far) and not so_far.stated("every") else self.told(so_far)


def _is_time(text: str) -> bool:
    """Whether words are a length of time or a last day; a date that does not exist is told as such."""
    if text.lower().startswith("until"):
        return True
    try:
        read.length(text)
    except TaperError:
        return False
    return True


class Interval(Question):
    """How long between two cuts."""

    name, fields, part = "every", ("every",), Part.PACE
    help = "The time from one cut to the next, such as 10d, 2w or 1m. A longer one is gentler."

    def applies(self, so_far: Answers) -> bool:
        pace = so_far.request().pace
        return not isinstance(pace, ByLadder) and not (isinstance(pace, ByLevels) and pace.periods)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "How long between two cuts? Such as 2w or 10d."

    def default(self, so_far: Answers) -> Default | None:
        if so_far.offer().pace_typed and isinstance(so_far.request().pace, AtPace):
            return None
        return Default(DEFAULT_EVERY.text, f"a cut every {DEFAULT_EVERY}", {"every": None})

    def told(self, so_far: Answers) -> str:
        return so_far.text("every") or f"{DEFAULT_EVERY.text} (not stated)"

    def echo(self, so_far: Answers) -> str:
        return HowFast().told(so_far) if isinstance(so_far.request().pace, AtPace) else ""


class WhichFirst(Question):
    """From which time of day the cuts are taken."""

    name, fields = "cut", ("cut",)
    help = "Morning-first takes a cut from the earliest dose of the day, bedtime-first from the last, even keeps the proportions."

    def applies(self, so_far: Answers) -> bool:
        return so_far.request().regimen.slots != (Slot.DAILY,) and len(so_far.request().regimen.slots) > 1

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", f"Which time of day is cut first? One of {', '.join(order.value for order in CutOrder)}."

    def default(self, so_far: Answers) -> Default:
        first = CutOrder.MORNING_FIRST.value
        return Default(first, "cuts are taken morning first", {"cut": None})

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        return [order.value for order in CutOrder]

    def told(self, so_far: Answers) -> str:
        return so_far.text("cut") or f"{CutOrder.MORNING_FIRST.value} (not stated)"


class Ending(Question):
    """A stop, or a dose to stay on."""

    name, fields = "end", ("to",)
    help = "A dose to stay on is a day's dose with its unit. The plan then ends in MAINTAIN instead of STOP."

    def applies(self, so_far: Answers) -> bool:
        return not isinstance(so_far.request().pace, ByLadder)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "Where does it end? In a stop, or on a dose to stay on, such as 5 mg a day."

    def default(self, so_far: Answers) -> Default:
        return Default("stop", "a stop", {"to": None})

    def told(self, so_far: Answers) -> str:
        return f"stay on {so_far.text('to')}" if so_far.text("to") else "stop"


class TakenFor(Question):
    """What it was given for."""

    name, fields = "for", ("indication",)
    help = "It adds what may help without medicine and what to watch for, and decides which highest dose holds. No patient's name."

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", f"What is it taken for? Something is held about: {', '.join(self.known(so_far, ''))}."

    def default(self, so_far: Answers) -> Default:
        return Default("none", "not stated", {"indication": None})

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        from taper_cli.service.guiding import indications

        return list(dict.fromkeys((*indications(), *(most.indication for most in so_far.offer().drug.maxima))))

    def told(self, so_far: Answers) -> str:
        return so_far.text("indication") or "not stated"


class FirstDay(Question):
    """The day of the first cut."""

    name, fields = "start", ("start",)
    help = "The first day of the first lower dose, as year-month-day. A day that is over is flagged."

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "On which day does the first cut take effect? Such as 2026-12-07."

    def default(self, so_far: Answers) -> Default:
        from taper_cli.render.wording import full_date

        tomorrow = read.day(so_far.text("today"), "--today") + timedelta(days=1)
        return Default(tomorrow.isoformat(), f"tomorrow, {full_date(tomorrow)}", {"start": tomorrow.isoformat()})

    def echo(self, so_far: Answers) -> str:
        from taper_cli.render.wording import full_date

        return full_date(so_far.request().start)


class Others(Question):
    """Every other option that was typed; asked about only to change it."""

    name = "options"
    help = 'All options but those that the questions answer, as on the command line: --split half --accept last-dose="reason".'

    def __init__(self, ctx: typer.Context, names: Sequence[str]) -> None:
        self._ctx, self._names = ctx, names

    def applies(self, so_far: Answers) -> bool:
        return any(so_far.stated(name) for name in self._names)

    def answered(self, so_far: Answers) -> bool:
        return True

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", "Which other options? All of them, as they are to be."

    def default(self, so_far: Answers) -> Default:
        return Default("none", "no other option", dict.fromkeys(self._names))

    def options(self, text: str, so_far: Answers) -> Options:
        raise InvalidInput(
            f"{text!r} is no option", "expected options with their values", "write for example --split half"
        )

    def told(self, so_far: Answers) -> str:
        return shlex.join(
            words_of(self._ctx, {name: so_far.params.get(name) for name in self._names if so_far.stated(name)})
        )
