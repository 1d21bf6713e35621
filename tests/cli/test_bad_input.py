"""What cannot be planned: each slip is told in plain words with what to type instead, and nothing is written."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cli_runner import PLAN, STARTED, Outcome, taper, taper_process

USAGE, CANNOT, REFUSED = 2, 3, 4


@dataclass(frozen=True)
class Slip:
    """A command line with a fault in it: how it must end, what its message must quote, and what it must suggest."""

    typed: tuple[str, ...]
    code: int
    found: str
    instead: str


def dose(typed: str) -> tuple[str, ...]:
    return ("plan", "diazepam", typed, "26w", *STARTED)


def drug(typed: str, amount: str = "20 mg", *more: str) -> tuple[str, ...]:
    return ("plan", typed, amount, "26w", *STARTED, *more)


def over(typed: str) -> tuple[str, ...]:
    return ("plan", "diazepam", "20 mg", typed, *STARTED)


def paced(*options: str) -> tuple[str, ...]:
    return ("plan", "diazepam", "20 mg", *STARTED, *options)


def also(*options: str) -> tuple[str, ...]:
    return (*PLAN, *options)


def calendar(*options: str) -> tuple[str, ...]:
    return (*PLAN, "-o", "plan.ics", *options)


DOSES = {
    "a dose without a unit": Slip(dose("20"), USAGE, "'20'", "'20 mg'"),
    "a small dose without a unit": Slip(dose("0.5"), USAGE, "'0.5'", "'0.5 mg'"),
    "a decimal comma": Slip(dose("2,5 mg"), USAGE, "2,5", "decimal point"),
    "a thousands separator": Slip(dose("1,000 mg"), USAGE, "1,000", "no thousands separator"),
    "a dose far above the ceiling": Slip(dose("100 mg"), REFUSED, "100 mg", '--accept ceiling.diazepam="reason"'),
    "a dose ten times above any label": Slip(dose("10000 mg"), CANNOT, "10000 mg", "decimal point"),
    "a negative dose": Slip(dose("-1 mg"), USAGE, "'-1", "'20 mg'"),
    "a dose in micrograms that was meant in mg": Slip(dose("5 mcg"), CANNOT, "0.005 mg", "'5 mg'"),
    "not a number": Slip(dose("nan"), USAGE, "'nan'", "'20 mg'"),
    "not a number, with a unit": Slip(dose("nan mg"), USAGE, "nan", "mg'"),
    "infinity": Slip(dose("inf"), USAGE, "'inf'", "'20 mg'"),
    "infinity, with a unit": Slip(dose("inf mg"), USAGE, "inf", "mg'"),
    "a number with an exponent": Slip(dose("1e400 mg"), USAGE, "'1e400'", "20"),
    "a number with an underscore": Slip(dose("1_0 mg"), USAGE, "'1_0'", "20"),
    "a dose of zero": Slip(dose("0 mg"), USAGE, "'0 mg'", "'20 mg'"),
    "no digit before the point": Slip(dose(".5 mg"), USAGE, "'.5'", "'0.5"),
    "a unit that is misread": Slip(dose("20 ug"), USAGE, "'ug'", "micrograms"),
    "digits of another script": Slip(dose("２０ mg"), USAGE, "２０", "20"),
    "nothing as a dose": Slip(dose(""), USAGE, "''", "'20 mg'"),
    "a plus sign and nothing before it": Slip(dose("+ 20 mg"), USAGE, "'+ 20 mg'", "'20 mg'"),
    "an unknown time of day": Slip(dose("20 mg teatime"), USAGE, "'teatime'", "morning"),
    "a time of day for some parts only": Slip(dose("4 mg morning + 6 mg"), USAGE, "4 mg morning + 6 mg", "bedtime'"),
    "one time of day twice": Slip(dose("4 mg morning + 6 mg morning"), USAGE, "twice", "add the doses"),
    "a dose that no tablet makes": Slip(dose("0.3 mg"), CANNOT, "0.3 mg", "1 mg"),
}

TIMES = {
    "no time at all": Slip(over("0w"), USAGE, "'0w'", "'12w'"),
    "a time without a unit": Slip(over("5"), USAGE, "'5'", "'12w'"),
    "a part of a week": Slip(over("1.5w"), USAGE, "'1.5w'", "'12w'"),
    "a negative time": Slip(over("-5w"), USAGE, "'-5", "write"),
    "a time that leaves the calendar": Slip(over("9999y"), CANNOT, "calendar", "shorter"),
    "a time shorter than one interval": Slip(over("1w"), CANNOT, "2 weeks", "shorter --every"),
    "a month that does not exist": Slip(over("until 2027-13-01"), USAGE, "'2027-13-01'", "2026-12-07"),
    "a start on 31 June": Slip((*PLAN, "--start", "2026-06-31"), USAGE, "'2026-06-31'", "2026-12-07"),
    "a start that two countries read differently": Slip((*PLAN, "--start", "03/04/2026"), USAGE, "03/04", "2026-12-07"),
    "a today that is no date": Slip(also("--today", "soon"), USAGE, "'soon'", "2026-12-07"),
    "an interval of zero": Slip(also("--every", "0w"), USAGE, "'0w'", "write"),
    "an interval in words that are none": Slip(also("--every", "often"), USAGE, "'often'", "'12w'"),
    "a time too short to be safe": Slip(over("4w"), REFUSED, "too fast", "22w"),
}

PACES = {
    "a cut above the whole dose": Slip(paced("--reduce", "150%"), USAGE, "'150%'", "'10%'"),
    "a cut of the whole dose": Slip(paced("--reduce", "100%"), USAGE, "'100%'", "'10%'"),
    "a cut of nothing": Slip(paced("--reduce", "0%"), USAGE, "'0%'", "'10%'"),
    "a negative cut": Slip(paced("--reduce", "-10%"), USAGE, "'-10", "'10%'"),
    "a negative cut in mg": Slip(paced("--reduce", "-1 mg"), USAGE, "'-1", "mg'"),
    "a cut without a unit": Slip(paced("--reduce", "10"), USAGE, "'10'", "'10 mg'"),
    "a cut of zero mg": Slip(paced("--reduce", "0 mg"), USAGE, "'0 mg'", "'1 mg'"),
    "a cut that is no number": Slip(paced("--reduce", "ten %"), USAGE, "'ten", "'10%'"),
    "a time and a pace together": Slip(also("--reduce", "1 mg"), USAGE, "OVER and --reduce", "leave --reduce out"),
    "a time and steps together": Slip(also("--steps", "15 10 mg"), USAGE, "OVER and --steps", "leave --steps out"),
    "neither a time nor a pace": Slip(paced(), USAGE, "neither", "--reduce '10%'"),
    "steps without a unit": Slip(paced("--steps", "18 16"), USAGE, "'18 16'", "'18 16 mg'"),
    "steps with commas": Slip(paced("--steps", "18, 16 mg"), USAGE, "commas", "spaces"),
    "a target above the dose": Slip(also("--to", "30 mg"), USAGE, "30 mg", "leave --to out"),
    "a target equal to the dose": Slip(also("--to", "20 mg"), USAGE, "20 mg", "leave --to out"),
    "a target without a unit": Slip(also("--to", "5"), USAGE, "'5'", "'5 mg'"),
    "a target of zero": Slip(also("--to", "0 mg"), USAGE, "'0 mg'", "write"),
    "a target that cannot be made": Slip(also("--to", "0.3 mg"), CANNOT, "0.3 mg", "1 mg"),
    "steps that fall too fast": Slip(
        paced("--steps", "10 5 1 mg"), REFUSED, "20 mg to 10 mg is 50%", "no lower than 15 mg"
    ),
}

MEDICINES = {
    "a misspelt drug": Slip(drug("diazepan"), CANNOT, "'diazepan'", "did you mean diazepam"),
    "a misspelt brand": Slip(drug("Valum"), CANNOT, "'Valum'", "Valium"),
    "a drug that nobody makes": Slip(drug("xyzzy"), CANNOT, "'xyzzy'", "'taper drugs'"),
    "no drug": Slip(drug(""), CANNOT, "''", "'taper drugs'"),
    "a drug of another class": Slip(drug("ibuprofen"), CANNOT, "'ibuprofen'", "'taper drugs'"),
    "a brand of another region": Slip(drug("Tensium", "20 mg", "--region", "us"), CANNOT, "Tensium", "diazepam"),
    "an unknown drug to look up": Slip(("drugs", "diazepan"), CANNOT, "'diazepan'", "did you mean diazepam"),
    "a drug not sold in the region": Slip(drug("nitrazepam", "10 mg", "--region", "us"), CANNOT, "'us'", "gb"),
    "a drug without a product common to all regions": Slip(
        drug("temazepam", "20 mg"), CANNOT, "no temazepam product", "--region"
    ),
    "half a modified-release tablet": Slip(
        drug("alprazolam", "3 mg", "--region", "us", "--products", "1 mg modified-release tablet half"),
        CANNOT,
        "1 mg modified-release tablet must not be divided",
        "without a split",
    ),
    "half a modified-release capsule": Slip(
        drug("lorazepam", "3 mg", "--region", "us", "--products", "1 mg modified-release capsule half"),
        CANNOT,
        "1 mg modified-release capsule",
        "type '1 mg modified-release capsule'",
    ),
    "half a capsule": Slip(
        drug("temazepam", "30 mg", "--region", "us", "--products", "15 mg capsule half"),
        CANNOT,
        "15 mg capsule",
        "type '15 mg capsule'",
    ),
    "half an orodispersible tablet": Slip(
        drug("clonazepam", "2 mg", "--region", "us", "--products", "0.5 mg orodispersible tablet half"),
        CANNOT,
        "0.5 mg orodispersible tablet",
        "without a split",
    ),
    "a strength that is not made": Slip(also("--products", "3 mg tablet"), CANNOT, "3 mg tablet", "2 mg tablet"),
    "a form that is not made": Slip(also("--products", "2 mg capsule"), CANNOT, "2 mg capsule", "2 mg tablet"),
    "a form that does not exist": Slip(also("--products", "2 mg tablot"), USAGE, "'tablot'", "tablet"),
    "a product without a form": Slip(also("--products", "2 mg"), USAGE, "'2 mg'", "tablet"),
    "a product without strength or form": Slip(also("--products", "pill"), USAGE, "'pill'", "'2 mg tablet"),
    "whole tablets too large to end with": Slip(
        also("--products", "10 mg tablet whole"),
        REFUSED,
        "stopping from more than 1 mg",
        "10 mg tablet whole, 2 mg tablet",
    ),
    "whole tablets too large to cut with": Slip(
        (
            *drug("diazepam", "10 mg")[:3],
            "--reduce",
            "10%",
            "--products",
            "5 mg tablet whole",
            "--region",
            "gb",
            *STARTED,
        ),
        REFUSED,
        "is 5 mg, a cut of 50%",
        "add the 2 mg in 5 mL oral solution",
    ),
    "an empty product": Slip(also("--products", "2 mg tablet,"), USAGE, "'2 mg tablet,'", "'2 mg tablet half'"),
    "a syringe that measures no volume": Slip(also("--syringe", "small"), USAGE, "'small'", "'0.1 mL'"),
}

OPTIONS = {
    "an unknown region": Slip(also("--region", "mars"), USAGE, "'mars'", "gb, gb-nir, us"),
    "an unknown region to look up": Slip(("drugs", "diazepam", "--region", "mars"), USAGE, "'mars'", "gb, gb-nir, us"),
    "an unknown guideline": Slip(also("--guideline", "mine"), USAGE, "'mine'", "asam-2025"),
    "a guideline without a limit": Slip(also("--guideline", "uk-bands"), CANNOT, "limit", "--guideline asam-2025"),
    "an unknown context": Slip(also("--context", "purple"), USAGE, "'purple'", "did you mean"),
    "a misspelt context": Slip(also("--context", "opiod"), USAGE, "'opiod'", "opioid"),
    "an empty context": Slip(also("--context", ""), USAGE, "''", "age=72"),
    "an age in words": Slip(also("--context", "age=old"), USAGE, "'age=old'", "age=72"),
    "no age": Slip(also("--context", "age"), USAGE, "'age'", "age=72"),
    "an age that nobody reaches": Slip(also("--context", "age=999"), USAGE, "999", "age=72"),
    "two ages": Slip(also("--context", "age=40", "--context", "age=17"), USAGE, "age", "once"),
    "a fact and its opposite": Slip(
        also("--context", "pregnancy=no", "--context", "pregnancy"), USAGE, "pregnancy", "once"
    ),
    "no length of use": Slip(also("--context", "used-for=long"), USAGE, "'long'", "12w"),
    "eight days a week": Slip(also("--context", "days-a-week=8"), USAGE, "days-a-week=8", "days-a-week=3"),
    "an unknown shape": Slip(also("--shape", "wavy"), USAGE, "'wavy'", "proportional, linear, hyperbolic"),
    "an unknown order of cuts": Slip(also("--cut", "noon-first"), USAGE, "'noon-first'", "morning-first"),
    "an unknown split": Slip(also("--split", "third"), USAGE, "'third'", "whole, half, quarter"),
    "an unknown format": Slip(also("--format", "doc"), USAGE, "'doc'", "txt, md, csv"),
    "unknown rows": Slip(also("--rows", "hour"), USAGE, "'hour'", "step, day"),
    "a hyperbola without its ED50": Slip(
        also("--shape", "hyperbolic"), CANNOT, "no measured effect curve", "--ed50 '5 mg'"
    ),
    "an ED50 without its source": Slip(
        also("--shape", "hyperbolic", "--ed50", "5 mg"), USAGE, "stand alone", "--ed50-source"
    ),
    "an ED50 without a hyperbola": Slip(also("--ed50", "5 mg"), USAGE, "--ed50", "--shape hyperbolic"),
    "an acceptance without a reason": Slip(also("--accept", "last-dose="), USAGE, "'last-dose='", '="reason"'),
    "an acceptance without a rule": Slip(also("--accept", "=because"), USAGE, "'=because'", '="reason"'),
    "an acceptance of one word": Slip(also("--accept", "everything"), USAGE, "'everything'", '="reason"'),
    "an acceptance that accepts nothing": Slip(
        also("--accept", "last-dose=because"), USAGE, "'last-dose'", "leave it out"
    ),
    "an acceptance of an unknown rule": Slip(also("--accept", "gravity=because"), USAGE, "'gravity'", "leave it out"),
    "an option that does not exist": Slip(also("--nosuch"), USAGE, "'--nosuch'", "plan --help"),
    "a misspelt option": Slip(also("--regoin", "gb"), USAGE, "'--regoin'", "--region"),
    "an option without its value": Slip((*PLAN, "--region"), USAGE, "--region", "argument"),
    "a command that does not exist": Slip(("paln",), USAGE, "'paln'", "plan"),
    "no dose": Slip(("plan", "diazepam"), USAGE, "DOSE", '"20 mg"'),
}

OUTPUTS = {
    "a file without an extension": Slip(also("-o", "plan"), USAGE, "'plan'", "plan.csv"),
    "a file with an unknown extension": Slip(also("-o", "plan.docx"), USAGE, "'plan.docx'", "plan.csv"),
    "one file named twice": Slip(also("-o", "a.csv", "-o", "./a.csv"), USAGE, "twice", "leave one out"),
    "a folder that is missing": Slip(
        also("-o", "/nowhere/at/all.csv"), USAGE, "'/nowhere/at/all.csv'", "another place"
    ),
}

CALENDARS = {
    "reminders without a calendar": Slip(also("--remind", "08:00"), USAGE, "no calendar to change", "-o plan.ics"),
    "titles without a calendar": Slip(also("--titles", "dose"), USAGE, "no calendar", "-o plan.ics"),
    "titles of another kind": Slip(calendar("--titles", "drug"), USAGE, "'drug'", "neutral, dose"),
    "a reminder without a time": Slip(calendar("--remind", "morning"), USAGE, "'morning'", "'08:00'"),
    "a reminder of eight o'clock, of which day or night is open": Slip(
        calendar("--remind", "8:00"), USAGE, "'8:00'", "'08:00'"
    ),
    "a reminder in American hours": Slip(calendar("--remind", "8 pm"), USAGE, "'8 pm'", "'08:00'"),
    "a reminder at an hour that is none": Slip(calendar("--remind", "24:00"), USAGE, "'24:00'", "00:00 to 23:59"),
    "a reminder at a time of day that is none": Slip(
        calendar("--remind", "lunch 12:00"), USAGE, "'lunch 12:00'", "noon"
    ),
    "an empty reminder": Slip(calendar("--remind", "08:00,"), USAGE, "''", "'08:00'"),
    "two reminders for one time of day": Slip(
        calendar("--remind", "bedtime 22:00, night 23:00"), USAGE, "one time of day twice", "each once"
    ),
    "a reminder after midnight, a day too early": Slip(
        calendar("--remind", "bedtime 00:30"), USAGE, "bedtime before its turn", "before midnight"
    ),
    "reminders against the order of the day": Slip(
        calendar("--remind", "morning 23:00, bedtime 22:00"), USAGE, "before its turn", "go up from morning"
    ),
    "two times of day at one time": Slip(
        calendar("--remind", "morning 08:00, noon 08:00"), USAGE, "before its turn", "go up from morning"
    ),
    "a reminder for a time of day that the plan has not": Slip(
        calendar("--remind", "morning 08:00"), USAGE, "no time for the usual time", "'08:00'"
    ),
}
SLIPS = DOSES | TIMES | PACES | MEDICINES | OPTIONS | OUTPUTS | CALENDARS
every_slip = pytest.mark.parametrize("name", SLIPS)


@cache
def attempt(name: str) -> tuple[Outcome, list[str]]:
    """One slip tried once, with a file asked for as well; the outcome, and whatever lies in the folder afterwards."""
    slip = SLIPS[name]
    with tempfile.TemporaryDirectory() as folder:
        wanted = ("-o", f"{folder}/plan.csv") if slip.typed[0] == "plan" else ()
        outcome = taper(*slip.typed, *wanted) if slip.typed[-1] != "--region" else taper(*slip.typed)
        return outcome, sorted(path.name for path in Path(folder).iterdir())


@every_slip
def test_the_exit_code_says_what_kind_of_slip_it_is(name: str) -> None:
    assert attempt(name)[0].code == SLIPS[name].code


@every_slip
def test_the_message_quotes_what_was_found(name: str) -> None:
    assert SLIPS[name].found in attempt(name)[0].said


@every_slip
def test_the_message_says_what_to_type_instead(name: str) -> None:
    assert SLIPS[name].instead in attempt(name)[0].said


@every_slip
def test_nothing_is_printed_and_nothing_written(name: str) -> None:
    outcome, left = attempt(name)
    assert (outcome.out, left) == (b"", [])


@every_slip
def test_no_traceback_is_shown(name: str) -> None:
    assert not re.search(r"Traceback|File \"|Error:|line \d+, in", attempt(name)[0].said)


@pytest.mark.parametrize("name", [name for name in SLIPS if SLIPS[name].code != REFUSED])
def test_a_slip_is_told_in_one_line(name: str) -> None:
    said = attempt(name)[0].said
    assert re.fullmatch(r"taper: [^\n]+\n", said)


@pytest.mark.parametrize("name", [name for name in SLIPS if SLIPS[name].code == REFUSED])
def test_a_refusal_for_safety_begins_with_not_stopping_and_whom_to_ask(name: str) -> None:
    said = attempt(name)[0].said
    assert re.match(
        r"taper: refused for safety: do not stop the medicine; keep the present dose and contact [a-z][^;]+, "
        r"today if the supply may run out\.\n  why: ",
        said,
    )


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(("20 mg", "26w"), id="over a time"),
        pytest.param(("20 mg", "--reduce", "10%"), id="at a pace"),
        pytest.param(("20mg", "26w"), id="without a space before the unit"),
        pytest.param(("0.02 g", "26w"), id="in grams"),
        pytest.param(("20000 micrograms", "26w"), id="in micrograms"),
        pytest.param(("20 mg", "26", "weeks"), id="in words"),
        pytest.param(("20 mg", "until", "2027-06-07"), id="until a day"),
    ],
)
def test_what_is_written_properly_is_planned(typed: tuple[str, ...]) -> None:
    assert taper("plan", "diazepam", *typed, *STARTED, "--format", "csv").code == 0


class TestHintsLeadSomewhere:
    """What a message says to type is itself something that can be typed."""

    @pytest.mark.parametrize(
        "name",
        [name for name in DOSES if DOSES[name].code == USAGE] + ["a cut without a unit", "a target without a unit"],
    )
    def test_a_suggested_dose_can_be_read(self, name: str) -> None:
        suggested = re.findall(r"write (?:for example )?'([^']+)'", attempt(name)[0].said)
        assert all(taper(*dose(typed), "--format", "csv").code != USAGE for typed in suggested)

    def test_the_suggested_time_is_long_enough(self) -> None:
        said = attempt("a time too short to be safe")[0].said
        weeks = re.search(r"or (\d+w) as the time", said)
        assert weeks and taper(*over(weeks[1]), "--format", "csv").code == 0

    def test_a_week_less_than_the_suggested_time_is_refused(self) -> None:
        weeks = re.search(r"or (\d+)w as the time", attempt("a time too short to be safe")[0].said)
        assert weeks and taper(*over(f"{int(weeks[1]) - 1}w")).code == REFUSED


class TestHelp:
    """Help can be read, and it tells the exit codes."""

    @pytest.mark.parametrize("typed", [(), ("compare",)])
    def test_nothing_typed_shows_the_help_line_by_line(self, typed: tuple[str, ...]) -> None:
        outcome = taper(*typed)
        shown = (outcome.text + outcome.said).splitlines()
        assert shown[0].startswith("Usage: taper") and len(shown) > 10

    @pytest.mark.parametrize("typed", [("--help",), ("plan", "--help"), ("drugs", "--help")])
    def test_help_goes_to_stdout_and_succeeds(self, typed: tuple[str, ...]) -> None:
        outcome = taper(*typed)
        assert (outcome.code, outcome.err) == (0, b"")
        assert outcome.text.startswith("Usage: taper")

    def test_help_tells_every_exit_code(self) -> None:
        told = " ".join(taper("--help").text.split())
        assert all(re.search(rf"\b{code} [a-z]", told) for code in (0, 1, 2, 3, 4, 130))

    def test_the_version_is_told(self) -> None:
        assert re.fullmatch(r"taper \d+\.\d+\.\d+\n", taper_process("--version").text)


PLACES = {
    "an existing file": ("there.csv", "exists", "--force"),
    "a folder in place of a file": ("folder.csv", "is a folder", "plan.csv"),
    "a folder that is missing": ("missing/plan.csv", "cannot be written", "another place"),
    "a path below a regular file": ("there.csv/plan.csv", "cannot be written", "another place"),
    "a name longer than any file system takes": ("n" * 300 + ".csv", "cannot be written", "another place"),
}


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder with a file and a folder in the way."""
    (tmp_path / "there.csv").write_bytes(b"someone's work")
    (tmp_path / "folder.csv").mkdir()
    return tmp_path


