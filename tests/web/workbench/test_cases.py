"""Cases of the workbench: lists and their pages, the files of applicants, deciding."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.business.cases import actions as cases
from tongban.business.cases.models import Case, Decision
from tongban.web.workbench.cases import NotDecided

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a contract"


class Now:
    at = MONDAY


@pytest.fixture(autouse=True)
def now(monkeypatch):
    made = Now()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.mark.parametrize("decision", ["", "maybe", "GRANT", None])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_neither_yes_nor_no_is_no_decision(language, decision, client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    given = {"words": "已核实"} | ({} if decision is None else {"decision": decision})
    answer = client.post(
        f"/workbench/work/{case.work_items.get().pk}", given, **in_language(language)
    )
    assert (answer.status_code, NotDecided().told(language) in said(answer)) == (409, True)
    assert Case.objects.get().status == Case.Status.RUNNING


def test_a_reason_of_the_longest_length_reaches_the_applicant_whole(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    lines = ["字" * 99] * 20  # with its line breaks 1,999 for a browser, 2,018 as it is sent
    given = {"decision": "refuse", "words": "\r\n".join(lines)}
    client.post(f"/workbench/work/{case.work_items.get().pk}", given)
    client.force_login(applicant(case))
    shown = page(client.get(f"/cases/{case.number}"))
    (reason,) = [t for t in shown.xpath("//div[@class='tb-note plain']/div/text()") if "字" in t]
    assert reason.split("\n") == lines


def applicant(case: Case):
    from tongban.base.people.models import User

    return User.objects.get(subject_id=case.applicant_id)


@pytest.mark.parametrize(
    ("days", "told", "lamp"),
    [
        (0, "剩 5 个工作日", "none"),
        (3, "剩 2 个工作日", "blue"),
        (8, "今天到期", "yellow"),
        (9, "超承诺 1 个工作日", "red"),
        (40, "超承诺", "purple"),
    ],
)
def test_the_clock_says_what_is_left_or_how_late_it_is(
    days, told, lamp, client, waiting, approver, now
):
    case = waiting()
    client.force_login(approver)
    now.at = MONDAY + timedelta(days=days)
    for path in ("/workbench/todo", f"/workbench/cases/{case.number}"):
        shown = page(client.get(path))
        (clock_of,) = shown.xpath("//*[@class='tb-clock']/span")
        assert told in words(clock_of)
        assert clock_of.get("class") == f"tb-lamp {lamp}"


def test_late_cases_are_counted_above_the_list_and_in_the_bell(client, waiting, approver, now):
    waiting("wang")
    client.force_login(approver)
    now.at = MONDAY + timedelta(days=9)
    waiting("li")
    shown = page(client.get("/workbench/todo"))
    assert words(shown, "//div[@class='tb-pagehead']/span") == "今天到期 0 件，已超期 2 件"
    assert words(shown, "//a[@class='bell']/span") == "2"
    english = page(client.get("/workbench/todo", **in_language("en")))
    assert english.xpath("//a[@class='bell']/@aria-label") == ["2 cases due today or overdue"]


def test_the_filter_in_use_is_marked_and_an_empty_one_leads_back(client, waiting, approver):
    waiting()
    client.force_login(approver)
    shown = page(client.get("/workbench/todo?lamp=none"))
    assert shown.xpath("//a[@class='tb-filter'][@aria-current]/@href") == ["?tab=to_do&lamp=none"]
    assert shown.xpath("//tr[@data-tb-preview]")
    empty = page(client.get("/workbench/todo?lamp=red"))
    assert words(empty, "//main//*[@class='tb-empty']/b") == "这里没有待办"
    assert empty.xpath("//main//*[@class='tb-empty']//a/@href") == ["?tab=to_do"]


@pytest.mark.parametrize(("language", "told"), [("zh", "没有待办"), ("en", "Nothing to do")])
def test_who_has_nothing_to_do_is_told_so(language, told, client, approver):
    client.force_login(approver)
    answer = client.get("/workbench/todo", **in_language(language))
    assert words(page(answer), "//main//*[@class='tb-empty']/b") == told


@pytest.fixture
def handed_in(client, permit, citizen) -> Case:
    """A case with a contract that its applicant handed in."""
    client.force_login(citizen("sun", owns_home_here=None, employed_here=None))
    file = SimpleUploadedFile("租房合同.pdf", PDF, "text/html")
    answers = {"wants_card": "no", "residence_basis": "rent", "residence_evidence": file}
    client.post("/items/B09/apply", answers)
    return Case.objects.get()


def test_an_officer_opens_the_files_of_the_case_as_what_they_are(client, handed_in, approver):
    client.force_login(approver)
    (link,) = page(client.get(f"/workbench/cases/{handed_in.number}")).xpath(
        "//a[contains(@href, '/files/')]"
    )
    assert words(link) == "租房合同.pdf"
    answer = client.get(link.get("href"))
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_nobody_else_opens_them(client, handed_in, waiting, approver, staff):
    file = handed_in.attachments.get()
    path = f"/workbench/cases/{{}}/files/{file.pk}"
    client.force_login(staff("approver", "RS"))
    assert client.get(path.format(handed_in.number)).status_code == 409
    client.force_login(applicant(handed_in))
    assert client.get(path.format(handed_in.number)).status_code == 409

    client.force_login(approver)
    other = waiting()
    assert client.get(path.format(other.number)).status_code == 404


def test_a_disputed_fact_is_marked_and_waits_for_a_person(client, permit, citizen, approver):
    client.force_login(citizen())
    given = {"dispute-insured_months": "不止 14 个月", "dispute-owns_home_here": "已经卖了"}
    client.post("/items/B09/apply", {"wants_card": "no", **given})
    case = Case.objects.get()
    assert case.status == Case.Status.RUNNING
    client.force_login(approver)
    shown = page(client.get(f"/workbench/cases/{case.number}"))
    marked = shown.xpath("//*[contains(@class, 'tb-unknown')]")
    assert [words(one) for one in marked] == ["申请人有异议"]


def test_what_was_decided_shows_by_whom_and_offers_no_decision(client, waiting, approver):
    case = waiting()
    cases.complete(
        work_item_id=case.work_items.get().pk, user=approver, grant=True, words="已核实", at=MONDAY
    )
    client.force_login(approver)
    shown = page(client.get(f"/workbench/cases/{case.number}"))
    assert not shown.xpath("//button[@name='decision']")
    steps = [
        words(step, ".//span[not(@class)]") for step in shown.xpath("//ol[@class='tb-strip']/li")
    ]
    assert steps[0] == "提交申请"
    assert steps[-1] == "准予"
    told = words(shown, "//h2[text()='判定与理由']/../..")
    assert "规则判定" in told
    assert "人工决定" in told
    assert "已核实" in told
    assert Decision.objects.count() == 2
    assert words(shown, "//nav[contains(@class, 'tb-crumb')]/a") == "办件"
