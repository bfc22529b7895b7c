"""A case that an approver of the police has in hand, and the people around it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.business.applying import apply, changed, publish
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    model,
    path,
    service,
    start,
    tb_output,
    user,
)
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases.models import Case

# First two look at it side by side, then one decides.
PROCESS = model(
    declared(approved="boolean"),
    start(),
    service("collect", tb_operation="collect_facts"),
    '<parallelGateway id="fork"/>',
    user("papers", name="查材料", tb_labelEn="Papers", tb_post="clerk", tb_days="2"),
    user("home", name="查住址", tb_labelEn="Home", tb_post="approver", tb_skippable="lead"),
    '<parallelGateway id="join"/>',
    user(
        "review",
        extended(tb_output("approved", "approved")),
        name="审查",
        tb_labelEn="Review",
        tb_post="approver",
    ),
    service("issue", tb_operation="issue_certificate"),
    user("hand", name="送达", tb_labelEn="Hand over", tb_post="clerk"),
    end("issued"),
    path("start", "collect", "fork", "papers", "join", "review", "issue", "hand", "issued"),
    path("fork", "home", "join"),
).decode()


@pytest.fixture
def officer(city) -> Callable[..., User]:
    """Makes a member of staff with one post."""

    def make(name: str, role: str = "approver", office: str = "GA", **facts: str) -> User:
        made = User.objects.create(username=name, display_name=name, **facts)
        people.appoint(user=made, office_code=office, role=role, by="test", at=MONDAY)
        return made

    return make


@pytest.fixture
def lin(officer):
    return officer("林涛")


@pytest.fixture
def lead(officer):
    return officer("高敏", "lead")


@pytest.fixture
def applicant(citizen) -> User:
    return citizen(insured_months=None)


@pytest.fixture
def case(permit, applicant) -> Case:
    """Waits for its review."""
    return apply(permit, applicant)


@pytest.fixture
def item(ground, city) -> SimpleNamespace:
    """An item with the process of two branches."""
    return publish(changed(ground.bundle, "B09", process_text=PROCESS))


@pytest.fixture
def branched(item, applicant) -> Case:
    """Waits for the clerk's papers and the approver's home, and then for a review."""
    return apply(item, applicant)
