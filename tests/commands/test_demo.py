"""The demo's pieces that need no demo: which files are fresh, what refuses by name."""

import csv
import json
import socket
import sys
from datetime import date
from urllib.request import urlopen

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.known import KNOWN, MONDAY
from tests.permits import CITY
from tongban.base.people.models import User
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.commands.demo import accounts, sources
from tongban.commands.demo.accounts import NobodyLikeThat
from tongban.commands.demo.sources import CityNotThere, DeathsNotServed
from tongban.data.pipelines.erased import REGISTER, digest
from tongban.data.registers import rows
from tongban.data.registers.models import Identity, SubjectFacts

TODAY = date(2026, 11, 21)
HELD = {**KNOWN, "permit_valid_until": date(2026, 10, 1)}
NUMBERS = ["329901198805126626", "329901199003070020"]


@pytest.fixture
def data(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "DATA", tmp_path)
    return tmp_path


@pytest.fixture
def free_port(monkeypatch) -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setattr(sources, "DEATHS_PORT", port)
    return port


def test_a_city_is_written_anew_for_another_size_or_another_month(data):
    assert not sources.are_written(1500, TODAY)
    (data / "manifest.json").write_text(json.dumps({"people": 1500, "today": "2026-11-02"}))
    assert sources.are_written(1500, TODAY)
    assert not sources.are_written(1501, TODAY)
    assert not sources.are_written(1500, date(2026, 12, 1))
    assert not sources.are_written(1500, date(2027, 11, 2))


def test_without_its_folder_the_demo_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(sources, "CITY", tmp_path / "yunze")
    with pytest.raises(CityNotThere) as refused:
        sources.check_city()
    assert "Run `make demo` in a checkout" in refused.value.told("en")
    assert f"没有 {tmp_path / 'yunze'}" in refused.value.told("zh")


def test_the_deaths_answer_in_the_block_and_nobody_does_after_it(data, free_port):
    (data / "wj02").mkdir()
    (data / "wj02" / "sw_yx.json").write_text('[{"sfzh": "1"}]')

    with sources.deaths_served():
        page = json.loads(urlopen(f"http://127.0.0.1:{free_port}/deaths").read())

    assert (page["total"], page["rows"]) == (1, [{"sfzh": "1"}])
    with pytest.raises(OSError):
        urlopen(f"http://127.0.0.1:{free_port}/deaths")


def test_a_port_that_another_program_holds_is_named(data, free_port):
    with (
        socket.create_server(("127.0.0.1", free_port)),
        pytest.raises(DeathsNotServed) as refused,
        sources.deaths_served(),
    ):
        pass
    assert f"本机 {free_port} 端口" in refused.value.told("zh")
    assert f"on port {free_port} of this machine" in refused.value.told("en")


def test_a_server_that_ends_at_once_is_not_waited_for(data, free_port, monkeypatch):
    monkeypatch.setattr(sources, "deaths_server", lambda: [sys.executable, "-c", ""])
    with pytest.raises(DeathsNotServed), sources.deaths_served():
        pass


def test_the_other_database_is_reached_as_the_first_is(monkeypatch, settings):
    given = {"USER": "u", "PASSWORD": "p w", "HOST": "db", "PORT": "", "NAME": "tongban"}
    options = {"OPTIONS": {"pool": False, "sslmode": "require"}}
    monkeypatch.setitem(settings.DATABASES, "default", {**given, **options})
    assert conninfo_to_dict(sources.rs_dsn()) == {
        "user": "u",
        "password": "p w",
        "host": "db",
        "sslmode": "require",
        "dbname": "tongban_demo_rs",
    }


@pytest.fixture
def truth(data):
    (data / "truth").mkdir()
    with (data / "truth" / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["citizen_id", "name", "b09"])
        writer.writerows([(number, f"第{n}人", "true") for n, number in enumerate(NUMBERS)])


def citizen(pick: str) -> dict:
    return {"username": "citizen", "name": {"zh": "申请人"}, "story": {}, "pick": pick}


def know(number: str, subject_id: str) -> None:
    Identity.objects.create(
        register=REGISTER,
        digest=digest(REGISTER, number),
        subject_id=subject_id,
        minted_at=MONDAY,
    )


def test_a_citizen_is_the_first_whom_the_register_still_knows(truth, db):
    """Whoever was erased under law stays in the offices' files."""
    know(NUMBERS[0], "P1")
    content = {"citizens": [citizen("b09 = 'true'")], "accounts": []}

    (account,) = accounts.open_all(content, at=MONDAY)

    assert (account.username, account.who) == ("citizen", "申请人")
    assert len(account.password) == 12
    assert [subject for subject, _ in accounts._picked("b09 = 'true'")] == ["P1"]


def test_who_has_something_prolonged_has_an_account_and_others_have_applied(
    truth, province, permit, monkeypatch
):
    """The first of them has the account, so many of the next have applied; once."""
    for number in NUMBERS:
        know(number, f"P{number}")
        SubjectFacts.objects.create(
            edition_number=1,
            subject_id=f"P{number}",
            sealed=rows.seal({key: (value, "GA01:1:7") for key, value in HELD.items()}),
        )
    monkeypatch.setattr(accounts.clock, "now", lambda: MONDAY)
    items.publish(bundle=bundle.read(CITY / "items" / "B10"), by="test", at=MONDAY)
    pick = "today = date '2026-09-21' and b09 = 'true'"
    more = {"item": "B10", "answers": {"still_here": "yes"}, "earlier": 5}
    holder = {**citizen(pick), "username": "holder", **more}
    content = {"citizens": [], "holders": [holder], "accounts": []}

    (case,) = accounts.apply_earlier(content, at=MONDAY)
    (account,) = accounts.open_all(content, at=MONDAY)

    assert (case.version.item.code, case.applicant_id) == ("B10", f"P{NUMBERS[1]}")
    assert case.outside_calls.get().status == "waiting"
    assert (account.username, account.who) == ("holder", "申请人")
    assert User.objects.get(username="holder").subject_id == f"P{NUMBERS[0]}"
    assert User.objects.get(username="holder-1").subject_id == f"P{NUMBERS[1]}"
    assert accounts.apply_earlier(content, at=MONDAY) == []


def test_a_small_city_may_have_nobody_whose_permit_ends_soon(truth, db):
    content = {"citizens": [], "holders": [citizen("b09 = 'false'")], "accounts": []}
    assert accounts.open_all(content, at=MONDAY) == []


@pytest.mark.parametrize("pick", ["b09 = 'false'", "b09 = 'true'"])
def test_a_city_without_such_a_person_says_which_size_is_enough(truth, db, pick):
    with pytest.raises(NobodyLikeThat) as refused:
        accounts.open_all({"citizens": [citizen(pick)], "accounts": []}, at=MONDAY)
    assert refused.value.told("zh") == (
        "演示城市人口太少：没有符合 citizen 条件的人，请加大 --people，至少 5000。"
    )
