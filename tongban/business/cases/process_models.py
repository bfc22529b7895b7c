"""Where the process of a case stands, as rows: what `engines.processes.State` consists of.

Numbers are the engine's: it gives each kind its own, and never one twice in a case. What may be
personal is sealed. A finished process keeps its head and no rows.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProcessHead(models.Model):
    """A process as a whole; `counters` are the last numbers given, so that none is given again."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="head")
    definition = models.CharField(_("流程版本"), max_length=64)
    status = models.CharField(_("状态"), max_length=8)
    outcome = models.CharField(_("结局"), max_length=255, blank=True)
    variables_sealed = models.BinaryField(_("变量（密文）"))
    counters = models.JSONField(_("编号"))

    PERSONAL = frozenset({"variables_sealed"})
    NOT_PERSONAL = frozenset({"case", "definition", "status", "outcome", "counters"})

    class Meta:
        verbose_name = _("流程总况")

    def __str__(self) -> str:
        return f"{self.case.number} {self.status}"


class ProcessRow(models.Model):
    """A token, a task, a timer, …: one row of the engine's state, of the kind that it is.

    They lie in one table, so that a step reads them with one statement and writes them with one.
    `cells` holds what nobody looks for.
    """

    class Kind(models.TextChoices):
        SCOPE = "scope", _("范围")
        LOOP = "loop", _("循环")
        TOKEN = "token", _("令牌")
        TASK = "task", _("任务")
        TIMER = "timer", _("定时器")
        SUBSCRIPTION = "subscription", _("订阅")
        DONE = "done", _("可补偿的步骤")

    case = models.ForeignKey(  # found by the constraint below, which begins with it
        "cases.Case", models.CASCADE, related_name="process_rows", db_index=False
    )
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    number = models.PositiveIntegerField(_("编号"))
    node = models.CharField(_("流程节点"), max_length=255, blank=True)
    name = models.CharField(_("所等的名称"), max_length=255, blank=True)  # of a subscription
    digest = models.BinaryField(_("关联值摘要"), null=True)  # of a subscription
    due = models.DateTimeField(_("到期时间"), null=True)  # of a timer
    cells = models.JSONField(_("其他属性"))
    sealed = models.BinaryField(_("变量（密文）"))

    PERSONAL = frozenset({"digest", "sealed"})
    NOT_PERSONAL = frozenset({"id", "case", "kind", "number", "node", "name", "due", "cells"})

    class Meta:
        verbose_name = _("流程状态行")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "number"], name="process_row_once"),
            models.CheckConstraint(
                name="timers_alone_are_due",
                condition=Q(kind="timer", due__isnull=False)
                | Q(~Q(kind="timer"), due__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["due"], name="timer_by_due", condition=Q(kind="timer")),
            models.Index(
                fields=["name", "digest"],
                name="subscription_by_name",
                condition=Q(kind="subscription"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.kind} {self.number}"
