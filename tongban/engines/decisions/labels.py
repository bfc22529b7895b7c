"""What things are called for people.

Chinese comes from the model itself: the `label` that an editor shows, else the name or the text.
English, and Chinese where names are English, comes from our own extension element:

    <extensionElements>
      <tongban:label xmlns:tongban="urn:tongban:dmn:1" lang="en">Insured months</tongban:label>
    </extensionElements>

It may stand in `decision`, `inputData`, and `input`; in a `rule` it gives the law in English. The
law itself is the rule's annotation in the column named "law" or "依据", else in the first column,
else the rule's description.
"""

from __future__ import annotations

from tongban.engines.decisions.document import Element
from tongban.engines.decisions.refusals import Label

NAMESPACE = "urn:tongban:dmn:1"
LAW_COLUMNS = ("law", "依据")


def label(element: Element, fallback: str) -> Label:
    own = dict(element.foreign(NAMESPACE, "label"))
    zh = own.get("zh") or element.get("label") or fallback
    return Label(zh, own.get("en") or fallback)


def law(rule: Element, column: int) -> Label:
    """The article a rule comes from; empty if it names none."""
    entries = rule.all("annotationEntry")
    text = entries[column].text_of("text") if column < len(entries) else ""
    zh = text or rule.text_of("description")
    own = dict(rule.foreign(NAMESPACE, "label"))
    return Label(zh, own.get("en") or zh)


def law_column(table: Element) -> int:
    names = [annotation.get("name").lower() for annotation in table.all("annotation")]
    return next((at for at, name in enumerate(names) if name in LAW_COLUMNS), 0)
