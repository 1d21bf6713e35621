"""How likely dependence is, by the guideline's matrix: what was not stated or understood counts as long daily use."""

from __future__ import annotations

from fractions import Fraction

import pytest
from checks_builders import CITE, START, mg

from taper_cli.checks.exposure import even_step, exposure_of, used_days
from taper_cli.model.citation import Review
from taper_cli.model.drug import Drug, Equivalent, HalfLife, Use
from taper_cli.model.exposure import DependenceMatrix, Exposure, Likelihood, LowDose, ShortCourse
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import AtPace, ContextItem, Request
from taper_cli.model.schedule import Regimen, Slot

# 2025 joint guideline, pocket guide, Table 2; a month is taken as 28 days and three months as 84.
MATRIX = DependenceMatrix(
    classes=("benzodiazepine",),
    rare_days_a_week=3,
    short_use_days=28,
    long_use_days=84,
    low_doses=(LowDose(drug="lorazepam", dose=mg(2)),),
    low_diazepam=mg(10),
    cite=CITE,
)


def drug(name: str, *equivalents: str) -> Drug:
    """A drug with so many mg equal to 10 mg of diazepam, one figure for each published table."""
    return Drug(
        name=name,
        drug_class="benzodiazepine",
        use=Use.DAYTIME,
        half_life=HalfLife.LONG,
        half_life_cite=CITE,
        half_life_hours=None,
        metabolite_hours=None,
        synonyms=(),
        brands=(),
        products=(),
        maxima=(),
        equivalents=tuple(Equivalent(table="", low=mg(low), high=mg(30), cite=CITE) for low in equivalents),
        last_step=None,
        review=Review(reviewed_on=START, review_due=START, reviewed_by="a pharmacist"),
    )


def request(dose: str, *context: str) -> Request:
    """A request with facts as typed: 'used-for=3y', 'days-a-week=2'."""
    return Request(
        drug="",
        regimen=Regimen(((Slot.DAILY, mg(dose)),)),
        pace=AtPace(share=Fraction(10, 100)),
        every=Period(2, TimeUnit.WEEK),
        start=START,
        today=START,
        context=tuple(ContextItem(*item.split("=")) for item in context),
    )


ROWS = (
    pytest.param("5", (), Likelihood.LIKELY, id="nothing stated"),
    pytest.param("5", ("used-for",), Likelihood.LIKELY, id="a length without a figure"),
    pytest.param("5", ("used-for=for ages",), Likelihood.LIKELY, id="a length that is none"),
    pytest.param("40", ("days-a-week=3",), Likelihood.RARE, id="three days a week"),
    pytest.param("5", ("days-a-week=4",), Likelihood.LIKELY, id="four days a week"),
    pytest.param("5", ("days-a-week=7", "used-for=27d"), Likelihood.LOWER, id="daily, under a month"),
    pytest.param("40", ("used-for=27d",), Likelihood.LOWER, id="under a month at any dose"),
    pytest.param("10.5", ("used-for=28d",), Likelihood.LIKELY, id="a month, not at a low dose"),
    pytest.param("10", ("used-for=28d",), Likelihood.LOWER, id="a month at a low dose"),
    pytest.param("10", ("used-for=83d",), Likelihood.LOWER, id="under three months at a low dose"),
    pytest.param("10", ("used-for=84d",), Likelihood.LIKELY, id="three months at a low dose"),
    pytest.param("1", ("used-for=1y",), Likelihood.LIKELY, id="a year at any dose"),
)


@pytest.mark.parametrize(("dose", "context", "likelihood"), ROWS)
def test_each_row_of_the_matrix_for_diazepam(dose: str, context: tuple[str, ...], likelihood: Likelihood) -> None:
    found = exposure_of(request(dose, *context), drug("diazepam"), MATRIX)
    assert found.likelihood is likelihood
    assert found.cite == CITE


LOW = (
    pytest.param("lorazepam", ("1",), "2", Likelihood.LOWER, id="the drug's own figure"),
    pytest.param("lorazepam", ("1",), "2.5", Likelihood.LIKELY, id="above the drug's own figure"),
    pytest.param("oxazepam", ("20",), "20", Likelihood.LOWER, id="10 mg of diazepam by its table"),
    pytest.param("oxazepam", ("20",), "20.000001", Likelihood.LIKELY, id="a nanogram more"),
    pytest.param("oxazepam", ("20", "15"), "20", Likelihood.LIKELY, id="the strictest of two tables"),
    pytest.param("unheard", (), "0.000001", Likelihood.LIKELY, id="no table at all"),
)


