"""Role × action × own or another office: the whole table of who may see and decide a case."""

import pytest

from tests.business.applying import apply
from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases import actions, permissions, queries

pytestmark = pytest.mark.django_db

# Who sees a case, and who decides it, of GA: by the role held at GA, and by that held elsewhere.
TABLE = {
    ("", "GA"): (False, False),
    ("clerk", "GA"): (True, False),
    ("clerk", "RS"): (False, False),
    ("approver", "GA"): (True, True),
    ("approver", "RS"): (False, False),
    ("lead", "GA"): (True, False),
    ("lead", "RS"): (False, False),
    ("steward", "GA"): (False, False),
    ("steward", "RS"): (False, False),
    ("item_manager", "GA"): (False, False),
    ("item_manager", "RS"): (False, False),
    ("supervisor", "GA"): (True, False),
    ("supervisor", "RS"): (True, False),
    ("system_admin", "GA"): (False, False),
    ("system_admin", "RS"): (False, False),
    ("security_admin", "GA"): (False, False),
    ("security_admin", "RS"): (False, False),
    ("audit_admin", "GA"): (False, False),
    ("audit_admin", "RS"): (False, False),
}


def test_the_table_names_every_role():
    assert {role for role, _ in TABLE} == {"", *Post.Role.values}


@pytest.fixture
def waiting(permit, citizen):
    return apply(permit, citizen(insured_months=None))


@pytest.mark.parametrize(
    ("role", "office", "sees", "decides"),
    [(*held, *may) for held, may in TABLE.items()],
    ids=[f"{role or 'no post'} at {office}" for role, office in TABLE],
)
def test_who_sees_and_who_decides(waiting, staff, role, office, sees, decides):
    user, work_item = staff(role, office), waiting.work_items.get()

    if sees:
        assert queries.by_number(waiting.number, user) == waiting
    else:
        with pytest.raises(permissions.NotYourCase):
            queries.by_number(waiting.number, user)
    assert list(queries.of_staff(user)) == ([waiting] if sees else [])
    assert permissions.can_complete(user, work_item) == decides
    assert [each.work_item for each in queries.to_do(user, MONDAY)] == (
        [work_item] if decides else []
    )
    assert queries.burden(user, MONDAY).waiting == int(decides)
    if not decides:
        with pytest.raises(permissions.NotYourWork):
            actions.complete(work_item_id=work_item.pk, user=user, grant=True, words="", at=MONDAY)


def test_two_posts_at_two_offices_do_not_add_up_to_a_third(waiting, staff):
    """A clerk here who approves elsewhere sees the case and decides nothing."""
    user = staff("clerk", "GA")
    people.appoint(user=user, office_code="RS", role="approver", by="test", at=MONDAY)

    assert queries.by_number(waiting.number, user) == waiting
    assert not permissions.can_complete(user, waiting.work_items.get())
    assert queries.to_do(user, MONDAY) == []


def test_the_applicant_sees_his_case_and_decides_nothing(permit, citizen):
    user = citizen(insured_months=None)
    case = apply(permit, user)

    assert queries.by_number(case.number, user) == case
    assert list(queries.of_applicant(user.subject_id)) == [case]
    assert not permissions.can_complete(user, case.work_items.get())
    assert list(queries.of_staff(user)) == []


def test_an_account_without_subject_is_not_the_applicant_of_a_case_without_one(waiting, staff):
    """What is empty equals nothing: else each member of staff would see the erased."""
    waiting.applicant_id = ""
    waiting.save()
    with pytest.raises(permissions.NotYourCase):
        permissions.check_can_see(staff(), waiting)
