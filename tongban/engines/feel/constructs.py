"""The expressions that begin with a sign or a word of their own: brackets, `if`, `for`, …

Each function is called with the cursor on that sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.engines.feel import lexer, tree, types
from tongban.engines.feel.reader import Reader
from tongban.engines.feel.refusals import FeelError, Place
from tongban.engines.feel.scope import Variable
from tongban.engines.feel.tree import Node
from tongban.engines.feel.typenames import member_name
from tongban.engines.feel.types import FunctionOf, ListOf, Type

SIGNS = ("<", "<=", ">", ">=", "=", "!=")


class NotSupported(FeelError):
    """“{what}” is not supported."""

    zh = "不支持“{what}”。"


def brackets(read: Reader) -> Node:
    """`(1 + 2)`, `(1..2]` or `(< 10)`."""
    place = read.cursor.take().place
    if read.cursor.next_is(*SIGNS[:-1]):
        sign = read.cursor.take().text
        end = read.operand()
        read.cursor.expect(")")
        return read.check.half_open(place, sign, end)
    inner = read.expression()
    if read.cursor.next_is(".."):
        return interval(read, place, inner, low_included=False)
    read.cursor.expect(")")
    return inner


def square(read: Reader) -> Node:
    """`[1, 2]` or `[1..2]`."""
    place = read.cursor.take().place
    if read.cursor.skip("]"):
        return read.check.listed(place, [])
    first = _item(read)
    if read.cursor.next_is("..") and not isinstance(first, tree.Interval):
        return interval(read, place, first, low_included=True)
    items = [first]
    if read.cursor.expect(",", "]").text == ",":
        read.rest("]", lambda: items.append(_item(read)))
    return read.check.listed(place, items)


def _item(read: Reader) -> Node:
    """Of a list: also `> 5`, which is an interval."""
    if not read.cursor.next_is(*SIGNS[:-1]):
        return read.expression()
    sign = read.cursor.take()
    return read.check.half_open(sign.place, sign.text, read.operand())


def open_interval(read: Reader) -> Node:
    """`]1..2]`."""
    place = read.cursor.take().place
    return interval(read, place, read.expression(), low_included=False)


def interval(read: Reader, place: Place, low: Node, low_included: bool) -> Node:
    """The rest of an interval, from its `..` on."""
    read.cursor.expect("..")
    high = read.expression()
    closed = (low_included, read.cursor.expect("]", ")", "[").text == "]")
    return read.check.interval(place, low, high, closed)


def context(read: Reader) -> Node:
    """`{a: 1, b: a + 1}`: each entry may read those before it, and a function call itself."""
    place = read.cursor.take().place
    entries: list[tuple[Variable, Node]] = []

    def entry() -> None:
        name = _key(read)
        read.cursor.expect(":")
        own = [Variable(name, types.ANY)] if read.cursor.next_is("function") else []
        with read.naming.within([*(variable for variable, _ in entries), *own]):
            node = read.expression()
        if any(variable.name == name for variable, _ in entries):
            raise TwiceInContext(node.place, name=name)
        calls_itself = own and own[0] in tree.reads(node)
        entries.append((own[0] if calls_itself else Variable(name, node.type), node))

    read.until("}", entry)
    return read.check.context(place, entries)


class TwiceInContext(FeelError):
    """The name “{name}” is used twice in one context."""

    zh = "同一个上下文里出现了两个“{name}”。"


def _key(read: Reader) -> str:
    if read.cursor.token.kind == lexer.STRING:
        return str(read.cursor.take().value)
    return member_name(read.cursor, ":")


def conditional(read: Reader) -> Node:
    place = read.cursor.take().place
    condition = read.expression()
    read.cursor.expect("then")
    then = read.expression()
    read.cursor.expect("else")
    return read.check.conditional(place, condition, then, read.expression())


def loop(read: Reader) -> Node:
    place = read.cursor.take().place
    loops = _loops(read, "return")
    partial = Variable("partial", types.ANY_LIST)
    with read.naming.within([*(each.variable for each in loops), partial]):
        body = read.expression()
    return tree.For(place, ListOf(body.type), loops, partial, body)


def quantified(read: Reader) -> Node:
    word = read.cursor.take()
    loops = _loops(read, "satisfies")
    with read.naming.within([each.variable for each in loops]):
        body = read.expression()
    read.check.expect(body, types.BOOLEAN, "What is to be satisfied", "要满足的条件")
    return tree.Quantified(word.place, types.BOOLEAN, word.text == "every", loops, body)


def _loops(read: Reader, end: str) -> tuple[tree.Loop, ...]:
    """`x in xs, y in ys`: a later domain may read an earlier variable."""
    loops: list[tree.Loop] = []
    while True:
        name = member_name(read.cursor, "in")
        read.cursor.expect("in")
        with read.naming.within([each.variable for each in loops]):
            domain = read.expression()
            last = read.expression() if read.cursor.skip("..") else None
        variable = Variable(name, read.check.loop_item(domain, last))
        loops.append(tree.Loop(variable, domain, last))
        if read.cursor.expect(",", end).text == end:
            return tuple(loops)


def function(read: Reader) -> Node:
    place = read.cursor.take().place
    read.cursor.expect("(")
    parameters: list[Variable] = []

    def parameter() -> None:
        name = member_name(read.cursor, ":", ",", ")")
        type_: Type = types.ANY
        if read.cursor.skip(":"):
            type_ = read.type_names.read(read.cursor)
        parameters.append(Variable(name, type_))

    read.until(")", parameter)
    if read.cursor.next_is("external"):
        raise NotSupported(read.cursor.place, what="external")
    with read.naming.within(parameters):
        body = read.expression()
    typed = FunctionOf(tuple((known.name, known.type) for known in parameters), body.type)
    return tree.Lambda(place, typed, tuple(parameters), body)


BEGINNINGS: Mapping[str, Callable[[Reader], Node]] = {
    "(": brackets,
    "[": square,
    "]": open_interval,
    "{": context,
    "if": conditional,
    "for": loop,
    "some": quantified,
    "every": quantified,
    "function": function,
}
