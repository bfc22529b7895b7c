"""Three people in a database: of one everything is known, of one nothing, one is between."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.engines.decisions.sql import generated
from tests.engines.decisions.sql.registers import InDuckdb, InPostgres, Register
from tongban.engines.feel import Months

KNOWN = {
    "n": Decimal(1),
    "m": Decimal("2.5"),
    "s": "ab",
    "t": "汉x",
    "b": True,
    "u": False,
    "d": date(2024, 2, 29),
    "e": date(2024, 1, 31),
    "x": datetime.fromisoformat("2024-02-29T23:59:00.000005"),
    "y": datetime.fromisoformat("2024-03-01"),
    "k": Months(13),
    "p": timedelta(hours=36),
    "xs": [Decimal(1), Decimal(2)],
    "cs": [
        {"a": Decimal(1), "w": "ab", "f": True},
        {"a": Decimal(3), "w": None, "f": False},
    ],
}
NOTHING = {**dict.fromkeys(generated.VALUES), "xs": [], "cs": []}
BETWEEN = {
    "n": Decimal(-1),
    "m": Decimal(18),
    "s": "",
    "t": "b",
    "b": False,
    "u": True,
    "d": date(2023, 12, 31),
    "e": date(2000, 3, 1),
    "x": datetime.fromisoformat("2000-01-01"),
    "y": datetime.fromisoformat("1999-12-31T12:00:00"),
    "k": Months(-13),
    "p": timedelta(hours=-30),
    "xs": [None, Decimal(5)],
    "cs": [{"a": None, "w": "b", "f": None}],
}
REGISTER = Register(generated.COLUMNS, [KNOWN, NOTHING, BETWEEN], generated.CHILDREN)


@pytest.fixture(scope="module")
def duckdb_people():
    return InDuckdb(REGISTER)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.django_db)])
def people(request, duckdb_people):
    if request.param == "duckdb":
        return duckdb_people
    return InPostgres(REGISTER)
