"""What every page knows about its reader: language and size of text."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

SIZE_COOKIE = "tongban_size"


@dataclass(frozen=True, slots=True)
class Language:
    code: str  # as in settings.LANGUAGES
    lang: str  # as in the lang attribute
    label: str  # its own name, short


CHINESE = Language("zh-hans", "zh-CN", "中文")
ENGLISH = Language("en", "en", "EN")


@dataclass(frozen=True, slots=True)
class Chrome:
    """`here` is where the reader returns after switching language or size."""

    lang: str
    other: Language
    large: bool
    here: str


def chrome(request: HttpRequest) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    shown, other = (ENGLISH, CHINESE) if english else (CHINESE, ENGLISH)
    return {
        "chrome": Chrome(
            lang=shown.lang,
            other=other,
            large=request.COOKIES.get(SIZE_COOKIE) == "large",
            here=request.get_full_path() if request.method == "GET" else came_from(request) or "/",
        )
    }


def came_from(request: HttpRequest) -> str:
    """The page of this site that the reader was on, or nothing."""
    return inside(request, request.headers.get("Referer", ""))


def inside(request: HttpRequest, url: str) -> str:
    """The address, if it leads to this site; nothing otherwise."""
    leads_here = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if leads_here else ""
