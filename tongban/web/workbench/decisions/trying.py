"""A decision tried with values that somebody types; nothing is stored."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tongban import clock
from tongban.business.cases import deciding
from tongban.business.items import bundle
from tongban.business.items.models import ItemVersion
from tongban.engines.decisions import Outcome
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import Unknown, Value
from tongban.web.ui import asked as ask
from tongban.web.ui import parts
from tongban.web.ui.origins import told
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.decisions import fields
from tongban.web.workbench.decisions.fields import Slip, TrialField
from tongban.web.workbench.decisions.head import LOOKING, Head, opened, page
from tongban.web.workbench.pages import for_posts


@dataclass(frozen=True)
class Trial:
    """`answer` is the value in words, `missing` what would have to be known to decide."""

    answer: parts.Tag
    missing: tuple[str, ...]
    sentences: tuple[str, ...]


@for_posts(*LOOKING)
@require_http_methods(["GET", "POST"])
def trial(request: AuthedRequest, code: str) -> HttpResponse:
    """`decision` names the one that is tried; `of=draft` takes it from the draft."""
    head = opened(request, code)
    version = _version(head, ask.words(request, "of", 10))
    read = bundle.of(version)
    known = read.decision.decisions
    asked = known.get(ask.words(request, "decision", 200))
    decision = asked or read.decision.find(read.guide.decision.name)
    typed = fields.of(read, decision, request.POST)
    found: Trial | None = None
    slips: list[Slip] = []
    if request.method == "POST":
        given, slips = fields.given(typed)
        if not slips:
            outcome = decision.evaluate(given | deciding.time_of(clock.now()))
            found = _told(outcome, typed)
    shown = {"trial": found, "slips": slips}
    if request.headers.get("HX-Request"):
        return render(request, "workbench/decision_result.html", shown)
    return page(
        request,
        "decision_trial.html",
        head,
        "decision_trial",
        version=version,
        choices=[(each.id, told(each.label)) for each in known.values()],
        decision=decision,
        fields=typed,
        address=_address(decision.id, version),
        **shown,
    )


def _version(head: Head, asked: str) -> ItemVersion:
    return head.draft if asked == "draft" and head.draft else head.live


def _address(decision: str, version: ItemVersion) -> str:
    asked = QueryDict(mutable=True)
    asked["decision"] = decision
    if version.status == ItemVersion.Status.DRAFT:
        asked["of"] = "draft"
    return f"?{asked.urlencode()}"


def _told(outcome: Outcome, typed: Collection[TrialField]) -> Trial:
    language = get_language() or "zh"
    labels = {each.input: each.label for each in typed}
    notes = [note.told(language) for note in outcome.notes]
    return Trial(
        answer=_answer(outcome.value, value_words(outcome.value, language)),
        missing=tuple(labels.get(name, name) for name in sorted(outcome.missing)),
        sentences=(*deciding.told(outcome, language), *notes),
    )


def _answer(value: Value, words: str) -> parts.Tag:
    if isinstance(value, Unknown):
        return parts.Tag(words, "unknown", icon="question-mark")
    if value is True:
        return parts.Tag(words, "ok", icon="check")
    return parts.Tag(words, "bad", icon="x") if value is False else parts.Tag(words, "teal")
