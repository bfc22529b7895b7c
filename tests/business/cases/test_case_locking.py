"""A case that is locked for a change is the case that a query set reads, with what hangs on it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tests.business.applying import apply
from tests.known import MONDAY
from tongban.business.cases import locking
from tongban.business.cases.models import Case, WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(permit, citizen) -> Case:
    return apply(permit, citizen("wang", insured_months=None))


def held(row) -> dict:
    """Every field of it that is here; bytes as bytes."""
    names = [each.attname for each in row._meta.concrete_fields]
    here = [name for name in names if name not in row.get_deferred_fields()]
    values = {name: getattr(row, name) for name in here}
    return {k: bytes(v) if isinstance(v, memoryview) else v for k, v in values.items()}


def test_it_comes_with_its_office_version_and_item_and_asks_nothing_more(
    case, django_assert_num_queries
):
    theirs = Case.objects.select_related("office", "version__item").get(pk=case.pk)

    with django_assert_num_queries(1):
        mine = locking.locked(case.pk)
        assert mine.version.item.office_id == mine.office.pk

    assert held(mine) == held(theirs)
    assert held(mine.office) == held(theirs.office)
    assert held(mine.version.item) == held(theirs.version.item)
    assert held(theirs.version).items() > held(mine.version).items()
    assert mine.version.get_deferred_fields() == {*locking.TEXTS}
    assert mine.version.process == theirs.version.process


def test_what_was_locked_is_saved_as_any_other_row(case):
    mine = locking.locked(case.pk)
    mine.accepted_at = MONDAY + timedelta(hours=1)
    mine.save()
    assert Case.objects.get(pk=case.pk).accepted_at == MONDAY + timedelta(hours=1)


def test_a_step_comes_with_its_case_its_office_and_whom_it_was_handed_to(
    case, approver, django_assert_num_queries
):
    case.work_items.update(assignee=approver)
    theirs = WorkItem.objects.get()

    with django_assert_num_queries(2):
        mine = locking.locked_work(theirs.pk)
        assert (mine.case, mine.office, mine.assignee) == (case, case.office, approver)

    assert held(mine) == held(theirs)
    assert mine.assignee.get_deferred_fields() == {"password"}


def test_a_step_that_nobody_was_handed_is_nobodys(case):
    assert locking.locked_work(case.work_items.get().pk).assignee is None


def test_what_is_not_there_is_not_locked(case):
    for lock in (locking.locked, locking.locked_work):
        with pytest.raises(ObjectDoesNotExist):
            lock(0)


def test_a_closed_step_says_who_closed_it_and_when(case, approver):
    step = locking.locked_work(case.work_items.get().pk)
    locking.close(step, WorkItem.Status.SKIPPED, approver, MONDAY)

    step.refresh_from_db()
    assert (step.status, step.done_by, step.closed_at) == ("skipped", approver, MONDAY)
