"""Nobody applies: an officer looks at who was found, confirms and tells; the person accepts on his
phone, and the month is paid."""

import pytest

from tests.business.offers.conftest import look, offer, staff, ten_people
from tests.journeys.conftest import PHONE
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.business.offers.models import Candidate

__all__ = ["offer", "ten_people"]
JOURNEY = "offers"
pytestmark = pytest.mark.django_db


def test_from_who_was_found_to_the_month_that_is_paid(visitor, offer):
    look(offer)
    staff("shen")
    people.open_account(
        username="zhou",
        password="correct horse battery",
        display_name="周雨桐",
        subject_id="P1",
        by="test",
        at=MONDAY,
    )
    shen = visitor()
    page = shen.page
    shen.enter("shen", "/workbench/offers")
    shen.look("1-offers")
    page.locator("main a[href$='/offers/D02']").first.click()
    page.wait_for_url("**/workbench/offers/D02")
    shen.look("2-found")
    one = Candidate.objects.get(subject_id="P1")
    shen.goto(f"/workbench/offers/D02/candidates/{one.number}")
    shen.look("3-candidate")

    shen.goto("/workbench/offers/D02")
    for opens in ("#tb-confirm-sure", "#tb-tell"):
        page.locator(opens).click()
        page.locator(f"details:has({opens}) form button").click()
        page.locator(opens).wait_for(state="detached")
        shen.look(f"4-after{opens.replace('#tb', '')}")

    zhou = visitor(PHONE)
    zhou.enter("zhou", f"/offers/{one.number}")
    zhou.look("5-offer")
    zhou.page.locator("#tb-accept").click()
    zhou.page.locator("#tb-accept").wait_for(state="detached")
    zhou.look("6-accepted")
    one.refresh_from_db()
    assert one.status == "accepted"

    shen.goto("/workbench/offers/D02/payments")
    shen.look("7-payments")
    page.locator("#tb-make").click()
    page.locator("#tb-close").wait_for()
    shen.look("8-list")
