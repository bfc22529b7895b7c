"""What an officer does on the pages of offers."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_POST

from tongban import clock
from tongban.business.offers import actions, rounds
from tongban.business.offers.models import Candidate
from tongban.errors import Refusal
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.offers.looking import HANDLING, candidate_page, mine, one
from tongban.web.workbench.pages import for_posts

Verb = Callable[..., object]
WITHOUT_WORDS: Mapping[str, Verb] = {
    "confirm": actions.confirm,
    "take-back": actions.take_back,
}
WITH_WORDS: Mapping[str, Verb] = {
    "set-aside": actions.set_aside,
    "notify": actions.notify,
    "recover": actions.recover,
}


@for_posts(*HANDLING)
@require_POST
def begin(request: AuthedRequest, code: str) -> HttpResponse:
    rounds.ask(offer=mine(request, code), user=request.user, at=clock.now())
    return redirect("workbench:offer", code)


@for_posts(*HANDLING)
@require_POST
def all_of(request: AuthedRequest, code: str, verb: str) -> HttpResponse:
    """Everybody of a kind, as many as the page has shown."""
    found = mine(request, code)
    kind, shown = typed(request, "kind"), typed(request, "count")
    if kind not in Candidate.Kind.values or not (shown.isascii() and shown.isdigit()):
        raise Http404
    given = {"offer": found, "kind": kind, "user": request.user, "at": clock.now()}
    many = int(shown[:9])
    if verb == "confirm":
        count = actions.confirm_sure(**given, shown=many)
        said = ngettext("已核对 %(n)d 人。", "已核对 %(n)d 人。", count)
    elif verb == "tell":
        count = actions.tell(**given, shown=many)
        said = ngettext("已告知 %(n)d 人。", "已告知 %(n)d 人。", count)
    else:
        raise Http404
    messages.success(request, said % {"n": count})
    return redirect(f"{request.path.rpartition('/all/')[0]}?kind={kind}")


@for_posts(*HANDLING)
@require_POST
def to_one(request: AuthedRequest, code: str, number: str, verb: str) -> HttpResponse:
    """What is refused is told on the page, and what was typed stays."""
    one(mine(request, code), number)
    given = {"number": number, "user": request.user, "at": clock.now()}
    words = typed(request, "words")
    try:
        if verb in WITHOUT_WORDS:
            WITHOUT_WORDS[verb](**given)
        elif verb in WITH_WORDS:
            WITH_WORDS[verb](**given, words=words)
        else:
            raise Http404
    except Refusal as refusal:
        keep_refusal(request, refusal)
        return candidate_page(request, code, number, refusal.told(get_language() or "zh"), words)
    return redirect("workbench:candidate", code, number)
