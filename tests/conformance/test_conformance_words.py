"""What the words of the execution kit become, and that nothing else of a model is touched."""

from typing import Any

import lxml.etree
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.bpmn import words
from tests.conformance.kits import choice, line, word
from tests.engines.processes.bpmn_models import end, extended, model, node, path, start, timer, user
from tongban.engines.feel import STRING, Scope, compile

etree: Any = lxml.etree
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TB = "{https://tongban.org/bpmn}"


@pytest.mark.parametrize(
    ("written", "feel"),
    [
        ('test.contains("a")', 'contains(test, "a")'),
        ("test.contains('ab')", 'contains(test, "ab")'),
        ('!test.contains("a")', 'not(contains(test, "a"))'),
        ('\n  test.contains( "a" )\n', 'contains(test, "a")'),
        ('${test.contains("a")}', 'contains(test, "a")'),
        ('${!test.contains("a")}', 'not(contains(test, "a"))'),
        ('test.contains("a")>', 'contains(test, "a")'),
        ("${integerVariable}", "integerVariable"),
        (" #{integerVariable < 3} ", "integerVariable < 3"),
        ("integerVariable<3", "integerVariable<3"),
        ("activationCount >= 1", "activationCount >= 1"),
        ("true", "true"),
        ("PT10S", "PT10S"),
        ("", ""),
    ],
)
def test_a_condition_becomes_feel(written, feel):
    assert words.condition(written) == feel


@settings(deadline=None, max_examples=50)
@given(st.text("ab", max_size=4), st.text("ab", max_size=2), st.booleans(), st.booleans())
def test_the_feel_means_what_the_condition_meant(text, part, negated, placed):
    written = f'{"!" if negated else ""}test.contains("{part}")'
    program = compile(
        words.condition(f"${{{written}}}" if placed else written), Scope({"test": STRING})
    )
    assert program({"test": text}) is ((part in text) is not negated)


@given(st.text(st.characters(exclude_characters="${}#"), max_size=20))
def test_what_holds_no_word_of_the_kit_stays_as_it_is(text):
    assert words.condition(text) == text


def task(text: str) -> Any:
    """What a script task with this word has become."""
    root = etree.fromstring(words.adapted(line(text)))
    return next(each for each in root.iter() if each.get("id") == "s0")


def reporting(name: str) -> str:
    return f'append(if ran = null then [] else ran, "{name}")'


def written(element: Any) -> dict[str, str]:
    """The variables that it sets: name → FEEL."""
    found = {element.get(f"{TB}result"): element.findtext(f"{MODEL}script")}
    for each in element.iter(f"{TB}output"):
        found[each.get("target")] = each.get("source")
    return found


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("SCRIPT_task1", {"ran": reporting("task1")}),
        (" SCRIPT_task12\n", {"ran": reporting("task12")}),
        ("CREATE_MARKER_FILE", {"ran": reporting("marker")}),
        ("INCREMENT_INTEGER_VARIABLE", {"integerVariable": "integerVariable + 1"}),
        (
            "INCREMENT_INTEGER_VARIABLE_AND_LOG",
            {"integerVariable": "integerVariable + 1", "ran": reporting("increment")},
        ),
        ("CREATE_LOG_FILE", {"logged": "true"}),
    ],
)
def test_a_word_that_reports_or_counts_becomes_feel(text, sets):
    element = task(text)
    assert element.tag == f"{MODEL}scriptTask"
    assert written(element) == sets


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("THROW_ERROR", "fails "),
        ("WAIT_TEN_SECONDS", "takes time"),
        ("CREATE_TIMESTAMP_LOG_1", "takes time"),
        ("CREATE_TIMESTAMP_LOG_2", "takes time"),
    ],
)
def test_a_word_that_takes_time_or_fails_becomes_a_call(text, operation):
    element = task(text)
    assert element.tag == f"{MODEL}serviceTask"
    assert element.get(f"{TB}operation") == operation
    assert element.find(f"{MODEL}script") is None


def test_what_fails_fails_with_the_error_that_the_file_knows():
    beside = '<error id="e" errorCode="E-1"/><error id="f" errorCode="E-2"/>'
    failing = node("scriptTask", "s", "<script>THROW_ERROR</script>")
    root = etree.fromstring(words.adapted(model(start(), failing, end(), beside=beside)))
    assert root.find(f".//{MODEL}serviceTask").get(f"{TB}operation") == "fails E-1"


@pytest.mark.parametrize("text", ["", "DO_SOMETHING", "script_task1", "SCRIPT_"])
def test_a_word_that_nobody_explains_is_named_and_not_guessed(text):
    with pytest.raises(words.UnknownWord) as refused:
        words.adapted(line(text))
    assert str(refused.value) == repr(text)


