"""Execution by element: each case says what must have run, as a multiset of script tasks.

A case that needs what the engine refuses has failed, whatever else it asks for.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from conformance.bpmn import words
from conformance.bpmn.deploying import Deployment, deploy
from conformance.bpmn.judged import Case, Deployed, Ran
from conformance.bpmn.world import NoEnd, World
from tongban.engines.processes import Definition
from tongban.engines.processes.model import CallActivity


def run(kit: Path) -> Ran:
    cases: list[Case] = []
    models: list[Deployed] = []
    for entry in json.loads((kit / "cases.json").read_text(encoding="utf-8")):
        model, asked = entry["model"], entry["cases"]
        done, wrong = _deployed((kit / model).read_bytes())
        refuse = any(case.get("deployment_refused") for case in asked)
        if refuse:
            wrong = "" if wrong else "was accepted"
        models.append(Deployed(model, "be refused" if refuse else "deploy", wrong))
        for case in asked:
            judged = wrong if refuse or wrong else "; ".join(_wrong(done, case))
            cases.append(Case(model, _told(case), judged))
    return Ran(kit.name, tuple(cases), tuple(models))


def _deployed(xml: bytes) -> tuple[Deployment, str]:
    try:
        done = deploy(words.adapted(xml))
    except words.UnknownWord as error:
        return Deployment(), f"the word {error} is not known"
    return done, "; ".join(done.findings())


def _told(case: Mapping[str, Any]) -> str:
    given = " ".join(f"{name}={json.dumps(case[name])}" for name in ("test", "integerVariable"))
    return f"{given} expects {_listed(Counter(case['expect']))}"


def _wrong(done: Deployment, case: Mapping[str, Any]) -> Iterator[str]:
    world = World(
        done.definitions,
        {"test": case["test"], "integerVariable": Decimal(case["integerVariable"])},
    )
    for process in _begun(done.definitions, case.get("also_start")):
        world.start(process)
    try:
        world.run()
    except NoEnd:
        yield "it goes on for ever"
    expected = Counter(case["expect"])
    if world.ran != expected:
        yield f"ran {_listed(world.ran)} instead of {_listed(expected)}"
    if bool(world.error) != bool(case.get("runtime_error")):
        yield world.error or "ended without an error"
    if case.get("parallel") and world.together < 2:
        yield "no two branches were active at the same time"


def _begun(definitions: Mapping[str, Definition], also: bool | str | list[str] | None) -> list[str]:
    """The first process that can be begun by hand and that no other calls, or else the first; and
    others as the case says: by name, or just the next."""
    called = {
        node.called
        for definition in definitions.values()
        for node in definition.nodes.values()
        if isinstance(node, CallActivity)
    }
    by_hand = [each for each in definitions if definitions[each].begins[None]]
    main = next((each for each in by_hand if each not in called), next(iter(definitions)))
    if not also:
        return [main]
    others = [each for each in definitions if each not in (main, *called)]
    names = others[:1] if also is True else [also] if isinstance(also, str) else also
    return [main, *names]


def _listed(ran: Counter[str]) -> str:
    return " ".join(sorted(ran.elements())) or "nothing"
