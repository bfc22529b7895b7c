"""The PDF of a certificate, read back: its words, its code, and two who ask for one at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from tests.business.certificates import paper
from tests.known import MONDAY
from tongban.base.people.models import Office
from tongban.business.certificates import actions, documents
from tongban.business.certificates.actions import Face

pytestmark = pytest.mark.django_db
URL = "https://yunze.example/v/AbCdefgh_-12"


@pytest.fixture
def office():
    return Office.objects.create(
        code="GA",
        name_zh="云泽市公安局",
        name_en="Public Security Bureau",
        short_zh="公安局",
        short_en="Public Security",
        uscc="11329900MB0000001E",
        region_code="329900",
    )


@pytest.fixture
def issue(office):
    def issue(content, at=MONDAY, name_zh="居住证", case_number="329900-260921-000001"):
        face = Face(
            kind="11329900MB0000001E021",
            name_zh=name_zh,
            name_en="Residence permit",
            holder_id="PZHOU",
            content=content,
            valid_from=date(2026, 9, 21),
            valid_until=date(2027, 9, 20),
        )
        return actions.issue(face=face, office=office, case_number=case_number, by="t", at=at)

    return issue


def test_the_paper_says_what_the_certificate_holds_and_nothing_else(issue):
    made = issue({"姓名": "周雨桐", "身份证号": "329901199003070020"})

    assert paper.words(documents.pdf(made, URL)) == [
        "云泽市公安局",
        "居住证",
        "Residence permit",
        *("姓名", "周雨桐"),
        *("身份证号", "329901199003070020"),
        *("有效期限", "2026-09-21 至 2027-09-20"),
        *("签发日期", "2026-09-21"),
        *("证照编号", made.number),
        *("扫码核验 ", "Scan to verify"),
        made.identifier,
        *("公安局", "电子专用章"),
    ]


@pytest.mark.parametrize("url", [URL, "https://a.example/v/x", f"https://b.example/{'v' * 60}"])
def test_the_code_leads_to_where_it_is_verified(issue, url):
    assert paper.code(documents.pdf(issue({"姓名": "周雨桐"}), url)) == url


@pytest.mark.parametrize("name", ["䶮㛃", "𬭁", "阿卜杜拉·买买提", "A<br>#let x=1*粗*$y$"])
def test_rare_characters_and_what_looks_like_markup_are_printed_as_they_are(issue, name):
    words = "".join(paper.words(documents.pdf(issue({"姓名": name}), URL)))
    assert f"姓名{name}".replace(" ", "") in words.replace(" ", "")


def test_the_day_of_issue_is_the_citys(issue):
    """At 17:00 in Greenwich it is already the next day in the city."""
    made = issue({"姓名": "周雨桐"}, at=datetime(2026, 9, 21, 17, tzinfo=UTC))
    made.refresh_from_db()

    words = paper.words(documents.pdf(made, URL))

    assert words[words.index("签发日期") + 1] == "2026-09-22"
    assert made.number.startswith("32990020260922")


def test_the_same_certificate_is_the_same_file(issue):
    made = issue({"姓名": "周雨桐"})
    assert documents.pdf(made, URL) == documents.pdf(made, URL)
    assert b"CreationDate" not in documents.pdf(made, URL)


def test_several_people_print_at_once_and_each_gets_his_own(issue):
    names = ["周雨桐", "王芳", "李雷", "韩梅梅"]
    made = {n: issue({"姓名": n}, case_number=f"329900-260921-{n}") for n in names}
    asked = names * 5

    with ThreadPoolExecutor(4) as pool:
        papers = list(pool.map(lambda name: documents.pdf(made[name], URL), asked))

    assert [next(n for n in names if n in "".join(paper.words(p))) for p in papers] == asked
