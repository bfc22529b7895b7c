"""The machine API as a program meets it: its schema, what it takes, and how it refuses."""

import pytest

from tests.business.applying import apply
from tests.known import KNOWN
from tongban.base.audit.models import Event
from tongban.web.api.facts import NobodysAccount

pytestmark = pytest.mark.django_db
REVIEW = {"use": "review:B09", "office": "GA", "post": "approver"}


@pytest.fixture
def applicant(permit, citizen):
    """Somebody whose case waits for the approver."""
    user = citizen(insured_months=None)
    apply(permit, user)
    return user


def test_the_schema_names_what_there_is_and_loads_nothing_from_elsewhere(client, approver):
    client.force_login(approver)
    schema = client.get("/api/v1/openapi.json").json()
    assert {path: set(methods) for path, methods in schema["paths"].items()} == {
        "/api/v1/me/facts": {"get"},
        "/api/v1/subjects/{subject_id}/facts": {"get"},
        "/api/v1/outside/{code}/results": {"post"},
    }
    assert client.get("/api/v1/docs").status_code == 404


def test_the_schema_needs_a_log_in(client, city):
    assert client.get("/api/v1/openapi.json").url.startswith("/accounts/login/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/me/facts", "/api/v1/subjects/P1/facts"])
def test_nothing_is_written(method, path, client, citizen):
    client.force_login(citizen())
    assert getattr(client, method)(path).status_code == 405


def test_an_account_of_staff_is_nobody_of_whom_facts_are_held(client, approver):
    client.force_login(approver)
    answer = client.get("/api/v1/me/facts")
    assert answer.status_code == 409
    told = NobodysAccount()
    assert answer.json() == {
        "refusal": "NobodysAccount",
        "zh": told.told("zh"),
        "en": told.told("en"),
    }
    assert not Event.objects.filter(kind="facts.read").exists()


@pytest.mark.parametrize("missing", ["use", "office", "post"])
def test_what_is_missing_is_named(missing, client, approver):
    client.force_login(approver)
    given = {name: value for name, value in REVIEW.items() if name != missing}
    answer = client.get("/api/v1/subjects/P1/facts", given)
    assert answer.status_code == 422
    assert [one["loc"] for one in answer.json()["detail"]] == [["query", missing]]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"use": "review:X99"}, "NoCaseToReview"),
        ({"use": "item:B09"}, "NotGranted"),
        ({"key": ["alive", "nothing"]}, "NotGranted"),
        ({"key": ["phone"]}, "NotGranted"),
        ({"office": "RS"}, "NotYourPost"),
        ({"office": "XX"}, "NotYourPost"),
        ({"post": "supervisor"}, "NotYourPost"),
        ({"post": "<b>"}, "NotYourPost"),
    ],
)
def test_a_refusal_is_told_in_both_languages_and_leaves_one_trace(
    changed, refusal, client, applicant, approver
):
    subject = applicant.subject_id
    client.force_login(approver)
    answer = client.get(f"/api/v1/subjects/{subject}/facts", REVIEW | changed)
    told = answer.json()
    assert (answer.status_code, told["refusal"]) == (409, refusal)
    assert told["zh"] != told["en"]
    event = Event.objects.get(kind="request.refused")
    assert (event.actor, event.subject_type) == (str(approver.pk), "api")
    assert event.details == {"refusal": refusal}
    assert not Event.objects.filter(kind="facts.read", actor=str(approver.pk)).exists()


def test_what_a_grant_masks_is_masked_and_said_to_be(client, applicant, approver):
    subject = applicant.subject_id
    client.force_login(approver)
    answer = client.get(f"/api/v1/subjects/{subject}/facts", {**REVIEW, "key": "citizen_id"})
    (fact,) = answer.json()
    assert (fact["value"], fact["is_masked"], fact["grade"]) == ("329**************0", True, 4)
    assert KNOWN["citizen_id"] not in answer.content.decode()


def test_without_keys_all_that_the_grant_names_comes_in_order(client, applicant, approver):
    subject = applicant.subject_id
    client.force_login(approver)
    keys = [fact["key"] for fact in client.get(f"/api/v1/subjects/{subject}/facts", REVIEW).json()]
    assert keys == sorted(keys)
    assert {"alive", "insured_months"} <= set(keys)
    assert "phone" not in keys


def test_an_answer_about_a_person_is_kept_by_no_cache(client, citizen):
    client.force_login(citizen())
    assert client.get("/api/v1/me/facts")["Cache-Control"] == "private, no-store"


def test_what_is_not_there_is_not_found(client, approver):
    client.force_login(approver)
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v2/me/facts"):
        assert client.get(path).status_code == 404
