"""What stands around every page of one part of an item, and who may open it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.shortcuts import get_object_or_404
from django.urls import reverse

from tongban.business.items import permissions
from tongban.business.items import queries as items
from tongban.business.items.actions import OnlyListed
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.web.ui.requests import AuthedRequest


class Judged(Protocol):
    @property
    def is_error(self) -> bool: ...


Found = TypeVar("Found", bound=Judged)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Head(Generic[Found]):
    """`findings` are those of the live version."""

    item: ServiceItem
    live: ItemVersion
    draft: ItemVersion | None
    may_edit: bool
    findings: tuple[Found, ...]

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def errors(self) -> int:
        return errors(self.findings)

    @property
    def is_stale(self) -> bool:
        """The draft was begun before the live version was published."""
        return self.draft is not None and self.draft.based_on != self.live


def opened(
    request: AuthedRequest, code: str, judge: Callable[[ItemVersion], tuple[Found, ...]]
) -> Head[Found]:
    """Raises NotYourItem and OnlyListed."""
    item = get_object_or_404(ServiceItem.objects.select_related("office"), code=code)
    permissions.check_can_look(request.user, item)
    live = items.live_version(item)
    if live is None:
        raise OnlyListed(code=item.code)
    return Head(
        item=item,
        live=live,
        draft=items.draft(item),
        may_edit=permissions.can_edit(request.user, item),
        findings=judge(live),
    )


def tabs(head: Head[Any], named: Sequence[tuple[str, str, int]], here: str) -> list[Tab]:
    """Of (name of the page, label, count)."""
    return [
        Tab(label, reverse(f"workbench:{name}", args=[head.code]), count, name == here)
        for name, label, count in named
    ]


def errors(found: Iterable[Judged]) -> int:
    return sum(each.is_error for each in found)
