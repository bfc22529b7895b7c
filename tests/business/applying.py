"""Short ways to a case, and to an item whose process the test writes itself."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from tests.known import MONDAY
from tongban.base.people.models import User
from tongban.business.cases import actions, attachments, running
from tongban.business.cases.models import Case, ProcessRow, WorkItem
from tongban.business.cases.verbs import finishing
from tongban.business.items import actions as items
from tongban.business.items.bundle import Bundle
from tongban.business.items.models import ItemVersion

ANSWERS = {"wants_card": "no"}
OPEN = {"owns_home_here": None, "employed_here": None, "employer_name": None, "home_address": None}


def apply(
    version: ItemVersion,
    user: User,
    answers: dict[str, Any] = ANSWERS,
    disputed: dict[str, str] | None = None,
    uploads: attachments.Uploads | None = None,
    at: datetime = MONDAY,
) -> Case:
    application = actions.Application(answers, disputed or {}, Case.Channel.WEB, uploads or {})
    return actions.submit(version=version, user=user, application=application, at=at)


def complete(case: Case, user: User, *, grant: bool = True, words: str = "", at=MONDAY) -> Case:
    """Decide the one step that the case has had so far; where it decides nothing, it is done."""
    return close_step(case.work_items.get(), user, grant=grant, words=words, at=at)


def close_step(
    step: WorkItem, user: User, *, grant: bool = True, words: str = "", at=MONDAY
) -> Case:
    """As the page of the step ends it: decided, or done where there is nothing to decide."""
    if step.node in running.decision_steps(step.case.version):
        return actions.complete(work_item_id=step.pk, user=user, grant=grant, words=words, at=at)
    return finishing.finish(work_item_id=step.pk, user=user, words=words, at=at)


def timers() -> QuerySet[ProcessRow]:
    return ProcessRow.objects.filter(kind=ProcessRow.Kind.TIMER)


def left_behind(case: Case, number: int, due: datetime) -> None:
    """A timer that nothing waits for, as an older backup may bring it back."""
    rest = {"node": "late", "cells": {}, "sealed": b""}
    ProcessRow.objects.create(case=case, kind="timer", number=number, due=due, **rest)


def changed(read: Bundle, code: str, **texts: str) -> Bundle:
    """The bundle under another code, with another process, form or decision."""
    part = read.guide.item.model_copy(update={"code": code})
    written = {
        "form_text": read.form_text,
        "process_text": read.process_text,
        "decision_text": read.decision_text,
    }
    return Bundle(guide=read.guide.model_copy(update={"item": part}), **{**written, **texts})


def publish(read: Bundle, at: datetime = MONDAY) -> ItemVersion:
    return items.publish(bundle=read, by="test", at=at)
