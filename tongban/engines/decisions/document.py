"""Reads DMN XML, which may come from anybody, without letting it do anything.

No entities, no document type, no network; size, depth and number of elements are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]

from tongban.engines.decisions.refusals import Address, ModelError

etree: Any = lxml.etree  # pyright: ignore  # lxml comes without types

VERSIONS = {
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model may cost to read."""

    size: int = 5_000_000  # bytes
    depth: int = 60  # elements within one another
    elements: int = 200_000
    rules: int = 5_000  # of one table
    chain: int = 100  # decisions that require one another in a row


LIMITS = Limits()


class TooBig(ModelError):
    """The model has more than {limit} {what}."""

    zh = "模型的{what_zh}超过 {limit}。"


class NotXml(ModelError):
    """This is not well-formed XML: {problem}"""

    zh = "不是格式正确的 XML：{problem}"


class DocumentType(ModelError):
    """A model must not have a document type (<!DOCTYPE>). Remove it."""

    zh = "模型不能含有文档类型声明（<!DOCTYPE>），请删除。"


class NotDmn(ModelError):
    """This is not a DMN 1.3, 1.4 or 1.5 model: its root is “{root}”."""

    zh = "不是 DMN 1.3、1.4 或 1.5 模型：根元素是“{root}”。"


class Element:
    """An element of the model, seen without its namespace; elements of others are not seen."""

    def __init__(self, node: Any, namespace: str) -> None:
        self.node, self.namespace = node, namespace

    @property
    def tag(self) -> str:
        return self.node.tag.removeprefix(f"{{{self.namespace}}}")

    @property
    def line(self) -> int:
        return self.node.sourceline or 0

    def get(self, name: str) -> str:
        return str(self.node.get(name, "")).strip()

    def all(self, *names: str) -> list[Element]:
        """The children of these names; without names, all of them."""
        prefix = f"{{{self.namespace}}}"
        return [
            Element(child, self.namespace)
            for child in self.node.iterchildren()
            if isinstance(child.tag, str)
            and child.tag.startswith(prefix)
            and (not names or child.tag.removeprefix(prefix) in names)
        ]

    def first(self, *names: str) -> Element | None:
        found = self.all(*names)
        return found[0] if found else None

    def text_of(self, name: str) -> str:
        """The text of a child, "" if there is none."""
        child = self.first(name)
        return "".join(child.node.itertext()).strip() if child else ""

    def foreign(self, namespace: str, name: str) -> Iterator[tuple[str, str]]:
        """Language and text of our own elements in this element's extensions."""
        for extensions in self.all("extensionElements"):
            for node in extensions.node.iterchildren(f"{{{namespace}}}{name}"):
                yield str(node.get("lang", "zh")), "".join(node.itertext()).strip()


@dataclass(frozen=True, slots=True)
class Document:
    root: Element
    version: str  # sha256 of the bytes

    @property
    def namespace(self) -> str:
        return self.root.get("namespace")


def read(xml: bytes, limits: Limits = LIMITS) -> Document:
    """Raises ModelError."""
    if len(xml) > limits.size:
        raise TooBig(Address(), limit=limits.size, what="bytes", what_zh="字节数")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise NotXml(Address(line=line, column=column), problem=error.msg or "") from error
    if root.getroottree().docinfo.doctype:
        raise DocumentType(Address(line=1))
    _measure(root, limits)
    namespace, _, name = root.tag[1:].partition("}")
    if namespace not in VERSIONS or name != "definitions":
        raise NotDmn(Address(line=root.sourceline or 0), root=root.tag)
    return Document(Element(root, namespace), sha256(xml).hexdigest())


def _measure(root: Any, limits: Limits) -> None:
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth, count = depth + 1, count + 1
        if depth > limits.depth:
            raise TooBig(Address(), limit=limits.depth, what="levels", what_zh="层数")
        if count > limits.elements:
            raise TooBig(Address(), limit=limits.elements, what="elements", what_zh="元素数")
