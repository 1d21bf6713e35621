"""A file of two drugs, one row or column for each of them, read as one schedule in which every dose counts in one drug.

A drug that was taken and has no dose on the next day has ended only if the other one takes its place: else a line may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from taper_cli.model.dose import Dose, counts_for, decimal_text
from taper_cli.model.errors import CannotPlan
from taper_cli.model.schedule import Slot, Switched
from taper_cli.model.switch import Equivalent
from taper_cli.model.transcript import StatedIntake
from taper_cli.reading import cells
from taper_cli.reading.level import DRUG, END, KIND, SLOTS, START, TABLETS, TOTAL, Level, level_of, one_total
from taper_cli.reading.table import Row, Table

# What a column of both drugs together may be called; the drug that it counts in may stand in its name.
_EQUIVALENT = ("equivalent_mg", "equivalents_mg", "eq_mg", "total_equivalent_mg", "total_eq_mg", "equivalent_total_mg")
_SAME = (*END, "weekday", "start_weekday", "end_weekday", "step_type", "flags", "days")
_TWO = 2


class Said(NamedTuple):
    """What was said beside a file: its drug, the prescriber's equivalent; `generic` is the drug of a name, '' where none is known."""

    drug: str = ""
    equivalent: Equivalent | None = None
    generic: Callable[[str], str] = lambda name: ""


class RatioMissing(CannotPlan):
    """A file of two drugs without the prescriber's word for what one counts for in the other."""

    def __init__(self, name: str, old: str, new: str, before: Dose) -> None:
        self.name, self.old, self.new, self.before = name, old, new, before
        super().__init__(
            f"{name!r} holds more than one drug, {old} and {new}, and does not say what one counts for in the other",
            "expected the prescriber's own equivalent",
            f'add --equivalent "{old} {before} = {new} DOSE", or check each drug in a file of its own',
        )


class Line(NamedTuple):
    """What a file says of one drug in one step or on one day, under the column names of a file of one drug."""

    drug: str
    row: Row


class Taken(NamedTuple):
    """What was taken until the first step: its total in the schedule's drug, and its intakes where there are two drugs."""

    total: Dose
    intakes: tuple[StatedIntake, ...] = ()


class Counted(NamedTuple):
    """A file of two drugs: the one that it is of, the one that it comes from, its levels, the lines of each, its drugs' own columns."""

    drug: str
    switched: Switched
    levels: tuple[Level, ...]
    groups: tuple[tuple[Line, ...], ...]
    columns: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def counted(self, drug: str, intakes: Sequence[StatedIntake]) -> tuple[StatedIntake, ...]:
        """Intakes of one drug as they stand in a schedule of two."""
        if drug == self.drug:
            return tuple(intakes)
        return tuple(replace(intake, drug=drug, worth=self.switched.worth) for intake in intakes)

    @property
    def words(self) -> str:
        """What one drug counts for in the other, in whole figures."""
        worth = self.switched.worth
        return f"{worth.denominator} mg of {self.switched.drug} counts for {worth.numerator} mg of {self.drug}"


def drugs_of(table: Table, said: Said) -> tuple[str, ...]:
    """The drugs that a file names in its cells and in the names of its columns, each once, by the names as they are known."""
    cell_names = (name for row in table.rows if (name := row.get(*DRUG)))
    used = (column for column in table.columns if any(row.cells.get(column) for row in table.rows))
    column_names = (_role(column, said)[0] for column in used)
    named = (*(said.generic(name) or name.lower() for name in cell_names), *column_names)
    return tuple(dict.fromkeys(name for name in named if name))


def _role(column: str, said: Said) -> tuple[str, str]:
    """The drug that a column's name holds, and what the column is for it: 'lorazepam_morning_mg' is its morning dose in mg."""
    words = column.split("_")
    for place, word in enumerate(words):
        role = "_".join((*words[:place], *words[place + 1 :])) or "dose"
        known = role in TOTAL or TABLETS.fullmatch(role) or any(role in names for names in SLOTS.values())
        if known and (drug := said.generic(word)):
            return drug, role
    return "", column


