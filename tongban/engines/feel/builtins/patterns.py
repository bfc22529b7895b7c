"""Regular expressions of XPath, in so far as Python's mean the same.

What Python has not, or reads otherwise (`\\i`, `\\c`, `\\p{…}`, `[a-z-[aeiou]]`), is refused.
A pattern is written by the author of a decision, never by an applicant; the length limit keeps a
slip from costing more than a moment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongban.engines.feel.refusals import Undefined

PATTERN_LIMIT = 500  # characters
_FLAGS: Mapping[str, re.RegexFlag] = {
    "s": re.DOTALL,
    "m": re.MULTILINE,
    "i": re.IGNORECASE,
    "x": re.VERBOSE,
}
_ONLY_XPATH = re.compile(r"(?<!\\)(?:\\\\)*(\\[icICpP]|\[[^\]]*-\[)")
_ONLY_PYTHON = re.compile(r"(?<!\\)(?:\\\\)*(\\[AZbBGzx]|\(\?(?!:))")


class BadPattern(Undefined):
    """The pattern {pattern} cannot be used: {reason}."""

    zh = "正则表达式 {pattern} 不能使用：{reason}。"


def python_pattern(pattern: str, flags: str) -> re.Pattern[str]:
    """Raises BadPattern."""
    options = re.RegexFlag(0)
    for flag in flags:
        if flag not in _FLAGS:
            raise BadPattern(pattern=pattern, reason=f"no flag “{flag}”")
        options |= _FLAGS[flag]
    if len(pattern) > PATTERN_LIMIT:
        raise BadPattern(pattern=pattern[:20] + "…", reason=f"more than {PATTERN_LIMIT} characters")
    foreign = _ONLY_XPATH.search(pattern) or _ONLY_PYTHON.search(pattern)
    if foreign:
        raise BadPattern(pattern=pattern, reason=f"“{foreign[1]}”")
    try:
        return re.compile(pattern, options)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(pattern=pattern, reason=str(error)) from error


def python_replacement(text: str, groups: int) -> str:
    """XPath writes `$1` where Python writes `\\g<1>`. Raises BadPattern for a group that is not."""

    def group(match: re.Match[str]) -> str:
        if match[0] in (r"\$", r"\\"):
            return match[0].replace(r"\$", "$")
        if not match[1] or int(match[1]) > groups:
            raise BadPattern(pattern=text, reason=f"“{match[0]}”")
        return rf"\g<{match[1]}>"

    return re.sub(r"\\[\\$]|[\\$](\d?)", group, text)
