"""Whatever an address or a form says, nobody meets an error of the server.

The test client raises what would be one, so an answer of any other kind is what is asserted."""

import pytest
from django.test import Client

from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
PARAMETERS = ("q", "from", "before", "kind", "lamp", "due", "column", "next", "nonsense")
VALUES = {
    "negative": "-1",
    "huge": "9" * 30,
    "ten thousand characters": "居" * 10_000,
    "not ascii digits": "²③",
    "sql": "' OR 1=1 --",
    "markup": "<script>alert(1)</script>",
    "like": "%_\\",
    "lone surrogate": "\ud800".encode("utf-8", "surrogatepass"),
    "empty": "",
}
PORTAL = ("/", "/items", "/items/B09", "/items/B09/apply", "/me", "/me/papers", "/me/readers")
STAFF = {
    "approver": ("/workbench/todo", "/workbench/cases", "/workbench/search"),
    "steward": ("/workbench/sources/GA01", "/workbench/lineage", "/workbench/issues"),
    "audit_admin": ("/workbench/log",),
    "security_admin": ("/workbench/grants", "/workbench/accounts"),
}
STRANGE = ("x" * 500, "9" * 30, "'", "..", "%2e%2e", "居住证", "a%0d%0ab", "<b>")


@pytest.fixture
def staff(city):
    def make(role: str):
        user = people.open_account(
            username=role, password="correct horse battery", display_name=role, by="t", at=MONDAY
        )
        people.appoint(user=user, office_code="GA", role=Post.Role(role), by="t", at=MONDAY)
        return user

    return make


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_parameter_breaks_a_page_of_the_portal(value, client, permit, citizen):
    client.force_login(citizen())
    given = dict.fromkeys(PARAMETERS, value)
    assert {client.get(path, given).status_code for path in PORTAL} == {200}


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_parameter_breaks_a_page_of_the_workbench(value, role, client, permit, staff):
    client.force_login(staff(role))
    given = dict.fromkeys(PARAMETERS, value)
    assert {client.get(path, given).status_code for path in STAFF[role]} == {200}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_case_that_is_not_there_is_refused_beside_the_list(value, client, permit, staff):
    client.force_login(staff("approver"))
    answer = client.get("/workbench/todo", {"case": value})
    assert answer.status_code == (409 if value else 200)


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "看不懂这个请求"), ("en", "cannot be read")]
)
def test_the_character_nul_is_answered_in_words(language, words, client, permit, citizen):
    client.force_login(citizen())
    english = {"Accept-Language": language}
    for path in ("/items?q=%00", "/items/a%00b", "/cases/%00", "/verify/%00", "/?%00=1"):
        answer = client.get(path, headers=english)
        assert (answer.status_code, words in answer.content.decode()) == (400, True), path
    answer = client.post("/items/B09/apply", {"wants_card": "no\0"}, headers=english)
    assert answer.status_code == 400
    assert not Case.objects.exists()


@pytest.mark.parametrize("strange", STRANGE)
def test_no_name_of_a_thing_breaks_the_portal(strange, client, permit, citizen):
    client.force_login(citizen())
    paths = (
        *(f"/items/{strange}", f"/items/{strange}/apply", f"/items/B09/known/{strange}"),
        *(f"/cases/{strange}", f"/cases/{strange}/certificate.pdf", f"/verify/{strange}"),
    )
    answers = {path: client.get(path).status_code for path in paths}
    assert set(answers.values()) <= {404, 409}, answers


@pytest.mark.parametrize("strange", STRANGE)
def test_no_name_of_a_thing_breaks_the_workbench(strange, client, permit, staff):
    client.force_login(staff("approver"))
    paths = (f"/workbench/cases/{strange}", f"/workbench/cases/{strange}/facts/name")
    assert {client.get(path).status_code for path in paths} <= {404, 409}
    assert client.get(f"/workbench/todo/{strange}").status_code in {302, 404}
    client.force_login(staff("steward"))
    assert client.get(f"/workbench/sources/{strange}").status_code in {404, 409}


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_a_number_of_nothing_is_not_found(number, client, permit, staff, citizen):
    client.force_login(staff("approver"))
    assert client.post(f"/workbench/work/{number}", {"decision": "grant"}).status_code == 404
    case = cases.submit(
        version=permit,
        user=citizen(),
        application=Application({"wants_card": "no"}, {}, Case.Channel.WEB),
        at=MONDAY,
    )
    assert client.get(f"/workbench/cases/{case.number}/files/{number}").status_code == 404
    assert client.get(f"/workbench/cases/{case.number}/facts/nothing").status_code == 404
    client.force_login(staff("steward"))
    assert client.get(f"/workbench/quarantine/{number}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/items", "/items/B09", "/me", "/me/papers", "/me/readers"])
def test_a_page_to_read_answers_head_and_refuses_to_be_posted_to(path, client, permit, citizen):
    client.force_login(citizen())
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(path).status_code == 405
    assert client.delete(path).status_code == 405


def test_what_changes_something_refuses_to_be_read(client, permit, staff, citizen):
    client.force_login(citizen())
    for path in ("/items/B09/draft", "/items/B09/questions", "/cases/none/withdraw"):
        assert client.get(path).status_code == 405
    client.force_login(staff("approver"))
    assert client.get("/workbench/work/1").status_code == 405
    client.force_login(staff("system_admin"))
    assert client.get("/workbench/editions/roll-back").status_code == 405


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"wants_card": "neither"},
        {"wants_card": ["no", "yes"]},
        {"wants_card": "x" * 10_000},
        {"dispute-name": "x" * 10_000},
        {"dispute-": "?", "dispute-nothing": "?"},
        {"citizen_id": "329901199003070020"},
        {"shown": ["nothing", "", "wants_card"]},
    ],
)
def test_no_answer_breaks_the_form(answers, client, permit, citizen):
    client.force_login(citizen("sun", owns_home_here=None, employed_here=None))
    for path in ("/items/B09/apply", "/items/B09/questions", "/items/B09/draft"):
        assert client.post(path, answers).status_code in {200, 204, 302, 409, 422}, path


def test_a_form_without_its_token_says_how_to_go_on(permit, citizen):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(citizen())
    answer = strict.post("/items/B09/apply", {"wants_card": "no"})
    assert (answer.status_code, "刚才的提交没有生效" in answer.content.decode()) == (403, True)
    assert not Case.objects.exists()
