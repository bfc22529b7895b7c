"""A session that has ended: a page leads to the log-in, and a fragment takes its page there."""

from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "http://testserver/items/B09/apply?a=1"}


def test_a_fragment_takes_the_whole_page_to_the_log_in_and_back(client, permit):
    for answer in (
        client.post("/items/B09/questions", headers=FRAGMENT),
        client.get("/items/B09/known/citizen_id", headers=FRAGMENT),
        client.get("/workbench/todo/none", headers=FRAGMENT),
    ):
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Location" not in answer
        led = urlsplit(answer["HX-Redirect"])
        assert led.path == "/accounts/login/"
        assert parse_qs(led.query) == {"next": ["http://testserver/items/B09/apply?a=1"]}


@pytest.mark.parametrize("elsewhere", ["https://evil.example/items", "javascript:alert(1)", ""])
def test_nobody_is_led_to_another_site_after_logging_in(elsewhere, client, permit):
    headers = {**FRAGMENT, "HX-Current-URL": elsewhere}
    answer = client.get("/items/B09/known/citizen_id", headers=headers)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2F"


def test_a_page_leads_to_the_log_in_as_ever(client, permit):
    answer = client.get("/items/B09/apply")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/items/B09/apply")


def test_a_citizen_who_is_logged_out_meanwhile_is_led_there_too(client, permit, citizen):
    client.force_login(citizen())
    assert client.get("/items/B09/known/citizen_id", headers=FRAGMENT).status_code == 200
    client.logout()
    answer = client.get("/items/B09/known/citizen_id", headers=FRAGMENT)
    assert "HX-Redirect" in answer


def test_the_log_in_offers_no_reset_that_this_platform_does_not_have(client, city):
    page = client.get("/accounts/login/").content.decode()
    assert "password/reset" not in page
    assert "忘了密码，请联系管理员重置。" in page


def test_a_failed_log_in_leaves_no_name_and_no_address_in_the_log(client, citizen, caplog):
    citizen("zhou")
    with caplog.at_level("DEBUG"):
        for _ in range(6):  # the last one meets a locked account
            client.post("/accounts/login/", {"login": "zhou", "password": "guessed wrong"})
    told = [one.getMessage() for one in caplog.records if one.name.startswith("axes")]
    assert any("login failure" in line for line in told)
    assert not [line for line in told if "zhou" in line or "127.0.0.1" in line or "guess" in line]
