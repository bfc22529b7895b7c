"""From dirty departmental files to facts: nothing is lost, everything can be traced."""

import csv
from pathlib import Path

import pytest

from tests.loop.conftest import NOW
from tongban.data.exchange import gate
from tongban.data.lake import actions as lake_actions
from tongban.data.lake import quarantine
from tongban.data.lake import queries as lake
from tongban.data.lake.models import Edition, QuarantinedRow
from tongban.data.pipelines import queries as pipelines
from tongban.data.registers import actions as registers
from tongban.data.registers import rows
from tongban.data.standards import queries as standards
from tongban.data.standards.models import Issue

pytestmark = pytest.mark.django_db
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


def test_a_row_that_is_still_wrong_is_refused_and_nothing_changes(yunze):
    row = _correctable()
    before = lake.current_edition()
    values = quarantine.opened(row).values
    with pytest.raises(quarantine.StillWrong):
        registers.correct_row(row_id=row.pk, values=values, by="steward", at=NOW)
    assert lake.current_edition() == before
    assert Edition.objects.order_by("-number").first().status == Edition.Status.FAILED
    row.refresh_from_db()
    assert row.status == QuarantinedRow.Status.OPEN


def test_a_corrected_row_comes_back_and_the_score_rises(yunze):
    row = _correctable()
    resource = row.resource
    before = standards.latest_score(resource)
    values = quarantine.opened(row).values | {"gmsfhm": _right_number(yunze, row)}

    registers.correct_row(row_id=row.pk, values=values, by="steward", at=NOW)

    after = standards.latest_score(resource)
    assert after.quarantined == before.quarantined - 1
    assert after.overall > before.overall
    subject = rows.subject_of("person", values["gmsfhm"])
    assert rows.of_subject(subject).opened()["name"].value is not None
    load = lake.last_load(resource)
    assert load.rows_read == load.rows_kept + load.rows_quarantined


def test_one_update_goes_back_to_the_edition_before(yunze):
    row = _correctable()
    values = quarantine.opened(row).values | {"gmsfhm": _right_number(yunze, row)}
    registers.correct_row(row_id=row.pk, values=values, by="steward", at=NOW)
    current = lake.current_edition()

    lake_actions.roll_back(reason="an error in a model", by="sysadmin", at=NOW)
    assert lake.current_edition() == current.based_on == yunze.edition
    current.refresh_from_db()
    assert (current.status, current.reason) == (Edition.Status.WITHDRAWN, "an error in a model")


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


def _correctable() -> QuarantinedRow:
    """A row of GA01 whose number has a wrong check digit."""
    return (
        QuarantinedRow.objects.filter(
            status="open", resource__code="GA01", check_code="GA01.gmsfhm.citizen_id"
        )
        .order_by("pk")
        .first()
    )


def _right_number(yunze, row: QuarantinedRow) -> str:
    """The true number of the person in that row, from the truth file."""
    with (yunze.data / "truth" / "defects.csv").open(encoding="utf-8") as file:
        for defect in csv.DictReader(file):
            if defect["dataset"] == "GA01" and int(defect["position"]) == row.position:
                return defect["citizen_id"]
    raise AssertionError("the truth file knows every row that was spoilt")
