"""The part of a contract's connection that belongs to the kind, turned into its dataclass."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tongban.errors import Refusal

from .port import Connector, Words


class UnknownOption(Refusal):
    """A source of kind {kind} has no option {option}. It knows: {known}."""

    zh = "{kind} 类来源没有选项 {option}，可用的选项有：{known}。"


class MissingOption(Refusal):
    """A source of kind {kind} needs the option {option}. Add it to the contract's connection."""

    zh = "{kind} 类来源缺少选项 {option}，请在资源约定的连接部分补上。"


class BadOption(Refusal):
    """Option {option} of a source of kind {kind} must be {expected}."""

    zh = "{kind} 类来源的选项 {option} 应为{expected_zh}。"

    def __init__(self, kind: str, option: str, expected: Words):
        super().__init__(kind=kind, option=option, expected=expected.en, expected_zh=expected.zh)


def settle(
    connector: type[Connector], kind: str, options: Mapping[str, object], base: Path
) -> Connector:
    """The connector with its options, each known and of its declared type."""
    declared: Any = connector  # a dataclass, which a protocol cannot say
    fields = {field.name: field for field in dataclasses.fields(declared) if field.name != "base"}
    for name in options:
        if name not in fields:
            raise UnknownOption(kind=kind, option=name, known=", ".join(fields))
    for name, field in fields.items():
        if name not in options and field.default is dataclasses.MISSING:
            raise MissingOption(kind=kind, option=name)
    hints = get_type_hints(declared)
    values = {name: _fitting(kind, name, hints[name], value) for name, value in options.items()}
    return declared(base=base, **values)


def _fitting(kind: str, name: str, hint: Any, value: object) -> object:
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        if value not in choices:
            listed = ", ".join(choices)
            raise BadOption(kind, name, Words(f"one of: {listed}", f"其中之一：{listed}"))
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):  # pyright: ignore[reportUnknownVariableType]
            raise BadOption(kind, name, Words("a list of texts", "文字列表"))
        return tuple(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if hint is float and (
        not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0
    ):
        raise BadOption(kind, name, Words("a number, not negative", "非负数"))
    if hint is int and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadOption(kind, name, Words("a whole number, not negative", "非负整数"))
    if hint is str and (not isinstance(value, str) or not value):
        raise BadOption(kind, name, Words("a text that is not empty", "非空文字"))
    return value
