"""A data file with anything wrong in it is refused whole: each fault by file, key and reason, and all faults at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from formulary_builders import DATA, SOUND

from taper_cli.formulary.datafile import DataFault
from taper_cli.formulary.drugs import read_class, read_drug, read_indication
from taper_cli.formulary.loader import class_named
from taper_cli.formulary.rules import read_contexts, read_dependence, read_guideline, read_region
from taper_cli.model.drug import HalfLife
from taper_cli.model.errors import DamagedData
from taper_cli.model.product import Split


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """A function that puts a text into the drug file of testazepam."""

    def written(text: str) -> Path:
        path = tmp_path / "testazepam.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


Write = Callable[[str], Path]


def spoil(text: str, *changes: tuple[str, str]) -> str:
    """A text with each first occurrence replaced; a change that changes nothing would prove nothing."""
    for old, new in changes:
        assert old in text, f"{old!r} is not in the sound file"
        text = text.replace(old, new, 1)
    return text


def faults(path: Path) -> list[str]:
    """What a drug file is refused for."""
    with pytest.raises(DataFault) as caught:
        read_drug(path)
    assert str(caught.value).startswith("testazepam.toml: ")
    return caught.value.faults


OTHER_SOURCE = """[sources.other]
title = "B"
publisher = "P"
year = 2024
where = "example.org"
read_on = 2026-11-22

"""
SPLIT_CITE = 'split_cite = { source = "label", locator = "section 3", trust = "V", note = "scored" }\n'
MAXIMUM_CITE = 'cite = { source = "label", locator = "section 4.2", trust = "V", note = "up to 30 mg" }\n'
CITE = '{ source = "label", locator = "section 2", trust = "V", note = "2 mg tablet" }'
SAME_PRODUCT = f"""[[product]]
region = "gb"
form = "tablet"
strength = "2 mg"
cite = {CITE}

