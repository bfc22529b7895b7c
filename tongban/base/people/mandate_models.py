"""Acting for others: who may apply on whose behalf, for what, and until when (代办授权)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MandateQuerySet(models.QuerySet):
    def in_force(self, *, on: date):
        """Begun, not ended, not revoked."""
        return self.filter(valid_from__lte=on, valid_until__gte=on, revoked_at=None)


class Mandate(models.Model):
    """What a person or a company lets an account do in its name. Without items it is for all of
    them. It is never changed: it is revoked, and another one is given."""

    principal_id = models.CharField(_("授权人主体标识"), max_length=32)
    principal_name = models.CharField(_("授权人名称"), max_length=128)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="mandates",
        verbose_name=_("代办人"),
    )
    items = models.JSONField(_("授权事项"), default=list, blank=True)
    valid_from = models.DateField(_("授权起始日期"))
    valid_until = models.DateField(_("授权截止日期"))
    granted_at = models.DateTimeField(_("授权时间"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("撤销时间"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    PERSONAL = frozenset({"principal_id", "principal_name", "agent", "granted_by", "revoked_by"})
    NOT_PERSONAL = frozenset(
        {"id", "items", "valid_from", "valid_until", "granted_at", "revoked_at"}
    )

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("代办授权")
        constraints = [
            models.CheckConstraint(
                name="mandate_ends_after_it_begins",
                condition=Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="mandate_revoked_by_somebody",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["principal_id", "-id"], name="mandate_by_principal")]

    def __str__(self) -> str:
        return f"mandate {self.pk}"

    def covers(self, item: str) -> bool:
        return not self.items or item in self.items
