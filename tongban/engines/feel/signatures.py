"""How a built-in function is declared, and how its arguments reach it.

A declaration is the line a user reads: `substring(string: string, start position: number,
length?: number) -> string`. `name?` may be left out, `type?` may be null, `name...` takes any
number of values (or one list of them, if its type is a list). An argument that is null where null
has no meaning makes the result null; one that is unknown makes it unknown, except for functions
declared with `define_partial`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from tongban.engines.feel import types
from tongban.engines.feel.refusals import LENGTH_LIMIT, OutOfRange, Undefined
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Frame, Function, Unknown, Value, kind, names_missing


class WrongArgument(Undefined):
    """{function}: “{parameter}” must be {expected}, not {found}."""

    zh = "{function}：“{parameter}”应为 {expected}，不能是 {found}。"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type
    optional: bool
    nullable: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in. `compute` takes plain values, never the wrong type."""

    text: str
    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    compute: Callable[..., Value]
    partial: bool  # copes with unknown values itself
    otherwise: Signature | None = None  # the form for arguments that only the run shows to fit it

    @property
    def many(self) -> bool:
        return bool(self.parameters) and self.parameters[-1].many

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments in order."""
        least = sum(not parameter.optional for parameter in self.parameters)
        return count >= least and (self.many or count <= len(self.parameters))

    def takes_named(self, names: Sequence[str]) -> bool:
        first = [parameter.name for parameter in self.parameters[: len(names)]]
        return sorted(names) == sorted(first) and self.takes(len(names))


Registry = dict[str, tuple[Signature, ...]]

_SPEC = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\) -> (?P<result>.+)")
_PARAMETER = re.compile(
    r"(?P<name>[^:?.]+)(?P<optional>\?)?(?P<many>\.\.\.)?: (?P<type>[^?]+)(?P<nullable>\?)?"
)
_TYPES: Mapping[str, Type] = {
    **types.NAMED,
    "any": types.ANY,
    "list": types.ANY_LIST,
    "context": types.ANY_CONTEXT,
    "range": types.RangeOf(types.ANY),
    "function": types.ANY_FUNCTION,
    "list of string": types.ListOf(types.STRING),
    "list of number": types.ListOf(types.NUMBER),
    "list of boolean": types.ListOf(types.BOOLEAN),
    "list of context": types.ListOf(types.ANY_CONTEXT),
}

Compute = Callable[..., Value]


def define(registry: Registry, text: str) -> Callable[[Compute], Compute]:
    """Declare a function whose result is unknown as soon as a part of an argument is."""
    return partial(_define, registry, text, False)


def define_partial(registry: Registry, text: str) -> Callable[[Compute], Compute]:
    """Declare a function that can have a result although some arguments are unknown."""
    return partial(_define, registry, text, True)


def _define(registry: Registry, text: str, copes: bool, compute: Compute) -> Compute:
    spec = _SPEC.fullmatch(text)
    assert spec, text
    parameters = tuple(map(_parameter, filter(None, spec["parameters"].split(", "))))
    name = spec["name"]
    signature = Signature(text, name, parameters, _TYPES[spec["result"]], compute, copes)
    registry[name] = (*registry.get(name, ()), signature)
    return compute


def _parameter(text: str) -> Parameter:
    spec = _PARAMETER.fullmatch(text)
    assert spec, text
    return Parameter(
        spec["name"],
        _TYPES[spec["type"]],
        bool(spec["optional"]),
        bool(spec["nullable"]),
        bool(spec["many"]),
    )


def call(signature: Signature, frame: Frame, arguments: list[Value]) -> Value:
    """The function's value; `arguments` are in the order of the parameters.

    Raises Undefined where the data do not allow a result.
    """
    if signature.many:
        arguments = _gathered(signature, arguments)
    try:
        given = [
            _argument(signature, parameter, frame, value)
            for parameter, value in zip(signature.parameters, arguments, strict=False)
        ]
    except WrongArgument:
        if signature.otherwise is None:
            raise
        return call(signature.otherwise, frame, arguments)
    if any(
        value is None and not parameter.nullable
        for parameter, value in zip(signature.parameters, given, strict=False)
    ):
        return None
    if not signature.partial:
        missing = names_missing(*arguments)
        if missing is not None:
            return Unknown(missing)
    result = signature.compute(*given)
    if isinstance(result, (str, list)) and len(result) > LENGTH_LIMIT:
        raise OutOfRange(operation=signature.name)
    return result


def as_value(forms: Sequence[Signature]) -> Function:
    """A built-in that is not called but handed on: in its first form, without what may be left out.

    A built-in that takes any number of values takes one list.
    """
    form = forms[0]
    needed = [parameter for parameter in form.parameters if not parameter.optional]
    typed = tuple((parameter.name, parameter.type) for parameter in needed)
    names = tuple(parameter.name for parameter in needed)
    return Function(names, partial(call, form), types.FunctionOf(typed, form.result))


def _gathered(signature: Signature, arguments: list[Value]) -> list[Value]:
    """With `list...: list` last, `f([1, 2])` and `f(1, 2)` are the same call."""
    fixed = len(signature.parameters) - 1
    rest = arguments[fixed:]
    takes_a_list = isinstance(signature.parameters[-1].type, types.ListOf)
    if takes_a_list and len(rest) == 1 and isinstance(rest[0], (list, Unknown, type(None))):
        return arguments
    return [*arguments[:fixed], rest]


def _argument(
    signature: Signature, parameter: Parameter, frame: Frame, value: Value
) -> Value | Callable[..., Value]:
    if value is None or isinstance(value, Unknown) or parameter.type == types.ANY:
        return value
    if isinstance(parameter.type, types.ListOf):
        return _listed(signature, parameter, value)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # FEEL takes a list of one for its only item
    if type(value) is int:
        value = Decimal(value)
    if isinstance(value, Function) and parameter.type == types.ANY_FUNCTION:
        return partial(value.call, frame)
    if value is None or isinstance(value, Unknown) or types.fits(value, parameter.type):
        return value
    raise WrongArgument(
        function=signature.name,
        parameter=parameter.name,
        expected=str(parameter.type),
        found=kind(value),
    )


def _listed(signature: Signature, parameter: Parameter, value: Value) -> Value:
    listed: list[Value] = value if isinstance(value, list) else [value]
    if not types.fits(listed, parameter.type):
        raise WrongArgument(
            function=signature.name,
            parameter=parameter.name,
            expected=str(parameter.type),
            found=kind(value),
        )
    return listed
