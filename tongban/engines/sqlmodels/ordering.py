"""In which order models run."""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from tongban.engines.sqlmodels.model import SqlModel
from tongban.errors import Refusal


class CyclicModels(Refusal):
    """These SQL models read each other in a circle: {names}."""

    zh = "这些 SQL 模型互相读取，形成循环：{names}。"


def order(models: Iterable[SqlModel]) -> list[SqlModel]:
    """Every model after those it reads; by name where the order is free."""
    by_name = {model.name: model for model in sorted(models, key=lambda model: model.name)}
    sorter = TopologicalSorter(
        {name: sorted(model.inputs & by_name.keys()) for name, model in by_name.items()}
    )
    try:
        return [by_name[name] for name in sorter.static_order()]
    except CycleError as error:
        raise CyclicModels(names=" → ".join(error.args[1])) from error
