"""Every page of the portal and the workbench: in Chinese on a phone, in English on a desk."""

import pytest

from tests.journeys import lakes
from tests.journeys.conftest import DESKTOP, PHONE
from tests.known import MONDAY
from tests.permits import CITY
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.certificates.models import Certificate
from tongban.data.lake.models import QuarantinedRow

JOURNEY = "page"
pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((PHONE, "zh-CN"), (DESKTOP, "en"))


def apply(permit, user) -> Case:
    application = Application({"wants_card": "no"}, {}, Case.Channel.PHONE)
    return cases.submit(version=permit, user=user, application=application, at=MONDAY)


def visit(visitor, username: str, pages: dict[str, str], sizes=SIZES) -> None:
    for size, language in sizes:
        somebody = visitor(size, language)
        if username:
            somebody.log_in(username)
        for name, path in pages.items():
            somebody.goto(path)
            somebody.look(f"{name}-{language[:2]}")


def test_the_portal(visitor, permit, citizen):
    granted = apply(permit, citizen())
    waiting = apply(permit, citizen("wang", insured_months=None))
    refused = apply(permit, citizen("li", insured_months=3))
    citizen("sun", owns_home_here=None, employed_here=None)
    citizen("chen")
    code = Certificate.objects.get().verify_code

    visit(
        visitor,
        "",
        {
            "home-visitor": "/",
            "items": "/items",
            "found": "/items?q=暂住证",
            "nothing-found": "/items?q=飞船",
            "guide-visitor": "/items/B09",
            "verify": f"/verify/{code}",
            "verify-unknown": "/verify/nothing",
            "log-in": "/accounts/login/",
        },
    )
    visit(
        visitor,
        "zhou",
        {
            "home-granted": "/",
            "granted": f"/cases/{granted.number}",
            "me": "/me",
            "papers": "/me/papers",
            "readers": "/me/readers",
        },
    )
    visit(visitor, "wang", {"waiting": f"/cases/{waiting.number}", "home-waiting": "/"})
    visit(visitor, "li", {"refused": f"/cases/{refused.number}", "guide-no": "/items/B09"})
    visit(visitor, "sun", {"form-more": "/items/B09/apply", "guide-unknown": "/items/B09"})
    visit(
        visitor,
        "chen",
        {
            "home": "/",
            "guide": "/items/B09",
            "form": "/items/B09/apply",
            "papers-none": "/me/papers",
            "not-yours": f"/cases/{granted.number}",
        },
    )


def test_the_workbench(visitor, time, permit, citizen, approver, tmp_path):
    # What is known of them stands in the first edition, which the police's file supersedes.
    waiting = apply(permit, citizen("wang", insured_months=None))
    granted = apply(permit, citizen())
    lakes.bring_standards(CITY)
    lakes.bring_models(CITY)
    lakes.collect(tmp_path)
    lakes.steward()
    for role in ("system_admin", "security_admin", "audit_admin"):
        user = people.open_account(
            username=role, password="correct horse battery", display_name=role, by="t", at=MONDAY
        )
        people.appoint(user=user, office_code="SJ", role=Post.Role(role), by="t", at=MONDAY)
    time.later(days=3)
    row = QuarantinedRow.objects.order_by("position").first()
    visit(
        visitor,
        "shen",
        {
            "todo": "/workbench/todo",
            "cases": "/workbench/cases",
            "case-waiting": f"/workbench/cases/{waiting.number}",
            "case-granted": f"/workbench/cases/{granted.number}",
            "way": f"/workbench/cases/{granted.number}/facts/insured_months",
            "refused-post": "/workbench/sources",
        },
    )
    visit(
        visitor,
        "he",
        {
            "sources": "/workbench/sources",
            "source": "/workbench/sources/GA01",
            "source-empty": "/workbench/sources/RS01",
            "quarantined": f"/workbench/quarantine/{row.pk}",
            "issues": "/workbench/issues",
            "lineage": "/workbench/lineage",
            "lineage-column": "/workbench/lineage?column=registers.person_facts.insured_months",
            "facts": "/workbench/facts",
        },
    )
    visit(visitor, "system_admin", {"editions": "/workbench/editions"})
    visit(visitor, "security_admin", {"grants": "/workbench/grants"})
    visit(visitor, "security_admin", {"accounts": "/workbench/accounts"})
    visit(visitor, "audit_admin", {"log": "/workbench/log"})
