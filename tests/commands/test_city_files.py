"""What is written into a city folder is read again as it was, whatever it says."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.commands.city import bundles, compare, dumping, tables, texts
from tongban.commands.city.bundles import Key
from tongban.commands.city.findings import Findings, FolderRefused
from tongban.errors import Refusal

runs = settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))

# Any text but NUL, which is refused, and the ends of lines, which are made one.
TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=12)
SOME = TEXT.filter(bool)
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
OFFICE = st.fixed_dictionaries(
    {
        "code": st.text("ABCDEFGH", min_size=1, max_size=8),
        **dict.fromkeys(("name_zh", "name_en", "short_zh", "short_en"), SOME),
        "uscc": TEXT,
        "region_code": TEXT,
    }
)
ELEMENT = st.fixed_dictionaries(
    {
        "code": st.text("abc_", min_size=1, max_size=8),
        "name_zh": SOME,
        "name_en": SOME,
        "format": TEXT,
        "codelist": TEXT,
        "type": st.sampled_from(["string", "date", "decimal(9,2)"]),
        "grade": st.integers(1, 4),
        "check_name": st.sampled_from(["", "citizen_id"]),
    }
)
CODE = st.fixed_dictionaries(
    {
        "code": st.text("0123456789", min_size=1, max_size=6),
        "name_zh": SOME,
        "name_en": SOME,
        "maps_to": TEXT,
        "valid_from": st.none() | DAYS,
        "valid_until": st.none() | DAYS,
    }
)
DAY = st.fixed_dictionaries(
    {"day": DAYS, "working": st.booleans(), "note_zh": TEXT, "note_en": TEXT}
)
KINDS = [
    pytest.param(OFFICE, "code", tables.OFFICES, id="offices"),
    pytest.param(ELEMENT, "code", tables.ELEMENTS, id="elements"),
    pytest.param(CODE, "code", tables.CODES, id="codes"),
    pytest.param(DAY, "day", tables.CALENDAR, id="calendar"),
]


def read(path: Path, fields: tables.Fields) -> list[dict[str, Any]]:
    findings = Findings()
    found = tables.rows(path, fields, findings)
    findings.refuse()
    return found


@pytest.mark.parametrize(("row", "key", "fields"), KINDS)
@runs
@given(data=st.data())
def test_rows_come_back_as_they_were_written(tmp_path_factory, data, row, key, fields):
    rows = data.draw(st.lists(row, max_size=4, unique_by=lambda one: one[key]))
    path = tmp_path_factory.getbasetemp() / "rows.csv"
    path.write_bytes(dumping._csv(rows, fields).encode())
    assert read(path, fields) == rows


# TOML has no null, and tells neither 1.0 from 1 nor a date from its text to a person.
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**53), 2**53) | DAYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SOME, inner, max_size=3),
    max_leaves=8,
)


@runs
@given(content=st.dictionaries(SOME, VALUES, max_size=5))
def test_any_content_comes_back_from_the_toml_it_is_written_as(content):
    written = dumping._toml(content)
    assert tomllib.loads(written) == content
    assert dumping._toml(tomllib.loads(written)) == written


@runs
@given(
    st.dictionaries(st.text("ab", max_size=3), st.integers(0, 2)),
    st.dictionaries(st.text("ab", max_size=3), st.integers(0, 2)),
)
def test_a_comparison_puts_every_piece_in_one_place_and_is_the_same_from_both_sides(one, two):
    folder, live = ({Key("k", name): value for name, value in d.items()} for d in (one, two))
    found, mirrored = compare(folder, live), compare(live, folder)

    same = {key for key in folder if live.get(key) == folder[key]}
    parts = [found.only_folder, found.only_live, found.different]
    assert sorted([*sum(parts, ()), *same]) == sorted(folder.keys() | live.keys())
    assert (found.only_folder, found.different) == (mirrored.only_live, mirrored.different)
    assert bool(found) == (folder != live)
    assert found.to_adopt == {key for key in folder if key not in same}


@runs
@given(st.dictionaries(DAYS, st.booleans(), max_size=40))
def test_a_year_names_the_days_that_do_not_follow_the_week_and_those_that_show_it_is_whole(days):
    rows = [
        {"day": day, "working": working, "note_zh": "", "note_en": ""}
        for day, working in days.items()
    ]
    named = {row["day"] for year in bundles._years(rows).values() for row in year}
    assert named == {
        day
        for day, working in days.items()
        if working != (day.weekday() < 5) or (day.month, day.day) in bundles.YEAR_IS_WHOLE
    }


def test_a_day_with_a_note_is_named_though_it_follows_the_week():
    monday = {"day": date(2026, 9, 21), "working": True, "note_zh": "调休", "note_en": ""}
    tuesday = {**monday, "day": monday["day"] + timedelta(1), "note_zh": ""}
    assert bundles._years([tuesday, monday]) == {Key("calendar", "2026"): [monday]}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        ("\ufeff云泽".encode(), "云泽"),
        ("云\ufeff".encode(), "云\ufeff"),
    ],
)
def test_a_text_has_one_kind_of_line_and_no_mark_at_its_beginning(tmp_path, content, text):
    (tmp_path / "file").write_bytes(content)
    assert texts.read_text(tmp_path / "file") == text


@pytest.mark.parametrize(
    ("content", "refusal", "zh"),
    [
        (None, texts.FileIsMissing, "缺少这个文件"),
        ("甲\n乙\n".encode() + b"\xff", texts.NotUtf8, "第 3 行不是 UTF-8，请另存为 UTF-8"),
        ("云泽".encode("gb18030"), texts.NotUtf8, "第 1 行不是 UTF-8，请另存为 UTF-8"),
        ("云泽".encode("utf-16"), texts.NotUtf8, "第 1 行不是 UTF-8，请另存为 UTF-8"),
        (b"a\nb\0\n", texts.HoldsNul, "第 2 行含有 NUL 字符，请另存为文本"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(tmp_path, content, refusal, zh):
    if content is not None:
        (tmp_path / "file").write_bytes(content)
    with pytest.raises(refusal) as refused:
        texts.read_text(tmp_path / "file")
    assert refused.value.told("zh") == zh


def test_a_folder_in_the_place_of_a_file_is_missing(tmp_path):
    with pytest.raises(texts.FileIsMissing):
        texts.read_text(tmp_path)


def test_findings_are_told_together_each_on_its_line():
    class Wrong(Refusal):
        """{what} is wrong"""

        zh = "{what} 有误"

    findings = Findings()
    findings.refuse()
    findings.add("a.toml", "甲", "A")
    with findings.gather("b.toml"):
        raise Wrong(what="x {y}")
    with pytest.raises(FolderRefused) as refused:
        findings.refuse()

    assert refused.value.told("zh") == (
        "目录中有 2 处错误，没有改动任何内容：\na.toml：甲\nb.toml：x {y} 有误"
    )
    assert refused.value.told("en") == (
        "The folder has 2 mistakes and nothing was changed:\na.toml: A\nb.toml: x {y} is wrong"
    )