def lines_of(table: Table, drugs: tuple[str, ...], said: Said) -> tuple[tuple[Line, ...], ...]:
    """The lines of each step or day: rows that follow one another on one day, or one row with columns for both drugs.

    Raises:
        CannotPlan: for a row that does not name its drug, or counts products of the other one.
    """
    roles = {column: _role(column, said) for column in table.columns}
    if not any(column in DRUG for column in table.columns):
        return tuple(tuple(_side_by_side(row, drugs, (roles, said))) for row in table.rows)
    lines = [Line(_drug_of(row, said), _view(row, _drug_of(row, said), roles)) for row in table.rows]
    if _is(table, "taper.step.v1"):
        return _grouped(lines, ("step_no",))
    if _is(table, "taper.day.v1"):
        return _grouped(lines, ("date",))
    starting, rest = _starting(lines)
    return (starting, *_grouped(rest, START))


def _grouped(lines: Sequence[Line], columns: tuple[str, ...]) -> tuple[tuple[Line, ...], ...]:
    """Lines that follow one another and say the same in a column, each drug once."""
    found: list[list[Line]] = []
    for line in lines:
        known = found[-1] if found else []
        same = bool(known) and line.row.get(*columns) == known[-1].row.get(*columns)
        if not same or line.drug in {other.drug for other in known}:
            found.append([])
        found[-1].append(line)
    return tuple(map(tuple, found))


def _starting(lines: Sequence[Line]) -> tuple[tuple[Line, ...], Sequence[Line]]:
    """The lines of the starting dose, and all others.

    The starting dose may share its day with the first stage: what a drug says first on that day is then what was taken before.
    """
    first = [line for line in lines if line.row.get(*START) == lines[0].row.get(*START)]
    drugs = [line.drug for line in first]
    twice = [line for place, line in enumerate(first) if line.drug in drugs[place + 1 :]]
    starting = tuple(twice or first)
    return starting, [line for line in lines if line not in starting]


def _is(table: Table, schema: str) -> bool:
    return table.rows[0].get("schema") == schema


def _drug_of(row: Row, said: Said) -> str:
    """The drug of a row."""
    name = row.get(*DRUG)
    if not name:
        raise CannotPlan(f"line {row.line}: no drug", "expected one in each row of a file of two", "name it")
    return said.generic(name) or name.lower()


def _view(row: Row, drug: str, roles: Mapping[str, tuple[str, str]]) -> Row:
    """A row as one of a file of one drug; a cell of the other drug must be empty or zero."""
    kept = {}
    for column, cell in row.cells.items():
        whose, role = roles[column]
        if whose in ("", drug):
            kept[role] = cell
        elif cell not in ("", "0"):
            raise CannotPlan(f"line {row.line}: {column} says {cell!r} in a row of {drug}", "expected nothing there")
    return Row(row.line, kept)


def _side_by_side(
    row: Row, drugs: tuple[str, ...], known: tuple[Mapping[str, tuple[str, str]], Said]
) -> Iterator[Line]:
    """The lines of a row with columns for each drug: a drug whose cells are all empty has none."""
    roles, said = known
    common = {column: cell for column, cell in row.cells.items() if not roles[column][0] and column not in TOTAL}
    stated = next(
        (cell for column, cell in row.cells.items() if cell and _is_equivalent(column, said)), row.get(*TOTAL)
    )
    mine = {
        drug: {roles[column][1]: cell for column, cell in row.cells.items() if roles[column][0] == drug}
        for drug in drugs
    }
    nothing = not any(any(dosed.values()) for dosed in mine.values())
    for drug in drugs:
        if nothing or any(mine[drug].values()):
            yield Line(drug, Row(row.line, {**common, **mine[drug], _EQUIVALENT[0]: stated}))


def _is_equivalent(column: str, said: Said) -> bool:
    """Whether a column holds what both drugs count for together."""
    words = [word for word in column.split("_") if not said.generic(word)]
    return "_".join(words) in _EQUIVALENT


