"""What is missing or wrong in an application is put right by its applicant: when the office has
asked for it, once and for all of it at once (Licensing Law, art. 32), or of his own accord."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import attachments, evidence, filling, objections, permissions, running
from tongban.business.cases.filling import Answers, NotFilledIn
from tongban.business.cases.locking import check_running, locked
from tongban.business.cases.models import Case, CaseEvent, Correction, Draft, WorkItem
from tongban.business.cases.reading import form_of
from tongban.business.cases.verbs import history, suspending, telling
from tongban.business.items import guide as guides
from tongban.engines import forms, processes
from tongban.engines.clocks import Ground
from tongban.engines.forms import Field, Form, Known, Prefilled, Submission
from tongban.errors import Refusal

DAYS = 15  # working days that the applicant has
ASK_WITHIN = 5  # working days; whoever asks later does not stop the clock by it


class AskedAlready(Refusal):
    """Corrections to case {number} were asked for on {on}: they are asked for once, all of them at
    once. Decide on what there is."""

    zh = "办件 {number} 已于 {on} 告知过补正：需补正的内容应一次告知，请根据现有材料办理。"


class NothingAskedFor(Refusal):
    """Name at least one question that the applicant is to correct."""

    zh = "请至少选择一个需要申请人补正的问题。"


class NotOnTheForm(Refusal):
    """The applicant of case {number} was not asked this and cannot correct it: {questions_en}."""

    zh = "办件 {number} 的申请表没有问过，无法补正：{questions_zh}。"


class HeldByUs(Refusal):
    """This comes from our own registers and not from the applicant: {questions_en}. Have it checked
    by the office that holds it."""

    zh = "以下内容来自政府数据，不由申请人填写：{questions_zh}。请由提供数据的部门核实。"


class NobodyReads(Refusal):
    """Case {number} waits for no person at the moment, so nobody would read a correction; try
    again once it does."""

    zh = "办件 {number} 目前不在等待人工办理，暂不能补正，请稍后再试。"


class NothingCorrected(Refusal):
    """Nothing is different from what case {number} says already."""

    zh = "所填内容与办件 {number} 现有内容相同，没有可以补正的。"


class NotAskedFor(Refusal):
    """You were asked to correct other questions, and these stay as they are: {questions_en}."""

    zh = "未要求补正以下内容，请保持不变：{questions_zh}。"


@dataclass(frozen=True)
class Filled:
    """The form of a case as it stands: what was typed, what is known, what is disputed."""

    form: Form
    typed: Answers
    known: Prefilled
    disputed: Mapping[str, str]

    def again(self, typed: Answers, disputed: Mapping[str, str]) -> Submission:
        both = {**self.disputed, **disputed}
        return forms.validate(self.form, {**self.typed, **typed}, self.known, both)

    def own(self) -> tuple[Field, ...]:
        """What the applicant has seen, and what is his to say."""
        shown = self.again({}, {}).shown
        return tuple(
            field
            for field in self.form.fields
            if field.path in shown
            and (field.key not in self.known.known or field.key in self.disputed)
        )

    def questions(self, keys: Sequence[str]) -> dict[str, str]:
        """As the form asks them, for a refusal; a key that is no question stands as it is."""
        return {
            "questions_zh": "、".join(self._labels(keys, "zh")),
            "questions_en": ", ".join(self._labels(keys, "en")),
        }

    def _labels(self, keys: Sequence[str], language: str) -> list[str]:
        named = {field.key: field.label(language) for field in self.form.fields}
        return [named.get(key, key) for key in keys]


@transaction.atomic
def ask(
    *, case_id: int, user: User, questions: Sequence[str], words: str, at: datetime
) -> Correction:
    """Tell the applicant at once everything that has to be corrected. Asked within five working
    days, the clock stands until he has, for fifteen working days at most."""
    case = locked(case_id)
    permissions.check_can_handle(user, case)
    check_running(case)
    check_once(case)
    wanted = list(dict.fromkeys(questions))
    _check_questions(case, wanted)
    why = history.needed(words)
    by = history.handler(user, case)
    suspension = None
    if stops_the_clock(case, at):
        suspending.check_runs(case)
        suspension = suspending.stop(case, Ground.CORRECTION, DAYS, why, user, at)
    made = Correction.objects.create(
        case=case,
        questions=wanted,
        asked_at=at,
        asked_by=user,
        words_sealed=evidence.seal_words(why),
        suspension=suspension,
    )
    details = {"questions": wanted, "suspends": suspension is not None}
    history.note(case, "tb:correction", CaseEvent.Transition.SCHEDULE, by, at, why, details)
    history.record("case.correction_asked", case, by, at, details)
    _tell_applicant(case, made, why, at)
    return made


@transaction.atomic
def correct(
    *,
    case_id: int,
    user: User,
    answers: Answers,
    at: datetime,
    disputed: Mapping[str, str] | None = None,
    uploads: attachments.Uploads | None = None,
    beyond: Collection[str] = (),
) -> Case:
    """The applicant answers anew what he names; everything else stays as it was. The rules are
    asked again where the process names the step for it, and the clock goes on. `beyond` are
    questions that another office of the same package has asked for.

    Raises NotFilledIn with a problem per question; then nothing has changed.
    """
    case = locked(case_id)
    permissions.check_is_applicant(user, case, at)
    asked = check_can_correct(case)
    files = uploads or {}
    attachments.check(files)
    before = filled(case)
    said = {key: words for key, words in (disputed or {}).items() if key not in before.disputed}
    after = before.again(filling.answers(before.form, answers, files), said)
    if after.problems:
        raise NotFilledIn(after.problems)
    changed = _changed(case, before, after, [*files, *said])
    if not changed:
        raise NothingCorrected(number=case.number)
    if asked is not None:
        _check_asked_for([*asked.questions, *beyond], before, after, changed)
    made = _keep(case, asked, after, at)
    _keep_what_came(case, before.form, after, made, said, files, at)
    by = history.applicant(user)
    details = {"questions": changed, "asked": asked is not None}
    history.note(case, "tb:correction", CaseEvent.Transition.COMPLETE, by, at, "", details)
    history.record("case.corrected", case, by, at, details)
    if asked is not None:
        _answer(case, asked, user, by, at)
    _go_back(case, user, by, at)
    return case


def check_can_correct(case: Case) -> Correction | None:
    """Returns what was asked for, if anything was."""
    check_running(case)
    asked = open_one(case)
    if asked is None:
        _check_is_read(case)
    return asked


def open_one(case: Case) -> Correction | None:
    """What the applicant was asked for and has not corrected."""
    asked = case.corrections.filter(asked_at__isnull=False, corrected_at=None)
    return asked.select_related("asked_by", "suspension").first()


def asked_of(cases: Iterable[Case]) -> set[int]:
    """The keys of those whose applicant was asked and has not corrected."""
    keys = [case.pk for case in cases]
    asked = Correction.objects.filter(case__in=keys, asked_at__isnull=False, corrected_at=None)
    return set(asked.values_list("case", flat=True))


def filled(case: Case) -> Filled:
    """By the facts as the case read them: it rests on these."""
    form = form_of(case.version)
    rows = {row.fact: row for row in case.evidence.select_related("objection")}
    facts = {
        key: Known(evidence.value(row), evidence.origin(row), row.grade)
        for key, row in rows.items()
        if row.known
    }
    disputed = {
        field.key: objections.said(rows[field.fact].objection)
        for field in form.fields
        if field.fact in rows and rows[field.fact].disputed
    }
    known = forms.prefill(form, facts)
    own = {
        key: value
        for key, value in evidence.answers(case).items()
        if key not in known.known or key in disputed
    }
    return Filled(form, filling.typed_again(own), known, disputed)


def check_once(case: Case) -> None:
    before = case.corrections.filter(asked_at__isnull=False).first()
    if before is not None:
        assert before.asked_at is not None
        raise AskedAlready(number=case.number, on=timezone.localdate(before.asked_at))


def _check_questions(case: Case, wanted: Sequence[str]) -> None:
    """Only what the applicant has seen, and what is his to say."""
    if not wanted:
        raise NothingAskedFor
    held = filled(case)
    shown = held.again({}, {}).shown
    seen = {field.key for field in held.form.fields if field.path in shown}
    unseen = [key for key in wanted if key not in seen]
    if unseen:
        raise NotOnTheForm(number=case.number, **held.questions(unseen))
    ours = [key for key in wanted if key in held.known.known and key not in held.disputed]
    if ours:
        raise HeldByUs(**held.questions(ours))


def stops_the_clock(case: Case, at: datetime) -> bool:
    """Whoever is not told within five working days counts as accepted from the beginning (art. 32):
    to ask later is allowed, and costs the office its own days."""
    start = timezone.localdate(case.accepted_at or case.submitted_at)
    return calendar.current().working_days(start, timezone.localdate(at)) <= ASK_WITHIN


def _check_is_read(case: Case) -> None:
    if not case.work_items.filter(status=WorkItem.Status.OPEN).exists():
        raise NobodyReads(number=case.number)


def _changed(case: Case, before: Filled, after: Submission, handed_in: Sequence[str]) -> list[str]:
    """Keys in the order of the form."""
    held = evidence.answers(case)
    keys = (field.key for field in before.form.fields)
    return [key for key in keys if held.get(key) != after.values.get(key) or key in handed_in]


def _check_asked_for(
    asked: Collection[str], before: Filled, after: Submission, changed: Sequence[str]
) -> None:
    """A correction may show a question that was hidden, or hide one: these are answered with it."""
    shown_before, shown_now = before.again({}, {}).shown, after.shown
    paths = {field.key: field.path for field in before.form.fields}
    both = {key for key, path in paths.items() if path in shown_before and path in shown_now}
    others = [key for key in changed if key in both and key not in asked]
    if others:
        raise NotAskedFor(**before.questions(others))


def _keep(case: Case, asked: Correction | None, after: Submission, at: datetime) -> Correction:
    made = asked or Correction(case=case)
    made.corrected_at, made.before_sealed = at, case.answers_sealed
    made.save()
    case.answers_sealed = evidence.seal_answers(after.values)
    case.save(update_fields=["answers_sealed"])
    Draft.objects.filter(version=case.version, applicant_id=case.applicant_id).delete()
    return made


def _keep_what_came(
    case: Case,
    form: Form,
    after: Submission,
    made: Correction,
    said: Mapping[str, str],
    files: attachments.Uploads,
    at: datetime,
) -> None:
    new = {
        field.fact: after.disputed[field.key]
        for field in form.fields
        if field.fact is not None and field.key in said
    }
    case.evidence.filter(fact__in=new).update(disputed=True)
    objections.raise_each(case, new, at)
    asked_for = {key: each for key, each in files.items() if key in after.values}
    attachments.keep(case, form, asked_for, made)
    evidence.require_again(case, guides.of(case.version), filling.materials(form, after))


def _answer(case: Case, asked: Correction, user: User, by: running.Actor, at: datetime) -> None:
    """The clock goes on, and whoever asked hears of it."""
    if asked.suspension is not None and asked.suspension.ended_at is None:
        suspending.go_on(case, asked.suspension, user, by, "", at)
    assert asked.asked_by is not None
    telling.colleague(
        asked.asked_by,
        case,
        f"申请人已补正 {case.number}，最晚 {case.promised_on} 答复。",
        f"The applicant has corrected case {case.number}; it is to be answered by "
        f"{case.promised_on}.",
        at,
    )


def _go_back(case: Case, user: User, by: running.Actor, at: datetime) -> None:
    """Without a step to go back to, the open work goes on with the new answers."""
    to = running.definition_of(case.version).correction
    if to is not None:
        running.advance(case, processes.Return(None, to, str(user.pk), at), by=by, at=at)


def _tell_applicant(case: Case, made: Correction, why: str, at: datetime) -> None:
    days: dict[str, Any] = {"zh": "", "en": ""}
    if made.suspension is not None:
        until = made.suspension.authorised_until
        days["zh"] = f"请在 {until} 前补正，等待期间不计入办理时间，最晚 {case.promised_on} 答复。"
        days["en"] = (
            f" until {until}. The days until then are not counted: it is answered by "
            f"{case.promised_on}."
        )
    count = len(made.questions)
    joins_zh, joins_en = _joins(case, made)
    telling.applicant(
        case,
        f"有 {count} 项内容需要补正：{why.rstrip('。')}。{days['zh']}{joins_zh}",
        f"needs {count} corrections{days['en'] or '.'} {why}{joins_en}",
        at,
    )


def _joins(case: Case, made: Correction) -> tuple[str, str]:
    """Where another office of the same package has asked already, it is one list."""
    if case.package_id is None:
        return "", ""
    others = Correction.objects.filter(
        case__package=case.package_id,
        case__status=Case.Status.RUNNING,
        asked_at__isnull=False,
        corrected_at=None,
    )
    if not others.exclude(pk=made.pk).exists():
        return "", ""
    return (
        "已并入您的同一张补正清单，一次填写即可。",
        " It joins the list that you have already: answer once.",
    )
