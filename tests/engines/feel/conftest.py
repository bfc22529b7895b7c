"""Tables that are tests and manual at once.

The last column holds an expression, the columns before it what it reads. Cells are FEEL literals,
with T and F for true and false, nothing for null, and `?` for a value that nobody knows; a result
of `? a, b` is unknown because a and b are.
"""

import pytest

from tongban.engines import feel
from tongban.engines.feel import ANY, Scope, Unknown
from tongban.engines.feel.types import join, type_of

WORDS = {"T": True, "F": False, "": None}


def rows(table):
    lines = [line for line in table.splitlines() if line.strip()]
    split = [[cell.strip() for cell in line.split("|")] for line in lines]
    return split[0], split[2:]


def literal(text, name):
    if text in WORDS:
        return WORDS[text]
    if text.startswith("?"):
        return Unknown(frozenset(part.strip() for part in (text[1:] or name).split(",")))
    return feel.compile(text, Scope({}))({})


def inputs(names, given):
    """The values of each row by name, and the scope that suits them all."""
    values = [
        {name: literal(text, name) for name, text in zip(names, cells, strict=False)}
        for cells in given
    ]
    types = {}
    for name in names:
        types[name] = feel.types.NULL
        for row in values:
            if not isinstance(row[name], Unknown):
                types[name] = join(types[name], type_of(row[name]))
        if types[name] == feel.types.NULL:
            types[name] = ANY
    return values, Scope(types)


def same(left, right):
    """Equal and of one type: in Python, True is 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


@pytest.fixture
def decide():
    def check(table):
        (*names, expression), cells = rows(table)
        values, scope = inputs(names, cells)
        program = feel.compile(expression, scope)
        for row, row_cells in zip(values, cells, strict=True):
            expected = literal(row_cells[-1], "")
            found = program(row)
            assert same(found, expected), f"{row}: {found} instead of {expected}"

    return check


@pytest.fixture
def value():
    """The value of an expression that reads nothing but what is handed in."""

    def run(text, **given):
        names = {name.replace("_", " "): each for name, each in given.items()}
        program, _ = feel.examine(text, Scope(dict.fromkeys(names, ANY)))
        return program(names)

    return run
