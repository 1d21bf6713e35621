"""What each guideline says of one schedule, side by side: disagreement is shown by name and never settled silently."""

from __future__ import annotations

from typing import Any

import pytest
from checks_builders import CAP, CITE, START, bare, case, fortnights, mg

from taper_cli.checks.compare import compare
from taper_cli.model.citation import Review
from taper_cli.model.finding import Level
from taper_cli.model.guideline import Band, Bands, DoseCap, EndRule, Guideline, MinimumHold, MinimumTime, TotalTime
from taper_cli.model.transcript import Transcript


def guideline(key: str, title: str, **rules: Any) -> Guideline:
    """A guideline with no rule but those named."""
    nothing: dict[str, Any] = {"cap": None, "usual": None, "bands": (), "dose_caps": ()}
    review = Review(reviewed_on=START, review_due=START, reviewed_by="a pharmacist")
    return Guideline(**{"key": key, "title": title, "classes": (), "review": review, **nothing, **rules})


def dose_cap(dose: str, days: int, up_to: str | None = None, drug: str = "diazepam") -> DoseCap:
    """At most so many mg within so many days, for doses up to a limit."""
    return DoseCap(drug=drug, dose=mg(dose), window_days=days, up_to=mg(up_to) if up_to else None, cite=CITE)


def band(ceiling: int, floor: int, low: str, high: str) -> Band:
    """Steps between two sizes, for doses above a floor and up to a ceiling."""
    return Band(ceiling=mg(ceiling), floor=mg(floor), step_low=mg(low), step_high=mg(high))


# NICE CKS, as quoted in a UK local guideline on reducing benzodiazepines (2018): stepped schedule for diazepam.
STEPPED = Bands(
    drugs=("diazepam",),
    bands=(band(40, 20, "2", "4"), band(20, 10, "1", "2"), band(10, 5, "1", "1"), band(5, 0, "0.5", "1")),
    interval_low_days=7,
    interval_high_days=14,
    cite=CITE,
)


def said(paper: Transcript, *guidelines: Guideline) -> list[str]:
    """The remarks, each of which must be a remark and no more."""
    found = list(compare(case(paper), guidelines))
    assert {one.level for one in found} <= {Level.INFO}
    assert {one.source for one in found} <= {CITE.short}
    return [one.message for one in found]


def test_each_rule_of_each_guideline_has_its_own_remark() -> None:
    joint = guideline("joint", "Joint guideline", cap=CAP)
    bands = guideline("stepped", "Stepped schedule", bands=(STEPPED,))
    assert said(fortnights("20", "16", "14", "0"), joint, bands) == [
        "Joint guideline: 25% of the current dose in 14 days: kept (the final stop aside)",
        "Stepped schedule: banded steps, each at most every 7 days: above at step 1 (the final stop aside)",
    ]


@pytest.mark.parametrize(
    ("last_day", "verdict"),
    [
        (12 * 7, "shorter (14 weeks with one interval at that dose)"),
        (18 * 7, "within (20 weeks with one interval at that dose)"),
        (38 * 7, "within (40 weeks with one interval at that dose)"),
        (40 * 7, "longer (42 weeks with one interval at that dose)"),
    ],
)
def test_the_whole_time_counts_one_interval_at_the_starting_dose(last_day: int, verdict: str) -> None:
    timed = guideline("g", "G", total_times=(TotalTime("diazepam", mg("20"), 20, 40, CITE),))
    paper = bare("20", [("10", 0), ("5", 14), ("0", last_day)])
    assert said(paper, timed) == [f"G: 20 to 40 weeks from 20 mg a day: {verdict}"]


def test_the_whole_time_is_said_for_its_own_starting_dose_and_for_a_stop_only() -> None:
    timed = guideline("g", "G", total_times=(TotalTime("diazepam", mg("20"), 20, 40, CITE),))
    assert said(bare("19", [("10", 0), ("0", 14)]), timed) == []
    assert said(bare("20", [("10", 0), ("5", 14)]), timed) == []


@pytest.mark.parametrize(("last", "verdict"), [("1", "kept"), ("0.5", "kept"), ("1.5", "above with 1.5 mg")])
def test_the_last_dose_before_the_stop_is_compared(last: str, verdict: str) -> None:
    ended = guideline("g", "G", end_rules=(EndRule("diazepam", mg("1"), CITE),))
    paper = bare("4", [("2", 0), (last, 14), ("0", 28)])
    assert said(paper, ended) == [f"G: last dose before the stop at most 1 mg a day: {verdict}"]


def test_an_end_rule_is_said_for_its_own_drug_and_for_a_stop_only() -> None:
    assert (
        said(bare("4", [("2", 0), ("1", 14)]), guideline("g", "G", end_rules=(EndRule("diazepam", mg("1"), CITE),)))
        == []
    )
    assert said(fortnights("2", "1", "0"), guideline("g", "G", end_rules=(EndRule("lorazepam", mg("1"), CITE),))) == []


def test_two_cuts_are_as_far_apart_as_the_hold_says() -> None:
    held = guideline("g", "G", hold=MinimumHold(7, CITE))
    paper = bare("20", [("18", 0), ("16", 7), ("14", 13), ("0", 20)])
    assert said(paper, held) == ["G: at least 7 days between two cuts: above at step 3 (the final stop aside)"]


