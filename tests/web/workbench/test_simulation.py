"""The page of simulations: what it says at its top, the two ways beside each other, a start."""

import re
from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.commands.simulating.small import terms
from tests.known import MONDAY
from tests.web.reading import in_language, page, said
from tests.web.workbench.pieces import spaced
from tongban import clock
from tongban.business.cases import simulations
from tongban.business.cases.models import Simulation
from tongban.business.cases.simulations import NothingToGoBy, OutOfRange, SimulatesAlready
from tongban.commands import jobs
from tongban.commands.simulating import runs

pytestmark = pytest.mark.django_db
PAGE = "/workbench/simulation"
CHINESE = re.compile("[\u4e00-\u9fff]")
SIMULATED = "本页都是模拟，不是真实办件"
TERMS = terms(items=[terms().items[0].model_dump(mode="json")])


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def compared(permit) -> Simulation:
    asked = {"months": 2, "cases": 300, "until": date(2026, 9, 21), "at": MONDAY}
    return runs.compare(TERMS, told=lambda step, done, total: None, **asked)


@pytest.fixture
def supervisor(client, staff):
    user = staff("supervisor", "SJ")
    client.force_login(user)
    return user


def rows(response, table: int) -> list[list[str]]:
    found = page(response).xpath(f"(//main//table)[{table}]/tbody/tr")
    return [[spaced(cell) for cell in row.xpath("td|th")] for row in found]


def test_an_approver_is_told_whose_it_is(client, staff):
    client.force_login(staff("approver"))
    answer = client.get(PAGE)
    assert (answer.status_code, SIMULATED in said(answer)) == (409, False)


def test_without_any_simulation_it_names_the_command(client, supervisor):
    shown = said(client.get(PAGE))
    assert SIMULATED in shown
    assert "tongban simulate --compare" in shown
    assert "再模拟一次" not in shown


def test_both_ways_stand_beside_each_other_with_what_they_rest_on(client, supervisor, compared):
    shown = client.get(PAGE)
    assert SIMULATED in said(shown)
    figures = compared.figures
    share = f"{figures['facts']['automatic'] / 300:.1%}"
    assert f"当场办结{share}提交材料、人工办理：0.0%" in said(shown)
    assert "申请到决定，中位不到 1 分提交材料、人工办理：" in said(shown)
    by_name = {row[0]: row[1:] for row in rows(shown, 1)}
    assert by_name["申请"] == ["300", "300"]
    assert by_name["当场办结"] == [str(figures["facts"]["automatic"]), "0"]
    assert by_name["申请人提交的材料"][0] == "0"
    paired = {row[0]: row[1] for row in rows(shown, 2)}
    assert int(paired["数据证明更快"]) == figures["paired"]["sooner"] > 200
    assumed = {row[0]: row[1] for row in rows(shown, 3)}
    assert assumed["规则判定：符合 / 不符合 / 未知"] == "74% / 6% / 20%"
    assert "09:00–12:00 13:30–17:00" in said(shown)
    assert len(page(shown).xpath("//*[@data-tb-chart]")) == 2


def test_its_english_holds_no_chinese_but_data(client, supervisor, compared):
    shown = said(client.get(PAGE, **in_language("en")))
    assert "Everything here is simulated" in shown
    assert "Hours to the decision, median" in shown
    assert CHINESE.findall(shown) == []


def test_a_start_is_a_job_and_its_progress_stands_on_the_page(client, staff, supervisor, compared):
    answer = client.post(f"{PAGE}/begin", {"cases": "200", "months": "1"})
    assert answer.status_code == 302
    waiting = Simulation.objects.latest("pk")
    assert (waiting.status, waiting.cases, waiting.months) == ("waiting", 200, 1)
    assert waiting.terms == compared.terms
    job = ProcrastinateJob.objects.get(task_name=simulations.JOB)
    assert job.args == {"simulation_id": waiting.pk}
    simulations.note(waiting, 50, 400)
    part = client.get(f"{PAGE}/progress", headers={"HX-Request": "true"})
    assert "已完成 50 / 400" in part.content.decode()

    jobs.compare(waiting.pk)
    ended = client.get(f"{PAGE}/progress", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
    done = Simulation.objects.latest("pk")
    assert (done.status, done.figures["paper"]["arrived"]) == ("done", 200)
    jobs.compare(waiting.pk)  # delivered twice
    jobs.compare(0)  # cleared meanwhile
    assert Simulation.objects.count() == 2


def test_progress_without_htmx_leads_to_the_page(client, supervisor):
    assert client.get(f"{PAGE}/progress").headers["Location"] == PAGE


def test_a_second_start_waits_for_the_first(supervisor, compared):
    asked = {"months": 1, "cases": 200, "until": date(2026, 9, 21), "at": MONDAY}
    simulations.begin(user=supervisor, **asked)
    with pytest.raises(SimulatesAlready) as refused:
        simulations.begin(user=supervisor, **asked)
    assert refused.value.told("en") == "A simulation is at work already: wait until it has ended."
    assert refused.value.told("zh") == "已有模拟正在进行，请等它结束。"
    assert Simulation.objects.count() == 2

    # One that was killed long ago holds up nobody.
    late = MONDAY + 2 * simulations.LASTS
    simulations.begin(user=supervisor, **{**asked, "at": late})
    assert list(Simulation.objects.order_by("pk").values_list("status", flat=True)) == [
        *("done", "broken", "waiting"),
    ]


@pytest.mark.parametrize(("cases", "months"), [(99, 1), (100_001, 1), (200, 0), (200, 61)])
def test_what_is_out_of_range_is_refused(supervisor, compared, cases, months):
    with pytest.raises(OutOfRange) as refused:
        simulations.begin(
            user=supervisor, months=months, cases=cases, until=date(2026, 9, 21), at=MONDAY
        )
    assert refused.value.told("en") == "Take 100 to 100000 cases and 1 to 60 months."
    assert refused.value.told("zh") == "件数应为 100 至 100000，月数应为 1 至 60。"
    assert Simulation.objects.count() == 1


def test_what_is_no_number_is_said(client, supervisor, compared):
    answer = client.post(f"{PAGE}/begin", {"cases": "many", "months": "1"})
    assert answer.status_code == 409
    assert "“many”不是整数。" in said(answer)
    assert Simulation.objects.count() == 1


def test_without_assumptions_nothing_begins(supervisor):
    with pytest.raises(NothingToGoBy) as refused:
        simulations.begin(user=supervisor, months=1, cases=200, until=date(2026, 9, 21), at=MONDAY)
    assert "tongban simulate --compare CITY_DIR" in refused.value.told("en")
    assert "请先运行一次" in refused.value.told("zh")


def test_one_that_broke_says_so_and_keeps_no_figures(client, supervisor, compared, monkeypatch):
    asked = {"months": 1, "cases": 200, "until": date(2026, 9, 21), "at": MONDAY}
    made = simulations.begin(user=supervisor, **asked)
    monkeypatch.setattr(runs, "_compare", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.compare(made.pk)
    made.refresh_from_db()
    assert (made.status, made.figures) == ("broken", None)
    assert "最近一次模拟中断了" in said(client.get(PAGE))
