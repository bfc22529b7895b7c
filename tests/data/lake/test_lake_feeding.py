"""Rows handed in by the platform: each once, whatever happens between two batches."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.data.lake import source
from tests.data.lake.source import BY, HER, waiting
from tongban.data.lake import actions as lake
from tongban.data.lake import feeding, queries, rows, store, writing
from tongban.data.lake.feeding import Batch
from tongban.data.lake.models import Edition, Load, QuarantinedRow, Resource
from tongban.data.pipelines import actions as pipelines
from tongban.data.standards import queries as standards
from tongban.engines.tables import Column, Conflict, Schema
from tongban.engines.tables.connectors import open_connector
from tongban.errors import Refusal

COLUMNS = ("number", "name", "born", "sex", "months")


class Killed(BaseException):
    """Nothing catches it, as nothing catches the end of a process."""


class StillWaiting(Refusal):
    """Still waiting."""

    zh = "还在等待。"


@pytest.fixture
def fed(folder):
    """The resource, handed in from now on, and an edition without it."""
    given = {**source.content(key=["name"]), "connection": {"kind": "platform", "feed": "people"}}
    lake.adopt_contract(contract=source.contract(**given), **BY)
    publish_run()
    return source.resource()


def open_run() -> Edition:
    """A draft with a new version of another table."""
    edition = lake.open_edition(**BY)
    schema = Schema((Column("id", "integer", 1),))
    with store.engine().connect() as con:
        writing.write(con, "SELECT 1 :: BIGINT AS id", "ods.other", schema, edition)
    return edition


def publish_run() -> Edition:
    edition = open_run()
    lake.publish(edition=edition, **BY)
    return edition


def handed(*names: str):
    """A feed of these persons in order; its mark is how many were taken."""

    def since(mark):
        done = mark or 0
        people = [(HER, name, None, "1", "1") for name in names]
        return Batch(COLUMNS, people[done:], len(people))

    return since


def feed(resource: Resource, *names: str):
    return pipelines.feed(resource=resource, source=handed(*names), **BY)


def held() -> list[str]:
    edition = queries.current_edition()
    assert edition is not None
    if "ods.people" not in queries.tables_of(edition):
        return []
    with rows.attached(edition, ["ods.people"]) as con:
        query = "SELECT name FROM ods.people ORDER BY _load, _position"
        return [name for (name,) in con.execute(query).fetchall()]


def test_each_batch_is_an_edition_that_names_its_table_alone(fed):
    before = queries.current_edition()
    first, second = feed(fed, "a", "b"), feed(fed, "a", "b", "c")

    assert first and second
    assert [(x.load.rows_read, x.load.rows_kept) for x in (first, second)] == [(2, 2), (1, 1)]
    assert held() == ["a", "b", "c"]
    current = queries.current_edition()
    assert current == second.load.edition
    assert (current.feeds, before.number) == (before, before.number)
    assert [(row.table, row.mark) for row in current.tables.all()] == [("ods.people", 3)]
    assert queries.tables_of(current)["ods.other"] == queries.tables_of(before)["ods.other"]
    assert queries.standing()[1] == before.number, "what was prepared for the run still serves"


def test_where_nothing_came_no_edition_is_made(fed):
    feed(fed, "a")
    editions, loads = Edition.objects.count(), Load.objects.count()

    assert feed(fed, "a") is None
    assert (Edition.objects.count(), Load.objects.count()) == (editions, loads)


def test_before_the_first_run_nothing_is_handed_in(folder):
    assert feed(source.resource(), "a") is None
    assert not Edition.objects.exists()


def test_a_bad_row_is_quarantined_and_the_batch_adds_up(fed):
    loaded = feed(fed, "a", " ", "c d", "e")

    assert loaded is not None
    load = loaded.load
    assert (load.rows_read, load.rows_kept, load.rows_quarantined) == (4, 2, 2)
    assert waiting() == [(2, "BLANK", "name"), (3, "BLANK", "name")]
    assert held() == ["a", "e"]


def test_a_bad_row_of_an_earlier_batch_waits_on_and_is_let_in_when_it_is_corrected(fed):
    first, second = feed(fed, "a", "b b"), feed(fed, "a", "b b", "c c", "d")
    assert first and second
    assert waiting() == [(1, "BLANK", "name"), (2, "BLANK", "name")]

    row = QuarantinedRow.objects.get(load=first.load)
    values = {"number": HER, "name": "bb", "born": None, "sex": "1", "months": "1"}
    pipelines.accept_correction(row_id=row.pk, values=values, **BY)
    run = lake.open_edition(**BY)
    done = pipelines.let_in_corrections(edition=run, at=BY["at"])
    lake.publish(edition=run, **BY)
    pipelines.settle_corrections(done=done, **BY)

    assert held() == ["a", "bb", "d"]
    row.refresh_from_db()
    assert (row.status, waiting()) == ("corrected", [(1, "BLANK", "name")])
    loads = Load.objects.order_by("pk").values_list("rows_kept", "rows_quarantined")
    assert list(loads) == [(2, 0), (1, 1)]
    feed(fed, "a", "b b", "c c", "d", "e")
    assert held() == ["a", "bb", "d", "e"]


def test_a_bad_row_that_comes_again_is_quarantined_once(fed, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("tongban.data.lake.actions.publish", killed)
        feed(fed, "b b")
    feed(fed, "b b", "c c")

    assert waiting() == [(1, "BLANK", "name"), (2, "BLANK", "name")]


def test_a_batch_without_a_fault_leaves_no_results_and_one_with_a_fault_all_of_them(fed):
    good, bad = feed(fed, "a"), feed(fed, "a", "b b", "c")
    assert good and bad

    assert not good.load.results.exists()
    assert standards.score(good.load).overall == 100.0
    assert bad.load.results.count() == len(bad.checks) > 2
    assert source.failures(bad) == {"BLANK": 1}


def with_columns(*names: str) -> Resource:
    """As its contract is changed to these columns."""
    given = source.content(key=["name"])
    given["connection"] = {"kind": "platform", "feed": "people"}
    given["columns"] = [column for column in given["columns"] if column["name"] in names]
    lake.adopt_contract(contract=source.contract(**given), **BY)
    return source.resource()


def test_a_column_that_the_contract_no_longer_has_goes_with_the_next_batch(fed):
    feed(fed, "a")
    fewer = with_columns(*COLUMNS[:-1])
    feed(fewer, "a", "b")

    current = queries.current_edition()
    assert current is not None
    assert held() == ["a", "b"]
    assert rows.schema(current, "ods.people").names == (
        *("number", "name", "born", "sex", "_load", "_position"),
    )
    feed(fewer, "a", "b", "c")
    assert held() == ["a", "b", "c"], "and the next is added to that"


def test_a_column_that_comes_again_is_empty_in_older_rows(fed):
    feed(fed, "a")
    feed(with_columns(*COLUMNS[:-1]), "a", "b")
    feed(with_columns(*COLUMNS), "a", "b", "c")

    assert held() == ["a", "b", "c"]
    with rows.attached(queries.current_edition(), ["ods.people"]) as con:
        query = "SELECT months FROM ods.people ORDER BY name"
        assert con.execute(query).fetchall() == [(None,), (None,), ("1",)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyError("x"), "第 {} 版的编制中途中断，没有发布任何内容。"),
        (StillWaiting(), "还在等待。"),
    ],
)
def test_whatever_goes_wrong_closes_the_draft_and_says_so(fed, monkeypatch, error, reason):
    feed(fed, "a")

    def fails(**given):
        raise error

    with monkeypatch.context() as patched, pytest.raises(type(error)):
        patched.setattr("tongban.data.standards.actions.note_results", fails)
        feed(fed, "a", "b")

    draft = Edition.objects.order_by("-number")[0]
    assert (draft.status, draft.reason) == ("failed", reason.format(draft.number))
    assert held() == ["a"]
    feed(fed, "a", "b")
    assert held() == ["a", "b"]


def test_how_far_the_feed_came_is_kept_although_nothing_came(fed):
    feed(fed, "a")
    editions, loads = Edition.objects.count(), Load.objects.count()
    current = queries.current_edition()
    assert current is not None

    def nothing(mark):
        return Batch(COLUMNS, [], mark + 5)

    assert pipelines.feed(resource=fed, source=nothing, **BY) is None
    assert feeding.mark_of(current, "ods.people") == 6
    assert (Edition.objects.count(), Load.objects.count()) == (editions, loads)
    assert held() == ["a"]

    publish_run()
    pipelines.feed(resource=fed, source=nothing, **BY)
    run = queries.current_edition()
    assert run is not None
    assert (run.feeds, feeding.mark_of(run, "ods.people")) == (None, 11)
    assert feeding.mark_of(current, "ods.people") == 6


def test_before_the_first_batch_there_is_no_version_that_a_mark_could_stand_beside(fed):
    def nothing(mark):
        return Batch(COLUMNS, [], 5)

    assert pipelines.feed(resource=fed, source=nothing, **BY) is None
    assert feeding.mark_of(queries.current_edition(), "ods.people") is None


def test_somebody_erased_while_rows_are_handed_in_is_not_published_again(fed, monkeypatch):
    feed(fed, "a")
    before = store.lake().snapshot("ods.people")
    real = store.lake().__class__.extend

    def beside(self, *given, **named):
        self.keys.destroy(frozenset(before.by_key()), "erased")
        return real(self, *given, **named)

    monkeypatch.setattr("tongban.engines.tables.Lake.extend", beside)
    with pytest.raises(Conflict):
        feed(fed, "a", "b")

    assert Edition.objects.order_by("-number")[0].status == "failed"
    assert store.lake().latest("ods.people") == before.version


@pytest.mark.parametrize(
    "place",
    [
        "tongban.data.lake.feeding.settle",
        "tongban.data.lake.actions.put_fed",
        "tongban.data.standards.actions.note_results",
        "tongban.data.lake.actions.publish",
    ],
)
def test_a_batch_whose_process_was_killed_comes_again_and_once(fed, monkeypatch, place):
    feed(fed, "a")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(place, killed)
        feed(fed, "a", "b")
    assert held() == ["a"]

    feed(fed, "a", "b", "c")
    assert held() == ["a", "b", "c"]
    latest = store.lake().latest("ods.people")
    assert latest == queries.tables_of(queries.current_edition())["ods.people"]


def killed(*args, **kwargs):
    raise Killed


def test_the_first_batch_comes_again_too(fed, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("tongban.data.lake.actions.publish", killed)
        feed(fed, "a")
    feed(fed, "a", "b")

    assert held() == ["a", "b"]


def test_a_run_goes_on_while_rows_are_handed_in_and_takes_them_over(fed):
    feed(fed, "a")
    run = open_run()
    other = queries.tables_of(run)["ods.other"]
    feed(fed, "a", "b")
    lake.publish(edition=run, **BY)

    assert held() == ["a", "b"]
    assert queries.tables_of(run)["ods.other"] == other
    feed(fed, "a", "b", "c")
    assert (held(), queries.current_edition().feeds) == (["a", "b", "c"], run)


def test_a_run_that_wrote_the_fed_table_itself_is_stale(fed):
    feed(fed, "a")
    run = lake.open_edition(**BY)
    lake.put_table(edition=run, table="ods.people", version=0)
    feed(fed, "a", "b")

    with pytest.raises(lake.StaleDraft):
        lake.publish(edition=run, **BY)
    assert held() == ["a", "b"]


def test_of_two_that_hand_in_the_same_rows_one_is_told(fed):
    def slow(mark):
        feed(fed, "a")
        return handed("a")(mark)

    with pytest.raises(lake.StaleDraft):
        pipelines.feed(resource=fed, source=slow, **BY)
    assert held() == ["a"]
    assert Edition.objects.order_by("-number")[0].status == "failed"
    feed(fed, "a", "b")
    assert held() == ["a", "b"]


def test_going_back_leaves_the_run_and_the_rows_come_again(fed):
    feed(fed, "a")
    back_to = queries.current_edition()
    wrong = publish_run()
    feed(fed, "a", "b")
    on_top = queries.current_edition()

    assert lake.roll_back(reason="x", **BY) == back_to
    assert held() == ["a"]
    assert {each.status for each in Edition.objects.filter(pk__in=[wrong.pk, on_top.pk])} == {
        "withdrawn"
    }
    feed(fed, "a", "b")
    assert (held(), queries.current_edition().feeds) == (["a", "b"], back_to.run)


def test_a_table_of_many_files_is_written_anew(fed, monkeypatch):
    monkeypatch.setattr(feeding, "MOST_FILES", 3)
    names = [f"n{i}" for i in range(6)]
    files = []
    for n in range(1, 7):
        loaded = feed(fed, *names[:n])
        assert loaded and loaded.load.rows_kept == 1
        snapshot = store.lake().snapshot("ods.people", loaded.load.table_version)
        files.append(len(snapshot.files))

    assert (held(), files) == (names, [1, 2, 3, 1, 2, 3])


def test_nothing_can_be_collected_from_the_platform(fed):
    connector = open_connector("platform", {"feed": "people"}, store.scratch())
    connector.check()
    edition = lake.open_edition(**BY)

    with pytest.raises(Exception, match="handed in by the platform") as refused:
        pipelines.collect(resource=fed, edition=edition, data=store.scratch(), **BY)
    assert refused.value.told("zh") == (
        "people 由平台自己逐批送入（后台任务每分钟两次），不需要采集。"
    )


STEPS = st.sampled_from(["feed", "feed", "killed", "run", "back", "both"])


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a step takes too long to shrink by
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(STEPS, min_size=3, max_size=8))
def test_whatever_happens_every_row_is_there_once(fed, monkeypatch, steps):
    names: list[str] = list(held())
    for step in steps:
        names.append(f"n{len(names)}")
        if step == "killed":
            with monkeypatch.context() as patched, pytest.raises(Killed):
                patched.setattr("tongban.data.lake.actions.publish", killed)
                feed(fed, *names)
        elif step == "run":
            publish_run()
        elif step == "back" and queries.before(queries.current_edition()):
            if queries.is_kept(queries.before(queries.current_edition())):
                lake.roll_back(reason="x", **BY)
        elif step == "both":
            run = open_run()
            feed(fed, *names)
            lake.publish(edition=run, **BY)
        assert held() == names[: len(held())]
    names.append(f"n{len(names)}")
    feed(fed, *names)

    assert held() == names
