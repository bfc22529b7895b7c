"""A published list of service items: read as a whole or refused, judged, and made findable."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from django.db import connection, transaction

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.base.people.models import Office
from tongban.business.items import judging, search
from tongban.business.items.judging import Finding, Oddity, Row
from tongban.business.items.models import ItemVersion, ListImport, ServiceItem
from tongban.errors import Refusal

HEADER = (
    *("department", "main_item", "item_name", "item_code", "task_type", "dept_code"),
    "area_code",
)
BOM = b"\xef\xbb\xbf"
NO_PARENT = "未分类"
BATCH = 500


class FileMissing(Refusal):
    """There is no file {file}; check the path."""

    zh = "没有文件 {file}，请检查路径。"


class FileUnreadable(Refusal):
    """{file} cannot be read: {reason}."""

    zh = "无法读取 {file}：{reason}。"


class FileEmpty(Refusal):
    """{file} is empty: that is what a failed export looks like. Have it exported again."""

    zh = "{file} 是空文件，与导出失败无异。请重新导出。"


class NoRows(Refusal):
    """{file} has a header and no rows: that is what a failed export looks like. Have it exported
    again."""

    zh = "{file} 只有表头没有数据，与导出失败无异。请重新导出。"


class WrongEncoding(Refusal):
    """{file} is not UTF-8: the byte at offset {offset} (line {line}) cannot be read as such. Save
    it as UTF-8 (spreadsheet programs call it "CSV UTF-8") and import it again."""

    zh = (
        "{file} 不是 UTF-8 编码：偏移 {offset} 处的字节（第 {line} 行）无法解读。"
        "请另存为 UTF-8（表格软件中为“CSV UTF-8”）后重新导入。"
    )


class NotText(Refusal):
    """Line {line} of {file} holds a NUL character: this is no text of rows and columns. Check that
    it is the right file, saved as "CSV UTF-8"."""

    zh = "{file} 的第 {line} 行含空字符（NUL），不是行列式文本。请核对文件，并另存为“CSV UTF-8”。"


class WrongHeader(Refusal):
    """Line 1 of {file} must name the columns {expected}; it is {found}. Export the list with these
    columns in this order."""

    zh = "{file} 的第 1 行应为列名 {expected}，实际为 {found}。请按这些列名和顺序导出。"


class NotSeparated(Refusal):
    """Line {line} of {file} cannot be taken apart into columns ({problem}). Put text with quotes in
    quotes and double the quotes inside."""

    zh = "{file} 的第 {line} 行无法拆分为列（{problem}）。含引号的文字请整体加引号，内部引号双写。"


class CutOff(Refusal):
    """{file} ends in the middle of line {line}: rows may be missing, so nothing was imported. Have
    the file delivered again; if it is complete, end its last line with a line break."""

    zh = (
        "{file} 在第 {line} 行中途结束，可能缺行，没有导入任何内容。"
        "请重新获取文件；如文件确实完整，请在末行后加换行。"
    )


@dataclass(frozen=True)
class Listing:
    """A whole file. `name` is the file's, without its ending: the same list comes again under it.

    Every row of the file either stands in `items` or is kept out by a finding that says so.
    """

    name: str
    content_hash: str
    count: int
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def kept_out(self) -> frozenset[int]:
        return frozenset(f.row for f in self.findings if f.kind in judging.KEPT_OUT)

    @cached_property
    def items(self) -> dict[str, Row]:
        """The rows to import by the code under which each is stored.

        Of rows with one code, the second is stored as `code#2` and so on, in the order of the
        file. A row without a code is stored under a digest of its office and name.
        """
        items: dict[str, Row] = {}
        for row in self.rows:
            if row.number not in self.kept_out:
                code = row.item_code if row.item_code.strip() else _substitute(row)
                copies = (f"{code}#{number}" for number in count(2))
                items[next(key for key in chain([code], copies) if key not in items)] = row
        return items


def read(path: Path) -> Listing:
    """Raises a refusal that names file, line and way out when the file is not whole and sound."""
    text = _text(path)
    records = list(_records(text, path))
    if not records:
        raise FileEmpty(file=path)
    (_, header), *body = records
    if tuple(header) != HEADER:
        raise WrongHeader(file=path, expected=",".join(HEADER), found=",".join(header)[:200])
    if not body:
        raise NoRows(file=path)
    _check_end(text, body, path)
    rows = [Row(line, *cells) for line, cells in body if len(cells) == len(HEADER)]
    odd = [
        Finding(line, "", Oddity.CELLS, ",".join(cells), f"{len(cells)} ≠ {len(HEADER)}")
        for line, cells in body
        if len(cells) != len(HEADER)
    ]
    findings = sorted([*odd, *judging.judged(rows)], key=lambda finding: finding.row)
    return Listing(path.stem, vault.fingerprint(text), len(body), tuple(rows), tuple(findings))


@transaction.atomic
def import_list(listing: Listing, *, by: str, at: datetime) -> ListImport:
    """Write the list's items; returns the last import where this very content was imported then.

    An item that the list no longer names stays and is reported as gone. One that has a bundle here
    stays as its bundle says.
    """
    _wait_for_other_imports()
    last = ListImport.objects.filter(name=listing.name).order_by("imported_at", "pk").last()
    if last is not None and last.content_hash == listing.content_hash:
        return last
    changes = _write(listing)
    done = ListImport.objects.create(
        name=listing.name,
        content_hash=listing.content_hash,
        rows=listing.count,
        report={
            "rows": listing.count,
            "kept_out": listing.count - len(listing.items),
            **changes,
            **judging.tally(listing.rows),
            "findings": [asdict(finding) for finding in listing.findings],
        },
        imported_at=at,
        imported_by=by,
    )
    audit.record(
        "items.listed",
        ("item_list", listing.name),
        actor=by,
        at=at,
        details={
            "rows": listing.count,
            "items": len(listing.items),
            "findings": len(listing.findings),
            "content_hash": listing.content_hash,
        },
    )
    return done


def _wait_for_other_imports() -> None:
    """The same list twice at once is imported once, and two lists that share codes do not block
    each other halfway."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('items.listed', 0))")


