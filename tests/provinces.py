"""The demo's outside system on a free port, and cases with a step that it carries out."""

import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from tests.business.applying import apply, changed, publish
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    error,
    extended,
    flow,
    model,
    node,
    path,
    service,
    start,
    tb_input,
    tb_output,
)
from tests.known import MONDAY
from tests.permits import CITY
from tongban.business.cases import outside, outside_adopting, outside_terms
from tongban.business.cases.models import Case, OutsideCall
from tongban.business.items import bundle

sys.path.insert(0, str(CITY))

from outside_api import SECRET, Handler, Province

__all__ = ["SECRET", "Handler", "Outside", "Province", "outside_process"]
CODE = "residence-check"
ENDS = (
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("issue", "issued"),
    path("refuse", "refused"),
)
CHECK = service(
    "check",
    extended(
        tb_input("region", '"329906"'),
        tb_input("months", "months"),
        tb_output("registered", "registered"),
    ),
    tb_operation=f"outside:{CODE}",
    name="省级核验",
    tb_labelEn="Provincial check",
)


def outside_process(months: int = 14, catching: str | None = None, waits: str = CHECK) -> str:
    """Granted where the province says that the applicant is registered. `catching`: the code of an
    error that leads to a refusal; empty for any."""
    caught = beside = ""
    if catching is not None:
        beside = f'<error id="e" errorCode="{catching}"/>' if catching else ""
        caught = boundary("failed", "check", error("e" if catching else ""))
        caught += flow("failed", "refuse")
    return model(
        declared(registered="boolean", months="number"),
        start(),
        node("scriptTask", "count", f"<script>{months}</script>", tb_result="months"),
        waits,
        caught,
        node("exclusiveGateway", "known", default="known-refuse"),
        *ENDS,
        path("start", "count", "check", "known"),
        flow("known", "issue", "registered = true"),
        flow("known", "refuse"),
        beside=beside,
    ).decode()


@cache
def item(process: str) -> bundle.Bundle:
    """The residence permit with this process."""
    return changed(bundle.read(CITY / "items" / "B09"), "B09", process_text=process)


@cache
def terms() -> dict[str, Any]:
    """As in the city's outside.toml."""
    (found,) = tomllib.loads((CITY / "outside.toml").read_text(encoding="utf-8"))["services"]
    return found


@dataclass
class Outside:
    """`kinds` by key; others are dealt with as `kind` says."""

    citizen: Callable[..., Any]
    server: Province
    kind: str = "right"
    kinds: dict[str, str] = field(default_factory=dict)
    at: datetime = MONDAY

    def agree(self, **changes: Any) -> None:
        given = {**terms(), "address": f"http://127.0.0.1:{self.server.server_port}", **changes}
        outside_adopting.adopt(terms=outside_terms.read(given), by="test", at=MONDAY)

    def case(self, username: str = "zhou", process: str = "", **drawn: Any) -> Case:
        """A case whose step waits for the province."""
        version = publish(item(process or outside_process(**drawn)))
        return apply(version, self.citizen(username))

    def call(self, username: str = "zhou", **drawn: Any) -> OutsideCall:
        return OutsideCall.objects.get(case=self.case(username, **drawn))

    def work(self, at: datetime) -> int:
        """What a worker does each minute."""
        self.at = at
        return outside.send_due(now=lambda: at) + outside.poll_due(now=lambda: at)


@pytest.fixture
def province(city, citizen, monkeypatch) -> Iterator[Outside]:
    """An outside system that is right unless told otherwise, and known to the platform."""
    monkeypatch.setenv(SECRET, "held by both sides")
    with Province("held by both sides", lambda key: "right", port=0) as server:
        made = Outside(citizen, server)
        server.kind = lambda key: made.kinds.get(key, made.kind)
        server.now = lambda: made.at
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        made.agree()
        yield made
        server.shutdown()
        thread.join()


def kinds(call: OutsideCall) -> list[str]:
    """What was said, in order."""
    return list(call.messages.order_by("pk").values_list("kind", flat=True))
