"""What both sides believe, held against each other: cured where that is safe, else for a person."""

from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.known import MONDAY
from tests.provinces import CODE, SECRET, kinds
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    jobs,
    outside_calls,
    outside_http,
    outside_outcomes,
    outside_reconciling,
)
from tongban.business.cases import outside_problems as problems
from tongban.business.cases.models import OutsideCall, OutsideFinding, OutsideService

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def reconcile(province, at=LATER):
    province.at = at
    return outside_reconciling.reconcile(code=CODE, at=at)


def counts(found):
    return found.compared, found.taken, found.sent_again, found.called_off


def findings() -> list[tuple[str, str, bool]]:
    rows = OutsideFinding.objects.order_by("pk")
    return [(row.key, row.kind, row.settled_at is None) for row in rows]


@pytest.fixture
def sent(province):
    call = province.call()
    province.work(MONDAY)
    return call


def test_two_that_believe_the_same_find_nothing(province, sent):
    assert counts(reconcile(province)) == (1, 0, 0, 0)
    service = OutsideService.objects.get()
    assert (service.reconciled_at, service.error, findings()) == (LATER, "", [])
    event = Event.objects.get(kind="outside.reconciled")
    assert event.details == {"compared": 1, "cured": 0, "found": 0}
    assert kinds(sent) == ["sent", "receipt"]


def test_a_result_that_never_reached_us_is_taken(province, sent):
    province.server.register.asked[sent.key].state = "done"
    found = reconcile(province)

    sent.refresh_from_db()
    sent.case.refresh_from_db()
    assert counts(found) == (1, 1, 0, 0)
    assert (sent.status, sent.case.status) == ("answered", "granted")
    assert counts(reconcile(province, LATER + timedelta(hours=1))) == (1, 0, 0, 0)
    assert kinds(sent) == ["sent", "receipt", "result", "repeated"]


def test_a_receipt_that_never_reached_us_is_taken(province):
    province.kind = "no_receipt"
    call = province.call()
    province.work(MONDAY)
    found = reconcile(province)

    call.refresh_from_db()
    assert counts(found) == (1, 0, 0, 0)
    assert (call.status, kinds(call)) == ("received", ["sent", "error", "receipt"])


def test_what_they_know_nothing_of_is_sent_again_with_the_same_key(province, sent):
    province.server.register.asked.clear()
    found = reconcile(province)

    sent.refresh_from_db()
    assert counts(found) == (1, 0, 1, 0)
    assert (sent.status, sent.receipt, sent.next_at) == ("waiting", "", LATER)
    province.work(LATER)
    assert list(province.server.register.asked) == [sent.key]
    assert findings() == []


def test_what_was_sent_while_their_list_was_on_its_way_is_left_alone(province, sent):
    OutsideCall.objects.update(sent_at=LATER)
    province.server.register.asked.clear()
    assert counts(reconcile(province)) == (1, 0, 0, 0)


def test_what_waits_to_be_sent_is_no_difference(province):
    province.call()
    assert counts(reconcile(province)) == (1, 0, 0, 0)
    assert findings() == []


def test_that_a_case_was_withdrawn_is_told_again(province, sent):
    applicant = User.objects.get(subject_id=sent.case.applicant_id)
    actions.withdraw(case_id=sent.case_id, user=applicant, at=MONDAY)
    ProcrastinateJob.objects.all().delete()

    assert counts(reconcile(province)) == (1, 0, 0, 1)
    (job,) = ProcrastinateJob.objects.filter(task_name=outside_calls.CALL_OFF)
    assert job.args == {"call_id": sent.pk}


def test_what_a_case_that_was_withdrawn_brought_is_late(province, sent):
    applicant = User.objects.get(subject_id=sent.case.applicant_id)
    actions.withdraw(case_id=sent.case_id, user=applicant, at=MONDAY)
    province.server.register.asked[sent.key].state = "done"

    assert counts(reconcile(province)) == (1, 0, 0, 0)
    assert (kinds(sent)[-1], findings()) == ("late", [])


def test_a_request_that_we_never_made_is_for_a_person_until_it_is_gone(province, sent):
    province.server.take({"key": "329900-260921-777777-1"})
    reconcile(province)
    reconcile(province)
    assert findings() == [("329900-260921-777777-1", "unknown_here", True)]

    del province.server.register.asked["329900-260921-777777-1"]
    reconcile(province, LATER + timedelta(hours=1))
    assert findings() == [("329900-260921-777777-1", "unknown_here", False)]


