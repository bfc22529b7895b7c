"""A mistake in a file is named with its key, in words that its reader understands."""

import re
import tomllib
from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.permits import CITY
from tongban import validation
from tongban.business.items import guide
from tongban.data.lake import contract


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
