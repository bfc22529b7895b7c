"""Events that are committed out of the order of their numbers: each is handed in once."""

from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.known import MONDAY
from tongban.base.people.models import Office
from tongban.business.cases.models import Case, CaseEvent, SimulatedCase, Simulation
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.business.supervision import events
from tongban.business.supervision.events import Mark

pytestmark = pytest.mark.django_db(transaction=True)
INSERT = """
    INSERT INTO cases_caseevent (case_id, activity, activity_zh, activity_en, instance, transition,
        at, resource, role, office, receiver, details)
    VALUES (%s, 'review', '审查', 'Review', '', 'complete', now(), '', '', '', '', '{}')
    RETURNING id
"""


@pytest.fixture
def case() -> Case:
    office = Office.objects.create(code="GA", name_zh="公安局", name_en="Police")
    item = ServiceItem.objects.create(
        code="B09", name_zh="居住证", name_en="Permit", office=office, office_name="x", kind="01"
    )
    version = ItemVersion.objects.create(
        item=item, number=3, status="live", guide={}, content_hash="x", made_at=MONDAY, made_by="x"
    )
    return Case.objects.create(
        number="1",
        version=version,
        office=office,
        applicant_id="P1",
        applicant_sealed=b"",
        channel="web",
        submitted_at=MONDAY,
        accepted_at=MONDAY,
        promised_on=MONDAY.date(),
        statutory_on=MONDAY.date(),
        due_is_provisional=False,
        answers_sealed=b"",
    )


class Writer:
    """Somebody who writes events on a connection of his own."""

    def __init__(self, stack: ExitStack):
        given = connection.get_connection_params()
        wanted = {k: given[k] for k in ("dbname", "user", "password", "host", "port") if k in given}
        self.con = stack.enter_context(psycopg.connect(**wanted))

    def write(self, case: Case) -> int:
        found = self.con.execute(INSERT, [case.pk]).fetchone()
        assert found is not None
        return found[0]


@pytest.fixture
def writers() -> Iterator[list[Writer]]:
    with ExitStack() as stack:
        yield [Writer(stack) for _ in range(3)]


class Taker:
    """Takes batch after batch; `taken` are the numbers of all events in them."""

    def __init__(self) -> None:
        self.mark = None
        self.taken: list[int] = []

    def take(self) -> list[int]:
        batch = events.since(self.mark)
        self.mark = batch.mark
        numbers = [int(row[0]) for row in batch.rows]
        self.taken += numbers
        return numbers

    @property
    def open(self) -> str:
        return Mark.of(self.mark).open


def test_an_event_has_the_names_of_the_contract(case):
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [case.pk])
        number = cursor.fetchone()[0]

    batch = events.since(None)
    (row,) = batch.rows
    told = dict(zip(batch.columns, row, strict=True))
    at = CaseEvent.objects.get().at
    assert told | {"at": ""} == {
        "event": str(number),
        "case": "1",
        "activity": "review",
        "activity_zh": "审查",
        "activity_en": "Review",
        "instance": "",
        "transition": "complete",
        "at": "",
        "resource": "",
        "role": "",
        "office": "",
        "item": "B09",
        "version": "3",
        "channel": "web",
        "case_office": "GA",
        "submitted": MONDAY.astimezone(at.tzinfo).strftime("%Y-%m-%dT%H:%M:%S.000000+00:00"),
        "accepted": MONDAY.astimezone(at.tzinfo).strftime("%Y-%m-%dT%H:%M:%S.000000+00:00"),
        "finished": None,
        "promised": str(MONDAY.date()),
        "statutory": str(MONDAY.date()),
        "status": "running",
        "automatic": "false",
    }
    assert told["at"] == at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def test_what_is_committed_late_is_not_missed_and_nothing_comes_twice(case, writers):
    early, late, _ = writers
    taker = Taker()
    first = late.write(case)
    second = early.write(case)
    early.con.commit()

    assert taker.take() == [second]
    assert taker.take() == []
    late.con.commit()
    assert taker.take() == [first]
    assert (taker.take(), taker.open) == ([], f"{{[{second + 1},)}}")


def test_a_number_that_was_rolled_back_is_settled(case, writers):
    one, other, _ = writers
    taker = Taker()
    lost, kept = one.write(case), other.write(case)
    other.con.commit()
    assert taker.take() == [kept]
    assert taker.open == f"{{[1,{kept}),[{kept + 1},)}}"

    one.con.rollback()
    assert (taker.take(), taker.open, lost) == ([], f"{{[{kept + 1},)}}", kept - 1)


