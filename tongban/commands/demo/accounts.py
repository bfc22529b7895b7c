"""Demo accounts with random passwords, and a few people who have already applied."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
from django.utils import timezone

from tongban import clock
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.items import queries as items
from tongban.commands.demo import sources
from tongban.data.registers import rows
from tongban.engines.tables.quoting import literal
from tongban.errors import Refusal

EARLIER = ("citizen-true", "citizen-unknown")  # whose like has applied before
EARLIER_EACH = 4
PERMIT = "B09"
ANSWERS = {"wants_card": "no", "residence_basis": "work"}  # what is not asked is left out


class NobodyLikeThat(Refusal):
    """The city is too small: nobody in it is as the demo's {username} must be. Take more people,
    5,000 or more."""

    zh = "演示城市人口太少：没有符合 {username} 条件的人，请加大 --people，至少 5000。"


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    who: str


def open_all(content: Mapping[str, Any], *, at: datetime) -> list[Account]:
    """Every account of accounts.toml, each with a new password; it is kept nowhere."""
    # A small city may have no holder, and can do without.
    holders = [one for one in content.get("holders", ()) if any(_picked(one["pick"]))]
    citizens = [*content["citizens"], *holders]
    accounts = [_open_citizen(citizen, at) for citizen in citizens]
    for staff in content["accounts"]:
        user, account = _open(staff["username"], staff["name"], "", at)
        for post in staff["posts"]:
            people.appoint(
                user=user, office_code=post["office"], role=post["role"], by="demo", at=at
            )
        roles = "、".join(str(Post.Role(post["role"]).label) for post in staff["posts"])
        accounts.append(Account(account.username, account.password, roles))
    return accounts


def apply_earlier(content: Mapping[str, Any], *, at: datetime) -> list[Case]:
    """A few more people like the demo's citizens apply, so that the workbench is not empty; only
    where nobody has applied yet."""
    if Case.objects.exists():
        return []
    made = []
    for citizen in content["citizens"]:
        if citizen["username"] in EARLIER:
            made += _apply(citizen, PERMIT, ANSWERS, EARLIER_EACH, at)
    for holder in content.get("holders", ()):
        made += _apply(holder, holder["item"], holder["answers"], holder["earlier"], at)
    return made


def _apply(
    like: Mapping[str, Any], item: str, answers: Mapping[str, Any], most: int, at: datetime
) -> list[Case]:
    """Those who come after the one that has the account itself."""
    version = next(iter(items.live_versions().filter(item__code=item)))
    made = []
    for number, (subject_id, name) in enumerate(list(_picked(like["pick"]))[1 : 1 + most], 1):
        user, _account = _open(f"{like['username']}-{number}", {"zh": name}, subject_id, at)
        application = Application(dict(answers), {}, Case.Channel.WEB)
        made.append(cases.submit(version=version, user=user, application=application, at=at))
    return made


def _open_citizen(citizen: Mapping[str, Any], at: datetime) -> Account:
    found = next(_picked(citizen["pick"]), None)
    if found is None:
        raise NobodyLikeThat(username=citizen["username"])
    subject_id, name = found
    _user, account = _open(citizen["username"], {"zh": name}, subject_id, at)
    return Account(account.username, account.password, citizen["name"]["zh"])


def _open(
    username: str, name: Mapping[str, str], subject_id: str, at: datetime
) -> tuple[User, Account]:
    password = secrets.token_urlsafe(9)
    user = people.open_account(
        username=username,
        password=password,
        display_name=name["zh"],
        subject_id=subject_id,
        by="demo",
        at=at,
    )
    return user, Account(username, password, "")


def _picked(pick: str) -> Iterator[tuple[str, str]]:
    """Subject and name of those for whom the condition of the city folder holds; it may read the
    column `today`. Whoever was erased under law stays in the offices' files, and is left out."""
    path = literal(str(sources.truth()))
    today = literal(timezone.localdate(clock.now()).isoformat())
    found: Sequence[tuple[str, str]] = duckdb.sql(
        f"SELECT citizen_id, name FROM (SELECT *, CAST({today} AS date) AS today"
        f" FROM read_csv({path}, header = true, all_varchar = true))"
        f" WHERE {pick} ORDER BY citizen_id LIMIT 50"
    ).fetchall()
    for citizen_id, name in found:
        subject_id = rows.subject_of("person", citizen_id)
        if subject_id is not None:
            yield subject_id, name
