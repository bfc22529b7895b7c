"""`tongban decide`: one case, its answer, and why."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.permits import CITY

CASE = {
    "alive": True,
    "household_region": "329905",
    "residence_region": "329906",
    "insured_months": 14,
    "owns_home_here": True,
    "employed_here": True,
    "residence_basis": "home",
}
B09 = CITY / "items" / "B09" / "decision.dmn"


def decide(tmp_path, case, *arguments):
    path, out, err = tmp_path / "case.json", StringIO(), StringIO()
    path.write_text(json.dumps(case), encoding="utf-8")
    try:
        call_command("decide", *arguments, "--input", str(path), stdout=out, stderr=err)
    except SystemExit as ended:
        assert ended.code == 1
    return out.getvalue(), err.getvalue()


def test_a_case_is_decided_with_its_reasons(tmp_path):
    out, _ = decide(tmp_path, CASE, "eligible", "--model", str(B09))
    answer, *reasons = out.splitlines()
    assert answer == "eligible: 是"
    assert "“申请人在世”第 1 条规则成立：在世为 是。依据：《居住证暂行条例》第二条。" in reasons


def test_what_is_not_known_is_named(tmp_path):
    case = {name: value for name, value in CASE.items() if name != "insured_months"}
    out, _ = decide(tmp_path, case, "eligible", "--model", str(B09))
    assert out.splitlines()[0] == "eligible: 未知 (insured_months)"


def test_a_decision_of_a_live_item_is_asked_by_its_code(permit, tmp_path):
    assert decide(tmp_path, CASE, "B09")[0].startswith("eligible: 是")
    assert decide(tmp_path, {"alive": False}, "B09.applicant_alive")[0].startswith(
        "applicant_alive: 否"
    )


@pytest.mark.parametrize(
    ("name", "case", "zh"),
    [
        ("B09.nothing", {}, "模型中没有决策“nothing”。"),
        ("Z99", {}, "没有生效的事项“Z99”；现有 B09。"),
        ("B09", {"alive": "yes"}, '“alive”应为 boolean，不能是 "yes"。'),
        ("B09.applicant_alive", {"age": 1}, "决策没有输入“age”；它读取 alive。"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(permit, tmp_path, name, case, zh):
    out, err = decide(tmp_path, case, name)
    assert (out, err.strip()) == ("", zh)
