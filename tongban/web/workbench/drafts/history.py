"""Every version that was ever in force: when, by whom, why, and whom it answered otherwise."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.base.people.models import User
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.web.ui import parts
from tongban.web.workbench import words

NEWEST = 20


def of(item: ServiceItem) -> parts.Table:
    versions = list(items.history(item)[:NEWEST])
    who = names(version.made_by for version in versions)
    rows = tuple(_row(version, who.get(version.made_by, version.made_by)) for version in versions)
    columns = (
        parts.Column(_("版本"), place="first"),
        parts.Column(_("状态"), place="end"),
        parts.Column(_("发布"), place="start"),
        parts.Column(_("发布人")),
        parts.Column(_("结果不同"), "number"),
        parts.Column(_("修改理由")),
    )
    return parts.Table(_("历次版本"), columns, rows)


def names(actors: Iterable[str]) -> dict[str, str]:
    """What accounts are called, by their number; one query."""
    numbers = {actor for actor in actors if actor.isdigit()}
    found = User.objects.filter(pk__in=numbers).values_list("pk", "display_name", "username")
    return {str(number): name or username for number, name, username in found}


def _row(version: ItemVersion, by: str) -> parts.Row:
    comparison = getattr(version, "comparison", None)
    status = version.get_status_display()  # pyright: ignore[reportAttributeAccessIssue]
    is_live = version.status == ItemVersion.Status.LIVE
    return parts.Row(
        (
            pgettext("row", "第 %(n)s 版") % {"n": version.number},
            parts.Tag(status, "ok", icon="check") if is_live else parts.Tag(status, "line"),
            words.stamp(version.made_at),
            by,
            words.number(comparison.differently) if comparison else "",
            version.reason,
        ),
        selected=is_live,
    )
