"""When a plan is to be reviewed, for each of its versions: asked for by a paper that holds dates, and by no plan itself."""

from __future__ import annotations

from taper_cli.model.drug import Audience
from taper_cli.model.report import Report
from taper_cli.model.review import ReviewDate
from taper_cli.planning.reviews import review_dates


def reviews_of(report: Report) -> tuple[tuple[ReviewDate, ...], ...]:
    """The review dates of every version of a plan, the one in force last, by the advice for the prescriber that the papers print.

    Raises:
        OverflowError: past the year 9999.
    """
    rules = tuple(
        advice.review
        for drug, held in report.facts
        for advice in held.advice
        if advice.review and advice.audience is Audience.PRESCRIBER and advice.holds_for(drug, report.region.market)
    )
    schedules = (*(revised.schedule for revised in report.revisions), report.schedule)
    return tuple(review_dates(schedule, rules) for schedule in schedules)
