"""Call activities: of a process, which becomes a level of its own, or of a global task, as which
they then are read."""

from dataclasses import replace

from tongban.engines.processes.model import CallActivity
from tongban.engines.processes.reading import activities, data, nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.reading.vocabulary import GLOBAL_TASKS


def task(draft: Draft, element: Element) -> Element | None:
    """The task that a call of a global task amounts to: what it does is said there, where it stands
    is said here. `None` where no global task is called."""
    called = draft.called(element.refers("calledElement"))
    if called is None or called.tag not in GLOBAL_TASKS:
        return None
    language = called.attributes.get("scriptLanguage")
    script = {"scriptFormat": language} if language else {}
    return replace(
        element,
        tag=GLOBAL_TASKS[called.tag],
        attributes={**called.attributes, **script, **element.attributes},
        children=(*element.children, *called.children),
    )


def process(draft: Draft, level: Level, element: Element) -> CallActivity | None:
    ref = element.refers("calledElement")
    if not ref:
        draft.find("missing-attribute", element, tag="callActivity", attribute="calledElement")
        return None
    called = draft.called(ref)
    fields = activities.fields(draft, level, element)
    if called is None:
        draft.wrong_reference(element, "calledElement", ref, "process", "流程")
        return None
    draft.calls[element.id] = called
    # What it hands back is computed where only the called process knows the names.
    outputs = nodes.mapped(draft, level, element, "output", draft.answer)
    fields["outputs"] = outputs + data.outputs(draft, level, element)
    return CallActivity(**fields, called=called.id)
