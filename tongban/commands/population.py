"""A live item's decision asked of a whole register, published as a table of an edition."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongban.business.items import population as items
from tongban.business.items.models import ItemVersion
from tongban.data.exchange import gate
from tongban.data.exchange.decided import table_of
from tongban.data.exchange.gate import Answer, Decided
from tongban.data.registers import actions as registers
from tongban.engines.decisions import Decision
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import Unknown, Value
from tongban.engines.feel.written import written

Told = Callable[[str, int, int], None]
BY = "command"


@dataclass(frozen=True)
class Published:
    version: ItemVersion
    decision: Decision
    register: str
    decided: Decided
    edition: int
    seconds: float


def decide(
    version: ItemVersion, decision: Decision, register: str, *, at: datetime, told: Told
) -> Published:
    """Raises what the gate and publishing refuse; readers see what they saw before then."""
    began = time.monotonic()
    told(decision.name, 0, 2)
    with registers.beside_registers(by=BY, at=at) as edition:
        decided = gate.decide_register(
            reader=items.reader(version, BY),
            use=items.use(version),
            register=register,
            decision=decision,
            table=table_of(version.item.code, decision.name),
            into=edition,
            at=at,
            given=items.untold(version),
        )
        told(decision.name, 1, 2)
    told(decision.name, 2, 2)
    seconds = time.monotonic() - began
    return Published(version, decision, register, decided, edition.number, seconds)


def told(published: Published, language: str) -> str:
    """One line for each answer, how many were read and written, and where they stand."""
    decided, item = published.decided, published.version.item
    read = sum(count for _answer, count in decided.counts)
    head = _("{decision}（{item}）对 {register} 库第 {edition} 版的决策结果：")
    lines = [
        head.format(
            decision=published.decision.name,
            item=item.code,
            register=published.register,
            edition=decided.edition,
        )
    ]
    lines += [
        f"{count:>12,}  {count / read:>6.1%}  {answer_words(answer, language)}"
        for answer, count in decided.counts
    ]
    done = _("读取 {read} 行，写入 {written} 行，用时 {seconds} 秒。")
    seconds = f"{published.seconds:.1f}"
    lines.append(done.format(read=f"{read:,}", written=f"{decided.rows:,}", seconds=seconds))
    where = _("数据表 {table} 已随第 {edition} 版发布。")
    lines.append(where.format(table=decided.table, edition=published.edition))
    return "\n".join(lines)


def as_json(published: Published) -> dict[str, Any]:
    decided = published.decided
    return {
        "item": published.version.item.code,
        "decision": published.decision.name,
        "version": published.decision.version,
        "register": published.register,
        "read_edition": decided.edition,
        "edition": published.edition,
        "table": decided.table,
        "rows": decided.rows,
        "seconds": round(published.seconds, 1),
        "answers": [
            {
                "value": _plain(answer),
                "unknown": answer.unknown,
                "withheld": answer.withheld,
                "rows": count,
            }
            for answer, count in decided.counts
        ],
    }


def answer_words(answer: Answer, language: str) -> str:
    if answer.withheld:
        return _("其他值（为保护个人信息合并计数）")
    if not isinstance(answer.value, tuple):
        unknown = Unknown(frozenset())
        return value_words(unknown if answer.unknown else answer.value, language)
    members = ", ".join(f"{name}: {value_words(value, language)}" for name, value in answer.value)
    some_unknown = _("（含未知）")
    return f"{members} {some_unknown}" if answer.unknown else members


def _plain(answer: Answer) -> Any:
    if isinstance(answer.value, tuple):
        return {name: _written(value) for name, value in answer.value}
    return _written(answer.value)


def _written(value: Value) -> Any:
    return value if value is None or isinstance(value, bool) else written(value)
