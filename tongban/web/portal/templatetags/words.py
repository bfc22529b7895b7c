"""Words and parts of the portal's pages."""

from django import template
from django.utils.translation import get_language, ngettext

from tongban.business.cases.models import Case, Evidence
from tongban.business.items import guide as guides
from tongban.web.ui import origins, parts

register = template.Library()


@register.filter
def told(words: guides.Words) -> str:
    """A pair of words in the reader's language."""
    return words.told(get_language() or "zh")


@register.filter
def limit(one: guides.Limit) -> str:
    """5 个工作日."""
    if one.unit == "working":
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", one.days) % {"n": one.days}
    return ngettext("%(n)s 日", "%(n)s 日", one.days) % {"n": one.days}


@register.filter
def evidence_words(row: Evidence) -> str:
    return origins.evidence_words(row)


@register.filter
def origin(row: Evidence) -> parts.Origin:
    return origins.origin(row)


@register.filter
def guide_questions(case: Case):
    return guides.of(case.version).questions
