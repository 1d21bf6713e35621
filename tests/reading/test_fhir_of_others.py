"""Requests of other systems: many ways to say one schedule are understood; a fault is told in one line, contradictions in full."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from fhir_builders import MG, changed, dosage, quantity, repeat, say, steps, tablets, taper
from reading_builders import CANNOT, PASSED, REFUSED, TODAY, check, command, findings_of

from taper_cli.model.dose import Dose
from taper_cli.model.period import Rhythm
from taper_cli.model.schedule import Slot, StepKind
from taper_cli.model.transcript import Transcript
from taper_cli.reading.fhir import read_fhir
from taper_cli.reading.fhir_json import looks_like_fhir

Change = Callable[[dict[str, Any]], Any]


def transcript(content: str) -> Transcript:
    return read_fhir(content.encode(), "taper.json").transcript


class TestAPlainTaper:
    """Nine dosages of 14 days each; the first is the starting dose, as the first row of a spreadsheet is."""

    def test_passes(self) -> None:
        answer = findings_of(json.dumps(taper()), "--region", "gb")
        assert (answer.code, answer.err) == (PASSED, "")

    def test_is_read_to_the_day(self) -> None:
        found = transcript(json.dumps(taper()))
        assert (found.before, found.before_until) == (Dose.of_mg(10), date(2026, 12, 21))
        assert [step.total.mg_text for step in found.steps] == ["8", "6", "5", "4", "3", "2.5", "2", "1", "0"]
        # The end of a period belongs to it: the step of the 21st ends on 3 January, and the next begins on the 4th.
        assert (found.steps[0].start, found.steps[0].end) == (date(2026, 12, 21), date(2027, 1, 4))
        assert found.steps[-1].kind is StepKind.STOP

    def test_may_stand_in_a_bundle(self) -> None:
        patient = {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient"}}
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [patient, {"resource": taper()}]}
        assert transcript(json.dumps(bundle)) == transcript(json.dumps(taper()))

    def test_may_begin_with_a_byte_order_mark(self) -> None:
        assert check(b"\xef\xbb\xbf" + json.dumps(taper()).encode(), "--region", "gb").code == PASSED

    def test_is_refused_where_it_is_too_fast(self) -> None:
        answer = findings_of(json.dumps(taper(20, 10, 5)))
        assert answer.code == REFUSED and "pace.asam-2025.cap" in answer.refused_rules

    def test_without_a_word_of_stopping_has_no_end(self) -> None:
        answer = findings_of(changed(lambda r: steps(r)[-1].pop("additionalInstruction")))
        assert "end.missing" in answer.refused_rules

    def test_without_a_last_day_stays_on_its_last_dose(self) -> None:
        def open_ended(request: dict[str, Any]) -> None:
            steps(request)[-1].pop("additionalInstruction")
            repeat(request, -1)["boundsPeriod"].pop("end")

        assert transcript(changed(open_ended)).steps[-1].kind is StepKind.MAINTAIN

    def test_a_text_that_would_be_misread_is_flagged(self) -> None:
        answer = findings_of(changed(lambda r: say(r, "8.0 mg once a day")), "--region", "gb")
        assert [found["step"] for found in answer.findings if found["rule"] == "notation.trailing-zero"] == [1]


def of_slots(request: dict[str, Any]) -> None:
    """Each dose in two halves, morning and bedtime."""
    for number in range(len(steps(request))):
        quantity(request, number)["value"] /= 2
        steps(request)[number]["text"] = "in the morning and at bedtime"
        repeat(request, number).update(frequency=2, when=["MORN", "HS"])


SAME: dict[str, Change] = {
    "in grams": lambda r: quantity(r).update(value=0.008, unit="g", code="g"),
    "in micrograms": lambda r: quantity(r).update(value=8000, unit="microgram", code="ug"),
    "a unit without a code": lambda r: (quantity(r).pop("code"), quantity(r).pop("system")),
    "without sequence numbers": lambda r: [step.pop("sequence") for step in steps(r)],
    "in another order": lambda r: steps(r).reverse(),
    "twelve-hourly": lambda r: (
        repeat(r).update(period=12, periodUnit="h"),
        quantity(r).update(value=4),
        say(r, "4 mg every 12 hours"),
    ),
    "twice a day": lambda r: (repeat(r).update(frequency=2), quantity(r).update(value=4), say(r, "4 mg twice a day")),
    "by the clock": lambda r: (
        [repeat(r).pop(key) for key in ("frequency", "period", "periodUnit")],
        repeat(r).update(timeOfDay=["08:00:00", "20:00:00"]),
        quantity(r).update(value=4),
        say(r, "4 mg"),
    ),
    "a day's dose in its text": lambda r: (
        repeat(r).update(frequency=2),
        quantity(r).update(value=4),
        say(r, "8 mg a day in two doses"),
    ),
    "with all seven days of the week": lambda r: (
        [repeat(r).pop(key) for key in ("frequency", "period", "periodUnit")],
        repeat(r).update(dayOfWeek=["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    ),
    "until just before midnight": lambda r: repeat(r)["boundsPeriod"].update(end="2027-01-03T23:59:59+01:00"),
    "until midnight": lambda r: repeat(r)["boundsPeriod"].update(end="2027-01-04T00:00:00Z"),
    "by lengths after the first": lambda r: [
        (
            repeat(r, number).pop("boundsPeriod"),
            repeat(r, number).update(boundsDuration={"value": 2, "unit": "wk", "code": "wk"}),
        )
        for number in range(1, 9)
    ],
    "with its dates in words": lambda r: say(r, "8 mg daily from Mon 21 Dec 2026 to Sun 3 Jan 2027"),
    "with American dates": lambda r: say(r, "8 mg daily for 14 days starting December 21, 2026"),
    "for weeks": lambda r: say(r, "8 mg once daily for two weeks"),
    "until a day that counts": lambda r: say(r, "8 mg once daily until 2027-01-03"),
    "until a day that does not count": lambda r: say(r, "8 mg once daily until 2027-01-04"),
    "without a text": lambda r: steps(r)[1].pop("text"),
    "the stop in words": lambda r: steps(r)[-1].update(additionalInstruction=[{"text": "Then stop"}]),
    "a dose of nothing at the end": lambda r: (
        steps(r)[-1].pop("additionalInstruction"),
        steps(r).append({**dosage(10, 0), "text": "stop"}),
    ),
    "the drug as a contained medication": lambda r: (
        r.pop("medicationCodeableConcept"),
        r.update(
            medicationReference={"reference": "#m"},
            contained=[
                {"resourceType": "Medication", "id": "m", "code": {"coding": [{"display": "diazepam (substance)"}]}}
            ],
        ),
    ),
    "the drug by its brand": lambda r: r.update(
        medicationCodeableConcept={"text": "diazepam", "coding": [{"display": "Valium"}]}
    ),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_says_the_same_schedule(change: Change) -> None:
    same, plain = transcript(changed(change)), transcript(json.dumps(taper()))
    assert [(step.start, step.end, step.total, step.kind) for step in same.steps] == [
        (step.start, step.end, step.total, step.kind) for step in plain.steps
    ]


def test_a_number_may_have_an_exponent() -> None:
    plain = json.dumps(taper())
    assert transcript(plain.replace('"value": 8,', '"value": 0.8E1,')) == transcript(plain)


def test_slots_are_read_from_their_codes() -> None:
    found = transcript(changed(of_slots))
    assert [(one.slot, one.dose) for one in found.steps[0].intakes] == [
        (Slot.MORNING, Dose.of_mg(4)),
        (Slot.BEDTIME, Dose.of_mg(4)),
    ]


def test_two_dosages_of_one_number_stand_side_by_side() -> None:
    def apart(request: dict[str, Any]) -> None:
        evening = json.loads(json.dumps(steps(request)[1]))
        for each, mg, when in ((steps(request)[1], 5, "MORN"), (evening, 3, "EVE")):
            each["timing"]["repeat"]["when"] = [when]
            each["doseAndRate"][0]["doseQuantity"]["value"] = mg
            each["text"] = f"{mg} mg"
        steps(request).append(evening)

    (first, *_) = transcript(changed(apart)).steps
    assert first.total == Dose.of_mg(8)
    assert [one.slot for one in first.intakes] == [Slot.MORNING, Slot.EVENING]


class TestTablets:
    """Doses counted in tablets of a named strength."""

    def test_are_made_into_mg(self) -> None:
        found = transcript(changed(tablets))
        assert [step.total.mg_text for step in found.steps] == ["8", "6", "5", "4", "3", "2.5", "2", "1", "0"]
        (intake,) = found.steps[2].intakes
        assert [(part.product.name, part.count) for part in intake.portions or ()] == [("2 mg tablet", Fraction(5, 2))]

    def test_are_counted_against_what_is_handed_out(self) -> None:
        needed = 14 * (10 + 8 + 6 + 5 + 4 + 3 + 2.5 + 2 + 1) / 2
        for handed_out, rule in ((needed, None), (needed - 1, "supply.short"), (needed + 60, "supply.spare")):

            def with_supply(request: dict[str, Any], count: float = handed_out) -> None:
                tablets(request)
                request["dispenseRequest"] = {"quantity": {"value": count, "unit": "tablet"}}

            answer = findings_of(changed(with_supply), "--region", "gb", "--split", "quarter")
            rules = {found["rule"] for found in answer.findings if found["rule"].startswith("supply.")}
            assert rules == ({rule} if rule else set())
            assert ("supply.short" in answer.refused_rules) == (rule == "supply.short")

    def test_repeats_count_with_what_is_handed_out(self) -> None:
        def with_supply(request: dict[str, Any]) -> None:
            tablets(request)
            request["dispenseRequest"] = {"quantity": {"value": 145.25, "unit": "tablet"}, "numberOfRepeatsAllowed": 1}

        answer = findings_of(changed(with_supply), "--region", "gb", "--split", "quarter")
        assert not [found for found in answer.findings if found["rule"].startswith("supply.")]

    def test_a_quantity_in_mg_is_compared_too(self) -> None:
        def with_supply(request: dict[str, Any]) -> None:
            tablets(request)
            request["dispenseRequest"] = {"quantity": {"value": 100, **MG}}

        assert "supply.short" in findings_of(changed(with_supply), "--region", "gb").refused_rules

    def test_that_make_no_round_number_are_told_as_a_fraction(self) -> None:
        def of_three_mg(request: dict[str, Any]) -> None:
            request["medicationCodeableConcept"] = {"text": "diazepam 3 mg tablet"}
            request["dispenseRequest"] = {"quantity": {"value": 100, **MG}}

        (short,) = [one for one in findings_of(changed(of_three_mg)).findings if one["rule"] == "supply.short"]
        assert "hands out 100/3 tablets, its doses take 581/3: 481/3 too few" in short["message"]

    def test_of_a_form_that_releases_slowly_are_never_plain_ones(self) -> None:
        answer = findings_of(changed(lambda r: tablets(r, "diazepam 2 mg prolonged-release tablet")), "--region", "gb")
        assert "product.unknown" in answer.refused_rules


def test_every_other_day_is_a_rhythm() -> None:
    found = transcript(changed(lambda r: (repeat(r).update(period=2), say(r, "8 mg every other day"))))
    assert (found.steps[0].kind, found.steps[0].rhythm) == (StepKind.SPACE, Rhythm())


def test_days_of_the_week_are_a_rhythm() -> None:
    def twice_a_week(request: dict[str, Any]) -> None:
        repeat(request).update(frequency=2, period=1, periodUnit="wk", dayOfWeek=["mon", "thu"])
        say(request, "8 mg on Mondays and Thursdays")

    assert transcript(changed(twice_a_week)).steps[0].rhythm == Rhythm((0, 3))


def test_a_decimal_is_exact_to_the_last_digit() -> None:
    """0.1 and 0.3 are no binary fractions: three times 0.1 mg is 0.3 mg, and nothing beside it."""

    def thrice(request: dict[str, Any]) -> None:
        quantity(request, 0)["value"] = 0.1
        steps(request)[0]["text"] = "0.1 mg three times a day, 0.3 mg a day"
        repeat(request, 0)["frequency"] = 3

    assert transcript(changed(thrice)).before == Dose.of_mg("0.3")


CONTRADICTIONS: dict[str, tuple[Change, str]] = {
    "a dose": (lambda r: say(r, "6 mg once a day"), "dosage 2: its text says 6 mg, its doseQuantity 8 mg"),
    "a dose and its strength": (
        lambda r: (tablets(r), say(r, "4 tablets of 5 mg once a day")),
        "dosage 2: its text counts 4 of 5 mg tablet, its doseQuantity is 8 mg (4 of 2 mg)",
    ),
    "half a tablet": (
        lambda r: (tablets(r), say(r, "4 and a half tablets a day")),
        "dosage 2: its text counts 4.5 of 2 mg tablet, its doseQuantity is 8 mg (4 of 2 mg)",
    ),
    "other tablets of the same sum": (
        lambda r: (tablets(r), say(r, "8 tablets of 1 mg once a day")),
        "dosage 2: its text counts a 1 mg tablet, the medicine is a 2 mg tablet",
    ),
    "two doses in one text": (
        lambda r: say(r, "8 mg, that is 6 mg"),
        "dosage 2: its text says 6 mg, its doseQuantity 8 mg",
    ),
    "micrograms and mg": (
        lambda r: say(r, "800 micrograms (8 mg) once a day"),
        "dosage 2: its text says 800 micrograms and 8 mg",
    ),
    "a range": (lambda r: say(r, "6-8 mg once a day"), "dosage 2: its text names a range, not a dose"),
    "how often": (lambda r: say(r, "8 mg twice daily"), "dosage 2: its text says 2 times a day, its timing 1"),
    "how often, in figures": (
        lambda r: repeat(r).update(frequency=3),
        "dosage 2: its text says 1 times a day, its timing 3",
    ),
    "every other day": (
        lambda r: say(r, "8 mg every other day"),
        "dosage 2: its text says every other day, its timing every day",
    ),
    "every other day, in figures": (
        lambda r: repeat(r).update(period=2),
        "dosage 2: its text says every day, its timing every other day",
    ),
    "the time of day": (
        lambda r: (repeat(r).update(when=["HS"]), say(r, "8 mg in the morning")),
        "dosage 2: its text says morning, its timing bedtime",
    ),
    "the length": (
        lambda r: say(r, "8 mg once a day for 7 days"),
        "dosage 2: its text says 7 days, its period (2026-12-21 to 2027-01-03) has 14",
    ),
    "the first day": (
        lambda r: say(r, "8 mg daily from 22 December 2026"),
        "dosage 2: its text begins on 2026-12-22, its period on 2026-12-21",
    ),
    "the last day": (
        lambda r: say(r, "8 mg daily to 2027-01-04"),
        "dosage 2: its text ends on 2027-01-04, its period on 2027-01-03",
    ),
    "an end and none": (
        lambda r: (repeat(r, -1)["boundsPeriod"].pop("end"), say(r, "1 mg daily until 2027-04-11", -1)),
        "dosage 9: its text ends on 2027-04-11, its period has no end",
    ),
    "a weekday": (
        lambda r: say(r, "8 mg daily from Tue 21 Dec 2026"),
        "dosage 2: its text says 'tue 21 dec 2026', which is a Mon",
    ),
    "a day that there is not": (
        lambda r: say(r, "8 mg daily until 31 June 2027"),
        "dosage 2: its text names '31 june 2027', a day that does not exist",
    ),
}


@pytest.mark.parametrize(("change", "told"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_is_told_with_both_figures(change: Change, told: str) -> None:
    answer = check(changed(change))
    assert (answer.code, answer.out) == (CANNOT, "")
    first, *faults = answer.err.splitlines()
    assert first.startswith("taper: 'schedule.csv' contradicts itself, so nobody can tell which dose is meant;")
    assert f"  {told}" in faults


def test_what_all_texts_and_all_periods_come_to_is_told() -> None:
    answer = check(changed(lambda r: say(r, "6 mg once a day")))
    assert "  in all: 553 mg by the texts, 581 by doses and periods" in answer.err.splitlines()


FAULTY: dict[str, tuple[str, str]] = {
    "JSON that breaks off": (json.dumps(taper())[:-40], "is no sound JSON"),
    "a key that stands twice": (
        json.dumps(taper()).replace('"sequence": 2', '"sequence": 2, "sequence": 3'),
        "a key stands twice",
    ),
    "not a number": (json.dumps(taper()).replace('"value": 8', '"value": NaN'), "NaN is no number"),
    "a number without end": (json.dumps(taper()).replace('"value": 8', '"value": 1e400'), "too large or too fine"),
    "a long number": (json.dumps(taper()).replace('"value": 8', f'"value": {"8" * 60}'), "too long"),
    "a finer dose than there is": (changed(lambda r: quantity(r).update(value=0.0000001)), "is not a plain number"),
    "a dose as text": (changed(lambda r: quantity(r).update(value="8")), "expected a number"),
    "a dose below zero": (changed(lambda r: quantity(r).update(value=-8)), "zero or more"),
    "a dose of truth": (changed(lambda r: quantity(r).update(value=True)), "expected a number"),
    "no number": (changed(lambda r: quantity(r).pop("value")), "a value"),
    "no unit": (changed(lambda r: [quantity(r).pop(key) for key in ("unit", "code")]), "expected one unit"),
    "two units": (changed(lambda r: quantity(r).update(unit="mL")), "has the code 'mg' and the unit 'ml'"),
    "an unknown unit": (
        changed(lambda r: quantity(r).update(unit="[drp]", code="[drp]")),
        "expected mg, tablets or mL",
    ),
    "tablets of no strength": (
        changed(lambda r: quantity(r).update(unit="tablet", code="TAB")),
        "strength is not told",
    ),
    "a third of a nanogram": (
        changed(lambda r: (tablets(r), quantity(r).update(value=0.0000000003))),
        "a part of a tablet",
    ),
    "less than a dose": (changed(lambda r: quantity(r).update(comparator="<")), "without a comparator"),
    "a range of doses": (
        changed(lambda r: steps(r)[1].update(doseAndRate=[{"doseRange": {"low": {"value": 6}, "high": {"value": 8}}}])),
        "states no single dose",
    ),
    "two doses": (
        changed(lambda r: steps(r)[1]["doseAndRate"].append({"doseQuantity": {"value": 8, **MG}})),
        "no single dose",
    ),
    "as needed": (changed(lambda r: steps(r)[1].update(asNeededBoolean=True)), "not as needed"),
    "as needed for pain": (
        changed(lambda r: steps(r)[1].update(asNeededCodeableConcept={"text": "pain"})),
        "asNeededCodeableConcept",
    ),
    "a meaning that was changed": (
        changed(lambda r: steps(r)[1].update(modifierExtension=[{"url": "http://example.org"}])),
        "modifierExtension",
    ),
    "a request whose meaning was changed": (
        changed(lambda r: r.update(modifierExtension=[{"url": "http://example.org"}])),
        "may change its meaning",
    ),
    "a medicine that is forbidden": (changed(lambda r: r.update(doNotPerform=True)), "to take the medicine"),
    "a request that was cancelled": (changed(lambda r: r.update(status="cancelled")), "'cancelled'"),
    "no timing": (changed(lambda r: steps(r)[1].pop("timing")), "no timing.repeat"),
    "no dates": (changed(lambda r: repeat(r).pop("boundsPeriod")), "no first day"),
    "a date in words": (
        changed(lambda r: repeat(r)["boundsPeriod"].update(start="21 Dec 2026")),
        "a day such as 2026-12-07",
    ),
    "half a date": (changed(lambda r: repeat(r)["boundsPeriod"].update(start="2026-12")), "a day such as 2026-12-07"),
    "a date that there is not": (
        changed(lambda r: repeat(r)["boundsPeriod"].update(end="2027-02-30")),
        "a day that exists",
    ),
    "an hour of the day": (
        changed(lambda r: repeat(r)["boundsPeriod"].update(start="2026-12-21T14:30:00Z")),
        "a day such as 2026-12-07",
    ),
    "every three days": (changed(lambda r: (repeat(r).update(period=3), say(r, "8 mg"))), "repeats every 3 d"),
    "every seven hours": (changed(lambda r: repeat(r).update(period=7, periodUnit="h")), "hours that divide a day"),
    "no unit of the period": (changed(lambda r: repeat(r).pop("periodUnit")), "all of them or none"),
    "a frequency and a number of times that differ": (
        changed(lambda r: repeat(r).update(when=["MORN", "HS"])),
        "expected one number of times a day",
    ),
    "a time with a meal": (changed(lambda r: repeat(r).update(when=["C"])), "a time of day such as MORN"),
    "a number of times in all": (changed(lambda r: repeat(r).update(count=14)), "'count'"),
    "a day of no week": (changed(lambda r: repeat(r).update(dayOfWeek=["monday"])), "days such as mon"),
    "two ends in one step": (changed(lambda r: steps(r)[2].update(sequence=2)), "different last days"),
    "a stop in the middle": (
        changed(lambda r: steps(r)[3].update(additionalInstruction=[{"text": "Then stop."}])),
        "says to stop, and other dosages follow",
    ),
    "one dose only": (changed(lambda r: steps(r).__delitem__(slice(1, None))), "holds one dose only"),
    "no dosages": (changed(lambda r: r.pop("dosageInstruction")), "no dosageInstruction"),
    "dosages that are no list": (changed(lambda r: r.update(dosageInstruction={})), "expected a list"),
    "a dosage that is no object": (changed(lambda r: steps(r).insert(1, "8 mg")), "expected an object"),  # type: ignore[arg-type]
    "no medicine": (changed(lambda r: r.pop("medicationCodeableConcept")), "does not name its medicine"),
    "two strengths of the medicine": (
        changed(
            lambda r: r["medicationCodeableConcept"].update(
                text="diazepam 2 mg tablet", coding=[{"display": "diazepam 5 mg tablet"}]
            )
        ),
        "names two products",
    ),
    "an unknown medicine": (
        changed(lambda r: r["medicationCodeableConcept"].update(text="wonderazepam")),
        "wonderazepam",
    ),
    "another resource": ('{"resourceType": "Patient"}', "is a FHIR Patient"),
    "no kind": ('{"resourceType": 7}', "expected a text"),
    "two requests": (
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": taper()}, {"resource": taper()}]}),
        "holds 2 medication requests",
    ),
    "an empty bundle": ('{"resourceType": "Bundle"}', "holds 0 medication requests"),
    "brackets without end": ('{"resourceType": ' + "[" * 200_000, "is no sound JSON"),
}


@pytest.mark.parametrize(("content", "told"), FAULTY.values(), ids=FAULTY)
def test_a_file_that_is_no_schedule_is_told_in_one_line(content: str, told: str) -> None:
    answer = check(content)
    assert (answer.code, answer.out) == (CANNOT, "")
    assert answer.err.count("\n") == 1 and told in answer.err


ODD = [None, "", "x", -1, 0, 1.5, 10**20, True, [], {}, [None], [{}], {"a": 1}, "2026-13-45"]


def places_of(value: Any, *places: Any) -> Iterator[tuple[Any, ...]]:
    """The place of every part of a file; of a list those in its first and its last entry, as one between is read like the first."""
    listed = [*enumerate(value)] if isinstance(value, list) else []
    parts = value.items() if isinstance(value, dict) else dict((*listed[:1], *listed[-1:])).items()
    for key, part in parts:
        yield (*places, key)
        yield from places_of(part, *places, key)


def test_nothing_of_any_kind_in_any_place_is_more_than_a_fault() -> None:
    """Each answer is a verdict or one fault of the user's file, never a bug of ours."""
    request = taper(10, 8)
    tablets(request)
    request["dispenseRequest"] = {"quantity": {"value": 112, "unit": "tablet"}, "numberOfRepeatsAllowed": 0}
    for places in places_of(request):
        for odd in ODD:
            found = json.loads(json.dumps(request))
            holder = found
            for place in places[:-1]:
                holder = holder[place]
            holder[places[-1]] = odd
            answer = check(json.dumps(found))
            assert answer.code in (PASSED, CANNOT, REFUSED), (places, odd)
            assert answer.code != CANNOT or answer.err.startswith("taper: "), (places, odd)


def test_dates_that_leave_days_out_or_overlap_are_refused() -> None:
    for day, rule in (("2027-01-02", "dates.gap"), ("2027-01-05", "dates.overlap")):
        found = findings_of(changed(lambda r, day=day: repeat(r)["boundsPeriod"].update(end=day)))
        assert rule in found.refused_rules


class TestWhichKindOfFileItIs:
    """FHIR and our plan files are both JSON, and are told apart by what they say of themselves."""

    def test_a_plan_file_that_speaks_of_fhir_is_still_a_plan_file(self) -> None:
        reason = 'pace.asam-2025.cap="the \\"resourceType\\": of the ward"'
        plan = command(
            "plan", "diazepam", "20 mg", "10w", "--region", "gb", "--start", "2026-12-07", "--today", TODAY,
            "--accept", reason, "--format", "json",
        ).out  # fmt: skip
        assert "resourceType" in plan
        assert not looks_like_fhir(plan.encode())
        assert "the plan file" in check(plan).out

    def test_a_fhir_file_is_no_plan_file(self) -> None:
        answer = command("export", "-", stdin=json.dumps(taper()).encode())
        assert answer.code == CANNOT and "expected 'taper.plan.v1'" in answer.err
