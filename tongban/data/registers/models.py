"""Subjects with stable ids, and the facts that are known of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Register(models.Model):
    """A base library (基础库): which keys make a subject, and where its attributes come from."""

    code = models.CharField(_("库代码"), max_length=32, unique=True)
    content = models.JSONField(_("定义"))
    content_hash = models.CharField(_("内容摘要"), max_length=64)
    version = models.PositiveIntegerField(_("版本"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "code", "content", "content_hash", "version"})

    class Meta:
        verbose_name = _("基础库")

    def __str__(self) -> str:
        return self.code


class Identity(models.Model):
    """A key's digest and the subject it belongs to; never changed, never part of an edition."""

    register = models.CharField(_("库代码"), max_length=32)
    digest = models.BinaryField(_("主键摘要"))
    subject_id = models.CharField(_("主体标识"), max_length=32)
    minted_at = models.DateTimeField(_("赋码时间"))

    PERSONAL = frozenset({"digest", "subject_id"})
    NOT_PERSONAL = frozenset({"id", "register", "minted_at"})

    class Meta:
        verbose_name = _("主体身份")
        constraints = [models.UniqueConstraint(fields=["register", "digest"], name="identity_once")]
        indexes = [models.Index(fields=["subject_id"], name="identity_by_subject")]

    def __str__(self) -> str:
        return self.subject_id


class FactDefinition(models.Model):
    """A fact (事实): one governed, named, typed attribute of a subject."""

    key = models.CharField(_("事实代码"), max_length=64, unique=True)
    register = models.CharField(_("库代码"), max_length=32)
    label_zh = models.CharField(_("中文名称"), max_length=64)
    label_en = models.CharField(_("英文名称"), max_length=64)
    type = models.CharField(_("类型"), max_length=32)
    grade = models.PositiveSmallIntegerField(_("级别"))
    source = models.CharField(_("来源资源"), max_length=32)
    model = models.CharField(_("所在模型"), max_length=128)
    column = models.CharField(_("列"), max_length=64)
    row_column = models.CharField(_("来源行列"), max_length=64)
    cycle = models.CharField(_("更新周期"), max_length=16)
    element = models.CharField(_("数据元"), max_length=32, blank=True)
    also_from = models.JSONField(_("其他来源"), default=list)
    meaning_zh = models.TextField(_("含义（中文）"), blank=True)
    meaning_en = models.TextField(_("含义（英文）"), blank=True)
    rule_zh = models.TextField(_("规则（中文）"), blank=True)
    rule_en = models.TextField(_("规则（英文）"), blank=True)

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {
            *("id", "key", "register", "label_zh", "label_en", "type", "grade", "source"),
            *("model", "column", "row_column", "cycle", "element", "also_from"),
            *("meaning_zh", "meaning_en", "rule_zh", "rule_en"),
        }
    )

    class Meta:
        verbose_name = _("事实")
        constraints = [
            models.CheckConstraint(name="fact_grade_1_to_4", condition=Q(grade__range=(1, 4)))
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return self.label_zh if chinese else self.label_en


class SubjectFacts(models.Model):
    """All facts of one subject in one edition, sealed as one."""

    edition_number = models.PositiveIntegerField(_("版次"))
    # The default is for workers of a release that knew of one register, while they still run.
    register = models.CharField(_("库代码"), max_length=32, db_default="person")
    subject_id = models.CharField(_("主体标识"), max_length=32)
    sealed = models.BinaryField(_("事实（密文）"))

    PERSONAL = frozenset({"subject_id", "sealed"})
    NOT_PERSONAL = frozenset({"id", "edition_number", "register"})

    class Meta:
        verbose_name = _("主体事实")
        # Without the register: an id is minted by one register and never by another. So one row is
        # all there is of a subject, and whoever reads it need not know the register.
        constraints = [
            models.UniqueConstraint(fields=["edition_number", "subject_id"], name="facts_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}@{self.edition_number}"


class LiveFact(models.Model):
    """A fact that the platform itself made (a certificate), before an edition holds it."""

    subject_id = models.CharField(_("主体标识"), max_length=32)
    key = models.CharField(_("事实代码"), max_length=64)
    sealed = models.BinaryField(_("值（密文）"))
    origin = models.CharField(_("来源"), max_length=128)
    since = models.DateTimeField(_("生效时间"))
    until = models.DateField(_("有效期至"), null=True)  # its last day; null: until further notice

    PERSONAL = frozenset({"subject_id", "sealed", "origin"})
    NOT_PERSONAL = frozenset({"id", "key", "since", "until"})

    class Meta:
        verbose_name = _("即时事实")
        constraints = [models.UniqueConstraint(fields=["subject_id", "key"], name="live_fact_once")]

    def __str__(self) -> str:
        return f"{self.subject_id}.{self.key}"
