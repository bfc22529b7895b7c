"""While a restore is unfinished the database refuses every connection but that of the restore."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from tests.commands.processes import address
from tongban.commands import unfinished
from tongban.commands.unfinished import InUse, RestoreUnfinished, Unfinished

BEGUN = Unfinished("/backups/a.tar", "ab" * 32, "", datetime(2026, 11, 21, 3, tzinfo=UTC))


@pytest.fixture
def begun(db):
    unfinished.begin(BEGUN)


def test_nothing_stands_there_before_and_after(db):
    assert unfinished.found() is None
    unfinished.begin(BEGUN)
    assert unfinished.found() == BEGUN
    unfinished.end()
    assert unfinished.found() is None
    unfinished.check(connection)


def test_to_end_what_never_began_does_nothing(db):
    unfinished.end()


def test_a_connection_is_refused_with_the_way_out_and_closed(begun, monkeypatch):
    closed: list[bool] = []
    monkeypatch.setattr(connection, "close", lambda: closed.append(True))

    with pytest.raises(RestoreUnfinished) as refused:
        unfinished.check(connection)

    assert closed == [True]
    assert "请再次执行 tongban restore /backups/a.tar，它会从中断处继续。" in refused.value.told(
        "zh"
    )
    assert "Run `tongban restore /backups/a.tar` again: it goes" in refused.value.told("en")


def test_the_restore_itself_reads_and_only_in_its_block(begun, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)
    with unfinished.restoring():
        unfinished.check(connection)
    with pytest.raises(RestoreUnfinished):
        unfinished.check(connection)


def test_who_is_connected_already_keeps_a_restore_from_beginning(db):
    other = psycopg.connect(address(connection.settings_dict["NAME"]))
    with other, pytest.raises(InUse) as refused:
        unfinished.begin(BEGUN)
    assert unfinished.found() is None
    assert refused.value.told("zh").startswith("另有 1 个会话连接着该数据库")
    assert "the database (1 sessions)" in refused.value.told("en")
