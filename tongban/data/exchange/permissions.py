"""Who may grant what: never more than he holds, never what its owner does not share."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.data.exchange import conditions
from tongban.data.exchange.models import Grant
from tongban.data.exchange.standing import StandingGrant
from tongban.data.lake import queries as lake
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import Resource
from tongban.data.pipelines import queries as pipelines
from tongban.errors import Refusal

GRANTING = (Post.Role.STEWARD, Post.Role.APPROVER)


class NotOfTheGrantor(Refusal):
    """{username} holds no post of office {office} that grants data."""

    zh = "{username} 没有 {office} 的数据管理或审批岗位，不能代表该部门授权。"


class NotShared(Refusal):
    """{owner} shares {resource} ({column}) with no other office, and {relation}.{of} is made from
    it."""

    zh = "{owner} 不予共享 {resource}（{column}），{relation}.{of} 由它得出，不能授权给其他部门。"


class MoreThanHeld(Refusal):
    """{office} cannot grant {what_en} of {relation}: it does not hold it itself."""

    zh = "{office} 自己没有 {relation} 的{what_zh}，不能授权给他人。"


def check_can_grant(by: User, terms: StandingGrant, at: datetime) -> Grant | None:
    """The grant that is passed on; None where the grantor owns the relation. Locks it."""
    posts = [people.offices_as(by, role) for role in GRANTING]
    if not by.is_active or not any(terms.grantor in offices for offices in posts):
        raise NotOfTheGrantor(username=by.username, office=terms.grantor)
    _check_shared(terms)
    if _owner(terms.relation) == terms.grantor:
        return None
    return _covering(terms, at)


def _owner(relation: str) -> str:
    owner = Resource.objects.filter(table=relation).values_list("owner__code", flat=True).first()
    made_by = {model.name: model.owner for model, _ in pipelines.live_models()}
    return owner or made_by[relation]


def _check_shared(terms: StandingGrant) -> None:
    """Every source column that a granted column is made from must be shared with the grantee."""
    resources = {resource.table: resource for resource in lake.resources()}
    contracts: dict[str, Contract] = {}
    for of in terms.columns:
        for table, column in _sources(terms.relation, of):
            resource = resources.get(table)
            if resource is None or resource.owner.code == terms.grantee.office:
                continue
            contract = contracts.setdefault(table, lake.live_contract(resource))
            if _share(contract, column) == "denied":
                raise NotShared(
                    owner=resource.owner.short,
                    resource=str(resource),
                    column=column,
                    relation=terms.relation,
                    of=of,
                )


def _sources(relation: str, column: str) -> Iterator[tuple[str, str]]:
    yield relation, column
    for edge in pipelines.upstream(relation, column):
        yield edge.source, edge.source_column


def _share(contract: Contract, column: str) -> str:
    """A column may be shared less than its dataset, or more."""
    own = next((part.share for part in contract.columns if part.name == column), None)
    return own or contract.resource.share


def _covering(terms: StandingGrant, at: datetime) -> Grant:
    """A grant to the grantor that allows all of this. Raises MoreThanHeld with the first thing
    that the nearest one does not."""
    day = timezone.localdate(at)
    held = Grant.objects.select_for_update().filter(
        office=terms.grantor,
        relation=terms.relation,
        withdrawn_at=None,
        valid_from__lte=day,
        valid_until__gte=day,
    )
    lacking = ("数据", "data")
    for grant in held.order_by("code"):
        beyond = _beyond(terms, grant)
        if beyond is None:
            return grant
        lacking = beyond
    raise MoreThanHeld(
        office=terms.grantor, relation=terms.relation, what_zh=lacking[0], what_en=lacking[1]
    )


def _beyond(terms: StandingGrant, held: Grant) -> tuple[str, str] | None:
    """The first thing that the held grant does not allow, in Chinese and English."""
    for column in terms.columns:
        if column not in held.columns:
            return f"列 {column}", f"column {column}"
        if column in held.mask and terms.mask.get(column) not in (held.mask[column], "hidden"):
            return f"未脱敏的列 {column}", f"column {column} as clear as that"
    parts = conditions.parts(conditions.parse(terms.row_filter))
    if not conditions.parts(conditions.parse(held.row_filter)) <= parts:
        return "范围以外的行", "rows beyond its own row filter"
    if terms.quota.rows > held.rows_per_request or terms.quota.requests > held.requests_per_day:
        return "这么大的配额", "so large a quota"
    if terms.from_ < held.valid_from or terms.until > held.valid_until:
        return "这么长的期限", "so long a time"
    return None