def everything_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestPlacesThatCannotBeWritten:
    """A file that cannot be written is a slip of the command line; what was there before stays as it was."""

    @pytest.mark.parametrize("name", PLACES)
    def test_is_told_in_one_line_with_what_to_do(self, name: str, crowded: Path) -> None:
        place, found, instead = PLACES[name]
        outcome = taper(*PLAN, "-o", str(crowded / place))
        assert (outcome.code, outcome.out, outcome.said.count("\n")) == (USAGE, b"", 1)
        assert str(crowded / place) in outcome.said and found in outcome.said and instead in outcome.said

    @pytest.mark.parametrize("name", PLACES)
    def test_leaves_everything_as_it_was(self, name: str, crowded: Path) -> None:
        taper(*PLAN, "-o", str(crowded / PLACES[name][0]))
        assert everything_in(crowded) == {"there.csv": b"someone's work"}

    @pytest.mark.parametrize("name", PLACES)
    def test_keeps_the_other_file_of_the_same_command_from_being_written(self, name: str, crowded: Path) -> None:
        good, bad = str(crowded / "good.md"), str(crowded / PLACES[name][0])
        codes = [taper(*PLAN, "-o", first, "-o", second).code for first, second in ((good, bad), (bad, good))]
        assert codes == [USAGE, USAGE]
        assert everything_in(crowded) == {"there.csv": b"someone's work"}

    def test_a_folder_is_not_overwritten_by_force(self, crowded: Path) -> None:
        outcome = taper(*PLAN, "-o", str(crowded / "folder.csv"), "--force")
        assert outcome.code == USAGE
        assert (crowded / "folder.csv").is_dir()


