"""Words for doses, dates and directions: each can be read in one way only, and reads back to what was meant."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_builders import SHOWN, only_strength_of, read_back, report, rows_of, worked_example

from taper_cli.model.dose import Dose, Volume
from taper_cli.model.product import Form, Portion, Product, Split
from taper_cli.model.schedule import Intake, Slot, Step, StepKind
from taper_cli.render.spreadsheet import STEP_COLUMNS, steps_csv
from taper_cli.render.steps import step_table
from taper_cli.render.wording import Naming, count_text, full_date, instruction, intake_text, short_date, short_range

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)
every_plan = pytest.mark.parametrize("plan", SHOWN)

COUNTS = {
    "1/4": "a quarter of a tablet",
    "1/2": "half a tablet",
    "3/4": "three quarters of a tablet",
    "1": "1 tablet",
    "5/4": "1 and a quarter tablets",
    "3/2": "1 and a half tablets",
    "7/4": "1 and three quarters tablets",
    "2": "2 tablets",
    "5/2": "2 and a half tablets",
    "10": "10 tablets",
    "21/2": "10 and a half tablets",
}


@pytest.mark.parametrize("count", COUNTS)
def test_a_count_is_said_in_words(count: str) -> None:
    assert count_text(Fraction(count), "tablet") == COUNTS[count]


@STEADY
@given(quarters=st.integers(1, 400))
def test_a_count_in_words_reads_back_to_the_same_count(quarters: int) -> None:
    count = Fraction(quarters, 4)
    words = f"{count_text(count, 'tablet')} of 4 mg ({quarters} mg)"
    assert read_back(words).made == count * 4


class TestDates:
    """A date is printed with its weekday and its month in letters, so that no country reads it the other way round."""

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2026, 3, 2), "Mon 2 Mar 2026"),
            (date(2028, 2, 29), "Tue 29 Feb 2028"),
            (date(2026, 12, 31), "Thu 31 Dec 2026"),
            (date(2027, 1, 1), "Fri 1 Jan 2027"),
            (date(2100, 3, 1), "Mon 1 Mar 2100"),
        ],
    )
    def test_in_full(self, day: date, words: str) -> None:
        assert full_date(day) == words
        assert short_date(day) == words.rpartition(" ")[0]

    def test_seven_days_on_the_weekday_is_the_same(self) -> None:
        start = date(2026, 1, 1)
        names = [short_date(start + timedelta(days=number))[:3] for number in range(28)]
        assert names == ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"] * 4

    @pytest.mark.parametrize(
        ("last", "words"),
        [
            (date(2027, 2, 7), "Mon 25 Jan to Sun 7 Feb"),
            (date(2027, 12, 20), "Mon 25 Jan to Mon 20 Dec"),
            (date(2027, 12, 31), "Mon 25 Jan to 31 Dec 2027"),
            (date(2028, 1, 24), "Mon 25 Jan to 24 Jan 2028"),
        ],
    )
    def test_a_year_of_watching_names_the_year_it_ends_in(self, last: date, words: str) -> None:
        assert short_range(date(2027, 1, 25), last) == words

    def test_every_month_has_its_own_name(self) -> None:
        assert len({short_date(date(2026, month, 15)).split()[2] for month in range(1, 13)}) == 12


def solid(mg: str, form: Form = Form.TABLET, split: Split = Split.QUARTER) -> Product:
    return Product(
        drug="testazepam", form=form, strength=Dose.of_mg(mg), split=split if form.divisible else Split.WHOLE
    )


LIQUID = Product(
    drug="testazepam",
    form=Form.SOLUTION,
    strength=Dose.of_mg(2),
    volume=Volume.parse("5 mL"),
    graduation=Volume.parse("0.1 mL"),
)
PORTIONS = st.one_of(
    st.builds(lambda n: (solid("2"), Fraction(n, 4)), st.integers(1, 40)),
    st.builds(lambda n: (solid("0.25", split=Split.HALF), Fraction(n, 2)), st.integers(1, 20)),
    st.builds(lambda n: (solid("7.5", Form.CAPSULE), Fraction(n)), st.integers(1, 6)),
    st.builds(lambda n: (solid("0.125", Form.ORODISPERSIBLE), Fraction(n)), st.integers(1, 6)),
    st.builds(lambda n: (solid("1", Form.MODIFIED_RELEASE), Fraction(n)), st.integers(1, 6)),
    st.builds(lambda n: (solid("3", Form.MODIFIED_RELEASE_CAPSULE), Fraction(n)), st.integers(1, 6)),
    st.builds(lambda n: (LIQUID, Fraction(n, 10)), st.integers(1, 300)),
)


def intake_of(slot: Slot, taken: dict[Product, Fraction]) -> Intake:
    portions = tuple(Portion(product=product, count=count) for product, count in taken.items())
    return Intake(slot=slot, dose=Dose(sum(portion.dose.ng for portion in portions)), portions=portions)


class TestReadingBack:
    """What is printed for an intake, read by somebody else, gives the same mg."""

    @STEADY
    @given(taken=st.lists(PORTIONS, min_size=1, max_size=4).map(dict))
    def test_any_intake_of_named_products(self, taken: dict[Product, Fraction]) -> None:
        intake = intake_of(Slot.MORNING, taken)
        spoken = read_back(f"{intake_text(intake, naming=Naming.STRENGTH)} ({intake.dose})")
        assert spoken.made * 10**6 == spoken.claimed * 10**6 == intake.dose.ng

    @every_plan
    def test_every_instruction_of_every_plan(self, plan: str) -> None:
        report = SHOWN[plan]()
        several = only_strength_of(report) is None
        for step in report.schedule.steps[:-1]:
            sentence = instruction(step, report.drug.name, naming=Naming.STRENGTH if several else Naming.NONE)
            spoken = [read_back(words, only_strength_of(report)) for words in parts_of(sentence)]
            assert [one.made for one in spoken] == [one.claimed for one in spoken]
            assert [int(one.made * 10**6) for one in spoken] == [intake.dose.ng for intake in step.intakes]

    @every_plan
    def test_every_instruction_says_when(self, plan: str) -> None:
        phrases = {
            Slot.DAILY: "once a day at your usual time",
            Slot.MORNING: "in the morning",
            Slot.NOON: "at noon",
            Slot.EVENING: "in the evening",
            Slot.BEDTIME: "at bedtime",
        }
        report = SHOWN[plan]()
        for step in report.schedule.steps[:-1]:
            sentence = instruction(step, report.drug.name, naming=Naming.STRENGTH)
            said = re.findall("|".join(phrases.values()), sentence)
            assert said == [phrases[intake.slot] for intake in step.intakes]


class TestWhichTablet:
    """Where several strengths may lie in the cupboard, no line leaves it open which one is meant."""

    SEVERAL = {  # noqa: RUF012
        "only one of three strengths is used": lambda: report(
            "diazepam", "10 mg", "6d", every="2d", context=("used-for=10d",), split=Split.HALF
        ),
        "only one of two typed strengths is used": lambda: report(
            "diazepam", "10 mg", "40w", products="2 mg tablet half, 10 mg tablet half", region="gb"
        ),
        "three strengths are used": SHOWN["one slot, three strengths"],
        "a tablet and a liquid are used": SHOWN["two slots of a liquid"],
    }

    @pytest.mark.parametrize("plan", SEVERAL)
    def test_every_row_of_the_sheet_names_the_strength(self, plan: str) -> None:
        asked = self.SEVERAL[plan]()
        assert len(asked.products) > 1
        for row in step_table(asked).rows[1:]:
            for take in row.takes:
                assert take in ("none", "") or take.startswith("STOP") or read_back(take, None).made

    @pytest.mark.parametrize("plan", SEVERAL)
    def test_every_instruction_of_the_csv_names_the_strength(self, plan: str) -> None:
        for row in rows_of(steps_csv(self.SEVERAL[plan]()))[:-1]:
            assert all(read_back(words, None).made for words in parts_of(row["instruction_text"]))


def parts_of(sentence: str) -> list[str]:
    """The intakes in an instruction: everything up to each claimed dose, without the words between."""
    times = r"once a day at your usual time|in the morning|at noon|in the evening|at (?:bedtime|night)"
    whole = re.fullmatch(r"Take (.+)\.", sentence)
    assert whole, f"{sentence!r} is no instruction"
    parts = re.split(rf" (?:{times})(?:, | and |$)", whole[1])
    assert parts[-1] == ""
    return parts[:-1]


class TestTheEnding:
    """The last line says stop or stay."""

    def test_a_stop_names_the_drug(self) -> None:
        stop = worked_example().schedule.ending
        assert instruction(stop, "diazepam", naming=Naming.NONE) == "STOP. Take no more diazepam."

    def test_a_maintenance_dose_says_to_stay_until_the_prescriber_changes_it(self) -> None:
        stay = Step(
            number=1,
            kind=StepKind.MAINTAIN,
            start=date(2026, 3, 2),
            end=None,
            intakes=(intake_of(Slot.MORNING, {solid("2"): Fraction(1)}),),
        )
        assert instruction(stay, "diazepam", naming=Naming.NONE) == (
            "Stay on this dose: take 1 tablet (2 mg) in the morning until your prescriber changes it."
        )


NOTATION = {
    "a trailing zero": r"(?<![\d.])\d+\.\d*0(?![\d.])",
    "no digit before the point": r"(?<!\d)\.\d",
    "no space before a unit": r"\d(?:mg|mL|ml|mcg|micrograms?|g|tablets?)\b",
    "a full stop after a unit": r"\b(?:mg|mL|mcg|micrograms?)\.(?!\w)",
    "Latin shorthand": r"\b(?:QD|QOD|BID|BD|TID|TDS|QID|QDS|QHS|HS|OD|OM|PRN|PO|IU|CC|BT|qd|qod|bid|tid|qid|prn)\b",
    "a Greek micro": r"[\u00b5\u03bc]g|\bug\b",
    "a fraction with a slash": r"(?<![\d/])\d+/\d+(?![\d/])",
    "a range with a dash": r"\d\s*[-\u2013\u2014]\s*\d+(?:\.\d+)?\s*(?:mg|mL|micrograms|tablets?)\b",
    "a multiplication sign": r"\d\s*[x\u00d7]\s*\d",
}


class TestNotation:
    """Doses are written as the rules for safe notation ask: no .5, no 1.0, no 1/2, no BID."""

    @pytest.mark.parametrize("rule", NOTATION)
    @every_plan
    def test_instructions_and_takes_keep_the_rule(self, plan: str, rule: str) -> None:
        report = SHOWN[plan]()
        for step in report.schedule.steps:
            text = instruction(step, report.drug.name, naming=Naming.STRENGTH)
            assert not re.search(NOTATION[rule], text), text

    @pytest.mark.parametrize("rule", NOTATION)
    def test_each_rule_catches_what_it_names(self, rule: str) -> None:
        bad = {
            "a trailing zero": "Take 1.0 mg",
            "no digit before the point": "Take .5 mg",
            "no space before a unit": "Take 10mg",
            "a full stop after a unit": "Take 2 mg. daily",
            "Latin shorthand": "2 mg BID",
            "a Greek micro": "500 µg",
            "a fraction with a slash": "1/2 tablet",
            "a range with a dash": "1-2 tablets",
            "a multiplication sign": "1 x 2 mg",
        }
        assert re.search(NOTATION[rule], bad[rule])

    def test_no_column_of_the_csv_is_named_twice(self) -> None:
        assert len(set(STEP_COLUMNS)) == len(STEP_COLUMNS)
