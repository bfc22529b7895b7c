"""What must be so at any moment, also right after a process died; and what must be so in the end.

Findings are sentences; none is what everybody wants to read.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.killing import acts
from tests.known import MONDAY
from tongban.base.audit import verification
from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.business.cases.models import Case, ProcessRow
from tongban.business.certificates.models import Certificate
from tongban.data.lake import maintenance, queries, store
from tongban.data.lake import rows as lake_rows
from tongban.data.lake.models import DataKey, Edition, EditionTable, Load, QuarantinedRow
from tongban.data.registers import rows as register_rows
from tongban.data.registers.models import LiveFact, SubjectFacts
from tongban.data.standards.models import Issue

EXPECTED = {"granted": Case.Status.GRANTED, "decided": Case.Status.GRANTED, "late": "refused"}


def at_any_moment(round: int) -> list[str]:
    """Readers may see this turn, or the last one before it that brought them something."""
    return [*_readers(round), *_loads(), *_cases(), *_log()]


def in_the_end(act: str, round: int) -> Iterator[str]:
    """The act was called again and is whole now: everything once, nothing left lying about."""
    yield from at_any_moment(round)
    if act == "handle":
        yield from _three_cases(round)
    else:
        yield from _quarantine(act, round)
    if act == "seal":
        yield from _chained()
    unfinished = ProcrastinateJob.objects.exclude(status="succeeded")
    yield from (f"job {job.pk} {job.task_name} is {job.status}" for job in unfinished)
    yield from _left_behind()


def _readers(round: int) -> Iterator[str]:
    """Lake, models and online store show one and the same turn, each row once."""
    seen = _seen()
    turns = {int(name.rpartition(" ")[2]) for names in seen.values() for name in names}
    if len({tuple(rows) for rows in seen.values()}) != 1 or len(turns) != 1:
        yield f"tables and store of one edition differ: {seen}"
    if max(turns) > round:
        yield f"readers see what is to come: {seen}"
    for place, rows in seen.items():
        if len(rows) != len(set(rows)) or len(rows) not in (3, 4):
            yield f"{place} holds {rows}"


def _seen() -> dict[str, list[str]]:
    """The names of firms, as each place shows them to whoever reads now."""
    current = queries.current_edition()
    assert current is not None
    with lake_rows.attached(current, [acts.TABLE, acts.FACTS]) as con:
        source = con.execute(f"SELECT name FROM {acts.TABLE} ORDER BY 1").fetchall()
        derived = con.execute(f"SELECT enterprise_name FROM {acts.FACTS} ORDER BY 1").fetchall()
    held = SubjectFacts.objects.filter(edition_number=current.number, register="enterprise")
    stored = [register_rows.unseal(bytes(row.sealed))["enterprise_name"][0] for row in held]
    return {
        "source": [name for (name,) in source],
        "model": [name for (name,) in derived],
        "store": sorted(stored),
    }


def _loads() -> Iterator[str]:
    """What was read lies in the lake or in quarantine, once."""
    last = None
    for last in Load.objects.filter(status=Load.Status.DONE).order_by("pk"):
        held = store.lake().snapshot(acts.TABLE, last.table_version).rows
        kept = held + last.quarantined.filter(status="corrected").count()
        if last.rows_kept != kept or last.rows_read != kept + last.rows_quarantined:
            yield f"load {last.pk}: {last.rows_read} read, {held} in the lake, {kept} kept"
    waiting = QuarantinedRow.objects.filter(status__in=("open", "accepted")).count()
    if last and waiting != last.rows_quarantined:
        yield f"load {last.pk}: {last.rows_quarantined} in quarantine, {waiting} are there"
    for row in QuarantinedRow.objects.values("raw_digest").annotate(n=Count("pk")).filter(n__gt=1):
        yield f"a row of the source is {row['n']} times in quarantine"


def _cases() -> Iterator[str]:
    """A case stands before or after a step, with all that belongs to it and nothing twice."""
    counted = Case.objects.annotate(
        waits=Count("work_items", filter=Q(work_items__status="open"), distinct=True),
        held=Count("process_rows", distinct=True),
    )
    for case in counted:
        is_running = case.status == Case.Status.RUNNING
        certificates = Certificate.objects.filter(case_number=case.number).count()
        notices = Notice.objects.filter(about_id=case.number).count()
        expected = (is_running, is_running, case.status == Case.Status.GRANTED, not is_running)
        if (case.waits == 1, case.held > 0, certificates == 1, notices == 1) != expected:
            yield (
                f"case {case.number} is {case.status}: {case.waits} steps wait, {case.held} rows,"
                f" {certificates} certificates, {notices} notices"
            )
        steps = case.events.values("activity", "transition", "instance").annotate(n=Count("pk"))
        yield from (f"case {case.number} twice: {step}" for step in steps.filter(n__gt=1))
    applicants = Case.objects.values("applicant_id").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"{row['applicant_id']} has {row['n']} cases" for row in applicants)
    live = LiveFact.objects.values("subject_id").distinct().count()
    if live != Certificate.objects.count():
        yield f"{live} people have facts of a certificate, {Certificate.objects.count()} have one"


def _log() -> Iterator[str]:
    """What was done was recorded in the same transaction: as often, and no oftener."""
    published = Edition.objects.filter(status=Edition.Status.PUBLISHED)
    corrected = QuarantinedRow.objects.filter(status__in=("accepted", "corrected"))
    done = {
        "case.submitted": Case.objects.count(),
        "certificate.issued": Certificate.objects.count(),
        "case.decided": Case.objects.filter(decisions__decided_by=_officer()).count(),
        "edition.opened": Edition.objects.count(),
        "edition.published": published.count(),
        "source.collected": Load.objects.filter(status=Load.Status.DONE).count(),
        "row.corrected": corrected.count(),
    }
    told = dict(Event.objects.values_list("kind").annotate(n=Count("pk")))
    for kind, times in done.items():
        if told.get(kind, 0) != times:
            yield f"{kind}: {times} times done, {told.get(kind, 0)} times recorded"


def _officer() -> str:
    return str(acts.User.objects.get(username="shen").pk)


def _three_cases(round: int) -> Iterator[str]:
    for kind, status in EXPECTED.items():
        found = Case.objects.filter(applicant_id=acts.subject(round, kind))
        if [case.status for case in found] != [status]:
            yield f"turn {round}, {kind}: {[case.status for case in found]}"
    if ProcessRow.objects.exists():
        yield "timers or tokens of ended cases are left"


def _quarantine(act: str, round: int) -> Iterator[str]:
    """One row waits for its office, with one question; or it was corrected and let in, once."""
    rows = QuarantinedRow.objects.filter(status__in=("open", "accepted")).count()
    issues = Issue.objects.filter(status=Issue.Status.OPEN).count()
    names = _seen()["source"]
    firms = (*acts.FIRMS, "丁") if act == "correct" else acts.FIRMS
    if sorted(names) != sorted(acts.name(round, firm) for firm in firms):
        yield f"readers see {names} after {act} {round}"
    if (rows, issues) != ((0, 0) if act == "correct" else (1, 1)):
        yield f"{rows} rows wait, {issues} issues are open"


def _chained() -> Iterator[str]:
    report = verification.verify()
    if not report.sound or report.waiting:
        yield f"the log: {report.findings}, {report.waiting} not sealed"


def _left_behind() -> Iterator[str]:
    """Scratch folders of the dead go with the next engine; what they staged, with the tidying."""
    spilt = [folder.name for folder in Path(settings.SCRATCH).glob("spill-*")]
    if spilt:
        yield f"scratch folders are left: {spilt}"
    maintenance.tidy(by="test", at=MONDAY + timedelta(days=90))
    for table in sorted(set(DataKey.objects.values_list("table", flat=True))):
        if store.lake().latest(table) is None:
            continue
        lake, named = store.lake(), EditionTable.objects.filter(table=table)
        named = named.exclude(edition__status=Edition.Status.FAILED)
        versions = {lake.latest(table), *named.values_list("version", flat=True)}
        kept = {file.path for v in versions for file in lake.snapshot(table, v).files}
        lying = {path for paths in lake.data_files(table).values() for path in paths}
        if lying != kept:
            yield f"{table}: {len(lying - kept)} files of no edition, {len(kept - lying)} gone"
    if drafts := Edition.objects.filter(status=Edition.Status.DRAFT).count():
        yield f"{drafts} drafts are open that nobody works on"
