"""Log-in and the pages of one's account: under the city's name, in both languages, within limits
that all processes count together."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from tongban.base.people import actions as people
from tongban.base.people.models import City

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"
WRONG = {"login": "zhou", "password": "wrong"}
PAGES = ("/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/")


def read(answer) -> html.HtmlElement:
    return html.fromstring(answer.content.decode())


def words(page: html.HtmlElement, path: str) -> str:
    return " ".join(page.xpath(path)[0].text_content().split())


@pytest.mark.parametrize(
    ("language", "title", "brand", "government"),
    [
        ("zh", "登录 · 云泽通办", "云泽通办", "云泽市人民政府"),
        ("en", "Log in · Yunze Tongban", "Yunze Tongban", "Government of Yunze City"),
    ],
)
def test_the_log_in_stands_under_the_name_of_the_city(
    language, title, brand, government, client, city
):
    page = read(client.get(LOGIN, headers={"Accept-Language": language}))
    assert words(page, "//title") == title
    assert words(page, "//a[@class='tb-brand']") == f"{brand}{government}"


@pytest.mark.parametrize("path", PAGES)
def test_so_do_the_pages_of_the_account(path, client, approver):
    client.force_login(approver)
    answer = client.get(path, follow=True)
    assert (answer.status_code, words(read(answer), "//title")[-4:]) == (200, "云泽通办")


@pytest.mark.parametrize(("language", "brand"), [("zh", "通办"), ("en", "Tongban")])
def test_before_a_city_is_loaded_the_platform_gives_its_own_name(language, brand, client, db):
    City.objects.all().delete()
    for path in (LOGIN, "/"):
        page = read(client.get(path, headers={"Accept-Language": language}))
        assert words(page, "//a[@class='tb-brand']") == brand


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "您提供的用户名或密码不正确。"),
        ("en", "The username and/or password you specified are not correct."),
    ],
)
def test_a_wrong_password_is_said_without_telling_whether_the_account_exists(
    language, said, client, citizen
):
    citizen()
    headers = {"Accept-Language": language}
    told = [
        words(read(client.post(LOGIN, given, headers=headers)), "//*[@role='alert']/div")
        for given in (WRONG, {**WRONG, "login": "nobody"})
    ]
    assert told[0] == told[1]
    assert said in told[0]
    assert "_auth_user_id" not in client.session


def test_after_five_wrong_passwords_the_right_one_does_not_open_either(client, citizen):
    citizen()
    last = [client.post(LOGIN, WRONG) for _ in range(5)][-1]
    assert last.status_code == 429
    right = client.post(LOGIN, {**WRONG, "password": PASSWORD})
    assert right.status_code == 429
    assert "请等 30 分钟再试" in right.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_logs_in_goes_on_where_he_wanted_to_but_nowhere_else(client, citizen):
    citizen()
    given = {"login": "zhou", "password": PASSWORD}
    assert client.post(f"{LOGIN}?next=/me/papers", given).url == "/me/papers"
    client.logout()
    assert client.post(f"{LOGIN}?next=//evil.example/", given).url == "/"


def test_nobody_signs_up_or_resets_a_password_by_himself(client, city):
    assert words(read(client.get("/accounts/signup/")), "//main//h1") == "注册关闭"
    posted = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", posted)
    assert not people.User.objects.filter(username="new").exists()
    assert client.get("/accounts/password/reset/").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "来得太快，请稍等一会儿"), ("en", "Too many requests, please wait a moment")],
)
def test_too_many_log_ins_from_one_place_are_asked_to_wait(language, said, client, city, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    headers = {"Accept-Language": language}
    answers = [client.post(LOGIN, WRONG, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert words(read(answers[-1]), "//main//h1") == said
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/abc/", "login/code/"])
def test_an_account_has_no_address_to_write_to(path, client, approver):
    client.force_login(approver)
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}", {"email": "a@b.example"}).status_code == 404


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM web_cache")
        return cursor.fetchone()[0]


def test_log_ins_are_counted_where_every_process_sees_them(client, city, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    assert counted() == 0
    client.post(LOGIN, WRONG)
    assert counted() > 0


@pytest.mark.parametrize("path", ["/", "/items/B09", "/items/B09/apply", "/me"])
def test_an_ordinary_page_asks_nothing_of_the_place_where_limits_are_counted(
    path, client, permit, citizen
):
    client.force_login(citizen())
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert not [query for query in asked.captured_queries if "web_cache" in query["sql"]]


def test_a_password_that_is_changed_opens_and_the_old_one_does_not(client, approver):
    client.force_login(approver)
    new = "staple battery horse"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = client.post("/accounts/password/change/", given, follow=True)
    assert answer.status_code == 200
    client.logout()
    client.post(LOGIN, {"login": "shen", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post(LOGIN, {"login": "shen", "password": new})
    assert client.session["_auth_user_id"] == str(approver.pk)


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "密码太短，至少要 12 个字符。"), ("en", "too short")]
)
def test_a_short_password_is_refused_in_words(language, said, client, approver):
    client.force_login(approver)
    given = {"oldpassword": PASSWORD, "password1": "kurz", "password2": "kurz"}
    answer = client.post("/accounts/password/change/", given, headers={"Accept-Language": language})
    assert said in answer.content.decode()
    approver.refresh_from_db()
    assert approver.check_password(PASSWORD)


def test_codes_of_the_second_factor_are_guessed_ten_times_from_wherever(client, approver):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(approver, secret)
    address = "/accounts/2fa/authenticate/"
    given = {"login": "shen", "password": PASSWORD}
    assert client.post(LOGIN, given).url.startswith(address)
    right = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    for last in range(10):
        client.post(address, {"code": wrong}, REMOTE_ADDR=f"10.0.0.{last}")
    refused = client.post(address, {"code": right}, REMOTE_ADDR="10.0.0.99")

    assert refused.status_code == 200
    assert "_auth_user_id" not in client.session
