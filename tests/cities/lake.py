"""A lake in one DuckDB connection: contracts applied, models run, with simple versions of the
scalar functions that the platform registers. `truth.people` and `truth.defects` lie beside it."""

import csv
import re
import tomllib
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
from stdnum.iso7064 import mod_37_36

CITY = Path(__file__).parents[2] / "cities" / "yunze"
CONTRACTS: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((CITY / "sources").glob("*.toml"))
}
MODELS = {
    f"{path.parent.name}.{path.stem}": path.read_text(encoding="utf-8")
    for path in sorted((CITY / "models").glob("*/*.sql"))
}
REGISTER = tomllib.loads((CITY / "registers/person.toml").read_text(encoding="utf-8"))

# `list_transform` over a list of one binds a value, so that it is computed once.
FUNCTIONS = r"""
create macro clean_text(v) as list_transform(
    [trim(regexp_replace(
        translate(replace(v, '㎡', 'm2'), '０１２３４５６７８９Ｘｘ．　', '0123456789Xx. '),
        '[\x{200B}-\x{200D}\x{FEFF}]', '', 'g'), ' ' || chr(9) || chr(160))],
    lambda t: case when t in ('', '无', '/', '-', 'N/A', '待补') then null else t end)[1];
create macro check_digit(t) as substr('10X98765432', cast(list_dot_product(
    list_transform(string_split(substr(t, 1, 17), ''), lambda c: cast(c as double)),
    [7.0, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) as integer) % 11 + 1, 1);
create macro citizen_id(v) as list_transform(
    list_transform([upper(clean_text(v))], lambda t: case
        when regexp_matches(t, '^[0-9]{15}$') then substr(t, 1, 6) || '19' || substr(t, 7)
        when regexp_matches(t, '^[0-9]{17}[0-9X]$') then t end),
    lambda t: case
        when t is null or try_strptime(substr(t, 7, 8), '%Y%m%d') is null then null
        when length(t) = 17 then t || check_digit(t)
        when substr(t, 18, 1) = check_digit(t) then t end)[1];
create macro parse_date(v) as list_transform([clean_text(v)], lambda t: case
    when regexp_matches(t, '^[0-9]{5}$') then date '1899-12-30' + cast(t as integer)
    else cast(try_strptime(t, ['%Y-%m-%d', '%Y%m%d', '%Y/%m/%d', '%Y年%m月%d日']) as date)
    end)[1];
"""


def table(path: str) -> list[dict[str, str]]:
    """A CSV file of the city folder."""
    with (CITY / path).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


ELEMENTS = {row["code"]: row for row in table("standards/elements.csv")}


@dataclass(frozen=True)
class Lake:
    con: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def found(self, dataset: str, code: str) -> set[int]:
        """The rows of a source that fail a check."""
        failing = {check: test for check, _, test in checks(dataset)}[code]
        return {row[0] for row in self.rows(f"select _position from {raw(dataset)} where {failing}")}


def raw(dataset: str) -> str:
    return f"raw.{CONTRACTS[dataset]['resource']['table']}"


def checks(dataset: str) -> list[tuple[str, str, str]]:
    """Code, severity, and the predicate of a row that fails."""
    contract = CONTRACTS[dataset]
    found: list[tuple[str, str, str]] = []
    for column in contract["columns"]:
        name, check = column["name"], ELEMENTS[column["element"]]["check"]
        if column.get("required"):
            found.append((f"required:{name}", "error", f"coalesce({name}, '') = ''"))
        if check == "citizen_id":
            found.append(("element:citizen_id", "error", f"citizen_id({name}) is null"))
        elif check == "mod37_36":
            found.append(("element:mod37_36", "error", f"{name} in (from bad_identifiers)"))
    keys = ", ".join(contract["resource"]["key"])
    later = (
        f"_position in (select _position from (select _position, row_number() over "
        f"(partition by {keys} order by _position) as nth from {raw(dataset)}) where nth > 1)"
    )
    found.append(("key", "error", later))
    return found + [
        (check["code"], check["severity"], f"not ({check['expression']})")
        for check in contract["checks"]
    ]


