"""The form: what is asked, what is shown for a look, objections, drafts, revealing a number."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.known import KNOWN, MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.audit.models import Event
from tongban.business.cases.attachments import MOST_BYTES, FileTooLarge, TooManyFiles
from tongban.business.cases.models import Case

pytestmark = pytest.mark.django_db
FORM = "/items/B09/apply"
HOMELESS = {"owns_home_here": None, "employed_here": None}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def person(client, permit, citizen):
    """Logs somebody in of whom this is known."""

    def make(**known):
        user = citizen(**known)
        client.force_login(user)
        return user

    return make


@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [
        ("zh", "确认信息 · 居住证申领 · 云泽通办", "回答 1 个问题，过目就好"),
        ("en", "Check what we know · Application for a residence permit · Yunze Tongban", "1"),
    ],
)
def test_the_form_says_how_much_is_left_to_do(language, title, heading, client, person):
    person()
    shown = page(client.get(FORM, **in_language(language)))
    assert words(shown, "//title") == title
    assert heading in words(shown, "//h1")


def test_of_whom_nothing_is_known_everything_is_asked_and_the_page_says_why(client, person):
    person(**dict.fromkeys(KNOWN))
    shown = page(client.get(FORM))
    assert "这一次没有查到您的信息，请您填写。" in words(shown, "//main")
    assert not shown.xpath("//div[@class='tb-fact']")
    assert {"name", "citizen_id", "birth_date"} <= set(shown.xpath("//main//@name"))


def test_every_kind_of_question_keeps_its_answer_when_another_is_missing(client, person):
    person(**dict.fromkeys(KNOWN))
    given = {
        "residence_basis": "rent",
        "phone": "13800006021",
        "birth_date": "1990-03-07",
        "owns_home_here": "true",
        "name": "<周>",
    }
    answer = client.post(FORM, given)
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.xpath("//input[@name='phone']/@value") == ["13800006021"]
    assert shown.xpath("//input[@name='birth_date'][@type='date']/@value") == ["1990-03-07"]
    assert shown.xpath("//input[@name='owns_home_here'][@checked]/@value") == ["true"]
    assert shown.xpath("//input[@name='name']/@value") == ["<周>"]
    wrong = [link.removeprefix("#q-") for link in shown.xpath("//div[@role='alert']//a/@href")]
    assert "wants_card" in wrong
    assert [name for name in wrong if not shown.xpath("//*[@id=$id]", id=f"q-{name}")] == []
    assert not Case.objects.exists()


@pytest.mark.parametrize(("language", "told"), [("zh", "还不能提交"), ("en", "Not ready to send")])
def test_what_is_missing_is_said_in_the_readers_language(language, told, client, person):
    person()
    answer = client.post(FORM, {}, **in_language(language))
    summary = page(answer).xpath("//div[@role='alert'][@data-tb-focus]")[0]
    assert (answer.status_code, len(summary.xpath(".//li"))) == (422, 1)
    fieldset = page(answer).xpath("//fieldset[contains(@class, 'is-invalid')]")[0]
    assert fieldset.get("aria-describedby") == "q-wants_card-hint q-wants_card-error"


def test_each_known_value_can_be_objected_to_at_its_office(client, person):
    person()
    shown = page(client.get(FORM))
    facts = {row.get("id"): row for row in shown.xpath("//div[@class='tb-fact']")}
    employer = facts["fact-employer_name"]
    assert words(employer, "dd[@class='v']/span") == KNOWN["employer_name"]
    assert employer.xpath(".//input/@name") == ["dispute-employer_name"]
    assert "我们会请人社局核对，10 个工作日内答复。" in words(employer, ".//p")
    assert all(len(row.xpath(".//details")) == 1 for row in facts.values())


@pytest.mark.parametrize("words_of", ["", "   "])
def test_an_empty_objection_is_none(words_of, client, person):
    person()
    client.post(FORM, {"wants_card": "no", "dispute-insured_months": words_of})
    assert Case.objects.get().status == Case.Status.GRANTED


def test_an_objection_to_what_the_rules_need_goes_to_a_person(client, person):
    person()
    client.post(FORM, {"wants_card": "no", "dispute-insured_months": "不止"})
    assert Case.objects.get().status == Case.Status.RUNNING


@pytest.mark.parametrize(("language", "office"), [("zh", "公安局"), ("en", "Public Security")])
def test_a_number_is_revealed_with_its_origin_after_the_reading_was_noted(
    language, office, client, person
):
    user = person()
    answer = client.get("/items/B09/known/citizen_id", **in_language(language))
    row = page(answer)
    assert words(row, ".//dd[@class='v']") == KNOWN["citizen_id"]
    assert office in words(row, ".//dd[@class='o']")
    assert answer["Cache-Control"] == "private, no-store"
    read = Event.objects.filter(kind="facts.read", subjects__contains=[user.subject_id])
    assert read.count() == 1


def test_what_is_not_of_the_form_is_not_revealed(client, person):
    person()
    for key in ("insured", "wants_card", "residence_basis", "subject_id"):
        assert client.get(f"/items/B09/known/{key}").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_questions_come_in_the_readers_language(language, client, person):
    person(**HOMELESS)
    given = {"shown": ["wants_card"], "residence_basis": "rent"}
    answer = client.post("/items/B09/questions", given, **in_language(language))
    legend = words(page(answer), ".//legend")
    assert legend == {"zh": "1. 您要实体卡吗？", "en": "1. Do you want a card?"}[language]


def test_a_draft_is_a_persons_own_and_gone_once_the_case_is_made(client, person, citizen):
    user = person()
    assert client.post("/items/B09/draft", {"wants_card": "yes"}).url == "/"
    client.force_login(citizen("wang"))
    assert not page(client.get(FORM)).xpath("//input[@checked]")

    client.force_login(user)
    assert page(client.get(FORM)).xpath("//input[@checked]/@value") == ["yes"]
    assert not Case.objects.exists()


def test_a_draft_keeps_answers_of_the_form_alone(client, person):
    person()
    client.post("/items/B09/draft", {"wants_card": "no", "nothing": "x", "status": "granted"})
    shown = client.get(FORM).content.decode()
    assert 'value="no" checked' in shown
    assert "nothing" not in shown


@pytest.mark.parametrize(
    ("agent", "channel"),
    [
        ("Mozilla/5.0 (iPhone) Mobile/15E148", "phone"),
        ("Mozilla/5.0 (X11; Linux)", "web"),
        ("", "web"),
    ],
)
def test_a_case_knows_from_what_it_was_sent(agent, channel, client, person):
    person()
    client.post(FORM, {"wants_card": "no"}, headers={"User-Agent": agent})
    assert Case.objects.get().channel == channel


def upload(client, *contents: bytes, language: str = "zh"):
    files = [SimpleUploadedFile(f"{n}.pdf", content) for n, content in enumerate(contents)]
    given = {"wants_card": "no", "residence_basis": "rent", "residence_evidence": files}
    return client.post(FORM, given, **in_language(language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_is_too_large_is_refused_by_its_name(language, client, person):
    person(**HOMELESS)
    answer = upload(client, b"%PDF-" + b" " * MOST_BYTES, language=language)
    told = FileTooLarge(name="0.pdf", most=10).told(language)
    assert (answer.status_code, told in said(answer)) == (409, True)
    assert not Case.objects.exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_many_files_are_refused(language, client, person):
    person(**HOMELESS)
    answer = upload(client, *[b"%PDF-"] * 11, language=language)
    told = TooManyFiles(most=10).told(language)
    assert (answer.status_code, told in said(answer)) == (409, True)
    assert not Case.objects.exists()


def test_files_of_other_names_are_not_looked_at(client, person):
    person()
    file = SimpleUploadedFile("x.exe", b"MZ")
    client.post(FORM, {"wants_card": "no", "anything": file})
    assert Case.objects.get().attachments.count() == 0


def test_a_form_that_cannot_be_read_is_answered_in_words(client, person):
    person()
    answer = client.post(FORM, b"x", content_type="multipart/form-data; boundary=")
    assert (answer.status_code, "看不懂这个请求" in said(answer)) == (400, True)


def test_more_answers_than_a_form_can_have_are_not_read(client, person):
    person()
    answer = client.post(FORM, {f"a{n}": "1" for n in range(1_001)})
    assert answer.status_code == 400
    assert not Case.objects.exists()
