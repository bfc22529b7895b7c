"""What is being done when the process dies, and is done again afterwards by whoever comes next.

Each act is what the product does, called as its pages, jobs and commands call it. `round` tells the
turns apart: every turn has people, cases and rows of its own. An act that is called again does what
is left to do, as a person would who looks at where things stand.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from tests import permits
from tests.business.applying import apply, changed, publish, timers
from tests.data.registers import two
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    path,
    service,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import KNOWN, MONDAY
from tongban.base.audit import actions as audit
from tongban.base.jobs import actions as jobs
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases.models import Case, WorkItem
from tongban.business.items import bundle
from tongban.business.items.models import ItemVersion
from tongban.commands import loop
from tongban.data.lake import actions as lake
from tongban.data.lake import contract as contracts
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.quarantine import opened
from tongban.data.registers import actions as registers
from tongban.data.registers import jobs as register_jobs
from tongban.data.registers import rows
from tongban.data.registers.models import SubjectFacts
from tongban.data.standards import actions as standards

BY: dict[str, Any] = {"by": "test", "at": MONDAY}
DUE = MONDAY + timedelta(days=2)
SOURCE, TABLE = "KT01", "ods.firms"
FACTS = "registers.enterprise_facts"
FIRMS = ("甲", "乙", "丙")
assert register_jobs  # the worker finds its task
KINDS = ("granted", "decided", "late")  # how the three cases of a turn come to their end
LATE = model(
    declared(approved="boolean"),
    start(),
    user("review", extended(tb_output("approved", "approved"))),
    boundary("late", "review", timer("timeDuration", "P2D")),
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("start", "review", "issue", "issued"),
    flow("late", "refuse"),
    path("refuse", "refused"),
).decode()


def set_up(data: Path) -> None:
    """The city, its permit in two processes, an officer; one source with its register, read once:
    a first load makes tables, every other replaces what they hold."""
    permits.load_city()
    read = bundle.read(permits.CITY / "items" / "B09")
    publish(changed(read, "B09", process_text=LATE))
    publish(read)
    officer = User.objects.create(username="shen", display_name="沈岚")
    people.appoint(user=officer, office_code="GA", role="approver", **BY)
    blank = {"format": "", "codelist": "", "check_name": "", "type": "string"}
    names = {"name_zh": "要素", "name_en": "element"}
    elements = [
        {"code": "key", "grade": 4, **names, **blank},
        {"code": "name", "grade": 3, **names, **blank},
    ]
    standards.load_elements(elements, **BY)
    lake.adopt_contract(contract=contracts.from_content(_contract(), SOURCE), **BY)
    people.load_offices([two.OFFICE], **BY)
    registers.adopt_register(definition=two.register("enterprise"), **BY)
    registers.adopt_facts(facts=two.facts("enterprise"), **BY)
    two.adopt(two.model("enterprise"))
    load(0, data)


def load(round: int, data: Path) -> None:
    """The source says something new; a whole run brings it to those who read."""
    write(round, data)
    loop.run([SOURCE], data=data, told=lambda *_: None, **BY)


def handle(round: int, data: Path) -> None:
    """Three cases: granted at once, decided by an officer, ended by a timer."""
    open_again = {"granted": {}, "decided": {"insured_months": None}, "late": {}}
    late, permit = ItemVersion.objects.order_by("number")[:2]
    for kind in KINDS:
        person = applicant(round, kind, open_again[kind])
        if not Case.objects.filter(applicant_id=person.subject_id).exists():
            apply(late if kind == "late" else permit, person)
    waiting = WorkItem.objects.filter(status="open", case__applicant_id=subject(round, "decided"))
    for item in waiting:
        cases.complete(
            work_item_id=item.pk,
            user=User.objects.get(username="shen"),
            grant=True,
            words="已核实",
            at=MONDAY,
        )
    if timers().exists():
        cases.fire_timers(at=DUE)


def correct(round: int, data: Path) -> None:
    """The office corrects its row; a job of the worker lets it in. Jobs of a worker that died are
    taken back, as its sweep does."""
    row = lake_queries.open_rows(lake_queries.resource(SOURCE)).first()
    if row is not None:
        values = opened(row).values | {"name": name(round, "丁")}
        registers.accept_correction(row_id=row.pk, values=values, **BY)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        async_to_sync(_work)(worker)


def seal(round: int, data: Path) -> None:
    while audit.seal_pending(at=MONDAY, limit=5):
        pass


ACTS = {"load": load, "handle": handle, "correct": correct, "seal": seal}


def prepare(act: str, round: int, data: Path) -> None:
    """What the act needs before it begins, done whole."""
    if act == "handle":
        for kind in KINDS:
            applicant(round, kind, {"insured_months": None} if kind == "decided" else {})
    if act == "seal":
        seal(round, data)
    if act in ("correct", "seal"):  # a row that nobody has corrected, events that nobody has sealed
        load(round, data)


async def _work(worker: Any) -> None:
    async with worker.open_async():
        await jobs.take_back_stalled(worker.job_manager)
        await worker.run_worker_async(wait=False, install_signal_handlers=False)


def forget_heartbeats() -> None:
    """Time passes: who died has not been heard of for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
        )


def write(round: int, data: Path) -> None:
    """Three firms, and one row without a name."""
    lines = [f"{firm},{name(round, firm)}" for firm in FIRMS] + [f"丁{round},"]
    (data / "firms.csv").write_text("\n".join(["key,name", *lines, ""]), encoding="utf-8")


def name(round: int, firm: str) -> str:
    return f"{firm} as of turn {round}"


def subject(round: int, kind: str) -> str:
    return f"P{f'{kind}{round}'.upper():0>26}"


def applicant(round: int, kind: str, facts: Mapping[str, Any]) -> User:
    subject_id, current = subject(round, kind), lake_queries.current_edition()
    assert current is not None
    found = User.objects.filter(subject_id=subject_id).first()
    if found is not None:
        return found
    held = {key: (value, "GA01:1:7") for key, value in {**KNOWN, **facts}.items()}
    SubjectFacts.objects.get_or_create(
        edition_number=current.number,
        subject_id=subject_id,
        defaults={"sealed": rows.seal(held)},
    )
    return User.objects.create(
        username=f"{kind}-{round}", subject_id=subject_id, display_name=KNOWN["name"]
    )


def _contract() -> dict[str, Any]:
    words = {"zh": "企业", "en": "Firms"}
    column = {"label": words}
    return {
        "version": 1,
        "resource": {
            "code": SOURCE,
            "table": TABLE.partition(".")[2],
            "name": words,
            "owner": "GA",
            "purpose": words,
            "cycle": "daily",
            "share": "conditional",
            "key": ["key"],
        },
        "connection": {"kind": "csv", "path": "firms.csv"},
        "columns": [
            {"name": "key", "element": "key", **column},
            {"name": "name", "element": "name", "required": True, **column},
        ],
    }
