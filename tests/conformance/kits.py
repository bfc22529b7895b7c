"""Small kits of our own, laid out like the public ones."""

import json
from pathlib import Path
from typing import Any

from tests.engines.processes.bpmn_models import HEAD, end, flow, model, node, path, start

LOG = "CREATE_LOG_FILE"


# It calls a service and does not say which: a finding of this platform, not of the standard.
NO_OPERATION = "missing-extension"
TOLD = "<serviceTask> needs tb:operation: the name of the operation to call."


def refused() -> bytes:
    return model(start(), node("serviceTask", "a"), end(), path("start", "a", "end"))


def word(id: str, text: str, inside: str = "") -> str:
    """A script task with a word of the kit instead of a program."""
    return node("scriptTask", id, f"{inside}<script>{text}</script>")


def line(*words: str) -> bytes:
    """Start, one script task after the other, end."""
    ids = [f"s{number}" for number in range(len(words))]
    tasks = [word(id, text) for id, text in zip(ids, words, strict=True)]
    return model(start(), *tasks, end(), path("start", *ids, "end"))


def file(*processes: str, beside: str = "") -> bytes:
    """Several processes in one file."""
    return f"{HEAD}{beside}{''.join(processes)}</definitions>".encode()


def process(id: str, *parts: str) -> str:
    return f'<process id="{id}" isExecutable="true">{"".join(parts)}</process>'


def row(prefix: str, *words: str) -> str:
    """Script tasks one after the other, between the nodes `prefix`-start and `prefix`-end."""
    ids = [f"{prefix}-{number}" for number in range(len(words))]
    tasks = [word(id, text) for id, text in zip(ids, words, strict=True)]
    return "".join([*tasks, end(f"{prefix}-end"), path(f"{prefix}-start", *ids, f"{prefix}-end")])


def choice(condition: str) -> bytes:
    """task1 where the condition holds, else task2."""
    return model(
        start(),
        node("exclusiveGateway", "g", default="g-b"),
        word("a", "SCRIPT_task1"),
        word("b", "SCRIPT_task2"),
        end(),
        flow("start", "g"),
        flow("g", "a", condition),
        path("g", "b", "end"),
        flow("a", "end"),
    )


def asks(*expect: str, test: str = "", number: int = 0, **more: Any) -> dict[str, Any]:
    return {"test": test, "integerVariable": number, "expect": list(expect), **more}


def execution(folder: Path, **models: tuple[bytes, list[dict[str, Any]]]) -> Path:
    """A kit of execution; each model by its name, with its cases."""
    kit = folder / "bpmn-betsy"
    kit.mkdir(parents=True, exist_ok=True)
    for name, (xml, _) in models.items():
        (kit / f"{name}.bpmn").write_bytes(xml)
    entries = [{"model": f"{name}.bpmn", "cases": cases} for name, (_, cases) in models.items()]
    (kit / "cases.json").write_text(json.dumps(entries), encoding="utf-8")
    return kit


def models(kit: Path, **files: bytes) -> Path:
    """A kit of models only; `a__b` is the file b.bpmn in the folder a."""
    for name, xml in files.items():
        target = kit / f"{name.replace('__', '/')}.bpmn"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(xml)
    return kit
