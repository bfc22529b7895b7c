"""What is already known is not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tongban.engines.feel import Unknown, Value
from tongban.engines.forms.form import Field, Form
from tongban.engines.forms.kinds import CHOICES
from tongban.engines.forms.visibility import visible
from tongban.engines.forms.words import Problem

UNFIT = Problem(
    "What the register holds does not fit this question, so please answer it.",
    "登记的内容与本题不符，请您填写。",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact: its value, where it comes from, how sensitive it is (1-4)."""

    value: Value
    origin: Mapping[str, str]
    grade: int


@dataclass(frozen=True, slots=True)
class KnownField:
    field: Field
    value: Value
    origin: Mapping[str, str]
    grade: int


@dataclass(frozen=True, slots=True)
class Prefilled:
    """`known`: by key, what need not be asked, hidden or not. `open`: what is left to ask, as long
    as nothing else is answered, in form order. `unfit`: by key, why a fact leaves its question open
    although somebody holds it. `shown`: the paths of what the page shows to begin with."""

    known: Mapping[str, KnownField]
    open: tuple[Field, ...]
    unfit: Mapping[str, Problem]
    shown: frozenset[str]


def prefill(form: Form, facts: Mapping[str, Known]) -> Prefilled:
    """`facts` are named by fact. One that is missing, unknown or null leaves its question open."""
    known: dict[str, KnownField] = {}
    unfit: dict[str, Problem] = {}
    for field in form.fields:
        fact = facts.get(field.fact) if field.fact else None
        if fact is None or fact.value is None or isinstance(fact.value, Unknown):
            continue
        value = _fitting(field, fact.value)
        if value is None:
            unfit[field.key] = UNFIT
        else:
            known[field.key] = KnownField(field, value, fact.origin, fact.grade)
    starting = {field.key: field.default for field in form.fields}
    starting |= {key: each.value for key, each in known.items()}
    shown = visible(form, starting)
    left = (field for field in form.fields if field.key not in known and field.path in shown)
    return Prefilled(known, tuple(left), unfit, shown)


def _fitting(field: Field, value: Value) -> Value:
    """The value as the question's type has it; None where it is no possible answer."""
    if field.type in CHOICES:
        return value if _offered(field, value) else None
    if field.type in ("textfield", "textarea"):
        return value if isinstance(value, str) and value else None
    if field.type == "number":
        return _number(value)
    if field.type == "datetime":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    return value if field.type == "checkbox" and isinstance(value, bool) else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _offered(field: Field, value: Value) -> bool:
    if (field.type == "checklist") != isinstance(value, list):
        return False
    options = [option.value for option in field.options]
    chosen = value if isinstance(value, list) else [value]
    return all(each in options for each in chosen)
