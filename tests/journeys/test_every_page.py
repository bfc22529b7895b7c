"""Every page of the portal and the workbench, in both languages, on every size of screen.

Each page is loaded once in a language, in a frame; the other widths and 大字 (the elder mode) are
met by resizing it, which paints nothing. A picture is left in screens/ only of what fails."""

from datetime import date
from pathlib import Path

import pytest

from tests.browser import RULES
from tests.business.supervision import history
from tests.commands.simulating import small
from tests.journeys import lakes
from tests.journeys.conftest import Visitor
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case, Objection
from tongban.business.cases.verbs import correcting, suspending
from tongban.business.certificates.models import Certificate
from tongban.business.supervision import actions as supervision
from tongban.commands.simulating import runs
from tongban.data.lake.models import QuarantinedRow
from tongban.web.ui.messages import CHINESE

JOURNEY = "page"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("framed")]
LOOK = Path(__file__).with_name("look.js").read_text().strip().removesuffix(";")
BLANK = "/static/ui/dist/licences.txt"  # a page of this site that runs nothing
# What a language may break: the names of things. All rules are asked about the English page, once.
NAMES = {
    **RULES,
    "runOnly": [
        *("document-title", "html-has-lang", "html-lang-valid", "valid-lang", "duplicate-id-aria"),
        *("button-name", "link-name", "label", "select-name", "image-alt", "svg-img-alt"),
        *("aria-input-field-name", "aria-toggle-field-name", "aria-command-name", "summary-name"),
    ],
}
LANGUAGES = {
    "zh-hans": {"first": 390, "rules": NAMES},
    "en": {"first": 1440, "rules": RULES},
}
ASKED = {
    "widths": [360, 390, 640, 1440],  # 640 is a screen of 1280 at a zoom of 200 %
    "large": [360, 1440],
    "least": {"citizen": 14, "staff": 12},  # pixels of the smallest text
    "leastLarge": 18,
    "seconds": 20,
}
ASKED_IN_VAIN = "飞船"


def apply(permit, user, **disputed: str) -> Case:
    application = Application({"wants_card": "no"}, disputed, Case.Channel.PHONE)
    return cases.submit(version=permit, user=user, application=application, at=MONDAY)


@pytest.fixture
def screen(visitor) -> Visitor:
    """One screen for everybody: a new one takes as long as a page."""
    return visitor()


def visit(screen: Visitor, username: str, pages: dict[str, str]) -> None:
    screen.enter(username, BLANK) if username else screen.goto(BLANK)
    found: dict[str, list[str]] = {}
    for language, asked in LANGUAGES.items():
        choice = {"name": "django_language", "value": language}
        screen.page.context.add_cookies([{**choice, "url": screen.address}])
        for name, path in pages.items():
            seen = flaws(screen, path, asked)
            if seen:
                found[f"{name}-{language}"] = seen
                screen.goto(path)
                screen.picture(f"{name}-{language}")
                screen.goto(BLANK)
    assert found == {}


def flaws(screen: Visitor, path: str, asked: dict) -> list[str]:
    seen = screen.page.evaluate(LOOK, {"path": path, **asked, **ASKED})
    found = [*screen.complaints, *seen["flaws"]]
    screen.complaints.clear()
    if asked["rules"] is RULES:  # the English page
        found += [w for w in seen["words"] if CHINESE.search(w.replace(ASKED_IN_VAIN, ""))]
    return found


