"""The grammar of expressions: operator precedence over tokens, straight into the typed tree."""

from __future__ import annotations

from functools import partial

from tongban.engines.feel import lexer, temporal, tree, types
from tongban.engines.feel.builtins import BUILTINS
from tongban.engines.feel.checker import Checker, UnknownFunction, UnknownName
from tongban.engines.feel.constructs import BEGINNINGS
from tongban.engines.feel.cursor import Cursor
from tongban.engines.feel.lexer import Token
from tongban.engines.feel.naming import Items, Naming, unknown_name
from tongban.engines.feel.reader import Reader
from tongban.engines.feel.refusals import FeelError, Place
from tongban.engines.feel.scope import Variable, Vocabulary, joined, run_length
from tongban.engines.feel.signatures import Signature, as_value
from tongban.engines.feel.tree import Node
from tongban.engines.feel.typenames import TypeNames, member_name
from tongban.engines.feel.types import ContextOf, FunctionOf, ListOf, Type
from tongban.engines.feel.unary import in_tests, unary_tests

LOWEST, OR, AND, COMPARE, ADD, MULTIPLY, POWER, SIGN, INSTANCE = range(9)
_INFIX = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), COMPARE),
    **dict.fromkeys("+-", ADD),
    **dict.fromkeys("*/", MULTIPLY),
    "**": POWER,
    "instance": INSTANCE,
}
_BEGINS_NOTHING = frozenset({*_INFIX, "then", "else", "return", "satisfies"})
_BUILTINS = Vocabulary(BUILTINS)
DEPTH_LIMIT = 150  # nodes on the longest way down: each costs a Python call when it runs


class TooDeep(FeelError):
    """The expression combines more than {limit} levels of operators. Split it."""

    zh = "表达式的运算层次超过 {limit} 层，请拆分。"


class NotATime(FeelError):
    """“{text}” is not a date, time or duration."""

    zh = "“{text}”不是日期、时间或时长。"


def parse(
    text: str, naming: Naming, type_names: TypeNames, tested: Variable | None
) -> tuple[Node, list[FeelError]]:
    """The tree of an expression, or of the unary tests on `tested`, and its findings.

    Raises FeelError where the text cannot be read at all.
    """
    parser = _Parser(text, naming, type_names)
    if tested is None:
        node = parser.expression(LOWEST)
    else:
        with parser.naming.within([tested]):
            node = unary_tests(parser.read, tested)
    parser.cursor.expect_end()
    if tree.depth(node) > DEPTH_LIMIT:
        raise TooDeep(Place(1, 1), limit=DEPTH_LIMIT)
    return node, parser.check.findings


