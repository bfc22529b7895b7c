"""What belongs to a person: his cases, papers, what is held of him, and who read it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.audit import queries as audit
from tongban.base.notices import actions as notice_actions
from tongban.base.notices import queries as notices
from tongban.base.notices.models import Notice
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import acting
from tongban.business.cases.acting import Party
from tongban.business.cases.packages import queries as packages
from tongban.business.cases.verbs import correcting
from tongban.business.certificates import queries as certificates
from tongban.data.exchange import gate
from tongban.data.exchange import queries as exchange
from tongban.data.registers import queries as registers
from tongban.web.portal import party
from tongban.web.portal.following import card
from tongban.web.portal.pages import citizen_only, pager, show
from tongban.web.ui import asked as ask
from tongban.web.ui import origins
from tongban.web.ui.requests import AuthedRequest

USE, COMPANY_USE = "self", "self:company"
YEAR_DAYS = 366
NOTICES, CASES, READS = 10, 20, 100  # shown at once


@citizen_only
@require_safe
def me(request: AuthedRequest) -> HttpResponse:
    """Cases, notices, and every fact that is held, each with its origin. An agent sees the cases
    of his mandate and nothing else."""
    at, about = clock.now(), party.current(request)
    speaks = acting.speaks(request.user, about.subject_id, at)
    facts = _held(request, about, at) if speaks else {}
    told = _told(about.subject_id, at) if speaks or about.is_company else []
    made = party.cases_of(request)
    whole = acting.items_of(request.user, about, at) is None
    count = made.count()
    first = ask.page(request, count)
    shown = list(made[first : first + CASES])
    return show(
        request,
        "me.html",
        "me",
        about=about,
        speaks=speaks,
        cases=shown,
        asked=correcting.asked_of(shown),
        packages=list(packages.of_applicant(about.subject_id)[:CASES]) if whole else [],
        pager=pager(first, count, CASES) if count > CASES else None,
        notices=told,
        facts=[
            (origins.label(f), origins.words(f), origins.origin(f))
            for f in sorted(facts.values(), key=lambda fact: (fact.source, fact.key))
            if f.is_known
        ],
        unknown=[origins.label(f) for f in facts.values() if not f.is_known],
    )


def _held(request: AuthedRequest, about: Party, at: datetime) -> Mapping[str, gate.Fact]:
    use = COMPANY_USE if about.is_company else USE
    reader = gate.Reader(str(request.user.pk), "portal", "SJ", about.subject_id)
    keys = gate.may_read(reader, use, timezone.localdate(at)) - acting.NOT_SHOWN
    if not keys and about.is_company:
        return {}
    subject = about.subject_id
    return gate.read_facts(reader=reader, use=use, subject_id=subject, keys=keys, at=at)


def _told(subject_id: str, at: datetime) -> list[Notice]:
    """All that is new is shown, because all of it counts as read from now on."""
    told = list(notices.box(subject_id)[: max(NOTICES, notices.unread(subject_id))])
    notice_actions.mark_read(subject_id=subject_id, at=at)
    return told


@citizen_only
@require_safe
def papers(request: AuthedRequest) -> HttpResponse:
    about = party.current(request)
    speaks = acting.speaks(request.user, about.subject_id, clock.now())
    held = list(certificates.of_holder(about.subject_id)) if speaks else []
    return show(request, "papers.html", "papers", papers=[(c, card(c, request)) for c in held])


@citizen_only
@require_safe
def readers(request: AuthedRequest) -> HttpResponse:
    """谁查过我的数据: every reading of this person's facts, alike ones of a day as one."""
    about = party.current(request)
    if not acting.speaks(request.user, about.subject_id, clock.now()):
        about = acting.own(request.user)
    found = audit.reads_of(
        about.subject_id,
        since=clock.now() - timedelta(days=YEAR_DAYS),
        included=gate.was_included,
        before=ask.number(request, "before", audit.NEWEST) or audit.NEWEST,
        limit=READS,
    )
    older = f"?before={found[-1].event}" if len(found) == READS else ""
    read = _alike(found, _agents(found, about.subject_id))
    return show(request, "readers.html", "", about=about, read=read, older=older)


def _agents(found: Iterable[audit.Read], subject_id: str) -> dict[str, str]:
    """Names of the citizens who had it read in the name of this one, by account."""
    accounts = {one.actor for one in found if one.actor.isdigit()}
    others = User.objects.filter(pk__in=accounts).exclude(subject_id__in=("", subject_id))
    return {str(each.pk): each.display_name for each in others}


def _alike(found: Iterable[audit.Read], agents: Mapping[str, str]) -> list[dict[str, Any]]:
    offices = people.offices()
    purposes = exchange.purposes()
    labels = {fact.key: fact.label for fact in registers.all_facts()}
    read: dict[tuple, dict[str, Any]] = {}
    for one in found:
        day, agent = timezone.localdate(one.at), agents.get(one.actor, "")
        shown = read.setdefault(
            (day, one.office, one.purpose, one.basis, one.facts, one.included, agent),
            {
                "at": one.at,
                "office": offices[one.office].short if one.office in offices else one.office,
                "purpose": purposes.get(one.purpose, one.purpose),
                "basis": one.basis,
                "facts": [labels.get(key, key) for key in one.facts],
                "agent": agent,
                "uncertain": one.included is None,
                "times": 0,
            },
        )
        shown["times"] += 1
    return list(read.values())
