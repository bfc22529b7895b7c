"""The sealer: every committed event gets exactly one place, whatever happens around it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tongban.base.audit import actions, anchors, chain, queries
from tongban.base.audit.models import Event, Seal, Unsealed

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def places():
    return list(Seal.objects.order_by("sequence").values_list("sequence", "event_id"))


@pytest.fixture
def in_thread():
    """Starts a function with its own database connection; every thread is joined at the end."""
    threads, errors = [], []

    def start(function, *args):
        def body():
            try:
                function(*args)
            except BaseException as error:  # noqa: BLE001 - raised again below, in the test
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=body)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert not any(thread.is_alive() for thread in threads)


@pytest.fixture
def writer(in_thread, write):
    """A transaction in its own thread that has written and commits when told."""

    def open_writer():
        written, commit = threading.Event(), threading.Event()

        def body():
            with transaction.atomic():
                write(1)
                written.set()
                assert commit.wait(30)

        thread = in_thread(body)
        assert written.wait(30)

        def finish():
            commit.set()
            thread.join(30)

        return finish

    return open_writer


@pytest.mark.django_db
def test_each_event_gets_one_place_and_each_place_follows_the_one_before(write, anchor_file):
    events = write(3)

    assert actions.seal_pending(at=MONDAY, limit=100) == 3

    seals = list(Seal.objects.order_by("sequence"))
    assert places() == [(1, events[0].pk), (2, events[1].pk), (3, events[2].pk)]
    assert [bytes(seal.previous) for seal in seals] == [
        chain.GENESIS,
        bytes(seals[0].hash),
        bytes(seals[1].hash),
    ]
    assert str(seals[2]) == f"3: {events[2].pk}"
    assert not Unsealed.objects.exists()
    head = anchors.last(anchor_file)
    assert (head.count, head.hash, head.at) == (3, bytes(seals[2].hash), MONDAY)


@pytest.mark.django_db
def test_a_pass_takes_no_more_than_its_limit(write):
    write(3)
    assert [actions.seal_pending(at=MONDAY, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Seal.objects.count() == 3


@pytest.mark.django_db
def test_an_empty_log_is_anchored_once(anchor_file):
    assert [actions.seal_pending(at=MONDAY, limit=2) for _ in range(2)] == [0, 0]
    assert [anchor.count for _, anchor in anchors.read(anchor_file)] == [0]


@pytest.mark.django_db(transaction=True)
def test_events_that_commit_out_of_the_order_of_their_ids_are_all_sealed(writer):
    commit_first, commit_second = writer(), writer()
    low, high = 1, 2

    commit_second()
    assert actions.seal_pending(at=MONDAY, limit=100) == 1
    commit_first()
    assert actions.seal_pending(at=MONDAY, limit=100) == 1

    ids = sorted(Event.objects.values_list("id", flat=True))
    assert places() == [(low, ids[1]), (high, ids[0])]
    assert queries.verify().sound


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_keeps_nobody_waiting(writer, write):
    finish_load = writer()
    write(5)
    assert actions.seal_pending(at=MONDAY, limit=100) == 5
    finish_load()


@pytest.mark.django_db(transaction=True)
def test_an_event_that_rolls_back_gets_no_place(write):
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    assert actions.seal_pending(at=MONDAY, limit=100) == 0
    assert places() == []


@pytest.mark.django_db(transaction=True)
def test_while_one_sealer_works_another_does_nothing(write, in_thread):
    write(1)
    seen = []
    with actions._only_sealer() as alone:
        in_thread(lambda: seen.append(actions.seal_pending(at=MONDAY, limit=9))).join(30)
    assert alone
    assert seen == [0]
    assert actions.seal_pending(at=MONDAY, limit=9) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_two_writers_at_once_lose_and_double_nothing(write, in_thread):
    def write_some():
        for _ in range(20):
            write(3)

    stop = threading.Event()
    sealers = [in_thread(actions.run_sealer, stop, 0.001) for _ in range(2)]
    for writing in [in_thread(write_some) for _ in range(2)]:
        writing.join(30)
    stop.set()
    for sealer in sealers:
        sealer.join(30)
    actions.seal_pending(at=MONDAY, limit=1_000)

    assert [sequence for sequence, _ in places()] == list(range(1, 121))
    assert {event for _, event in places()} == set(Event.objects.values_list("id", flat=True))
    report = queries.verify()
    assert (report.findings, report.anchored) == ((), 120)


@pytest.mark.django_db(transaction=True)
def test_sealing_inside_a_transaction_is_refused(write):
    write(1)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        actions.seal_pending(at=MONDAY, limit=9)
    assert places() == []
    assert actions.seal_pending(at=MONDAY, limit=9) == 1


@pytest.mark.django_db
def test_what_a_crash_left_without_an_anchor_is_anchored_by_the_next_pass(write, anchor_file):
    write(4)
    actions.seal_pending(at=MONDAY, limit=1)
    actions._chain(MONDAY + timedelta(hours=1), 1)  # the sealer died right after its commit
    assert queries.verify().sound

    actions.seal_pending(at=MONDAY + timedelta(hours=2), limit=1)

    assert [anchor.count for _, anchor in anchors.read(anchor_file)] == [0, 1, 2, 3]
    assert queries.verify().sound


@pytest.mark.django_db
def test_a_line_that_a_crash_tore_is_passed_over(write, anchor_file):
    write(2)
    actions.seal_pending(at=MONDAY, limit=1)
    with anchor_file.open("a") as file:
        file.write("2 2026-03-02T01:00:00.000000+00:00 8f3a")

    actions.seal_pending(at=MONDAY, limit=1)

    assert [anchor.count for _, anchor in anchors.read(anchor_file)] == [0, 1, 2]
    assert queries.verify().sound


@pytest.mark.django_db(transaction=True)
def test_a_sealer_that_lost_the_database_comes_back(write, in_thread, caplog):
    stop, connected = threading.Event(), threading.Event()
    backends = []

    def seal():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.append(cursor.fetchone()[0])
        connected.set()
        actions.run_sealer(stop, 0.001)

    sealer = in_thread(seal)
    assert connected.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backends[0]])
        assert cursor.fetchone()[0]
    events = write(3)

    for _ in range(10_000):
        if Seal.objects.count() == 3:
            break
        stop.wait(0.001)
    stop.set()
    sealer.join(30)

    assert {event for _, event in places()} == {event.pk for event in events}
    assert "The sealer lost the database and will try again" in caplog.text
