"""What a person does with a step of another system: retry, take over; who may, and who may not."""

from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.business import refusing
from tests.business.refusing import refused
from tests.known import MONDAY
from tests.provinces import kinds
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    outside,
    outside_calls,
    outside_http,
    outside_outcomes,
    outside_permissions,
    permissions,
)
from tongban.business.cases.models import OutsideCall, OutsideMessage

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=3)
REGISTERED = (
    "“省内有居住登记”应填写是或否。",
    "“Registered in the province” must be given as yes or no.",
)
SINCE = ("“登记日期”应填写日期。", "“Registered since” must be given as a date.")
GIVEN = {"registered": "true", "since": "2025-03-01", "remark": ""}


@pytest.fixture
def failed(province) -> OutsideCall:
    """A call that the province declined."""
    province.kind = "declined"
    call = province.call()
    province.work(MONDAY)
    call.refresh_from_db()
    return call


@pytest.fixture(autouse=True)
def unchanged_where_refused(monkeypatch):
    """`refused` of these tests holds our own tables still as well."""
    watched = (*refusing.WATCHED, OutsideCall, OutsideMessage)
    monkeypatch.setattr(refusing, "WATCHED", watched)


def test_a_failed_call_is_tried_again_with_the_same_key_and_a_whole_limit(province, failed, staff):
    officer = staff("approver")
    outside.retry(call_id=failed.pk, user=officer, words=" 对方已修复\n电话确认 ", at=LATER)

    failed.refresh_from_db()
    assert (failed.status, failed.tries, failed.error) == ("waiting", 0, "")
    assert (failed.next_at, failed.deadline) == (LATER, LATER + timedelta(days=2))
    said = failed.messages.get(kind="retried")
    assert (said.by, outside_calls.opened(said.content_sealed)) == (
        officer,
        {"words": "对方已修复\n电话确认"},
    )
    assert ProcrastinateJob.objects.filter(task_name=outside_calls.SEND).count() == 2
    event = failed.case.events.filter(details__step="retried").get()
    assert (event.transition, event.resource, event.office) == ("reassign", str(officer.pk), "GA")
    assert Event.objects.get(kind="outside.retried").actor == str(officer.pk)

    province.kinds[failed.key] = "at_once"
    province.server.register.asked.clear()
    province.work(LATER)
    failed.refresh_from_db()
    failed.case.refresh_from_db()
    assert (failed.status, failed.case.status) == ("answered", "granted")


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        ("waiting", "待发送", "to be sent"),
        ("sent", "已发送", "sent"),
        ("received", "对方已收", "received by them"),
        ("answered", "已有结果", "answered"),
        ("taken_over", "人工接办", "taken over"),
        ("cancelled", "已叫停", "called off"),
    ],
)
def test_only_what_failed_can_be_tried_again(province, staff, status, zh, en):
    call = _in(province, status, staff)
    officer = _approver(staff)
    with refused(
        outside.NotFailed,
        f"请求 {call.key} 没有失败，现为“{zh}”；只有失败的才能重试。",
        f"Request {call.key} has not failed: it is {en}. Only what failed can be tried again.",
    ):
        outside.retry(call_id=call.pk, user=officer, words="再试", at=LATER)


def test_what_the_process_has_left_behind_is_not_tried_again(province, staff):
    province.kind = "declined"
    call = province.call(catching="")
    province.work(MONDAY)
    officer = staff("approver")
    zh = f"已不再等待请求 {call.key} 的结果：现为“未办成”，办件已继续或结束。"
    en = f"Nobody waits for request {call.key} any more: it is not done, and the case has gone on."
    with refused(outside.NoLongerWaiting, zh, en):
        outside.retry(call_id=call.pk, user=officer, words="再试", at=LATER)
    with refused(outside.NoLongerWaiting, zh, en):
        outside.take_over(call_id=call.pk, user=officer, outputs=GIVEN, words="已核", at=LATER)


def test_nobody_retries_or_takes_over_without_a_reason(failed, staff):
    officer, before = staff("approver"), refusing.everything()
    for words in ("", "  \n ", "长" * 501):
        with pytest.raises(outside.GiveReason) as told:
            outside.retry(call_id=failed.pk, user=officer, words=words, at=LATER)
        assert told.value.told("zh") == "请写明原因（至多 500 个字），原因会随请求留存。"
        assert told.value.told("en") == (
            "Say why, in at most 500 characters: the reason stays with the request."
        )
        with pytest.raises(outside.GiveReason):
            outside.take_over(call_id=failed.pk, user=officer, outputs=GIVEN, words=words, at=LATER)
    assert refusing.everything() == before


@pytest.mark.parametrize("registered", [True, False])
def test_a_person_who_takes_over_gives_the_result_and_the_case_goes_on(failed, staff, registered):
    officer = staff("approver")
    given = {**GIVEN, "registered": str(registered).lower()}
    outside.take_over(call_id=failed.pk, user=officer, outputs=given, words="电话核实", at=LATER)

    failed.refresh_from_db()
    failed.case.refresh_from_db()
    assert (failed.status, failed.closed_by, failed.closed_at) == ("taken_over", officer, LATER)
    assert (failed.case.status, failed.error) == ("granted" if registered else "refused", "")
    assert outside_calls.opened(failed.outputs_sealed) == {
        "outputs": {"registered": registered, "since": "2025-03-01", "remark": None}
    }
    event = failed.case.events.filter(details__step="taken_over").get()
    assert (event.transition, event.resource) == ("reassign", str(officer.pk))
    left = failed.case.events.get(activity="check", transition="complete")
    assert (left.resource, left.office) == (str(officer.pk), "GA")
    told = ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF)
    assert [job.args for job in told] == [{"call_id": failed.pk}]
    assert "电话核实" not in repr(list(Event.objects.values()))


