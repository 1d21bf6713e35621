"""What the command answers: as a page for people, as JSON for machines, with reasons, sources and a way out."""

from __future__ import annotations

import json
import re

import pytest
from reading_builders import CANNOT, CAP, LEVELS, PASSED, REFUSED, USAGE, check, drafted_csv, findings_of, sheet

DIAZEPAM = ("--drug", "diazepam")
FAST = sheet("date,dose_mg", "2026-12-07,10", "2026-12-07,5", "2026-12-21,2.5", "2027-01-04,1", "2027-01-18,0")
SLOW = sheet(
    "date,dose_mg",
    *(
        f"2027-{month:02}-07,{dose}"
        for month, dose in enumerate(("10", "9", "8", "7", "6", "5", "4", "3", "2.5", "2", "1", "0"), start=1)
    ),
)
KEYS = {"rule", "level", "step", "from_mg", "to_mg", "window_days", "percent", "limit_percent", "source"}
ACCEPT_PACE = ("--accept", f"{CAP}=inpatient detoxification, Dr A")
ONE_LARGE_CUT = SLOW.replace("2027-04-07,7\n2027-05-07,6\n", "")


@pytest.mark.parametrize("content", [FAST, SLOW], ids=["fast", "slow"])
def test_each_finding_in_json_has_the_published_keys_and_levels(content: str) -> None:
    found = findings_of(content, *DIAZEPAM).findings
    assert found
    for finding in found:
        assert finding.keys() >= KEYS
        assert finding["level"] in LEVELS
        assert isinstance(finding["rule"], str) and finding["rule"]
        assert finding["step"] is None or finding["step"] >= 1


def test_a_refused_cut_in_json_says_all_of_itself() -> None:
    """10 mg to 5 mg at the first cut: 50% where 25% in 14 days is the limit."""
    first = next(
        found for found in findings_of(FAST, *DIAZEPAM).findings if found["rule"] == CAP and found["step"] == 1
    )
    assert (first["level"], first["from_mg"], first["to_mg"]) == ("refuse", 10, 5)
    assert (first["window_days"], first["percent"], first["limit_percent"]) == (14, 50, 25)
    assert "Joint Clinical Practice Guideline" in first["source"]


def test_the_fall_to_zero_is_flagged_with_the_rule_of_pace() -> None:
    answer = findings_of(SLOW, *DIAZEPAM)
    last = [found for found in answer.findings if found["rule"] == CAP and found["step"] == 11]
    assert [(found["level"], found["from_mg"], found["to_mg"], found["percent"]) for found in last] == [
        ("flag", 1, 0, 100)
    ]
    assert answer.code == PASSED


def test_what_is_above_the_usual_range_is_one_remark() -> None:
    usual = [found for found in findings_of(SLOW, *DIAZEPAM).findings if found["rule"] == "pace.usual"]
    assert [(found["level"], found["step"]) for found in usual] == [("info", None)]
    assert "weeks" in usual[0]["message"]


def test_json_is_one_document_and_nothing_else() -> None:
    answer = findings_of(FAST, *DIAZEPAM)
    assert answer.err == ""
    assert json.loads(answer.out)["passed"] is False
    assert json.loads(findings_of(SLOW, *DIAZEPAM).out)["passed"] is True


def _words(page: str) -> str:
    """A page without its line breaks and boxes."""
    return " ".join(re.sub(r"[│┃]", " ", page).split())


def test_the_page_says_how_the_file_was_understood() -> None:
    page = _words(check(FAST, *DIAZEPAM).out)
    assert "one row a step: diazepam, starting dose 10 mg (first row), then 4 levels" in page
    assert "before: 10 mg a day" in page
    assert "1: from Mon 7 Dec 2026, 14 days: 5 mg a day" in page
    assert "4: from Mon 18 Jan 2027: STOP" in page


def test_a_column_that_was_passed_over_is_named() -> None:
    content = sheet("date,dose_mg,mood", *(f"{row},well" for row in SLOW.splitlines()[1:]))
    assert "columns passed over: mood" in _words(check(content, *DIAZEPAM).out)


def test_a_refusal_on_the_page_gives_rule_source_and_smallest_change() -> None:
    page = _words(check(FAST, *DIAZEPAM).out)
    assert "REFUSED: 3 refused" in page
    assert "step 1: 10 mg to 5 mg is 50% of the current dose within 14 days, above the limit of 25%" in page
    assert f"[{CAP}] (Joint Clinical Practice Guideline on Benzodiazepine Tapering" in page
    assert "Smallest change: no lower than 7.5 mg on this day" in page


