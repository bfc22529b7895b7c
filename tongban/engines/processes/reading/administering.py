"""What a model says for the administration: how long a step may take, where a corrected form is
looked at again."""

from tongban.engines.clocks import Limit
from tongban.engines.clocks.limits import TEN_YEARS
from tongban.engines.processes.model import Activity
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft

UNITS = ("working", "calendar")


def limit(draft: Draft, element: Element) -> Limit | None:
    """Working days where `tb:dayUnit` does not say otherwise."""
    days, unit = element.tb("days"), element.tb("dayUnit")
    if days is None and unit is None:
        return None
    counted = int(days) if days is not None and nodes.is_integer(days) else -1
    if not 0 <= counted <= TEN_YEARS or unit not in (None, *UNITS):
        written = f"{days or '–'} {unit or UNITS[0]}"
        draft.find("wrong-limit", element, written=written, most=TEN_YEARS)
        return None
    return Limit(counted, "calendar" if unit == "calendar" else "working")


def check_correction(draft: Draft, process: Element) -> None:
    target = process.tb("correction")
    node = draft.nodes.get(target or "")
    if target is not None and not (isinstance(node, Activity) and node.level == draft.top):
        draft.wrong_reference(process, "tb:correction", target, "activity", "活动")
