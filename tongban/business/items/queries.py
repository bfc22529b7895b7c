"""Service items as people find and read them."""

from django.db.models import QuerySet

from tongban.base.people.models import User
from tongban.business.items import permissions, search
from tongban.business.items.models import DraftComparison, ItemVersion, ServiceItem


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


def looked_at(user: User) -> QuerySet[ItemVersion]:
    """Live versions of the offices whose decisions the account may look at."""
    return live_versions().filter(item__office__in=permissions.offices_looked_at(user))


def drafts() -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(status=ItemVersion.Status.DRAFT).select_related("based_on")


def draft(item: ServiceItem) -> ItemVersion | None:
    return drafts().filter(item=item).first()


def history(item: ServiceItem) -> QuerySet[ItemVersion]:
    """What was ever in force, newest first."""
    return (
        item.versions.exclude(status=ItemVersion.Status.DRAFT)
        .select_related("comparison")
        .order_by("-number")
    )


def comparison(version: ItemVersion) -> DraftComparison | None:
    """The one of its very text; None where the text has changed since."""
    return DraftComparison.objects.filter(draft=version, content_hash=version.content_hash).first()
