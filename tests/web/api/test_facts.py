"""Facts over HTTP: one's own, and another's for a post that may."""

import pytest

from tests.business.applying import apply, complete
from tests.known import KNOWN
from tongban.base.audit.models import Event
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
REVIEW = {"use": "review:B09", "office": "GA", "post": "approver"}


@pytest.fixture
def applicant(permit, citizen):
    """Somebody whose case waits for the approver."""
    user = citizen(insured_months=None)
    apply(permit, user)
    return user


def test_a_person_reads_what_is_held_of_him_with_its_origin(client, citizen):
    client.force_login(citizen())
    facts = {fact["key"]: fact for fact in client.get("/api/v1/me/facts").json()}
    assert len(facts) >= 12
    assert facts["insured_months"]["value"] == 14
    assert facts["insured_months"]["office_zh"] == "人社局"
    assert facts["citizen_id"]["value"] == "329**************0"
    assert facts["holds_valid_permit"]["is_known"] is False


def test_an_approver_reads_the_facts_his_grant_names(client, applicant, approver):
    subject = applicant.subject_id
    client.force_login(approver)
    found = client.get(f"/api/v1/subjects/{subject}/facts", {**REVIEW, "key": "alive"}).json()
    assert [(fact["key"], fact["value"]) for fact in found] == [("alive", True)]
    assert Event.objects.filter(kind="facts.read", actor=str(approver.pk)).count() == 1


def test_without_a_case_of_that_person_nothing_is_read(client, citizen, approver):
    subject = citizen().subject_id
    client.force_login(approver)
    answer = client.get(f"/api/v1/subjects/{subject}/facts", {**REVIEW, "key": "alive"})
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "refusal": "NoCaseToReview",
            "zh": "GA 没有此人正在办理的 B09 办件；事实只能为办件读取。",
            "en": "GA has no running case of this person for B09; facts are read for a case alone.",
        },
    )
    assert not Event.objects.filter(kind="facts.read").exists()


def test_a_case_that_is_decided_opens_nothing_any_more(client, applicant, approver):
    complete(Case.objects.get(), approver)
    client.force_login(approver)
    answer = client.get(f"/api/v1/subjects/{applicant.subject_id}/facts", REVIEW)
    assert answer.json()["refusal"] == "NoCaseToReview"


def test_a_fact_outside_the_grant_is_refused_and_the_refusal_audited(client, applicant, approver):
    subject = applicant.subject_id
    client.force_login(approver)
    response = client.get(f"/api/v1/subjects/{subject}/facts", {**REVIEW, "key": "phone"})
    assert response.status_code == 409
    assert response.json()["refusal"] == "NotGranted"
    assert KNOWN["phone"] not in response.content.decode()
    assert Event.objects.filter(kind="request.refused").count() == 1
    assert not Event.objects.filter(kind="facts.read", actor=str(approver.pk)).exists()


def test_nobody_reads_in_the_name_of_a_post_that_is_not_his(client, citizen):
    user = citizen()
    client.force_login(user)
    response = client.get(f"/api/v1/subjects/{user.subject_id}/facts", REVIEW)
    assert response.json()["refusal"] == "NotYourPost"


def test_without_a_login_there_is_nothing(client, city):
    assert client.get("/api/v1/me/facts").status_code == 401
    assert client.get("/api/v1/openapi.json").status_code == 302
