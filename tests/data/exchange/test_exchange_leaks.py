"""Canaries in every column: what left, and everything that was written down, searched for them.

One cell of the matrix is: channel × grade asked for × grant × grade of the canary × place where it
could have got to. The values of a column leave in the result where the grant gives them in the
clear; everywhere else the count must be 0.
"""

import logging
import sys
import traceback
from contextlib import contextmanager, suppress
from datetime import date
from itertools import count

import pytest
from django.db import transaction

from tests.data import shared
from tests.data.exchange import asked, tiny
from tests.data.exchange.tiny import FACTS, MONDAY, PEOPLE
from tongban.base.audit.models import Event
from tongban.data.exchange import gate, sandbox
from tongban.data.lake import actions as lake
from tongban.errors import Refusal

READER = gate.Reader("17", "steward", "GA")
COLUMN = {1: "kind", 2: "town", 3: "phone", 4: "note"}
CANARIES = {
    grade: [f"KANARI{grade}{n}Z{chr(0x4E00 + 97 * grade + n)}" for n in range(1, 4)]
    for grade in COLUMN
}
PLACES = ("result", "error", "audit", "log", "scratch", "child")
GRANTS = ("none", "masked", "clear", "expired")
checked = count()


@pytest.fixture(scope="module")
def city_of_canaries(django_db_setup, django_db_blocker, tmp_path_factory):
    people = [
        {**tiny.person(n), **{COLUMN[g]: CANARIES[g][n - 1] for g in COLUMN}} for n in (1, 2, 3)
    ]
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("canaries")) as home:
        tiny.build(people)
        yield home


@pytest.fixture
def canaries(city_of_canaries, db):
    """The folder that the lake and the scratch files are in."""
    return city_of_canaries


def facts(column):
    found = gate.read_facts(
        reader=READER, use="look", subject_id=tiny.subject(2), keys=[column], at=MONDAY
    )
    return [(fact.value, fact.zh, fact.en, repr(fact)) for fact in found.values()]


def cells(column):
    return gate.source_cells(
        reader=READER,
        use="look",
        subject_id=tiny.subject(2),
        fact=column,
        row="GA01:7:2",
        at=MONDAY,
    )


def rows(column):
    return gate.read_rows(
        reader=READER, use="look", relation=FACTS, columns=[column], limit=10, at=MONDAY
    )


def preview(column):
    return gate.preview(reader=READER, use="look", relation=PEOPLE, at=MONDAY)


def sql(column):
    query = f"select {column}, lower({column}), max({column}) over () from {FACTS}"
    return gate.run_sql(reader=READER, use="look", query=query, at=MONDAY)


def failing(column):
    """Errors that an engine would put a value into."""
    told = []
    for query in (
        f"select cast({column} as int) from {FACTS}",
        f"select cast({column} as date) from {FACTS} order by {column}",
        f"select {column} + 1 from {FACTS}",
    ):
        with pytest.raises(Refusal) as refused:
            gate.run_sql(reader=READER, use="look", query=query, at=MONDAY)
        told += _told(refused.value)
    return told


def choosing(column):
    """Asking for rows by a value that is guessed."""
    told = []
    for guess in (gate.Compare(column, ">", "K"), gate.Compare(column, "=", 7)):
        with suppress(Refusal):
            told.append(
                gate.read_rows(
                    reader=READER,
                    use="look",
                    relation=FACTS,
                    columns=[column],
                    where=[guess],
                    limit=10,
                    at=MONDAY,
                )
            )
    return told


def deciding(column):
    """A decision that answers with the fact itself, asked of everybody and written to the lake."""
    edition = lake.open_edition(by="test", at=MONDAY)
    return gate.decide_register(
        reader=READER,
        use="look",
        register="person",
        decision=asked.formula(column, column),
        table="decisions.look",
        into=edition,
        at=MONDAY,
    )


def comparing(column):
    """The fact against parts of it, which an engine would quote where it fails."""
    return gate.compare(
        reader=READER,
        use="look",
        register="person",
        live=asked.formula(column, column),
        draft=asked.formula(f"substring({column}, 1, 7)", column),
        at=MONDAY,
    )


CHANNELS = {
    f.__name__: f
    for f in (facts, cells, rows, preview, sql, failing, choosing, deciding, comparing)
}


