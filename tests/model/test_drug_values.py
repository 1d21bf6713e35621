"""What the formulary says of a drug, its class and an indication, asked for by name and never mixed up."""

from __future__ import annotations

import pytest
from model_builders import CITE, REVIEW

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.drug import (
    Advice,
    Audience,
    Drug,
    DrugClass,
    HalfLife,
    Indication,
    IndicationLine,
    MarketedProduct,
    OwnProducts,
    Planning,
    Symptom,
    Tier,
    Use,
    Window,
)
from taper_cli.model.product import Form

SOLUTION = ("2 mg", Form.SOLUTION, Volume.parse("5 mL"))
TABLET = ("2 mg", Form.TABLET, None)


def marketed(strength: str, form: Form, volume: Volume | None, region: str = "gb") -> MarketedProduct:
    """A product marketed in one region."""
    return MarketedProduct(region=region, form=form, strength=Dose.parse(strength), volume=volume, cite=CITE)


def test_the_same_product_in_two_regions_is_the_same_product() -> None:
    assert marketed(*TABLET).identity == marketed(*TABLET, region="us").identity
    assert marketed(*SOLUTION).identity == marketed(*SOLUTION, region="us").identity


@pytest.mark.parametrize(
    "other",
    [SOLUTION, ("5 mg", Form.TABLET, None), ("2 mg", Form.CAPSULE, None), ("2 mg", Form.MODIFIED_RELEASE, None)],
)
def test_another_strength_form_or_volume_is_another_product(other: tuple[str, Form, Volume | None]) -> None:
    assert marketed(*TABLET).identity != marketed(*other).identity


def test_another_volume_of_the_same_strength_is_another_product() -> None:
    assert marketed(*SOLUTION).identity != marketed("2 mg", Form.SOLUTION, Volume.parse("1 mL")).identity


def test_a_marketed_product_has_its_name() -> None:
    assert marketed(*TABLET).name == "2 mg tablet"
    assert marketed(*SOLUTION).name == "2 mg in 5 mL oral solution"


def symptom(words: str, tier: Tier) -> Symptom:
    """A symptom in a patient's words."""
    return Symptom(tier=tier, words=words, same_day=False, cite=CITE)


def window(half_life: HalfLife, first: int, last: int) -> Window:
    """The days after a cut on which withdrawal is most likely."""
    return Window(half_life=half_life, first_day=first, last_day=last, cite=CITE)


BENZODIAZEPINE = DrugClass(
    name="benzodiazepine",
    title="Benzodiazepines",
    contexts="sedative",
    planning=Planning("asam-2025"),
    windows=(window(HalfLife.SHORT, 1, 7), window(HalfLife.INTERMEDIATE, 1, 7), window(HalfLife.LONG, 3, 14)),
    after_last_dose_days=28,
    after_last_dose_cite=CITE,
    symptoms=(
        symptom("poor sleep", Tier.EXPECTED),
        symptom("a fit", Tier.EMERGENCY),
        symptom("bad shaking", Tier.CALL),
        symptom("seeing or hearing things", Tier.EMERGENCY),
    ),
    advice=(),
    boxes=(),
    review=REVIEW,
)


@pytest.mark.parametrize(("half_life", "days"), [(HalfLife.SHORT, (1, 7)), (HalfLife.LONG, (3, 14))])
def test_the_watch_window_follows_the_half_life(half_life: HalfLife, days: tuple[int, int]) -> None:
    found = BENZODIAZEPINE.window(half_life)
    assert (found.first_day, found.last_day) == days


TIERS = [
    (Tier.EXPECTED, ["poor sleep"]),
    (Tier.CALL, ["bad shaking"]),
    (Tier.EMERGENCY, ["a fit", "seeing or hearing things"]),
]


@pytest.mark.parametrize(("tier", "words"), TIERS)
def test_each_symptom_stands_in_its_own_tier(tier: Tier, words: list[str]) -> None:
    assert [one.words for one in BENZODIAZEPINE.tier(tier)] == words


def test_an_indications_lines_are_asked_for_by_kind() -> None:
    texts = (("help", "heat"), ("emergency", "numbness between the legs"), ("help", "gentle movement"))
    lines = tuple(IndicationLine(kind=kind, text=text, cite=CITE) for kind, text in texts)
    spasm = Indication(name="muscle spasm", synonyms=(), lines=lines, review=REVIEW)
    assert [line.text for line in spasm.of_kind("help")] == ["heat", "gentle movement"]
    assert [line.text for line in spasm.of_kind("emergency")] == ["numbness between the legs"]
    assert spasm.of_kind("phone") == ()


LONG_BY_DAY = Drug(
    name="diazepam",
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
    equivalents=(),
    last_step=None,
    review=REVIEW,
)
BY_NIGHT = next(use for use in Use if use is not Use.DAYTIME)


@pytest.mark.parametrize(
    ("use", "region", "half_lives", "holds"),
    [
        (None, None, (), True),
        (Use.DAYTIME, None, (), True),
        (BY_NIGHT, None, (), False),
        (None, "gb", (), True),
        (None, "us", (), False),
        (None, None, (HalfLife.LONG,), True),
        (None, None, (HalfLife.SHORT, HalfLife.LONG), True),
        (None, None, (HalfLife.SHORT,), False),
        (BY_NIGHT, "gb", (HalfLife.LONG,), False),
        (Use.DAYTIME, "us", (HalfLife.LONG,), False),
        (Use.DAYTIME, "gb", (HalfLife.SHORT,), False),
    ],
)
def test_advice_holds_only_where_all_that_narrows_it_fits(
    use: Use | None, region: str | None, half_lives: tuple[HalfLife, ...], holds: bool
) -> None:
    advice = Advice("driving", Audience.PATIENT, "", use, CITE, region, half_lives)
    assert advice.holds_for(LONG_BY_DAY, "gb") is holds


def test_a_prescribers_own_products_are_those_of_the_market_or_all_where_none_is_stated() -> None:
    british, american = marketed(*TABLET), marketed(*SOLUTION, region="us")
    own = OwnProducts(only=False, review=REVIEW, products=(british, american))
    assert own.in_market("gb") == (british,)
    assert own.in_market("us") == (american,)
    assert own.in_market("de") == ()
    assert own.in_market(None) == (british, american)


def test_the_guideline_of_a_class_is_that_of_the_market_where_it_differs() -> None:
    planning = Planning("joint", by_market=(("gb", "british"),))
    assert [planning.guideline_in(market) for market in ("gb", "us", None)] == ["british", "joint", "joint"]