def test_two_results_that_differ_are_for_a_person_and_nothing_changes(province, sent):
    other = outside_http.Answer("", {"registered": False, "since": None, "remark": None})
    assert outside_outcomes.take(sent.pk, other, MONDAY) == "result"
    province.server.register.asked[sent.key].state = "done"
    found = reconcile(province)

    assert found.found == {(sent.key, "contradiction")}
    assert findings() == [(sent.key, "contradiction", True)]
    sent.refresh_from_db()
    sent.case.refresh_from_db()
    assert (sent.status, sent.case.status) == ("answered", "refused")
    assert kinds(sent)[-1] == "contradiction"


def test_a_result_of_ours_that_they_know_nothing_of_is_for_a_person(province, sent):
    answer = outside_http.Answer(
        "", {"registered": True, "since": date(2025, 3, 1), "remark": None}
    )
    outside_outcomes.take(sent.pk, answer, MONDAY)
    province.server.register.asked.clear()
    reconcile(province)
    assert findings() == [(sent.key, "unknown_there", True)]


def test_a_call_that_timed_out_takes_the_result_that_lies_there(province):
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    province.work(MONDAY + timedelta(days=2))
    province.server.register.asked[call.key].state = "done"

    assert counts(reconcile(province, MONDAY + timedelta(days=3))) == (1, 1, 0, 0)
    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.error, call.case.status) == ("answered", "", "granted")


def test_a_row_of_theirs_that_is_not_as_agreed_changes_nothing(province, sent):
    asked = province.server.register.asked[sent.key]
    asked.state, asked.receipt = "done", "回执"
    assert counts(reconcile(province)) == (1, 0, 0, 0)
    sent.refresh_from_db()
    assert (sent.status, kinds(sent)) == ("received", ["sent", "receipt"])


def test_a_list_of_many_pages_is_read_to_its_end(province, sent, monkeypatch):
    monkeypatch.setattr("outside_api.PAGE", 2)
    for number in range(5):
        province.server.take({"key": f"strange-{number}"})
    assert {key for key, _ in reconcile(province).found} == {f"strange-{n}" for n in range(5)}


def test_a_list_that_turns_in_a_circle_ends(province, sent, monkeypatch):
    monkeypatch.setattr(
        province.server, "page", lambda since, after: {"requests": [{"key": "x"}], "more": True}
    )
    assert reconcile(province).found == {("x", "unknown_here")}


def test_an_old_open_call_is_compared_and_an_old_closed_one_is_not(province, sent):
    month = MONDAY + timedelta(days=30)
    OutsideCall.objects.update(deadline=month + timedelta(days=30))
    assert reconcile(province, month).compared == 1
    OutsideCall.objects.update(status="failed", next_at=None)
    province.server.register.asked[sent.key].at = month
    found = reconcile(province, month)
    assert (found.compared, found.found) == (0, set())


NO_LISTS = ({"requests": "none"}, {"requests": [1]}, {"requests": [{"key": ""}]}, {})


def test_a_list_that_is_none_is_named_at_the_service(province, sent, monkeypatch):
    for page in NO_LISTS:
        monkeypatch.setattr(province.server, "page", lambda since, after, page=page: page)
        with pytest.raises(problems.NotJson):
            reconcile(province)
    service = OutsideService.objects.get()
    assert (service.error, service.reconciled_at) == ("not_json", None)


def test_what_cannot_be_read_holds_up_no_other(province, sent, monkeypatch, caplog):
    province.agree(code="another", address="http://127.0.0.1:9")
    monkeypatch.setattr(clock, "now", lambda: LATER)
    province.at = LATER
    jobs.reconcile_outside(timestamp=0)
    assert "another cannot be read" in caplog.text
    told = dict(OutsideService.objects.values_list("code", "error"))
    assert told == {CODE: "", "another": "unreachable"}


def test_an_unknown_service_is_refused(province):
    with pytest.raises(outside_calls.UnknownService):
        outside_reconciling.reconcile(code="none", at=LATER)


def test_without_the_secret_nothing_is_asked(province, monkeypatch):
    monkeypatch.delenv(SECRET)
    assert outside_reconciling.reconcile_all(at=LATER) == [CODE]
    assert OutsideService.objects.get().error_about == SECRET
