"""The steward's list of objections, the page of one, and what applicant and officer see of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.reading import page, words
from tongban.base.people.models import User
from tongban.business.cases.models import Case, Objection

pytestmark = pytest.mark.django_db
LIST = "/workbench/objections"


@pytest.fixture
def disputed(client, permit, citizen) -> Objection:
    """An objection of somebody who then logs out."""
    client.force_login(citizen())
    given = {"dispute-insured_months": "不止 14 个月"}
    client.post("/items/B09/apply", {"wants_card": "no", **given})
    client.logout()
    return Objection.objects.get()


def test_an_empty_list_says_what_will_come(client, staff):
    client.force_login(staff("steward", "RS"))
    assert "没有待核实的异议" in client.get(LIST).content.decode()


def test_the_steward_opens_what_is_said_beside_what_is_registered(client, disputed, staff):
    client.force_login(staff("steward", "RS"))
    (link,) = page(client.get(LIST)).xpath(f"//a[@href='{LIST}/{disputed.pk}']")
    assert words(link) == disputed.evidence.label_zh

    shown = words(page(client.get(f"{LIST}/{disputed.pk}")).xpath("//main")[0])
    assert "不止 14 个月" in shown
    assert "14" in shown
    assert "周雨桐" in shown


def test_a_supervisor_watches_and_opens_nothing(client, disputed, staff):
    client.force_login(staff("supervisor", "SJ"))
    assert disputed.evidence.label_zh in client.get(LIST).content.decode()
    assert not page(client.get(LIST)).xpath(f"//a[@href='{LIST}/{disputed.pk}']")
    assert client.get(f"{LIST}/{disputed.pk}").status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_offices_steward_is_refused(method, client, disputed, staff):
    client.force_login(staff("steward", "GA"))
    answer = getattr(client, method)(f"{LIST}/{disputed.pk}", {"status": "upheld", "words": "是"})
    assert answer.status_code == 409
    assert "不止" not in answer.content.decode()
    disputed.refresh_from_db()
    assert disputed.status == Objection.Status.OPEN


def test_an_objection_that_is_not_there_is_not_found(client, staff):
    client.force_login(staff("steward", "RS"))
    assert client.get(f"{LIST}/999999").status_code == 404


def test_the_answer_stands_on_the_pages_of_the_applicant_and_the_officer(
    client, disputed, staff, approver
):
    case = Case.objects.get()
    client.force_login(approver)
    assert "正在核实，最晚" in client.get(f"/workbench/cases/{case.number}").content.decode()

    client.force_login(staff("steward", "RS"))
    given = {"status": "upheld", "words": "漏记 2 个月\r\n已补"}
    answer = client.post(f"{LIST}/{disputed.pk}", given)
    assert (answer.status_code, answer.url) == (302, LIST)
    assert "没有待核实的异议" in client.get(LIST).content.decode()
    closed = page(client.get(f"{LIST}/{disputed.pk}"))
    assert not closed.xpath("//button[@name='status']")

    client.force_login(approver)
    assert "漏记 2 个月<br>已补" in client.get(f"/workbench/cases/{case.number}").content.decode()
    client.force_login(case_owner(case))
    assert "漏记 2 个月<br>已补" in client.get(f"/cases/{case.number}").content.decode()


@pytest.mark.parametrize(
    ("given", "words_zh"),
    [
        ({"words": "已核对"}, "请说明异议是否属实"),
        ({"status": "upheld", "words": " "}, "请用 1 至 2000 个字说明核实的情况"),
    ],
)
def test_half_an_answer_is_refused_with_what_is_missing(client, disputed, staff, given, words_zh):
    client.force_login(staff("steward", "RS"))
    answer = client.post(f"{LIST}/{disputed.pk}", given)
    assert (answer.status_code, words_zh in answer.content.decode()) == (409, True)


def case_owner(case: Case):
    return User.objects.get(subject_id=case.applicant_id)


def test_the_list_takes_as_many_queries_for_two_objections_as_for_one(
    client, permit, citizen, staff
):
    client.force_login(staff("steward", "RS"))
    steward = client.session["_auth_user_id"]
    counts = []
    for name in ("sun", "qian"):
        client.force_login(citizen(name))
        client.post("/items/B09/apply", {"wants_card": "no", "dispute-insured_months": "不止"})
        client.force_login(User.objects.get(pk=steward))
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