def test_what_a_savepoint_wrote_waits_for_its_transaction(case, writers):
    one, other, _ = writers
    taker = Taker()
    one.con.execute("SAVEPOINT inner_one")
    first = one.write(case)
    one.con.execute("RELEASE SAVEPOINT inner_one")
    second = other.write(case)
    other.con.commit()

    assert taker.take() == [second]
    one.con.commit()
    assert taker.take() == [first]


def test_in_busy_hours_older_numbers_are_settled_all_the_same(case, writers):
    taker, numbers = Taker(), []
    for turn in range(12):
        writer, other = writers[turn % 2], writers[(turn + 1) % 2]
        numbers.append(writer.write(case))
        other.con.commit()
        taker.take()
    writers[1].con.commit()
    taker.take()

    assert sorted(taker.taken) == numbers
    assert taker.open.count("[") <= 3, "only what is in work is still open"


def test_a_batch_that_is_cut_goes_on_where_it_ended(case, writers, monkeypatch):
    monkeypatch.setattr(events, "MOST", 2)
    numbers = [writers[0].write(case) for _ in range(5)]
    writers[0].con.commit()
    taker = Taker()

    assert [taker.take() for _ in range(4)] == [numbers[:2], numbers[2:4], numbers[4:], []]
    assert taker.open == f"{{[{numbers[-1] + 1},)}}"


def simulate(case: Case) -> Case:
    """Another case, which is of a simulation."""
    made = Case.objects.get(pk=case.pk)
    made.pk, made.number = None, "SIM1"
    made.save()
    simulation = Simulation.objects.create(
        kind="played", terms={}, months=1, cases=1, until=MONDAY.date(), asked_at=MONDAY
    )
    SimulatedCase.objects.create(simulation=simulation, case=made, number=1, subject_id="P1")
    return made


def test_events_of_simulated_cases_are_not_handed_in_and_are_settled(case, writers):
    simulated, writer, taker = simulate(case), writers[0], Taker()
    numbers = [writer.write(each) for each in (simulated, case, simulated)]
    writer.con.commit()

    assert taker.take() == [numbers[1]]
    assert taker.open == f"{{[{numbers[2] + 1},)}}"
    writer.write(simulated)
    writer.con.commit()
    assert taker.take() == []
    assert taker.open == f"{{[{numbers[2] + 2},)}}"


def test_what_was_taken_is_not_read_again(case):
    """The table grows for years; a batch reads no more of it than what is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT.replace("VALUES (", "SELECT ").replace(
                "'{}')", "'{}' FROM generate_series(1, 5000)"
            ),
            [case.pk],
        )
        cursor.execute("ANALYZE cases_caseevent")
        last = CaseEvent.objects.order_by("-pk")[0].pk
        open_numbers = f"{{[{last - 900},{last - 899}),[{last - 2},)}}"
        given = {"open": open_numbers, "instant": events.INSTANT, "most": events.MOST}
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {events.EVENTS}", given)
        plan = cursor.fetchone()[0][0]["Plan"]
        cursor.execute(events.EVENTS, given)
        found = [int(row[0]) for row in cursor.fetchall()]

    assert found == [last - 900, last - 2, last - 1, last]
    assert looked_at(plan, "cases_caseevent") <= 901


def looked_at(plan: dict, table: str) -> int:
    """How many rows of the table were read to answer the query."""
    below = sum(looked_at(each, table) for each in plan.get("Plans", ()))
    if plan.get("Relation Name") != table:
        return below
    rows = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return below + int(rows * plan["Actual Loops"])


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["write", "write", "commit", "undo", "take"])),
    min_size=5,
    max_size=40,
)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_however_they_meet_every_event_is_taken_once(case, writers, steps):
    CaseEvent.objects.all().delete()
    taker = Taker()
    for who, step in steps:
        writer = writers[who]
        if step == "write":
            writer.write(case)
        elif step == "commit":
            writer.con.commit()
        elif step == "undo":
            writer.con.rollback()
        else:
            taker.take()
    for writer in writers:
        writer.con.commit()
    taker.take()

    assert sorted(taker.taken) == list(
        CaseEvent.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert taker.take() == []
    assert taker.open.count("[") == 1
