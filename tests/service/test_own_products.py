"""A prescriber's own products in a plan: added or alone, said to be theirs, kept with the plan, and never a way past a limit."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from service_builders import request, totals

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_runner import Outcome, taper

from taper_cli.model.errors import CannotPlan, RefusedForSafety, TaperError
from taper_cli.model.report import Report
from taper_cli.reading.plan_file import hash_of
from taper_cli.service import opened, plan, saved, with_own_file
from taper_cli.service.saving import kept
from taper_cli.service.setting import setting_of

HEAD = """
schema = "taper.products.v1"
mode = "{mode}"
drug = "{drug}"
reviewed_on = 2026-01-01
review_due = {due}
reviewed_by = "a pharmacist"

[sources.stock]
title = "Stock list"
publisher = "the practice"
year = 2026
where = "on the shelf"
read_on = 2026-01-01
"""
ROW = """
[[product]]
region = "{region}"
form = "{form}"
strength = "{strength}"
cite = {{ source = "stock", locator = "row {row}", trust = "V", note = "on the shelf" }}
"""
SPLIT = """split = "{split}"
split_cite = {{ source = "stock", locator = "row {row}", trust = "V", note = "scored" }}
"""


def own(*products: str, mode: str = "add", drug: str = "diazepam", due: str = "2027-12-31") -> bytes:
    """A file of products, each as 'gb 1 mg tablet half'."""
    text = HEAD.format(mode=mode, drug=drug, due=due)
    for row, product in enumerate(products, start=1):
        region, words = product.split(" ", 1)
        split = next((word for word in ("half", "quarter") if words.endswith(f" {word}")), "")
        strength, _, form = words.removesuffix(f" {split}").rpartition(" mL " if " mL " in words else " mg ")
        unit = "mL" if " mL " in words else "mg"
        text += ROW.format(region=region, form=form, strength=f"{strength} {unit}", row=row)
        text += SPLIT.format(split=split, row=row) if split else ""
    return text.encode()


def planned(file: bytes, drug: str = "diazepam", dose: str = "10 mg", over: str = "30w", **options: object) -> Report:
    """The report of a request with a file of own products."""
    asked = request(drug, dose, over, **{"region": "gb", **options})  # type: ignore[arg-type]
    return plan(with_own_file(asked, file, "own.toml"))


def names(report: Report) -> list[str]:
    return [product.name for product in report.products]


class TestAdding:
    """`mode = "add"`: besides what the formulary holds."""

    def test_puts_a_tablet_beside_those_of_the_region(self) -> None:
        report = planned(own("gb 1 mg tablet half"))
        assert names(report) == ["1 mg tablet", "2 mg tablet", "5 mg tablet", "10 mg tablet"]

    def test_the_plan_takes_it(self) -> None:
        used = {product.name for product in planned(own("gb 1 mg tablet half")).schedule.products}
        assert "1 mg tablet" in used

    @pytest.mark.parametrize("split", ["", " half", " quarter"])
    def test_the_same_product_takes_the_place_of_the_formularys_with_its_own_split(self, split: str) -> None:
        report = planned(own(f"gb 2 mg tablet{split}"), to="4 mg")
        (held,) = [product for product in report.products if product.name == "2 mg tablet"]
        assert held.split.word == (split.strip() or "whole")
        assert len(report.products) == 3

    def test_a_liquid_is_used_only_if_it_is_named(self) -> None:
        file = own("gb 1 mg in 1 mL oral solution")
        report = planned(file)
        assert "1 mg in 1 mL oral solution" not in names(report)
        assert any("used only if named with --products: 1 mg in 1 mL oral solution" in note for note in report.notes)
        named = planned(file, products="1 mg in 1 mL oral solution, 5 mg tablet")
        assert names(named) == ["5 mg tablet", "1 mg in 1 mL oral solution"]

    def test_a_liquid_is_named_where_it_would_make_a_smaller_cut(self) -> None:
        report = planned(own("gb 1 mg in 1 mL oral solution"))
        offered = {name for cut in report.smaller_cuts for name in cut.products}
        assert "1 mg in 1 mL oral solution by 0.1 mL (from your file)" in offered

    def test_a_modified_release_form_is_never_mixed_in_unasked(self) -> None:
        report = planned(own("gb 5 mg modified-release tablet"))
        assert "5 mg modified-release tablet" not in names(report)

    def test_a_product_of_another_region_is_left_out_and_that_is_said(self) -> None:
        report = planned(own("us 1 mg tablet half"))
        assert names(report) == ["2 mg tablet", "5 mg tablet", "10 mg tablet"]
        assert any("your file names no diazepam product for Great Britain" in note for note in report.notes)

    def test_without_a_region_every_product_of_the_file_is_at_hand(self) -> None:
        assert "1 mg tablet" in names(planned(own("us 1 mg tablet half"), region=None))

    def test_a_drug_that_the_region_does_not_have_can_be_supplied(self) -> None:
        report = planned(own("us 1 mg tablet half", drug="nitrazepam"), "nitrazepam", "5 mg", region="us")
        assert names(report) == ["1 mg tablet"]

    def test_a_file_that_says_nothing_of_the_drug_changes_no_dose(self) -> None:
        without = plan(request("diazepam", "10 mg", "30w", region="gb"))
        report = planned(own("gb 1 mg tablet", drug="lorazepam"))
        assert totals(report) == totals(without)
        assert any("your file names no diazepam product" in note for note in report.notes)


class TestAlone:
    """`mode = "only"`: nothing else may be supplied."""

    def test_only_its_products_are_at_hand_liquids_too(self) -> None:
        report = planned(own("gb 2 mg tablet half", "gb 2 mg in 5 mL oral solution", mode="only"))
        assert names(report) == ["2 mg tablet", "2 mg in 5 mL oral solution"]

    def test_a_product_of_the_formulary_cannot_be_typed(self) -> None:
        with pytest.raises(CannotPlan, match="'5 mg tablet' is not in the formulary"):
            planned(own("gb 2 mg tablet half", mode="only"), products="5 mg tablet")

    def test_nothing_for_the_region_is_told(self) -> None:
        with pytest.raises(CannotPlan, match="names no diazepam product for Great Britain; it names some for: us"):
            planned(own("us 2 mg tablet half", mode="only"))

    def test_of_plain_and_modified_release_forms_the_plain_ones_are_taken(self) -> None:
        report = planned(own("gb 2 mg tablet half", "gb 5 mg modified-release tablet", mode="only"))
        assert names(report) == ["2 mg tablet"]
        assert any("named with --products: 5 mg modified-release tablet" in note for note in report.notes)

    def test_where_the_class_asks_for_it_they_must_be_told_apart_by_name(self) -> None:
        file = own("gb 10 mg tablet", "gb 5 mg modified-release tablet", mode="only", drug="morphine")
        with pytest.raises(CannotPlan, match="one does not replace another"):
            planned(file, "morphine", "20 mg morning + 20 mg bedtime")

    def test_modified_release_forms_alone_are_named_by_the_file(self) -> None:
        file = own("gb 5 mg modified-release tablet", mode="only", drug="morphine")
        report = planned(file, "morphine", "40 mg morning + 40 mg bedtime", "60w")
        assert names(report) == ["5 mg modified-release tablet"]

    def test_what_is_marketed_is_still_named_where_it_would_make_a_smaller_cut(self) -> None:
        report = planned(own("gb 2 mg tablet half", mode="only"))
        offered = {name for cut in report.smaller_cuts for name in cut.products}
        assert "2 mg in 5 mL oral solution by 0.1 mL" in offered


class TestSafety:
    """A file is the prescriber's word for what can be supplied, and for nothing else."""

    @pytest.mark.parametrize("mode", ["add", "only"])
    @pytest.mark.parametrize("product", ["gb 2.5 mg tablet", "gb 0.25 mg tablet", "gb 4 mg capsule"])
    def test_the_last_step_stays_that_of_the_data(self, product: str, mode: str) -> None:
        asked = request("lorazepam", "4 mg", "40w", region="gb")
        with_file = with_own_file(asked, own(product, mode=mode, drug="lorazepam"), "own.toml")
        assert setting_of(with_file).last == setting_of(asked).last

    def test_large_tablets_alone_are_refused(self) -> None:
        with pytest.raises(RefusedForSafety, match="too large a last cut"):
            planned(own("gb 1 mg tablet", mode="only", drug="lorazepam"), "lorazepam", "4 mg", "60w")

    def test_a_tablet_above_the_dose_of_a_day_is_a_slip(self) -> None:
        with pytest.raises(
            CannotPlan, match=r"250 mg tablet from your file holds more than .* check the decimal point"
        ):
            planned(own("gb 250 mg tablet"))

    def test_the_ceiling_stays(self) -> None:
        with pytest.raises(RefusedForSafety, match="100 mg"):
            planned(own("gb 1 mg tablet half"), dose="100 mg")

    def test_too_fast_stays_too_fast(self) -> None:
        with pytest.raises(RefusedForSafety, match="too fast"):
            planned(own("gb 1 mg tablet quarter"), dose="20 mg", over="6w")

    def test_a_file_that_ran_out_is_told(self) -> None:
        report = planned(own("gb 1 mg tablet", due="2026-06-01"))
        assert any("was to be reviewed by 2026-06-01" in note for note in report.notes)


