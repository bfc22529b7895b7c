"""A person is erased under law: nothing of him is found, and nobody else has changed."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.loop.conftest import NOW
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.commands import erasing, loop
from tongban.commands.erasing import doing, ledger
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, store
from tongban.data.lake.models import Edition, QuarantinedRow
from tongban.data.lake.quarantine import opened
from tongban.data.pipelines import persons
from tongban.data.pipelines.models import Erased
from tongban.data.registers.models import Identity
from tongban.data.standards.models import Issue

pytestmark = pytest.mark.django_db
BASIS = "个人信息保护法第四十七条，申请 12 号"
SHARED = "、"


def silent(step: str, done: int, total: int) -> None:
    return None


def rows_of(table: str) -> list[tuple]:
    """Every row that readers see."""
    version = queries.tables_of(queries.current_edition())[table]
    engine = store.engine()
    with engine.connect() as con:
        engine.attach(con, store.lake().snapshot(table, version), "t")
        return con.execute("FROM t ORDER BY ALL").fetchall()


def everything() -> dict[str, list[tuple]]:
    return {table: rows_of(table) for table in queries.tables_of(queries.current_edition())}


def erase(number: str) -> erasing.Target:
    target = erasing.of_key("person", number)
    erasing.erase(target, basis=BASIS, by="7", at=NOW, told=silent)
    return target


def owners() -> list[tuple[str, str]]:
    """Numbers of the two owners of a shared property, each pair once."""
    found = [row for row in rows_of("ods.bdc_qlr") if any(SHARED in str(cell) for cell in row)]
    pairs = [numbers for row in found if len(numbers := _numbers(row)) == 2]
    return [(first, second) for first, second in pairs if first != second]


def _numbers(row) -> list[str]:
    cell = next((c for c in row if SHARED in str(c) and persons.numbers_in(str(c))), "")
    found = []
    for part in str(cell).split(SHARED):
        try:
            found.append(persons.number(part))
        except persons.NotANumber:
            return []
    return found


def lone(yunze, place: int) -> str:
    """A person of the register who shares nothing."""
    shared = {number for pair in owners() for number in pair}
    keys = [row[1] for row in rows_of("registers.person_facts")]
    numbers = sorted(k for k in keys if k not in shared)
    return numbers[place]


def column(table: str, name: str) -> int:
    version = queries.tables_of(queries.current_edition())[table]
    return store.lake().snapshot(table, version).schema.names.index(name)


def test_hits_before_none_after_and_every_other_row_is_as_it_was(yunze):
    number = lone(yunze, 40)
    target = erasing.of_key("person", number)
    before, held = everything(), erasing.held(target)
    versions = {t: store.lake().versions(t) for t in before}

    assert held.current["registers.person"] == 1
    assert held.registers.facts == held.registers.identities == 1
    assert not erasing.prove(target, silent).is_clean

    erase(number)

    proof = erasing.prove(target, silent)
    assert proof.is_clean
    assert (proof.found, proof.lake_rows > 10_000, proof.sealed_values > 1_000) == ({}, True, True)
    assert erasing.held(target).is_empty
    for table, rows in before.items():
        gone = [row for row in rows if target.names("|".join(map(str, row)))]
        assert len(gone) == held.current.get(table, 0)
        assert rows_of(table) == [row for row in rows if row not in gone]
    assert set(held.tables) == {t for t in before if store.lake().versions(t) != versions[t]}
    assert Event.objects.filter(kind="erasure.finished", subjects=[target.subject_id]).exists()


def test_a_shared_row_loses_his_part_and_the_other_owner_keeps_the_rest(yunze):
    mine, theirs = owners()[0]
    before = rows_of("ods.bdc_qlr")
    kept_before = [row for row in rows_of("dwd.property_owner") if row[0] == theirs]

    target = erase(mine)

    after = rows_of("ods.bdc_qlr")
    assert not [row for row in after if target.names("|".join(map(str, row)))]
    units = column("ods.bdc_qlr", "bdcdyh")
    shared = {row[units] for row in before if {mine, theirs} <= set(_numbers(row))}
    assert shared <= {row[units] for row in after}
    assert [row for row in rows_of("dwd.property_owner") if row[0] == theirs] == kept_before
    names, ids = column("ods.bdc_qlr", "qlr"), column("ods.bdc_qlr", "qlr_zjh")
    for row in after:
        if row[units] in shared:
            assert (SHARED in row[names], persons.number(row[ids])) == (False, theirs)
    assert erasing.prove(target, silent).is_clean


def test_a_run_that_was_killed_in_the_middle_is_finished_by_a_second_call(yunze):
    number = lone(yunze, 60)
    target = erasing.of_key("person", number)

    class Killed(Exception):
        pass

    def told(step: str, done: int, total: int) -> None:
        if (step, done) == ("lake", total // 2):
            raise Killed

    with pytest.raises(Killed):
        erasing.erase(target, basis=BASIS, by="7", at=NOW, told=told)
    assert not erasing.prove(target, silent).is_clean
    assert Erased.objects.latest("pk").finished_at is None

    erase(number)

    assert erasing.prove(target, silent).is_clean
    assert Erased.objects.latest("pk").finished_at == NOW
    digests = [line.digest for line in ledger.read(ledger.place())]
    assert digests.count(bytes(Erased.objects.latest("pk").digest).hex()) == 1


def test_a_refused_erasure_has_changed_nothing(yunze, monkeypatch):
    number = lone(yunze, 80)
    target = erasing.of_key("person", number)

    class Open(Exception):
        pass

    def refuse(target, on: date) -> None:
        raise Open

    monkeypatch.setattr(doing, "check_can_erase", refuse)
    before, events, list_before = everything(), Event.objects.count(), ledger.place().read_bytes()
    with pytest.raises(Open):
        erase(number)

    assert everything() == before
    assert (Event.objects.count(), ledger.place().read_bytes()) == (events, list_before)
    assert Identity.objects.filter(subject_id=target.subject_id).exists()
    assert not Erased.objects.filter(erased_at=NOW, finished_at=None).exists()


def test_a_quarantined_row_of_his_loses_what_it_said_and_keeps_its_place(yunze):
    row, number = next(
        (row, found[0])
        for row in QuarantinedRow.objects.filter(status="open").order_by("pk")
        if (found := _valid(opened(row).raw))
    )
    count = row.load.quarantined.count()

    target = erase(number)

    row.refresh_from_db()
    assert (row.check_code, opened(row).raw, opened(row).values) == ("ERASED", "", {})
    assert row.load.quarantined.count() == count
    assert erasing.prove(target, silent).is_clean


def _valid(text: str) -> list[str]:
    found = []
    for written in persons.numbers_in(text):
        try:
            found.append(persons.number(written))
        except persons.NotANumber:
            continue
    return found


@pytest.mark.parametrize(
    "written", ["32990119900307002", "329901199003070021", "", "名字", "9" * 18]
)
def test_what_is_no_number_is_refused_and_nothing_is_looked_for(yunze, written):
    with pytest.raises(persons.NotANumber):
        erasing.of_key("person", written)


def test_a_register_of_companies_is_refused_by_name(yunze):
    with pytest.raises(erasing.target.NotForPersons, match="enterprise"):
        erasing.of_key("enterprise", "91329900MA00000000")


def test_who_was_erased_does_not_come_back_with_the_next_run(yunze):
    lone_number, (mine, theirs) = lone(yunze, 100), owners()[1]
    targets = [erase(lone_number), erase(mine)]
    before = [row[:6] for row in rows_of("registers.person")]

    edition, loads = loop.run(
        loop.all_sources(), data=yunze.data, by="t", at=NOW, told=lambda *_: 0
    )

    assert queries.current_edition() == edition
    for target in targets:
        proof = erasing.prove(target, silent)
        assert proof.found == {}
    assert [row[:6] for row in rows_of("registers.person")] == before
    assert [row for row in rows_of("dwd.property_owner") if row[0] == theirs]
    held_back = QuarantinedRow.objects.filter(check_code="ERASED", load__edition=edition)
    assert {opened(row).raw for row in held_back} == {""}
    assert "GA01" in {row.resource.code for row in held_back}
    assert Issue.objects.filter(check_code="ERASED", status="open", resource__code="GA01").exists()
    for load in loads:
        assert load.rows_read == load.rows_kept + load.rows_quarantined

    erase(lone(yunze, 120))  # whom the edition before still holds: there is no way back to it
    with pytest.raises(lake.ErasedSince):
        lake.roll_back(reason="x", by="t", at=NOW)
    assert queries.current_edition() == edition


def test_a_run_at_work_is_closed(yunze):
    draft = lake.open_edition(by="t", at=NOW)

    erase(lone(yunze, 140))

    draft.refresh_from_db()
    assert draft.status == Edition.Status.FAILED


def test_the_command_shows_asks_erases_and_proves(yunze, monkeypatch, capsys):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    people.open_account(
        username="qin", password="correct horse battery", display_name="秦", by="t", at=NOW
    )
    number = lone(yunze, 160)
    arguments = {"basis": BASIS, "by": "qin", "json": True}

    monkeypatch.setattr("sys.stdin", StringIO(f"{number}\n"))
    call_command("erase", "person", dry_run=True, **arguments)
    assert json.loads(capsys.readouterr().out)["held"]["current"]["registers.person"] == 1

    with pytest.raises(SystemExit):
        call_command("erase", "person", number, **arguments)
    assert "未作任何删除" in capsys.readouterr().err

    call_command("erase", "person", number, yes=True, **arguments)
    *_, proof = capsys.readouterr().out.strip().split("\n")
    assert json.loads(proof)["proof"]["found"] == {}
    assert number not in proof


def test_an_unknown_account_is_refused(yunze, capsys):
    with pytest.raises(SystemExit):
        call_command("erase", "person", lone(yunze, 180), basis=BASIS, by="nobody", yes=True)
    assert "nobody" in capsys.readouterr().err
