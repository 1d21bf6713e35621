"""The FHIR bundle says the plan: its dosages, laid out day by day, are the rows of the day file to the tablet; it is a draft."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import pytest
from render_builders import (
    NOTICE,
    PARTS,
    PIECE,
    SHOWN,
    SMALL,
    Spoken,
    in_mg,
    read_back,
    report,
    rows_of,
    worked_example,
)

from taper_cli.cli import arguments as read
from taper_cli.model.report import Report
from taper_cli.model.revision import Revision
from taper_cli.render.fhir import bundle as bundle_with
from taper_cli.render.fhir import encoded, sentences
from taper_cli.render.spreadsheet import days_csv, steps_csv
from taper_cli.render.spreadsheet_supply import supplies_csv
from taper_cli.service import plan, reviews_of, revise, verify_writing

SLOTS = {"MORN": "morning_mg", "NOON": "noon_mg", "EVE": "evening_mg", "HS": "bedtime_mg"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def spaced(drug: str, dose: str, ladder: str) -> Report:
    """A plan by a published schedule that leaves days out."""
    asked = report("diazepam", "4 mg", "12w", region="gb").request
    return plan(replace(asked, drug=drug, regimen=read.regimen(dose), pace=read.ladder(ladder)))


EVERY: dict[str, Callable[[], Report]] = {
    **SHOWN,
    "every other day": lambda: spaced("prednisolone", "4 mg", "ng243-alternate-day"),
    "days of the week": lambda: spaced("omeprazole", "40 mg", "highland-omeprazole"),
}


def bundle(plan: Report) -> dict[str, Any]:
    """A plan's bundle with its reviews."""
    return bundle_with(plan, reviews_of(plan)[-1])


class Given(NamedTuple):
    """What a reader of the bundle takes from one dosage."""

    first: date
    last: date | None
    repeat: dict[str, Any]
    mg: Fraction
    spoken: Spoken
    pieces: dict[str, Fraction]


@cache
def written(name: str) -> dict[str, Any]:
    """A plan's bundle as another program reads it: from its bytes, each number as its digits stand there."""
    found: dict[str, Any] = json.loads(encoded(bundle(EVERY[name]())), parse_float=Decimal)
    return found


def resources(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in found["entry"] if entry["resource"]["resourceType"] == kind]


def order(found: dict[str, Any]) -> dict[str, Any]:
    (only,) = resources(found, "MedicationRequest")
    return only


def care(found: dict[str, Any]) -> dict[str, Any]:
    (only,) = resources(found, "CarePlan")
    return only


def details(found: dict[str, Any], what: str) -> list[dict[str, Any]]:
    activities = (activity.get("detail") for activity in care(found)["activity"])
    return [detail for detail in activities if detail and detail["code"]["text"] == what]


def given(found: dict[str, Any]) -> Iterator[Given]:
    """Every dosage, read from its figures and from its text."""
    for dosage in order(found)["dosageInstruction"]:
        bounds = dosage["timing"]["repeat"]["boundsPeriod"]
        quantity = dosage["doseAndRate"][0]["doseQuantity"]
        assert (quantity["unit"], quantity["code"], quantity["system"]) == ("mg", "mg", "http://unitsofmeasure.org")
        words = re.search(r"(?:Take|take) (.* mg\))", dosage["text"])
        assert words
        last = date.fromisoformat(bounds["end"]) if "end" in bounds else None
        yield Given(
            date.fromisoformat(bounds["start"]),
            last,
            dosage["timing"]["repeat"],
            Fraction(quantity["value"]),
            read_back(words[1]),
            pieces_in(words[1]),
        )


def pieces_in(words: str) -> dict[str, Fraction]:
    """How many tablets or capsules of each strength some words count, by the last part of the day file's columns: '2mg'."""
    found: dict[str, Fraction] = {}
    for piece in PIECE.finditer(re.sub(SMALL, in_mg, words)):
        strength = (piece["of"] or piece["strength"]).replace(".", "p") + "mg"
        count = Fraction(piece["whole"] or 0) + PARTS.get(piece["piece"] or piece["more"] or piece["part"], Fraction(0))
        found[strength] = found.get(strength, Fraction(0)) + count
    return found


