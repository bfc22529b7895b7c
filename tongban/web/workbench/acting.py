"""Using a verb: done, it leads back to the case; refused, the case is shown with the words beside
the form and with what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import possible, queries
from tongban.business.cases.models import Case, WorkItem
from tongban.business.cases.possible import Verb
from tongban.business.cases.verbs import (
    correcting,
    delegating,
    extending,
    returning,
    revoking,
    signing,
    skipping,
    suspending,
    urging,
)
from tongban.errors import Refusal
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench import cases
from tongban.web.workbench.pages import CASES, for_posts
from tongban.web.workbench.verbs import forms
from tongban.web.workbench.verbs.forms import Tried


class PickSomebody(Refusal):
    """Pick a colleague from the list."""

    zh = "请从列表中选择一位同事。"


class AgreeOrNot(Refusal):
    """Say whether you agree: press one of the two buttons."""

    zh = "请说明同意还是不同意：点两个按钮中的一个。"


@dataclass(frozen=True)
class Said:
    """What was typed into a verb's form."""

    request: AuthedRequest
    at: datetime

    @property
    def user(self) -> User:
        return self.request.user

    def of(self, name: str) -> str:
        return typed(self.request, name)

    def person(self) -> User:
        """Raises PickSomebody."""
        number = self.of("to")
        is_one = number.isascii() and number.isdigit() and len(number) < 12
        found = User.objects.filter(pk=int(number)).first() if is_one else None
        if found is None:
            raise PickSomebody
        return found


@for_posts(*CASES)
@require_POST
def of_step(request: AuthedRequest, work_item_id: int, verb: str) -> HttpResponse:
    step = get_object_or_404(WorkItem.objects.select_related("case"), pk=work_item_id)
    case = queries.by_number(step.case.number, request.user)
    do = STEP.get(verb)
    if do is None:
        raise Http404
    tried = Tried(Verb(verb), work_item_id, request.POST)
    return _use(request, case, tried, lambda said: do(work_item_id, said))


@for_posts(*CASES)
@require_POST
def of_case(request: AuthedRequest, number: str, verb: str) -> HttpResponse:
    case = queries.by_number(number, request.user)
    do = CASE.get(verb)
    if do is None:
        raise Http404
    tried = Tried(Verb(verb), None, request.POST)
    if verb == Verb.SUSPEND and request.POST.get("press") == forms.SHOW:
        return _show(request, case, tried)
    return _use(request, case, tried, lambda said: do(case.pk, said))


def _use(
    request: AuthedRequest, case: Case, tried: Tried, do: Callable[[Said], object]
) -> HttpResponse:
    try:
        do(Said(request, clock.now()))
    except Refusal as refusal:
        return _refused(request, case, tried, refusal)
    return cases.done(request, case, DONE[tried.verb]())


def _refused(request: AuthedRequest, case: Case, tried: Tried, refusal: Refusal) -> HttpResponse:
    """Beside the form as long as there is one; what is not his to do has a page of its own."""
    if not _offered(case, tried, request.user):
        raise refusal
    keep_refusal(request, refusal)
    return cases.page_of(request, case, replace(tried, refusal=refusal), status=409)


def _offered(case: Case, tried: Tried, user: User) -> bool:
    now = clock.now()
    case.refresh_from_db()
    if tried.work is None:
        found = possible.for_case(case, user, now)
    else:
        step = case.work_items.select_related("office", "assignee").get(pk=tried.work)
        step.case = case
        is_open = step.status == WorkItem.Status.OPEN
        found = possible.for_step(step, user, now) if is_open else ()
    return forms.named(found, tried.verb) is not None


def _show(request: AuthedRequest, case: Case, tried: Tried) -> HttpResponse:
    """What a suspension would do to the days, before it is confirmed."""
    try:
        note = forms.after_suspension(case, request.POST.get("days", ""), clock.now())
    except Refusal as refusal:
        return _refused(request, case, tried, refusal)
    return cases.page_of(request, case, replace(tried, note=note))


