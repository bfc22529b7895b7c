"""What is wrong with a file of the city folder, key by key, in Chinese and English."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

# By pydantic's type of error; `ctx` of the error fills the braces.
WORDS = {
    "missing": "缺少此键",
    "extra_forbidden": "没有这个键",
    "string_type": "应为文本",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "写法不符，应匹配 {pattern}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "decimal_type": "应为数",
    "decimal_parsing": "应为数",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少 {min_length} 项，现有 {actual_length} 项",
    "too_long": "至多 {max_length} 项，现有 {actual_length} 项",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应为一组键",
    "model_type": "应为一组键",
    "model_attributes_type": "应为一组键",
    "date_type": "应为日期",
    "date_parsing": "应为日期",
    "date_from_datetime_inexact": "应为日期，不带时间",
    "date_from_datetime_parsing": "应为日期",
    "time_type": "应为时间",
    "time_parsing": "应为时间",
}
PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


def words(error: ValidationError | tomllib.TOMLDecodeError) -> tuple[str, str]:
    """Every finding with its key, in Chinese and English."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return _of_toml(str(error))
    found = error.errors(include_url=False, include_input=False)
    keys = [".".join(map(str, finding["loc"])) for finding in found]
    zh = "；".join(f"{key}：{_chinese(one)}" for key, one in zip(keys, found, strict=True))
    en = "; ".join(f"{key}: {one['msg']}" for key, one in zip(keys, found, strict=True))
    return zh, en


def _chinese(finding: Mapping[str, Any]) -> str:
    known = WORDS.get(finding["type"])
    if known is None:
        return f"此值不能用（{finding['type']}）"
    given = dict(finding.get("ctx", {}))
    if "expected" in given:
        given["expected"] = given["expected"].replace(" or ", "、").replace(", ", "、")
    return known.format(**given)


def _of_toml(said: str) -> tuple[str, str]:
    place = PLACE.search(said)
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
    return f"不是有效的 TOML：{where}写法有误", said
