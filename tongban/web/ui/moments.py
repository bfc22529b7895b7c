"""Days and times in words, as short as the place allows. `now` decides what is today."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Moment = datetime | date

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def when(moment: Moment, now: datetime) -> str:
    """For an origin chip: 今天 02:00, else 9月22日, with the year if it is another one."""
    at, today = _local(moment), timezone.localtime(now).date()
    if _day(at) == today:
        return f"{_('今天')} {at:%H:%M}" if isinstance(at, datetime) else _("今天")
    return spell(at, _("n月j日") if at.year == today.year else _("Y年n月j日"))


def day(moment: Moment, now: datetime) -> str:
    """In a sentence: 9 月 28 日（周一）."""
    at, today = _local(moment), timezone.localtime(now).date()
    words = spell(at, _("n 月 j 日") if at.year == today.year else _("Y 年 n 月 j 日"))
    return _("%(day)s（%(weekday)s）") % {"day": words, "weekday": WEEKDAYS[at.weekday()]}


def stamp(moment: Moment, now: datetime) -> str:
    """In a table: 9-22 14:20, or 9-22 for a day without a time."""
    at, today = _local(moment), timezone.localtime(now).date()
    words = spell(at, "n-j" if at.year == today.year else "Y-n-j")
    return f"{words} {at:%H:%M}" if isinstance(at, datetime) else words


def machine(moment: Moment) -> str:
    """For the datetime attribute of <time>."""
    at = _local(moment)
    return at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def _local(moment: Moment) -> Moment:
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
