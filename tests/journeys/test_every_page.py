"""Every page of the portal and the workbench, in both languages, on every size of screen.

Each page is loaded once in a language; the other sizes, the zoom of 200 % and 大字 (the elder mode)
are met by resizing it. A picture is left in screens/ only of what fails."""

import pytest
from django.test import Client

from tests.journeys import lakes
from tests.journeys.conftest import AXE, Visitor
from tests.known import MONDAY
from tests.permits import CITY
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.certificates.models import Certificate
from tongban.data.lake.models import QuarantinedRow
from tongban.web.ui.messages import CHINESE

JOURNEY = "page"
pytestmark = pytest.mark.django_db(transaction=True)
HEIGHT = 900
# The first width is the one of the accessibility rules; 640 is a screen of 1280 at a zoom of 200 %.
WIDTHS = {"zh-CN": (390, 360), "en": (1440, 640, 360)}
LARGE_WIDTHS = (360, 1440)
LEAST = {"citizen": 14, "staff": 12}  # pixels of the smallest text
LEAST_LARGE = 18
# What a language may break: the names of things. All rules are asked about the English page, once.
NAMES = {
    "runOnly": [
        *("document-title", "html-has-lang", "html-lang-valid", "valid-lang", "duplicate-id-aria"),
        *("button-name", "link-name", "label", "select-name", "image-alt", "svg-img-alt"),
        *("aria-input-field-name", "aria-toggle-field-name", "aria-command-name", "summary-name"),
    ],
    "resultTypes": ["violations"],
}
ASKED_IN_VAIN = "飞船"
# Small text, text that its box cuts off, and more than one primary button beside the search.
FLAWS = """least => {
  const flaws = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const place = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim()) continue;
    if (place.closest("svg, script, template, .tb-sr, .tb-skip")) continue;
    const style = getComputedStyle(place);
    const small = parseFloat(style.fontSize) < least;
    const hides = style.overflowX === "hidden" && place.clientWidth > 1;
    const cut = hides && place.scrollWidth > place.clientWidth + 1;
    if (small || cut) flaws.add((small ? "small: " : "cut: ") + place.outerHTML.slice(0, 90));
  }
  const primary = [...document.querySelectorAll(".btn-primary")]
    .filter((button) => button.offsetParent && !button.closest("[role=search]"));
  if (primary.length > 1) flaws.add("primary: " + primary.map((b) => b.textContent.trim()));
  if (document.documentElement.scrollWidth > innerWidth) flaws.add("wider than the screen");
  return [...flaws];
}"""
# What the product itself says: data stays in the language it is in.
OWN_WORDS = """() => [...document.querySelectorAll(
    "button, .btn, th, legend, label, summary, nav a, footer, .tb-empty, .tb-crumb, title")]
  .filter((place) => !place.closest("[lang=zh-CN], .tb-account > summary"))
  .map((place) => place.textContent.trim())"""


def apply(permit, user) -> Case:
    application = Application({"wants_card": "no"}, {}, Case.Channel.PHONE)
    return cases.submit(version=permit, user=user, application=application, at=MONDAY)


def visit(visitor, username: str, pages: dict[str, str]) -> None:
    somebody = visitor()
    if username:
        enter(somebody, username)
    found: dict[str, list[str]] = {}
    for language, widths in WIDTHS.items():
        choice = {"name": "django_language", "value": "en" if language == "en" else "zh-hans"}
        somebody.page.context.add_cookies([{**choice, "url": somebody.address}])
        for name, path in pages.items():
            somebody.page.set_viewport_size({"width": widths[0], "height": HEIGHT})
            somebody.goto(path)
            seen = flaws(somebody, widths, is_english=language == "en")
            if seen:
                found[f"{name}-{language[:2]}"] = seen
                somebody.picture(f"{name}-{language[:2]}")
    assert found == {}


def enter(somebody: Visitor, username: str) -> None:
    """With a session made here: logging in by hand is the other journeys' matter."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    somebody.page.context.add_cookies([{**session, "url": somebody.address}])


def flaws(somebody: Visitor, widths: tuple[int, ...], *, is_english: bool) -> list[str]:
    page = somebody.page
    for_citizens = page.evaluate("document.body.classList.contains('tb-citizen')")
    found = [*somebody.complaints, *somebody.barriers(AXE if is_english else NAMES)]
    somebody.complaints.clear()
    least = LEAST["citizen" if for_citizens else "staff"]
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width}: {flaw}" for flaw in page.evaluate(FLAWS, least)]
    if is_english:
        found += [
            words
            for words in page.evaluate(OWN_WORDS)
            if CHINESE.search(words.replace(ASKED_IN_VAIN, ""))
        ]
    elif for_citizens:
        page.evaluate("document.documentElement.dataset.tbSize = 'large'")
        for width in LARGE_WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found += [f"大字 {width}: {flaw}" for flaw in page.evaluate(FLAWS, LEAST_LARGE)]
    return found


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
            "nothing-found": f"/items?q={ASKED_IN_VAIN}",
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
            "todo-preview": f"/workbench/todo?case={waiting.number}",
            "todo-none": "/workbench/todo?lamp=purple",
            "search": "/workbench/search?q=居住证",
            "search-none": f"/workbench/search?q={ASKED_IN_VAIN}",
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
    visit(
        visitor,
        "security_admin",
        {"grants": "/workbench/grants", "accounts": "/workbench/accounts"},
    )
    visit(visitor, "audit_admin", {"log": "/workbench/log"})
