"""The formulary as JSON for other programs: the same facts as on paper, doses as exact texts in mg, every fact with its source."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

from taper_cli.model.catalogue import Catalogue, Dossier, LadderUse, Listed
from taper_cli.model.citation import Citation, Trust
from taper_cli.model.dose import Dose, decimal_text
from taper_cli.model.drug import Drug, DrugClass, MarketedProduct, RefusedDrug
from taper_cli.model.exposure import DependenceMatrix
from taper_cli.model.guideline import Bands, ContextRule, Guideline
from taper_cli.render.formulary import NO_PLAN
from taper_cli.render.formulary_rules import dependence_text

if TYPE_CHECKING:
    from taper_cli.render.documents import formulary as shape


def list_json(found: Catalogue) -> str:
    """The list that fits what was sought."""
    answer: shape.DrugsAnswer = {
        "schema": "taper.drugs.v1",
        "notice": NO_PLAN,
        "drugs": [_listed(entry) for entry in found.drugs],
        "refused": [_refused(one) for one in found.refused],
    }
    return _text(answer)


def entry_json(found: Dossier | RefusedDrug) -> str:
    """What is held under one name."""
    answer: shape.DrugFacts | shape.RefusedFacts
    if isinstance(found, Dossier):
        answer = {"schema": "taper.drug-facts.v1", "notice": NO_PLAN, **_dossier(found)}
    else:
        answer = {"schema": "taper.drug-facts.v1", "notice": NO_PLAN, **_refused(found)}
    return _text(answer)


def _text(answer: shape.DrugsAnswer | shape.DrugFacts | shape.RefusedFacts) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _listed(entry: Listed) -> shape.ListedEntry:
    return {
        "name": entry.name,
        "status": "prescriber types the pace" if entry.pace_typed else "planned",
        "class": entry.drug_class,
        "class_title": entry.class_title,
        "synonyms": list(entry.synonyms),
        "brands": [{"name": name, "regions": list(markets)} for name, markets in entry.brands],
        "regions": list(entry.markets),
        "forms": {market: list(forms) for market, forms in entry.forms},
    }


def _refused(one: RefusedDrug) -> shape.RefusedEntry:
    return {
        "status": "refused by name",
        "names": list(one.names),
        "do": f"do not stop it and keep the present dose: {one.service} should plan it",
        "reason": one.reason,
        "service": one.service,
        "source": _cite(one.cite),
    }


def _cite(cite: Citation) -> shape.SourceEntry:
    source = cite.source
    return {
        "title": source.title,
        "publisher": source.publisher,
        "year": source.year,
        "where": source.where,
        "read_on": source.read_on.isoformat(),
        "place": cite.locator,
        "read_at": "first hand" if cite.trust is Trust.PRIMARY else "second hand",
        "note": cite.note,
    }


def _mg(dose: Dose | None) -> str | None:
    return dose.mg_text if dose else None


def _percent(share: Fraction) -> str:
    return decimal_text(share * 100)


def _dossier(held: Dossier) -> shape.Facts:
    return {
        "status": "prescriber types the pace" if held.drug_class.planning.prescriber_types_pace else "planned",
        "region": held.region.key if held.region else None,
        **_drug(held.drug),
        "must_be_typed": list(held.typed),
        "limits": [
            {"region": one.region, "guideline": one.guideline.key, "limit": one.guideline.law(held.drug.name)}
            for one in held.bindings
        ],
        "guidelines": [_guideline(one, held.drug.name) for one in held.guidelines],
        "ladders": [_ladder(one) for one in held.ladders],
        "dependence": {
            "text": dependence_text(held.dependence, held.drug.name),
            "kind": "matrix" if isinstance(held.dependence, DependenceMatrix) else "short course",
            "source": _cite(held.dependence.cite),
        }
        if held.dependence
        else None,
        "contexts": [_context(rule) for rule in held.contexts],
        **_class(held.drug_class),
        "rules_for_handing_out": [
            {"region": region.key, "topic": hint.topic, "text": hint.text, "source": _cite(hint.cite)}
            for region in held.regions
            for hint in region.hints_for(held.drug.name)
        ],
        "reviews": [
            {
                "of": one.what,
                "read_on": one.review.reviewed_on.isoformat(),
                "due": one.review.review_due.isoformat(),
                "by": one.review.reviewed_by,
            }
            for one in held.reviews
        ],
    }


def _drug(drug: Drug) -> shape.DrugParts:
    return {
        "name": drug.name,
        "class": drug.drug_class,
        "use": drug.use.value,
        "synonyms": list(drug.synonyms),
        "brands": [
            {
                "name": one.name,
                "regions": list(one.regions),
                "form": one.form.value if one.form else None,
                "source": _cite(one.cite),
            }
            for one in drug.brands
        ],
        "products": [_product(one) for one in drug.products],
        "half_life": {
            "class": drug.half_life.value,
            "hours": _hours(drug.half_life_hours),
            "metabolite_hours": _hours(drug.metabolite_hours),
            "source": _cite(drug.half_life_cite),
        },
        **_doses(drug),
    }


def _hours(span: tuple[Fraction, Fraction] | None) -> list[str] | None:
    return [decimal_text(end) for end in span] if span else None


def _product(one: MarketedProduct) -> shape.ProductFact:
    return {
        "region": one.region,
        "name": one.name,
        "form": one.form.value,
        "strength_mg": one.strength.mg_text,
        "volume_ml": decimal_text(one.volume.ml) if one.volume else None,
        "split": one.split.word,
        "split_off_licence": one.split_off_licence,
        "source": _cite(one.cite),
        "split_source": _cite(one.split_cite) if one.split_cite else None,
    }


def _doses(drug: Drug) -> shape.DoseParts:
    """Maxima, the last step, equivalents and measured effect."""
    last = drug.last_step
    return {
        "maxima": [
            {
                "region": one.region,
                "for": one.indication,
                "mg": one.dose.mg_text,
                "older_adult_mg": _mg(one.older_adult),
                "source": _cite(one.cite),
            }
            for one in drug.maxima
        ],
        "last_step": {"mg": last.dose.mg_text, "basis": last.basis, "source": _cite(last.cite)} if last else None,
        "equivalents_of_diazepam_10_mg": [
            {"table": one.table, "mg": [one.low.mg_text, one.high.mg_text], "source": _cite(one.cite)}
            for one in drug.equivalents
        ],
        "effect_curves": [
            {
                "site": one.site,
                "largest_percent": _percent(one.vmax),
                "ed50_mg": one.ed50.mg_text,
                "fitted_to_mg": one.fitted_to.mg_text,
                "source": _cite(one.cite),
            }
            for one in drug.effect_curves
        ],
    }


def _guideline(one: Guideline, drug: str) -> shape.GuidelineFact:
    usual = one.usual
    return {
        "key": one.key,
        "title": one.title,
        **_limits(one, drug),
        "usual": {
            "percent": [_percent(usual.share_low), _percent(usual.share_high)],
            "days": [usual.interval_low_days, usual.interval_high_days],
            "source": _cite(usual.cite),
        }
        if usual
        else None,
        "bands": [_bands(bands) for bands in one.bands if drug in bands.drugs],
        "last_doses": [
            {"mg": each.dose.mg_text, "source": _cite(each.cite)} for each in one.end_rules if each.drug == drug
        ],
        "whole_times": [
            {"from_mg": each.start.mg_text, "weeks": [each.weeks_low, each.weeks_high], "source": _cite(each.cite)}
            for each in one.total_times
            if each.drug == drug
        ],
    }


def _limits(one: Guideline, drug: str) -> shape.LimitParts:
    """What binds a cut or the whole time, in words and in figures."""
    cap, time = one.cap, one.shortest_time(drug)
    return {
        "limit": one.law(drug),
        "cap": {
            "percent": _percent(cap.share),
            "window_days": cap.window_days,
            "basis": cap.basis.value,
            "current_below_percent_of_start": _percent(cap.current_below) if cap.current_below is not None else None,
            "source": _cite(cap.cite),
        }
        if cap
        else None,
        "dose_caps": [
            {
                "mg": each.dose.mg_text,
                "window_days": each.window_days,
                "up_to_mg": _mg(each.up_to),
                "source": _cite(each.cite),
            }
            for each in one.caps_in_mg(drug)
        ],
        "shortest_days": {"days": time.days, "source": _cite(time.cite)} if time else None,
        "least_days_between_cuts": {"days": one.hold.days, "source": _cite(one.hold.cite)} if one.hold else None,
    }


def _bands(bands: Bands) -> shape.BandsFact:
    return {
        "days": [bands.interval_low_days, bands.interval_high_days],
        "steps": [
            {
                "above_mg": band.floor.mg_text,
                "up_to_mg": band.ceiling.mg_text,
                "less_mg": [band.step_low.mg_text, band.step_high.mg_text],
                "own_least_days": band.interval_low_days,
            }
            for band in bands.bands
        ],
        "source": _cite(bands.cite),
    }


def _ladder(use: LadderUse) -> shape.LadderFact:
    ladder = use.ladder
    return {
        "key": ladder.key,
        "title": ladder.title,
        "guideline": use.guideline.key,
        "rungs": [
            {
                "mg": rung.dose.mg_text,
                "days": [rung.days_low, rung.days_high],
                "taken": rung.rhythm.words if rung.rhythm else "every day",
                "between_mg": rung.between.mg_text if rung.rhythm else None,
            }
            for rung in ladder.rungs
        ],
        "ending": "stop" if ladder.stops else "maintain",
        "command": use.command or None,
        "source": _cite(ladder.cite),
    }


def _context(rule: ContextRule) -> shape.ContextFact:
    return {
        "key": rule.key,
        "aliases": list(rule.aliases),
        "title": rule.title,
        "gate": rule.gate,
        "asked": rule.ask,
        "text": rule.text,
        "service": rule.service,
        "source": _cite(rule.cite),
    }


def _class(held: DrugClass) -> shape.ClassParts:
    (window,) = held.windows
    return {
        "class_title": held.title,
        "watch": {"days": [window.first_day, window.last_day], "source": _cite(window.cite)},
        "watch_after_last_dose": {"days": held.after_last_dose_days, "source": _cite(held.after_last_dose_cite)},
        "boxed_warnings": [
            {"region": box.region, "topic": box.topic, "text": box.text, "source": _cite(box.cite)}
            for box in held.boxes
        ],
        "symptoms": [
            {"tier": one.tier.value, "words": one.words, "same_day": one.same_day, "source": _cite(one.cite)}
            for one in held.symptoms
        ],
        "advice": [
            {
                "topic": line.topic,
                "for": line.audience.value,
                "region": line.region,
                "text": line.text,
                "source": _cite(line.cite),
            }
            for line in held.advice
        ],
    }