CONTROLS = "\x1b[31mred\x07\x9b31m\x7f\x08"
MARKUP = "[/b] [bold red]x[/] [link=http://example.org]y[/link]"
HOSTILE = {"control characters": CONTROLS, "markup": MARKUP, "a line break": "one\ntaper: two", "a return": "one\rtwo"}
PREGNANT = (*PLAN, "--context", "pregnancy")
PLACES_OF_WORDS = {
    "the drug": lambda text: drug(text),
    "the dose": lambda text: dose(text),
    "the time": lambda text: over(text),
    "the pace": lambda text: paced("--reduce", text),
    "the steps": lambda text: paced("--steps", text),
    "the target": lambda text: also("--to", text),
    "the start": lambda text: (*PLAN, "--start", text),
    "the products": lambda text: also("--products", text),
    "the form of a product": lambda text: also("--products", f"2 mg {text}"),
    "the region": lambda text: also("--region", text),
    "the guideline": lambda text: also("--guideline", text),
    "the indication": lambda text: also("--for", text),
    "a context": lambda text: also("--context", text),
    "the value of a context": lambda text: also("--context", f"opioid={text}"),
    "the rule of an acceptance": lambda text: also("--accept", f"{text}=reason"),
    "the reason of an acceptance": lambda text: (*PREGNANT, "--accept", f"context.pregnancy={text}"),
    "the source of an ED50": lambda text: also("--shape", "hyperbolic", "--ed50", "5 mg", "--ed50-source", text),
    "the name of a file": lambda text: also("-o", text),
    "an option": lambda text: also(f"--{text}"),
    "the command": lambda text: (text,),
    "the drug to look up": lambda text: ("drugs", text),
    "the words to look for": lambda text: ("drugs", "--search", text),
    "the class to look for": lambda text: ("drugs", "--class", text),
    "the file of own products": lambda text: also("--products-file", text),
    "the reminders": lambda text: calendar("--remind", text),
    "the titles of a calendar": lambda text: calendar("--titles", text),
}
PRINTED = ("the indication", "the value of a context", "the reason of an acceptance", "the source of an ED50")