def build(data: Path, today: date) -> Lake:
    con = duckdb.connect(config={"threads": 2})
    con.execute(FUNCTIONS)
    con.execute(f"create macro run_date() as date '{today}'")
    con.execute(f"create macro region_now(v) as {_successors()}")
    for schema in ("raw", "ods", "dwd", "registers", "truth"):
        con.execute(f"create schema {schema}")
    for name in ("people", "defects"):
        con.execute(f"create table truth.{name} as from {_csv(data / f'truth/{name}.csv')}")
    _read(con, data)
    _list_bad_identifiers(con)
    for dataset in CONTRACTS:
        _keep(con, dataset)
    _run(con)
    return Lake(con)


def _successors() -> str:
    merged = [(row["code"], row["successor"]) for row in table("regions.csv") if row["successor"]]
    return "case v " + " ".join(f"when '{a}' then '{b}'" for a, b in merged) + " else v end"


def _csv(path: Path) -> str:
    return f"read_csv('{path}', all_varchar = true, header = true)"


def _extension(package: ModuleType) -> str:
    return str(next(Path(str(package.__file__)).parent.rglob("*.duckdb_extension")))


def _read(con: duckdb.DuckDBPyConnection, data: Path) -> None:
    con.execute(f"load '{_extension(duckdb_extension_excel)}'")
    con.execute(f"load '{_extension(duckdb_extension_sqlite_scanner)}'")
    utf8 = data / "rk_jbxx.utf8.csv"
    utf8.write_bytes((data / "ga01/rk_jbxx.csv").read_bytes().decode("gb18030").encode())
    texts = ", ".join(f"{column['name']}: 'VARCHAR'" for column in CONTRACTS["WJ02"]["columns"])
    sources = {
        "GA01": _csv(utf8),
        "RS01": _csv(data / "rs01/cb_gr.csv"),
        "ZR01": f"read_xlsx('{data}/zr01/bdc_qlr.xlsx', all_varchar = true)",
        "GA02": f"sqlite_scan('{data}/ga02/jzz.sqlite', 'jzz_xx')",
        "WJ02": f"read_json('{data}/wj02/sw_yx.json', columns = {{{texts}}})",
        "SJ04": "certificates",
    }
    certificates = _certificates(data / "sj04/dzzz_ml.xml")
    con.register("certificates", certificates)
    for dataset, source in sources.items():
        con.execute(
            f"create table {raw(dataset)} as select *, 1 as _load, "
            f"row_number() over () as _position from {source}"
        )


def _certificates(path: Path) -> pa.Table:
    names = [column["name"] for column in CONTRACTS["SJ04"]["columns"]]
    rows = [
        [element.findtext(name) for name in names]
        for _, element in iterparse(path)
        if element.tag == "certificate"
    ]
    columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    return pa.table(dict(zip(names, columns, strict=True)))


def _list_bad_identifiers(con: duckdb.DuckDBPyConnection) -> None:
    prefix = "1.2.156.3005.2."
    con.execute("create table bad_identifiers (identifier varchar)")
    for (identifier,) in con.execute("select cert_identifier from raw.dzzz_ml").fetchall():
        if not mod_37_36.is_valid(identifier.removeprefix(prefix).replace(".", "")):
            con.execute("insert into bad_identifiers values (?)", [identifier])


def _keep(con: duckdb.DuckDBPyConnection, dataset: str) -> None:
    names = ", ".join(column["name"] for column in CONTRACTS[dataset]["columns"])
    errors = " or ".join(f"({test})" for _, severity, test in checks(dataset) if severity == "error")
    con.execute(
        f"create table {raw(dataset).replace('raw.', 'ods.')} as "
        f"select {names}, _load, _position from {raw(dataset)} where not coalesce({errors}, false)"
    )


def _run(con: duckdb.DuckDBPyConnection) -> None:
    """Runs every model as soon as what it reads is there."""
    waiting = dict(MODELS)
    while waiting:
        ready = [name for name in waiting if not reads(waiting[name]) & (set(waiting) - {name})]
        assert ready, f"models in a circle: {sorted(waiting)}"
        for name in ready:
            if name == "registers.person":
                _identify(con)
            con.execute(f"create table {name} as {waiting.pop(name)}")


def reads(sql: str) -> set[str]:
    body = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
    return set(re.findall(r"\b(?:ods|dwd|registers)\.\w+", body))


def _identify(con: duckdb.DuckDBPyConnection) -> None:
    keys = " union ".join(
        f"select {key['column']} as citizen_id from {key['relation']}"
        for key in REGISTER["key"]["found_in"]
    )
    con.execute(
        "create table registers.person_identity as select citizen_id, "
        f"'P' || md5(citizen_id) as subject_id from ({keys}) where citizen_id is not null"
    )
