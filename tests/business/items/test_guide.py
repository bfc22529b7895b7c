"""item.toml: what is wrong is named by file and key, in both languages."""

import pytest

from tests.permits import CITY
from tongban.business.items import guide
from tongban.business.items.guide import GuideInvalid

FILE = "B09/item.toml"
SOUND = (CITY / "items" / "B09" / "item.toml").read_text(encoding="utf-8")


def with_line(line: str, other: str) -> str:
    assert SOUND.count(line) == 1, line
    return SOUND.replace(line, other)


def test_the_guide_of_the_permit_is_read_with_its_words_in_both_languages():
    read = guide.read(SOUND, FILE)
    assert (read.item.code, read.item.office, read.item.instant) == ("B09", "GA", True)
    assert read.item.name.told("zh-hans") == "居住证申领"
    assert read.item.name.told("en") == "Application for a residence permit"
    assert [m.code for m in read.materials if m.proven_by] == [
        "identity_proof",
        "address_proof",
        "employment_proof",
    ]
    assert read.result.states == {
        "holds": "holds_valid_permit",
        "valid_until": "permit_valid_until",
    }


LIMITS = 'promised = { days = 5, unit = "working" }'


@pytest.mark.parametrize(
    ("line", "other", "zh", "en"),
    [
        (
            'code = "B09"',
            'code = "b-09"',
            "item.code：写法不符，应匹配 ^[A-Z0-9]{2,16}$",
            "item.code: String should match pattern '^[A-Z0-9]{2,16}$'",
        ),
        (
            'office = "GA"\ntype',
            "office = 7\ntype",
            "item.office：应为文本",
            "item.office: Input should be a valid string",
        ),
        (
            'type = "01" ',
            'type = "11" ',
            "item.type：只能是 '01'、'02'、'03'、'04'、'05'、'06'、'07'、'08'、'09'、'10'、'20'",
            "item.type: Input should be '01', '02', '03', '04', '05', '06', '07', '08', '09', '10'"
            " or '20'",
        ),
        ("visits = 0", "visits = -1", "item.visits：不能小于 0", "item.visits: "),
        ("visits = 0\n", "", "item.visits：缺少此键", "item.visits: Field required"),
        (
            "visits = 0",
            "visits = 0\nvisitors = 3",
            "item.visitors：没有这个键",
            "item.visitors: Extra inputs are not permitted",
        ),
        (
            'theme = { zh = "户籍与身份", en = "Household and identity" }',
            'theme = { zh = "户籍与身份", en = "" }',
            "item.theme.en：至少 1 个字符",
            "item.theme.en: String should have at least 1 character",
        ),
        (
            LIMITS,
            'promised = { days = 3661, unit = "working" }',
            "limits.promised.days：不能大于 3660",
            "limits.promised.days: Input should be less than or equal to 3660",
        ),
        (
            LIMITS,
            'promised = { days = 5, unit = "weeks" }',
            "limits.promised.unit：只能是 'working'、'calendar'",
            "limits.promised.unit: Input should be 'working' or 'calendar'",
        ),
        (
            LIMITS,
            'promised = { days = 16, unit = "calendar" }',
            "limits.promised：承诺时限比法定时限长",
            "limits.promised: the promise is longer than the law allows",
        ),
        (
            LIMITS,
            'promised = { days = 16, unit = "working" }',
            "limits.promised：承诺时限比法定时限长",
            "limits.promised: the promise is longer than the law allows",
        ),
        (
            "valid = { years = 1 }",
            "valid = { years = 101 }",
            "result.valid.years：不能大于 100",
            "result.valid.years: Input should be less than or equal to 100",
        ),
        (
            'states = { holds = "holds_valid_permit"',
            'states = { keeps = "holds_valid_permit"',
            "result.states.keeps.[key]：只能是 'holds'、'valid_until'",
            "result.states.keeps.[key]: Input should be 'holds' or 'valid_until'",
        ),
        (
            'complaints = "0329-55501002"',
            'complaints = "0329-55501001"',
            "contact：咨询电话与投诉电话相同",
            "contact: phone and complaints are the same number",
        ),
        ("version = 1", "version = 2", "version：只能是 1", "version: Input should be 1"),
        (
            'file = "form.json"',
            'file = "other.json"',
            "form.file：只能是 'form.json'",
            "form.file: Input should be 'form.json'",
        ),
    ],
    ids=lambda told: told.partition("：")[0] if "：" in told else "",
)
def test_a_mistake_is_named_by_file_and_key(line, other, zh, en):
    with pytest.raises(GuideInvalid) as told:
        guide.read(with_line(line, other), FILE)
    assert told.value.told("zh") == f"{FILE} 有误：{zh}"
    assert told.value.told("en").startswith(f"{FILE} is not valid: {en}")


@pytest.mark.parametrize(
    "promised",
    [
        '{ days = 15, unit = "calendar" }',
        '{ days = 0, unit = "working" }',
        '{ days = 15, unit = "working" }',
    ],
)
def test_a_promise_as_long_as_the_law_allows_is_good(promised):
    text = with_line(LIMITS, f"promised = {promised}")
    assert guide.read(text, FILE).limits.promised.days in (0, 15)


def test_calendar_days_may_outnumber_working_days():
    """20 days of the calendar can be over before 15 days of work are."""
    longer = with_line(LIMITS, 'promised = { days = 20, unit = "calendar" }')
    text = longer.replace('{ days = 15, unit = "calendar" }', '{ days = 15, unit = "working" }')
    assert guide.read(text, FILE).limits.promised.unit == "calendar"


def test_every_mistake_of_the_file_is_told_at_once():
    text = with_line("visits = 0\n", "").replace("charged = false", 'charged = "no way"')
    with pytest.raises(GuideInvalid) as told:
        guide.read(text, FILE)
    assert told.value.told("zh") == (
        f"{FILE} 有误：item.visits：缺少此键；fee.charged：应为 true 或 false"
    )


def test_what_is_no_toml_is_told_with_its_line():
    text = with_line("visits = 0", "visits = = 0")
    line = text[: text.index("visits = = 0")].count("\n") + 1
    with pytest.raises(GuideInvalid) as told:
        guide.read(text, FILE)
    assert f"第 {line} 行" in told.value.told("zh")
    assert f"line {line}" in told.value.told("en")
