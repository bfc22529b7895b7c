"""simulation.toml: what is wrong with it is said by key."""

import pytest

from tests.commands.simulating.small import CITY, terms
from tongban.commands.simulating import terms as reading
from tongban.commands.simulating.terms import BadTerms, NoTerms

TEXT = (CITY / "simulation.toml").read_text(encoding="utf-8")


def test_that_of_the_demo_city_is_whole():
    read = reading.parse(TEXT)
    assert [item.code for item in read.items] == ["B09", "D02"]
    assert reading.of(read.model_dump(mode="json")) == read


def test_without_the_file_it_says_where_one_is(tmp_path):
    with pytest.raises(NoTerms) as refused:
        reading.read(tmp_path)
    file = tmp_path / "simulation.toml"
    assert refused.value.told("en") == (
        f"There is no {file}. A city folder that can be simulated has one; cities/yunze is an "
        "example."
    )
    assert refused.value.told("zh") == (
        f"没有 {file}。要模拟的城市目录须有该文件，可参照 cities/yunze。"
    )


def test_what_is_no_utf_8_is_said(tmp_path):
    (tmp_path / "simulation.toml").write_bytes("# 云泽".encode("gb18030"))
    with pytest.raises(BadTerms) as refused:
        reading.read(tmp_path)
    assert refused.value.told("en") == "simulation.toml is not valid: it is no UTF-8 text"
    assert refused.value.told("zh") == "simulation.toml 有误：不是 UTF-8 文本"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("day_off = 0.25", "day_off = 1.25", "arrivals.day_off: Input should be less than"),
        ("seed = 20261122", "", "seed: Field required"),
        ("median = 2.5", "median = 0", "answer_days.median: Input should be greater than 0"),
        ("median = 2.5", "median = 25", "answer_days: Value error, p90 cannot be less than the"),
        ("noon = 12:00:00", "noon = 08:00:00", "hours: Value error, begin, noon, again and end"),
        ("true = 0.74", "true = 0.75", "items.0.outcomes: Value error, true, false and unknown"),
        ("web = 0.3,", "fax = 0.3,", "items.0: Value error, channels are web, phone and counter"),
        ('code = "D02"', 'code = "B09"', "Value error, B09 is there twice"),
        ("people = 12", "people = 0", "staff.0.people: Input should be greater than or equal"),
        ('post = "approver"\npeople = 7', 'post = "clerk"\npeople = 7', "GA/clerk is there twice"),
        ("granted = 0.8 ", "grants = 0.8 ", "items.0.grants: Extra inputs are not permitted"),
        ("version = 1", "version = 2", "version: Input should be less than or equal to 1"),
        ("version = 1", "version = ", "Invalid value"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_by_its_key(old, new, says):
    assert old in TEXT
    with pytest.raises(BadTerms) as refused:
        reading.parse(TEXT.replace(old, new, 1))
    assert says in refused.value.told("en")
    assert refused.value.told("en").startswith("simulation.toml is not valid: ")
    assert refused.value.told("zh").startswith("simulation.toml 有误：")


def test_hours_without_any_arrival_are_refused():
    with pytest.raises(BadTerms) as refused:
        terms(arrivals={**terms().arrivals.model_dump(), "by_hour": [0] * 24})
    assert "at least one hour of by_hour must be above 0" in refused.value.told("en")


def test_what_its_city_does_not_have_is_named():
    with pytest.raises(BadTerms) as refused:
        reading.check_city(terms(), offices={"GA"}, items={"B09"}, uses={"item:B09"})
    assert refused.value.told("en") == (
        "simulation.toml is not valid: not in this city folder: staff MZ, staff MZ, items D02, "
        "grants simulate:B09"
    )
    assert refused.value.told("zh") == (
        "simulation.toml 有误：城市目录中没有 staff MZ, staff MZ, items D02, grants simulate:B09"
    )
    uses = {"simulate:B09", "simulate:D02"}
    reading.check_city(terms(), offices={"GA", "MZ"}, items={"B09", "D02"}, uses=uses)


def test_a_desk_without_anybody_is_named():
    with pytest.raises(BadTerms) as refused:
        reading.check_desks(terms(), {("GA", "lead"), ("GA", "clerk")})
    assert refused.value.told("en") == "simulation.toml is not valid: staff: nobody at GA/lead"
    assert refused.value.told("zh") == "simulation.toml 有误：staff：缺少 GA/lead 的人员"
