"""What a person was told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """For a person or company by subject, or for a member of staff by account."""

    subject_id = models.CharField(_("收件主体标识"), max_length=32, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="notices"
    )
    about_type = models.CharField(_("相关对象类型"), max_length=32)
    about_id = models.CharField(_("相关对象"), max_length=64)
    words_zh = models.CharField(_("内容（中文）"), max_length=1000)
    words_en = models.CharField(_("内容（英文）"), max_length=1000)
    told_at = models.DateTimeField(_("发出时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    PERSONAL = frozenset({"subject_id", "account", "words_zh", "words_en"})
    NOT_PERSONAL = frozenset({"id", "about_type", "about_id", "told_at", "read_at"})

    class Meta:
        verbose_name = _("通知")
        indexes = [
            models.Index(fields=["subject_id", "-told_at"], name="notice_by_subject"),
            models.Index(fields=["about_type", "about_id"], name="notice_by_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_for_one",
                condition=Q(~Q(subject_id=""), account__isnull=True)
                | Q(subject_id="", account__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.about_type} {self.about_id}"

    @property
    def words(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return self.words_zh if chinese else self.words_en
