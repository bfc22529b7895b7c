"""The allowance of the old offered to a whole city, confirmed, told, accepted by everybody and
paid, beside the truth that the city was made from."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.management import call_command

from tests.loop.conftest import NOW
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.offers import actions, answering, payments, rounds, sealing
from tongban.business.offers.models import Candidate, Offer, PaymentLine, Round
from tongban.data.registers import rows
from tongban.errors import Refusal

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
PHONE = {"phone": "13800006021"}


KINDS = {"pay": "due", "change": "change", "dead": "wrong", "elsewhere": "wrong"}


def check(yunze: SimpleNamespace) -> None:
    """Everybody who is due something is found, nobody else; what is paid is what is true."""
    clean = {p["citizen_id"]: p for p in yunze.truth if not p["unusable"]}
    done = run(yunze)

    wanted = {n: KINDS.get(p["d02_finding"]) or KINDS.get(p["d02_wrong"]) for n, p in clean.items()}
    assert {n: kind for n, kind in wanted.items() if kind} == {
        n: kind for n, (kind, _) in done.found.items() if n in clean
    }
    sums = {n: p["d02_wrong_sum"] for n, p in clean.items() if p["d02_wrong"] == "dead"}
    assert sums == {n: str(done.found[n][1]["amount"]) for n in sums}
    due = {n: amount for n, p in clean.items() if (amount := owed(p))}
    assert due == {n: amount for n, amount in done.paid.items() if n in clean} != {}
    assert done.total == sum(done.paid.values()) == sum(Decimal(row["Amount"]) for row in done.file)
    assert len(done.file) == len(done.paid)
    assert (done.second.found, done.second.gone) == (0, 0)
    following = [line.subject_id for line in done.following.lines.all()]
    assert len(following) == len(set(following)) >= len(done.paid)


def run(yunze: SimpleNamespace) -> SimpleNamespace:
    """Everything that the truth can be held against, by citizen number."""
    for name in ("entitlement", "wrongly_paid"):
        call_command("decide", f"D02.{name}", population="person")
    offer = Offer.objects.select_related("item__office").get(code="D02")
    officer = _account("mz-officer")
    people.appoint(user=officer, office_code="MZ", role="approver", by="test", at=NOW)
    first = _look(offer, officer)
    found = _found(yunze)
    refused = _offer_to_all(offer, officer)
    made = payments.make(offer=offer, month=NOVEMBER, user=officer, at=NOW)
    payments.close(list_id=made.pk, shown=made.count, user=officer, at=NOW)
    text = payments.exported(list_id=made.pk, user=officer, at=NOW, language="en")
    return SimpleNamespace(
        first=first,
        second=_look(offer, officer),
        found=found,
        refused=refused,
        total=made.total,
        paid=_paid(yunze, made.pk),
        left_out=dict(made.lines.exclude(left_out="").values_list("subject_id", "left_out")),
        file=list(csv.DictReader(io.StringIO(text))),
        following=payments.make(offer=offer, month=DECEMBER, user=officer, at=NOW),
    )


def owed(person: Mapping[str, str]) -> Decimal:
    """What the truth says that he is paid in November."""
    raised = person["d02_from"] <= NOVEMBER.isoformat()
    due = person["d02"] == "true" and person["account_usable"] == "true"
    if not due or (person["d02_finding"] == "pay" and not raised):
        return Decimal(0)
    if person["d02_finding"] == "change" and not raised:
        return Decimal(person["allowance_amount"])
    return Decimal(person["d02_amount"])


def _look(offer: Offer, officer: User) -> Round:
    made = rounds.ask(offer=offer, user=officer, at=NOW)
    rounds.work(round_id=made.pk, at=NOW)
    made.refresh_from_db()
    return made


def _offer_to_all(offer: Offer, officer: User) -> dict[str, Refusal]:
    """Confirm and tell everybody, sure or not; everybody accepts. Who could not, and why."""
    for each in Candidate.objects.filter(kind__in=actions.OFFERED).order_by("pk"):
        actions.confirm(number=each.number, user=officer, at=NOW)
    refused = {}
    for kind in actions.OFFERED:
        shown = actions.confirmed(offer, kind).count()
        actions.tell(offer=offer, kind=kind, shown=shown, user=officer, at=NOW)
    for each in Candidate.objects.filter(status="told").order_by("pk"):
        user = _account(f"u-{each.number}", each.subject_id)
        try:
            answering.accept(
                number=each.number, user=user, at=NOW, application=_saying(each.subject_id)
            )
        except Refusal as refusal:
            refused[each.subject_id] = refusal
    return refused


def _saying(subject: str) -> Application:
    """A phone where none is registered; nobody has an account to make up."""
    known = rows.of_subject(subject).opened(NOW.date())
    return Application({} if "phone" in known else PHONE, {}, Case.Channel.WEB)


def _account(name: str, subject: str = "") -> User:
    return people.open_account(
        username=name,
        password="correct horse battery",
        display_name=name,
        subject_id=subject,
        by="test",
        at=NOW,
    )


def _numbers(yunze: SimpleNamespace) -> dict[str, str]:
    subjects = {p["citizen_id"]: rows.subject_of("person", p["citizen_id"]) for p in yunze.truth}
    return {subject: number for number, subject in subjects.items() if subject}


def _found(yunze: SimpleNamespace) -> dict[str, tuple[str, Mapping[str, Any]]]:
    numbers = _numbers(yunze)
    return {
        numbers[each.subject_id]: (each.kind, sealing.answer(each))
        for each in Candidate.objects.order_by("pk")
        if each.subject_id in numbers
    }


def _paid(yunze: SimpleNamespace, list_id: int) -> dict[str, Decimal]:
    numbers = _numbers(yunze)
    lines = PaymentLine.objects.filter(list_id=list_id, left_out="")
    return {
        numbers.get(line.subject_id, line.subject_id): Decimal(sealing.paid(line)["amount"])
        for line in lines
    }
