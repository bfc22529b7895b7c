"""Files as they come from outside: encodings, sizes, and what somebody might try."""

import hashlib

import pytest

from tests.engines.processes.bpmn_models import end, model, path, start, user
from tongban.engines.processes import Invalid, load
from tongban.engines.processes.reading import document

PLAIN = model(start(), user("a", name="初审"), end(), path("start", "a", "end"))


def rules(xml: bytes) -> list[str]:
    with pytest.raises(Invalid) as refused:
        load(xml)
    return [finding.rule for finding in refused.value.findings]


def test_a_deep_or_a_long_file_is_refused_before_it_is_understood():
    deep = b"<d>" * (document.MAX_DEPTH + 1) + b"</d>" * (document.MAX_DEPTH + 1)
    long = b"<d>" + b" " * document.MAX_BYTES + b"</d>"

    assert rules(deep) == rules(long) == ["too-large"]


def test_an_entity_is_never_expanded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    xml = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]><d>&x;</d>'

    assert rules(xml.encode()) == ["doctype"]


def test_of_several_processes_the_one_marked_executable_is_taken():
    other = '<process id="partner" isExecutable="false"/>'

    xml = PLAIN.replace(b"<process ", f"{other}<process ".encode())
    assert load(xml).id == "p"


def test_a_very_long_process_is_checked_in_no_time():
    """Checks that grow with the square of the model would take minutes here."""
    ids = [f"t{number}" for number in range(4000)]
    xml = model(start(), *(user(each) for each in ids), end(), path("start", *ids, "end"))

    assert len(load(xml).nodes) == 4002


def test_entities_in_attributes_do_not_blow_up():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9)
    )
    xml = f'<!DOCTYPE d [{entities}]><d a="&e8;"/>'.encode()

    assert rules(xml) in (["not-xml"], ["doctype"])


@pytest.mark.parametrize("xml", [b"", b"\x00", b"text", b"<d>\x00</d>"])
def test_what_is_no_xml_is_refused_by_name(xml: bytes):
    assert rules(xml) == ["not-xml"]


def test_a_file_in_another_encoding_is_read_and_kept_as_it_came():
    text = PLAIN.decode()
    xml = f'<?xml version="1.0" encoding="GB18030"?>{text}'.encode("gb18030")

    definition = load(xml)
    assert definition.nodes["a"].name == "初审"
    assert definition.xml == xml
    assert definition.version == hashlib.sha256(xml).hexdigest()
    assert definition.label("zh") == "流程"
