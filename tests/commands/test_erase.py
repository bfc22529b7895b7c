"""`tongban erase` shows what is held, asks, erases, proves; what it refuses has changed nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.commands.tiny import BASIS, HE, SHE, SUBJECT, TABLES, inside, places, rows_of, silent
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.people.models import User
from tongban.commands import erasing
from tongban.commands.erasing import doing, ledger
from tongban.data.lake import actions as lake
from tongban.data.pipelines import persons
from tongban.data.pipelines.models import Erased
from tongban.data.registers.models import Identity, SubjectFacts

__all__ = ["inside", "places"]
WHO = {"basis": BASIS, "by": "qin"}


def refused(capsys, *words: str, **options) -> str:
    """What is said on standard error, where nothing may have changed."""
    before = everything()
    with pytest.raises(SystemExit) as ended:
        call_command("erase", *words, **{**WHO, **options})
    assert ended.value.code == 1
    assert everything() == before
    return capsys.readouterr().err.strip()


def everything() -> list:
    counted = [model.objects.count() for model in (Event, Erased, Identity, SubjectFacts, User)]
    return [*counted, *map(rows_of, TABLES), ledger.place().exists()]


def test_a_look_shows_what_is_held_and_changes_nothing(inside, monkeypatch, capsys):
    before = everything()
    monkeypatch.setattr("sys.stdin", StringIO(f"{HE}\n"))

    call_command("erase", "person", dry_run=True, json=True, **WHO)

    told = capsys.readouterr().out
    held = json.loads(told)["held"]
    assert held["tables"] == {"ods.homes": 2, "ods.people": 2}  # row 3 of four, and of five
    assert held["current"] == {"ods.homes": 1, "ods.people": 1}
    assert held["registers"] == {"facts": 1, "live_facts": 0, "identities": 1}
    assert (held["accounts"], held["quarantined"], held["certificates"]) == (1, 0, 0)
    assert HE not in told and SUBJECT not in told
    assert everything() == before


def test_without_a_confirmation_nothing_is_erased(inside, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))  # a pipe is nobody who was asked
    assert refused(capsys, "person", HE) == "未作任何删除。"


def test_it_erases_and_proves_and_the_number_is_in_no_word(inside, capsys):
    call_command("erase", "person", HE, yes=True, json=True, **WHO)

    told = capsys.readouterr().out
    held, proof = (json.loads(line) for line in told.strip().split("\n"))
    assert (list(held), proof["proof"]["found"]) == (["held"], {})
    assert proof["proof"]["lake_rows"] == 8
    assert HE not in told and SUBJECT not in told
    assert tuple(map(rows_of, TABLES)) == (4, 4)
    assert not Identity.objects.filter(subject_id=SUBJECT).exists()
    user = User.objects.get(username__startswith="erased-")
    assert (user.subject_id, user.is_active, user.has_usable_password()) == ("", False, False)


def test_a_second_time_finds_nothing_and_the_list_has_one_line(inside, capsys):
    call_command("erase", "person", HE, yes=True, **WHO)
    assert capsys.readouterr().out.strip().endswith("0 found 找到 0 处")
    call_command("erase", "person", HE, yes=True, json=True, **WHO)

    held = json.loads(capsys.readouterr().out.split("\n")[0])["held"]
    assert (held["tables"], held["registers"]["facts"], held["accounts"]) == ({}, 0, 0)
    assert len(ledger.read(ledger.place())) == 1
    assert Erased.objects.count() == 1


def test_somebody_who_is_not_there_cannot_come_later(inside):
    stranger = "110101199003070011"[:17] + "0"
    number = next(
        f"{stranger[:17]}{check}"
        for check in "0123456789X"
        if _is_number(f"{stranger[:17]}{check}")
    )
    target = erasing.of_key("person", number)
    assert erasing.held(target).is_empty

    erasing.erase(target, basis=BASIS, by="7", at=MONDAY, told=silent)

    assert Erased.objects.get().finished_at == MONDAY
    assert tuple(map(rows_of, TABLES)) == (5, 5)


def _is_number(text: str) -> bool:
    try:
        return bool(persons.number(text))
    except persons.NotANumber:
        return False


def test_there_is_no_way_back_to_an_edition_that_held_him(inside):
    erasing.erase(erasing.of_key("person", HE), basis=BASIS, by="7", at=MONDAY, told=silent)
    current = lake.queries.current_edition()

    with pytest.raises(lake.ErasedSince) as told:
        lake.roll_back(reason="x", by="t", at=MONDAY)

    assert "第 1 版中的 ods.homes 是依法删除个人数据之前的版本" in told.value.told("zh")
    assert lake.queries.current_edition() == current


def test_an_unknown_account_is_refused_by_name(inside, capsys):
    assert refused(capsys, "person", HE, by="nobody") == "没有可用的账号 nobody。"
    User.objects.filter(username="qin").update(is_active=False)
    assert refused(capsys, "person", HE) == "没有可用的账号 qin。"


WRONG = ["32990119900307002", "329901199003070021", "", "名字", "9" * 18, "329901199013070025"]


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_number_is_refused_before_anything_is_looked_for(written):
    with pytest.raises(persons.NotANumber):  # without a database
        erasing.of_key("person", written)


def test_every_way_of_writing_the_number_names_the_same_person(inside, capsys):
    wide, old = "３２９９０１１９９００３０７００２０", "329901900307002"
    for written in (wide, old, " 329901 19900307 0020 ", f"\u200b{HE}"):
        target = erasing.of_key("person", written)
        assert (target.keys, target.subject_id) == ((HE,), SUBJECT)
    assert refused(capsys, "person", HE[:-1]).startswith("不是有效的公民身份号码")


def test_another_number_of_the_same_form_names_somebody_else(db):
    assert erasing.of_key("person", SHE).subject_id is None


def test_what_is_not_there_is_named(inside, capsys):
    missing = inside / "missing"
    assert refused(capsys, "person", key_file=missing) == (
        f"没有存放号码的文件 {missing}。没有查找任何数据。"
    )
    assert refused(capsys, "person", key_file=inside) == (
        f"没有存放号码的文件 {inside}。没有查找任何数据。"
    )
    assert refused(capsys, replay=missing) == (
        f"没有依法删除清单 {missing}。未作任何操作，请指定与审计锚点一起保管的清单。"
    )
    assert refused(capsys, "enterprise", "91329900MA00000000") == (
        "enterprise 库不是自然人库，依法删除只针对个人。请使用 person。"
    )


def test_a_list_cannot_be_replayed_and_only_looked_at(inside):
    with pytest.raises(CommandError, match="not allowed with argument"):
        call_command("erase", "--replay", "list", "--dry-run", "--basis", BASIS, "--by", "qin")


def test_a_refused_erasure_has_changed_nothing(inside, monkeypatch):
    class Open(Exception):
        pass

    def refuse(target, on) -> None:
        raise Open

    monkeypatch.setattr(doing, "check_can_erase", refuse)
    before = everything()
    with pytest.raises(Open):
        erasing.erase(erasing.of_key("person", HE), basis=BASIS, by="7", at=MONDAY, told=silent)
    assert everything() == before


def test_the_numbers_of_a_target_are_in_no_trace_of_it():
    assert HE not in repr(erasing.Target((HE,), SUBJECT))