def counted(name: str, table: Table, drugs: tuple[str, ...], said: Said) -> Counted:
    """The levels of a file of two drugs, each with what is taken of both.

    Raises:
        RatioMissing: where the prescriber's equivalent is needed and was not said.
        CannotPlan: for more than two drugs, a drug whose end is not told, rows of one day that disagree.
    """
    _just_two(name, drugs)
    groups = lines_of(table, drugs, said)
    for line in (line for group in groups for line in group):
        one_total(line.row)
    levels = tuple({line.drug: level_of(line.row, line.drug) for line in group} for group in groups)
    new = _own(name, table, levels, said)
    if new not in drugs:
        raise CannotPlan(
            f"{name!r} holds {' and '.join(drugs)}, not {new}", "expected the drug switched to", "check --drug"
        )
    old = next(drug for drug in drugs if drug != new)
    found = Counted(new, Switched(old, _worth(name, groups, levels, (old, new), said)), (), groups)
    asked = said.generic(said.drug) or said.drug.lower()
    if asked and asked != new:
        raise CannotPlan(
            f"{name!r} goes from {old} to {new}, --drug says {said.drug!r}", "expected one drug", "leave --drug out"
        )
    notes = tuple(_ends_untold(levels, ours="counts_in" in table.columns))
    columns = (column for column in table.columns if _role(column, said)[0] or _is_equivalent(column, said))
    # The order of the rows of one day changes nothing: the old drug always stands first.
    ordered = ({drug: level[drug] for drug in (old, new) if drug in level} for level in levels)
    together = tuple(_together(found, level) for level in ordered)
    return found._replace(levels=together, columns=frozenset(columns), notes=notes)


def _just_two(name: str, drugs: tuple[str, ...]) -> None:
    """Stop a file of one drug that says what it counts for, and one of more than two."""
    if len(drugs) < _TWO:
        raise CannotPlan(
            f"{name!r} says what its doses count for and holds no other drug than {', '.join(drugs)}",
            "expected rows of both",
            "restore the file as it was written",
        )
    if len(drugs) > _TWO:
        raise CannotPlan(
            f"{name!r} holds {len(drugs)} drugs ({', '.join(drugs)})",
            "expected one, or the two of a switch",
            "check each drug in a file of its own",
        )


def _ends_untold(levels: Sequence[Mapping[str, Level]], *, ours: bool) -> Iterator[str]:
    """Where a drug has no dose although it was taken until then: its end, if the other one takes its place that day.

    Raises:
        CannotPlan: where nothing takes its place, and in our own files, which tell every end.
    """
    for earlier, later in pairwise(levels):
        for drug in (drug for drug, level in earlier.items() if level.total and drug not in later):
            (other, now), *_ = later.items()
            if ours or now.total <= (earlier[other].total if other in earlier else Dose(0)):
                raise CannotPlan(
                    f"line {now.row.line}: no dose of {drug}, of which {earlier[drug].total} was taken until then",
                    "expected a dose of each drug, 0 where it has ended",
                    "write it",
                )
            yield f"line {now.row.line}: no dose of {drug}, and more of {other}: taken as the end of {drug}"


def _own(name: str, table: Table, levels: Sequence[Mapping[str, Level]], said: Said) -> str:
    """The drug that everything counts in: as our own file says, else the one that is not taken at first, or the only one in the end.

    Raises:
        CannotPlan: where both are taken from the first to the last dose.
    """
    dosed = [tuple(drug for drug, level in group.items() if level.total) for group in levels]
    told = table.rows[0].get("counts_in")
    if told:
        return said.generic(told) or told.lower()
    first, last = dosed[0], next((drugs for drugs in reversed(dosed) if drugs), ())
    if len(first) == 1:
        return next(drug for group in levels for drug in group if drug not in first)
    asked = said.generic(said.drug) or said.drug.lower()
    found = last[0] if len(last) == 1 else asked
    if not found:
        raise CannotPlan(
            f"{name!r} holds two drugs, both from the first to the last dose",
            "expected a switch from one to the other",
            "add --drug with the one that is switched to",
        )
    return found


def _worth(
    name: str,
    groups: Sequence[Sequence[Line]],
    levels: Sequence[Mapping[str, Level]],
    drugs: tuple[str, str],
    said: Said,
) -> Fraction:
    """How many mg of the new drug one mg of the old one counts for: as our own file says, or as the prescriber does."""
    old, new = drugs
    stated = next((line.row.get("worth") for group in groups for line in group if line.drug == old), "")
    if stated:
        return cells.ratio(stated, groups[0][0].row.line, "worth")
    if said.equivalent is None:
        taken = (level[old].total for level in levels if old in level)
        raise RatioMissing(name, old, new, next((dose for dose in taken if dose), Dose(0)))
    typed = {said.generic(drug) or drug.lower(): drug for drug in said.equivalent.drugs}
    if set(typed) != {old, new}:
        raise CannotPlan(
            f"--equivalent is of {' and '.join(typed)}, {name!r} holds {old} and {new}",
            "expected both drugs of the file",
            f'type --equivalent "{old} DOSE = {new} DOSE"',
        )
    return said.equivalent.worth(typed[old])


