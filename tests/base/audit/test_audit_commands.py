"""`audit verify` and `seal` as an administrator and the supervisor call them."""

import json
import os
import signal
import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from tongban.base.audit import actions
from tongban.base.audit.models import Seal

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def verify(*arguments, language="zh-hans"):
    """Exit code and standard output."""
    out = StringIO()
    with translation.override(language):
        try:
            call_command("audit", "verify", *arguments, stdout=out)
        except SystemExit as end:
            return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_an_untouched_log_ends_with_0(log, write):
    write(1)
    assert verify() == (0, "审计日志完好：已封存 10 条，已锚定 10 条，待封 1 条。\n")
    assert verify(language="en") == (0, "Untouched: 10 events sealed, 10 anchored, 1 waiting.\n")


@pytest.mark.django_db
def test_findings_end_with_1_and_name_place_event_and_line(log, tamper, anchor_file):
    tamper(("DELETE FROM audit_event WHERE id = any(%s)", [log[4].pk, log[5].pk, log[7].pk]))
    anchor_file.write_text(anchor_file.read_text().replace("T05", "T06"))

    assert verify(language="en") == (
        1,
        "3 findings:\n"
        f"  places 5 to 6, event {log[4].pk}: the event was deleted\n"
        f"  place 8, event {log[7].pk}: the event was deleted\n"
        "  anchor file, line 6: a line of the anchor file was changed or taken out\n",
    )
    code, told = verify()
    assert code == 1
    assert f"  序号 5 至 6, 事件 {log[4].pk}: 事件被删除\n" in told


@pytest.mark.django_db
def test_a_program_reads_the_report_as_json(log, tamper):
    assert json.loads(verify("--json")[1])["sound"] is True
    tamper(("UPDATE audit_event SET actor = 'u99' WHERE id = %s", log[4].pk))

    code, told = verify("--json", language="en")

    assert code == 1
    assert json.loads(told) == {
        "findings": [
            {
                "kind": "edited",
                "sequence": 5,
                "event": log[4].pk,
                "until": 5,
                "line": None,
                "words": "the event is not as the platform wrote it: changed, or planted",
            }
        ],
        "sealed": 10,
        "waiting": 0,
        "anchored": 10,
        "complete": True,
        "sound": False,
    }


@pytest.mark.django_db
def test_it_stops_where_more_findings_tell_nothing_new_and_says_so(write, tamper):
    write(2_002)
    actions.seal_pending(at=MONDAY, limit=5_000)
    tamper(("DELETE FROM audit_event WHERE id %% 2 = 0",))

    code, told = verify()

    assert code == 1
    assert "发现 1000 处问题：" in told
    assert told.endswith("问题过多，已停止核验，其后内容未检查。\n")


@pytest.mark.django_db(transaction=True)
def test_the_sealer_seals_until_it_is_told_to_end(write):
    write(3)
    before = signal.getsignal(signal.SIGTERM)

    def end_when_sealed():
        ticks = threading.Event()
        while Seal.objects.count() < 3:
            ticks.wait(0.01)
        connection.close()
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=end_when_sealed)
    thread.start()
    call_command("seal", every=0.01)
    thread.join(30)

    assert Seal.objects.count() == 3
    assert signal.getsignal(signal.SIGTERM) == before
