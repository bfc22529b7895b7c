"""One source of one office, read from a CSV file that each test writes for itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.data.lake import actions as lake
from tongban.data.lake import contract as contracts
from tongban.data.lake import queries, rows
from tongban.data.lake.loading import Loaded
from tongban.data.lake.models import Edition, QuarantinedRow, Resource
from tongban.data.pipelines import actions as pipelines
from tongban.data.standards import actions as standards

BY: dict[str, Any] = {"by": "test", "at": MONDAY}
HER, HIS = "329904199003070011", "329904199003070038"
OFFICES = [
    {
        "code": code,
        "name_zh": zh,
        "name_en": en,
        "short_zh": zh,
        "short_en": en,
        "uscc": "",
        "region_code": "",
    }
    for code, zh, en in (("GA", "公安局", "Police"), ("MZ", "民政局", "Civil affairs"))
]
ELEMENTS = {
    "number": {"type": "string", "grade": 4, "check_name": "citizen_id"},
    "name": {"type": "string", "grade": 3},
    "born": {"type": "date", "grade": 3},
    "sex": {"type": "string", "grade": 2, "codelist": "sex"},
    "months": {"type": "integer", "grade": 1},
}
HEADER = "number,name,born,sex,months"
GOOD = f"{HER},周雨一,1990-03-07,2,14"
OTHER = f"{HIS},周雨三,19900307,1,无"


def content(**resource: Any) -> dict[str, Any]:
    """The contract; `resource` replaces parts of its first table."""
    words = {"zh": "人口", "en": "People"}
    labels = {"number": "号码", "name": "姓名", "born": "出生", "sex": "性别", "months": "月数"}
    return {
        "version": 1,
        "resource": {
            "code": "GA01",
            "table": "people",
            "name": words,
            "owner": "GA",
            "purpose": words,
            "cycle": "daily",
            "share": "conditional",
            "key": ["number"],
            **resource,
        },
        "connection": {"kind": "csv", "path": "people.csv"},
        "columns": [
            {
                "name": name,
                "label": {"zh": labels[name], "en": name.title()},
                "element": name,
                "required": name == "name",
            }
            for name in ELEMENTS
        ],
        "checks": [
            {
                "code": "OLD",
                "name": {"zh": "旧号码", "en": "old number"},
                "expression": "length(number) <> 15",
                "severity": "warning",
                "column": "number",
            },
            {
                "code": "BLANK",
                "name": {"zh": "有空格", "en": "a blank"},
                "expression": "strpos(name, ' ') = 0",
                "severity": "error",
                "column": "name",
            },
        ],
    }


def contract(**changes: Any) -> contracts.Contract:
    return contracts.from_content({**content(), **changes}, "GA01.toml")


def define() -> None:
    people.load_offices(OFFICES, **BY)
    blank = {"format": "", "codelist": "", "check_name": ""}
    elements = [
        {"code": code, "name_zh": code, "name_en": code, **blank, **given}
        for code, given in ELEMENTS.items()
    ]
    standards.load_elements(elements, **BY)
    codes = [{"code": c, "name_zh": zh, "name_en": en}
             for c, zh, en in (("1", "男", "Male"), ("2", "女", "Female"))]  # fmt: skip
    standards.load_codelist("sex", codes, **BY)
    lake.adopt_contract(contract=contract(), **BY)


def resource() -> Resource:
    return queries.resource("GA01")


def write(folder: Path, *lines: str, header: str = HEADER) -> None:
    (folder / "people.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def collect(folder: Path, *lines: str, edition: Edition | None = None) -> Loaded:
    """Into a draft of its own where none is given."""
    write(folder, *lines)
    edition = edition or lake.open_edition(**BY)
    return pipelines.collect(resource=resource(), edition=edition, data=folder, **BY)


def published(folder: Path, *lines: str) -> Loaded:
    loaded = collect(folder, *lines)
    lake.publish(edition=loaded.load.edition, **BY)
    return loaded


def kept(edition: Edition) -> list[tuple[Any, ...]]:
    """number, name and position of the rows in the table, by position."""
    with rows.attached(edition, ["ods.people"]) as con:
        query = "SELECT number, name, _position FROM ods.people ORDER BY _position"
        return con.execute(query).fetchall()


def waiting() -> list[tuple[int, str, str]]:
    """Position, check and column of rows in quarantine that are open."""
    found = QuarantinedRow.objects.filter(status="open").order_by("position")
    return list(found.values_list("position", "check_code", "column"))


def failures(loaded: Loaded) -> Mapping[str, int]:
    return {check.code: check.failed for check in loaded.load.results.all() if check.failed}