def _together(file: Counted, lines: Mapping[str, Level]) -> Level:
    """The lines of one step or day as one level."""
    main = lines.get(file.drug) or next(iter(lines.values()))
    _agree(list(lines.values()))
    intakes = [one for drug, level in lines.items() for one in file.counted(drug, level.intakes)]
    others = [one for drug, level in lines.items() for one in file.counted(drug, level.others)]
    portions = [one for level in lines.values() for one in level.day_portions or ()]
    pieces = [level.pieces for level in lines.values()]
    said = "; ".join(dict.fromkeys(text for level in lines.values() if (text := level.row.get(*KIND))))
    kind = next((column for column in KIND if column in main.row.cells), KIND[-1])
    row = Row(main.row.line, {**main.row.cells, kind: said})
    return main._replace(
        row=row,
        total=_total(file, lines),
        intakes=_in_order(intakes),
        others=_in_order(others),
        day_portions=tuple(portions) or None,
        pieces=None if None in pieces else sum((one for one in pieces if one is not None), Fraction(0)),
        written="; ".join(level.written for level in lines.values() if level.written),
    )


def _total(file: Counted, lines: Mapping[str, Level]) -> Dose:
    """What is taken in all, in the schedule's drug: as the file states it, else as the lines count."""
    row = next(iter(lines.values())).row
    stated = row.get(_EQUIVALENT[0])
    if stated:
        return cells.dose(stated, row.line, unit="mg")
    worths = {file.switched.drug: file.switched.worth}
    return counts_for((level.total, worths.get(drug, Fraction(1))) for drug, level in lines.items())


def _in_order(intakes: Sequence[StatedIntake]) -> tuple[StatedIntake, ...]:
    """Intakes in the order of the day, the old drug first, whichever order the file has them in."""
    return tuple(sorted(intakes, key=lambda one: (list(Slot).index(one.slot), not one.drug)))


def _agree(levels: Sequence[Level]) -> None:
    """The lines of one step or day say the same of its days."""
    for level in levels[1:]:
        for column in _SAME:
            texts = [one.row.get(column) for one in (levels[0], level)]
            if all(texts) and texts[0] != texts[1]:
                raise CannotPlan(
                    f"line {level.row.line}: {column} says {texts[1]!r}",
                    f"expected {texts[0]!r}, as line {levels[0].row.line} of the same day says",
                    "correct one of them",
                )


def taken_before(file: Counted) -> Taken:
    """What our own file says was taken before its first step, by drug; it does not say at what times of day."""
    found: list[StatedIntake] = []
    for drug, row in file.groups[0]:
        dose = cells.dose(row.get("previous_total_mg"), row.line, unit="mg")
        if dose:
            found += file.counted(drug, [StatedIntake(slot=Slot.DAILY, dose=dose, portions=None)])
    return Taken(counts_for((one.dose, one.worth) for one in found), _in_order(found))


def verify_worths(file: Counted) -> None:
    """The three columns of our own file that say what a row counts for.

    Raises:
        CannotPlan: with the line, what it says and what is expected.
    """
    for drug, row in (line for group in file.groups for line in group):
        worth = Fraction(1) if drug == file.drug else file.switched.worth
        counts = cells.number(row.get("total_mg"), row.line, "total_mg") * worth
        for column, expected in (("counts_in", file.drug), ("worth", str(worth)), ("counts_as_mg", _exact(counts))):
            if row.get(column) != expected:
                raise CannotPlan(
                    f"line {row.line}: {column} says {row.get(column)!r}",
                    f"expected {expected!r}",
                    "a row was changed: restore the file as it was written",
                )


def _exact(number: Fraction) -> str:
    """A number as an exact decimal, or as a fraction where it has none."""
    return str(number) if (number * 10**9).denominator > 1 else decimal_text(number)
