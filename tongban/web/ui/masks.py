"""What may be seen of a personal value on a page. Whatever has not the expected shape is hidden
whole. The gate masks as well: this is the second lock, not the first."""

import re

STAR = "*"
SHOWN_OF_ID = (3, 1)
SHOWN_OF_PHONE = (3, 4)
SHOWN_OF_ACCOUNT = 4
# A street ends where its number begins, so that 水巷路 is not cut at 巷.
STREET = re.compile(r"^.*?(?:街道|大道|镇|乡|[路街巷弄](?=\s*[\d〇零一二三四五六七八九十百]|$))")
# 小区, 社区, 园区 and 景区 are no districts.
DISTRICT = re.compile(r"^.*?(?:县|(?<![小社园景])区)")
CITY = re.compile(r"^.*?市")


def name(value: str) -> str:
    """张三 → 张*, 周雨桐 → 周**, Ann Lee → A** ***."""
    return value[:1] + re.sub(r"[^\s·]", STAR, value[1:])


def citizen_id(value: str) -> str:
    """The first three characters and the last: 329***************7."""
    return (
        _ends(value, SHOWN_OF_ID) if re.fullmatch(r"\d{14}\d|\d{17}[\dXx]", value) else _all(value)
    )


def phone(value: str) -> str:
    """139****1234; a number of another shape shows its last two digits at most."""
    return _ends(value, SHOWN_OF_PHONE) if re.fullmatch(r"1\d{10}", value) else _ends(value, (0, 2))


def account(value: str) -> str:
    """A bank account or card: the last four digits."""
    digits = re.sub(r"\s", "", value)
    return _ends(digits, (0, SHOWN_OF_ACCOUNT)) if len(digits) >= 12 else _all(digits)


def address(value: str) -> str:
    """An address down to its street, without street names down to its district."""
    shown = STREET.match(value) or DISTRICT.match(value) or CITY.match(value)
    if shown is None:
        return _all(value)
    return shown[0] + (STAR * 4 if shown.end() < len(value) else "")


def _ends(value: str, shown: tuple[int, int]) -> str:
    first, last = shown
    hidden = len(value) - first - last
    if hidden < 4:
        return _all(value)
    return value[:first] + STAR * hidden + value[len(value) - last :]


def _all(value: str) -> str:
    return STAR * len(value)
