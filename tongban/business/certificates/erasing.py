"""What stays of a certificate when its holder is erased under law."""

import json
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tongban.business.certificates import queries
from tongban.business.certificates.actions import PURPOSE
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal

ERASED = "erased"


class CertificateInForce(Refusal):
    """Certificate {identifier} is in force until {until:%Y-%m-%d}. Revoke it first, or wait; until
    then nobody can be erased who holds it."""

    zh = "证照 {identifier} 有效期至 {until:%Y-%m-%d}。请先注销或待其到期，在此之前不能删除持证人。"


def check_can_erase(subject_id: str, on: date) -> None:
    for certificate in queries.of_holder(subject_id):
        if queries.is_in_force(certificate, on):
            until = certificate.valid_until
            raise CertificateInForce(identifier=certificate.identifier, until=until)


def count(subject_id: str) -> int:
    return Certificate.objects.filter(holder_id=subject_id).count()


@transaction.atomic
def erase(subject_id: str, at: datetime) -> int:
    """Whoever scans its code still learns that it was issued, by whom, and that it is over."""
    today = timezone.localdate(at)
    held = list(Certificate.objects.select_for_update().filter(holder_id=subject_id))
    for certificate in held:
        if queries.is_in_force(certificate, today):  # brought back by an older backup
            certificate.status, certificate.revoked_at = Certificate.Status.REVOKED, at
        certificate.holder_id = ERASED
        certificate.number = f"{ERASED}-{certificate.pk}"
        certificate.revoked_reason = ""  # an officer's words may name him
        certificate.content_sealed = settings.VAULT.seal(json.dumps({}).encode(), PURPOSE)
        certificate.save()
    return len(held)
