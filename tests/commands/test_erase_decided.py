"""Whoever is erased under law leaves the answers of decisions, too, and those of older editions."""

import pytest

from tests.commands.tiny import BASIS, silent
from tests.data import shared
from tests.data.exchange import asked, tiny
from tests.data.exchange.asked import TABLE
from tests.known import MONDAY
from tongban.commands import erasing
from tongban.data.lake import queries, rows
from tongban.data.pipelines.erased import REGISTER, digest
from tongban.data.registers import actions as registers
from tongban.data.registers.models import Identity
from tongban.engines.tables import KeyDestroyed

WHOM = 2
STAYING = [tiny.subject(n) for n in (1, 3, 4, 5, 6)]


@pytest.fixture(scope="module")
def decided_twice(django_db_setup, django_db_blocker, tmp_path_factory):
    """Six people, each decided about in two editions."""
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("decided")):
        tiny.build(tiny.SIX)
        asked.give()
        Identity.objects.create(
            register=REGISTER,
            digest=digest(REGISTER, tiny.number(WHOM)),
            subject_id=tiny.subject(WHOM),
            minted_at=MONDAY,
        )
        yield [decide(), decide()]


@pytest.fixture
def decided(decided_twice, db, settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "anchors"
    return decided_twice


def decide():
    with registers.beside_registers(by="test", at=MONDAY) as edition:
        asked.decide(into=edition)
    return edition


def subjects(edition):
    return [row[0] for row in asked.table_of(edition)[1]]


def erase():
    target = erasing.of_key("person", tiny.number(WHOM))
    held = erasing.held(target)
    erasing.erase(target, basis=BASIS, by="7", at=MONDAY, told=silent)
    return held, erasing.held(target)


def test_the_answer_about_him_goes_from_every_edition_and_from_the_next(decided):
    assert len(subjects(decided[1])) == 6

    before, after = erase()

    assert (before.tables[TABLE], before.current[TABLE]) == (2, 1)
    assert after.tables == {}
    found = asked.table_of(queries.current_edition())[1]
    assert [row[0] for row in found] == STAYING
    assert [row[1] for row in found] == [False, False, True, True, True]
    with pytest.raises(KeyDestroyed), rows.attached(decided[0], [TABLE]):
        pass
    assert subjects(decide()) == STAYING


def test_a_decision_at_work_meanwhile_is_given_up(decided):
    with (
        pytest.raises(registers.lake.EditionClosed),
        registers.beside_registers(by="test", at=MONDAY) as edition,
    ):
        erase()
        asked.decide(into=edition)

    assert queries.current_edition() == decided[1]
    assert subjects(queries.current_edition()) == STAYING