def controls_in(output: bytes) -> set[str]:
    """The control characters in an output that a terminal would act on; line ends are none."""
    return {sign for sign in output.decode() if re.match(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", sign)} - {"\r"}


class TestWordsFromStrangers:
    """Whatever is typed stays words: no crash, no colour, no cleared screen, no forged line of ours."""

    @pytest.mark.parametrize("kind", HOSTILE)
    @pytest.mark.parametrize("place", PLACES_OF_WORDS)
    def test_nothing_crashes_and_no_control_reaches_the_screen(self, place: str, kind: str) -> None:
        self.is_calm(*PLACES_OF_WORDS[place](HOSTILE[kind]))

    @pytest.mark.parametrize("form", ["txt", "md", "csv"])
    @pytest.mark.parametrize("kind", HOSTILE)
    @pytest.mark.parametrize("place", PRINTED)
    def test_no_paper_carries_a_control(self, place: str, kind: str, form: str) -> None:
        self.is_calm(*PLACES_OF_WORDS[place](HOSTILE[kind]), "--format", form)

    def is_calm(self, *typed: str) -> None:
        outcome = taper(*typed)
        assert outcome.code in (0, USAGE, CANNOT, REFUSED)
        assert controls_in(outcome.out) | controls_in(outcome.err) == set()
        assert b"Traceback" not in outcome.err

    @pytest.mark.parametrize("place", PLACES_OF_WORDS)
    def test_a_line_break_never_forges_a_line_of_ours(self, place: str) -> None:
        outcome = taper(*PLACES_OF_WORDS[place]("one\ntaper: two"))
        assert "\ntaper: two" not in outcome.said + outcome.text

    def test_markup_in_a_reason_is_printed_as_it_was_typed(self) -> None:
        outcome = taper(*PREGNANT, "--accept", f"context.pregnancy={MARKUP}", "--format", "txt", columns=200)
        assert "".join(MARKUP.split()) in "".join(outcome.text.split())

    def test_the_name_of_a_written_file_is_told_without_its_controls(self, tmp_path: Path) -> None:
        outcome = taper(*PLAN, "-o", str(tmp_path / "a\x1b[31mb.csv"))
        assert (outcome.code, controls_in(outcome.err)) == (0, set())

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
    def test_no_cell_of_the_csv_begins_like_a_formula(self, start: str) -> None:
        reason = f"context.pregnancy={start}cmd|' /C calc'!A0"
        outcome = taper(*PREGNANT, "--accept", reason, "--for", f"{start}cmd", "--format", "csv")
        assert outcome.code == 0
        assert not re.search(r"(?:^|,)\"?[=+\-@\t＝＋－＠]", outcome.text, re.MULTILINE)
