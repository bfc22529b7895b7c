"""The queues of a desk: what an account can do now, what waits for somebody else, what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Count, Exists, Max, Q, QuerySet
from django.utils import timezone

from tongban.base.people.models import Post, User
from tongban.business.cases import queries, simulated
from tongban.business.cases.models import CaseEvent, Suspension, WorkItem
from tongban.business.cases.queries import ToDo
from tongban.engines.clocks import Light

GRAVEST_FIRST = (Light.PURPLE, Light.RED, Light.YELLOW, Light.BLUE, Light.NONE, Light.PAUSED)


class Queue(StrEnum):
    TO_DO = "to_do"
    TO_SIGN = "to_sign"
    HANDED_OVER = "handed_over"
    STANDING = "standing"
    CORRECTION = "correction"
    DONE = "done"


@dataclass(frozen=True)
class Waiting:
    """`urged_at`: when somebody last asked for this step to be done; `stands`: what stops the
    clock of its case."""

    to_do: ToDo
    urged_at: datetime | None
    stands: Suspension | None


def counts(user: User, at: datetime) -> Mapping[Queue, int]:
    """How many stand in each queue; one statement."""
    found = _all(user, at).aggregate(
        **{queue.value: Count("pk", filter=_of(queue, user)) for queue in Queue}
    )
    return {queue: found[queue.value] for queue in Queue}


def waiting(user: User, queue: Queue, at: datetime) -> list[Waiting]:
    """Open steps of a queue: by lamp, then by the day that ends first; six queries."""
    found = queries.told(_all(user, at).filter(_of(queue, user)), user, at)
    urged = _urged(found)
    today = timezone.localdate(at)
    rows = [_waiting(one, urged.get(one.work_item.case.pk), today) for one in found]
    return sorted(rows, key=_pressing)


def done(user: User) -> QuerySet[WorkItem]:
    """What this account has done, the last first."""
    found = WorkItem.objects.filter(done_by=user).order_by("-closed_at", "-pk")
    return found.select_related("case__version__item", "case__office", "office")


def colleagues(user: User) -> QuerySet[User]:
    """Whoever holds one of the account's posts beside it, at the same office."""
    same = Q(pk__in=())
    for post in user.posts.all():
        same |= Q(office_id=post.office_id, role=post.role)
    holders = Post.objects.filter(same).values("user")
    found = User.objects.filter(is_active=True, pk__in=holders).exclude(pk=user.pk)
    return found.order_by("display_name", "pk")


def _all(user: User, at: datetime) -> QuerySet[WorkItem]:
    """What may stand in any queue, with what stops the clock."""
    standing = queries.standing(timezone.localdate(at))
    correction = Suspension.Ground.CORRECTION
    held = queries.posts_of(user)
    mine = Q(assignee=user) | held | Q(done_by=user)
    return WorkItem.objects.filter(mine, ~simulated.has("case_id")).alias(
        corrects=Exists(standing.filter(ground=correction)),
        stands=Exists(standing.exclude(ground=correction)),
    )


def _of(queue: Queue, user: User) -> Q:
    is_open = Q(status=WorkItem.Status.OPEN)
    own = is_open & (Q(assignee=None) | Q(assignee=user))
    runs = own & Q(stands=False, corrects=False)
    return {
        Queue.TO_DO: runs & Q(beside=None),
        Queue.TO_SIGN: runs & Q(beside__isnull=False),
        Queue.HANDED_OVER: is_open & Q(beside=None, assignee__isnull=False) & ~Q(assignee=user),
        Queue.STANDING: own & Q(stands=True),
        Queue.CORRECTION: own & Q(corrects=True),
        Queue.DONE: Q(done_by=user),
    }[queue]


def _urged(found: Sequence[ToDo]) -> Mapping[int, datetime]:
    """By case, when it was last urged."""
    events = CaseEvent.objects.filter(
        case__in={one.work_item.case.pk for one in found}, activity="tb:urge"
    )
    return dict(events.values_list("case").annotate(Max("at")))


def _waiting(one: ToDo, urged_at: datetime | None, today: date) -> Waiting:
    """An urging from before the step had begun was about another step."""
    step = one.work_item
    if urged_at is not None and urged_at < step.opened_at:
        urged_at = None
    standing = [s for s in step.case.suspensions.all() if s.ended_at is None]
    stands = next((s for s in standing if s.authorised_until >= today), None)
    return Waiting(one, urged_at, stands)


def _pressing(one: Waiting) -> tuple[int, date]:
    deadline, step = one.to_do.deadline, one.to_do.step
    first = min(deadline.promised_on, step.due_on) if step else deadline.promised_on
    return GRAVEST_FIRST.index(deadline.light), first
