"""What is drawn over a diagram: badges, colours and words on its elements, as data for a script."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tongban.business.items import drawings
from tongban.web.ui.origins import is_chinese
from tongban.web.workbench.processes import toolkit


@dataclass(frozen=True)
class Badge:
    """A short text at a corner of an element; `says` is the same in a sentence."""

    text: str
    says: str
    kind: str = ""  # now, done, off, due, bad, unknown, count
    place: str = "right"  # right, left, below


@dataclass(frozen=True)
class Mark:
    """`look` is a class of the element: is-now, is-passed, is-off, is-heat-1 … 5, is-way-1 … 4."""

    element: str
    look: str = ""
    badges: tuple[Badge, ...] = field(default=())


def drawn(url: str, process: str, marks: Iterable[Mark] = ()) -> dict[str, Any]:
    """For a diagram to look at: where the file is, what its elements are called, what is marked."""
    return {
        "url": url,
        "words": toolkit.words(),
        "labels": {} if is_chinese() else dict(labels(process)),
        "marks": [asdict(mark) for mark in marks],
    }


def labels(process: str) -> Mapping[str, str]:
    """What its elements are called in the reader's language."""
    return drawings.labels(process, is_chinese=is_chinese())
