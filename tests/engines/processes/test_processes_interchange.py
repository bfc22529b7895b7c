"""A model of another tool is taken in whole and handed out whole, whether it can run or not."""

from xml.etree.ElementTree import canonicalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_models import HEAD, end, flow, model, node, path, start, user
from tongban.engines.processes import Invalid, interchange, load
from tongban.engines.processes.reading import document

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

WHOLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- drawn by hand -->
<?vendor keep="this"?>
<m:definitions xmlns:m="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:v="urn:vendor"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="urn:t" v:colour="蓝"
    xmlns:unused="urn:nobody" exporter='Another "tool"'>
  <m:process id="p" isExecutable="false" v:owner="市公安局"><!-- in a process -->
    <m:documentation textFormat="text/html"><![CDATA[<b>办理</b> & 受理]]></m:documentation>
    <m:extensionElements><v:note kind="a">before <v:b>in</v:b> after</v:note></m:extensionElements>
    <m:startEvent id="s" name="第一行&#10;第二行"/>
    <m:endEvent id="e" />
    <m:sequenceFlow id="f" sourceRef="s" targetRef="e"></m:sequenceFlow>
  </m:process>
  <di:BPMNDiagram id="d"><di:BPMNPlane id="pl" bpmnElement="p">
    <di:BPMNShape id="s_di" bpmnElement="s" v:fill="#fff"><dc:Bounds x="1.50" y="2" width="36"
      height="36"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>
</m:definitions>
<!-- the end -->
"""

SEVERAL = f"""{HEAD}
  <process id="one"><task id="a"/></process>
  <process id="two" isExecutable="true"><complexGateway id="b"/></process>
  <collaboration id="c"><participant id="pa" processRef="one"/>
    <conversation id="talk" name="咨询"/></collaboration>
  <choreography id="dance"><choreographyTask id="step" initiatingParticipantRef="pa">
    <participantRef>pa</participantRef></choreographyTask></choreography>
