"""What has been done once and must not be done again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Effect(models.Model):
    """An effect of a job, written in the transaction of the effect itself."""

    key = models.CharField(_("唯一键"), max_length=200, unique=True)
    at = models.DateTimeField(_("完成时间"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"id", "key", "at"})

    class Meta:
        verbose_name = _("已生效的动作")

    def __str__(self) -> str:
        return self.key
