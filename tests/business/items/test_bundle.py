"""A bundle: its parts are parsed, and held against each other; each finding names its file."""

import json
import shutil
from dataclasses import replace

import pytest

from tests.permits import CITY
from tongban.business.cases.operations import OFFERED
from tongban.business.items import bundle
from tongban.business.items.guide import Material, Words
from tongban.engines.decisions import ModelError
from tongban.engines.forms import FormError
from tongban.engines.processes import Invalid
from tongban.errors import Refusal

B09 = CITY / "items" / "B09"


@pytest.fixture(scope="module")
def sound():
    return bundle.read(B09)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(B09, tmp_path / "B09")


def known(sound):
    return {*sound.guide.facts.used, *sound.guide.result.states.values()}


def found(changed, facts=None, operations=OFFERED):
    """(file, Chinese, English) of every problem."""
    facts = known(changed) if facts is None else facts
    return [(p.file, p.zh, p.en) for p in bundle.problems(changed, facts, operations)]


def changed(sound, **parts):
    """The bundle with parts of its guide replaced."""
    return replace(sound, guide=sound.guide.model_copy(update=parts))


def test_the_bundle_of_the_permit_has_no_problem(sound):
    assert found(sound) == []


@pytest.mark.parametrize("file", ["item.toml", "form.json", "process.bpmn", "decision.dmn"])
def test_a_missing_part_is_named(folder, file):
    (folder / file).unlink()
    with pytest.raises(bundle.FileMissing) as told:
        bundle.read(folder)
    assert told.value.told("zh") == f"B09 中缺少 {file}。"
    assert told.value.told("en") == f"B09 has no {file}."


@pytest.mark.parametrize(
    ("file", "text", "refusal"),
    [
        ("form.json", '{"type": "wizard"}', FormError),
        ("form.json", "{", FormError),
        ("process.bpmn", "<definitions/>", Invalid),
        ("decision.dmn", "<definitions/>", ModelError),
    ],
)
def test_a_part_that_cannot_be_parsed_is_refused(folder, file, text, refusal):
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(refusal) as told:
        bundle.read(folder)
    assert isinstance(told.value, Refusal)


def test_a_fact_that_nobody_defines_is_found_wherever_the_item_uses_it(sound):
    facts = known(sound) - {"phone", "permit_valid_until"}
    assert found(sound, facts) == [
        ("item.toml", "没有事实 phone", "there is no fact phone"),
        ("item.toml", "没有事实 permit_valid_until", "there is no fact permit_valid_until"),
    ]


def test_a_fact_that_a_material_or_the_face_needs_must_be_used(sound):
    used = tuple(f for f in sound.guide.facts.used if f not in ("home_address", "citizen_id"))
    facts = sound.guide.facts.model_copy(update={"used": used})
    told = found(changed(sound, facts=facts), known(sound))
    assert [each for each in told if each[0] == "item.toml"] == [
        (
            "item.toml",
            f"facts.used 中没有 {fact}，但材料或证照用到了它",
            f"{fact} is not in facts.used, but a material or the certificate needs it",
        )
        for fact in ("citizen_id", "home_address")
    ]
    assert {file for file, _, _ in told if file != "item.toml"} == {
        "form.json components[1].components[1].properties.fact",
        "form.json components[2].components[2].properties.fact",
    }


def test_two_materials_of_one_code_are_found(sound):
    words = Words(zh="重复", en="Again")
    again = Material(
        code="application", name=words, source="applicant", required=False, proven_by=()
    )
    materials = (*sound.guide.materials, again)
    assert found(changed(sound, materials=materials)) == [
        (
            "item.toml",
            "materials：编码 application 出现了 2 次",
            "materials: the code application is there 2 times",
        )
    ]


def test_a_material_that_the_form_names_must_be_one_of_the_item(sound):
    materials = tuple(m for m in sound.guide.materials if m.code != "employment_proof")
    told = found(changed(sound, materials=materials))
    zh = "本事项没有材料“employment_proof”。请改正编码，或先添加该材料。"
    assert [words for file, words, _ in told if file.endswith(".properties.material")] == [zh] * 3


def test_each_decision_that_is_not_there_is_named(sound):
    decision = sound.guide.decision.model_copy(update={"name": "worthy"})
    first, *others = sound.guide.conditions
    conditions = (first.model_copy(update={"decision": "breathes"}), *others)
    told = found(changed(sound, decision=decision, conditions=conditions))
    assert told == [
        ("decision.dmn", "没有决策 worthy", "there is no decision worthy"),
        ("decision.dmn", "没有决策 breathes", "there is no decision breathes"),
    ]


