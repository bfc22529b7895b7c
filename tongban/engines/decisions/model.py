"""Loads DMN models: what they require of one another, checked and compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.decisions import document
from tongban.engines.decisions.decision import Decision
from tongban.engines.decisions.loading import Loading
from tongban.engines.decisions.places import Place, Places
from tongban.engines.decisions.refusals import Address, ModelError


class NoDecision(ModelError):
    """There is no decision “{name}” in the model."""

    zh = "模型中没有决策“{name}”。"


@dataclass(frozen=True, slots=True)
class Model:
    """Decisions and decision services by id; where two models use one id, by `namespace#id`."""

    decisions: Mapping[str, Decision]
    services: Mapping[str, Decision]

    def find(self, name_or_id: str) -> Decision:
        """A decision, or else a service. Raises NoDecision."""
        for known in (self.decisions, self.services):
            if name_or_id in known:
                return known[name_or_id]
        for decision in (*self.decisions.values(), *self.services.values()):
            if decision.name == name_or_id:
                return decision
        raise NoDecision(Address(), name=name_or_id)


def load(*models: bytes) -> Model:
    """The first model with those that it imports. Raises ModelError for the first fault."""
    model, findings = examine(*models)
    if findings:
        raise findings[0]
    return model


def examine(*models: bytes) -> tuple[Model, tuple[ModelError, ...]]:
    """The model and every fault in it; a text with a fault is null when it runs.

    Raises ModelError where a document cannot be read at all.
    """
    findings: list[ModelError] = []
    places = Places([document.read(xml) for xml in models], findings)
    loading = Loading(places, findings)
    decisions = places.all("decision")
    services = places.all("decisionService")
    model = Model(
        _by_id(decisions, [loading.decision(place) for place in decisions]),
        _by_id(services, [loading.service(place) for place in services]),
    )
    for place in places.all("businessKnowledgeModel"):
        loading.knowledge(place)
    return model, (*findings, *places.faults_of_types())


def _by_id(places: Sequence[Place], decisions: Sequence[Decision]) -> Mapping[str, Decision]:
    found: dict[str, Decision] = {}
    for place, decision in zip(places, decisions, strict=True):
        found[place.key if decision.id in found else decision.id] = decision
    return found
