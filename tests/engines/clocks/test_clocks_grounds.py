"""The clock stops only for what the law names."""

from datetime import date

import pytest

from tongban.engines.clocks import Ground, NotAGround, Pause, ground


def test_the_law_names_eight_grounds_and_what_the_applicant_has_to_correct():
    assert (
        "、".join(each.zh for each in Ground)
        == "听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审、补正"
    )
    assert [each.label("en") for each in Ground][:3] == ["Hearing", "Tender", "Auction"]


def test_a_ground_is_found_by_code_or_by_its_chinese_name():
    assert ground("expert_review") is ground("专家评审") is Ground.EXPERT_REVIEW
    assert ground("hearing").label("zh") == "听证"


@pytest.mark.parametrize("name", ["现场核查", "site_visit", "下班", ""])
def test_a_site_visit_stops_no_clock(name):
    with pytest.raises(NotAGround) as refusal:
        Pause(date(2026, 3, 5), None, name)
    assert refusal.value.told("zh") == (
        f"“{name}”不是停止计时的法定事由。"
        "法律只列明：听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审、补正。"
    )
    assert refusal.value.told("en") == (
        f'The clock does not stop for "{name}". The law names only: hearing, tender, auction, '
        "inspection of goods or equipment, testing, quarantine, appraisal, expert review, "
        "correction by the applicant."
    )
