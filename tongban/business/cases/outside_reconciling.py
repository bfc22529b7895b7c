"""Holding what we believe of another system's work against what it believes.

What can be put right without a person is put right; the rest stands as a finding until both agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.business.cases import outside_calls, outside_http, outside_outcomes, outside_terms
from tongban.business.cases.outside_calls import Kind, Status
from tongban.business.cases.outside_http import Answer
from tongban.business.cases.outside_models import OutsideCall, OutsideFinding, OutsideService
from tongban.business.cases.outside_problems import Problem
from tongban.business.cases.outside_terms import Terms

WINDOW = timedelta(days=7)  # of calls that are closed; open ones count however old they are
MARGIN = timedelta(minutes=5)  # their clock is not ours
Differs = OutsideFinding.Kind


@dataclass
class Reconciled:
    """`cured` counts calls by what was done; `found` is what a person has to look at."""

    compared: int = 0
    taken: int = 0
    sent_again: int = 0
    called_off: int = 0
    found: set[tuple[str, str]] = field(default_factory=set)  # key, kind


@dataclass(frozen=True)
class Theirs:
    """What they say of one request; `answer` is None where it is not as agreed."""

    answer: Answer | None
    is_done: bool


def reconcile(*, code: str, at: datetime) -> Reconciled:
    """Raises Problem where the other side's list cannot be read; the service keeps its code."""
    service = outside_calls.service(code)
    terms = outside_terms.of(service)
    since = _since(service, at)
    try:
        theirs = {row["key"]: _said(terms, row) for row in outside_http.listed(terms, since, at)}
    except Problem as problem:
        _note(service, problem)
        raise
    result = Reconciled()
    ours = OutsideCall.objects.filter(service=service, opened_at__gte=since).order_by("pk")
    known = {call.key: call for call in ours.filter(opened_at__lt=at)}
    for key, call in known.items():
        _compare(call, theirs.get(key), at, result)
    _unknown_here(theirs, known.keys(), result)
    _conclude(service, result, at)
    return result


def reconcile_all(*, at: datetime) -> list[str]:
    """Every service; returns the codes of those whose list cannot be read."""
    unread: list[str] = []
    for code in outside_terms.live_codes():
        try:
            reconcile(code=code, at=at)
        except Problem:
            unread.append(code)
    return unread


def _since(service: OutsideService, at: datetime) -> datetime:
    """The oldest that may still change, and what was closed in the last days."""
    still = OutsideCall.objects.filter(service=service, status__in=OutsideCall.OPEN)
    oldest = still.order_by("opened_at").values_list("opened_at", flat=True).first()
    recent = at - WINDOW
    return (min(oldest, recent) if oldest else recent) - MARGIN


def _said(terms: Terms, row: Mapping[str, Any]) -> Theirs:
    is_done = row.get("state") == "done"
    try:
        return Theirs(outside_http.judged(terms, row["key"], row, done=is_done), is_done)
    except Problem:
        return Theirs(None, is_done)


def _compare(call: OutsideCall, theirs: Theirs | None, at: datetime, result: Reconciled) -> None:
    result.compared += 1
    if theirs is None:
        _unknown_there(call, at, result)
    elif call.status == Status.CANCELLED and not theirs.is_done:
        outside_calls.tell_of_end(call)
        result.called_off += 1
    elif theirs.answer is not None and theirs.answer.outputs is not None:
        kind = outside_outcomes.take(call.pk, theirs.answer, at)
        result.taken += kind == Kind.RESULT
        if kind == Kind.CONTRADICTION:
            result.found.add((call.key, Differs.CONTRADICTION))
    elif call.status == Status.SENT and theirs.answer is not None and theirs.answer.receipt:
        outside_outcomes.take(call.pk, theirs.answer, at)  # the receipt that never arrived


def _unknown_there(call: OutsideCall, at: datetime, result: Reconciled) -> None:
    if call.status in (Status.SENT, Status.RECEIVED) and call.sent_at and call.sent_at < at:
        result.sent_again += outside_outcomes.send_again(call.pk, at)
    elif call.status == Status.ANSWERED:
        result.found.add((call.key, Differs.UNKNOWN_THERE))


def _unknown_here(theirs: Iterable[str], known: Iterable[str], result: Reconciled) -> None:
    """Their clock or our window may miss one that we do know."""
    strange = set(theirs) - set(known)
    ours = OutsideCall.objects.filter(key__in=strange).values_list("key", flat=True)
    result.found |= {(key, Differs.UNKNOWN_HERE) for key in strange - set(ours)}


def _note(service: OutsideService, problem: Problem) -> None:
    service.error, service.error_about = problem.code, problem.about
    service.save(update_fields=["error", "error_about"])


@transaction.atomic
def _conclude(service: OutsideService, result: Reconciled, at: datetime) -> None:
    service = OutsideService.objects.select_for_update().get(pk=service.pk)
    standing = OutsideFinding.objects.filter(service=service, settled_at=None)
    still = set()
    for finding in standing:
        if (finding.key, finding.kind) in result.found:
            still.add((finding.key, finding.kind))
        else:
            finding.settled_at = at
            finding.save(update_fields=["settled_at"])
    for key, kind in sorted(result.found - still):
        OutsideFinding.objects.create(service=service, key=key, kind=kind, found_at=at)
    service.reconciled_at, service.error, service.error_about = at, "", ""
    service.save(update_fields=["reconciled_at", "error", "error_about"])
    cured = result.taken + result.sent_again + result.called_off
    audit.record(
        "outside.reconciled",
        ("outside", service.code),
        actor="platform",
        at=at,
        details={"compared": result.compared, "cured": cured, "found": len(result.found)},
    )
