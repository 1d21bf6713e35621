"""A tapering FHIR request is read back as a schedule; where its text, timing and quantities disagree, both figures are told.

`hl7-medrx0303.json` is HL7's own example of a prednisone taper, MedicationRequest/medrx0303 of the npm package
`hl7.fhir.r4.examples` 4.0.1 (licence CC0-1.0), as it is published: its text takes 49 tablets, its periods 43, and 51 are handed out.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from reading_builders import CANNOT, PASSED, REFUSED, TODAY, check, command, drafted, drafted_csv, findings_of
from test_own_files_round_trip import ASKED, START, Asked, _made_of, _taken

from taper_cli.model.dose import Dose
from taper_cli.model.errors import TaperError
from taper_cli.model.period import Period, TimeUnit
from taper_cli.model.request import AtPace, Request
from taper_cli.model.schedule import Regimen, Slot
from taper_cli.model.transcript import Transcript, transcribe
from taper_cli.reading.fhir import read_fhir
from taper_cli.service import check as judge

HL7 = Path(__file__).with_name("hl7-medrx0303.json")
MORE = {
    "every other day": Asked(("prednisolone", "4 mg", "--ladder", "ng243-alternate-day", "--region", "gb")),
    "days of the week": Asked(("omeprazole", "40 mg", "--ladder", "highland-omeprazole", "--region", "gb")),
    "a steroid by ladder": Asked(("prednisolone", "15 mg", "--ladder", "pmr-bsr-2010", "--region", "gb")),
    "an opioid by slot": Asked(
        (
            *("morphine", "30 mg morning + 30 mg bedtime", "--reduce", "10% of start", "--region", "gb", "--products"),
            "5 mg modified-release tablet, 10 mg modified-release tablet, 30 mg modified-release tablet",
        )
    ),
    "halves thrown away": Asked(("diazepam", "10 mg", "26w", "--region", "gb", "--halves", "discarded")),
    "facts about the patient": Asked(
        ("diazepam", "20 mg", "26w", "--region", "gb", "--context", "opioid", "--context", "age=72")
    ),
    "a limit that was accepted": Asked(
        ("diazepam", "20 mg", "10w", "--accept", 'pace.asam-2025.cap="agreed (on the round)"', "--region", "gb")
    ),
}
EVERY = ASKED | MORE
REVISED = {
    "held": ("--hold", "2w"),
    "back up": ("--back-to", "16 mg"),
    "found on another dose": ("--actual", "9 mg"),
    "slower": ("--slower", "5%"),
    "stopped there": ("--stop-here",),
    "longer steps": ("--every", "4w"),
}


@cache
def fhir(asked: Asked) -> str:
    """What `taper plan` writes for other systems."""
    answer = command("plan", *asked.plan, "--today", TODAY, "--format", "fhir")
    assert answer.code == PASSED, answer.err
    return answer.out


def revised(form: str, *changes: str) -> str:
    """A revised plan in one format."""
    plan = command(
        "plan", "diazepam", "20 mg", "26w", *START, "--region", "gb", "--today", TODAY, "--format", "json"
    ).out
    on = ("--on", "2027-01-25", "--today", "2027-01-25")
    answer = command("revise", "-", *on, *changes, "--format", form, stdin=plan.encode())
    assert answer.code == PASSED, answer.err
    return answer.out


def transcript_of(content: str) -> Transcript:
    return read_fhir(content.encode(), "plan.fhir.json").transcript


class TestOurOwnBundle:
    """What we wrote is understood as our own table of the same plan is."""

    @pytest.mark.parametrize("asked", EVERY.values(), ids=EVERY)
    def test_has_the_findings_of_the_table(self, asked: Asked) -> None:
        table, bundle = (
            findings_of(content, *asked.again) for content in (drafted_csv("step", *asked.plan), fhir(asked))
        )
        assert (bundle.code, bundle.err) == (table.code, "")
        assert bundle.findings == table.findings

    @pytest.mark.parametrize("changes", REVISED.values(), ids=REVISED)
    def test_has_the_findings_of_the_table_when_it_was_revised(self, changes: tuple[str, ...]) -> None:
        table, bundle = (findings_of(revised(form, *changes)) for form in ("csv", "fhir"))
        assert (bundle.code, bundle.findings) == (table.code, table.findings)

    @pytest.mark.parametrize("asked", EVERY.values(), ids=EVERY)
    def test_gives_back_every_dose_product_and_date(self, asked: Asked) -> None:
        planned, read = transcribe(drafted(*asked.plan)), transcript_of(fhir(asked))
        assert (read.drug, read.before) == (planned.drug, planned.before)
        for ours, theirs in zip(planned.steps, read.steps, strict=True):
            assert (theirs.number, theirs.start, theirs.end, theirs.kind) == (
                ours.number,
                ours.start,
                ours.end,
                ours.kind,
            )
            assert (_taken(theirs), _made_of(theirs)) == (_taken(ours), _made_of(ours))
            assert (theirs.rhythm, [one.dose for one in theirs.others]) == (
                ours.rhythm,
                [one.dose for one in ours.others],
            )

    def test_a_bottle_that_is_not_empty_at_the_end_is_a_note_and_no_more(self) -> None:
        liquid = ("--products", "2 mg in 5 mL oral solution", "--syringe", "0.5 mL", "--bottle", "100 mL")
        answer = findings_of(fhir(Asked(("diazepam", "10 mg", "26w", "--region", "gb", *liquid))))
        (spare,) = [found for found in answer.findings if found["rule"].startswith("supply")]
        assert (spare["rule"], spare["level"]) == ("supply.spare", "info")

    def test_a_request_taken_out_of_it_begins_with_its_first_dosage_and_says_so(self) -> None:
        request = json.loads(fhir(ASKED["a time, no region"]))["entry"][1]["resource"]
        answer = check(json.dumps(request))
        assert "a FHIR MedicationRequest: diazepam, starting dose 16 mg (first dosage), then 13" in " ".join(
            answer.out.split()
        )


@cache
def asked_of_nothing() -> Request:
    """What `taper check` asks of a file that says everything itself."""
    today = date.fromisoformat(TODAY)
    regimen, pace = Regimen(((Slot.DAILY, Dose.of_mg(1)),)), AtPace(dose=Dose.of_mg(1))
    return Request(drug="", regimen=regimen, pace=pace, every=Period(2, TimeUnit.WEEK), start=today, today=today)


def passes(content: Any) -> bool:
    """Whether the judge lets a bundle pass; a fault that can be told does not."""
    try:
        return judge(json.dumps(content).encode(), "plan.fhir.json", asked_of_nothing()).passed
    except TaperError as error:
        assert "\n" not in str(error)
        return False


def strings(value: Any, *places: Any) -> Iterator[tuple[Any, ...]]:
    """The places of all texts and numbers in a value."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from strings(part, *places, key)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from strings(part, *places, number)
    else:
        yield places


