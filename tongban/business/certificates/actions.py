"""Everything that changes certificates."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import Office
from tongban.business.certificates import identifier
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal
from tongban.sql import only_row

PURPOSE = "certificate"


class AlreadyRevoked(Refusal):
    """Certificate {identifier} was revoked on {on:%Y-%m-%d}."""

    zh = "证照 {identifier} 已于 {on:%Y-%m-%d} 注销。"


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
def revoke(*, certificate_id: int, reason: str, by: str, at: datetime) -> Certificate:
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if certificate.revoked_at is not None:
        raise AlreadyRevoked(identifier=certificate.identifier, on=certificate.revoked_at)
    certificate.status, certificate.revoked_at = Certificate.Status.REVOKED, at
    certificate.revoked_reason = reason
    certificate.save(update_fields=["status", "revoked_at", "revoked_reason"])
    audit.record(
        "certificate.revoked",
        ("certificate", str(certificate.pk)),
        actor=by,
        at=at,
        subjects=[certificate.holder_id],
    )
    return certificate


def _serial(at: datetime) -> str:
    """Eight digits of the day and seven of the database's own count; never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('certificates_certificate', 'id'))")
        (count,) = only_row(cursor)
    return f"{at:%Y%m%d}{count:07d}"
