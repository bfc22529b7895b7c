"""What runs that died left behind goes after a day; what anybody can still see stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.data.lake import source
from tests.data.lake.source import GOOD, OTHER
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.data.lake import actions as lake
from tongban.data.lake import feeding, jobs, maintenance, queries, rows, store
from tongban.data.lake.feeding import Batch
from tongban.data.lake.models import DataKey, Edition
from tongban.data.pipelines import actions as pipelines
from tongban.engines.tables import Column, KeyDestroyed, Schema

TABLE = "ods.people"
LATER = timedelta(days=2)


@pytest.fixture(autouse=True)
def own_lake(folder, settings):
    """What lies there counts, and other tests leave theirs."""
    settings.LAKE_URL = str(folder / "own")


def later():
    """Keys know when they were made by the clock of the day."""
    return timezone.now() + LATER


def files() -> set[str]:
    return {path for paths in store.lake().data_files(TABLE).values() for path in paths}


def stage_and_die(run: str) -> None:
    """A run that gets as far as its files, and not to their commit."""
    with store.engine().connect() as con:
        schema = Schema((Column("number", "string", 4),))
        store.engine().stage(con, "SELECT 'x' AS number", TABLE, schema, run)


def test_files_that_were_never_committed_go_with_their_keys(folder):
    loaded = source.published(folder, GOOD)
    before = files()
    stage_and_die("load-999")
    assert len(files()) == 2

    assert maintenance.tidy(by="worker", at=later()) == 1

    assert files() == before
    assert source.kept(loaded.load.edition) == [(source.HER, "周雨一", 1)]
    gone = DataKey.objects.get(run="load-999")
    assert (gone.wrapped, gone.reason) == (None, "vacuum")
    event = Event.objects.get(kind="table.tidied")
    assert (event.subject_id, event.details) == (TABLE, {"files": 1, "keys": 1})


def test_what_may_still_be_at_work_is_left_alone(folder):
    source.published(folder, GOOD)
    draft = source.collect(folder, GOOD, OTHER).load.edition
    stage_and_die("load-999")
    before = files()

    assert maintenance.tidy(by="worker", at=MONDAY + maintenance.AT_WORK) == 0

    assert files() == before
    draft.refresh_from_db()
    assert draft.status == Edition.Status.DRAFT
    assert not Event.objects.filter(kind="table.tidied").exists()


def test_a_draft_that_nobody_works_on_is_closed_and_says_why(folder):
    source.published(folder, GOOD)
    draft = source.collect(folder, GOOD, OTHER).load.edition

    maintenance.tidy(by="worker", at=later())

    draft.refresh_from_db()
    assert draft.status == Edition.Status.FAILED
    assert draft.reason == f"第 {draft.number} 版的编制中途中断，没有发布任何内容。"
    assert maintenance.RunDied(number=7).told("en") == (
        "The run of edition 7 ended in its middle; nothing of it was published."
    )
    with pytest.raises(lake.EditionClosed):
        lake.publish(edition=draft, by="test", at=MONDAY)


def test_every_edition_that_was_published_can_be_read_afterwards_and_failed_ones_are_gone(folder):
    first = source.published(folder, GOOD).load.edition
    failed = source.collect(folder, GOOD, OTHER).load.edition
    lake.fail(edition=failed, reason="测试", by="test", at=MONDAY)
    last = source.published(folder, OTHER, GOOD).load.edition
    assert len(files()) == 3

    assert maintenance.tidy(by="worker", at=later()) == 1

    assert [name for _, name, _ in source.kept(first)] == ["周雨一"]
    assert [name for _, name, _ in source.kept(last)] == ["周雨三", "周雨一"]
    with pytest.raises(Exception, match="key|密钥") as raised, rows.attached(failed, [TABLE]):
        pass
    assert type(raised.value).__name__ == "KeyDestroyed"


def test_a_table_whose_first_run_died_waits_for_a_version(folder):
    stage_and_die("load-1")

    assert maintenance.tidy(by="worker", at=later()) == 0
    assert len(files()) == 1

    source.published(folder, GOOD)
    assert maintenance.tidy(by="worker", at=later()) == 1
    assert len(files()) == 1


def test_the_schedule_tidies_by_the_clock(folder):
    source.published(folder, GOOD)
    draft = lake.open_edition(by="test", at=timezone.now() - LATER)

    jobs.tidy(timestamp=0)

    draft.refresh_from_db()
    assert draft.status == Edition.Status.FAILED


def feed(*names: str) -> Edition:
    def since(mark):
        people = [(source.HER, name, None, "1", "1") for name in names]
        return Batch(tuple(source.ELEMENTS), people[mark or 0 :], len(people))

    loaded = pipelines.feed(resource=source.resource(), source=since, **source.BY)
    assert loaded is not None
    return loaded.load.edition


@pytest.fixture
def batches(folder, monkeypatch) -> dict[str, Edition]:
    """Editions that fed one another and runs between them, oldest first; each has a file of its
    own."""
    monkeypatch.setattr(feeding, "MOST_FILES", 1)
    given = {**source.content(key=["name"]), "connection": {"kind": "platform", "feed": "people"}}
    lake.adopt_contract(contract=source.contract(**given), **source.BY)
    made = {"empty": published_run()}
    for name in ("first", "before_run"):
        made[name] = feed(*made)
    made["run"] = published_run()
    for name in ("second", "before_draft"):
        made[name] = feed(*made)
    made["draft"] = lake.open_edition(by="test", at=later())
    for name in ("third", "current"):
        made[name] = feed(*made)
    return made


def published_run() -> Edition:
    edition = lake.open_edition(**source.BY)
    lake.publish(edition=edition, **source.BY)
    return edition


def named(since) -> set[tuple[int, int]]:
    rows = queries.readable_rows(since=since).filter(table=TABLE)
    return set(rows.values_list("edition__number", "version"))


def test_of_editions_that_only_feed_another_those_that_nobody_can_ask_for_are_gone(batches):
    assert named(MONDAY + LATER) == {
        (batches[name].number, queries.tables_of(batches[name])[TABLE])
        for name in ("before_run", "run", "before_draft", "draft", "current")
    }
    assert {number for number, _ in named(MONDAY)} == {
        each.number for name, each in batches.items() if name != "empty"
    }, "the last day's are all kept"


def test_their_files_go_and_those_that_can_be_asked_for_are_read_as_they_were(batches):
    before, order = len(files()), list(batches)

    assert maintenance.tidy(by="worker", at=later()) == 3
    assert len(files()) == before - 3

    for name in ("before_run", "run", "before_draft", "draft", "current"):
        held = [each for _, each, _ in source.kept(batches[name])]
        assert sorted(held) == sorted(order[: len(held)])
    for name in ("first", "second", "third"):
        with pytest.raises(KeyDestroyed):
            source.kept(batches[name])
    assert lake.roll_back(reason="x", **source.BY) == batches["before_run"]
    assert len(source.kept(feed(*batches))) == len(batches)
