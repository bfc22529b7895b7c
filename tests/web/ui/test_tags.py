"""The small tags and filters."""

from datetime import UTC, date, datetime

from django.templatetags.static import static


def test_an_icon_is_silent_unless_it_has_a_label(show):
    silent, spoken = show('{% icon "check" %}{% icon "x" "删除" %}').xpath("svg")
    assert (silent.get("aria-hidden"), silent.get("role")) == ("true", None)
    assert (spoken.get("role"), spoken.get("aria-label")) == ("img", "删除")
    assert silent.xpath("string(use/@href)") == static("ui/dist/icons.svg") + "#check"


def test_a_filled_icon_is_filled(show):
    assert show('{% icon "star-filled" %}').xpath("string(svg/@class)") == "tb-icon is-filled"


def test_a_note_begins_with_its_bold_clause(show, words):
    note = show('{% note "ok" title="办好了" %}3 份材料<b>都</b>已证明{% endnote %}').xpath("div")[
        0
    ]
    assert note.get("class") == "tb-note ok"
    assert words(note.xpath("b")[0]) == "办好了"
    assert words(note.xpath("div")[0]) == "3 份材料都已证明"


def test_a_note_needs_neither_kind_nor_title(show):
    note = show("{% note %}数据截至 10:29{% endnote %}").xpath("div")[0]
    assert note.get("class") == "tb-note"
    assert not note.xpath("b")


def test_nothing_here_says_so_and_offers_the_next_thing(show, words):
    shown = show(
        '{% nothing icon="inbox" title="没有待办" %}<a href="/x">看本岗可领的</a>{% endnothing %}'
    )
    assert words(shown) == "没有待办看本岗可领的"
    assert shown.xpath("string(.//a/@href)") == "/x"


def test_a_skeleton_says_what_is_being_asked(show, words):
    shown = show('{% skeleton "正在核对 3 个部门的数据" %}')
    assert words(shown) == "正在核对 3 个部门的数据"
    assert shown.xpath("div[@aria-busy='true']")


def test_a_chart_hands_its_option_over_as_data(show):
    shown = show('{% chart "c1" option "各区县用时" "small" %}', option={"a": "</script>"})
    (data,) = shown.xpath(".//script")
    assert (data.get("type"), data.get("id")) == ("application/json", "c1")
    assert data.text == '{"a": "\\u003C/script\\u003E"}'
    assert shown.xpath("string(.//div[@data-tb-chart='c1']/@aria-label)") == "各区县用时"


def test_text_in_the_place_of_a_part_is_escaped(show, words):
    shown = show("{% part it %}", it="<b>张三</b>")
    assert not shown.xpath(".//b")
    assert words(shown) == "<b>张三</b>"


def test_a_qr_code_is_inline(show):
    assert show('{% qr "https://yunze.example" %}').xpath("svg/path[@stroke]")


def test_the_filters_speak_of_masks_and_moments(show, words):
    source = (
        "{{ name|mask_name }} {{ id|mask_id }} {{ tel|mask_phone }} {{ card|mask_account }} "
        "{{ home|mask_address }} {{ at|when }} {{ on|day }} {{ at|stamp }} {{ on|machine }}"
    )
    shown = show(
        source,
        name="张三",
        id="329901199203070027",
        tel="13912341234",
        card="622202020011",
        home="江城区清荷路 66 号",
        at=datetime(2026, 9, 22, 18, tzinfo=UTC),
        on=date(2026, 9, 28),
    )
    assert words(shown) == (
        "张* 329**************7 139****1234 ********0011 江城区清荷路**** "
        "今天 02:00 9 月 28 日（周一） 9-23 02:00 2026-09-28"
    )


def test_words_are_listed_as_the_language_lists_them(show, words):
    assert words(show("{{ names|listed }}", names=["身份证", "户口簿"])) == "身份证、户口簿"
    assert words(show("{{ names|listed }}", "en", names=["card", "book"])) == "card, book"
    assert not show("{{ names|listed }}", names=["<b>x</b>"]).xpath(".//b")
