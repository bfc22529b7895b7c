"""Language and size of text: chosen by a post, kept in a cookie, back to where one was."""

import pytest
from django.conf import settings
from lxml import html


def page(client, **extra):
    return html.fromstring(client.get("/ui/components?for=citizens", **extra).content.decode())


def test_elder_mode_stays_until_it_is_switched_off(client):
    response = client.post("/ui/size", {"size": "large", "next": "/ui/components?for=citizens"})
    assert (response.status_code, response.url) == (302, "/ui/components?for=citizens")
    assert page(client).get("data-tb-size") == "large"
    assert page(client).xpath("string(//button[@name='size']/@aria-pressed)") == "true"
    assert page(client).xpath("string(//button[@name='size']/@value)") == "standard"

    client.post("/ui/size", {"size": "standard"})
    assert page(client).get("data-tb-size") is None


def test_the_cookie_of_elder_mode_is_for_the_server_alone(client):
    cookie = client.post("/ui/size", {"size": "large"}).cookies["tongban_size"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_switching_never_leads_to_another_site(client, away):
    assert client.post("/ui/size", {"size": "large", "next": away}).url == "/"


def test_switching_needs_a_post(client):
    assert client.get("/ui/size").status_code == 405


def test_the_language_stays_until_it_is_switched_back(client):
    assert page(client).get("lang") == "zh-CN"
    response = client.post(
        "/ui/language", {"language": "en", "next": "/ui/components?for=citizens"}
    )
    assert response.url == "/ui/components?for=citizens"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert page(client).get("lang") == "en"


def test_the_switch_is_written_in_the_language_it_leads_to(client):
    (to_english,) = page(client).xpath("//button[@name='language']")
    (to_chinese,) = page(client, headers={"Accept-Language": "en"}).xpath(
        "//button[@name='language']"
    )
    assert (to_english.get("lang"), to_english.text_content()) == ("en", "EN")
    assert (to_chinese.get("lang"), to_chinese.text_content()) == ("zh-CN", "中文")


def test_a_page_that_was_posted_to_leads_back_by_its_referer(client):
    posted = client.post("/refuse", headers={"Referer": "http://testserver/ui/components"})
    form = html.fromstring(posted.content.decode())
    assert set(form.xpath("//input[@name='next']/@value")) == {"http://testserver/ui/components"}
