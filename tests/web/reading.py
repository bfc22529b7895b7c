"""What a reader of a page meets."""

from typing import Any

from lxml import html

LANGUAGES = ("zh", "en")


def page(response: Any) -> html.HtmlElement:
    """Without what only a script would show."""
    read = html.fromstring(response.content.decode())
    for hidden in read.xpath("//template"):
        hidden.drop_tree()
    return read


def words(element: html.HtmlElement, path: str = ".") -> str:
    """The text of the first place on this path, with single spaces."""
    return " ".join(element.xpath(path)[0].text_content().split())


def said(response: Any, path: str = "//main") -> str:
    return words(page(response), path)


def in_language(language: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Accept-Language": language}}
