"""What the city agrees data means, how well it is kept to, and who has been asked to mend it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office
from tongban.data.lake.models import Load, QuarantinedRow, Resource


class Element(models.Model):
    """A data element (数据元): one meaning with its type, grade and rule, used by many columns."""

    code = models.CharField(_("数据元代码"), max_length=32, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64)
    type = models.CharField(_("类型"), max_length=32)
    grade = models.PositiveSmallIntegerField(_("级别"))
    format = models.CharField(_("格式"), max_length=200, blank=True)
    codelist = models.CharField(_("代码表"), max_length=32, blank=True)
    check_name = models.CharField(_("校验规则"), max_length=32, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "code", "name_zh", "name_en", "type", "grade"),
            *("format", "codelist", "check_name"),
        }
    )

    class Meta:
        verbose_name = _("数据元")
        constraints = [
            models.CheckConstraint(name="element_grade_1_to_4", condition=Q(grade__range=(1, 4)))
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Code(models.Model):
    """An entry of a code list (代码) with the days on which it holds."""

    codelist = models.CharField(_("代码表"), max_length=32)
    code = models.CharField(_("代码"), max_length=32)
    name_zh = models.CharField(_("中文名称"), max_length=128)
    name_en = models.CharField(_("英文名称"), max_length=128)
    valid_from = models.DateField(_("启用日期"), null=True)
    valid_until = models.DateField(_("停用日期"), null=True)
    maps_to = models.CharField(_("对应代码"), max_length=32, blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "codelist", "code", "name_zh", "name_en"),
            *("valid_from", "valid_until", "maps_to"),
        }
    )

    class Meta:
        verbose_name = _("代码")
        constraints = [models.UniqueConstraint(fields=["codelist", "code"], name="code_once")]

    def __str__(self) -> str:
        return f"{self.codelist}:{self.code} {self.name_zh}"


class CheckResult(models.Model):
    """How many rows of one load failed one check."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="results")
    code = models.CharField(_("检查代码"), max_length=96)
    column = models.CharField(_("所在列"), max_length=63)
    dimension = models.CharField(_("质量维度"), max_length=16)
    severity = models.CharField(_("严重程度"), max_length=8)
    name_zh = models.CharField(_("中文名称"), max_length=128)
    name_en = models.CharField(_("英文名称"), max_length=128)
    failed = models.PositiveBigIntegerField(_("未通过行数"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "load", "code", "column", "dimension", "severity"),
            *("name_zh", "name_en", "failed"),
        }
    )

    class Meta:
        verbose_name = _("检查结果")
        constraints = [models.UniqueConstraint(fields=["load", "code"], name="check_result_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.failed}"

    @property
    def name(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return self.name_zh if chinese else self.name_en


class Issue(models.Model):
    """A question to the providing office about one check of one resource (问题单)."""

    class Status(models.TextChoices):
        OPEN = "open", _("待处理")
        CLOSED = "closed", _("已办结")

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="issues")
    office = models.ForeignKey(Office, models.PROTECT, related_name="issues")
    check_code = models.CharField(_("检查代码"), max_length=96)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    rows = models.ManyToManyField(QuarantinedRow, related_name="issues")

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {"id", "resource", "office", "check_code", "status", "opened_at", "closed_at"}
    )

    class Meta:
        verbose_name = _("问题单")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "check_code"],
                condition=Q(status="open"),
                name="one_open_issue_per_check",
            ),
            models.CheckConstraint(
                name="issue_closed_with_time",
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status="closed", closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource.code} {self.check_code}"
