"""Small words of the workbench's tables."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban import clock
from tongban.base.people.models import Post
from tongban.business.cases.models import Case
from tongban.web.ui import moments, parts

# What the audit log's kinds of event are called; others stand as they are.
DONE = {
    "account.appointed": gettext_lazy("任命岗位"),
    "account.opened": gettext_lazy("开通账号"),
    "audit.searched": gettext_lazy("查阅审计日志"),
    "calendar.loaded": gettext_lazy("装载日历"),
    "calendar.seeded": gettext_lazy("预置日历"),
    "case.correction_asked": gettext_lazy("告知补正"),
    "case.corrected": gettext_lazy("申请人补正"),
    "case.decided": gettext_lazy("人工决定"),
    "case.extended": gettext_lazy("延长期限"),
    "case.resumed": gettext_lazy("恢复计时"),
    "case.revoked": gettext_lazy("撤销决定"),
    "case.submitted": gettext_lazy("提交申请"),
    "case.suspended": gettext_lazy("停止计时"),
    "case.urged": gettext_lazy("催办"),
    "case.withdrawn": gettext_lazy("撤回申请"),
    "certificate.issued": gettext_lazy("签发证照"),
    "certificate.revoked": gettext_lazy("注销证照"),
    "city.loaded": gettext_lazy("装载城市目录"),
    "city.named": gettext_lazy("登记城市"),
    "codelist.loaded": gettext_lazy("装载代码表"),
    "contract.adopted": gettext_lazy("采用契约"),
    "deadlines.recounted": gettext_lazy("重算期限"),
    "edition.failed": gettext_lazy("版次编制失败"),
    "edition.opened": gettext_lazy("开始编制版次"),
    "edition.published": gettext_lazy("发布版次"),
    "edition.rolled_back": gettext_lazy("退回上一版"),
    "elements.loaded": gettext_lazy("装载数据元"),
    "facts.adopted": gettext_lazy("采用事实定义"),
    "facts.read": gettext_lazy("读取事实"),
    "grant.given": gettext_lazy("授权"),
    "grant.withdrawn": gettext_lazy("收回授权"),
    "item.draft_compared": gettext_lazy("比对草稿"),
    "item.draft_discarded": gettext_lazy("放弃草稿"),
    "item.draft_saved": gettext_lazy("保存草稿"),
    "item.published": gettext_lazy("发布事项"),
    "items.listed": gettext_lazy("列出事项"),
    "log.exported": gettext_lazy("导出事件日志"),
    "log.mined": gettext_lazy("分析事件日志"),
    "models.adopted": gettext_lazy("采用模型"),
    "offices.loaded": gettext_lazy("装载部门"),
    "regions.loaded": gettext_lazy("装载区划"),
    "offer.accepted": gettext_lazy("接受待遇"),
    "offer.adopted": gettext_lazy("采用主动服务"),
    "offer.all_confirmed": gettext_lazy("一起核对对象"),
    "offer.confirmed": gettext_lazy("核对对象"),
    "offer.declined": gettext_lazy("谢绝待遇"),
    "offer.lapsed": gettext_lazy("逾期未答"),
    "offer.notified": gettext_lazy("通知退还"),
    "offer.recovered": gettext_lazy("追回"),
    "offer.round_asked": gettext_lazy("发起核对"),
    "offer.round_done": gettext_lazy("核对完毕"),
    "offer.set_aside": gettext_lazy("搁置对象"),
    "offer.taken_back": gettext_lazy("退回核对"),
    "offer.told": gettext_lazy("告知对象"),
    "outside.adopted": gettext_lazy("采用外部服务"),
    "outside.answered": gettext_lazy("外部步骤有结果"),
    "outside.failed": gettext_lazy("外部步骤未办成"),
    "outside.opened": gettext_lazy("查看外部步骤"),
    "outside.reconciled": gettext_lazy("与外部系统对账"),
    "outside.retried": gettext_lazy("重试外部步骤"),
    "outside.sent": gettext_lazy("向外部系统发送"),
    "outside.taken_over": gettext_lazy("人工接办外部步骤"),
    "payments.closed": gettext_lazy("确认发放名单"),
    "payments.exported": gettext_lazy("导出发放名单"),
    "payments.made": gettext_lazy("编制发放名单"),
    "register.adopted": gettext_lazy("采用基础库"),
    "register.compared": gettext_lazy("对全库比对决策"),
    "register.decided": gettext_lazy("对全库执行决策"),
    "objection.answered": gettext_lazy("答复异议"),
    "objection.opened": gettext_lazy("打开异议"),
    "request.refused": gettext_lazy("拒绝请求"),
    "row.corrected": gettext_lazy("更正一行"),
    "row.opened": gettext_lazy("打开一行"),
    "rows.read": gettext_lazy("读取数据行"),
    "source.collected": gettext_lazy("采集数据源"),
    "source.failed": gettext_lazy("采集失败"),
    "source.read": gettext_lazy("查看来源行"),
    "sql.run": gettext_lazy("执行查询"),
    "subjects.read": gettext_lazy("读取对象名单"),
    "work.delegated": gettext_lazy("转办"),
    "work.finished": gettext_lazy("办理完毕"),
    "work.sent_back": gettext_lazy("退回"),
    "work.signed": gettext_lazy("会签"),
    "work.signer_added": gettext_lazy("加签"),
    "work.skipped": gettext_lazy("跳过"),
    "work.taken_back": gettext_lazy("收回"),
}


def done(kind: str) -> str:
    return str(DONE.get(kind, kind))


def post(role: str) -> str:
    """A post as people call it; a program's stands as it is."""
    return str(Post.Role(role).label) if role in Post.Role.values else role


def stamp(moment: datetime | date) -> str:
    """9-22 14:20."""
    return moments.stamp(moment, clock.now())


def case_status(case: Case) -> parts.Tag:
    label = case.get_status_display()  # pyright: ignore[reportAttributeAccessIssue]
    if case.status == Case.Status.GRANTED:
        return parts.Tag(label, "ok", icon="check")
    if case.status == Case.Status.REFUSED:
        return parts.Tag(label, "bad", icon="x")
    if case.status == Case.Status.WITHDRAWN:
        return parts.Tag(label, "line", icon="arrow-back-up")
    if case.status == Case.Status.REVOKED:
        return parts.Tag(label, "bad", icon="ban")
    return parts.Tag(label, "unknown", icon="hourglass")


def number(count: int) -> str:
    return f"{count:,}"


def listed(words: Iterable[object]) -> str:
    """甲、乙 in Chinese; A, B in English."""
    return _("、").join(str(word) for word in words)
