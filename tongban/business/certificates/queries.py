"""Certificates as their holder sees them, and as anybody may verify them."""

import json
from collections.abc import Mapping
from datetime import date

from django.conf import settings

from tongban.business.certificates.actions import PURPOSE
from tongban.business.certificates.models import Certificate


def of_holder(subject_id: str):
    """Newest first."""
    return Certificate.objects.filter(holder_id=subject_id).select_related("office").order_by("-pk")


def by_case(number: str) -> Certificate | None:
    return Certificate.objects.filter(case_number=number).select_related("office").first()


def by_verify_code(code: str) -> Certificate | None:
    """What a scanned code leads to. The public page shows no personal field of it."""
    return Certificate.objects.filter(verify_code=code).select_related("office").first()


def content(certificate: Certificate) -> Mapping[str, str]:
    return json.loads(settings.VAULT.open(bytes(certificate.content_sealed), PURPOSE))


def is_in_force(certificate: Certificate, on: date) -> bool:
    return (
        certificate.status == Certificate.Status.VALID
        and certificate.valid_from <= on <= certificate.valid_until
    )
