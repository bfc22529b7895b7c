"""What the portal refuses a citizen, in which words, and that nothing changes by it."""

import pytest

from tongban.base.audit.models import Event
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
ANSWERS = {"wants_card": "no"}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def read_of(subject: str) -> int:
    return Event.objects.filter(kind="facts.read", subjects__contains=[subject]).count()


def test_one_visit_of_the_home_page_reads_once(client, permit, citizen):
    user = citizen()
    client.force_login(user)
    client.get("/")
    assert read_of(user.subject_id) == 1


def test_who_has_applied_for_everything_is_not_read_at_home(client, permit, citizen):
    user = citizen()
    client.force_login(user)
    client.post("/items/B09/apply", ANSWERS)
    before = read_of(user.subject_id)
    client.get("/")
    assert read_of(user.subject_id) == before


@LANGUAGES
def test_an_application_that_is_sent_twice_is_made_once(language, client, permit, citizen):
    client.force_login(citizen(insured_months=None))
    client.post("/items/B09/apply", ANSWERS)
    again = client.post("/items/B09/apply", ANSWERS, headers={"Accept-Language": language})
    assert again.status_code == 409
    number = Case.objects.get().number
    assert number in again.content.decode()


@LANGUAGES
def test_a_decided_case_cannot_be_withdrawn(language, client, permit, citizen):
    client.force_login(citizen())
    client.post("/items/B09/apply", ANSWERS)
    number = Case.objects.get().number
    answer = client.post(f"/cases/{number}/withdraw", headers={"Accept-Language": language})
    assert (answer.status_code, number in answer.content.decode()) == (409, True)
    assert Case.objects.get().status == Case.Status.GRANTED


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "您无权查看办件 {}。"), ("en", "Case {} is not yours to see.")],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/cases/{}"),
        ("get", "/cases/{}/certificate.pdf"),
        ("post", "/cases/{}/withdraw"),
    ],
)
def test_somebody_elses_case_is_refused_in_the_same_words_as_one_that_is_not_there(
    method, path, language, words, client, permit, citizen
):
    client.force_login(citizen(insured_months=None))
    client.post("/items/B09/apply", ANSWERS)
    number = Case.objects.get().number
    stranger = citizen("wang")
    client.force_login(stranger)
    for asked in (number, "329900-260921-999999"):
        answer = getattr(client, method)(path.format(asked), headers={"Accept-Language": language})
        assert answer.status_code == 409
        assert words.format(asked) in answer.content.decode()
    assert Case.objects.get().status == Case.Status.RUNNING
    refused = Event.objects.filter(kind="request.refused", actor=str(stranger.pk))
    assert refused.count() == 2


def test_a_case_without_a_certificate_has_no_document(client, permit, citizen):
    client.force_login(citizen(insured_months=None))
    client.post("/items/B09/apply", ANSWERS)
    assert client.get(f"/cases/{Case.objects.get().number}/certificate.pdf").status_code == 404


def test_what_is_not_known_cannot_be_revealed(client, permit, citizen):
    user = citizen(phone=None)
    client.force_login(user)
    assert client.get("/items/B09/known/phone").status_code == 404
    assert client.get("/items/B09/known/password").status_code == 404


def test_staff_are_led_from_a_citizens_page_to_the_log_in(client, permit, approver):
    client.force_login(approver)
    for path in ("/items/B09/apply", "/me", "/me/papers", "/me/readers"):
        assert client.get(path).url.startswith("/accounts/login/")


def test_a_refused_citizen_is_told_why_and_what_he_can_do(client, permit, citizen):
    client.force_login(citizen(insured_months=3))
    page = client.post("/items/B09/apply", ANSWERS, follow=True).content.decode()
    for words in ("居住证申领，没有准许", "在本市连续参保满 6 个月", "不同意怎么办"):
        assert words in page
