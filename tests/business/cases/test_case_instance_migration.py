"""Running cases move to the version in force, those that can in one go; what keeps the others is
named."""

import json
from datetime import date, timedelta

import pytest

from tests.business.applying import apply, changed, complete, publish
from tests.business.refusing import everything, refused
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.business.cases import instance_migration, queries
from tongban.business.cases.instance_migration import Obstacle
from tongban.business.cases.models import Case, Requirement, WorkItem
from tongban.business.cases.verbs import history
from tongban.business.items import permissions as item_permissions

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
WHY = "流程简化，统一按新版办理"
ASKED = {
    "type": "textfield",
    "id": "field_reason",
    "key": "reason",
    "label": "为什么来？",
    "validate": {"required": True},
    "properties": {"label_en": "Why do you come?", "material": "application"},
}


@pytest.fixture
def manager(staff):
    return staff("item_manager")


@pytest.fixture
def waiting(permit, citizen) -> Case:
    """A case that an officer has to look at."""
    return apply(permit, citizen(insured_months=None))


@pytest.fixture
def version(ground, city):
    """Puts B09 in force with some texts changed."""

    def put(old: str = "", new: str = "", part: str = "process", **texts: str):
        text = getattr(ground.bundle, f"{part}_text")
        assert old in text
        return publish(changed(ground.bundle, "B09", **{f"{part}_text": text.replace(old, new)}))

    return put


def with_question(ground) -> str:
    form = json.loads(ground.bundle.form_text)
    form["components"][0]["components"].append(ASKED)
    return json.dumps(form, ensure_ascii=False)


def test_a_dry_run_says_who_can_move_and_changes_nothing(waiting, version, manager):
    to = version("人工审查", "审批人员审查")
    before = everything()

    (judged,) = instance_migration.dry_run(to=to, user=manager, at=LATER)

    assert (judged.number, judged.version, judged.standing) == (waiting.number, 1, ("人工审查",))
    assert judged.can_move
    assert everything() == before


def test_a_case_that_can_goes_on_by_the_new_version(waiting, version, manager, approver):
    to = version("人工审查", "审批人员审查")
    (judged,) = instance_migration.migrate(to=to, user=manager, words=WHY, at=LATER)
    assert judged.can_move

    case = Case.objects.get(pk=waiting.pk)
    step = case.work_items.get()
    assert (case.version, step.name_zh, step.status) == (to, "审批人员审查", "open")
    assert step.task == waiting.work_items.get().task
    event = case.events.order_by("pk").last()
    assert (event.activity, event.transition, event.role) == (
        *("tb:migration", "complete"),
        "item_manager",
    )
    assert event.details == {"from": 1, "to": to.number}
    assert history.said(event) == WHY
    written = Event.objects.filter(kind="case.migrated").get()
    assert (written.subject_id, written.details) == (case.number, {"from": 1, "to": to.number})
    assert not Notice.objects.exists()  # the day it is answered by has not moved

    complete(case, approver, words="核实")
    assert Case.objects.get(pk=case.pk).status == "granted"


def test_a_step_that_went_to_another_post_is_done_by_that_post(waiting, version, manager):
    to = version('tb:post="approver"', 'tb:post="lead"')
    instance_migration.migrate(to=to, user=manager, words=WHY, at=LATER)
    assert waiting.work_items.get().post == "lead"


def test_a_promise_that_became_another_is_told(waiting, ground, manager):
    limits = ground.bundle.guide.limits
    shorter = limits.model_copy(update={"promised": limits.promised.model_copy(update={"days": 3})})
    read = changed(ground.bundle, "B09")
    guide = read.guide.model_copy(update={"limits": shorter})
    to = publish(type(read)(guide, read.form_text, read.process_text, read.decision_text))
    assert waiting.promised_on == date(2026, 9, 29)

    instance_migration.migrate(to=to, user=manager, words=WHY, at=LATER)

    waiting.refresh_from_db()
    assert waiting.promised_on == date(2026, 9, 24)
    told = Notice.objects.get(subject_id=waiting.applicant_id)
    assert told.words_zh == (
        f"您申请的居住证申领（{waiting.number}）按该事项的新版规定继续办理，最晚 2026-09-24 答复。"
    )
    assert told.words_en == (
        f"Your application (Application for a residence permit, {waiting.number}) goes on by the "
        "item's new version: it is answered by 2026-09-24."
    )


def test_a_case_whose_step_is_gone_stays_and_the_others_move(
    permit, citizen, version, manager, approver
):
    waiting = apply(permit, citizen("zhou", insured_months=None))
    to = version("review", "look_at")
    (judged,) = instance_migration.migrate(to=to, user=manager, words=WHY, at=LATER)

    assert judged.obstacles == (
        Obstacle(
            "新版本中没有用户任务“人工审查”（review），而办件正停在该处，或仍可能撤销它。"
            "请先办结，或指定由新版本的哪个用户任务接替。",
            "The user task “Review by a person” (review), where the case stands or what it may "
            "still undo, is not in the new version. Complete it first, or say which user task "
            "takes its place.",
        ),
    )
    waiting.refresh_from_db()
    assert waiting.version == permit
    assert not waiting.events.filter(activity="tb:migration").exists()
    complete(waiting, approver, words="核实")
    assert Case.objects.get(pk=waiting.pk).status == "granted"


