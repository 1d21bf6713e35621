"""What was asked, as typed values: periods, shapes, paces, products and context that cannot contradict themselves."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from model_builders import START

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.errors import WrongValue
from taper_cli.model.finding import Acceptance
from taper_cli.model.period import Period, TimeUnit, Until
from taper_cli.model.request import AtPace, ContextItem, OverTime, Request, Shape, ShapeKind, WantedProduct
from taper_cli.model.schedule import Regimen, Slot

PERIODS = [
    (1, TimeUnit.DAY, "1d", "1 day", 1),
    (90, TimeUnit.DAY, "90d", "90 days", 90),
    (1, TimeUnit.WEEK, "1w", "1 week", 7),
    (26, TimeUnit.WEEK, "26w", "26 weeks", 26 * 7),
    (6, TimeUnit.MONTH, "6m", "6 months", None),
    (1, TimeUnit.YEAR, "1y", "1 year", None),
]


@pytest.mark.parametrize(("count", "unit", "typed", "words", "days"), PERIODS)
def test_a_period_is_as_long_as_it_says_and_months_are_left_to_the_calendar(
    count: int, unit: TimeUnit, typed: str, words: str, days: int | None
) -> None:
    period = Period(count, unit)
    assert (period.text, str(period), period.days) == (typed, words, days)


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "2"])
def test_a_period_is_a_whole_count_above_zero(count: object) -> None:
    with pytest.raises(WrongValue):
        Period(count, TimeUnit.WEEK)  # type: ignore[arg-type]


def test_until_names_its_day() -> None:
    assert str(Until(date(2027, 3, 1))) == "until 2027-03-01"


def test_a_hyperbola_has_the_dose_of_half_the_effect_with_its_source_or_neither() -> None:
    assert Shape(kind=ShapeKind.HYPERBOLIC).ed50 is None
    assert Shape(kind=ShapeKind.HYPERBOLIC, ed50=Dose.of_mg(5), ed50_source="a PET study").ed50 == Dose.of_mg(5)
    for ed50, source in ((None, "a PET study"), (Dose.of_mg(5), " "), (Dose.of_mg(0), "a PET study")):
        with pytest.raises(WrongValue):
            Shape(kind=ShapeKind.HYPERBOLIC, ed50=ed50, ed50_source=source)


@pytest.mark.parametrize("kind", [kind for kind in ShapeKind if kind is not ShapeKind.HYPERBOLIC])
@pytest.mark.parametrize("source", ["", "a PET study"])
def test_no_other_shape_has_a_dose_of_half_the_effect(kind: ShapeKind, source: str) -> None:
    assert Shape(kind=kind).ed50 is None
    with pytest.raises(WrongValue):
        Shape(kind=kind, ed50=Dose.of_mg(5), ed50_source=source)


def test_a_pace_is_one_figure() -> None:
    assert AtPace(dose=Dose.of_mg(1)).share is None
    assert AtPace(share=Fraction(1, 10)).dose is None
    with pytest.raises(WrongValue):
        AtPace(dose=Dose.of_mg(1), share=Fraction(1, 10))
    with pytest.raises(WrongValue):
        AtPace()


@pytest.mark.parametrize("share", ["0", "-1/10", "1", "3/2"])
def test_a_pace_in_percent_is_above_nothing_and_below_everything(share: str) -> None:
    with pytest.raises(WrongValue):
        AtPace(share=Fraction(share))


def test_a_pace_in_mg_is_above_nothing() -> None:
    with pytest.raises(WrongValue):
        AtPace(dose=Dose.of_mg(0))


@pytest.mark.parametrize(
    ("rule", "reason"), [("", "stable for a year"), (" ", "stable"), ("last-dose", ""), ("last-dose", "\t")]
)
def test_an_acceptance_names_a_rule_and_a_reason(rule: str, reason: str) -> None:
    assert Acceptance("last-dose", "stable for a year").rule == "last-dose"
    with pytest.raises(WrongValue):
        Acceptance(rule, reason)


def test_a_wanted_product_is_named_as_it_was_typed() -> None:
    tablet = WantedProduct(strength=Dose.of_mg(2), volume=None, form_words="tablet", split=None)
    solution = WantedProduct(
        strength=Dose.of_mg(2), volume=Volume.parse("5 mL"), form_words="oral solution", split=None
    )
    assert tablet.name == "2 mg tablet"
    assert solution.name == "2 mg in 5 mL oral solution"


def request(*context: ContextItem) -> Request:
    """A half year from 20 mg, with facts about the patient."""
    return Request(
        drug="diazepam",
        regimen=Regimen(((Slot.DAILY, Dose.of_mg(20)),)),
        pace=OverTime(Period(26, TimeUnit.WEEK)),
        every=Period(2, TimeUnit.WEEK),
        start=START,
        today=START,
        context=context,
    )


def test_a_request_that_names_no_target_is_to_stop() -> None:
    assert request().target == Dose(0)


@pytest.mark.parametrize(("key", "value"), [("opioid", "no"), ("alcohol", ""), ("pregnancy", None), ("opio", None)])
def test_context_tells_a_key_with_a_value_from_one_without_and_from_one_not_stated(key: str, value: str | None) -> None:
    assert request(ContextItem("opioid", "no"), ContextItem("alcohol")).context_value(key) == value


def test_only_what_every_paper_has_words_for_can_be_assumed() -> None:
    def asked(*assumed: str) -> Request:
        return Request(
            drug="diazepam",
            regimen=Regimen(((Slot.DAILY, Dose.of_mg(20)),)),
            pace=AtPace(dose=Dose.of_mg(1)),
            every=Period(2, TimeUnit.WEEK),
            start=START,
            today=START,
            assumed=assumed,
        )

    assert asked("every", "start", "cut", "supply-days", "halves").assumed
    with pytest.raises(WrongValue, match="assumed option 'shape'"):
        asked("every", "shape")
