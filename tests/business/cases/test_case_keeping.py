"""The state of a process as rows: whatever the engine hands over comes back equal, and only what
has changed is written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import MappingProxyType

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.business.applying import apply, timers
from tests.engines.processes.bpmn_blocks import Block, blocks, drawn
from tests.engines.processes.bpmn_cases import Case as Drawn
from tests.engines.processes.bpmn_far_blocks import whole
from tests.engines.processes.test_processes_invariants import choices, happen
from tests.known import MONDAY
from tongban.business.cases import keeping
from tongban.business.cases.models import Case, ProcessHead, ProcessRow
from tongban.engines.feel import Unknown
from tongban.engines.feel.values import Months
from tongban.engines.processes import State, rows, times

pytestmark = pytest.mark.django_db
numbers = count(1)
quick = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
VALUES = MappingProxyType(
    {
        "amount": Decimal("12.50"),
        "name": "周雨桐",
        "since": datetime(2026, 9, 21, 10, tzinfo=UTC),
        "for": Months(18),
        "missing": Unknown(frozenset({"insured_months"})),
        "list": [Decimal(1), None, {"a": True}],
    }
)
EVERYTHING = State(
    definition="d" * 64,
    status="running",
    outcome="granted",
    variables=VALUES,
    scopes={1: rows.Scope(1, "process", "", 0, 0, 0, VALUES, listening=False)},
    loops={
        2: rows.Loop(2, 3, 2, 1, (Decimal(1), "b"), MappingProxyType({1: Decimal("0.10")})),
        3: rows.Loop(3, 3, 0, 0, None, MappingProxyType({})),
    },
    tokens={4: rows.Token(4, "review", 1, "to_review", held=True)},
    tasks={5: rows.Task(5, "review", 4, "user")},
    timers={
        6: rows.Timer(6, "late", 4, MONDAY, 2, times.duration("P1M"), 1, 3),
        7: rows.Timer(7, "once", 4, MONDAY + timedelta(microseconds=1), None, None),
    },
    subscriptions={8: rows.Subscription(8, "wait", 4, "paid", {"id": "x"}, "signal", 1, 2, True)},
    done={9: rows.Done(9, "reserve", 1, 0, VALUES)},
    counters=rows.Counters(3, 4, 5, 7, 8, 9),
)


@pytest.fixture
def case(permit, citizen) -> Case:
    """A case whose process the test keeps itself."""
    made = apply(permit, citizen(insured_months=None))
    keeping.forget(made)
    return made


def another(case: Case) -> Case:
    case.pk, case.number = None, f"kept-{next(numbers)}"
    case.save()
    return case


def test_a_case_that_has_not_begun_has_a_new_state(case):
    assert keeping.load(case) == State()


def test_every_kind_of_row_comes_back_as_it_was(case):
    keeping.store(case, State(), EVERYTHING)
    assert keeping.load(case) == EVERYTHING


@quick
@given(block=st.one_of(blocks, whole), data=st.data())
def test_after_every_step_of_every_model_the_rows_are_the_state(case, block: Block, data):
    xml, on = drawn(block)
    kept, run = another(case), Drawn(xml, **on.variables)
    stored = State()
    while True:
        keeping.store(kept, stored, run.state)
        stored = keeping.load(kept)
        assert stored == run.state
        if run.state.status != "running":
            break
        happen(run, data.draw(st.sampled_from(choices(run))))
    assert not ProcessRow.objects.filter(case=kept).exists()
    assert ProcessHead.objects.get(case=kept).status == "finished"


def test_a_step_reads_with_one_statement_and_writes_with_one(case):
    with CaptureQueriesContext(connection) as asked:
        keeping.store(case, State(), EVERYTHING)
        keeping.load(case)

    assert [each["sql"] for each in asked] == [keeping.WRITE, keeping.READ]


def test_a_row_that_stays_as_it_is_is_not_written_again(case):
    keeping.store(case, State(), EVERYTHING)
    before = {row.pk: row.sealed for row in ProcessRow.objects.all()}
    moved = State.from_json(EVERYTHING.to_json())

    keeping.store(case, EVERYTHING, moved)

    assert {row.pk: row.sealed for row in ProcessRow.objects.all()} == before


def test_what_is_personal_is_not_readable_in_the_database(case):
    keeping.store(case, State(), EVERYTHING)
    written = repr([*ProcessHead.objects.values(), *ProcessRow.objects.values()])
    for value in ("周雨桐", "12.50", "insured_months"):
        assert value not in written


def test_a_timer_is_found_by_its_day_and_a_subscription_by_its_name(case):
    keeping.store(case, State(), EVERYTHING)
    assert timers().get(due__lte=MONDAY).number == 6
    assert ProcessRow.objects.get(kind="subscription", name="paid").number == 8


def test_a_process_that_is_called_off_leaves_nothing(case):
    keeping.store(case, State(), EVERYTHING)
    keeping.forget(case)
    assert not ProcessHead.objects.exists()
    assert not ProcessRow.objects.exists()


def test_nothing_but_a_timer_has_a_day(case):
    keeping.store(case, State(), EVERYTHING)
    for wrong in ({"due": MONDAY}, {"kind": "timer"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProcessRow.objects.filter(kind="token").update(**wrong)
