"""Comparisons, and, or, not: as feel/operations.py has them, with null and unknown told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import (
    NOTHING,
    TEXT,
    TRUTH,
    alike,
    united,
)
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import (
    AnyTerm,
    Callee,
    Group,
    Items,
    Rows,
    Strict,
    Term,
    flag,
    plain,
    truth,
)

_ORDER: Mapping[str, type[exp.Expr]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def junction(word: str, parts: Sequence[Term]) -> Term:
    """One part may decide; else one unknown part keeps it open; else null unless all agree."""
    join = sql.any_of if word == "or" else sql.all_of
    parts = [part if part.kind == TRUTH else _no_truth(part) for part in parts]
    value = join([part.value for part in parts])
    flags = [part.unknown for part in parts if part.unknown is not None]
    unknown = flag(sql.all_of([sql.any_of(flags), sql.is_null(value)])) if flags else None
    nullable = any(part.nullable for part in parts)
    yes = None
    if any(part.yes is not None for part in parts):
        yes = join([part.holds() for part in parts])
    return Term(TRUTH, value, unknown, nullable, yes)


def _no_truth(part: Term) -> Term:
    """What is no truth counts as null."""
    return Term(TRUTH, sql.null(), part.unknown)


def negation(term: Term) -> Term:
    if term.kind != TRUTH:
        return _no_truth(term)
    return truth(sql.not_(term.value), term.unknown, term.nullable)


def ordering(sign: str, left: Term, right: Term, dialect: Dialect) -> Term:
    if NOTHING in (left.kind, right.kind) or not alike(left.kind, right.kind):
        return Strict([left, right]).of(TRUTH, sql.null(), may_be_null=True)
    if left.kind == TRUTH:
        return Strict([left, right]).of(TRUTH, sql.null(), may_be_null=True)
    united(left.kind, right.kind)
    first, second = left.value, right.value
    if left.kind == TEXT:
        first, second = dialect.by_code_point(first), dialect.by_code_point(second)
    return Strict([left, right]).of(TRUTH, sql.binary(_ORDER[sign], first, second))


def equality(left: AnyTerm, right: AnyTerm) -> Term:
    """`=`: null equals null alone; kinds that differ cannot be compared."""
    if isinstance(left, Group) or isinstance(right, Group):
        return _of_groups(left, right)
    one, other = plain(left), plain(right)
    unknown = either(one.unknown, other.unknown)
    if not alike(one.kind, other.kind):
        return _of_two_kinds(one, other, unknown)
    united(one.kind, other.kind)
    plainly = sql.equal(one.value, other.value)
    if not (one.nullable or other.nullable):
        return truth(plainly, unknown, nullable=False)
    same = sql.binary(exp.NullSafeEQ, one.value, other.value)
    value = same if unknown is None else sql.case([(unknown, sql.null())], same)
    if not (one.nullable and other.nullable):
        yes = plainly
    else:
        yes = same if unknown is None else sql.all_of([same, sql.not_(unknown)])
    return Term(TRUTH, value, unknown, nullable=False, yes=yes)


def difference(left: AnyTerm, right: AnyTerm) -> Term:
    """`!=`"""
    found = negation(equality(left, right))
    if isinstance(left, Term) and isinstance(right, Term) and alike(left.kind, right.kind):
        if left.nullable != right.nullable and found.unknown is None:
            unequal = sql.binary(exp.NullSafeNEQ, left.value, right.value)
            return Term(TRUTH, unequal, None, nullable=False)
        if not (left.nullable or right.nullable):
            unequal = sql.binary(exp.NEQ, left.value, right.value)
            return Term(TRUTH, unequal, found.unknown, nullable=False)
    return found


def _of_two_kinds(one: Term, other: Term, unknown: Sql | None) -> Term:
    """True where both are null, false where one is, and null where neither is."""
    nulls = [one.is_null(), other.is_null()]
    whens = [] if unknown is None else [(unknown, sql.null())]
    whens += [(sql.all_of(nulls), sql.true()), (sql.any_of(nulls), sql.false())]
    return truth(sql.case(whens, sql.null()), unknown)


def _of_groups(left: AnyTerm, right: AnyTerm) -> Term:
    """Only whether a context is null: two contexts are not compared."""
    group, other = (left, right) if isinstance(left, Group) else (right, left)
    assert isinstance(group, Group)
    if not (isinstance(other, Term) and other.kind == NOTHING and other.nullable):
        raise Unfit("两个上下文的比较", "A comparison of contexts")
    null = group.null if group.null is not None else sql.false()
    if group.unknown is None:
        return truth(null, None, nullable=False)
    value = sql.case([(group.unknown, sql.null())], null)
    return truth(value, group.unknown, nullable=False)


def same(left: AnyTerm, right: AnyTerm) -> Term:
    """Whether two values are one (`alike` in feel/operations.py): true, false or unknown."""
    one, other = plain(left), plain(right)
    if alike(one.kind, other.kind):
        return equality(one, other)
    unknown = either(one.unknown, other.unknown)
    both_null = sql.all_of([one.is_null(), other.is_null()])
    value = both_null if unknown is None else sql.case([(unknown, sql.null())], both_null)
    return truth(value, unknown, nullable=False)


def differs(left: AnyTerm, right: AnyTerm) -> Sql:
    """True unless the two are known to be one; never NULL."""
    if isinstance(left, Group) or isinstance(right, Group):
        return _groups_differ(left, right)
    found = same(left, right)
    one, other = plain(left), plain(right)
    if alike(one.kind, other.kind):
        unequal = sql.binary(exp.NullSafeNEQ, one.value, other.value)
    else:
        unequal = (
            sql.not_(found.value) if found.unknown is None else sql.not_(sql.known(found.value))
        )
    return unequal if found.unknown is None else sql.any_of([found.unknown, unequal])


def _groups_differ(left: AnyTerm, right: AnyTerm) -> Sql:
    unknown = [flag for flag in (_whole_unknown(left), _whole_unknown(right)) if flag is not None]
    nulls = [_whole_null(left), _whole_null(right)]
    if isinstance(left, Group) and isinstance(right, Group):
        if left.members.keys() != right.members.keys():
            raise Unfit("不同的上下文", "Contexts of different members")
        parts = [differs(left.members[name], right.members[name]) for name in left.members]
        one_null = [
            sql.all_of([nulls[0], sql.not_(nulls[1])]),
            sql.all_of([nulls[1], sql.not_(nulls[0])]),
        ]
        both_there = [sql.not_(nulls[0]), sql.not_(nulls[1])]
        unequal = sql.any_of([*one_null, sql.all_of([*both_there, sql.any_of(parts)])])
    else:
        unequal = sql.not_(sql.all_of(nulls))
    return sql.any_of([*unknown, unequal])


def _whole_unknown(term: AnyTerm) -> Sql | None:
    return term.unknown if isinstance(term, (Term, Group)) else None


def _whole_null(term: AnyTerm) -> Sql:
    if isinstance(term, Group):
        return sql.false() if term.null is None else term.null
    return plain(term).is_null()


def either(one: Sql | None, other: Sql | None) -> Sql | None:
    flags = [flag for flag in (one, other) if flag is not None]
    return sql.any_of(flags) if flags else None


def conditional(condition: Term, then: AnyTerm, otherwise: AnyTerm) -> AnyTerm:
    """`if`: unknown for an unknown condition; null counts as false."""
    if condition.kind != TRUTH:
        condition = _no_truth(condition)
    if isinstance(then, (Items, Rows, Callee)) or isinstance(otherwise, (Items, Rows, Callee)):
        raise Unfit("有条件的列表", "A list that depends on a condition")
    if isinstance(then, Group) or isinstance(otherwise, Group):
        return _group_if(condition, then, otherwise)
    one, other = plain(then), plain(otherwise)
    kind = united(one.kind, other.kind)
    yes, open_ = condition.holds(), condition.is_unknown()
    value = sql.case([(yes, one.value), (open_, sql.null())], other.value)
    unknown = choice_unknown(condition, one.unknown, other.unknown)
    return Term(kind, value, unknown, one.nullable or other.nullable)


def choice_unknown(condition: Term, one: Sql | None, other: Sql | None) -> Sql | None:
    """Whether the result of a choice is unknown."""
    if one is None and other is None and condition.unknown is None:
        return None
    whens = [
        (condition.holds(), one if one is not None else sql.false()),
        (condition.is_unknown(), sql.true()),
    ]
    return flag(sql.case(whens, other if other is not None else sql.false()))


def _group_if(condition: Term, then: AnyTerm, otherwise: AnyTerm) -> Group:
    shape = then if isinstance(then, Group) else otherwise
    assert isinstance(shape, Group)
    one, other = (as_group(each, shape) for each in (then, otherwise))
    if one.members.keys() != other.members.keys():
        raise Unfit("不同的上下文", "Contexts of different members")
    members = {
        name: conditional(condition, part, other.members[name])
        for name, part in one.members.items()
    }
    null = None
    if one.null is not None or other.null is not None:
        first = one.null if one.null is not None else sql.false()
        second = other.null if other.null is not None else sql.false()
        null = sql.case([(condition.holds(), first), (condition.is_unknown(), sql.false())], second)
    return Group(members, null, choice_unknown(condition, one.unknown, other.unknown))


def as_group(term: AnyTerm, shape: Group) -> Group:
    """Null or unknown in the place of a context."""
    if isinstance(term, Group):
        return term
    found = plain(term)
    if found.kind != NOTHING:
        raise Unfit("可能有两种类型的值", "A value that may be of two types")

    def part(of: AnyTerm) -> AnyTerm:
        return as_group(found, of) if isinstance(of, Group) else found

    members = {name: part(of) for name, of in shape.members.items()}
    return Group(members, found.is_null(), found.unknown)
