"""What would come of an application, before anybody applies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tongban.base.people.models import User
from tongban.business.cases import deciding, reading
from tongban.business.cases.acting import Party
from tongban.business.items import guide as guides
from tongban.business.items.guide import Material, Words
from tongban.business.items.models import ItemVersion
from tongban.data.exchange.gate import Fact
from tongban.engines import forms
from tongban.engines.decisions import Given
from tongban.engines.feel import Unknown
from tongban.engines.forms import Prefilled


@dataclass(frozen=True)
class Condition:
    """`state`: ok, bad or unknown; `facts`: what it was judged by, as far as anything is known."""

    name: Words
    state: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Preview:
    state: str
    conditions: tuple[Condition, ...]
    facts: Mapping[str, Fact]
    proven: tuple[Material, ...]
    prefilled: Prefilled


def preview(version: ItemVersion, user: User, at: datetime, about: Party | None = None) -> Preview:
    """One audited read; nothing is stored, and nothing decided."""
    guide = guides.of(version)
    facts = reading.facts_for(version, user, at, about)
    model = deciding.model_of(version)
    conditions = []
    for condition in guide.conditions:
        decision = model.find(condition.decision)
        value = decision.evaluate(_given(facts, decision.inputs, at)).value
        known = tuple(facts[n] for n in decision.inputs if n in facts and facts[n].is_known)
        conditions.append(Condition(condition.name, _state(value), known))
    whole = model.find(guide.decision.name)
    usable = {key for key, fact in facts.items() if fact.is_known and fact.value is not False}
    return Preview(
        state=_state(whole.evaluate(_given(facts, whole.inputs, at)).value),
        conditions=tuple(conditions),
        facts=facts,
        proven=tuple(m for m in guide.materials if any(set(f) <= usable for f in m.proven_by)),
        prefilled=forms.prefill(reading.form_of(version), reading.known(facts)),
    )


def _given(facts: Mapping[str, Fact], inputs: Mapping[str, Any], at: datetime) -> dict[str, Given]:
    read = {name: Given(_value(facts.get(name), name)) for name in inputs}
    return read | deciding.time_of(at)


def _value(fact: Fact | None, name: str) -> Any:
    if fact is None or not fact.is_known:
        return Unknown(frozenset({name}))
    is_number = isinstance(fact.value, int) and not isinstance(fact.value, bool)
    return Decimal(fact.value) if is_number else fact.value


def _state(value: Any) -> str:
    return {True: "ok", False: "bad"}[value] if isinstance(value, bool) else "unknown"