def _send_back(work: int, said: Said) -> object:
    to, words = said.of("to"), said.of("words")
    return returning.send_back(work_item_id=work, user=said.user, to=to, words=words, at=said.at)


def _hand_over(work: int, said: Said) -> object:
    to, words = said.person(), said.of("words")
    return delegating.delegate(work_item_id=work, user=said.user, to=to, words=words, at=said.at)


def _take_back(work: int, said: Said) -> object:
    words = said.of("words")
    return delegating.take_back(work_item_id=work, user=said.user, words=words, at=said.at)


def _add_signer(work: int, said: Said) -> object:
    to, words = said.person(), said.of("words")
    return signing.add_signer(work_item_id=work, user=said.user, to=to, words=words, at=said.at)


def _sign(work: int, said: Said) -> object:
    pressed, words = said.of("press"), said.of("words")
    if pressed not in ("agree", "disagree"):
        raise AgreeOrNot
    agree = pressed == "agree"
    return signing.sign(work_item_id=work, user=said.user, agree=agree, words=words, at=said.at)


def _skip(work: int, said: Said) -> object:
    words = said.of("words")
    return skipping.skip(work_item_id=work, user=said.user, words=words, at=said.at)


def _ask(case: int, said: Said) -> object:
    questions, words = said.request.POST.getlist("questions"), said.of("words")
    return correcting.ask(
        case_id=case, user=said.user, questions=questions, words=words, at=said.at
    )


def _suspend(case: int, said: Said) -> object:
    return suspending.suspend(
        case_id=case,
        user=said.user,
        ground=said.of("ground"),
        days=forms.days(said.of("days")),
        words=said.of("words"),
        at=said.at,
    )


def _resume(case: int, said: Said) -> object:
    return suspending.resume(case_id=case, user=said.user, words=said.of("words"), at=said.at)


def _extend(case: int, said: Said) -> object:
    return extending.extend(case_id=case, user=said.user, words=said.of("words"), at=said.at)


def _urge(case: int, said: Said) -> object:
    return urging.urge(case_id=case, user=said.user, words=said.of("words"), at=said.at)


def _revoke(case: int, said: Said) -> object:
    ground, words = said.of("ground"), said.of("words")
    return revoking.revoke(case_id=case, user=said.user, ground=ground, words=words, at=said.at)


DONE: Mapping[Verb, Callable[[], str]] = {
    Verb.SEND_BACK: lambda: _("已退回，上次办理的人会收到通知。"),
    Verb.HAND_OVER: lambda: _("已转办，这位同事会收到通知。"),
    Verb.TAKE_BACK: lambda: _("已收回，由本岗位办理。"),
    Verb.ADD_SIGNER: lambda: _("已请同事会签，他会收到通知。"),
    Verb.SIGN: lambda: _("会签意见已提交。"),
    Verb.SKIP: lambda: _("已跳过这一步。"),
    Verb.ASK: lambda: _("已告知申请人补正。"),
    Verb.SUSPEND: lambda: _("已停止计时，申请人会收到通知。"),
    Verb.RESUME: lambda: _("已恢复计时，申请人会收到通知。"),
    Verb.EXTEND: lambda: _("已延长期限，申请人会收到通知。"),
    Verb.URGE: lambda: _("已催办。"),
    Verb.REVOKE: lambda: _("决定已撤销，申请人会收到通知。"),
}
Do = Callable[[int, Said], object]
STEP: Mapping[str, Do] = {
    Verb.SEND_BACK: _send_back,
    Verb.HAND_OVER: _hand_over,
    Verb.TAKE_BACK: _take_back,
    Verb.ADD_SIGNER: _add_signer,
    Verb.SIGN: _sign,
    Verb.SKIP: _skip,
}
CASE: Mapping[str, Do] = {
    Verb.ASK: _ask,
    Verb.SUSPEND: _suspend,
    Verb.RESUME: _resume,
    Verb.EXTEND: _extend,
    Verb.URGE: _urge,
    Verb.REVOKE: _revoke,
}
