"""A simulated case goes through the actions that a real one goes through. While one is played,
nothing leaves it: no certificate, no fact, no notice. Nor does it read anybody's facts: they are
handed to it, and its applicant has a name that nobody else has.

Nobody but the player moves such a case, and no queue of work shows it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from tongban.base.notices import actions as notices
from tongban.business.cases.simulation_models import SimulatedCase
from tongban.data.exchange.gate import Fact
from tongban.errors import Refusal

AT_ONCE = 200
_plays: ContextVar[bool] = ContextVar("plays a simulation", default=False)
_handed: ContextVar[Mapping[str, Fact] | None] = ContextVar("facts of a simulation", default=None)


class OnlySimulated(Refusal):
    """Case {number} is simulated: it can be looked at, and nobody works on it."""

    zh = "{number} 是模拟办件，只能查看，不能办理。"


@contextmanager
def playing() -> Iterator[None]:
    token = _plays.set(True)
    try:
        yield
    finally:
        _plays.reset(token)


def is_playing() -> bool:
    return _plays.get()


@contextmanager
def handing(facts: Mapping[str, Fact]) -> Iterator[None]:
    """What is submitted within goes by these facts, and asks the gate for none."""
    token = _handed.set(facts)
    try:
        yield
    finally:
        _handed.reset(token)


def handed() -> Mapping[str, Fact] | None:
    return _handed.get()


def has(case: str) -> Exists:
    """Is the case whose key this column holds simulated? By its index for each row: joined, a
    query that ends after a few rows would go over all cases."""
    return Exists(SimulatedCase.objects.filter(case=OuterRef(case)))


def check_may_move(number: str, is_simulated: bool) -> None:
    if is_simulated and not is_playing():
        raise OnlySimulated(number=number)


def remove(rows: QuerySet[SimulatedCase]) -> int:
    """Take these cases away with all that hangs on them; returns how many there were. The log of
    what happened stays, as always."""
    gone = 0
    while found := list(rows.order_by("pk").select_related("case")[:AT_ONCE]):
        for row in found:
            notices.forget(about=("case", row.case.number))
        cases = type(found[0].case).objects.filter(pk__in=[row.case.pk for row in found])
        _remove(cases)
        gone += len(found)
    return gone


def _remove(rows: QuerySet[Model]) -> None:
    """With whatever points to them, the last first."""
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    for field in rows.model._meta.get_fields(include_hidden=True):
        if (field.one_to_many or field.one_to_one) and field.auto_created and not field.concrete:
            below = field.related_model._default_manager  # pyright: ignore
            _remove(below.filter(**{f"{field.field.name}__in": keys}))  # pyright: ignore
    rows.model._default_manager.filter(pk__in=keys).delete()
