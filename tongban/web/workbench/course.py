"""The course of a case: each event of its log in words, with who did it and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import running
from tongban.business.cases.models import Case, CaseEvent, Revocation, WorkItem
from tongban.business.cases.verbs import history
from tongban.engines.clocks import ground
from tongban.engines.processes.model import UserTask
from tongban.web.ui import moments, origins, stops
from tongban.web.workbench import words

Transition = CaseEvent.Transition


@dataclass(frozen=True)
class Entry:
    """`told` says what was done, `who` by whom in which post, `why` the reason that was given."""

    at: datetime
    told: str
    who: str
    why: str


@dataclass(frozen=True)
class Log:
    """What the words of an event need beside it."""

    case: Case
    applicant: str
    names: Mapping[str, str]  # by account
    signed: frozenset[str]  # tasks that are a signer's
    people: frozenset[str]  # nodes that a person does


def of(case: Case, applicant: str, events: Sequence[CaseEvent]) -> list[Entry]:
    """Two queries. That a step has begun is left out: what came of it says as much."""
    log = _log(case, applicant, events)
    return [
        Entry(case.submitted_at, _("提交申请"), _("申请人 %s") % applicant, ""),
        *_entries(events, log),
    ]


def _entries(events: Sequence[CaseEvent], log: Log) -> list[Entry]:
    return [
        Entry(event.at, told, _who(event, log), history.said(event))
        for event in events
        for told in _told(event, log)
    ]


def _log(case: Case, applicant: str, events: Sequence[CaseEvent]) -> Log:
    accounts = {name for e in events for name in (e.resource, e.receiver) if name.isdigit()}
    users = User.objects.in_bulk([int(name) for name in accounts])
    beside = WorkItem.objects.filter(case=case, beside__isnull=False)
    nodes = running.definition_of(case.version).nodes
    return Log(
        case,
        applicant,
        {str(pk): user.display_name or user.username for pk, user in users.items()},
        frozenset(str(task) for task in beside.values_list("task", flat=True)),
        frozenset(name for name, node in nodes.items() if isinstance(node, UserTask)),
    )


def _who(event: CaseEvent, log: Log) -> str:
    """Empty for what the platform did by itself."""
    if not event.resource or (_is_of_a_node(event) and event.activity not in log.people):
        return ""
    if event.transition == Transition.SCHEDULE and _is_of_a_node(event):
        return ""
    if event.role == "applicant":
        return _("申请人 %s") % log.applicant
    name, post = log.names.get(event.resource, ""), words.post(event.role)
    return _("%(name)s（%(post)s）") % {"name": name, "post": post} if name else post


def _is_of_a_node(event: CaseEvent) -> bool:
    return not event.activity.startswith("tb:")


def _told(event: CaseEvent, log: Log) -> Iterator[str]:
    if not _is_of_a_node(event):
        yield WHOLE[event.activity](event, log)
    elif event.transition in STEP:
        yield STEP[event.transition](event, log)


def _arrived(event: CaseEvent, log: Log) -> str:
    if event.instance in log.signed:
        return _("“%s”等待会签") % event.words
    return _("“%s”等待办理") % event.words


def _done(event: CaseEvent, log: Log) -> str:
    if "agree" in event.details:
        said = _("会签同意") if event.details["agree"] else _("会签不同意")
        return _("“%(step)s”%(said)s") % {"step": event.words, "said": said}
    return _("“%s”办理完毕") % event.words if event.activity in log.people else event.words


def _handed(event: CaseEvent, log: Log) -> str:
    told = {"step": event.words, "name": log.names.get(event.receiver, "")}
    if not event.receiver:
        return _("收回“%(step)s”") % told
    if event.instance in log.signed:
        return _("请%(name)s会签“%(step)s”") % told
    return _("把“%(step)s”交给%(name)s办理") % told


def _sent_back(event: CaseEvent, log: Log) -> str:
    to = _node(event.details["to"], log)
    return _("从“%(step)s”退回到“%(to)s”") % {"step": event.words, "to": to}


def _node(id_: str, log: Log) -> str:
    """The version of the case may have lost it."""
    node = running.definition_of(log.case.version).nodes.get(id_)
    return node.label("zh" if origins.is_chinese() else "en") if node else id_


def _clock(event: CaseEvent, log: Log) -> str:
    named = ground(event.details["ground"]).label("zh" if origins.is_chinese() else "en")
    if event.transition == Transition.SUSPEND:
        told = {"ground": named, "until": _day(event.details["until"])}
        return _("停止计时：%(ground)s，至 %(until)s") % told
    told = {"ground": named, "until": _day(event.details["excluded_until"])}
    return _("恢复计时（%(ground)s），不计入期限的时间到 %(until)s") % told


def _correction(event: CaseEvent, log: Log) -> str:
    asked = stops.questions(log.case, event.details["questions"])
    named = _("、").join(asked)
    if event.transition == Transition.SCHEDULE:
        return _("一次告知补正：%s") % named
    return (
        _("申请人补正：%s") % named if event.details["asked"] else _("申请人主动更正：%s") % named
    )


def _extension(event: CaseEvent, log: Log) -> str:
    days = event.details["days"]
    until = _day(event.details["statutory_on"])
    told = ngettext(
        "批准延长 %(days)s 个工作日，法定期限到 %(until)s",
        "批准延长 %(days)s 个工作日，法定期限到 %(until)s",
        days,
    )
    return told % {"days": days, "until": until}


def _opinion(event: CaseEvent, log: Log) -> str:
    return _("“%(step)s”的意见") % {"step": _node(event.details["node"], log)}


def _revocation(event: CaseEvent, log: Log) -> str:
    return _("撤销决定：%s") % Revocation.Ground(event.details["ground"]).label


def _urging(event: CaseEvent, log: Log) -> str:
    count = event.details["told"]
    told = ngettext("催办，已提醒 %(n)s 人", "催办，已提醒 %(n)s 人", count)
    return told % {"n": count}


Words = Callable[[CaseEvent, Log], str]
STEP: Mapping[str, Words] = {
    Transition.SCHEDULE: _arrived,
    Transition.COMPLETE: _done,
    Transition.ASSIGN: _handed,
    Transition.REASSIGN: _handed,
    Transition.SEND_BACK: _sent_back,
    Transition.SKIP: lambda event, log: _("跳过“%s”") % event.words,
    Transition.WITHDRAW: lambda event, log: _("“%s”取消") % event.words,
}
WHOLE: Mapping[str, Words] = {
    "tb:clock": _clock,
    "tb:correction": _correction,
    "tb:extension": _extension,
    "tb:opinion": _opinion,
    "tb:revocation": _revocation,
    "tb:urge": _urging,
    "tb:withdrawal": lambda event, log: _("撤回申请"),
}


def _day(text: str) -> str:
    return moments.day(date.fromisoformat(text), clock.now())
