"""What happened, to what, by whom, and the chain that proves it. Rows are added, never changed.

A trigger refuses UPDATE, DELETE and TRUNCATE of events and seals (migration 0002).
Nothing here is ever pruned by the platform. The tables are not partitioned by month: a partitioned
table needs `at` in every unique key, so a seal could no longer point at one event by a foreign key,
and a month whose partition nobody made would refuse every action of the platform.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_SUBJECTS = 100


class Event(models.Model):
    class Outcome(models.TextChoices):
        DONE = "done", _("已完成")
        REFUSED = "refused", _("已拒绝")

    kind = models.CharField(_("行为"), max_length=64)  # a dotted verb: case.accepted
    subject_type = models.CharField(_("对象类型"), max_length=32)
    subject_id = models.CharField(_("对象标识"), max_length=128)  # never a name or identity number
    actor = models.CharField(_("操作账号"), max_length=64)  # a plain id: audit is below people
    office = models.CharField(_("部门"), max_length=64, blank=True)
    post = models.CharField(_("岗位"), max_length=64, blank=True)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    basis = models.CharField(_("法律依据"), max_length=200, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome, default=Outcome.DONE)
    at = models.DateTimeField(_("时间"))
    details = models.JSONField(_("详情"), default=dict, blank=True)

    # A read: `rows` is not null. A small one lists whom it read; a bulk one keeps its query.
    edition = models.BigIntegerField(_("数据版次"), null=True)
    rows = models.BigIntegerField(_("行数"), null=True)
    subjects = ArrayField(
        models.CharField(max_length=128), verbose_name=_("被查对象"), default=list, blank=True
    )
    query = models.BinaryField(_("查询语句（加密）"), null=True)
    query_digest = models.BinaryField(_("查询摘要"), max_length=32, null=True)

    # HMAC-SM3 over all of the above, made in the acting transaction: even in the second before it
    # is sealed, a row can neither be edited nor be made up without the key.
    proof = models.BinaryField(_("行校验码"), max_length=32)

    PERSONAL = frozenset({"subject_id", "actor", "subjects", "query"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "kind", "subject_type", "office", "post", "purpose", "basis", "outcome", "at"),
            *("details", "edition", "rows", "query_digest", "proof"),
        }
    )

    class Meta:
        verbose_name = verbose_name_plural = _("审计事件")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_by_subject"),
            models.Index(fields=["actor", "id"], name="event_by_actor"),
            models.Index(  # a whole area (case.…) is found by its beginning
                fields=["kind", "id"],
                name="event_by_kind",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            # Rows arrive in the order of time: block ranges find a day at no cost for the writer.
            BrinIndex(fields=["at"], name="event_by_time"),
            # Without a pending list no single writer pays for what others left behind.
            GinIndex(
                fields=["subjects"],
                name="event_by_person_read",
                fastupdate=False,
                condition=Q(rows__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="event_bulk_reads",
                condition=Q(query__isnull=False, subjects=[]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_kind_is_a_dotted_verb",
                condition=Q(kind__regex=r"^[a-z][a-z_]*(\.[a-z][a-z_]*)+$"),
            ),
            models.CheckConstraint(
                name="event_outcome_is_known", condition=Q(outcome__in=["done", "refused"])
            ),
            models.CheckConstraint(
                name="event_few_subjects", condition=Q(subjects__len__lte=MOST_SUBJECTS)
            ),
            models.CheckConstraint(
                name="event_query_with_digest",
                condition=Q(query__isnull=True, query_digest__isnull=True)
                | Q(query__isnull=False, query_digest__isnull=False),
            ),
            # "Was this person in it?" has an answer for every read.
            models.CheckConstraint(
                name="event_read_can_be_asked",
                condition=Q(rows__isnull=True)
                | Q(rows=0)
                | Q(query__isnull=False)
                | ~Q(subjects=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class Unsealed(models.Model):
    """An event that waits for its place in the chain; written with it, removed by the sealer."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, verbose_name=_("事件"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"event"})

    class Meta:
        verbose_name = verbose_name_plural = _("待封审计事件")

    def __str__(self) -> str:
        return str(self.pk)


class Seal(models.Model):
    """The one place of an event in the chain, numbered from 1 without a gap."""

    sequence = models.BigIntegerField(_("序号"), primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, verbose_name=_("事件"))
    previous = models.BinaryField(_("上一校验码"), max_length=32)
    hash = models.BinaryField(_("校验码"), max_length=32)
    at = models.DateTimeField(_("封存时间"))  # the same for all seals of one pass

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"sequence", "event", "previous", "hash", "at"})

    class Meta:
        verbose_name = verbose_name_plural = _("审计封签")
        constraints = [
            models.CheckConstraint(name="seal_numbered_from_one", condition=Q(sequence__gte=1))
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.event_id}"
