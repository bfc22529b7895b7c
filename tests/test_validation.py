"""A mistake in a file is named with its key, in words that its reader understands."""

import re
import tomllib
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from tests.permits import CITY
from tongban import validation
from tongban.business.items import guide
from tongban.data.lake import contract


class Kind(StrEnum):
    A = "a"
    B = "b"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=2, max_length=4, pattern="^[a-z]+$")
    kind: Literal["daily", "weekly"] = "daily"
    grade: int = Field(default=1, ge=1, le=4)
    share: bool = True
    keys: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("a",)
    since: date = date(2026, 1, 1)


MISTAKES = [
    ({}, "name：缺少此键", "name: Field required"),
    ({"name": 5}, "name：应为文本", "name: Input should be a valid string"),
    ({"name": "a"}, "name：至少 2 个字符", None),
    ({"name": "abcde"}, "name：至多 4 个字符", None),
    ({"name": "AB"}, "name：写法不符，应匹配 ^[a-z]+$", None),
    ({"name": "ab", "knid": 1}, "knid：没有这个键", "knid: Extra inputs are not permitted"),
    ({"name": "ab", "kind": "hourly"}, "kind：只能是 'daily'、'weekly'", None),
    ({"name": "ab", "grade": "x"}, "grade：应为整数", None),
    ({"name": "ab", "grade": 1.5}, "grade：应为整数", None),
    ({"name": "ab", "grade": 0}, "grade：不能小于 1", None),
    ({"name": "ab", "grade": 5}, "grade：不能大于 4", None),
    ({"name": "ab", "share": "perhaps"}, "share：应为 true 或 false", None),
    ({"name": "ab", "keys": []}, "keys：至少 1 项，现有 0 项", None),
    ({"name": "ab", "keys": ["a", "b", "c"]}, "keys：至多 2 项，现有 3 项", None),
    ({"name": "ab", "keys": ["a", 1]}, "keys.1：应为文本", None),
    ({"name": "ab", "keys": 1}, "keys：应为列表", None),
    ({"name": "ab", "since": "soon"}, "since：应为日期", None),
]


@pytest.mark.parametrize(("given", "zh", "en"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_is_named_with_its_key_and_what_is_expected(given, zh, en):
    with pytest.raises(ValidationError) as raised:
        Part.model_validate(given)

    chinese, english = validation.words(raised.value)

    assert chinese == zh
    assert english.startswith(f"{zh.partition('：')[0]}: ")
    assert en is None or english == en


class Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid")
    above: int = Field(default=1, gt=0)
    below: int = Field(default=1, lt=9)
    share: float = 0.5
    price: Decimal = Decimal(1)
    strict: int = Field(default=1, strict=True)
    flag: bool = Field(default=True, strict=True)
    kind: Kind = Kind("a")
    pair: tuple[int, int] = (1, 2)
    several: list[int] = []
    words: dict[str, str] = {}
    part: Part = Part(name="ab")
    at: time = time(8)
    since: date = date(2026, 1, 1)


OTHER_MISTAKES = {
    "greater_than": ({"above": 0}, "above：应大于 0"),
    "less_than": ({"below": 9}, "below：应小于 9"),
    "float_type": ({"share": []}, "share：应为数"),
    "float_parsing": ({"share": "half"}, "share：应为数"),
    "decimal_type": ({"price": []}, "price：应为数"),
    "decimal_parsing": ({"price": "dear"}, "price：应为数"),
    "int_type": ({"strict": "1"}, "strict：应为整数"),
    "bool_type": ({"flag": "true"}, "flag：应为 true 或 false"),
    "enum": ({"kind": "c"}, "kind：只能是 'a'、'b'"),
    "tuple_type": ({"pair": 1}, "pair：应为列表"),
    "list_type": ({"several": "x"}, "several：应为列表"),
    "dict_type": ({"words": []}, "words：应为一组键"),
    "model_type": ({"part": []}, "part：应为一组键"),
    "time_type": ({"at": []}, "at：应为时间"),
    "time_parsing": ({"at": "noon"}, "at：应为时间"),
    "date_type": ({"since": []}, "since：应为日期"),
    "date_parsing": ({"since": "21 November"}, "since：应为日期"),
    "date_from_datetime_inexact": ({"since": "2026-01-01T08:00"}, "since：应为日期，不带时间"),
}


@pytest.mark.parametrize("kind", OTHER_MISTAKES)
def test_every_kind_of_mistake_has_chinese_words_of_its_own(kind):
    given, zh = OTHER_MISTAKES[kind]
    with pytest.raises(ValidationError) as raised:
        Numbers.model_validate(given)

    assert validation.words(raised.value)[0] == zh


def test_a_kind_that_nobody_has_words_for_is_still_told_by_its_key():
    class Address(BaseModel):
        site: HttpUrl

    with pytest.raises(ValidationError) as raised:
        Address.model_validate({"site": "x"})

    zh, en = validation.words(raised.value)
    assert zh == "site：此值不能用（url_parsing）"
    assert en.startswith("site: Input should be a valid URL")


def test_what_was_written_is_in_no_word():
    """A contract may hold a password."""
    with pytest.raises(ValidationError) as raised:
        Part.model_validate({"name": "hunter2"})

    assert not any("hunter2" in words for words in validation.words(raised.value))


@given(st.text(max_size=200))
def test_whatever_is_no_toml_is_told_in_both_languages(text):
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        zh, en = validation.words(error)
        assert re.fullmatch("不是有效的 TOML：(第 \\d+ 行第 \\d+ 列|文件末尾)写法有误", zh)
        assert en == str(error)


def test_every_mistake_is_told_at_once():
    with pytest.raises(ValidationError) as raised:
        Part.model_validate({"name": "a", "grade": 9})

    assert validation.words(raised.value)[0] == "name：至少 2 个字符；grade：不能大于 4"


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("a = 1\nb = = 2", "不是有效的 TOML：第 2 行第 5 列写法有误"),
        ("a = ", "不是有效的 TOML：文件末尾写法有误"),
    ],
)
def test_a_slip_in_the_syntax_is_found_by_line_and_column(text, zh):
    with pytest.raises(tomllib.TOMLDecodeError) as raised:
        tomllib.loads(text)

    assert validation.words(raised.value)[0] == zh


def keys_of(text: str) -> list[str]:
    """Top-level keys and tables of a file, one mistake to be made in each."""
    return sorted(tomllib.loads(text))


CONTRACT = (CITY / "sources" / "GA01.toml").read_text(encoding="utf-8")
GUIDE = (CITY / "items" / "B09" / "item.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", keys_of(CONTRACT))
def test_a_contract_says_every_mistake_in_chinese(key):
    content = tomllib.loads(CONTRACT) | {key: "?"}

    with pytest.raises(contract.ContractInvalid) as refused:
        contract.from_content(content, "GA01.toml")

    assert key in refused.value.told("zh")
    assert "此值不能用" not in refused.value.told("zh")
    assert not re.search(r"should|required|Input", refused.value.told("zh"))


@pytest.mark.parametrize("key", keys_of(GUIDE))
def test_a_guide_says_every_mistake_in_chinese(key):
    rest = {name: value for name, value in tomllib.loads(GUIDE).items() if name != key}

    try:
        guide.Guide.model_validate(rest)
    except ValidationError as error:
        assert f"{key}：缺少此键" in validation.words(error)[0]
    else:
        assert not guide.Guide.model_fields[key].is_required()
