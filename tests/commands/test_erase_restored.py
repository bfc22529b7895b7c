"""What business holds of an erased person, and a backup that was made before he was erased."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.business.cases.test_permit import ANSWERS
from tests.known import MONDAY
from tongban import clock
from tongban.base.audit import actions as audit
from tongban.base.notices.models import Notice
from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases import queries as case_queries
from tongban.business.cases.actions import Application
from tongban.business.cases.erasing import CaseRunning
from tongban.business.cases.models import Case, Evidence
from tongban.business.certificates import actions as certificates
from tongban.business.certificates.erasing import CertificateInForce
from tongban.business.certificates.models import Certificate
from tongban.commands import backing, erasing
from tongban.commands.backing import restoring
from tongban.commands.erasing import ledger
from tongban.data.lake import actions as lake
from tongban.data.lake import store
from tongban.data.pipelines.erased import REGISTER, digest
from tongban.data.registers import rows
from tongban.data.registers.models import Identity, SubjectFacts
from tongban.engines.tables import Column, Schema

HE, SHE = "329901199003070020", "329901198805126626"
SCHEMA = Schema((Column("id", "integer", 2), Column("citizen_id", "string", 4)))
BASIS = "个人信息保护法第四十七条"


def silent(step: str, done: int, total: int) -> None:
    return None


def erase(target, at=MONDAY) -> None:
    erasing.erase(target, basis=BASIS, by="7", at=at, told=silent)


def identify(user: User, number: str) -> erasing.Target:
    Identity.objects.create(
        register=REGISTER,
        digest=digest(REGISTER, number),
        subject_id=user.subject_id,
        minted_at=MONDAY,
    )
    return erasing.of_key("person", number)


def apply(permit, user: User) -> Case:
    application = Application(ANSWERS, {}, Case.Channel.WEB)
    return cases.submit(version=permit, user=user, application=application, at=MONDAY)


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.SCRATCH = tmp_path / "scratch"
    settings.AUDIT_ANCHOR = tmp_path / "anchors"


@pytest.fixture
def granted(permit, citizen):
    """A permit that was granted at once: case, evidence, decision, certificate, notice."""
    user = citizen()
    return identify(user, HE), apply(permit, user), user


def test_a_certificate_in_force_refuses_and_nothing_changes(granted):
    target, case, user = granted
    assert case.status == Case.Status.GRANTED

    with pytest.raises(CertificateInForce):
        erase(target)

    user.refresh_from_db()
    assert user.is_active
    assert Evidence.objects.filter(case=case).exists()
    assert not ledger.place().exists()


def test_a_running_case_refuses_and_nothing_changes(permit, citizen):
    user = citizen("wang", insured_months=None)
    case = apply(permit, user)
    assert case.status == Case.Status.RUNNING

    with pytest.raises(CaseRunning, match=case.number):
        erase(identify(user, SHE))

    assert SubjectFacts.objects.filter(subject_id=user.subject_id).exists()


def test_a_case_keeps_its_course_and_nothing_of_the_person(granted):
    target, case, user = granted
    (made,) = Certificate.objects.all()
    certificates.revoke(certificate_id=made.pk, reason="本人申请", by="7", at=MONDAY)
    assert not erasing.prove(target, silent).is_clean

    erase(target)

    proof = erasing.prove(target, silent)
    assert proof.found == {}
    assert set(proof.kept) == {"audit_event"}  # by subject id, which now leads nowhere
    assert erasing.held(target).cases.cases == 0
    case.refresh_from_db()
    assert (case.status, case.applicant_id) == (Case.Status.GRANTED, "erased")
    assert case.events.exists() and case.decisions.exists()
    assert not Notice.objects.filter(subject_id=user.subject_id).exists()
    user.refresh_from_db()
    assert (user.is_active, user.username, user.subject_id) == (False, f"erased-{user.pk}", "")
    assert case_queries.applicant(case) == ""


@pytest.fixture
def state(transactional_db) -> Path:
    """A published edition with two people, one of whom will be erased."""
    edition = lake.open_edition(by="test", at=MONDAY)
    engine = store.engine()
    with engine.connect() as con:
        query = f"SELECT i AS id, if(i = 3, '{HE}', '{SHE}') AS citizen_id FROM range(5) t(i)"
        staged = engine.stage(con, query, "ods.people", SCHEMA, "r1")
        version = store.lake().commit(staged, lock=store.table_lock("ods.people"))
    lake.put_table(edition=edition, table="ods.people", version=version)
    lake.publish(edition=edition, by="test", at=MONDAY)
    user = User.objects.create(username="zhou", subject_id=f"P{'ZHOU':0>26}")
    SubjectFacts.objects.create(
        edition_number=edition.number,
        subject_id=user.subject_id,
        sealed=rows.seal({"citizen_id": (HE, "GA01:1:7")}),
    )
    User.objects.create(username="qin")
    identify(user, HE)
    audit.seal_pending(at=clock.now(), limit=1000)
    return store.scratch().parent


def test_restoring_an_older_backup_does_not_bring_the_person_back(state, capfd):
    file = state / "backup.tar"
    backing.take(file, at=MONDAY, told=silent)
    erase(erasing.of_key("person", HE))

    capfd.readouterr()
    with pytest.raises(SystemExit, match="0"):
        call_command("restore", str(file), verify=True, json=True)

    proof = json.loads(capfd.readouterr().out)
    assert [(t["table"], t["expected"], t["found"]) for t in proof["tables"]] == [
        ("ods.people", 5, 5)
    ]
    (again,) = proof["erased_again"]
    assert (again["found"], again["lake_rows"]) == ({}, 4)


def test_without_the_list_a_restore_says_so_and_it_can_be_replayed_later(state, settings, capfd):
    file, moved = state / "backup.tar", state / "elsewhere"
    backing.take(file, at=MONDAY, told=silent)
    erase(erasing.of_key("person", HE))
    ledger.place().rename(moved)
    home = state / "restored"
    environment = {k: v for k, v in os.environ.items() if k not in restoring.OWN_PLACES}
    environment |= {"TONGBAN_STATE": str(home), "TONGBAN_MASTER_KEY": master_key(settings)}

    def tongban(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tongban", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    who = ("--basis", BASIS, "--by", "qin", "--json")
    restored = tongban("restore", str(file))
    assert restored.returncode == 0 and "tongban erase --replay" in restored.stderr
    number = state / "number"
    number.write_text(HE)
    before = tongban("erase", "--key-file", str(number), "--dry-run", *who)
    assert json.loads(before.stdout)["held"]["tables"] == {"ods.people": 1}

    replayed = tongban("erase", "--replay", str(moved), *who)

    assert (replayed.returncode, json.loads(replayed.stdout)["proof"]["found"]) == (0, {})
    after = json.loads(tongban("erase", "--key-file", str(number), "--dry-run", *who).stdout)
    assert (after["held"]["tables"], after["held"]["registers"]["facts"]) == ({}, 0)


def master_key(settings) -> str:
    return (settings.STATE / "keys" / "master").read_text()


def test_a_list_that_was_changed_is_refused_by_line(state):
    erase(erasing.of_key("person", HE))
    text = ledger.place().read_text()
    ledger.place().write_text(text.replace(BASIS, "无"))

    with pytest.raises(ledger.ListDamaged, match="Line 1"):
        ledger.read(ledger.place())
