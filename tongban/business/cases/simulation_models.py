"""A simulation: a made-up year of applications, in memory or through the real actions; and which
cases are of one."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Simulation(models.Model):
    """`terms` is simulation.toml as it was; `figures` what came of it. `done` of `total` moves are
    played, or cases worked through."""

    class Kind(models.TextChoices):
        PLAYED = "played", _("按真实动作演练")
        COMPARED = "compared", _("两种办法对比")

    class Status(models.TextChoices):
        WAITING = "waiting", _("等待开始")
        RUNNING = "running", _("正在模拟")
        DONE = "done", _("已完成")
        BROKEN = "broken", _("中断")

    WORKING = (Status.WAITING, Status.RUNNING)
    TRANSITIONS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        Status.WAITING: (Status.RUNNING, Status.BROKEN),
        Status.RUNNING: (Status.DONE, Status.BROKEN),
        Status.BROKEN: (Status.RUNNING,),
        Status.DONE: (),
    }

    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    status = models.CharField(_("状态"), max_length=8, choices=Status, default=Status.WAITING)
    terms = models.JSONField(_("参数"))
    months = models.PositiveSmallIntegerField(_("月数"))
    cases = models.PositiveIntegerField(_("件数"))
    until = models.DateField(_("截止日"))  # nothing happens on it or after it
    done = models.PositiveIntegerField(_("已完成"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    figures = models.JSONField(_("结果"), null=True)
    applicants_sealed = models.BinaryField(_("参与模拟的申请人（密文）"), null=True)
    asked_at = models.DateTimeField(_("发起时间"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # None: the command line
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    PERSONAL = frozenset({"applicants_sealed", "asked_by"})
    NOT_PERSONAL = frozenset(
        {
            *("id", "kind", "status", "terms", "months", "cases", "until", "done", "total"),
            *("figures", "asked_at", "ended_at"),
        }
    )

    class Meta:
        verbose_name = _("模拟")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(status__in=["waiting", "running"]),
                name="one_simulation_at_a_time",
            ),
            models.CheckConstraint(
                name="simulation_done_with_time",
                condition=~Q(status="done") | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SimulatedCase(models.Model):
    """A case of a simulation. Its applicant has a name of its own there, so that nobody finds it
    among his cases; the facts are those of `subject_id`."""

    simulation = models.ForeignKey(Simulation, models.PROTECT, related_name="rows")
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="simulated")
    number = models.PositiveIntegerField(_("模拟序号"))
    subject_id = models.CharField(_("事实所属主体标识"), max_length=32, db_index=True)

    PERSONAL = frozenset({"subject_id"})
    NOT_PERSONAL = frozenset({"id", "simulation", "case", "number"})

    class Meta:
        verbose_name = _("模拟办件")
        constraints = [
            models.UniqueConstraint(fields=["simulation", "number"], name="simulated_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.number}"  # pyright: ignore[reportAttributeAccessIssue]
