"""Examples for the gallery of components, in both languages: the story of 云泽市 on one day."""

from typing import Any

from django.utils import timezone

from tongban import clock
from tongban.web.ui.gallery.courses import clocks, courses
from tongban.web.ui.gallery.facts import chips, conditions
from tongban.web.ui.gallery.figures import figures
from tongban.web.ui.gallery.forms import certificates, forms
from tongban.web.ui.gallery.frames import citizen_frame, staff_frame

__all__ = ["citizen_frame", "examples", "staff_frame"]


def examples() -> dict[str, Any]:
    today = timezone.localtime(clock.now()).replace(hour=2, minute=0, second=0, microsecond=0)
    return {
        **chips(today),
        **conditions(today),
        **clocks(),
        **courses(today),
        **forms(today),
        **figures(),
        "certificates": certificates(),
    }
