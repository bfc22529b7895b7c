"""How many findings there are, in a word."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.web.ui import parts


def judged(errors: int, warnings: int) -> parts.Tag:
    if errors:
        said = ngettext("%(n)s 处错误", "%(n)s 处错误", errors) % {"n": errors}
        return parts.Tag(said, "bad", icon="x")
    if warnings:
        said = ngettext("%(n)s 处提示", "%(n)s 处提示", warnings) % {"n": warnings}
        return parts.Tag(said, "unknown", icon="alert-circle")
    return parts.Tag(_("没有问题"), "ok", icon="check")
