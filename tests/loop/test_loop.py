"""From dirty departmental files to facts: nothing is lost, everything can be traced, and a row that
its office corrects comes back with all that hangs on it. Whoever is erased under law is gone from
all of it, and nobody else has changed (at the end: the city is not the same afterwards)."""

import csv
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.data.exchange import asked
from tests.loop import offering
from tests.loop.conftest import NOW
from tongban import clock
from tongban.base.audit.models import Event
from tongban.commands import erasing, loop
from tongban.data.exchange import gate
from tongban.data.lake import actions as lake_actions
from tongban.data.lake import corrections, quarantine, store
from tongban.data.lake import queries as lake
from tongban.data.lake import rows as lake_rows
from tongban.data.lake.models import Edition, Load, QuarantinedRow
from tongban.data.pipelines import erased, persons
from tongban.data.pipelines import queries as pipelines
from tongban.data.pipelines.actions import PersonErased
from tongban.data.registers import actions as registers
from tongban.data.registers import deriving, queries, rows
from tongban.data.registers.models import SubjectFacts
from tongban.data.standards import queries as standards
from tongban.data.standards.models import Issue

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WAITING, SETTLED = QuarantinedRow.Status.ACCEPTED, QuarantinedRow.Status.CORRECTED
DUE = {"pay", "change", "right", "dead", "elsewhere", "none"}
TYPED = {
    "alive": lambda text: text == "true",
    "insured_months": int,
    "employed_here": lambda text: text == "true",
    "owns_home_here": lambda text: text == "true",
}


def test_every_load_adds_up(yunze):
    assert [load.resource.code for load in yunze.loads] == loop.all_sources()
    assert {"GA01", "RS01", "SCJ01", "SCJ02", "WJ06", "FG02"} < set(loop.all_sources())
    for load in yunze.loads:
        assert load.rows_read == load.rows_kept + load.rows_quarantined
        assert load.rows_quarantined == load.quarantined.count()


def test_readers_see_the_new_edition_and_nothing_else(yunze):
    assert lake.current_edition() == yunze.edition
    assert yunze.edition.tables.filter(table="registers.person_facts").exists()


def test_one_edition_holds_the_facts_of_both_registers(yunze):
    tables = lake.tables_of(yunze.edition)
    told = dict(yunze.told)
    for code, letter in (("person", "P"), ("enterprise", "E")):
        stored = SubjectFacts.objects.filter(edition_number=yunze.edition.number, register=code)
        ids = set(stored.values_list("subject_id", flat=True))
        with lake_rows.attached(yunze.edition, [f"registers.{code}_facts"]) as con:
            found = con.execute(f"SELECT subject_id FROM registers.{code}_facts").fetchall()
        assert ids == {subject for (subject,) in found} != set()
        assert {subject[0] for subject in ids} == {letter}
        assert told[f"facts of {code}"] == len(ids)
        assert f"registers.{code}_identity" in tables
    run = [step for step, _ in yunze.told if step.startswith("dwd.")]
    assert len(run) == len(set(run)) > 30, "a model that both registers read runs once"


def test_facts_of_a_company_equal_the_truth_where_its_rows_were_usable(yunze):
    for company in companies(yunze):
        if company["unusable"]:
            continue
        subject = rows.subject_of("enterprise", company["uscc"])
        facts = rows.of_subject(subject).opened(TODAY)
        assert facts["company_name"].value == company["company_name"]
        assert facts["company_in_force"].value is (company["company_in_force"] == "true")
        assert facts["food_handlers"].value == int(company["food_handlers"])
        leader = rows.subject_of("person", company["representative_number"])
        assert facts["legal_representative_subject"].value == leader
        if company["company_in_force"] == "true":
            represents = rows.of_subject(leader).opened(TODAY)["represents_companies"]
            assert subject in represents.value.split("、")


def test_a_decision_is_asked_of_all_companies(yunze):
    company = gate.Reader(actor="t", office="SCJ", post="item:A05")
    needs = ("company_in_force", "food_licence_in_force")
    decision = asked.formula("company_in_force and food_licence_in_force", *needs, type_="boolean")
    given = {"reader": company, "use": "register:A05", "at": NOW}

    found = gate.compare(register="enterprise", live=decision, draft=decision, **given)

    assert found.rows == dict(yunze.told)["facts of enterprise"]
    told = {str(each.before.value): each.rows for each in found.changes}
    licensed = [c for c in companies(yunze) if c["food_licence_in_force"] == "true"]
    usable = [c for c in licensed if not c["unusable"]]
    assert len(usable) <= told["True"] <= len(licensed)


