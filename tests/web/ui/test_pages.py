"""The frames: what surrounds every page of citizens and staff, and the gallery inside them."""

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.templatetags.static import static
from lxml import html

from tongban.web.ui import parts
from tongban.web.ui.messages import CHINESE

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
READERS = pytest.mark.parametrize("reader", ["citizens", "staff"])


@pytest.fixture
def gallery(client):
    def load(reader: str, language: str = "zh") -> html.HtmlElement:
        response = client.get(f"/ui/components?for={reader}", headers={"Accept-Language": language})
        assert response.status_code == 200
        return html.fromstring(response.content.decode())

    return load


@LANGUAGES
@READERS
def test_the_gallery_shows_every_component(gallery, reader, language):
    page = gallery(reader, language)
    shown = set(" ".join(page.xpath("//main//@class")).split())
    assert shown >= {
        *(
            "tb-origin",
            "is-self",
            "is-old",
            "tb-fact",
            "tb-dispute",
            "tb-check",
            "tb-mark",
            "tb-req",
        ),
        *(
            "tb-proof",
            "tb-lamp",
            "tb-clock",
            "tb-strip",
            "tb-line",
            "tb-branch",
            "tb-cert",
            "tb-seal",
        ),
        *("tb-note", "tb-q", "tb-opt", "tb-err", "tb-tag", "tb-grade", "tb-cell-bad", "tb-kpi"),
        *(
            "tb-empty",
            "tb-skel",
            "tb-stack",
            "tb-pager",
            "tb-ring" if reader == "staff" else "tb-pager",
        ),
    }
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_gallery_is_not_there_in_production(client, settings):
    settings.DEMO = settings.DEBUG = False
    assert client.get("/ui/components").status_code == 404


@READERS
def test_an_english_page_holds_no_chinese_outside_data(gallery, reader):
    page = gallery(reader, "en")
    for data in page.xpath("//*[@lang='zh-CN'] | //*[contains(@class, 'tb-mono')] | //td"):
        data.getparent().remove(data)
    shown = [*page.xpath("//text()"), *page.xpath("//@aria-label | //@placeholder | //@title")]
    assert [text.strip() for text in shown if CHINESE.search(text)] == []


@READERS
def test_nothing_in_a_page_runs_or_styles_inline(gallery, reader):
    page = gallery(reader)
    assert page.xpath("//@style | //style | //@onclick") == []
    assert all(
        script.get("src") or script.get("type") == "application/json"
        for script in page.xpath("//script")
    )
    loaded = page.xpath("//script/@src | //link/@href | //img/@src | //use/@href")
    assert loaded
    assert [address for address in loaded if not address.startswith(("/static/", "#"))] == []


@READERS
def test_the_first_link_skips_to_the_content(gallery, reader):
    page = gallery(reader)
    first = page.xpath("//body//a")[0]
    assert first.get("href") == "#main"
    assert page.xpath("//main[@id='main']")


def test_citizens_load_no_script_of_the_workbench(gallery):
    assert gallery("citizens").xpath("//script/@src") == [static("ui/dist/citizen.js")]


def test_citizens_have_their_places_in_the_top_bar_and_at_the_bottom_of_a_phone(gallery):
    page = gallery("citizens")
    assert page.xpath("//nav[@class='tb-nav']/a/text()") == ["首页", "办事", "我的材料", "公开数据"]
    tabs = page.xpath("//nav[@class='tb-tabbar']/a")
    assert [tab.text_content() for tab in tabs] == ["首页", "办事", "我的材料", "我的"]
    assert [tab.get("aria-current") for tab in tabs] == ["page", None, None, None]


def test_staff_have_their_groups_at_the_side_with_counts(gallery, words):
    side = gallery("staff").xpath("//nav[@id='tb-side']")[0]
    assert side.xpath(".//h2/text()") == ["办件", "数据", "监督"]
    assert words(side.xpath(".//a[@aria-current='page']")[0]) == "待办28"


def test_staff_who_are_logged_in_have_an_account_menu(rf, words):
    request = rf.get("/workbench/")
    request.user = get_user_model()(username="shen", display_name="沈岚")
    page = html.fromstring(render_to_string("ui/staff.html", {"user": request.user}, request))
    menu = page.xpath("//details[@class='tb-account']")[0]
    assert words(menu.xpath("summary")[0]) == "沈 沈岚，打开账户菜单".replace(" ", "")
    assert menu.xpath(".//form/@action") == ["/ui/language", "/accounts/logout/"]
    assert menu.xpath(".//a/@href") == ["/accounts/password/change/", "/accounts/2fa/"]


def test_citizens_who_are_logged_in_see_their_name(rf):
    request = rf.get("/")
    request.user = get_user_model()(username="u1", display_name="周雨桐")
    page = html.fromstring(render_to_string("ui/citizen.html", {"user": request.user}, request))
    assert page.xpath("//a[@aria-label='周雨桐，我的']//span[@class='tb-only-desk']/text()") == [
        "周雨桐"
    ]


def test_the_city_gives_its_name_to_every_page(rf):
    city = parts.City("云泽通办", "云泽市人民政府", "云泽市政数局", "12345")
    page = render_to_string("ui/citizen.html", {"city": city}, rf.get("/"))
    for words in ("云泽通办", "云泽市人民政府", "主办：云泽市政数局", "服务热线 12345"):
        assert words in page


def test_the_log_in_page_wears_our_look(client, words):
    page = html.fromstring(client.get("/accounts/login/").content.decode())
    assert words(page.xpath("//main//h1")[0]) == "登录"
    assert page.xpath("//main//input[@name='login']/@class") == ["form-control"]
    assert [words(button) for button in page.xpath("//main//button")] == ["登录"]


def test_the_wall_is_dark(rf):
    assert 'data-bs-theme="dark"' in render_to_string("ui/wall.html", {}, rf.get("/"))
