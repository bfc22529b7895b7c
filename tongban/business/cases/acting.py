"""For whom somebody acts: for himself, for whoever gave him a mandate, for a company of which he is
the registered legal representative. Asked anew whenever something is done, and never remembered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from tongban.base.people import mandates
from tongban.base.people.models import User
from tongban.business.items.guide import Guide
from tongban.data.exchange import gate
from tongban.data.registers import queries as registers
from tongban.errors import Refusal

PERSON = "person"  # the register of those who act by themselves
USE = "representation"
COMPANIES = "represents_companies"
NAME, REPRESENTATIVE = "company_name", "legal_representative_subject"
NOT_SHOWN = frozenset({COMPANIES, REPRESENTATIVE})  # they hold ids, which no page shows
IN_FORCE = "company_in_force"
NATURAL_PERSON = "1"  # GB/T 39046 A.4


class NotRepresentative(Refusal):
    """You are not the legal representative of this company as it is registered today, and hold no
    mandate of it. Whatever was saved in its name is kept for whoever is."""

    zh = "您不是该企业目前登记的法定代表人，也没有它的代办授权。以它的名义保存的内容都还在。"


class OnlyForCompanies(Refusal):
    """{item_en} is for companies: choose the company above, at “Acting for”, and go on."""

    zh = "{item_zh}由企业申请：请先在页面上方的“办理身份”中选择企业，再继续。"


class OnlyForPersons(Refusal):
    """{item_en} is for natural persons: choose a person above, at “Acting for”, and go on."""

    zh = "{item_zh}由个人申请：请先在页面上方的“办理身份”中选择本人，再继续。"


class CompanyEnded(Refusal):
    """{name} is registered as cancelled or revoked and can no longer apply for anything. What was
    filled in is kept as a draft. Where the register is wrong, have it corrected."""

    zh = (
        "{name}登记为已注销或吊销，不能再以它的名义申请。"
        "已填的内容保存在草稿中；登记有误的，请先更正登记。"
    )


@dataclass(frozen=True)
class Party:
    """Whom an application is about, and by what it is known there."""

    subject_id: str
    name: str
    register: str = PERSON

    @property
    def is_company(self) -> bool:
        return self.register != PERSON


def own(user: User) -> Party:
    return Party(user.subject_id, user.display_name)


def party(user: User, subject_id: str, at: datetime) -> Party:
    """Raises NotRepresentative, or what is wrong with the mandates; for which item is asked
    later."""
    if user.subject_id and user.subject_id == subject_id:
        return own(user)
    register = registers.register_of(subject_id)
    held = mandates.held(user, timezone.localdate(at)).filter(principal_id=subject_id).first()
    if held is not None:
        return Party(subject_id, held.principal_name, register)
    represented = _represented(user, subject_id, at) if register != PERSON else None
    if represented is not None:
        return Party(subject_id, represented, register)
    raise _stranger(register, mandates.flaw(user, subject_id, at))


def check(user: User, subject_id: str, item: str, at: datetime) -> None:
    """May the account act for this subject in matters of the item, now?"""
    try:
        mandates.check_can_act(user, subject_id, item, at)
    except mandates.FLAWS as flaw:
        register = registers.register_of(subject_id)
        if register != PERSON and _represented(user, subject_id, at) is not None:
            return
        raise _stranger(register, flaw) from flaw


def may(user: User, subject_id: str, item: str, at: datetime) -> bool:
    try:
        check(user, subject_id, item, at)
    except (*mandates.FLAWS, NotRepresentative):
        return False
    return True


def check_speaks(user: User, subject_id: str, at: datetime) -> Party:
    """Who may give mandates in its name: the person himself, the legal representative. An agent
    passes nothing on. Raises NotRepresentative."""
    if user.subject_id and user.subject_id == subject_id:
        return own(user)
    name = _represented(user, subject_id, at)
    if name is None:
        raise NotRepresentative
    return Party(subject_id, name, registers.register_of(subject_id))


def speaks(user: User, subject_id: str, at: datetime) -> bool:
    try:
        check_speaks(user, subject_id, at)
    except NotRepresentative:
        return False
    return True


def items_of(user: User, about: Party, at: datetime) -> frozenset[str] | None:
    """In which items the user may act for him now; None: in all of them."""
    given = list(mandates.held(user, timezone.localdate(at)).filter(principal_id=about.subject_id))
    if any(not each.items for each in given) or speaks(user, about.subject_id, at):
        return None
    return frozenset(code for each in given for code in each.items)


def serves(guide: Guide, about: Party) -> bool:
    if about.is_company:
        return set(guide.item.served) != {NATURAL_PERSON}
    return NATURAL_PERSON in guide.item.served


def check_served(guide: Guide, about: Party) -> None:
    """Is the item for such as this one?"""
    if not serves(guide, about):
        refusal = OnlyForPersons if about.is_company else OnlyForCompanies
        raise refusal(item_zh=guide.item.name.zh, item_en=guide.item.name.en)


def check_exists(about: Party, facts: Any) -> None:
    """`facts` as they were read for the item. Unknown is not ended."""
    found = facts.get(IN_FORCE)
    if about.is_company and found is not None and found.value is False:
        raise CompanyEnded(name=about.name)


def represented(user: User, at: datetime) -> list[Party]:
    """The companies that the user represents, by the register of persons."""
    if not user.subject_id:
        return []
    reader = gate.Reader(str(user.pk), "portal", "SJ", user.subject_id)
    try:
        facts = gate.read_facts(
            reader=reader, use="represents", subject_id=user.subject_id, keys=[COMPANIES], at=at
        )
    except gate.NotGranted:  # a city without companies
        return []
    ids = str(facts[COMPANIES].value or "").split("、")
    names = ((each, _represented(user, each, at)) for each in ids if each)
    return [Party(each, name, registers.register_of(each)) for each, name in names if name]


def parties(user: User, at: datetime) -> list[Party]:
    """Everybody for whom the user may act today, himself first."""
    given = {
        each.principal_id: Party(
            each.principal_id, each.principal_name, registers.register_of(each.principal_id)
        )
        for each in mandates.held(user, timezone.localdate(at))
    }
    companies = {each.subject_id: each for each in represented(user, at)}
    return [own(user), *{**given, **companies}.values()]


def _stranger(register: str, flaw: Refusal) -> Refusal:
    is_company = register != PERSON and isinstance(flaw, mandates.NoMandate)
    return NotRepresentative() if is_company else flaw


def _represented(user: User, subject_id: str, at: datetime) -> str | None:
    """The company's name; None for whoever does not represent it. The gate itself lets nobody else
    read this."""
    if not user.subject_id:
        return None
    reader = gate.Reader(str(user.pk), "portal", "SJ", user.subject_id)
    try:
        facts = gate.read_facts(
            reader=reader, use=USE, subject_id=subject_id, keys=[NAME, REPRESENTATIVE], at=at
        )
    except (gate.OnlyYourOwn, gate.NotGranted):
        return None
    return str(facts[NAME].value or subject_id)
