"""Who waits asks the officers to go on, once on a working day."""

from datetime import timedelta

import pytest

from tests.business.applying import apply, changed, complete, publish
from tests.business.cases.verbs.telling import audited, last, row, step, told
from tests.business.refusing import refused
from tests.engines.processes.bpmn_models import (
    end,
    model,
    node,
    path,
    service,
    start,
    timer,
)
from tests.known import MONDAY
from tongban.base.notices import actions as notices
from tongban.base.notices import queries as boxes
from tongban.base.people.models import User
from tongban.business.cases import locking, permissions
from tongban.business.cases.verbs import correcting, delegating, urging

pytestmark = pytest.mark.django_db
THURSDAY = MONDAY + timedelta(days=3)  # before Mid-Autumn: the 25th to 27th are off


def urge(case, user, words="孩子开学要用", at=MONDAY):
    return urging.urge(case_id=case.pk, user=user, words=words, at=at)


def test_the_applicant_urges_everybody_who_could_do_the_step(case, applicant, approver, lin):
    assert urge(case, applicant) == 2

    words = (
        f"申请人催办 {case.number}，最晚 2026-09-29 答复。孩子开学要用",
        f"The applicant urges case {case.number}; it is to be answered by 2026-09-29. 孩子开学要用",
    )
    assert told(approver) == told(lin) == [words]
    by = str(applicant.pk)
    assert row(last(case, "tb:urge")) == (
        *("complete", by, "applicant", "", "", "孩子开学要用"),
        {"told": 2},
    )
    kept = audited(case)
    assert (kept.kind, kept.actor, kept.post, kept.office) == ("case.urged", by, "applicant", "GA")


@pytest.mark.parametrize(
    ("role", "office", "zh", "en"),
    [
        ("supervisor", "SJ", "监督人员", "A supervisor"),
        ("lead", "GA", "负责人", "The head of the office"),
    ],
)
def test_a_supervisor_and_the_head_urge_as_such(case, approver, officer, role, office, zh, en):
    assert urge(case, officer("何静", role, office), "") == 1
    assert told(approver) == [
        (
            f"{zh}催办 {case.number}，最晚 2026-09-29 答复。",
            f"{en} urges case {case.number}; it is to be answered by 2026-09-29.",
        )
    ]
    assert (last(case, "tb:urge").role, last(case, "tb:urge").office) == (role, office)


def test_who_was_handed_the_step_is_urged_alone(case, applicant, approver, lin):
    work = step(case, "review").pk
    delegating.delegate(work_item_id=work, user=approver, to=lin, words="", at=MONDAY)
    assert urge(case, applicant) == 1
    assert told(approver) == []


def test_each_person_once_though_he_has_two_steps(branched, applicant, officer):
    both = officer("何静", "clerk")
    both.posts.create(office=branched.office, role="approver")
    assert urge(branched, applicant) == 1


def test_once_on_a_working_day_and_each_for_himself(case, applicant, approver, officer):
    supervisor = officer("何静", "supervisor", "SJ")
    urge(case, applicant, at=THURSDAY)
    for days in (0, 1, 3):
        with refused(
            urging.UrgedAlready,
            f"您已于 2026-09-24 催办过 {case.number}，下一个工作日可以再次催办。",
            f"You urged case {case.number} on 2026-09-24; you can do so again on the next working "
            "day.",
        ):
            urge(case, applicant, at=THURSDAY + timedelta(days=days))
    assert urge(case, supervisor, at=THURSDAY) == 1
    assert urge(case, applicant, at=THURSDAY + timedelta(days=4)) == 1


def test_not_while_it_waits_for_the_applicant_himself(case, applicant, approver):
    correcting.ask(
        case_id=case.pk, user=approver, questions=["wants_card"], words="请确认", at=MONDAY
    )
    with refused(
        urging.WaitsForApplicant,
        f"办件 {case.number} 正在等待申请人补正（至 2026-10-16），暂不能催办。",
        f"Case {case.number} waits for what its applicant was asked to correct, until 2026-10-16.",
    ):
        urge(case, applicant)
    assert urge(case, applicant, at=MONDAY + timedelta(days=26)) == 1, "his days are over"


def test_not_what_is_finished(case, applicant, approver):
    complete(case, approver)
    with refused(
        locking.Finished,
        f"办件 {case.number} 已于 2026-09-21 办结，不能再作此处理。",
        f"Case {case.number} was finished on 2026-09-21: this can no longer be done with it.",
    ):
        urge(case, applicant)


def test_not_where_nobody_could_do_it(case, applicant):
    """No approver works at the office."""
    with refused(
        urging.NobodyToUrge,
        f"办件 {case.number} 目前不在等待任何人办理，无需催办。",
        f"Case {case.number} waits for no person at the moment: nobody could be urged.",
    ):
        urge(case, applicant)


def test_not_where_it_waits_for_a_time(ground, city, applicant, approver):
    drawn = model(
        start(),
        node("intermediateCatchEvent", "later", timer("timeDuration", "P2D")),
        service("issue", tb_operation="issue_certificate"),
        end("issued"),
        path("start", "later", "issue", "issued"),
    ).decode()
    case = apply(publish(changed(ground.bundle, "B09", process_text=drawn)), applicant)
    with refused(
        urging.NobodyToUrge,
        f"办件 {case.number} 目前不在等待任何人办理，无需催办。",
        f"Case {case.number} waits for no person at the moment: nobody could be urged.",
    ):
        urge(case, applicant)


def test_the_applicant_who_is_an_officer_too_does_not_urge_himself(case, applicant, approver):
    applicant.posts.create(office=case.office, role="approver")
    assert urge(case, applicant) == 1


def test_nobody_who_has_left_is_told(case, applicant, approver, lin):
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert urge(case, applicant) == 1


@pytest.mark.parametrize(("role", "office"), [("approver", "GA"), ("lead", "RS")])
def test_nobody_else_urges(case, officer, role, office):
    other = officer("何静", role, office)
    with refused(
        permissions.MayNotUrge,
        f"只有申请人、监督人员或公安局负责人可以催办 {case.number}。",
        f"Case {case.number} can be urged by its applicant, a supervisor or the head of "
        f"{case.office.short_en}.",
    ):
        urge(case, other)


def test_an_officer_has_a_box_of_his_own_and_reads_it(case, applicant, approver, lin):
    urge(case, applicant)
    assert (boxes.unread_by_account(approver), boxes.unread(applicant.subject_id)) == (1, 0)
    (notice,) = boxes.box_of_account(approver)
    assert (notice.about_type, notice.about_id, notice.told_at) == ("case", case.number, MONDAY)

    assert notices.mark_read_by_account(account=approver, at=THURSDAY) == 1

    assert (boxes.unread_by_account(approver), boxes.unread_by_account(lin)) == (0, 1)
