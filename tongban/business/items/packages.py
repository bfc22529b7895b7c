"""Packages as they are live."""

import json
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion, PackageVersion, ServicePackage
from tongban.business.items.package_terms import Terms

Status = PackageVersion.Status


@transaction.atomic
def publish(*, terms: Terms, by: str, at: datetime) -> PackageVersion:
    """Make this the package's live version, unless it is. Raises UnknownOffice."""
    part = terms.package
    lead = people.office(part.lead)
    names = {"name_zh": part.name.zh, "name_en": part.name.en, "lead": lead}
    package, _ = ServicePackage.objects.select_for_update(of=("self",)).get_or_create(
        code=part.code, defaults=names
    )
    ServicePackage.objects.filter(pk=package.pk).update(**names)
    content = terms.model_dump(mode="json")
    digest = vault.fingerprint(json.dumps(content, sort_keys=True))
    live = package.versions.filter(status=Status.LIVE).first()
    if live is not None and live.content_hash == digest:
        return live
    package.versions.filter(status=Status.LIVE).update(status=Status.RETIRED)
    last = package.versions.order_by("-number").first()
    version = PackageVersion.objects.create(
        package=package,
        number=last.number + 1 if last else 1,
        status=Status.LIVE,
        content=content,
        content_hash=digest,
        made_at=at,
        made_by=by,
    )
    audit.record(
        "package.published",
        ("package", package.code),
        actor=by,
        at=at,
        office=lead.code,
        details={"version": version.number},
    )
    return version


@once_each
def terms_of(version: PackageVersion) -> Terms:
    return Terms.model_validate(version.content)


def live() -> QuerySet[PackageVersion]:
    return (
        PackageVersion.objects.filter(status=Status.LIVE)
        .select_related("package__lead")
        .order_by("package__code")
    )


def members(version: PackageVersion) -> dict[str, ItemVersion]:
    """The live versions of its items, in its order; what has none any more is left out."""
    codes = terms_of(version).codes
    found = ItemVersion.objects.filter(status=ItemVersion.Status.LIVE, item__code__in=codes)
    by_code = {each.item.code: each for each in found.select_related("item__office")}
    return {code: by_code[code] for code in codes if code in by_code}


def found(asked: str) -> list[PackageVersion]:
    """Those whose name or one of whose other names holds what was asked, or is held by it."""
    wanted = asked.strip().casefold()
    return [version for version in live() if wanted and _is_called(version, wanted)]


def _is_called(version: PackageVersion, wanted: str) -> bool:
    part = terms_of(version).package
    names = (part.name.zh, part.name.en, *part.synonyms)
    return any(wanted in name.casefold() or name.casefold() in wanted for name in names)
