"""What a process may ask the platform to do; a process names one of these, nothing else runs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tongban.base.notices import actions as notices
from tongban.business.cases import evidence, outside_terms, simulated
from tongban.business.cases.models import Case, Evidence
from tongban.business.certificates import actions as certificates
from tongban.business.items import guide as guides
from tongban.business.items.guide import Years
from tongban.data.registers import actions as registers
from tongban.errors import Refusal

Operation = Callable[[Case, Mapping[str, Any], datetime], Mapping[str, Any]]


class UnknownOperation(Refusal):
    """The process calls {operation}, which the platform does not offer."""

    zh = "流程调用了平台没有提供的操作 {operation}。"


class FactNotRead(Refusal):
    """The process asks for the fact {fact}, which the item does not read. Add it to facts.used in
    item.toml, or take it out of the process."""

    zh = (
        "流程要取事实 {fact}，该事项并不读取它。"
        "请在 item.toml 的 facts.used 中补上，或从流程中去掉。"
    )


def run(operation: str, case: Case, inputs: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The outputs of the operation, in the transaction of the step."""
    if operation not in OPERATIONS:
        raise UnknownOperation(operation=operation)
    return OPERATIONS[operation](case, inputs, at)


def collect_facts(case: Case, inputs: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The facts were read, and audited, when the case was submitted; the process goes by them, and
    gets the value of those alone that it names as `facts`. One that is disputed is null."""
    rows = {row.fact: row for row in case.evidence.all()}
    found = {fact: _held(rows, fact) for fact in inputs.get("facts") or ()}
    return {"facts_known": all(row.known for row in rows.values()), **found}


def issue_certificate(case: Case, inputs: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """Issue, and state the facts that follow from it, so that they hold from this moment on."""
    guide = guides.of(case.version)
    _settle(case, Case.Status.GRANTED, at)
    if simulated.is_playing():
        return {"certificate": ""}
    result = guide.result
    rows = {row.fact: row for row in case.evidence.all()}
    today = timezone.localdate(at)
    face = certificates.Face(
        kind=f"{case.office.uscc}{result.type_code}",
        name_zh=result.name.zh,
        name_en=result.name.en,
        holder_id=case.applicant_id,
        content={
            rows[fact].label_zh: evidence.words(rows[fact], "zh") or "—" for fact in result.face
        },
        valid_from=today,
        valid_until=_years_later(_begins(rows, result.valid, today), result.valid.years),
    )
    made = certificates.issue(
        face=face, office=case.office, case_number=case.number, by="platform", at=at
    )
    made_true = {"holds": True, "valid_until": made.valid_until.isoformat()}
    for what, fact in result.states.items():
        registers.state_fact(
            subject_id=case.applicant_id,
            key=fact,
            value=made_true[what],
            origin=certificates.origin(made),
            at=at,
            until=made.valid_until,
        )
    return {"certificate": made.identifier}


def notify_approval(case: Case, inputs: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    notices.tell(
        subject_id=case.applicant_id,
        about=("case", case.number),
        zh=f"您申请的{case.version.item.name_zh}已批准，电子证照可以下载。",
        en=f"Your application ({case.version.item.name_en}) is granted; download the certificate.",
        at=at,
    )
    return {}


def notify_refusal(case: Case, inputs: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The refusal takes effect by being told, with its reasons, which stand on the case's page."""
    _settle(case, Case.Status.REFUSED, at)
    notices.tell(
        subject_id=case.applicant_id,
        about=("case", case.number),
        zh=f"您申请的{case.version.item.name_zh}未获准许，请查看理由和救济途径。",
        en=f"Your application ({case.version.item.name_en}) is refused; see why and what to do.",
        at=at,
    )
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "collect_facts": collect_facts,
    "issue_certificate": issue_certificate,
    "notify_approval": notify_approval,
    "notify_refusal": notify_refusal,
}
SETTLING = frozenset({"issue_certificate", "notify_refusal"})  # after these a case is decided
OFFERED = {name: name in SETTLING for name in OPERATIONS}


def offered(outside: Iterable[str] | None = None) -> Mapping[str, bool]:
    """What a process may ask for, and whether that decides a case; without codes of outside
    services, those that are live."""
    codes = outside_terms.live_codes() if outside is None else outside
    return {**OFFERED, **{f"{outside_terms.PREFIX}{code}": False for code in codes}}


def _settle(case: Case, status: str, at: datetime) -> None:
    assert status in Case.TRANSITIONS[Case.Status(case.status)]
    case.status, case.finished_at = status, at


def _held(rows: Mapping[str, Evidence], fact: str) -> Any:
    if fact not in rows:
        raise FactNotRead(fact=fact)
    row = rows[fact]
    return None if row.disputed else evidence.value(row)


def _begins(rows: Mapping[str, Evidence], valid: Years, today: date) -> date:
    """Who has something prolonged in time loses no day of it."""
    before = _held(rows, valid.after) if valid.after else None
    return before + timedelta(days=1) if before is not None and before >= today else today


def _years_later(day: date, years: int) -> date:
    """The last day of so many years; a 29 February ends on the 28th."""
    try:
        return day.replace(year=day.year + years) - timedelta(days=1)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
