"""Everything that changes service items."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.utils import timezone

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.items import bundle as bundles
from tongban.business.items import changes, drawings, permissions, population, queries, search
from tongban.business.items.bundle import Bundle, Operations, Problem
from tongban.business.items.models import DraftComparison, ItemVersion, ServiceItem
from tongban.data.exchange import gate
from tongban.data.registers import queries as registers
from tongban.engines.decisions import Decision
from tongban.errors import Refusal

REGISTER = "person"  # items for companies come with theirs
Status = ItemVersion.Status


class OnlyListed(Refusal):
    """Item {code} is only listed: no decision of it is in force."""

    zh = "事项 {code} 只列入清单，没有现行的判定规则。"


class NothingChanged(Refusal):
    """This is the text of version {number}, which is in force; there is nothing to save. To go back
    to it, discard the draft."""

    zh = "内容与现行的第 {number} 版完全相同，没有需要保存的。要回到它，请放弃草稿。"


class SomebodyPublished(Refusal):
    """Version {number} was published on {on} after this was begun, so it would undo that. Download
    your text, discard the draft, and make the change again on version {number}."""

    zh = (
        "第 {number} 版已于 {on} 发布，而这里的改动是在它之前开始的，会把它覆盖。"
        "请先下载您的内容，放弃草稿，再在第 {number} 版上重新修改。"
    )


class SomebodySaved(Refusal):
    """The draft was saved by somebody else on {on}, after this page was opened; nothing of yours
    was kept. Open the page again."""

    zh = "这页打开以后，别人已于 {on} 保存过草稿，您的改动没有保存。请重新打开本页。"


class NoDraft(Refusal):
    """The draft is no longer there: it was discarded after this page was opened. Open it again."""

    zh = "草稿已经不在了：这页打开以后有人放弃了它。请重新打开本页。"


class NotCompared(Refusal):
    """This text of the draft was not yet compared with the version in force: compare it on the
    register first, so that it is known whom it would answer differently."""

    zh = "草稿的这份内容还没有同现行版比对过：请先在基础库上比对，看清会影响多少人，再发布。"


class DraftHasErrors(Refusal):
    """The draft has {count} errors and cannot be published. The first: {first_en}"""

    zh = "草稿有 {count} 处错误，不能发布。第一处：{first_zh}"


class NoReason(Refusal):
    """Say why the rules change: the reason is kept with the version."""

    zh = "请写明为什么修改规则：理由会同这一版一起留存。"


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
    digest = content_hash(bundle)
    live = item.versions.filter(status=Status.LIVE).first()
    if live is not None and live.content_hash == digest:
        return live
    if live is not None:
        _retire(live)
    version = ItemVersion.objects.create(
        item=item,
        number=_next_number(item),
        status=Status.LIVE,
        guide=guide.model_dump(mode="json"),
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


@transaction.atomic
def save_draft(
    *,
    item: ServiceItem,
    based_on: str,
    by: User,
    at: datetime,
    decision_text: str | None = None,
    process_text: str | None = None,
) -> ItemVersion:
    """Keep what is given as the decision or the process of the item's one draft.

    `based_on` is the content hash of what was opened: the draft, or the live version where there
    is none. Raises ModelError for a text that is no decision and Invalid for one that is no BPMN;
    then nothing is kept. A process may be kept with findings: it is published without.
    """
    item = _locked(item, by)
    live, draft = _opened(item, based_on)
    given = _readable(decision_text, process_text)
    bundle = replace(bundles.of(draft or live), **given)
    digest = content_hash(bundle)
    if digest == live.content_hash:
        raise NothingChanged(number=live.number)
    if draft is None:
        draft = ItemVersion(item=item, number=0, status=Status.DRAFT, based_on=live)
        draft.guide, draft.form = live.guide, live.form
        draft.decision = live.decision
    if draft.decision == bundle.decision_text:
        _keep_comparison(draft, digest)
    draft.process, draft.decision = bundle.process_text, bundle.decision_text
    draft.content_hash = digest
    draft.made_at, draft.made_by = at, str(by.pk)
    draft.save()
    parts = sorted(name.removesuffix("_text") for name in given)
    _audit("item.draft_saved", draft, by, at, {"based_on": live.number, "parts": parts})
    return draft


@transaction.atomic
def discard_draft(*, item: ServiceItem, based_on: str, by: User, at: datetime) -> None:
    """`based_on` is the content hash of the draft that was opened."""
    item = _locked(item, by)
    draft = _seen(queries.draft(item), based_on)
    _audit("item.draft_discarded", draft, by, at, {"content": draft.content_hash})
    draft.delete()


@transaction.atomic
def compare_draft(
    *,
    item: ServiceItem,
    based_on: str,
    by: User,
    at: datetime,
) -> DraftComparison:
    """Ask the live decision and the draft's about everybody in the register; how many get which
    answer is kept. Raises what the gate refuses."""
    item = _locked(item, by)
    draft = _current(item, based_on)
    live = draft.based_on
    assert live is not None
    found = gate.compare(
        reader=population.reader(live, str(by.pk)),
        use=population.use(live),
        register=REGISTER,
        live=_asked(live),
        draft=_asked(draft),
        at=at,
        given=population.untold(live),
    )
    comparison, _ = DraftComparison.objects.update_or_create(
        draft=draft,
        defaults={
            "content_hash": draft.content_hash,
            "edition": found.edition,
            "rows": found.rows,
            "changes": changes.in_words(found),
            "compared_at": at,
            "compared_by": str(by.pk),
        },
    )
    details = {"edition": found.edition, "of": found.rows, "differently": comparison.differently}
    _audit("item.draft_compared", draft, by, at, details)
    return comparison


@transaction.atomic
def publish_draft(
    *,
    item: ServiceItem,
    based_on: str,
    reason: str,
    operations: Operations,
    by: User,
    at: datetime,
) -> ItemVersion:
    """Put the draft in force, if it has no error and, where it changes the decision, was compared
    as it is.

    Cases that run keep the version they began with.
    """
    item = _locked(item, by)
    draft = _current(item, based_on)
    live = draft.based_on
    assert live is not None
    comparison = queries.comparison(draft)
    if comparison is None and draft.decision != live.decision:
        raise NotCompared
    _check_sound(errors_of(draft, operations))
    if not reason:
        raise NoReason
    _retire(live)
    draft.status, draft.number, draft.reason = Status.LIVE, _next_number(item), reason
    draft.made_at, draft.made_by = at, str(by.pk)
    draft.save()
    _audit("item.published", draft, by, at, {"version": draft.number, **_figures(comparison)})
    return draft


def errors_of(version: ItemVersion, operations: Operations) -> tuple[Problem, ...]:
    """What keeps a version from being published, by the facts as they are defined now."""
    types = {fact.key: fact.type for fact in registers.all_facts()}
    return bundles.errors(bundles.of(version), types, operations)


def content_hash(bundle: Bundle) -> str:
    """The same for a folder and for what the database gives back, which orders keys anew."""
    guide = json.dumps(bundle.guide.model_dump(mode="json"), sort_keys=True)
    parts = (guide, bundle.form_text, bundle.process_text, bundle.decision_text)
    return vault.fingerprint("\0".join(parts))


def _locked(item: ServiceItem, by: User) -> ServiceItem:
    """Who saves, compares or publishes the same item waits."""
    permissions.check_can_edit(by, item)
    return (
        ServiceItem.objects.select_for_update(of=("self",)).select_related("office").get(pk=item.pk)
    )


def _opened(item: ServiceItem, based_on: str) -> tuple[ItemVersion, ItemVersion | None]:
    """The live version and the draft, if what was opened is still what is there."""
    live, draft = queries.live_version(item), queries.draft(item)
    if live is None:
        raise OnlyListed(code=item.code)
    if draft is not None:
        return live, _fresh(_seen(draft, based_on), live)
    if based_on == live.content_hash:
        return live, None
    if item.versions.filter(content_hash=based_on).exists():
        raise _published(live)
    raise NoDraft


def _readable(decision_text: str | None, process_text: str | None) -> dict[str, str]:
    """What was given, once it was read."""
    given: dict[str, str] = {}
    if decision_text is not None:
        bundles.model_of(decision_text)
        given["decision_text"] = decision_text
    if process_text is not None:
        drawings.check_readable(process_text)
        given["process_text"] = process_text
    return given


def _keep_comparison(draft: ItemVersion, digest: str) -> None:
    """Nobody is answered otherwise by another process: what was counted still holds."""
    found = DraftComparison.objects.filter(draft_id=draft.pk, content_hash=draft.content_hash)
    found.update(content_hash=digest)


def _figures(comparison: DraftComparison | None) -> dict[str, int]:
    if comparison is None:
        return {}
    return {
        "of": comparison.rows,
        "edition": comparison.edition,
        "differently": comparison.differently,
    }


def _asked(version: ItemVersion) -> Decision:
    read = bundles.of(version)
    return read.decision.find(read.guide.decision.name)


def _current(item: ServiceItem, based_on: str) -> ItemVersion:
    """The draft that was opened, begun from what is in force."""
    _live, draft = _opened(item, based_on)
    if draft is None:
        raise NoDraft
    return draft


def _seen(draft: ItemVersion | None, based_on: str) -> ItemVersion:
    if draft is None:
        raise NoDraft
    if draft.content_hash != based_on:
        raise SomebodySaved(on=_moment(draft.made_at))
    return draft


def _fresh(draft: ItemVersion, live: ItemVersion) -> ItemVersion:
    if draft.based_on != live:
        raise _published(live)
    return draft


def _published(live: ItemVersion) -> SomebodyPublished:
    return SomebodyPublished(number=live.number, on=_moment(live.made_at))


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _check_sound(errors: Collection[Problem]) -> None:
    for first in errors:
        raise DraftHasErrors(count=len(errors), first_zh=first.zh, first_en=first.en)


def _retire(live: ItemVersion) -> None:
    live.status = Status.RETIRED
    live.save(update_fields=["status"])


def _next_number(item: ServiceItem) -> int:
    last = item.versions.order_by("-number").first()
    return last.number + 1 if last else 1


def _audit(
    kind: str, version: ItemVersion, by: User, at: datetime, details: Mapping[str, object]
) -> None:
    item = version.item
    audit.record(
        kind,
        ("item", item.code),
        actor=str(by.pk),
        at=at,
        office=item.office.code if item.office else "",
        post=permissions.Role.ITEM_MANAGER,
        details=details,
    )
