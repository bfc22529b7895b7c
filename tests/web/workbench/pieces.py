"""The words of a page, piece by piece: what stands in one element is apart from the next."""

from typing import Any

from lxml import html

from tests.web.reading import page


def spaced(element: html.HtmlElement) -> str:
    return " ".join("\n".join(element.itertext()).split())


def part(response: Any, path: str) -> str:
    """The first place on this path."""
    return spaced(page(response).xpath(path)[0])
