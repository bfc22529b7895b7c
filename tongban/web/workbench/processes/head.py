"""What stands around every page of one item's process."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.business.cases.operations import offered
from tongban.business.items import actions, bundle, drawings, permissions
from tongban.business.items.models import ItemVersion
from tongban.web.ui.origins import is_chinese
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.drafts import head as heads
from tongban.web.workbench.pages import show
from tongban.web.workbench.processes.findings import Found, found_in

LOOKING = permissions.LOOKING
Head = heads.Head[Found]


def opened(request: AuthedRequest, code: str) -> Head:
    """Raises NotYourItem and OnlyListed."""
    return heads.opened(request, code, findings_of)


def findings_of(version: ItemVersion) -> tuple[Found, ...]:
    """Of its process alone, errors first."""
    read = bundle.of(version)
    labels = drawings.labels(version.process, is_chinese=is_chinese())
    return found_in(read, labels, actions.errors_of(version, offered()), bundle.warnings(read))


def page(
    request: AuthedRequest, template: str, head: Head, here: str, **context: Any
) -> HttpResponse:
    """One of the tabs."""
    named = [
        ("process", pgettext("tab", "图"), 0),
        ("process_heat", _("热力图"), 0),
        ("process_findings", pgettext("tab", "检查"), len(head.findings)),
        ("process_draft", pgettext("tab", "草稿"), 0),
    ]
    if head.may_edit:
        named.append(("process_migration", pgettext("tab", "在办迁移"), 0))
    tabs = heads.tabs(head, named, here)
    return show(request, template, "processes", head=head, tabs=tabs, **context)