def test_what_a_task_documents_stays_before_what_it_sets():
    documented = node(
        "scriptTask",
        "s",
        "<documentation>计数</documentation><script>INCREMENT_INTEGER_VARIABLE_AND_LOG</script>",
    )
    root = etree.fromstring(words.adapted(model(start(), documented, end())))
    inside = [each.tag for each in root.find(f".//{MODEL}scriptTask")]
    assert inside == [f"{MODEL}{tag}" for tag in ("documentation", "extensionElements", "script")]


def test_nothing_but_words_and_conditions_is_touched_save_that_a_process_notes_what_ran():
    before = model(
        "<documentation>办理</documentation>",
        extended('<tb:variable name="a"/>'),
        start(),
        user("a", '<documentation>SCRIPT_task1 test.contains("a")</documentation>', tb_form="f"),
        node("intermediateCatchEvent", "pause", timer("timeDuration", "PT10S"), name="THROW_ERROR"),
        end(),
        path("start", "a", "pause", "end"),
    )
    root = etree.fromstring(words.adapted(before))
    process = root.find(f"{MODEL}process")
    noted = process.find(f"{MODEL}property")
    assert dict(noted.attrib) == {"id": "ran-p", "name": "ran"}
    assert process.index(noted) == 2
    process.remove(noted)
    assert canonical(root) == canonical(etree.fromstring(before))


def canonical(element: Any) -> bytes:
    return etree.tostring(element, method="c14n2")


def test_a_file_keeps_its_lines():
    for before in (line("SCRIPT_task1"), b'<?xml version="1.0"?>\n' + line("SCRIPT_task1")):
        assert words.adapted(before).count(b"\n") == before.count(b"\n")


def test_a_call_hands_on_what_a_case_gives_and_what_ran_and_takes_that_back():
    root = etree.fromstring(words.adapted(model(node("callActivity", "c", calledElement="q"))))
    mapped = [
        (each.tag.rpartition("}")[2], each.get("target"), each.get("source"))
        for each in root.find(f".//{MODEL}callActivity/{MODEL}extensionElements")
    ]
    assert mapped == [
        ("input", "ran", "ran"),
        ("input", "test", "test"),
        ("input", "integerVariable", "integerVariable"),
        ("output", "ran", "ran"),
    ]


OUTPUT = '<ioSpecification><dataOutput id="o" name="Data Output"/></ioSpecification>'
INPUT = '<ioSpecification><dataInput id="i" name="{}"/></ioSpecification>'


def test_written_data_are_the_data_output_of_the_task_or_else_the_data_object():
    output, plain = (
        etree.fromstring(words.adapted(model(word("s", "SET_STRING_DATA", inside), data)))
        for inside, data in ((OUTPUT, ""), ("", '<dataObject id="d" name="held"/>'))
    )
    assert written(output.find(f".//{MODEL}scriptTask")) == {None: '"written"'}
    assert written(plain.find(f".//{MODEL}scriptTask")) == {"held": '"written"'}


@pytest.mark.parametrize(
    ("inside", "beside", "read"),
    [
        (INPUT.format("Data Input"), "", "i"),
        (INPUT.format("given"), "", "given"),
        ("", '<dataObject id="d" name="held"/>', "held"),
        ("", '<dataObject id="d"/>', "d"),
        ("", '<property id="p" name="kept"/>', "kept"),
        ("", "", "data"),
    ],
)
def test_data_are_looked_at_where_the_task_can_read_them(inside, beside, read):
    root = etree.fromstring(words.adapted(model(beside, word("s", "LOG_DATA", inside))))
    (script,) = written(root.find(f".//{MODEL}scriptTask")).values()
    assert script == f'if {read} = "written" then {reporting("data_correct")} else ran'


def test_a_condition_is_mapped_wherever_the_standard_has_one():
    places = (
        *("conditionExpression", "condition", "loopCondition", "completionCondition"),
        *("activationCondition", "loopCardinality", "timeDuration", "timeDate", "timeCycle"),
    )
    inside = "".join(f"<{tag}>${{integerVariable}}</{tag}>" for tag in places)
    root = etree.fromstring(words.adapted(model(node("task", "t", inside))))
    assert [root.findtext(f".//{MODEL}{tag}") for tag in places] == ["integerVariable"] * 9


def test_a_choice_loads_only_once_its_condition_is_mapped():
    mapped = words.adapted(choice('test.contains("a")'))
    assert b'contains(test, "a")' in mapped
    assert b"test.contains" not in mapped
