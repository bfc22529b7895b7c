"""What a case rests on: facts as they were read, and which material each of them proves."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from tongban import records, sql
from tongban.business.cases.models import Case, Evidence, Requirement
from tongban.business.items import guide as guides
from tongban.business.items.guide import Guide, Material
from tongban.data.exchange.gate import Fact
from tongban.engines.decisions import Given
from tongban.engines.feel import Unknown, temporal
from tongban.engines.feel.values import kind

PURPOSE = "evidence"
EDITION = "SELECT to_json(edition) FROM cases_evidence WHERE case_id = $1 ORDER BY id LIMIT 1"


def keep(case: Case, facts: Mapping[str, Fact], disputed: Collection[str]) -> None:
    """Write down every fact as it left the gate, known or not."""
    records.insert(
        [
            Evidence(
                case=case,
                fact=fact.key,
                label_zh=fact.label_zh,
                label_en=fact.label_en,
                known=fact.is_known,
                value_sealed=_seal({"value": fact.value, "zh": fact.zh, "en": fact.en}),
                grade=fact.grade,
                source=fact.source,
                office_zh=fact.office_zh,
                office_en=fact.office_en,
                resource_zh=fact.resource_zh,
                resource_en=fact.resource_en,
                as_of=fact.as_of,
                row=fact.row,
                edition=fact.edition,
                disputed=fact.key in disputed,
            )
            for fact in facts.values()
        ]
    )


def usable(facts: Mapping[str, Fact], disputed: Collection[str]) -> set[str]:
    """Those that can prove something: known and undisputed. A false fact proves nothing: that
    somebody owns no home is no proof of an address."""
    known = {key for key, fact in facts.items() if fact.is_known and fact.value is not False}
    return known - set(disputed)


def require(case: Case, guide: Guide, usable: Collection[str], given: Collection[str]) -> None:
    """One requirement per material: proven by facts that are usable, else open."""
    records.insert(
        [
            Requirement(
                case=case,
                material=material.code,
                name_zh=material.name.zh,
                name_en=material.name.en,
                proof=_proof(material, usable, material.code in given),
                facts=_proving(material, usable),
            )
            for material in guide.materials
        ]
    )


def require_again(case: Case, guide: Guide, given: Collection[str]) -> None:
    """The same after a correction; what an officer has accepted stays accepted, and so does what
    the version that the case was moved to does not ask for any more."""
    usable = _kept_usable(case)
    materials = {material.code: material for material in guide.materials}
    asked = case.requirements.filter(material__in=materials)
    for row in asked.exclude(proof=Requirement.Proof.OFFICER):
        material = materials[row.material]
        row.proof = _proof(material, usable, material.code in given)
        row.facts = _proving(material, usable)
        row.save(update_fields=["proof", "facts"])


def _kept_usable(case: Case) -> set[str]:
    return {
        row.fact
        for row in case.evidence.all()
        if row.known and not row.disputed and value(row) is not False
    }


def _proof(material: Material, usable: Collection[str], is_given: bool) -> str:
    if _proving(material, usable):
        return Requirement.Proof.FACTS
    return Requirement.Proof.APPLICANT if is_given else Requirement.Proof.OPEN


def _proving(material: Material, usable: Collection[str]) -> list[str]:
    """The first set of facts that stands in for the material and is wholly usable; else none."""
    for facts in material.proven_by:
        if set(facts) <= set(usable):
            return sorted(facts)
    return []


def value(row: Evidence) -> Any:
    """The fact's value in the clear; None when it was unknown."""
    return _unseal(bytes(row.value_sealed))["value"]


def words(row: Evidence, language: str) -> str:
    """The value as people read it; empty when it was unknown."""
    return _unseal(bytes(row.value_sealed))["zh" if language.startswith("zh") else "en"]


def given(case: Case, inputs: Collection[str]) -> dict[str, Given]:
    """Every input of a decision with where it comes from.

    An answer counts only where the item names it: what an applicant says of a fact decides nothing.
    """
    told = guides.of(case.version).decision.also_from_form
    rows = {row.fact: row for row in case.evidence.all()}
    answered = answers(case)
    found = {}
    for name in inputs:
        row = rows.get(name)
        if row is not None and row.known and not row.disputed:
            found[name] = Given(_feel(value(row)), origin(row))
        elif name in told and name in answered:
            found[name] = Given(_feel(answered[name]), {"source": "applicant"})
        else:
            found[name] = Given(Unknown(frozenset({name})), origin(row) if row else {})
    return found


def origin(row: Evidence) -> dict[str, str]:
    return {
        "source": row.source,
        "office_zh": row.office_zh,
        "office_en": row.office_en,
        "as_of": row.as_of.isoformat() if row.as_of else "",
        "row": row.row,
        "edition": str(row.edition),
    }


def edition(case: Case) -> int:
    return sql.prepared(EDITION, str(case.pk)) or 0


def answers(case: Case) -> dict[str, Any]:
    return opened_answers(case.answers_sealed)


def opened_answers(sealed: bytes) -> dict[str, Any]:
    return _unseal(bytes(sealed)) or {}


def seal_words(said: str) -> bytes:
    """What somebody wrote of a fact, at rest."""
    return _seal(said)


def opened_words(sealed: bytes) -> str:
    return _unseal(bytes(sealed))


def seal_answers(given_answers: Mapping[str, Any]) -> bytes:
    return _seal(dict(given_answers))


def _feel(plain: Any) -> Any:
    return Decimal(plain) if isinstance(plain, int) and not isinstance(plain, bool) else plain


def _seal(content: Any) -> bytes:
    text = json.dumps(content, ensure_ascii=False, default=_tagged)
    return settings.VAULT.seal(text.encode(), PURPOSE)


def _unseal(sealed: bytes) -> Any:
    return json.loads(settings.VAULT.open(sealed, PURPOSE), object_hook=_untagged)


def _tagged(content: Any) -> Any:
    if isinstance(content, Decimal):
        return {"$decimal": str(content)}
    if isinstance(content, datetime):
        return {"$time": content.isoformat()}
    if isinstance(content, date):
        return {"$date": content.isoformat()}
    if isinstance(content, Unknown):
        return {"$unknown": sorted(content.names)}
    if kind(content) in temporal.PARTS:
        return {"$feel": temporal.written(content)}  # durations, times, days beyond the calendar
    raise TypeError(type(content))


def _untagged(found: dict[str, Any]) -> Any:
    match found:
        case {"$decimal": text}:
            return Decimal(text)
        case {"$time": text}:
            return datetime.fromisoformat(text)
        case {"$date": text}:
            return date.fromisoformat(text)
        case {"$unknown": names}:
            return Unknown(frozenset(names))
        case {"$feel": text}:
            return temporal.parse(text)
    return found