def give(grant, grade):
    """One grant for the facts, one for the source's table; none for `none`."""
    if grant == "none":
        return
    column = COLUMN[grade]
    given = {
        "use": "look",
        "grantee": {"office": READER.office, "post": READER.post},
        "columns": [column],
        "mask": {column: "hidden" if grade % 2 else "name"} if grant == "masked" else {},
    }
    if grant == "expired":
        given["until"] = date(2026, 9, 1)
    tiny.give("G-FACTS", relation=FACTS, **{**given, "columns": [column, "subject_id"]})
    tiny.give("G-SOURCE", relation=PEOPLE, **given)


def call(channel, grade, caplog, home, monkeypatch) -> dict[str, bytes]:
    """One reading, and every byte that it left behind, by place."""
    said = _watched(monkeypatch)
    error: list[str] = []
    result = ""
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        try:
            result = repr(CHANNELS[channel](COLUMN[grade]))
        except Refusal as refusal:
            error = [*_told(refusal), traceback.format_exc()]
    return {
        "result": result.encode(),
        "error": "".join(error).encode(),
        "audit": _audit(),
        "log": caplog.text.encode(),
        "scratch": _files(home / "scratch"),
        "child": b"".join(said),
    }


def may_leave(channel, grant, grade, place, planted) -> bool:
    """Whether the canaries of this grade must be there (True) or must not (False)."""
    given_clear = grant == "clear" and planted == grade
    if channel in ("deciding", "comparing"):  # counts alone, and none that tells of one person
        return False
    if channel in ("failing", "choosing"):
        in_child = channel == "failing" and place == "child"
        return given_clear and (in_child or (channel == "choosing" and place == "result"))
    if channel == "preview":  # without a mask of the grant, the grade decides
        return given_clear and place == "result" and grade < 3
    return given_clear and (place == "result" or (channel == "sql" and place == "child"))


@pytest.mark.parametrize("grant", GRANTS)
@pytest.mark.parametrize("channel", CHANNELS)
def test_canaries_leave_where_a_grant_gives_them_in_the_clear_and_nowhere_else(
    canaries, channel, grant, caplog, monkeypatch
):
    for grade in COLUMN:
        with _rolled_back():
            give(grant, grade)
            left = call(channel, grade, caplog, canaries, monkeypatch)
            for place in PLACES:
                for planted in COLUMN:
                    hits = sum(left[place].count(c.encode()) for c in CANARIES[planted])
                    expected = may_leave(channel, grant, grade, place, planted)
                    assert (hits > 0) is expected, (grade, place, planted, hits)
                    next(checked)


def test_canaries_of_high_grades_are_nowhere_on_the_disk(canaries):
    tiny.give("G", relation=FACTS, use="look", columns=list(COLUMN.values()))
    written = _files(canaries)

    assert written.count(b"parquet") > 0, "the lake's files and logs were searched"
    for grade in (3, 4):
        assert [c for c in CANARIES[grade] if c.encode() in written] == []
        next(checked)


def test_the_matrix_is_as_large_as_it_says(capsys):
    """Run last: how many combinations were searched in this session."""
    combinations = next(checked)
    with capsys.disabled():
        sys.stdout.write(f"\nleak matrix: {combinations} of {_size()} combinations searched\n")
    assert _size() >= 1_000


def _size():
    return len(CHANNELS) * len(COLUMN) * len(GRANTS) * len(COLUMN) * len(PLACES) + 2


def _watched(monkeypatch) -> list[bytes]:
    """Everything that goes into a child process and comes out of it."""
    said: list[bytes] = [repr(sandbox.ENVIRONMENT).encode(), repr(sandbox.CHILD).encode()]
    real = sandbox._exchanged

    def exchanged(request, folder, limits):
        answer, code = real(request, folder, limits)
        said.extend((request, answer, *(p.name.encode() for p in folder.iterdir())))
        return answer, code

    monkeypatch.setattr(sandbox, "_exchanged", exchanged)
    return said


def _told(refusal) -> list[str]:
    return [refusal.told("zh"), refusal.told("en"), repr(refusal), repr(refusal.facts)]


def _audit() -> bytes:
    """Every field of every event, what is sealed as it is stored."""
    rows = [[bytes(v) if isinstance(v, memoryview) else v for v in row]
            for row in Event.objects.values_list()]  # fmt: skip
    return b"".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)


def _files(folder) -> bytes:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return b"".join(str(p).encode() + p.read_bytes() for p in files)


@contextmanager
def _rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
