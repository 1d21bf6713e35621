"""The formulary's door: a drug by any of its names, its class, guidelines, regions, indications and contexts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from taper_cli.formulary.drugs import read_class, read_drug, read_indication
from taper_cli.formulary.rules import read_contexts, read_dependence, read_guideline, read_refused, read_region
from taper_cli.model.drug import Drug, DrugClass, Indication, RefusedDrug
from taper_cli.model.errors import CannotPlan, InvalidInput
from taper_cli.model.exposure import DependenceMatrix, ShortCourse
from taper_cli.model.guideline import ContextRule, Guideline, Region

_HERE = Path(__file__).parent
INTERNATIONAL = "international"


def keys_of(folder: str) -> list[str]:
    """The names of the data files in a folder, sorted."""
    return sorted(path.stem for path in (_HERE / folder).glob("*.toml"))


@cache
def data_id() -> str:
    """Twelve letters and digits that name all data as they are now: two machines with one id hold the same facts."""
    from hashlib import sha256

    content = sha256()
    for path in sorted(_HERE.glob("**/*.toml")):
        content.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return content.hexdigest()[:12]


@cache
def drug_named(name: str) -> Drug:
    """The drug file of that generic name.

    Raises:
        DataFault: when the file is faulty.
    """
    return read_drug(_HERE / "drugs" / f"{name}.toml")


@cache
def class_named(name: str) -> DrugClass:
    """The class file of that name."""
    return read_class(_HERE / "classes" / f"{name}.toml")


@cache
def guideline_named(key: str) -> Guideline:
    """The guideline file of that key.

    Raises:
        InvalidInput: for a key that no file has, with the known ones.
    """
    known = keys_of("guidelines")
    if key not in known:
        raise InvalidInput(f"guideline {key!r} is not known", "expected one of " + ", ".join(known))
    return read_guideline(_HERE / "guidelines" / f"{key}.toml")


def guidelines_for(drug: Drug) -> tuple[Guideline, ...]:
    """Every guideline that covers a drug, by key; files that do not name its class are not parsed."""
    folder = _HERE / "guidelines"
    named = (
        key for key in keys_of("guidelines") if f'"{drug.drug_class}"' in (folder / f"{key}.toml").read_text("utf-8")
    )
    return tuple(held for held in map(guideline_named, named) if held.covers(drug.name, drug.drug_class))


def other_guidelines(guideline: Guideline, drug: Drug) -> tuple[Guideline, ...]:
    """Every other guideline that covers a drug, by key."""
    return tuple(other for other in guidelines_for(drug) if other.key != guideline.key)


@cache
def region_named(key: str | None) -> Region:
    """The region of that key; None is international.

    Raises:
        InvalidInput: for a key that no file has, with the known ones.
    """
    known = keys_of("regions")
    if key is not None and key not in known:
        typed = [name for name in known if name != INTERNATIONAL]
        meant = {
            "uk": "gb",
            "england": "gb",
            "wales": "gb",
            "scotland": "gb",
            "britain": "gb",
            "usa": "us",
            "ni": "gb-nir",
        }
        instead = f"write --region {meant[key]}" if key in meant else "or leave --region out for international"
        raise InvalidInput(f"region {key!r} is not known", "expected one of " + ", ".join(typed), instead)
    return read_region(_HERE / "regions" / f"{key or INTERNATIONAL}.toml")


@cache
def contexts(drug_class: str) -> tuple[ContextRule, ...]:
    """Every fact about the patient that matters for a class."""
    return _contexts_in(class_named(drug_class).contexts)


@cache
def dependence(drug_class: str) -> DependenceMatrix | ShortCourse | None:
    """What is known of how soon a class makes the body dependent; None where nothing is held."""
    return next((known for known in read_dependence(_HERE / "dependence.toml") if drug_class in known.classes), None)


def context_named(key: str, drug_class: str) -> ContextRule | None:
    """The context of that key or alias; None where it matters for other classes only.

    Raises:
        InvalidInput: for one that no class has, with near names.
    """
    names = {name: rule for rule in contexts(drug_class) for name in (rule.key, *rule.aliases)}
    if key in names:
        return names[key]
    elsewhere = {
        name for file in keys_of("contexts") for rule in _contexts_in(file) for name in (rule.key, *rule.aliases)
    }
    if key in elsewhere:
        return None
    from difflib import get_close_matches

    near = get_close_matches(key, names, n=3, cutoff=0.5) or sorted(rule.key for rule in contexts(drug_class))
    raise InvalidInput(f"context {key!r} is not known", "expected a known key", "did you mean " + ", ".join(near))


@cache
def _contexts_in(file: str) -> tuple[ContextRule, ...]:
    """The contexts of one file."""
    return read_contexts(_HERE / "contexts" / f"{file}.toml")


@cache
def find_indication(name: str) -> Indication | None:
    """The indication of that name or synonym, None where the formulary holds nothing about it."""
    wanted = name.strip().lower()
    for key in keys_of("indications"):
        indication = read_indication(_HERE / "indications" / f"{key}.toml")
        if wanted in (indication.name, *indication.synonyms):
            return indication
    return None


def find_drug(typed: str) -> tuple[Drug, str]:
    """The drug of a generic or brand name, and the brand if it was one (''), whatever the capitals.

    Raises:
        CannotPlan: for a name that the formulary does not hold, with near names. Unknown is never "safe to stop".
    """
    wanted = " ".join(typed.split()).lower()
    if wanted in keys_of("drugs"):
        return drug_named(wanted), ""
    for key in keys_of("drugs"):
        # Reading a file as text is far cheaper than parsing it, and most names stand in one file only.
        if wanted and wanted in (_HERE / "drugs" / f"{key}.toml").read_text(encoding="utf-8").lower():
            drug = drug_named(key)
            brand = next((brand.name for brand in drug.brands if brand.name.lower() == wanted), None)
            if brand is not None or wanted in (synonym.lower() for synonym in drug.synonyms):
                return drug, brand or ""
    for refused in refused_drugs():
        if wanted in refused.names:
            raise CannotPlan(
                f"{typed!r} is refused by name: {refused.reason.rstrip('.')} ({refused.cite.short})",
                f"do not stop it and keep the present dose: {refused.service} should plan it",
                "this program plans no reduction of it",
            )
    raise _unknown(typed, wanted)


@cache
def refused_drugs() -> tuple[RefusedDrug, ...]:
    """Every medicine that is never planned here."""
    return read_refused(_HERE / "refused.toml")


def _unknown(typed: str, wanted: str) -> CannotPlan:
    """The refusal of an unknown drug, with near names where there are such."""
    from difflib import get_close_matches

    names = {name.lower(): name for key in keys_of("drugs") for name in _names(drug_named(key))}
    names |= {name: name for refused in refused_drugs() for name in refused.names}
    near = [names[name] for name in get_close_matches(wanted, names, n=3, cutoff=0.6)]
    instead = f"did you mean {', '.join(near)}" if near else "type 'taper drugs' to see what the formulary holds"
    return CannotPlan(
        f"the formulary holds no drug called {typed!r}",
        "without its facts nothing can be said about stopping it: do not stop it suddenly, ask the prescriber or a pharmacist",
        instead,
    )


def _names(drug: Drug) -> tuple[str, ...]:
    """Every name a drug can be typed by."""
    return (drug.name, *drug.synonyms, *(brand.name for brand in drug.brands))
