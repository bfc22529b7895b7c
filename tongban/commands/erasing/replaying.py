"""Erasing again from a state that was restored from an older backup.

The list holds digests. Their numbers are found by looking at every number that stands in the lake,
the quarantine or the store of facts; what is not found there is not in the backup.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.audit.models import Event
from tongban.commands.erasing import ledger
from tongban.commands.erasing.doing import Told, take_out
from tongban.commands.erasing.target import Target
from tongban.data.lake import erasing as lake
from tongban.data.pipelines import erased, persons
from tongban.data.pipelines.models import Erased
from tongban.data.registers import erasing as registers
from tongban.data.registers.models import SubjectFacts
from tongban.data.registers.rows import PURPOSE as FACTS
from tongban.engines.tables.quoting import identifier

RESTORE = "restore"  # who acts where a restore erases again


def replay(file: Path, *, by: str, at: datetime, told: Told) -> list[Target]:
    """Everybody on the list who is not erased in this state yet. Raises ListMissing or ListDamaged.

    The list of this deployment takes the lines in: it is what the next restore is handed.
    """
    listed = ledger.read(file)
    ledger.keep(listed)
    lines = [line for line in listed if not _is_done(line)]
    if not lines:
        return []
    keys = _keys(lines)
    targets = []
    for done, line in enumerate(lines):
        told("erasing again", done, len(lines))
        targets.append(_again(line, keys.get(line.digest), by, at, told))
    return targets


def still_held(file: Path) -> int:
    """How many persons of the list can be found, erased here or not; looks at everything."""
    return len(_keys(ledger.read(file)))


def taken_again(since: datetime) -> dict[str, int]:
    """Rows that a restore which began then has taken out of each table, by the audit log."""
    events = Event.objects.filter(kind="table.erased", actor=RESTORE, at__gte=since)
    taken: Counter[str] = Counter()
    for event in events:
        taken[event.subject_id] += event.details["taken"]
    return taken


def _is_done(line: ledger.Line) -> bool:
    rows = Erased.objects.filter(register=line.register, digest=bytes.fromhex(line.digest))
    return rows.exclude(finished_at=None).exists()


def _again(line: ledger.Line, key: str | None, by: str, at: datetime, told: Told) -> Target:
    """Nothing refuses: a case that is open again was finished when the person was erased."""
    digest = bytes.fromhex(line.digest)
    target = Target((key,) if key else (), registers.subject_of_digest(digest))
    row, _ = Erased.objects.get_or_create(
        register=line.register,
        digest=digest,
        defaults={
            "bucket": line.bucket,
            "basis": line.basis,
            "erased_at": datetime.fromisoformat(line.at),
            "erased_by": line.by,
        },
    )
    if target.forms:
        take_out(target, run=f"erase-{row.pk}", by=by, at=at, told=told)
    with transaction.atomic():
        erased.finish(row=row, at=at)
        subjects = [target.subject_id] if target.subject_id else []
        audit.record(
            *("erasure.replayed", ("erasure", str(row.pk))),
            actor=by,
            at=at,
            basis=line.basis,
            subjects=subjects,
        )
    return target


def _keys(lines: Sequence[ledger.Line]) -> dict[str, str]:
    """The number of every digest for which the state still holds it."""
    wanted = {line.digest for line in lines}
    buckets = {line.bucket for line in lines}
    found: dict[str, str] = {}
    for number in set(_numbers()):
        if erased.bucket(number) in buckets:
            digest = erased.digest(erased.REGISTER, number).hex()
            if digest in wanted:
                found[digest] = number
    return found


def _numbers() -> Iterator[str]:
    for table in lake.tables():
        for text in lake.distinct(table, lambda con: persons.prepare(con, ()), _written):
            yield from persons.numbers_in(text)
    for _, text in lake.quarantined_texts():
        yield from persons.numbers_in(text)
    for sealed in SubjectFacts.objects.values_list("sealed", flat=True).iterator():
        yield from persons.numbers_in(settings.VAULT.open(bytes(sealed), FACTS).decode())


def _written(columns: Sequence[str]) -> str:
    cells = ", ".join(map(identifier, columns))
    return f"regexp_extract_all(erased_plain(concat_ws('|', {cells})), '{persons.ANY_NUMBER}')"
