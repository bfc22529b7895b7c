"""Packages (一件事): several items that are applied for at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office


class ServicePackage(models.Model):
    """What people want to do, for which several offices have to agree."""

    code = models.CharField(_("套餐编码"), max_length=16, unique=True)
    name_zh = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=200)
    lead = models.ForeignKey(Office, models.PROTECT, related_name="packages")

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "code", "name_zh", "name_en", "lead"})

    class Meta:
        verbose_name = _("一件事")

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class PackageVersion(models.Model):
    """One version of a package: its items, their order, what is asked once. Never changed."""

    class Status(models.TextChoices):
        LIVE = "live", _("现行")
        RETIRED = "retired", _("已停用")

    package = models.ForeignKey(ServicePackage, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=8, choices=Status)
    content = models.JSONField(_("内容"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=64)

    PERSONAL = frozenset({"made_by"})
    NOT_PERSONAL = frozenset(
        {"id", "package", "number", "status", "content", "content_hash", "made_at"}
    )

    class Meta:
        verbose_name = _("一件事版本")
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_version_once"),
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(status="live"),
                name="one_live_version_per_package",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package.code} v{self.number}"
