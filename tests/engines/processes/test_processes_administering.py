"""What a model says for the administration: limits of steps, and where a correction begins."""

import pytest

from tests.engines.processes.bpmn_models import end, model, path, start, sub, user
from tongban.engines import processes
from tongban.engines.clocks import Limit

ENDS = path("start", "a", "end")


def limit(**attributes: str) -> Limit | None:
    drawn = model(start(), user("a", **attributes), end(), ENDS)
    return processes.deploy(drawn).nodes["a"].limit


def correction(attribute: str, *parts: str) -> str | None:
    drawn = model(start(), *(parts or (user("a"),)), end(), ENDS, attributes=attribute)
    return processes.deploy(drawn).correction


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, None),
        ({"tb_days": "3"}, Limit(3, "working")),
        ({"tb_days": "3", "tb_dayUnit": "working"}, Limit(3, "working")),
        ({"tb_days": "30", "tb_dayUnit": "calendar"}, Limit(30, "calendar")),
        ({"tb_days": "0"}, Limit(0, "working")),
        ({"tb_days": "3660"}, Limit(3660, "working")),
    ],
)
def test_a_step_has_the_limit_that_the_model_gives_it(attributes, expected):
    assert limit(**attributes) == expected


@pytest.mark.parametrize(
    ("attributes", "written"),
    [
        ({"tb_days": "three"}, "three working"),
        ({"tb_days": "-1"}, "-1 working"),
        ({"tb_days": "3661"}, "3661 working"),
        ({"tb_days": "1.5"}, "1.5 working"),
        ({"tb_days": "3", "tb_dayUnit": "weeks"}, "3 weeks"),
        ({"tb_dayUnit": "working"}, "– working"),
    ],
)
def test_what_is_no_limit_is_found_with_the_way_out(attributes, written):
    with pytest.raises(processes.Invalid) as told:
        limit(**attributes)
    (finding,) = told.value.findings
    assert (finding.rule, finding.element) == ("wrong-limit", "a")
    assert finding.told("en") == (
        f'"{written}" is no time limit. Write tb:days as a number from 0 to 3660, and tb:dayUnit '
        "as working or calendar."
    )
    assert finding.told("zh") == (
        f"“{written}”不是有效的时限。tb:days 应为 0 至 3660 的数，"
        "tb:dayUnit 应为 working（工作日）或 calendar（日）。"
    )


def test_a_corrected_case_goes_back_to_the_activity_that_the_model_names():
    assert correction("") is None
    assert correction('tb:correction="a"') == "a"


@pytest.mark.parametrize("target", ["moon", "start", "inner"])
def test_it_must_be_an_activity_of_the_process_itself(target):
    inside = sub(start("s"), user("inner"), end("e"), path("s", "inner", "e"))
    with pytest.raises(processes.Invalid) as told:
        correction(f'tb:correction="{target}"', inside)
    (finding,) = told.value.findings
    assert finding.rule == "wrong-reference"
    assert finding.told("en") == (
        f"tb:correction names {target}, and the file has no such activity. Choose one that exists."
    )
