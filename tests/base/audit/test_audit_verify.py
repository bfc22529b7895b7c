"""Every manipulation of the log is found and named, and an untouched log has no finding."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tongban.base.audit import actions, chain, queries, verification
from tongban.base.audit.findings import WORDS, Finding, Kind
from tongban.base.audit.models import Event, Seal
from tongban.vault import SoftwareVault

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
GUESSED = SoftwareVault(b"a key that somebody only guessed")


def found(report):
    return [(finding.kind.value, finding.sequence, finding.event) for finding in report.findings]


@pytest.fixture
def recompute(settings, tamper):
    """Writes the seals anew from the given place on, with a guessed key."""

    def recompute(first):
        genuine, settings.VAULT = settings.VAULT, GUESSED
        before = Seal.objects.filter(sequence=first - 1).first()
        previous = bytes(before.hash) if before else chain.GENESIS
        for seal in Seal.objects.filter(sequence__gte=first).order_by("sequence"):
            at = chain.microseconds(seal.at)
            proof = bytes(Event.objects.get(pk=seal.event_id).proof)
            digest = chain.seal_hash(previous, seal.sequence, seal.event_id, proof, at)
            tamper(
                (
                    "UPDATE audit_seal SET previous = %s, hash = %s WHERE sequence = %s",
                    previous,
                    digest,
                    seal.sequence,
                )
            )
            previous = digest
        settings.VAULT = genuine

    return recompute


def test_an_untouched_log_has_no_finding(log, write):
    write(2)
    steps = []

    report = queries.verify(lambda done, total: steps.append((done, total)))

    assert report.sound
    assert report.first is None
    assert (report.sealed, report.anchored, report.waiting, report.complete) == (10, 10, 2, True)
    assert steps == [(10, 10)]


def test_what_is_sealed_while_verification_runs_is_left_for_the_next(log, write, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", 5)

    def seal_one_more(done, total):
        write(1)
        actions.seal_pending(at=MONDAY + timedelta(days=done), limit=1)

    report = queries.verify(seal_one_more)

    assert (report.findings, report.sealed, report.anchored) == ((), 10, 10)
    assert queries.verify().sealed == 12


def test_an_empty_log_has_no_finding():
    assert queries.verify().sound
    actions.seal_pending(at=MONDAY, limit=1)
    assert queries.verify().sound


@pytest.mark.parametrize(
    "change",
    [
        "subject_id = 'T-99'",
        "actor = 'u99'",
        "outcome = 'refused'",
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "details = details - 'item'",
        "details = to_jsonb(repeat('9', 5000)::numeric)",
        "office = ''",
        "rows = 0",
        "edition = 0",
        "subjects = array['P1']",
        "proof = sha256('x')",
    ],
)
def test_an_edited_event_is_named(log, tamper, change):
    tamper((f"UPDATE audit_event SET {change} WHERE id = %s", log[4].pk))
    assert found(queries.verify()) == [("edited", 5, log[4].pk)]


def test_an_event_that_is_edited_before_it_is_sealed_is_found(write, tamper):
    event = write(2)[1]
    tamper(("UPDATE audit_event SET actor = 'u99' WHERE id = %s", event.pk))
    actions.seal_pending(at=MONDAY, limit=9)
    assert found(queries.verify()) == [("edited", 2, event.pk)]


def test_neighbours_with_the_same_fate_are_one_finding(log, tamper):
    tamper(("UPDATE audit_event SET actor = 'u99' WHERE id > %s", log[3].pk))
    assert queries.verify().findings == (Finding(Kind.EDITED, 5, log[4].pk, 10),)


def test_an_event_deleted_in_the_middle_is_named(log, tamper):
    tamper(("DELETE FROM audit_event WHERE id = %s", log[4].pk))
    assert found(queries.verify()) == [("deleted", 5, log[4].pk)]


def test_an_event_deleted_with_its_seal_leaves_a_gap(log, tamper):
    tamper(
        ("DELETE FROM audit_event WHERE id = any(%s)", [log[4].pk, log[5].pk]),
        ("DELETE FROM audit_seal WHERE sequence in (5, 6)",),
    )
    assert queries.verify().findings == (Finding(Kind.DELETED, 5, None, 6),)


def test_a_gap_that_was_closed_by_new_numbers_is_found(log, tamper):
    tamper(
        ("DELETE FROM audit_event WHERE id = %s", log[4].pk),
        ("DELETE FROM audit_seal WHERE sequence = 5",),
        ("UPDATE audit_seal SET sequence = sequence - 1 WHERE sequence > 5",),
    )
    report = queries.verify()
    assert report.first.kind in (Kind.REORDERED, Kind.RECOMPUTED)
    assert (report.first.sequence, report.first.event) == (5, log[5].pk)
    assert ("tail_deleted", 10, None) in found(report)


def test_a_deleted_tail_is_found_by_the_anchor(log, tamper):
    tamper(
        ("DELETE FROM audit_event WHERE id >= %s", log[7].pk),
        ("DELETE FROM audit_seal WHERE sequence >= 8",),
    )
    assert queries.verify().findings == (Finding(Kind.TAIL_DELETED, 8, None, 10),)


def test_a_deleted_tail_is_still_found_after_the_log_went_on(log, tamper, write):
    tamper(
        ("DELETE FROM audit_event WHERE id >= %s", log[7].pk),
        ("DELETE FROM audit_seal WHERE sequence >= 8",),
    )
    write(8)
    actions.seal_pending(at=MONDAY + timedelta(days=1), limit=100)

    told = found(queries.verify())

    assert ("tail_deleted", 8, None) in told
    assert ("anchor_mismatch", 8, Seal.objects.get(sequence=8).event_id) in told


@pytest.mark.parametrize(("one", "other"), [(4, 5), (3, 8), (9, 10), (1, 2)])
@pytest.mark.parametrize("columns", ["event_id", "sequence", "content"])
def test_reordered_events_are_named(log, tamper, one, other, columns):
    first, second = log[one - 1].pk, log[other - 1].pk
    if columns == "event_id":
        tamper(
            ("UPDATE audit_seal SET event_id = -1 WHERE sequence = %s", one),
            ("UPDATE audit_seal SET event_id = %s WHERE sequence = %s", first, other),
            ("UPDATE audit_seal SET event_id = %s WHERE sequence = %s", second, one),
        )
    elif columns == "sequence":
        tamper(
            ("UPDATE audit_seal SET sequence = 99 WHERE sequence = %s", one),
            ("UPDATE audit_seal SET sequence = %s WHERE sequence = %s", one, other),
            ("UPDATE audit_seal SET sequence = %s WHERE sequence = 99", other),
        )
    else:
        swap = "(subject_id, at, proof) = (SELECT subject_id, at, proof FROM copy WHERE id = %s)"
        tamper(
            ("CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT * FROM audit_event",),
            (f"UPDATE audit_event SET {swap} WHERE id = %s", first, second),
            (f"UPDATE audit_event SET {swap} WHERE id = %s", second, first),
        )
        second = first

    report = queries.verify()

    assert {finding.kind for finding in report.findings} == {Kind.REORDERED}
    assert (report.first.sequence, report.first.event) == (one, second)


def test_a_chain_computed_anew_with_a_guessed_key_is_found(log, recompute):
    recompute(5)
    assert found(queries.verify()) == [
        ("recomputed", 5, log[4].pk),
        ("anchor_mismatch", 6, log[5].pk),
    ]


def test_an_edit_behind_a_recomputed_chain_is_named_first(log, tamper, recompute):
    event = Event.objects.get(pk=log[4].pk)
    tamper(
        (
            "UPDATE audit_event SET actor = 'u99', proof = %s WHERE id = %s",
            GUESSED.digest("whatever", "audit"),
            event.pk,
        )
    )
    recompute(5)
    assert found(queries.verify())[:2] == [("edited", 5, event.pk), ("recomputed", 6, log[5].pk)]


def test_a_recomputation_up_to_a_genuine_seal_is_found(log, recompute, tamper):
    kept = Seal.objects.get(sequence=8)
    recompute(5)
    tamper(
        ("DELETE FROM audit_seal WHERE sequence = 8",),
        (
            "INSERT INTO audit_seal VALUES (8, %s, %s, %s, %s)",
            bytes(kept.previous),
            bytes(kept.hash),
            kept.at,
            kept.event_id,
        ),
    )
    assert found(queries.verify())[0] == ("recomputed", 5, log[4].pk)


def test_even_the_right_key_cannot_rewrite_what_was_anchored(log, tamper, anchor_file):
    """Somebody holds the key, cuts the log back and lets the sealer go on."""
    tamper(("DELETE FROM audit_seal WHERE sequence >= 5",))
    waiting = "INSERT INTO audit_unsealed SELECT id FROM audit_event WHERE id >= %s"
    tamper((waiting, log[4].pk))
    before = anchor_file.read_text()
    actions.seal_pending(at=MONDAY + timedelta(days=1), limit=100)
    anchor_file.write_text(before)

    assert ("anchor_mismatch", 6, log[5].pk) in found(queries.verify())


def test_seals_of_two_branches_do_not_pass_as_one_chain(log, tamper):
    old = list(Seal.objects.filter(sequence__in=[6, 7, 8, 9, 10]).order_by("sequence"))
    tamper(
        ("DELETE FROM audit_seal WHERE sequence >= 5",),
        ("INSERT INTO audit_unsealed SELECT id FROM audit_event WHERE id >= %s", log[4].pk),
    )
    actions._chain(MONDAY + timedelta(days=1), 1)
    tamper(("DELETE FROM audit_unsealed",))
    Seal.objects.bulk_create(old)

    assert ("recomputed", 6, log[5].pk) in found(queries.verify())


def test_an_event_planted_without_the_key_is_found(log, tamper):
    tamper(
        (
            "WITH planted AS (INSERT INTO audit_event (kind, subject_type, subject_id, actor, "
            "office, post, purpose, basis, outcome, at, details, subjects, proof) "
            "SELECT kind, subject_type, subject_id, 'u99', office, post, purpose, basis, outcome, "
            "at, details, subjects, proof FROM audit_event WHERE id = %s RETURNING id) "
            "INSERT INTO audit_unsealed SELECT id FROM planted",
            log[0].pk,
        )
    )
    actions.seal_pending(at=MONDAY, limit=9)
    assert found(queries.verify()) == [("edited", 11, Event.objects.latest("id").pk)]


def test_an_event_kept_out_of_the_chain_is_found(log, write, tamper):
    event = write(1)[0]
    tamper(("DELETE FROM audit_unsealed WHERE event_id = %s", event.pk))
    assert found(queries.verify()) == [("unchained", None, event.pk)]


def test_another_key_proves_nothing(log, settings):
    settings.VAULT = GUESSED
    assert found(queries.verify()) == [
        ("edited", 1, log[0].pk),
        ("anchor_changed", None, None),
    ]


def test_a_missing_anchor_file_is_found(log, anchor_file):
    anchor_file.unlink()
    assert found(queries.verify()) == [("anchor_missing", 1, None)]


def test_a_missing_anchor_file_is_found_although_the_sealer_went_on(log, anchor_file, write):
    anchor_file.unlink()
    write(1)
    actions.seal_pending(at=MONDAY + timedelta(days=1), limit=9)
    assert found(queries.verify()) == [("anchor_missing", 1, log[0].pk)]


def test_an_anchor_file_that_was_cut_is_found(log, anchor_file):
    lines = anchor_file.read_text().splitlines(keepends=True)
    anchor_file.write_text("".join(lines[:-2]))
    assert found(queries.verify()) == [("anchor_missing", 7, log[6].pk)]


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace("2026", "2025"),
        lambda line: "9" + line,
        lambda line: "rubbish\n",
        lambda line: line.replace(" ", " zz", 2),
        lambda line: "",
    ],
)
def test_a_changed_line_of_the_anchor_file_is_found(log, anchor_file, change):
    lines = anchor_file.read_text().splitlines(keepends=True)
    lines[2] = change(lines[2])
    anchor_file.write_text("".join(lines))

    report = queries.verify()

    assert Kind.ANCHOR_CHANGED in [finding.kind for finding in report.findings]
    assert report.findings[-1].line in (3, 4)


def test_every_finding_has_words_in_both_languages():
    assert set(WORDS) == set(Kind)
    gone = Finding(Kind.DELETED, 5)
    assert (gone.told("en"), gone.told("zh-hans")) == ("the event was deleted", "事件被删除")


@pytest.mark.django_db(transaction=True)
def test_verification_beside_a_working_sealer_has_no_finding(write):
    stop, failures = threading.Event(), []

    def work():
        try:
            while not stop.is_set():
                write(5)
                actions.seal_pending(at=actions.clock.now(), limit=3)
        except BaseException as error:  # noqa: BLE001 - looked at below, in the test
            failures.append(error)
        finally:
            connection.close()

    sealer = threading.Thread(target=work)
    sealer.start()
    reports = [queries.verify() for _ in range(20)]
    stop.set()
    sealer.join(30)

    assert failures == []
    assert [report.findings for report in reports] == [()] * 20
