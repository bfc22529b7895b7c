"""A refusal says its reason in both languages and leaves every row as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import models

from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.base.people.models import Post, User
from tongban.business.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseMessage,
    Correction,
    Decision,
    Draft,
    Evidence,
    Extension,
    Objection,
    ProcessHead,
    ProcessRow,
    Requirement,
    Revocation,
    Suspension,
    WorkItem,
)
from tongban.business.certificates.models import Certificate
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.data.registers.models import LiveFact
from tongban.errors import Refusal

WATCHED: tuple[type[models.Model], ...] = (
    *(Case, WorkItem, CaseEvent, CaseMessage, Decision, Draft, Evidence, Objection, Requirement),
    *(Suspension, Extension, Correction, Revocation),
    *(
        ProcessHead,
        ProcessRow,
        Attachment,
        Certificate,
        ItemVersion,
        ServiceItem,
        LiveFact,
        Notice,
        Event,
        Post,
        User,
    ),
)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {each.__name__: list(each.objects.order_by("pk").values_list()) for each in WATCHED}


@contextmanager
def refused(refusal: type[Refusal], zh: str, en: str) -> Iterator[None]:
    before = everything()
    with pytest.raises(refusal) as raised:
        yield
    assert (raised.value.told("zh"), raised.value.told("en")) == (zh, en)
    assert everything() == before
