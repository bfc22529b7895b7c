"""What was offered to a person, or to somebody for whom he acts: looked at, accepted, declined."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import previewing
from tongban.business.cases.acting import Party
from tongban.business.cases.actions import Application, NotFilledIn
from tongban.business.cases.models import Case
from tongban.business.cases.reading import form_of
from tongban.business.cases.verbs import history
from tongban.business.offers import (
    actions,
    adopting,
    answering,
    decisions,
    permissions,
    queries,
    sealing,
)
from tongban.business.offers.models import Candidate
from tongban.data.exchange.masks import masked
from tongban.errors import Refusal
from tongban.web.portal.applying import DISPUTE, questions_left
from tongban.web.portal.asking import answers_of, asking, uploads_of
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import origins, parts
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed

Status = Candidate.Status
ACCOUNT_MASK = "first6_last4"
SHOWN = (
    *(Status.TOLD, Status.ACCEPTED, Status.DECLINED, Status.LAPSED),
    *(Status.NOTIFIED, Status.RECOVERED),
)


@citizen_only
@require_safe
def offer(request: AuthedRequest, number: str) -> HttpResponse:
    candidate, party = _own(request, number)
    return _page(request, candidate, party)


@citizen_only
@require_POST
def accept(request: AuthedRequest, number: str) -> HttpResponse:
    """What is still asked is asked on the page; what is refused is told there."""
    candidate, party = _own(request, number)
    form = form_of(decisions.version_of(candidate.offer))
    disputed = {
        name.removeprefix(DISPUTE): str(words)
        for name, words in request.POST.items()
        if name.startswith(DISPUTE) and str(words).strip()
    }
    answers = answers_of(request, form)
    mobile = "Mobi" in request.headers.get("User-Agent", "")
    channel = Case.Channel.PHONE if mobile else Case.Channel.WEB
    application = Application(answers, disputed, channel, uploads_of(request, form))
    try:
        case = answering.accept(
            number=number, user=request.user, at=clock.now(), application=application
        )
    except answering.AcceptedAlready:
        return redirect("portal:offer", number)  # a second tab: he sees that it is done
    except NotFilledIn as refusal:
        return _page(request, candidate, party, answers, refusal.problems)
    except Refusal as refusal:
        return _refused(request, refusal, number)
    return redirect("portal:case", case.number)


@citizen_only
@require_POST
def decline(request: AuthedRequest, number: str) -> HttpResponse:
    _own(request, number)
    words = typed(request, "words")
    try:
        answering.decline(number=number, user=request.user, words=words, at=clock.now())
    except Refusal as refusal:
        return _refused(request, refusal, number)
    return redirect("portal:offer", number)


def _refused(request: AuthedRequest, refusal: Refusal, number: str) -> HttpResponse:
    keep_refusal(request, refusal)
    candidate, party = _own(request, number)
    tried = refusal.told(get_language() or "zh")
    return _page(request, candidate, party, tried=tried)


def _own(request: AuthedRequest, number: str) -> tuple[Candidate, Party]:
    """404 alike for a number that nobody has and for one that was not told to anybody."""
    candidate = queries.by_number(number)
    if candidate is None or candidate.status not in SHOWN:
        raise Http404
    return candidate, permissions.check_can_answer(request.user, candidate, clock.now())


def _page(
    request: AuthedRequest,
    candidate: Candidate,
    party: Party,
    answers: Any = None,
    problems: Any = None,
    tried: str = "",
) -> HttpResponse:
    terms = adopting.terms_of(candidate.offer)
    answer, reason = sealing.answer(candidate), actions.reason_of(candidate, terms)
    version = decisions.version_of(candidate.offer)
    now, language = clock.now(), get_language() or "zh"
    found = previewing.preview(version, request.user, now, party)
    listed = tuple((key, p.told(language)) for key, p in (problems or {}).items())
    account = found.facts.get(terms.payments.account)
    is_open = candidate.gone_in is None and not actions.today_is_late(
        candidate, timezone.localdate(now)
    )
    return show(
        request,
        "offer.html",
        "me",
        status=409 if tried else 422 if listed else 200,
        candidate=candidate,
        item=candidate.offer.item,
        party=None if party.subject_id == request.user.subject_id else party,
        title=origins.told(terms.texts.title),
        words=actions.told(candidate, terms)[0 if origins.is_chinese() else 1],
        law=origins.told(reason.law if reason else terms.texts.law),
        is_wrong=candidate.kind == Candidate.Kind.WRONG,
        amount=actions.amount(answer),
        before=answer.get("before"),
        since=str(answer.get("since") or ""),
        account=masked(ACCOUNT_MASK, str(account.value)) if account and account.value else "",
        facts=[_fact(found.facts[key], found) for key in terms.facts if key in found.facts],
        problems=parts.Problems(listed) if listed else None,
        tried=tried,
        is_open=is_open,
        may_accept=is_open and candidate.status in (Status.TOLD, Status.DECLINED),
        may_decline=is_open and candidate.status == Status.TOLD,
        is_running=_is_running(candidate),
        most=history.LONGEST,
        **asking(questions_left(version, found, answers or {}), answers or {}, problems or {}),
    )


def _is_running(candidate: Candidate) -> bool:
    cases = Case.objects.running().filter(number=candidate.case_number)
    return candidate.status == Status.ACCEPTED and cases.exists()


def _fact(fact: Any, found: previewing.Preview) -> dict[str, Any]:
    """One known fact; where the item asks for it, the person can say that it is wrong."""
    by_fact = {known.field.fact: key for key, known in found.prefilled.known.items()}
    return {
        "label": origins.label(fact),
        "value": origins.words(fact) if fact.is_known else _("查不到"),
        "origin": origins.origin(fact),
        "key": by_fact.get(fact.key, ""),
        "office": fact.office_zh if origins.is_chinese() else fact.office_en,
    }
