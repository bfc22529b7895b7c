"""Origin chips, facts, conditions, requirements, proofs, tags, grades."""

from datetime import UTC, date, datetime

import pytest
from django.templatetags.static import static

from tongban.web.ui import parts

AT = datetime(2026, 9, 22, 18, tzinfo=UTC)
POLICE = parts.Origin("公安局", "人口信息", AT)
STALE = parts.Origin("人社局", "个人参保", date(2026, 9, 20), old="未更新")


def test_a_chip_is_read_as_source_and_time(show, words):
    chip = show("{% part it %}", it=POLICE)
    assert words(chip) == "来源：公安局 人口信息，时间：今天 02:00"
    assert chip.xpath("string(.//time/@datetime)") == "2026-09-23T02:00+08:00"
    assert chip.xpath("string(span/@class)") == "tb-origin"


def test_a_chip_speaks_english(show, words):
    chip = show("{% part it %}", "en", it=parts.Origin("Public Security", "population", AT))
    assert words(chip) == "Source: Public Security population, time: today 02:00"


def test_a_stale_chip_says_why_and_turns_amber(show, words):
    chip = show("{% part it %}", it=STALE)
    assert words(chip) == "来源：人社局 个人参保，时间：9月20日，未更新"
    assert chip.xpath("string(span/@class)") == "tb-origin is-old"


def test_a_chip_without_a_time_says_only_why_it_is_old(show, words):
    assert (
        words(show("{% part it %}", it=parts.Origin("气象局", old="断供"))) == "来源：气象局，断供"
    )


def test_a_chip_of_the_applicant_is_grey(show):
    chip = show("{% part it %}", it=parts.Origin("您本人填写", at=AT, kind="self"))
    assert chip.xpath("string(span/@class)") == "tb-origin is-self"


def test_a_chip_may_lead_to_its_row_and_carry_words_for_a_time(show, words):
    chip = show("{% part it %}", it=parts.Origin("电子证照", at="有效", href="/row/1"))
    assert chip.xpath("string(a/@href)") == "/row/1"
    assert words(chip) == "来源：电子证照，时间：有效"
    assert not chip.xpath(".//time")


def test_what_a_source_says_is_escaped(show):
    assert not show("{% part it %}", it=parts.Origin("<script>x</script>")).xpath(".//script")


FACT = parts.Fact(
    "home",
    "现居住地址",
    "江城区清荷路****",
    POLICE,
    reveal_url="/reveal",
    dispute=parts.Dispute("/dispute", "自然资源和规划局", 10),
    form="facts",
)


def test_a_fact_is_a_term_with_value_chip_and_a_way_to_object(show, words):
    fact = show('<dl class="tb-facts">{% part it %}</dl>', it=FACT)
    assert words(fact.xpath(".//dt")[0]) == "现居住地址"
    assert words(fact.xpath(".//dd[@class='v']/span")[0]) == "江城区清荷路****"
    assert words(fact.xpath(".//dd[@class='o']")[0]) == "来源：公安局 人口信息，时间：今天 02:00"
    assert fact.xpath("string(.//summary/@aria-label)") == "现居住地址，这不对"


def test_an_objection_says_who_checks_and_until_when_and_that_submitting_goes_on(show, words):
    hint = show("{% part it %}", it=FACT).xpath(".//p[@id='correct-home-hint']")[0]
    assert words(hint) == (
        "我们会请自然资源和规划局核对，10 个工作日内答复您。"
        "您可以先提交：这一项会由工作人员看，不会因此被拒绝。"
    )


@pytest.mark.parametrize(("days", "unit"), [(1, "1 working day."), (10, "10 working days.")])
def test_an_objection_counts_days_in_english(show, words, days, unit):
    fact = parts.Fact("name", "Name", "Zhou", dispute=parts.Dispute("/d", "Public Security", days))
    assert f"within {unit}" in words(show("{% part it %}", "en", it=fact))


def test_the_buttons_of_a_fact_work_without_javascript_and_without_a_form_inside_a_form(show):
    fact = show("{% part it %}", it=FACT)
    reveal, correct = fact.xpath(".//button")
    for button, url in ((reveal, "/reveal"), (correct, "/dispute")):
        assert button.get("formaction") == button.get("hx-post") == url
        assert (button.get("form"), button.get("formmethod")) == ("facts", "post")
    assert fact.xpath("string(.//input/@name)") == "correct-home"
    assert not fact.xpath(".//form")


