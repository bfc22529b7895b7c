"""A fact's way: each reads in the post he holds himself, and every station speaks his language."""

import pytest

from tests.known import KNOWN, MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.data.exchange import gate
from tongban.web.workbench import ways

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def stations(response) -> dict[str, list[tuple[str, str]]]:
    found = {}
    for stop in page(response).xpath("//ol[@class='tb-way']/li"):
        lines = [words(line) for line in stop.xpath(".//dl/*")]
        found[words(stop, ".//h2")] = list(zip(lines[::2], lines[1::2], strict=True))
    return found


def test_every_station_of_the_way_is_there(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    shown = stations(client.get(f"/workbench/cases/{case.number}/facts/employed_here"))
    assert list(shown) == ["来源行", "数据版次", "基础库", "判定与理由", "谁看过"]
    assert shown["来源行"][:2] == [("来源", "RS01 GA01:1:7"), ("数据时间", "—")]
    assert ("事实", "在本市就业 = 是") in shown["基础库"]
    assert any(label == "血缘" for label, _hop in shown["基础库"])


def test_the_readers_are_told_by_office_and_purpose_not_by_code(client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    answer = client.get(f"/workbench/cases/{case.number}/facts/employed_here")
    assert stations(answer)["谁看过"] == [("9-21 10:00", "公安局 居住证申领的核验与自动判定")]


@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [("zh", "来源行", "“在本市就业”是怎么来的"), ("en", "Source row", "Employed here")],
)
def test_the_way_speaks_both_languages(language, title, heading, client, waiting, approver):
    case = waiting()
    client.force_login(approver)
    answer = client.get(
        f"/workbench/cases/{case.number}/facts/employed_here", **in_language(language)
    )
    assert next(iter(stations(answer))) == title
    assert heading in said(answer, "//h1")


@pytest.fixture
def asked(monkeypatch) -> list[gate.Reader]:
    """In whose name the source's cells were asked for."""
    readers = []
    real = gate.source_cells

    def ask(*, reader: gate.Reader, **more):
        readers.append(reader)
        return real(reader=reader, **more)

    monkeypatch.setattr(ways.gate, "source_cells", ask)
    return readers


@pytest.mark.parametrize(
    ("role", "office"), [("approver", "GA"), ("clerk", "GA"), ("supervisor", "SJ")]
)
def test_the_source_is_asked_in_the_post_that_the_reader_holds(
    role, office, client, waiting, staff, asked
):
    case = waiting()
    user = staff(role, office)
    client.force_login(user)
    client.get(f"/workbench/cases/{case.number}/facts/employed_here")
    assert asked == [gate.Reader(str(user.pk), role, office, "")]


def test_who_holds_several_posts_asks_as_the_approver_of_the_case(client, waiting, staff, asked):
    case = waiting()
    user = staff("clerk", "GA")
    for office, role in (("RS", "approver"), ("GA", "approver"), ("SJ", "supervisor")):
        people.appoint(user=user, office_code=office, role=Post.Role(role), by="t", at=MONDAY)
    client.force_login(user)
    client.get(f"/workbench/cases/{case.number}/facts/employed_here")
    assert [(reader.office, reader.post) for reader in asked] == [("GA", "approver")]


@pytest.mark.parametrize(("role", "office"), [("clerk", "GA"), ("supervisor", "SJ")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_grant_the_station_says_so_and_the_rest_of_the_way_is_shown(
    language, role, office, client, waiting, staff
):
    case = waiting()
    client.force_login(staff(role, office))
    path = f"/workbench/cases/{case.number}/facts/citizen_id"
    answer = client.get(path, **in_language(language))
    shown = list(stations(answer).values())
    told = gate.NotGranted(reader=f"{office}/{role}", use="review:B09", what="citizen_id")
    assert shown[0][-1][1] == told.told(language)
    assert len(shown) == 5
    assert KNOWN["citizen_id"] not in answer.content.decode()


def test_a_row_that_is_no_row_of_a_load_has_no_station_of_checks():
    for row in ("", "GA01", "GA01:x:7", "GA01:1", "a:b:c:d"):
        assert ways._load(row) is None
