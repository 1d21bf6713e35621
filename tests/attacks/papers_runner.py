"""One random request through plan, every paper, check and back; all papers must say the same, day by day and tablet by tablet."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path

from guard_runner import guarded, here
from papers_oracle import READERS, Row, Told, read_text
from requests_builders import Words, words
from words_oracle import NG, Pieces, every_day, made_of

TABLES = {"day.csv": "day", "intake.csv": "intake", "supply.csv": "supply"}
SCREENS = (40, 60, 80, 100, 120, 200)


EVERYTHING = (*READERS, "screen", "check", "revised")
"""The papers by their names, the screen, the way back through `taper check`, and all of these for a revision of the plan."""
CHANGES = (
    ("--hold", "2w"),
    ("--hold", "9d"),
    ("--slower", "5%"),
    ("--every", "5w"),
    ("--stop-here",),
    ("--split", "half"),
)


def attempt(number: int, folder: Path, papers: Collection[str] = EVERYTHING) -> str:
    """How request `number` is answered: 'planned', 'accepted' (planned once what a refusal offers is accepted), or why not.

    Every paper in `papers` is read back and compared with the plan file. Anything that does not agree is an error.
    """
    typed = words(number)
    with guarded(typed):
        code, said = _command("plan", *typed, *_outputs(folder, papers))
        answer = "planned"
        if code == 4 and "--accept" in said:
            typed = (*typed, *_accepts(said))
            code, said = _command("plan", *typed, *_outputs(folder, papers))
            answer = "accepted"
        if code != 0:
            assert not list(folder.iterdir()), "a refusal wrote a file"
            assert code in (2, 3, 4) and "Traceback" not in said, said
            assert said.startswith("taper: ") and (code == 4 or said.count("\n") == 1), said
            return {2: "misread", 3: "unplannable", 4: "refused"}[code]
        _export(folder, papers)
        _all_agree(folder, [name for name in papers if name in READERS])
        if "screen" in papers:
            _screens(folder, number)
        if "check" in papers:
            _checks(folder, typed)
        if "revised" in papers:
            _revise(folder, number, papers)
    return answer


def _revise(folder: Path, number: int, papers: Collection[str]) -> None:
    """A change on some day of some step: refused in one line, or the next version, all of whose papers agree as well."""
    rng = random.Random(number)
    rows = READERS["plan.json"]((folder / "plan.json").read_bytes()).rows
    assert rows
    on = (rng.choice(rows).first + timedelta(days=rng.randint(0, 20))).isoformat()
    change = rng.choice((*CHANGES, ("--back-to", f"{float(rng.choice(rows).total / NG):g} mg")))
    new = folder / "revised"
    new.mkdir()
    typed = ("--on", on, "--today", on, *change, "--by", "patient", *_outputs(new, papers))
    code, said = _command("revise", str(folder / "plan.json"), *typed)
    assert code in (0, 2, 3, 4) and "Traceback" not in said, said
    if code == 0:
        _export(new, papers)
        ending = rows[-1]
        # A dose that went on until the change was prescribed apart from the plan, and stands in none of its supplies.
        apart = every_day(ending.first, date.fromisoformat(on) - timedelta(days=1)) if ending.total else []
        _all_agree(new, [name for name in papers if name in READERS], apart)
        assert _command("check", str(new / "plan.json"), "--today", on)[0] == 0, typed


def _accepts(said: str) -> Words:
    """What a refusal says may be accepted, with a reason."""
    line = next(line for line in said.splitlines() if "--accept" in line)
    rules = [part.split("=")[0] for part in line.split("--accept ")[1:]]
    return tuple(part for rule in rules for part in ("--accept", f"{rule}=the prescriber's reason"))


def _command(*arguments: str, columns: int = 80) -> tuple[int, str]:
    """A command in this process: its exit code, and what it said on stderr, or else printed."""
    ended = here(*arguments, columns=columns)
    return ended.code, ended.said or ended.out.decode()


def _outputs(folder: Path, papers: Collection[str]) -> Words:
    """The papers that one command makes: the plan file, and all but the tables that need rows of their own."""
    names = ["plan.json", *(name for name in papers if name in READERS and name not in (*TABLES, "plan.json"))]
    return ("--calendar", "--quiet", *(part for name in names for part in ("-o", str(folder / name))))


def _export(folder: Path, papers: Collection[str]) -> None:
    """The other tables from the plan file."""
    for name in TABLES:
        if name in papers:
            typed = ("--rows", TABLES[name], "-o", str(folder / name), "--quiet")
            assert _command("export", str(folder / "plan.json"), *typed) == (0, "")


def _all_agree(folder: Path, papers: Collection[str], apart: Collection[date] = ()) -> None:
    """Each paper against the plan file; nothing was handed out for the days in `apart`."""
    truth = READERS["plan.json"]((folder / "plan.json").read_bytes())
    for name in papers:
        try:
            agree(READERS[name]((folder / name).read_bytes()), truth, apart)
        except Exception as error:
            raise AssertionError(f"{name}: {error!r}") from error


def _screens(folder: Path, number: int) -> None:
    """The screen, in a width that changes from request to request, in letters of all kinds and in ASCII."""
    truth = READERS["plan.json"]((folder / "plan.json").read_bytes())
    for option in ((), ("--ascii",)):
        columns = SCREENS[number % len(SCREENS)]
        _, screen = _command("export", str(folder / "plan.json"), "--calendar", *option, columns=columns)
        agree(read_text(screen.encode()), truth)


def agree(told: Told, truth: Told, apart: Collection[date] = ()) -> None:
    """Whether a paper says what the plan file says, as far as it speaks of it; see `_all_agree`."""
    assert truth.rows
    if told.rows is not None:
        assert told.rows == truth.rows, _first_difference(told.rows, truth.rows)
        assert all(row.taken is None or made_of(row.taken) == row.total for row in told.rows)
    rhythms = truth.rhythms or {}
    taken = {day: pieces for row in truth.rows for day, pieces in _days_of(row, rhythms.get(row.first, ())).items()}
    ending = truth.rows[-1]
    if told.days is not None:
        wanted = {day: made_of(pieces) for day, pieces in taken.items()}
        # A dose that goes on is shown for some days more, each of which must hold it.
        wanted |= {day: ending.total for day in told.days if day > ending.first and ending.total}
        wanted[ending.first] = ending.total
        assert told.days == wanted, _first_difference(sorted(told.days.items()), sorted(wanted.items()))
    if told.boxes is not None:
        spaced = {day: made_of(taken[day]) for day in told.boxes}
        assert told.boxes == spaced, _first_difference(sorted(told.boxes.items()), sorted(spaced.items()))
        assert set(rhythms) <= set(told.boxes)
    if told.taken_on is not None:
        wanted_on = {day: pieces for day, pieces in taken.items() if pieces}
        known = {day: pieces for day, pieces in told.taken_on.items() if day < ending.first}
        assert known == wanted_on, _first_difference(sorted(known.items()), sorted(wanted_on.items()))
    if told.bars is not None:
        assert told.bars == {row.first: row.total for row in truth.rows}
    in_all = sum(taken.values(), Counter())
    if told.in_all is not None:
        assert told.in_all == in_all, (told.in_all, in_all)
    if told.handed_out is not None:
        assert told.handed_out == truth.handed_out, (told.handed_out, truth.handed_out)
        needed = sum((pieces for day, pieces in taken.items() if day not in apart), Counter())
        assert all(told.handed_out[product] >= count for product, count in needed.items())


def _days_of(row: Row, weekdays: tuple[int, ...]) -> dict[date, Pieces]:
    """What is taken on each day of a step: every day the same, or on every other day or some weekdays, and else what is between."""
    if row.last is None:
        return {}
    listed = every_day(row.first, row.last)
    if row.between is None:
        return {day: row.taken or Counter() for day in listed}
    on = [day.weekday() in weekdays if weekdays else (day - row.first).days % 2 == 0 for day in listed]
    return {day: (row.taken if taken else row.between) or Counter() for day, taken in zip(listed, on, strict=True)}


def _first_difference(told: Sequence[object], truth: Sequence[object]) -> str:
    """Where two lists differ first."""
    pairs = zip(told, truth, strict=False)
    found = next(((one, other) for one, other in pairs if one != other), None)
    return f"told {found[0]}, in the plan {found[1]}" if found else f"told {len(told)}, in the plan {len(truth)}"


AGAIN = ("--context", "--split", "--syringe", "--products", "--guideline", "--region")
"""What a table cannot say, and must be said again when it is checked."""


def _said_again(typed: Words, options: Collection[str]) -> list[str]:
    """Some options of a command line with their values."""
    return [part for at, part in enumerate(typed) if part in options or (at and typed[at - 1] in options)]


def _checks(folder: Path, typed: Words) -> None:
    """The plan file makes itself again, and our own plan passes our own check, as a plan file and as a table."""
    _, kept = _command("export", str(folder / "plan.json"), "--format", "json")
    assert kept.encode() == (folder / "plan.json").read_bytes()
    again, accepts = _said_again(typed, AGAIN), _said_again(typed, ("--accept",))
    for name in ("plan.json", "plan.csv", "day.csv"):
        if (folder / name).exists():
            more = again if name.endswith(".csv") else []
            judged = ("check", str(folder / name), *more, "--today", "2026-11-22", "--json")
            code, said = _command(*judged)
            if code == 4 and name.endswith(".csv") and accepts:
                # A table does not carry what was accepted either. It is said again only where the judge asks for it: after short
                # use the largest last dose of a table follows from its own number of cuts, of a plan from the pace it was asked.
                code, said = _command(*judged, *accepts)
            # A table does not say which published schedule it follows, nor the dose before by time of day: it is judged more
            # strictly than the plan was, but always read.
            stricter = name.endswith(".csv") and ("--ladder" in typed or "+" in typed[1])
            assert code == 0 or (stricter and code == 4), (name, said)
