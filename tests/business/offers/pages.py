"""Short ways to a page and to what stands on it."""

import html
import re


def text(response) -> str:
    """What a reader sees, one space between words."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def main(response) -> str:
    """The same without what stands around every page."""
    body = response.content.decode()
    response.content = re.search(r"<main.*</main>", body, re.DOTALL)[0].encode()
    return text(response)
