"""What a city offers without an application: who was found, what became of each, what was paid.

Whatever tells of one person is sealed; a subject id says of whom, and nothing else.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.business.items.models import ServiceItem
from tongban.business.offers.payment_models import PaymentLine, PaymentList

__all__ = ["Candidate", "CandidateStep", "Offer", "PaymentLine", "PaymentList", "Round"]


class Offer(models.Model):
    """What an item gives to whoever is due it, as offers/<code>.toml says; the code is the item's.
    `number` counts what was made live."""

    code = models.CharField(_("编码"), max_length=16, unique=True)
    item = models.OneToOneField(ServiceItem, models.PROTECT, related_name="offer")
    name_zh = models.CharField(_("中文名称"), max_length=64)
    name_en = models.CharField(_("英文名称"), max_length=128)
    number = models.PositiveIntegerField(_("版本"), default=1)
    terms = models.JSONField(_("约定"))
    adopted_at = models.DateTimeField(_("启用时间"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset(
        {"id", "code", "item", "name_zh", "name_en", "number", "terms", "adopted_at"}
    )

    class Meta:
        verbose_name = _("主动服务")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class Round(models.Model):
    """One look at what was decided about the whole register: whom it found, and who is gone."""

    class Status(models.TextChoices):
        WORKING = "working", _("正在核对")
        DONE = "done", _("已核对")
        BROKEN = "broken", _("中断")

    TRANSITIONS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Status.WORKING: (Status.DONE, Status.BROKEN),
        Status.DONE: (),
        Status.BROKEN: (),
    }

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField(_("序号"))
    terms_number = models.PositiveIntegerField(_("约定版本"))
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.WORKING)
    edition = models.PositiveIntegerField(_("数据版次"), null=True)
    decided_on = models.DateField(_("决策日期"), null=True)
    done = models.PositiveIntegerField(_("已看人数"), default=0)
    total = models.PositiveIntegerField(_("总人数"), default=0)
    found = models.PositiveIntegerField(_("新发现"), default=0)
    again = models.PositiveIntegerField(_("再次发现"), default=0)
    changed = models.PositiveIntegerField(_("有变动"), default=0)
    gone = models.PositiveIntegerField(_("不再符合"), default=0)
    unclear = models.PositiveIntegerField(_("无法判断"), default=0)
    problem_zh = models.CharField(_("中断原因（中文）"), max_length=500, blank=True)
    problem_en = models.CharField(_("中断原因（英文）"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("发起时间"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # nobody: it was the schedule
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    PERSONAL = frozenset({"asked_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "offer", "number", "terms_number", "status", "edition", "decided_on"),
            *("done", "total", "found", "again", "changed", "gone", "unclear"),
            *("problem_zh", "problem_en", "asked_at", "ended_at"),
        }
    )

    class Meta:
        verbose_name = _("主动服务核对")
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offer_round_once"),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(status="working"), name="one_offer_round_at_work"
            ),
            models.CheckConstraint(
                name="offer_round_ended_with_time",
                condition=Q(status="working", ended_at=None)
                | Q(~Q(status="working"), ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.number}"


class Candidate(models.Model):
    """Somebody whom a round found: due something, due another amount, or paid wrongly."""

    class Kind(models.TextChoices):
        DUE = "due", _("应发未发")
        CHANGE = "change", _("应调整")
        WRONG = "wrong", _("错发")

    class Status(models.TextChoices):
        FOUND = "found", _("待核对")
        CONFIRMED = "confirmed", _("已核对")
        SET_ASIDE = "set_aside", _("已搁置")
        TOLD = "told", _("已告知")
        ACCEPTED = "accepted", _("已接受")
        DECLINED = "declined", _("已谢绝")
        LAPSED = "lapsed", _("逾期未答")
        NOTIFIED = "notified", _("已通知退还")
        RECOVERED = "recovered", _("已追回")

    UNANSWERED = (Status.FOUND, Status.CONFIRMED, Status.TOLD, Status.NOTIFIED)
    TRANSITIONS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Status.FOUND: (Status.CONFIRMED, Status.SET_ASIDE),
        Status.CONFIRMED: (Status.FOUND, Status.TOLD, Status.NOTIFIED, Status.SET_ASIDE),
        Status.SET_ASIDE: (),
        Status.TOLD: (Status.ACCEPTED, Status.DECLINED, Status.LAPSED),
        Status.ACCEPTED: (Status.DECLINED,),
        Status.DECLINED: (Status.ACCEPTED,),
        Status.LAPSED: (),
        Status.NOTIFIED: (Status.RECOVERED, Status.SET_ASIDE),
        Status.RECOVERED: (),
    }

    number = models.CharField(_("编号"), max_length=40, unique=True)
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="candidates")
    round = models.ForeignKey(Round, models.PROTECT, related_name="candidates")
    gone_in = models.ForeignKey(Round, models.PROTECT, null=True, related_name="+")
    subject_id = models.CharField(_("主体标识"), max_length=32)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.FOUND)
    is_sure = models.BooleanField(_("各项确定"))
    answer_sealed = models.BinaryField(_("决策结果（密文）"))
    lapses_on = models.DateField(_("答复期限"), null=True)
    case_number = models.CharField(_("办件编号"), max_length=32, blank=True)
    changed_at = models.DateTimeField(_("状态时间"))

    PERSONAL = frozenset({"subject_id", "answer_sealed"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "number", "offer", "round", "gone_in", "kind", "status", "is_sure"),
            *("lapses_on", "case_number", "changed_at"),
        }
    )

    class Meta:
        verbose_name = _("主动服务对象")
        indexes = [
            models.Index(fields=["offer", "kind", "status", "id"], name="candidate_queue"),
            models.Index(fields=["subject_id"], name="candidate_by_subject"),
        ]
        constraints = [
            # A round that finds the same person again makes no second one.
            models.UniqueConstraint(
                fields=["offer", "subject_id"],
                condition=Q(status__in=["found", "confirmed", "told", "notified"]),
                name="one_unanswered_candidate_each",
            ),
            models.CheckConstraint(
                name="candidate_accepted_with_case",
                condition=Q(status="accepted", case_number__gt="") | ~Q(status="accepted"),
            ),
            models.CheckConstraint(
                name="candidate_told_until_a_day",
                condition=Q(lapses_on__isnull=False)
                | ~Q(status__in=["told", "accepted", "declined", "lapsed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CandidateStep(models.Model):
    """A step that a candidate took: to which state, when, by whom; nobody: the platform did."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="steps")
    status = models.CharField(_("状态"), max_length=12, choices=Candidate.Status)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    words_sealed = models.BinaryField(_("说明（密文）"), null=True)

    PERSONAL = frozenset({"by", "words_sealed"})
    NOT_PERSONAL = frozenset({"id", "candidate", "status", "at"})

    class Meta:
        verbose_name = _("主动服务步骤")

    def __str__(self) -> str:
        return f"{self.candidate} {self.status}"
