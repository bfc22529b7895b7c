"""The steps of a process as a table: kind, who does it, what it uses, how long it may take."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext

from tongban.business.items import drawings
from tongban.business.items.drawings import Step
from tongban.engines.processes.standard.kinds import name_of
from tongban.web.ui.origins import is_chinese
from tongban.web.workbench import words

BY_PEOPLE = ("userTask", "manualTask")
USED = ("operation", "decision", "form")


@dataclass(frozen=True)
class Line:
    """`uses` is how the model calls the operation, decision or form."""

    element: str
    label: str
    kind: str
    post: str
    uses: str
    limit: str


def of(process: str) -> list[Line]:
    """Activities, in the order of the file."""
    return [_line(each) for each in drawings.steps(process)]


def _line(step: Step) -> Line:
    given = step.attributes
    return Line(
        element=step.id,
        label=step.zh if is_chinese() else step.en,
        kind=name_of(step.tag, get_language() or "zh"),
        post=words.post(step.post) if step.tag in BY_PEOPLE else "",
        uses=" ".join(given[name] for name in USED if name in given),
        limit=limit(given),
    )


def limit(given: Mapping[str, str]) -> str:
    """Of a step alone; the item's own limits stand in its guide."""
    days = given.get("days", "")
    if not days.isdigit():
        return days
    if given.get("dayUnit") == "calendar":
        return ngettext("%(n)s 天", "%(n)s 天", int(days)) % {"n": days}
    return ngettext("%(n)s 个工作日", "%(n)s 个工作日", int(days)) % {"n": days}
