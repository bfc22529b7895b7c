"""Revoking a certificate on its case's page: by whom, with what reason, and what shows then."""

import pytest

from tests.business.applying import apply
from tests.web.reading import page, said, words
from tongban.business.certificates.models import Certificate

pytestmark = pytest.mark.django_db
WHY = "持证人已迁出本市"


@pytest.fixture
def granted(permit, citizen):
    return apply(permit, citizen())


def address(case, end: str = "") -> str:
    return f"/workbench/cases/{case.number}{end}"


def test_an_approver_revokes_it_and_the_public_page_says_so_at_once(client, granted, approver):
    client.force_login(approver)
    assert page(client.get(address(granted))).xpath("//button[@id='tb-revoke']")

    answer = client.post(address(granted, "/revoke"), {"reason": WHY})

    assert (answer.status_code, answer.url) == (302, address(granted))
    shown = page(client.get(address(granted)))
    assert WHY in words(shown, "//aside")
    assert not shown.xpath("//button[@id='tb-revoke']")
    client.logout()
    public = said(client.get(f"/verify/{Certificate.objects.get().verify_code}"))
    assert "真实，但已注销" in public
    assert WHY not in public


@pytest.mark.parametrize(
    ("role", "office"), [("clerk", "GA"), ("supervisor", "SJ"), ("approver", "RS")]
)
def test_nobody_else_is_offered_it_or_does_it(role, office, client, granted, staff):
    client.force_login(staff(role, office))
    assert b"tb-revoke" not in client.get(address(granted)).content
    assert client.post(address(granted, "/revoke"), {"reason": WHY}).status_code == 409
    assert Certificate.objects.get().revoked_at is None


def test_without_a_reason_nothing_happens_and_the_page_says_what_is_missing(
    client, granted, approver
):
    client.force_login(approver)
    answer = client.post(address(granted, "/revoke"), {"reason": " "})
    assert (answer.status_code, "请用 1 至 200 个字写明注销证照" in said(answer)) == (409, True)
    assert Certificate.objects.get().revoked_at is None


def test_a_case_without_a_certificate_has_none_to_revoke(client, permit, citizen, approver):
    case = apply(permit, citizen(insured_months=None))
    client.force_login(approver)
    assert client.post(address(case, "/revoke"), {"reason": WHY}).status_code == 404
    assert client.get(address(case, "/revoke")).status_code == 405