def test_a_correction_under_way_replaces_the_way_to_object(show, words):
    filed = parts.Filed("公安局", date(2026, 10, 9), "周雨彤")
    fact = show("{% part it %}", it=parts.Fact("name", "姓名", "周雨桐", filed=filed))
    assert "公安局会在 10 月 9 日（周五）前答复。" in words(fact)
    assert "您写的是：周雨彤" in words(fact)
    assert not fact.xpath(".//details")


@pytest.mark.parametrize(
    ("state", "spoken", "en"),
    [
        ("ok", "满足：", "Met: "),
        ("bad", "不满足：", "Not met: "),
        ("unknown", "未知，转人工：", "Unknown, goes to a person: "),
        ("wait", "要人看：", "To be looked at: "),
    ],
)
def test_a_condition_speaks_its_state(show, words, state, spoken, en):
    check = parts.Check(state, "居住满半年", "参保 14 个月", (POLICE,), "说明")
    assert words(show("{% part it %}", it=check)).startswith(
        f"{spoken} 居住满半年 说明 参保 14 个月 来源："
    )
    assert words(show("{% part it %}", "en", it=check)).startswith(en)


def test_unknown_is_not_shown_as_no(show):
    unknown, bad = (
        show("{% part it %}", it=parts.Check(state, "x")) for state in ("unknown", "bad")
    )
    assert unknown.xpath("string(.//span/@class)") == "tb-mark unknown"
    assert bad.xpath("string(.//span/@class)") == "tb-mark bad"


REQUIREMENT = parts.Requirement(
    "unknown",
    "健康证明",
    "第四十五条",
    "1 人待更正",
    (parts.Proof("有效期待更正", "李*国", STALE, "unknown"),),
)


def test_an_open_requirement_is_tinted_and_names_each_proof(show, words):
    shown = show("{% part it %}", it=REQUIREMENT)
    assert shown.xpath("string(div/@class)") == "tb-req open"
    assert words(shown.xpath(".//li")[0]).startswith("李*国有效期待更正来源：人社局")
    assert shown.xpath("string(.//li/span[2]/@class)") == "tb-unknown tb-b"


def test_a_proven_requirement_is_not_tinted(show):
    shown = show("{% part it %}", it=parts.Requirement("ok", "营业执照"))
    assert shown.xpath("string(div/@class)") == "tb-req"


def test_a_requirement_may_carry_buttons_below_its_proofs(show):
    shown = show("{% requirement it %}<button>看照片</button>{% endrequirement %}", it=REQUIREMENT)
    assert shown.xpath("string(div/div[2]/button)") == "看照片"


@pytest.mark.parametrize(
    ("proofs", "zh", "en"),
    [
        (parts.Proofs(5), "5 项中 5 项已证明", "5 of 5 proven"),
        (
            parts.Proofs(3, 1, 1),
            "5 项中 3 项已证明，1 项未知，1 项待看",
            "3 of 5 proven, 1 unknown, 1 to be looked at",
        ),
    ],
)
def test_proof_bars_have_a_spoken_label(show, proofs, zh, en):
    assert show("{% part it %}", it=proofs).xpath("string(span/@aria-label)") == zh
    assert show("{% part it %}", "en", it=proofs).xpath("string(span/@aria-label)") == en


def test_proof_bars_draw_one_bar_each(show):
    drawn = show("{% part it %}", it=parts.Proofs(3, 1, 1))
    assert drawn.xpath(".//rect/@class") == ["p", "p", "p", "u", "l"]
    assert drawn.xpath("string(.//svg/@width)") == "53"
    assert show("{% part it %}", it=parts.Proofs(0)).xpath("string(.//svg/@width)") == "0"


def test_a_tag_is_words_with_an_icon_and_may_lead_somewhere(show, words):
    shown = show('{% tag "已核实" "ok" icon="check" href="/x" %}')
    assert words(shown) == "已核实"
    assert shown.xpath("string(a/@class)") == "tb-tag ok"
    assert shown.xpath("string(.//use/@href)") == f"{static('ui/dist/icons.svg')}#check"
    assert not show('{% tag "草稿" %}').xpath(".//svg")


def test_a_grade_is_read_with_its_word(show, words):
    assert words(show("{% grade 4 %}")) == "分级 L4"
    assert words(show("{% grade 4 %}", "en")) == "Grade L4"
