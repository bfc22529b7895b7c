"""A step that another system carries out, over real HTTP: right, late, twice, wrongly, never."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    flow,
    model,
    node,
    path,
    service,
    start,
    timer,
    user,
)
from tests.known import MONDAY
from tests.provinces import CHECK, CODE, SECRET, Handler, kinds, outside_process
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    jobs,
    outside,
    outside_calls,
    outside_http,
    outside_outcomes,
    outside_terms,
)
from tongban.business.cases import outside_problems as problems
from tongban.business.cases.models import Case, OutsideCall, OutsideFinding
from tongban.business.certificates.models import Certificate

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def steps(case: Case) -> list[tuple[str, str, str]]:
    """The log of the case at the step, as XES has it."""
    found = case.events.filter(activity="check").order_by("pk")
    return [(e.transition, e.instance, e.details.get("step", "")) for e in found]


def test_the_step_is_sent_received_answered_and_the_case_goes_on(province):
    case = province.case()
    (call,) = case.outside_calls.all()
    assert (case.status, case.automatic, call.status) == ("running", False, "waiting")
    assert (call.key, call.deadline, call.next_at) == (
        f"{case.number}-1",
        MONDAY + 2 * DAY,
        MONDAY,
    )

    assert province.work(MONDAY) == 1
    call.refresh_from_db()
    asked = province.server.register.asked[call.key]
    assert (call.status, call.receipt, call.tries) == ("received", asked.receipt, 0)
    assert (call.sent_at, call.next_at) == (MONDAY, MONDAY + MINUTE)

    assert province.work(MONDAY + MINUTE - timedelta(seconds=1)) == 0
    assert province.work(MONDAY + MINUTE) == 1
    call.refresh_from_db()
    case.refresh_from_db()
    assert (call.status, call.closed_at, call.next_at) == ("answered", MONDAY + MINUTE, None)
    assert (case.status, case.finished_at) == ("granted", MONDAY + MINUTE)
    assert Certificate.objects.filter(case_number=case.number).count() == 1
    assert kinds(call) == ["sent", "receipt", "result"]
    assert steps(case) == [
        ("start", "", ""),
        ("schedule", "1", ""),
        ("assign", "1", "sent"),
        ("start", "1", "receipt"),
        ("complete", "1", "result"),
        ("complete", "", ""),
    ]


def test_what_is_sent_is_what_was_agreed_and_nothing_else(province):
    call = province.call()
    province.work(MONDAY)

    asked = province.server.register.asked[call.key]
    assert asked.inputs == {"region": "329906", "months": 14}
    event = Event.objects.get(kind="outside.sent")
    assert (event.subject_id, event.subjects) == (call.case.number, [call.case.applicant_id])
    assert (event.purpose, event.basis) == ("核验申请人在省内的居住登记", "居住证暂行条例第八条")
    assert event.details == {"service": "residence-check", "inputs": ["months", "region"], "try": 1}
    assert "329906" not in repr(list(Event.objects.values())) + repr(list(call.messages.values()))


def test_a_result_that_comes_at_once_is_taken_at_once(province):
    province.kind = "at_once"
    call = province.call()
    assert province.work(MONDAY) == 1

    call.refresh_from_db()
    assert (call.status, call.case.status, kinds(call)) == (
        "answered",
        "granted",
        ["sent", "result"],
    )
    outputs = outside_calls.opened(call.outputs_sealed)["outputs"]
    assert outputs == {"registered": True, "since": "2025-03-01", "remark": None}
    assert b"2025-03-01" not in bytes(call.outputs_sealed)


def test_the_process_goes_by_what_the_other_side_says(province):
    province.kind = "at_once"
    call = province.call(months=3)
    province.work(MONDAY)

    call.case.refresh_from_db()
    assert call.case.status == Case.Status.REFUSED


def test_a_step_without_outputs_of_its_own_takes_the_values_with_their_types(province):
    bare = CHECK.replace('<tb:output target="registered" source="registered"/>', "")
    told = outside_process(waits=bare).replace(
        "registered = true", 'registered and since = date("2025-03-01")'
    )
    told = told.replace("<tb:variable", '<tb:variable name="since" type="date"/><tb:variable', 1)
    province.kind = "at_once"
    call = province.call(process=told)
    province.work(MONDAY)
    call.case.refresh_from_db()
    assert call.case.status == Case.Status.GRANTED


def test_the_step_and_the_job_that_sends_it_come_together(province):
    call = province.call()
    (job,) = ProcrastinateJob.objects.filter(task_name=outside_calls.SEND)
    assert (job.task_name, job.args, job.lock) == (
        "send outside call",
        {"call_id": call.pk},
        f"outside {call.key}",
    )


def test_the_jobs_send_and_call_off(province, monkeypatch):
    monkeypatch.setattr(jobs.clock, "now", lambda: province.at)
    call = province.call()
    jobs.send_outside(call_id=call.pk)
    call.refresh_from_db()
    assert call.status == "received"

    jobs.call_off_outside(call_id=call.pk)
    assert province.server.register.asked[call.key].state == "cancelled"
    monkeypatch.delenv(SECRET)
    jobs.call_off_outside(call_id=call.pk)  # nobody waits; that it cannot be told is only logged

    monkeypatch.setenv(SECRET, "held by both sides")
    province.at = MONDAY + MINUTE
    jobs.attend_outside(timestamp=0)
    call.refresh_from_db()
    assert call.status == "answered"


def test_late_is_asked_again_until_it_is_there(province):
    province.kind = "late"
    call = province.call()
    for minute in range(4):
        province.work(MONDAY + minute * MINUTE)

    call.refresh_from_db()
    assert (call.status, province.server.register.asked[call.key].polls) == ("answered", 3)
    assert kinds(call) == ["sent", "receipt", "result"]


def test_never_ends_at_the_time_limit_where_a_person_sees_it(province):
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    province.work(MONDAY + 2 * DAY - MINUTE)
    call.refresh_from_db()
    assert call.status == "received"

    province.work(MONDAY + 2 * DAY)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("failed", "timeout", "P2D")
    assert (call.case.status, outside_calls.is_waited_for(call)) == ("running", True)
    assert steps(call.case)[-1] == ("ate_abort", "1", "failed")
    assert province.work(MONDAY + 3 * DAY) == 0


@pytest.mark.parametrize(("code", "status"), [("timeout", "refused"), ("", "refused")])
def test_the_process_may_catch_the_time_out(province, code, status):
    province.kind = "never"
    call = province.call(catching=code)
    province.work(MONDAY)
    province.work(MONDAY + 2 * DAY)

    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.error, call.case.status) == ("failed", "timeout", status)
    told = ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF)
    assert [job.args for job in told] == [{"call_id": call.pk}]


def test_a_process_that_catches_another_error_leaves_the_step_to_a_person(province):
    province.kind = "never"
    call = province.call(catching="declined")
    province.work(MONDAY)
    province.work(MONDAY + 2 * DAY)

    call.case.refresh_from_db()
    assert (call.case.status, outside_calls.is_waited_for(call)) == ("running", True)


def test_a_call_that_was_never_sent_tells_nobody_that_it_is_over(province):
    call = province.call(catching="")
    province.work(MONDAY + 2 * DAY)
    call.refresh_from_db()
    assert (call.status, call.sent_at) == ("failed", None)
    assert not ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF).exists()


def test_a_result_after_the_time_limit_is_taken_if_the_step_still_waits(province):
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    province.work(MONDAY + 2 * DAY)
    answer = outside_http.Answer("", {"registered": True, "since": None, "remark": None})

    assert outside_outcomes.take(call.pk, answer, MONDAY + 3 * DAY) == "result"
    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.error, call.case.status) == ("answered", "", "granted")


def test_a_result_after_the_process_has_gone_on_is_kept_aside_once(province):
    province.kind = "never"
    call = province.call(catching="timeout")
    province.work(MONDAY)
    province.work(MONDAY + 2 * DAY)
    answer = outside_http.Answer("", {"registered": True, "since": None, "remark": None})

    for _ in range(2):
        assert outside_outcomes.take(call.pk, answer, MONDAY + 3 * DAY) == "late"
    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.case.status) == ("failed", "refused")
    assert kinds(call)[-2:] == ["failed", "late"]


WRONG = {
    "not_json": ("not_json", ""),
    "no_object": ("not_json", ""),
    "server_error": ("server_error", "503"),
    "redirect": ("redirected", "302"),
    "missing": ("output_missing", "registered"),
    "mistyped": ("output_mistyped", "registered"),
    "other_key": ("other_key", ""),
    "no_receipt": ("no_receipt", ""),
    "huge": ("too_large", "1000000"),
    "cut": ("unreachable", "IncompleteRead"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_named_and_tried_again(province, kind):
    province.kind = kind
    call = province.call()
    province.work(MONDAY)

    call.refresh_from_db()
    assert (call.error, call.error_about) == WRONG[kind]
    assert (call.status, call.tries, call.next_at) == ("sent", 1, MONDAY + MINUTE)
    assert call.case.status == "running"

    province.kinds[call.key] = "at_once"
    province.server.register.asked.clear()
    province.work(MONDAY + MINUTE)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("answered", "", "")
    assert kinds(call) == ["sent", "error", "sent", "result"]


@pytest.mark.parametrize("kind", ["drip", "silent"])
def test_who_is_slow_is_not_waited_for_longer_than_agreed(province, kind):
    province.agree(wait=1)
    province.kind = kind
    call = province.call()
    province.work(MONDAY)

    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("sent", "too_slow", "1")


@pytest.mark.parametrize(
    ("kind", "error", "about"),
    [("declined", "declined", "422"), ("failed", "stopped", "not-in-province")],
)
def test_what_no_further_try_would_change_is_not_tried_again(province, kind, error, about):
    province.kind = kind
    call = province.call()
    province.work(MONDAY)

    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("failed", error, about)
    assert (kinds(call), call.tries) == (["sent", "error", "failed"], 1)


def test_tries_are_paced_further_and_further_apart_and_then_given_up(province):
    province.agree(tries={"most": 4, "pause": "PT1M", "longest": "PT3M"})
    province.kind = "server_error"
    call = province.call()
    at, pauses = MONDAY, []
    while call.status != "failed":
        assert province.work(at) == 1
        call.refresh_from_db()
        if call.next_at:
            pauses.append(call.next_at - at)
            at = call.next_at

    assert pauses == [MINUTE, 2 * MINUTE, 3 * MINUTE]
    assert (call.tries, call.error) == (4, "server_error")
    assert province.server.register.asked[call.key].times == 4


def test_who_cannot_be_reached_is_named(province):
    province.agree(address="http://127.0.0.1:9")
    call = province.call()
    province.work(MONDAY)
    call.refresh_from_db()
    assert (call.error, call.error_about) == ("unreachable", "ConnectionRefusedError")


def test_without_the_secret_nothing_is_sent(province, monkeypatch):
    call = province.call()
    monkeypatch.delenv(SECRET)
    province.work(MONDAY)

    call.refresh_from_db()
    assert (call.error, call.error_about) == ("no_secret", SECRET)
    assert province.server.register.asked == {}


def test_a_secret_of_another_is_refused_by_the_other_side(province, monkeypatch):
    call = province.call()
    monkeypatch.setenv(SECRET, "another")
    province.work(MONDAY)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("failed", "declined", "401")


def test_what_the_other_side_forgot_is_sent_again_with_the_same_key(province):
    province.kind = "forget"
    call = province.call()
    province.work(MONDAY)
    province.work(MONDAY + MINUTE)  # asked, and unknown
    call.refresh_from_db()
    assert (call.status, call.receipt, call.next_at) == ("waiting", "", MONDAY + MINUTE)
    province.work(MONDAY + MINUTE)
    province.work(MONDAY + 2 * MINUTE)

    call.refresh_from_db()
    assert call.status == "answered"
    assert kinds(call) == ["sent", "receipt", "forgotten", "sent", "receipt", "result"]
    assert list(province.server.register.asked) == [call.key]


def test_a_status_that_was_not_agreed_is_named(province):
    province.agree(refused=[400])
    province.kind = "declined"
    call = province.call()
    province.work(MONDAY)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("sent", "unexpected_status", "422")


def test_a_withdrawn_case_takes_its_call_with_it_and_the_other_side_is_told(province):
    case = province.case()
    province.work(MONDAY)
    (call,) = case.outside_calls.all()
    applicant = User.objects.get(subject_id=case.applicant_id)
    actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY + MINUTE)

    call.refresh_from_db()
    assert (call.status, call.closed_at, kinds(call)[-1]) == (
        "cancelled",
        MONDAY + MINUTE,
        "cancelled",
    )
    (told,) = ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF)
    outside.call_off(told.args["call_id"], MONDAY)
    assert province.server.register.asked[call.key].state == "cancelled"

    assert province.work(MONDAY + DAY) == 0
    answer = outside_http.Answer("", {"registered": True, "since": None, "remark": None})
    assert outside_outcomes.take(call.pk, answer, MONDAY + DAY) == "late"
    case.refresh_from_db()
    assert case.status == Case.Status.WITHDRAWN


def test_that_nobody_waits_may_be_told_of_what_they_never_had(province):
    call = province.call()
    outside.call_off(call.pk, MONDAY)
    with pytest.raises(problems.Declined):
        province.at = MONDAY + DAY  # our stamp is a day old by their clock
        outside.call_off(call.pk, MONDAY)


def test_a_timer_that_ends_the_step_ends_the_call(province):
    late = boundary("late", "check", timer("timeDuration", "PT1H")) + flow("late", "refuse")
    call = province.call(process=outside_process(waits=CHECK + late))
    province.work(MONDAY)
    actions.fire_timers(at=MONDAY + timedelta(hours=1))

    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.case.status) == ("cancelled", "refused")
    assert ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF).count() == 1


COUNT = node("scriptTask", "count", "<script>14</script>", tb_result="months")
ISSUE = service("issue", tb_operation="issue_certificate")
NAMES = declared(registered="boolean", months="number")


def test_what_is_asked_while_a_decision_is_served_is_waited_for(province):
    drawn = model(
        *(NAMES, start(), COUNT, ISSUE, CHECK, user("hand", tb_post="clerk"), end()),
        path("start", "count", "issue", "check", "hand", "end"),
    ).decode()
    call = province.call(process=drawn)
    assert call.case.status == "granted"
    province.work(MONDAY)
    province.work(MONDAY + MINUTE)

    call.refresh_from_db()
    assert call.status == "answered"
    assert call.case.work_items.get().node == "hand"


def test_what_is_begun_and_called_off_in_one_step_is_not_sent(province):
    drawn = model(
        *(NAMES, start(), COUNT, node("parallelGateway", "fork"), CHECK, ISSUE, end()),
        node("endEvent", "stop", "<terminateEventDefinition/>"),
        *(path("start", "count", "fork", "check", "end"), path("fork", "issue", "stop")),
    ).decode()
    call = province.call(process=drawn)
    assert (call.status, call.closed_at, call.sent_at) == ("cancelled", MONDAY, None)
    assert province.work(MONDAY) == 0


def test_each_is_asked_at_a_time_of_its_own(province):
    """The other side takes no old signature, however long the one before took to answer."""
    for name in ("zhou", "wang"):
        province.call(name)
    times = iter(MONDAY + number * MINUTE for number in range(3))

    assert outside.send_due(now=lambda: next(times)) == 2
    asked = OutsideCall.objects.order_by("pk").values_list("sent_at", flat=True)
    assert list(asked) == [MONDAY + MINUTE, MONDAY + 2 * MINUTE]


def test_a_result_that_the_process_cannot_go_on_with_leaves_the_step_to_a_person(province):
    stuck = outside_process().replace('tb:operation="issue_certificate"', 'tb:operation="nothing"')
    province.kind = "at_once"
    call = province.call(process=stuck)
    province.work(MONDAY)

    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.error, call.error_about) == ("failed", "process", "UnknownOperation")
    assert (call.case.status, outside_calls.is_waited_for(call)) == ("running", True)
    assert not Certificate.objects.filter(case_number=call.case.number).exists()
    assert kinds(call) == ["sent", "result", "failed"]


def test_an_error_that_the_process_cannot_go_on_with_is_logged_and_left_to_a_person(
    province, caplog
):
    stuck = outside_process(catching="").replace(
        'tb:operation="notify_refusal"', 'tb:operation="nothing"'
    )
    province.kind = "declined"
    call = province.call(process=stuck)
    province.work(MONDAY)

    call.refresh_from_db()
    assert (call.status, call.error, call.case.status) == ("failed", "declined", "running")
    assert outside_calls.is_waited_for(call)
    assert "cannot go on after an error" in caplog.text


def test_a_worker_that_dies_between_asking_and_writing_sends_the_same_key_again(
    province, monkeypatch
):
    province.kind = "at_once"
    call = province.call()

    def dies(*_given):
        raise SystemExit("killed")

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(outside_outcomes, "take", dies)
        province.work(MONDAY)
    call.refresh_from_db()
    assert (call.status, call.tries, call.case.status) == ("sent", 1, "running")

    province.work(MONDAY + MINUTE)
    call.refresh_from_db()
    assert (call.status, kinds(call)) == ("answered", ["sent", "sent", "result"])
    assert province.server.register.asked[call.key].times == 2
    assert Certificate.objects.filter(case_number=call.case.number).count() == 1


def test_a_last_try_whose_answer_nobody_learned_ends_as_such(province, monkeypatch):
    province.agree(tries={"most": 1, "pause": "PT1M", "longest": "PT1M"})
    call = province.call()
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(outside, "_asked", lambda *_: (_ for _ in ()).throw(SystemExit()))
        province.work(MONDAY)
    assert province.work(MONDAY + MINUTE) == 0
    call.refresh_from_db()
    assert (call.status, call.error) == ("failed", "unanswered")


def test_polls_and_lists_that_go_wrong_are_named_too(province, monkeypatch):
    call = province.call()
    province.work(MONDAY)
    terms = outside_terms.of(call.service)
    monkeypatch.setattr(Handler, "do_GET", lambda to: to._answer(503, {}))
    with pytest.raises(problems.ServerError):
        outside_http.result(terms, call.key, "r", MONDAY)
    with pytest.raises(problems.ServerError):
        list(outside_http.listed(terms, MONDAY, MONDAY))
    monkeypatch.setattr(Handler, "do_GET", lambda to: to.wfile.write(b"no HTTP\r\n\r\n"))
    with pytest.raises(problems.Unreachable) as told:
        outside_http.result(terms, call.key, "r", MONDAY)
    assert told.value.about == "BadStatusLine"


def test_what_goes_wrong_after_the_end_changes_nothing(province):
    province.kind = "at_once"
    call = province.call(catching="")
    province.work(MONDAY)
    before = kinds(call)
    outside_outcomes.went_wrong(call.pk, problems.NotJson(), MONDAY)
    call.refresh_from_db()
    assert (call.status, call.error, kinds(call)) == ("answered", "", before)


def test_a_call_that_the_process_has_left_behind_stays_as_it_failed(province):
    """The way that the process took after it is called off, and the failed call with it is not."""
    late = user("look", tb_post="approver")
    drawn = outside_process(catching="").replace('targetRef="refuse"', 'targetRef="look"', 1)
    drawn = drawn.replace("</process>", late + flow("look", "refuse") + "</process>")
    province.kind = "declined"
    call = province.call(process=drawn)
    province.work(MONDAY)
    applicant = User.objects.get(subject_id=call.case.applicant_id)
    actions.withdraw(case_id=call.case_id, user=applicant, at=MONDAY)
    call.refresh_from_db()
    assert (call.status, kinds(call)[-1]) == ("failed", "failed")


def test_rows_are_called_by_their_keys(province):
    call = province.call()
    province.work(MONDAY)
    finding = OutsideFinding(key=call.key, kind="unknown_here")
    told = [str(each) for each in (call, call.service, call.messages.first(), finding)]
    assert told == [call.key, CODE, f"{call.key} sent", f"{call.key} unknown_here"]