def test_a_refusal_never_becomes_an_abrupt_stop() -> None:
    """Keep the present dose, whom to ask, and today if the supply may run out: said before any reason."""
    page = _words(check(FAST, *DIAZEPAM).out).lower()
    reasons = page.index("above the limit of 25%")
    for words in ("do not stop the medicine", "keep the present dose", "contact", "today if"):
        assert -1 < page.find(words) < reasons, words


def test_a_refusal_prints_the_ready_command_by_which_it_can_be_accepted() -> None:
    assert f'--accept {CAP}="reason"' in _words(check(FAST, *DIAZEPAM).out)


def test_a_pass_is_no_approval() -> None:
    answer = check(SLOW, *DIAZEPAM)
    assert answer.code == PASSED
    assert "A CHECK IS NO APPROVAL" in _words(answer.out)
    assert "PASSED: 0 refused" in _words(answer.out)
    assert "Do not stop the medicine" not in _words(answer.out)


OTHERS = {
    "pace.casn.dose": "Canadian NP e-resource",
    "pace.german-quoted.cap": "German guideline",
    "pace.uk-bands.bands": "UK stepped reduction",
    "pace.us-sheet-2014.cap": "30 January 2014",
    "pace.va-2015.cap": "VA National Center for PTSD",
}


@pytest.mark.parametrize(("rule", "name"), OTHERS.items())
def test_other_guidelines_are_compared_by_name(rule: str, name: str) -> None:
    page = _words(check(FAST, *DIAZEPAM).out).partition("What other guidelines say, by name")[2]
    remark = next(part for part in page.split(" - ") if rule in part)
    assert name in remark
    assert "kept" in remark or "above at step" in remark


def test_other_guidelines_inform_and_do_not_decide() -> None:
    found = findings_of(SLOW, *DIAZEPAM).findings
    assert {one["level"] for one in found if one["rule"] in OTHERS} == {"info"}


def test_another_guideline_binds_where_it_is_asked_for() -> None:
    """25% of the starting dose every two weeks: 10, 7.5, 5, 2.5 is kept there, and above the limit of the current dose."""
    content = sheet(
        "date,dose_mg",
        "2026-12-07,10",
        "2026-12-07,7.5",
        "2026-12-21,5",
        "2027-01-04,2.5",
        "2027-01-18,1",
        "2027-02-01,0",
    )
    ours, sheets = findings_of(content, *DIAZEPAM), findings_of(content, *DIAZEPAM, "--guideline", "us-sheet-2014")
    assert ours.steps_with(CAP) == [2, 3, 4, 5]
    assert ours.code == REFUSED
    assert sheets.steps_with(CAP) == []
    assert "pace.us-sheet-2014.cap" not in sheets.refused_rules
    assert sheets.code == PASSED


def test_what_the_prescriber_accepts_with_a_reason_is_a_flag_that_says_so() -> None:
    assert findings_of(ONE_LARGE_CUT, *DIAZEPAM).refused_rules == {CAP}
    answer = findings_of(ONE_LARGE_CUT, *DIAZEPAM, *ACCEPT_PACE)
    accepted = [found for found in answer.findings if found["accepted"]]
    assert answer.code == PASSED
    assert [(found["rule"], found["level"], found["step"]) for found in accepted] == [(CAP, "flag", 3)]
    assert accepted[0]["accepted"] == "inpatient detoxification, Dr A"


def test_an_acceptance_is_printed_with_its_reason() -> None:
    page = _words(check(ONE_LARGE_CUT, *DIAZEPAM, *ACCEPT_PACE).out)
    assert "inpatient detoxification, Dr A" in page
    assert "PASSED: 0 refused" in page


@pytest.mark.parametrize("rule", ["last-dose", "ceiling.diazepam", "pace.asam-2025.cup", "context.pregnancy"])
def test_an_acceptance_that_accepts_nothing_is_a_slip(rule: str) -> None:
    answer = check(SLOW, *DIAZEPAM, "--accept", f"{rule}=reason")
    assert (answer.code, answer.out) == (USAGE, "")
    assert rule in answer.err


@pytest.mark.parametrize("rule", ["arithmetic.total", "dates.gap", "end.missing", "dose.rise"])
def test_no_reason_makes_an_error_of_writing_acceptable(rule: str) -> None:
    """Only limits can be gone past by name; sums, dates and rows are right or wrong."""
    rows = SLOW.splitlines()[1:]
    broken = {
        "arithmetic.total": sheet("date,dose_mg,morning_mg", *(f"{row},1" for row in rows[:-1]), f"{rows[-1]},0"),
        "dates.gap": sheet(
            "date,dose_mg,end_date", rows[0] + ",", f"{rows[1]},2027-02-20", *(f"{row}," for row in rows[2:])
        ),
        "end.missing": sheet("date,dose_mg", *rows[:-1]),
        "dose.rise": SLOW.replace("2027-02-07,9", "2027-02-07,10.5"),
    }[rule]
    assert rule in findings_of(broken, *DIAZEPAM).refused_rules
    assert check(broken, *DIAZEPAM, "--accept", f"{rule}=it is meant so").code == USAGE


