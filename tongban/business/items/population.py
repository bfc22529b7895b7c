"""An item's decision asked of a whole register: who asks, for which use, what nobody has told."""

from collections.abc import Mapping

from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.data.exchange.gate import Reader
from tongban.engines.feel import Unknown


def use(version: ItemVersion) -> str:
    """As the grant names it."""
    return f"register:{version.item.code}"


def reader(version: ItemVersion, actor: str) -> Reader:
    """The platform, in the name of the office that the item belongs to."""
    return Reader(actor, post=f"item:{version.item.code}", office=guides.of(version).item.office)


def untold(version: ItemVersion) -> Mapping[str, Unknown]:
    """The answers of the form that the decision reads: those who have not applied gave none."""
    names = guides.of(version).decision.also_from_form
    return {name: Unknown(frozenset({name})) for name in names}
