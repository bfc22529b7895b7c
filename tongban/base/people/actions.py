"""Everything that changes regions, offices, accounts and posts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import City, Office, Post, Region, User
from tongban.errors import Refusal


class AdministratorsAreThreePeople(Refusal):
    """{account} cannot be {role}: an administrator holds no other post,
    and each of the three administrators is another person."""

    zh = "{account} 不能担任 {role}：管理员不得兼任其他岗位，三类管理员必须是三个人。"


class UnknownOffice(Refusal):
    """There is no office {code}; load it from offices.csv first."""

    zh = "没有部门 {code}，请先从 offices.csv 装载。"


@transaction.atomic
def name_city(*, terms: dict[str, str], by: str, at: datetime) -> City:
    """`terms` are the fields of City."""
    city, _ = City.objects.update_or_create(id=1, defaults=terms)
    audit.record("city.named", ("city", city.region_code), actor=by, at=at)
    return city


@transaction.atomic
def load_regions(rows: Iterable[Mapping[str, Any]], *, by: str, at: datetime) -> int:
    """`rows` have the field names of Region; returns how many there are."""
    regions = [Region(**row) for row in rows]
    Region.objects.bulk_create(
        regions,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            *("name_zh", "name_en", "level", "parent_code"),
            *("valid_from", "valid_until", "successor_code"),
        ],
    )
    audit.record(
        "regions.loaded", ("regions", "all"), actor=by, at=at, details={"rows": len(regions)}
    )
    return len(regions)


@transaction.atomic
def load_offices(rows: Iterable[Mapping[str, Any]], *, by: str, at: datetime) -> int:
    offices = [Office(**row) for row in rows]
    Office.objects.bulk_create(
        offices,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "short_zh", "short_en", "uscc", "region_code"],
    )
    audit.record(
        "offices.loaded", ("offices", "all"), actor=by, at=at, details={"rows": len(offices)}
    )
    return len(offices)


@transaction.atomic
def open_account(
    *,
    username: str,
    password: str,
    display_name: str,
    subject_id: str = "",
    by: str,
    at: datetime,
) -> User:
    """Make the account, or give an existing one a new password and name."""
    user, _ = User.objects.get_or_create(username=username)
    user.display_name, user.subject_id = display_name, subject_id
    user.set_password(password)
    user.save()
    audit.record("account.opened", ("account", str(user.pk)), actor=by, at=at)
    return user


@transaction.atomic
def appoint(*, user: User, office_code: str, role: str, by: str, at: datetime) -> Post:
    """Give an account a post. Raises when it would mix an administration with anything else."""
    office = Office.objects.filter(code=office_code).first()
    if office is None:
        raise UnknownOffice(code=office_code)
    user = User.objects.select_for_update().get(pk=user.pk)
    held = set(user.posts.values_list("role", flat=True)) - {role}
    is_administration = role in Post.ADMINISTRATORS
    if (is_administration and held) or held & set(Post.ADMINISTRATORS):
        raise AdministratorsAreThreePeople(account=user.username, role=role)
    post, _ = Post.objects.get_or_create(user=user, office=office, role=role)
    audit.record(
        "account.appointed",
        ("account", str(user.pk)),
        actor=by,
        at=at,
        details={"office": office_code, "role": role},
    )
    return post
