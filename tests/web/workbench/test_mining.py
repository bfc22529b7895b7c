"""The supervisor's page: figures, filters in the address, and the cases behind every number."""

import csv
import io
import itertools
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.business.supervision import history
from tests.data import shared
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.business.cases.models import CaseEvent
from tongban.business.supervision import actions
from tongban.data.lake.models import EditionTable
from tongban.engines.mining import Activity, Edge, Graph, Span
from tongban.web.workbench.mining import drawing, looking
from tongban.web.workbench.processes import durations

URL = "/workbench/mining"


@pytest.fixture(scope="module")
def filled(ground, tmp_path_factory):
    """The city with forty cases, handed in."""
    with shared.lake(tmp_path_factory.mktemp("mined")):
        cases = history.make(ground.permit, 40)
        actions.hand_in_events(by="test", at=MONDAY)
        yield cases


@pytest.fixture
def cases(filled, db):
    return filled


@pytest.fixture
def enter(city, client):
    def enter(role: str, office: str):
        user = people.open_account(
            *(), username=f"{role}-{office}", password="x" * 12, display_name="高远",
            by="test", at=MONDAY,
        )  # fmt: skip
        people.appoint(user=user, office_code=office, role=role, by="test", at=MONDAY)
        client.force_login(user)
        return client

    return enter


def page(client, **asked) -> str:
    response = client.get(URL, asked)
    assert response.status_code == 200
    return response.content.decode()


def cases_in(text: str) -> set[str]:
    behind = text.partition('id="behind"')[2].partition("</section>")[0]
    return set(re.findall(r"/workbench/cases/(3299\d+)", behind))


def test_the_page_shows_figures_steps_and_ways(cases, enter):
    text = page(enter("supervisor", "SJ"))

    ended = [c for c in cases if c.finished_at and c.status != "withdrawn"]
    running = [c for c in cases if c.status == "running"]
    assert f"其中在办 {len(running)} 件" in text
    assert re.search(rf"{len(ended)} 件办结中超期 \d+ 件", text)
    assert all(name in text for name in ("受理", "书面审查", "决定", "补正", "公安局", "民政局"))
    assert f"{len(cases)} 件办件，{CaseEvent.objects.count()} 个事件" in text


def test_behind_every_number_stand_its_cases(cases, enter):
    client = enter("supervisor", "SJ")

    running = {case.number for case in cases if case.status == "running"}
    assert cases_in(page(client, what="running")) == running
    again = {c.number for c in cases if ends(c, "review") > 1}
    assert cases_in(page(client, what="again", of="review")) == again
    phone = {c.number for c in cases if c.channel == "phone"}
    assert cases_in(page(client, what="channel", of="phone")) == phone
    assert cases_in(page(client, what="all", channel="phone")) == phone
    straight = {c.number for c in cases if follows(c, "accept", "review")}
    assert cases_in(page(client, what="follows", of="accept→review")) == straight


def ends(case, step):
    return case.events.filter(activity=step, transition="complete").count()


def follows(case, source, target):
    done = list(
        case.events.filter(transition="complete").order_by("pk").values_list("activity", flat=True)
    )
    return (source, target) in zip(done, done[1:], strict=False)


def test_every_link_of_the_page_leads_to_a_page(cases, enter):
    client = enter("supervisor", "SJ")
    text = page(client)
    links = set(re.findall(r'href="(\?[^"#]*)', text))

    assert len(links) > 30
    for link in sorted(links)[::6]:
        answer = client.get(URL + link.replace("&amp;", "&"))
        assert answer.status_code == 200, link


def test_what_the_log_does_not_have_is_as_if_not_asked(cases, enter):
    client = enter("supervisor", "SJ")
    plain = page(client)
    odd = {"variant": "99999", "step": "x", "edges": "900", "since": "2026-13", "what": "no"}

    assert without_tokens(page(client, **odd)) == without_tokens(plain)
    for what, of in (("step", "x"), ("follows", "a"), ("variant", "-1"), ("variant", "²")):
        assert 'id="behind"' not in page(client, what=what, of=of)


def without_tokens(text: str) -> str:
    page = text.partition('id="tb-mining"')[2]
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_filter_that_leaves_nothing_offers_all_cases(cases, enter):
    text = page(enter("supervisor", "SJ"), until="1999-01")
    assert "没有这样的办件" not in text, "a month of another century is no month"

    text = page(enter("lead", "GA"), until="2020-01")
    assert "没有这样的办件" in text
    assert f'<a href="{URL}">看全部办件</a>' in text


def test_months_are_those_of_the_city(cases, enter):
    client = enter("supervisor", "SJ")
    september = {c.number for c in cases if c.submitted_at.strftime("%Y-%m") == "2026-09"}

    assert cases_in(page(client, since="2026-09", what="all")) == september
    assert cases_in(page(client, since="2026-09", until="2026-09", what="all")) == september


