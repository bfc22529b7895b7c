"""A certificate that was issued, with its identifier by GB/T 36904."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.base.people.models import Office


class Certificate(models.Model):
    class Status(models.TextChoices):
        VALID = "valid", _("有效")
        REVOKED = "revoked", _("已注销")

    identifier = models.CharField(_("证照标识"), max_length=128, unique=True)
    number = models.CharField(_("证照编号"), max_length=64, unique=True)
    kind = models.CharField(_("证照类型代码"), max_length=32)
    name_zh = models.CharField(_("证照名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=64)
    holder_id = models.CharField(_("持证主体标识"), max_length=32)
    content_sealed = models.BinaryField(_("照面内容（密文）"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="certificates")
    case_number = models.CharField(_("办件编号"), max_length=32, unique=True)
    issued_at = models.DateTimeField(_("签发时间"))
    valid_from = models.DateField(_("有效期自"))
    valid_until = models.DateField(_("有效期至"))
    verify_code = models.CharField(_("核验码"), max_length=32, unique=True)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.VALID)
    revoked_at = models.DateTimeField(_("注销时间"), null=True)
    revoked_reason = models.CharField(_("注销原因"), max_length=200, blank=True)

    PERSONAL = frozenset({"number", "holder_id", "content_sealed", "revoked_reason"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "identifier", "kind", "name_zh", "name_en", "office", "case_number"),
            *("issued_at", "valid_from", "valid_until", "verify_code", "status"),
            "revoked_at",
        }
    )

    class Meta:
        verbose_name = _("证照")
        constraints = [
            models.CheckConstraint(
                name="certificate_revoked_with_time",
                condition=Q(status="valid", revoked_at__isnull=True)
                | Q(status="revoked", revoked_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["holder_id"], name="certificate_by_holder")]

    def __str__(self) -> str:
        return self.number
