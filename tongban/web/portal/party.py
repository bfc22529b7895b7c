"""In whose name somebody uses the portal: his own until he chooses another (办理身份). The choice
is kept in the session, and looked into anew with each page."""

from weakref import WeakKeyDictionary

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import acting
from tongban.business.cases import queries as cases
from tongban.business.cases.acting import Party
from tongban.business.cases.models import Case
from tongban.errors import Refusal
from tongban.web.ui.requests import AuthedRequest, typed

CHOSEN = "acting_for"
_found: WeakKeyDictionary[HttpRequest, Party] = WeakKeyDictionary()


class ChosenAnother(Refusal):
    """You are acting for {name}, and this page was opened for somebody else. Nothing was handed in.
    Choose the right one above, then go back to the page."""

    zh = (
        "这个页面是以另一个办理身份打开的，而您现在的办理身份是{name}。"
        "没有提交任何内容，请先切换办理身份，再回到原页面。"
    )


def current(request: AuthedRequest) -> Party:
    """Raises why the user may no longer act for the one he chose; from the next page on he acts for
    himself again."""
    if request not in _found:
        _found[request] = _current(request)
    return _found[request]


def _current(request: AuthedRequest) -> Party:
    chosen = request.session.get(CHOSEN, "")
    if not chosen or chosen == request.user.subject_id:
        return acting.own(request.user)
    try:
        return acting.party(request.user, chosen, clock.now())
    except Refusal:
        del request.session[CHOSEN]
        raise


def token(user: User, subject_id: str) -> str:
    """Names a subject on a page without showing its id."""
    return salted_hmac("party", f"{user.pk}:{subject_id}").hexdigest()[:24]


def check_same(request: AuthedRequest) -> None:
    """Two tabs: what was opened for one is not handed in for another."""
    about = current(request)
    given = typed(request, "party")
    if given and not constant_time_compare(given, token(request.user, about.subject_id)):
        raise ChosenAnother(name=about.name)


def cases_of(request: AuthedRequest) -> QuerySet[Case]:
    """Newest first: those that the user may see of the one he acts for."""
    about = current(request)
    codes = acting.items_of(request.user, about, clock.now())
    found = cases.of_applicant(about.subject_id)
    return found if codes is None else found.filter(version__item__code__in=codes)
