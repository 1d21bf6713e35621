"""The questions about the patient: age, length of use, and the facts that a class's data ask about; all can be left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from taper_cli.cli.answers import Answers
from taper_cli.cli.question import Default, Options, Question, Row
from taper_cli.model.errors import InvalidInput
from taper_cli.model.guideline import ContextRule

NOT_KNOWN = "not known"
_VALUES = ("age", "used-for", "days-a-week")


class Fact(Question):
    """What is stated about the patient under some keys; what was said under others stays."""

    fields = ("context",)

    def rules(self, so_far: Answers) -> tuple[ContextRule, ...]:
        """The facts that it asks about, of those that matter for the class."""
        raise NotImplementedError

    def keys(self, so_far: Answers) -> tuple[str, ...]:
        """Every key and alias of these facts."""
        return tuple(name for rule in self.rules(so_far) for name in (rule.key, *rule.aliases))

    def applies(self, so_far: Answers) -> bool:
        """Whether the class has any of these facts."""
        return bool(self.rules(so_far))

    def answered(self, so_far: Answers) -> bool:
        """Whether any of them was stated."""
        return so_far.fact(self.keys(so_far)) is not None

    def default(self, so_far: Answers) -> Default:
        """Left open."""
        return Default("unknown", NOT_KNOWN, self.stating([], so_far))

    def stating(self, facts: Sequence[str], so_far: Answers) -> Options:
        """The option with these facts in place of what was stated under the same keys."""
        keys = self.keys(so_far)
        kept = [item for item in so_far.facts() if item.partition("=")[0].strip().lower() not in keys]
        return {"context": [*kept, *facts]}


class Value(Fact):
    """A fact with a value of its own."""

    def __init__(self, key: str, words: str, help: str) -> None:
        self.name = self._key = key
        self.help, self._words = help, words

    def rules(self, so_far: Answers) -> tuple[ContextRule, ...]:
        return tuple(rule for rule in so_far.offer().rules if rule.key == self._key)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        yield "", self._words

    def options(self, text: str, so_far: Answers) -> Options:
        return self.stating([f"{self._key}={text}"], so_far)

    def told(self, so_far: Answers) -> str:
        return so_far.fact(self.keys(so_far)) or NOT_KNOWN


class Group(Fact):
    """Facts that are true, not true, or not known: those that stop a plan, or those that warn."""

    help = (
        "A number says yes, and no to one behind the word 'no': 2 5 no 3. 'no others' says no to all that were not named, 'none' to "
        "all. What is left out stays not known."
    )

    def __init__(self, name: str, words: str, *, gate: bool) -> None:
        self.name, self._words, self._gate = name, words, gate

    def rules(self, so_far: Answers) -> tuple[ContextRule, ...]:
        return tuple(rule for rule in so_far.offer().rules if rule.gate is self._gate and rule.key not in _VALUES)

    def rows(self, so_far: Answers) -> Iterator[Row]:
        from taper_cli.render.offered import fact_rows

        yield "", self._words
        yield from fact_rows(self.rules(so_far))
        yield (
            "",
            "Type the numbers that are true, such as 2 5; 'no others' after them says no to the rest. none: none is true.",
        )

    def explained(self, so_far: Answers) -> Iterable[str]:
        from taper_cli.render.offered import fact_texts

        return (self.help, *fact_texts(so_far.offer(), self.rules(so_far)))

    def options(self, text: str, so_far: Answers) -> Options:
        return self.stating(read_facts(text, self.rules(so_far)), so_far)

    def known(self, so_far: Answers, text: str) -> Sequence[str]:
        before = text.rpartition(" ")[0]
        start = f"{before} " if before else ""
        return [start + word for word in ("none", "no", "others", *(rule.key for rule in self.rules(so_far)))]

    def told(self, so_far: Answers) -> str:
        """'yes: liver disease; no: alcohol use; the others not known'."""
        found: dict[str, list[str]] = {"yes": [], "no": []}
        rules = self.rules(so_far)
        for rule in rules:
            value = so_far.fact((rule.key, *rule.aliases))
            if value is not None:
                found["no" if value == "no" else "yes"].append(rule.title)
        left = len(rules) - sum(map(len, found.values()))
        if left == len(rules):
            return NOT_KNOWN
        if not left and found["no"]:
            return f"yes: {', '.join(found['yes'])}; no: all others" if found["yes"] else "none of them"
        parts = [f"{answer}: {', '.join(titles)}" for answer, titles in found.items() if titles]
        return "; ".join([*parts, *(["the others not known"] if left else [])])

    def echo(self, so_far: Answers) -> str:
        return "" if self.told(so_far) == NOT_KNOWN else self.told(so_far)


def read_facts(text: str, rules: Sequence[ContextRule]) -> list[str]:
    """Facts as options state them, in the order of the rules: '2 5' says yes to these, 'no 3' no, 'no others' no to the rest.

    Raises:
        InvalidInput: for anything that could be read in two ways: a gate that was meant must not be lost.
    """
    words = text.lower().replace(",", " ").replace(";", " ").split()
    if words in (["none"], ["no"]):
        words = ["no", "others"]
    said: dict[str, str] = {}
    others = answer = ""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word in ("yes", "no"):
            answer = "=no" if word == "no" else ""
            if after in ("", "yes", "no"):
                raise _unclear(text, f"{word!r} stands before what it is about")
        elif word == "others" and answer:
            others = answer
        else:
            key = _rule(word, rules).key
            if said.setdefault(key, answer) != answer:
                raise _unclear(text, f"{word!r} is said to be true and not true")
    return [rule.key + said.get(rule.key, others) for rule in rules if rule.key in said or others]


def _unclear(text: str, why: str) -> InvalidInput:
    """The fault of an answer that could be read in two ways."""
    return InvalidInput(
        f"{text!r} cannot be read: {why}", "expected numbers that are true", "type for example 2 5 no others"
    )


def _rule(word: str, rules: Sequence[ContextRule]) -> ContextRule:
    """The fact of a number or a key."""
    names = {name: rule for number, rule in enumerate(rules, 1) for name in (str(number), rule.key, *rule.aliases)}
    if word not in names:
        raise InvalidInput(
            f"{word!r} is no fact of the list",
            f"expected numbers from 1 to {len(rules)}",
            "type for example 2 5 no others, or none",
        )
    return names[word]
