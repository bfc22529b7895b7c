"""A small source of the police, really loaded: two good rows and two that fail their checks."""

from copy import copy
from pathlib import Path
from typing import Any

from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.commands.city import adopting, findings, folder, tables
from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.models import Edition, Load
from tongban.data.pipelines import actions as pipelines
from tongban.data.pipelines.models import LineageEdge, LiveSqlModel
from tongban.data.standards import actions as standards

HEAD = "gmsfhm,xm,xb,mz,csrq,rklb,hh,yhzgx,hjqh,hjdz,jzqh,jzdz,hjzt,swrq,lxdh,djrq"
GOOD = (
    "329901199003070020,周雨桐,2,01,19900307,1,H00000001,0,329905,临泽县河口镇7组,329906,"
    "江城区清荷路66号,1,,13800006021,20240516",
    "329901198807220018,张三,1,01,19880722,1,H00000002,0,329901,江城区水巷路21号,329901,"
    "江城区水巷路21号,1,,13800006022,20200101",
)
LOST_DIGITS = (
    "3.29901E+17,李建国,1,01,19760702,1,H00000003,0,329901,江城区荷花路8号,329901,"
    "江城区荷花路8号,1,,13800006023,20190301"
)
WRONG_DIGIT = (
    "329901196501010010,吴霞,2,01,19650101,1,H00000004,0,329901,江城区柳林路3号,329901,"
    "江城区柳林路3号,1,,13800006024,20180301"
)

FOUND: dict[Path, list[list[Any]]] = {}


def bring_standards(city: Path) -> None:
    """Elements and code lists of the demo city."""
    found = findings.Findings()
    by, at = "test", MONDAY
    people.load_regions(tables.rows(city / "regions.csv", tables.REGIONS, found), by=by, at=at)
    elements = tables.rows(city / "standards" / "elements.csv", tables.ELEMENTS, found)
    standards.load_elements(elements, by=by, at=at)
    for file in sorted((city / "standards" / "codelists").glob("*.csv")):
        rows = tables.rows(file, tables.CODES, found)
        standards.load_codelist(file.stem, rows, by=by, at=at)


def bring_models(city: Path) -> None:
    """The SQL models and their lineage, which takes longer to find than all else of a city: once
    found, it is kept for the rest of the run."""
    if city in FOUND:
        for rows in FOUND[city]:
            type(rows[0]).objects.bulk_create([copy(row) for row in rows])
        return
    read = folder.read(city, findings.Findings())
    pipelines.adopt_models(
        models=list(read.models.values()),
        tables=adopting.columns_of_tables(read),
        by="test",
        at=MONDAY,
    )
    FOUND[city] = [
        [kind(**row) for row in kind.objects.values(*sorted(kind.NOT_PERSONAL - {"id"}))]
        for kind in (LiveSqlModel, LineageEdge)
    ]


def collect(place: Path) -> tuple[Load, Edition]:
    """Write the police's file and load it into an edition, which is published."""
    (place / "ga01").mkdir()
    rows = "\n".join((HEAD, *GOOD, LOST_DIGITS, WRONG_DIGIT)) + "\n"
    (place / "ga01" / "rk_jbxx.csv").write_bytes(rows.encode("gb18030"))
    edition = lake.open_edition(by="test", at=MONDAY)
    loaded = pipelines.collect(
        resource=lake_queries.resource("GA01"), edition=edition, data=place, by="test", at=MONDAY
    )
    lake.publish(edition=edition, by="test", at=MONDAY)
    return loaded.load, edition


def steward(office: str = "GA") -> User:
    user = people.open_account(
        username="he",
        password="correct horse battery",
        display_name="何思源",
        by="test",
        at=MONDAY,
    )
    people.appoint(user=user, office_code=office, role=Post.Role.STEWARD, by="test", at=MONDAY)
    return user