def companies(yunze) -> list[dict[str, str]]:
    with (yunze.data / "truth" / "companies.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_facts_equal_the_truth_for_everybody_whose_rows_were_usable(yunze):
    wrong = []
    for person in yunze.truth:
        if person["unusable"]:
            continue
        subject = rows.subject_of("person", person["citizen_id"])
        facts = rows.of_subject(subject).opened(TODAY)
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
        facts = rows.of_subject(rows.subject_of("person", person["citizen_id"])).opened(TODAY)
        assert facts["insured_months"].value is None


def test_a_fact_leads_back_to_its_source_row(yunze):
    person = next(p for p in yunze.truth if p["insured_months"] and not p["unusable"])
    facts = rows.of_subject(rows.subject_of("person", person["citizen_id"])).opened(TODAY)
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


def test_everybody_is_asked_who_is_due_the_allowance_of_the_old(yunze, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clean = {p["citizen_id"]: p for p in yunze.truth if not p["unusable"]}

    for name, member, true in (
        ("entitlement", "to_do", "d02_finding"),
        ("wrongly_paid", "reason", "d02_wrong"),
    ):
        call_command("decide", f"D02.{name}", population="person")
        told = dict(answers(f"decisions.d02_{name}", member))
        assert {told[number] for number in told if number not in clean} <= {*DUE, None}
        assert {n: p[true] for n, p in clean.items()} == {n: told[n] for n in clean}


def test_who_is_due_is_offered_it_and_paid_what_is_true_and_nobody_else(
    yunze, monkeypatch, settings
):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # of accounts
    offering.check(yunze)


def answers(table: str, member: str) -> list[tuple[str, str]]:
    """What the published table says, by citizen number."""
    tables = [table, "registers.person"]
    with lake_rows.attached(lake.current_edition(), tables) as con:
        query = f"SELECT citizen_id, {member} FROM {table} JOIN registers.person USING (subject_id)"
        return con.execute(query).fetchall()


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
        assert rows.of_subject(subject).opened(TODAY)["name"].value is not None
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
    assert rows.of_subject(subject).opened(TODAY)["name"].value is not None


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


BASIS = "个人信息保护法第四十七条，申请 12 号"
SHARED = "、"


def silent(step: str, done: int, total: int) -> None:
    return None


def rows_of(table: str) -> list[tuple]:
    """Every row that readers see."""
    version = lake.tables_of(lake.current_edition())[table]
    engine = store.engine()
    with engine.connect() as con:
        engine.attach(con, store.lake().snapshot(table, version), "t")
        return con.execute("FROM t ORDER BY ALL").fetchall()


def everything() -> dict[str, list[tuple]]:
    return {table: rows_of(table) for table in lake.tables_of(lake.current_edition())}


def erase(number: str) -> erasing.Target:
    target = erasing.of_key("person", number)
    erasing.erase(target, basis=BASIS, by="7", at=NOW, told=silent)
    return target


@dataclass(frozen=True)
class Gone:
    """Two persons who were erased, and how everything was before."""

    lone: erasing.Target  # shares nothing; a row of his lies in quarantine
    row: QuarantinedRow
    quarantined: int  # rows of the load that row is from
    sharing: erasing.Target  # shares a property with `other`
    other: str
    held: erasing.Holding  # of the first
    tables: dict[str, list[tuple]]
    versions: dict[str, list[int]]
    draft: Edition  # was at work

    def is_named(self, row: tuple) -> bool:
        text = "|".join(map(str, row))
        return self.lone.names(text) or self.sharing.names(text)


@pytest.fixture(scope="module")
def gone(yunze) -> Gone:
    (mine, theirs), (row, number) = _leader_who_shares(), _in_quarantine()
    lone, tables = erasing.of_key("person", number), everything()
    found = Gone(
        lone=lone,
        row=row,
        quarantined=row.load.quarantined.count(),
        sharing=erasing.of_key("person", mine),
        other=theirs,
        held=erasing.held(lone),
        tables=tables,
        versions={table: store.lake().versions(table) for table in tables},
        draft=lake_actions.open_edition(by="t", at=NOW),
    )
    erase(number)
    erase(mine)
    return found


def _in_quarantine() -> tuple[QuarantinedRow, str]:
    """A row of somebody whom the register knows and who shares nothing."""
    shared = {number for pair in owners() for number in pair}
    known = {row[1] for row in rows_of("registers.person_facts")} - shared
    for row in QuarantinedRow.objects.filter(status="open").order_by("pk"):
        for number in persons.numbers_in(quarantine.opened(row).raw):
            if number in known:
                return row, number
    raise AssertionError("the city's dirt spoils rows of persons whom the register knows")


def _leader_who_shares() -> tuple[str, str]:
    """Two owners of a property, the first of whom leads a company."""
    leaders = {row[column("dwd.company", "representative_id")] for row in rows_of("dwd.company")}
    pairs = owners() + [(second, first) for first, second in owners()]
    return next((mine, theirs) for mine, theirs in pairs if mine in leaders)


def owners() -> list[tuple[str, str]]:
    """Numbers of the two owners of a shared property, each pair once."""
    found = [row for row in rows_of("ods.bdc_qlr") if any(SHARED in str(cell) for cell in row)]
    pairs = [numbers for row in found if len(numbers := _numbers(row)) == 2]
    return [(first, second) for first, second in pairs if first != second]


def _numbers(row) -> list[str]:
    cell = next((c for c in row if SHARED in str(c) and persons.numbers_in(str(c))), "")
    found = []
    for part in str(cell).split(SHARED):
        try:
            found.append(persons.number(part))
        except persons.NotANumber:
            return []
    return found


def column(table: str, name: str) -> int:
    version = lake.tables_of(lake.current_edition())[table]
    return store.lake().snapshot(table, version).schema.names.index(name)


def test_hits_before_none_after_and_every_other_row_is_as_it_was(gone):
    assert gone.held.current["registers.person"] == 1
    assert gone.held.registers.facts == gone.held.registers.identities == 1

    proof = erasing.prove(gone.lone, silent)
    assert proof.is_clean
    assert (proof.found, proof.lake_rows > 4_000, proof.sealed_values > 500) == ({}, True, True)
    assert erasing.held(gone.lone).is_empty
    for table, held in gone.tables.items():
        his = [row for row in held if gone.lone.names("|".join(map(str, row)))]
        assert len(his) == gone.held.current.get(table, 0)
        before, after = set(held), rows_of(table)
        kept = [row for row in held if not gone.is_named(row)]
        assert [row for row in after if row in before] == kept
        # shared rows lose a part, and those of a company lose who leads it
        assert len(after) == len(kept) or table == "ods.bdc_qlr" or pipelines.named_in(table)
    assert set(gone.held.tables) <= {
        table for table in gone.tables if store.lake().versions(table) != gone.versions[table]
    }
    found = Event.objects.filter(kind="erasure.finished", subjects=[gone.lone.subject_id])
    assert found.count() == 1


def test_a_shared_row_loses_his_part_and_the_other_owner_keeps_the_rest(gone):
    before, after = gone.tables["ods.bdc_qlr"], rows_of("ods.bdc_qlr")
    mine, theirs = gone.sharing.keys[0], gone.other

    assert not [row for row in after if gone.sharing.names("|".join(map(str, row)))]
    units = column("ods.bdc_qlr", "bdcdyh")
    shared = {row[units] for row in before if {mine, theirs} <= set(_numbers(row))}
    assert shared <= {row[units] for row in after}
    kept_before = [row for row in gone.tables["dwd.property_owner"] if row[0] == theirs]
    assert [row for row in rows_of("dwd.property_owner") if row[0] == theirs] == kept_before
    names, ids = column("ods.bdc_qlr", "qlr"), column("ods.bdc_qlr", "qlr_zjh")
    for row in after:
        if row[units] in shared:
            assert (SHARED in row[names], persons.number(row[ids])) == (False, theirs)
    assert erasing.prove(gone.sharing, silent).is_clean


def test_a_company_stays_when_the_person_who_leads_it_is_erased(gone):
    key, leader, name = (
        column("dwd.company", each) for each in ("uscc", "representative_id", "representative")
    )
    before = [row for row in gone.tables["dwd.company"] if row[leader] == gone.sharing.keys[0]]
    after = {row[key]: row for row in rows_of("dwd.company")}

    assert before
    assert len(after) == len(gone.tables["dwd.company"])
    for row in before:
        emptied = [None if at in (leader, name) else cell for at, cell in enumerate(row)]
        assert list(after[row[key]]) == emptied
        facts = rows.of_subject(rows.subject_of("enterprise", row[key])).opened(TODAY)
        assert facts["legal_representative_subject"].value is None
        assert facts["legal_representative"].value is None
        assert facts["company_name"].value == row[column("dwd.company", "name")]


def test_a_quarantined_row_of_his_loses_what_it_said_and_keeps_its_place(gone):
    row = QuarantinedRow.objects.get(pk=gone.row.pk)

    held = quarantine.opened(row)
    assert (row.check_code, held.raw, held.values) == ("ERASED", "", {})
    assert row.load.quarantined.count() == gone.quarantined


def test_a_run_at_work_is_closed(gone):
    gone.draft.refresh_from_db()
    assert gone.draft.status == Edition.Status.FAILED


def test_who_was_erased_does_not_come_back_with_the_next_run(yunze, gone):
    before = [row[:6] for row in rows_of("registers.person")]

    edition, loads = loop.run(
        loop.all_sources(), data=yunze.data, by="t", at=NOW, told=lambda *_: None
    )

    assert lake.current_edition() == edition
    for target in (gone.lone, gone.sharing):
        assert erasing.prove(target, silent).found == {}
    assert [row[:6] for row in rows_of("registers.person")] == before
    assert [row for row in rows_of("dwd.property_owner") if row[0] == gone.other]
    assert len(rows_of("dwd.company")) == len(gone.tables["dwd.company"])
    held_back = QuarantinedRow.objects.filter(check_code="ERASED", load__edition=edition)
    assert {quarantine.opened(row).raw for row in held_back} == {""}
    assert "GA01" in {row.resource.code for row in held_back}
    assert Issue.objects.filter(check_code="ERASED", status="open", resource__code="GA01").exists()
    for load in loads:
        assert load.rows_read == load.rows_kept + load.rows_quarantined