def test_the_remark_carries_the_name_of_its_rule() -> None:
    all_rules = guideline("g", "G", cap=CAP, dose_caps=(dose_cap("1", 7),), bands=(STEPPED,))
    found = compare(case(fortnights("10", "9")), [all_rules])
    assert [one.rule for one in found] == ["pace.g.cap", "pace.g.dose", "pace.g.bands"]


def test_a_rule_for_another_drug_says_nothing() -> None:
    assert said(fortnights("10", "5"), guideline("g", "G", dose_caps=(dose_cap("1", 7, drug="lorazepam"),))) == []


IN_MG = (
    pytest.param(bare("10", [("9", 0), ("8", 7), ("7", 14)]), dose_cap("1", 7), "kept", id="1 mg a week"),
    pytest.param(bare("10", [("9", 0), ("8", 6)]), dose_cap("1", 7), "above at step 2", id="2 mg within a week"),
    pytest.param(
        bare("10", [("9", 0), ("7.5", 7), ("0", 14)]), dose_cap("1", 7), "above at step 2", id="the stop aside"
    ),
    pytest.param(bare("10", [("8", 0), ("6", 7)]), dose_cap("1", 7, "8"), "above at step 2", id="from 8 mg down"),
    pytest.param(bare("10", [("8", 0), ("6", 7)]), dose_cap("1", 7, "7"), "above at step 2", id="over 7 mg"),
    pytest.param(bare("10", [("8", 0), ("6", 7)]), dose_cap("1", 7, "6"), "kept", id="to 6 mg and no lower"),
)


@pytest.mark.parametrize(("paper", "cap", "verdict"), IN_MG)
def test_a_limit_in_mg_is_measured_over_its_window(paper: Transcript, cap: DoseCap, verdict: str) -> None:
    (message,) = said(paper, guideline("g", "G", dose_caps=(cap,)))
    assert message.endswith(f": {verdict} (the final stop aside)")


BANDED = (
    pytest.param(bare("24", [("20", 0), ("18", 7), ("16", 14)]), "kept", id="the larger step of each band"),
    pytest.param(bare("24", [("19.5", 0)]), "above at step 1", id="more than 4 mg above 20 mg"),
    pytest.param(bare("20", [("17.5", 0)]), "above at step 1", id="20 mg is in the lower band"),
    pytest.param(bare("20", [("18", 0), ("16", 6)]), "above at step 2", id="two steps within a week"),
    pytest.param(bare("60", [("50", 0)]), "kept", id="above the highest band nothing is said"),
    pytest.param(bare("1", [("0", 0)]), "kept", id="the stop aside"),
)


@pytest.mark.parametrize(("paper", "verdict"), BANDED)
def test_banded_steps_are_measured_from_the_band_of_the_dose_before(paper: Transcript, verdict: str) -> None:
    (message,) = said(paper, guideline("g", "G", bands=(STEPPED,)))
    assert message.endswith(f": {verdict} (the final stop aside)")


def test_a_share_is_measured_over_the_window_and_the_stop_is_left_aside() -> None:
    two_quarters = [("15", 0), ("11.25", 13), ("8.4375", 27), ("0", 41)]
    (message,) = said(bare("20", two_quarters), guideline("g", "G", cap=CAP))
    assert message == "G: 25% of the current dose in 14 days: above at step 2 (the final stop aside)"


@pytest.mark.parametrize(("least", "verdict"), [(28, "kept (28 days)"), (29, "shorter (28 days)")])
def test_the_fewest_days_are_counted_from_the_first_cut_to_the_end(least: int, verdict: str) -> None:
    timed = guideline("g", "G", min_times=(MinimumTime("diazepam", least, CITE),))
    paper = bare("20", [("20", 0), ("15", 14), ("10", 28), ("0", 42)])
    assert said(paper, timed) == [f"G: at least {least} days from the first cut to the end: {verdict}"]


def test_a_paper_without_a_cut_lasts_no_day() -> None:
    timed = guideline("g", "G", min_times=(MinimumTime("diazepam", 1, CITE),))
    assert said(bare("0", [("0", 0)]), timed) == ["G: at least 1 days from the first cut to the end: shorter (0 days)"]


def test_each_remark_stands_under_the_rule_of_its_guideline() -> None:
    rules = {
        "cap": CAP,
        "dose_caps": (dose_cap("5", 14),),
        "hold": MinimumHold(7, CITE),
        "bands": (STEPPED,),
        "end_rules": (EndRule("diazepam", mg("1"), CITE),),
        "min_times": (MinimumTime("diazepam", 1, CITE),),
        "total_times": (TotalTime("diazepam", mg("20"), 1, 40, CITE),),
    }
    found = list(compare(case(fortnights("20", "16", "0")), [guideline("g", "G", **rules)]))
    assert [one.rule for one in found] == [
        "pace.g.cap",
        "pace.g.dose",
        "pace.g.hold",
        "pace.g.bands",
        "pace.g.end",
        "pace.g.time",
        "pace.g.time",
    ]


def test_several_steps_above_a_limit_are_each_named() -> None:
    assert said(fortnights("20", "14", "8", "0"), guideline("g", "G", cap=CAP)) == [
        "G: 25% of the current dose in 14 days: above at steps 1, 2 (the final stop aside)"
    ]
