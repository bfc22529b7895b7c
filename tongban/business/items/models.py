"""What people can apply for, and what it takes."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office
from tongban.business.items.package_models import PackageVersion, ServicePackage

__all__ = [
    "DraftComparison",
    "ItemVersion",
    "ListImport",
    "PackageVersion",
    "ServiceItem",
    "ServicePackage",
]


class ServiceItem(models.Model):
    """A service item. One of a published list has no bundle: it is found, not applied for."""

    code = models.CharField(_("事项编码"), max_length=96, unique=True)
    name_zh = models.CharField(_("事项名称"), max_length=300)
    name_en = models.CharField(_("英文名称"), max_length=300, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="items")
    office_name = models.CharField(_("实施主体"), max_length=100)
    kind = models.CharField(_("事项类型代码"), max_length=2)
    listed_in = models.CharField(_("来源清单"), max_length=200, blank=True)
    search = SearchVectorField(_("检索词"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "code", "name_zh", "name_en", "office", "office_name", "kind"),
            *("listed_in", "search"),
        }
    )

    class Meta:
        verbose_name = _("事项")
        indexes = [GinIndex(fields=["search"], name="item_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def name(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return self.name_zh if chinese or not self.name_en else self.name_en


class ItemVersion(models.Model):
    """One version of an item's bundle: guide, form, process, decision. Never changed once live.

    A draft has the number 0 and remembers the live version that it was begun from.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        LIVE = "live", _("现行")
        RETIRED = "retired", _("已停用")

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=8, choices=Status)
    guide = models.JSONField(_("办事指南"))
    form = models.TextField(_("表单"))
    process = models.TextField(_("流程"))
    decision = models.TextField(_("决策"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    reason = models.CharField(_("发布理由"), max_length=500, blank=True, db_default="")
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=64)

    PERSONAL = frozenset({"made_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "item", "number", "status", "guide", "form", "process", "decision"),
            *("content_hash", "based_on", "reason", "made_at"),
        }
    )

    class Meta:
        verbose_name = _("事项版本")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(status="live"), name="one_live_version_per_item"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(status="draft"), name="one_draft_per_item"
            ),
            models.CheckConstraint(
                name="draft_has_base_and_no_number",
                condition=Q(status="draft", number=0, based_on__isnull=False)
                | ~Q(status="draft") & Q(number__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} v{self.number}"


class DraftComparison(models.Model):
    """How many people a draft would answer otherwise, on a whole register; kept with the version
    when the draft is published. `changes` is as items/changes.py writes it."""

    draft = models.OneToOneField(ItemVersion, models.CASCADE, related_name="comparison")
    content_hash = models.CharField(_("比对的内容"), max_length=64)
    edition = models.PositiveIntegerField(_("数据版次"))
    rows = models.PositiveBigIntegerField(_("行数"))
    changes = models.JSONField(_("变化"))
    compared_at = models.DateTimeField(_("比对时间"))
    compared_by = models.CharField(_("比对人"), max_length=64)

    PERSONAL = frozenset({"compared_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "draft", "content_hash", "edition", "rows", "changes", "compared_at"),
        }
    )

    class Meta:
        verbose_name = _("草稿比对")

    def __str__(self) -> str:
        return f"{self.draft} on edition {self.edition}"

    @property
    def differently(self) -> int:
        """How many would be answered otherwise."""
        return sum(each["rows"] for each in self.changes if each["kind"] == "differs")


class ListImport(models.Model):
    """What a published list of items looked like when it was imported, row by row."""

    name = models.CharField(_("清单"), max_length=200)
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    rows = models.PositiveIntegerField(_("行数"))
    report = models.JSONField(_("报告"))
    imported_at = models.DateTimeField(_("导入时间"))
    imported_by = models.CharField(_("导入人"), max_length=64)

    PERSONAL = frozenset({"imported_by"})
    NOT_PERSONAL = frozenset({"id", "name", "content_hash", "rows", "report", "imported_at"})

    class Meta:
        verbose_name = _("清单导入")

    def __str__(self) -> str:
        return self.name
