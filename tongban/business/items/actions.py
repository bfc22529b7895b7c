"""Everything that changes service items."""

from datetime import datetime

from django.db import transaction
from django.db.models import Value

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.business.items import search
from tongban.business.items.bundle import Bundle
from tongban.business.items.models import ItemVersion, ServiceItem


@transaction.atomic
def publish(*, bundle: Bundle, by: str, at: datetime) -> ItemVersion:
    """Make the bundle its item's live version; where its content is live already, only what the
    item is found by is written anew.

    Cases that run keep the version they began with. Raises UnknownOffice.
    """
    guide = bundle.guide
    office = people.office(guide.item.office)
    item, _ = ServiceItem.objects.select_for_update().get_or_create(
        code=guide.item.code, defaults={"office_name": office.name_zh, "search": Value("")}
    )
    item.name_zh, item.name_en = guide.item.name.zh, guide.item.name.en
    item.office, item.office_name, item.kind = office, office.name_zh, guide.item.type
    item.save()
    search.index(item, guide.item.synonyms, [guide.item.summary.zh, guide.item.theme.zh])
    content = guide.model_dump(mode="json")
    digest = content_hash(bundle)
    live = item.versions.filter(status=ItemVersion.Status.LIVE).first()
    if live is not None and live.content_hash == digest:
        return live
    if live is not None:
        live.status = ItemVersion.Status.RETIRED
        live.save(update_fields=["status"])
    last = item.versions.order_by("-number").first()
    version = ItemVersion.objects.create(
        item=item,
        number=last.number + 1 if last else 1,
        status=ItemVersion.Status.LIVE,
        guide=content,
        form=bundle.form_text,
        process=bundle.process_text,
        decision=bundle.decision_text,
        content_hash=digest,
        made_at=at,
        made_by=by,
    )
    audit.record(
        "item.published",
        ("item", item.code),
        actor=by,
        at=at,
        office=office.code,
        details={"version": version.number},
    )
    return version


def content_hash(bundle: Bundle) -> str:
    guide = bundle.guide.model_dump_json()
    parts = (guide, bundle.form_text, bundle.process_text, bundle.decision_text)
    return vault.fingerprint("\0".join(parts))