class TestOnPaper:
    """Wherever such a product is named, its origin stands beside it."""

    @pytest.mark.parametrize("form", ["txt", "md", "html"])
    def test_it_is_said_to_be_from_your_file(self, form: str, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_bytes(own("gb 1 mg tablet half"))
        outcome = run("plan", *ASKED, "--products-file", str(file), "--format", form)
        text = " ".join(outcome.text.replace("\xa0", " ").replace("&#39;", "'").split())
        for words in (
            "1 mg tablet (halves allowed, from your file)",
            "1 mg tablet (from your file)",
            "may be divided as your file says: 1 mg tablet",
            "from your file, beside those of the formulary: 1 mg tablet (half)",
            "from your file: Stock list",
        ):
            assert words in text, words

    def test_only_its_own_products_are_said_to_be(self) -> None:
        report = planned(own("gb 1 mg tablet half"))
        assert [product.name for product in report.products if report.from_file(product)] == ["1 mg tablet"]

    def test_a_plan_without_a_file_says_nothing_of_one(self) -> None:
        assert "your file" not in run("plan", *ASKED, "--format", "txt").text


ASKED = ("diazepam", "10 mg", "30w", "--start", "2026-12-07", "--today", "2026-11-22", "--region", "gb")


def run(*words: str) -> Outcome:
    outcome = taper(*words)
    assert outcome.code == 0, outcome.said
    return outcome


class TestKeptWithThePlan:
    """What was read belongs to the request: the plan stands without the file."""

    FILE = own("gb 1 mg tablet half", "us 1 mg tablet", "gb 2 mg in 5 mL oral solution")

    def test_the_same_report_comes_back_without_the_file(self) -> None:
        report = planned(self.FILE)
        assert opened(saved(report), "plan.json") == report
        assert saved(opened(saved(report), "plan.json")) == saved(report)

    def test_only_this_drugs_products_are_kept(self) -> None:
        other = own("gb 1 mg tablet", drug="lorazepam").decode().partition("[[product]]")[2]
        file = self.FILE.decode() + "[[product]]" + other.replace("region", 'drug = "lorazepam"\nregion', 1)
        own_products = kept(saved(planned(file.encode())), "plan.json").request.own
        assert own_products is not None and len(own_products.products) == 3

    @pytest.mark.parametrize(
        "changed",
        [
            (b"row 1", b"row 9"),
            (b"Stock list", b"Other list"),
            (b'mode = "add"', b'mode = "only"'),
            (b"2027-12-31", b"2027-12-30"),
            (b'"half"', b'"quarter"'),
        ],
    )
    def test_the_plans_id_changes_with_the_file(self, changed: tuple[bytes, bytes]) -> None:
        ids = {planned(self.FILE).plan_id, planned(self.FILE.replace(*changed)).plan_id}
        assert len(ids) == 2

    def test_the_id_of_a_plan_without_a_file_is_not_touched(self) -> None:
        asked = request("diazepam", "10 mg", "30w", region="gb")
        assert "own" not in repr(asked)
        assert plan(asked).plan_id == plan(replace(asked, own=None)).plan_id
        assert "own" not in json.loads(saved(plan(asked)))["request"]

    def test_it_is_exported_and_judged_again_without_the_file(self, tmp_path: Path) -> None:
        file, kept_plan = tmp_path / "own.toml", tmp_path / "plan.json"
        file.write_bytes(self.FILE)
        run("plan", *ASKED, "--products-file", str(file), "-q", "-o", str(kept_plan))
        file.unlink()
        assert "from your file" in run("export", str(kept_plan), "--format", "txt").text
        checked = run("check", str(kept_plan), "--today", "2026-11-22")
        assert "PASSED" in checked.text and "from your file" in checked.text

    def test_a_revision_keeps_it(self, tmp_path: Path) -> None:
        file, first, second = tmp_path / "own.toml", tmp_path / "plan.json", tmp_path / "plan-2.json"
        file.write_bytes(self.FILE)
        run("plan", *ASKED, "--products-file", str(file), "-q", "-o", str(first))
        file.unlink()
        day = ("--on", "2027-01-10", "--today", "2027-01-10")
        outcome = run("revise", str(first), *day, "--hold", "2w", "-o", str(second))
        assert "1 mg tablet (halves allowed, from your file)" in " ".join(outcome.text.split())
        run("revise", str(first), *day, "--until", "2027-12-01", "-q", "-o", str(tmp_path / "anew.json"))
        for name in (second, tmp_path / "anew.json"):
            assert "PASSED" in run("check", str(name), "--today", "2027-01-10").text

    def test_plans_can_be_compared_with_it(self, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_bytes(self.FILE)
        words = ("compare", "diazepam", "10 mg", "--over", "30w", "--over", "40w", *ASKED[3:])
        with_file, without = run(*words, "--products-file", str(file), "--json"), run(*words, "--json")
        assert with_file.text != without.text

    @pytest.mark.parametrize(
        "forged",
        [
            ("strength_mg", "0"),
            ("form", "capsule"),
            ("form", "lozenge"),
            ("volume_ml", "5"),
            ("cite", {"source": 7, "locator": "x", "trust": "V", "note": "x"}),
        ],
        ids=str,
    )
    def test_a_forged_product_cannot_be_read(self, forged: tuple[str, object]) -> None:
        plain = json.loads(saved(planned(self.FILE)))
        plain["request"]["own"]["products"][0][forged[0]] = forged[1]
        with pytest.raises(CannotPlan, match="changed or damaged"):
            opened(json.dumps(plain | {"hash": hash_of(plain)}).encode(), "plan.json")

    def test_a_document_cannot_be_passed_off_as_ours(self) -> None:
        plain = json.loads(saved(planned(self.FILE)))
        plain["request"]["own"]["sources"][0]["title"] = "US label"
        with pytest.raises(CannotPlan, match="changed or damaged"):
            opened(json.dumps(plain | {"hash": hash_of(plain)}).encode(), "plan.json")


class TestChecking:
    """`taper check` knows the prescriber's products as well."""

    SHEET = b"date,dose_mg\n2026-12-07,4\n2026-12-21,3.25\n2027-01-04,2.5\n"

    def test_a_dose_that_only_own_tablets_make_passes_with_them(self, tmp_path: Path) -> None:
        sheet, file = tmp_path / "sheet.csv", tmp_path / "own.toml"
        sheet.write_bytes(self.SHEET)
        file.write_bytes(own("gb 0.5 mg tablet half"))
        words = ("check", str(sheet), "--drug", "diazepam", "--region", "gb", "--today", "2026-11-22", "--json")
        rules = [{finding["rule"] for finding in json.loads(taper(*more).text)["findings"]}
                 for more in (words, (*words, "--products-file", str(file)))]  # fmt: skip
        assert rules[0] - rules[1]

    def test_another_drug_than_the_files_is_still_told(self, tmp_path: Path) -> None:
        kept_plan, file = tmp_path / "plan.json", tmp_path / "own.toml"
        file.write_bytes(own("gb 0.5 mg tablet half"))
        run("plan", *ASKED, "-q", "-o", str(kept_plan))
        outcome = taper("check", str(kept_plan), "--drug", "lorazepam", "--products-file", str(file))
        assert outcome.code == 3 and "expected one drug" in outcome.said

    def test_a_plan_file_can_be_judged_with_another_file_of_products(self, tmp_path: Path) -> None:
        kept_plan, file = tmp_path / "plan.json", tmp_path / "own.toml"
        run("plan", *ASKED, "-q", "-o", str(kept_plan))
        file.write_bytes(own("gb 1 mg tablet", mode="only"))
        outcome = taper("check", str(kept_plan), "--products-file", str(file), "--today", "2026-11-22")
        assert outcome.code == 4 and "5 mg tablet is not among the products at hand" in " ".join(outcome.text.split())

    def test_the_file_is_named_in_what_was_understood(self, tmp_path: Path) -> None:
        sheet, file = tmp_path / "sheet.csv", tmp_path / "own.toml"
        sheet.write_bytes(self.SHEET)
        file.write_bytes(own("gb 0.5 mg tablet half"))
        outcome = taper(
            "check", str(sheet), "--drug", "Valium", "--today", "2026-11-22", "--products-file", str(file), columns=200
        )
        assert "Understood: from your file, beside those of the formulary: 0.5 mg tablet (half)" in outcome.text


class TestSlips:
    """A slip is told, in one line a fault, and nothing is written."""

    def test_a_faulty_file_is_told_fault_by_fault(self, tmp_path: Path) -> None:
        file, out = tmp_path / "own.toml", tmp_path / "plan.csv"
        file.write_bytes(own("mars 1 mg tablet half", "gb 1 mg lozenge"))
        outcome = taper("plan", *ASKED, "--products-file", str(file), "-o", str(out))
        first, *rest = outcome.said.splitlines()
        assert outcome.code == 3 and not out.exists() and outcome.out == b""
        assert first.startswith("taper: 'own.toml' cannot be used as a file of products (3 faults)")
        assert [line.partition(":")[0] for line in rest] == ["  product[1]", "  product[2]", "  sources.stock"]

    @pytest.mark.parametrize("name", ["missing.toml", ""])
    def test_a_file_that_is_not_there_is_told(self, name: str, tmp_path: Path) -> None:
        outcome = taper("plan", *ASKED, "--products-file", str(tmp_path / name))
        assert outcome.code == 3 and "cannot be read" in outcome.said and outcome.said.count("\n") == 1

    def test_words_of_a_strangers_file_reach_no_terminal(self, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_bytes(b'schema = "\\u001b[31m"\n"\\u001b]0;x" = 1\n[[product]]\nregion = "\\u001b[2J"\n')
        outcome = taper("plan", *ASKED, "--products-file", str(file))
        assert outcome.code == 3 and b"\x1b" not in outcome.err


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2027, 3, 1)])
@pytest.mark.parametrize("drug", ["diazepam", "lorazepam", "prednisolone", "sertraline", "morphine"])
@pytest.mark.parametrize("mode", ["add", "only"])
@pytest.mark.parametrize(
    "product",
    ["gb 1 mg tablet quarter", "us 0.5 mg tablet", "gb 1 mg in 1 mL oral solution", "gb 2.5 mg capsule",
     "us 10 mg modified-release tablet"],
)  # fmt: skip
def test_any_file_gives_a_plan_that_comes_back_or_a_helpful_fault(
    product: str, mode: str, drug: str, day: date
) -> None:
    file = own(product, mode=mode, drug=drug)
    for region in (None, "gb", "us"):
        for dose in ("10 mg", "5 mg morning + 5 mg bedtime"):
            try:
                report = planned(file, drug, dose, "40w", region=region, today=day, start=date(2027, 3, 8))
            except TaperError as fault:
                assert "\n" not in str(fault)
            else:
                assert opened(saved(report), "plan.json") == report
