"""What is offered, whom a round found, and one of them with everything that he is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases.verbs import history
from tongban.business.offers import actions, adopting, permissions, queries, reading, sealing
from tongban.business.offers.models import Candidate, Offer, Round
from tongban.business.offers.terms import Terms
from tongban.data.exchange import gate
from tongban.errors import Refusal
from tongban.web.ui import asked, origins, parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.pages import for_posts, show
from tongban.web.workbench.words import number, stamp

HANDLING = permissions.HANDLING
SHOWN = 20
Kind, Status = Candidate.Kind, Candidate.Status
TONES: Mapping[str, tuple[str, str]] = {
    Status.ACCEPTED: ("ok", "check"),
    Status.RECOVERED: ("ok", "check"),
    Status.FOUND: ("unknown", "hourglass"),
    Status.SET_ASIDE: ("line", "x"),
    Status.DECLINED: ("line", "x"),
    Status.LAPSED: ("line", "clock"),
}
COLOURS = ("c2", "c1", "c3", "c4")


@dataclass(frozen=True)
class Filter:
    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Known:
    """A fact that the officer looks at, and where its way is told."""

    label: str
    value: str
    origin: parts.Origin
    is_known: bool


@for_posts(*HANDLING)
@require_safe
def offers(request: AuthedRequest) -> HttpResponse:
    found = queries.rows(request.user)
    columns = (
        parts.Column(_("主动服务"), place="first"),
        parts.Column(_("待核对"), "number"),
        parts.Column(_("已核对"), "number"),
        parts.Column(_("已告知"), "number"),
        parts.Column(_("已接受"), "number"),
        parts.Column(_("最近核对"), place="end"),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    each.offer.name,
                    each.offer.code,
                    reverse("workbench:offer", args=[each.offer.code]),
                ),
                *(
                    number(each.of(status))
                    for status in (Status.FOUND, Status.CONFIRMED, Status.TOLD, Status.ACCEPTED)
                ),
                stamp(each.latest.asked_at) if each.latest else "—",
            )
        )
        for each in found
    )
    table = parts.Table(_("主动服务"), columns, rows)
    return show(request, "offers.html", "offers", table=table)


@for_posts(*HANDLING)
@require_safe
def offer(request: AuthedRequest, code: str) -> HttpResponse:
    """The queue, by kind and state; what can be done with all of a kind at once."""
    found = mine(request, code)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else Kind.DUE
    status = request.GET.get("status", "")
    status = status if status in Status.values else ""
    chosen = queries.queue(found, kind, status)
    count = chosen.count()
    first = asked.page(request, count)
    counted = queries.counts(found)
    return show(
        request,
        "offer.html",
        "offers",
        offer=found,
        latest=queries.latest(found),
        kinds=_kinds(counted, kind),
        filters=_states(counted, kind, status),
        table=_table(chosen[first : first + SHOWN], request.user),
        count=count,
        pager=_pager(first, count, kind, status) if count > SHOWN else None,
        chart=_chart(counted) if counted else None,
        gone=queries.gone(found).count(),
        kind=kind,
        sure=actions.others(actions.sure(found, kind), request.user).count(),
        ready=actions.others(actions.confirmed(found, kind), request.user).count(),
        days=adopting.terms_of(found).days_to_answer,
        is_working=_is_working(found),
    )


@for_posts(*HANDLING)
@require_safe
def progress(request: AuthedRequest, code: str) -> HttpResponse:
    """How far the round is; the page anew when it has ended."""
    found = mine(request, code)
    if not request.headers.get("HX-Request"):
        return redirect("workbench:offer", code)
    if not _is_working(found):
        return HttpResponse(headers={"HX-Refresh": "true"})
    latest = queries.latest(found)
    return render(request, "workbench/offer_looking.html", {"offer": found, "latest": latest})


@for_posts(*HANDLING)
@require_safe
def candidate(request: AuthedRequest, code: str, number: str) -> HttpResponse:
    return candidate_page(request, code, number)


def candidate_page(
    request: AuthedRequest, code: str, number: str, tried: str = "", words: str = ""
) -> HttpResponse:
    """One of them; `tried`: why what the officer wanted was refused."""
    found = mine(request, code)
    about = one(found, number)
    permissions.check_not_own(request.user, about, clock.now())
    terms, answer = adopting.terms_of(found), sealing.answer(about)
    facts = reading.seen(about, request.user, clock.now())
    language = get_language() or "zh"
    return show(
        request,
        "offer_candidate.html",
        "offers",
        status=409 if tried else 200,
        offer=found,
        candidate=about,
        state=state(about),
        person=facts[reading.NAME].value or "—",
        amount=actions.amount(answer),
        before=answer.get("before"),
        since=str(answer.get("since") or ""),
        reason=_reason(about, terms),
        law=_law(about, terms),
        household=_tells_household(about, terms),
        facts=[_known(fact, found, about) for key, fact in facts.items() if key != reading.NAME],
        steps=[(each, sealing.words(each)) for each in queries.steps(about)],
        may=Candidate.TRANSITIONS[about.status],
        tried=tried,
        words=words,
        most=history.LONGEST,
        language=language,
    )


@for_posts(*HANDLING)
@require_safe
def way(request: AuthedRequest, code: str, number: str, fact: str) -> HttpResponse:
    """A fact of a candidate down to the cells of its source row."""
    found = mine(request, code)
    about = one(found, number)
    permissions.check_not_own(request.user, about, clock.now())
    if fact not in adopting.terms_of(found).facts:
        raise Http404
    now, user = clock.now(), request.user
    known = reading.facts_of(found, about.subject_id, [fact], user, now)[fact]
    cells, why_not = _cells(found, about, known, user, now)
    return show(
        request,
        "offer_way.html",
        "offers",
        offer=found,
        candidate=about,
        fact=known,
        label=origins.label(known),
        value=origins.words(known),
        origin=origins.origin(known),
        cells=cells,
        why_not=why_not,
    )


def _cells(
    offer: Offer, about: Candidate, fact: gate.Fact, user: User, at: datetime
) -> tuple[list[tuple[str, str]], str]:
    """As the source wrote them; or why they cannot be shown."""
    try:
        cells = gate.source_cells(
            reader=reading.officer(offer, user),
            use=adopting.terms_of(offer).use,
            subject_id=about.subject_id,
            fact=fact.key,
            row=fact.row,
            at=at,
        )
    except Refusal as refusal:
        return [], refusal.told(get_language() or "zh")
    return [(column, value or "") for column, value in cells.items()], ""


def mine(request: AuthedRequest, code: str) -> Offer:
    found = get_object_or_404(Offer.objects.select_related("item__office"), code=code)
    permissions.check_can_handle(request.user, found)
    return found


def one(offer: Offer, number: str) -> Candidate:
    found = queries.candidate(offer, number)
    if found is None:
        raise Http404
    return found


def state(found: Candidate) -> parts.Tag:
    tone, icon = TONES.get(found.status, ("teal", ""))
    label = Status(found.status).label
    return parts.Tag(str(label), tone, icon=icon)  # pyright: ignore[reportArgumentType]


def _is_working(offer: Offer) -> bool:
    return offer.rounds.filter(status=Round.Status.WORKING).exists()


def _kinds(counted: queries.Counts, current: str) -> list[Filter]:
    return [
        Filter(
            str(kind.label),
            sum(count for (of, _state), count in counted.items() if of == kind),
            f"?{urlencode({'kind': kind.value})}",
            kind == current,
        )
        for kind in Kind
    ]


def _states(counted: queries.Counts, kind: str, current: str) -> list[Filter]:
    return [
        Filter(
            str(status.label),
            counted[kind, status],
            f"?{urlencode({'kind': kind, 'status': status.value})}",
            status == current,
        )
        for status in Status
        if (kind, status) in counted
    ]


def _table(shown: Any, user: User) -> parts.Table:
    columns = (
        parts.Column(_("姓名"), place="first"),
        parts.Column(_("状态"), place="end"),
        parts.Column(_("金额（元）"), "number"),
        parts.Column(_("起始"), "short"),
        parts.Column(_("说明"), place="start"),
    )
    rows = tuple(_row(each, user) for each in shown)
    return parts.Table(_("名单"), columns, rows)


def _row(found: Candidate, user: User) -> parts.Row:
    terms, answer = adopting.terms_of(found.offer), sealing.answer(found)
    is_own = bool(user.subject_id) and user.subject_id == found.subject_id
    name = _("您本人") if is_own else reading.name_of(found, user, clock.now()) or "—"
    url = "" if is_own else reverse("workbench:candidate", args=[found.offer.code, found.number])
    return parts.Row(
        (
            parts.Cell(name, found.number, url),
            state(found),
            _amount(answer),
            str(answer.get("since") or "—"),
            _notes(found, terms),
        )
    )


def _amount(answer: Mapping[str, Any]) -> str:
    now = actions.amount(answer)
    before = answer.get("before")
    return f"{before} → {now}" if before else now


def _notes(found: Candidate, terms: Terms) -> str:
    said = [_reason(found, terms)]
    if found.gone_in is not None:
        said.append(_("最近一次核对不再符合"))
    if not found.is_sure:
        said.append(_("有未知项或账户不能收款，须逐人核对"))
    return "；".join(each for each in said if each) or "—"


def _reason(found: Candidate, terms: Terms) -> str:
    reason = actions.reason_of(found, terms)
    return origins.told(reason.name) if reason else ""


def _law(found: Candidate, terms: Terms) -> str:
    reason = actions.reason_of(found, terms)
    return origins.told(reason.law if reason else terms.texts.law)


def _tells_household(found: Candidate, terms: Terms) -> bool:
    reason = actions.reason_of(found, terms)
    return reason is not None and reason.tell == "household"


def _known(fact: gate.Fact, offer: Offer, about: Candidate) -> Known:
    args = [offer.code, about.number, fact.key]
    href = reverse("workbench:candidate_way", args=args) if fact.row else ""
    shown = origins.words(fact) if fact.is_known else _("查不到")
    return Known(origins.label(fact), shown, origins.origin(fact, href), fact.is_known)


def _pager(first: int, count: int, kind: str, status: str) -> parts.Pager:
    def url(start: int) -> str:
        return f"?{urlencode({'kind': kind, 'status': status, 'from': start})}"

    last = min(first + SHOWN, count)
    before = url(max(first - SHOWN, 0)) if first else ""
    return parts.Pager(first + 1, last, count, before, url(last) if last < count else "")


def _chart(counted: queries.Counts) -> dict[str, Any]:
    """Each kind as one bar, by state."""
    kinds = [kind for kind in reversed(Kind) if any(of == kind for of, _ in counted)]
    states = [state for state in Status if any(of == state for _, of in counted)]
    return {
        "grid": {"left": 76, "right": 20, "top": 30, "bottom": 6},
        "legend": {"top": 0},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            "type": "category",
            "data": [str(kind.label) for kind in kinds],
            "axisLine": {"show": False},
        },
        "series": [
            {
                "name": str(state.label),
                "type": "bar",
                "stack": "all",
                "barWidth": 18,
                "itemStyle": {"color": f"token:{COLOURS[place % len(COLOURS)]}"},
                "data": [counted.get((kind, state), 0) for kind in kinds],
            }
            for place, state in enumerate(states)
        ],
    }
