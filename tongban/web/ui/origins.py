"""From facts and evidence to the parts of a page."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.business.cases import evidence
from tongban.business.cases.models import Evidence
from tongban.data.exchange.gate import Fact
from tongban.data.exchange.masks import masked
from tongban.web.ui import parts

SHOWN_MASKED = {"citizen_id": "first3_last1", "phone": "first3_last4"}


def origin(fact: Fact | Evidence, href: str = "") -> parts.Origin:
    """The chip: who says so, and when; `href` leads to how it is known."""
    zh = is_chinese()
    return parts.Origin(
        fact.office_zh if zh else fact.office_en,
        fact.resource_zh if zh else fact.resource_en,
        fact.as_of or _("本平台"),
        href=href,
    )


def label(fact: Fact | Evidence) -> str:
    return fact.label_zh if is_chinese() else fact.label_en


def words(fact: Fact) -> str:
    """The value as people read it; numbers of persons are masked on the page."""
    shown = fact.zh if is_chinese() else fact.en
    mask = SHOWN_MASKED.get(fact.key)
    return masked(mask, shown) or "" if mask and not fact.is_masked else shown


def evidence_words(row: Evidence) -> str:
    shown = evidence.words(row, "zh" if is_chinese() else "en")
    mask = SHOWN_MASKED.get(row.fact)
    return masked(mask, shown) or "" if mask and shown else shown


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def told(words_of) -> str:
    """A pair of words in the reader's language."""
    return words_of.told(get_language() or "zh")


def part_of_day(now: datetime) -> str:
    hour = now.hour
    if hour < 11:
        return _("上午好")
    return _("中午好") if hour < 13 else _("下午好") if hour < 18 else _("晚上好")
