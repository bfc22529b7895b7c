"""The pages of outside steps in a browser, in both languages, on every size of screen."""

import pytest

from tests.journeys.test_every_page import screen, visit
from tests.known import MONDAY
from tongban.business.cases import outside_http, outside_outcomes, outside_reconciling

JOURNEY = "outside"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("framed")]
__all__ = ["screen"]


def test_the_pages_of_outside_steps(screen, time, province, approver):
    calls = {}
    for name, kind in (("zhou", "declined"), ("wang", "never"), ("li", "never")):
        province.kind = kind
        calls[kind] = province.call(name)
        province.work(MONDAY)
    other = outside_http.Answer("", {"registered": False, "since": None, "remark": None})
    outside_outcomes.take(calls["never"].pk, other, MONDAY)
    province.server.take({"key": "329900-260921-777777-1"})
    time.later(days=1)
    province.at = time.at
    outside_reconciling.reconcile(code="residence-check", at=time.at)
    visit(
        screen,
        "shen",
        {
            "list": "/workbench/outside",
            "none": "/workbench/outside?status=cancelled",
            "failed": f"/workbench/outside/{calls['declined'].pk}",
            "answered": f"/workbench/outside/{calls['never'].pk}",
        },
    )