def test_a_call_that_is_still_out_can_be_taken_over_and_what_comes_after_is_held_against_it(
    province, staff
):
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    outside.take_over(
        call_id=call.pk, user=staff("approver"), outputs=GIVEN, words="急件", at=LATER
    )
    same = outside_http.Answer("", {"registered": True, "since": date(2025, 3, 1), "remark": None})
    other = outside_http.Answer("", {"registered": False, "since": None, "remark": None})
    assert outside_outcomes.take(call.pk, same, LATER) == "repeated"
    assert outside_outcomes.take(call.pk, other, LATER) == "contradiction"
    call.refresh_from_db()
    assert (call.status, kinds(call)) == (
        "taken_over",
        ["sent", "receipt", "taken_over", "repeated", "contradiction"],
    )


def test_what_was_never_sent_is_taken_over_and_nobody_outside_is_told(province, staff):
    call = province.call()
    outside.take_over(
        call_id=call.pk, user=staff("approver"), outputs=GIVEN, words="急件", at=MONDAY
    )
    assert not ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF).exists()
    assert outside.attempt(call.pk, MONDAY) is False
    assert province.server.register.asked == {}


NO_RESULT = [
    *(({"registered": value}, *REGISTERED) for value in ("", "是", "True")),
    *(({"since": value}, *SINCE) for value in ("2025-02-30", "20250301")),
    (
        {"remark": "长" * 2001},
        "“备注”应填写文字，至多 2000 个字。",
        "“Remark” must be given as text of at most 2000 characters.",
    ),
]


def test_what_is_no_result_is_refused(failed, staff):
    officer, before = staff("approver"), refusing.everything()
    for change, zh, en in NO_RESULT:
        given = {**GIVEN, **change}
        with pytest.raises(outside.NotTheResult) as told:
            outside.take_over(call_id=failed.pk, user=officer, outputs=given, words="核", at=LATER)
        assert (told.value.told("zh"), told.value.told("en")) == (zh, en)
    assert refusing.everything() == before


OTHERS = [
    *(("approver", "RS"), ("clerk", "GA"), ("steward", "GA"), ("item_manager", "GA")),
    *(("supervisor", "SJ"), ("system_admin", "SJ"), ("security_admin", "SJ")),
    ("audit_admin", "SJ"),
]


def test_others_than_the_responsible_office_do_nothing(failed, staff):
    users = [staff(role, office) for role, office in OTHERS]
    before = refusing.everything()
    for user in users:
        with pytest.raises(outside_permissions.NotYourService) as told:
            outside.retry(call_id=failed.pk, user=user, words="再试", at=LATER)
        assert told.value.told("zh") == "外部服务“省级居住登记核验”由公安局负责。"
        assert told.value.told("en") == (
            "What the outside service Provincial check of residence registration does is looked "
            "after by Public Security."
        )
        with pytest.raises(outside_permissions.NotYourService):
            outside.take_over(call_id=failed.pk, user=user, outputs=GIVEN, words="核", at=LATER)
        assert not outside_permissions.can_act(user, failed)
    assert refusing.everything() == before


def test_the_supervisor_of_the_responsible_office_acts_too(failed, staff):
    supervisor = staff("supervisor", "GA")
    assert outside_permissions.can_act(supervisor, failed)
    outside.retry(call_id=failed.pk, user=supervisor, words="再试", at=LATER)


def test_nobody_acts_in_his_own_case(failed):
    officer = User.objects.get(subject_id=failed.case.applicant_id)
    people.appoint(user=officer, office_code="GA", role="approver", by="test", at=MONDAY)
    number = failed.case.number
    with refused(
        permissions.YourOwnCase,
        f"办件 {number} 是您本人的申请，您应当回避，请由同事办理。",
        f"Case {number} is your own application: a colleague has to decide it.",
    ):
        outside.retry(call_id=failed.pk, user=officer, words="再试", at=LATER)
    assert not outside_permissions.can_act(officer, failed)


def _approver(staff):
    return User.objects.filter(username="approver-GA").first() or staff("approver")


def _in(province, status, staff) -> OutsideCall:
    """A call that stands there."""
    by_kind = {"sent": "server_error", "received": "never", "answered": "at_once"}
    province.kind = by_kind.get(status, "never")
    call = province.call()
    if status in by_kind:
        province.work(MONDAY)
    elif status == "taken_over":
        officer = _approver(staff)
        outside.take_over(call_id=call.pk, user=officer, outputs=GIVEN, words="急件", at=MONDAY)
    elif status == "cancelled":
        applicant = User.objects.get(subject_id=call.case.applicant_id)
        actions.withdraw(case_id=call.case_id, user=applicant, at=MONDAY)
    call.refresh_from_db()
    assert call.status == status
    return call
