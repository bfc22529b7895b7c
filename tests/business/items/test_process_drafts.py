"""A draft of a process: kept beside what is in force, alone or with other rules."""

from dataclasses import replace

import pytest

from tests.business.applying import apply
from tests.business.items import drafts
from tests.business.items.drafts import LATER, five_months
from tests.business.refusing import refused
from tongban.business.cases.operations import offered
from tongban.business.items import actions, bundle, queries
from tongban.business.items.models import ItemVersion
from tongban.engines.processes import Invalid

pytestmark = pytest.mark.django_db
RENAMED = ('name="人工审查"', 'name="人工复核"')
CUT = ('<sequenceFlow id="to_issued" sourceRef="notify" targetRef="issued"/>', "")


@pytest.fixture
def manager(staff):
    return staff("item_manager")


def other(version: ItemVersion, *swaps: tuple[str, str]) -> str:
    text = version.process
    for old, new in swaps or (RENAMED,):
        assert old in text, old
        text = text.replace(old, new)
    return text


def save(version, manager, text="", based_on="", **given) -> ItemVersion:
    return actions.save_draft(
        item=version.item,
        process_text=text or other(version),
        based_on=based_on or version.content_hash,
        by=manager,
        at=LATER,
        **given,
    )


def test_a_process_is_kept_beside_the_live_decision(permit, manager):
    draft = save(permit, manager)
    draft.refresh_from_db()
    assert (draft.status, draft.based_on, draft.process) == ("draft", permit, other(permit))
    assert (draft.decision, draft.form, draft.guide) == (permit.decision, permit.form, permit.guide)
    assert drafts.told("item.draft_saved") == [{"based_on": 1, "parts": ["process"]}]


def test_both_parts_lie_in_the_one_draft_whoever_saved_first(permit, manager):
    first = save(permit, manager)
    both = drafts.save(permit, manager, based_on=first.content_hash)
    assert (both.pk, both.process, both.decision) == (
        first.pk,
        other(permit),
        five_months(permit),
    )
    again = save(permit, manager, permit.process, based_on=both.content_hash)
    assert (again.process, again.decision) == (permit.process, five_months(permit))


def test_both_parts_can_be_kept_at_once(permit, manager):
    draft = save(permit, manager, decision_text=five_months(permit))
    assert (draft.process, draft.decision) == (other(permit), five_months(permit))
    assert drafts.told("item.draft_saved")[0]["parts"] == ["decision", "process"]


def test_the_process_in_force_is_nothing_to_save(permit, manager):
    with pytest.raises(actions.NothingChanged):
        save(permit, manager, permit.process)


def test_what_is_no_bpmn_is_refused_and_nothing_kept(permit, manager):
    with refused(
        Invalid,
        "流程模型不能使用，共 1 个问题，第一个：file (1)：文件中没有流程。请绘制一个流程。",
        "The process model cannot be used; 1 findings, the first: file (1): The file holds no"
        " process. Draw one.",
    ):
        save(
            permit,
            manager,
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"/>',
        )


def test_a_process_with_findings_is_kept_and_told_with_rule_and_element(permit, manager):
    draft = save(permit, manager, other(permit, CUT))
    problems = actions.errors_of(draft, offered())
    assert ("dead-end", "notify") in [(each.rule, each.element) for each in problems]
    assert all(each.file.startswith("process.bpmn") for each in problems)
    assert list(bundle.warnings(bundle.of(draft))) == list(bundle.warnings(bundle.of(permit)))


def test_a_process_with_errors_is_not_published(permit, manager):
    draft = save(
        permit, manager, other(permit, ('tb:operation="notify_refusal"', 'tb:operation="sing"'))
    )
    with refused(
        actions.DraftHasErrors,
        "草稿有 2 处错误，不能发布。第一处：平台没有操作 sing",
        "The draft has 2 errors and cannot be published. The first: the platform has no operation"
        " sing",
    ):
        drafts.publish(draft, manager)


def test_another_process_alone_needs_no_comparison(permit, manager, citizen):
    running = apply(permit, citizen(insured_months=None))
    draft = save(permit, manager)
    published = drafts.publish(draft, manager, reason="改名")
    assert (published.number, published.status, published.process) == (2, "live", other(permit))
    assert drafts.told("item.published")[-1] == {"version": 2}
    running.refresh_from_db()
    assert running.version == permit
    assert apply(published, citizen("wang", insured_months=None)).version == published


def test_with_other_rules_it_needs_one_and_keeps_it_when_the_process_changes_again(permit, manager):
    draft = drafts.save(permit, manager)
    drafts.seen(draft)
    both = save(permit, manager, based_on=draft.content_hash)
    assert queries.comparison(both).rows == 6
    other_rules = drafts.save(
        permit,
        manager,
        drafts.text_of(permit, ("&gt;= 6", "&gt;= 4"), ("&lt; 6", "&lt; 4")),
        based_on=both.content_hash,
    )
    with pytest.raises(actions.NotCompared):
        drafts.publish(other_rules, manager)


def test_a_file_of_a_folder_is_still_refused_as_a_whole(ground):
    read = replace(ground.bundle, process_text=ground.bundle.process_text.replace(*CUT))
    with pytest.raises(Invalid):
        _ = read.process
