"""XES: what is understood, what is counted and left out, and files that mean harm."""

import gzip
import xml.etree.ElementTree as ET

import pytest

from tests.engines.mining import made
from tests.engines.mining.made import simple
from tongban.engines import mining
from tongban.engines.mining import Has, cases_of, graph, variants, write_csv, write_xes
from tongban.engines.tables.connectors.xml import BrokenXml, DeclaresEntities

NS = "{http://www.xes-standard.org/}"
EVENT = (
    '<event><string key="concept:name" value="{name}"/>'
    '<date key="time:timestamp" value="2026-03-02T0{hour}:00:00.000+08:00"/>{more}</event>'
)


def event(name="A", hour=9, more=""):
    return EVENT.format(name=name, hour=hour, more=more)


def trace(name, *events, more=""):
    return f'<trace><string key="concept:name" value="{name}"/>{more}{"".join(events)}</trace>'


@pytest.fixture
def xes(tmp_path, read):
    """Reads what stands between <log> and </log>, or the whole text."""

    def xes(content, root="log"):
        path = tmp_path / "a.xes"
        whole = content if content.startswith("<?xml") else f"<{root}>{content}</{root}>"
        path.write_text(whole, encoding="utf-8")
        return read(path)

    return xes


def test_attributes_of_the_trace_are_those_of_the_case(xes):
    log = xes(
        '<?xml version="1.0" encoding="UTF-8"?><log xmlns="http://www.xes-standard.org/"'
        ' xes.version="1.0"><extension name="Time" prefix="time" uri="http://x"/>'
        '<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>'
        '<classifier name="c" keys="concept:name"/><string key="origin" value="test"/>'
        + trace("1", event(), event("B", 8), more='<string key="channel" value="网上"/>')
        + trace("2", event(), more='<int key="amount" value="7"/>')
        + "</log>"
    )
    assert [v.activities for v in variants(log)] == [("A",), ("B", "A")]
    assert cases_of(log, [Has("case:channel", "网上")]) == ("1",)
    assert cases_of(log, [Has("case:channel", None)]) == ("2",)
    assert log.types == {"case:amount": "int", "time:timestamp": "date"}


def test_what_is_not_read_is_counted(xes):
    nested = '<string key="org:group" value="GA"><string key="inner" value="1"/></string>'
    many = '<list key="papers"><string key="a" value="1"/></list>'
    log = xes(
        trace("1", event(more=nested), more=many)
        + trace("2")
        + trace("1", event("B"))
        + event("stray")
    )
    reading = log.reading
    assert (reading.nested, reading.empty, reading.rejoined, reading.stray) == (2, 1, 1, 1)
    assert (reading.cases, reading.events) == (1, 2)
    assert log.types.get("org:group") is None


def test_a_key_of_two_types_is_text(xes):
    whole, text = '<int key="n" value="1"/>', '<string key="n" value="1"/>'
    log = xes(trace("1", event(more=whole), event(more=text)))
    assert log.types == {"time:timestamp": "date"}


@pytest.mark.parametrize(
    ("content", "root", "refusal", "zh"),
    [
        (
            trace("1", event()),
            "bpmn",
            mining.NoLog,
            "a.xes 不是 XES：根元素是 <bpmn>，应为 <log>。",
        ),
        (
            f"<trace>{event()}</trace>",
            "log",
            mining.NamelessTrace,
            "a.xes 第 1 行：该 trace 没有 concept:name。请先为办件编号再导出。",
        ),
        (
            trace("1", event(more='<string value="x"/>')),
            "log",
            mining.BadAttribute,
            "a.xes 第 1 行：<string> 须有不重复的 key 和 value；现有 key 为“”。",
        ),
        (
            trace("1", event(more='<string key="concept:name" value="again"/>')),
            "log",
            mining.BadAttribute,
            "a.xes 第 1 行：<string> 须有不重复的 key 和 value；现有 key 为“concept:name”。",
        ),
        (
            trace("1", event(more='<string key="case:concept:name" value="2"/>')),
            "log",
            mining.BadAttribute,
            "a.xes 第 1 行：<event> 须有不重复的 key 和 value；现有 key 为“case:concept:name”。",
        ),
    ],
)
def test_what_is_no_log_is_refused_with_its_line(xes, content, root, refusal, zh):
    with pytest.raises(refusal) as refused:
        xes(content, root)
    assert refused.value.told("zh") == zh
    assert str(refused.value).startswith("a.xes")


