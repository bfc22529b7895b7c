"""A decision asked of a whole register: its query beside a CASE by hand, and beside one by one.

    .venv/bin/python -m benchmarks.population [--rows 10000000]

A table of 20 rules with three inputs (a number, an amount, a text), under three hit policies:
FIRST, UNIQUE with rules that cannot meet, and UNIQUE with rules that can. The CASE gives only the
value; the query also says which rule decided, and that nothing is unknown. Both count what they
found.
"""

import argparse
import os
import time
from collections.abc import Callable, Mapping
from decimal import Decimal

import duckdb

from benchmarks.pairs import interleaved, table
from tongban.engines import decisions
from tongban.engines.decisions import Decision
from tongban.engines.decisions.sql import Column, Relation
from tongban.engines.feel import Value

ROWS = 10_000_000
SAMPLE = 20_000
RULES = 20
NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
RELATION = Relation(
    "people",
    ("id",),
    {
        "months": Column("months", "SMALLINT"),
        "income": Column("income", "DECIMAL(10, 2)"),
        "region": Column("region", "VARCHAR"),
    },
)
PEOPLE = """
    CREATE TABLE people AS SELECT
        i AS id,
        CAST(hash(i) % 80 AS SMALLINT) AS months,
        CAST((hash(i * 7) % 1000000) / 100 AS DECIMAL(10, 2)) AS income,
        'r' || (hash(i * 3) % 12) AS region
    FROM range({rows}) AS numbers (i)
"""


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    return run(parser.parse_args().rows)


def run(rows: int = ROWS) -> str:
    connection = duckdb.connect()
    connection.execute(PEOPLE.format(rows=rows))
    lines = [
        _measured(connection, "FIRST", "FIRST", _met(rows, by_months=False), rows),
        _measured(connection, "UNIQUE, disjoint", "UNIQUE", _met(rows, by_months=True), rows),
        _measured(connection, "UNIQUE, may meet", "UNIQUE", _met(rows, by_months=False), rows),
    ]
    header = [
        "20 rules × 3 inputs",
        "query, CPU s",
        "CASE, CPU s",
        "×",
        "one by one, µs",
        "× query",
    ]
    return f"{table(header, lines)}\n{rows:,} rows, n = 7, load {os.getloadavg()[0]:.1f}\n"


def _met(rows: int, by_months: bool) -> list[tuple[int, int, int, list[str]]]:
    """(months from, months to, least income, regions) of each rule."""
    width = 80 // RULES
    return [
        (
            number * width if by_months else number * 2,
            (number + 1) * width if by_months else 80,
            100 + number * 50,
            ["r1", f"r{number % 12}", f"r{(number + 5) % 12}"],
        )
        for number in range(RULES)
    ]


def _measured(
    connection: duckdb.DuckDBPyConnection, name: str, policy: str, rules: list, rows: int
) -> list[str]:
    decision = decisions.load(_model(policy, rules)).find("D")
    ours, peer = decision.sql("duckdb", RELATION), _by_hand(policy, rules)
    assert _counted(connection, ours) == _counted(connection, peer)
    found = interleaved(lambda: _counted(connection, ours), lambda: _counted(connection, peer))
    query, case = found.seconds
    one = _one_by_one(connection, decision)
    per_row = query / rows * 1e6
    return [
        name,
        f"{query:.2f}",
        f"{case:.2f}",
        f"{found.ratio:.2f}",
        f"{one:.1f}",
        f"{one / per_row:,.0f}",
    ]


def _counted(connection: duckdb.DuckDBPyConnection, query: str) -> list:
    counted = f"SELECT value, count(*) FROM ({query}) GROUP BY value ORDER BY value"
    return connection.execute(counted).fetchall()


def _one_by_one(connection: duckdb.DuckDBPyConnection, decision: Decision) -> float:
    """CPU microseconds a row, over a sample."""
    names = list(RELATION.columns)
    found = connection.execute(f"SELECT {', '.join(names)} FROM people LIMIT {SAMPLE}").fetchall()
    given: list[Mapping[str, Value]] = [
        {"months": Decimal(months), "income": income, "region": region}
        for months, income, region in found
    ]
    return _seconds(lambda: [decision.decide(one) for one in given]) / len(given) * 1e6


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _by_hand(policy: str, rules: list) -> str:
    """What somebody would write; for UNIQUE with rules that may meet, the double hit is counted."""
    conditions = [
        f"months >= {low} AND months < {high} AND income >= {least}"
        f" AND region IN ({', '.join(map(repr, regions))})"
        for low, high, least, regions in rules
    ]
    whens = " ".join(f"WHEN {each} THEN 'out{n % 4}'" for n, each in enumerate(conditions))
    one = f"CASE {whens} ELSE 'none' END"
    if policy == "FIRST" or rules[0][1] <= rules[1][0]:
        return f"SELECT id, {one} AS value FROM people"
    hits = " + ".join(f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in conditions)
    return f"SELECT id, CASE WHEN {hits} > 1 THEN NULL ELSE {one} END AS value FROM people"


def _model(policy: str, rules: list) -> bytes:
    inputs = "".join(
        f'<input><inputExpression typeRef="{type_}"><text>{name}</text></inputExpression></input>'
        for name, type_ in _INPUTS.items()
    )
    rows = "".join(_rule(number, *rule) for number, rule in enumerate(rules))
    output = '<output name="o" typeRef="string"><defaultOutputEntry><text>"none"</text>'
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_}"/>'
        "</inputData>"
        for name, type_ in _INPUTS.items()
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in _INPUTS
    )
    return (
        f'<definitions xmlns="{NAMESPACE}" id="m" name="m" namespace="urn:population">{data}'
        f'<decision id="D" name="D"><variable name="D" typeRef="string"/>{needs}'
        f'<decisionTable hitPolicy="{policy}">{inputs}{output}</defaultOutputEntry></output>'
        f"{rows}</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int, low: int, high: int, least: int, regions: list[str]) -> str:
    cells = [f"[{low}..{high})", f"&gt;= {least}", ", ".join(f'"{each}"' for each in regions)]
    tests = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
    return f'<rule>{tests}<outputEntry><text>"out{number % 4}"</text></outputEntry></rule>'


_INPUTS = {"months": "number", "income": "number", "region": "string"}


if __name__ == "__main__":
    os.write(1, main().encode())