def test_the_head_of_an_office_has_no_other_office_on_his_page(cases, enter):
    text = page(enter("lead", "GA"), what="all")

    assert cases_in(text) == {c.number for c in cases if c.office.code == "GA"}
    assert 'name="office"' not in text


def test_somebody_without_the_post_is_told_whose_page_it_is(cases, enter):
    answer = enter("steward", "SJ").get(URL)

    assert answer.status_code == 409 or answer.status_code == 403
    assert not Event.objects.filter(kind="log.mined").exists()


def test_before_anything_was_handed_in_the_page_says_what_to_do(cases, enter):
    EditionTable.objects.filter(table="ods.bj_sj").delete()
    text = page(enter("supervisor", "SJ"))

    assert "还没有可分析的办件" in text
    assert "tongban run" in text


def test_in_english_no_chinese_is_left_but_names_of_data(cases, enter):
    client = enter("supervisor", "SJ")
    client.cookies["django_language"] = "en"
    text = page(client)

    assert "Review" in text
    assert not re.search(
        r"[\u4e00-\u9fff]", text.partition('id="tb-mining"')[2].partition("</main>")[0]
    )


def test_the_chosen_cases_go_out_as_a_file(cases, enter):
    client = enter("supervisor", "SJ")
    answer = client.post(f"{reverse('workbench:mining_csv')}?channel=web")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert {row["case:concept:name"] for row in rows} == {
        c.number for c in cases if c.channel == "web"
    }
    assert answer["Content-Disposition"].startswith('attachment; filename="tongban-cases-')
    assert client.get(reverse("workbench:mining_xes")).status_code == 405
    assert Event.objects.filter(kind="log.exported").count() == 1


NO_TIME = Span(*3 * (MONDAY - MONDAY,))


def activity(name, starts=0, ends=0):
    return Activity(name, 1, 1, starts, ends, 0, 0, 0, None, 0.0, 0, None)


def test_a_picture_keeps_each_step_in_the_order_of_the_cases():
    edges = [("a", "b", 90), ("b", "c", 80), ("b", "b", 5), ("c", "b", 4), ("a", "c", 1)]
    graph = Graph(
        tuple(Edge(s, t, n, NO_TIME) for s, t, n in edges),
        (activity("c", ends=80), activity("b"), activity("a", starts=90)),
    )
    all_of_it, least = drawing.draw(graph, 100), drawing.draw(graph, 0)

    at = {box.activity.name: box.x for box in all_of_it.boxes}
    assert at["a"] < at["b"] < at["c"]
    assert [(line.edge.source, line.edge.target) for line in all_of_it.lines] == [
        (s, t) for s, t, _ in edges
    ]
    assert [line.is_back for line in all_of_it.lines] == [False, False, True, True, False]
    assert all_of_it.share == 1.0
    assert [(e.edge.source, e.edge.target) for e in least.lines] == [
        *(("a", "b"), ("b", "c"), ("c", "b")),
    ], "no step stands alone"
    assert drawing.draw(Graph((), ()), 90).boxes == ()


def test_no_label_stands_on_a_box_or_on_another_label():
    edges = [("a", "b", 90), ("a", "c", 40), ("a", "d", 30), ("c", "e", 20), ("d", "e", 9)]
    edges += [("b", "e", 80), ("b", "b", 3), ("e", "b", 2), ("a", "e", 1)]
    graph = Graph(
        tuple(Edge(s, t, n, NO_TIME) for s, t, n in sorted(edges, key=lambda e: -e[2])),
        (activity("a", starts=160), *map(activity, "bcd"), activity("e", ends=100)),
    )
    drawn = drawing.draw(graph, 100)

    width, height = drawing.LABEL_WIDTH, drawing.LABEL_HEIGHT
    places = [(x.x, x.y, width, height) for x in drawn.lines]
    places += [
        (box.x + drawing.WIDTH // 2, box.y + drawing.HEIGHT // 2, drawing.WIDTH, drawing.HEIGHT)
        for box in drawn.boxes
    ]
    assert len(drawn.lines) == 9
    for (x, y, wide, high), (to_x, to_y, to_wide, to_high) in itertools.combinations(places, 2):
        assert 2 * abs(x - to_x) >= wide + to_wide or 2 * abs(y - to_y) >= high + to_high
    assert all(y > high // 2 and y + high // 2 < drawn.height for _, y, _, high in places)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("人工审查", "人工审查"),
        ("向申请人送达不予许可决定书", "向申请人送达不予许可…"),
        ("Notify the applicant", "Notify the applicant"),
        ("Serve the notice of refusal", "Serve the notice of r…"),
    ],
)
def test_a_name_is_cut_by_its_width(name, shown):
    assert looking._cut(name) == shown


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (0.5, ("<1", "分")),
        (59.9, ("59", "分")),
        (90, ("1.5", "小时")),
        (13_440, ("9.3", "天")),
        (None, ("–", "")),
    ],
)
def test_a_large_figure_has_one_number_and_its_unit(minutes, shown):
    lasted = None if minutes is None else timedelta(minutes=minutes)
    assert durations.one(lasted) == shown
