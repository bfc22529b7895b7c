"""From the click on “submit” to the certificate (G16: median under 1 s server, 3 s browser).

    .venv/bin/python -m benchmarks.instant [--people 20000] [--applicants 30]

A whole demo city is set up in a throw-away state. People whom the rules grant the residence permit
at once apply, each once: half by the action that the page calls, half in a phone-sized Chromium
(CHROMIUM names another one), from the click until the certificate stands on the page.
"""

import argparse
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import serving, throwaway
from benchmarks.pairs import percentile, table

PEOPLE, APPLICANTS = 20_000, 30
PICK = """b09 = 'true' and unusable is null and alive = 'true' and employed_here = 'true'
    and phone is not null and holds_valid_permit is null"""
ANSWERS = {"wants_card": "no", "residence_basis": "work"}


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--applicants", type=int, default=APPLICANTS)
    given = parser.parse_args()
    return run(given.people, given.applicants)


def run(people: int = PEOPLE, applicants: int = APPLICANTS) -> str:
    os.environ["TONGBAN_DEMO"] = "1"  # cookies over plain http on loopback
    with throwaway.state():
        from django.core.management import call_command

        with Path(os.devnull).open("w") as nowhere:
            call_command("demo", people=people, no_serve=True, stdout=nowhere)
        found = list(eligible(applicants))
        if len(found) < applicants:
            raise SystemExit(f"a city of {people} has only {len(found)} such people")
        half = len(found) // 2
        lines = [
            _line("the action, to its commit", [_submit(user) for user in found[:half]]),
            _line("in the browser, to the certificate", list(_click(found[half:]))),
        ]
    header = [f"of {half} applications each", "p50 ms", "p95 ms", "slowest ms"]
    return f"{table(header, lines)}\n{people:,} people, load {os.getloadavg()[0]:.1f}\n"


def eligible(count: int) -> Iterator[Any]:
    """Accounts of people who have not applied yet and whom the rules grant the permit."""
    import duckdb

    from tongban import clock
    from tongban.base.people import actions
    from tongban.base.people.models import User
    from tongban.commands.demo import sources
    from tongban.data.registers import rows

    found = duckdb.sql(
        f"SELECT citizen_id, name FROM read_csv('{sources.truth()}', header = true,"
        f" all_varchar = true) WHERE {PICK} ORDER BY citizen_id"
    ).fetchall()
    known = set(User.objects.exclude(subject_id="").values_list("subject_id", flat=True))
    for number, (citizen_id, name) in enumerate(found):
        subject = rows.subject_of("person", citizen_id)
        if subject not in known and count > 0:
            count -= 1
            yield actions.open_account(
                username=f"applicant-{number}",
                password="not used",
                display_name=name,
                subject_id=subject,
                by="benchmark",
                at=clock.now(),
            )


def _submit(user: Any) -> float:
    from tongban import clock
    from tongban.business.cases import actions
    from tongban.business.cases.actions import Application
    from tongban.business.cases.models import Case
    from tongban.business.items import queries as items

    version = next(iter(items.live_versions().filter(item__code="B09")))
    began = time.perf_counter()
    application = Application(ANSWERS, {}, Case.Channel.WEB)
    case = actions.submit(version=version, user=user, application=application, at=clock.now())
    took = (time.perf_counter() - began) * 1000
    assert case.automatic, f"case {case.number} was not decided at once"
    return took


def _click(users: list[Any]) -> Iterator[float]:
    # Playwright's sync interface runs a loop in this thread, which Django takes for async code.
    cookies = [serving.cookie(user).split("=", 1) for user in users]
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with serving.web() as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, value in cookies:
            context = chromium.new_context(
                viewport={"width": 390, "height": 844}, locale="zh-CN", is_mobile=True
            )
            address = f"http://127.0.0.1:{port}"
            context.add_cookies([{"name": name, "value": value, "url": address}])
            page = context.new_page()
            page.goto(f"{address}/items/B09/apply")
            page.get_by_label("不要，只用电子居住证").check()
            basis = page.locator("[name=residence_basis]")
            if basis.count():
                basis.select_option("work")
            began = time.perf_counter()
            page.locator("#tb-submit").click()
            page.get_by_role("heading", name="居住证申领，办好了").wait_for()
            yield (time.perf_counter() - began) * 1000
            context.close()
        chromium.close()


def _line(name: str, took: list[float]) -> list[str]:
    return [name, *(f"{percentile(took, share):.0f}" for share in (0.5, 0.95, 1.0))]


if __name__ == "__main__":
    os.write(1, main().encode())
