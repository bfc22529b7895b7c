"""What cases tell each other."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CaseMessage(models.Model):
    """A message is for one case, which waits for it or will; a signal is for whoever waits now."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("消息")
        SIGNAL = "signal", _("信号")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=255)
    digest = models.BinaryField(_("关联值摘要"), null=True)
    sealed = models.BinaryField(_("内容（密文）"))
    sender = models.ForeignKey("cases.Case", models.PROTECT, related_name="told")
    node = models.CharField(_("流程节点"), max_length=255)
    sent_at = models.DateTimeField(_("发出时间"))
    heard_at = models.DateTimeField(_("送达时间"), null=True)
    heard_by = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="heard")

    PERSONAL = frozenset({"digest", "sealed"})
    NOT_PERSONAL = frozenset(
        {"id", "kind", "name", "sender", "node", "sent_at", "heard_at", "heard_by"}
    )

    class Meta:
        verbose_name = _("办件之间的消息")
        constraints = [
            models.CheckConstraint(
                name="heard_at_a_time", condition=Q(heard_by=None) | Q(heard_at__isnull=False)
            )
        ]
        indexes = [
            models.Index(
                fields=["name", "digest"], name="message_unheard", condition=Q(heard_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender.number} {self.name}"