def falls_on(dosage: Given, day: date) -> bool:
    """Whether a dosage is taken on a day, by HL7's rules: both ends belong to the period, days of the week stand alone."""
    if day < dosage.first or (dosage.last and day > dosage.last):
        return False
    if "dayOfWeek" in dosage.repeat:
        assert not {"frequency", "period"} & set(dosage.repeat)
        return DAYS[day.weekday()] in dosage.repeat["dayOfWeek"]
    assert (dosage.repeat["frequency"], dosage.repeat["periodUnit"]) == (1, "d")
    return (day - dosage.first).days % int(dosage.repeat["period"]) == 0


@pytest.mark.parametrize("name", EVERY)
class TestEveryDay:
    """Figures and words of the dosages against the day file, which is made apart from them."""

    def test_takes_the_dose_of_the_day_file_in_every_slot(self, name: str) -> None:
        dosages = list(given(written(name)))
        rows = rows_of(days_csv(EVERY[name]()))
        for row in rows:
            today = [dosage for dosage in dosages if falls_on(dosage, date.fromisoformat(row["date"]))]
            assert sum((dosage.mg for dosage in today), Fraction(0)) == Fraction(row["total_mg"]), row["date"]
            for code, column in SLOTS.items():
                slot = [dosage.mg for dosage in today if dosage.repeat.get("when") == [code]]
                assert sum(slot, Fraction(0)) == Fraction(row[column] or 0), (row["date"], column)

    def test_takes_the_tablets_of_the_day_file(self, name: str) -> None:
        dosages = list(given(written(name)))
        for row in rows_of(days_csv(EVERY[name]())):
            today = [dosage.pieces for dosage in dosages if falls_on(dosage, date.fromisoformat(row["date"]))]
            counted = [column for column in row if re.search(r"_[\dp]+mg$", column)]
            for strength in {column.rpartition("_")[2] for column in counted}:
                stated = sum(
                    (Fraction(row[column]) for column in counted if column.endswith(f"_{strength}")), Fraction(0)
                )
                assert sum((pieces.get(strength, Fraction(0)) for pieces in today), Fraction(0)) == stated, row["date"]

    def test_says_the_tablets_that_make_the_dose(self, name: str) -> None:
        for dosage in given(written(name)):
            assert dosage.spoken == Spoken(dosage.mg, dosage.mg)

    def test_has_no_day_after_the_last_one(self, name: str) -> None:
        plan = EVERY[name]()
        beyond = plan.schedule.ending.start + timedelta(days=400)
        taken = sum((dosage.mg for dosage in given(written(name)) if falls_on(dosage, beyond)), Fraction(0))
        assert taken == Fraction(plan.schedule.ending.total.ng, 10**6)


@pytest.mark.parametrize("name", EVERY)
class TestTheEnd:
    """It says to stop, once, or goes on without an end."""

    def test_is_said_in_the_last_dosages_and_in_no_other(self, name: str) -> None:
        plan, dosages = EVERY[name](), order(written(name))["dosageInstruction"]
        stops = [one["sequence"] for one in dosages if "additionalInstruction" in one]
        last = plan.schedule.dosing_steps[-1]
        if plan.schedule.ending.total:
            assert stops == [] and "end" not in dosages[-1]["timing"]["repeat"]["boundsPeriod"]
            assert dosages[-1]["text"].startswith("Stay on this dose")
        else:
            assert set(stops) == {last.number} and len(stops) == len(last.intakes) + len(last.others)
            assert all("Then STOP" in one["text"] for one in dosages if one["sequence"] == last.number)

    def test_has_the_code_of_hl7_for_it_and_no_other_code_of_any_system(self, name: str) -> None:
        codings = [coding for node in nodes(written(name)) for coding in node.get("coding", [])]
        then_stop = {"system": "http://snomed.info/sct", "code": "422327006", "display": "Then stop"}
        assert [coding for coding in codings if coding != then_stop] == []


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a bundle."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


