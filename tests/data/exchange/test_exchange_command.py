"""`tongban sql`: the gate from the command line."""

import json

import pytest
from django.core.management import call_command

from tests.data.exchange import tiny
from tests.data.exchange.tiny import BY, FACTS, give
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people import actions as people

pytestmark = pytest.mark.usefixtures("six")


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: tiny.MONDAY)


@pytest.fixture
def shen():
    user = people.open_account(
        username="shen", password="correct horse battery", display_name="沈岚", **BY
    )
    people.appoint(user=user, office_code="GA", role="clerk", **BY)
    people.appoint(user=user, office_code="SJ", role="steward", **BY)
    return user


def sql(query, *options):
    call_command("sql", query, "--as", "shen", "--use", "study", *options)


def test_the_answer_comes_as_json(shen, capsys):
    give("G1")

    sql(f"select town, max(age) as a from {FACTS} group by town order by town", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "columns": ["town", "a"],
        "rows": [["329904", 34], ["329905", 36]],
        "truncated": False,
    }
    event = tiny.last_event()
    assert (event.actor, event.office, event.post) == (str(shen.pk), "SJ", "steward")


def test_the_answer_comes_as_a_table_that_says_when_it_is_cut_off(shen, capsys):
    give("G1", mask={"name": "name"})

    sql(f"select name, null as nothing from {FACTS}", "--limit", "1")

    out = capsys.readouterr().out
    assert "周**" in out
    assert "只显示前 1 行。" in out


def test_a_refusal_is_told_ends_with_1_and_stays_in_the_log(shen, capsys):
    give("G1")

    with pytest.raises(SystemExit) as ended:
        sql("select * from read_text('/etc/passwd')")

    assert ended.value.code == 1
    assert "不能在此执行" in capsys.readouterr().err
    event = Event.objects.get(kind="sql.run")
    assert (event.outcome, event.details) == ("refused", {"refusal": "SqlNotAllowed"})


def test_an_account_without_a_post_is_refused(capsys):
    with pytest.raises(SystemExit):
        sql(f"select name from {FACTS}")

    assert "没有在岗的账号 shen" in capsys.readouterr().err