def test_a_question_that_the_new_form_asks_keeps_the_case(waiting, ground, manager):
    to = publish(changed(ground.bundle, "B09", form_text=with_question(ground)))
    (judged,) = instance_migration.dry_run(to=to, user=manager, at=LATER)
    assert judged.obstacles == (
        Obstacle(
            "新版表单有问题没有可用的回答：请填写“为什么来？”。请先请申请人补正，或按原版本办结。",
            "A question of the new form has no answer that it takes: Fill in “Why do you come?”. "
            "Ask the applicant for a correction first, or finish the case by its own version.",
        ),
    )


def test_a_question_that_the_new_form_no_longer_asks_keeps_nobody(waiting, ground, manager):
    form = json.loads(ground.bundle.form_text)
    asked = form["components"][0]["components"]
    asked[:] = [each for each in asked if each.get("key") != "wants_card"]
    to = publish(changed(ground.bundle, "B09", form_text=json.dumps(form, ensure_ascii=False)))

    (judged,) = instance_migration.dry_run(to=to, user=manager, at=LATER)
    assert judged.can_move


def test_a_material_that_the_new_version_does_not_ask_for_any_more_breaks_no_page(
    waiting, ground, manager
):
    read = changed(ground.bundle, "B09")
    *materials, _ = read.guide.materials
    guide = read.guide.model_copy(update={"materials": tuple(materials)})
    to = publish(type(read)(guide, read.form_text, read.process_text, read.decision_text))
    Requirement.objects.filter(case=waiting).update(facts=[])  # nothing proves any of them yet
    instance_migration.migrate(to=to, user=manager, words=WHY, at=LATER)

    moved = Case.objects.get(pk=waiting.pk)
    assert moved.version == to
    proofs = queries.page(moved, LATER).proofs
    assert len(proofs) == len(read.guide.materials)
    assert proofs[-1].evidence == ()


def test_new_rules_that_have_spoken_before_keep_nobody(waiting, version, manager):
    to = version("insured_months", "months_paid", part="decision")
    (judged,) = instance_migration.dry_run(to=to, user=manager, at=LATER)
    assert judged.can_move


def test_a_fact_that_was_not_read_keeps_a_case_that_the_rules_still_have_to_judge(
    waiting, version, manager
):
    waiting.decisions.all().delete()
    to = version("insured_months", "months_paid", part="decision")
    (judged,) = instance_migration.dry_run(to=to, user=manager, at=LATER)
    assert [each.en for each in judged.obstacles] == [
        "The new rules read months_paid, which was not read when the case began. Finish the case "
        "by its own version, or have the applicant apply anew."
    ]


def test_what_is_finished_or_new_enough_is_not_looked_at(permit, citizen, version, manager):
    apply(permit, citizen("wang"))  # granted at once
    to = version("人工审查", "审批人员审查")
    apply(to, citizen("li", insured_months=None))

    assert instance_migration.dry_run(to=to, user=manager, at=LATER) == []


def test_it_says_how_far_it_is(permit, citizen, version, manager):
    for name in ("wang", "li"):
        apply(permit, citizen(name, insured_months=None))
    told = []
    to = version("人工审查", "审批人员审查")
    instance_migration.dry_run(
        to=to, user=manager, at=LATER, told=lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]


def test_only_an_item_manager_of_the_office_moves_cases(waiting, version, staff):
    to = version("人工审查", "审批人员审查")
    for user in (staff("supervisor"), staff("item_manager", "RS"), staff("approver")):
        with refused(
            item_permissions.NotYourItem,
            "事项 B09 由公安局实施，这里只供该单位的事项管理员使用。",
            "Item B09 belongs to Public Security: this is for its Item manager.",
        ):
            instance_migration.migrate(to=to, user=user, words=WHY, at=LATER)


def test_cases_move_to_what_is_in_force_and_to_nothing_else(waiting, permit, version, manager):
    version("人工审查", "审批人员审查")
    permit.refresh_from_db()
    with refused(
        instance_migration.NotInForce,
        "B09 第 1 版不是现行版本，办件只能迁移到现行版本。",
        "Version 1 of B09 is not in force: cases move to the one that is.",
    ):
        instance_migration.dry_run(to=permit, user=manager, at=LATER)


def test_nobody_moves_cases_without_a_reason(waiting, version, manager):
    to = version("人工审查", "审批人员审查")
    with refused(
        history.SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        instance_migration.migrate(to=to, user=manager, words="  ", at=LATER)
    assert WorkItem.objects.get().name_zh == "人工审查"
