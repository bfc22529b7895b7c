"""A package that was applied for: one application, one case for each of its items."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office
from tongban.business.items.models import PackageVersion, ServicePackage


class PackageCase(models.Model):
    """How it stands is what its cases say; nothing of that is kept twice."""

    number = models.CharField(_("套餐办件编号"), max_length=32, unique=True)
    version = models.ForeignKey(PackageVersion, models.PROTECT, related_name="cases")
    lead = models.ForeignKey(Office, models.PROTECT, related_name="+")
    applicant_id = models.CharField(_("申请人主体标识"), max_length=32)
    applicant_sealed = models.BinaryField(_("申请人称呼（密文）"))
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("代办人"),
    )
    situation_sealed = models.BinaryField(_("情形问答（密文）"))
    submitted_at = models.DateTimeField(_("提交时间"))

    PERSONAL = frozenset({"applicant_id", "applicant_sealed", "acted_by", "situation_sealed"})
    NOT_PERSONAL = frozenset({"id", "number", "version", "lead", "submitted_at"})

    class Meta:
        verbose_name = _("一件事办件")
        indexes = [
            models.Index(fields=["applicant_id", "-submitted_at"], name="package_by_applicant")
        ]

    def __str__(self) -> str:
        return self.number


class PackageDraft(models.Model):
    """What was answered so far for a package, situation and forms together."""

    package = models.ForeignKey(ServicePackage, models.CASCADE, related_name="drafts")
    applicant_id = models.CharField(_("申请人主体标识"), max_length=32)
    answers_sealed = models.BinaryField(_("已填内容（密文）"))
    saved_at = models.DateTimeField(_("保存时间"))

    PERSONAL = frozenset({"applicant_id", "answers_sealed"})
    NOT_PERSONAL = frozenset({"id", "package", "saved_at"})

    class Meta:
        verbose_name = _("一件事草稿")
        constraints = [
            models.UniqueConstraint(fields=["package", "applicant_id"], name="one_package_draft")
        ]

    def __str__(self) -> str:
        return f"{self.package} draft"
