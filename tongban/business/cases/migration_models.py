"""A migration of running cases to the version of their item in force: checked, confirmed, moved."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.business.items.models import ItemVersion, ServiceItem


class CaseMigration(models.Model):
    """`earlier`: only cases of this version; without it, of every earlier one. `done` of `total`
    cases were looked at in the stage that it is in."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("正在核对")
        CHECKED = "checked", _("已核对")
        MOVING = "moving", _("正在迁移")
        MOVED = "moved", _("已迁移")
        BROKEN = "broken", _("中断")

    WORKING = (Status.CHECKING, Status.MOVING)
    TRANSITIONS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Status.CHECKING: (Status.CHECKED, Status.BROKEN),
        Status.CHECKED: (Status.MOVING,),
        Status.MOVING: (Status.MOVED, Status.BROKEN),
        Status.MOVED: (),
        Status.BROKEN: (),
    }

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="case_migrations")
    to = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")
    earlier = models.ForeignKey(ItemVersion, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.CHECKING)
    done = models.PositiveIntegerField(_("已看件数"), default=0)
    total = models.PositiveIntegerField(_("总件数"), default=0)
    asked_at = models.DateTimeField(_("发起时间"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words_sealed = models.BinaryField(_("理由（密文）"), null=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    PERSONAL = frozenset({"asked_by", "words_sealed", "confirmed_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "item", "to", "earlier", "status", "done", "total"),
            *("asked_at", "confirmed_at", "ended_at"),
        }
    )

    class Meta:
        verbose_name = _("办件迁移")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status__in=["checking", "moving"]),
                name="one_case_migration_at_work",
            ),
            models.CheckConstraint(
                name="case_migration_confirmed_with_who_and_why",
                condition=Q(confirmed_at=None, confirmed_by=None, words_sealed=None)
                | Q(
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    words_sealed__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} {self.to.number} {self.status}"


class MigratedCase(models.Model):
    """What became of one case; the obstacles are words in both languages, and may quote it."""

    class Outcome(models.TextChoices):
        ABLE = "able", _("可以迁移")
        UNABLE = "unable", _("不能迁移")
        MOVED = "moved", _("已迁移")
        STAYED = "stayed", _("未迁移")

    migration = models.ForeignKey(CaseMigration, models.CASCADE, related_name="rows")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("原版本"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    obstacles_sealed = models.BinaryField(_("原因（密文）"), null=True)

    PERSONAL = frozenset({"obstacles_sealed"})
    NOT_PERSONAL = frozenset({"id", "migration", "case", "version", "outcome"})

    class Meta:
        verbose_name = _("迁移的办件")
        constraints = [
            models.UniqueConstraint(
                fields=["migration", "case"], name="case_once_in_a_case_migration"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.outcome}"
