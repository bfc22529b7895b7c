"""Small words of the workbench's tables."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from tongban import clock
from tongban.business.cases.models import Case
from tongban.web.ui import moments, parts


def stamp(moment: datetime | date) -> str:
    """9-22 14:20."""
    return moments.stamp(moment, clock.now())


def case_status(case: Case) -> parts.Tag:
    label = case.get_status_display()  # pyright: ignore[reportAttributeAccessIssue]
    if case.status == Case.Status.GRANTED:
        return parts.Tag(label, "ok", icon="check")
    if case.status == Case.Status.REFUSED:
        return parts.Tag(label, "bad", icon="x")
    if case.status == Case.Status.WITHDRAWN:
        return parts.Tag(label, "line", icon="arrow-back-up")
    return parts.Tag(label, "unknown", icon="hourglass")


def number(count: int) -> str:
    return f"{count:,}"


def listed(words: Iterable[object]) -> str:
    """甲、乙 in Chinese; A, B in English."""
    return _("、").join(str(word) for word in words)
