"""Everything that changes certificates."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.notices import actions as notices
from tongban.base.people.models import Office, User
from tongban.business.certificates import identifier, permissions
from tongban.business.certificates.models import Certificate
from tongban.data.registers import actions as registers
from tongban.data.registers.models import LiveFact
from tongban.errors import Refusal
from tongban.sql import only_row

PURPOSE = "certificate"
LONGEST_REASON = 200  # characters


class AlreadyRevoked(Refusal):
    """Certificate {identifier} was revoked on {on:%Y-%m-%d}."""

    zh = "证照 {identifier} 已于 {on:%Y-%m-%d} 注销。"


class SayWhyRevoked(Refusal):
    """Say in 1 to {most} characters why certificate {identifier} is revoked: its holder will read
    it."""

    zh = "请用 1 至 {most} 个字写明注销证照 {identifier} 的原因，持证人会看到。"


@dataclass(frozen=True)
class Face:
    """What a certificate says and whose it is."""

    kind: str
    name_zh: str
    name_en: str
    holder_id: str
    content: Mapping[str, str]  # label → value, in print order
    valid_from: date
    valid_until: date


@transaction.atomic
def issue(*, face: Face, office: Office, case_number: str, by: str, at: datetime) -> Certificate:
    """Issue once per case; a second call for the same case returns the first certificate."""
    issued = Certificate.objects.filter(case_number=case_number).first()
    if issued is not None:
        return issued
    serial = _serial(at)
    made = Certificate.objects.create(
        identifier=identifier.build(kind=face.kind, issuer=office.uscc, serial=serial, version=1),
        number=f"{office.region_code}{serial}",
        kind=face.kind,
        name_zh=face.name_zh,
        name_en=face.name_en,
        holder_id=face.holder_id,
        content_sealed=settings.VAULT.seal(
            json.dumps(face.content, ensure_ascii=False).encode(), PURPOSE
        ),
        office=office,
        case_number=case_number,
        issued_at=at,
        valid_from=face.valid_from,
        valid_until=face.valid_until,
        verify_code=secrets.token_urlsafe(12),
    )
    audit.record(
        "certificate.issued",
        ("certificate", str(made.pk)),
        actor=by,
        at=at,
        office=office.code,
        subjects=[face.holder_id],
    )
    return made


@transaction.atomic
def revoke(*, certificate_id: int, reason: str, user: User, at: datetime) -> Certificate:
    """From now on it verifies as revoked, and what it made true is unknown again; the holder is
    told."""
    certificate = (
        Certificate.objects.select_related("office")
        .select_for_update(of=("self",))
        .get(pk=certificate_id)
    )
    permissions.check_can_revoke(user, certificate)
    name, reason = certificate.identifier, reason.strip()
    if certificate.revoked_at is not None:
        raise AlreadyRevoked(identifier=name, on=timezone.localtime(certificate.revoked_at))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise SayWhyRevoked(identifier=name, most=LONGEST_REASON)
    certificate.status, certificate.revoked_at = Certificate.Status.REVOKED, at
    certificate.revoked_reason = reason
    certificate.save(update_fields=["status", "revoked_at", "revoked_reason"])
    _take_back_facts(certificate, at)
    notices.tell(
        subject_id=certificate.holder_id,
        about=("certificate", str(certificate.pk)),
        zh=f"您的{certificate.name_zh}已注销，原因：{reason}",
        en=f"Your certificate ({certificate.name_en}) was revoked: {reason}",
        at=at,
    )
    audit.record(
        "certificate.revoked",
        ("certificate", str(certificate.pk)),
        actor=str(user.pk),
        at=at,
        office=certificate.office.code,
        post=permissions.revoking_post(user, certificate),
        subjects=[certificate.holder_id],
    )
    return certificate


def origin(certificate: Certificate) -> str:
    """By which the facts that a certificate made true name it."""
    return f"certificate:{certificate.identifier}"


def _take_back_facts(certificate: Certificate, at: datetime) -> None:
    """Unknown, not false: another certificate may hold, so a person has to look."""
    stated = LiveFact.objects.filter(
        subject_id=certificate.holder_id, origin=origin(certificate)
    ).order_by("key")
    for key in stated.values_list("key", flat=True):
        registers.state_fact(
            subject_id=certificate.holder_id,
            key=key,
            value=None,
            origin=origin(certificate),
            at=at,
            until=certificate.valid_until,
        )


def _serial(at: datetime) -> str:
    """Eight digits of the city's day and seven of the database's own count; never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('certificates_certificate', 'id'))")
        (count,) = only_row(cursor)
    return f"{timezone.localdate(at):%Y%m%d}{count:07d}"
