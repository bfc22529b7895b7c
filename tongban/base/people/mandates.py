"""Giving and revoking a mandate, and asking whether one holds: the one door for all of it.

Whether an account may speak for a company is known higher up, where the registers are; callers
have looked (`tongban/business/cases/acting.py`) before they grant or revoke in its name.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.people.mandate_models import Mandate
from tongban.base.people.models import User
from tongban.errors import Refusal

LONGEST_YEARS = 3
MOST = 20  # of one principal, in force at once


class NoSuchAgent(Refusal):
    """There is no account {account} of a person called {name}. Ask your agent for both, as they
    stand on the page “Me”."""

    zh = "没有姓名为{name}的个人账号 {account}。请向代办人核对，两项都在对方的“我的”页面上。"


class AgentIsPrincipal(Refusal):
    """You need no mandate for what is your own; name somebody else."""

    zh = "办自己的事不需要授权，请填写别人的账号。"


class BadPeriod(Refusal):
    """A mandate begins today or later, ends on that day or later, and lasts {years} years at
    most."""

    zh = "授权从今天或以后开始，截止日期不早于开始日期，最长 {years} 年。"


class TooManyMandates(Refusal):
    """{most} mandates are in force already; revoke one first."""

    zh = "已有 {most} 份有效的授权，请先撤销一份。"


class NoSuchMandate(Refusal):
    """This mandate is not one that you gave."""

    zh = "这不是您给出的授权。"


class RevokedAlready(Refusal):
    """This mandate was revoked on {on} already."""

    zh = "这份授权已于 {on} 撤销。"


class NoMandate(Refusal):
    """You were given no mandate for this. It is given on the page “Mandates”, by whoever it is
    about."""

    zh = "对方没有授权您代办，请对方在“代办授权”页面上授权。"


class MandateNotYet(Refusal):
    """The mandate of {name} begins on {on}."""

    zh = "{name}给您的代办授权自 {on} 起有效。"


class MandateEnded(Refusal):
    """The mandate of {name} ended on {on}. Ask for a new one; nothing that was saved is lost."""

    zh = "{name}给您的代办授权已于 {on} 到期。请对方重新授权，已保存的内容都还在。"


class MandateRevoked(Refusal):
    """{name} revoked your mandate on {on}. Nothing that was saved is lost."""

    zh = "{name}已于 {on} 撤销给您的代办授权。已保存的内容都还在。"


class MandateNotForItem(Refusal):
    """The mandate of {name} is not for item {item}."""

    zh = "{name}给您的代办授权不包括事项 {item}。"


FLAWS = (NoMandate, MandateNotYet, MandateEnded, MandateRevoked, MandateNotForItem)


@transaction.atomic
def grant(
    *,
    principal: tuple[str, str],
    agent: tuple[str, str],
    items: Sequence[str],
    period: tuple[date, date],
    by: User,
    at: datetime,
) -> Mandate:
    """`principal`: subject id and name; `agent`: name of the account and of the person; `period`:
    first and last day. Without items it is for all of them."""
    found = _agent(*agent)
    subject_id, name = principal
    if found.subject_id in (subject_id, by.subject_id):
        raise AgentIsPrincipal
    _check_period(*period, timezone.localdate(at))
    # Who gives two at once waits, so that the limit holds.
    User.objects.select_for_update().get(pk=by.pk)
    ends = Mandate.objects.filter(principal_id=subject_id, revoked_at=None)
    if ends.filter(valid_until__gte=timezone.localdate(at)).count() >= MOST:
        raise TooManyMandates(most=MOST)
    mandate = Mandate.objects.create(
        principal_id=subject_id,
        principal_name=name,
        agent=found,
        items=sorted(set(items)),
        valid_from=period[0],
        valid_until=period[1],
        granted_at=at,
        granted_by=by,
    )
    _record("mandate.granted", mandate, by, at)
    return mandate


@transaction.atomic
def revoke(*, mandate_id: int, principal_id: str, by: User, at: datetime) -> Mandate:
    """From this moment on the agent may do nothing more by it."""
    found = Mandate.objects.select_for_update().filter(pk=mandate_id, principal_id=principal_id)
    mandate = found.first()
    if mandate is None:
        raise NoSuchMandate
    if mandate.revoked_at is not None:
        raise RevokedAlready(on=_day(mandate.revoked_at))
    mandate.revoked_at, mandate.revoked_by = at, by
    mandate.save(update_fields=["revoked_at", "revoked_by"])
    _record("mandate.revoked", mandate, by, at)
    return mandate


def check_can_act(user: User, subject_id: str, item: str, at: datetime) -> Mandate | None:
    """None for one's own matters. Raises NoMandate, or what is wrong with the mandates there are:
    the newest speaks."""
    if user.subject_id and user.subject_id == subject_id:
        return None
    given = list(Mandate.objects.filter(agent=user, principal_id=subject_id).order_by("-pk"))
    today = timezone.localdate(at)
    for mandate in given:
        if mandate.covers(item) and _flaw(mandate, today) is None:
            return mandate
    if not given:
        raise NoMandate
    about = next((each for each in given if each.covers(item)), given[0])
    raise _flaw(about, today) or MandateNotForItem(name=about.principal_name, item=item)


def flaw(user: User, subject_id: str, at: datetime) -> Refusal:
    """Why the account may not act for this subject in anything at all."""
    last = Mandate.objects.filter(agent=user, principal_id=subject_id).order_by("-pk").first()
    found = _flaw(last, timezone.localdate(at)) if last else None
    return found or NoMandate()


def held(user: User, on: date) -> QuerySet[Mandate]:
    """For whom the account may act today, by any item."""
    return Mandate.objects.in_force(on=on).filter(agent=user).order_by("principal_name", "pk")


def given(principal_id: str) -> QuerySet[Mandate]:
    """Newest first, those that ended too."""
    return Mandate.objects.filter(principal_id=principal_id).select_related("agent").order_by("-pk")


def erase(subject_id: str) -> int:
    """Of an erased person no mandate stays, neither given nor held; returns how many went."""
    about = Q(principal_id=subject_id) | Q(agent__subject_id=subject_id)
    return Mandate.objects.filter(about).delete()[0]


def _agent(username: str, name: str) -> User:
    found = User.objects.filter(username=username.strip(), is_active=True).first()
    if found is None or not found.subject_id or found.display_name != name.strip():
        raise NoSuchAgent(account=username.strip() or "—", name=name.strip() or "—")
    return found


def _check_period(first: date, last: date, today: date) -> None:
    longest = first.replace(year=first.year + LONGEST_YEARS, day=min(first.day, 28))
    if not today <= first <= last <= longest:
        raise BadPeriod(years=LONGEST_YEARS)


def _flaw(mandate: Mandate, today: date) -> Refusal | None:
    name = mandate.principal_name
    if mandate.revoked_at is not None:
        return MandateRevoked(name=name, on=_day(mandate.revoked_at))
    if mandate.valid_until < today:
        return MandateEnded(name=name, on=mandate.valid_until)
    if mandate.valid_from > today:
        return MandateNotYet(name=name, on=mandate.valid_from)
    return None


def _day(at: datetime) -> str:
    return timezone.localdate(at).isoformat()


def _record(kind: str, mandate: Mandate, by: User, at: datetime) -> None:
    audit.record(
        kind,
        ("mandate", str(mandate.pk)),
        actor=str(by.pk),
        at=at,
        subjects=[mandate.principal_id, mandate.agent.subject_id],
        details={
            "agent": str(mandate.agent_id),
            "items": mandate.items,
            "from": mandate.valid_from.isoformat(),
            "until": mandate.valid_until.isoformat(),
        },
    )