def spoilt(content: Any, places: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy with one value changed."""
    found = copy.deepcopy(content)
    holder = found
    for place in places[:-1]:
        holder = holder[place]
    holder[places[-1]] = change(holder[places[-1]])
    return found


GB = ("--region", "gb", "--products")
SMALL = {
    "a pace by slot": Asked(("diazepam", "2 mg morning + 3 mg bedtime", "--reduce", "1 mg", *GB, "2 mg tablet half")),
    "a liquid only": Asked(("diazepam", "3 mg", "--reduce", "0.8 mg", *GB, "2 mg in 5 mL oral solution")),
    "two strengths": Asked(("diazepam", "8 mg", "--reduce", "2 mg", *GB, "2 mg tablet half, 5 mg tablet half")),
    "days of the week": Asked(("omeprazole", "20 mg", "--ladder", "highland-omeprazole", "--region", "gb")),
}


@pytest.mark.parametrize("asked", SMALL.values(), ids=SMALL)
class TestAFigureThatWasChanged:
    """Everything is said twice, so that no single slip is left unseen."""

    def test_is_seen_in_every_digit_of_every_text(self, asked: Asked) -> None:
        content = json.loads(fhir(asked))
        assert passes(content)
        dosages = content["entry"][1]["resource"]["dosageInstruction"]
        for number, dosage in enumerate(dosages):
            for digit in re.finditer(r"\d", dosage["text"]):
                other = str((int(digit[0]) + 1) % 10)
                text = dosage["text"][: digit.start()] + other + dosage["text"][digit.end() :]
                spoiled = spoilt(
                    content, ("entry", 1, "resource", "dosageInstruction", number, "text"), lambda _, text=text: text
                )
                assert not passes(spoiled), text

    def test_is_seen_in_every_dose_date_and_number_of_times(self, asked: Asked) -> None:
        content = json.loads(fhir(asked))
        dosages = content["entry"][1]["resource"]["dosageInstruction"]
        told = 0
        for places in strings(dosages):
            if places[-1] in ("value", "frequency", "period"):
                spoiled = spoilt(dosages, places, lambda value: value + 1)
            elif places[-1] in ("start", "end"):
                spoiled = spoilt(
                    dosages, places, lambda day: str(date.fromordinal(date.fromisoformat(day).toordinal() + 1))
                )
            elif places[-2] in ("dayOfWeek", "when"):
                others = {"MORN": "NOON", "HS": "EVE", "mon": "tue", "thu": "fri"}
                spoiled = spoilt(dosages, places, others.__getitem__)
            else:
                continue
            told += 1
            assert not passes(
                spoilt(content, ("entry", 1, "resource", "dosageInstruction"), lambda _, new=spoiled: new)
            ), places
        assert told > 3 * len(dosages)

    def test_is_seen_in_every_quantity(self, asked: Asked) -> None:
        content = json.loads(fhir(asked))
        quantities = [places for places in strings(content) if "quantity" in places and places[-1] == "value"]
        assert quantities
        for places in quantities:
            for more in (-1, 200):
                spoiled = spoilt(content, places, lambda value, more=more: value + more)
                answer = findings_of(json.dumps(spoiled))
                rules = {found["rule"] for found in answer.findings} if answer.code != CANNOT else set()
                assert answer.code == CANNOT or rules & {"supply.short", "supply.spare"}, (places, more)

    def test_a_dosage_that_is_lost_is_missed(self, asked: Asked) -> None:
        content = json.loads(fhir(asked))
        dosages = content["entry"][1]["resource"]["dosageInstruction"]
        for number in range(len(dosages)):
            rest = dosages[:number] + dosages[number + 1 :]
            assert not passes(spoilt(content, ("entry", 1, "resource", "dosageInstruction"), lambda _, rest=rest: rest))


class TestHl7sOwnExample:
    """The published example of a prednisone taper says three things."""

    def test_is_told_its_contradiction(self) -> None:
        answer = check(HL7.read_bytes(), name="medrx0303.json")
        assert (answer.code, answer.out) == (CANNOT, "")
        assert answer.err.splitlines() == [
            "taper: 'medrx0303.json' contradicts itself, so nobody can tell which dose is meant; "
            "expected text, timing and quantities that say the same",
            "  dosage 1: its text says 7 days, its period (2015-01-16 to 2015-01-20) has 5",
            "  dosage 2: its text says 7 days, its period (2015-01-23 to 2015-01-30) has 8",
            "  in all: 49 times 5 mg tablet by the texts, 43 by doses and periods; "
            "dispenseRequest hands out 51 TAB (102 with 1 repeat)",
        ]

    def corrected(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(HL7.read_text(encoding="utf-8"))
        for dosage, (start, end) in zip(
            found["dosageInstruction"], (("16", "22"), ("23", "29"), ("30", "05")), strict=True
        ):
            month = "02" if end == "05" else "01"
            dosage["timing"]["repeat"]["boundsPeriod"] = {"start": f"2015-01-{start}", "end": f"2015-{month}-{end}"}
        found["dosageInstruction"][2]["text"] = "Take 1 tablets daily for 7 days starting January 30, 2015"
        found["dispenseRequest"] |= {"numberOfRepeatsAllowed": 0, "quantity": {"value": 49, "unit": "TAB"}}
        return found

    def test_is_judged_once_it_is_corrected(self) -> None:
        answer = findings_of(json.dumps(self.corrected()))
        assert answer.code == REFUSED
        assert "end.missing" in answer.refused_rules
        assert not {found["rule"] for found in answer.findings} & {"supply.short", "supply.spare", "dates.gap"}

    def test_is_understood_in_mg(self) -> None:
        reading = read_fhir(json.dumps(self.corrected()).encode(), "medrx0303.json")
        assert (reading.transcript.drug, reading.transcript.before) == ("Prednisone", Dose.of_mg(20))
        assert [step.total for step in reading.transcript.steps] == [Dose.of_mg(10), Dose.of_mg(5)]
        assert [str(step.start) for step in reading.transcript.steps] == ["2015-01-23", "2015-01-30"]

    @pytest.mark.parametrize(
        ("quantity", "rule", "words"),
        [
            (48, "supply.short", "the file hands out 48 tablets, its doses take 49: 1 too few"),
            (51, "supply.spare", "the file hands out 51 tablets, its doses take 49: 2 are left over"),
        ],
    )
    def test_too_few_and_too_many_tablets_are_told_with_both_figures(
        self, quantity: int, rule: str, words: str
    ) -> None:
        found = self.corrected()
        found["dispenseRequest"]["quantity"]["value"] = quantity
        (told,) = [one for one in findings_of(json.dumps(found)).findings if one["rule"] == rule]
        assert words in told["message"]
