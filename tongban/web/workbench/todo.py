"""The queues of a desk: what can be done now, what waits for somebody else, what was done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import queries as cases
from tongban.business.cases import todo as queues
from tongban.business.cases.models import WorkItem
from tongban.business.cases.todo import Queue, Waiting
from tongban.business.cases.verbs import delegating, history
from tongban.errors import Refusal
from tongban.web.ui import asked as ask
from tongban.web.ui import parts
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import preview as previewing
from tongban.web.workbench import waiting as waiting_table
from tongban.web.workbench.acting import PickSomebody
from tongban.web.workbench.pages import DECIDING, for_posts, show
from tongban.web.workbench.verbs.forms import told

PER_PAGE = 50
LABELS: Mapping[Queue, Callable[[], str]] = {
    Queue.TO_DO: lambda: _("待办"),
    Queue.TO_SIGN: lambda: _("会签"),
    Queue.HANDED_OVER: lambda: _("已转办"),
    Queue.STANDING: lambda: _("停止计时"),
    Queue.CORRECTION: lambda: _("待补正"),
    Queue.DONE: lambda: _("已办"),
}
# What it means that a queue is empty: the title, and what would appear here.
EMPTY: Mapping[Queue, Callable[[], tuple[str, str]]] = {
    Queue.TO_DO: lambda: (_("没有待办"), _("新的办件会自动出现在这里，最急的在最上面。")),
    Queue.TO_SIGN: lambda: (_("没有要您会签的"), _("同事请您会签时，会出现在这里并通知您。")),
    Queue.HANDED_OVER: lambda: (_("没有转办的"), _("交给同事的办件会出现在这里，可以随时收回。")),
    Queue.STANDING: lambda: (_("没有停止计时的"), _("因检验、听证等停止计时的办件会出现在这里。")),
    Queue.CORRECTION: lambda: (_("没有待补正的"), _("告知申请人补正以后，办件会在这里等他补正。")),
    Queue.DONE: lambda: (_("还没有办过"), _("您办理过的会出现在这里，最近的在最上面。")),
}


class NothingTicked(Refusal):
    """Tick the steps to hand over first."""

    zh = "请先勾选要转办的事项。"


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    url: str
    is_current: bool


@for_posts(*DECIDING)
@require_safe
def todo(request: AuthedRequest) -> HttpResponse:
    """One queue; `lamp` shows one colour alone, `due` what ends by today, `q` a number or name, and
    `case` is the one previewed at the side."""
    queue = _queue(request)
    now = clock.now()
    counts = queues.counts(request.user, now)
    number = ask.words(request, "case", 32)
    around = {
        "tabs": _tabs(queue, counts),
        "queue": queue,
        "asked": ask.words(request, "q", 40),
        "empty": EMPTY[queue](),
        "preview": previewing.of(number, request.user, now) if number else None,
        "closed": f"?tab={queue}",
    }
    if queue is Queue.DONE:
        return show(request, "todo.html", "todo", **around, **_done(request, counts[queue]))
    return show(request, "todo.html", "todo", **around, **_open(request, queue, number))


@for_posts(*DECIDING)
@require_safe
def preview(request: AuthedRequest, number: str) -> HttpResponse:
    """A case at the side of the list; a browser that comes by itself gets the list beside it."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('workbench:todo')}?{urlencode({'case': number})}")
    found = previewing.of(number, request.user, clock.now())
    return render(request, "workbench/preview.html", {"preview": found})


@for_posts(*DECIDING)
@require_POST
def hand_over(request: AuthedRequest) -> HttpResponse:
    """Several steps at once, each by itself: what is refused stays, and says why."""
    ticked = request.POST.getlist("work")
    if not ticked:
        raise NothingTicked
    to = _person(request)
    done = sum(_hand_one(request, _number(each), to) for each in ticked)
    if done:
        told = ngettext("%(n)s 件已交给%(name)s。", "%(n)s 件已交给%(name)s。", done)
        messages.success(request, told % {"n": done, "name": to.display_name or to.username})
    return redirect("workbench:todo")


def _hand_one(request: AuthedRequest, work: int, to: User) -> bool:
    step = get_object_or_404(WorkItem.objects.select_related("case"), pk=work)
    words = request.POST.get("words", "")
    try:
        cases.by_number(step.case.number, request.user)
        delegating.delegate(
            work_item_id=work, user=request.user, to=to, words=words, at=clock.now()
        )
    except Refusal as refusal:
        keep_refusal(request, refusal)
        messages.error(request, told(refusal))
        return False
    return True


def _person(request: AuthedRequest) -> User:
    found = queues.colleagues(request.user).filter(pk=_number(request.POST.get("to", ""))).first()
    if found is None:
        raise PickSomebody
    return found


def _number(text: str) -> int:
    """0, which nobody has, for nothing; no browser of ours sends anything else."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Http404
    return int(text or 0)


def _queue(request: AuthedRequest) -> Queue:
    asked = ask.words(request, "tab", 16)
    return next((queue for queue in Queue if queue.value == asked), Queue.TO_DO)


def _tabs(queue: Queue, counts: Mapping[Queue, int]) -> list[Tab]:
    return [
        Tab(label(), counts[each], f"?tab={each}", each is queue) for each, label in LABELS.items()
    ]


def _open(request: AuthedRequest, queue: Queue, number: str):
    now, user = clock.now(), request.user
    waiting = queues.waiting(user, queue, now)
    lamp, due = ask.words(request, "lamp", 10), ask.words(request, "due", 10)
    asked = ask.words(request, "q", 40)
    shown = [one for one in waiting if lamp in ("", one.to_do.deadline.light.value)]
    if due:
        shown = [one for one in shown if _ends_by_today(one, timezone.localdate(now))]
    shown = [one for one in shown if _says(one, asked)]
    colleagues = list(queues.colleagues(user)) if queue is Queue.TO_DO and shown else []
    return {
        "table": waiting_table.of(shown, queue, number, ticks=bool(colleagues)),
        "filters": waiting_table.filters(waiting, lamp, queue),
        "is_whole": not (lamp or due or asked),
        "count": len(waiting),
        "due_today": sum(waiting_table.is_due_today(one.to_do.deadline) for one in waiting),
        "overdue": sum(waiting_table.is_overdue(one.to_do.deadline) for one in waiting),
        "colleagues": colleagues,
        "most": history.LONGEST,
    }


def _ends_by_today(one: Waiting, today) -> bool:
    step = one.to_do.step
    return one.to_do.deadline.promised_on <= today or (step is not None and step.due_on <= today)


def _says(one: Waiting, asked: str) -> bool:
    texts = (one.to_do.work_item.case.number, one.to_do.applicant)
    return any(asked.casefold() in text.casefold() for text in texts)


def _done(request: AuthedRequest, total: int):
    first = ask.page(request, total)
    found = list(queues.done(request.user)[first : first + PER_PAGE])
    last = first + len(found)
    tab = {"tab": Queue.DONE.value}
    pager = parts.Pager(
        first + 1 if found else 0,
        last,
        total,
        f"?{urlencode({**tab, 'from': max(first - PER_PAGE, 0)})}" if first else "",
        f"?{urlencode({**tab, 'from': last})}" if last < total else "",
    )
    return {
        "table": waiting_table.done(found),
        "pager": pager,
        "is_whole": True,
        "count": total,
    }
