"""The terms of a grant, as in a city's grants.toml: validated, and named when wrong."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationError

from tongban import validation
from tongban.data.exchange import conditions
from tongban.data.exchange.conditions import ConditionInvalid
from tongban.data.exchange.masks import MASKS
from tongban.data.lake.contract import Code, Strict, Words
from tongban.errors import Refusal


class GrantInvalid(Refusal):
    """grants.toml, {code}: {problem_en}"""

    zh = "grants.toml 的 {code}：{problem_zh}"


class Grantee(Strict):
    office: Code
    post: str


class Quota(Strict):
    rows: int = Field(gt=0)
    per: Literal["request"]
    requests: int = Field(gt=0)
    every: Literal["day"]


class StandingGrant(Strict):
    code: Code
    use: str
    name: Words
    grantee: Grantee
    purpose: Words
    basis: Words
    grantor: Code
    relation: str
    columns: tuple[str, ...] = Field(min_length=1)
    mask: dict[str, str] = {}
    row_filter: str = Field(default="", max_length=conditions.LONGEST)
    quota: Quota
    from_: date = Field(alias="from")
    until: date

    def terms(self) -> dict[str, Any]:
        """As fields of Grant."""
        return {
            "name_zh": self.name.zh,
            "name_en": self.name.en,
            "office": self.grantee.office,
            "post": self.grantee.post,
            "use": self.use,
            "purpose_zh": self.purpose.zh,
            "purpose_en": self.purpose.en,
            "basis_zh": self.basis.zh,
            "basis_en": self.basis.en,
            "grantor": self.grantor,
            "relation": self.relation,
            "columns": list(self.columns),
            "mask": self.mask,
            "row_filter": self.row_filter,
            "rows_per_request": self.quota.rows,
            "requests_per_day": self.quota.requests,
            "valid_from": self.from_,
            "valid_until": self.until,
        }


def read(content: Mapping[str, Any]) -> StandingGrant:
    """Raises GrantInvalid with the grant, the key and what is expected there."""
    try:
        grant = StandingGrant.model_validate(content)
    except ValidationError as error:
        code = str(content.get("code", "?"))
        zh, en = validation.words(error)
        raise GrantInvalid(code=code, problem_zh=zh, problem_en=en) from error
    for column, mask in grant.mask.items():
        if mask not in MASKS or column not in grant.columns:
            zh, en = f"mask 不成立：{column} = {mask}", f"mask cannot be: {column} = {mask}"
            raise GrantInvalid(code=grant.code, problem_zh=zh, problem_en=en)
    try:
        conditions.parse(grant.row_filter)
    except ConditionInvalid as refusal:
        zh, en = f"row_filter：{refusal.told('zh')}", f"row_filter: {refusal.told('en')}"
        raise GrantInvalid(code=grant.code, problem_zh=zh, problem_en=en) from refusal
    return grant


def check(
    grant: StandingGrant, offices: Collection[str], relations: Mapping[str, Collection[str]]
) -> None:
    """Raises GrantInvalid where it names an office, relation or column that does not exist."""
    for office in (grant.grantee.office, grant.grantor):
        if office not in offices:
            raise GrantInvalid(
                code=grant.code, problem_zh=f"没有部门 {office}", problem_en=f"no office {office}"
            )
    columns = relations.get(grant.relation)
    if columns is None:
        zh, en = f"没有数据表 {grant.relation}", f"no relation {grant.relation}"
        raise GrantInvalid(code=grant.code, problem_zh=zh, problem_en=en)
    for column in (*grant.columns, *conditions.columns(conditions.parse(grant.row_filter))):
        if column not in columns:
            zh = f"{grant.relation} 没有列 {column}"
            en = f"{grant.relation} has no column {column}"
            raise GrantInvalid(code=grant.code, problem_zh=zh, problem_en=en)