def test_a_file_that_breaks_off_is_refused(xes):
    with pytest.raises(BrokenXml) as refused:
        xes(f'<?xml version="1.0"?><log>{trace("1", event())}<trace>')
    assert str(refused.value).startswith("a.xes is no complete XML: line 1:")


def test_a_log_without_events_is_refused(xes):
    with pytest.raises(Exception, match="a.xes has no rows"):
        xes(trace("1"))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1:9/log.dtd">',
        '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_entities_are_refused_before_anything_is_read(xes, doctype):
    with pytest.raises(DeclaresEntities):
        xes(f'<?xml version="1.0"?>{doctype}<log>{trace("1", event("x"))}</log>')


def test_entities_that_multiply_are_refused_whatever_meets_them_first(xes):
    names = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip(names, names[1:], strict=False)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "{"x" * 10}">{entities}]>'
    with pytest.raises((DeclaresEntities, BrokenXml)):
        xes(f'{head}<log note="&j;">{trace("1", event())}</log>')


def test_a_log_is_written_as_the_standard_orders_it(tmp_path, read, xes):
    log = xes(
        trace("1", event(more='<int key="cost" value="3"/>'), more='<string key="a" value="x"/>')
    )
    path = tmp_path / "out.xes"

    assert write_xes(log, path) == 1

    root = ET.parse(path).getroot()
    assert (root.tag, root.get("xes.version")) == (f"{NS}log", "1849-2016")
    assert [child.tag.removeprefix(NS) for child in root] == [
        *["extension", "extension", "global", "global", "classifier", "trace"]
    ]
    assert [e.get("uri") for e in root.iter(f"{NS}extension")] == [
        "http://www.xes-standard.org/concept.xesext",
        "http://www.xes-standard.org/time.xesext",
    ]
    scopes = {e.get("scope"): [c.get("key") for c in e] for e in root.iter(f"{NS}global")}
    assert scopes == {"trace": ["concept:name"], "event": ["concept:name", "time:timestamp"]}
    (written,) = root.iter(f"{NS}trace")
    assert [(c.tag.removeprefix(NS), c.get("key"), c.get("value")) for c in written][:2] == [
        ("string", "concept:name", "1"),
        ("string", "a", "x"),
    ]
    (one,) = written.iter(f"{NS}event")
    assert {(c.tag.removeprefix(NS), c.get("key"), c.get("value")) for c in one} == {
        ("string", "concept:name", "A"),
        ("date", "time:timestamp", "2026-03-02T01:00:00.000000+00:00"),
        ("int", "cost", "3"),
    }
    again = read(path)
    assert (again.types, graph(again)) == (log.types, graph(log))


HOSTILE = ["=1+1", "+1", "-1", "@x", "'=x", "''-x", "\t=x", '<a href="&">', "a\nb", "'quoted'"]


def test_hostile_texts_come_back_as_they_were_and_are_no_formula(tmp_path, read):
    columns = made.cells_of(HOSTILE)
    log = made.log(columns)
    for name, write in (("out.csv", write_csv), ("out.xes", write_xes)):
        path = tmp_path / name
        assert write(log, path) == len(HOSTILE)
        again = read(path)
        found = again.rows('SELECT "concept:name", "case:note" FROM log_rows ORDER BY _position')
        assert found == [(text, text) for text in HOSTILE]
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert not any(f'"{sign}' in text for sign in "=+-@\t")


def test_an_export_never_overwrites_and_leaves_nothing_half_written(tmp_path):
    log = simple("A")
    taken = tmp_path / "out.csv"
    taken.write_text("mine")
    with pytest.raises(mining.AlreadyThere) as refused:
        write_csv(log, taken)
    assert (str(refused.value), refused.value.told("zh"), taken.read_text()) == (
        "out.csv exists already. Name a new file.",
        "out.csv 已存在，请另取文件名。",
        "mine",
    )
    with pytest.raises(mining.Unwritable) as refused:
        write_xes(made.log(made.cells_of(["ok", "a\x01b"])), tmp_path / "out.xes")
    assert refused.value.told("zh") == (
        "第 2 个事件：case:note 的值含控制字符 U+0001，XML 无法表示。请导出为 CSV，或更正该值。"
    )
    with pytest.raises(mining.NoSuchActivity):
        write_xes(log, tmp_path / "out.xes", [mining.Does("Z")])
    assert not (tmp_path / "out.xes").exists()


def test_a_gzipped_log_is_streamed(tmp_path, read):
    path = tmp_path / "a.xes.gz"
    path.write_bytes(gzip.compress(f"<log>{trace('1', event())}</log>".encode()))
    assert read(path).reading.events == 1
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(mining.BrokenGzip):
        read(path)
