"""Lamps, clocks, strips, lines, rings."""

import pytest
from django.templatetags.static import static

from tongban.web.ui import parts


@pytest.mark.parametrize(
    ("colour", "zh", "en"),
    [
        ("none", "时间充裕", "Plenty of time"),
        ("blue", "蓝灯：时间过半", "Blue lamp: Half the time used"),
        ("yellow", "黄灯：即将到期", "Yellow lamp: Due soon"),
        ("red", "红灯：承诺超期", "Red lamp: Promise overdue"),
        ("purple", "紫灯：法定超期", "Purple lamp: Statutory limit overdue"),
        ("paused", "停表：停表", "Clock stopped: Clock stopped"),
    ],
)
def test_a_lamp_has_colour_shape_and_words(show, words, colour, zh, en):
    lamp = show("{% lamp colour %}", colour=colour)
    assert lamp.xpath("string(span/@class)") == f"tb-lamp {colour}"
    assert lamp.xpath("string(.//use/@href)") == f"{static('ui/dist/icons.svg')}#lamp-{colour}"
    assert words(lamp) == zh
    assert words(show("{% lamp colour %}", "en", colour=colour)) == en


def test_a_lamp_of_an_unknown_colour_is_a_bug(show):
    with pytest.raises(KeyError):
        show('{% lamp "green" %}')


def test_a_clock_shows_the_time_used(show, words):
    clock = show(
        "{% part it %}", it=parts.Clock("yellow", "今天 17:30 到期", 92, "全程剩 2 个工作日")
    )
    assert words(clock) == "黄灯：今天 17:30 到期 全程剩 2 个工作日"
    assert clock.xpath("string(.//rect/@width)") == "92"


@pytest.mark.parametrize(("used", "width"), [(-3, "0"), (250, "100")])
def test_the_bar_of_a_clock_stays_inside(show, used, width):
    clock = show("{% part it %}", it=parts.Clock("purple", "超法定", used))
    assert clock.xpath("string(.//rect/@width)") == width


def test_a_stopped_clock_has_no_bar(show):
    assert not show("{% part it %}", it=parts.Clock("paused", "停表，等专家评审")).xpath(".//rect")


def test_parallel_steps_share_one_bar(show, words):
    strip = parts.Strip(
        (
            parts.Step("受理", "done", "9-17 09:02"),
            parts.Step(
                "审查",
                "now",
                parallel=(parts.Step("书面审查", "now"), parts.Step("现场核查", "done")),
            ),
            parts.Step("补正", "stop"),
            parts.Step("决定", "next"),
        )
    )
    items = show("{% part it %}", it=strip).xpath("ol/li")
    assert [item.get("class") for item in items] == ["done", "now has-2", "stop", "next"]
    assert [item.get("aria-current") for item in items] == [None, "step", None, None]
    assert words(items[0]) == "已完成：受理9-17 09:02"
    assert words(items[1]) == "正在办：书面审查 已完成：现场核查"
    assert items[1].xpath("string(ul/@aria-label)") == "审查"


STAGE = parts.Stage(
    "水电气过户",
    "stop",
    "出证后自动开始",
    "还差一件",
    (("完税证明", "/tax"),),
    (parts.Origin("税务局", at="9月22日"),),
    (
        parts.Branch("供水", "done", "已备好", "无欠费"),
        parts.Branch("审核", "now", "办理中"),
        parts.Branch("供电", "stop", "等卖方"),
        parts.Branch("燃气", "next", "等出证"),
    ),
)


def test_a_stage_names_its_state_and_what_it_brought(show, words):
    (stage,) = show("{% part it %}", it=parts.Line((STAGE,))).xpath("ol/li")
    assert stage.get("class") == "stop"
    assert words(stage.xpath(".//div[@class='hd']")[0]) == "水电气过户，停下等待出证后自动开始"
    assert stage.xpath("string(.//a/@href)") == "/tax"


def test_each_branch_names_its_state(show, words):
    branches = show("{% part it %}", it=parts.Line((STAGE,))).xpath(
        ".//ul[@class='tb-branches']/li"
    )
    assert [words(branch) for branch in branches] == [
        "供水已备好 无欠费",
        "审核办理中",
        "供电等卖方",
        "燃气等出证",
    ]
    assert [branch.get("class") for branch in branches] == [
        f"tb-branch {state}" for state in ("done", "now", "stop", "next")
    ]


@pytest.mark.parametrize(
    ("state", "en"), [("done", "done"), ("now", "under way"), ("next", "not started")]
)
def test_a_stage_speaks_english(show, words, state, en):
    line = parts.Line((parts.Stage("Tax", state),))
    assert words(show("{% part it %}", "en", it=line)) == f"Tax, {en}"


@pytest.mark.parametrize(("done", "total", "length"), [(2, 4, 157), (0, 4, 0), (0, 0, 0)])
def test_a_ring_draws_the_share(show, done, total, length):
    ring = show("{% part it %}", it=parts.Ring(done, total, "件事办好"))
    assert ring.xpath("string(svg/@aria-label)") == f"{done}/{total} 件事办好"
    assert ring.xpath("string(.//circle[2]/@stroke-dasharray)") == f"{length} 315"
