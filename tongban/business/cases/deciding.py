"""Evaluating an item's decision for one case, and keeping why."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from tongban import records
from tongban.business.cases import evidence
from tongban.business.cases.models import Case, Decision
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion
from tongban.engines import decisions
from tongban.engines.decisions import Given, Model, Outcome
from tongban.engines.feel import Unknown

PURPOSE = "decision"


@once_each
def model_of(version: ItemVersion) -> Model:
    return decisions.load(version.decision.encode())


def decide(case: Case, name: str, at: datetime) -> bool | Unknown:
    """The decision's value over the case's evidence and answers; stored with its reasons.

    Anything but true and false counts as unknown: it goes to a person, never to a refusal. So does
    a grant where the applicant says that something we hold is wrong, whether it is read or not.
    """
    decision = model_of(case.version).find(name)
    given = evidence.given(case, decision.inputs) | time_of(at)
    outcome = decision.evaluate(given)
    result, missing = _result(outcome), set(outcome.missing)
    disputed = set(case.evidence.filter(disputed=True).values_list("fact", flat=True))
    if disputed and result == Decision.Result.TRUE:
        result, missing = Decision.Result.UNKNOWN, disputed
    made = Decision(
        case=case,
        decision=name,
        decision_version=decision.version,
        edition=evidence.edition(case),
        result=result,
        missing=sorted(missing),
        reasons_sealed=seal({language: told(outcome, language) for language in ("zh", "en")}),
        trace_sealed=seal(_trace(given, decision.inputs, outcome)),
        decided_at=at,
        decided_by="platform",
    )
    records.insert([made])
    known = {Decision.Result.TRUE: True, Decision.Result.FALSE: False}
    return known.get(result, Unknown(frozenset(missing) or frozenset({name})))


def time_of(at: datetime) -> dict[str, Given]:
    """What every decision may read of the time: the city's."""
    local, origin = timezone.localtime(at), {"source": "platform"}
    return {"today()": Given(local.date(), origin), "now()": Given(local, origin)}


def told(outcome: Outcome, language: str) -> list[str]:
    """One sentence per reason: the rules that hold, and of a decision where none does those that
    nearly did."""
    settled = {reason.decision for reason in outcome.reasons if reason.matched}
    return [
        reason.told(language)
        for reason in outcome.reasons
        if reason.matched or reason.decision not in settled
    ]


def seal(content: Any) -> bytes:
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), PURPOSE)


def opened(sealed: bytes) -> Any:
    return json.loads(settings.VAULT.open(bytes(sealed), PURPOSE))


def _result(outcome: Outcome) -> Decision.Result:
    if outcome.value is True:
        return Decision.Result.TRUE
    return Decision.Result.FALSE if outcome.value is False else Decision.Result.UNKNOWN


def _trace(given: Mapping[str, Given], inputs: Collection[str], outcome: Outcome) -> dict[str, Any]:
    return {
        "inputs": {
            name: {"value": _plain(one.value), "origin": dict(one.origin)}
            for name, one in given.items()
            if name in inputs
        },
        "reasons": [
            {
                "decision": reason.decision,
                "rule": reason.rule,
                "matched": reason.matched,
                "law": reason.law,
                "cells": [
                    {
                        "input": cell.input,
                        "test": cell.test,
                        "value": _plain(cell.value),
                        "result": _plain(cell.result),
                    }
                    for cell in reason.cells
                ],
            }
            for reason in outcome.reasons
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return {"unknown": sorted(value.names)}
    return value if value is None or isinstance(value, bool | str) else str(value)