def _write(listing: Listing) -> dict[str, object]:
    """What changed: how many are new, changed, as before; which have a bundle, which are gone."""
    codes = listing.items.keys()
    bundled = set(
        ItemVersion.objects.filter(item__code__in=codes).values_list("item__code", flat=True)
    )
    offices = dict(Office.objects.exclude(uscc="").values_list("uscc", "pk"))
    stored = {
        item.code: item
        for item in ServiceItem.objects.select_for_update().filter(code__in=codes).order_by("code")
    }
    wanted = {
        code: _item(code, row, listing.name, offices)
        for code, row in listing.items.items()
        if code not in bundled
    }
    changed = [c for c, item in wanted.items() if c in stored and _told(stored[c]) != _told(item)]
    ServiceItem.objects.bulk_create(
        wanted.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "office", "office_name", "kind", "listed_in", "search"],
    )
    gone = ServiceItem.objects.filter(listed_in=listing.name).exclude(code__in=codes)
    return {
        "items": len(listing.items),
        "new": len(wanted.keys() - stored.keys()),
        "changed": len(changed),
        "same": len(wanted.keys() & stored.keys()) - len(changed),
        "bundled": sorted(bundled),
        "gone": list(gone.order_by("code").values("code", "name_zh", "office_name")),
    }


def _item(code: str, row: Row, listed_in: str, offices: dict[str, int]) -> ServiceItem:
    item = ServiceItem(
        code=code,
        name_zh=row.item_name,
        office_id=offices.get(row.office_code),
        office_name=row.department,
        kind=row.task_type.zfill(2) if row.task_type.lstrip("0") in judging.TYPES else "",
        listed_in=listed_in,
    )
    parent = [] if row.main_item == NO_PARENT else [row.main_item]
    item.search = search.lexemes(item, also=[], about=parent)
    return item


def _told(item: ServiceItem) -> tuple[object, ...]:
    return (item.name_zh, item.office_id, item.office_name, item.kind, item.listed_in)


def _substitute(row: Row) -> str:
    return "-" + vault.fingerprint(f"{row.department}\0{row.item_name}")[:16]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(file=path) from error
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror) from error
    mark = len(BOM) if content.startswith(BOM) else 0
    try:
        text = content[mark:].decode()
    except UnicodeDecodeError as error:
        offset = mark + error.start
        line = content.count(b"\n", 0, offset) + 1
        if error.reason == "unexpected end of data":
            raise CutOff(file=path, line=line) from error
        raise WrongEncoding(file=path, offset=offset, line=line) from error
    if "\0" in text:
        raise NotText(file=path, line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _records(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line where it begins; an empty line is none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise CutOff(file=path, line=line) from error
            raise NotSeparated(file=path, line=line, problem=error) from error
        if cells:
            yield line, cells


def _check_end(text: str, body: Sequence[tuple[int, list[str]]], path: Path) -> None:
    """A last line without its end is whole only if its last cell is a whole division code."""
    line, cells = body[-1]
    if text.endswith(("\n", "\r")):
        return
    if len(cells) != len(HEADER) or not judging.is_division(cells[-1]):
        raise CutOff(file=path, line=line)