GATES = ("pregnancy", "seizure-history", "age=17")


@pytest.mark.parametrize("fact", GATES)
def test_a_fact_that_makes_a_taper_at_home_unsafe_refuses(fact: str) -> None:
    rule = f"context.{fact.partition('=')[0]}"
    answer = findings_of(SLOW, *DIAZEPAM, "--context", fact)
    assert answer.refused_rules == {rule}
    assert answer.code == REFUSED
    assert check(SLOW, *DIAZEPAM, "--context", fact, "--accept", f"{rule}=specialist, Dr B").code == PASSED


@pytest.mark.parametrize("fact", ["opioid", "age=70", "pregnancy=no"])
def test_a_fact_that_warns_or_is_denied_does_not_refuse(fact: str) -> None:
    assert check(SLOW, *DIAZEPAM, "--context", fact).code == PASSED


def test_an_unknown_fact_is_a_slip_with_the_near_name() -> None:
    answer = check(SLOW, *DIAZEPAM, "--context", "pregnnancy")
    assert (answer.code, answer.out) == (USAGE, "")
    assert "pregnancy" in answer.err


def test_a_starting_dose_above_the_ceiling_refuses_until_accepted() -> None:
    """Above 40 mg of diazepam a day a specialist plans; the taper goes down by a tenth every four weeks."""
    content = SLOW.replace("2027-01-07,10", "2025-12-07,44").replace(
        "2027-02-07,9", "\n".join(f"{year}-{month:02}-07,{dose}" for year, month, dose in _slowly())
    )
    assert "ceiling.diazepam" in findings_of(content, *DIAZEPAM).refused_rules
    answer = findings_of(content, *DIAZEPAM, "--accept", "ceiling.diazepam=specialist, Dr B")
    assert "ceiling.diazepam" not in answer.refused_rules


def _slowly() -> list[tuple[int, int, int]]:
    """A dose that falls by a tenth every month in the years before."""
    doses = (40, 36, 32, 29, 26, 23, 21, 19, 17, 15, 13, 11)
    return [(2026, month, dose) for month, dose in enumerate(doses, start=1)]


def test_short_use_lets_a_fast_taper_pass_with_flags() -> None:
    """Used for ten days: 7.5, 5, 2.5 and STOP on day 7."""
    content = sheet("date,dose_mg", "2026-12-07,10", "2026-12-07,7.5", "2026-12-09,5", "2026-12-11,2.5", "2026-12-13,0")
    assert check(content, *DIAZEPAM).code == REFUSED
    answer = findings_of(content, *DIAZEPAM, "--context", "used-for=10d", "--products", "5 mg tablet half")
    assert answer.refused_rules == set()
    assert {found["level"] for found in answer.findings if found["rule"] == CAP} == {"flag"}
    assert answer.code == PASSED


@pytest.mark.parametrize(
    ("region", "title"), [("us", "United States"), ("gb", "Great Britain"), ("gb-nir", "Northern Ireland")]
)
def test_the_region_that_was_typed_is_the_one_judged(region: str, title: str) -> None:
    assert f"region: {title}" in _words(check(SLOW, *DIAZEPAM, "--region", region).out)


def test_our_own_file_brings_its_region_and_a_typed_one_goes_before_it() -> None:
    ours = drafted_csv("step", "diazepam", "10 mg", "26w", "--start", "2026-12-07", "--region", "gb")
    assert json.loads(findings_of(ours).out)["region"] == "gb"
    assert json.loads(findings_of(ours, "--region", "us").out)["region"] == "us"


MADE_OF = {
    "a strength that nobody sells": ("us", "lorazepam", "3", "1", "3 mg"),
    "a strength sold in another region only": ("us", "lorazepam", "2.5", "1", "2.5 mg"),
    "tablets of a drug sold as capsules only": ("us", "chlordiazepoxide", "10", "1", "10 mg"),
}


