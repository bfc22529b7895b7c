"""Running cases move to the version in force: looked at, confirmed with a reason, moved."""

from dataclasses import dataclass

from django.db.models import aggregates, expressions
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import migrating, tallies
from tongban.business.cases.models import CaseMigration, MigratedCase, WorkItem
from tongban.business.cases.verbs import history
from tongban.business.items import permissions
from tongban.business.items import queries as items
from tongban.web.ui import parts
from tongban.web.ui.origins import is_chinese
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.pages import for_posts
from tongban.web.workbench.processes.head import Head, opened, page
from tongban.web.workbench.words import stamp

EDITING = permissions.EDITING
SHOWN = 200
ORDER = ("unable", "stayed", "able", "moved")  # what somebody has to look at comes first
TONES = {"able": "ok", "moved": "ok", "unable": "bad", "stayed": "bad"}
Outcome, Status = MigratedCase.Outcome, CaseMigration.Status


@dataclass(frozen=True)
class Count:
    """So many cases of this outcome."""

    outcome: str
    label: str
    count: int


@dataclass(frozen=True)
class Earlier:
    """A version that cases still run by."""

    number: int
    made_at: str
    running: int


@for_posts(*EDITING)
@require_safe
def migration(request: AuthedRequest, code: str) -> HttpResponse:
    head = _mine(request, code)
    latest = _latest(head)
    earlier = _earlier(head)
    rows = _rows(latest)
    counts = _counts(latest)
    return page(
        request,
        "process_migration.html",
        head,
        "process_migration",
        earlier=earlier,
        running=sum(each.running for each in earlier),
        migration=latest,
        is_working=latest is not None and latest.status in CaseMigration.WORKING,
        is_outdated=latest is not None and latest.to != head.live,
        why=migrating.words(latest) if latest else "",
        counts=counts,
        able=sum(each.count for each in counts if each.outcome == Outcome.ABLE),
        table=_table(rows),
        shown=SHOWN if len(rows) > SHOWN else 0,
        most=history.LONGEST,
    )


@for_posts(*EDITING)
@require_safe
def progress(request: AuthedRequest, code: str) -> HttpResponse:
    """How far the job is; the page anew when it has ended."""
    head = _mine(request, code)
    if not request.headers.get("HX-Request"):
        return redirect("workbench:process_migration", code)
    latest = _latest(head)
    if latest is None or latest.status not in CaseMigration.WORKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbench/process_migrating.html", {"head": head, "migration": latest})


@for_posts(*EDITING)
@require_POST
def check(request: AuthedRequest, code: str) -> HttpResponse:
    head = _mine(request, code)
    chosen = typed(request, "earlier")
    earlier = None
    if chosen:
        known = {str(each.number): each for each in items.history(head.item)}
        earlier = known.get(chosen) or head.live  # which is refused by its number
    migrating.check(to=head.live, earlier=earlier, user=request.user, at=clock.now())
    return redirect("workbench:process_migration", code)


@for_posts(*EDITING)
@require_POST
def confirm(request: AuthedRequest, code: str, migration_id: int) -> HttpResponse:
    head = _mine(request, code)
    found = get_object_or_404(CaseMigration, pk=migration_id, item=head.item)
    migrating.confirm(
        migration_id=found.pk, user=request.user, words=typed(request, "words"), at=clock.now()
    )
    return redirect("workbench:process_migration", code)


def _mine(request: AuthedRequest, code: str) -> Head:
    head = opened(request, code)
    permissions.check_can_edit(request.user, head.item)
    return head


def _latest(head: Head) -> CaseMigration | None:
    found = head.item.case_migrations.select_related("to", "earlier", "asked_by", "confirmed_by")
    return found.order_by("pk").last()


def _earlier(head: Head) -> list[Earlier]:
    running = tallies.running_by_version(head.item)
    return [
        Earlier(each.number, stamp(each.made_at), running[each.number])
        for each in items.history(head.item)
        if each.number in running and each != head.live
    ]


def _counts(latest: CaseMigration | None) -> list[Count]:
    if latest is None:
        return []
    found = dict(latest.rows.values_list("outcome").annotate(aggregates.Count("pk")).order_by())
    return [
        Count(each, str(Outcome(each).label), found[each])
        for each in reversed(ORDER)
        if each in found
    ]


def _rows(latest: CaseMigration | None) -> list[MigratedCase]:
    """Those that did not or cannot move, then the others; one more than are shown."""
    if latest is None:
        return []
    place = expressions.Case(
        *(expressions.When(outcome=each, then=n) for n, each in enumerate(ORDER))
    )
    found = latest.rows.select_related("case").order_by(place, "pk")
    return list(found[: SHOWN + 1])


def _table(rows: list[MigratedCase]) -> parts.Table:
    columns = (
        parts.Column(_("办件"), place="first"),
        parts.Column(_("原版本"), "number"),
        parts.Column(_("现在停在")),
        parts.Column(_("结果"), place="end"),
    )
    shown = rows[:SHOWN]
    standing = _standing([row.case.pk for row in shown])
    return parts.Table(_("办件"), columns, tuple(_row(row, standing) for row in shown))


def _row(row: MigratedCase, standing: dict[int, list[str]]) -> parts.Row:
    outcome = Outcome(row.outcome)
    why = [each.zh if is_chinese() else each.en for each in migrating.obstacles(row)]
    gone = row.outcome == Outcome.STAYED and not why
    return parts.Row(
        (
            parts.Cell(row.case.number, _("核对以后已经办结") if gone else " ".join(why)),
            str(row.version),
            _("、").join(standing.get(row.case.pk, [])) or "—",
            parts.Tag(str(outcome.label), TONES[row.outcome]),
        )
    )


def _standing(cases: list[int]) -> dict[int, list[str]]:
    """The steps that each case waits at now; one query."""
    found: dict[int, list[str]] = {}
    steps = WorkItem.objects.filter(case__in=cases, status=WorkItem.Status.OPEN).order_by("task")
    for step in steps.select_related("case"):
        found.setdefault(step.case.pk, []).append(step.name)
    return found
