"""How many cases run, and where."""

from collections.abc import Iterable, Mapping

from django.db.models import Count

from tongban.base.people.models import Office
from tongban.business.cases.models import Case
from tongban.business.items.models import ServiceItem


def running_by_item() -> Mapping[int, int]:
    """By the item's key; one without running cases is not in it."""
    found = Case.objects.running().real().values_list("version__item").annotate(Count("pk"))
    return dict(found.order_by())


def running_by_version(item: ServiceItem) -> Mapping[int, int]:
    """By the version's number, the newest first."""
    found = Case.objects.running().real().filter(version__item=item).values_list("version__number")
    return dict(found.annotate(Count("pk")).order_by("-version__number"))


def offices_of(versions: Iterable[int]) -> list[Office]:
    """Those at which cases of these versions lie."""
    return list(Office.objects.filter(cases__version__in=list(versions)).distinct())
