"""Whom the player has apply: people of a register of whom the item's own rules say what the plan
has drawn. Their facts are asked for through the gate, for the use simulate:ITEM."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from django.conf import settings

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import deciding, reading
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.commands.simulating.scene import Scene
from tongban.commands.simulating.terms import Item
from tongban.data.exchange.gate import Fact
from tongban.data.lake import queries as lake
from tongban.data.registers.models import SubjectFacts
from tongban.engines import forms
from tongban.engines.decisions import Given
from tongban.engines.feel import Unknown
from tongban.errors import Refusal

PURPOSE = "simulation"
ENOUGH = 6  # of each kind; they apply again and again
MOST_LOOKED_AT = 1_500
Pools = Mapping[str, Mapping[str, list[str]]]  # item → outcome → subjects


class NobodyLikeThat(Refusal):
    """Of {looked} people nobody is such that {item} is decided as “{outcome}”, which
    simulation.toml expects of {share:.0%}. Load a larger city, or set that share to 0."""

    zh = (
        "在 {looked} 人中没有一人的 {item} 判定结果为“{outcome}”，而 simulation.toml 预期有"
        " {share:.0%}。请装载更大的城市，或把该比例设为 0。"
    )


def find(scene: Scene, simulator: User) -> Pools:
    """Raises NobodyLikeThat."""
    return {
        item.code: _of_item(item, scene.versions[item.code], simulator, scene.terms.seed)
        for item in scene.terms.items
    }


def sealed(pools: Pools) -> bytes:
    return settings.VAULT.seal(json.dumps(pools).encode(), PURPOSE)


def opened(content: bytes) -> Pools:
    return json.loads(settings.VAULT.open(bytes(content), PURPOSE))


def posing(simulator: User, subject_id: str) -> User:
    """The account as this applicant; never saved."""
    return User(pk=simulator.pk, subject_id=subject_id, display_name=simulator.display_name)


def _of_item(item: Item, version: ItemVersion, simulator: User, seed: int) -> dict[str, list[str]]:
    shares = {one: share for one, share in item.outcomes.model_dump().items() if share > 0}
    found: dict[str, list[str]] = {outcome: [] for outcome in shares}
    looked = 0
    for subject in _people(seed):
        looked += 1
        facts = reading.facts_to_simulate(version, simulator, subject, clock.now())
        outcome = _outcome(item, version, facts)
        if len(found.get(outcome, "x" * ENOUGH)) < ENOUGH:
            found[outcome].append(subject)
        if looked == MOST_LOOKED_AT or all(len(each) == ENOUGH for each in found.values()):
            break
    for outcome, subjects in found.items():
        if not subjects:
            facts = {"item": item.code, "outcome": outcome, "share": shares[outcome]}
            raise NobodyLikeThat(looked=looked, **facts)
    return found


def _people(seed: int) -> Iterator[str]:
    """In an order of the seed's own: ids follow each other in households."""
    edition = lake.current_edition()
    held = SubjectFacts.objects.filter(edition_number=edition.facts_number if edition else 0)
    subjects = sorted(held.filter(register="person").values_list("subject_id", flat=True))
    Random(seed).shuffle(subjects)
    yield from subjects


def _outcome(item: Item, version: ItemVersion, facts: Mapping[str, Fact]) -> str:
    """Empty where the form would not be taken."""
    form = reading.form_of(version)
    prefilled = forms.prefill(form, reading.known(facts))
    submission = forms.validate(form, answers(item, prefilled), prefilled)
    if submission.problems or not _may_correct(item, prefilled, submission.shown, form):
        return ""
    guide = guides.of(version).decision
    decision = deciding.model_of(version).find(guide.name)
    said = {key: submission.values[key] for key in guide.also_from_form if key in submission.values}
    given: dict[str, Given] = {}
    for name in decision.inputs:
        known = name in facts and facts[name].is_known
        value = facts[name].value if known else said.get(name, Unknown(frozenset({name})))
        given[name] = Given(_number(value), {})
    value = decision.evaluate(given | deciding.time_of(clock.now())).value
    return str(value).lower() if isinstance(value, bool) else "unknown"


def _number(value: Any) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return Decimal(value) if whole else value


def answers(item: Item, prefilled: forms.Prefilled) -> dict[str, str | list[str]]:
    """What is known is not asked."""
    return {key: words for key, words in item.answers.items() if key not in prefilled.known}


def _may_correct(
    item: Item, prefilled: forms.Prefilled, shown: frozenset[str], form: forms.Form
) -> bool:
    """Could he be asked for what the terms have him correct, and dispute what they have him?"""
    paths = {field.key: field.path for field in form.fields}
    if item.correction is not None and (
        item.correction.question in prefilled.known
        or paths.get(item.correction.question) not in shown
    ):
        return False
    return item.dispute is None or item.dispute.question in prefilled.known
