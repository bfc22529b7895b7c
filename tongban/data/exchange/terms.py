"""Which grant lets a reader read, and how often it still may."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from tongban import sql
from tongban.data.exchange.models import Grant
from tongban.data.exchange.prepared import Prepared
from tongban.errors import Refusal

ONE_MORE = """
    INSERT INTO exchange_grantuse AS use (grant_id, day, count) VALUES ($1, $2, 1)
    ON CONFLICT (grant_id, day) DO UPDATE SET count = use.count + 1 WHERE use.count < $3
    RETURNING to_json(count)
"""


class NotGranted(Refusal):
    """No grant lets {reader} read {what} for {use}."""

    zh = "没有授权允许 {reader} 为 {use} 读取 {what}。"


class GrantEnded(NotGranted):
    """Grant {grant}, which let {reader} read {what} for {use}, ended on {on}."""

    zh = "允许 {reader} 为 {use} 读取 {what} 的授权 {grant} 已于 {on} 到期。"


class GrantNotYet(NotGranted):
    """Grant {grant}, which lets {reader} read {what} for {use}, begins on {on}."""

    zh = "允许 {reader} 为 {use} 读取 {what} 的授权 {grant} 自 {on} 起生效。"


class GrantWithdrawn(NotGranted):
    """Grant {grant}, which let {reader} read {what} for {use}, was withdrawn on {on}."""

    zh = "允许 {reader} 为 {use} 读取 {what} 的授权 {grant} 已于 {on} 撤销。"


class QuotaUsedUp(Refusal):
    """Grant {grant} allows {quota} requests a day; today's are used up."""

    zh = "授权 {grant} 每日限 {quota} 次，今天已用完。"


class TooManyRows(Refusal):
    """Grant {grant} gives 1 to {most} rows at once, not {asked}."""

    zh = "授权 {grant} 每次可取 1 至 {most} 行，不能取 {asked} 行。"


@dataclass(frozen=True)
class Reader:
    """Who reads: an account in a post at an office, or a citizen for himself."""

    actor: str
    post: str
    office: str
    subject_id: str = ""

    def __str__(self) -> str:
        return f"{self.office}/{self.post}"


def valid(prepared: Prepared, reader: Reader, use: str, on: date) -> Sequence[Grant]:
    """The grants that hold on this day."""
    given = prepared.grants.get((use, reader.office, reader.post), ())
    return [grant for grant in given if grant.holds(on)]


def choose(
    prepared: Prepared,
    reader: Reader,
    use: str,
    on: date,
    *,
    relation: str,
    columns: Collection[str],
    what: str,
) -> Grant:
    """The grant that covers all of these columns. Raises NotGranted, or what became of the one
    that did."""
    given = prepared.grants.get((use, reader.office, reader.post), ())
    grants = [grant for grant in given if grant.relation == relation]
    covering = [grant for grant in grants if set(columns) <= set(grant.columns)]
    for grant in covering:
        if grant.holds(on):
            return grant
    raise _why_not(covering, on, {"reader": str(reader), "use": use, "what": what or "—"})


def count_use(grant: Grant, at: datetime) -> None:
    """One request more today. Two at once wait for each other here, so none slips through."""
    day = timezone.localdate(at).isoformat()
    if sql.prepared(ONE_MORE, str(grant.pk), day, str(grant.requests_per_day)) is None:
        raise QuotaUsedUp(grant=grant.code, quota=grant.requests_per_day)


def check_rows(grant: Grant, asked: int) -> None:
    if not 1 <= asked <= grant.rows_per_request:
        raise TooManyRows(grant=grant.code, most=grant.rows_per_request, asked=asked)


def _why_not(grants: Sequence[Grant], on: date, facts: dict[str, str]) -> NotGranted:
    for grant in grants:
        if grant.withdrawn_at is not None:
            day = timezone.localdate(grant.withdrawn_at)
            return GrantWithdrawn(**facts, grant=grant.code, on=day)
        if grant.valid_until < on:
            return GrantEnded(**facts, grant=grant.code, on=grant.valid_until)
        return GrantNotYet(**facts, grant=grant.code, on=grant.valid_from)
    return NotGranted(**facts)
