"""Every address needs a log-in, or stands here with the reason why it does not."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.urls import URLPattern, get_resolver, reverse

PUBLIC = {
    "portal:home": "what a city offers is for everybody",
    "portal:search": "the same",
    "portal:guide": "the same; what is known of a person shows only to him",
    "portal:package_guide": "the same, for several items at once",
    "portal:verify": "a third party checks a certificate; nothing of its holder is told",
    "ui:language": "a choice of the reader",
    "ui:size": "a choice of the reader",
    "ui:components": "made-up examples; answers 404 outside a demo",
    "account_login": "the log-in itself",
    "account_logout": "ends what there is, and leads home",
    "account_inactive": "says that an account is locked",
    "account_signup": "says that nobody can sign up",
    "account_email_verification_sent": "a page of words",
    "account_confirm_email": "holds a signed key of its own",
    "api:api-1:api-root": "the place of the interface, not a page: answers 404",
}
SAMPLES = {"code": "B09", "number": "none", "key": "name", "fact": "name"}


class Page(NamedTuple):
    name: str
    path: str
    pattern: URLPattern


def pages(resolver=None, space: str = "") -> Iterator[Page]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if not isinstance(pattern, URLPattern):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from pages(pattern, inner)
            continue
        name = f"{space}{pattern.name}"
        wanted = pattern.pattern.regex.groupindex
        values = {key: SAMPLES.get(key, 1) for key in wanted}
        yield Page(name, reverse(name, kwargs=values), pattern)


CLOSED = [page for page in pages() if page.name not in PUBLIC]


def leads_to_login(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def is_shut(page: Page, response) -> bool:
    """A person is led to the log-in; a program is told that it lacks a token, or the method."""
    told = page.name.startswith("api:") and response.status_code in {401, 405}
    return told or leads_to_login(response)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_url_needs_a_login_or_says_why_not(client, method):
    open_to_all = [
        page.name for page in CLOSED if not is_shut(page, getattr(client, method)(page.path))
    ]
    assert open_to_all == []


def test_no_reason_stands_for_a_page_that_is_gone():
    assert set(PUBLIC) - {page.name for page in pages()} == set()


def test_a_page_said_to_be_public_is_public(client, city):
    closed = [
        page.name
        for page in pages()
        if page.name in PUBLIC and leads_to_login(client.get(page.path))
    ]
    assert closed == []


def test_every_page_of_the_workbench_names_the_posts_that_open_it():
    unnamed = [
        page.name
        for page in pages()
        if page.name.startswith("workbench:") and not getattr(page.pattern.callback, "roles", ())
    ]
    assert unnamed == []


def test_no_page_of_the_workbench_opens_to_a_citizen(client, citizen):
    client.force_login(citizen())
    answers = {
        page.name: client.get(page.path).status_code
        for page in CLOSED
        if page.name.startswith("workbench:")
    }
    assert set(answers.values()) == {409}, answers


def test_no_personal_page_of_the_portal_opens_to_staff(client, approver):
    client.force_login(approver)
    opened = [
        page.name
        for page in CLOSED
        if page.name.startswith("portal:") and not leads_to_login(client.get(page.path))
    ]
    assert opened == []