@pytest.mark.parametrize(("region", "drug", "dose", "count", "strength"), MADE_OF.values(), ids=MADE_OF)
def test_tablets_that_nobody_sells_are_refused(region: str, drug: str, dose: str, count: str, strength: str) -> None:
    """The file's own word that such a tablet exists is not believed."""
    column = "tabs_" + strength.replace(".", "p").replace(" ", "")
    rows = (f"2026-12-07,{drug},{float(dose) * 2:g},", f"2026-12-07,{drug},{dose},{count}", f"2027-01-04,{drug},0,0")
    assert (
        "product.unknown" in findings_of(sheet(f"date,drug,dose_mg,{column}", *rows), "--region", region).refused_rules
    )


def test_a_brand_is_understood_as_its_drug() -> None:
    answer = check(SLOW, "--drug", "Valium")
    assert answer.code == PASSED
    assert "is diazepam" in _words(answer.out)


@pytest.mark.parametrize("content", [FAST, SLOW], ids=["fast", "slow"])
def test_plain_characters_are_only_ascii(content: str) -> None:
    answer = check(content, *DIAZEPAM, "--ascii")
    assert answer.out.isascii() and answer.err.isascii()
    assert "A CHECK IS NO APPROVAL" in answer.out


RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
POISON = {
    "a colour": "\x1b[31mred\x1b[0m",
    "a window title": "\x1b]0;owned\x07",
    "one byte of C1": "\x9b2J",
    "a backspace": "20\x08\x08",
    "text from right to left": "\u202e02",
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_control_characters_in_a_file_never_reach_the_terminal(poison: str) -> None:
    """In a header, a note, a drug, a dose, a date, a weekday and our own products: quoted as text, or left out."""
    ours = drafted_csv("step", "diazepam", "10 mg", "26w", "--start", "2026-12-07", "--region", "gb")
    files = (
        SLOW.replace("dose_mg", f"dose_mg,{poison}", 1),
        SLOW.replace("2027-02-07,9", f"2027-02-07,{poison}"),
        SLOW.replace("2027-02-07,9", f"{poison},9"),
        sheet("date,dose_mg,weekday", *(f"{row},{poison}" for row in SLOW.splitlines()[1:])),
        sheet("date,dose_mg,notes", *(f"{row},{poison}" for row in SLOW.splitlines()[1:])),
        sheet("date,dose_mg,drug", *(f"{row},{poison}" for row in SLOW.splitlines()[1:])),
        ours.replace("daily: ", f"{poison}: ", 1),
        ours.replace("taper.step.v1", poison),
    )
    for content in files:
        for options in (DIAZEPAM, (*DIAZEPAM, "--json"), (*DIAZEPAM, "--ascii")):
            answer = check(content, *options)
            assert answer.code in (PASSED, CANNOT, REFUSED)
            assert not RAW.search(answer.out + answer.err), (content, answer)


def test_a_file_name_cannot_speak_to_the_terminal_either() -> None:
    assert not RAW.search(check(SLOW, *DIAZEPAM, name="\x1b[2Jplan.csv").out)
    assert not RAW.search(check("", *DIAZEPAM, name="\x1b[2Jplan.csv").err)


def test_the_same_file_gets_the_same_answer() -> None:
    assert check(FAST, *DIAZEPAM) == check(FAST, *DIAZEPAM)


def test_a_start_before_today_is_flagged_and_not_refused() -> None:
    answer = findings_of(SLOW.replace("2027-", "2025-"), *DIAZEPAM)
    assert ("dates.past", "flag") in {(found["rule"], found["level"]) for found in answer.findings}
    assert answer.code == PASSED


@pytest.mark.parametrize(
    ("written", "rule"),
    [("18.0 mg", "notation.trailing-zero"), ("18mg", "notation.N03"), ("18 mg", None), ("17.5 mg", None)],
)
def test_a_dose_that_is_easily_misread_is_flagged_and_not_refused(written: str, rule: str | None) -> None:
    content = sheet("date,dose", "2026-12-07,20 mg", f"2026-12-21,{written}", "2027-01-04,16 mg")
    found = {
        one["rule"]: one["level"]
        for one in findings_of(content, "--drug", "diazepam").findings
        if "notation" in one["rule"]
    }
    assert found == ({rule: "flag"} if rule else {})


def test_tablets_of_a_file_that_names_its_drug_by_a_brand_are_those_of_the_drug() -> None:
    rows = ("4,2", "3.5,1.75", "3,1.5", "2.5,1.25", "2,1", "1.5,0.75", "1,0.5", "0,0")
    content = sheet(
        "drug,date,dose_mg,tabs_2mg", *(f"Valium,2027-{n:02}-07,{row}" for n, row in enumerate(rows, start=1))
    )
    assert findings_of(content, "--split", "quarter").refused_rules == set()