def test_the_portal(screen, permit, citizen, approver):
    granted = apply(permit, citizen())
    waiting = apply(permit, citizen("wang", insured_months=None), name="错了一个字")
    refused = apply(permit, citizen("li", insured_months=3))
    citizen("sun", owns_home_here=None, employed_here=None)
    citizen("chen")
    asked = apply(permit, citizen("qian", owns_home_here=None, insured_months=None))
    question = {"questions": ["wants_card"], "words": "x", "at": MONDAY}
    correcting.ask(case_id=asked.pk, user=approver, **question)
    code = Certificate.objects.get().verify_code

    visit(
        screen,
        "",
        {
            "home-visitor": "/",
            "items": "/items",
            "found": "/items?q=暂住证",
            "nothing-found": f"/items?q={ASKED_IN_VAIN}",
            "guide-visitor": "/items/B09",
            "verify": f"/verify/{code}",
            "verify-unknown": "/verify/nothing",
            "log-in": "/accounts/login/",
        },
    )
    visit(
        screen,
        "zhou",
        {
            "home-granted": "/",
            "granted": f"/cases/{granted.number}",
            "me": "/me",
            "papers": "/me/papers",
            "readers": "/me/readers",
        },
    )
    visit(screen, "wang", {"waiting": f"/cases/{waiting.number}", "home-waiting": "/"})
    visit(screen, "li", {"refused": f"/cases/{refused.number}", "guide-no": "/items/B09"})
    visit(screen, "sun", {"form-more": "/items/B09/apply", "guide-unknown": "/items/B09"})
    visit(
        screen,
        "qian",
        {"asked": f"/cases/{asked.number}", "correct": f"/cases/{asked.number}/correction"},
    )
    visit(
        screen,
        "chen",
        {
            "home": "/",
            "guide": "/items/B09",
            "form": "/items/B09/apply",
            "papers-none": "/me/papers",
            "not-yours": f"/cases/{granted.number}",
        },
    )


def test_the_workbench(screen, time, permit, citizen, approver, tmp_path):
    # What is known of them stands in the first edition, which the police's file supersedes.
    waiting = apply(permit, citizen("wang", insured_months=None), name="错了一个字")
    standing = apply(permit, citizen("qian", insured_months=None))
    ground = {"ground": "testing", "days": 9, "words": "x", "at": MONDAY}
    suspending.suspend(case_id=standing.pk, user=approver, **ground)
    granted = apply(permit, citizen())
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
        screen,
        "shen",
        {
            "todo": "/workbench/todo",
            "todo-preview": f"/workbench/todo?case={waiting.number}",
            "todo-none": "/workbench/todo?lamp=purple",
            "todo-standing": "/workbench/todo?tab=standing",
            "todo-empty": "/workbench/todo?tab=done",
            "search": "/workbench/search?q=居住证",
            "search-none": f"/workbench/search?q={ASKED_IN_VAIN}",
            "cases": "/workbench/cases",
            "case-waiting": f"/workbench/cases/{waiting.number}",
            "case-standing": f"/workbench/cases/{standing.number}",
            "case-granted": f"/workbench/cases/{granted.number}",
            "way": f"/workbench/cases/{granted.number}/facts/insured_months",
            "refused-post": "/workbench/sources",
        },
    )
    visit(
        screen,
        "he",
        {
            "sources": "/workbench/sources",
            "source": "/workbench/sources/GA01",
            "source-empty": "/workbench/sources/RS01",
            "quarantined": f"/workbench/quarantine/{row.pk}",
            "issues": "/workbench/issues",
            "objections": "/workbench/objections",
            "objection": f"/workbench/objections/{Objection.objects.get().pk}",
            "lineage": "/workbench/lineage",
            "lineage-column": "/workbench/lineage?column=registers.person_facts.insured_months",
            "facts": "/workbench/facts",
        },
    )
    visit(screen, "system_admin", {"editions": "/workbench/editions"})
    visit(
        screen,
        "security_admin",
        {"grants": "/workbench/grants", "accounts": "/workbench/accounts"},
    )
    visit(screen, "audit_admin", {"log": "/workbench/log"})


def test_how_cases_went_and_how_they_would_go(screen, permit, supervisor):
    visit(
        screen,
        "gao",
        {"mining-none": "/workbench/mining", "simulation-none": "/workbench/simulation"},
    )
    history.make(permit, 40)
    supervision.hand_in_events(by="test", at=MONDAY)
    terms = small.terms(items=[small.terms().items[0].model_dump(mode="json")])
    asked = {"months": 2, "cases": 300, "until": date(2026, 9, 21), "at": MONDAY}
    runs.compare(terms, told=lambda step, done, total: None, **asked)
    visit(
        screen,
        "gao",
        {
            "mining": "/workbench/mining?edges=100&what=again&of=review",
            "simulation": "/workbench/simulation",
        },
    )