@pytest.mark.parametrize("name", EVERY)
class TestADraft:
    """Nothing in it is an order, and nothing in it is a patient's."""

    def test_is_a_proposal_in_every_resource(self, name: str) -> None:
        found = written(name)
        assert found["type"] == "collection"
        for resource in (order(found), care(found)):
            assert (resource["status"], resource["intent"]) == ("draft", "proposal")

    def test_says_first_that_it_must_be_signed(self, name: str) -> None:
        for resource in (order(written(name)), care(written(name))):
            assert resource["note"][0]["text"] == f"{NOTICE} It is not a prescription until signed."
            assert resource["text"]["div"].startswith(f'<div xmlns="http://www.w3.org/1999/xhtml"><p><b>{NOTICE}')

    def test_names_no_patient(self, name: str) -> None:
        for resource in (order(written(name)), care(written(name))):
            assert resource["subject"] == {"type": "Patient", "display": "the patient, who is not named in this file"}

    def test_is_well_written(self, name: str) -> None:
        texts = list(sentences(bundle(EVERY[name]())))
        assert len(texts) > 40
        verify_writing(texts, EVERY[name]())

    def test_has_every_finding_above_a_note_in_both(self, name: str) -> None:
        flagged = sorted({finding.rule for finding in EVERY[name]().findings if finding.level.value != "info"})
        for resource in (order(written(name)), care(written(name))):
            told = [note["text"] for note in resource["note"] if note["text"].startswith("Flag: ")]
            assert sorted({text.rpartition("[")[2].rstrip("]") for text in told}) == flagged


@pytest.mark.parametrize("name", EVERY)
class TestQuantities:
    """What is handed out is what the supply file hands out."""

    def test_of_each_supply_stand_in_the_care_plan(self, name: str) -> None:
        found = written(name)
        contained = {f"#{one['id']}": one["ingredient"][0]["strength"] for one in care(found)["contained"]}
        told = [
            (
                one["scheduledPeriod"]["start"],
                one["scheduledPeriod"]["end"],
                Fraction(contained[one["productReference"]["reference"]]["numerator"]["value"]),
                Fraction(contained[one["productReference"]["reference"]]["denominator"]["value"]),
                Fraction(one["quantity"]["value"]),
            )
            for one in details(found, "hand out")
        ]
        rows = [row for row in rows_of(supplies_csv(EVERY[name]())) if row["dispense_quantity"] != "0"]
        columns = ("strength_value", "strength_per_value", "dispense_quantity")
        assert told == [
            (row["covers_from"], row["covers_to"], *(Fraction(row[column]) for column in columns)) for row in rows
        ]

    def test_of_one_product_stand_in_the_request_for_the_whole_plan_without_repeats(self, name: str) -> None:
        plan, dispense = EVERY[name](), order(written(name))["dispenseRequest"]
        assert dispense["numberOfRepeatsAllowed"] == 0
        assert dispense["expectedSupplyDuration"]["value"] == plan.schedule.days
        if len(plan.schedule.products) == 1:
            (product,) = plan.schedule.products
            assert Fraction(dispense["quantity"]["value"]) == plan.supply.total(product)
            assert (
                order(written(name))["medicationReference"]["reference"]
                == f"#{order(written(name))['contained'][0]['id']}"
            )
        else:
            assert "quantity" not in dispense


@pytest.mark.parametrize("name", EVERY)
class TestTheCarePlan:
    """Reviews and days to watch."""

    def test_watches_on_the_days_of_the_step_file(self, name: str) -> None:
        told = [tuple(one["scheduledPeriod"].values()) for one in details(written(name), "watch for withdrawal")]
        rows = rows_of(steps_csv(EVERY[name]()))
        assert told == [(row["watch_from"], row["watch_to"]) for row in rows if row["watch_from"]]

    def test_has_the_reviews_that_the_advice_asks_for(self, name: str) -> None:
        told = [tuple(one["scheduledPeriod"].values()) for one in details(written(name), "review")]
        assert told == [(str(one.first), str(one.last)) for one in reviews_of(EVERY[name]())[-1]]
        assert told

    def test_names_the_dose_before_the_first_cut(self, name: str) -> None:
        (before,) = details(written(name), "dose before the first cut")
        assert Fraction(before["dailyAmount"]["value"]) == Fraction(EVERY[name]().schedule.before.total.ng, 10**6)
        assert before["scheduledPeriod"] == {"end": str(EVERY[name]().schedule.start - timedelta(days=1))}

    def test_holds_every_request_of_the_bundle(self, name: str) -> None:
        named = [
            activity["reference"]["reference"]
            for activity in care(written(name))["activity"]
            if "reference" in activity
        ]
        assert named == [entry["fullUrl"] for entry in written(name)["entry"][1:]]


