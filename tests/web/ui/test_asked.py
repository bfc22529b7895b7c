"""What an address asks for: whoever wrote it, it fits or it is left out."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tongban.web.ui import asked as ask
from tongban.web.ui import context

GET = RequestFactory()
ANYTHING = st.text(max_size=30)


def request(**given_words: str):
    return GET.get("/", given_words)


@given(ANYTHING, st.integers(min_value=0, max_value=10))
def test_words_are_never_longer_than_asked_and_have_no_blank_ends(text, most):
    found = ask.words(request(q=text), "q", most)
    assert len(found) <= most
    assert found == found.strip()
    assert found in text


@given(ANYTHING)
def test_a_list_begins_at_a_place_that_it_can_have(text):
    assert 0 <= ask.offset(request(**{"from": text})) <= ask.FARTHEST


@given(st.integers(min_value=0, max_value=ask.FARTHEST))
def test_a_place_of_the_list_is_found_as_written(place):
    assert ask.offset(request(**{"from": str(place)})) == place


@given(ANYTHING, st.integers(min_value=0, max_value=50))
def test_a_page_begins_inside_its_list(text, total):
    assert ask.page(request(**{"from": text}), total) in range(max(total, 1))


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("41", 41), ("42", 42), ("43", None), ("100", None), ("", None)]
    + [(text, None) for text in ("-1", "+1", "1.0", "²", "٣", "１", " 1", "1e1")],
)
def test_a_number_is_digits_of_ascii_up_to_a_most(text, number):
    most = 42 if text != "007" else 999
    assert ask.number(request(n=text), "n", most) == number


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("/items?q=1", True),
        ("http://testserver/me", True),
        ("https://testserver/me", True),
        ("http://testserver.evil.example/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
        ("http:///evil.example", False),
        ("\\\\evil.example", False),
        ("", False),
    ],
)
def test_an_address_is_followed_only_inside_this_site(url, kept):
    assert context.inside(request(), url) == (url if kept else "")


def test_on_a_secure_page_an_insecure_address_is_not_followed():
    secure = GET.get("/", secure=True)
    assert context.inside(secure, "http://testserver/me") == ""
    assert context.inside(secure, "https://testserver/me") == "https://testserver/me"


@pytest.mark.parametrize(
    ("method", "referer", "here"),
    [
        ("get", "", "/items?q=1"),
        ("post", "http://testserver/me?a=1", "http://testserver/me?a=1"),
        ("post", "https://evil.example/", "/"),
        ("post", "", "/"),
    ],
)
def test_switching_the_language_leads_back_to_what_was_read(method, referer, here):
    headers = {"Referer": referer} if referer else {}
    made = getattr(GET, method)("/items?q=1", headers=headers)
    assert context.chrome(made)["chrome"].here == here


@pytest.mark.parametrize(("cookie", "large"), [("large", True), ("standard", False), ("x", False)])
def test_large_text_is_a_cookie(cookie, large):
    made = request()
    made.COOKIES[context.SIZE_COOKIE] = cookie
    assert context.chrome(made)["chrome"].large is large
