"""Everything that changes grants."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.data.exchange import permissions, standing
from tongban.data.exchange.models import Grant
from tongban.data.exchange.standing import StandingGrant
from tongban.data.lake import queries as lake
from tongban.data.pipelines import queries as pipelines
from tongban.errors import Refusal


class NoSuchGrant(Refusal):
    """There is no grant {code} that could be withdrawn."""

    zh = "没有可以撤销的授权 {code}。"


class CodeTaken(Refusal):
    """There is a grant {code} already; give the new one another code."""

    zh = "授权编号 {code} 已被使用，请另取编号。"


@transaction.atomic
def adopt_standing(*, grant: StandingGrant, by: str, at: datetime) -> Grant:
    """Give a grant of the city folder, or bring it to the folder's terms.

    One that was withdrawn here stays withdrawn until the folder says something else.
    """
    terms = grant.terms()
    held = Grant.objects.select_for_update().filter(code=grant.code).first()
    if held is not None and all(getattr(held, name) == value for name, value in terms.items()):
        return held
    if held is not None:  # what was passed on of it was within the old terms
        _withdraw_passed(held, by=by, at=at)
    made, _ = Grant.objects.update_or_create(
        code=grant.code, defaults={**terms, "withdrawn_at": None, "passed_on": None}
    )
    _record("grant.given", made, by=by, at=at)
    return made


@transaction.atomic
def grant(*, terms: StandingGrant, by: User, at: datetime) -> Grant:
    """Give at run time what a request for data was decided to give; its only caller is `sharing`.

    Raises what permissions.check_can_grant says, and GrantInvalid for an office, relation or column
    that is not there.
    """
    standing.check(terms, people.offices(), _relations())
    held = permissions.check_can_grant(by, terms, at)
    if Grant.objects.filter(code=terms.code).exists():
        raise CodeTaken(code=terms.code)
    made = Grant.objects.create(code=terms.code, passed_on=held, **terms.terms())
    _record("grant.given", made, by=str(by.pk), at=at)
    return made


@transaction.atomic
def withdraw(*, code: str, by: str, at: datetime) -> None:
    """From now on nobody reads under it, nor under what its grantee passed on of it."""
    held = Grant.objects.select_for_update().filter(code=code, withdrawn_at=None).first()
    if held is None:
        raise NoSuchGrant(code=code)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    _record("grant.withdrawn", held, by=by, at=at)
    _withdraw_passed(held, by=by, at=at)


def _withdraw_passed(held: Grant, *, by: str, at: datetime) -> None:
    for code in held.passed.filter(withdrawn_at=None).values_list("code", flat=True):
        withdraw(code=code, by=by, at=at)


def _record(kind: str, made: Grant, *, by: str, at: datetime) -> None:
    audit.record(kind, ("grant", made.code), actor=by, at=at, basis=made.basis_zh)


def _relations() -> dict[str, Collection[str]]:
    """Every relation that can be granted, with its columns; two queries."""
    found: dict[str, Collection[str]] = {
        model.name: model.columns for model, _ in pipelines.live_models()
    }
    for resource in lake.resources():
        contract = lake.live_contract(resource)
        found[contract.table] = [column.name for column in contract.columns]
    return found
