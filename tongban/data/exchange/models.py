"""Who may read what, for which purpose, how much of it, until when."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Grant(models.Model):
    """A grant (授权): one grantee, one purpose, these columns of one relation, and nothing else."""

    code = models.CharField(_("授权编号"), max_length=64, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=200)
    name_en = models.CharField(_("英文名称"), max_length=200)
    office = models.CharField(_("使用部门"), max_length=8)
    post = models.CharField(_("使用岗位"), max_length=32)
    use = models.CharField(_("用途代码"), max_length=64)
    purpose_zh = models.CharField(_("用途（中文）"), max_length=200)
    purpose_en = models.CharField(_("用途（英文）"), max_length=200)
    basis_zh = models.CharField(_("依据（中文）"), max_length=200)
    basis_en = models.CharField(_("依据（英文）"), max_length=200)
    grantor = models.CharField(_("授权部门"), max_length=8)
    relation = models.CharField(_("数据表"), max_length=128)
    columns = models.JSONField(_("列"))
    mask = models.JSONField(_("脱敏方式"), default=dict)
    row_filter = models.CharField(_("行过滤条件"), max_length=500, blank=True)
    rows_per_request = models.PositiveIntegerField(_("每次行数"))
    requests_per_day = models.PositiveIntegerField(_("每日次数"))
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("失效日期"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)
    # what its grantor held when he passed it on; withdrawn with it
    passed_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="passed")

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "code", "name_zh", "name_en", "office", "post", "use", "purpose_zh"),
            *("purpose_en", "basis_zh", "basis_en", "grantor", "relation", "columns", "mask"),
            *("row_filter", "rows_per_request", "requests_per_day", "valid_from"),
            *("valid_until", "withdrawn_at", "passed_on"),
        }
    )

    class Meta:
        verbose_name = _("授权")
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_it_begins", condition=Q(valid_until__gte=F("valid_from"))
            )
        ]
        indexes = [models.Index(fields=["use", "office", "post"], name="grant_by_use")]

    def __str__(self) -> str:
        return self.code

    def holds(self, on: date) -> bool:
        return self.withdrawn_at is None and self.valid_from <= on <= self.valid_until

    @property
    def purpose(self) -> str:
        return self.purpose_zh if _chinese() else self.purpose_en

    @property
    def name(self) -> str:
        return self.name_zh if _chinese() else self.name_en


class GrantUse(models.Model):
    """How often a grant was used on one day."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="days")
    day = models.DateField(_("日期"))
    count = models.PositiveIntegerField(_("次数"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "grant", "day", "count"})

    class Meta:
        verbose_name = _("授权使用")
        constraints = [models.UniqueConstraint(fields=["grant", "day"], name="grant_use_per_day")]

    def __str__(self) -> str:
        return f"{self.grant} {self.day}: {self.count}"


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
