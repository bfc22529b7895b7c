"""What belongs to a person: his cases, papers, what is held of him, and who read it."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.audit import queries as audit
from tongban.base.notices import actions as notice_actions
from tongban.base.notices import queries as notices
from tongban.base.people import queries as people
from tongban.business.cases import queries as cases
from tongban.business.certificates import queries as certificates
from tongban.data.exchange import gate
from tongban.data.exchange import queries as exchange
from tongban.data.registers import queries as registers
from tongban.web.portal.following import card
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import origins
from tongban.web.ui.requests import AuthedRequest

USE = "self"
YEAR_DAYS = 366


@citizen_only
@require_safe
def me(request: AuthedRequest) -> HttpResponse:
    """Cases, notices, and every fact that is held, each with its origin."""
    subject = request.user.subject_id
    at = clock.now()
    reader = gate.Reader(str(request.user.pk), "portal", "SJ", subject)
    keys = gate.may_read(reader, USE, timezone.localdate(at))
    facts = gate.read_facts(reader=reader, use=USE, subject_id=subject, keys=keys, at=at)
    told = list(notices.box(subject)[:10])
    notice_actions.mark_read(subject_id=subject, at=at)
    return show(
        request,
        "me.html",
        "me",
        cases=list(cases.of_applicant(subject)[:20]),
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
    subject = request.user.subject_id
    at = clock.now()
    offices = people.offices()
    purposes = exchange.purposes()
    labels = {fact.key: fact.label for fact in registers.all_facts()}
    read: dict[tuple, dict] = {}
    for one in audit.reads_of(
        subject, since=at - timedelta(days=YEAR_DAYS), included=gate.was_included
    ):
        day = timezone.localdate(one.at)
        shown = read.setdefault(
            (day, one.office, one.purpose, one.basis, tuple(one.facts)),
            {
                "at": one.at,
                "office": offices[one.office].short if one.office in offices else "",
                "purpose": purposes.get(one.purpose, one.purpose),
                "basis": one.basis,
                "facts": [labels.get(key, key) for key in one.facts],
                "times": 0,
            },
        )
        shown["times"] += 1
    return show(request, "readers.html", "", read=list(read.values()))
