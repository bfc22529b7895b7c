"""Figures, tables, pages of rows."""

import pytest

from tongban.web.ui import parts

QUARANTINE = parts.Table(
    "隔离的行",
    (
        parts.Column("源位置", "mono", "first"),
        parts.Column("有效期至"),
        parts.Column("件数", "number", "extra"),
    ),
    (
        parts.Row(("0923.csv:417", parts.Cell("2031-07-02", "应为体检日 + 1 年", bad=True), "1")),
        parts.Row(
            (parts.Cell("0923.csv:418", href="/row/418"), parts.Tag("已更正", "ok"), "0"),
            selected=True,
        ),
    ),
    nowrap=True,
)


def test_a_figure_is_never_bare(show, words):
    kpi = parts.Kpi("按时办结率", "98.6", "比上年 +1.4 点", "%", "ok")
    shown = show('<dl class="tb-kpis">{% part it %}</dl>', it=kpi)
    assert [words(cell) for cell in shown.xpath("dl/div/*")] == [
        "按时办结率",
        "98.6%",
        "比上年 +1.4 点",
    ]
    assert shown.xpath("string(.//dd/@class)") == "v ok"


def test_a_table_keeps_its_meaning_when_its_rows_are_stacked(show, words):
    table = show("{% part it %}", it=QUARANTINE)
    assert words(table.xpath(".//caption")[0]) == "隔离的行"
    assert [words(head) for head in table.xpath(".//th[@scope='col']")] == [
        "源位置",
        "有效期至",
        "件数",
    ]
    assert {cell.get("role") for cell in table.xpath(".//td")} == {"cell"}
    assert table.xpath(".//tr[2]/td/@data-label") == ["源位置", "有效期至", "件数"]
    assert table.xpath(".//tbody/tr[1]/td/@class") == [
        "tb-mono is-first",
        " tb-cell-bad",
        "is-number is-extra",
    ]


def test_a_bad_cell_carries_the_failed_check_in_words(show, words):
    bad = show("{% part it %}", it=QUARANTINE).xpath(".//td[contains(@class, 'tb-cell-bad')]")
    assert [words(cell) for cell in bad] == ["2031-07-02应为体检日 + 1 年"]


def test_cells_may_be_links_and_parts(show, words):
    row = show("{% part it %}", it=QUARANTINE).xpath(".//tbody/tr[2]")[0]
    assert row.get("class").split() == ["is-short", "is-selected"]
    assert row.xpath("string(td[1]//a/@href)") == "/row/418"
    assert row.xpath("string(td[2]//span/@class)") == "tb-tag ok"


def test_a_row_with_too_few_cells_is_a_bug(show):
    with pytest.raises(ValueError, match="zip"):
        show("{% part it %}", it=parts.Table("x", QUARANTINE.columns, (parts.Row(("a",)),)))


def test_a_table_can_be_scrolled_by_keyboard(show):
    region = show("{% part it %}", it=QUARANTINE).xpath("div")[0]
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert region.get("aria-label") == "隔离的行"


@pytest.mark.parametrize(
    ("pager", "zh", "en"),
    [
        (parts.Pager(1, 11, 28, next_url="?p=2"), "第 1–11 条，共 28 条 下一页", "1–11 of 28 Next"),
        (parts.Pager(12, 22, None, "?p=1"), "第 12–22 条 上一页", "12–22 Previous"),
    ],
)
def test_a_pager_says_where_it_stands(show, words, pager, zh, en):
    assert words(show("{% part it %}", it=pager)) == zh
    assert words(show("{% part it %}", "en", it=pager)) == en
