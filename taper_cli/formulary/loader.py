"""The formulary's door: a drug by any of its names, its class, guidelines, regions, indications and contexts."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING

from taper_cli.formulary.datafile import DataFault
from taper_cli.formulary.drugs import read_class, read_drug, read_indication
from taper_cli.formulary.rules import read_contexts, read_dependence, read_guideline, read_refused, read_region
from taper_cli.model.drug import Drug, DrugClass, Indication, RefusedDrug
from taper_cli.model.errors import CannotPlan, FaultyFile, InvalidInput
from taper_cli.model.exposure import DependenceMatrix, ShortCourse
from taper_cli.model.guideline import ContextRule, Guideline, Region

if TYPE_CHECKING:
    from taper_cli.formulary.own import OwnFile
    from taper_cli.model.catalogue import Listed

_HERE = Path(__file__).parent
INTERNATIONAL = "international"
_LONGEST_NAME = 100
# 'lorezapam' is 0.78 like lorazepam; codeine is 0.75 like clonidine, and Lustral 0.71 like Lunesta.
_NEARLY = 0.77


def keys_of(folder: str) -> list[str]:
    """The names of the data files in a folder, sorted."""
    return sorted(path.stem for path in (_HERE / folder).glob("*.toml"))


def region_keys() -> list[str]:
    """The regions that can be typed, sorted; where none is typed, the international one holds."""
    return [key for key in keys_of("regions") if key != INTERNATIONAL]


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
    """The class file of that name.

    Raises:
        DataFault: when the file is faulty.
    """
    return read_class(_HERE / "classes" / f"{name}.toml")


@cache
def guideline_named(key: str) -> Guideline:
    """The guideline file of that key.

    Raises:
        InvalidInput: for a key that no file has, with the known ones.
    """
    if not _holds("guidelines", key):
        raise InvalidInput(f"guideline {key!r} is not known", "expected one of " + ", ".join(keys_of("guidelines")))
    return read_guideline(_HERE / "guidelines" / f"{key}.toml")


def guidelines_for(drug: Drug) -> tuple[Guideline, ...]:
    """Every guideline that covers a drug, by key; files that do not name its class are not parsed."""
    held = map(guideline_named, _guidelines_naming(drug.drug_class))
    return tuple(guideline for guideline in held if guideline.covers(drug.name, drug.drug_class))


@cache
def _guidelines_naming(drug_class: str) -> tuple[str, ...]:
    """The guidelines whose files name a class, by key: to look into a file is far cheaper than to parse it."""
    folder, name = _HERE / "guidelines", f'"{drug_class}"'.encode()
    return tuple(key for key in keys_of("guidelines") if name in (folder / f"{key}.toml").read_bytes())


def other_guidelines(guideline: Guideline, drug: Drug) -> tuple[Guideline, ...]:
    """Every other guideline that covers a drug, by key."""
    return tuple(other for other in guidelines_for(drug) if other.key != guideline.key)


@cache
def region_named(key: str | None) -> Region:
    """The region of that key; None is international.

    Raises:
        InvalidInput: for a key that no file has, with the known ones.
    """
    if key is not None and not _holds("regions", key):
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
        raise InvalidInput(f"region {key!r} is not known", "expected one of " + ", ".join(region_keys()), instead)
    return read_region(_HERE / "regions" / f"{key or INTERNATIONAL}.toml")


@cache
def contexts(drug_class: str) -> tuple[ContextRule, ...]:
    """Every fact about the patient that matters for a class."""
    return _contexts_in(class_named(drug_class).contexts)


def context_file(drug_class: DrugClass) -> Path:
    """Where the facts about the patient that matter for a class stand."""
    return _HERE / "contexts" / f"{drug_class.contexts}.toml"


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


@lru_cache(maxsize=256)
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
    if _holds("drugs", wanted):
        return drug_named(wanted), ""
    for entry in listed():
        if wanted in map(str.lower, entry.names):
            drug = drug_named(entry.name)
            brand = next((brand.name for brand in drug.brands if brand.name.lower() == wanted), None)
            if brand is not None or wanted in map(str.lower, drug.synonyms):
                return drug, brand or ""
    for refused in refused_drugs():
        if wanted in refused.names:
            raise CannotPlan(
                f"{typed!r} is refused by name: {refused.reason.rstrip('.')} ({refused.cite.short})",
                f"do not stop it and keep the present dose: {refused.service} should plan it",
                "this program plans no reduction of it",
            )
    raise _unknown(typed, wanted)


def generic_name(name: str) -> str:
    """The generic name of a drug or a brand, whatever the capitals; '' for a word that names none, refused medicines included."""
    return _generic_names().get(" ".join(name.split()).lower(), "")


@cache
def _generic_names() -> dict[str, str]:
    """Every name that is known, in small letters, with the drug it stands for."""
    refused = {name: next(iter(one.names)) for one in refused_drugs() for name in one.names}
    return {**refused, **{name.lower(): entry.name for entry in listed() for name in entry.names}}


@cache
def refused_drugs() -> tuple[RefusedDrug, ...]:
    """Every medicine that is never planned here."""
    return read_refused(_HERE / "refused.toml")


def _holds(folder: str, name: str) -> bool:
    """Whether a folder has a data file of that name: one look at the disk, however many files there are; a name is no path.

    A name longer than any file's is looked for nowhere: the disk would answer with a fault of its own.
    """
    could_be = len(name) <= _LONGEST_NAME and fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is not None
    return could_be and (_HERE / folder / f"{name}.toml").is_file()


def markets() -> tuple[str, ...]:
    """The regions that products are sold in."""
    held = (region_named(key).market for key in region_keys())
    return tuple(sorted({market for market in held if market is not None}))


def own_file(content: bytes, name: str) -> OwnFile:
    """A prescriber's own products.

    Raises:
        FaultyFile: with every fault of the file.
    """
    from taper_cli.formulary.own import read_products

    try:
        return read_products(content, name, drugs=keys_of("drugs"), regions=markets())
    except DataFault as fault:
        count = f"{len(fault.faults)} fault{'' if len(fault.faults) == 1 else 's'}"
        raise FaultyFile(
            f"{name!r} cannot be used as a file of products ({count})",
            "expected a file as in examples/requests/own-products.toml",
            tuple(fault.faults),
        ) from fault


@cache
def listed() -> tuple[Listed, ...]:
    """Every drug as the list names it, by name: from the index, or from the files themselves where a file came or went since."""
    from taper_cli.formulary import index

    names = keys_of("drugs")
    shipped = index.read_index()
    if [entry.name for entry in shipped] == names:
        return shipped
    return tuple(index.listed(drug, class_named(drug.drug_class)) for drug in map(drug_named, names))


def near_names(wanted: str) -> list[str]:
    """Up to three names of drugs that are written nearly like that, those of refused medicines among them.

    Only slips of the pen: to answer a brand that is not held with another medicine's would offer the wrong one.
    """
    from difflib import get_close_matches

    names = {name.lower(): name for entry in listed() for name in entry.names}
    names |= {name: name for refused in refused_drugs() for name in refused.names}
    return [names[name] for name in get_close_matches(wanted.lower(), names, n=3, cutoff=_NEARLY)]


def _unknown(typed: str, wanted: str) -> CannotPlan:
    """The refusal of an unknown drug, with near names where there are such."""
    near = near_names(wanted)
    instead = f"did you mean {', '.join(near)}" if near else "type 'taper drugs' to see what the formulary holds"
    return CannotPlan(
        f"the formulary holds no drug called {typed!r}",
        "without its facts nothing can be said about stopping it: do not stop it suddenly, ask the prescriber or a pharmacist",
        instead,
    )