class _Parser:
    def __init__(self, text: str, naming: Naming, type_names: TypeNames) -> None:
        self.cursor = Cursor(lexer.tokens(text))
        self.naming = naming
        self.check = Checker()
        self.type_names = type_names
        self.read = Reader(
            self.cursor,
            self.naming,
            self.check,
            self.type_names,
            partial(self.expression, LOWEST),
            partial(self.expression, COMPARE),
        )

    def expression(self, power: int) -> Node:
        """An expression whose operators bind more strongly than `power`."""
        with self.cursor:
            left = self._postfix(self._primary())
            while (binds := self._binds()) > power:
                left = self._operator(left, binds)
            return left

    def _binds(self) -> int:
        token = self.cursor.token
        return _INFIX.get(token.text, LOWEST) if token.is_(token.text) else LOWEST

    def _operator(self, left: Node, binds: int) -> Node:
        sign = self.cursor.take()
        if sign.text == "between":
            return self._between(sign.place, left)
        if sign.text == "in":
            return in_tests(self.read, left)
        if sign.text == "instance":
            self.cursor.expect("of")
            target = self.type_names.read(self.cursor)
            return tree.InstanceOf(sign.place, types.BOOLEAN, left, target)
        right = self.expression(binds)
        if binds in (OR, AND):
            return self._junction(sign, left, right)
        if binds == COMPARE:
            return self.check.comparison(sign.place, sign.text, left, right)
        return self.check.arithmetic(sign.place, sign.text, left, right)

    def _junction(self, word: Token, left: Node, right: Node) -> Node:
        """One node for `a and b and c`, however many there are."""
        parts = [left, right]
        if isinstance(left, tree.Junction) and left.word == word.text:
            parts = [*left.parts, right]
        return self.check.junction(word.place, word.text, parts)

    def _between(self, place: Place, subject: Node) -> Node:
        low = self.expression(COMPARE)
        self.cursor.expect("and")
        return self.check.between(place, subject, low, self.expression(COMPARE))

    def _primary(self) -> Node:
        token = self.cursor.token
        if token.kind in (lexer.NUMBER, lexer.STRING):
            self.cursor.take()
            return tree.Literal(token.place, types.type_of(token.value), token.value)
        if token.kind == lexer.AT:
            return self._at_literal()
        if token.text in lexer.KEYWORDS:
            found = self.naming.find(self.cursor)
            if found is not None and found[1] > 1:
                return self._name()  # a name such as "for sale"
        if token.is_("true", "false", "null"):
            self.cursor.take()
            value = {"true": True, "false": False}.get(token.text)
            return tree.Literal(token.place, types.type_of(value), value)
        if token.is_("-"):
            return self.check.negated(self.cursor.take().place, self.expression(SIGN))
        if token.is_(*BEGINNINGS):
            return BEGINNINGS[token.text](self.read)
        return self._name()

    def _at_literal(self) -> Node:
        token = self.cursor.take()
        try:
            value = temporal.parse(str(token.value))
        except temporal.NotTemporal:
            return self.check.null(NotATime(token.place, text=token.value))
        return tree.Literal(token.place, types.type_of(value), value)

    def _name(self) -> Node:
        found = self.naming.find(self.cursor)
        forms = self._built_in(found)
        if forms is not None:
            return self._call(forms)
        if found is not None:
            self.cursor.at += found[1]
            return found[0]
        return self._unknown()

    def _unknown(self) -> Node:
        length = run_length(self.cursor.tokens, self.cursor.at)
        if not length:
            raise self.cursor.unexpected("an expression", "表达式")
        name, place = unknown_name(self.cursor.tokens, self.cursor.at), self.cursor.place
        built_in = _BUILTINS.longest(self.cursor.tokens, self.cursor.at)
        self.cursor.at += length
        if built_in is not None and built_in[1] == length:
            function = as_value(built_in[0])
            return tree.Literal(place, function.type, function)
        if self.cursor.skip("("):
            self._arguments()
            return self.check.null(UnknownFunction(place, name=name))
        return self.check.null(UnknownName(place, name=name))

    def _built_in(self, found: tuple[Node, int] | None) -> tuple[Signature, ...] | None:
        """The function called here, unless the scope has a longer name or a function of its own."""
        match = _BUILTINS.longest(self.cursor.tokens, self.cursor.at)
        if match is None or not self.cursor.ahead(match[1]).is_("("):
            return None
        if found is not None and (
            found[1] > match[1] or (found[1] == match[1] and isinstance(found[0].type, FunctionOf))
        ):
            return None
        self.cursor.at += match[1]
        return match[0]

    def _call(self, forms: tuple[Signature, ...]) -> Node:
        place = self.cursor.expect("(").place
        names, arguments = self._arguments()
        if names:
            return self.check.call_named(place, forms, names, arguments)
        return self.check.call(place, forms, arguments)

    def _arguments(self) -> tuple[list[str], list[Node]]:
        """What stands between the brackets; the names are empty for arguments in order."""
        names: list[str] = []
        nodes: list[Node] = []
        length = run_length(self.cursor.tokens, self.cursor.at)
        named = length > 0 and self.cursor.ahead(length).is_(":")

        def argument() -> None:
            if named:
                names.append(member_name(self.cursor, ":"))
                self.cursor.expect(":")
            nodes.append(self.read.expression())

        self.read.until(")", argument)
        return names, nodes

    def _postfix(self, node: Node) -> Node:
        while True:
            if self.cursor.next_is("."):
                node = self._path(node)
            elif self.cursor.next_is("[") and _begins_expression(self.cursor.ahead(1)):
                node = self._filter(node)
            elif self.cursor.next_is("("):
                place = self.cursor.take().place
                names, arguments = self._arguments()
                node = self.check.invocation(place, node, names, arguments)
            else:
                return node

    def _path(self, target: Node) -> Node:
        self.cursor.take()
        place, at, tokens = self.cursor.place, self.cursor.at, self.cursor.tokens
        found = _members(target.type).longest(tokens, at)
        length = found[1] if found else run_length(tokens, at)
        if not length:
            raise self.cursor.unexpected("a name", "名称")
        self.cursor.at += length
        name = found[0] if found else joined(tokens[at : at + length])
        return self.check.path(place, target, name)

    def _filter(self, target: Node) -> Node:
        place = self.cursor.take().place
        items = Items.of(target.type)
        with self.naming.within(*items.named()):
            condition = self.read.expression()
        self.cursor.expect("]")
        return self.check.filter(place, target, items.item, items.members, condition)


def _begins_expression(token: Token) -> bool:
    """Whether `[` opens a filter; else it is the open end of an interval: ]1..5[."""
    if token.kind == lexer.SYMBOL:
        return token.text in ("-", "(", "[", "{")
    return token.kind != lexer.END and not token.is_(*_BEGINS_NOTHING)


def _members(type_: Type) -> Vocabulary[str]:
    while isinstance(type_, ListOf):
        type_ = type_.item
    names = type_.members if isinstance(type_, ContextOf) else ()
    return Vocabulary({name: name for name, _ in names})
