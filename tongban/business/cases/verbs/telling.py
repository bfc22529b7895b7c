"""Whom a verb concerns hears of it: the applicant, and colleagues by their accounts."""

from datetime import datetime

from django.utils import translation

from tongban.base.notices import actions as notices
from tongban.base.people.models import User
from tongban.business.cases.models import Case


def both(label: object) -> tuple[str, str]:
    """A label of a choice in Chinese and in English."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return zh, str(label)


def applicant(case: Case, zh: str, en: str, at: datetime) -> None:
    """`zh` and `en` follow on the name of the item and the number of the case."""
    item = case.version.item
    notices.tell(
        subject_id=case.applicant_id,
        about=("case", case.number),
        zh=f"您申请的{item.name_zh}（{case.number}）{zh}",
        en=f"Your application ({item.name_en or item.name_zh}, {case.number}) {en}",
        at=at,
    )


def colleague(account: User, case: Case, zh: str, en: str, at: datetime) -> None:
    notices.tell_account(account=account, about=("case", case.number), zh=zh, en=en, at=at)