@pytest.mark.parametrize(("name", "equivalents", "dose", "likelihood"), LOW)
def test_a_low_dose_is_the_drugs_own_or_10_mg_of_diazepam_by_any_table(
    name: str, equivalents: tuple[str, ...], dose: str, likelihood: Likelihood
) -> None:
    found = exposure_of(request(dose, "used-for=60d"), drug(name, *equivalents), MATRIX)
    assert found.likelihood is likelihood


@pytest.mark.parametrize(("context", "stated"), [((), False), (("used-for=10d",), True), (("used-for=3y",), True)])
def test_what_was_not_stated_is_said_to_be_so(context: tuple[str, ...], stated: bool) -> None:
    found = exposure_of(request("5", *context), drug("diazepam"), MATRIX)
    assert found.stated is stated
    assert ("NOT STATED" in found.row) is not stated


LENGTHS = (
    ("10d", 10),
    ("10 days", 10),
    ("1 day", 1),
    ("4w", 4 * 7),
    ("2 weeks", 2 * 7),
    ("1m", 31),
    ("3 months", 3 * 31),
    ("1y", 366),
    ("2 years", 2 * 366),
)


@pytest.mark.parametrize(("typed", "days"), LENGTHS)
def test_a_length_of_use_is_read_at_its_longest(typed: str, days: int) -> None:
    assert used_days(typed) == days


@pytest.mark.parametrize("typed", [None, "", "10", "d", "-10d", "1.5y", "ten days", "2 decades", "1 dozen weeks", "٣d"])
def test_a_length_that_is_not_understood_is_never_taken_for_a_short_one(typed: str | None) -> None:
    assert used_days(typed) is None


@pytest.mark.parametrize("likelihood", list(Likelihood))
def test_a_short_taper_is_legitimate_only_where_dependence_is_not_likely(likelihood: Likelihood) -> None:
    assert likelihood.short_taper == (likelihood.value in ("rare", "lower risk"))


OPIOIDS = ShortCourse(classes=("opioid",), days=7, text="no dependence of its own", cite=CITE)

# What is known of the class | what was stated | the whole answer
WHOLE: tuple[tuple[DependenceMatrix | ShortCourse | None, tuple[str, ...], Exposure], ...] = (
    (
        None,
        ("used-for=3d",),
        Exposure(
            Likelihood.LIKELY,
            "no table of dependence is held for this class, so the body is taken to be used to the medicine",
            False,
            None,
        ),
    ),
    (OPIOIDS, (), Exposure(Likelihood.LIKELY, "length of use NOT STATED, so counted as long", False, CITE)),
    (
        OPIOIDS,
        ("used-for=6d",),
        Exposure(Likelihood.LOWER, "used for 6 days, under 7: no dependence of its own", True, CITE),
    ),
    (
        OPIOIDS,
        ("used-for=7d",),
        Exposure(Likelihood.LIKELY, "used for 7 days, 7 or more: counted as long", True, CITE),
    ),
    (
        MATRIX,
        ("days-a-week=2",),
        Exposure(Likelihood.RARE, "2 days of use a week (3 or fewer): withdrawal is rare", True, CITE),
    ),
    (
        MATRIX,
        (),
        Exposure(Likelihood.LIKELY, "length of use NOT STATED, so counted as long: dependence is likely", False, CITE),
    ),
    (
        MATRIX,
        ("used-for=27d",),
        Exposure(Likelihood.LOWER, "used for 27 days, under a month: lower risk of dependence, possible", True, CITE),
    ),
    (
        MATRIX,
        ("used-for=28d",),
        Exposure(
            Likelihood.LOWER,
            "used for 28 days, one to three months, at a low dose: lower risk of dependence, possible",
            True,
            CITE,
        ),
    ),
    (
        MATRIX,
        ("used-for=84d",),
        Exposure(
            Likelihood.LIKELY,
            "used for 84 days at 5 mg a day: dependence is likely, rising with dose and length",
            True,
            CITE,
        ),
    ),
)


@pytest.mark.parametrize(("known", "context", "answer"), WHOLE)
def test_the_answer_says_in_words_what_it_rests_on(
    known: DependenceMatrix | ShortCourse | None, context: tuple[str, ...], answer: Exposure
) -> None:
    assert exposure_of(request("5", *context), drug("diazepam"), known) == answer


@pytest.mark.parametrize(
    ("dose", "cuts", "step"), [("10", 4, "2.5"), ("10", 3, "3.333"), ("20", 7, "2.857"), ("1", 1, "1"), ("5", 0, "5")]
)
def test_one_step_of_an_even_descent_is_rounded_down_to_a_microgram(dose: str, cuts: int, step: str) -> None:
    assert even_step(mg(dose), cuts) == mg(step)
