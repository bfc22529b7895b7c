"""What a member of staff was told: a step handed over, a signature asked for, an urging."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.notices import actions as notice_actions
from tongban.base.notices import queries as notices
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.pages import CASES, for_posts, show

SHOWN = 50


@for_posts(*CASES)
@require_safe
def box(request: AuthedRequest) -> HttpResponse:
    """All that is new is shown, because all of it counts as read from now on."""
    user = request.user
    count = max(SHOWN, notices.unread_by_account(user))
    told = list(notices.box_of_account(user)[:count])
    notice_actions.mark_read_by_account(account=user, at=clock.now())
    return show(request, "notices.html", "notices", notices=told)
