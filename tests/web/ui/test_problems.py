"""A refusal is an answer, a bug is a page with a number; both in the reader's language."""

import logging
import re

import pytest
from django.test import Client
from lxml import html

ENGLISH = {"headers": {"Accept-Language": "en"}}
FRAGMENT = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def main(response) -> str:
    page = html.fromstring(response.content.decode())
    return " ".join(page.xpath("//main")[0].text_content().split())


def test_a_refusal_is_told_in_chinese_or_english(visitor):
    zh, en = visitor.get("/refuse"), visitor.get("/refuse", **ENGLISH)
    assert (zh.status_code, en.status_code) == (409, 409)
    assert "办件 260922-000507 已经受理过。" in main(zh)
    assert "Case 260922-000507 was already accepted." in main(en)
    assert '<html lang="zh-CN"' in zh.content.decode()
    assert '<html lang="en"' in en.content.decode()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/cases/1", ["http://testserver/cases/1", "/"]),
        ("https://evil.example/", ["/"]),
        ("", ["/"]),
    ],
)
def test_a_refusal_leads_back_to_our_own_pages_only(visitor, referer, back):
    page = html.fromstring(visitor.get("/refuse", headers={"Referer": referer}).content.decode())
    assert page.xpath("//main//a/@href") == back


@pytest.mark.parametrize(
    ("path", "status"), [("/refuse", 409), ("/fail", 500), ("/deny", 403), ("/no", 404)]
)
def test_a_fragment_gets_the_words_alone_in_the_alert_region(visitor, path, status):
    response = visitor.get(path, **FRAGMENT)
    assert response.status_code == status
    assert response["HX-Retarget"] == "#tb-alert"
    words = response.content.decode().strip()
    assert words.startswith('<div class="tb-note')
    assert "<html" not in words


def test_a_bug_gives_a_number_that_the_log_knows(visitor, caplog):
    with caplog.at_level(logging.ERROR):
        response = visitor.get("/fail")
    (number,) = re.findall(r"[0-9A-F]{4}-0923", response.content.decode())
    assert f"Error {number} at GET /fail" in caplog.text


def test_a_bug_keeps_what_was_entered_except_secrets(visitor):
    entered = {
        "answer": "张三",
        "choice": ["a", "b"],
        "password1": "geheim",
        "csrfmiddlewaretoken": "t",
    }
    response = visitor.post("/fail?step=2", entered)
    form = html.fromstring(response.content.decode()).xpath("//main//form")[0]
    kept = [
        (field.get("name"), field.get("value")) for field in form.xpath(".//input[@type='hidden']")
    ]
    assert form.get("action") == "/fail?step=2"
    assert kept[1:] == [("answer", "张三"), ("choice", "a"), ("choice", "b")]
    assert kept[0][0] == "csrfmiddlewaretoken"
    assert "geheim" not in response.content.decode()


def test_a_bug_in_something_else_than_a_form_keeps_nothing(visitor):
    response = visitor.post("/fail", b"{}", content_type="application/json")
    assert response.status_code == 500
    assert not html.fromstring(response.content.decode()).xpath("//main//form")


def test_a_broken_context_does_not_break_the_page_of_a_bug(visitor, settings):
    (engine,) = settings.TEMPLATES
    broken = {"context_processors": ["tests.web.ui.urls.fail"]}
    settings.TEMPLATES = [{**engine, "OPTIONS": broken}]
    assert "页面出错，不是您的问题" in main(visitor.get("/fail"))


def test_a_missing_page_and_a_closed_one_say_what_to_do(visitor):
    assert "从首页可以搜到所有事项和数据。" in main(visitor.get("/no"))
    assert "您还没有登录。" in main(visitor.get("/deny"))


def test_an_expired_form_says_that_nothing_happened(settings):
    response = Client(enforce_csrf_checks=True).post("/ui/size", {"size": "large"})
    assert response.status_code == 403
    assert "这一页放得太久。" in main(response)


def test_a_locked_account_says_how_long(show, words, rf):
    from datetime import timedelta

    from django.template.loader import render_to_string

    page = render_to_string(
        "ui/locked.html", {"cooloff_timedelta": timedelta(minutes=30)}, rf.get("/")
    )
    assert "请等 30 分钟再试" in page


@pytest.mark.parametrize(
    ("language", "heading"),
    [("zh-hans", "来得太快，请稍等一会儿"), ("en", "Too many requests, please wait a moment")],
)
def test_who_comes_too_often_is_asked_to_wait_in_his_language(language, heading, rf):
    from django.template.loader import render_to_string
    from django.utils import translation

    with translation.override(language):
        page = html.fromstring(render_to_string("429.html", {}, rf.get("/")))
    assert page.xpath("//main//h1/text()") == [heading]
    assert page.xpath("//main//a/@href") == ["/"]
