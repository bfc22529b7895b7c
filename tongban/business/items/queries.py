"""Service items as people find and read them."""

from django.db.models import QuerySet

from tongban.business.items import search
from tongban.business.items.models import ItemVersion, ServiceItem


def find(text: str) -> QuerySet[ServiceItem]:
    return search.find(text)


def all_items() -> QuerySet[ServiceItem]:
    """Those that can be applied for first."""
    return ServiceItem.objects.order_by("listed_in", "name_zh", "pk")


def count() -> int:
    return ServiceItem.objects.count()


def live_versions() -> QuerySet[ItemVersion]:
    return (
        ItemVersion.objects.filter(status=ItemVersion.Status.LIVE)
        .select_related("item", "item__office")
        .order_by("item__code")
    )


def live_version(item: ServiceItem) -> ItemVersion | None:
    """None for an item that is only listed."""
    return live_versions().filter(item=item).first()
