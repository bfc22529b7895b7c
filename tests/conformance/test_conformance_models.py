"""Models that must be refused for their rule, and models that must survive a round trip."""

from pathlib import Path

import pytest

from conformance.bpmn import constraints, miwg
from conformance.bpmn.deploying import deploy
from tests.conformance.kits import NO_OPERATION, TOLD, models, refused
from tests.engines.processes.bpmn_models import boundary, end, model, node, path, start, user
from tongban.engines.processes.reading import document
from tongban.engines.processes.standard import findings

GOOD = model(start(), user("a"), end(), path("start", "a", "end"))
WHY = f"{NO_OPERATION} a (1): {TOLD}"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return tmp_path / "bpmn-constraints"


def judged(kit: Path) -> dict[str, str]:
    return {case.model: case.wrong for case in constraints.run(kit).cases}


def test_a_model_must_be_refused_naming_the_rule_of_its_folder(kit):
    models(kit, **{f"{NO_OPERATION}__fail": refused(), "no-start__fail": refused()})
    assert judged(kit) == {f"{NO_OPERATION}/fail.bpmn": "", "no-start/fail.bpmn": WHY}


def test_a_model_that_is_accepted_has_not_been_refused(kit):
    models(kit, rule__fail=GOOD)
    assert judged(kit) == {"rule/fail.bpmn": "was accepted"}


def test_another_finding_beside_the_rule_does_no_harm(kit):
    parts = [user("u", tb_decision="d"), node("serviceTask", "a")]
    xml = model(start(), *parts, end(), path("start", "u", "a", "end"))
    models(kit, **{f"{NO_OPERATION}__fail": xml, "unknown-extension__fail": xml})
    assert set(judged(kit).values()) == {""}


def test_dots_hyphens_and_case_of_a_rule_do_not_matter(kit):
    spelt = ("MISSINGEXTENSION", "Missing.Extension", "missing_extension")
    models(kit, **{f"{each}/a": refused() for each in spelt})
    assert judged(kit) == {f"{each}/a.bpmn": "" for each in spelt}


def test_a_rule_that_the_catalogue_counts_twice_is_found_under_both_numbers(kit):
    """A boundary event that cancels outside a transaction."""
    xml = model(
        start(),
        user("a"),
        boundary("b", "a", "<cancelEventDefinition/>"),
        end(),
        path("start", "a", "end"),
        path("b", "end"),
    )
    breaches = findings(document.read(xml), xml)
    assert {code for each in breaches for code in constraints.codes(each)} == {"EXT111", "EXT120"}


def test_what_breaks_no_rule_of_the_standard_is_known_by_its_own_name():
    (finding,) = deploy(refused()).refused
    assert constraints.codes(finding) == (NO_OPERATION,)


def test_a_success_must_be_accepted(kit):
    models(kit, rule__1_success=GOOD, rule__2_Success=refused())
    assert judged(kit) == {"rule/1_success.bpmn": "", "rule/2_Success.bpmn": WHY}


def test_what_must_be_refused_and_what_must_deploy_are_counted_apart(kit):
    files = {f"{NO_OPERATION}__fail": refused(), "no-start__fail": GOOD, "no-start__success": GOOD}
    models(kit, **files)
    ran = constraints.run(kit)
    assert ran.counts == (3, 2, 2, 1, 1, 1)
    assert [case.asked for case in ran.cases] == [
        f"refused naming {NO_OPERATION}",
        "refused naming no-start",
        "accepted",
    ]


def test_what_is_no_model_at_all_is_refused_for_that(kit):
    models(kit, **{"not-xml__fail": b"<definitions", "rule__fail": b"<definitions"})
    assert judged(kit)["not-xml/fail.bpmn"] == ""
    assert judged(kit)["rule/fail.bpmn"].startswith("not-xml")


# -- round trips


def test_a_model_survives_a_round_trip_whether_it_can_be_deployed_or_not(tmp_path):
    ran = miwg.run(models(tmp_path, good=GOOD, other=refused()))
    assert [case.wrong for case in ran.cases] == ["", ""]
    assert ran.counts == (2, 2, 0, 0, 2, 1)


def test_what_cannot_be_read_has_not_survived(tmp_path):
    ran = miwg.run(models(tmp_path, other=b'<definitions xmlns="urn:other"/>'))
    assert "<definitions> of “urn:other”" in ran.cases[0].wrong
    assert ran.counts == (1, 0, 0, 0, 1, 0)


WHOLE = '<d xmlns="urn:a" xmlns:v="urn:v" xmlns:u="urn:u" v:b="1">x<e a="2"/>y<!--c--></d>'


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", []),
        ('v:b="1"', "v:b='1'", []),
        ('a="2"', 'a="3"', ["/*/*: attributes [('a', '2')] became [('a', '3')]"]),
        (' a="2"', "", ["/*/*: attributes [('a', '2')] became []"]),
        ('v:b="1"', 'b="1"', ["/*: attributes [('{urn:v}b', '1')] became [('b', '1')]"]),
        ("x<", "z<", ["/*: text 'x' became 'z'"]),
        ("y<", "<", ["/*/*: tail 'y' became None"]),
        ("c-", "k-", ["/*/comment(): text 'c' became 'k'"]),
        ("<!--c-->", "", ["/*: number of children 2 became 1"]),
        ("</d>", "<f/></d>", ["/*: number of children 2 became 3"]),
        ("<e ", "<g ", ["/*/*: tag '{urn:a}e' became '{urn:a}g'"]),
        (
            ' xmlns:u="urn:u"',
            "",
            [
                "/*: namespaces {None: 'urn:a', 'v': 'urn:v', 'u': 'urn:u'} became "
                "{None: 'urn:a', 'v': 'urn:v'}",
                "namespaces",
            ],
        ),
    ],
)
def test_each_difference_is_told_with_its_place(before, after, told):
    changed = WHOLE.replace(before, after, 1)
    found = list(miwg.differences(WHOLE.encode(), changed.encode()))
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))
