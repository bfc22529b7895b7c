"""The models behind D02 over rows written by hand: which death is believed, whose payment it is."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pytest

from tests.cities.lake import MODELS
from tongban.data.standards import functions

TODAY = date(2026, 11, 21)
LI, WANG, ZHAO = "329904194001150023", "329905193502200019", "32990219460630001X"
Rows = Sequence[Sequence[Any]]
COLUMNS = {
    "dwd.person_registration": "citizen_id varchar, name varchar, status varchar, death_date date,"
    " _row varchar",
    "dwd.death": "certificate_no varchar, citizen_id varchar, name varchar, birth_date date,"
    " death_date date, _row varchar",
    "dwd.cremation": "cremation_no varchar, citizen_id varchar, name varchar, birth_date date,"
    " death_date date, _row varchar",
    "dwd.life": "citizen_id varchar, alive boolean, death_date date",
    "dwd.allowance_month": "citizen_id varchar, name varchar, stated_age integer, month date,"
    " amount decimal(10, 2), paid boolean, _row varchar",
    "dwd.card": "card_no varchar, citizen_id varchar, name varchar, bank varchar, account varchar,"
    " own_account boolean, issued_on date, in_use boolean, _row varchar",
    "ods.hh_xx": "hhzh varchar, sz_sfzh varchar, sz_xm varchar, sz_csrq varchar, swrq varchar,"
    " hhrq varchar, _load integer, _position integer",
    "ods.gl_jt": "ffbh varchar, sfzh varchar, xm varchar, cs_nl varchar, yf varchar, je varchar,"
    " kh varchar, zt varchar, _load integer, _position integer",
    "ods.sbk_xx": "sbkh varchar, sfzh varchar, xm varchar, fkyh varchar, yhzh varchar, hm varchar,"
    " fkrq varchar, kzt varchar, _load integer, _position integer",
}


def modelled(name: str, tables: Mapping[str, Rows], columns: str) -> list[tuple[Any, ...]]:
    """What a model makes of these tables."""
    con = _engine()
    for table, rows in tables.items():
        con.execute(f"create or replace table {table} ({COLUMNS[table]})")
        for row in rows:
            con.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row))
    return con.execute(f"select {columns} from ({MODELS[name]}) order by all").fetchall()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    functions.register(con, run_date=TODAY, successors={})
    con.execute("create schema dwd; create schema ods")
    return con


def life(registered: Rows = (), deaths: Rows = (), cremations: Rows = ()) -> Any:
    tables = {
        "dwd.person_registration": registered,
        "dwd.death": deaths,
        "dwd.cremation": cremations,
    }
    return modelled("dwd.life", tables, "citizen_id, alive, death_date, _death_row, _cremation_row")


LIVING = (LI, "李秀英", "1", None, "GA01:1:1")
BORN = date(1940, 1, 15)
CERTIFIED = ("SW1", LI, "李秀英", BORN, date(2026, 10, 2), "WJ02:1:1")
CREMATED = ("HH1", LI, "李秀英", BORN, date(2026, 10, 3), "MZ04:1:1")
NAMELESS = ("HH1", None, "李秀英", BORN, date(2026, 10, 3), "MZ04:1:1")
FIRST, SECOND = date(2026, 10, 2), date(2026, 10, 3)


@pytest.mark.parametrize(
    ("registered", "deaths", "cremations", "told"),
    [
        ([LIVING], [], [], (True, None, None, None)),
        ([LIVING], [], [CREMATED], (False, SECOND, None, "MZ04:1:1")),
        ([LIVING], [CERTIFIED], [], (False, FIRST, "WJ02:1:1", None)),
        ([LIVING], [CERTIFIED], [CREMATED], (False, FIRST, "WJ02:1:1", "MZ04:1:1")),
        ([], [], [CREMATED], (False, SECOND, None, "MZ04:1:1")),
        ([(*LIVING[:2], "3", FIRST, "GA01:1:1")], [], [CREMATED], (False, FIRST, None, "MZ04:1:1")),
        ([LIVING], [], [(*CREMATED[:4], None, "MZ04:1:1")], (False, None, None, "MZ04:1:1")),
        ([LIVING], [], [NAMELESS], (None, None, None, None)),
        ([(LI, None, "1", None, "GA01:1:1")], [], [NAMELESS], (None, None, None, None)),
        ([LIVING], [], [(*NAMELESS[:2], "王秀英", *NAMELESS[3:])], (True, None, None, None)),
        ([LIVING], [], [(*NAMELESS[:3], date(1941, 1, 15), *NAMELESS[4:])], (True, *[None] * 3)),
        (
            [LIVING],
            [],
            [CREMATED, ("HH2", *CREMATED[1:5], "MZ04:1:2")],
            (False, SECOND, None, "MZ04:1:1"),
        ),
    ],
)
def test_a_cremation_says_that_somebody_is_dead(
    registered: Rows, deaths: Rows, cremations: Rows, told: tuple[Any, ...]
):
    assert life(registered, deaths, cremations) == [(LI, *told)]


@pytest.mark.parametrize(
    ("died", "cremated", "told"),
    [
        ("2026-10-02", "2026-10-05", FIRST),
        ("2026-10-02", "2026-10-02", FIRST),
        ("2026-10-02", "2026-10-01", None),
        ("2026年10月2日", "20261005", FIRST),
        ("2026-10-02", "", None),
    ],
)
def test_a_cremation_before_the_death_tells_no_day(died: str, cremated: str, told: date | None):
    row = ("HH1", LI, "李秀英", "1940-01-15", died, cremated, 1, 7)
    tables = {"ods.hh_xx": [(row[0], row[1], *row[2:])]}

    found = modelled("dwd.cremation", tables, "citizen_id, death_date, _row")

    assert found == [(LI, told, "MZ04:1:7")]


def payment(month: int, amount: int | None = 100, paid: bool = True, row: int = 1) -> Any:
    return (LI, "李秀英", 86, date(2026, month, 1), amount, paid, f"MZ03:1:{row}")


ALIVE, DEAD = (LI, True, None), (LI, False, date(2026, 8, 31))
PAID = "paid, paid_until, amount, after_death, after_death_from, _row"
OTHER = (WANG, "王建国", 91, date(2026, 11, 1), 200, True, "MZ03:1:99")


@pytest.mark.parametrize(
    ("life", "payments", "told"),
    [
        (ALIVE, [payment(10), payment(11, row=2)], (True, date(2026, 11, 30), 100, None, None, 2)),
        (ALIVE, [payment(9), payment(10, row=2)], (False, date(2026, 10, 31), 100, None, None, 2)),
        (
            ALIVE,
            [payment(10), payment(11, paid=False, row=2)],
            (False, date(2026, 10, 31), 100, None, None, 1),
        ),
        (ALIVE, [payment(11, paid=False)], (False, None, None, None, None, 1)),
        (
            ALIVE,
            [payment(11), payment(11, 50, row=2)],
            (True, date(2026, 11, 30), 150, None, None, 1),
        ),
        (ALIVE, [payment(10), payment(11, None, row=2)], (None, None, None, None, None, 2)),
        (DEAD, [payment(7), payment(8, row=2)], (False, date(2026, 8, 31), 100, 0, None, 2)),
        (
            DEAD,
            [payment(8), payment(9, row=2), payment(11, 200, row=3)],
            (True, date(2026, 11, 30), 200, 300, date(2026, 9, 1), 3),
        ),
        (
            (LI, False, None),
            [payment(11)],
            (True, date(2026, 11, 30), 100, None, None, 1),
        ),
        ((LI, None, None), [payment(11)], (True, date(2026, 11, 30), 100, None, None, 1)),
    ],
)
def test_what_the_list_says_of_a_person(life: Any, payments: Rows, told: tuple[Any, ...]):
    tables = {"dwd.life": [life], "dwd.allowance_month": [*payments, OTHER]}

    found = modelled("dwd.allowance", tables, f"citizen_id, {PAID}")

    assert found[0] == (LI, *told[:-1], f"MZ03:1:{told[-1]}")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (("202611", "100", "3299000000000000001", "1"), (date(2026, 11, 1), 100, True, True)),
        (("2026-11", "100元", "3299000000000000001", "2"), (date(2026, 11, 1), 100, True, False)),
        (("202613", "一百", "3.29900E+18", ""), (None, None, False, None)),
    ],
)
def test_a_payment_is_read_as_it_is_written(written: Any, told: tuple[Any, ...]):
    row = ("GL1", LI[:6] + LI[8:17], "李秀英", "86", *written, 2, 5)

    found = modelled(
        "dwd.allowance_month",
        {"ods.gl_jt": [row, ("GL2", None, *row[2:])]},
        "citizen_id, month, amount, account is not null, paid, _row",
    )

    assert found == [(LI, *told, "MZ03:2:5"), (None, *told, "MZ03:2:5")]


@pytest.mark.parametrize(
    ("name", "stated_age", "doubtful"),
    [
        ("李秀英", 86, [LI]),
        ("李秀英", 84, [LI]),
        ("李秀英", 83, []),
        ("李秀英", None, [LI, ZHAO]),
        ("王秀英", 86, []),
        ("王秀英", 80, [ZHAO]),
    ],
)
def test_a_row_without_a_number_may_be_of_whoever_bears_name_and_age(
    name: str, stated_age: int | None, doubtful: list[str]
):
    tables = {
        "dwd.person_registration": [LIVING, (ZHAO, None, "1", None, "GA01:1:2")],
        "dwd.allowance_month": [
            (None, name, stated_age, date(2026, 11, 1), 100, True, "MZ03:1:1"),
            OTHER,
        ],
    }

    found = modelled("dwd.allowance_in_doubt", tables, "citizen_id")

    assert [row[0] for row in found] == sorted(doubtful)


def card(number: int, issued: int, in_use: bool = True, own: bool = True) -> Any:
    account = f"329900000000000000{number}"
    day = date(2026, issued, 1)
    return (f"YZ{number}", LI, "李秀英", "云泽银行", account, own, day, in_use, f"RS05:1:{number}")


@pytest.mark.parametrize(
    ("cards", "told"),
    [
        ([card(1, 3)], (True, "3299000000000000001", "RS05:1:1")),
        ([card(1, 3), card(2, 5)], (True, "3299000000000000002", "RS05:1:2")),
        ([card(1, 3), card(2, 3)], (True, "3299000000000000002", "RS05:1:2")),
        ([card(1, 3), card(2, 5, in_use=False)], (False, None, "RS05:1:2")),
        ([card(1, 3, own=False)], (False, None, "RS05:1:1")),
    ],
)
def test_the_card_issued_last_speaks(cards: Rows, told: tuple[Any, ...]):
    found = modelled(
        "dwd.benefit_account", {"dwd.card": cards}, "citizen_id, usable, account, _row"
    )

    assert found == [(LI, *told)]


@pytest.mark.parametrize(
    ("account", "holder", "own"),
    [
        ("3299000000000000001", "李秀英", True),
        ("3299000000000000001", " 李秀英\u3000", True),
        ("3299000000000000001", "王建国", False),
        ("3299000000000000001", "", False),
        ("", "", False),
    ],
)
def test_an_account_is_his_own_in_his_own_name(account: str, holder: str, own: bool):
    row = (" YZ1\u3000", LI, "李秀英", "云泽银行", account, holder, "2026-03-01", "1", 1, 4)

    found = modelled("dwd.card", {"ods.sbk_xx": [row]}, "card_no, own_account, in_use, _row")

    assert found == [("YZ1", own, True, "RS05:1:4")]


def test_two_cards_in_use_are_found():
    cards = [card(1, 3), card(2, 5), (*card(3, 5)[:1], WANG, *card(3, 5)[2:])]

    assert modelled("dwd.card_two_in_use", {"dwd.card": cards}, "citizen_id, cards") == [(LI, 2)]
