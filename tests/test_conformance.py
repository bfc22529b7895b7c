"""The runner of the public kits, on a small kit of our own."""

import subprocess
import sys
from pathlib import Path

import pytest

from conformance import dmn
from conformance.written import same
from tongban.engines.feel import Scope, compile

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
TESTS = "http://www.omg.org/spec/DMN/20160719/testcase"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

MODEL = f"""<definitions xmlns="{DMN}" namespace="urn:kit" name="sums" id="sums">
  <inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
  <decision id="sum" name="sum"><variable name="sum"/>
    <informationRequirement><requiredInput href="#a"/></informationRequirement>
    <literalExpression><text>a + 1</text></literalExpression></decision>
  <decision id="parts" name="parts"><variable name="parts"/>
    <literalExpression><text>{{of: [date("2026-11-22"), duration("P1D"), time("08:00:00Z")]}}
    </text></literalExpression></decision>
  <decisionService id="both" name="both"><variable name="both"/>
    <outputDecision href="#sum"/><outputDecision href="#parts"/><inputData href="#a"/>
  </decisionService>
</definitions>"""

CASES = f"""<testCases xmlns="{TESTS}" xmlns:xsi="{XSI}" xmlns:xsd="x">
  <modelName>sums.dmn</modelName>
  <testCase id="right"><inputNode name="a"><value xsi:type="xsd:decimal">1.5</value></inputNode>
    <resultNode name="sum"><expected><value xsi:type="xsd:decimal">2.500000001</value></expected>
    </resultNode></testCase>
  <testCase id="wrong"><inputNode name="a"><value xsi:type="xsd:decimal">1</value></inputNode>
    <resultNode name="sum"><expected><value xsi:type="xsd:string">2</value></expected>
    </resultNode></testCase>
  <testCase id="null"><resultNode name="sum" errorResult="true"><expected>
    <value xsi:nil="true"/></expected></resultNode></testCase>
  <testCase id="parts"><resultNode name="parts"><expected><component name="of"><list>
    <item><value xsi:type="xsd:date">2026-11-22</value></item>
    <item><value xsi:type="xsd:duration">P1D</value></item>
    <item><value xsi:type="xsd:time">08:00:00Z</value></item>
    </list></component></expected></resultNode></testCase>
  <testCase id="service" type="decisionService" invocableName="both">
    <inputNode name="a"><value xsi:type="xsd:double">1e2</value></inputNode>
    <resultNode name="sum"><expected><value xsi:type="xsd:decimal">101</value></expected>
    </resultNode></testCase>
  <testCase id="absent"><resultNode name="no such decision"><expected>
    <value xsi:type="xsd:boolean">true</value></expected></resultNode></testCase>
</testCases>"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "dmn-tck" / "compliance-level-3" / "0001-sums"
    folder.mkdir(parents=True)
    (folder / "sums.dmn").write_text(MODEL, encoding="utf-8")
    (folder / "0001-sums-test-01.xml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_each_case_is_judged_by_value_and_type(kit):
    ran = {case.case: case.wrong for case in dmn.run(kit / "dmn-tck")}
    assert ran == {
        "right": "",
        "wrong": "sum: 2 instead of 2",
        "null": "",
        "parts": "",
        "service": "",
        "absent": "no such decision: There is no decision “no such decision” in the model.",
    }


def test_cases_that_expect_something_are_counted_beside_all(kit):
    summary = dmn.summary(dmn.run(kit / "dmn-tck")).splitlines()
    assert summary[0].split() == ["total", "passed", "non-null", "passed"]
    assert summary[1].split() == ["compliance-level-3", "6", "4", "5", "3"]
    assert summary[-1].split() == ["all", "6", "4", "5", "3"]


def test_a_model_that_cannot_be_read_fails_its_cases_and_no_others(kit):
    folder = kit / "dmn-tck" / "compliance-level-3" / "0002-broken"
    folder.mkdir()
    (folder / "sums.dmn").write_text("<definitions", encoding="utf-8")
    (folder / "0002-broken-test-01.xml").write_text(CASES, encoding="utf-8")
    ran = dmn.run(kit / "dmn-tck")
    assert [sum(not c.wrong for c in ran if c.folder.endswith(n)) for n in ("sums", "broken")] == [
        4,
        0,
    ]


def test_the_command_prints_the_counts_and_writes_results_in_the_format_of_the_kit(kit):
    results = kit / "results.csv"
    command = [sys.executable, "-m", "conformance", str(kit), "--results", str(results)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1].split()[0] == "all"
    assert results.read_text(encoding="utf-8").splitlines()[:2] == [
        '"compliance-level-3/0001-sums","0001-sums-test-01","right","SUCCESS",""',
        '"compliance-level-3/0001-sums","0001-sums-test-01","wrong","ERROR","sum: 2 instead of 2"',
    ]


def test_a_folder_without_a_kit_is_named(tmp_path):
    command = [sys.executable, "-m", "conformance", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert f"{tmp_path} holds none of the folders dmn-tck, bpmn-" in ended.stderr


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1", "1.000000001", True),
        ("1", "1.0000001", False),
        ('"1"', "1", False),
        ("[1, 2]", "[1]", False),
        ("{a: 1}", "{b: 1}", False),
        ('time("10:00:00Z")', 'time("12:00:00+02:00")', False),
        ('date and time("2026-11-22T10:00:00@Europe/Paris")', "null", False),
        ("null", "null", True),
    ],
)
def test_sameness_is_that_of_the_kit(one, other, expected):
    first, second = (compile(text, Scope({}))({}) for text in (one, other))
    assert same(first, second) is expected
