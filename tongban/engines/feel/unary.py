"""Unary tests (the cells of a decision table) and `in`, spelled out as comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tongban.engines.feel import tree, types
from tongban.engines.feel.constructs import SIGNS, interval
from tongban.engines.feel.lexer import END
from tongban.engines.feel.reader import Reader
from tongban.engines.feel.refusals import Place
from tongban.engines.feel.scope import Variable
from tongban.engines.feel.tree import Node
from tongban.engines.feel.types import ListOf, RangeOf

Spell = Callable[[Node], Node]


def unary_tests(read: Reader, tested: Variable) -> Node:
    """A whole text of tests: `-`, `< 5, [10..20]`, `not("a", "b")`, or a condition on `?`."""
    cursor = read.cursor
    if cursor.next_is("-") and cursor.ahead(1).kind == END:
        return tree.Literal(cursor.take().place, types.BOOLEAN, True)
    subject = tree.Name(cursor.place, tested.type, tested)

    def spell(node: Node) -> Node:
        return _spelled_test(read, subject, tested, node)

    return _negated(read, subject, spell) or _any_of(read, _tests(read, subject, spell))


def _negated(read: Reader, subject: Node, spell: Spell) -> Node | None:
    """`not(…)` around all tests; None for `not(a) or b`, which is one condition."""
    cursor, findings = read.cursor, read.check.findings
    if not (cursor.next_is("not") and cursor.ahead(1).is_("(")):
        return None
    start, known = cursor.at, len(findings)
    place = cursor.take().place
    cursor.take()
    tests = _tests(read, subject, spell)
    if cursor.skip(")") and cursor.token.kind == END:
        return read.check.negation(place, _any_of(read, tests))
    cursor.at = start
    del findings[known:]
    return None


def in_tests(read: Reader, subject: Node) -> Node:
    """What follows `in`; the cursor stands behind the word."""
    if isinstance(subject, (tree.Name, tree.Literal)):
        return _in(read, subject)
    # The subject is computed once, however many tests there are.
    variable = Variable("in", subject.type)
    name = tree.Name(subject.place, subject.type, variable)
    return tree.Let(subject.place, types.BOOLEAN, variable, subject, _in(read, name))


def _in(read: Reader, subject: Node) -> Node:
    def spell(node: Node) -> Node:
        return _spelled(read, subject, node, or_true=False)

    if read.cursor.next_is("("):
        return _in_brackets(read, subject, spell)
    return _test(read, subject, read.operand, spell)


def _in_brackets(read: Reader, subject: Node, spell: Spell) -> Node:
    """`(1, > 5)`, which is several tests, or `(1..5)`, which is one interval."""
    place = read.cursor.take().place
    if not read.cursor.next_is(*SIGNS):
        first = read.expression()
        if read.cursor.next_is(".."):
            return spell(interval(read, place, first, low_included=False))
        tests = [spell(first)]
    else:
        tests = [_test(read, subject, read.expression, spell)]
    if read.cursor.expect(",", ")").text == ",":
        read.rest(")", lambda: tests.append(_test(read, subject, read.expression, spell)))
    return _any_of(read, tests)


def _tests(read: Reader, subject: Node, spell: Spell) -> list[Node]:
    tests = [_test(read, subject, read.expression, spell)]
    while read.cursor.skip(","):
        tests.append(_test(read, subject, read.expression, spell))
    return tests


def _test(read: Reader, subject: Node, other: Callable[[], Node], spell: Spell) -> Node:
    if read.cursor.next_is(*SIGNS):
        sign = read.cursor.take()
        return read.check.comparison(sign.place, sign.text, subject, read.operand())
    return spell(other())


def _any_of(read: Reader, tests: Sequence[Node]) -> Node:
    return tests[0] if len(tests) == 1 else read.check.junction(tests[0].place, "or", tests)


def _spelled_test(read: Reader, subject: Node, tested: Variable, node: Node) -> Node:
    """A cell may hold a condition instead of values: one that reads `?` or can only be that."""
    is_condition = tested in tree.reads(node) or (
        node.type == types.BOOLEAN
        and subject.type != types.BOOLEAN
        and not types.is_open(subject.type)
    )
    if is_condition:
        read.check.expect(node, types.BOOLEAN, "A condition in a cell", "单元格中的条件")
        return node
    return _spelled(read, subject, node, or_true=True)


def _spelled(read: Reader, subject: Node, node: Node, or_true: bool) -> Node:
    if isinstance(node, tree.Interval):
        return _inside(read, subject, node)
    if isinstance(node.type, (ListOf, RangeOf)):
        return _member(read, subject, node, node.type.item)
    of_open_type = types.is_open(node.type) or types.is_open(subject.type)
    if of_open_type and not isinstance(node, tree.Literal):
        return tree.Member(node.place, types.BOOLEAN, subject, node, or_true)
    return read.check.comparison(node.place, "=", subject, node)


def _inside(read: Reader, subject: Node, interval: tree.Interval) -> Node:
    tests: list[Node] = []
    ends = [
        (interval.low, ">", interval.low_included),
        (interval.high, "<", interval.high_included),
    ]
    for end, sign, included in ends:
        if end is not None:
            closed = sign + "=" if included else sign
            tests.append(read.check.comparison(interval.place, closed, subject, end))
    return tests[0] if len(tests) == 1 else read.check.junction(interval.place, "and", tests)


def _member(read: Reader, subject: Node, node: Node, item: types.Type) -> Node:
    place: Place = node.place
    parts = isinstance(item, (ListOf, RangeOf)) or isinstance(subject.type, (ListOf, RangeOf))
    if not parts and not types.overlap(subject.type, item):
        read.check.never(place, "in", subject, node)
    return tree.Member(place, types.BOOLEAN, subject, node, or_true=False)
