"""The list of all cases that an account may see, or the part of it that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Exists, Q, QuerySet
from django.utils import timezone

from tongban.base.people.models import User
from tongban.business.cases import queries
from tongban.business.cases.models import Case
from tongban.business.items.models import ServiceItem


class View(StrEnum):
    ALL = "all"
    RUNNING = "running"
    LATE = "late"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


COUNTED = (View.RUNNING, View.LATE)


@dataclass(frozen=True)
class Asked:
    """`item` is the code of one; `number` how the number of the case begins."""

    view: View = View.ALL
    item: str = ""
    number: str = ""


def of(user: User, asked: Asked, at: datetime) -> QuerySet[Case]:
    """What runs: what is due first comes first. Else the newest first, the simulated among them:
    these can be looked at, and wait for nobody."""
    found = _narrowed(user, asked, at).select_related("extension")
    found = found.filter(_of(asked.view)).prefetch_related("suspensions", "work_items")
    if asked.view in COUNTED:
        return found.real().order_by("promised_on", "pk")
    return found


def counts(user: User, asked: Asked, at: datetime) -> Mapping[View, int]:
    """How many run and how many of these are late; one statement. What is finished only grows: to
    count it at every look would cost more than it tells."""
    found = _narrowed(user, asked, at).running().real().order_by()
    return found.aggregate(**{view: Count("pk", filter=_of(view)) for view in COUNTED})


def items(user: User) -> list[ServiceItem]:
    """Those of which the account may see cases."""
    offered = ServiceItem.objects.filter(versions__isnull=False)
    offices = queries.offices_seen(user)
    return list((offered if offices is None else offered.filter(office__in=offices)).distinct())


def _narrowed(user: User, asked: Asked, at: datetime) -> QuerySet[Case]:
    today = timezone.localdate(at)
    found = queries.of_staff(user, asked.number).alias(
        is_late=Q(promised_on__lt=today) & ~Exists(queries.standing(today, of="pk"))
    )
    return found.filter(version__item__code=asked.item) if asked.item else found


def _of(view: View) -> Q:
    """Late is what has passed the day of its promise while its clock runs."""
    match view:
        case View.ALL:
            return Q()
        case View.LATE:
            return Q(status=Case.Status.RUNNING, is_late=True)
    return Q(status=view.value)
