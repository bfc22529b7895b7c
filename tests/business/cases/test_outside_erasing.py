"""When an applicant is erased, what two systems said of him goes, and their course stays."""

from datetime import timedelta

import pytest

from tests.known import MONDAY
from tests.provinces import kinds
from tongban.business.cases import erasing, outside_calls, outside_http, outside_outcomes

pytestmark = pytest.mark.django_db


def test_what_was_sent_and_answered_is_gone_and_the_course_stays(province):
    province.kind = "at_once"
    call = province.call(months=3)
    province.work(MONDAY)
    other = outside_http.Answer("", {"registered": True, "since": None, "remark": "张三"})
    outside_outcomes.take(call.pk, other, MONDAY)
    before = kinds(call)

    erasing.erase(call.case.applicant_id, MONDAY + timedelta(days=400))

    call.refresh_from_db()
    assert (call.status, kinds(call), before) == ("answered", before, before)
    assert before == ["sent", "result", "contradiction"]
    assert outside_calls.opened(call.inputs_sealed) == {}
    assert outside_calls.opened(call.outputs_sealed) == {}
    assert bytes(call.outputs_digest) == b""
    assert [outside_calls.opened(each.content_sealed) for each in call.messages.all()] == [{}] * 3
    assert not call.messages.exclude(digest=None).exists()


def test_what_is_still_out_for_a_case_that_a_backup_brought_back_is_called_off(province):
    call = province.call()
    province.work(MONDAY)
    erasing.erase(call.case.applicant_id, MONDAY)

    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.case.status) == ("cancelled", "withdrawn")
    assert outside_calls.opened(call.inputs_sealed) == {}


def test_what_was_said_of_others_stays(province):
    province.kind = "at_once"
    call, other = province.call("zhou", months=3), province.call("wang", months=3)
    province.work(MONDAY)
    erasing.erase(call.case.applicant_id, MONDAY)
    other.refresh_from_db()
    assert outside_calls.opened(other.inputs_sealed) == {"region": "329906", "months": 3}
