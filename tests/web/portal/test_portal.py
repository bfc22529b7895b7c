"""The portal, page by page, as a browser without JavaScript sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.known import KNOWN
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(client, permit, citizen):
    client.force_login(citizen())
    return client


def test_a_visitor_finds_the_item_by_its_old_name(client, permit):
    page = client.get("/items", {"q": "暂住证"}).content.decode()
    assert "居住证申领" in page


def test_nothing_found_says_what_to_try(client, permit):
    page = client.get("/items", {"q": "飞船"}).content.decode()
    assert "没有找到“飞船”" in page
    assert "换一个说法试试" in page


def test_the_guide_tells_a_citizen_whether_he_would_get_it(zhou):
    page = zhou.get("/items/B09").content.decode()
    assert "符合条件，可以当场办好" in page
    assert "公安局" in page


def test_the_guide_tells_a_visitor_the_conditions_and_reads_nothing(client, permit):
    page = client.get("/items/B09").content.decode()
    assert "登录以后，我们按已掌握的数据替您核对" in page
    assert KNOWN["name"] not in page


def test_applying_needs_a_login(client, permit):
    response = client.get("/items/B09/apply")
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_only_what_is_not_known_is_asked(zhou):
    page = zhou.get("/items/B09/apply").content.decode()
    assert "回答 1 个问题，过目就好" in page
    assert KNOWN["citizen_id"] not in page
    assert "329**************0" in page


def test_revealing_a_number_shows_it(zhou):
    row = zhou.get("/items/B09/known/citizen_id").content.decode()
    assert KNOWN["citizen_id"] in row


def test_submitting_leads_to_the_certificate(zhou):
    response = zhou.post("/items/B09/apply", {"wants_card": "no"}, follow=True)
    page = response.content.decode()
    assert "居住证申领，办好了" in page
    assert Case.objects.get().status == Case.Status.GRANTED

    pdf = zhou.get(f"/cases/{Case.objects.get().number}/certificate.pdf")
    assert pdf.content.startswith(b"%PDF-")


def test_an_unanswered_question_is_named_and_nothing_is_lost(zhou):
    response = zhou.post("/items/B09/apply", {})
    assert response.status_code == 422
    assert "还不能提交" in response.content.decode()
    assert not Case.objects.exists()


def test_the_public_page_verifies_and_says_nothing_of_the_holder(zhou, client):
    zhou.post("/items/B09/apply", {"wants_card": "no"})
    from tongban.business.certificates.models import Certificate

    certificate = Certificate.objects.get()
    client.logout()
    page = client.get(f"/verify/{certificate.verify_code}").content.decode()
    assert "真实，现在有效" in page
    for secret in (KNOWN["name"], KNOWN["citizen_id"], KNOWN["residence_address"]):
        assert secret not in page


def test_an_unknown_code_is_not_verified(client, permit):
    response = client.get("/verify/nothing")
    assert response.status_code == 404
    assert "没有这张证照" in response.content.decode()


def test_a_stranger_is_refused_without_learning_anything(zhou, citizen, client):
    zhou.post("/items/B09/apply", {"wants_card": "no"})
    number = Case.objects.get().number
    client.force_login(citizen("wang"))
    response = client.get(f"/cases/{number}")
    assert response.status_code == 409
    assert KNOWN["name"] not in response.content.decode()


def test_a_file_that_is_no_picture_or_pdf_is_refused_by_name(client, permit, citizen):
    client.force_login(citizen(owns_home_here=None, employed_here=None))
    file = SimpleUploadedFile("合同.docx", b"PK\x03\x04nothing")
    answers = {"wants_card": "no", "residence_basis": "rent", "residence_evidence": file}
    response = client.post("/items/B09/apply", answers)
    assert response.status_code == 409
    assert "合同.docx 不是 PDF、JPEG 或 PNG 文件" in response.content.decode()
    assert not Case.objects.exists()


def test_who_read_what_of_mine(zhou):
    zhou.get("/items/B09")
    page = zhou.get("/me/readers").content.decode()
    assert "公安局" in page
    assert "item:B09" not in page


@pytest.mark.parametrize("path", ["/", "/me", "/me/papers", "/me/readers", "/items"])
def test_every_page_opens_in_both_languages(zhou, path):
    assert zhou.get(path).status_code == 200
    zhou.cookies["django_language"] = "en"
    assert zhou.get(path).status_code == 200


def test_home_offers_what_would_be_granted_at_once_until_it_was_applied_for(zhou):
    assert "只剩 1 个问题" in zhou.get("/").content.decode()
    zhou.post("/items/B09/apply", {"wants_card": "no"})
    page = zhou.get("/").content.decode()
    assert "已为您备好" not in page
    assert "1 条新通知" in page

    zhou.get("/me")
    assert "1 条新通知" not in zhou.get("/").content.decode()


def test_home_offers_nothing_that_a_person_would_have_to_decide(client, permit, citizen):
    client.force_login(citizen(insured_months=None))
    assert "已为您备好" not in client.get("/").content.decode()


def test_staff_are_led_from_home_to_their_own_pages(client, approver):
    client.force_login(approver)
    assert client.get("/").url == "/workbench/"


@pytest.fixture
def sun(client, permit, citizen):
    client.force_login(citizen("sun", owns_home_here=None, employed_here=None))
    return client


ASKED = ["wants_card", "residence_basis", "owns_home_here", "employed_here"]


def test_questions_come_anew_only_when_an_answer_changes_them(sun):
    shown = [*ASKED[:2], "residence_evidence", *ASKED[2:]]
    same = sun.post("/items/B09/questions", {"shown": shown, "residence_basis": "rent"})
    assert (same.status_code, same.content) == (204, b"")

    fewer = sun.post("/items/B09/questions", {"shown": shown, "residence_basis": "none"})
    assert fewer.status_code == 200
    assert "residence_evidence" not in fewer.content.decode()


def test_without_javascript_a_question_that_opens_is_asked_before_submitting(sun):
    given = {"shown": ASKED, "wants_card": "no", "residence_basis": "rent"}
    page = sun.post("/items/B09/apply", given).content.decode()
    assert "还要请您回答一个问题" in page
    assert 'name="residence_evidence"' in page
    assert not Case.objects.exists()


def test_a_draft_keeps_the_answers(zhou):
    zhou.post("/items/B09/draft", {"wants_card": "yes"})
    page = zhou.get("/items/B09/apply").content.decode()
    assert 'value="yes" checked' in page


def test_an_application_can_be_withdrawn(client, permit, citizen):
    client.force_login(citizen(insured_months=None))
    client.post("/items/B09/apply", {"wants_card": "no"})
    number = Case.objects.get().number
    page = client.post(f"/cases/{number}/withdraw", follow=True).content.decode()
    assert "居住证申领，已撤回" in page
    assert Case.objects.get().status == Case.Status.WITHDRAWN


def test_readings_of_a_day_that_are_alike_stand_as_one(zhou):
    for _ in range(3):
        zhou.get("/items/B09")
    page = zhou.get("/me/readers").content.decode()
    assert "这一天 3 次" in page
