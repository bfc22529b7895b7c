"""The pages of the three administrators, who are three people."""

from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.audit import actions as audit_actions
from tongban.base.audit import queries as audit
from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.data.exchange import queries as exchange
from tongban.data.lake import actions as lake_actions
from tongban.data.lake import queries as lake
from tongban.data.lake.models import Edition
from tongban.data.registers import queries as registers
from tongban.errors import Refusal
from tongban.web.ui import asked as ask
from tongban.web.ui import origins, parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import words
from tongban.web.workbench.pages import for_posts, home_of, show
from tongban.web.workbench.words import listed, number, stamp

Role = Post.Role
PER_PAGE = 100


class EditionMoved(Refusal):
    """Edition {number} is current, not {shown} any more. Look at the page again before you roll
    back."""

    zh = "现行版次是第 {number} 版，不再是第 {shown} 版。请刷新页面，看清楚再退回。"


class NoReason(Refusal):
    """Say why the edition is withdrawn: the reason is kept with it."""

    zh = "请写明为什么撤回：理由会同版次一起留存。"


@for_posts(*Role.values)
@require_safe
def start(request: AuthedRequest) -> HttpResponse:
    """Everybody begins on the first page of their own."""
    return redirect(home_of(request.user))


@for_posts(Role.SYSTEM_ADMIN)
@require_safe
def editions(request: AuthedRequest) -> HttpResponse:
    current = lake.current_edition()
    kinds = {
        Edition.Status.PUBLISHED: ("ok", "check"),
        Edition.Status.WITHDRAWN: ("line", "arrow-back-up"),
        Edition.Status.FAILED: ("bad", "x"),
        Edition.Status.DRAFT: ("unknown", "hourglass"),
    }
    rows = tuple(
        parts.Row(
            (
                parts.Cell(str(edition.number), _("现行") if edition == current else ""),
                parts.Tag(
                    edition.get_status_display(),  # pyright: ignore[reportAttributeAccessIssue]
                    kinds[Edition.Status(edition.status)][0],
                    icon=kinds[Edition.Status(edition.status)][1],
                ),
                stamp(edition.opened_at),
                stamp(edition.closed_at) if edition.closed_at else "",
                number(edition.table_count),
                edition.reason[:200],
            ),
            selected=edition == current,
        )
        for edition in lake.editions().annotate(table_count=Count("tables"))[:PER_PAGE]
    )
    columns = (
        parts.Column(_("版次"), "number", "first"),
        parts.Column(_("状态"), place="end"),
        parts.Column(_("开始")),
        parts.Column(_("结束")),
        parts.Column(_("表"), "number"),
        parts.Column(_("说明"), place="start"),
    )
    table = parts.Table(_("数据版次"), columns, rows)
    return show(
        request,
        "editions.html",
        "editions",
        table=table,
        run=current.run if current else None,
        before=lake.before(current) if current else None,
    )


@for_posts(Role.SYSTEM_ADMIN)
@require_POST
def roll_back(request: AuthedRequest) -> HttpResponse:
    current = lake.current_edition()
    shown = request.POST.get("edition", "")
    if current is not None and shown != str(current.run.number):
        raise EditionMoved(number=current.run.number, shown=shown[:20] or "—")
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        raise NoReason
    lake_actions.roll_back(reason=reason, by=str(request.user.pk), at=clock.now())
    return redirect("workbench:editions")


