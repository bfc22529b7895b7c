"""Staff of every kind, and a case that waits."""

import pytest

from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case


@pytest.fixture
def staff(city):
    """Makes an account with one post, at the police unless another office is named."""

    def make(role: str, office: str = "GA") -> User:
        user = people.open_account(
            username=f"{role}-{office}",
            password="correct horse battery",
            display_name=role,
            by="test",
            at=MONDAY,
        )
        people.appoint(user=user, office_code=office, role=Post.Role(role), by="test", at=MONDAY)
        return user

    return make


@pytest.fixture
def waiting(permit, citizen):
    """Makes a case that an officer has to decide, for a person of this name."""

    def make(username: str = "wang") -> Case:
        user = citizen(username, insured_months=None)
        application = Application({"wants_card": "no"}, {}, Case.Channel.PHONE)
        return cases.submit(version=permit, user=user, application=application, at=MONDAY)

    return make
