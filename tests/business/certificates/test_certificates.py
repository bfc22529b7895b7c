"""Issuing once, verifying by the code, revoking with a reason: rows, facts, notices, audit."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.business.applying import apply
from tests.business.refusing import everything, refused
from tests.known import KNOWN, MONDAY
from tongban.base.audit.models import Event
from tongban.base.notices import queries as notices
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases.models import Case
from tongban.business.certificates import actions, identifier, permissions, queries
from tongban.business.certificates.actions import Face
from tongban.business.certificates.models import Certificate
from tongban.data.exchange import gate
from tongban.data.registers.models import LiveFact

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 9, 21, 17, tzinfo=UTC)  # 01:00 of the 22nd in the city


@pytest.fixture
def held(permit, citizen):
    """A permit that was issued at once, and its holder."""
    user = citizen()
    case = apply(permit, user)
    return Certificate.objects.get(case_number=case.number), user


def facts_of(user, *keys):
    found = gate.read_facts(
        reader=gate.Reader(str(user.pk), "portal", "SJ", user.subject_id),
        use="self",
        subject_id=user.subject_id,
        keys=list(keys),
        at=MONDAY,
    )
    return [found[key].value if found[key].is_known else None for key in keys]


def test_an_issued_certificate_is_whole_and_audited(held):
    made, user = held
    assert (made.name_zh, made.name_en, made.status) == ("居住证", "Residence permit", "valid")
    assert (made.valid_from, made.valid_until) == (date(2026, 9, 21), date(2027, 9, 20))
    assert (made.kind, made.office.code) == (f"{made.office.uscc}021", "GA")
    assert identifier.is_valid(made.identifier)
    assert made.number == f"329900{made.identifier.split('.')[-3]}"
    assert str(made) == made.number
    event = Event.objects.get(kind="certificate.issued")
    assert (event.actor, event.office, event.subjects) == ("platform", "GA", [user.subject_id])
    assert (event.subject_type, event.subject_id) == ("certificate", str(made.pk))


def test_nothing_personal_of_a_certificate_lies_readable(held):
    stored = repr(Certificate.objects.values().get())
    for value in (KNOWN["name"], KNOWN["citizen_id"], KNOWN["residence_address"]):
        assert value not in stored


def test_a_second_call_for_one_case_gives_the_first_certificate(held):
    made, _ = held
    before = everything()
    face = Face("X", "别的证", "Another", "PWANG", {}, date(2026, 1, 1), date(2026, 1, 2))
    again = actions.issue(
        face=face, office=made.office, case_number=made.case_number, by="7", at=MONDAY
    )
    assert again == made
    assert everything() == before


def test_numbers_and_codes_are_never_given_twice(held):
    made, _ = held
    others = [
        actions.issue(
            face=Face("K", "证", "C", "P", {}, date(2026, 1, 1), date(2026, 1, 2)),
            office=made.office,
            case_number=f"T-{n}",
            by="t",
            at=MONDAY,
        )
        for n in range(3)
    ]
    for field in ("number", "identifier", "verify_code"):
        assert len({getattr(each, field) for each in [made, *others]}) == 4
    assert {len(each.verify_code) for each in others} == {16}


def test_the_serial_begins_with_the_citys_day(held):
    made, _ = held
    face = Face("K", "证", "C", "P", {}, date(2026, 9, 22), date(2026, 9, 23))
    night = actions.issue(face=face, office=made.office, case_number="T", by="t", at=NIGHT)
    assert night.number[6:14] == "20260922"


def test_the_code_finds_the_certificate_and_any_other_text_finds_none(held):
    made, _ = held
    assert queries.by_verify_code(made.verify_code) == made
    code = made.verify_code
    for wrong in ("", code[:-1], f"{code}x", code.swapcase(), f" {code}", "%", made.number):
        assert queries.by_verify_code(wrong) is None


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2026, 9, 20), False),
        (date(2026, 9, 21), True),
        (date(2027, 9, 20), True),
        (date(2027, 9, 21), False),
    ],
)
def test_it_is_in_force_from_the_first_to_the_last_day(held, day, in_force):
    assert queries.is_in_force(held[0], day) == in_force


def test_a_revoked_certificate_is_over_on_every_day_and_its_holder_knows_why(held, approver):
    made, user = held
    later = MONDAY + timedelta(days=30)

    actions.revoke(certificate_id=made.pk, reason=" 已迁出本市 ", user=approver, at=later)

    made.refresh_from_db()
    assert (made.status, made.revoked_at, made.revoked_reason) == ("revoked", later, "已迁出本市")
    assert not queries.is_in_force(made, MONDAY.date())
    notice = notices.box(user.subject_id)[0]
    assert notice.words_zh == "您的居住证已注销，原因：已迁出本市"
    assert notice.words_en == "Your certificate (Residence permit) was revoked: 已迁出本市"
    event = Event.objects.get(kind="certificate.revoked")
    assert (event.actor, event.office, event.subjects) == (
        str(approver.pk),
        "GA",
        [user.subject_id],
    )
    assert "迁出" not in repr(event.details)
    assert Case.objects.get(number=made.case_number).status == Case.Status.GRANTED


def test_what_a_revoked_certificate_made_true_is_unknown_again(held, approver):
    made, user = held
    keys = ("holds_valid_permit", "permit_valid_until")
    assert facts_of(user, *keys) == [True, made.valid_until]

    actions.revoke(certificate_id=made.pk, reason="已迁出本市", user=approver, at=MONDAY)

    assert facts_of(user, *keys) == [None, None]


def test_facts_that_another_certificate_made_true_stay(held, approver):
    made, user = held
    LiveFact.objects.filter(key="holds_valid_permit").update(origin="certificate:another")
    actions.revoke(certificate_id=made.pk, reason="换发", user=approver, at=MONDAY)
    assert facts_of(user, "holds_valid_permit", "permit_valid_until") == [True, None]


@pytest.mark.parametrize("reason", ["", " \n", "字" * 201])
def test_a_certificate_is_not_revoked_without_a_reason(held, reason, approver):
    made, _ = held
    with refused(
        actions.SayWhyRevoked,
        f"请用 1 至 200 个字写明注销证照 {made.identifier} 的原因，持证人会看到。",
        f"Say in 1 to 200 characters why certificate {made.identifier} is revoked: its holder "
        "will read it.",
    ):
        actions.revoke(certificate_id=made.pk, reason=reason, user=approver, at=MONDAY)


@pytest.mark.parametrize(
    ("role", "office"), [("approver", "RS"), ("lead", "RS"), ("clerk", "GA"), ("supervisor", "SJ")]
)
def test_only_an_approver_or_the_head_of_the_office_that_issued_it_revokes_it(
    held, staff, role, office
):
    made, _ = held
    other = staff(role, office)
    with refused(
        permissions.NotYourOfficesCertificate,
        "该证照由公安局签发，只有该单位的审批人员或负责人可以注销。",
        f"Only an approver or the head of {made.office.short_en}, which issued it, may revoke this "
        "certificate.",
    ):
        actions.revoke(certificate_id=made.pk, reason="遗失", user=other, at=MONDAY)


def test_nobody_revokes_his_own(held):
    made, user = held
    people.appoint(user=user, office_code="GA", role=Post.Role.APPROVER, by="t", at=MONDAY)
    with refused(
        permissions.YourOwnCertificate,
        "这是您本人的证照，您应当回避，请由同事办理。",
        "This certificate is your own: a colleague has to revoke it.",
    ):
        actions.revoke(certificate_id=made.pk, reason="遗失", user=user, at=MONDAY)


def test_a_certificate_is_revoked_once_and_the_day_told_is_the_citys(held, approver):
    made, _ = held
    actions.revoke(certificate_id=made.pk, reason="遗失", user=approver, at=NIGHT)
    with refused(
        actions.AlreadyRevoked,
        f"证照 {made.identifier} 已于 2026-09-22 注销。",
        f"Certificate {made.identifier} was revoked on 2026-09-22.",
    ):
        actions.revoke(certificate_id=made.pk, reason="遗失", user=approver, at=MONDAY)


def test_a_persons_certificates_come_newest_first_and_are_his_alone(held, permit, citizen):
    made, user = held
    face = Face("K", "证", "C", user.subject_id, {}, date(2026, 1, 1), date(2026, 1, 2))
    newer = actions.issue(face=face, office=made.office, case_number="T", by="t", at=MONDAY)
    apply(permit, citizen("wang"))

    assert list(queries.of_holder(user.subject_id)) == [newer, made]
    assert queries.by_case("T") == newer
    assert queries.by_case("none") is None
