"""What is paid for a month, to whom, and who was left out and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaymentList(models.Model):
    """The list of one month, named by its first day. Once closed it is never changed."""

    class Status(models.TextChoices):
        OPEN = "open", _("编制中")
        CLOSED = "closed", _("已确认")

    TRANSITIONS = {Status.OPEN: {Status.CLOSED}, Status.CLOSED: set()}

    offer = models.ForeignKey("offers.Offer", models.PROTECT, related_name="payment_lists")
    month = models.DateField(_("月份"))
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    edition = models.PositiveIntegerField(_("数据版次"))
    count = models.PositiveIntegerField(_("人数"))
    total = models.DecimalField(_("总额"), max_digits=16, decimal_places=2)
    made_at = models.DateTimeField(_("编制时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("确认时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    PERSONAL = frozenset({"made_by", "closed_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "offer", "month", "status", "edition", "count", "total"),
            *("made_at", "closed_at"),
        }
    )

    class Meta:
        verbose_name = _("发放名单")
        constraints = [
            # Nobody is paid twice for one month: there is one list, and he stands in it once.
            models.UniqueConstraint(fields=["offer", "month"], name="one_payment_list_a_month"),
            models.CheckConstraint(
                name="payment_list_closed_with_who",
                condition=Q(status="open", closed_at=None, closed_by=None)
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(name="payment_list_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.month:%Y-%m}"


class PaymentLine(models.Model):
    """One person: paid, or left out by name of reason. Name, account and amount are sealed."""

    class LeftOut(models.TextChoices):
        DEAD = "dead", _("已去世")
        NOT_DUE = "not_due", _("不再符合条件")
        NO_ACCOUNT = "no_account", _("没有可收款的账户")
        NOT_YET = "not_yet", _("未到起发月份")

    list = models.ForeignKey(PaymentList, models.CASCADE, related_name="lines")
    candidate = models.ForeignKey("offers.Candidate", models.PROTECT, null=True, related_name="+")
    subject_id = models.CharField(_("主体标识"), max_length=32)
    left_out = models.CharField(_("未列入原因"), max_length=12, choices=LeftOut, blank=True)
    sealed = models.BinaryField(_("姓名、账户、金额（密文）"))

    PERSONAL = frozenset({"subject_id", "sealed"})
    NOT_PERSONAL = frozenset({"id", "list", "candidate", "left_out"})

    class Meta:
        verbose_name = _("发放明细")
        constraints = [
            models.UniqueConstraint(
                fields=["list", "subject_id"],
                condition=~Q(subject_id="erased"),
                name="paid_once_in_a_list",
            )
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.pk}"
