"""A draft of a decision: kept beside what is in force, published only after it was looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.business.applying import apply
from tests.business.applying import publish as load
from tests.business.items import drafts
from tests.business.items.drafts import LATER, five_months, save, text_of
from tests.business.refusing import refused
from tongban.base.audit.models import Event
from tongban.business.items import actions, bundle, queries
from tongban.business.items.models import DraftComparison, ItemVersion, ServiceItem
from tongban.commands.city import bundles
from tongban.engines.decisions import ModelError

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(staff):
    return staff("item_manager")


@pytest.fixture
def draft(permit, manager):
    return save(permit, manager)


def loaded_anew(permit, manager) -> ItemVersion:
    """Another version of the item, from a folder, with a change of its own."""
    read = bundle.of(permit)
    return load(replace(read, form_text=read.form_text + "\n"), at=LATER)


def test_a_draft_holds_the_other_parts_of_the_live_version(permit, draft, manager):
    draft.refresh_from_db()
    assert (draft.status, draft.number, draft.based_on) == ("draft", 0, permit)
    assert (draft.guide, draft.form, draft.process) == (permit.guide, permit.form, permit.process)
    assert draft.decision == five_months(permit)
    assert (draft.made_by, draft.made_at) == (str(manager.pk), LATER)
    assert drafts.told("item.draft_saved") == [{"based_on": 1, "parts": ["decision"]}]
    event = Event.objects.get(kind="item.draft_saved")
    assert (event.subject_id, event.office, event.post) == ("B09", "GA", "item_manager")


def test_a_draft_changes_nothing_that_is_in_force(permit, manager, citizen):
    before = bundles.live()
    save(permit, manager)
    assert bundles.live() == before
    assert queries.live_version(permit.item) == permit
    assert apply(permit, citizen()).version == permit


def test_saved_again_it_is_the_same_draft_with_the_new_text(permit, draft, manager):
    text = text_of(permit, ("&gt;= 6", "&gt;= 4"), ("&lt; 6", "&lt; 4"))
    again = save(permit, manager, text, based_on=draft.content_hash)
    assert again.pk == draft.pk
    assert ItemVersion.objects.filter(status="draft").get().decision == text


def test_what_was_read_byte_by_byte_is_kept_byte_by_byte(permit, manager):
    text = permit.decision.replace("\n", "\r\n") + "<!-- 说明 -->\n"
    assert save(permit, manager, text).decision == text


def test_the_text_in_force_is_nothing_to_save(permit, manager):
    with refused(
        actions.NothingChanged,
        "内容与现行的第 1 版完全相同，没有需要保存的。要回到它，请放弃草稿。",
        "This is the text of version 1, which is in force; there is nothing to save. To go back to"
        " it, discard the draft.",
    ):
        save(permit, manager, permit.decision)


def test_a_text_that_is_no_decision_is_refused_with_its_place(permit, manager):
    text = text_of(permit, ("<text>&gt;= 6</text>", "<text>&gt;= </text>"))
    with pytest.raises(ModelError) as raised:
        save(permit, manager, text)
    assert raised.value.told("zh").startswith(
        "决策“insured_long_enough”，第 1 条规则第 1 个输入“连续参保月数”，第 1 行"
    )
    assert raised.value.told("en").startswith(
        "Decision “insured_long_enough”, rule 1, input 1 “Insured months in a row”, line 1"
    )
    assert queries.draft(permit.item) is None
    assert drafts.told("item.draft_saved") == []


def test_a_broken_text_leaves_the_draft_as_it_was(draft, permit, manager):
    with pytest.raises(ModelError, match="not well-formed"):
        save(permit, manager, "<definitions", based_on=draft.content_hash)
    assert queries.draft(permit.item).decision == five_months(permit)


def test_what_somebody_saved_meanwhile_is_not_written_over(permit, draft, manager):
    other = text_of(permit, ("&gt;= 6", "&gt;= 3"), ("&lt; 6", "&lt; 3"))
    with refused(
        actions.SomebodySaved,
        "这页打开以后，别人已于 2026-09-21 11:00 保存过草稿，您的改动没有保存。请重新打开本页。",
        "The draft was saved by somebody else on 2026-09-21 11:00, after this page was opened;"
        " nothing of yours was kept. Open the page again.",
    ):
        save(permit, manager, other)


PUBLISHED = (
    "第 2 版已于 2026-09-21 11:00 发布，而这里的改动是在它之前开始的，会把它覆盖。"
    "请先下载您的内容，放弃草稿，再在第 2 版上重新修改。",
    "Version 2 was published on 2026-09-21 11:00 after this was begun, so it would undo that."
    " Download your text, discard the draft, and make the change again on version 2.",
)


def test_what_was_begun_before_somebody_published_is_not_saved(permit, manager):
    loaded_anew(permit, manager)
    with refused(actions.SomebodyPublished, *PUBLISHED):
        save(permit, manager)


def test_a_draft_of_an_older_version_is_neither_saved_nor_published(permit, draft, manager):
    drafts.seen(draft)
    loaded_anew(permit, manager)
    with refused(actions.SomebodyPublished, *PUBLISHED):
        save(permit, manager, based_on=draft.content_hash)
    with refused(actions.SomebodyPublished, *PUBLISHED):
        drafts.publish(draft, manager)
    with refused(actions.SomebodyPublished, *PUBLISHED):
        drafts.compare(draft, manager)


def test_a_draft_that_somebody_discarded_is_not_there_any_more(permit, draft, manager):
    actions.discard_draft(item=permit.item, based_on=draft.content_hash, by=manager, at=LATER)
    words = (
        "草稿已经不在了：这页打开以后有人放弃了它。请重新打开本页。",
        "The draft is no longer there: it was discarded after this page was opened. Open it again.",
    )
    with refused(actions.NoDraft, *words):
        save(permit, manager, based_on=draft.content_hash)
    with refused(actions.NoDraft, *words):
        drafts.publish(draft, manager, based_on=permit.content_hash)
    with refused(actions.NoDraft, *words):
        actions.discard_draft(item=permit.item, based_on="x", by=manager, at=LATER)


def test_discarding_takes_the_draft_with_what_was_counted_for_it(permit, draft, manager):
    drafts.seen(draft)
    actions.discard_draft(item=permit.item, based_on=draft.content_hash, by=manager, at=LATER)
    assert list(ItemVersion.objects.all()) == [permit]
    assert not DraftComparison.objects.exists()
    assert drafts.told("item.draft_discarded") == [{"content": draft.content_hash}]


def test_a_stale_draft_may_be_discarded_but_not_one_that_was_not_seen(permit, draft, manager):
    loaded_anew(permit, manager)
    with pytest.raises(actions.SomebodySaved):
        actions.discard_draft(item=permit.item, based_on="another", by=manager, at=LATER)
    actions.discard_draft(item=permit.item, based_on=draft.content_hash, by=manager, at=LATER)
    assert queries.draft(permit.item) is None


def test_an_item_that_is_only_listed_has_nothing_to_change(permit, manager):
    item = ServiceItem.objects.create(
        code="X1", name_zh="安葬证", office=permit.item.office, office_name="公安局"
    )
    with refused(
        actions.OnlyListed,
        "事项 X1 只列入清单，没有现行的判定规则。",
        "Item X1 is only listed: no decision of it is in force.",
    ):
        actions.save_draft(item=item, decision_text="x", based_on="", by=manager, at=LATER)


def test_publishing_needs_a_comparison_of_this_very_text(permit, draft, manager):
    words = (
        "草稿的这份内容还没有同现行版比对过：请先在基础库上比对，看清会影响多少人，再发布。",
        "This text of the draft was not yet compared with the version in force: compare it on the"
        " register first, so that it is known whom it would answer differently.",
    )
    with refused(actions.NotCompared, *words):
        drafts.publish(draft, manager)
    drafts.seen(draft)
    text = text_of(permit, ("&gt;= 6", "&gt;= 4"), ("&lt; 6", "&lt; 4"))
    other = save(permit, manager, text, based_on=draft.content_hash)
    with refused(actions.NotCompared, *words):
        drafts.publish(other, manager)


def test_a_draft_that_contradicts_itself_is_not_published(permit, manager):
    draft = save(permit, manager, text_of(permit, drafts.AGAINST_ITSELF))
    drafts.seen(draft)
    with refused(
        actions.DraftHasErrors,
        "草稿有 1 处错误，不能发布。第一处：决策“insured_long_enough”："
        "第 1 条与第 2 条规则会同时成立，而命中策略“唯一”不允许：insured_months = 6。",
        "The draft has 1 errors and cannot be published. The first: Decision “insured_long_enough”:"
        " Rules 1 and 2 hold at once, which the hit policy UNIQUE forbids, for"
        " insured_months = 6.",
    ):
        drafts.publish(draft, manager)


def test_a_draft_that_takes_a_fact_for_another_type_is_not_published(permit, manager):
    swap = ('name="insured_months" typeRef="number"', 'name="insured_months" typeRef="string"')
    draft = save(
        permit,
        manager,
        text_of(
            permit,
            swap,
            (
                'expression" typeRef="number"><text>insured_months',
                'expression" typeRef="string"><text>insured_months',
            ),
            ("&gt;= 6", '"6"'),
            ("&lt; 6", '"5"'),
        ),
    )
    drafts.seen(draft)
    with pytest.raises(actions.DraftHasErrors, match="for string, but the fact is number"):
        drafts.publish(draft, manager)


def test_publishing_needs_a_reason(draft, manager):
    drafts.seen(draft)
    with refused(
        actions.NoReason,
        "请写明为什么修改规则：理由会同这一版一起留存。",
        "Say why the rules change: the reason is kept with the version.",
    ):
        drafts.publish(draft, manager, reason="")


def test_a_published_draft_is_the_next_version_and_retires_the_last(permit, draft, manager):
    drafts.seen(draft)
    published = drafts.publish(draft, manager, at=LATER + timedelta(hours=1))

    permit.refresh_from_db()
    assert (published.pk, published.number, published.status) == (draft.pk, 2, "live")
    assert (published.reason, published.based_on) == ("按新条例放宽", permit)
    assert (permit.status, queries.live_version(permit.item)) == ("retired", published)
    assert (published.made_by, published.made_at) == (
        str(manager.pk),
        LATER + timedelta(hours=1),
    )
    assert drafts.told("item.published")[-1] == {
        "version": 2,
        "of": 6,
        "edition": 1,
        "differently": 0,
    }
    assert [each.number for each in queries.history(permit.item)] == [2, 1]


def test_what_is_dumped_and_compared_with_a_folder_is_the_published_text(permit, draft, manager):
    drafts.seen(draft)
    drafts.publish(draft, manager)
    (item,) = [each for key, each in bundles.live().items() if key.kind == "item"]
    assert item["decision"] == five_months(permit)


def test_a_case_that_runs_keeps_the_rules_it_began_with(permit, draft, manager, citizen):
    case = apply(permit, citizen(insured_months=5))
    drafts.seen(draft)
    published = drafts.publish(draft, manager)
    case.refresh_from_db()
    assert (case.version, case.status) == (permit, "refused")
    assert apply(published, citizen("wang", insured_months=5)).status == "granted"


def test_after_publishing_the_next_draft_begins_from_the_new_version(permit, draft, manager):
    drafts.seen(draft)
    published = drafts.publish(draft, manager)
    again = save(published, manager, permit.decision)
    assert (again.based_on, again.content_hash) == (published, permit.content_hash)


def test_the_number_of_a_draft_is_not_used_up_when_it_is_discarded(permit, draft, manager):
    actions.discard_draft(item=permit.item, based_on=draft.content_hash, by=manager, at=LATER)
    assert loaded_anew(permit, manager).number == 2


@pytest.mark.parametrize(
    ("broken", "given"),
    [
        ("one_draft_per_item|item_version_once", {"status": "draft", "number": 0}),
        ("draft_has_base_and_no_number", {"status": "draft", "number": 4}),
        ("draft_has_base_and_no_number", {"status": "retired", "number": 0}),
    ],
    ids=["a second draft", "a draft with a number", "a version without one"],
)
def test_the_database_refuses(permit, manager, broken, given):
    if given == {"status": "draft", "number": 0}:
        save(permit, manager)
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        ItemVersion.objects.create(
            item=permit.item, based_on=permit, guide={}, made_at=LATER, made_by="t", **given
        )
