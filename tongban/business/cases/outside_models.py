"""Steps that another system carries out: which services there are, what was asked, what was said.

What was sent and what came back is sealed; of an error only its code is kept.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office

PURPOSE = "outside"  # what both sides say is sealed for it


class OutsideService(models.Model):
    """What a system outside does for our processes; its terms are those of the city's outside.toml.

    A case pins none of them: they describe the other side as it is today.
    """

    code = models.CharField(_("服务代码"), max_length=32, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64)
    office = models.ForeignKey(Office, models.PROTECT, related_name="outside_services")
    terms = models.JSONField(_("约定"))
    adopted_at = models.DateTimeField(_("启用时间"))
    reconciled_at = models.DateTimeField(_("最近对账时间"), null=True)
    error = models.CharField(_("对账错误"), max_length=32, blank=True)
    error_about = models.CharField(_("错误所指"), max_length=64, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "code", "name_zh", "name_en", "office", "terms", "adopted_at"),
            *("reconciled_at", "error", "error_about"),
        }
    )

    class Meta:
        verbose_name = _("外部服务")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class OutsideCall(models.Model):
    """One step of one case that waits for another system. `key` is the same on each try."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        RECEIVED = "received", _("对方已收")
        ANSWERED = "answered", _("已有结果")
        FAILED = "failed", _("未办成")
        TAKEN_OVER = "taken_over", _("人工接办")
        CANCELLED = "cancelled", _("已叫停")

    OPEN = frozenset({Status.WAITING, Status.SENT, Status.RECEIVED})
    TRANSITIONS = {
        Status.WAITING: {
            *(Status.SENT, Status.ANSWERED, Status.FAILED),
            *(Status.TAKEN_OVER, Status.CANCELLED),
        },
        Status.SENT: {
            *(Status.WAITING, Status.RECEIVED, Status.ANSWERED, Status.FAILED),
            *(Status.TAKEN_OVER, Status.CANCELLED),
        },
        Status.RECEIVED: {
            *(Status.WAITING, Status.ANSWERED, Status.FAILED),
            *(Status.TAKEN_OVER, Status.CANCELLED),
        },
        Status.FAILED: {
            *(Status.FAILED, Status.WAITING),  # anew, with another error
            *(Status.ANSWERED, Status.TAKEN_OVER, Status.CANCELLED),
        },
        Status.ANSWERED: set(),
        Status.TAKEN_OVER: set(),
        Status.CANCELLED: set(),
    }

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="outside_calls")
    service = models.ForeignKey(OutsideService, models.PROTECT, related_name="calls")
    task = models.PositiveIntegerField(_("流程任务号"))
    node = models.CharField(_("流程节点"), max_length=128)
    key = models.CharField(_("请求键"), max_length=64, unique=True)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    opened_at = models.DateTimeField(_("开始时间"))
    deadline = models.DateTimeField(_("最晚时间"))
    next_at = models.DateTimeField(_("下次时间"), null=True)
    sent_at = models.DateTimeField(_("最近发送时间"), null=True)
    receipt = models.CharField(_("回执号"), max_length=128, blank=True)
    error = models.CharField(_("错误"), max_length=32, blank=True)
    error_about = models.CharField(_("错误所指"), max_length=64, blank=True)
    closed_at = models.DateTimeField(_("了结时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    inputs_sealed = models.BinaryField(_("请求内容（密文）"))
    outputs_sealed = models.BinaryField(_("结果（密文）"), null=True)
    outputs_digest = models.BinaryField(_("结果摘要"), null=True)

    PERSONAL = frozenset({"inputs_sealed", "outputs_sealed", "outputs_digest", "closed_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "case", "service", "task", "node", "key", "status", "tries", "opened_at"),
            *("deadline", "next_at", "sent_at", "receipt", "error", "error_about", "closed_at"),
        }
    )

    class Meta:
        verbose_name = _("外部调用")
        constraints = [
            models.UniqueConstraint(fields=["case", "task"], name="outside_call_once"),
            models.CheckConstraint(
                name="outside_call_open_or_closed",
                condition=Q(
                    status__in=["waiting", "sent", "received"],
                    next_at__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(status="failed", next_at__isnull=True, closed_at__isnull=True)
                | Q(
                    status__in=["answered", "taken_over", "cancelled"],
                    next_at__isnull=True,
                    closed_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="outside_call_result_known",
                condition=~Q(status__in=["answered", "taken_over"])
                | Q(outputs_sealed__isnull=False, outputs_digest__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="outside_call_due", condition=Q(next_at__isnull=False)
            ),
            models.Index(fields=["service", "status", "opened_at"], name="outside_call_listed"),
        ]

    def __str__(self) -> str:
        return self.key


class OutsideMessage(models.Model):
    """What was said about a call, by them or by us. Rows are added, never changed."""

    class Kind(models.TextChoices):
        SENT = "sent", _("发出请求")
        RECEIPT = "receipt", _("收到回执")
        RESULT = "result", _("收到结果")
        ERROR = "error", _("这次未成")
        FAILED = "failed", _("不再尝试")
        FORGOTTEN = "forgotten", _("对方没有此请求，重新发送")
        RETRIED = "retried", _("人工重试")
        TAKEN_OVER = "taken_over", _("人工接办")
        REPEATED = "repeated", _("重复收到同一结果")
        CONTRADICTION = "contradiction", _("收到不同的结果，未采用")
        LATE = "late", _("迟到的结果，未采用")
        CANCELLED = "cancelled", _("叫停")

    call = models.ForeignKey(OutsideCall, models.CASCADE, related_name="messages")
    kind = models.CharField(_("种类"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("时间"))
    attempt = models.PositiveSmallIntegerField(_("第几次"), default=0)
    error = models.CharField(_("错误"), max_length=32, blank=True)
    error_about = models.CharField(_("错误所指"), max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    digest = models.BinaryField(_("结果摘要"), null=True)
    content_sealed = models.BinaryField(_("内容（密文）"), null=True)

    PERSONAL = frozenset({"by", "digest", "content_sealed"})
    NOT_PERSONAL = frozenset({"id", "call", "kind", "at", "attempt", "error", "error_about"})

    class Meta:
        verbose_name = _("外部往来")
        indexes = [models.Index(fields=["call", "id"], name="outside_message_by_call")]

    def __str__(self) -> str:
        return f"{self.call.key} {self.kind}"


class OutsideFinding(models.Model):
    """Where the two sides believe different things, until they agree again."""

    class Kind(models.TextChoices):
        UNKNOWN_HERE = "unknown_here", _("对方有，我方没有")
        UNKNOWN_THERE = "unknown_there", _("我方已有结果，对方没有此请求")
        CONTRADICTION = "contradiction", _("双方结果不同")

    service = models.ForeignKey(OutsideService, models.CASCADE, related_name="findings")
    key = models.CharField(_("请求键"), max_length=64)
    kind = models.CharField(_("种类"), max_length=16, choices=Kind)
    found_at = models.DateTimeField(_("发现时间"))
    settled_at = models.DateTimeField(_("一致时间"), null=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "service", "key", "kind", "found_at", "settled_at"})

    class Meta:
        verbose_name = _("对账差异")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "key", "kind"],
                name="outside_finding_open_once",
                condition=Q(settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"
