"""From dirty departmental files to facts: nothing is lost, everything can be traced, and a row that
its office corrects comes back with all that hangs on it."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.loop.conftest import NOW
from tongban.commands import loop
from tongban.data.exchange import gate
from tongban.data.lake import actions as lake_actions
from tongban.data.lake import corrections, quarantine
from tongban.data.lake import queries as lake
from tongban.data.lake.models import Edition, Load, QuarantinedRow
from tongban.data.pipelines import erased
from tongban.data.pipelines import queries as pipelines
from tongban.data.pipelines.actions import PersonErased
from tongban.data.registers import actions as registers
from tongban.data.registers import deriving, queries, rows
from tongban.data.registers.models import SubjectFacts
from tongban.data.standards import queries as standards
from tongban.data.standards.models import Issue

pytestmark = pytest.mark.django_db
WAITING, SETTLED = QuarantinedRow.Status.ACCEPTED, QuarantinedRow.Status.CORRECTED
TYPED = {
    "alive": lambda text: text == "true",
    "insured_months": int,
    "employed_here": lambda text: text == "true",
    "owns_home_here": lambda text: text == "true",
}


def test_every_load_adds_up(yunze):
    assert {load.resource.code for load in yunze.loads} == {
        *("GA01", "GA02", "RS01", "SJ04", "WJ02", "ZR01"),
    }
    for load in yunze.loads:
        assert load.rows_read == load.rows_kept + load.rows_quarantined
        assert load.rows_quarantined == load.quarantined.count()


def test_readers_see_the_new_edition_and_nothing_else(yunze):
    assert lake.current_edition() == yunze.edition
    assert yunze.edition.tables.filter(table="registers.person_facts").exists()


def test_facts_equal_the_truth_for_everybody_whose_rows_were_usable(yunze):
    wrong = []
    for person in yunze.truth:
        if person["unusable"]:
            continue
        subject = rows.subject_of("person", person["citizen_id"])
        facts = rows.of_subject(subject).opened()
        for key, read in TYPED.items():
            expected = read(person[key]) if person[key] else None
            if key == "owns_home_here" and expected is False:
                expected = None  # that no home is found proves nothing
            if facts[key].value != expected:
                wrong.append((key, person["citizen_id"][:6], facts[key].value, expected))
    assert wrong == []


def test_a_person_whose_rows_lie_in_quarantine_stays_unknown(yunze):
    spoilt = [p for p in yunze.truth if p["unusable"] == "RS01"]
    assert spoilt
    for person in spoilt:
        facts = rows.of_subject(rows.subject_of("person", person["citizen_id"])).opened()
        assert facts["insured_months"].value is None


def test_a_fact_leads_back_to_its_source_row(yunze):
    person = next(p for p in yunze.truth if p["insured_months"] and not p["unusable"])
    facts = rows.of_subject(rows.subject_of("person", person["citizen_id"])).opened()
    resource, load, position = facts["name"].row.split(":")
    assert resource == "GA01"
    assert int(load) in {one.pk for one in yunze.loads}
    assert int(position) > 0


def test_lineage_reaches_the_source_columns(yunze):
    sources = {
        (edge.source, edge.source_column)
        for edge in pipelines.upstream("registers.person_facts", "alive")
    }
    assert ("ods.rk_jbxx", "gmsfhm") in sources
    assert ("ods.sw_yx", "sfzh") in sources


def test_quarantined_rows_become_issues_to_the_office_that_holds_them(yunze):
    issues = Issue.objects.filter(status="open", resource__code="GA01")
    assert issues.exists()
    assert {issue.office.code for issue in issues} == {"GA"}


def test_nothing_personal_is_readable_in_the_lakes_folder(yunze, settings):
    secrets = [p["citizen_id"].encode() for p in yunze.truth[:50]]
    secrets += [p["residence_address"].encode() for p in yunze.truth[:50]]
    for folder in (Path(settings.LAKE_URL), settings.SCRATCH):
        for file in (f for f in folder.rglob("*") if f.is_file()):
            written = file.read_bytes()
            assert not any(secret in written for secret in secrets), file


def test_one_update_goes_back_to_the_edition_before(yunze):
    edition = lake_actions.open_edition(by="test", at=NOW)
    lake_actions.publish(edition=edition, by="test", at=NOW)

    lake_actions.roll_back(reason="an error in a model", by="sysadmin", at=NOW)

    assert lake.current_edition() == edition.based_on == yunze.edition
    edition.refresh_from_db()
    assert (edition.status, edition.reason) == (Edition.Status.WITHDRAWN, "an error in a model")


def test_without_a_grant_no_fact_leaves(yunze):
    subject = rows.subject_of("person", yunze.truth[0]["citizen_id"])
    with pytest.raises(gate.NotGranted):
        gate.read_facts(
            reader=gate.Reader("7", "clerk", "MZ"),
            use="curiosity",
            subject_id=subject,
            keys=["alive"],
            at=NOW,
        )


def test_a_row_that_is_still_wrong_is_refused_and_nothing_changes(yunze):
    row = _spoilt()[0]
    before = lake.current_edition()

    with pytest.raises(corrections.StillWrong) as refused:
        _accept(row, quarantine.opened(row).values)

    assert "公民身份号码" in refused.value.told("zh")
    assert lake.current_edition() == before
    assert not ProcrastinateJob.objects.filter(task_name=queries.LET_IN).exists()
    row.refresh_from_db()
    assert (row.status, row.corrected_sealed) == (QuarantinedRow.Status.OPEN, None)


def test_a_row_cannot_take_the_key_of_another(yunze):
    row = _spoilt()[0]
    somebody = next(person for person in yunze.truth if not person["unusable"])

    with pytest.raises(corrections.StillWrong) as refused:
        _accept(row, quarantine.opened(row).values | {"gmsfhm": somebody["citizen_id"]})

    assert "repeats another row" in refused.value.told("en")


def test_whoever_was_erased_under_law_does_not_come_back_by_a_correction(yunze):
    row = _spoilt()[0]
    values = _corrected(yunze, row)
    erased.note(key=values["gmsfhm"], basis="test", by="test", at=NOW)

    with pytest.raises(PersonErased):
        _accept(row, values)

    row.refresh_from_db()
    assert row.status == QuarantinedRow.Status.OPEN


def test_an_accepted_row_waits_for_the_next_edition_and_asks_for_it_once(yunze):
    one, two = _spoilt()[:2]
    before = standards.latest_score(one.resource)

    for row in (one, two):
        _accept(row, _corrected(yunze, row))

    jobs = ProcrastinateJob.objects.filter(task_name=queries.LET_IN, status="todo")
    assert jobs.count() == 1
    assert lake.current_edition() == yunze.edition
    assert standards.latest_score(one.resource) == before
    with pytest.raises(corrections.AlreadySettled):
        _accept(one, _corrected(yunze, one))


def test_corrected_rows_come_back_in_one_edition_and_the_score_rises(yunze):
    spoilt = _spoilt()[:2]
    resource = spoilt[0].resource
    before = standards.latest_score(resource)
    for row in spoilt:
        _accept(row, _corrected(yunze, row))

    edition = registers.let_in_corrections(by="worker", at=NOW)

    assert lake.current_edition() == edition
    assert edition.based_on == yunze.edition
    after = standards.latest_score(resource)
    assert after.quarantined == before.quarantined - 2
    assert after.overall > before.overall
    for row in spoilt:
        row.refresh_from_db()
        assert row.status == SETTLED
        subject = rows.subject_of("person", _corrected(yunze, row)["gmsfhm"])
        assert rows.of_subject(subject).opened()["name"].value is not None
    load = lake.last_load(resource)
    assert load.rows_read == load.rows_kept + load.rows_quarantined
    assert registers.let_in_corrections(by="worker", at=NOW) is None


def test_only_what_hangs_on_the_row_is_derived_and_it_equals_deriving_everything(yunze):
    row = _spoilt("RS01")[0]
    _accept(row, _corrected(yunze, row))

    edition = registers.let_in_corrections(by="worker", at=NOW)

    live = pipelines.live_models()
    derived = set(edition.steps.values_list("model", flat=True))
    hanging = deriving.hanging_on({row.resource.table}, live, queries.registers())
    assert derived == {model.name for model, _ in live} & hanging
    assert 0 < len(derived) < len(live)
    whole = lake_actions.open_edition(by="test", at=NOW)
    registers.derive(edition=whole, run_date=NOW.date(), by="test", at=NOW)
    assert whole.steps.count() == len(live)
    assert _facts(edition) == _facts(whole)


def test_on_another_day_everything_is_derived(yunze):
    row = _spoilt()[0]
    _accept(row, _corrected(yunze, row))

    edition = registers.let_in_corrections(by="worker", at=NOW + timedelta(days=1))

    assert edition.steps.count() == len(pipelines.live_models())


def test_a_load_that_lets_the_row_in_first_counts_it_once(yunze):
    row = _spoilt()[0]
    _accept(row, _corrected(yunze, row))
    old = Load.objects.get(pk=row.load_id)

    _edition, (load,) = loop.run(["GA01"], data=yunze.data, by="test", at=NOW, told=lambda *_: None)
    registers.let_in_corrections(by="worker", at=NOW)

    row.refresh_from_db()
    assert row.status == SETTLED
    load.refresh_from_db()
    assert (load.rows_read, load.rows_kept) == (old.rows_read, old.rows_kept + 1)
    assert load.rows_read == load.rows_kept + load.rows_quarantined
    subject = rows.subject_of("person", _corrected(yunze, row)["gmsfhm"])
    assert rows.of_subject(subject).opened()["name"].value is not None


def test_what_somebody_else_published_meanwhile_is_kept_and_the_row_waits_on(yunze):
    row = _spoilt()[0]
    _accept(row, _corrected(yunze, row))
    others: list[Edition] = []

    def publish_another(_step: str, _count: int) -> None:
        if not others:
            others.append(lake_actions.open_edition(by="test", at=NOW))
            lake_actions.publish(edition=others[0], by="test", at=NOW)

    with pytest.raises(lake_actions.StaleDraft):
        registers.let_in_corrections(by="worker", at=NOW, told=publish_another)

    assert lake.current_edition() == others[0]
    row.refresh_from_db()
    assert row.status == WAITING
    assert Edition.objects.filter(status=Edition.Status.DRAFT).count() == 0
    assert registers.let_in_corrections(by="worker", at=NOW) == lake.current_edition()


def _accept(row: QuarantinedRow, values: quarantine.Values) -> None:
    registers.accept_correction(row_id=row.pk, values=values, by="steward", at=NOW)


def _spoilt(resource: str = "GA01") -> list[QuarantinedRow]:
    """Rows whose citizen number has a wrong check digit."""
    found = QuarantinedRow.objects.filter(
        status="open", resource__code=resource, check_code__endswith=".citizen_id"
    )
    return list(found.order_by("pk"))


def _corrected(yunze, row: QuarantinedRow) -> quarantine.Values:
    """As written, with the true number of the person in that row."""
    with (yunze.data / "truth" / "defects.csv").open(encoding="utf-8") as file:
        for defect in csv.DictReader(file):
            if (defect["dataset"], int(defect["position"])) == (row.resource.code, row.position):
                return quarantine.opened(row).values | {row.column: defect["citizen_id"]}
    raise AssertionError("the truth file knows every row that was spoilt")


def _facts(edition: Edition) -> dict[str, object]:
    stored = SubjectFacts.objects.filter(edition_number=edition.number)
    return {row.subject_id: rows.unseal(row.sealed) for row in stored}
