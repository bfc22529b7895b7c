"""Everything that changes registers and facts, and the one way to a new edition."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.base.audit import actions as audit
from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.actions import content_hash
from tongban.data.lake.models import Edition, QuarantinedRow
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import deriving, queries, rows
from tongban.data.registers.definitions import FactsFile, RegisterFile
from tongban.data.registers.models import FactDefinition, LiveFact, Register, SubjectFacts
from tongban.errors import Refusal

Told = Callable[[str, int], None]


class FactTaken(Refusal):
    """Fact {key} is one of register {other}; the facts of {register} need other keys."""

    zh = "事实 {key} 已属于 {other} 库，{register} 库的事实请另取代码。"


class FactsElsewhere(Refusal):
    """Fact {key} of register {register} comes from {model}, the others from {relation}; one SQL
    model must give them all. Name it in facts.toml, too."""

    zh = (
        "{register} 库的事实 {key} 来自 {model}，其他事实来自 {relation}；"
        "须由同一个 SQL 模型给出，请在 facts.toml 中一并列出。"
    )


def _silent(step: str, count: int) -> None:
    return None


@transaction.atomic
def adopt_register(*, definition: RegisterFile, by: str, at: datetime) -> Register:
    content = definition.model_dump(mode="json", by_alias=True)
    digest = content_hash(content)
    register = Register.objects.select_for_update().filter(code=definition.code).first()
    if register is not None and register.content_hash == digest:
        return register
    register, _ = Register.objects.update_or_create(
        code=definition.code,
        defaults={
            "content": content,
            "content_hash": digest,
            "version": register.version + 1 if register else 1,
        },
    )
    audit.record("register.adopted", ("register", definition.code), actor=by, at=at)
    return register


@transaction.atomic
def adopt_facts(*, facts: FactsFile, by: str, at: datetime) -> int:
    """Make these facts of their register; returns how many there are. Others it has stay.

    Raises FactTaken and FactsElsewhere; then nothing has changed.
    """
    _check_place(facts)
    definitions = [
        FactDefinition(
            key=fact.key,
            register=facts.register_code,
            label_zh=fact.label.zh,
            label_en=fact.label.en,
            type=fact.type,
            grade=fact.grade,
            source=fact.source,
            model=facts.relation,
            column=fact.column,
            row_column=fact.row,
            cycle=fact.cycle,
            meaning_zh=fact.meaning.zh,
            meaning_en=fact.meaning.en,
            rule_zh=fact.rule.zh,
            rule_en=fact.rule.en,
            element=fact.element,
            also_from=list(fact.also_from),
        )
        for fact in facts.facts
    ]
    FactDefinition.objects.bulk_create(
        definitions,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[
            *("register", "label_zh", "label_en", "type", "grade", "source", "model"),
            *("column", "row_column", "cycle", "element", "also_from"),
            *("meaning_zh", "meaning_en", "rule_zh", "rule_en"),
        ],
    )
    audit.record("facts.adopted", ("register", facts.register_code), actor=by, at=at)
    return len(definitions)


def derive(
    *, edition: Edition, run_date: date, by: str, at: datetime, told: Told = _silent
) -> None:
    """From the sources of a draft edition to its registers and facts, then publish it.

    Raises ChecksFailed and StaleDraft, and then the draft is closed and readers see what they saw
    before.
    """
    with _closed_on_refusal(edition, by, at):
        deriving.build(
            edition=edition, registers=queries.registers(), run_date=run_date, at=at, told=told
        )
        with transaction.atomic():
            lake.publish(edition=edition, by=by, at=at)
            _forget_old_editions(edition)


@transaction.atomic
def accept_correction(
    *, row_id: int, values: Mapping[str, str | None], by: str, at: datetime
) -> QuarantinedRow:
    """A row as its office corrected it: judged now, in the next edition within a minute or so.

    Raises StillWrong; then nothing has changed.
    """
    row = pipelines.accept_correction(row_id=row_id, values=values, by=by, at=at)
    ask_to_let_in()
    return row


def ask_to_let_in() -> None:
    """A job for `let_in_corrections`; one that waits already takes these rows as well."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        job = queries.LET_IN
        app.configure_task(job, queueing_lock=job, lock=job).defer()


def let_in_corrections(*, by: str, at: datetime, told: Told = _silent) -> Edition | None:
    """Publish an edition with every corrected row that waits and what hangs on it; None where none
    waits. Raises ChecksFailed and StaleDraft: then the draft is closed and the rows wait on."""
    if not lake_queries.resources_with_corrections().exists():
        return None
    edition = lake.open_edition(by=by, at=at)
    with _closed_on_refusal(edition, by, at):
        done = pipelines.let_in_corrections(edition=edition, at=at)
        changed = {each.resource.table for each in done if each.rows}
        day = timezone.localdate(at)
        deriving.build(
            edition=edition,
            registers=queries.registers(),
            run_date=day,
            at=at,
            told=told,
            changed=changed,
        )
        with transaction.atomic():
            lake.publish(edition=edition, by=by, at=at)
            pipelines.settle_corrections(done=done, by=by, at=at)
            _forget_old_editions(edition)
    return edition


@contextmanager
def beside_registers(*, by: str, at: datetime) -> Iterator[Edition]:
    """A draft for tables that no register is made from: published at the end of the block, with the
    registers and facts that readers see now.

    A refusal in the block closes it, and readers see what they saw before.
    """
    edition = lake.open_edition(by=by, at=at)
    with _closed_on_refusal(edition, by, at):
        yield edition
        with transaction.atomic():
            lake.share_facts(edition=edition)
            lake.publish(edition=edition, by=by, at=at)
            _forget_old_editions(edition)


@contextmanager
def _closed_on_refusal(edition: Edition, by: str, at: datetime) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        lake.fail(edition=edition, reason=refusal.told("zh"), by=by, at=at)
        raise


@transaction.atomic
def state_fact(
    *,
    subject_id: str,
    key: str,
    value: Any,
    origin: str,
    at: datetime,
    until: date | None = None,
) -> None:
    """A fact that the platform itself makes true now; readers of this subject see it at once. After
    its last day, `until`, what the edition says counts again."""
    sealed = settings.VAULT.seal(json.dumps(value, ensure_ascii=False).encode(), rows.PURPOSE)
    LiveFact.objects.update_or_create(
        subject_id=subject_id,
        key=key,
        defaults={"sealed": sealed, "origin": origin, "since": at, "until": until},
    )


def _check_place(facts: FactsFile) -> None:
    register, keys = facts.register_code, [fact.key for fact in facts.facts]
    live = FactDefinition.objects.order_by("key")
    if taken := live.filter(key__in=keys).exclude(register=register).first():
        raise FactTaken(key=taken.key, other=taken.register, register=register)
    staying = live.filter(register=register).exclude(key__in=keys)
    if other := staying.exclude(model=facts.relation).first():
        raise FactsElsewhere(
            key=other.key, register=register, model=other.model, relation=facts.relation
        )


def _forget_old_editions(edition: Edition) -> None:
    """What was given up meanwhile counts for nothing: the edition before can be gone back to."""
    old = SubjectFacts.objects.filter(edition_number__lt=edition.number)
    needed = {each.facts_number for each in lake_queries.kept(edition)}
    old.exclude(edition_number__in=needed).delete()
