"""Short ways to a draft of the residence permit's decision."""

from datetime import timedelta
from typing import Any

from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.business.cases.operations import OFFERED
from tongban.business.items import actions
from tongban.business.items.models import DraftComparison, ItemVersion

LATER = MONDAY + timedelta(hours=1)
AGAINST_ITSELF = ("<text>&lt; 6</text>", "<text>&lt;= 6</text>")  # two rules hold for six months


def text_of(version: ItemVersion, *swaps: tuple[str, str]) -> str:
    """The decision's text with each first replaced by its second."""
    text = version.decision
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def five_months(version: ItemVersion) -> str:
    """Five months of insurance are enough instead of six."""
    return text_of(version, ("&gt;= 6", "&gt;= 5"), ("&lt; 6", "&lt; 5"))


def save(version: ItemVersion, by: User, text: str = "", based_on: str = "", at=LATER):
    """A draft of the version's item; without a text the one for five months."""
    return actions.save_draft(
        item=version.item,
        decision_text=text or five_months(version),
        based_on=based_on or version.content_hash,
        by=by,
        at=at,
    )


def compare(draft: ItemVersion, by: User, at=LATER) -> DraftComparison:
    return actions.compare_draft(item=draft.item, based_on=draft.content_hash, by=by, at=at)


def publish(draft: ItemVersion, by: User, at=LATER, **given: Any) -> ItemVersion:
    asked = {
        "item": draft.item,
        "based_on": draft.content_hash,
        "reason": "按新条例放宽",
        "operations": OFFERED,
        **given,
    }
    return actions.publish_draft(by=by, at=at, **asked)


def seen(draft: ItemVersion) -> DraftComparison:
    """As if it had been compared: nobody is answered otherwise."""
    return DraftComparison.objects.create(
        draft=draft,
        content_hash=draft.content_hash,
        edition=1,
        rows=6,
        changes=[],
        compared_at=LATER,
        compared_by="test",
    )


def told(kind: str) -> list[dict[str, Any]]:
    return [event.details for event in Event.objects.filter(kind=kind).order_by("pk")]
