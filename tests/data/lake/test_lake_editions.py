"""Drafts, publishing and going back: readers see one edition, whole, and nothing else."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.data.lake import source
from tests.data.lake.source import BY
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.data.lake import actions as lake
from tongban.data.lake import queries
from tongban.data.lake.models import ContractVersion, CurrentEdition, Edition, Resource
from tongban.errors import Refusal

pytestmark = pytest.mark.django_db


def published():
    edition = lake.open_edition(**BY)
    lake.publish(edition=edition, **BY)
    edition.refresh_from_db()
    return edition


def test_a_draft_begins_as_a_copy_of_what_readers_see():
    first = lake.open_edition(**BY)
    lake.put_table(edition=first, table="ods.a", version=3)
    lake.put_table(edition=first, table="ods.a", version=4)
    lake.publish(edition=first, **BY)
    draft = lake.open_edition(**BY)
    lake.put_table(edition=draft, table="ods.b", version=1)

    assert (draft.number, draft.based_on) == (first.number + 1, first)
    assert queries.tables_of(draft) == {"ods.a": 4, "ods.b": 1}
    assert queries.tables_of(first) == {"ods.a": 4}
    assert queries.current_edition() == first


def test_a_number_is_never_given_twice():
    failed = lake.open_edition(**BY)
    lake.fail(edition=failed, reason="检查未通过", **BY)
    failed.refresh_from_db()

    assert lake.open_edition(**BY).number == failed.number + 1
    assert (failed.status, failed.closed_at, failed.reason) == ("failed", BY["at"], "检查未通过")


def test_whoever_publishes_second_is_told_what_came_between():
    base = published()
    late, sooner = lake.open_edition(**BY), lake.open_edition(**BY)
    lake.publish(edition=sooner, **BY)
    events = Event.objects.count()

    with pytest.raises(lake.StaleDraft) as refused:
        lake.publish(edition=late, **BY)

    assert refused.value.told("zh") == (
        f"第 {late.number} 版从第 {base.number} 版开始编制，其后已发布第 {sooner.number} 版，"
        "请重新执行。"
    )
    assert queries.current_edition() == sooner
    late.refresh_from_db()
    assert (late.status, Event.objects.count()) == ("draft", events)


@pytest.mark.parametrize("change", ["publish", "fail", "put_table"])
@pytest.mark.parametrize("closed", ["published", "failed"])
def test_a_closed_edition_is_changed_by_nobody(change, closed):
    edition = lake.open_edition(**BY)
    words = {"published": "已发布", "failed": "未通过"}
    if closed == "published":
        lake.publish(edition=edition, **BY)
    else:
        lake.fail(edition=edition, reason="x", **BY)
    before = list(Edition.objects.values()), Event.objects.count()

    with pytest.raises(lake.EditionClosed) as refused:
        if change == "put_table":
            lake.put_table(edition=edition, table="ods.a", version=1)
        elif change == "publish":
            lake.publish(edition=edition, **BY)
        else:
            lake.fail(edition=edition, reason="y", **BY)

    assert refused.value.told("zh") == (
        f"第 {edition.number} 版的状态是{words[closed]}，只有编制中的版次可以改动或发布。"
    )
    assert (list(Edition.objects.values()), Event.objects.count()) == before


def test_there_is_no_way_back_from_nothing_or_from_the_first():
    with pytest.raises(lake.NoEdition) as none:
        lake.roll_back(reason="x", **BY)
    first = published()
    with pytest.raises(lake.NothingBefore) as refused:
        lake.roll_back(reason="x", **BY)

    assert none.value.told("zh") == "还没有发布过任何版次，请先执行 tongban run。"
    assert refused.value.told("zh") == (f"第 {first.number} 版是最早的版次，没有可以退回的版次。")
    assert queries.current_edition() == first


def test_going_back_is_one_update_that_says_why():
    before, wrong = published(), published()

    assert lake.roll_back(reason="模型有误", **BY) == before
    wrong.refresh_from_db()
    assert (wrong.status, wrong.reason) == ("withdrawn", "模型有误")
    assert queries.current_edition() == before
    event = Event.objects.get(kind="edition.rolled_back")
    assert (event.subject_id, event.details) == (str(wrong.number), {"to": before.number})
    assert queries.edition(wrong.number) == wrong
    assert [each.number for each in queries.editions()] == [wrong.number, before.number]


def test_a_draft_of_what_was_withdrawn_is_stale():
    published()
    published()
    draft = lake.open_edition(**BY)
    lake.roll_back(reason="x", **BY)

    with pytest.raises(lake.StaleDraft):
        lake.publish(edition=draft, **BY)


def test_nobody_has_seen_anything_before_the_first_edition():
    assert queries.current_edition() is None
    assert queries.standing()[1] == 0
    assert queries.edition(1) is None


class Editions(RuleBasedStateMachine):
    """Whatever is done in whatever order: a model of what readers see, beside the real thing."""

    def __init__(self):
        super().__init__()
        CurrentEdition.objects.all().delete()
        Edition.objects.update(based_on=None, feeds=None)
        Edition.objects.all().delete()
        self.drafts: list[Edition] = []
        self.before: dict[int, int | None] = {}  # the edition that each was based on
        self.run: dict[int, int] = {}  # the edition that each feeds, or itself
        self.fed: dict[int, int | None] = {}  # the version of the fed table in each
        self.versions = 0
        self.shown: list[int] = []  # published whole, with all that came before
        self.seen: int | None = None

    @rule()
    def open(self):
        edition = lake.open_edition(**BY)
        self.before[edition.number] = self.seen
        self.run[edition.number] = edition.number
        self.fed[edition.number] = self.fed[self.seen] if self.seen else None
        self.drafts.append(edition)

    @precondition(lambda self: self.seen is not None)
    @rule()
    def feed(self):
        assert (onto := queries.current_edition()) is not None
        edition = lake.open_feed(onto=onto, **BY)
        self.versions += 1
        lake.put_fed(edition=edition, table="ods.fed", version=self.versions, mark=self.versions)
        self.before[edition.number] = self.seen
        self.run[edition.number] = self.run[onto.number]
        self.fed[edition.number] = self.versions
        self.drafts.append(edition)

    @precondition(lambda self: self.drafts)
    @rule(data=st.data())
    def publish(self, data):
        draft = data.draw(st.sampled_from(self.drafts))
        try:
            lake.publish(edition=draft, **BY)
        except lake.StaleDraft:
            assert self.before[draft.number] != self.seen
            assert not self._only_fed_since(draft.number)
        else:
            if self.seen is not None and self.before[draft.number] != self.seen:
                assert self._only_fed_since(draft.number)
                self.fed[draft.number] = self.fed[self.seen]
            self.drafts.remove(draft)
            self.seen = draft.number
            if self.run[draft.number] == draft.number:
                self.shown.append(draft.number)

    @precondition(lambda self: self.drafts)
    @rule()
    def fail(self):
        lake.fail(edition=self.drafts.pop(), reason="x", **BY)

    @rule()
    def go_back(self):
        try:
            found = lake.roll_back(reason="x", **BY).number
        except Refusal as refusal:
            before = self.before[self.run[self.seen]] if self.seen else None
            gone = before is None or self._distance(self.run[before]) >= queries.KEPT_EDITIONS
            assert gone, refusal
        else:
            assert found == self.before[self.run[self.seen or 0]]
            assert self._distance(self.run[found]) < queries.KEPT_EDITIONS
            self.seen = found

    def _only_fed_since(self, number):
        before, whole = self.before[number], self.run[number] == number
        assert self.seen is not None
        on_the_same = before is not None and self.run[before] == self.run[self.seen]
        return whole and on_the_same and self.run[self.seen] != self.seen

    def _distance(self, number):
        """How many whole editions further the longest line of published ones has come."""
        after = [n for n in self.shown if (b := self.before[n]) and self.run[b] == number]
        return max((1 + self._distance(n) for n in after), default=0)

    @invariant()
    def readers_see_one_edition(self):
        current = queries.current_edition()
        assert (current and current.number) == self.seen
        assert current is None or current.status == "published"
        if current is not None:
            assert queries.kept(current)[0] == current
            held = queries.tables_of(current)
            assert held == ({"ods.fed": v} if (v := self.fed[current.number]) else {})
            assert queries.standing()[1] == self.run[current.number]


TestWhateverIsDone = Editions.TestCase
TestWhateverIsDone.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
TestWhateverIsDone = pytest.mark.django_db(TestWhateverIsDone)


def test_a_contract_gets_a_new_version_only_where_it_differs():
    people.load_offices(source.OFFICES, **BY)
    first = lake.adopt_contract(contract=source.contract(), **BY)
    again = lake.adopt_contract(contract=source.contract(), **BY)
    changed = source.content(cycle="weekly") | {"version": 1}
    second = lake.adopt_contract(contract=type(source.contract())(**changed), **BY)

    assert (first.version, again.version, second.version) == (1, 1, 2)
    assert queries.live_contract(Resource.objects.get()).resource.cycle == "weekly"
    kept = ContractVersion.objects.order_by("version")
    assert [row.content["resource"]["cycle"] for row in kept] == ["daily", "weekly"]
    assert Event.objects.filter(kind="contract.adopted").count() == 2
    assert (str(second), second.name) == ("GA01 人口", "人口")


def test_the_hash_of_content_is_that_of_its_meaning():
    one = lake.content_hash({"b": [1, 2], "a": "云泽"})

    assert one == lake.content_hash({"a": "云泽", "b": [1, 2]})
    assert one != lake.content_hash({"a": "云泽", "b": [2, 1]})
    assert len(one) == 64
