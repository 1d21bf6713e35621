"""The data as they ship: every number has an address and a review date, and nothing contradicts what must hold."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from formulary_builders import (
    citations,
    classes,
    drugs,
    files,
    guidelines,
    indications,
    load,
    raw,
    regions,
)
from formulary_listing import ACCEPT, GOLD, listing

from taper_cli.checks.notation import faults
from taper_cli.formulary import loader
from taper_cli.model.citation import Trust
from taper_cli.model.drug import Audience, Drug, DrugClass, HalfLife, Tier
from taper_cli.model.guideline import Guideline, Notation
from taper_cli.model.product import Split

RELEASED = date(2026, 11, 22)
every_file = pytest.mark.parametrize("file", files())
every_drug = pytest.mark.parametrize("drug", drugs(), ids=lambda drug: drug.name)
SEDATIVES = ("benzodiazepine", "z-drug")
every_sedative = pytest.mark.parametrize(
    "held", [held for held in classes() if held.name in SEDATIVES], ids=lambda held: held.name
)
every_class = pytest.mark.parametrize("held", classes(), ids=lambda held: held.name)
every_region = pytest.mark.parametrize("region", regions(), ids=lambda region: region.key)


class TestEveryFile:
    """What holds for each data file of any kind."""

    @every_file
    def test_loads(self, file: str) -> None:
        assert load(file)

    @every_file
    def test_says_what_it_is_in_its_first_line(self, file: str) -> None:
        first = (Path(loader.__file__).parent / file).read_text(encoding="utf-8").splitlines()[0]
        assert re.fullmatch(r"# [A-Z].{20,}\.", first)

    @every_file
    def test_is_reviewed_and_the_review_has_not_run_out(self, file: str) -> None:
        table = raw(file)
        assert table["reviewed_on"] <= RELEASED < table["review_due"]
        assert table["reviewed_by"].strip()

    @every_file
    def test_is_reviewed_again_within_two_years(self, file: str) -> None:
        table = raw(file)
        assert (table["review_due"] - table["reviewed_on"]).days <= 2 * 366

    @every_file
    def test_every_citation_names_source_place_trust_and_what_was_read(self, file: str) -> None:
        for place, cite in citations(raw(file)):
            assert set(cite) == {"source", "locator", "trust", "note"}, place
            assert all(str(part).strip() for part in cite.values()), place
            assert cite["trust"] in ("V", "V2"), place

    @every_file
    def test_every_source_can_be_found_again_and_was_read(self, file: str) -> None:
        for key, source in raw(file).get("sources", {}).items():
            assert re.search(r"[\w-]+\.[a-z]{2,}", source["where"]), key
            assert source["read_on"] <= RELEASED, key
            assert 1970 <= source["year"] <= source["read_on"].year, key

    @every_file
    def test_no_source_is_a_path_on_somebodys_machine(self, file: str) -> None:
        text = str(raw(file).get("sources", {}))
        assert not re.search(r"file://|(?<![\w.])/(home|root|tmp|mnt|Users)/|[A-Z]:\\", text)

    @every_file
    def test_no_unconfirmed_fact_ships(self, file: str) -> None:
        notes = " ".join(cite["note"] for _, cite in citations(raw(file)))
        assert not re.search(r"\b(TODO|FIXME|not verified|unverified|guess)\b", notes, re.IGNORECASE)


class TestEveryDrug:
    """Products, splitting, brands, maxima and equivalents of each drug."""

    @every_drug
    def test_has_products_with_a_strength_above_zero(self, drug: Drug) -> None:
        assert drug.products and all(product.strength.ng > 0 for product in drug.products)

    @every_drug
    def test_has_each_product_once_a_region(self, drug: Drug) -> None:
        counts = Counter((product.region, product.identity) for product in drug.products)
        assert not [product for product, count in counts.items() if count > 1]

    @every_drug
    def test_only_plain_tablets_are_split_and_each_split_has_a_source(self, drug: Drug) -> None:
        for product in drug.products:
            if product.split is not Split.WHOLE:
                assert product.form.value == "tablet" and product.split_cite is not None
            else:
                assert product.split_cite is None

    @every_drug
    def test_every_split_divides_its_strength(self, drug: Drug) -> None:
        assert all(product.strength.ng % product.split.value == 0 for product in drug.products)

    @every_drug
    def test_liquids_have_a_volume_and_solids_have_none(self, drug: Drug) -> None:
        assert all(product.form.liquid == (product.volume is not None) for product in drug.products)

    @every_drug
    def test_is_sold_only_in_regions_that_exist(self, drug: Drug) -> None:
        markets = {region.market for region in regions()} - {None}
        assert {product.region for product in drug.products} <= markets
        assert {region for brand in drug.brands for region in brand.regions} <= markets
        assert {maximum.region for maximum in drug.maxima} <= markets

    @every_drug
    def test_its_class_exists_and_has_a_window_for_its_half_life(self, drug: Drug) -> None:
        held = loader.class_named(drug.drug_class)
        assert held.window(drug.half_life).half_life is drug.half_life

    @every_drug
    def test_its_hours_fit_its_half_life_class(self, drug: Drug) -> None:
        if drug.half_life_hours is None:
            return
        longest = max(*drug.half_life_hours, *(drug.metabolite_hours or (0, 0)))
        assert (longest > 24) == (drug.half_life is HalfLife.LONG)

    @every_drug
    def test_has_a_maximum_so_that_a_tenfold_slip_is_caught(self, drug: Drug) -> None:
        assert drug.maxima and all(maximum.dose.ng > 0 for maximum in drug.maxima)

    @every_drug
    def test_its_maximum_for_older_adults_is_the_lower_one(self, drug: Drug) -> None:
        assert all(maximum.older_adult <= maximum.dose for maximum in drug.maxima if maximum.older_adult)

    @every_drug
    def test_no_smallest_product_exceeds_the_maximum(self, drug: Drug) -> None:
        for maximum in drug.maxima:
            solids = [
                product for product in drug.products if product.region == maximum.region and not product.form.liquid
            ]
            assert not solids or min(product.strength for product in solids) <= maximum.dose

    @every_drug
    def test_equivalents_are_ranges_from_tables_named_once(self, drug: Drug) -> None:
        tables = [equivalent.table for equivalent in drug.equivalents]
        assert len(set(tables)) == len(tables)
        assert all(0 < equivalent.low.ng <= equivalent.high.ng for equivalent in drug.equivalents)

    NO_TABLE_NAMES_IT: ClassVar = {"diazepam", "eszopiclone"}

    @pytest.mark.parametrize(
        "drug", [drug for drug in drugs() if drug.drug_class in SEDATIVES], ids=lambda drug: drug.name
    )
    def test_a_sedative_has_an_equivalent_of_diazepam_and_nothing_else_has(self, drug: Drug) -> None:
        assert bool(drug.equivalents) == (drug.name not in self.NO_TABLE_NAMES_IT)

    @every_drug
    def test_only_sedatives_have_equivalents_of_diazepam(self, drug: Drug) -> None:
        assert not drug.equivalents or drug.drug_class in SEDATIVES

    @every_drug
    def test_published_equivalents_agree_within_a_factor_of_four(self, drug: Drug) -> None:
        figures = [dose.ng for equivalent in drug.equivalents for dose in (equivalent.low, equivalent.high)]
        assert not figures or max(figures) <= 4 * min(figures)

    @every_drug
    def test_a_secondary_source_is_said_to_be_one(self, drug: Drug) -> None:
        for cite in (*(maximum.cite for maximum in drug.maxima), *(product.cite for product in drug.products)):
            assert ("secondary" in cite.short) == (cite.trust is Trust.SECONDARY)


class TestNames:
    """Every name leads to one drug."""

    def test_a_brand_belongs_to_one_drug_in_each_region(self) -> None:
        owners: dict[tuple[str, str], set[str]] = {}
        for drug in drugs():
            for brand in drug.brands:
                for region in brand.regions:
                    owners.setdefault((brand.name.lower(), region), set()).add(drug.name)
        assert not {name: found for name, found in owners.items() if len(found) > 1}

    def test_a_brand_belongs_to_one_drug_in_all_regions_together(self) -> None:
        names = Counter(brand.name.lower() for drug in drugs() for brand in drug.brands)
        assert not [name for name, count in names.items() if count > 1]

    def test_no_synonym_is_another_drugs_name(self) -> None:
        names = Counter(
            name.lower() for drug in drugs() for name in (drug.name, *drug.synonyms, *(b.name for b in drug.brands))
        )
        assert not [name for name, count in names.items() if count > 1]

    @every_drug
    def test_every_name_finds_its_drug_whatever_the_capitals(self, drug: Drug) -> None:
        for name in (drug.name, *drug.synonyms, *(brand.name for brand in drug.brands)):
            assert {loader.find_drug(form)[0].name for form in (name, name.upper(), name.lower(), f" {name} ")} == {
                drug.name
            }


class TestEveryClass:
    """Windows, tiers and advice of each class."""

    @every_class
    def test_has_all_three_tiers(self, held: DrugClass) -> None:
        assert all(held.tier(tier) for tier in Tier)

    @every_class
    def test_has_one_window_for_each_half_life_among_its_drugs(self, held: DrugClass) -> None:
        wanted = {drug.half_life for drug in drugs() if drug.drug_class == held.name}
        counts = Counter(window.half_life for window in held.windows)
        assert wanted <= set(counts) and set(counts.values()) == {1}

    @every_sedative
    def test_watches_short_acting_drugs_on_days_1_to_7_and_long_acting_on_days_3_to_14(self, held: DrugClass) -> None:
        expected = {HalfLife.SHORT: (1, 7), HalfLife.INTERMEDIATE: (1, 7), HalfLife.LONG: (3, 14)}
        for window in held.windows:
            assert (window.first_day, window.last_day) == expected[window.half_life]
        assert held.after_last_dose_days == 4 * 7

    @every_class
    def test_is_watched_for_a_week_after_a_cut_and_two_weeks_after_the_last_dose_or_longer(
        self, held: DrugClass
    ) -> None:
        assert all(window.first_day <= 3 and 7 <= window.last_day <= 21 for window in held.windows)
        assert held.after_last_dose_days >= 14

    EMERGENCIES = (
        ("a fit", r"\bfit\b|seizure"),
        ("confusion", r"confus"),
        ("seeing or hearing things", r"seeing or hearing"),
        ("chest pain", r"chest pain"),
        ("collapse", r"collapse"),
        ("trouble breathing", r"breath"),
        ("blue lips", r"blue lips"),
        ("cannot be woken", r"cannot be woken"),
        ("high fever with stiffness", r"fever.*stiff"),
        ("about to harm yourself", r"harm yourself|ending your life"),
    )

    @every_sedative
    @pytest.mark.parametrize(("sign", "pattern"), EMERGENCIES, ids=[sign for sign, _ in EMERGENCIES])
    def test_an_emergency_is_named_by_every_sedative(self, held: DrugClass, sign: str, pattern: str) -> None:
        assert any(re.search(pattern, symptom.words) for symptom in held.symptoms), sign

    @every_class
    @pytest.mark.parametrize(("sign", "pattern"), EMERGENCIES, ids=[sign for sign, _ in EMERGENCIES])
    def test_an_emergency_is_named_as_nothing_less(self, held: DrugClass, sign: str, pattern: str) -> None:
        tiers = {symptom.tier for symptom in held.symptoms if re.search(pattern, symptom.words)}
        assert tiers <= {Tier.EMERGENCY}, sign

    OWN_EMERGENCIES = (
        ("opioid", r"cannot be woken"),
        ("opioid", r"breath"),
        ("corticosteroid", r"collapse"),
        ("antidepressant", r"harm yourself"),
        ("gabapentinoid", r"\bfit\b"),
        ("gabapentinoid", r"breath"),
        ("muscle-relaxant", r"\bfit\b"),
        ("muscle-relaxant", r"seeing or hearing"),
        ("muscle-relaxant", r"fever.*stiff"),
        ("beta-blocker", r"chest pain"),
        ("ppi", r"blood"),
        ("ppi", r"black"),
    )

    @pytest.mark.parametrize(("name", "pattern"), OWN_EMERGENCIES)
    def test_the_emergencies_of_its_own_are_named(self, name: str, pattern: str) -> None:
        words = [symptom.words for symptom in loader.class_named(name).tier(Tier.EMERGENCY)]
        assert any(re.search(pattern, text) for text in words), words

    NEVER_EXPECTED = (
        r"akathisia|cannot sit|stay still",
        r"racing|pounding|palpitation",
        r"panic",
        r"low mood|sad|hopeless",
        r"pain in the chest|chest",
        r"fit\b|seizure",
        r"suicid|harm",
        r"\bfall",
        r"being sick|vomit",
    )

    @every_class
    @pytest.mark.parametrize("pattern", NEVER_EXPECTED)
    def test_what_needs_a_call_is_never_told_to_be_expected(self, held: DrugClass, pattern: str) -> None:
        assert not [symptom.words for symptom in held.tier(Tier.EXPECTED) if re.search(pattern, symptom.words)]

    SAME_DAY = (r"took more", r"run out", r"pregnant")

    @every_class
    @pytest.mark.parametrize("pattern", SAME_DAY)
    def test_what_cannot_wait_is_called_the_same_day(self, held: DrugClass, pattern: str) -> None:
        found = [symptom for symptom in held.tier(Tier.CALL) if re.search(pattern, symptom.words)]
        assert found and all(symptom.same_day for symptom in found)

    @every_class
    def test_lost_doses_are_called_the_same_day_and_with_a_steroid_are_an_emergency(self, held: DrugClass) -> None:
        found = [one for one in held.symptoms if re.search(r"doses are lost|keep your steroid down", one.words)]
        assert found and all(one.same_day or one.tier is Tier.EMERGENCY for one in found)
        assert held.name != "corticosteroid" or {one.tier for one in found} == {Tier.EMERGENCY}

    @every_sedative
    @pytest.mark.parametrize("pattern", [r"bad shaking", r"head"])
    def test_a_sedative_adds_bad_shaking_and_a_knock_to_the_head(self, held: DrugClass, pattern: str) -> None:
        found = [symptom for symptom in held.tier(Tier.CALL) if re.search(pattern, symptom.words)]
        assert found and all(symptom.same_day for symptom in found)

    @every_class
    def test_no_symptom_stands_twice(self, held: DrugClass) -> None:
        assert len({symptom.words for symptom in held.symptoms}) == len(held.symptoms)

    TOPICS = (
        "do-not-stop",
        "missed-dose",
        "interacting",
        "hold",
        "step-back",
        "supply",
        "hospital",
        "pregnancy",
    )

    @every_class
    @pytest.mark.parametrize("topic", TOPICS)
    def test_advice_is_held_on_each_topic(self, held: DrugClass, topic: str) -> None:
        words = " ".join(f"{advice.topic} {advice.text}" for advice in held.advice).lower()
        assert topic in words

    @every_sedative
    @pytest.mark.parametrize("topic", ["alcohol", "sedatives", "driving", "naloxone"])
    def test_a_sedative_warns_of_what_makes_it_dangerous(self, held: DrugClass, topic: str) -> None:
        assert topic in {advice.topic for advice in held.advice}

    def test_an_opioid_tells_everybody_of_naloxone_and_of_lost_tolerance(self) -> None:
        advice = [advice for advice in loader.class_named("opioid").advice if advice.audience is Audience.PATIENT]
        assert any("naloxone" in one.text.lower() for one in advice if one.topic == "overdose")
        assert "lost-tolerance" in {one.topic for one in advice}

    @every_class
    @pytest.mark.parametrize("notation", Notation, ids=lambda notation: notation.value)
    def test_its_words_are_written_so_that_no_dose_is_misread(self, held: DrugClass, notation: Notation) -> None:
        rules = loader.contexts(held.name)
        market = {Notation.UK: "gb", Notation.US: "us", Notation.INTERNATIONAL: None}[notation]
        texts = [symptom.words for symptom in held.symptoms]
        texts += [advice.text for advice in held.advice if advice.region in (None, market)]
        texts += [box.text for box in held.boxes if box.region == market] + [
            text for rule in rules for text in (rule.title, rule.text)
        ]
        assert not [fault for text in texts for fault in faults(text, notation)]

    @every_sedative
    def test_naloxone_is_said_not_to_undo_this_medicine(self, held: DrugClass) -> None:
        texts = " ".join(advice.text for advice in held.advice if advice.topic == "naloxone")
        assert "emergency number first" in texts and "does not undo this medicine" in texts

    @every_class
    def test_nobody_is_told_that_no_taper_is_needed(self, held: DrugClass) -> None:
        texts = " ".join(advice.text for advice in held.advice)
        assert not re.search(r"no taper (is )?needed|safe to stop", texts, re.IGNORECASE)


class TestEveryGuideline:
    """Limits with their basis and window, usual ranges that lie within them, bands without a gap."""

    @pytest.mark.parametrize("file", [file for file in files() if file.startswith("guidelines/")])
    def test_says_how_much_of_what_in_how_many_days(self, file: str) -> None:
        table = raw(file)
        assert {"cap", "dose_cap", "bands", "min_total", "ladder", "hold"} & set(table)
        if "cap" in table:
            assert {"percent", "window_days", "basis", "cite"} <= set(table["cap"])
        for cap in table.get("dose_cap", []):
            assert {"drug", "dose", "window_days", "cite"} <= set(cap)
            assert cap["drug"] in loader.keys_of("drugs") and cap["window_days"] >= 1

    @pytest.mark.parametrize("guideline", guidelines(), ids=lambda guideline: guideline.key)
    def test_its_usual_range_lies_below_its_limit(self, guideline: object) -> None:
        cap, usual = guideline.cap, guideline.usual  # type: ignore[attr-defined]
        assert usual is None or usual.share_low <= usual.share_high
        assert usual is None or cap is None or usual.share_high <= cap.share
        assert usual is None or usual.interval_low_days <= usual.interval_high_days

    @pytest.mark.parametrize("guideline", guidelines(), ids=lambda guideline: guideline.key)
    def test_covers_classes_that_exist(self, guideline: object) -> None:
        assert set(guideline.classes) <= set(loader.keys_of("classes"))  # type: ignore[attr-defined]

    @every_drug
    def test_every_drug_has_a_limit_that_binds_in_every_market(self, drug: Drug) -> None:
        planning = loader.class_named(drug.drug_class).planning
        for market in (None, *{product.region for product in drug.products}):
            guideline = loader.guideline_named(planning.guideline_in(market))
            assert guideline.covers(drug.name, drug.drug_class) and guideline.limits(drug.name)

    @pytest.mark.parametrize("guideline", guidelines(), ids=lambda guideline: guideline.key)
    def test_names_drugs_that_are_held_and_that_it_covers(self, guideline: Guideline) -> None:
        named = {
            *guideline.drugs,
            *(cap.drug for cap in guideline.dose_caps),
            *(time.drug for time in guideline.min_times),
        }
        named |= {name for ladder in guideline.ladders for name in ladder.drugs}
        named |= {name for bands in guideline.bands for name in bands.drugs}
        for name in named:
            assert guideline.covers(name, loader.drug_named(name).drug_class), name

    def test_no_ladder_has_the_key_of_another(self) -> None:
        keys = Counter(ladder.key for guideline in guidelines() for ladder in guideline.ladders)
        assert not [key for key, count in keys.items() if count > 1]

    BY_ITS_OWN_PACE: ClassVar = {"beta-blocker", "muscle-relaxant"}

    @every_class
    def test_a_pace_is_asked_of_the_prescriber_only_where_none_is_published(self, held: DrugClass) -> None:
        assert held.planning.prescriber_types_pace == (held.name in self.BY_ITS_OWN_PACE)

    def test_the_joint_guideline_limits_cuts_to_a_quarter_of_the_current_dose_in_14_days(self) -> None:
        cap = loader.guideline_named("asam-2025").cap
        assert cap and (cap.share * 100, cap.window_days, cap.basis.value) == (25, 14, "current")

    def test_banded_steps_are_at_most_a_fifth_of_the_dose_down_to_5_mg(self) -> None:
        (bands,) = loader.guideline_named("uk-bands").bands
        for band in bands.bands:
            assert band.step_low <= band.step_high
            assert not band.floor or band.step_high.ng * 5 <= band.floor.ng


class TestEveryRegion:
    """Numbers to call that belong to the region, and none where the region is not known."""

    NUMBERS: ClassVar = {
        "gb": {"emergency": ["999"], "crisis": ["111", "111", "116 123"]},
        "gb-nir": {"emergency": ["999"], "crisis": ["0808 808 8000", "116 123"]},
        "us": {"emergency": ["911"], "crisis": ["988"]},
        "international": {},
    }

    @every_region
    def test_has_the_numbers_that_were_confirmed_for_it(self, region: object) -> None:
        found: dict[str, list[str]] = {}
        for line in region.lines:  # type: ignore[attr-defined]
            found.setdefault(line.purpose, []).append(line.number)
        assert found == self.NUMBERS[region.key]  # type: ignore[attr-defined]

    def test_northern_ireland_has_no_111_line(self) -> None:
        assert "111" not in [line.number for line in loader.region_named("gb-nir").lines]

    def test_bedtime_is_night_in_the_united_kingdom(self) -> None:
        assert {region.key: region.bedtime_word for region in regions()} == {
            "gb": "night",
            "gb-nir": "night",
            "us": "bedtime",
            "international": "bedtime",
        }


def text_of(key: str) -> str:
    """What a context says for benzodiazepines."""
    rule = loader.context_named(key, "benzodiazepine")
    assert rule is not None
    return rule.text


class TestContexts:
    """Which facts refuse and which warn is decided, and every one says why and who helps."""

    GATES: ClassVar = [
        "withdrawal-seizure",
        "seizure-history",
        "epilepsy-treatment",
        "pregnancy",
        "alcohol-dependence",
        "illicit-supply",
        "suicidality",
        "unstable-psychosis",
        "second-sedative-taper",
    ]
    WARNINGS: ClassVar = [
        "opioid",
        "breastfeeding",
        "frail",
        "respiratory",
        "myasthenia",
        "glaucoma",
        "liver",
        "failed-taper",
        "alcohol",
        "sedative",
        "age",
        "used-for",
        "days-a-week",
        "as-needed",
    ]

    def test_gates_and_warnings_are_those_decided(self) -> None:
        sedatives = loader.contexts("benzodiazepine")
        assert sorted(rule.key for rule in sedatives if rule.gate) == sorted(self.GATES)
        assert sorted(rule.key for rule in sedatives if not rule.gate) == sorted(self.WARNINGS)

    @every_class
    def test_no_name_means_two_things(self, held: DrugClass) -> None:
        names = Counter(name for rule in loader.contexts(held.name) for name in (rule.key, *rule.aliases))
        assert not [name for name, count in names.items() if count > 1]

    @every_class
    def test_every_gate_names_a_service_other_than_the_prescriber(self, held: DrugClass) -> None:
        assert all(rule.service != "the prescriber" for rule in loader.contexts(held.name) if rule.gate)

    @every_class
    def test_pregnancy_and_age_are_asked_about_in_every_class(self, held: DrugClass) -> None:
        asked = {rule.key for rule in loader.contexts(held.name) if rule.ask}
        assert {"pregnancy", "age"} <= asked

    @pytest.mark.parametrize("key", ["liver", "respiratory", "myasthenia", "glaucoma"])
    def test_a_contraindication_is_a_reason_to_come_off(self, key: str) -> None:
        assert "a reason to come off, never to block the taper" in text_of(key)

    def test_an_opioid_brings_naloxone(self) -> None:
        assert "naloxone" in text_of("opioid")


class TestIndications:
    """What else may help, with its emergencies."""

    def test_spasm_has_the_signs_of_a_pressed_spinal_cord_as_emergencies(self) -> None:
        spasm = loader.find_indication("muscle spasm")
        assert spasm is not None
        signs = " ".join(line.text for line in spasm.of_kind("emergency"))
        assert all(word in signs for word in ("numbness between the legs", "bladder or bowel", "leg weakness"))

    @pytest.mark.parametrize("indication", indications(), ids=lambda indication: indication.name)
    def test_every_name_finds_it(self, indication: object) -> None:
        names = (indication.name, *indication.synonyms)  # type: ignore[attr-defined]
        assert all(loader.find_indication(name) == indication for name in names)


def test_no_number_has_changed_without_being_accepted() -> None:
    """Every number of the formulary with its source stands in the gold listing; a change is a decision, written down."""
    assert listing() == GOLD.read_text(encoding="utf-8"), f"a number changed: {ACCEPT}"
