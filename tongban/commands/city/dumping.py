"""Writing what is live as a city folder, in the one form that the same content always has.

Sorted keys and rows, LF, UTF-8. Comments, and what `load` does not take in (accounts, other keys of
city.toml), are not in the database and not in the folder.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from tongban.business.items.guide import FILE as GUIDE
from tongban.commands.city import tables
from tongban.commands.city.bundles import Bundles
from tongban.errors import Refusal

Files = dict[str, str]


class FolderNotEmpty(Refusal):
    """{folder} is not empty; dump into a new folder and compare the two."""

    zh = "{folder} 不是空目录，请写到一个新目录，再与原目录比较。"


class NothingLive(Refusal):
    """No city is loaded; there is nothing to dump. Run `tongban load DIR` first."""

    zh = "还没有装载城市，没有可以导出的内容，请先执行 tongban load 目录。"


def dump(bundles: Bundles, target: Path) -> int:
    """Write the folder and return how many files it has; nothing is written when it is refused."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderNotEmpty(folder=target)
    written = files(bundles)
    for name, text in written.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return len(written)


def files(bundles: Bundles) -> Files:
    """Every file's text by its path in the folder."""
    kinds: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for key in sorted(bundles):
        kinds[key.kind][key.name] = bundles[key]
    if "city" not in kinds:
        raise NothingLive
    (city,) = kinds["city"].values()
    written = {"city.toml": _toml({"version": 1, "city": city})}
    for write in (_tables, _codelists, _definitions, _items):
        written |= write(kinds)
    if services := list(kinds["outside"].values()):
        written["outside.toml"] = _toml({"version": 1, "services": services})
    written |= {f"packages/{code}.toml": _toml(one) for code, one in kinds["package"].items()}
    written |= {f"offers/{code}.toml": _toml(one) for code, one in kinds["offer"].items()}
    grants = list(kinds["grant"].values())
    return written | {"grants.toml": _toml({"version": 1, "grants": grants})}


Kinds = Mapping[str, Mapping[str, Any]]


def _tables(kinds: Kinds) -> Files:
    days = [row for year in kinds["calendar"].values() for row in year]
    return {
        "offices.csv": _csv(kinds["office"].values(), tables.OFFICES),
        "regions.csv": _csv(kinds["region"].values(), tables.REGIONS),
        "calendar.csv": _csv(days, tables.CALENDAR),
        "standards/elements.csv": _csv(kinds["element"].values(), tables.ELEMENTS),
    }


def _codelists(kinds: Kinds) -> Files:
    lists: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for name, row in kinds["code"].items():
        lists[name.partition("/")[0]].append(row)
    return {
        f"standards/codelists/{name}.csv": _csv(rows, tables.CODES) for name, rows in lists.items()
    }


def _definitions(kinds: Kinds) -> Files:
    written = {f"sources/{code}.toml": _toml(one) for code, one in kinds["contract"].items()}
    for name, sql in kinds["model"].items():
        written[f"models/{name.replace('.', '/')}.sql"] = sql
    for code, register in kinds["register"].items():
        written[f"registers/{code}.toml"] = _toml(register)
    return written | _facts(kinds)


def _facts(kinds: Kinds) -> Files:
    """A file for each register; all facts of a register are of one relation."""
    files: dict[str, dict[str, Any]] = {}
    for content in kinds["fact"].values():
        fact = dict(content)
        register, relation = fact.pop("register"), fact.pop("relation")
        head = {"version": 1, "register": register, "relation": relation}
        files.setdefault(register, {**head, "facts": []})["facts"].append(fact)
    return {f"registers/{register}_facts.toml": _toml(file) for register, file in files.items()}


def _items(kinds: Kinds) -> Files:
    written: Files = {}
    for code, item in kinds["item"].items():
        folder, guide = f"items/{code}", item["guide"]
        written[f"{folder}/{GUIDE}"] = _toml(guide)
        for part in ("form", "process", "decision"):
            written[f"{folder}/{guide[part]['file']}"] = item[part]
    return written


def _csv(rows: Any, fields: tables.Fields) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(fields)
    for row in rows:
        writer.writerow([_cell(column, row[name]) for column, (name, _) in fields.items()])
    return out.getvalue()


def _cell(column: str, value: Any) -> str:
    if column == "check":
        return value or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _toml(content: Mapping[str, Any]) -> str:
    """Tables for what stands at the top, inline values for everything below."""
    document = tomlkit.document()
    inline = {key: value for key, value in content.items() if not _is_table(value)}
    for key in sorted(inline):
        document[key] = _inline(inline[key])
    for key in sorted(content.keys() - inline.keys()):
        value = content[key]
        document[key] = _table(value) if isinstance(value, dict) else _array_of_tables(value)
    return tomlkit.dumps(document)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list | tuple) and bool(value) and all(isinstance(v, dict) for v in value)
    )


def _table(content: Mapping[str, Any]) -> Any:
    table = tomlkit.table()
    for key in sorted(content):
        table[key] = _inline(content[key])
    return table


def _array_of_tables(rows: Any) -> Any:
    array = tomlkit.aot()
    for row in rows:
        array.append(_table(row))
    return array


def _inline(value: Any) -> Any:
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key in sorted(value):
            table[key] = _inline(value[key])
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        array.extend(_inline(one) for one in value)
        return array.multiline(_is_table(value))
    return value
