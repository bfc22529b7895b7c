"""The list of a month's payments: who is due something on the day that it is made, and has either
accepted it or is paid already; with the accounts, which no other page shows.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.cases.models import Case
from tongban.business.offers import adopting, decisions, permissions, reading, sealing
from tongban.business.offers.models import Candidate, Offer, PaymentLine, PaymentList
from tongban.business.offers.terms import Terms
from tongban.data.exchange import gate
from tongban.data.registers import queries as registers
from tongban.errors import Refusal

Kind, Status, LeftOut = Candidate.Kind, Candidate.Status, PaymentLine.LeftOut
AT_ONCE = 100  # subjects that one entry of the log can name
RAISED = (Status.TOLD, Status.ACCEPTED, Status.LAPSED)  # of a change: it comes by law
HEADINGS = {
    "number": ("序号", "Number"),
    "name": ("姓名", "Name"),
    "account": ("账户", "Account"),
    "amount": ("金额", "Amount"),
    "month": ("月份", "Month"),
}


class ListClosed(Refusal):
    """The list of {month:%Y-%m} is closed and is never changed: nobody is paid twice for a
    month."""

    zh = "{month:%Y-%m} 的发放名单已确认，不能再改：同一个月不会重复发放。"


class ListOpen(Refusal):
    """The list of {month:%Y-%m} is not closed yet; it leaves the house when it is."""

    zh = "{month:%Y-%m} 的发放名单还没有确认，确认后才能导出。"


class NotThisMonth(Refusal):
    """A list is made for the current month or the next, not for {month:%Y-%m}."""

    zh = "发放名单只能为本月或下月编制，不能为 {month:%Y-%m} 编制。"


class ListMoved(Refusal):
    """{shown} payments were shown and now there are {now}. Look at the page again before you close
    the list."""

    zh = "页面上是 {shown} 笔，现在是 {now} 笔。请刷新页面，看清楚再确认。"


@dataclass(frozen=True)
class Named:
    relation: str
    name: str
    account: str
    usable: str


@dataclass(frozen=True)
class Owed:
    """What somebody gets this month, or why he gets nothing."""

    subject_id: str
    amount: Decimal
    candidate: Candidate | None
    left_out: str = ""


@transaction.atomic
def make(*, offer: Offer, month: date, user: User, at: datetime) -> PaymentList:
    """Make it, or make it anew while it is open. Raises NotYourOffer, NotThisMonth, ListClosed,
    what the gate refuses, and NotDecided, OutOfDate or RuleChanged: nobody is paid by what was
    decided about facts of yesterday."""
    permissions.check_can_handle(user, offer)
    _check_month(month, timezone.localdate(at))
    Offer.objects.select_for_update().get(pk=offer.pk)
    terms = adopting.terms_of(offer)
    state = decisions.check_current(offer, terms, [terms.running.decision])
    mine = PaymentList.objects.select_for_update().filter(offer=offer, month=month)
    earlier = mine.first()
    if earlier is not None:
        if earlier.status == PaymentList.Status.CLOSED:
            raise ListClosed(month=month)
        earlier.delete()
    lines = list(_lines(offer, terms, month, user, at))
    paid = [each for each in lines if not each.left_out]
    made = PaymentList.objects.create(
        offer=offer,
        month=month,
        edition=state.edition,
        count=len(paid),
        total=sum((Decimal(sealing.paid(each)["amount"]) for each in paid), Decimal(0)),
        made_at=at,
        made_by=user,
    )
    for each in lines:
        each.list = made
    PaymentLine.objects.bulk_create(lines, batch_size=500)
    _audited("payments.made", made, user, at)
    return made


@transaction.atomic
def close(*, list_id: int, shown: int, user: User, at: datetime) -> PaymentList:
    """From now on it is what is paid. Raises ListClosed, ListMoved."""
    found = _locked(list_id, user)
    if found.status == PaymentList.Status.CLOSED:
        raise ListClosed(month=found.month)
    if found.count != shown:
        raise ListMoved(shown=shown, now=found.count)
    found.status, found.closed_at, found.closed_by = PaymentList.Status.CLOSED, at, user
    found.save(update_fields=["status", "closed_at", "closed_by"])
    _audited("payments.closed", found, user, at)
    return found


@transaction.atomic
def exported(*, list_id: int, user: User, at: datetime, language: str) -> str:
    """The list as CSV for the bank; everybody in it can see that it was taken out."""
    found = _locked(list_id, user)
    if found.status != PaymentList.Status.CLOSED:
        raise ListOpen(month=found.month)
    terms = adopting.terms_of(found.offer)
    lines = [line for line in found.lines.order_by("pk") if not line.left_out]
    for start in range(0, len(lines), AT_ONCE):
        _note_export(found, terms, lines[start : start + AT_ONCE], user, at)
    chinese = language.startswith("zh")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = terms.payments.columns
    writer.writerow([HEADINGS[each][0 if chinese else 1] for each in columns])
    for place, line in enumerate(lines, 1):
        cells = {**sealing.paid(line), "number": place, "month": f"{found.month:%Y-%m}"}
        writer.writerow([_cell(cells.get(each)) for each in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    """A program for tables must not take a cell for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _check_month(month: date, today: date) -> None:
    this = today.replace(day=1)
    following = date(this.year + this.month // 12, this.month % 12 + 1, 1)
    if month not in (this, following):
        raise NotThisMonth(month=month)


def _lines(
    offer: Offer, terms: Terms, month: date, user: User, at: datetime
) -> Iterator[PaymentLine]:
    by = decisions.reader(offer, str(user.pk))
    named = _named(terms)
    accounts = _accounts(by, terms, named, at)
    for owed in _owed(offer, terms, month, user, at):
        account = accounts.get(owed.subject_id)
        left_out = owed.left_out or ("" if _can_be_paid(account, named) else LeftOut.NO_ACCOUNT)
        content: dict[str, Any] = {"amount": owed.amount}
        if account is not None:
            content["name"] = account[named.name]
        if account is not None and not left_out:
            content["account"] = account[named.account]
        yield PaymentLine(
            candidate=owed.candidate,
            subject_id=owed.subject_id,
            left_out=left_out,
            sealed=sealing.seal(content),
        )


def _owed(offer: Offer, terms: Terms, month: date, user: User, at: datetime) -> Iterator[Owed]:
    """Who is paid already or has accepted, by subject; then who has accepted and is due nothing any
    more."""
    running = terms.running
    by = decisions.reader(offer, str(user.pk))
    where = decisions.has(running.when)
    due = decisions.answered(by, terms, running.decision, running.columns, where, at)
    accepted, changed = _accepted(offer), _changed(offer)
    for row in due:
        subject = row["subject_id"]
        candidate = accepted.get(subject) or changed.get(subject)
        is_paid = decisions.matches(row, running.right) or bool(row[running.before])
        if subject not in accepted and not is_paid:
            continue  # found, and nobody has answered yet
        left_out = _too_early(row, terms, month, is_paid=is_paid)
        yield Owed(subject, _amount(row, terms, month, changed), candidate, left_out)
    there = {row["subject_id"] for row in due}
    for subject in sorted(accepted.keys() - there):
        why = _why_not(offer, terms, subject, user, at)
        yield Owed(subject, Decimal(0), accepted[subject], why)


def _accepted(offer: Offer) -> Mapping[str, Candidate]:
    """Whose case was granted, by subject."""
    granted = Case.objects.filter(number=OuterRef("case_number"), status=Case.Status.GRANTED)
    mine = Candidate.objects.filter(offer=offer, kind=Kind.DUE, status=Status.ACCEPTED)
    return {each.subject_id: each for each in mine.filter(Exists(granted)).order_by("pk")}


def _changed(offer: Offer) -> Mapping[str, Candidate]:
    """Whose other amount holds: they were told and have not declined. The newest speaks."""
    mine = Candidate.objects.filter(offer=offer, kind=Kind.CHANGE).order_by("pk")
    newest = {each.subject_id: each for each in mine}
    return {key: each for key, each in newest.items() if each.status in RAISED}


def _amount(
    row: decisions.Row, terms: Terms, month: date, changed: Mapping[str, Candidate]
) -> Decimal:
    """What was decided; but whose amount changes is paid as before until he was told, and until
    the month it is due from."""
    running = terms.running
    before, now = row[running.before], Decimal(row[running.amount])
    if not before or decisions.matches(row, running.right):
        return now
    since = row[running.since]
    is_raised = row["subject_id"] in changed and since is not None and since <= month
    return now if is_raised else Decimal(before)


def _too_early(row: decisions.Row, terms: Terms, month: date, *, is_paid: bool) -> str:
    since = row[terms.running.since]
    return LeftOut.NOT_YET if not is_paid and since is not None and since > month else ""


def _why_not(offer: Offer, terms: Terms, subject: str, user: User, at: datetime) -> str:
    alive = terms.payments.alive
    facts = reading.facts_of(offer, subject, [alive], user, at)
    return LeftOut.DEAD if facts[alive].value is False else LeftOut.NOT_DUE


def _accounts(
    by: gate.Reader, terms: Terms, named: Named, at: datetime
) -> Mapping[str, decisions.Row]:
    columns = [named.name, named.account, named.usable]
    found = gate.subjects(
        reader=by, use=terms.payments_use, relation=named.relation, columns=columns, at=at
    )
    return {row["subject_id"]: row for row in found.rows}


def _named(terms: Terms) -> Named:
    """The columns of these facts, and the relation that they stand in."""
    paid = terms.payments
    known = registers.definitions([paid.name, paid.account, paid.usable])
    columns = (known[each].column for each in (paid.name, paid.account, paid.usable))
    return Named(known[paid.account].model, *columns)


def _can_be_paid(account: decisions.Row | None, named: Named) -> bool:
    return account is not None and account[named.usable] is True and bool(account[named.account])


def _locked(list_id: int, user: User) -> PaymentList:
    found = PaymentList.objects.select_for_update(of=("self",)).get(pk=list_id)
    permissions.check_can_handle(user, found.offer)
    return found


def _note_export(
    found: PaymentList, terms: Terms, lines: Sequence[PaymentLine], user: User, at: datetime
) -> None:
    audit.record(
        "payments.exported",
        ("offer", found.offer.code),
        actor=str(user.pk),
        office=_office(found),
        purpose=terms.payments_use,
        at=at,
        rows=len(lines),
        subjects=[line.subject_id for line in lines],
        details={"facts": [terms.payments.name, terms.payments.account], "list": str(found)},
    )


def _audited(kind: str, made: PaymentList, user: User, at: datetime) -> None:
    audit.record(
        kind,
        ("offer", made.offer.code),
        actor=str(user.pk),
        office=_office(made),
        at=at,
        details={"list": str(made), "count": made.count, "total": str(made.total)},
    )


def _office(made: PaymentList) -> str:
    office = made.offer.item.office
    return office.code if office else ""
