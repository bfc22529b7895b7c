"""What is found in a decision, as people read it: place, words, a case that shows it, way out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.business.items.bundle import Bundle, Problem
from tongban.engines.decisions.verification import Finding
from tongban.engines.decisions.verification import findings as kinds
from tongban.engines.decisions.words import value_words

_GAP = _("补一条覆盖这种情形的规则，或给表设默认结果；本来就要由人判断的，可以保留。")
_LOOK = _("请人工核对这张表。")
_OVERLAP = _("改写其中一条的条件，使两条不再同时成立；若有先后之分，把命中策略改为“首个”。")
WAYS_OUT: Mapping[type[Finding], object] = {
    kinds.NoRule: _GAP,
    kinds.MoreGaps: _GAP,
    kinds.NothingForMissing: _("查不到时本来就要转人工的，可以保留；否则补一条写 null 的规则。"),
    kinds.SeveralRulesHold: _OVERLAP,
    kinds.ResultsDiffer: _("改写条件使两条不再同时成立，或让两条给出相同的结果。"),
    kinds.MorePairs: _OVERLAP,
    kinds.NeverHolds: _("改正条件，或删除这条规则。"),
    kinds.NeverDecides: _("把它移到更靠前的位置，或删除。"),
    kinds.OtherTypeOfFact: _("把输入的类型改成该事实的类型。"),
    kinds.NotProven: _LOOK,
    kinds.ResultsComputed: _LOOK,
    kinds.TooIntricate: _LOOK,
    kinds.NotReadable: _LOOK,
}


@dataclass(frozen=True)
class Found:
    """`place` is the decision, or the file where the parts of the item contradict each other."""

    is_error: bool
    place: str
    words: str
    example: tuple[tuple[str, str], ...] = ()
    rules: tuple[int, ...] = ()
    way_out: str = ""


def found_in(
    bundle: Bundle, errors: Iterable[Problem], warnings: Iterable[Problem]
) -> tuple[Found, ...]:
    language = get_language() or "zh"
    labels = dict(_labels(bundle, language))
    return (
        *(_found(each, labels, language, is_error=True) for each in errors),
        *(_found(each, labels, language, is_error=False) for each in warnings),
    )


def _found(problem: Problem, labels: Mapping[str, str], language: str, *, is_error: bool) -> Found:
    finding = problem.finding
    if finding is None:
        words = problem.zh if language.startswith("zh") else problem.en
        return Found(is_error, problem.file, words)
    values = finding.example.values if finding.example else {}
    return Found(
        is_error,
        labels.get(finding.decision, finding.decision),
        finding.reason(language),
        tuple((labels.get(n, n), value_words(value, language)) for n, value in values.items()),
        finding.rules,
        str(WAYS_OUT.get(type(finding), "")),
    )


def _labels(bundle: Bundle, language: str) -> Iterator[tuple[str, str]]:
    """What names of decisions and inputs are called."""
    for decision in bundle.decision.decisions.values():
        for source in decision.sources.values():
            yield source.name, source.label.told(language)
    for decision in bundle.decision.decisions.values():
        yield decision.name, decision.label.told(language)
