"""Each text of a model is read once, when the model is loaded, and never again."""

import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.engines.decisions.dmn_models import decision, input_data, literal, model, table
from tests.permits import CITY
from tongban.engines import decisions
from tongban.engines.decisions import Given, verification
from tongban.engines.decisions.sql import Column, Relation
from tongban.engines.feel import program

B09 = (CITY / "items" / "B09" / "decision.dmn").read_bytes()


@pytest.fixture
def read(monkeypatch):
    """How often each text was read."""
    found = Counter()
    parse = program.parse

    def counting(text, *rest):
        found[text] += 1
        return parse(text, *rest)

    monkeypatch.setattr(program, "parse", counting)
    return found


def texts(xml):
    """The expressions of a model; an annotation and a cell that asks nothing are no expressions."""
    plain = re.sub(r"<annotationEntry>.*?</annotationEntry>", "", xml.decode(), flags=re.DOTALL)
    found = re.findall(r"<text>(.*?)</text>", plain, flags=re.DOTALL)
    cells = [text.replace("&lt;", "<").replace("&gt;", ">").strip() for text in found]
    return Counter(text for text in cells if text not in ("", "-"))


def test_the_texts_of_the_residence_permit_are_read_once_each(read):
    decisions.load(B09)
    assert read == texts(B09)


def test_neither_asking_nor_verifying_nor_sql_reads_a_text_again(read):
    drawing = "n: number || answer: number\n< 5 || n + 1\n>= 5 || 2"
    logic = table(drawing)
    asked = decisions.load(
        model(
            input_data("n", "number"),
            decision("rate", logic, ["n"]),
            decision("whole", literal("rate * 2"), ["!rate"]),
        )
    )
    before = sum(read.values())
    assert before == len(["n", "< 5", "n + 1", ">= 5", "2", "rate * 2"])
    whole = asked.find("whole")
    assert whole.decide({"n": Decimal(3)}) == Decimal(8)
    assert whole.evaluate({"n": Given(Decimal(7))}).value == Decimal(4)
    relation = Relation("people", ("id",), {"n": Column("n", "INTEGER", "null")})
    assert "CASE" in whole.sql("duckdb", relation)
    verification.verify(asked)
    assert sum(read.values()) == before