"""
SPOILED = {
    # what is wrong: (what stands there, what is written instead), the key that is told, the reason that is told
    "an unknown key at the top": (("synonyms = []", "synonyms = []\ncolour = 'blue'"), "colour", "unknown key"),
    "an unknown key in a product": (('form = "tablet"', 'form = "tablet"\nscored = true'), "product[1]", "scored"),
    "an unknown key in a citation": (
        ('trust = "V", note = "2 mg tablet"', 'trust = "V", page = 3, note = "x"'),
        "product[1]",
        "page",
    ),
    "an unknown table": (("[[brand]]", "[[brands]]"), "brands", "unknown key"),
    "an empty reviewer": (('reviewed_by = "a pharmacist"', 'reviewed_by = " "'), "reviewed_by", "empty"),
    "an empty note": (('note = "2 mg tablet"', 'note = ""'), "product[1]", "note"),
    "a blank locator": (('locator = "section 2"', 'locator = "  "'), "product[1]", "locator"),
    "an empty title": (('title = "A label"', 'title = ""'), "sources.label", "title"),
    "a product without a citation": ((f"cite = {CITE}\n", ""), "product[1]", "cite"),
    "a split without a citation": ((SPLIT_CITE, ""), "product[1]", "split"),
    "a citation of a split that is none": (('split = "half"\n', ""), "product[1]", "split"),
    "a maximum without a citation": ((MAXIMUM_CITE, ""), "maximum[1]", "cite"),
    "a source that is not defined": (
        ('source = "label", locator = "section 2"', 'source = "lable", locator = "section 2"'),
        "product[1]",
        "'lable' is not defined",
    ),
    "a source that is never cited": (("[half_life]", f"{OTHER_SOURCE}[half_life]"), "sources.other", "never cited"),
    "a year that is none": (("year = 2024", "year = 24"), "sources.label", "year"),
    "a source never read": (("read_on = 2026-11-22\n", ""), "sources.label", "read_on"),
    "a negative strength": (('strength = "2 mg"', 'strength = "-2 mg"'), "product[1]", "negative"),
    "a strength of zero": (('strength = "2 mg"', 'strength = "0 mg"'), "product[1]", "not above zero"),
    "a strength without a unit": (('strength = "2 mg"', 'strength = "2"'), "product[1]", "no unit"),
    "a strength as a number": (('strength = "2 mg"', "strength = 2"), "product[1]", "strength"),
    "a strength with a comma": (('strength = "2 mg"', 'strength = "2,5 mg"'), "product[1]", "comma"),
    "an unknown form": (('form = "tablet"', 'form = "lozenge"'), "product[1]", "lozenge"),
    "a licence for a split that is none": (
        ('split = "half"\n' + SPLIT_CITE, "split_off_licence = true\n"),
        "product[1]",
        "says something of a split, and there is none",
    ),
    "a split capsule": (('form = "tablet"', 'form = "capsule"'), "product[1]", "never split"),
    "a split modified-release tablet": (
        ('form = "tablet"', 'form = "modified-release tablet"'),
        "product[1]",
        "never split",
    ),
    "a split liquid": (
        ('form = "tablet"\nstrength = "2 mg"', 'form = "oral solution"\nstrength = "2 mg in 1 mL"'),
        "product[1]",
        "never split",
    ),
    "a split into thirds": (('split = "half"', 'split = "third"'), "product[1]", "split"),
    "a liquid without a volume": (
        ('strength = "2 mg in 5 mL"', 'strength = "2 mg"'),
        "product[2]",
        "does not fit the form",
    ),
    "a tablet with a volume": (
        ('strength = "2 mg"', 'strength = "2 mg in 5 mL"'),
        "product[1]",
        "does not fit the form",
    ),
    "a volume of zero": (("in 5 mL", "in 0 mL"), "product[2]", "0.001 mL or more"),
    "one product twice": (("[[maximum]]", f"{SAME_PRODUCT}[[maximum]]"), "product", "twice"),
    "no product at all": ((SOUND[SOUND.index("[[product]]") : SOUND.index("[[maximum]]")], ""), "product", "missing"),
    "no half-life": ((SOUND[SOUND.index("[half_life]") : SOUND.index("[[brand]]")], ""), "half_life", "missing"),
    "a half-life of no class": (('category = "long"', 'category = "endless"'), "half_life", "category"),
    "hours that are none": (('["20", "100"]', '["20", "long"]'), "half_life", "'long'"),
    "hours upside down": (('["20", "100"]', '["100", "20"]'), "half_life", "upside down"),
    "hours of zero": (('["20", "100"]', '["0", "100"]'), "half_life", "above zero"),
    "a maximum for older adults above the adult one": (
        ('older_adult = "15 mg"', 'older_adult = "45 mg"'),
        "maximum[1]",
        "above the adult one",
    ),
    "an equivalent upside down": (('low = "5 mg"', 'low = "50 mg"'), "equivalent[1]", "above high"),
    "a trust of a third kind": (('trust = "V2"', 'trust = "rumour"'), "equivalent[1]", "rumour"),
    "a brand of nowhere": (('regions = ["gb"]', "regions = []"), "brand[1]", "regions"),
    "a use that is none": (('use = "daytime"', 'use = "weekends"'), "use", "'weekends'"),
    "another name than the file's": (('name = "testazepam"', 'name = "restazepam"'), "name", "testazepam"),
    "a schema of another file": (('"taper.drug.v1"', '"taper.class.v1"'), "schema", "taper.drug.v1"),
    "a review that is over before it began": (
        ("review_due = 2027-11-22", "review_due = 2026-11-01"),
        "review_due",
        "after reviewed_on",
    ),
    "no review date": (("review_due = 2027-11-22\n", ""), "review_due", "missing"),
    "a date in words": (("reviewed_on = 2026-11-22", 'reviewed_on = "last week"'), "reviewed_on", "date"),
}


def test_the_sound_file_is_read(write: Write) -> None:
    drug = read_drug(write(SOUND))
    assert [(product.name, product.split) for product in drug.products] == [
        ("2 mg tablet", Split.HALF),
        ("2 mg in 5 mL oral solution", Split.WHOLE),
    ]


@pytest.mark.parametrize("name", SPOILED)
def test_a_fault_is_told_with_its_key_and_its_reason(name: str, write: Write) -> None:
    change, key, reason = SPOILED[name]
    told = faults(write(spoil(SOUND, change)))
    assert any(fault.startswith(f"{key}: ") and reason in fault for fault in told), told


def test_all_faults_are_told_at_once(write: Write) -> None:
    names = [
        "an unknown key at the top",
        "an empty reviewer",
        "an empty note",
        "an equivalent upside down",
        "a use that is none",
    ]
    told = faults(write(spoil(SOUND, *(SPOILED[name][0] for name in names))))
    assert {fault.partition(":")[0] for fault in told} == {
        "colour",
        "reviewed_by",
        "product[1]",
        "equivalent[1]",
        "use",
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("this is [not TOML", id="a broken table"),
        pytest.param(spoil(SOUND, ("[half_life]", "[half_life")), id="a bracket left out"),
        pytest.param(spoil(SOUND, ('use = "daytime"', 'use = "daytime"\nuse = "night"')), id="one key twice"),
    ],
)
def test_what_is_not_toml_is_refused_by_name(text: str, write: Write) -> None:
    (told,) = faults(write(text))
    assert told.startswith("not TOML: ")


def test_what_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "testazepam.toml"
    path.write_bytes(SOUND.encode("utf-16"))
    (told,) = faults(path)
    assert told.startswith("not TOML: ")


def test_an_empty_file_is_refused(write: Write) -> None:
    told = faults(write(""))
    assert {"name", "schema", "product", "half_life", "reviewed_by"} <= {fault.partition(":")[0] for fault in told}


class TestOtherFiles:
    """Classes, guidelines, contexts and regions are read as strictly."""

    def spoiled(self, tmp_path: Path, file: str, *changes: tuple[str, str]) -> Path:
        path = tmp_path / Path(file).name
        path.write_text(spoil((DATA / file).read_text(encoding="utf-8"), *changes), encoding="utf-8")
        return path

    def told(self, read: Callable[[Path], object], path: Path) -> str:
        with pytest.raises(DataFault) as caught:
            read(path)
        return str(caught.value)

    @pytest.mark.parametrize("tier", ["expected", "emergency"])
    def test_a_class_without_a_tier(self, tier: str, tmp_path: Path) -> None:
        text = (DATA / "classes/benzodiazepine.toml").read_text(encoding="utf-8")
        entries = re.findall(rf'\[\[symptom\]\]\ntier = "{tier}"\n(?:.+\n)+', text)
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", *((entry, "") for entry in entries))
        assert f"no entry of tier '{tier}'" in self.told(read_class, path)

    def test_a_class_without_a_window(self, tmp_path: Path) -> None:
        text = (DATA / "classes/benzodiazepine.toml").read_text(encoding="utf-8")
        entries = re.findall(r"\[\[window\]\]\n(?:.+\n)+", text)
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", *((entry, "") for entry in entries))
        assert "window" in self.told(read_class, path)

    def test_a_call_without_its_urgency(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", ('urgency = "same day"\n', ""))
        assert "urgency belongs to the tier 'call'" in self.told(read_class, path)

    def test_a_window_that_ends_before_it_begins(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", ("last_day = 14", "last_day = 1"))
        assert "window[3]" in self.told(read_class, path)

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            ("review_days_after_first_cut = [7, 5]", "the last day of a review is before its first"),
            ("review_days_after_first_cut = [5]", "review_days_after_first_cut"),
            ("review_days_after_first_cut = [0, 7]", "review_days_after_first_cut"),
            ("review_every_weeks = 4\nreview_every_months = 3", "weeks or months, not both"),
            ("review_every_days = 4", "review_every_days"),
        ],
    )
    def test_figures_of_a_review_that_are_none(self, written: str, told: str, tmp_path: Path) -> None:
        change = ("review_days_after_first_cut = [5, 7]", written)
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", change)
        assert told in self.told(read_class, path)

    def test_a_review_that_is_told_to_the_patient_alone(self, tmp_path: Path) -> None:
        text = (DATA / "classes/benzodiazepine.toml").read_text(encoding="utf-8")
        (line,) = re.findall(r'audience = "prescriber"\ntext = "Review 5 to 7 .+\n', text)
        path = self.spoiled(tmp_path, "classes/benzodiazepine.toml", (line, line.replace("prescriber", "patient", 1)))
        assert "a review is advice for the prescriber" in self.told(read_class, path)

    @pytest.mark.parametrize("percent", ["0", "100", "250", "-25", "a quarter"])
    def test_a_limit_that_is_no_limit(self, percent: str, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "guidelines/asam-2025.toml", ('percent = "25"', f'percent = "{percent}"'))
        assert "cap" in self.told(read_guideline, path)

    def test_a_limit_without_a_basis(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "guidelines/asam-2025.toml", ('basis = "current"\n', ""))
        assert "basis" in self.told(read_guideline, path)

    def test_a_limit_without_a_window(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "guidelines/asam-2025.toml", ("window_days = 14", "window_days = 0"))
        assert "window_days" in self.told(read_guideline, path)

    def test_bands_with_a_gap(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "guidelines/uk-bands.toml", ('above = "5 mg"', 'above = "6 mg"'))
        assert "a gap between" in self.told(read_guideline, path)

    def test_bands_that_do_not_reach_zero(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "guidelines/uk-bands.toml", ('above = "0 mg"', 'above = "1 mg"'))
        assert "do not reach zero" in self.told(read_guideline, path)

    @pytest.mark.parametrize(
        ("file", "old", "new", "told"),
        [
            ("asam-2025", 'percent = ["5", "10"]', 'percent = ["10", "5"]', "a usual cut is between 0 and 100 percent"),
            ("asam-2025", 'percent = ["5", "10"]', 'percent = ["0", "0"]', "a usual cut is between 0 and 100 percent"),
            ("asam-2025", "interval_days = [14, 28]", "interval_days = [28, 14]", "the usual interval is upside down"),
            ("asam-2025", 'key = "asam-2025"', 'key = "asam-2024"', "key: expected 'asam-2025'"),
            ("uk-bands", 'least = "1 mg"', 'least = "0 mg"', "the steps of a band are above zero"),
            ("uk-bands", 'least = "1 mg"', 'least = "9 mg"', "not upside down: 9 mg"),
            ("highland-ppi", 'dose = "20 mg"\nwindow_days', 'dose = "0 mg"\nwindow_days', "'0 mg' is not above zero"),
            ("highland-ppi", 'up_to = "40 mg"', 'up_to = "0 mg"', "'0 mg' is not above zero"),
            (
                "highland-ppi",
                'ending = "stop"',
                'ending = "maintain"',
                "a ladder that stays ends on a dose of every day",
            ),
        ],
    )
    def test_a_figure_of_a_guideline_that_cannot_be(
        self, file: str, old: str, new: str, told: str, tmp_path: Path
    ) -> None:
        path = self.spoiled(tmp_path, f"guidelines/{file}.toml", (old, new))
        assert told in self.told(read_guideline, path)

    @pytest.mark.parametrize(
        ("read", "file", "key"),
        [
            (read_class, "classes/benzodiazepine.toml", "name"),
            (read_region, "regions/gb.toml", "key"),
            (read_indication, "indications/muscle-spasm.toml", "name"),
        ],
    )
    def test_a_file_of_another_name(self, read: Callable[[Path], object], file: str, key: str, tmp_path: Path) -> None:
        """What is looked up by the name of its file and called otherwise inside would be taken for another one."""
        path = tmp_path / "another-name.toml"
        path.write_bytes((DATA / file).read_bytes())
        assert f"{key}: expected 'another" in self.told(read, path)

    def test_two_windows_for_one_half_life(self, tmp_path: Path) -> None:
        path = self.spoiled(
            tmp_path, "classes/benzodiazepine.toml", ('half_life = "intermediate"', 'half_life = "short"')
        )
        assert "window: one half-life stands twice" in self.told(read_class, path)

    def test_lengths_of_use_upside_down(self, tmp_path: Path) -> None:
        text = (DATA / "dependence.toml").read_text(encoding="utf-8")
        (line,) = re.findall(r"short_use_days = \d+", text)
        path = self.spoiled(tmp_path, "dependence.toml", (line, "short_use_days = 730"))
        assert "short_use_days is not below long_use_days" in self.told(read_dependence, path)

    def test_a_class_without_the_window_of_a_half_life_says_so(self) -> None:
        held = class_named("gabapentinoid")
        with pytest.raises(DamagedData, match="no window for a long half-life"):
            held.window(HalfLife.LONG)

    def test_a_context_named_twice(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "contexts/sedative.toml", ('aliases = ["opioids"]', 'aliases = ["alcohol"]'))
        assert "stands twice" in self.told(read_contexts, path)

    def test_a_gate_that_is_neither_true_nor_false(self, tmp_path: Path) -> None:
        path = self.spoiled(tmp_path, "contexts/sedative.toml", ("gate = true", 'gate = "perhaps"'))
        assert "gate" in self.told(read_contexts, path)

    def test_a_number_to_call_without_a_source(self, tmp_path: Path) -> None:
        text = (DATA / "regions/us.toml").read_text(encoding="utf-8")
        cite = re.search(r"cite = \{.+\}\n", text)
        assert cite
        assert "cite" in self.told(read_region, self.spoiled(tmp_path, "regions/us.toml", (cite[0], "")))