@for_posts(Role.SECURITY_ADMIN)
@require_safe
def grants(request: AuthedRequest) -> HttpResponse:
    offices = people.offices()
    labels = {f"{fact.model}.{fact.column}": fact.label for fact in registers.all_facts()}
    rows = tuple(
        parts.Row(
            (
                parts.Cell(grant.name, grant.code),
                parts.Cell(
                    offices[grant.office].short if grant.office in offices else grant.office,
                    words.post(grant.post),
                ),
                parts.Cell(
                    grant.purpose, grant.basis_zh if origins.is_chinese() else grant.basis_en
                ),
                parts.Cell(
                    grant.relation,
                    listed(labels.get(f"{grant.relation}.{c}", c) for c in grant.columns),
                ),
                parts.Cell(_("%(day)s 起") % {"day": grant.valid_from}, f"– {grant.valid_until}"),
            )
        )
        for grant in exchange.grants()
    )
    columns = (
        parts.Column(_("授权"), place="first"),
        parts.Column(_("使用者"), place="start"),
        parts.Column(_("用途与依据")),
        parts.Column(_("数据与列")),
        parts.Column(_("期限"), "short"),
    )
    table = parts.Table(_("授权"), columns, rows)
    return show(request, "grants.html", "grants", table=table, count=len(rows))


@for_posts(Role.SECURITY_ADMIN)
@require_safe
def accounts(request: AuthedRequest) -> HttpResponse:
    rows = tuple(
        parts.Row(
            (
                parts.Cell(user.display_name or user.username, user.username),
                listed(f"{p.office.short} {Post.Role(p.role).label}" for p in user.posts.all()),
                stamp(user.last_login) if user.last_login else "",
                _("启用") if user.is_active else _("停用"),
            )
        )
        for user in people.staff()
    )
    columns = (
        parts.Column(_("账号"), place="first"),
        parts.Column(_("岗位"), place="start"),
        parts.Column(_("最近登录")),
        parts.Column(_("状态"), place="end"),
    )
    table = parts.Table(_("账号与岗位"), columns, rows)
    return show(request, "accounts.html", "accounts", table=table, count=len(rows))


@for_posts(Role.AUDIT_ADMIN)
@require_safe
def log(request: AuthedRequest) -> HttpResponse:
    before = ask.number(request, "before", audit.NEWEST) or audit.NEWEST
    kind = ask.words(request, "kind", 64)
    with transaction.atomic():
        found = audit.search(audit.Search(kind=kind or None), before=before, limit=PER_PAGE)
        details = {"kind": kind, "count": len(found)}
        audit_actions.record(
            "audit.searched",
            ("audit", "log"),
            actor=str(request.user.pk),
            at=clock.now(),
            details=details,
        )
    names = _names({event.actor for event in found})
    offices, purposes = people.offices(), exchange.purposes()
    rows = tuple(
        parts.Row(
            (
                str(event.pk),
                stamp(event.at),
                parts.Cell(words.done(event.kind), event.kind),
                f"{event.subject_type} {event.subject_id}",
                parts.Cell(
                    names.get(event.actor, event.actor),
                    f"{offices[event.office].short} {words.post(event.post)}"
                    if event.office in offices
                    else "",
                ),
                purposes.get(event.purpose, event.purpose),
                parts.Tag(_("已拒绝"), "bad", icon="x")
                if event.outcome == "refused"
                else parts.Tag(_("完成"), "ok", icon="check"),
            )
        )
        for event in found
    )
    columns = (
        parts.Column(_("序号"), "mono"),
        parts.Column(_("时间"), place="end"),
        parts.Column(_("动作"), place="first"),
        parts.Column(_("对象"), "mono"),
        parts.Column(_("操作者"), place="start"),
        parts.Column(_("用途")),
        parts.Column(_("结果")),
    )
    older = (
        f"?{urlencode({'kind': kind, 'before': found[-1].pk})}" if len(found) == PER_PAGE else ""
    )
    return show(
        request,
        "log.html",
        "log",
        table=parts.Table(_("审计日志"), columns, rows),
        older=older,
        kind=kind,
        count=len(rows),
    )


def _names(actors: set[str]) -> dict[str, str]:
    """What accounts are called, by the number that the log holds; one query."""
    numbers = [actor for actor in actors if actor.isdigit()]
    found = User.objects.filter(pk__in=numbers).values_list("pk", "display_name", "username")
    return {str(number): name or username for number, name, username in found}