def test_what_a_decision_reads_must_be_a_fact_or_an_answer_that_the_item_names(sound):
    used = tuple(f for f in sound.guide.facts.used if f != "insured_months")
    facts = sound.guide.facts.model_copy(update={"used": used})
    told = found(changed(sound, facts=facts), known(sound))
    assert (
        "decision.dmn",
        "输入 insured_months 既不是 facts.used 中的事实，也不在 also_from_form 中",
        "input insured_months is neither in facts.used nor in also_from_form",
    ) in told


def test_a_decision_may_read_the_day(sound):
    text = sound.decision_text.replace(
        "applicant_alive and household_elsewhere",
        'today() > date("2026-01-01") and applicant_alive and household_elsewhere',
    )
    assert text != sound.decision_text
    assert found(replace(sound, decision_text=text)) == []


def test_an_answer_that_decides_must_be_asked(sound):
    also = ("residence_basis", "mood")
    decision = sound.guide.decision.model_copy(update={"also_from_form": also})
    assert found(changed(sound, decision=decision)) == [
        ("item.toml", "表单没有 mood", "the form has no field mood")
    ]


def test_a_question_that_only_the_decision_reads_is_needed(sound):
    """Neither a material nor a fact names it: the item does, as an answer that decides."""
    form = json.loads(sound.form_text)
    del form["components"][0]["components"][0]["properties"]["material"]
    text = json.dumps(form)
    told = found(replace(sound, form_text=text))
    assert [zh for _, zh, _ in told] == [
        "没有材料、决策或条件用到“wants_card”。请删除本题，或写明它属于哪份材料。"
    ]
    also = ("residence_basis", "wants_card")
    decision = sound.guide.decision.model_copy(update={"also_from_form": also})
    assert found(replace(changed(sound, decision=decision), form_text=text)) == []


@pytest.mark.parametrize(
    ("old", "new", "file", "zh", "en"),
    [
        (
            'tb:operation="collect_facts"',
            'tb:operation="collect_taxes"',
            "process.bpmn collect",
            "平台没有操作 collect_taxes",
            "the platform has no operation collect_taxes",
        ),
        (
            'tb:decision="eligible"',
            'tb:decision="worthy"',
            "process.bpmn decide",
            "没有决策 worthy",
            "there is no decision worthy",
        ),
        (
            'tb:post="approver"',
            'tb:post="king"',
            "process.bpmn review",
            "没有岗位 king",
            "there is no post king",
        ),
        (
            '<userTask id="review" name="人工审查"',
            '<userTask id="review" tb:form="opinion" name="人工审查"',
            "process.bpmn review",
            "没有表单 opinion",
            "there is no form opinion",
        ),
    ],
)
def test_what_the_process_names_must_exist(sound, old, new, file, zh, en):
    assert old in sound.process_text
    text = sound.process_text.replace(old, new)
    assert found(replace(sound, process_text=text)) == [(file, zh, en)]


def test_a_process_that_is_only_a_drawing_is_no_process_of_an_item(sound):
    text = sound.process_text.replace('isExecutable="true"', 'isExecutable="false"')
    drawn = replace(sound, process_text=text)

    assert found(drawn) == [
        (
            "process.bpmn",
            f"流程 {drawn.process.id} 只是图示：没有标为可执行，不能办件。"
            '请在流程上写 isExecutable="true"，并补全随后提示缺少的内容。',
            f"The process {drawn.process.id} is a drawing: it is not marked executable, and no "
            'case runs on it. Write isExecutable="true" at the process, and complete what is then '
            "found missing.",
        )
    ]


def test_a_process_in_another_encoding_is_read_and_kept_in_utf_8(folder, sound):
    path = folder / "process.bpmn"
    text = path.read_text(encoding="utf-8").replace("UTF-8", "GB18030", 1)
    path.write_bytes(text.encode("gb18030"))

    kept = bundle.read(folder)

    assert kept.process_text.startswith("<?xml version='1.0' encoding='UTF-8'")
    assert kept.process.nodes.keys() == sound.process.nodes.keys()
    assert [each.name for each in kept.process.nodes.values()] == [
        each.name for each in sound.process.nodes.values()
    ]


def test_a_process_in_another_encoding_that_it_does_not_name_is_refused(folder):
    path = folder / "process.bpmn"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))

    with pytest.raises(Invalid) as told:
        bundle.read(folder)
    assert [each.rule for each in told.value.findings] == ["wrong-encoding"]
