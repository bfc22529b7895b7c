"""An edition for tables beside the registers: these go on as they were, and one pointer moves."""

import pytest

from tests.data.registers.two import BY
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.data.lake import queries as lake
from tongban.data.lake.actions import EditionClosed, StaleDraft
from tongban.data.lake.models import Edition
from tongban.data.registers import actions
from tongban.data.registers.models import SubjectFacts
from tongban.errors import Refusal

pytestmark = pytest.mark.usefixtures("first")


class NotToday(Refusal):
    """Not today."""

    zh = "今天不行。"


def store(edition):
    edition.refresh_from_db()
    rows = SubjectFacts.objects.filter(edition_number=edition.facts_number)
    return {(row.register, row.subject_id): bytes(row.sealed) for row in rows}


def put(edition, version):
    actions.lake.put_table(edition=edition, table="decisions.x", version=version)


def test_the_facts_of_all_registers_go_on_with_the_new_table(first):
    with actions.beside_registers(**BY) as edition:
        put(edition, 3)
        assert lake.current_edition() == first, "nobody sees it within the block"

    assert lake.current_edition() == edition
    assert lake.tables_of(edition) == {**lake.tables_of(first), "decisions.x": 3}
    assert (len(store(first)), store(edition)) == (5, store(first))


def test_a_refusal_closes_the_draft_with_its_reason(first):
    with pytest.raises(NotToday), actions.beside_registers(**BY) as edition:
        put(edition, 3)
        raise NotToday

    edition.refresh_from_db()
    assert (edition.status, edition.reason) == (Edition.Status.FAILED, "今天不行。")
    assert lake.current_edition() == first
    assert store(edition) == {}
    event = Event.objects.get(kind="edition.failed")
    assert (event.subject_id, event.outcome) == (str(edition.number), "refused")


def test_an_edition_that_came_first_is_kept(first):
    with pytest.raises(StaleDraft), actions.beside_registers(**BY) as edition:
        with actions.beside_registers(**BY) as faster:
            put(faster, 1)
        put(edition, 2)

    edition.refresh_from_db()
    assert edition.status == Edition.Status.FAILED
    assert lake.current_edition() == faster
    assert lake.tables_of(faster)["decisions.x"] == 1
    assert store(edition) == {}


def test_a_draft_that_somebody_closed_is_not_published(first):
    with pytest.raises(EditionClosed), actions.beside_registers(**BY) as edition:
        actions.lake.fail(edition=edition, reason="x", **BY)

    assert lake.current_edition() == first
    assert store(edition) == {}


def test_facts_of_editions_that_nobody_can_go_back_to_are_forgotten(first):
    made = []
    for version in range(3):
        with actions.beside_registers(by="test", at=MONDAY) as edition:
            put(edition, version)
        made.append(edition)

    assert [len(store(edition)) for edition in (first, *made)] == [5, 5, 5, 5], "all read one"
