"""What stands around every page of one item's decision."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.business.cases.operations import offered
from tongban.business.items import actions, bundle, permissions
from tongban.business.items.models import ItemVersion
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.decisions.findings import Found, found_in
from tongban.web.workbench.drafts import head as heads
from tongban.web.workbench.pages import show

LOOKING = permissions.LOOKING
Head = heads.Head[Found]


def opened(request: AuthedRequest, code: str) -> Head:
    """Raises NotYourItem and OnlyListed."""
    return heads.opened(request, code, findings_of)


def findings_of(version: ItemVersion) -> tuple[Found, ...]:
    """Errors first."""
    read = bundle.of(version)
    return found_in(read, actions.errors_of(version, offered()), bundle.warnings(read))


def page(
    request: AuthedRequest, template: str, head: Head, here: str, **context: Any
) -> HttpResponse:
    """One of the tabs."""
    named = (
        ("decision", _("图与表"), 0),
        ("decision_trial", _("试算"), 0),
        ("decision_findings", pgettext("tab", "检查"), len(head.findings)),
        ("decision_draft", pgettext("tab", "草稿"), 0),
    )
    tabs = heads.tabs(head, named, here)
    return show(request, template, "decisions", head=head, tabs=tabs, **context)
