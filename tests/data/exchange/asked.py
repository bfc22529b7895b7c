"""Decisions over the facts of the tiny city, and the register they are asked of."""

from tests.data.exchange import tiny
from tests.data.exchange.tiny import FACTS, MONDAY
from tests.engines.decisions import dmn_models as dmn
from tongban.data.exchange import gate
from tongban.data.lake import actions as lake
from tongban.data.lake import rows
from tongban.engines import decisions
from tongban.engines.decisions import Decision

TYPES = {
    **dict.fromkeys(("name", "town", "kind", "phone", "note"), "string"),
    "age": "number",
    "alive": "boolean",
    "reason": "string",  # no fact: an answer of a form
}
USE = "register:X1"
READER = gate.Reader("command", "item:X1", "GA")
TABLE = "decisions.x1_grown"
CLOCK = {"today()", "now()"}


def model(logic: str, *needs: str, type_: str = "", name: str = "grown") -> Decision:
    inputs = [dmn.input_data(each, TYPES.get(each, "")) for each in needs]
    xml = dmn.model(*inputs, dmn.decision(name, logic, needs, type_))
    return decisions.load(xml).find(name)


def formula(text: str, *needs: str, type_: str = "") -> Decision:
    return model(dmn.literal(text), *needs, type_=type_)


GROWN = formula("age >= 34", "age", type_="boolean")


def give(**given):
    """The standing grant of item X1 for its whole register."""
    terms = {
        "use": USE,
        "grantee": {"office": READER.office, "post": READER.post},
        "relation": FACTS,
        "columns": ["subject_id", "age", "alive", "town", "kind"],
        **given,
    }
    return tiny.give("G-X1", **terms)


def decide(decision: Decision = GROWN, *, into=None, **given):
    """The edition it went into, and what it told."""
    edition = into or lake.open_edition(by="test", at=MONDAY)
    asked = {"reader": READER, "use": USE, "register": "person", "table": TABLE, "at": MONDAY}
    return edition, gate.decide_register(decision=decision, into=edition, **{**asked, **given})


def compare(live: Decision, draft: Decision, **given):
    asked = {"reader": READER, "use": USE, "register": "person", "at": MONDAY, **given}
    return gate.compare(live=live, draft=draft, **asked)


def table_of(edition, table: str = TABLE):
    """Columns and rows by subject, as the lake holds them."""
    with rows.attached(edition, [table]) as con:
        found = con.execute(f"SELECT * FROM {table} ORDER BY subject_id")
        return [column[0] for column in found.description], found.fetchall()
