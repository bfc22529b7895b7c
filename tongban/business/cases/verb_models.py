"""What an administration did with a case besides deciding it: who, when, why, on what ground."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Suspension(models.Model):
    """The clock of a case stands, from the day it was stopped to the day it goes on again, and
    never longer than authorised. `days` are working days."""

    class Ground(models.TextChoices):
        """The codes of engines.clocks.Ground."""

        HEARING = "hearing", _("听证")
        TENDER = "tender", _("招标")
        AUCTION = "auction", _("拍卖")
        INSPECTION = "inspection", _("检验")
        TESTING = "testing", _("检测")
        QUARANTINE = "quarantine", _("检疫")
        APPRAISAL = "appraisal", _("鉴定")
        EXPERT_REVIEW = "expert_review", _("专家评审")
        CORRECTION = "correction", _("补正")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="suspensions")
    ground = models.CharField(_("法定事由"), max_length=16, choices=Ground)
    days = models.PositiveSmallIntegerField(_("批准的工作日数"))
    words_sealed = models.BinaryField(_("说明（密文）"))
    started_at = models.DateTimeField(_("停止计时时间"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    authorised_until = models.DateField(_("最晚恢复计时前一日"))
    ended_at = models.DateTimeField(_("恢复计时时间"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    PERSONAL = frozenset({"words_sealed", "started_by", "ended_by"})
    NOT_PERSONAL = frozenset(
        {"id", "case", "ground", "days", "started_at", "authorised_until", "ended_at"}
    )

    class Meta:
        verbose_name = _("停止计时")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="one_suspension_at_a_time"
            ),
            models.CheckConstraint(
                name="suspension_ended_by_with_time",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="suspension_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.ground}"


class Extension(models.Model):
    """The head of the office gave a case more working days, once (Licensing Law, art. 42)."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="extension")
    days = models.PositiveSmallIntegerField(_("延长的工作日数"))
    words_sealed = models.BinaryField(_("理由（密文）"))
    granted_at = models.DateTimeField(_("批准时间"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"words_sealed", "granted_by"})
    NOT_PERSONAL = frozenset({"id", "case", "days", "granted_at"})

    class Meta:
        verbose_name = _("延长期限")

    def __str__(self) -> str:
        return f"{self.case.number} +{self.days}"


class Correction(models.Model):
    """The applicant puts answers right: those that the office asked for, all at once (Licensing
    Law, art. 32), or of his own accord, and then nobody asked. `questions` are keys of the form;
    `before_sealed` is what the case had before it was corrected."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="corrections")
    questions = models.JSONField(_("需补正的问题"), default=list)
    asked_at = models.DateTimeField(_("告知时间"), null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    words_sealed = models.BinaryField(_("告知内容（密文）"), null=True)
    suspension = models.OneToOneField(
        Suspension, models.PROTECT, null=True, related_name="correction"
    )
    corrected_at = models.DateTimeField(_("补正时间"), null=True)
    before_sealed = models.BinaryField(_("补正前的内容（密文）"), null=True)

    PERSONAL = frozenset({"asked_by", "words_sealed", "before_sealed"})
    NOT_PERSONAL = frozenset({"id", "case", "questions", "asked_at", "suspension", "corrected_at"})

    class Meta:
        verbose_name = _("补正")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(asked_at__isnull=False), name="asked_once"
            ),
            models.CheckConstraint(
                name="correction_asked_whole",
                condition=Q(asked_at__isnull=True, asked_by__isnull=True, words_sealed__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False, words_sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="correction_keeps_what_was_before",
                condition=Q(corrected_at__isnull=True, before_sealed__isnull=True)
                | Q(corrected_at__isnull=False, before_sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="correction_asked_or_made",
                condition=Q(asked_at__isnull=False) | Q(corrected_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number} correction"


class Revocation(models.Model):
    """A decision that was taken back, with its ground in law."""

    class Ground(models.TextChoices):
        ABUSE = "abuse", _("滥用职权、玩忽职守作出决定")
        EXCEEDED = "exceeded", _("超越法定职权作出决定")
        PROCEDURE = "procedure", _("违反法定程序作出决定")
        NOT_ENTITLED = "not_entitled", _("申请人不具备资格或不符合条件")
        OTHER_BY_LAW = "other_by_law", _("依法可以撤销的其他情形")
        FRAUD = "fraud", _("以欺骗、贿赂等不正当手段取得")
        RECONSIDERATION = "reconsideration", _("行政复议决定")
        COURT = "court", _("人民法院判决")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="revocation")
    ground = models.CharField(_("法定事由"), max_length=16, choices=Ground)
    words_sealed = models.BinaryField(_("理由（密文）"))
    revoked_status = models.CharField(_("原决定"), max_length=12)
    revoked_at = models.DateTimeField(_("撤销时间"))
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"words_sealed", "revoked_by"})
    NOT_PERSONAL = frozenset({"id", "case", "ground", "revoked_status", "revoked_at"})

    class Meta:
        verbose_name = _("决定的撤销")

    def __str__(self) -> str:
        return f"{self.case.number} {self.ground}"
