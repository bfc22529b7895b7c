"""The verbs that are possible on a case, as forms: one for each, with what was typed before it was
refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tongban import clock
from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases import possible, queries
from tongban.business.cases.models import Case, Revocation, Suspension, WorkItem
from tongban.business.cases.possible import Possible, Verb
from tongban.business.cases.verbs import correcting, extending, returning, suspending
from tongban.errors import Refusal
from tongban.web.ui import moments, origins
from tongban.web.workbench.verbs.parts import Asked, Button, Choice, Form

SHOW = "show"  # show what would come of it, and do nothing yet
DAYS = "10"


@dataclass(frozen=True)
class Tried:
    """An attempt that was refused, or that only asked what would come of it; `work` is the step it
    was about."""

    verb: Verb
    work: int | None
    typed: QueryDict
    refusal: Refusal | None = None
    note: str = ""


@dataclass(frozen=True)
class Scene:
    """Whose page of which case it is, at what moment, and what he has tried."""

    case: Case
    user: User
    at: datetime
    tried: Tried | None = None

    def tried_here(self, verb: Verb, step: WorkItem | None) -> Tried | None:
        tried = self.tried
        work = step.pk if step else None
        return tried if tried and (tried.verb, tried.work) == (verb, work) else None


def of_step(step: WorkItem, found: Iterable[Possible], scene: Scene) -> list[Form]:
    return [_form(one, step, scene) for one in found if one.verb in STEP]


def of_case(found: Iterable[Possible], scene: Scene) -> list[Form]:
    return [_form(one, None, scene) for one in found]


def told(refusal: Refusal) -> str:
    return refusal.told(get_language() or "zh")


def days(number: str) -> int:
    """What was typed for a number of days; 0, which no verb takes, where it is no number."""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0


def after_suspension(case: Case, number: str, at: datetime) -> str:
    """What a suspension of so many days would do. Raises AuthoriseDays."""
    suspending.check_days(days(number))
    moved = queries.if_suspended(case, days(number), at)
    words = {"until": _day(moved.until), **_both(moved)}
    return _("停至 %(until)s，承诺期限移到 %(promised)s，法定期限移到 %(statutory)s。") % words


def _form(one: Possible, step: WorkItem | None, scene: Scene) -> Form:
    label, icon, build = (STEP if step else CASE)[one.verb]
    key = f"{one.verb}-{step.pk}" if step else str(one.verb)
    if one.why_not is not None and scene.tried_here(one.verb, step) is None:
        return Form(one.verb, key, label(), icon, why_not=told(one.why_not))
    built = build(step or scene.case, scene)
    tried = scene.tried_here(one.verb, step)
    refused = told(tried.refusal) if tried and tried.refusal else ""
    return Form(
        verb=one.verb,
        key=key,
        label=label(),
        icon=icon,
        url=_url(one.verb, step, scene.case),
        refused=refused,
        is_open=tried is not None,
        explain=built.explain,
        note=tried.note if tried and tried.note else built.note,
        asked=tuple(_kept(each, tried) for each in built.asked),
        buttons=built.buttons,
    )


@dataclass(frozen=True)
class Built:
    """What is particular to a verb."""

    asked: tuple[Asked, ...]
    buttons: tuple[Button, ...]
    explain: str = ""
    note: str = ""


def _kept(asked: Asked, tried: Tried | None) -> Asked:
    if tried is None:
        return asked
    typed = tuple(tried.typed.getlist(asked.name))
    return Asked(
        asked.name, asked.label, asked.kind, typed, asked.choices, asked.hint, asked.required
    )


def _url(verb: Verb, step: WorkItem | None, case: Case) -> str:
    if step is not None:
        return reverse("workbench:step_verb", args=[step.pk, verb])
    return reverse("workbench:case_verb", args=[case.number, verb])


def _why(label: str = "", *, required: bool = True) -> Asked:
    return Asked("words", label or _("理由（留在办件记录中）"), "words", required=required)


def _send_back(step: WorkItem, scene: Scene) -> Built:
    chinese = origins.is_chinese()
    choices = tuple(
        Choice(
            each.node,
            each.name_zh if chinese else each.name_en,
            _last(each),
        )
        for each in returning.targets(step)
    )
    to = Asked("to", _("退回到哪一步"), "radio", (choices[0].value,), choices)
    explain = _("中间未办的步骤取消，退回的步骤重新办理；上次办理的人会收到通知。")
    return Built((to, _why()), (Button(_("退回"), "btn-danger-quiet"),), explain)


def _last(target: returning.Target) -> str:
    words = {"at": moments.stamp(target.at, clock.now()), "post": _post(target.role)}
    return _("上次 %(at)s，%(post)s") % words


def _hand_over(step: WorkItem, scene: Scene) -> Built:
    to = Asked(
        "to", _("交给哪位同事"), "one", choices=_people(possible.colleagues(step, scene.user))
    )
    explain = _("交出以后由这位同事办理，本岗位仍能看到，可以随时收回。")
    return Built((to, _why(_("说明"), required=False)), (Button(_("转办")),), explain)


def _take_back(step: WorkItem, scene: Scene) -> Built:
    assert step.assignee is not None
    name = step.assignee.display_name
    explain = _("这一步现在由%(name)s办理。收回以后由本岗位的任何人办理。") % {"name": name}
    return Built((_why(_("说明"), required=False),), (Button(_("收回")),), explain)


def _add_signer(step: WorkItem, scene: Scene) -> Built:
    to = Asked(
        "to", _("请哪位同事会签"), "one", choices=_people(possible.signers(step, scene.user))
    )
    explain = _("会签以前不能作出决定。会签只能由这位同事本人作出。")
    return Built((to, _why(_("要他看什么"), required=False)), (Button(_("请他会签")),), explain)


def _sign(step: WorkItem, scene: Scene) -> Built:
    buttons = (
        Button(_("同意"), "btn-primary", "agree"),
        Button(_("不同意"), "btn-quiet", "disagree"),
    )
    explain = _("请您会签，不由您作出决定。不同意的，请写明理由。")
    return Built((_why(_("意见"), required=False),), buttons, explain)


def _skip(step: WorkItem, scene: Scene) -> Built:
    explain = _("办件不经这一步继续办理。流程把跳过的权限交给您的岗位。")
    return Built((_why(),), (Button(_("跳过这一步"), "btn-danger-quiet"),), explain)


def _ask(case: Case, scene: Scene) -> Built:
    language = get_language() or "zh"
    own = correcting.filled(case).own()
    choices = tuple(Choice(field.key, field.label(language)) for field in own)
    asked = (
        Asked("questions", _("请申请人补正哪些问题"), "several", choices=choices),
        _why(_("告诉申请人要补正什么（申请人会看到）")),
    )
    explain = _("只能告知一次：请把需要补正的内容一次说全。")
    return Built(asked, (Button(_("一次告知补正")),), explain, _after_asking(case, scene.at))


def _after_asking(case: Case, at: datetime) -> str:
    if not correcting.stops_the_clock(case, at):
        words = {"days": correcting.ASK_WITHIN}
        return _("已超过 %(days)s 个工作日，不停止计时，期限不变。") % words
    moved = queries.if_suspended(case, correcting.DAYS, at)
    words = {"days": correcting.DAYS, "until": _day(moved.until), **_both(moved)}
    return (
        _(
            "等待补正不计入期限，最多 %(days)s 个工作日，至 %(until)s；"
            "承诺期限最晚移到 %(promised)s，法定期限最晚移到 %(statutory)s。"
        )
        % words
    )


def _suspend(case: Case, scene: Scene) -> Built:
    grounds = Suspension.Ground
    choices = tuple(
        Choice(each.value, str(each.label)) for each in grounds if each != grounds.CORRECTION
    )
    asked = (
        Asked("ground", _("法定事由"), "one", choices=choices),
        Asked("days", _("批准几个工作日"), "days", (DAYS,)),
        _why(_("说明（申请人会看到）")),
    )
    explain = _(
        "《行政许可法》第四十五条：听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的时间"
        "不计入期限，应当书面告知申请人。现场核查不在其中。"
    )
    buttons = [Button(_("看新的期限"), value=SHOW)]
    tried = scene.tried_here(Verb.SUSPEND, None)
    if tried and tried.note:
        buttons = [Button(_("确认停止计时"), "btn-danger-quiet"), *buttons]
    return Built(asked, tuple(buttons), explain)


def _resume(case: Case, scene: Scene) -> Built:
    explain = _("从明天起继续计时，申请人会收到新的期限。")
    return Built(
        (_why(_("说明"), required=False),), (Button(pgettext("verb", "恢复计时")),), explain
    )


def _extend(case: Case, scene: Scene) -> Built:
    moved = queries.if_extended(case, extending.DAYS)
    explain = _(
        "《行政许可法》第四十二条：经本单位负责人批准可以延长 %(days)s 个工作日，只能一次。"
    )
    note = _("承诺期限移到 %(promised)s，法定期限移到 %(statutory)s。") % _both(moved)
    return Built(
        (_why(_("理由（申请人会看到）")),),
        (Button(_("批准延长"), "btn-danger-quiet"),),
        explain % {"days": extending.DAYS},
        note,
    )


def _urge(case: Case, scene: Scene) -> Built:
    explain = _("提醒正在办理的人员，每个工作日可以一次。")
    return Built((_why(_("说明"), required=False),), (Button(_("催办")),), explain)


def _revoke(case: Case, scene: Scene) -> Built:
    choices = tuple(Choice(each.value, str(each.label)) for each in Revocation.Ground)
    asked = (
        Asked("ground", _("法定事由"), "one", choices=choices),
        _why(_("理由（申请人会看到）")),
    )
    explain = _(
        "《行政许可法》第六十九条。决定撤销以后，由它签发的证照同时注销，不能恢复；"
        "申请人会收到事由、理由和救济途径。"
    )
    return Built(asked, (Button(_("撤销决定"), "btn-danger-quiet"),), explain)


Build = Callable[..., Built]
Row = tuple[Callable[[], str], str, Build]


def _row(label: Callable[[], str], build: Build, *, icon: str) -> Row:
    return label, icon, build


STEP: Mapping[Verb, Row] = {
    Verb.SIGN: _row(lambda: _("会签"), _sign, icon="signature"),
    Verb.SEND_BACK: _row(lambda: _("退回"), _send_back, icon="arrow-back-up"),
    Verb.ADD_SIGNER: _row(lambda: _("加签"), _add_signer, icon="user-plus"),
    Verb.HAND_OVER: _row(lambda: _("转办"), _hand_over, icon="user-share"),
    Verb.TAKE_BACK: _row(lambda: _("收回"), _take_back, icon="user-down"),
    Verb.SKIP: _row(lambda: _("跳过这一步"), _skip, icon="player-skip-forward"),
}
CASE: Mapping[Verb, Row] = {
    Verb.ASK: _row(lambda: _("一次告知补正"), _ask, icon="edit"),
    Verb.SUSPEND: _row(lambda: pgettext("verb", "停止计时"), _suspend, icon="player-pause"),
    Verb.RESUME: _row(lambda: pgettext("verb", "恢复计时"), _resume, icon="player-play"),
    Verb.EXTEND: _row(lambda: _("延长期限"), _extend, icon="calendar-plus"),
    Verb.URGE: _row(lambda: _("催办"), _urge, icon="bell-ringing"),
    Verb.REVOKE: _row(lambda: _("撤销决定"), _revoke, icon="ban"),
}


def _people(found: Iterable[User]) -> tuple[Choice, ...]:
    return tuple(Choice(str(one.pk), one.display_name or one.username) for one in found)


def _post(role: str) -> str:
    if role not in Post.Role.values:
        return _("自动")
    zh, en = people.role_names(role)
    return zh if origins.is_chinese() else en


def _both(moved: queries.Moved) -> dict[str, str]:
    return {"promised": _day(moved.promised_on), "statutory": _day(moved.statutory_on)}


def _day(day) -> str:
    return moments.day(day, clock.now())


def named(found: Sequence[Possible], verb: Verb) -> Possible | None:
    return next((one for one in found if one.verb == verb), None)
