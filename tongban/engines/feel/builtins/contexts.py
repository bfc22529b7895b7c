"""Contexts: reading and building them by names that only the run knows."""

from __future__ import annotations

from functools import partial

from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.signatures import Registry, define, define_partial
from tongban.engines.feel.values import Unknown, Value

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_define_partial = partial(define_partial, FUNCTIONS)


class NoSuchKey(Undefined):
    """The context has no member “{name}”."""

    zh = "上下文没有成员“{name}”。"


class NotAnEntry(Undefined):
    """An entry is a context with a “key” and a “value”; no key may come twice."""

    zh = "条目应是含 key 和 value 的上下文，且 key 不得重复。"


@_define_partial("get value(m: context, key: string) -> any")
def get_value(context: Value, key: Value) -> Value:
    if isinstance(context, dict) and isinstance(key, str):
        if key not in context:
            raise NoSuchKey(name=key)
        return context[key]
    return context if isinstance(context, Unknown) else key


@_define_partial("get entries(m: context) -> list of context")
def get_entries(context: Value) -> Value:
    if not isinstance(context, dict):
        return context
    return [{"key": key, "value": value} for key, value in context.items()]


@_define("context put(context: context, key: string, value: any?) -> context")
def context_put(context: dict[str, Value], key: str, value: Value) -> Value:
    return {**context, key: value}


@_define("context put(context: context, keys: list of string, value: any?) -> context")
def context_put_within(context: dict[str, Value], keys: list[str | None], value: Value) -> Value:
    """Null, with the reason, where the way leads through what is no context."""
    key, *rest = keys or [None]
    if key is None:
        raise NoSuchKey(name="")
    if not rest:
        return {**context, key: value}
    inner = context.get(key)
    if not isinstance(inner, dict):
        raise NoSuchKey(name=rest[0])
    return {**context, key: context_put_within(inner, rest, value)}


@_define("context merge(contexts: list of context) -> context")
def context_merge(contexts: list[dict[str, Value] | None]) -> Value:
    """What comes later wins; null as soon as one of them is."""
    merged: dict[str, Value] = {}
    for context in contexts:
        if context is None:
            return None
        merged |= context
    return merged


@_define("context(entries: list of context) -> context")
def context(entries: list[dict[str, Value] | None]) -> Value:
    built: dict[str, Value] = {}
    for entry in entries:
        key = entry.get("key") if entry else None
        if not entry or not isinstance(key, str) or "value" not in entry or key in built:
            raise NotAnEntry
        built[key] = entry["value"]
    return built
