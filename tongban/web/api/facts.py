"""Facts of one person, through the gate."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import BaseModel

from tongban import clock
from tongban.base.people import permissions
from tongban.base.people.models import User
from tongban.business.cases import permissions as cases
from tongban.data.exchange import gate
from tongban.errors import Refusal

router = Router(tags=["facts"])
REVIEW = "review:"  # the use of who decides an item's cases


class NobodysAccount(Refusal):
    """This account belongs to no person or company of whom facts could be held."""

    zh = "这个账号不属于任何自然人或企业，没有可以读取的本人信息。"


class FactOut(BaseModel, from_attributes=True):
    """A fact with its origin. `value` is null where it is unknown."""

    key: str
    label_zh: str
    label_en: str
    value: Any
    is_known: bool
    is_masked: bool
    type: str
    grade: int
    source: str
    office_zh: str
    office_en: str
    as_of: datetime | None
    edition: int


class Asked(Schema):
    """For which use, and which facts; all that the grants allow when none is named."""

    use: str
    office: str
    post: str
    key: list[str] = []


@router.get("/me/facts", response=list[FactOut], auth=django_auth)
def my_facts(request: HttpRequest):
    """Everything that is held of the person who is logged in."""
    user: User = request.user  # pyright: ignore[reportAssignmentType]
    if not user.subject_id:
        raise NobodysAccount
    reader = gate.Reader(str(user.pk), "portal", "SJ", user.subject_id)
    return _read(reader, "self", user.subject_id, [])


@router.get("/subjects/{subject_id}/facts", response=list[FactOut], auth=django_auth)
def facts_of(request: HttpRequest, subject_id: str, asked: Query[Asked]):
    """Facts of one subject, for a post that holds a grant for this use."""
    user: User = request.user  # pyright: ignore[reportAssignmentType]
    permissions.check_holds_at(user, asked.office, asked.post)
    if asked.use.startswith(REVIEW):
        cases.check_can_review(asked.office, subject_id, asked.use.removeprefix(REVIEW))
    reader = gate.Reader(str(user.pk), asked.post, asked.office, user.subject_id)
    return _read(reader, asked.use, subject_id, asked.key)


def _read(reader: gate.Reader, use: str, subject_id: str, keys: list[str]) -> list[gate.Fact]:
    at = clock.now()
    wanted = keys or gate.may_read(reader, use, timezone.localdate(at))
    found = gate.read_facts(reader=reader, use=use, subject_id=subject_id, keys=wanted, at=at)
    return [found[key] for key in sorted(found)]
