"""What a case has told other cases and what they have told it, heard or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tongban.business.cases import messages
from tongban.business.cases.models import Case, CaseMessage


@dataclass(frozen=True)
class Told:
    """`number` is the other case, where there is one."""

    at: datetime
    words: str
    number: str


def of(case: Case) -> list[Told]:
    """The oldest first. What is said in them stays closed: it may be personal."""
    return sorted((*_sent(case), *_heard(case), *_unheard(case)), key=lambda told: told.at)


def _sent(case: Case) -> Iterator[Told]:
    for each in case.told.select_related("heard_by").order_by("pk"):
        named = {"kind": each.get_kind_display(), "name": each.name}
        if each.kind == CaseMessage.Kind.SIGNAL:
            yield Told(each.sent_at, _("发出%(kind)s“%(name)s”") % named, "")
        elif each.heard_by:
            words = _("发出%(kind)s“%(name)s”，已送达") % named
            yield Told(each.sent_at, words, each.heard_by.number)
        else:
            yield Told(each.sent_at, _("发出%(kind)s“%(name)s”，还没有办件接收") % named, "")


def _heard(case: Case) -> Iterator[Told]:
    for each in case.heard.select_related("sender").order_by("pk"):
        assert each.heard_at is not None
        named = {"kind": each.get_kind_display(), "name": each.name}
        yield Told(each.heard_at, _("收到%(kind)s“%(name)s”") % named, each.sender.number)


def _unheard(case: Case) -> Iterator[Told]:
    for each in messages.unheard(case):
        words = _("消息“%s”已发来，正在送达") % each.name
        yield Told(each.sent_at, words, each.sender.number)
