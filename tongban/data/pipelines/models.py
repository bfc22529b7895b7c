"""SQL models as they are live, what each run of them did, and what flows where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.data.lake.models import Edition


class LiveSqlModel(models.Model):
    """The live version of a SQL model (数据模型)."""

    name = models.CharField(_("模型名称"), max_length=128, unique=True)
    file = models.CharField(_("文件"), max_length=200)
    text = models.TextField(_("内容"))
    version = models.PositiveIntegerField(_("版本"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "name", "file", "text", "version", "content_hash"})

    class Meta:
        verbose_name = _("SQL 模型")

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One model's run for one edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="steps")
    model = models.CharField(_("模型名称"), max_length=128)
    model_version = models.PositiveIntegerField(_("模型版本"))
    rows = models.PositiveBigIntegerField(_("行数"))
    table_version = models.PositiveBigIntegerField(_("表版本"))
    failed_checks = models.JSONField(_("未通过的检查"), default=dict)
    finished_at = models.DateTimeField(_("完成时间"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "edition", "model", "model_version", "rows", "table_version"),
            *("failed_checks", "finished_at"),
        }
    )

    class Meta:
        verbose_name = _("模型运行")
        constraints = [models.UniqueConstraint(fields=["edition", "model"], name="step_once")]

    def __str__(self) -> str:
        return f"{self.model} in {self.edition}"


class LineageEdge(models.Model):
    """A column flows into another column (血缘)."""

    source = models.CharField(_("来源表"), max_length=128)
    source_column = models.CharField(_("来源列"), max_length=128)
    target = models.CharField(_("目标表"), max_length=128)
    target_column = models.CharField(_("目标列"), max_length=128)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "source", "source_column", "target", "target_column"})

    class Meta:
        verbose_name = _("血缘")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_column", "target", "target_column"], name="edge_once"
            )
        ]
        indexes = [models.Index(fields=["target"], name="lineage_by_target")]

    def __str__(self) -> str:
        return f"{self.source}.{self.source_column} → {self.target}.{self.target_column}"


class Erased(models.Model):
    """A person who was erased under law: known by a keyed digest alone, so that no source brings
    him back unseen (依法删除)."""

    register = models.CharField(_("库代码"), max_length=32)
    digest = models.BinaryField(_("主键摘要"))
    bucket = models.CharField(_("分组"), max_length=3)
    basis = models.CharField(_("法律依据"), max_length=200)
    erased_at = models.DateTimeField(_("删除时间"))
    erased_by = models.CharField(_("删除人"), max_length=64)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    PERSONAL = frozenset({"digest", "erased_by"})
    NOT_PERSONAL = frozenset({"id", "register", "bucket", "basis", "erased_at", "finished_at"})

    class Meta:
        verbose_name = _("依法删除")
        constraints = [models.UniqueConstraint(fields=["register", "digest"], name="erased_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"
