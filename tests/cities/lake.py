"""A lake in one DuckDB connection: the platform's functions, the checks that it compiles from the
contracts, and the city's models. The schema `truth` lies beside it: people, companies, defects."""

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import duckdb_extension_excel
import duckdb_extension_sqlite_scanner
import pyarrow as pa
from defusedxml.ElementTree import iterparse

from tongban.data.lake import contract as contracts
from tongban.data.lake.checks import RowCheck
from tongban.data.lake.contract import Contract
from tongban.data.standards import functions
from tongban.data.standards.compiling import Standards, judged
from tongban.data.standards.models import Element

CITY = Path(__file__).parents[2] / "cities" / "yunze"
CONTRACTS: dict[str, Contract] = {
    path.stem: contract
    for path in sorted((CITY / "sources").glob("*.toml"))
    if not (contract := contracts.read(path)).is_fed
}
MODELS = {
    f"{path.parent.name}.{path.stem}": path.read_text(encoding="utf-8")
    for path in sorted((CITY / "models").glob("*/*.sql"))
}
REGISTERS = {
    code: tomllib.loads((CITY / f"registers/{code}.toml").read_text(encoding="utf-8"))
    for code in ("person", "enterprise")
}


def table(path: str) -> list[dict[str, str]]:
    """A CSV file of the city folder."""
    with (CITY / path).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


ELEMENTS = {row["code"]: row for row in table("standards/elements.csv")}


@dataclass(frozen=True)
class Lake:
    con: duckdb.DuckDBPyConnection
    checks: Mapping[str, Sequence[RowCheck]]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def found(self, dataset: str, code: str) -> set[int]:
        """The rows of a source that fail a check."""
        at = [check.code for check in self.checks[dataset]].index(code)
        return {row[0] for row in self.rows(f"select _position from failing.{dataset} where c{at}")}


def raw(dataset: str) -> str:
    return f"raw.{CONTRACTS[dataset].resource.table}"


def build(data: Path, today: date) -> Lake:
    con = duckdb.connect(config={"threads": 2})
    standards = _standards()
    functions.register(con, run_date=today, successors=standards.successors)
    for schema in ("raw", "failing", "ods", "dwd", "registers", "truth"):
        con.execute(f"create schema {schema}")
    for name in ("people", "companies", "defects"):
        con.execute(f"create table truth.{name} as from {_csv(data / f'truth/{name}.csv')}")
    _read(con, data)
    checks = {
        dataset: (*judged(contract, standards, today).checks, _repeated(dataset))
        for dataset, contract in CONTRACTS.items()
    }
    for dataset in CONTRACTS:
        _keep(con, dataset, checks[dataset])
    _run(con)
    return Lake(con, checks)


def _standards() -> Standards:
    lists = (CITY / "standards/codelists").glob("*.csv")
    return Standards(
        elements={
            code: Element(
                code=code,
                type=row["type"],
                grade=int(row["grade"]),
                codelist=row["codelist"],
                check_name=row["check"],
            )
            for code, row in ELEMENTS.items()
        },
        codes={
            path.stem: [row["code"] for row in table(f"standards/codelists/{path.name}")]
            for path in lists
        },
        successors={r["code"]: r["successor"] for r in table("regions.csv") if r["successor"]},
    )


def _repeated(dataset: str) -> RowCheck:
    """The loader's check of the key, as a predicate: the first row stays."""
    resource = CONTRACTS[dataset].resource
    keys = ", ".join(resource.key)
    first = f"select min(_position) from {raw(dataset)} group by {keys}"
    return RowCheck(
        "KEY", resource.key[0], "error", f"_position in ({first})", "uniqueness", "", ""
    )


def _csv(path: Path, delimiter: str = ",") -> str:
    return f"read_csv('{path}', all_varchar = true, header = true, delim = '{delimiter}')"


def _extension(package: ModuleType) -> str:
    return str(next(Path(str(package.__file__)).parent.rglob("*.duckdb_extension")))


