"""What is found in a process, as people read it: rule, element, words, way out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.business.items.bundle import Bundle, Problem

# Of the rules whose words do not name the way out.
WAYS_OUT: Mapping[str, object] = {
    "unknown-operation": _("从列表中选择平台提供的操作。"),
    "unknown-decision": _("选择这个事项的一个决策，或先在判定规则的草稿里加上它。"),
    "unknown-post": _("从列表中选择岗位。"),
    "unknown-form": _("删去表单：经办页面自带意见栏，事项的表单只由申请人填写。"),
}


@dataclass(frozen=True)
class Found:
    """`element` is what the diagram shows, empty where the file as a whole is meant; `label` is
    what it is called."""

    is_error: bool
    rule: str
    element: str
    label: str
    words: str
    way_out: str


def found_in(
    bundle: Bundle,
    labels: Mapping[str, str],
    errors: Iterable[Problem],
    warnings: Iterable[Problem],
) -> tuple[Found, ...]:
    """Of the process alone, errors first."""
    return (
        *_told(bundle, labels, errors, is_error=True),
        *_told(bundle, labels, warnings, is_error=False),
    )


def elsewhere(bundle: Bundle, errors: Iterable[Problem]) -> int:
    """How many errors lie in the other parts of the item."""
    return sum(not _is_drawn(bundle, each) for each in errors)


def _told(
    bundle: Bundle, labels: Mapping[str, str], problems: Iterable[Problem], *, is_error: bool
) -> Iterator[Found]:
    language = get_language() or "zh"
    for each in problems:
        if _is_drawn(bundle, each):
            yield Found(
                is_error,
                each.rule,
                each.element,
                labels.get(each.element, each.element),
                each.zh if language.startswith("zh") else each.en,
                str(WAYS_OUT.get(each.rule, "")),
            )


def _is_drawn(bundle: Bundle, problem: Problem) -> bool:
    return bool(problem.rule) and problem.file.split(" ")[0] == bundle.guide.process.file
