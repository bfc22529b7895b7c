"""A migration as a job: every case is looked at, somebody confirms, those that could move then are
moved; whoever dies or fails in between loses nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.business.applying import apply, changed, complete, publish
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.business.cases import erasing, instance_migration, jobs, migrating, running
from tongban.business.cases.instance_migration import NotInForce, Obstacle
from tongban.business.cases.models import Case, CaseMigration, MigratedCase
from tongban.business.cases.verbs.history import SayTheReason
from tongban.business.items import permissions as item_permissions
from tongban.errors import Refusal

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
WHY = "流程简化，统一按新版办理"


@pytest.fixture
def manager(staff):
    return staff("item_manager")


@pytest.fixture
def waiting(permit, citizen):
    def make(*names: str, version=None) -> list[Case]:
        return [apply(version or permit, citizen(name, insured_months=None)) for name in names]

    return make


@pytest.fixture
def version(ground, city):
    """Puts B09 in force with another text of its process."""

    def put(old: str = "人工审查", new: str = "审批人员审查"):
        text = ground.bundle.process_text
        assert old in text
        return publish(changed(ground.bundle, "B09", process_text=text.replace(old, new)))

    return put


@pytest.fixture
def checked(waiting, version, manager):
    """Of these applicants, looked at."""

    def make(*names: str) -> CaseMigration:
        waiting(*names)
        made = migrating.check(to=version(), earlier=None, user=manager, at=MONDAY)
        return worked(made)

    return make


def worked(migration: CaseMigration) -> CaseMigration:
    migrating.work(migration_id=migration.pk, at=LATER)
    migration.refresh_from_db()
    return migration


def outcomes(migration: CaseMigration) -> list[str]:
    return list(migration.rows.order_by("case").values_list("outcome", flat=True))


def confirm(migration: CaseMigration, user) -> CaseMigration:
    return migrating.confirm(migration_id=migration.pk, user=user, words=WHY, at=LATER)


def test_a_check_is_a_row_and_a_job_in_one_transaction_and_changes_no_case(
    waiting, version, manager
):
    waiting("wang", "li")
    made = migrating.check(to=version(), earlier=None, user=manager, at=MONDAY)
    (job,) = ProcrastinateJob.objects.filter(task_name=migrating.JOB)
    assert (job.args, job.lock) == ({"migration_id": made.pk}, "migrate cases B09")
    assert (made.status, made.done, made.total) == ("checking", 0, 0)

    before = list(Case.objects.order_by("pk").values_list())
    jobs.migrate_cases(migration_id=made.pk)
    made.refresh_from_db()
    assert (made.status, made.done, made.total) == ("checked", 2, 2)
    assert outcomes(made) == ["able", "able"]
    assert list(Case.objects.order_by("pk").values_list()) == before
    (event,) = Event.objects.filter(kind="cases.migration_checked")
    assert (event.subject_id, event.office, event.post, event.details) == (
        *("B09", "GA", "item_manager"),
        {"to": 2},
    )


def test_what_is_confirmed_is_moved_with_the_reason(checked, manager):
    migration = confirm(checked("wang", "li"), manager)
    assert (migration.status, migration.done, migration.total) == ("moving", 0, 2)
    assert (migrating.words(migration), migration.confirmed_by) == (WHY, manager)
    assert WHY.encode() not in bytes(migration.words_sealed)

    worked(migration)
    assert (migration.status, migration.done, migration.ended_at) == ("moved", 2, LATER)
    assert outcomes(migration) == ["moved", "moved"]
    assert {case.version for case in Case.objects.all()} == {migration.to}
    kinds = ("cases.migration_confirmed", "cases.migrated")
    found = {each.kind: each.details for each in Event.objects.filter(kind__in=kinds)}
    assert found == {
        "cases.migration_confirmed": {"to": 2, "cases": 2},
        "cases.migrated": {"to": 2, "moved": 2, "stayed": 0},
    }
    assert Event.objects.filter(kind="case.migrated").count() == 2


def test_only_cases_of_the_version_that_was_named_are_looked_at(waiting, version, manager, permit):
    (first,) = waiting("wang")
    second_version = version()
    waiting("li", version=second_version)
    to = version("人工审查", "人员审查")
    made = worked(migrating.check(to=to, earlier=permit, user=manager, at=MONDAY))
    assert [(row.case, row.version) for row in made.rows.all()] == [(first, 1)]
    (event,) = Event.objects.filter(kind="cases.migration_checked")
    assert event.details == {"to": 3, "from": 1}


def test_what_cannot_move_has_its_reason_in_both_languages_and_sealed(waiting, version, manager):
    waiting("wang")
    to = version("review", "look_at")
    made = worked(migrating.check(to=to, earlier=None, user=manager, at=MONDAY))
    (row,) = made.rows.all()
    (why,) = migrating.obstacles(row)
    assert row.outcome == "unable"
    assert why.zh.startswith("新版本中没有用户任务“人工审查”（review）")
    assert why.en.startswith("The user task “Review by a person” (review)")
    assert b"review" not in bytes(row.obstacles_sealed)
    with refused(
        migrating.NothingToMove,
        "核对过的 B09 办件都不能迁移。",
        "None of the checked cases of B09 can move.",
    ):
        confirm(made, manager)


def test_a_case_that_came_after_the_check_is_not_moved(checked, manager, waiting, permit):
    migration = checked("wang")
    (later,) = waiting("li")
    worked(confirm(migration, manager))
    later.refresh_from_db()
    assert later.version == permit


def test_a_case_that_ended_after_the_check_stays_as_it_is(checked, manager, approver):
    migration = checked("wang", "li")
    ended = Case.objects.order_by("pk")[0]
    complete(ended, approver, words="核实")
    migration = worked(confirm(migration, manager))
    assert (migration.status, outcomes(migration)) == ("moved", ["stayed", "moved"])
    assert Case.objects.get(pk=ended.pk).version.number == 1


def test_a_worker_that_dies_goes_on_with_the_rest(checked, manager, monkeypatch):
    """As after a kill: the row stands as at work, one case is moved, the job comes back."""
    migration = confirm(checked("wang", "li"), manager)
    first = Case.objects.order_by("pk")[0]
    instance_migration.migrate(
        to=migration.to,
        user=manager,
        words=WHY,
        at=LATER,
        noted=lambda judged, moved: migration.rows.filter(case=judged.case).update(outcome="moved"),
        among=Case.objects.filter(pk=first.pk),
    )
    assert outcomes(migration) == ["moved", "able"]
    worked(migration)
    assert (migration.status, outcomes(migration)) == ("moved", ["moved", "moved"])
    assert first.events.filter(activity="tb:migration").count() == 1
    worked(migration)  # and once more: there is nothing left to do
    assert Event.objects.filter(kind="cases.migrated").count() == 1


@pytest.mark.parametrize("stage", ["dry_run", "migrate"])
def test_what_breaks_does_not_stand_as_at_work(checked, manager, monkeypatch, stage):
    migration = checked("wang")
    if stage == "migrate":
        confirm(migration, manager)
    else:
        migration = migrating.check(to=migration.to, earlier=None, user=manager, at=MONDAY)

    def broken(**_):
        raise ZeroDivisionError

    monkeypatch.setattr(instance_migration, stage, broken)
    with pytest.raises(ZeroDivisionError):
        worked(migration)
    migration.refresh_from_db()
    assert (migration.status, migration.ended_at) == ("broken", LATER)
    assert Case.objects.get().version.number == 1


class CannotGoOn(Refusal):
    """This case cannot."""

    zh = "此件不能。"


def test_a_case_that_refuses_keeps_no_other_from_moving(checked, manager, monkeypatch):
    migration = confirm(checked("wang", "li"), manager)
    first, second = Case.objects.order_by("pk")
    migrate = running.migrate

    def refusing(case, to, **said):
        migrate(case, to, **said)
        if case.pk == first.pk:
            raise CannotGoOn

    monkeypatch.setattr(running, "migrate", refusing)
    worked(migration)
    assert outcomes(migration) == ["stayed", "moved"]
    row = migration.rows.get(case=first)
    assert migrating.obstacles(row) == (Obstacle("此件不能。", "This case cannot."),)
    first.refresh_from_db()
    assert first.version.number == 1
    assert not first.events.filter(activity="tb:migration").exists()


def test_one_at_a_time_of_an_item(waiting, version, manager):
    waiting("wang")
    to = version()
    made = migrating.check(to=to, earlier=None, user=manager, at=MONDAY)
    with refused(
        migrating.AtWork,
        "B09 的办件正在核对或迁移，请等它结束。",
        "Cases of B09 are being checked or moved already: wait until that has ended.",
    ):
        migrating.check(to=to, earlier=None, user=manager, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMigration.objects.create(item=to.item, to=to, asked_at=MONDAY, asked_by=manager)
    assert CaseMigration.objects.get() == made


def test_a_check_that_nobody_confirmed_gives_way_and_a_migration_stays(checked, manager):
    first = checked("wang")
    second = worked(migrating.check(to=first.to, earlier=None, user=manager, at=MONDAY))
    assert CaseMigration.objects.get() == second
    worked(confirm(second, manager))
    migrating.check(to=first.to, earlier=None, user=manager, at=MONDAY)
    assert CaseMigration.objects.count() == 2


def test_only_what_was_checked_can_be_confirmed_and_once(waiting, version, manager):
    waiting("wang")
    made = migrating.check(to=version(), earlier=None, user=manager, at=MONDAY)
    words = (
        "没有待确认的迁移，请先核对 B09 的办件。",
        "There is nothing to confirm: check the cases of B09 first.",
    )
    with refused(migrating.NotChecked, *words):
        confirm(made, manager)
    confirm(worked(made), manager)
    with refused(migrating.NotChecked, *words):
        confirm(made, manager)


def test_a_reason_is_needed(checked, manager):
    migration = checked("wang")
    with refused(
        SayTheReason,
        "请用 1 至 200 个字说明理由，理由将留在办件记录中。",
        "Say in 1 to 200 characters why: it stays in the history of the case.",
    ):
        migrating.confirm(migration_id=migration.pk, user=manager, words=" ", at=LATER)


def test_a_version_that_is_not_in_force_or_not_earlier_is_refused(
    checked, version, manager, permit
):
    migration = checked("wang")
    to = version("人工审查", "人员审查")
    words = (
        "B09 第 2 版不是现行版本，办件只能迁移到现行版本。",
        "Version 2 of B09 is not in force: cases move to the one that is.",
    )
    with refused(NotInForce, *words):
        confirm(migration, manager)
    migration.to.refresh_from_db()
    with refused(NotInForce, *words):
        migrating.check(to=migration.to, earlier=None, user=manager, at=MONDAY)
    with refused(
        migrating.NoEarlierVersion, "B09 没有更早的第 3 版。", "B09 has no earlier version 3."
    ):
        migrating.check(to=to, earlier=to, user=manager, at=MONDAY)


def test_whoever_may_not_publish_may_not_move(checked, staff, version):
    migration = checked("wang")
    other = staff("item_manager", "SJ")
    for act in (
        lambda: migrating.check(to=migration.to, earlier=None, user=other, at=MONDAY),
        lambda: confirm(migration, other),
    ):
        with pytest.raises(item_permissions.NotYourItem) as raised:
            act()
        assert (raised.value.told("zh"), raised.value.told("en")) == (
            "事项 B09 由公安局实施，这里只供该单位的事项管理员使用。",
            "Item B09 belongs to Public Security: this is for its Item manager.",
        )
    migration.refresh_from_db()
    assert migration.status == "checked"


def test_who_lost_the_post_meanwhile_moves_nothing(checked, manager):
    migration = confirm(checked("wang"), manager)
    manager.posts.all().delete()
    with pytest.raises(item_permissions.NotYourItem):
        worked(migration)
    migration.refresh_from_db()
    assert (migration.status, Case.objects.get().version.number) == ("broken", 1)


def test_of_somebody_who_is_erased_the_reasons_go(waiting, version, manager, approver):
    (case,) = waiting("wang")
    to = version("review", "look_at")
    made = worked(migrating.check(to=to, earlier=None, user=manager, at=MONDAY))
    complete(case, approver, words="核实")
    erasing.erase(case.applicant_id, LATER)
    row = MigratedCase.objects.get()
    assert (row.outcome, migrating.obstacles(row)) == ("unable", ())
    assert str(row) == f"{case.number} unable"
    assert str(made) == "B09 2 checked"
    assert migrating.words(made) == ""
