"""What was decided about the register, as the office that carries the item out may read it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from tongban.business.cases import deciding
from tongban.business.items import population
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.business.offers.models import Offer
from tongban.business.offers.terms import Cell, Terms
from tongban.data.exchange import decided, gate
from tongban.data.exchange.decided import State
from tongban.data.exchange.gate import Condition, Reader
from tongban.errors import Refusal

Row = Mapping[str, Any]


class NotInForce(Refusal):
    """Item {code} has no version in force: there is nothing to offer."""

    zh = "事项 {code} 没有现行版本，不能主动提供。"


class NotDecided(Refusal):
    """{decision} of {code} was not decided over the register yet. First run
    `tongban decide {code}.{decision} --population {register}`."""

    zh = (
        "{code} 的 {decision} 还没有对全库决策。"
        "请先运行 tongban decide {code}.{decision} --population {register}。"
    )


class OutOfDate(Refusal):
    """{decision} of {code} was decided on {on:%Y-%m-%d} over edition {edition}, whose facts are not
    those of today. First run `tongban decide {code}.{decision} --population {register}` again."""

    zh = (
        "{code} 的 {decision} 是 {on:%Y-%m-%d} 按第 {edition} 版决策的，事实已有更新。"
        "请先重新运行 tongban decide {code}.{decision} --population {register}。"
    )


class RuleChanged(Refusal):
    """{decision} of {code} was decided by a rule that is not in force any more. First run
    `tongban decide {code}.{decision} --population {register}` again."""

    zh = (
        "{code} 的 {decision} 是按已不再有效的规则决策的。"
        "请先重新运行 tongban decide {code}.{decision} --population {register}。"
    )


def version_of(offer: Offer) -> ItemVersion:
    version = items.live_version(offer.item)
    if version is None:
        raise NotInForce(code=offer.code)
    return version


def reader(offer: Offer, actor: str) -> Reader:
    """The platform, in the name of the office that the item belongs to."""
    return population.reader(version_of(offer), actor)


def check_current(offer: Offer, terms: Terms, names: Collection[str]) -> State:
    """The oldest of their answers. Raises NotDecided, OutOfDate or RuleChanged for the first that
    has to be decided again."""
    model = deciding.model_of(version_of(offer))
    found: list[State] = []
    for name in names:
        said = {"code": offer.code, "decision": name, "register": terms.register_}
        state = decided.state(decided.table_of(offer.code, name))
        if state is None:
            raise NotDecided(**said)
        if not decided.is_about_current_facts(terms.register_, state.edition):
            raise OutOfDate(**said, on=state.decided_on, edition=state.edition)
        if state.decision != model.find(name).version:
            raise RuleChanged(**said)
        found.append(state)
    return min(found, key=lambda state: state.edition)


def answered(
    by: Reader,
    terms: Terms,
    decision: str,
    columns: Sequence[str],
    where: Sequence[Condition],
    at: datetime,
) -> tuple[Row, ...]:
    return gate.subjects(
        reader=by,
        use=terms.use,
        relation=decided.table_of(terms.code, decision),
        columns=columns,
        where=where,
        at=at,
    ).rows


def has(cells: Mapping[str, Cell]) -> list[Condition]:
    return [gate.Compare(column, "=", value) for column, value in cells.items()]


def matches(row: Row, cells: Mapping[str, Cell]) -> bool:
    return all(row[column] == value for column, value in cells.items())
