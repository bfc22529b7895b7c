"""One item from start to end: decided at once where the facts allow it, by an officer otherwise."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tongban.engines.feel import Unknown
from tongban.engines.processes import (
    CallService,
    CancelTimer,
    Decide,
    Entered,
    Finished,
    Left,
    OpenTask,
    Reference,
    StartTimer,
    load,
)

XML = Path(__file__).with_name("residence_permit.bpmn").read_bytes()
NOBODY_KNOWS = Unknown(frozenset({"insured_months"}))
OPEN_REVIEW = OpenTask(3, "review", "人工审核", "approver", "residence_permit_review")


def submitted() -> Case:
    return Case(XML, applicant={"subject": "P7"})


def decided(eligible: object) -> Case:
    case = submitted()
    case.do("collect", result={"insured_months": 14})
    case.do("decide", result=eligible, reasons=["第三条"])
    return case


def test_facts_are_collected_for_the_applicant():
    case = submitted()

    assert case.last == (
        Entered("submitted"),
        Left("submitted"),
        Entered("collect"),
        CallService(1, "collect", "facts.collect", {"subject": "P7"}),
    )


def test_the_decision_gets_the_facts_and_nothing_else():
    case = submitted()
    case.do("collect", result={"insured_months": 14})

    assert case.last[-1] == Decide(
        2, "decide", "residence_permit_eligibility", {"facts": {"insured_months": 14}}
    )


def test_who_qualifies_gets_a_certificate_without_an_officer():
    case = decided(True)
    case.do("issue", result="329906-2026-000001")

    assert case.over == ("finished", "granted")
    assert case.last[-1] == Finished("granted")
    assert case.state.variables["certificate"] == "329906-2026-000001"
    assert "review" not in case.trace()


def test_who_does_not_qualify_is_told_the_reasons():
    case = decided(False)

    assert case.last[-1] == CallService(
        3, "notify", "notices.refusal", {"subject": "P7", "reasons": ["第三条"]}
    )
    case.do("notify")
    assert case.over == ("finished", "refused")


@pytest.mark.parametrize("answer", [NOBODY_KNOWS, None])
def test_what_is_not_known_goes_to_the_approval_post_and_never_to_a_refusal(answer: object):
    case = decided(answer)

    assert case.open() == ["review"]
    assert case.last[-2:] == (StartTimer(1, MONDAY + timedelta(days=3)), OPEN_REVIEW)


def test_after_three_days_the_officer_is_reminded_once_and_keeps_the_task():
    case = decided(NOBODY_KNOWS)
    case.ring("review_late")

    assert case.open() == ["review", "remind"]
    assert not case.state.timers
    case.do("remind")
    case.do("review", opinion="granted")
    case.do("issue", result="1")
    assert case.over == ("finished", "granted")


def test_a_case_that_is_reminded_late_still_ends_by_what_the_officer_said():
    case = decided(NOBODY_KNOWS)
    case.ring("review_late")
    case.do("review", opinion="refused")
    case.do("notify")
    assert case.over[0] == "running"

    case.do("remind")
    assert case.over == ("finished", "refused")


def test_an_officer_in_time_is_not_reminded():
    case = decided(NOBODY_KNOWS)
    case.do("review", opinion="granted")

    assert CancelTimer(1) in case.last
    assert not case.state.timers


def test_the_officer_may_have_the_facts_collected_again():
    case = decided(NOBODY_KNOWS)
    case.do("review", opinion="look again")

    assert case.open() == ["collect"]


def test_when_the_register_is_down_an_officer_decides():
    case = submitted()
    case.fail("collect", "REGISTER_DOWN")

    assert case.open() == ["review"]


def test_the_model_says_what_it_needs_from_outside_and_in_two_languages():
    definition = load(XML)

    assert {(each.kind, each.name) for each in definition.references()} == {
        ("operation", "facts.collect"),
        ("operation", "certificates.issue"),
        ("operation", "notices.remind"),
        ("operation", "notices.refusal"),
        ("decision", "residence_permit_eligibility"),
        ("form", "residence_permit_review"),
        ("post", "approver"),
    }
    assert Reference("form", "residence_permit_review", "review", 63) in definition.references()
    assert definition.nodes["review"].label("zh") == "人工审核"
    assert definition.nodes["review"].label("en") == "Review"
    assert definition.lanes["lane_approval"].post == "approver"
    assert definition.lanes["lane_system"].post == "系统"
    assert definition.xml == XML