def _read(con: duckdb.DuckDBPyConnection, data: Path) -> None:
    con.execute(f"load '{_extension(duckdb_extension_excel)}'")
    con.execute(f"load '{_extension(duckdb_extension_sqlite_scanner)}'")
    utf8 = data / "rk_jbxx.utf8.csv"
    utf8.write_bytes((data / "ga01/rk_jbxx.csv").read_bytes().decode("gb18030").encode())
    payments = data / "gl_jt.utf8.csv"
    payments.write_bytes((data / "mz03/gl_jt.csv").read_bytes().decode("gb18030").encode())
    licences = data / "spjy_xk.utf8.csv"
    licences.write_bytes((data / "scj02/spjy_xk.csv").read_bytes().decode("gb18030").encode())
    texts = ", ".join(f"{column.name}: 'VARCHAR'" for column in CONTRACTS["WJ02"].columns)
    sources = {
        "GA01": _csv(utf8),
        "RS01": _csv(data / "rs01/cb_gr.csv"),
        "ZR01": f"read_xlsx('{data}/zr01/bdc_qlr.xlsx', all_varchar = true)",
        "GA02": f"sqlite_scan('{data}/ga02/jzz.sqlite', 'jzz_xx')",
        "WJ02": f"read_json('{data}/wj02/sw_yx.json', columns = {{{texts}}})",
        "SJ04": "certificates",
        "MZ04": f"read_xlsx('{data}/mz04/hh_xx.xlsx', all_varchar = true, range = 'A2:G',"
        " stop_at_empty = true)",
        "RS05": _csv(data / "rs05/sbk_xx.csv", "|"),
        "MZ03": _csv(payments, ";"),
        "SCJ01": _csv(data / "scj01/scztdj.csv"),
        "SCJ02": _csv(licences),
        "WJ06": f"read_xlsx('{data}/wj06/jkz.xlsx', all_varchar = true)",
        "FG02": "published",
    }
    con.register("certificates", _xml(data / "sj04/dzzz_ml.xml", "SJ04"))
    con.register("published", _xml(data / "fg02/xyxx_sgs.xml", "FG02"))
    for dataset, source in sources.items():
        con.execute(
            f"create table {raw(dataset)} as select *, 1 as _load, "
            f"row_number() over () as _position from {source}"
        )


def _xml(path: Path, dataset: str) -> pa.Table:
    names = [column.name for column in CONTRACTS[dataset].columns]
    rows = [
        [element.findtext(name) for name in names]
        for _, element in iterparse(path)
        if element.tag == CONTRACTS[dataset].connection["row"]
    ]
    columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    return pa.table(dict(zip(names, columns, strict=True)))


def _keep(con: duckdb.DuckDBPyConnection, dataset: str, checks: Sequence[RowCheck]) -> None:
    """Judges every row by every check in one pass, and keeps the good ones."""
    names = ", ".join(column.name for column in CONTRACTS[dataset].columns)
    flags = ", ".join(
        f"coalesce(not ({check.predicate}), false) as c{at}" for at, check in enumerate(checks)
    )
    blocked = " or ".join(f"c{at}" for at, check in enumerate(checks) if check.blocks)
    con.execute(f"create table failing.{dataset} as select *, {flags} from {raw(dataset)}")
    con.execute(
        f"create table {CONTRACTS[dataset].table} as "
        f"select {names}, _load, _position from failing.{dataset} where not ({blocked})"
    )


def _run(con: duckdb.DuckDBPyConnection) -> None:
    """Runs every model as soon as what it reads is there."""
    waiting = dict(MODELS)
    for code, register in REGISTERS.items():
        waiting[f"registers.{code}_identity"] = _identities(register)
    while waiting:
        ready = [name for name in waiting if not reads(waiting[name]) & (set(waiting) - {name})]
        assert ready, f"models in a circle: {sorted(waiting)}"
        for name in ready:
            con.execute(f"create table {name} as {waiting.pop(name)}")


def reads(sql: str) -> set[str]:
    body = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
    return set(re.findall(r"\b(?:ods|dwd|registers)\.\w+", body))


def _identities(register: Mapping[str, Any]) -> str:
    column, letter = register["key"]["column"], register["register"]["code"][0].upper()
    keys = " union ".join(
        f"select {key['column']} as {column} from {key['relation']}"
        for key in register["key"]["found_in"]
    )
    return (
        f"select {column}, '{letter}' || md5({column}) as subject_id"
        f" from ({keys}) as keys where {column} is not null"
    )
