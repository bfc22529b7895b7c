"""The fields of a trial: one for every input, by its type, and what was typed as FEEL values."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.business.items.bundle import CLOCK, Bundle
from tongban.data.registers import queries as registers
from tongban.engines.decisions import Decision, Given
from tongban.engines.decisions.given import given_of
from tongban.engines.decisions.steps import Input
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    Type,
)
from tongban.errors import Refusal
from tongban.web.ui.parts import Option

LONGEST = 2000
WRITTEN = (STRING, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS)  # typed as they are
KINDS: Mapping[Type, str] = {
    **dict.fromkeys(WRITTEN, "text"),
    NUMBER: "number",
    DATE: "date",
}
HINTS: Mapping[Type, object] = {
    TIME: _("例如 14:30:00"),
    DATE_TIME: _("例如 2026-09-21T10:00:00"),
    DAYS_TIME: _("例如 P15D 表示 15 天"),
    YEARS_MONTHS: _("例如 P1Y6M 表示一年六个月"),
}


@dataclass(frozen=True)
class TrialField:
    """`name` is the control's; `input` what the decision calls it. What is not typed is unknown,
    and so is what is ticked as unknown."""

    name: str
    input: str
    label: str
    type: Type
    kind: str  # select, text, number, date, json
    options: tuple[Option, ...]
    hint: str
    value: str
    unknown: bool

    @property
    def unknown_name(self) -> str:
        """Of the box that says that nobody knows it."""
        return f"u{self.name}"

    @property
    def is_given(self) -> bool:
        return bool(self.value) and not self.unknown


@dataclass(frozen=True)
class Slip:
    """What was typed into a field and is no value of its type."""

    field: TrialField
    words: str


def of(bundle: Bundle, decision: Decision, typed: Mapping[str, str]) -> tuple[TrialField, ...]:
    language = get_language() or "zh"
    facts = registers.definitions(decision.inputs)
    options = dict(_asked(bundle, language))
    inputs = [each for each in decision.sources.values() if each.name not in CLOCK]
    return tuple(
        TrialField(
            name=f"v{place}",
            input=each.name,
            label=facts[each.name].label if each.name in facts else each.label.told(language),
            type=each.shape.type,
            kind="select" if (found := _options(each, options, language)) else _kind(each),
            options=found,
            hint=str(HINTS.get(each.shape.type, "")),
            value=typed.get(f"v{place}", "").strip()[:LONGEST],
            unknown=f"uv{place}" in typed,
        )
        for place, each in enumerate(inputs)
    )


def given(fields: Collection[TrialField]) -> tuple[dict[str, Given], list[Slip]]:
    """What is known, and what could not be read."""
    language = get_language() or "zh"
    known: dict[str, Given] = {}
    slips: list[Slip] = []
    for each in fields:
        if not each.is_given:
            continue
        try:
            text = f"{{{json.dumps(each.input)}: {_json(each)}}}"
            known |= given_of(text, {each.input: each.type})
        except Refusal as refusal:
            slips.append(Slip(each, refusal.told(language)))
    return known, slips


def _json(field: TrialField) -> str:
    """As JSON: what is no value of the type becomes a string, which is refused by name."""
    is_text = field.type in WRITTEN or not _is_json(field.value)
    return json.dumps(field.value, ensure_ascii=False) if is_text else field.value


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return False
    return True


def _no_number(text: str) -> None:
    raise ValueError(text)


def _kind(source: Input) -> str:
    return KINDS.get(source.shape.type, "json")


def _options(
    source: Input, asked: Mapping[str, tuple[Option, ...]], language: str
) -> tuple[Option, ...]:
    if source.shape.type == BOOLEAN:
        return tuple(_option("true" if it else "false", it, language) for it in (True, False))
    listed = source.shape.listed()
    if listed and source.shape.type == STRING:
        return tuple(_option(str(value), value, language) for value in listed)
    return asked.get(source.name, ()) if source.shape.type == STRING else ()


def _option(value: str, shown, language: str) -> Option:
    return Option(value, value_words(shown, language))


def _asked(bundle: Bundle, language: str) -> Iterator[tuple[str, tuple[Option, ...]]]:
    """What the form lets an applicant choose from."""
    for field in bundle.form.fields:
        yield field.key, tuple(Option(o.value, o.label(language)) for o in field.options)
