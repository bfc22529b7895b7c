"""How long something took, in the one or two units that matter."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def words(lasted: timedelta | None) -> str:
    """3 天 4 小时, 2 小时 5 分, 7 分, 不到 1 分; a dash where nothing is known."""
    if lasted is None:
        return "–"
    seconds = int(lasted.total_seconds())
    if seconds < MINUTE:
        return _("不到 1 分")
    if seconds < HOUR:
        return _minutes(seconds // MINUTE)
    if seconds < DAY:
        return _two(_hours(seconds // HOUR), seconds % HOUR // MINUTE, _minutes)
    return _two(_days(seconds // DAY), seconds % DAY // HOUR, _hours)


def short(lasted: timedelta | None) -> str:
    """For a badge: the larger unit alone."""
    if lasted is None:
        return "–"
    seconds = int(lasted.total_seconds())
    if seconds < MINUTE:
        return _("<1 分")
    for unit, told in ((DAY, _days), (HOUR, _hours), (MINUTE, _minutes)):
        if seconds >= unit:
            return told(round(seconds / unit))
    raise AssertionError(seconds)


def one(lasted: timedelta | None) -> tuple[str, str]:
    """For a large figure: the number and its unit, 9.3 and 天; a dash where nothing is known."""
    if lasted is None:
        return "–", ""
    seconds = lasted.total_seconds()
    if seconds < MINUTE:
        return "<1", _("分")
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f}", _("分")
    if seconds < DAY:
        return f"{seconds / HOUR:.1f}", _("小时")
    return f"{seconds / DAY:.1f}", _("天")


def _two(first: str, rest: int, told) -> str:
    return f"{first} {told(rest)}" if rest else first


def _days(count: int) -> str:
    return ngettext("%(n)s 天", "%(n)s 天", count) % {"n": count}


def _hours(count: int) -> str:
    return ngettext("%(n)s 小时", "%(n)s 小时", count) % {"n": count}


def _minutes(count: int) -> str:
    return _("%(n)s 分") % {"n": count}
