"""Made-up published lists: sound rows, and the same with one cell changed."""

from datetime import UTC, datetime
from pathlib import Path

MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)
HEADER = "department,main_item,item_name,item_code,task_type,dept_code,area_code"
OFFICE = "11329900MB0000001E"
OTHER_OFFICE = "12329900400000012P"
AREA = "329900000000"


def code(serial: int, office: str = OFFICE) -> str:
    return f"329A{serial:08}-{AREA}-000-{office}-1-00"


def row(serial: int, **changed: str) -> dict[str, str]:
    sound = {
        "department": "公安局",
        "main_item": "未分类",
        "item_name": f"第{serial}号许可",
        "item_code": code(serial),
        "task_type": "1",
        "dept_code": OFFICE,
        "area_code": AREA,
    }
    return {**sound, **changed}


def text(*rows: dict[str, str]) -> str:
    return "\n".join([HEADER, *(",".join(each.values()) for each in rows), ""])


def write(folder: Path, *rows: dict[str, str], name: str = "清单.csv") -> Path:
    path = folder / name
    path.write_text(text(*rows), encoding="utf-8")
    return path
