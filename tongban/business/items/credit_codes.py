"""Unified social credit codes (GB 32100) as lists hold them: judged as written, never repaired."""

import re
from collections.abc import Iterable
from itertools import combinations

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

LENGTH = 18
CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
ORGANISATION = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Where a code of the GB/T 39046 family names the office: behind division and part, before the
# office's nature and a serial. Short codes of old lists end with it.
OFFICE = re.compile(r".+-[0-9]{12}-[0-9]{3}-(.+)-[0-9]-[0-9]{2}|[^-]+-[^-]+-[^-]+-(.+)")


class Fault(models.TextChoices):
    CHECK_CHARACTER = "check_character", _("校验码不符")
    LOWER_CASE = "lower_case", _("含小写字母")
    ONE_SHORT = "one_short", _("17 位，少 1 位")
    TE_PREFIX = "te_prefix", _("以 TE 开头的自编代码")
    CHARACTERS = "characters", _("18 位，但有信用代码不用的字符")
    ORGANISATION = "organisation", _("9 位旧组织机构代码")
    FILLER = "filler", _("用同一字符填充")
    SUFFIX = "suffix", _("代码后加了下划线和编号")
    SYSTEM_NUMBER = "system_number", _("19 位系统内部编号")
    OTHER = "other", _("不是信用代码")
    MISSING = "missing", _("没有代码")


def is_valid(text: str) -> bool:
    return bool(CODE.fullmatch(text)) and uscc.calc_check_digit(text[:-1]) == text[-1]


def fault(text: str) -> Fault | None:
    """What is wrong with the text as a credit code; None where nothing is."""
    if is_valid(text):
        return None
    kinds = {
        Fault.MISSING: not text.strip(),
        Fault.FILLER: len(set(text)) == 1,
        Fault.TE_PREFIX: text.startswith("TE"),  # its letters could stand in a credit code
        Fault.CHECK_CHARACTER: CODE.fullmatch(text),
        Fault.LOWER_CASE: CODE.fullmatch(text.upper()),
        Fault.ORGANISATION: _is_organisation(text),
        Fault.ONE_SHORT: len(text) == LENGTH - 1,
        Fault.CHARACTERS: len(text) == LENGTH,
        Fault.SUFFIX: "_" in text,
        Fault.SYSTEM_NUMBER: re.fullmatch("[0-9]{19}", text),
    }
    return next((kind for kind, holds in kinds.items() if holds), Fault.OTHER)


def office_part(item_code: str) -> str:
    """What stands in an item code where the office's credit code belongs."""
    found = OFFICE.fullmatch(item_code)
    return (found[1] or found[2]) if found else ""


def perhaps(damaged: str, codes: Iterable[str]) -> list[str]:
    """Those of the valid codes that the damaged one may stand for: the same in capitals, with one
    character lost, or around an old organisation code. A hint for a person, never a repair."""
    bare = damaged.split("_")[0]
    return sorted(code for code in codes if _may_be(bare, code))


def _may_be(bare: str, code: str) -> bool:
    return (
        bare.upper() == code
        or bare.replace("-", "") == code[8:17]
        or bare in map("".join, combinations(code, LENGTH - 1))
    )


def _is_organisation(text: str) -> bool:
    """GB 11714, with or without its hyphen."""
    if not ORGANISATION.fullmatch(text):
        return False
    values = (int(character, 36) for character in text[:8])
    total = sum(v * w for v, w in zip(values, ORGANISATION_WEIGHTS, strict=True))
    return "0X987654321"[total % 11] == text[-1]
