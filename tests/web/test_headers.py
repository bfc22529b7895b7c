"""What goes with every page: the policy of what it may load, who may keep it, how long a session
lasts."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.known import MONDAY
from tongban import clock

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/items", "/items/B09", "/verify/nothing", "/accounts/login/", "/no/such/page")
PRIVATE = ("/", "/me", "/me/papers", "/me/readers", "/items/B09", "/items/B09/apply", "/cases/none")
POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


class Now:
    at = MONDAY


@pytest.fixture(autouse=True)
def now(monkeypatch):
    made = Now()
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_says_what_it_may_load_and_that_nobody_frames_it(path, client, permit):
    answer = client.get(path)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PRIVATE)
def test_what_somebody_who_is_logged_in_was_shown_is_not_kept(path, client, permit, citizen):
    client.force_login(citizen())
    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_a_visitors_page_may_be_kept(client, permit):
    assert "Cache-Control" not in client.get("/items/B09")


def test_a_session_ends_a_quarter_of_an_hour_after_the_last_page(client, permit, citizen, now):
    client.force_login(citizen())
    assert settings.SESSION_COOKIE_AGE == 15 * 60
    for _ in range(3):
        now.at += timedelta(minutes=10)
        answer = client.get("/me")
        assert answer.status_code == 200
        assert answer.cookies["sessionid"]["max-age"] == 15 * 60


def test_within_a_minute_a_session_is_not_written_again(client, permit, citizen, now):
    client.force_login(citizen())
    client.get("/items")

    def writes() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/items")
        return sum(query["sql"].startswith("UPDATE") for query in asked.captured_queries)

    now.at += timedelta(seconds=59)
    assert writes() == 0
    now.at += timedelta(seconds=1)
    assert writes() == 1


@pytest.mark.parametrize(("chosen", "lang"), [("en", "en"), ("zh-hans", "zh-CN"), ("fr", "zh-CN")])
def test_a_reader_chooses_the_language_and_is_led_back(chosen, lang, client, permit):
    answer = client.post("/ui/language", {"language": chosen, "next": "/items?q=1"})
    assert answer.url == "/items?q=1"
    assert f'<html lang="{lang}"' in client.get(answer.url).content.decode()


@pytest.mark.parametrize("path", ["/ui/language", "/ui/size"])
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_no_switch_leads_to_another_site(elsewhere, path, client, city):
    posted = {"language": "en", "size": "large", "next": elsewhere}
    assert client.post(path, posted).url == "/"


@pytest.mark.parametrize("path", ["/ui/size", "/ui/language"])
def test_a_switch_that_is_only_looked_at_switches_nothing(path, client, city):
    answer = client.get(path)
    assert answer.status_code in (302, 405)
    assert not answer.cookies


def test_the_size_of_text_is_kept_for_a_year_out_of_reach_of_scripts(client, city):
    answer = client.post("/ui/size", {"size": "large", "next": "/items"})
    cookie = answer.cookies["tongban_size"]
    assert (answer.url, cookie.value, cookie["max-age"]) == ("/items", "large", 365 * 86400)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert 'data-tb-size="large"' in client.get("/items").content.decode()
    client.post("/ui/size", {"size": "huge"})
    assert "data-tb-size" not in client.get("/items").content.decode()
