"""Which days are worked. A year is here as a whole or not at all."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One day of a year. `announced` is false while the State Council has not published that
    year's holidays: then the day only follows the week, and limits that reach it may move."""

    day = models.DateField(_("日期"), primary_key=True)
    working = models.BooleanField(_("工作日"))
    note_zh = models.CharField(_("中文说明"), max_length=64, blank=True)
    note_en = models.CharField(_("英文说明"), max_length=64, blank=True)
    announced = models.BooleanField(_("已公布"))

    PERSONAL = frozenset()
    NOT_PERSONAL = frozenset({"day", "working", "note_zh", "note_en", "announced"})

    class Meta:
        verbose_name = _("日历日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'工作日' if self.working else '休息日'}"
