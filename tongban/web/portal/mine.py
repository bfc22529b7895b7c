"""What belongs to a person: his cases, papers, what is held of him, and who read it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.audit import queries as audit
from tongban.base.notices import actions as notice_actions
from tongban.base.notices import queries as notices
from tongban.base.people import queries as people
from tongban.business.cases import queries as cases
from tongban.business.cases.verbs import correcting
from tongban.business.certificates import queries as certificates
from tongban.data.exchange import gate
from tongban.data.exchange import queries as exchange
from tongban.data.registers import queries as registers
from tongban.web.portal.following import card
from tongban.web.portal.pages import citizen_only, pager, show
from tongban.web.ui import asked as ask
from tongban.web.ui import origins
from tongban.web.ui.requests import AuthedRequest

USE = "self"
YEAR_DAYS = 366
NOTICES, CASES, READS = 10, 20, 100  # shown at once


@citizen_only
@require_safe
def me(request: AuthedRequest) -> HttpResponse:
    """Cases, notices, and every fact that is held, each with its origin."""
    subject = request.user.subject_id
    at = clock.now()
    reader = gate.Reader(str(request.user.pk), "portal", "SJ", subject)
    keys = gate.may_read(reader, USE, timezone.localdate(at))
    facts = gate.read_facts(reader=reader, use=USE, subject_id=subject, keys=keys, at=at)
    # All that is new is shown, because all of it counts as read from now on.
    told = list(notices.box(subject)[: max(NOTICES, notices.unread(subject))])
    notice_actions.mark_read(subject_id=subject, at=at)
    made = cases.of_applicant(subject)
    count = made.count()
    first = ask.page(request, count)
    shown = list(made[first : first + CASES])
    return show(
        request,
        "me.html",
        "me",
        cases=shown,
        asked=correcting.asked_of(shown),
        pager=pager(first, count, CASES) if count > CASES else None,
        notices=told,
        facts=[
            (origins.label(f), origins.words(f), origins.origin(f))
            for f in sorted(facts.values(), key=lambda fact: (fact.source, fact.key))
            if f.is_known
        ],
        unknown=[origins.label(f) for f in facts.values() if not f.is_known],
    )


@citizen_only
@require_safe
def papers(request: AuthedRequest) -> HttpResponse:
    subject = request.user.subject_id
    held = list(certificates.of_holder(subject))
    return show(request, "papers.html", "papers", papers=[(c, card(c, request)) for c in held])


@citizen_only
@require_safe
def readers(request: AuthedRequest) -> HttpResponse:
    """谁查过我的数据: every reading of this person's facts, alike ones of a day as one."""
    found = audit.reads_of(
        request.user.subject_id,
        since=clock.now() - timedelta(days=YEAR_DAYS),
        included=gate.was_included,
        before=ask.number(request, "before", audit.NEWEST) or audit.NEWEST,
        limit=READS,
    )
    older = f"?before={found[-1].event}" if len(found) == READS else ""
    return show(request, "readers.html", "", read=_alike(found), older=older)


def _alike(found: Iterable[audit.Read]) -> list[dict[str, Any]]:
    offices = people.offices()
    purposes = exchange.purposes()
    labels = {fact.key: fact.label for fact in registers.all_facts()}
    read: dict[tuple, dict[str, Any]] = {}
    for one in found:
        day = timezone.localdate(one.at)
        shown = read.setdefault(
            (day, one.office, one.purpose, one.basis, one.facts, one.included),
            {
                "at": one.at,
                "office": offices[one.office].short if one.office in offices else one.office,
                "purpose": purposes.get(one.purpose, one.purpose),
                "basis": one.basis,
                "facts": [labels.get(key, key) for key in one.facts],
                "uncertain": one.included is None,
                "times": 0,
            },
        )
        shown["times"] += 1
    return list(read.values())
