"""What a verification can find, in words, and the report that carries it."""

from dataclasses import dataclass, replace
from enum import StrEnum

MOST_FINDINGS = 1_000


class Kind(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    TAIL_DELETED = "tail_deleted"
    REORDERED = "reordered"
    RECOMPUTED = "recomputed"
    UNCHAINED = "unchained"
    ANCHOR_MISMATCH = "anchor_mismatch"
    ANCHOR_CHANGED = "anchor_changed"
    ANCHOR_MISSING = "anchor_missing"


WORDS = {
    Kind.EDITED: (
        "the event is not as the platform wrote it: changed, or planted",
        "事件与平台写入时不符：被改动，或系伪造",
    ),
    Kind.DELETED: ("the event was deleted", "事件被删除"),
    Kind.TAIL_DELETED: (
        "the end of the log was deleted: the anchor counts more events",
        "日志尾部被删除：锚点记录的事件数更多",
    ),
    Kind.REORDERED: (
        "the events do not stand in the order in which they were sealed",
        "事件顺序与封存时不一致",
    ),
    Kind.RECOMPUTED: (
        "the chain was computed anew without the key",
        "链条被人在没有密钥的情况下重新计算",
    ),
    Kind.UNCHAINED: (
        "the event has no place in the chain and does not wait for one",
        "事件既不在链上，也不在待封队列中",
    ),
    Kind.ANCHOR_MISMATCH: (
        "the chain is not the one that was anchored here",
        "链条与此处的锚点不一致",
    ),
    Kind.ANCHOR_CHANGED: (
        "a line of the anchor file was changed or taken out",
        "锚点文件的某一行被改动或删去",
    ),
    Kind.ANCHOR_MISSING: (
        "sealed events have no anchor: the anchor file is missing or was cut",
        "已封存的事件没有锚点：锚点文件缺失或被截断",
    ),
}


@dataclass(frozen=True)
class Finding:
    """Places `sequence` to `until`; `event` is the first one concerned, where it is still known."""

    kind: Kind
    sequence: int | None
    event: int | None = None
    until: int | None = None
    line: int | None = None  # of the anchor file

    def told(self, language: str) -> str:
        return WORDS[self.kind][1 if language.startswith("zh") else 0]


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]  # by sequence
    sealed: int
    waiting: int
    anchored: int
    complete: bool  # False: it stopped at MOST_FINDINGS, what follows was not looked at

    @property
    def sound(self) -> bool:
        return not self.findings

    @property
    def first(self) -> Finding | None:
        return self.findings[0] if self.findings else None


class Findings:
    """Collected while walking; the same finding at neighbouring places is one."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._last: dict[Kind, int] = {}  # where the last one of a kind stands

    def add(self, found: Finding) -> None:
        last = self._last.get(found.kind)
        if last is not None and _adjoin(self._found[last], found):
            self._found[last] = replace(self._found[last], until=found.until)
        else:
            self._last[found.kind] = len(self._found)
            self._found.append(found)

    @property
    def count(self) -> int:
        return len(self._found)

    def in_order(self) -> tuple[Finding, ...]:
        kinds = list(Kind)
        return tuple(
            sorted(
                self._found,
                key=lambda found: (
                    found.sequence is None,
                    found.sequence or 0,
                    kinds.index(found.kind),
                ),
            )
        )


def _adjoin(before: Finding, after: Finding) -> bool:
    return after.sequence is not None and before.until == after.sequence - 1
