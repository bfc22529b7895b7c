"""Everything that changes regions, offices, accounts and posts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people import queries
from tongban.base.people.models import City, Office, Post, Region, User
from tongban.errors import Refusal


class AdministratorsAreThreePeople(Refusal):
    """{account} cannot be {role_en}: an administrator holds no other post,
    and each of the three administrators is another person."""

    zh = "{account} 不能担任{role_zh}：管理员不得兼任其他岗位，三类管理员必须是三个人。"


class UnknownRole(Refusal):
    """There is no post {role}; there are: {known}."""

    zh = "没有岗位 {role}，可用的有：{known}。"


class SubjectHasAccount(Refusal):
    """This person or company has an account already: {account}. Open that one again."""

    zh = "该主体已有账号 {account}，请重新启用该账号。"


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
    """Make the account, or give an existing one a new password, name and subject.

    Raises SubjectHasAccount where another account is the subject's; then nothing has changed.
    """
    other = User.objects.exclude(username=username).filter(subject_id=subject_id).first()
    if subject_id and other is not None:
        raise SubjectHasAccount(account=other.username)
    user, _ = User.objects.get_or_create(username=username)
    user.display_name, user.subject_id = display_name, subject_id
    user.set_password(password)
    user.save()
    audit.record("account.opened", ("account", str(user.pk)), actor=by, at=at)
    return user


@transaction.atomic
def open_without_log_in(*, username: str, display_name: str, by: str, at: datetime) -> User:
    """The account of nobody: closed, and no password opens it. The one that is there stays."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    user = User(username=username, display_name=display_name, is_active=False)
    user.set_unusable_password()
    user.save()
    audit.record("account.opened", ("account", str(user.pk)), actor=by, at=at)
    return user


@transaction.atomic
def appoint(*, user: User, office_code: str, role: str, by: str, at: datetime) -> Post:
    """Give an account a post; nothing happens where it holds it. Raises UnknownRole, UnknownOffice,
    and AdministratorsAreThreePeople where it would mix an administration with anything else."""
    if role not in Post.Role.values:
        raise UnknownRole(role=role, known=", ".join(Post.Role.values))
    office = queries.office(office_code)
    user = User.objects.select_for_update().get(pk=user.pk)
    held = user.posts.filter(office=office, role=role).first()
    if held is not None:
        return held
    others = set(user.posts.values_list("role", flat=True))
    if others and {role, *others} & set(Post.ADMINISTRATORS):
        role_zh, role_en = queries.role_names(role)
        raise AdministratorsAreThreePeople(account=user.username, role_zh=role_zh, role_en=role_en)
    post = Post.objects.create(user=user, office=office, role=role)
    audit.record(
        "account.appointed",
        ("account", str(user.pk)),
        actor=by,
        at=at,
        details={"office": office_code, "role": role},
    )
    return post
