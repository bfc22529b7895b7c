"""What an administration does besides deciding, at the screens of those concerned."""

import pytest

from tests.business.applying import apply
from tests.journeys.conftest import DESKTOP, PHONE
from tests.web import steps
from tongban.base.people import actions as people
from tongban.base.people.models import Post
from tongban.business.cases.models import Case

JOURNEY = "verbs"
pytestmark = pytest.mark.django_db
OPEN = {"owns_home_here": None, "employed_here": None, "employer_name": None, "home_address": None}
RENTS = {"wants_card": "no", "residence_basis": "rent"}


@pytest.fixture
def colleague(city, time):
    """Makes a colleague at the police."""

    def make(username: str, name: str, role: str) -> None:
        account = {"username": username, "password": "correct horse battery"}
        user = people.open_account(**account, display_name=name, by="test", at=time.at)
        people.appoint(user=user, office_code="GA", role=Post.Role(role), by="test", at=time.at)

    return make


def test_the_applicant_corrects_what_he_was_asked_for_and_the_officer_grants(
    visitor, time, permit, citizen, approver
):
    case = apply(permit, citizen("sun", **OPEN), RENTS)
    shen = visitor(DESKTOP)
    shen.enter("shen", f"/workbench/cases/{case.number}")
    page = shen.page
    shen.look("1-verbs")
    page.locator("summary", has_text="一次告知补正").click()
    page.get_by_label("您因为什么住在这里？").check()
    page.get_by_label("告诉申请人要补正什么").fill("您住的是单位宿舍，请改选并上传住宿证明。")
    shen.look("2-asking")
    page.get_by_role("button", name="一次告知补正").click()
    page.get_by_text("等待申请人补正，最晚 10 月 16 日").first.wait_for()
    shen.look("3-asked")
    page.goto(page.url.split("/cases/")[0] + "/todo?tab=correction")
    assert page.locator("table .tb-lamp.paused").count() == 1
    shen.look("4-queue")

    time.later(days=1)
    sun = visitor(PHONE)
    sun.enter("sun", "/me")
    sun.look("5-notice")
    sun.page.get_by_role("link", name="有 1 项内容需要补正").click()
    sun.page.locator("#tb-correct").wait_for()
    assert sun.page.locator("h1").inner_text() == "居住证申领，请您补正"
    sun.look("6-please-correct")
    sun.page.locator("#tb-correct").click()
    basis = sun.page.locator("[name=residence_basis]")
    assert basis.input_value() == "rent"
    assert sun.page.locator("[name=wants_card]").count() == 0
    sun.look("7-form")
    basis.select_option("lodging")
    sun.page.locator("#tb-correct").click()
    sun.page.get_by_text("居住证申领，正在办").wait_for()
    sun.look("8-corrected")

    page.goto(f"{shen.address}/workbench/cases/{case.number}")
    assert page.get_by_text("住在单位或学校宿舍").first.is_visible()
    shen.look("9-course")
    page.locator("#words").fill("已核实住宿证明。")
    page.locator("#tb-grant").click()
    page.locator("#words").wait_for(state="detached")
    assert Case.objects.get().status == Case.Status.GRANTED


def test_a_step_goes_back_to_the_one_before(visitor, permit, citizen, approver, colleague):
    colleague("ming", "明远", "clerk")
    colleague("lan", "蓝青", "approver")
    case = apply(steps.two_people(), citizen("wang"))
    ming = visitor(DESKTOP)
    ming.enter("ming", "/workbench/todo")
    ming.look("10-step-clock")
    ming.goto(f"/workbench/cases/{case.number}")
    ming.page.get_by_role("button", name="办理完毕").click()
    ming.page.get_by_text("这一步已办理。").wait_for()

    shen = visitor(DESKTOP)
    shen.enter("shen", f"/workbench/cases/{case.number}")
    page = shen.page
    page.locator("summary", has_text="退回").click()
    page.get_by_label("理由（留在办件记录中）").first.fill("楼栋编号没有核对。")
    shen.look("11-send-back")
    page.get_by_role("button", name="退回").click()
    page.get_by_text("从“审查决定”退回到“受理核对”").wait_for()
    shen.look("12-sent-back")
    assert list(case.work_items.filter(status="open").values_list("node", flat=True)) == ["check"]


def test_the_days_move_while_the_clock_stands(visitor, time, permit, citizen, approver):
    case = apply(permit, citizen("wang", insured_months=None))
    shen = visitor(PHONE)
    shen.enter("shen", f"/workbench/cases/{case.number}")
    page = shen.page
    page.locator("summary", has_text="停止计时").click()
    page.get_by_label("法定事由").select_option("appraisal")
    page.get_by_label("批准几个工作日").fill("5")
    page.get_by_label("说明（申请人会看到）").fill("送鉴定机构鉴定。")
    page.get_by_role("button", name="看新的期限").click()
    page.get_by_text("停至 9 月 28 日（周一）").wait_for()
    shen.look("13-preview")
    assert not case.suspensions.exists()
    page.get_by_role("button", name="确认停止计时").click()
    page.get_by_text("停止计时：鉴定，至").first.wait_for()
    shen.look("14-stands")

    wang = visitor(PHONE)
    wang.enter("wang", f"/cases/{case.number}")
    assert wang.page.locator("h1").inner_text() == "居住证申领，暂停计时"
    wang.look("15-stands-for-him")

    time.later(days=2)
    page.reload()
    page.locator("summary", has_text="恢复计时").click()
    page.get_by_role("button", name="恢复计时").click()
    page.locator("summary", has_text="停止计时").wait_for()
    shen.look("16-runs")