class TestNumbers:
    """A dose is the decimal that it is: no binary fraction ever stands between."""

    def test_stand_in_the_file_digit_by_digit(self) -> None:
        text = encoded(bundle(SHOWN["four slots of orodispersible tablets"]())).decode()
        assert '"value": 0.125,' in text and '"value": 0.375,' in text
        assert re.findall(r'"value": (\d+\.\d*0|\d+e|\.\d)', text) == []


class TestIds:
    """They come from the plan's content alone."""

    def test_are_the_same_for_the_same_plan_on_any_day(self) -> None:
        ids = [
            [entry["fullUrl"] for entry in bundle(worked_example(today=day))["entry"]]
            for day in (date(2026, 1, 1), date(2026, 2, 1))
        ]
        assert ids[0] == ids[1]

    def test_differ_from_plan_to_plan_and_from_resource_to_resource(self) -> None:
        ids = [entry["fullUrl"] for name in EVERY for entry in written(name)["entry"]]
        assert len(set(ids)) == len(ids) == 2 * len(EVERY)
        assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one) for one in ids)

    def test_the_time_is_noon_of_the_day_it_was_made(self) -> None:
        assert bundle(worked_example())["timestamp"] == "2026-02-01T12:00:00Z"


class TestARevisedPlan:
    """The version before is named as void, and nothing is handed out twice."""

    @pytest.fixture
    def found(self) -> dict[str, Any]:
        on = date(2026, 4, 22)
        revision = Revision(on=on, made_on=on, hold=read.period("2w", "--hold"), by="patient", reason="poor sleep")
        return bundle(revise(worked_example(), revision))

    def test_replaces_the_resources_of_the_version_before(self, found: dict[str, Any]) -> None:
        before = [entry["fullUrl"] for entry in bundle(worked_example())["entry"]]
        named = [care(found)["replaces"][0], order(found)["priorPrescription"]]
        assert [one["identifier"]["value"] for one in named] == before
        assert all(one["display"].endswith("version 1, which is void") for one in named)
        assert "It replaces plan" in order(found)["note"][1]["text"] + order(found)["note"][2]["text"]

    def test_asks_for_no_quantity_in_the_request(self, found: dict[str, Any]) -> None:
        assert "dispenseRequest" not in order(found)

    def test_knows_which_supplies_are_handed_out_already(self, found: dict[str, Any]) -> None:
        states = {one["scheduledPeriod"]["start"] < "2026-04-22": one["status"] for one in details(found, "hand out")}
        assert states == {True: "completed", False: "not-started"}


def test_an_accepted_limit_stands_with_its_reason() -> None:
    plan = SHOWN["everything stated"]()
    notes = [note["text"] for note in order(bundle(plan))["note"]]
    assert any("agreed with the maternity team on the ward round" in note for note in notes)


def test_what_was_not_said_is_told() -> None:
    notes = [note["text"] for note in care(written("everything stated"))["note"]]
    assert any(note.startswith("Assumed, because nobody said: ") for note in notes)
    assert any(note.startswith("Ask before signing: ") and note.endswith("NOT STATED") for note in notes)


def test_the_emergency_signs_come_before_everything_but_the_notice() -> None:
    notes = [note["text"] for note in care(written("everything stated"))["note"]]
    assert notes[1].startswith("EMERGENCY: call 999: a fit (seizure)")