</definitions>"""


def handed_out(xml: bytes) -> bytes:
    return interchange.write(interchange.read(xml))


def canonical(xml: bytes | str) -> str:
    """C14N 2 with comments: what XML calls the same is the same text."""
    text = xml if isinstance(xml, str) else xml.decode()
    return canonicalize(text, with_comments=True)


def test_comments_instructions_foreign_words_text_and_drawing_come_out_as_they_went_in():
    written = handed_out(WHOLE.encode())
    assert canonical(written) == canonical(WHOLE)
    for kept in (
        "<!-- drawn by hand -->",
        '<?vendor keep="this"?>',
        "<!-- in a process -->",
        "<![CDATA[<b>办理</b> & 受理]]>",
        'xmlns:unused="urn:nobody"',
        'v:colour="蓝"',
        "before <v:b>in</v:b> after",
        'x="1.50"',
        "第一行&#10;第二行",
        "<!-- the end -->",
    ):
        assert kept in written.decode()


def test_writing_again_changes_no_byte_more():
    once = handed_out(WHOLE.encode())
    assert handed_out(once) == once


def test_a_file_that_stands_alone_says_so_still_and_one_that_does_not_stays_silent():
    assert handed_out(WHOLE.encode()).startswith(
        b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
    )
    assert handed_out(SEVERAL.encode()).startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")


@pytest.mark.parametrize("encoding", ["GB18030", "GBK", "UTF-16", "UTF-8"])
def test_whatever_it_was_written_in_it_leaves_in_utf_8(encoding):
    before = WHOLE.replace("UTF-8", encoding, 1)
    written = handed_out(before.encode(encoding))
    assert b"encoding='UTF-8'" in written
    assert canonical(written) == canonical(WHOLE)


def test_a_latin_file_keeps_its_letters():
    before = f'<?xml version="1.0" encoding="ISO-8859-1"?>{HEAD}<process id="p" name="é"/>'
    written = handed_out(f"{before}</definitions>".encode("iso-8859-1"))
    assert 'name="é"' in written.decode()


def test_what_runs_is_the_same_before_and_after():
    drawn = model(start(), user("a", tb_form="f"), end(), path("start", "a", "end"))
    before = b'<?xml version="1.0"?>\n' + drawn
    one, other = load(before), load(handed_out(before))
    assert dict(one.nodes) == dict(other.nodes)
    assert dict(one.flows) == dict(other.flows)


def test_a_file_is_taken_in_even_where_none_of_it_can_be_deployed():
    taken = interchange.read(SEVERAL.encode())
    assert taken.processes == ("one", "two")
    assert canonical(interchange.write(taken)) == canonical(SEVERAL)
    with pytest.raises(Invalid):
        load(SEVERAL.encode())


def test_a_file_without_a_process_holds_none_and_is_kept():
    xml = f'{HEAD}<choreography id="dance"/></definitions>'
    assert interchange.read(xml.encode()).processes == ()
    assert canonical(handed_out(xml.encode())) == canonical(xml)


@pytest.mark.parametrize(
    ("xml", "rule", "en", "zh"),
    [
        (
            b'<definitions xmlns="urn:other"/>',
            "not-bpmn",
            "<definitions> of “urn:other”",
            "<definitions> of “urn:other”",
        ),
        (
            f'<process xmlns="{BPMN}"/>'.encode(),
            "not-bpmn",
            "<process>",
            "<process>",
        ),
        (b"<definitions", "not-xml", "", ""),
        (f'<!DOCTYPE d [<!ENTITY e "x">]>{HEAD}</definitions>'.encode(), "doctype", "", ""),
    ],
)
def test_what_is_no_bpmn_or_not_safe_is_refused_by_name(xml, rule, en, zh):
    with pytest.raises(Invalid) as refused:
        interchange.read(xml)
    (finding,) = refused.value.findings
    assert finding.rule == rule
    assert en in finding.told("en")
    assert zh in finding.told("zh")


def test_it_is_refused_in_the_words_that_loading_uses():
    xml = b'<definitions xmlns="urn:other"/>'
    told = []
    for take in (interchange.read, load):
        with pytest.raises(Invalid) as refused:
            take(xml)
        told.append((refused.value.told("en"), refused.value.told("zh")))
    assert told[0] == told[1]


def test_a_file_beyond_the_limits_is_refused_before_it_is_kept(monkeypatch):
    monkeypatch.setattr(document, "MAX_BYTES", 10)
    with pytest.raises(Invalid) as refused:
        interchange.read(WHOLE.encode())
    assert refused.value.findings[0].rule == "too-large"


texts = st.text("a <>&'\"办𬭁\n\t", max_size=6)
names = st.sampled_from(["a", "名", "x.y", "z-1", "_"])


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    """Any element of BPMN or of a vendor, with any attributes and any mixture of text inside."""
    tag = draw(st.sampled_from(["task", "v:note", "extensionElements", "other", "v:shape"]))
    held = draw(st.dictionaries(names, texts, max_size=3))
    prefix = draw(st.sampled_from(["", "v:", "tb:"]))
    attributes = "".join(f" {prefix}{name}={_quoted(text)}" for name, text in held.items())
    inside = [_escaped(draw(texts))]
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        inside += [draw(elements(depth - 1)), _escaped(draw(texts))]
    return f"<{tag}{attributes}>{''.join(inside)}</{tag}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    written = _escaped(text).replace('"', "&quot;")
    return '"' + written.replace("\n", "&#10;").replace("\t", "&#9;") + '"'


@settings(deadline=None, max_examples=50)
@given(st.lists(elements(), max_size=3))
def test_nothing_is_lost_whatever_it_is(parts: list[str]):
    head = HEAD[:-1] + ' xmlns:v="urn:vendor">'
    xml = f'{head}<process id="p">{"".join(parts)}</process></definitions>'
    assert canonical(handed_out(xml.encode())) == canonical(xml)


def test_every_node_of_a_model_that_was_handed_out_can_still_be_found():
    xml = model(start(), node("task", "a"), end(), flow("start", "a"), flow("a", "end"))
    assert list(load(handed_out(xml)).nodes) == ["start", "a", "end"]
