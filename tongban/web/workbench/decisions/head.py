"""What stands around every page of one item's decision, and who may open it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.business.cases.operations import OFFERED
from tongban.business.items import actions, bundle, permissions
from tongban.business.items import queries as items
from tongban.business.items.actions import OnlyListed
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.decisions.findings import Found, found_in
from tongban.web.workbench.pages import show

LOOKING = permissions.LOOKING


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Head:
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
        return sum(each.is_error for each in self.findings)


def opened(request: AuthedRequest, code: str) -> Head:
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
        findings=findings_of(live),
    )


def findings_of(version: ItemVersion) -> tuple[Found, ...]:
    """Errors first."""
    read = bundle.of(version)
    return found_in(read, actions.errors_of(version, OFFERED), bundle.warnings(read))


def page(
    request: AuthedRequest, template: str, head: Head, here: str, **context: Any
) -> HttpResponse:
    """One of the tabs."""
    tabs = [
        Tab(label, reverse(f"workbench:{name}", args=[head.code]), count, name == here)
        for name, label, count in (
            ("decision", _("图与表"), 0),
            ("decision_trial", _("试算"), 0),
            ("decision_findings", pgettext("tab", "检查"), len(head.findings)),
            ("decision_draft", pgettext("tab", "草稿"), 0),
        )
    ]
    return show(request, template, "decisions", head=head, tabs=tabs, **context)
